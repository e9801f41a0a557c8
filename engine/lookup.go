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
			p.LookUpAt = time.Time{} // until then it is nobody else's
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
		Service: instrument.ServiceID, Fields: instrument.Fields, Recipient: customer.Name,
		Descriptor: descriptor(d.point.Options.Descriptor, d.r, account), IntentAt: p.IntentAt,
	}, err
}

// ask looks a payout up. "Not found" counts only where the connector declares
// it final: then the same payout is sent again under the same key while the
// key lives, and otherwise it is certain that nothing was paid.
func (e *Engine) ask(ctx context.Context, order PayOrder, p Payout) error {
	gateway := e.world.Gateways[order.Gateway.Provider]
	if gateway != nil && !gateway.Capabilities().LookUp && p.Accepted { // time has passed, and nothing else happened
		return e.recordAfter(ctx, order.Key, SourceLookUp, Outcome{
			Accepted: true, Message: "nobody can be asked; a senior has to state the outcome",
		})
	}
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
		again, err := e.sendingAgain(ctx, &order, p)
		if err != nil || again == resendLost {
			return err
		}
		if again == resendMade {
			return e.send(ctx, order)
		}
		return e.giveUp(ctx, p)
	case neverArrived:
		return e.giveUp(ctx, p)
	default:
		outcome.Resolution = ResolutionUnknown
		if outcome.Message == "" {
			outcome.Message = "the provider does not know it, which proves nothing yet"
		}
		return e.recordAfter(ctx, order.Key, SourceLookUp, outcome)
	}
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
	age, keyAge := now.Sub(p.IntentAt), now.Sub(p.CreatedAt)
	switch {
	case p.Verdict != "" || p.Prevented(): // what is said to have ended is not sent again
		return provesNothing
	case can.NotFoundFinalAfter == 0 || age < can.NotFoundFinalAfter || p.Accepted:
		return provesNothing
	case p.Sent < mostSends && can.KeyLife > 0 && keyAge+lease < can.KeyLife:
		return sendAgain
	default:
		return neverArrived
	}
}

// A resend is what became of the wish to hand a payout over once more.
type resend int

const (
	resendMade    resend = iota
	resendLost           // another worker has it by now
	resendStopped        // a block, or what a worker checks before it sends, forbids it
)

// sendingAgain commits that a borrowed payout is handed over once more, if all
// holds that held when it was first claimed. Where it does not, it is certain
// that nothing was paid, and nothing will be.
func (e *Engine) sendingAgain(ctx context.Context, order *PayOrder, borrowed Payout) (again resend, err error) {
	_, err = e.change(ctx, engineCaller, VerbRecord, order.RequestID, anyVersion, "", func(d *deed) error {
		was, err := d.tx.Payout(order.Key)
		if err != nil {
			return err
		}
		if again = resendLost; !was.heldAs(borrowed, d.now) || was.Verdict != "" {
			return nil
		}
		fit, err := d.fitToSend(order.Key)
		if again = resendStopped; err != nil || !fit {
			return err
		}
		p := was
		p.Sent++
		p.Status, p.IntentAt = PayoutInvoking, d.now
		p.LeaseUntil = d.now.Add(lease)
		order.IntentAt = p.IntentAt
		d.putPayout(&was, p)
		again = resendMade
		return nil
	})
	return again, err
}

// fitToSend makes the checks of a claim once more.
func (d *deed) fitToSend(key AllocationID) (bool, error) {
	a, err := d.tx.Allocation(key)
	if err != nil {
		return false, err
	}
	_, why, err := d.order(a)
	if CodeOf(err) == Refused { // the account is disabled
		return false, nil
	}
	return why == "" && d.was.Block == nil && d.was.Status == RequestInProgress, err
}

// giveUp commits that a borrowed payout never arrived.
func (e *Engine) giveUp(ctx context.Context, borrowed Payout) error {
	err := e.recordStatement(ctx, engineCaller, VerbRecord, borrowed.AllocationID, "", func(d *deed, p Payout) (judgement, Statement, error) {
		s := Statement{
			Source: SourceLookUp, By: d.actor.ID, At: d.now, Verdict: VerdictNotPaid,
			Resolution: ResolutionOperationExpired, Message: "the provider never received it",
		}
		if !p.heldAs(borrowed, d.now) {
			return judgement{}, s, Errorf(Refused, "payout %s is another worker's by now", p.ID)
		}
		return judge(p, s), s, nil
	})
	if CodeOf(err) == Refused {
		return nil
	}
	return err
}

// heldAs reports whether p is still held as it was borrowed. Whoever slept
// through the lease knows too little: others may have sent it again by now.
func (p Payout) heldAs(borrowed Payout, now time.Time) bool {
	return p.LeaseBy == borrowed.LeaseBy && p.LeaseUntil.Equal(borrowed.LeaseUntil) && p.LeaseUntil.After(now)
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
