package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// keepBite is how many items of a new run are written in one transaction.
const keepBite = 1000

// StartRun starts a run that does what p says, in c's name. Its items are kept
// first, a bite at a time; then the engine's step takes them on, in this
// process or another, and goes on after a crash. Which of them succeed is
// decided one by one as their turn comes.
func (e *Engine) StartRun(ctx context.Context, c Caller, p RunPlan) (Run, error) {
	if err := p.Action.check(); err != nil {
		return Run{}, fmt.Errorf("cannot start a run: %w", err)
	}
	return e.startRun(ctx, c, p, "")
}

func (e *Engine) startRun(ctx context.Context, c Caller, p RunPlan, undoes RunID) (run Run, err error) {
	mark := mark("run", p.Digest)
	if undoes != "" {
		mark = markOfUndo(undoes)
	}
	result, err := e.do(ctx, c, mark, func(w *work) error {
		if run, err = w.newRun(p, undoes); err != nil {
			return err
		}
		w.result = string(run.ID)
		return nil
	})
	if err != nil {
		return Run{}, fmt.Errorf("cannot start a run: %w", err)
	}
	if c.DryRun {
		return run, nil
	}
	if run, err = e.Run(ctx, RunID(result)); err != nil {
		return run, err
	}
	return e.keepRun(ctx, c, run, p)
}

// keepRun keeps what is missing of a run's items.
func (e *Engine) keepRun(ctx context.Context, c Caller, run Run, p RunPlan) (_ Run, err error) {
	id := run.ID
	for !run.Status.Ended() && run.Kept < run.Items {
		_, err := e.doIn(ctx, e.store.Bulk, c.again(), "", func(w *work) error {
			run, err = w.keepItems(id, p)
			return err
		})
		if err != nil {
			return run, fmt.Errorf("cannot keep all items of run %s: %w", id, err)
		}
	}
	return run, nil
}

// again is the caller going on with a command that its key stands for already.
func (c Caller) again() Caller {
	c.Key = ""
	return c
}

// newRun keeps a run without items.
func (w *work) newRun(p RunPlan, undoes RunID) (Run, error) {
	if err := w.least(RoleReviewer, "start a run"); err != nil {
		return Run{}, err
	}
	if p.Count() == 0 {
		return Run{}, nothingRuns(p)
	}
	run := Run{
		ID: RunID(w.world.IDs.New("run")), Mode: p.Mode, Of: p.Selection.String(), BatchID: p.Selection.Batch,
		Action: p.Action, Digest: p.Digest, Status: RunPending,
		By: w.actor.ID, Door: w.caller.Door, OSUser: w.caller.OSUser,
		Items: len(p.Items), LeftAlone: p.lookedAt, Sums: p.Runs, OutSums: p.Out, Undoes: undoes, CreatedAt: w.now, UpdatedAt: w.now,
	}
	if undoes != "" { // what takes back a run of a batch is one, too
		undone, err := w.tx.Run(undoes)
		if err != nil {
			return run, err
		}
		run.BatchID = undone.BatchID
	}
	if run.BatchID != "" {
		b, err := w.tx.Batch(run.BatchID)
		if err != nil {
			return run, err
		}
		if run.Undoes == "" {
			run.Of = "batch " + b.Reference
		}
		b.LastRun, b.UpdatedAt = run.ID, w.now
		w.tx.PutBatch(b)
	}
	w.tx.PutRun(run)
	return run, w.appendDesk(KindRun, string(run.ID), "batch-run-created", changes(nil, run.fields()))
}

// nothingRuns refuses a plan by which everything stays out.
func nothingRuns(p RunPlan) error {
	if len(p.Reasons) == 0 {
		return Errorf(Refused, "no request is selected")
	}
	why := p.Reasons[0]
	e := Errorf(Refused, "nothing of it can run: %s", why.Why)
	if len(p.Reasons) > 1 {
		e = Errorf(Refused, "nothing of it can run; for %d of %d: %s", why.Requests, len(p.Items), why.Why)
	}
	return e.Or("the preview says why for each request")
}

// keepItems keeps the next bite of a run's items.
func (w *work) keepItems(id RunID, p RunPlan) (Run, error) {
	run, err := w.tx.Run(id)
	if err != nil || run.Status.Ended() {
		return run, err
	}
	for _, planned := range p.Items[run.Kept:min(run.Kept+keepBite, len(p.Items))] {
		run.Kept++
		item := RunItem{
			Place: run.Kept, RequestID: planned.ID, Version: planned.Version, Amount: planned.Amount,
			Saw: planned.Saw, Overruled: planned.Overruled, Result: ItemWaiting,
		}
		if !planned.Runs() {
			item.Result, item.Why = ItemSkipped, planned.Why
			run.Skipped++
		}
		w.tx.PutRunItem(id, item)
	}
	run.UpdatedAt = w.now
	w.tx.PutRun(run)
	return run, nil
}

