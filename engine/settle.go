package engine

import (
	"context"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// A Settling says how a request is to be settled short.
type Settling struct {
	Seen       int
	CancelRest *Cancellation // cancel the remainder at once; nil leaves it pending
	Override   string        // a senior's reason, where the point does not allow partial payouts
}

// SettleShort fulfills a request with what was paid. The rest leaves as a new
// pending request that is linked to it.
func (e *Engine) SettleShort(ctx context.Context, c Caller, id RequestID, s Settling) (settled, rest Request, err error) {
	settled, err = e.change(ctx, c, VerbSettle, id, s.Seen, mark(VerbSettle, id, s.Override, s.rest()), func(d *deed) error {
		if err := text.Check("override", s.Override, longestDescription); err != nil {
			return invalid("override", "%v", err)
		}
		if !d.point.Options.AllowPartially && s.Override == "" {
			return Errorf(Refused, "point %s does not allow partial payouts", d.point.ID).
				Or("give an override reason")
		}
		remainder := d.r.Amount.Minus(d.r.Paid)
		d.r.Amount = d.r.Paid
		d.r.Status = RequestFulfilled
		d.r.Makers = withMaker(d.r.Makers, d.actor.ID)
		d.r.stopClocks()
		d.details = append(d.details, amountField("remainder", remainder), textField("override", text.Masked(s.Override)))
		if rest, err = d.create(d.remainder(remainder), textField("remainderOf", string(id))); err != nil {
			return err
		}
		if s.CancelRest == nil {
			return nil
		}
		rest, err = d.change(VerbCancel, rest.ID, rest.Version, func(r *deed) error { return r.cancel(*s.CancelRest) })
		return err
	})
	return settled, rest, err
}

// rest says what becomes of the remainder, for the fingerprint.
func (s Settling) rest() string {
	if s.CancelRest == nil {
		return "pending"
	}
	return string(s.CancelRest.By) + " " + s.CancelRest.Description
}

// remainder is what is left of the deed's request, as a request of its own.
func (d *deed) remainder(left money.Amount) Request {
	return Request{
		PointID: d.r.PointID, CustomerID: d.r.CustomerID, InstrumentID: d.r.InstrumentID,
		Description: d.r.Description, Metadata: d.r.Metadata, Amount: left, PolicyAmount: d.r.PolicyAmount,
		Status: RequestPending, RemainderOf: d.r.ID, Makers: d.r.Makers,
		ReadyAt: d.point.Readiness.due(d.now, d.r.InstrumentID),
	}
}
