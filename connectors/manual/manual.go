// Package manual is a gateway without a provider: people pay what it takes by
// hand, at their bank or anywhere else, and a senior's statement says how each
// payout ended.
//
// It declares what that means. Nobody can be asked about a payout, so no
// look-up ever ends one; nothing remembers keys, so nothing is ever handed over
// twice; nothing is taken back or told of balances or accounts. A payout waits
// for three days before somebody should look at it, as banks take over a
// weekend. What has to be paid is listed by engine.OpenPayouts.
//
// It keeps nothing and calls nobody.
package manual

import (
	"context"
	"errors"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A Gateway takes orders for people.
type Gateway struct{}

var _ engine.Gateway = Gateway{}

// Capabilities implements [engine.Gateway].
func (Gateway) Capabilities() engine.Capabilities {
	return engine.Capabilities{Partial: true, Settling: 72 * time.Hour}
}

// Pay implements [engine.Gateway]: an order that makes sense is one that waits
// for somebody to pay it.
func (Gateway) Pay(ctx context.Context, o engine.PayOrder) engine.Outcome {
	switch {
	case ctx.Err() != nil:
		return engine.Outcome{Resolution: engine.ResolutionConnection, Message: ctx.Err().Error()}
	case o.Key == "":
		return refused(engine.ResolutionInvalidRequest, "an order needs a key")
	case !o.Amount.Currency.Known() || o.Gateway.Currency != o.Amount.Currency:
		return refused(engine.ResolutionInvalidRequest, "the account is in another currency")
	case !o.Amount.Positive() || o.Amount.Minor > money.MaxMinor:
		return refused(engine.ResolutionInvalidAmount, o.Amount.Text()+" cannot be paid")
	}
	return engine.Outcome{Accepted: true, Resolution: engine.ResolutionOK, Message: "to be paid by hand"}
}

func refused(r engine.Resolution, why string) engine.Outcome {
	return engine.Outcome{Verdict: engine.VerdictNotPaid, Resolution: r, Message: why}
}

// nobody is the outcome of asking.
var nobody = engine.Outcome{Resolution: engine.ResolutionUnknown, Message: "it is paid by hand, and nobody can be asked"}

// LookUp implements [engine.Gateway].
func (Gateway) LookUp(context.Context, engine.PayOrder) engine.Outcome { return nobody }

// TakeBack implements [engine.Gateway].
func (Gateway) TakeBack(context.Context, engine.PayOrder) engine.Outcome { return nobody }

// Accounts implements [engine.Gateway].
func (Gateway) Accounts(context.Context, engine.Mode) ([]engine.ProviderAccount, error) {
	return nil, errors.New("it is paid by hand, and nobody tells which accounts there are")
}

// Balance implements [engine.Gateway].
func (Gateway) Balance(context.Context, engine.GatewayAccount) (money.Amount, error) {
	return money.Amount{}, errors.New("it is paid by hand, and nobody tells what is there")
}
