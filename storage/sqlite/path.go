package sqlite

import (
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
)

// Where the index of the order knows all that the filter asks for, a page is
// found along it. Otherwise there are two ways, and both are bounded:
//
//   - Something that the filter asks for may be rare, and an index lists all
//     requests that have it. Up to usualLook of them are read and sorted.
//   - What no index can narrow is common, or so we must assume: the order is
//     walked for as many requests, and those that pass are the page. Then it
//     says where it stopped.
//
// A short walk comes first, for if what is asked for is common it fills the
// page at once.
const (
	usualLook = 20_000
	shortLook = 200
	fewRows   = 1_000 // than which no other list needs to be shorter
)

// find returns the places that a query asks for, one more than its limit if
// there are more, and where it stopped looking if it found fewer.
func (t *reader) find(q engine.RequestQuery) (places []engine.Cursor, end engine.Cursor, err error) {
	w, c, err := t.plan(q)
	if err != nil {
		return nil, end, err
	}
	if len(w.rest) == 0 {
		places, err = t.places(w)
		return places, end, err
	}
	look := q.Look
	if look == 0 {
		look = usualLook
	}
	places, end, err = t.bite(w, min(look, shortLook))
	if err != nil || end == (engine.Cursor{}) || len(places) == w.limit {
		return places, end, err
	}
	rows, whole, err := t.rare(q, c, look)
	switch {
	case err != nil:
		return nil, end, err
	case whole:
		w.rest = append(w.rest, w.byArm...)
		w.index, w.among, w.rows, w.armColumn, w.arms = "", "", rows, "", nil
		places, err = t.places(w)
		return places, engine.Cursor{}, err
	case look <= shortLook:
		return places, end, nil
	}
	w.after, w.limit = end, w.limit-len(places)
	more, end, err := t.bite(w, look-shortLook)
	return append(places, more...), end, err
}

// bite walks for so many places of the index. Where it stopped is zero if it
// came to the end.
func (t *reader) bite(w walk, look int) (places []engine.Cursor, end engine.Cursor, err error) {
	if w.until, err = t.horizon(w, look); err != nil {
		return nil, w.until, err
	}
	places, err = t.places(w)
	return places, w.until, err
}

// plan is the walk along the order that a query asks for.
func (t *reader) plan(q engine.RequestQuery) (w walk, c conditions, err error) {
	w = walk{down: q.Order.Descending != q.Back, after: q.After, limit: q.Limit + 1}
	c.config, c.by, c.now = t.Config, q.By, q.Now
	c.terms = []term{{field: "mode", sql: "mode = ?", args: []any{string(q.Mode)}, plain: true}}
	if err := c.add(q.Filter); err != nil {
		return w, c, err
	}
	known, err := w.along(q.Order.Key, &c)
	if err != nil {
		return w, c, err
	}
	if few := w.alongFew(q, &c); few != "" {
		known = append(known, few)
	}
	armField := w.armColumn
	if w.among == "" && w.key == "created_at" {
		ids, only, err := t.onlyCustomers(q.Filter)
		if err != nil {
			return w, c, err
		}
		if only {
			w.index, w.armColumn, w.arms, armField = "request_customer", "customer_id", ids, "customer"
		}
	}
	for _, t := range append(c.terms, c.ofStatus()...) {
		switch {
		case armField != "" && t.field == armField:
			w.byArm = append(w.byArm, t)
		case slices.Contains(known, t.field) && t.plain:
			w.fits = append(w.fits, t)
		default:
			w.rest = append(w.rest, t)
		}
	}
	if len(c.statuses) == 0 { // nothing passes
		w.armColumn, w.arms, w.rest = "status", nil, nil
	}
	return w, c, nil
}

// openStatuses are those that have work left, and openRequests what an index of
// them is of.
var openStatuses = []string{
	string(engine.RequestPending), string(engine.RequestReady), string(engine.RequestApproved), string(engine.RequestInProgress),
}

const openRequests = "(status = 'pending' OR status = 'ready' OR status = 'approved' OR status = 'in-progress')"

