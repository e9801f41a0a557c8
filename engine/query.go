package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/purserhq/purser/engine/signal"
)

// view runs one reading transaction and returns what it read.
func view[T any](ctx context.Context, e *Engine, read func(ReadTx) (T, error)) (found T, err error) {
	err = e.store.View(ctx, func(tx ReadTx) error {
		found, err = read(tx)
		return err
	})
	return found, err
}

// Request returns a request, or [NotFound].
func (e *Engine) Request(ctx context.Context, id RequestID) (Request, error) {
	return view(ctx, e, func(tx ReadTx) (Request, error) { return tx.Request(id) })
}

// Requests returns a page of requests.
func (e *Engine) Requests(ctx context.Context, q RequestQuery) (RequestPage, error) {
	q.Now = e.Now()
	return view(ctx, e, func(tx ReadTx) (RequestPage, error) {
		return requestsIn(tx, q)
	})
}

// RequestRows returns the rows with these ids, in any order, with their
// signals.
func (e *Engine) RequestRows(ctx context.Context, ids []RequestID) ([]RequestRow, error) {
	return view(ctx, e, func(tx ReadTx) ([]RequestRow, error) {
		rows, err := tx.RequestRows(ids)
		dropLapsed(rows, e.Now())
		if err == nil {
			err = addSignals(tx, rows)
		}
		return rows, err
	})
}

// addSignals finds the signals of rows that are not final.
func addSignals(tx ReadTx, rows []RequestRow) error {
	var ids []RequestID
	for _, row := range rows {
		if !row.Status.Final() {
			ids = append(ids, row.ID)
		}
	}
	found, err := signalsOf(tx, ids)
	for i := range rows {
		rows[i].Signals = found[rows[i].ID]
	}
	return err
}

// dropLapsed takes the claims that have lapsed off rows.
func dropLapsed(rows []RequestRow, now time.Time) {
	for i := range rows {
		if !rows[i].Claim.Holds(now) {
			rows[i].Claim = Claim{}
		}
	}
}

// Counts returns the counters of a mode.
func (e *Engine) Counts(ctx context.Context, mode Mode) ([]Count, error) {
	return view(ctx, e, func(tx ReadTx) ([]Count, error) { return tx.Counts(mode) })
}

// Relatives returns the requests that were split from, merged into or settled
// out of a request.
func (e *Engine) Relatives(ctx context.Context, id RequestID) ([]Request, error) {
	return view(ctx, e, func(tx ReadTx) ([]Request, error) { return tx.Relatives(id) })
}

// Allocation returns an allocation, or [NotFound].
func (e *Engine) Allocation(ctx context.Context, id AllocationID) (Allocation, error) {
	return view(ctx, e, func(tx ReadTx) (Allocation, error) { return tx.Allocation(id) })
}

// Allocations returns those of one request, oldest first.
func (e *Engine) Allocations(ctx context.Context, request RequestID) ([]Allocation, error) {
	return view(ctx, e, func(tx ReadTx) ([]Allocation, error) { return tx.Allocations(request) })
}

// Payout returns the payout of an allocation, or [NotFound].
func (e *Engine) Payout(ctx context.Context, allocation AllocationID) (Payout, error) {
	return view(ctx, e, func(tx ReadTx) (Payout, error) { return tx.Payout(allocation) })
}

// PayoutByID returns a payout by its own id, or [NotFound].
func (e *Engine) PayoutByID(ctx context.Context, id PayoutID) (Payout, error) {
	return view(ctx, e, func(tx ReadTx) (Payout, error) { return tx.PayoutByID(id) })
}

// Customer returns a customer by id or reference, or [NotFound].
func (e *Engine) Customer(ctx context.Context, idOrReference string) (Customer, error) {
	return view(ctx, e, func(tx ReadTx) (Customer, error) { return customerBy(tx, idOrReference) })
}

func customerBy(tx ReadTx, idOrReference string) (Customer, error) {
	customer, err := tx.Customer(CustomerID(idOrReference))
	if CodeOf(err) != NotFound {
		return customer, err
	}
	return tx.CustomerByReference(idOrReference)
}

// Customers returns up to limit customers after one of them.
func (e *Engine) Customers(ctx context.Context, after CustomerID, limit int) ([]Customer, error) {
	return view(ctx, e, func(tx ReadTx) ([]Customer, error) { return tx.Customers(after, limit) })
}

// Instrument returns an instrument, or [NotFound].
func (e *Engine) Instrument(ctx context.Context, id InstrumentID) (Instrument, error) {
	return view(ctx, e, func(tx ReadTx) (Instrument, error) { return tx.Instrument(id) })
}

// Instruments returns a customer's instruments.
func (e *Engine) Instruments(ctx context.Context, customer CustomerID) ([]Instrument, error) {
	return view(ctx, e, func(tx ReadTx) ([]Instrument, error) { return tx.Instruments(customer) })
}

// Payments returns a customer's payments.
func (e *Engine) Payments(ctx context.Context, customer CustomerID) ([]Payment, error) {
	return view(ctx, e, func(tx ReadTx) ([]Payment, error) { return tx.Payments(customer) })
}

// Config returns the configuration. It is shared and must not be changed.
func (e *Engine) Config(ctx context.Context) (*Config, error) {
	return view(ctx, e, func(tx ReadTx) (*Config, error) { return tx.Config() })
}

// Organisation returns whose store this is.
func (e *Engine) Organisation(ctx context.Context) (Organisation, error) {
	return view(ctx, e, func(tx ReadTx) (Organisation, error) { return tx.Organisation() })
}

