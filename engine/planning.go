package engine

import (
	"cmp"
	"context"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/plan"
	"github.com/purserhq/purser/engine/route"
)

// Plan says what automatic allocation would do with a request now, and why,
// without doing it.
func (e *Engine) Plan(ctx context.Context, id RequestID) (p plan.Plan, err error) {
	planned, err := e.planned(ctx, id)
	return planned.Plan, err
}

// planned is the plan for a request as it stands.
func (e *Engine) planned(ctx context.Context, id RequestID) (Planned, error) {
	return view(ctx, e, func(tx ReadTx) (p Planned, err error) {
		r, err := tx.Request(id)
		if err != nil {
			return p, err
		}
		return e.plan(tx, r, task{}, e.Now())
	})
}

// A task is what a plan is to place. The zero task is all that is available,
// with any of the customer's instruments.
type task struct {
	replaces *Allocation // what it paid is to be paid again, otherwise
	failed   []string    // routes that are out, for they failed before
	parts    int         // the most parts; 0: as many as can be

	router *route.Router // instead of the point's; nil for that
}

// plan makes the plan for a task of r.
func (e *Engine) plan(tx ReadTx, r Request, t task, now time.Time) (p Planned, err error) {
	input, chooser, err := e.planInput(tx, r, t, now)
	if err != nil {
		return p, err
	}
	p.Plan = plan.Make(input)
	p.Routed = chooser.routed
	return p, nil
}

// allocationOrder is the order of instruments for r: its batch's, if that has
// one, else the organisation's.
func allocationOrder(tx ReadTx, config *Config, r Request) ([]string, error) {
	if r.BatchID == "" {
		return config.order(), nil
	}
	batch, err := tx.Batch(r.BatchID)
	if err != nil || len(batch.AllocationOrder) == 0 {
		return config.order(), err
	}
	return batch.AllocationOrder, nil
}

// planInput gathers what a plan for r depends on.
func (e *Engine) planInput(tx ReadTx, r Request, t task, now time.Time) (in plan.Input, c *chooser, err error) {
	config, err := tx.Config()
	if err != nil {
		return in, nil, err
	}
	s := &sheet{
		tx: tx, config: config, point: config.Points[r.PointID], r: r, now: now,
		used: map[string]money.Amount{}, quotes: map[money.Currency]quoted{},
	}
	if s.customer, err = tx.Customer(r.CustomerID); err != nil {
		return in, nil, err
	}
	if s.payments, err = tx.Payments(r.CustomerID); err != nil {
		return in, nil, err
	}
	if s.allocations, err = tx.CustomerAllocations(r.CustomerID, r.Amount.Currency); err != nil {
		return in, nil, err
	}
	instruments, err := tx.Instruments(r.CustomerID)
	if err != nil {
		return in, nil, err
	}
	in = plan.Input{Available: r.Available(), Selected: string(r.InstrumentID)}
	if in.Order, err = allocationOrder(tx, config, r); err != nil {
		return in, nil, err
	}
	if t.replaces != nil {
		in.Available = money.Least(in.Available, t.replaces.Amount.Minus(t.replaces.Paid))
	}
	c, err = e.chooser(s, t)
	if err != nil {
		return in, nil, err
	}
	for _, i := range instruments {
		if t.replaces != nil && i.ID != t.replaces.InstrumentID {
			continue
		}
		planned, err := s.instrument(i)
		if err != nil {
			return in, nil, err
		}
		in.Instruments = append(in.Instruments, planned)
		c.payees[planned.ID] = payee{i.ServiceID, i.cardBrand()}
	}
	in.Choose = c.choose
	if s.point.Options.SplitMode {
		in.Parts = cmp.Or(t.parts, route.MaxParts)
	}
	return in, c, nil
}

// A Candidate is one row of the worksheet from which people allocate: an
// instrument and an account that could pay it.
type Candidate struct {
	plan.Line
	Instruction         Instruction
	PreviouslyAllocated money.Amount // of this request, to this pair
	LastPayout          time.Time    // zero for none
}

// Worksheet lists every instrument of the request's customer with every
// account that could pay it, in the order of the plan.
func (e *Engine) Worksheet(ctx context.Context, id RequestID) (rows []Candidate, err error) {
	err = e.store.View(ctx, func(tx ReadTx) error {
		r, err := tx.Request(id)
		if err != nil {
			return err
		}
		config, err := tx.Config()
		if err != nil {
			return err
		}
		planned, err := e.plan(tx, r, task{}, e.Now())
		if err != nil {
			return err
		}
		allocations, err := tx.CustomerAllocations(r.CustomerID, r.Amount.Currency)
		if err != nil {
			return err
		}
		rows = nil
		for _, line := range planned.Lines {
			rows = append(rows, candidate(config, r, allocations, line))
		}
		return nil
	})
	return rows, err
}

func candidate(config *Config, r Request, allocations []Allocation, line plan.Line) Candidate {
	row := Candidate{Line: line, PreviouslyAllocated: money.Zero(r.Amount.Currency)}
	row.Instruction = cmp.Or(config.Gateways[line.Gateway].Instruction, InstructionNone)
	for _, a := range allocations {
		if string(a.InstrumentID) != line.Instrument || a.GatewayID != line.Gateway {
			continue
		}
		if a.RequestID == r.ID {
			row.PreviouslyAllocated = row.PreviouslyAllocated.Plus(a.Held).Plus(a.Paid)
		}
		if a.Paid.Positive() && a.UpdatedAt.After(row.LastPayout) {
			row.LastPayout = a.UpdatedAt
		}
	}
	return row
}
