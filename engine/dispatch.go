package engine

import (
	"context"
	"strings"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// automate winds the clock of what the engine does by itself: once for each
// approval it allocates, if the point says so, and processes what was
// allocated. Whoever allocates in its place leaves it only the processing, and
// after a release everything is a person's.
func (d *deed) automate() {
	r, o := &d.r, d.point.Options
	switch {
	case d.verb == VerbApprove && r.Status == RequestApproved && d.was.Status != RequestApproved:
		if r.Automatic = o.AutoAllocate || o.AutoProcess; o.AutoAllocate {
			r.DispatchAt = d.now.Add(o.Undo())
		}
	case r.Status != RequestApproved && r.Status != RequestInProgress, d.verb == VerbRelease:
		r.Automatic, r.DispatchAt = false, time.Time{}
	case d.verb == VerbAllocate, d.verb == VerbAutoAllocate && d.actor.ID != ByEngine:
		if r.DispatchAt = (time.Time{}); r.Automatic && o.AutoProcess {
			r.DispatchAt = d.now.Add(o.Undo())
		} else {
			r.Automatic = false
		}
	}
}

// stepDispatch lets the engine do what it does by itself with one bite of the
// requests that are due for it.
func (e *Engine) stepDispatch(ctx context.Context) (more bool, err error) {
	due, err := view(ctx, e, func(tx ReadTx) ([]RequestID, error) { return tx.Due(DueDispatch, e.Now(), dueBite) })
	if err != nil {
		return false, err
	}
	for _, id := range due {
		_, err := e.doIn(ctx, e.store.Bulk, engineCaller, "", func(w *work) error { return w.dispatch(id) })
		if CodeOf(err) == Refused { // somebody was quicker, or it needs more approvals by now
			_, err = e.change(ctx, engineCaller, VerbRecord, id, anyVersion, "", (*deed).handOver)
		}
		if err != nil && CodeOf(err) != Refused {
			return false, err
		}
	}
	return len(due) == dueBite, nil
}

// dispatch does what the engine does by itself with one request.
func (w *work) dispatch(id RequestID) error {
	r, err := w.tx.Request(id)
	if err != nil {
		return err
	}
	point, err := w.config.point(r.PointID)
	switch {
	case err != nil:
		return err
	case r.DispatchAt.IsZero() || r.DispatchAt.After(w.now):
		return nil
	case r.Status == RequestApproved && point.Options.AutoAllocate:
		_, err = w.change(VerbAutoAllocate, id, anyVersion, (*deed).autoAllocate)
	case r.Status == RequestInProgress && point.Options.AutoProcess:
		_, err = w.change(VerbProcess, id, anyVersion, (*deed).autoProcess)
	default: // the point leaves it to people by now
		_, err = w.change(VerbRecord, id, anyVersion, (*deed).handOver)
	}
	return err
}

// handOver leaves the request to people.
func (d *deed) handOver() error {
	d.r.Automatic, d.r.DispatchAt = false, time.Time{}
	return nil
}

// autoAllocate carries out the plan, and processes it where the point says so.
// If nothing can be placed, that is what became of the attempt.
func (d *deed) autoAllocate() error {
	planned, err := d.plan(d.tx, d.r, task{}, d.now)
	if err != nil {
		return err
	}
	if len(planned.Taken()) == 0 {
		d.createFailed(planned)
		return d.handOver()
	}
	if err := d.carryOut(planned); err != nil {
		return err
	}
	if d.point.Options.AutoProcess {
		return d.autoProcess()
	}
	return d.handOver()
}

// autoProcess queues what is pending.
func (d *deed) autoProcess() error {
	allocations, err := d.tx.Allocations(d.r.ID)
	if err != nil {
		return err
	}
	for _, was := range allocations {
		if was.Status != AllocationPending {
			continue
		}
		a := was
		if err := d.moveAllocation(allocationQueued, was, AllocationQueued, &a); err != nil {
			return err
		}
	}
	return d.handOver()
}

// createFailed keeps the trace of a plan that places nothing, as a payout that
// no provider hears of.
func (d *deed) createFailed(p Planned) {
	payout := Payout{
		ID: PayoutID(d.world.IDs.New("po")), RequestID: d.r.ID, CustomerID: d.r.CustomerID,
		Amount: p.Left, Processed: money.Zero(p.Left.Currency), Status: PayoutCreateFailed, Verdict: VerdictNotPaid,
		Resolution: p.resolution(), Message: clip(whyNothing(p.Plan)), CreatedAt: d.now,
	}
	var details []Field
	for _, r := range p.Routed {
		details = append(details, objectField("decision", r.Decision))
	}
	d.r.Status = RequestInProgress
	d.look = true
	d.putPayout(nil, payout, details...)
}

// resolution is why a plan places nothing.
func (p Planned) resolution() Resolution {
	for _, r := range p.Routed {
		if r.Resolution != "" {
			return Resolution(r.Resolution)
		}
	}
	return ResolutionNoRoutes
}

// wayNothing is how it came that a plan places nothing.
func (p Planned) wayNothing() string {
	var ways []string
	for _, routing := range p.Routing {
		ways = append(ways, routing.Way...)
	}
	return strings.Join(append(ways, whyNothing(p.Plan)), "; ")
}
