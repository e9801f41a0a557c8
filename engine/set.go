package engine

import (
	"context"

	"github.com/purserhq/purser/engine/text"
)

// A Details holds what can still be changed of a request before its approval;
// nil leaves a property as it is.
type Details struct {
	InstrumentID *InstrumentID // empty: none selected
	Description  *string
}

// Set changes the details of a request. Whoever sets its instrument becomes
// one of its makers.
func (e *Engine) Set(ctx context.Context, c Caller, id RequestID, seen int, details Details) (Request, error) {
	return e.change(ctx, c, VerbSet, id, seen, details.mark(id), func(d *deed) error {
		if details.Description != nil {
			if err := checkDescription(*details.Description); err != nil {
				return err
			}
			d.r.Description = text.Masked(*details.Description)
		}
		if details.InstrumentID != nil && *details.InstrumentID != d.r.InstrumentID {
			return d.choose(*details.InstrumentID)
		}
		return nil
	})
}

func (s Details) mark(id RequestID) string {
	var instrument, description string
	if s.InstrumentID != nil {
		instrument = "=" + string(*s.InstrumentID)
	}
	if s.Description != nil {
		description = "=" + *s.Description
	}
	return mark(VerbSet, id, instrument, description)
}

// choose selects an instrument. Under immediate readiness that is what the
// request was waiting for, and the clock makes it ready.
func (d *deed) choose(instrument InstrumentID) error {
	if err := d.checkPayee(d.r.CustomerID, instrument); err != nil {
		return err
	}
	d.r.InstrumentID = instrument
	d.r.Makers = withMaker(d.r.Makers, d.actor.ID)
	if d.r.Status == RequestPending && d.point.Readiness.Policy == ReadinessImmediate && !d.r.HeldBack {
		d.r.ReadyAt = d.point.Readiness.due(d.now, instrument)
	}
	return nil
}
