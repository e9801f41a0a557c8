package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) requestCommand() *cobra.Command {
	return group("request", "Look at payout requests, and decide them",
		a.requestList(),
		a.requestShow(),
		a.requestCreate(),
		a.requestSet(),
		a.requestReady(),
		a.requestReturn(),
		a.requestApprove(),
		a.requestUndoApproval(),
		a.requestCancel(),
		a.requestBlock(),
		a.requestUnblock(),
		a.requestSplit(),
		a.requestMerge(),
		a.requestPlan(),
		a.requestAllocate(),
		a.requestAutoAllocate(),
		a.requestInstruments(),
		a.requestRelease(),
		a.requestSettle(),
		a.requestPayAgain(),
		a.requestComment(),
		a.requestClaim(),
		a.requestUnclaim(),
		a.requestTimeline(),
	)
}

// A step is a verb that needs no more than a request and its version.
type step struct {
	name    string
	short   string
	long    string
	done    string                                      // a participle with a place for the id: "returned %s to pending"
	to      engine.RequestStatus                        // what done already tells
	before  func(context.Context, engine.Request) error // what has to be settled first; may be nil
	perform func(*engine.Engine, context.Context, engine.Caller, engine.RequestID, int) (engine.Request, error)
}

// stepCommand makes the command of a step.
func (a *app) stepCommand(s step) *cobra.Command {
	cmd := &cobra.Command{
		Use:         s.name + " REQUEST",
		Short:       s.short,
		Long:        s.long,
		Example:     fmt.Sprintf("  purser request %s 8K3QZ2", s.name),
		Args:        takes("REQUEST"),
		Annotations: changing(),
	}
	version := seenFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		r, err := a.look(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		seen, err := version.or(r)
		if err != nil {
			return err
		}
		if s.before != nil {
			if err := s.before(cmd.Context(), r); err != nil {
				return err
			}
		}
		if r, err = s.perform(a.engine, cmd.Context(), a.caller(), r.ID, seen); err != nil {
			return err
		}
		sentence := fmt.Sprintf(s.done, r.ID)
		if stands := a.standing(r); !strings.HasSuffix(stands, " "+string(s.to)) {
			sentence += "; " + stands
		}
		return done(a, requestKind(), rowOf(r), "%s", sentence)
	}
	return cmd
}

// look opens the desk and reads the request that a person means.
func (a *app) look(ctx context.Context, fragment string) (engine.Request, error) {
	if _, err := a.enter(ctx); err != nil {
		return engine.Request{}, err
	}
	return a.request(ctx, fragment)
}

// standing says where a request stands, in a few words.
func (a *app) standing(r engine.Request) string {
	words := "it is " + statusOfRequest(r)
	if a.flags.dryRun {
		words = "it would be " + statusOfRequest(r)
	}
	if need := a.config.Needed(r); r.Status == engine.RequestReady && need > 1 {
		words += fmt.Sprintf(", %d/%d approvals", len(r.Approvals), need)
	}
	return words
}

func (a *app) requestReady() *cobra.Command {
	return a.stepCommand(step{
		name: "ready", short: "Bring a pending request up for review",
		done: "made %s ready", to: engine.RequestReady,
		perform: (*engine.Engine).Ready,
	})
}

func (a *app) requestReturn() *cobra.Command {
	return a.stepCommand(step{
		name: "return", short: "Send a ready request back to pending",
		long: "Its approvals are void, and only a reviewer makes it ready again.",
		done: "returned %s to pending", to: engine.RequestPending,
		perform: (*engine.Engine).Return,
	})
}

func (a *app) requestUndoApproval() *cobra.Command {
	return a.stepCommand(step{
		name: "undo-approval", short: "Take an approval back while nothing is allocated",
		long:    "One's own approval, or else the last one given.",
		done:    "removed an approval of %s",
		perform: (*engine.Engine).UndoApproval,
	})
}

func (a *app) requestUnblock() *cobra.Command {
	return a.stepCommand(step{
		name: "unblock", short: "Lift a block",
		done:    "unblocked %s",
		perform: (*engine.Engine).Unblock,
	})
}

func (a *app) requestRelease() *cobra.Command {
	return a.stepCommand(step{
		name: "release", short: "Take a request whose allocations all died back to approved",
		long: "Its approvals stand, the dead allocations stay as history.",
		done: "released %s to approved", to: engine.RequestApproved,
		perform: (*engine.Engine).Release,
	})
}
