package engine

import (
	"context"
	"fmt"
	"slices"
)

// mostProcessed is how many allocations can be processed with one call.
const mostProcessed = 1000

// A Skipped allocation was not processed, and why.
type Skipped struct {
	ID  AllocationID
	Why string
}

// Process queues pending allocations for the workers. Ids of nothing are
// refused and nothing is queued; those that are known but not pending, or whose
// request is blocked, are skipped and reported. Allocations of one request are
// queued in one transaction, each request's in one of its own.
func (e *Engine) Process(ctx context.Context, c Caller, ids []AllocationID) (queued []AllocationID, skipped []Skipped, err error) {
	if len(ids) == 0 || len(ids) > mostProcessed {
		return nil, nil, invalid("allocationIds", "%d allocations; 1 to %d can be processed at once", len(ids), mostProcessed)
	}
	byRequest, order, err := e.groupByRequest(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, request := range order {
		each := c
		if c.Key != "" { // one key, a transaction for each request
			each.Key = c.Key + "/" + string(request)
		}
		done, left, err := e.processSome(ctx, each, request, byRequest[request])
		switch CodeOf(err) {
		case Refused:
			for _, id := range byRequest[request] {
				skipped = append(skipped, Skipped{id, err.Error()})
			}
		default:
			if err != nil {
				return queued, skipped, err
			}
		}
		queued, skipped = append(queued, done...), append(skipped, left...)
	}
	return queued, skipped, nil
}

func (e *Engine) groupByRequest(ctx context.Context, ids []AllocationID) (groups map[RequestID][]AllocationID, order []RequestID, err error) {
	groups = map[RequestID][]AllocationID{}
	var unknown []string
	err = e.store.View(ctx, func(tx ReadTx) error {
		for _, id := range ids {
			a, err := tx.Allocation(id)
			switch {
			case CodeOf(err) == NotFound:
				unknown = append(unknown, string(id))
			case err != nil:
				return err
			default:
				if _, seen := groups[a.RequestID]; !seen {
					order = append(order, a.RequestID)
				}
				if !slices.Contains(groups[a.RequestID], id) {
					groups[a.RequestID] = append(groups[a.RequestID], id)
				}
			}
		}
		return nil
	})
	if err == nil && len(unknown) > 0 {
		err = Errorf(NotFound, "no allocation has the id %s", either(unknown)).Or("nothing was processed")
	}
	return groups, order, err
}

func (e *Engine) processSome(ctx context.Context, c Caller, request RequestID, ids []AllocationID) (queued []AllocationID, skipped []Skipped, err error) {
	_, err = e.change(ctx, c, VerbProcess, request, anyVersion, mark(VerbProcess, ids), func(d *deed) error {
		queued, skipped = nil, nil
		for _, id := range ids {
			was, err := d.tx.Allocation(id)
			if err != nil {
				return err
			}
			if was.Status != AllocationPending {
				skipped = append(skipped, Skipped{id, fmt.Sprintf("it is %s", was.Status)})
				continue
			}
			a := was
			if err := d.moveAllocation(allocationQueued, was, AllocationQueued, &a); err != nil {
				return err
			}
			queued = append(queued, id)
		}
		return nil
	})
	return queued, skipped, err
}

// CancelAllocation calls off an allocation that no worker has taken yet. Its
// amount is available again; the request stays in progress.
func (e *Engine) CancelAllocation(ctx context.Context, c Caller, id AllocationID) (a Allocation, err error) {
	was, err := e.Allocation(ctx, id)
	if err != nil {
		return a, err
	}
	_, err = e.change(ctx, c, VerbCancelAllocation, was.RequestID, anyVersion, mark(VerbCancelAllocation, id), func(d *deed) error {
		if was, err = d.tx.Allocation(id); err != nil {
			return err
		}
		a = was
		a.Held = was.Held.Minus(was.Held)
		d.look = true
		return d.moveAllocation(allocationCanceled, was, AllocationCanceled, &a)
	})
	if err == nil && a.ID == "" {
		return e.Allocation(ctx, id)
	}
	return a, err
}
