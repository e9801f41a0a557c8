package engine

import (
	"context"
	"slices"

	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/plan"
	"github.com/purserhq/purser/engine/route"
)

// A SchemeTrial is what would change if a routing scheme read as it is tried.
type SchemeTrial struct {
	Looked  int        // how many open requests were planned both ways
	More    bool       // there are more, which were not
	Changed []Rerouted // those that would be planned otherwise
}

// Rerouted is a request whose plan changes with a routing scheme.
type Rerouted struct {
	Request       Request
	Before, After plan.Plan
}

// mostTried bounds how many requests a scheme is tried on.
const mostTried = 100

// TryScheme plans the open requests of the points that use a routing scheme,
// the latest first, as they would be if it read so. Nothing is kept.
func (e *Engine) TryScheme(ctx context.Context, s route.Scheme) (SchemeTrial, error) {
	return view(ctx, e, func(tx ReadTx) (t SchemeTrial, err error) {
		config, err := tx.Config()
		if err != nil {
			return t, err
		}
		router, err := config.compiled(s)
		if err != nil {
			return t, err
		}
		for _, point := range inOrder(config.Points) {
			if point.Scheme == s.ID && !t.More {
				err = e.tryAt(tx, point, router, &t)
			}
			if err != nil {
				return t, err
			}
		}
		return t, nil
	})
}

// tryAt plans the open requests of one point both ways.
func (e *Engine) tryAt(tx ReadTx, point Point, router *route.Router, t *SchemeTrial) error {
	page, err := tx.Requests(RequestQuery{
		Mode: point.Mode, Order: Order{Key: "created", Descending: true}, Limit: mostTried - t.Looked,
		Filter: filter.Expr{Clauses: []filter.Clause{
			{Field: "point", Kind: filter.ID, Values: []filter.Value{{Text: point.ID}}},
			{Field: "status", Kind: filter.Enum, Values: []filter.Value{
				{Text: string(RequestReady)}, {Text: string(RequestApproved)}, {Text: string(RequestInProgress)},
			}},
		}},
	})
	if err != nil {
		return err
	}
	t.More = page.More
	for _, row := range page.Rows {
		if !row.Available().Positive() {
			continue
		}
		before, err := e.plan(tx, row.Request, task{}, e.Now())
		if err != nil {
			return err
		}
		after, err := e.plan(tx, row.Request, task{router: router}, e.Now())
		if err != nil {
			return err
		}
		t.Looked++
		if !sameWay(before.Plan, after.Plan) {
			t.Changed = append(t.Changed, Rerouted{Request: row.Request, Before: before.Plan, After: after.Plan})
		}
	}
	return nil
}

// sameWay reports whether two plans send the same money the same ways.
func sameWay(a, b plan.Plan) bool {
	return slices.EqualFunc(a.Taken(), b.Taken(), func(a, b plan.Line) bool {
		return a.Instrument == b.Instrument && a.Route == b.Route && a.Amount == b.Amount
	})
}