// Balance returns what a gateway account holds.
func (e *Engine) Balance(ctx context.Context, gateway string) (Balance, error) {
	return view(ctx, e, func(tx ReadTx) (Balance, error) { return tx.Balance(gateway) })
}

// GatewayState returns what is true of a gateway account now.
func (e *Engine) GatewayState(ctx context.Context, gateway string) (GatewayState, error) {
	return view(ctx, e, func(tx ReadTx) (GatewayState, error) { return tx.GatewayState(gateway) })
}

// Reviewer returns a reviewer, or [Forbidden] with the sentence that helps.
func (e *Engine) Reviewer(ctx context.Context, id ReviewerID) (Reviewer, error) {
	return view(ctx, e, func(tx ReadTx) (Reviewer, error) {
		config, err := tx.Config()
		if err != nil {
			return Reviewer{}, err
		}
		return config.actor(id)
	})
}

// LastSeq is the place of the journal's last entry.
func (e *Engine) LastSeq(ctx context.Context) (int64, error) {
	return view(ctx, e, func(tx ReadTx) (int64, error) { return tx.LastSeq() })
}

// Journal returns up to limit entries of the whole journal after a place.
func (e *Engine) Journal(ctx context.Context, after int64, limit int) ([]Event, error) {
	return view(ctx, e, func(tx ReadTx) ([]Event, error) { return tx.Journal(after, limit) })
}

// A Dossier is everything about one request, read at one moment.
type Dossier struct {
	Request     Request
	Point       Point
	Needed      int // approvals that the request needs
	Customer    Customer
	Instruments []Instrument
	Payments    []Payment
	Allocations []Allocation
	Payouts     []Payout
	Timeline    []Event // oldest first
	Comments    map[string]CommentText
	Relatives   []Request
	Signals     []signal.Signal // the strongest first
	Claim       Claim           // zero if nobody holds one
	Batch       Batch           // that it is in; zero if it is in none
	Present     []Presence      // who has it open now
	Seq         int64           // of the journal, when it was read
}

// longestTimeline bounds what is read of one request's journal.
const longestTimeline = 5000

// Dossier reads everything about one request.
func (e *Engine) Dossier(ctx context.Context, id RequestID) (Dossier, error) {
	return view(ctx, e, func(tx ReadTx) (d Dossier, err error) {
		read := func(step func() error) {
			if err == nil {
				err = step()
			}
		}
		read(func() (err error) { d.Request, err = tx.Request(id); return err })
		read(func() error {
			config, err := tx.Config()
			if err != nil {
				return err
			}
			d.Point, err = config.point(d.Request.PointID)
			d.Needed = d.Point.needed(d.Request.PolicyAmount)
			return err
		})
		read(func() (err error) { d.Customer, err = tx.Customer(d.Request.CustomerID); return err })
		read(func() (err error) { d.Instruments, err = tx.Instruments(d.Request.CustomerID); return err })
		read(func() (err error) { d.Payments, err = tx.Payments(d.Request.CustomerID); return err })
		read(func() (err error) { d.Allocations, err = tx.Allocations(id); return err })
		read(func() (err error) { d.Payouts, err = tx.Payouts(id); return err })
		read(func() (err error) { d.Timeline, err = tx.Events(string(id), 0, longestTimeline); return err })
		read(func() (err error) { d.Relatives, err = tx.Relatives(id); return err })
		read(func() error { return d.beside(tx, e.Now()) })
		read(func() (err error) { d.Seq, err = tx.LastSeq(); return err })
		read(func() error {
			comments, err := tx.Comments(id)
			d.Comments = map[string]CommentText{}
			for _, comment := range comments {
				d.Comments[comment.ID] = comment
			}
			return err
		})
		return d, err
	})
}

// beside reads what stands beside a request's own record.
func (d *Dossier) beside(tx ReadTx, now time.Time) error {
	id := []RequestID{d.Request.ID}
	signals, err := signalsOf(tx, id)
	if err != nil {
		return err
	}
	d.Signals = signals[d.Request.ID]
	claims, err := tx.Claims(id)
	if err != nil {
		return err
	}
	if len(claims) > 0 && claims[0].Holds(now) {
		d.Claim = claims[0]
	}
	if d.Request.BatchID != "" {
		if d.Batch, err = tx.Batch(d.Request.BatchID); err != nil {
			return err
		}
	}
	d.Present, err = tx.Presences(d.Request.ID, now)
	return err
}

// Standing is what decides whether verbs are possible for a reviewer.
func (d Dossier) Standing(actor Reviewer) Standing {
	return Standing{Request: d.Request, Point: d.Point, Actor: actor}
}

// Needed is how many approvals a request needs at its point.
func (c *Config) Needed(r Request) int { return c.Points[r.PointID].needed(r.PolicyAmount) }

// FindID returns the one id of a kind that is, begins with or ends with
// fragment.
func (e *Engine) FindID(ctx context.Context, kind, fragment string) (string, error) {
	const shown = 6
	ids, err := view(ctx, e, func(tx ReadTx) ([]string, error) { return tx.Find(kind, fragment, shown) })
	switch {
	case err != nil:
		return "", err
	case fragment == "" || len(ids) == 0:
		return "", Errorf(NotFound, "there is no %s %q", kind, fragment).Or("give its id, or a unique beginning or ending of it")
	case len(ids) == 1:
		return ids[0], nil
	}
	for _, id := range ids {
		if id == fragment {
			return id, nil
		}
	}
	return "", &Error{
		Code: Invalid, Field: "id",
		Message: fmt.Sprintf("%q could be more than one %s", fragment, kind),
		Hint:    orNone(ids),
	}
}
