package engine

import (
	"context"
	"slices"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// How many parts a split can have.
const (
	fewestParts = 2
	mostParts   = 100
)

// A Splitting says how a request is to be split.
type Splitting struct {
	Seen        int
	Amounts     []money.Amount // 2 to 100, each above zero, summing exactly to the request's amount
	Reason      SplitReason
	Description string
}

// Split replaces a request by children, one per amount. They start pending,
// with fresh clocks, and inherit its makers and at least its policy amount, so
// that splitting dodges no second pair of eyes.
func (e *Engine) Split(ctx context.Context, c Caller, id RequestID, s Splitting) (parent Request, children []Request, err error) {
	parent, err = e.change(ctx, c, VerbSplit, id, s.Seen, mark(VerbSplit, id, s.Amounts, s.Reason, s.Description), func(d *deed) error {
		if err := s.check(d.r.Amount); err != nil {
			return err
		}
		d.r.Status = RequestSplit
		d.r.stopClocks()
		d.details = append(d.details, textField("reason", string(s.Reason)), textField("description", text.Masked(s.Description)))
		children = nil
		for _, part := range s.Amounts {
			child, err := d.create(d.child(part), textField("splitFrom", string(id)))
			if err != nil {
				return err
			}
			children = append(children, child)
		}
		return nil
	})
	if err != nil {
		return parent, nil, err
	}
	if children == nil { // the key was seen before
		children, err = e.Relatives(ctx, id)
	}
	return parent, children, err
}

// child is a part of the deed's request. Under immediate readiness the clock
// moves it on.
func (d *deed) child(part money.Amount) Request {
	return Request{
		PointID: d.r.PointID, CustomerID: d.r.CustomerID, InstrumentID: d.r.InstrumentID,
		Description: d.r.Description, Metadata: d.r.Metadata, Amount: part, PolicyAmount: d.r.PolicyAmount,
		Status: RequestPending, SplitFrom: d.r.ID, Makers: d.r.Makers,
		ReadyAt: d.point.Readiness.due(d.now, d.r.InstrumentID),
	}
}

func (s Splitting) check(total money.Amount) error {
	if !slices.Contains(SplitReasons(), s.Reason) {
		return invalid("splitReason", "%q is no reason to split", s.Reason).
			Or("reasons: %s", orNone(words(SplitReasons())))
	}
	if err := checkDescription(s.Description); err != nil {
		return err
	}
	if len(s.Amounts) < fewestParts || len(s.Amounts) > mostParts {
		return invalid("amounts", "%d amounts; a split has %d to %d", len(s.Amounts), fewestParts, mostParts)
	}
	sum := money.Zero(total.Currency)
	for i, part := range s.Amounts {
		if part.Currency != total.Currency {
			return invalid("amounts", "amount %d is in %s, the request in %s", i+1, part.Currency, total.Currency)
		}
		if !part.Positive() || part.Cmp(total) > 0 {
			return invalid("amounts", "amount %d is %s; each has to be above zero and below %s", i+1, part, total)
		}
		sum = sum.Plus(part)
	}
	if sum != total {
		return invalid("amounts", "the amounts sum to %s, the request is %s", sum.Text(), total.Text()).
			Or("%s", difference(sum, total))
	}
	return nil
}

// difference says how far a sum is off.
func difference(sum, total money.Amount) string {
	if sum.Cmp(total) < 0 {
		return total.Minus(sum).Text() + " is missing"
	}
	return sum.Minus(total).Text() + " is too much"
}
