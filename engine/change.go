package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// anyVersion stands for the version of a caller that did not look.
const anyVersion = 0

// A deed is one verb being used on one request within a transaction: edit
// functions change its request and what hangs on it, and the door keeps all of
// it together.
type deed struct {
	*work
	verb    Verb
	point   Point
	was     Request
	r       Request
	event   string // journal type; the rule's unless edit says better
	details []Field
	others  []Event              // of allocations, payouts and comments, in order
	look    bool                 // what needs attention may have changed
	then    func(*Request) error // what follows in the same transaction, as a deed of its own
}

// change is the one door: every change to a payout request passes through it,
// in one transaction, in this order. Either all of it happens or none of it.
func (e *Engine) change(
	ctx context.Context, c Caller, verb Verb, id RequestID, seen int, mark string,
	edit func(d *deed) error,
) (r Request, err error) {
	_, err = e.do(ctx, c, mark, func(w *work) error {
		w.result = string(id)
		r, err = w.change(verb, id, seen, edit)
		return err
	})
	if err == nil && r.ID == "" { // the key was seen before: the request as it stands is the answer
		return e.Request(ctx, id)
	}
	if err != nil {
		return Request{}, fmt.Errorf("cannot %s %s: %w", verb.phrase(), id, err)
	}
	return r, nil
}

// change is the inside of the door, for verbs that change several requests in
// one transaction.
func (w *work) change(verb Verb, id RequestID, seen int, edit func(d *deed) error) (Request, error) {
	r, err := w.tx.Request(id)
	if err != nil {
		return r, err
	}
	d := &deed{work: w, verb: verb, was: r, r: r, event: rules[verb].event}
	if d.point, err = w.config.point(r.PointID); err != nil {
		return r, err
	}
	if err := d.permit(seen); err != nil {
		return r, err
	}
	if err := edit(d); err != nil {
		return r, err
	}
	if err := errors.Join(d.keep(), d.tendClaim()); err != nil || d.then == nil {
		return d.r, err
	}
	return d.r, d.then(&d.r)
}

// permit refuses what may not happen: by role first, then because the caller
// saw another version, then by the state of things.
func (d *deed) permit(seen int) error {
	rule := rules[d.verb]
	if err := mayAct(d.actor, rule.least, rule.doing); err != nil {
		return err
	}
	if seen != d.was.Version && !rule.anyVersion && d.actor.ID != ByEngine {
		return d.stale(seen)
	}
	return Standing{Request: d.was, Point: d.point, Actor: d.actor}.Why(d.verb)
}

// stale says what changed since the caller looked.
func (d *deed) stale(seen int) error { return stale(d.tx, d.was, seen) }

func stale(tx ReadTx, r Request, seen int) error {
	e := Errorf(Stale, "it is at version %d, not %d", r.Version, seen).Or("look at it again").Like("changed meanwhile")
	const tail = 50
	events, err := tx.Events(string(r.ID), max(0, r.Head.Number-tail), tail)
	if err != nil {
		return err
	}
	for _, event := range events {
		if event.Subject.Kind == KindRequest && event.Version > seen {
			e.Message = fmt.Sprintf("it changed since version %d: %s by %s at %s",
				seen, event.What(), event.By, event.At.Format("15:04:05"))
			break
		}
	}
	return e
}

// keep writes the request and its journal entries if the table allows the
// move that was made.
func (d *deed) keep() error {
	r := &d.r
	moved := r.Status != d.was.Status || len(d.others) > 0
	if d.look || (r.Attention != "" && moved) {
		if err := errors.Join(d.holdDisputed(), d.attend()); err != nil {
			return err
		}
	}
	r.Attention = unapprovable(d.config, *r)
	if !allowed(d.verb, d.was.Status, r.Status) {
		return Errorf(Internal, "%s led from %s to %s", d.verb, d.was.Status, r.Status)
	}
	d.automate()
	if r.Status != d.was.Status {
		r.StatusSince = d.now
	}
	r.Version = d.was.Version + 1
	changed := requestChanges(d.was, *r)
	if onlyMembership(changed) {
		r.Version = d.was.Version
		changed = requestChanges(d.was, *r)
	}
	if len(changed) == 0 && len(d.others) == 0 && sameProjection(d.was, *r) {
		return nil
	}
	if err := r.check(); err != nil {
		return err
	}
	if err := d.journal(changed); err != nil {
		return err
	}
	r.UpdatedAt = d.now
	d.tx.PutRequest(&d.was, *r)
	d.tally(d.verb, d.was, *r)
	return nil
}

// journal appends the entries of the deed: what happened to its allocations
// and payouts, then what that made of the request.
func (d *deed) journal(changed []Change) (err error) {
	head := d.r.Head
	for _, event := range d.others {
		event.Chain = string(d.r.ID)
		if head, err = d.append(head, event); err != nil {
			return err
		}
	}
	if len(changed) > 0 {
		head, err = d.append(head, Event{
			Chain: string(d.r.ID), Type: d.event, Version: d.r.Version,
			Subject: Subject{Kind: KindRequest, ID: string(d.r.ID)},
			Changes: changed, Details: d.details,
		})
	}
	d.r.Head = head
	return err
}

// allowed reports whether the table has the move. Comments and batches leave
// any status as it is.
func allowed(verb Verb, from, to RequestStatus) bool {
	if verb.anywhere() {
		return from == to
	}
	return requestLife.allows(from, verb, to)
}

// sameProjection reports whether what a request says of its allocations, and
// the engine's own clock, are unchanged.
func sameProjection(a, b Request) bool {
	return a.Live == b.Live && a.Paid == b.Paid && a.Attention == b.Attention &&
		a.Automatic == b.Automatic && a.DispatchAt.Equal(b.DispatchAt)
}

// create puts a new request through the door.
func (w *work) create(r Request, details ...Field) (Request, error) {
	point, err := w.config.point(r.PointID)
	if err != nil {
		return r, err
	}
	if r.ID == "" {
		r.ID = RequestID(w.world.IDs.New("pout_req"))
	}
	r.Mode = point.Mode
	r.OriginalAmount = r.Amount
	r.PolicyAmount = money.Most(r.PolicyAmount, r.Amount)
	r.Live, r.Paid = money.Zero(r.Amount.Currency), money.Zero(r.Amount.Currency)
	r.CreatedAt, r.UpdatedAt, r.StatusSince = w.now, w.now, w.now
	r.Makers = withMaker(r.Makers, w.actor.ID)
	r.Version = 1
	if hours := point.Options.ExpireAfterHours; hours > 0 {
		r.ExpireAt = w.now.Add(time.Duration(hours) * time.Hour)
	}
	r.Attention = unapprovable(w.config, r)
	if !allowed(VerbCreate, "", r.Status) {
		return r, Errorf(Internal, "a request cannot be created as %s", r.Status)
	}
	if err := r.check(); err != nil {
		return r, err
	}
	r.Head, err = w.append(Head{}, Event{
		Chain: string(r.ID), Type: rules[VerbCreate].event, Version: r.Version,
		Subject: Subject{Kind: KindRequest, ID: string(r.ID)},
		Changes: changes(nil, r.fields()), Details: details,
	})
	if err != nil {
		return r, err
	}
	w.tx.PutRequest(nil, r)
	w.tally(VerbCreate, Request{}, r)
	return r, nil
}
