package engine

import "context"

// Run returns a run, or [NotFound].
func (e *Engine) Run(ctx context.Context, id RunID) (Run, error) {
	return view(ctx, e, func(tx ReadTx) (Run, error) { return tx.Run(id) })
}

// Runs returns a page of runs, the latest first.
func (e *Engine) Runs(ctx context.Context, q RunQuery) ([]Run, error) {
	return view(ctx, e, func(tx ReadTx) ([]Run, error) { return tx.Runs(q) })
}

// RunItems returns a page of a run's items, in their order.
func (e *Engine) RunItems(ctx context.Context, id RunID, q RunItemQuery) ([]RunItem, error) {
	return view(ctx, e, func(tx ReadTx) ([]RunItem, error) { return tx.RunItems(id, q) })
}
