package batch

import (
	"context"

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
	now, err := e.PreviewRun(ctx, c, engine.Selection{IDs: ids}, was.Action)
	if err != nil {
		return nil, err
	}
	var moved []text.Safe
	for _, item := range now.Items {
		b := before[item.ID]
		if item.Version != b.Version || item.Runs() != b.Runs() || item.Saw != b.Saw {
			moved = append(moved, whatMoved(ctx, e, item, b.Version, len(moved)))
		}
	}
	if len(moved) == 0 {
		return drawn{}, nil
	}
	rows, err := rowsOf(ctx, e, now)
	return drawn{now, rows, moved}, err
}

// whatMoved says what happened to a request since a version of it was seen, for
// the first of them.
func whatMoved(ctx context.Context, e *engine.Engine, item engine.PlannedItem, seen, before int) text.Safe {
	name := screen.Short(string(item.ID)) + "  " + screen.Money(item.Amount) + "  "
	switch {
	case before >= told:
		return name
	case item.Version != seen:
		name += screen.ChangedSince(ctx, e, item.ID, seen)
	default:
		name += "the same request"
	}
	if item.Runs() {
		return name + ": it would run as it is now"
	}
	return name + ": it stays out now"
}
