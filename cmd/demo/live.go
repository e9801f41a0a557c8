package demo

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/purserhq/purser/cmd/runner"
	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
)

// Live lets a desk live until ctx ends: the engine does what is due, customers
// ask, colleagues answer. It returns when the last provider has answered, or
// could have; leaving is told how many are waited for then, and failed what
// went wrong. Both may be nil.
func (d *Desk) Live(ctx context.Context, leaving func(busy int), failed func(what string, err error)) error {
	people, err := newPeople(ctx, d.Engine, rand.New(rand.NewPCG(d.seed, uint64(d.Now().UnixMicro()))))
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	var all sync.WaitGroup
	all.Go(func() {
		runner.Run(ctx, d.Steps(), runner.Options{Leaving: leaving, Failed: failed})
	})
	all.Go(func() { d.living(ctx, people, failed) })
	all.Wait()
	return nil
}

// living has each habit of people come round, more or less as often as it
// should.
func (d *Desk) living(ctx context.Context, p *people, failed func(what string, err error)) {
	next := make([]time.Duration, len(habits)) // of the desk's time, from now
	for i, h := range habits {
		next[i] = p.soon(h)
	}
	for {
		i := soonest(next)
		passed := next[i]
		if sandbox.Wait(ctx, d.real(passed)) != nil {
			return
		}
		for j := range next {
			next[j] -= passed
		}
		next[i] = p.soon(habits[i])
		if err := habits[i].do(p, ctx); err != nil && !errors.Is(err, ctx.Err()) && failed != nil {
			failed(habits[i].name, err)
		}
	}
}

// A habit is what people at a desk do again and again.
type habit struct {
	name  string
	every time.Duration
	do    func(*people, context.Context) error
}

var habits = []habit{
	{"customers ask", 17 * time.Second, (*people).ask},
	{"colleagues make ready", 40 * time.Second, (*people).makeReady},
	{"colleagues claim", 150 * time.Second, (*people).claim},
	{"colleagues approve", 12 * time.Second, (*people).approve},
	{"colleagues pay", 20 * time.Second, (*people).pay},
}

// soon is when a habit comes round next, more or less.
func (p *people) soon(h habit) time.Duration { return between(p.dice, h.every/3, h.every*5/3) }

func soonest(next []time.Duration) int {
	first := 0
	for i := range next {
		if next[i] < next[first] {
			first = i
		}
	}
	return first
}

// unlessPassing returns err unless it only says that somebody else was quicker
// or a rule is in the way: people shrug then.
func unlessPassing(err error) error {
	switch engine.CodeOf(err) {
	case engine.Refused, engine.Stale, engine.Forbidden, engine.Invalid:
		return nil
	default:
		return err
	}
}
