package engine

import (
	"slices"
	"time"

	"github.com/purserhq/purser/engine/route"
)

// afterwards has the request's failed or partly paid allocations looked at once
// the deed is kept.
func (d *deed) afterwards(ids ...AllocationID) {
	then := d.then
	d.then = func(r *Request) error {
		if then != nil {
			if err := then(r); err != nil {
				return err
			}
		}
		return d.placeAgain(r, ids)
	}
}

// placeAgain lets the engine place again what allocations left unpaid, as long
// as nothing stops it.
func (w *work) placeAgain(r *Request, ids []AllocationID) error {
	engine := w.asEngine()
	point, err := w.config.point(r.PointID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if (Standing{Request: *r, Point: point, Actor: engine.actor}).Why(VerbFailOver) != nil {
			return nil
		}
		if *r, err = engine.change(VerbFailOver, r.ID, anyVersion, func(d *deed) error { return d.failOver(id) }); err != nil {
			return err
		}
	}
	return nil
}

// failOver evaluates the whole routing again for what an allocation left
// unpaid, and queues what that places.
func (d *deed) failOver(id AllocationID) error {
	failed, err := d.tx.Allocation(id)
	if err != nil {
		return err
	}
	all, err := d.tx.Allocations(d.r.ID)
	if err != nil {
		return err
	}
	again, err := d.maybeAgain(failed, all)
	if err != nil || !again {
		return err
	}
	t := task{replaces: &failed, parts: route.MaxParts - len(all)}
	if !d.point.Options.SkipRouteHistory {
		t.failed = failedRoutes(all)
	}
	planned, err := d.plan(d.tx, d.r, t, d.now)
	if err != nil {
		return err
	}
	d.look = true
	if len(planned.Taken()) == 0 {
		d.others = append(d.others, Event{
			Type: "allocation-not-replaced", Subject: Subject{Kind: KindAllocation, ID: string(id)},
			Details: []Field{textField("why", planned.wayNothing())},
		})
		return nil
	}
	for _, line := range planned.Taken() {
		a := lineAllocation(line)
		a.Origin, a.Replaces, a.Attempt = OriginFailover, id, failed.Attempt
		if failed.Status != AllocationCompleted {
			a.Attempt++
		}
		made, err := d.allocate(a, planned.why(line)...)
		if err != nil {
			return err
		}
		queued := made
		if err := d.moveAllocation(allocationQueued, made, AllocationQueued, &queued); err != nil {
			return err
		}
	}
	return nil
}

// maybeAgain reports whether what an allocation left unpaid may be placed
// again: one that failed while attempts are left and another route could cure
// why, one that was paid in part where parts are paid at all. What a person
// allocated is a person's.
func (d *deed) maybeAgain(a Allocation, all []Allocation) (bool, error) {
	replaced := func(other Allocation) bool { return other.Replaces == a.ID }
	if a.Origin == OriginManual || a.Conflict || len(all) >= route.MaxParts || slices.ContainsFunc(all, replaced) {
		return false, nil
	}
	switch a.Status {
	case AllocationCompleted:
		return d.point.Options.SplitMode && a.Paid.Cmp(a.Amount) < 0 && a.Returned.IsZero(), nil
	case AllocationFailed, AllocationDeclined:
	default:
		return false, nil
	}
	if a.Attempt > d.point.Options.AttemptsLimit {
		return false, nil
	}
	p, err := d.tx.Payout(a.ID)
	if CodeOf(err) == NotFound { // it never left
		return true, nil
	}
	return err == nil && p.Resolution.curable(), err
}

// curable reports whether another route could pay where one answered so: not
// where the recipient is wrong, unknown or a fraud.
func (r Resolution) curable() bool {
	switch r {
	case ResolutionInvalidDetails, ResolutionInvalidRecipient, ResolutionRecipientNotFound, ResolutionAntifraud,
		ResolutionDuplicatedID:
		return false
	default:
		return r.Group() == GroupFatal
	}
}

// failedRoutes are those that failed the request.
func failedRoutes(all []Allocation) []string {
	var routes []string
	for _, a := range all {
		if a.Status == AllocationFailed || a.Status == AllocationDeclined {
			routes = append(routes, a.RouteID)
		}
	}
	return routes
}

// endedSince are the allocations that ended while failing over was stopped.
func endedSince(all []Allocation, since time.Time) (ids []AllocationID) {
	for _, a := range all {
		if !a.Live() && a.Status != AllocationCanceled && !a.UpdatedAt.Before(since) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}
