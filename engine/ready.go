package engine

import (
	"context"
	"time"
)

// Ready brings a pending request up for review.
func (e *Engine) Ready(ctx context.Context, c Caller, id RequestID, seen int) (Request, error) {
	return e.change(ctx, c, VerbReady, id, seen, mark(VerbReady, id), makeReady)
}

// Return sends a request back to pending. Its approvals are void, and only a
// reviewer makes it ready again.
func (e *Engine) Return(ctx context.Context, c Caller, id RequestID, seen int) (Request, error) {
	return e.change(ctx, c, VerbReturn, id, seen, mark(VerbReturn, id), func(d *deed) error {
		return d.sendBack()
	})
}

func (d *deed) sendBack() error {
	d.r.Status = RequestPending
	d.r.Approvals = nil
	d.r.HeldBack = true
	d.r.ReadyAt = time.Time{}
	return nil
}

func makeReady(d *deed) error {
	d.r.Status = RequestReady
	d.r.ReadyAt = time.Time{}
	d.then = func(r *Request) error { return d.approveUnasked(r, d.point) }
	return nil
}

// startingClock is when the clock makes a new request ready.
func startingClock(p Point, instrument InstrumentID, w *work) time.Time {
	if startingStatus(p, instrument) == RequestReady {
		return time.Time{}
	}
	return p.Readiness.due(w.now, instrument)
}

// stepReady makes one bite of due requests ready.
func (e *Engine) stepReady(ctx context.Context) (more bool, err error) {
	return e.stepDue(ctx, DueReady, func(w *work, id RequestID) error {
		_, err := w.change(VerbReady, id, anyVersion, makeReady)
		return err
	})
}

// stepExpire cancels one bite of expired requests.
func (e *Engine) stepExpire(ctx context.Context) (more bool, err error) {
	return e.stepDue(ctx, DueExpire, func(w *work, id RequestID) error {
		_, err := w.change(VerbCancel, id, anyVersion, func(d *deed) error {
			return d.cancel(Cancellation{By: CanceledBySystem, Description: "expired"})
		})
		return err
	})
}

// dueBite is how many requests a clock moves in one transaction.
const dueBite = 50

// stepDue moves one bite of the requests that a clock is due for. One that
// cannot be moved after all stops being due.
func (e *Engine) stepDue(ctx context.Context, clock DueClock, move func(*work, RequestID) error) (more bool, err error) {
	var due []RequestID
	err = e.store.View(ctx, func(tx ReadTx) error {
		due, err = tx.Due(clock, e.Now(), dueBite)
		return err
	})
	if err != nil || len(due) == 0 {
		return false, err
	}
	moved := 0
	for _, id := range due {
		_, err := e.doIn(ctx, e.store.Bulk, engineCaller, "", func(w *work) error { return move(w, id) })
		switch CodeOf(err) {
		case Refused: // moved, blocked or touched meanwhile: it is not due any more, or waits
		default:
			if err != nil {
				return false, err
			}
			moved++
		}
	}
	return moved > 0 && len(due) == dueBite, nil
}
