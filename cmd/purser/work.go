package main

import (
	"context"
	"sync"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/cmd/runner"
	"github.com/purserhq/purser/engine"
)

func (a *app) workCommand() *cobra.Command {
	var untilIdle bool
	cmd := &cobra.Command{
		Use:   "work",
		Short: "Do what is due: pay, look up, make ready, expire",
		Long: `Runs until ctrl+c or SIGTERM, beside as many others as you like. Told to stop, it
gives calls to providers that are in flight up to five seconds; what remains is
looked up by the next worker, never paid again.`,
		Example: `  purser work
  purser work --until-idle      # ends when nothing is due`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			if err := a.desk(ctx); err != nil {
				return err
			}
			if why := a.store.ReadOnly(); why != "" {
				return engine.Errorf(engine.Unavailable, "nothing can be worked on: %s", why)
			}
			if !untilIdle {
				a.work(ctx)
				return nil
			}
			before, err := a.engine.LastSeq(ctx)
			if err != nil {
				return err
			}
			if err := a.engine.RunUntilIdle(ctx); err != nil {
				return err
			}
			after, err := a.engine.LastSeq(ctx)
			if err == nil {
				a.say("nothing is due; %s recorded meanwhile", countOf(int(after-before), "change"))
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&untilIdle, "until-idle", false, "end when nothing is due")
	return cmd
}

// work runs the engine's steps until ctx ends.
func (a *app) work(ctx context.Context) {
	dsn, err := a.dsn()
	if err != nil { // it was opened
		panic(err)
	}
	a.say("working on %s; ctrl+c stops", dsn)
	var mu sync.Mutex
	said := map[string]string{} // the last failure of each step: a store that is gone is told of once
	runner.Run(ctx, a.engine.Steps(), runner.Options{
		Failed: func(step string, err error) {
			mu.Lock()
			defer mu.Unlock()
			if said[step] != err.Error() {
				said[step] = err.Error()
				a.say("purser: %s: %v; going on", step, err)
			}
		},
		Leaving: func(busy int) {
			a.say("stopping; waiting up to five seconds for %s in flight", countOf(busy, "call"))
		},
	})
	a.say("stopped")
}
