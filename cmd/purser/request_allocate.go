package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/plan"
)

func (a *app) requestAllocate() *cobra.Command {
	var instrument, gateway, amount, override string
	cmd := &cobra.Command{
		Use:   "allocate REQUEST --instrument I --gateway G",
		Short: "Allocate some of a request by hand",
		Long: `Payout limits do not bind a choice by hand. The limits of service and route, the
balance and the account's instruction do; a senior can override the instruction.`,
		Example: `  purser request allocate 8K3QZ2 --instrument 7QX2 --gateway sandbox-usd --amount 50
  purser request instruments 8K3QZ2     # what there is to choose from`,
		Args:        takes("REQUEST"),
		Annotations: changing(),
	}
	f := cmd.Flags()
	f.StringVar(&instrument, "instrument", "", "one of the customer's")
	f.StringVar(&gateway, "gateway", "", "the `ACCOUNT` to pay it from")
	f.StringVar(&amount, "amount", "", "how much of it (default all that is available)")
	f.StringVar(&override, "override", "", "a senior's `REASON` to go against the account's instruction")
	version := seenFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := need(cmd, "instrument", "gateway"); err != nil {
			return err
		}
		ctx := cmd.Context()
		r, err := a.look(ctx, args[0])
		if err != nil {
			return err
		}
		m := engine.ManualAllocation{Amount: r.Available(), Override: override}
		if m.Seen, err = version.or(r); err != nil {
			return err
		}
		if cmd.Flags().Changed("amount") {
			if m.Amount, err = parseAmount("amount", amount, r.Amount.Currency); err != nil {
				return err
			}
		}
		if m.InstrumentID, err = a.instrumentID(ctx, instrument); err != nil {
			return err
		}
		if m.GatewayID, err = pick("gateway account", gateway, ids(a.config.Gateways)); err != nil {
			return err
		}
		_, made, err := a.engine.AllocateManually(ctx, a.caller(), r.ID, m)
		if err != nil {
			return err
		}
		return done(a, allocationKind(), made, "allocated %s of %s to %s: %s",
			made.Amount.Text(), r.ID, made.GatewayID, made.ID)
	}
	return cmd
}

func (a *app) requestAutoAllocate() *cobra.Command {
	var digest string
	cmd := &cobra.Command{
		Use:   "auto-allocate REQUEST",
		Short: "Carry out the plan for a request",
		Long:  "Answers with the allocations that were made. What could not be placed stays available.",
		Example: `  purser request auto-allocate 8K3QZ2
  purser request auto-allocate 8K3QZ2 --plan 5d41402abc4b    # that plan, or none`,
		Args:        takes("REQUEST"),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&digest, "plan", "", "the `DIGEST` of the plan that you saw: no other is carried out")
	version := seenFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		r, err := a.look(ctx, args[0])
		if err != nil {
			return err
		}
		seen, err := version.or(r)
		if err != nil {
			return err
		}
		var shown *plan.Plan
		if cmd.Flags().Changed("plan") {
			if shown, err = a.samePlan(ctx, r, digest); err != nil {
				return err
			}
		}
		before, err := a.engine.Allocations(ctx, r.ID)
		if err != nil {
			return err
		}
		_, carried, err := a.engine.AutoAllocate(ctx, a.caller(), r.ID, seen, shown)
		if err != nil {
			return err
		}
		if a.flags.dryRun {
			a.did("allocated %s of %s, %s left:", carried.Placed().Text(), r.ID, carried.Left.Text())
			rows, err := a.planRows(ctx, r, carried.Taken())
			if err != nil {
				return err
			}
			return answerList(a, planKind(), rows)
		}
		return a.answerMade(ctx, r.ID, before, carried)
	}
	return cmd
}

// samePlan returns the plan for r if it is the one that a person saw.
func (a *app) samePlan(ctx context.Context, r engine.Request, digest string) (*plan.Plan, error) {
	p, err := a.engine.Plan(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	if p.Digest() != digest {
		return nil, engine.Errorf(engine.Stale, "cannot auto-allocate %s: the plan is another now, %s", r.ID, p.Digest()).
			Or("look at it with purser request plan %s", r.ID)
	}
	return &p, nil
}

// answerMade answers with the allocations that a request has beyond before.
func (a *app) answerMade(ctx context.Context, id engine.RequestID, before []engine.Allocation, p plan.Plan) error {
	after, err := a.engine.Allocations(ctx, id)
	if err != nil {
		return err
	}
	made := slices.DeleteFunc(after, func(x engine.Allocation) bool {
		return slices.ContainsFunc(before, func(y engine.Allocation) bool { return x.ID == y.ID })
	})
	if len(made) == 0 {
		a.say("nothing new: the key was used for this before")
	} else {
		a.did("allocated %s of %s, %s left", p.Placed().Text(), id, p.Left.Text())
	}
	return answerList(a, allocationKind(), made)
}

func (a *app) requestInstruments() *cobra.Command {
	return &cobra.Command{
		Use:     "instruments REQUEST",
		Short:   "List what a request could be allocated to: the worksheet for a choice by hand",
		Example: `  purser request instruments 8K3QZ2`,
		Args:    takes("REQUEST"),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := a.look(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			candidates, err := a.engine.Worksheet(cmd.Context(), r.ID)
			if err != nil {
				return err
			}
			instruments, err := a.instruments(cmd.Context(), r.CustomerID)
			if err != nil {
				return err
			}
			rows := make([]candidateRow, len(candidates))
			for i, c := range candidates {
				rows[i] = candidateRow{c, instruments[engine.InstrumentID(c.Instrument)], r.Amount.Currency}
			}
			return answerList(a, candidateKind(), rows)
		},
	}
}

func candidateKind() kind[candidateRow] {
	return kind[candidateRow]{
		id: func(c candidateRow) string { return c.Instrument },
		columns: []column[candidateRow]{
			{name: "ID", cell: func(c candidateRow) string { return c.Instrument }},
			{name: "INSTRUMENT", cell: func(c candidateRow) string { return instrumentName(c.instrument) }},
			{name: "ACCOUNT", cell: func(c candidateRow) string { return c.Gateway }},
			{name: "INSTRUCTION", cell: func(c candidateRow) string { return string(c.Instruction) }},
			{name: "EXPOSURE", right: true, cell: func(c candidateRow) string { return orBlank(c.Exposure) }},
			{name: "AT MOST", right: true, cell: func(c candidateRow) string { return orBlank(c.Ceiling) }},
			{name: "ALLOCATED", right: true, cell: func(c candidateRow) string { return orBlank(c.PreviouslyAllocated) }},
			{name: "WHY", cell: func(c candidateRow) string { return strings.Join(c.Reasons, "; ") }},
		},
		csv: []string{
			"paymentInstrumentId", "gatewayAccountId", "routeId", "instruction", "currency", "exposure",
			"ceiling", "previouslyAllocated", "lastPaymentTime", "lastPayoutTime", "reasons",
		},
	}
}
