package engine

import (
	"context"
	"fmt"
)

// leave takes requests out of a batch.
func (w *work) leave(id BatchID, ids []RequestID) error {
	b, err := w.tx.Batch(id)
	if err != nil {
		return err
	}
	for _, request := range ids {
		_, err := w.change(VerbRemoveFromBatch, request, anyVersion, func(d *deed) error {
			if d.r.BatchID != id {
				return Errorf(Refused, "it is in another batch, %s", d.r.BatchID)
			}
			d.r.BatchID, d.r.BatchPlace = "", 0
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", request, err)
		}
		b.Requests--
	}
	b.UpdatedAt = w.now
	w.tx.PutBatch(b)
	return nil
}

// leaveBatch takes the deed's request out of its batch, if it is in one.
func (d *deed) leaveBatch() error {
	if d.r.BatchID == "" {
		return nil
	}
	b, err := d.tx.Batch(d.r.BatchID)
	if err != nil {
		return err
	}
	b.Requests--
	b.UpdatedAt = d.now
	d.tx.PutBatch(b)
	d.r.BatchID, d.r.BatchPlace = "", 0
	return nil
}

// RemoveFromBatch takes requests out of a batch. If one of them is not in it,
// none is.
func (e *Engine) RemoveFromBatch(ctx context.Context, c Caller, id BatchID, ids []RequestID) (Batch, error) {
	const most = 1000
	_, err := e.do(ctx, c, mark("batch-remove", id, ids), func(w *work) error {
		w.result = string(id)
		if len(ids) == 0 || len(ids) > most {
			return invalid("ids", "%d requests; 1 to %d can be removed at once", len(ids), most)
		}
		if _, err := w.openBatch(id); err != nil {
			return err
		}
		return w.leave(id, ids)
	})
	if err != nil {
		return Batch{}, fmt.Errorf("cannot remove from batch %s: %w", id, err)
	}
	return e.Batch(ctx, id)
}

// DeleteBatch empties a batch and takes it off the list. Nothing else of its
// requests changes. It is emptied a bite at a time; one that is interrupted
// has to be deleted again.
func (e *Engine) DeleteBatch(ctx context.Context, c Caller, id BatchID) (Batch, error) {
	err := e.emptyBatch(ctx, c, id)
	if err == nil {
		_, err = e.do(ctx, c, mark("batch-delete", id), func(w *work) error {
			w.result = string(id)
			_, err := w.takeOut(id, c.DryRun)
			if err != nil || c.DryRun {
				return err
			}
			was, err := w.tx.Batch(id)
			if err != nil {
				return err
			}
			b := was
			b.Deleted, b.UpdatedAt = true, w.now
			w.tx.PutBatch(b)
			return w.appendDesk(KindBatch, string(id), "batch-deleted", changes(was.fields(), b.fields()))
		})
	}
	if err != nil {
		return Batch{}, fmt.Errorf("cannot delete batch %s: %w", id, err)
	}
	return e.Batch(ctx, id)
}

// emptyBatch takes out what is more than a last bite.
func (e *Engine) emptyBatch(ctx context.Context, c Caller, id BatchID) error {
	b, err := e.Batch(ctx, id)
	if c.DryRun || b.Deleted {
		return err
	}
	for more := b.Requests > batchBite; more && err == nil; {
		_, err = e.doIn(ctx, e.store.Bulk, c.again(), "", func(w *work) error {
			more, err = w.takeOut(id, false)
			return err
		})
	}
	return err
}

// takeOut takes a bite of requests out of a batch that is to be deleted, unless
// it is only to be seen whether that is possible.
func (w *work) takeOut(id BatchID, only bool) (more bool, err error) {
	b, err := w.openBatch(id)
	if err != nil {
		return false, err
	}
	if err := w.noRun(b); err != nil || only {
		return false, err
	}
	requests, err := w.tx.BatchRequests(id, 0, batchBite)
	if err != nil {
		return false, err
	}
	ids := make([]RequestID, len(requests))
	for i, r := range requests {
		ids[i] = r.ID
	}
	return len(ids) == batchBite, w.leave(id, ids)
}

// noRun refuses while a run of the batch goes on.
func (w *work) noRun(b Batch) error {
	if b.LastRun == "" {
		return nil
	}
	run, err := w.tx.Run(b.LastRun)
	if err == nil && !run.Status.Ended() {
		err = Errorf(Refused, "its run %s is %s", run.ID, run.Status).Or("wait for it, or stop it first")
	}
	return err
}
