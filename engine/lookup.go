package engine

import (
	"context"
	"time"
)

// mostSends bounds how often one payout is handed to its provider.
const mostSends = 3

// stepLookUp takes one payout that is due (its outcome is unknown, or its
// worker never came back) and asks the provider about it.
func (e *Engine) stepLookUp(ctx context.Context) (more bool, err error) {
	var due []Payout
	err = e.store.View(ctx, func(tx ReadTx) error {
		due, err = tx.PayoutsDue(e.Now(), queueBite)
		return err
	})
	if err != nil {
		return false, err
	}
	for _, p := range due {
		order, p, err := e.borrow(ctx, p)
		switch {
		case CodeOf(err) == Refused: // somebody else was quicker
			continue
		case err != nil:
			return false, err
		}
		return true, e.ask(ctx, order, p)
	}
	return false, nil
}

// borrow takes a due payout for this worker.
func (e *Engine) borrow(ctx context.Context, due Payout) (order PayOrder, p Payout, err error) {
	_, err = e.changeIn(ctx, e.store.Bulk, engineCaller, VerbRecord, due.RequestID, anyVersion, "", func(d *deed) error {
		if p, err = d.tx.Payout(due.AllocationID); err != nil {
			return err
		}
		if !p.due(d.now) {
			return Errorf(Refused, "payout %s is not due", p.ID)
		}
		p.LeaseUntil, p.LeaseBy = d.now.Add(lease), d.world.Worker
		order, err = d.orderAgain(p)
		d.tx.PutPayout(p)
		return err
	})
	return order, p, err
}

// due reports whether p is to be looked up: nobody is busy with it, and its
// time has come or its worker's lease ran out.
func (p Payout) due(now time.Time) bool {
	if p.LeaseUntil.After(now) || p.Verdict != "" {
		return false
	}
	return p.Status == PayoutInvoking || (!p.LookUpAt.IsZero() && !p.LookUpAt.After(now))
}

// orderAgain is the order as it was sent, or would have been.
func (d *deed) orderAgain(p Payout) (PayOrder, error) {
	customer, err := d.tx.Customer(p.CustomerID)
	if err != nil {
		return PayOrder{}, err
	}
	a, err := d.tx.Allocation(p.AllocationID)
	if err != nil {
		return PayOrder{}, err
	}
	instrument, err := d.tx.Instrument(a.InstrumentID)
	if err != nil {
		return PayOrder{}, err
	}
	account, err := d.config.gateway(p.GatewayID)
	return PayOrder{
		Key: a.ID, RequestID: a.RequestID, Gateway: account, Amount: p.Amount,
		Service: instrument.ServiceID, Fields: instrument.Fields, Recipient: customer.Name, IntentAt: p.IntentAt,
	}, err
}

// ask looks a payout up. "Not found" counts only where the connector declares
// it final: then the same payout is sent again under the same key while the
// key lives, and otherwise it is certain that nothing was paid.
func (e *Engine) ask(ctx context.Context, order PayOrder, p Payout) error {
	gateway := e.world.Gateways[order.Gateway.Provider]
	if gateway == nil || !gateway.Capabilities().LookUp {
		return e.recordAfter(ctx, order.Key, SourceLookUp, Outcome{
			Resolution: ResolutionUnknown, Message: "the provider cannot be asked; a senior has to state the outcome",
		})
	}
	outcome := e.call(ctx, order.Gateway.Provider, func(g Gateway) Outcome { return g.LookUp(ctx, order) })
	if !outcome.NotFound || outcome.Verdict != "" {
		return e.recordAfter(ctx, order.Key, SourceLookUp, outcome)
	}
	switch can := gateway.Capabilities(); notFound(can, p, e.Now()) {
	case sendAgain:
		if err := e.sendingAgain(ctx, order.Key); err != nil {
			return err
		}
		outcome = e.call(ctx, order.Gateway.Provider, func(g Gateway) Outcome { return g.Pay(ctx, order) })
		return e.recordAfter(ctx, order.Key, SourceAnswer, outcome)
	case neverArrived:
		outcome.Verdict, outcome.Resolution = VerdictNotPaid, ResolutionOperationExpired
		outcome.Message = "the provider never received it"
	default:
		outcome.Resolution = ResolutionUnknown
		if outcome.Message == "" {
			outcome.Message = "the provider does not know it, which proves nothing yet"
		}
	}
	return e.recordAfter(ctx, order.Key, SourceLookUp, outcome)
}

// A conclusion is what follows from "not found".
type conclusion int

const (
	provesNothing conclusion = iota
	sendAgain
	neverArrived
)

// notFound concludes from a provider's not knowing a payout.
func notFound(can Capabilities, p Payout, now time.Time) conclusion {
	age := now.Sub(p.IntentAt)
	switch {
	case can.NotFoundFinalAfter == 0 || age < can.NotFoundFinalAfter || p.Accepted:
		return provesNothing
	case p.Sent < mostSends && can.KeyLife > 0 && age+lease < can.KeyLife:
		return sendAgain
	default:
		return neverArrived
	}
}

// sendingAgain commits that the same payout is handed over once more.
func (e *Engine) sendingAgain(ctx context.Context, key AllocationID) error {
	known, err := e.Allocation(ctx, key)
	if err != nil {
		return err
	}
	_, err = e.changeIn(ctx, e.store.Bulk, engineCaller, VerbRecord, known.RequestID, anyVersion, "", func(d *deed) error {
		was, err := d.tx.Payout(key)
		if err != nil {
			return err
		}
		if was.Verdict != "" {
			return Errorf(Refused, "payout %s is settled", was.ID)
		}
		p := was
		p.Sent++
		p.Status = PayoutInvoking
		p.LeaseUntil, p.LeaseBy = d.now.Add(lease), d.world.Worker
		d.putPayout(&was, p)
		return nil
	})
	return err
}

// LookUp asks the provider about an allocation's payout now, for a person.
func (e *Engine) LookUp(ctx context.Context, c Caller, key AllocationID) (p Payout, err error) {
	a, err := e.Allocation(ctx, key)
	if err != nil {
		return p, err
	}
	var order PayOrder
	_, err = e.change(ctx, c, VerbLookUp, a.RequestID, anyVersion, "", func(d *deed) error {
		if p, err = d.tx.Payout(key); err != nil {
			return err
		}
		if p.LeaseUntil.After(d.now) {
			return Errorf(Refused, "a worker is busy with payout %s", p.ID).Or("try again in a moment")
		}
		if p.Status == PayoutCreateFailed {
			return Errorf(Refused, "payout %s was never sent", p.ID)
		}
		order, err = d.orderAgain(p)
		return err
	})
	if err != nil {
		return p, err
	}
	gateway := e.world.Gateways[order.Gateway.Provider]
	if gateway == nil || !gateway.Capabilities().LookUp {
		return p, Errorf(Refused, "provider %s cannot be asked", order.Gateway.Provider).
			Or("a senior can state the outcome")
	}
	outcome := e.call(ctx, order.Gateway.Provider, func(g Gateway) Outcome { return g.LookUp(ctx, order) })
	if outcome.NotFound && outcome.Verdict == "" && outcome.Message == "" {
		outcome.Message = "the provider does not know it"
	}
	if err := e.record(ctx, c, VerbLookUp, key, SourceLookUp, outcome); err != nil {
		return p, err
	}
	return e.Payout(ctx, key)
}
