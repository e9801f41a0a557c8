package demo

import (
	"context"

	"github.com/purserhq/purser/engine"
)

// halfDone is how many requests of the batch that colleagues put together were
// approved, and how many came to it afterwards.
const halfDone = 6

// putTogether leaves a batch of what waits for a review half done: a run has
// approved what was in it, and as many have come to it since. At a desk of few
// requests there is none.
func putTogether(ctx context.Context, e *engine.Engine) error {
	const from = 12 // none of the newest, where somebody starts
	rows, err := waiting(ctx, e, from+4*halfDone)
	if err != nil || len(rows) < from+4*halfDone {
		return err
	}
	var ids []engine.RequestID
	for _, row := range rows[from:] {
		if row.Claim.By == "" {
			ids = append(ids, row.ID)
		}
	}
	if len(ids) < 2*halfDone {
		return nil
	}
	b, _, err := e.CreateBatch(ctx, by(rev2), engine.NewBatch{
		Reference: "monday", Description: "sample: the first half was approved, the rest came later",
		Of: engine.Selection{IDs: ids[:halfDone]},
	})
	if err != nil {
		return err
	}
	plan, err := e.PreviewRun(ctx, by(senior2), engine.Selection{Batch: b.ID}, engine.RunAction{Verb: engine.VerbApprove})
	if err != nil {
		return err
	}
	if plan.Count() > 0 {
		if _, err := e.StartRun(ctx, by(senior2), plan); err != nil {
			return err
		}
		if err := e.Work(ctx, "runs"); err != nil {
			return err
		}
	}
	_, _, err = e.AddToBatch(ctx, by(rev2), b.ID, engine.Selection{IDs: ids[halfDone : 2*halfDone]})
	return err
}
