//go:build unix

package bench_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
)

// BenchmarkOneAccount pays everything from one gateway account, and beside it
// from sixteen: no balance, limit or queue of an account may hold up more than
// the one writer does anyway. The goal is that one takes no longer, within what
// a machine varies by.
func BenchmarkOneAccount(b *testing.B) {
	for _, test := range []struct {
		name string
		pay  func(d *desk, accounts int)
	}{{"people=64", (*desk).payByHand}, {"run", (*desk).payByRun}} {
		b.Run(test.name, func(b *testing.B) {
			var one, many cost
			n := *requests
			for range b.N {
				for _, side := range []struct {
					cost     *cost
					accounts int
				}{{&one, 1}, {&many, 16}} {
					d := open(b, n, side.accounts, func(int) engine.RequestStatus { return engine.RequestApproved })
					side.cost.measured(b, func() { test.pay(d, side.accounts) })
					if counts, err := d.Counts(b.Context(), engine.ModeTest); err != nil || !all(counts, engine.RequestFulfilled, n) {
						b.Fatalf("%+v, %v", counts, err)
					}
				}
			}
			report(b, 1.05, b.N*n, one, "sixteen", many)
		})
	}
}

// all reports whether n requests and no others are in a status.
func all(counts []engine.Count, status engine.RequestStatus, n int) bool {
	for _, c := range counts {
		if c.Status == status {
			n -= int(c.Requests)
		} else if c.Requests != 0 {
			return false
		}
	}
	return n == 0
}

// payByHand is 64 people who each allocate a request, send it on, and do a
// worker's share of paying.
func (d *desk) payByHand(accounts int) {
	var people sync.WaitGroup
	places := make(chan int, d.requests)
	for i := range d.requests {
		places <- i
	}
	close(places)
	for range 64 {
		people.Go(func() {
			for i := range places {
				if err := d.pay(i, fmt.Sprintf("g%d", i%accounts)); err != nil {
					d.b.Error(err)
					return
				}
			}
		})
	}
	people.Wait()
	must(d.b, d.RunUntilIdle(d.b.Context()))
}

func (d *desk) pay(i int, account string) error {
	ctx := context.Background()
	r, err := d.Request(ctx, requestID(i))
	if err != nil {
		return err
	}
	_, a, err := d.AllocateManually(ctx, reviewer, r.ID, engine.ManualAllocation{
		Seen: r.Version, InstrumentID: r.InstrumentID, GatewayID: account, Amount: r.Amount,
	})
	if err != nil {
		return err
	}
	if _, _, err = d.Process(ctx, reviewer, []engine.AllocationID{a.ID}); err != nil {
		return err
	}
	return d.Work(ctx, "payouts")
}

// payByRun allocates all in one run, sends them on in another, and pays them.
func (d *desk) payByRun(int) {
	for _, verb := range []engine.Verb{engine.VerbAutoAllocate, engine.VerbProcess} {
		all := engine.Selection{Filter: &filter.Expr{}, Mode: engine.ModeTest}
		plan, err := d.PreviewRun(d.b.Context(), reviewer, all, engine.RunAction{Verb: verb})
		must(d.b, err)
		run, err := d.StartRun(d.b.Context(), reviewer, plan)
		must(d.b, err)
		d.finish(run.ID)
		if run, err = d.Run(d.b.Context(), run.ID); err != nil || run.Done != d.requests {
			d.b.Fatalf("%+v, %v", run, err)
		}
	}
	must(d.b, d.RunUntilIdle(d.b.Context()))
}
