package engine

import (
	"context"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// CancelPayout asks the provider to take back what it has paid, for a senior.
// The intent is on disk before the provider hears of it; until the provider
// says that the money is back, or that it stays where it is, the payout is
// canceling. A cancellation is never asked for twice by the engine itself: who
// wants it again after an unknown outcome looks the payout up first.
func (e *Engine) CancelPayout(ctx context.Context, c Caller, key AllocationID, reason string) (p Payout, err error) {
	known, err := e.Allocation(ctx, key)
	if err != nil {
		return p, err
	}
	var order PayOrder
	_, err = e.change(ctx, c, VerbCancelPayout, known.RequestID, anyVersion, mark(VerbCancelPayout, key, reason), func(d *deed) error {
		order = PayOrder{}
		if reason == "" {
			return invalid("reason", "to take a payout back needs a reason")
		}
		if err := text.Check("reason", reason, longestDescription); err != nil {
			return invalid("reason", "%v", err)
		}
		was, err := d.tx.Payout(key)
		if err != nil {
			return err
		}
		if err := d.cancelable(was); err != nil {
			return err
		}
		p = was
		p.Status, p.Resolution, p.Message = PayoutCanceling, "", ""
		p.LeaseUntil, p.LeaseBy = d.now.Add(lease), d.world.Worker
		d.putPayout(&was, p, textField("reason", text.Masked(reason)))
		order, err = d.orderAgain(p)
		return err
	})
	if err != nil || order.Key == "" || c.DryRun { // refused, or the key was seen before
		if err == nil && p.ID == "" {
			return e.Payout(ctx, key)
		}
		return p, err
	}
	outcome := e.call(ctx, order.Gateway.Provider, func(g Gateway) Outcome { return g.TakeBack(ctx, order) })
	if outcome.Verdict == VerdictNotPaid { // it was paid: whatever is meant, it is no answer to the question
		outcome = Outcome{Resolution: ResolutionUnknown, Message: outcome.Message}
	}
	c.Key = ""
	if err := e.record(context.WithoutCancel(ctx), c, VerbCancelPayout, key, SourceAnswer, outcome); err != nil {
		return p, err
	}
	return e.Payout(ctx, key)
}

// cancelable says why a payout cannot be taken back, or nil.
func (d *deed) cancelable(p Payout) error {
	gateway := d.world.Gateways[d.config.Gateways[p.GatewayID].Provider]
	switch {
	case p.Conflict:
		return Errorf(Refused, "payout %s is in conflict", p.ID).Or("resolve the conflict")
	case p.Verdict != VerdictPaid:
		return Errorf(Refused, "payout %s is %s, and only what was paid can be taken back", p.ID, p.Status)
	case p.Status == PayoutCanceling:
		return Errorf(Refused, "payout %s is canceling already", p.ID).Or("look it up")
	case p.Returned.Positive():
		return Errorf(Refused, "of payout %s %s came back already", p.ID, p.Returned.Text())
	case p.LeaseUntil.After(d.now):
		return Errorf(Refused, "a worker is busy with payout %s", p.ID).Or("try again in a moment")
	case gateway == nil || !gateway.Capabilities().TakeBack:
		return Errorf(Refused, "provider %s takes nothing back", d.config.Gateways[p.GatewayID].Provider).
			Or("ask the customer or the provider; once it is back, purser payout statement --returned says so")
	}
	return nil
}

// NotifyPayout has a payout looked up soon, for somebody who says that there is
// news of it: a provider's callback. Whatever else they say is nobody's word
// and is not even read. It never fails for a payout that is settled, for money
// can come back; asked again and again, it looks no more often.
func (e *Engine) NotifyPayout(ctx context.Context, key AllocationID) error {
	known, err := e.Allocation(ctx, key)
	if err != nil {
		return err
	}
	_, err = e.change(ctx, engineCaller, VerbRecord, known.RequestID, anyVersion, "", func(d *deed) error {
		p, err := d.tx.Payout(key)
		if err != nil {
			return err
		}
		gateway := d.world.Gateways[d.config.Gateways[p.GatewayID].Provider]
		if gateway == nil || !gateway.Capabilities().LookUp || p.Status == PayoutCreateFailed || !p.LeaseUntil.IsZero() {
			return nil
		}
		soon := d.now
		if earliest := p.UpdatedAt.Add(lookUpGaps[0]); earliest.After(soon) {
			soon = earliest
		}
		if p.LookUpAt.IsZero() || p.LookUpAt.After(soon) {
			p.LookUpAt = soon
			d.tx.PutPayout(p)
		}
		return nil
	})
	return err
}

// countReturned says of an allocation what still counts as paid after some of
// it came back. A request in progress can pay that again itself; one that is
// final keeps what it was fulfilled with.
func (d *deed) countReturned(a *Allocation, before Allocation, p Payout, room money.Amount) {
	zero := money.Zero(a.Amount.Currency)
	gross := before.Paid.Plus(before.Reopened)
	if before.Status != AllocationCompleted { // paid and back at one go
		gross, _ = count(a.share(p.Processed), a.Amount, room)
		before.Paid = gross
	}
	var counted money.Amount
	counted, a.Overpaid = count(a.share(p.settled()), a.Amount, gross)
	a.Held, a.Reason = zero, ""
	a.Returned = gross.Minus(counted)
	a.Paid = before.Paid
	if d.r.Status == RequestInProgress {
		a.Paid, a.Reopened = counted, a.Returned
	}
}

// Outstanding is what came back of an allocation and is not available again,
// because its request was final.
func (a Allocation) Outstanding() money.Amount { return a.Returned.Minus(a.Reopened) }

// PayAgain makes a new pending request of what came back of a fulfilled one.
// It inherits its makers, and at least its policy amount.
func (e *Engine) PayAgain(ctx context.Context, c Caller, id RequestID, seen int) (again Request, err error) {
	_, err = e.change(ctx, c, VerbPayAgain, id, seen, mark(VerbPayAgain, id), func(d *deed) error {
		allocations, err := d.tx.Allocations(id)
		if err != nil {
			return err
		}
		paidAgain, err := d.paidAgain()
		if err != nil {
			return err
		}
		amount := outstanding(allocations, d.r.Amount.Currency).Minus(paidAgain)
		if !amount.Positive() {
			return Errorf(Refused, "all that came back was asked for again already")
		}
		if err := d.checkPayee(d.r.CustomerID, ""); err != nil {
			return err
		}
		again, err = d.create(Request{
			PointID: d.r.PointID, CustomerID: d.r.CustomerID, InstrumentID: d.r.InstrumentID,
			Description: d.r.Description, Metadata: d.r.Metadata, Amount: amount, PolicyAmount: d.r.PolicyAmount,
			Status: RequestPending, PaysAgain: id, Makers: d.r.Makers,
			ReadyAt: d.point.Readiness.due(d.now, d.r.InstrumentID),
		}, textField("paysAgain", string(id)))
		d.look = true
		return err
	})
	if err == nil && again.ID == "" { // the key was seen before
		relatives, err := e.Relatives(ctx, id)
		if err != nil || len(relatives) == 0 {
			return again, err
		}
		return relatives[len(relatives)-1], nil
	}
	return again, err
}

func outstanding(allocations []Allocation, c money.Currency) money.Amount {
	sum := money.Zero(c)
	for _, a := range allocations {
		sum = sum.Plus(a.Outstanding())
	}
	return sum
}

// paidAgain is what requests were made for of the money that came back of the
// deed's request. One that was canceled was made all the same: that somebody
// decided is what counts.
func (d *deed) paidAgain() (money.Amount, error) {
	sum := money.Zero(d.r.Amount.Currency)
	relatives, err := d.tx.Relatives(d.r.ID)
	for _, r := range relatives {
		if r.PaysAgain == d.r.ID {
			sum = sum.Plus(r.OriginalAmount)
		}
	}
	return sum, err
}

func cameBack(s Standing) error {
	if s.Request.Attention == AttentionConflict {
		return inConflict()
	}
	if s.Request.Attention != AttentionReturned {
		return Errorf(Refused, "nothing of it came back that was not asked for again")
	}
	return nil
}

// silent reports whether a provider that was asked to take a payout back has
// said nothing for too long.
func (p Payout) silent(now time.Time, settling time.Duration) bool {
	if p.Status != PayoutCanceling || !p.LeaseUntil.IsZero() {
		return false
	}
	return p.Resolution != ResolutionOK || !now.Before(p.UpdatedAt.Add(settling))
}
