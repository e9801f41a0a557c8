package engine

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// batchBite is how many requests join or leave a batch in one transaction.
const batchBite = 500

// A NewBatch is what it takes to create a batch.
type NewBatch struct {
	Reference       string // the time of creation if empty
	Description     string
	AllocationOrder []string
	Of              Selection
	PointID         string // of a batch of a file; see Batch
}

// A LeftOut request did not join a batch, and why.
type LeftOut struct {
	ID  RequestID
	Why string
}

// CreateBatch puts the selected requests into a new batch, oldest first. Of a
// filter those stay out that are in another batch already; of ids, one such
// refuses all. A long list is added a bite at a time: what joins another batch
// meanwhile is left out, and returned.
func (e *Engine) CreateBatch(ctx context.Context, c Caller, n NewBatch) (b Batch, left []LeftOut, err error) {
	mark := mark("batch", n.Reference, n.Description, n.AllocationOrder, n.Of.String(), n.Of.IDs)
	left, err = e.fill(ctx, c, mark, n.Of, func(w *work, mode Mode) (BatchID, error) {
		b, err = w.newBatch(mode, n)
		return b.ID, err
	}, &b)
	if err != nil {
		return b, left, fmt.Errorf("cannot create a batch: %w", err)
	}
	return b, left, nil
}

// AddToBatch puts the selected requests behind those that are in a batch, as
// CreateBatch does.
func (e *Engine) AddToBatch(ctx context.Context, c Caller, id BatchID, s Selection) (b Batch, left []LeftOut, err error) {
	mark := mark("batch-add", id, s.String(), s.IDs)
	left, err = e.fill(ctx, c, mark, s, func(w *work, mode Mode) (BatchID, error) {
		if b, err = w.openBatch(id); err == nil && b.Mode != mode {
			err = Errorf(Refused, "it is a %s batch, the requests are %s", b.Mode, mode)
		}
		return id, err
	}, &b)
	if err != nil {
		return b, left, fmt.Errorf("cannot add to batch %s: %w", id, err)
	}
	return b, left, nil
}

// fill puts the selected requests into the batch that open makes or finds, and
// reads it into b. Told again under its key it goes on with ids that were not
// added yet; a filter might let others through by now.
func (e *Engine) fill(
	ctx context.Context, c Caller, mark string, s Selection, open func(*work, Mode) (BatchID, error), b *Batch,
) (left []LeftOut, err error) {
	result, again, err := e.toldBefore(ctx, c, mark)
	if err != nil {
		return nil, err
	}
	s.by = c.By
	mode, ids, taken, err := e.joiners(ctx, s)
	if err != nil {
		return nil, err
	}
	if !again {
		if err := mayFill(s, ids, taken); err != nil {
			return nil, err
		}
		result, err = e.do(ctx, c, mark, func(w *work) error {
			id, err := open(w, mode)
			if err != nil {
				return err
			}
			w.result = string(id)
			return w.join(id, ids[:min(batchBite, len(ids))], refuseAll)
		})
		if err != nil {
			return nil, err
		}
		ids = ids[min(batchBite, len(ids)):]
	}
	switch {
	case c.DryRun:
		b.Requests += len(ids)
		return nil, nil
	case !again || s.Filter == nil:
		if left, err = e.joinRest(ctx, c, BatchID(result), ids); err != nil {
			return left, err
		}
	}
	*b, err = e.Batch(ctx, BatchID(result))
	return left, err
}

// mayFill refuses a selection of which nothing, or not all that was named, can
// join a batch.
func mayFill(s Selection, ids []RequestID, taken []string) error {
	switch {
	case len(taken) > 0 && s.Filter == nil:
		return Errorf(Refused, "in a batch already: %s", orNone(taken)).
			Or("a request is in one batch at most; nothing was added")
	case len(ids) == 0:
		return invalid("selection", "no request that is in no batch yet matches %s", s)
	}
	return nil
}

// joiners resolves who is to join a batch, and who is in one already.
func (e *Engine) joiners(ctx context.Context, s Selection) (mode Mode, ids []RequestID, taken []string, err error) {
	err = e.each(ctx, s, func(_ ReadTx, requests []Request) error {
		for _, r := range requests {
			if mode == "" {
				mode = r.Mode
			}
			switch {
			case r.Mode != mode:
				return invalid("selection", "%s is a %s request, others are %s", r.ID, r.Mode, mode)
			case r.BatchID == "":
				ids = append(ids, r.ID)
			case s.Filter == nil:
				taken = append(taken, fmt.Sprintf("%s (%s)", r.ID, r.BatchID))
			}
		}
		return nil
	})
	return mode, ids, taken, err
}

// newBatch keeps a batch without requests.
func (w *work) newBatch(mode Mode, n NewBatch) (Batch, error) {
	if err := w.least(RoleReviewer, "create a batch"); err != nil {
		return Batch{}, err
	}
	b := Batch{
		ID: BatchID(w.world.IDs.New("preq_batch")), Reference: n.Reference, Mode: mode,
		Description: n.Description, AllocationOrder: n.AllocationOrder, PointID: n.PointID,
		By: w.actor.ID, CreatedAt: w.now, UpdatedAt: w.now,
	}
	if err := b.check(); err != nil {
		return b, err
	}
	if err := w.call(&b); err != nil {
		return b, err
	}
	w.tx.PutBatch(b)
	return b, w.appendDesk(KindBatch, string(b.ID), "batch-created", changes(nil, b.fields()))
}

