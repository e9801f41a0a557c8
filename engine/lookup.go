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
	waiting, err := view(ctx, e, func(tx ReadTx) (bool, error) {
		due, err := tx.PayoutsDue(e.Now(), 1)
		return len(due) > 0, err
	})
	if err != nil || !waiting {
		return false, err
	}
	order, p, err := e.borrow(ctx)
	if err != nil || order.Key == "" { // another worker was quicker
		return false, err
	}
	return true, e.ask(ctx, order, p)
}

// borrow takes the payout that is due longest for this worker.
func (e *Engine) borrow(ctx context.Context) (order PayOrder, p Payout, err error) {
	_, err = e.do(ctx, engineCaller, "", func(w *work) error {
		order = PayOrder{}
		due, err := w.tx.PayoutsDue(w.now, 1)
		if err != nil || len(due) == 0 {
			return err
		}
		_, err = w.change(VerbRecord, due[0].RequestID, anyVersion, func(d *deed) error {
			p = due[0]
			p.LeaseUntil, p.LeaseBy = d.now.Add(lease), d.world.Worker
			d.tx.PutPayout(p)
			order, err = d.orderAgain(p)
			return err
		})
		return err
	})
	return order, p, err
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
	_, err = e.change(ctx, engineCaller, VerbRecord, known.RequestID, anyVersion, "", func(d *deed) error {
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

// LookUp asks the provider about an allocation's payout now, for a person. To
// ask twice is harmless, so a caller's idempotency key is not looked at.
func (e *Engine) LookUp(ctx context.Context, c Caller, key AllocationID) (p Payout, err error) {
	c.Key = ""
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
