//go:build unix

package bench_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
)

// BenchmarkP6RunOfApprovals approves all requests of a store in one run: every
// one through the engine's door, with its entry in the journal and its result
// in the run. The plain loop writes the same rows and entries in the order of
// their ids, 500 in a transaction; 1.6 times as long is the goal, and 8 seconds
// for 100,000. What the run has done is to be seen five times a second at least;
// and in another one, beside which somebody else writes every few milliseconds,
// nobody waits for longer than 100 ms.
func BenchmarkP6RunOfApprovals(b *testing.B) {
	n := *requests
	var previewed, started, ran, theirs cost
	var waited, unseen time.Duration
	var grown float64
	for range b.N {
		d := ready(b, n)
		run := d.approval(&previewed, &started)
		before := size(b, d)
		ran.measured(b, func() { unseen = max(unseen, d.finish(run.ID)) })
		grown = float64(size(b, d)-before) / float64(n)
		if run, err := d.Run(b.Context(), run.ID); err != nil || run.Done != n {
			b.Fatalf("%+v, %v", run, err)
		}

		loop := plainly(b, ready(b, n).store)
		theirs.measured(b, func() { loop.approve(n) })

		d = ready(b, n)
		run = d.approval(new(cost), new(cost))
		waited = max(waited, d.beside(func() { d.finish(run.ID) }))
	}
	report(b, 1.6, b.N*n, ran, "plain", theirs)
	b.ReportMetric(float64(previewed.wall.Microseconds())/float64(b.N*n), "preview-µs")
	b.ReportMetric(float64(started.wall.Microseconds())/float64(b.N*n), "start-µs")
	b.ReportMetric(ran.wall.Seconds()/float64(b.N), "run-s")
	b.ReportMetric(float64(waited.Microseconds())/1000, "longest-wait-ms")
	b.ReportMetric(float64(unseen.Microseconds())/1000, "longest-unseen-ms")
	b.ReportMetric(grown, "B/transition")
}

// approval starts a run that approves everything.
func (d *desk) approval(previewed, started *cost) (run engine.Run) {
	d.b.Helper()
	var plan engine.RunPlan
	var err error
	previewed.measured(d.b, func() {
		all := engine.Selection{Filter: &filter.Expr{}, Mode: engine.ModeTest}
		plan, err = d.PreviewRun(d.b.Context(), reviewer, all, engine.RunAction{Verb: engine.VerbApprove})
	})
	must(d.b, err)
	if plan.Count() != d.requests {
		d.b.Fatalf("%d of %d would run: %v", plan.Count(), d.requests, plan.Reasons)
	}
	started.measured(d.b, func() { run, err = d.StartRun(d.b.Context(), reviewer, plan) })
	must(d.b, err)
	return run
}

// size is how many bytes of a store's file are in use.
func size(b *testing.B, d *desk) int64 {
	b.Helper()
	conn := plainly(b, d.store).conn
	pages, err := conn.Number("PRAGMA page_count")
	must(b, err)
	free, err := conn.Number("PRAGMA freelist_count")
	must(b, err)
	each, err := conn.Number("PRAGMA page_size")
	must(b, err)
	return (pages - free) * each
}

// finish does a run's bites until it has ended, and returns the longest for
// which nobody could see that it went on.
func (d *desk) finish(id engine.RunID) (unseen time.Duration) {
	done, since := 0, time.Now()
	for {
		must(d.b, d.Work(d.b.Context(), "runs"))
		run, err := d.Run(d.b.Context(), id)
		must(d.b, err)
		if run.Done > done {
			unseen = max(unseen, time.Since(since))
			done, since = run.Done, time.Now()
		}
		if run.Status.Ended() {
			return unseen
		}
	}
}

// beside writes something every few milliseconds while fn runs, and returns the
// longest that it had to wait.
func (d *desk) beside(fn func()) (longest time.Duration) {
	over, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			began := time.Now()
			err := d.store.Update(context.Background(), func(tx engine.Tx) error {
				tx.Remember(engine.Remembered{Key: fmt.Sprint("beside", i), At: began})
				return nil
			})
			if err != nil {
				d.b.Error(err)
			}
			longest = max(longest, time.Since(began))
			select {
			case <-over:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	fn()
	close(over)
	<-done
	return longest
}
