package engine

import (
	"context"

	"github.com/purserhq/purser/engine/plan"
)

// Planner returns a function that makes the plan for a request out of what was
// read of it once: the part that needs no store.
func (e *Engine) Planner(ctx context.Context, id RequestID) (func() plan.Plan, error) {
	return view(ctx, e, func(tx ReadTx) (func() plan.Plan, error) {
		r, err := tx.Request(id)
		if err != nil {
			return nil, err
		}
		input, chooser, err := e.planInput(tx, r, task{}, e.Now())
		return func() plan.Plan {
			chooser.routed = nil
			return plan.Make(input)
		}, err
	})
}
