package main

import (
	"context"
	"sync"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A provider is the sandbox of a store. Its ledger is opened, or made, when
// something is first to be paid, and it is given a bounded time to answer.
type provider struct {
	path string // of the ledger

	mu     sync.Mutex
	opened *sandbox.Sandbox
}

var _ engine.Gateway = (*provider)(nil)

// Capabilities implements engine.Gateway.
func (p *provider) Capabilities() engine.Capabilities { return sandbox.Capabilities() }

// Pay implements engine.Gateway.
func (p *provider) Pay(ctx context.Context, o engine.PayOrder) engine.Outcome {
	return p.call(ctx, func(ctx context.Context, s *sandbox.Sandbox) engine.Outcome { return s.Pay(ctx, o) })
}

// LookUp implements engine.Gateway.
func (p *provider) LookUp(ctx context.Context, o engine.PayOrder) engine.Outcome {
	return p.call(ctx, func(ctx context.Context, s *sandbox.Sandbox) engine.Outcome { return s.LookUp(ctx, o) })
}

// TakeBack implements engine.Gateway.
func (p *provider) TakeBack(ctx context.Context, o engine.PayOrder) engine.Outcome {
	return p.call(ctx, func(ctx context.Context, s *sandbox.Sandbox) engine.Outcome { return s.TakeBack(ctx, o) })
}

// Balance implements engine.Gateway.
func (p *provider) Balance(ctx context.Context, account engine.GatewayAccount) (money.Amount, error) {
	s, err := p.connect()
	if err != nil {
		return money.Amount{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, engine.ProviderTimeout)
	defer cancel()
	return s.Balance(ctx, account)
}

// Accounts implements engine.Gateway. It needs no ledger.
func (p *provider) Accounts(_ context.Context, mode engine.Mode) ([]engine.ProviderAccount, error) {
	return sandbox.Accounts(mode)
}

// call makes one call. Whatever keeps us from connecting, the outcome is
// unknown, as an earlier call from elsewhere may have arrived.
func (p *provider) call(
	ctx context.Context, act func(context.Context, *sandbox.Sandbox) engine.Outcome,
) engine.Outcome {
	s, err := p.connect()
	if err != nil {
		return engine.Outcome{Resolution: engine.ResolutionConnection, Message: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, engine.ProviderTimeout)
	defer cancel()
	return act(ctx, s)
}

func (p *provider) connect() (*sandbox.Sandbox, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.opened != nil {
		return p.opened, nil
	}
	s, err := sandbox.Open(p.path, sandbox.Options{})
	if err != nil {
		return nil, err
	}
	p.opened = s
	return s, nil
}

// Close gives the ledger back if it was opened.
func (p *provider) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.opened == nil {
		return nil
	}
	return p.opened.Close()
}
