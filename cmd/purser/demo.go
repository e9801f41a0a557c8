package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/cmd/demo"
)

func (a *app) demoCommand() *cobra.Command {
	var o demo.Options
	var headless bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try it at a desk of samples, which needs nothing and leaves nothing",
		Long: `A throw-away desk full of sample requests. Customers keep asking, colleagues give
second approvals and see to payouts, and the provider answers in seconds, declines,
times out and pays in part. You are senior1; --as makes you somebody else.

The same --seed makes the same desk. With --headless nobody is at it: the engine
works for an hour that takes no time, and what came of it is printed and proven.`,
		Example: `  purser demo
  purser demo --keep samples.db --speed 10
  purser demo --headless --requests 2000 --seed 7`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("store") {
				return misused(cmd, "it has a store of its own; --keep FILE keeps it")
			}
			o.Progress = a.seeding()
			if headless {
				return demo.Headless(cmd.Context(), a.out, o)
			}
			return a.demo(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Keep, "keep", "", "keep the desk in `FILE`, and open it there again")
	f.IntVar(&o.Requests, "requests", 500, "how many requests a new desk has: `N`, 1 to 200000")
	f.Uint64Var(&o.Seed, "seed", 1, "what a new desk is drawn from: `N`")
	f.Float64Var(&o.Speed, "speed", 1, "let time pass `X` times as fast")
	f.BoolVar(&headless, "headless", false, "print what a desk without people comes to, and exit")
	a.seatFlags(cmd)
	return cmd
}

// demo opens a desk and lets it live while somebody sits at it.
func (a *app) demo(ctx context.Context, o demo.Options) error {
	if _, err := a.preferences(); err != nil { // before a desk is made for nothing
		return err
	}
	desk, err := demo.Open(ctx, o)
	if err != nil {
		return err
	}
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	var trouble once
	var living sync.WaitGroup
	living.Go(func() {
		trouble.keep(desk.Live(ctx, a.stopping, func(_ string, err error) { trouble.keep(err) }))
	})
	err = a.sitDown(ctx, desk)
	leave()
	living.Wait()
	return errors.Join(err, trouble.err, desk.Close())
}

// stopping says that calls are waited for.
func (a *app) stopping(busy int) {
	a.say("stopping; waiting some seconds for %s in flight", countOf(busy, "call"))
}

// A once keeps the first error that it is given: what went wrong while a screen
// was in the way of saying so.
type once struct {
	mu  sync.Mutex
	err error
}

func (o *once) keep(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = err
	}
}

// seeding tells once a second how far a new desk is. Most are done before.
func (a *app) seeding() func(done, all int) {
	said := time.Now()
	return func(done, all int) {
		if now := time.Now(); now.Sub(said) >= time.Second {
			said = now
			a.say("making samples: %d%%", done*100/all)
		}
	}
}
