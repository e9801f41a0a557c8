package engine

import (
	"context"
	"errors"
	"time"
)

// How much of a run is done in one transaction: whichever comes first. A bite
// ends long before those who wait for the writer would notice.
const (
	runBite     = 250
	runBiteTime = 20 * time.Millisecond

	// aheadBite is for how many of them signals are found at once.
	aheadBite = 25
)

// abandoned is how long items of a new run may take to be kept. Whoever kept
// them is gone then.
const abandoned = time.Minute

// stepRuns takes on one bite of the run that was left alone longest. An item's
// result is written in the transaction that has its effect; so however many
// processes take part, and wherever one dies, none is done twice.
func (e *Engine) stepRuns(ctx context.Context) (more bool, err error) {
	const most = 20 // those that are still being kept stand in nobody's way
	active, err := view(ctx, e, func(tx ReadTx) ([]Run, error) { return tx.ActiveRuns(most) })
	if err != nil {
		return false, err
	}
	for _, run := range active {
		if run.Kept == run.Items {
			return true, e.bite(ctx, run)
		}
		if e.Now().Sub(run.UpdatedAt) > abandoned {
			return true, e.failRun(ctx, run.ID, "whoever started it went away before all of it was kept")
		}
	}
	return false, nil
}

// bite does one bite of a run in the name of who started it.
func (e *Engine) bite(ctx context.Context, run Run) error {
	caller := Caller{By: run.By, Door: run.Door, OSUser: run.OSUser}
	_, err := e.doIn(ctx, e.store.Bulk, caller, "", func(w *work) error { return w.bite(run.ID) })
	if CodeOf(err) == Forbidden {
		return e.failRun(ctx, run.ID, err.Error())
	}
	return err
}

// failRun ends a run that cannot go on.
func (e *Engine) failRun(ctx context.Context, id RunID, why string) error {
	_, err := e.doIn(ctx, e.store.Bulk, engineCaller, "", func(w *work) error {
		run, err := w.tx.Run(id)
		if err != nil || run.Status.Ended() {
			return err
		}
		was := run
		run.Failure = why
		return w.moveRun(runFails, was, RunFailed, &run)
	})
	return err
}

func (w *work) bite(id RunID) error {
	run, err := w.tx.Run(id)
	if err != nil || run.Status.Ended() {
		return err
	}
	if run.Status == RunPending {
		if err := w.moveRun(runBegins, run, RunProcessing, &run); err != nil {
			return err
		}
	}
	items, err := w.tx.RunItems(id, RunItemQuery{Results: []ItemResult{ItemWaiting}, After: run.Place, Limit: runBite})
	if err != nil {
		return err
	}
	if err := w.follow(&run); err != nil {
		return err
	}
	w.run = id
	for i, item := range items {
		if run.Action.Verb == VerbApprove && i%aheadBite == 0 {
			if err := w.lookAhead(run, items[i:min(i+aheadBite, len(items))]); err != nil {
				return err
			}
		}
		if item, err = w.runItem(run, item); err != nil {
			return err
		}
		run.count(item)
		w.tx.PutRunItem(id, item)
		if w.Now().Sub(w.now) >= runBiteTime {
			break
		}
	}
	w.run, w.ahead, w.touched = "", nil, nil
	run.UpdatedAt = w.now
	if err := w.followed(&run); err != nil {
		return err
	}
	if run.Waiting() == 0 {
		return w.moveRun(runEnds, run, RunCompleted, &run)
	}
	w.tx.PutRun(run)
	return nil
}

func (r *Run) count(item RunItem) {
	r.Place = item.Place
	if item.Result == ItemDone {
		r.Done++
		r.DoneSums = plusTotal(r.DoneSums, item.Amount)
	} else {
		r.Refused++
		r.RefusedSums = plusTotal(r.RefusedSums, item.Amount)
	}
}

// runItem takes one request through the door. What stops it is its result, and
// does not stop the others; only a store that cannot go on does.
func (w *work) runItem(run Run, item RunItem) (RunItem, error) {
	err := w.tx.Try(func() error {
		r, err := w.change(run.Action.Verb, item.RequestID, item.Version, func(d *deed) error {
			if d.was.Version != item.Version && run.Action.Verb != VerbBlock {
				return d.stale(item.Version)
			}
			return run.Action.edit(d, run, item)
		})
		item.Now = r.Version
		return err
	})
	switch code := CodeOf(err); {
	case err == nil:
		item.Result = ItemDone
		return item, nil
	case code == Unavailable, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return item, err
	default:
		item.Result, item.Code, item.Why, item.Now = ItemRefused, code, clip(err.Error()), 0
		return item, nil
	}
}

// moveRun takes a run to a status if its table has the move, and writes it.
func (w *work) moveRun(verb runVerb, was Run, to RunStatus, run *Run) error {
	if !runLife.allows(was.Status, verb, to) {
		return Errorf(Internal, "run %s: %s does not lead from %s to %s", run.ID, verb, was.Status, to)
	}
	run.Status, run.UpdatedAt = to, w.now
	event := "batch-run-started"
	if to.Ended() {
		run.EndedAt = w.now
		event = "batch-run-finished"
	}
	w.tx.PutRun(*run)
	return w.appendDesk(KindRun, string(run.ID), event, changes(was.fields(), run.fields()),
		numberField("done", run.Done), numberField("refused", run.Refused), numberField("skipped", run.Skipped))
}