// call gives a batch a reference that no other has: the time, unless it was
// given one.
func (w *work) call(b *Batch) error {
	given := b.Reference != ""
	if !given {
		b.Reference = w.now.Format("2006-01-02T15-04-05")
	}
	wanted := b.Reference
	for n := 2; ; n++ {
		other, err := w.tx.BatchByReference(b.Mode, b.Reference)
		switch {
		case CodeOf(err) == NotFound && err != nil:
			return nil
		case err != nil || other.ID == b.ID:
			return err
		case given:
			return Errorf(Refused, "the reference %q belongs to %s", b.Reference, other.ID).
				Or("choose another, or none for the time of creation")
		}
		b.Reference = wanted + "-" + strconv.Itoa(n)
	}
}

// openBatch returns a batch that can still be changed, if the actor may.
func (w *work) openBatch(id BatchID) (Batch, error) {
	if err := w.least(RoleReviewer, "change a batch"); err != nil {
		return Batch{}, err
	}
	b, err := w.tx.Batch(id)
	if err == nil && b.Deleted {
		err = Errorf(NotFound, "it was deleted")
	}
	return b, err
}

// joinRest adds what the first transaction had no room for.
func (e *Engine) joinRest(ctx context.Context, c Caller, id BatchID, ids []RequestID) (left []LeftOut, err error) {
	for bite := range slices.Chunk(ids, batchBite) {
		var missed []LeftOut
		_, err := e.doIn(ctx, e.store.Bulk, c.again(), "", func(w *work) error {
			missed = nil
			return w.join(id, bite, func(r RequestID, err error) error {
				missed = append(missed, LeftOut{r, err.Error()})
				return nil
			})
		})
		if left = append(left, missed...); err != nil {
			return left, fmt.Errorf("batch %s is not complete: %w", id, err)
		}
	}
	return left, nil
}

// refuseAll makes one refusal the refusal of all.
func refuseAll(id RequestID, err error) error { return fmt.Errorf("%s: %w", id, err) }

// join puts requests into a batch. What stops one is given to refused, and
// stops all if that returns an error.
func (w *work) join(id BatchID, ids []RequestID, refused func(RequestID, error) error) error {
	b, err := w.tx.Batch(id)
	if err != nil {
		return err
	}
	for _, request := range ids {
		_, err := w.change(VerbAddToBatch, request, anyVersion, func(d *deed) error {
			d.r.BatchID, d.r.BatchPlace = id, b.LastPlace+1
			return nil
		})
		switch CodeOf(err) {
		case Refused, NotFound:
			if err := refused(request, err); err != nil {
				return err
			}
			continue
		default:
			if err != nil {
				return err
			}
		}
		b.LastPlace++
		b.Requests++
	}
	b.UpdatedAt = w.now
	w.tx.PutBatch(b)
	return nil
}

// A BatchDetails holds what can be changed of a batch; nil leaves a property
// as it is.
type BatchDetails struct {
	Reference       *string
	Description     *string
	AllocationOrder *[]string // an empty one falls back to the organisation's
}

// SetBatch changes the details of a batch.
func (e *Engine) SetBatch(ctx context.Context, c Caller, id BatchID, details BatchDetails) (Batch, error) {
	_, err := e.do(ctx, c, details.mark(id), func(w *work) error {
		w.result = string(id)
		was, err := w.openBatch(id)
		if err != nil {
			return err
		}
		b := was
		if err := details.put(&b); err != nil {
			return err
		}
		changed := changes(was.fields(), b.fields())
		if len(changed) == 0 {
			return nil
		}
		if err := w.call(&b); err != nil {
			return err
		}
		b.UpdatedAt = w.now
		w.tx.PutBatch(b)
		return w.appendDesk(KindBatch, string(id), "batch-modified", changed)
	})
	if err != nil {
		return Batch{}, fmt.Errorf("cannot change batch %s: %w", id, err)
	}
	return e.Batch(ctx, id)
}

// Check says what is wrong with the details for a batch, but for a reference
// that another one has.
func (s BatchDetails) Check(b Batch) error {
	if s == (BatchDetails{}) {
		return nil
	}
	return s.put(&b)
}

func (s BatchDetails) put(b *Batch) error {
	if s == (BatchDetails{}) {
		return invalid("batch", "nothing is to be changed")
	}
	if s.Reference != nil {
		if b.Reference = *s.Reference; b.Reference == "" {
			return invalid("reference", "a batch needs a reference")
		}
	}
	if s.Description != nil {
		b.Description = *s.Description
	}
	if s.AllocationOrder != nil {
		b.AllocationOrder = *s.AllocationOrder
	}
	return b.check()
}

func (s BatchDetails) mark(id BatchID) string {
	parts := []any{"batch-set", id}
	if s.Reference != nil {
		parts = append(parts, "reference", *s.Reference)
	}
	if s.Description != nil {
		parts = append(parts, "description", *s.Description)
	}
	if s.AllocationOrder != nil {
		parts = append(parts, "order", *s.AllocationOrder)
	}
	return mark(parts...)
}
