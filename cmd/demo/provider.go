package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A bounded gateway is waited for no longer than it takes a worker's lease to
// run out, in the machine's time.
type bounded struct {
	engine.Gateway
	patience time.Duration
}

// Pay implements engine.Gateway.
func (g bounded) Pay(ctx context.Context, o engine.PayOrder) engine.Outcome {
	ctx, cancel := context.WithTimeout(ctx, g.patience)
	defer cancel()
	return g.Gateway.Pay(ctx, o)
}

// LookUp implements engine.Gateway.
func (g bounded) LookUp(ctx context.Context, o engine.PayOrder) engine.Outcome {
	ctx, cancel := context.WithTimeout(ctx, g.patience)
	defer cancel()
	return g.Gateway.LookUp(ctx, o)
}

// TakeBack implements engine.Gateway.
func (g bounded) TakeBack(ctx context.Context, o engine.PayOrder) engine.Outcome {
	ctx, cancel := context.WithTimeout(ctx, g.patience)
	defer cancel()
	return g.Gateway.TakeBack(ctx, o)
}

// Balance implements engine.Gateway.
func (g bounded) Balance(ctx context.Context, account engine.GatewayAccount) (money.Amount, error) {
	ctx, cancel := context.WithTimeout(ctx, g.patience)
	defer cancel()
	return g.Gateway.Balance(ctx, account)
}

// Accounts implements engine.Gateway.
func (g bounded) Accounts(ctx context.Context, mode engine.Mode) ([]engine.ProviderAccount, error) {
	ctx, cancel := context.WithTimeout(ctx, g.patience)
	defer cancel()
	return g.Gateway.Accounts(ctx, mode)
}

// dawdle is how the provider of a living desk takes its time: some seconds
// beyond what an instrument asks for.
func (d *Desk) dawdle(ctx context.Context, asked time.Duration) error {
	const least, most = 400 * time.Millisecond, 4 * time.Second
	return sandbox.Wait(ctx, d.real(asked+least+rand.N(most-least)))
}

// real is how long some of the desk's time takes.
func (d *Desk) real(t time.Duration) time.Duration { return time.Duration(float64(t) / d.speed) }

// agree lets the provider's books begin where the desk's stand: what an account
// opened with is what it holds now and all that was paid from it.
func (d *Desk) agree(ctx context.Context) error {
	effects, err := d.bank.Effects()
	if err != nil {
		return err
	}
	config, err := d.Config(ctx)
	if err != nil {
		return err
	}
	d.opened = map[string]money.Amount{}
	for id := range config.Gateways {
		balance, err := d.Balance(ctx, id)
		if err != nil {
			return err
		}
		opened := balance.Balance
		for _, e := range effects {
			if balance.Known && e.Account == id && e.Status != engine.PayoutPending {
				opened = opened.Plus(e.Paid).Minus(e.Returned)
			}
		}
		d.opened[id] = opened
	}
	return nil
}

// opening implements the sandbox's option.
func (d *Desk) opening(account engine.GatewayAccount) (money.Amount, error) {
	if opened, ok := d.opened[account.ID]; ok {
		return opened, nil
	}
	return sandbox.Opening(account) // it was made since
}
