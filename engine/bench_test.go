package engine_test

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// BenchmarkCycle is the life of a request from creation to fulfilment through
// the engine: create, ready, approve, allocate, process, claim, pay, record,
// each step durable before the next. People act side by side, as they do.
func BenchmarkCycle(b *testing.B) {
	for _, test := range []struct {
		name   string
		people int
	}{{"one", 1}, {"many", 64}} {
		b.Run(test.name, func(b *testing.B) {
			d := openDesk(b, filepath.Join(b.TempDir(), "desk.db"), sandbox.Options{})
			payees := make([]engine.Instrument, 256)
			for i := range payees {
				payees[i] = d.customer()
			}
			b.ResetTimer()
			var next atomic.Int64
			var wait sync.WaitGroup
			for range test.people {
				wait.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						d.cycle(b, payees[int(n)%len(payees)])
					}
				})
			}
			wait.Wait()
			if err := d.RunUntilIdle(context.Background()); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

// cycle takes one request to where the workers pay it, and does a worker's
// share.
func (d *desk) cycle(b *testing.B, payee engine.Instrument) {
	ctx := context.Background()
	r, err := d.Create(ctx, as("rev1"), engine.NewRequest{
		PointID: "strict", CustomerID: payee.CustomerID, InstrumentID: payee.ID, Amount: money.New(100, "USD"),
	})
	if err == nil {
		r, err = d.Ready(ctx, as("rev1"), r.ID, r.Version)
	}
	if err == nil {
		r, err = d.Approve(ctx, as("rev2"), r.ID, engine.Approving{Seen: r.Version})
	}
	if err != nil {
		b.Error(err)
		return
	}
	_, a, err := d.AllocateManually(ctx, as("rev1"), r.ID, engine.ManualAllocation{
		Seen: r.Version, InstrumentID: payee.ID, GatewayID: "usd", Amount: r.Amount,
	})
	if err == nil {
		_, _, err = d.Process(ctx, as("rev1"), []engine.AllocationID{a.ID})
	}
	for _, step := range d.Steps() {
		if err == nil && step.Name == "payouts" {
			_, err = step.Run(ctx)
		}
	}
	if err != nil {
		b.Error(err)
	}
}
