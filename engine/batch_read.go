package engine

import "context"

// A BatchState is a batch with where it stands.
type BatchState struct {
	Batch
	Status RunStatus // of its latest run; pending before any
	Run    Run       // that run; zero before any
	Totals BatchTotals
}

// Batch returns a batch by id, or [NotFound].
func (e *Engine) Batch(ctx context.Context, id BatchID) (Batch, error) {
	return view(ctx, e, func(tx ReadTx) (Batch, error) { return tx.Batch(id) })
}

// BatchState returns a batch with its status and totals.
func (e *Engine) BatchState(ctx context.Context, id BatchID) (BatchState, error) {
	return view(ctx, e, func(tx ReadTx) (BatchState, error) {
		b, err := tx.Batch(id)
		if err != nil {
			return BatchState{}, err
		}
		return stateOf(tx, b)
	})
}

// Batches returns a page of batches with where they stand, the latest first.
func (e *Engine) Batches(ctx context.Context, q BatchQuery) ([]BatchState, error) {
	return view(ctx, e, func(tx ReadTx) ([]BatchState, error) {
		batches, err := tx.Batches(q)
		if err != nil {
			return nil, err
		}
		states := make([]BatchState, len(batches))
		for i, b := range batches {
			if states[i], err = stateOf(tx, b); err != nil {
				return nil, err
			}
		}
		return states, nil
	})
}

func stateOf(tx ReadTx, b Batch) (s BatchState, err error) {
	s = BatchState{Batch: b, Status: RunPending}
	if s.Totals, err = tx.BatchTotals(b.ID); err != nil || b.LastRun == "" {
		return s, err
	}
	s.Run, err = tx.Run(b.LastRun)
	s.Status = s.Run.Status
	return s, err
}

// BatchRequests returns up to limit requests of a batch, in its order, from
// place after+1.
func (e *Engine) BatchRequests(ctx context.Context, id BatchID, after, limit int) ([]Request, error) {
	return view(ctx, e, func(tx ReadTx) ([]Request, error) { return tx.BatchRequests(id, after, limit) })
}

// BatchByReference returns the batch of a mode that people call so, or
// [NotFound].
func (e *Engine) BatchByReference(ctx context.Context, mode Mode, reference string) (Batch, error) {
	return view(ctx, e, func(tx ReadTx) (Batch, error) { return tx.BatchByReference(mode, reference) })
}