// StopRun keeps a run from going on. What was done stays done.
func (e *Engine) StopRun(ctx context.Context, c Caller, id RunID, why string) (run Run, err error) {
	_, err = e.do(ctx, c, mark("run-stop", id, why), func(w *work) error {
		w.result = string(id)
		if err := w.least(RoleReviewer, "stop a run"); err != nil {
			return err
		}
		if err := checkDescription(why); err != nil {
			return err
		}
		if run, err = w.tx.Run(id); err != nil {
			return err
		}
		if run.Status.Ended() {
			return Errorf(Refused, "it is %s", run.Status).Or("it ended at %s", run.EndedAt.Format("15:04:05"))
		}
		was := run
		run.StoppedBy, run.Failure = w.actor.ID, "stopped by "+string(w.actor.ID)
		if why != "" {
			run.Failure += ": " + why
		}
		return w.moveRun(runFails, was, RunFailed, &run)
	})
	if err != nil {
		return run, fmt.Errorf("cannot stop run %s: %w", id, err)
	}
	return e.Run(ctx, id)
}

// UndoRun starts a run that takes back what another did: approvals while
// nothing is allocated, making ready while nobody has approved, blocks. A
// request that has changed since is left as it is.
func (e *Engine) UndoRun(ctx context.Context, c Caller, id RunID) (Run, error) {
	result, again, err := e.toldBefore(ctx, c, markOfUndo(id))
	switch {
	case err != nil:
		return Run{}, fmt.Errorf("cannot undo run %s: %w", id, err)
	case again:
		return e.undoAgain(ctx, c, id, RunID(result))
	}
	p, err := e.PreviewUndo(ctx, c, id)
	if err != nil {
		return Run{}, err
	}
	return e.startRun(ctx, c, p, id)
}

// undoAgain returns the run that undoes another. If not all of it was kept, it
// never began, and is completed if it would still be the same.
func (e *Engine) undoAgain(ctx context.Context, c Caller, id, undoing RunID) (Run, error) {
	run, err := e.Run(ctx, undoing)
	if err != nil || run.Kept == run.Items || run.Status.Ended() {
		return run, err
	}
	p, err := e.PreviewUndo(ctx, c, id)
	if err != nil || p.Digest != run.Digest {
		return run, err
	}
	return e.keepRun(ctx, c, run, p)
}

// markOfUndo does not say what would be undone: that is another by the time the
// command is repeated.
func markOfUndo(id RunID) string { return mark("run-undo", id) }

// PreviewUndo says what UndoRun would do.
func (e *Engine) PreviewUndo(ctx context.Context, c Caller, id RunID) (RunPlan, error) {
	p, err := e.previewUndo(ctx, c, id)
	if err != nil {
		return RunPlan{}, fmt.Errorf("cannot undo run %s: %w", id, err)
	}
	return p, nil
}

func (e *Engine) previewUndo(ctx context.Context, c Caller, id RunID) (RunPlan, error) {
	run, err := e.Run(ctx, id)
	if err != nil {
		return RunPlan{}, err
	}
	verb, ok := undoOf[run.Action.Verb]
	switch {
	case !ok:
		return RunPlan{}, Errorf(Refused, "%s cannot be undone", run.Action.Verb)
	case !run.Status.Ended():
		return RunPlan{}, Errorf(Refused, "it is %s", run.Status).Or("stop it first")
	}
	done, err := e.doneBy(ctx, id)
	if err != nil {
		return RunPlan{}, err
	}
	if len(done) == 0 {
		return RunPlan{}, Errorf(Refused, "nothing was done by it")
	}
	ids := slices.Collect(maps.Keys(done))
	return e.preview(ctx, c, Selection{IDs: ids}, RunAction{Verb: verb}, done)
}

// doneBy returns what a run did something with, at the version that left.
func (e *Engine) doneBy(ctx context.Context, id RunID) (map[RequestID]int, error) {
	done := map[RequestID]int{}
	query := RunItemQuery{Results: []ItemResult{ItemDone}, Limit: selectBite}
	for {
		items, err := e.RunItems(ctx, id, query)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			done[item.RequestID] = item.Now
		}
		if len(items) < query.Limit {
			return done, nil
		}
		query.After = items[len(items)-1].Place
	}
}
