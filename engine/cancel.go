package engine

import (
	"context"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/text"
)

// Cancel calls a request off, on behalf of whom the cancellation names.
func (e *Engine) Cancel(ctx context.Context, c Caller, id RequestID, seen int, why Cancellation) (Request, error) {
	return e.change(ctx, c, VerbCancel, id, seen, mark(VerbCancel, id, why), func(d *deed) error {
		return d.cancel(why)
	})
}

func (d *deed) cancel(why Cancellation) error {
	if err := why.check(); err != nil {
		return err
	}
	why.Description = text.Masked(why.Description)
	d.r.Status = RequestCanceled
	d.r.Cancellation = &why
	d.r.stopClocks()
	d.details = append(d.details, textField("canceledBy", string(why.By)), textField("description", why.Description))
	return nil
}

func (c Cancellation) check() error {
	if !slices.Contains(CanceledBys(), c.By) {
		return invalid("canceledBy", "%q cannot cancel", c.By).
			Or("canceled by one of: %s", orNone(words(CanceledBys())))
	}
	return checkDescription(c.Description)
}

// stopClocks keeps the clocks from ever moving r again.
func (r *Request) stopClocks() { r.ReadyAt, r.ExpireAt = time.Time{}, time.Time{} }

// Release takes a request whose allocations all died back to approved: its
// approvals stand, the dead allocations stay as history.
func (e *Engine) Release(ctx context.Context, c Caller, id RequestID, seen int) (Request, error) {
	return e.change(ctx, c, VerbRelease, id, seen, mark(VerbRelease, id), func(d *deed) error {
		d.r.Status = RequestApproved
		d.r.Attention = ""
		return nil
	})
}