// alongFew chooses the index that only holds such requests as the filter asks
// for, where there is one, and tells what field it knows besides.
func (w *walk) alongFew(q engine.RequestQuery, c *conditions) (known string) {
	open := func(status string) bool { return slices.Contains(openStatuses, status) }
	switch order := q.Order.Key; {
	case len(attentions(q.Filter)) > 0:
		w.index, w.among = "request_attention_"+order, "attention <> ''"
		w.armColumn, w.arms = "attention", attentions(q.Filter)
	case onlyBlocked(q.Filter):
		w.index, w.among, w.armColumn, w.arms = "request_blocked_"+order, "blocked = 1", "", nil
		return "blocked"
	case (order == "updated" || order == "amount") && len(c.statuses) > 0 && !slices.ContainsFunc(c.statuses, func(s string) bool { return !open(s) }):
		w.index, w.among, w.armColumn, w.arms = "request_open_"+order, openRequests, "status", c.statuses
	}
	return ""
}

// mostCustomers is of how many customers a list is put together of each one's.
const mostCustomers = 10

// onlyCustomers are the ids of the few customers whose requests a filter asks
// for, by id or by reference, if it asks for that.
func (t *reader) onlyCustomers(f filter.Expr) (ids []string, only bool, err error) {
	values := named(f, "customer")
	clauses := 0
	for _, clause := range f.Clauses {
		if clause.Field == "customer" {
			clauses++
		}
	}
	if clauses != 1 || values == nil || len(values) > mostCustomers {
		return nil, false, nil
	}
	for _, value := range values {
		found, err := all(t.with(customersNamed, value), scanText)
		if err != nil {
			return nil, false, err
		}
		ids = append(ids, found...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), true, nil
}

const customersNamed = `SELECT id FROM customer WHERE id = ?1
	UNION ALL SELECT id FROM customer WHERE reference <> '' AND reference = ?1`

// attentions are the reasons for attention that a filter asks for; none if it
// asks for none of them, or not for a reason.
func attentions(f filter.Expr) (list []string) {
	if asks := named(f, "attention"); asks == nil || slices.Contains(asks, "none") {
		return nil
	}
	for _, a := range engine.Attentions() {
		passes := func(clause filter.Clause) bool {
			any := slices.Contains(texts(clause), "any") || slices.Contains(texts(clause), string(a))
			return clause.Field != "attention" || any != clause.Not
		}
		if !slices.ContainsFunc(f.Clauses, func(clause filter.Clause) bool { return !passes(clause) }) {
			list = append(list, string(a))
		}
	}
	return list
}

// onlyBlocked reports whether what is not blocked cannot pass a filter.
func onlyBlocked(f filter.Expr) bool {
	list := named(f, "blocked")
	return len(list) == 1 && list[0] == "true" || named(f, "blockReason") != nil || named(f, "blockedBy") != nil
}

// along chooses the index of an order, and tells of which fields it knows.
func (w *walk) along(order string, c *conditions) (known []string, err error) {
	switch order {
	case "created":
		w.key, w.index = "created_at", "request_created"
		if !c.anyStatus() {
			w.index, w.armColumn, w.arms = "request_status_created", "status", c.statuses
		}
		return []string{"mode", "created"}, nil
	case "since":
		w.key, w.index, w.armColumn, w.arms = "status_since", "request_status_since", "status", c.statuses
		return []string{"mode", "since", "age"}, nil
	case "updated":
		w.key, w.index = "updated_at", "request_updated"
		return []string{"mode", "updated"}, nil
	case "amount":
		if c.currencies == nil || len(c.currencies) > 1 {
			return nil, engine.Errorf(engine.Invalid, "amounts of different currencies cannot be sorted").
				Or("add one currency to the filter, as in currency:USD")
		}
		w.key, w.index = "amount", "request_amount"
		return []string{"mode", "currency", "amount"}, nil
	default:
		return nil, engine.Errorf(engine.Invalid, "requests cannot be sorted by %q", order).
			Or("sort by one of %s", strings.Join(engine.OrderKeys(), ", "))
	}
}

// ofStatus is the term that the status is one of those wanted; none if any is.
func (c *conditions) ofStatus() []term {
	if c.anyStatus() {
		return nil
	}
	t := term{field: "status"}
	t.sql = "status " + t.oneOf(c.statuses)
	return []term{t}
}
