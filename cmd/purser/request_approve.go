package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) requestApprove() *cobra.Command {
	var given engine.Approving
	return a.stepCommand(step{
		name: "approve", short: "Give one person's yes",
		long: `The request is approved with the last approval that its point asks for.
Each warning, and a claim of somebody else, is named and has to be confirmed,
on a terminal or with --yes.`,
		done: "approved %s", to: engine.RequestApproved,
		before: func(ctx context.Context, r engine.Request) (err error) {
			given, err = a.warned(ctx, r)
			return err
		},
		perform: func(
			e *engine.Engine, ctx context.Context, c engine.Caller, id engine.RequestID, seen int,
		) (engine.Request, error) {
			given.Seen = seen
			return e.Approve(ctx, c, id, given)
		},
	})
}

// warned names the warnings on a request, and has them confirmed.
func (a *app) warned(ctx context.Context, r engine.Request) (engine.Approving, error) {
	d, err := a.engine.Dossier(ctx, r.ID)
	if err != nil {
		return engine.Approving{}, err
	}
	if err := d.Standing(a.config.Reviewers[a.as()]).Why(engine.VerbApprove); err != nil {
		return engine.Approving{}, nil // the engine says so
	}
	names, sentences := engine.Warnings(d.Signals, d.Claim, a.as(), a.engine.Now())
	given := engine.Approving{Saw: engine.Saw("", d.Signals), Overruled: names}
	if len(names) == 0 || a.flags.dryRun {
		return given, nil
	}
	for i, sentence := range sentences {
		a.say("warning: %s (%s)", sentence, names[i])
	}
	question := fmt.Sprintf("approve %s of %s all the same?", r.Amount.Text(), named(d.Customer.Name, d.Customer.Reference))
	return given, a.confirm(ctx, question)
}
