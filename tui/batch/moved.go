package batch

import (
	"context"
	"slices"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/screen"
)

// told is how much of what moved is told one by one.
const told = 20

// again makes a plan anew for the same requests, and says what is not as it was.
func again(ctx context.Context, e *engine.Engine, c engine.Caller, was engine.RunPlan) (any, error) {
	ids := make([]engine.RequestID, len(was.Items))
	before := make(map[engine.RequestID]engine.PlannedItem, len(was.Items))
	for i, item := range was.Items {
		ids[i], before[item.ID] = item.ID, item
	}
	if len(ids) == 0 {
		return drawn{}, nil
	}
	same := engine.Selection{IDs: ids}
	if was.Selection.Batch != "" {
		same = was.Selection // its order is the batch's own
	}
	now, err := e.PreviewRun(ctx, c, same, was.Action)
	if err != nil {
		return nil, err
	}
	var moved []text.Safe
	for _, item := range now.Items {
		b, known := before[item.ID]
		delete(before, item.ID)
		switch {
		case !known:
			moved = append(moved, nameOf(item)+"came into the batch")
		case moves(was.Action.Verb, item, b):
			moved = append(moved, whatMoved(ctx, e, item, b, len(moved)))
		}
	}
	for _, item := range was.Items {
		if _, gone := before[item.ID]; gone {
			moved = append(moved, nameOf(item)+"left the batch")
		}
	}
	if len(moved) == 0 {
		return drawn{}, nil
	}
	rows, err := rowsOf(ctx, e, now)
	return drawn{now, rows, moved}, err
}

// moves reports whether what would become of a request is not as it was seen.
// What is seen of an approval is what warns of it, in whatever words.
func moves(verb engine.Verb, item, was engine.PlannedItem) bool {
	saw := verb != engine.VerbApprove && item.Saw != was.Saw
	return item.Version != was.Version || item.Runs() != was.Runs() || saw || !slices.Equal(item.Overruled, was.Overruled)
}

func nameOf(item engine.PlannedItem) text.Safe {
	return screen.Short(string(item.ID)) + "  " + screen.Money(item.Amount) + "  "
}

// whatMoved says what happened to a request since it was seen, for the first of
// them.
func whatMoved(ctx context.Context, e *engine.Engine, item, was engine.PlannedItem, before int) text.Safe {
	name := nameOf(item)
	switch {
	case before >= told:
		return name
	case item.Version != was.Version:
		name += screen.ChangedSince(ctx, e, item.ID, was.Version)
	case item.Runs() && was.Runs() && !slices.Equal(item.Overruled, was.Overruled):
		if len(item.Warnings) == 0 {
			return name + "nothing warns of it any more"
		}
		return name + "other warnings: " + joined(item.Warnings)
	default:
		name += "the same request"
	}
	if item.Runs() {
		return name + ": it would run as it is now"
	}
	return name + ": it stays out now"
}

// joined are sentences in one line.
func joined(sentences []text.Safe) text.Safe {
	var all text.Safe
	for i, s := range sentences {
		if i > 0 {
			all += "; "
		}
		all += s
	}
	return all
}
