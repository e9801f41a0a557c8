package main

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/fnv"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A provider answers for the accounts of the desk. What becomes of an order
// follows from its key alone, so nothing has to be kept of it.
type provider struct {
	asked bool // it can be asked about an order; a bank that people pay at cannot
}

var _ engine.Gateway = provider{}

// providers are those of the desk's accounts.
var providers = map[string]engine.Gateway{"sandbox": provider{asked: true}, "manual": provider{}}

// Capabilities implements engine.Gateway.
func (p provider) Capabilities() engine.Capabilities {
	return engine.Capabilities{LookUp: p.asked, Partial: true}
}

// refusals are what orders are refused with.
var refusals = []engine.Resolution{
	engine.ResolutionDeclined, engine.ResolutionInsufficientFunds, engine.ResolutionInvalidDetails, engine.ResolutionRecipientNotFound,
}

// Pay implements engine.Gateway.
func (p provider) Pay(_ context.Context, o engine.PayOrder) engine.Outcome {
	chance := chanceOf(o.Key)
	name := "prv-" + string(o.Key[len(o.Key)-8:])
	switch n := chance % 1000; {
	case n < 25:
		return engine.Outcome{Verdict: engine.VerdictNotPaid, Resolution: refusals[chance/1000%4], ProviderID: name, Message: "refused"}
	case n < 28 && o.Amount.Minor > 1:
		return engine.Outcome{Verdict: engine.VerdictPaid, Resolution: engine.ResolutionOK, Paid: money.New(o.Amount.Minor/2, o.Amount.Currency), ProviderID: name}
	case n < 40 && p.asked, n < 31: // the answer is lost; a bank's for good
		return engine.Outcome{Resolution: engine.ResolutionTimeout, Message: "no answer in time"}
	case n < 60 && p.asked:
		return engine.Outcome{Accepted: true, Resolution: engine.ResolutionOK, ProviderID: name, Message: "accepted"}
	default:
		return paid(o, name)
	}
}

func paid(o engine.PayOrder, name string) engine.Outcome {
	return engine.Outcome{Verdict: engine.VerdictPaid, Resolution: engine.ResolutionOK, Paid: o.Amount, ProviderID: name}
}

// LookUp implements engine.Gateway: what was not certain was paid.
func (provider) LookUp(_ context.Context, o engine.PayOrder) engine.Outcome {
	return paid(o, "prv-"+string(o.Key[len(o.Key)-8:]))
}

// TakeBack implements engine.Gateway.
func (provider) TakeBack(context.Context, engine.PayOrder) engine.Outcome { return engine.Outcome{} }

// Balance implements engine.Gateway.
func (provider) Balance(context.Context, engine.GatewayAccount) (money.Amount, error) {
	return money.Amount{}, errors.ErrUnsupported
}

// Accounts implements engine.Gateway.
func (provider) Accounts(context.Context, engine.Mode) ([]engine.ProviderAccount, error) {
	return nil, errors.ErrUnsupported
}

func chanceOf(key engine.AllocationID) uint64 {
	sum := fnv.New128a()
	_, _ = sum.Write([]byte(key)) // never fails
	return binary.BigEndian.Uint64(sum.Sum(nil)[4:])
}
