package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) requestShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show REQUEST",
		Short: "Show a request with everything that decides it",
		Example: `  purser request show 8K3QZ2
  purser request show 8K3QZ2 -o json | jq -r .status`,
		Args: takes("REQUEST"),
		RunE: func(cmd *cobra.Command, args []string) error {
			actor, err := a.enter(cmd.Context())
			if err != nil {
				return err
			}
			r, err := a.request(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if a.flags.output == asTable {
				return a.showPage(cmd.Context(), actor, r.ID)
			}
			d, err := a.engine.Dossier(cmd.Context(), r.ID)
			if err != nil {
				return err
			}
			return answerOne(a, viewedKind(), viewedOf(d))
		},
	}
}

func (a *app) showPage(ctx context.Context, actor engine.Reviewer, id engine.RequestID) error {
	d, err := a.engine.Dossier(ctx, id)
	if err != nil {
		return err
	}
	p := newPage(a.out)
	p.request(d)
	p.payee(d)
	p.origin(d)
	p.field("seen as", seenAs(d))
	p.money(d)
	p.comments(d)
	p.signals(d)
	p.field("attention", attentionWords(d))
	p.field("next", nextStep(d, actor))
	return p.err
}

// seenAs is the request in the words of the other body of practice.
func seenAs(d engine.Dossier) string {
	v := engine.ViewsOfRequest(d.Request, d.Allocations, d.Payouts).PayCore
	said := "PayCore " + v.Status
	if v.Resolution != "" && v.Resolution != "OK" {
		said += ", " + v.Resolution
	}
	if v.Held {
		said += ", moderation required"
	}
	return said
}

// attentionWords say what a person must look at.
func attentionWords(d engine.Dossier) string {
	switch d.Request.Attention {
	case "":
		return ""
	case engine.AttentionConflict:
		return "conflict: statements about a payout contradict each other"
	case engine.AttentionUnknown:
		return "outcome-unknown: money may have moved, and nobody knows"
	case engine.AttentionOverpaid:
		return "overpaid: more was paid than asked"
	case engine.AttentionReturned:
		return "returned: money came back after it was paid"
	case engine.AttentionFailed:
		return "payout-failed: declined or failed, with nothing left to try"
	case engine.AttentionUnplaced:
		return "unplaced: a part of it has no place"
	case engine.AttentionNoApprover:
		return "no-approver: nobody is left who may approve it"
	default:
		return string(d.Request.Attention)
	}
}

// nextStep is what can be done about a request now, and by whom; the engine
// says what cannot.
func nextStep(d engine.Dossier, actor engine.Reviewer) string {
	r := d.Request
	if step := forAttention(d); step != "" {
		return step
	}
	switch r.Status {
	case engine.RequestFulfilled, engine.RequestCanceled, engine.RequestSplit, engine.RequestMerged:
		return ""
	case engine.RequestInProgress:
		return inProgressStep(d)
	}
	if r.Block != nil {
		return fmt.Sprintf("purser request unblock %s, once that is settled", r.ID)
	}
	switch r.Status {
	case engine.RequestPending:
		return possibly(d, actor, engine.VerbReady, fmt.Sprintf("purser request ready %s", r.ID))
	case engine.RequestReady:
		return possibly(d, actor, engine.VerbApprove, fmt.Sprintf("purser request approve %s", r.ID))
	default:
		return possibly(d, actor, engine.VerbAutoAllocate,
			fmt.Sprintf("purser request plan %s, then purser request auto-allocate %[1]s", r.ID))
	}
}

// possibly is the step, or why this reviewer cannot take it.
func possibly(d engine.Dossier, actor engine.Reviewer, verb engine.Verb, step string) string {
	if err := d.Standing(actor).Why(verb); err != nil {
		return fmt.Sprintf("%s is not for %s: %v", verb, actor.ID, err)
	}
	return step
}

func forAttention(d engine.Dossier) string {
	for _, p := range d.Payouts {
		switch {
		case p.Conflict:
			return fmt.Sprintf("a senior decides: purser payout resolve %s --paid AMOUNT or --not-paid", p.ID)
		case d.Request.Attention == engine.AttentionUnknown && p.Verdict == "":
			return fmt.Sprintf("ask the provider: purser payout lookup %s; "+
				"or a senior states it: purser payout statement %[1]s", p.ID)
		}
	}
	switch d.Request.Attention {
	case engine.AttentionNoApprover:
		return "an admin adds a reviewer whose limit is high enough and who did not make it"
	case engine.AttentionFailed:
		return fmt.Sprintf("place it otherwise: purser request plan %s; or purser request release %[1]s", d.Request.ID)
	case engine.AttentionReturned:
		if d.Request.Status != engine.RequestFulfilled {
			return fmt.Sprintf("find out why the money came back, then place it again: purser request plan %s", d.Request.ID)
		}
		return fmt.Sprintf("find out why the money came back, then purser request pay-again %s", d.Request.ID)
	case engine.AttentionOverpaid:
		return "get back from the customer or the provider what was paid beyond"
	default:
		return ""
	}
}

func inProgressStep(d engine.Dossier) string {
	r := d.Request
	if r.Block != nil {
		return fmt.Sprintf("purser request unblock %s, once that is settled; nothing more leaves until then", r.ID)
	}
	has := map[engine.AllocationStatus]bool{}
	for _, a := range d.Allocations {
		has[a.Status] = true
	}
	switch {
	case has[engine.AllocationPending]:
		return fmt.Sprintf("purser allocation process --request %s", r.ID)
	case has[engine.AllocationQueued]:
		return "a worker pays it: purser work"
	case has[engine.AllocationProcessing], has[engine.AllocationWaiting]:
		return "wait for the provider"
	case r.Paid.Positive():
		return fmt.Sprintf("place the rest: purser request plan %s; "+
			"or a senior settles it short: purser request settle %[1]s", r.ID)
	default:
		return fmt.Sprintf("purser request plan %s, or purser request release %[1]s", r.ID)
	}
}
