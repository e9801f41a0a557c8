// Package runner drives an engine's steps: the loops, waits and stopping that
// the engine itself does not have. Every process that stays open (console,
// demo, work, serve) runs one, and they share the work by the leases in the
// store; nothing is lost if one of them dies.
//
// A runner knows what a step is and nothing of what it does, except that the
// payouts step spends its time waiting for providers and is therefore run
// several times over. How long a provider is waited for is the gateway's
// business; an answer is given five seconds more when the process ends.
package runner

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/purserhq/purser/engine"
)

// Options say how steps are driven. The zero Options are for a process on the
// machine's own time.
type Options struct {
	Payouts int                          // how many are with providers at once; 0 for 4
	Failed  func(step string, err error) // is told of bites that failed; may be nil
	Leaving func(busy int)               // is told once how many bites are waited for at the end; may be nil
}

const (
	manyPayouts = 4

	// An idle step is tried again after the first gap, then after twice as
	// long each time. The longest keeps the promise that what falls due is
	// done within a second.
	firstGap   = 10 * time.Millisecond
	longestGap = 500 * time.Millisecond
	failureGap = 5 * time.Second // the longest between failures

	// grace is what providers are given to answer when the process ends. What
	// remains then is recovered by its lease.
	grace = 5 * time.Second

	// shortly is how long the bites that wait for nobody take to end, about
	// which nothing needs to be said.
	shortly = 100 * time.Millisecond
)

// Run calls the steps until ctx ends, and returns when the last bite has.
// Bites that are under way then are given five seconds.
func Run(ctx context.Context, steps []engine.Step, o Options) {
	if o.Payouts == 0 {
		o.Payouts = manyPayouts
	}
	biting, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	r := runner{Options: o, biting: biting}
	var loops sync.WaitGroup
	for _, step := range steps {
		workers := 1
		if step.Name == "payouts" {
			workers = o.Payouts
		}
		for range workers {
			loops.Go(func() { r.loop(ctx, step) })
		}
	}
	done := make(chan struct{})
	go func() {
		loops.Wait()
		close(done)
	}()
	<-ctx.Done()
	wait(done, shortly)
	if busy := int(r.busy.Load()); busy > 0 && o.Leaving != nil {
		o.Leaving(busy)
	}
	wait(done, grace-shortly)
	stop()
	<-done
}

type runner struct {
	Options
	biting context.Context // outlives the one that Run was given by the grace
	busy   atomic.Int32
}

// loop calls one step again and again: at once while there is more, seldom
// while there is not.
func (r *runner) loop(ctx context.Context, step engine.Step) {
	gap := firstGap
	for ctx.Err() == nil {
		more, err := r.bite(step)
		longest := longestGap
		switch {
		case err != nil && ctx.Err() == nil:
			longest = failureGap
			if r.Failed != nil {
				r.Failed(step.Name, err)
			}
		case more:
			gap = firstGap
			continue
		}
		wait(ctx.Done(), gap)
		gap = min(2*gap, longest)
	}
}

// bite calls a step once.
func (r *runner) bite(step engine.Step) (more bool, err error) {
	r.busy.Add(1)
	defer r.busy.Add(-1)
	return step.Run(r.biting)
}

// wait waits for d, or until done is closed.
func wait(done <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-done:
	}
}
