package screen

import (
	"context"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/plan"
	"github.com/purserhq/purser/engine/text"
)

// Quote makes s one word of a shell's command line, whatever is in it.
func Quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// Splitting is the deed that divides a request.
func Splitting(row engine.RequestRow, s engine.Splitting) Deed {
	id := row.ID
	written := make([]string, len(s.Amounts))
	for i, a := range s.Amounts {
		written[i] = a.String()
	}
	line := "purser request split " + string(id) + " --amounts " + strings.Join(written, ",") +
		" --reason " + string(s.Reason)
	if s.Description != "" {
		line += " --description " + Quote(s.Description)
	}
	return Deed{
		Action: string(OpenSplit), Request: id, Line: line,
		Said: "split " + Money(row.Amount) + " of " + Customer(row) + " into " + Plural(len(s.Amounts), "part"),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			parent, _, err := e.Split(ctx, c, id, s)
			return parent, err
		},
	}
}

// Merging is the deed that joins sources to a target, of the versions that were
// seen.
func Merging(target engine.RequestRow, sources []engine.RequestRow, reason engine.MergeReason) Deed {
	merging := engine.Merging{Seen: target.Version, SourcesSeen: map[engine.RequestID]int{}, Reason: reason}
	var from []string
	for _, row := range sources {
		merging.Sources = append(merging.Sources, row.ID)
		merging.SourcesSeen[row.ID] = row.Version
		merging.OtherInstrument = merging.OtherInstrument || row.InstrumentID != target.InstrumentID
		from = append(from, string(row.ID))
	}
	line := "purser request merge " + string(target.ID) + " --from " + strings.Join(from, ",") +
		" --reason " + string(reason)
	if merging.OtherInstrument {
		line += " --other-instrument"
	}
	return Deed{
		Action: string(OpenMerge), Request: target.ID, Line: line,
		Said: "merged " + Plural(len(from), "request") + " into " + Short(string(target.ID)) + ": " +
			Money(Sum(target, sources)),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			return e.Merge(ctx, c, target.ID, merging)
		},
	}
}

// Allocating is the deed that carries a plan out as it was shown. It is taken
// back by canceling what it made beside the allocations known before.
func Allocating(r engine.Request, shown plan.Plan, before []engine.Allocation) Deed {
	id, seen := r.ID, r.Version
	return Deed{
		Action: string(OpenPlan), Request: id,
		Said: "allocated " + Money(shown.Placed()) + " in " + Plural(len(shown.Taken()), "part"),
		Line: "purser request auto-allocate " + string(id) + " --plan " + shown.Digest(),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			r, _, err := e.AutoAllocate(ctx, c, id, seen, &shown)
			return r, err
		},
		Undo: canceling(before),
	}
}

// AllocatingByHand is the deed that sends an amount through one account. It is
// taken back as [Allocating] is.
func AllocatingByHand(r engine.Request, m engine.ManualAllocation, before []engine.Allocation) Deed {
	id := r.ID
	line := "purser request allocate " + string(id) + " --instrument " + string(m.InstrumentID) + " --gateway " +
		m.GatewayID + " --amount " + m.Amount.String()
	if m.Override != "" {
		line += " --override " + Quote(m.Override)
	}
	return Deed{
		Action: string(NewAllocation), Request: id, Line: line,
		Said: "allocated " + Money(m.Amount) + " through " + text.Line(m.GatewayID),
		Run: func(ctx context.Context, e *engine.Engine, by engine.Caller) (engine.Request, error) {
			r, _, err := e.AllocateManually(ctx, by, id, m)
			return r, err
		},
		Undo: canceling(before),
	}
}

// canceling makes the deed that cancels the allocations made since.
func canceling(known []engine.Allocation) func(engine.Request) *Deed {
	before := map[engine.AllocationID]bool{}
	for _, a := range known {
		before[a.ID] = true
	}
	return func(after engine.Request) *Deed {
		return &Deed{
			Action: string(CancelAllocation), Request: after.ID,
			Said: "canceled what was allocated", Line: "purser request show " + string(after.ID),
			Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
				return cancelNew(ctx, e, c, after.ID, before)
			},
		}
	}
}

func cancelNew(ctx context.Context, e *engine.Engine, c engine.Caller, id engine.RequestID,
	before map[engine.AllocationID]bool,
) (engine.Request, error) {
	made, err := e.Allocations(ctx, id)
	if err != nil {
		return engine.Request{}, err
	}
	for _, a := range made {
		if before[a.ID] {
			continue
		}
		if _, err := e.CancelAllocation(ctx, c, a.ID); err != nil {
			return engine.Request{}, err
		}
	}
	return e.Request(ctx, id)
}

// Sum is what a target would amount to with its sources.
func Sum(target engine.RequestRow, sources []engine.RequestRow) money.Amount {
	sum := target.Amount
	for _, row := range sources {
		sum = sum.Plus(row.Amount)
	}
	return sum
}
