package sqlite

import (
	"slices"
	"strconv"
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

// rare lists the rows that have something the filter asks for, where an index
// knows that these are at most so many: of whatever it asks for, the fewest.
func (t *reader) rare(q engine.RequestQuery, c conditions, most int) (rows []int64, whole bool, err error) {
	for _, list := range t.lists(q, c) {
		found, all, err := list(most)
		if err != nil {
			return nil, false, err
		}
		if all && (!whole || len(found) < len(rows)) {
			rows, whole = found, true
		}
		if whole && len(rows) <= fewRows {
			break
		}
	}
	slices.Sort(rows)
	return slices.Compact(rows), whole, nil
}

// A lister lists up to so many rows that may be what a filter asks for, and
// tells whether these are all.
type lister func(most int) (rows []int64, whole bool, err error)

// lists are the listers of a filter, those that tend to find few first.
func (t *reader) lists(q engine.RequestQuery, c conditions) []lister {
	var lists []lister
	add := func(field, index, where string) {
		if clause, ok := asked(q.Filter, field); ok {
			lists = append(lists, t.fromIndex(index, where, clause))
		}
	}
	add("id", "", "id IN (%s)")
	if slices.ContainsFunc(named(q.Filter, "reference"), func(s string) bool { return !ascii(s) }) {
		lists = append(lists, func(most int) ([]int64, bool, error) {
			return t.through("reference", named(q.Filter, "reference"), most)
		})
	} else {
		add("reference", "request_reference", "reference <> '' AND reference COLLATE NOCASE IN (%s)")
	}
	add("splitFrom", "request_split_from", "split_from <> '' AND split_from IN (%s)")
	add("mergedInto", "request_merged_into", "merged_into <> '' AND merged_into IN (%s)")
	add("remainderOf", "request_remainder", "remainder_of <> '' AND remainder_of IN (%s)")
	if list := named(q.Filter, "batch"); !slices.Contains(list, "any") && !slices.Contains(list, "none") {
		add("batch", "request_batch", `batch_id <> '' AND batch_id IN (SELECT value FROM json_each(?1) UNION
			`+batchesCalled+`IN (SELECT value FROM json_each(?1)))`)
	}
	add("customer", "request_customer", `customer_id IN (SELECT value FROM json_each(?1) UNION
		SELECT id FROM customer WHERE reference <> '' AND reference IN (SELECT value FROM json_each(?1)))`)
	return append(lists, t.otherLists(q, c)...)
}

// otherLists are those of people, instruments, words, and of what requests are.
func (t *reader) otherLists(q engine.RequestQuery, c conditions) []lister {
	var lists []lister
	for _, word := range q.Filter.Words {
		lists = append(lists, func(most int) ([]int64, bool, error) { return t.known(word, most) })
	}
	for _, field := range []string{"name", "email", "ending", "number", "instrument", "gateway"} {
		if clause, ok := asked(q.Filter, field); ok {
			lists = append(lists, func(most int) ([]int64, bool, error) { return t.through(field, texts(clause), most) })
		}
	}
	if list := named(q.Filter, "claimedBy"); list != nil && !slices.Contains(list, "none") {
		lists = append(lists, func(int) ([]int64, bool, error) {
			ids, err := t.claimedIDs(list, q)
			if err != nil {
				return nil, false, err
			}
			rows, err := all(t.with("SELECT row FROM request WHERE id IN (SELECT value FROM json_each(?1))", jsonTexts(ids)), scanInt)
			return rows, true, err
		})
	}
	if len(attentions(q.Filter)) > 0 {
		lists = append(lists, t.ofMode("request_attention_created", q.Mode, term{sql: "attention <> ''"}))
	}
	if onlyBlocked(q.Filter) {
		lists = append(lists, t.ofMode("request_blocked_created", q.Mode, term{sql: "blocked = 1"}))
	}
	if statuses := c.ofStatus(); statuses != nil {
		lists = append(lists, t.ofMode("request_status_since", q.Mode, append(statuses, c.plainTerms("since", "age")...)...))
	}
	for _, order := range []string{"created", "updated", "amount"} {
		if ranges := c.plainTerms(order); len(ranges) > 0 && (order != "amount" || len(c.currencies) == 1) {
			if order == "amount" {
				ranges = append(ranges, c.plainTerms("currency")...)
			}
			lists = append(lists, t.ofMode("request_"+order, q.Mode, ranges...))
		}
	}
	return lists
}

// plainTerms are the terms on fields that an index can look up.
func (c *conditions) plainTerms(fields ...string) []term {
	var list []term
	for _, t := range c.terms {
		if slices.Contains(fields, t.field) && t.plain {
			list = append(list, t)
		}
	}
	return list
}

// ofMode lists the rows of a mode that an index holds.
func (t *reader) ofMode(index string, mode engine.Mode, terms ...term) lister {
	return func(most int) ([]int64, bool, error) {
		sql := "SELECT row FROM request INDEXED BY " + index + " WHERE mode = ?"
		for _, term := range terms {
			sql += " AND " + term.sql
		}
		s := t.with(sql+" LIMIT ?", string(mode))
		for _, term := range terms {
			bindTerm(s, term)
		}
		s.BindInt(int64(most) + 1)
		rows, err := all(s, scanInt)
		return rows, len(rows) <= most, err
	}
}

// fromIndex lists the rows of an index that have one of a clause's values.
func (t *reader) fromIndex(index, where string, clause filter.Clause) lister {
	return func(most int) ([]int64, bool, error) {
		from := "SELECT row FROM request"
		if index != "" {
			from += " INDEXED BY " + index
		}
		where := strings.Replace(where, "%s", "SELECT value FROM json_each(?1)", 1)
		s := t.with(from+" WHERE "+where+" LIMIT ?2", jsonTexts(texts(clause)))
		s.BindInt(int64(most) + 1)
		rows, err := all(s, scanInt)
		return rows, len(rows) <= most, err
	}
}

// known lists the requests that may be known by a word: by their reference, by
// their customer's name or address, by the end of an instrument of theirs, or
// by its number as it is shown.
func (t *reader) known(word string, most int) (rows []int64, whole bool, err error) {
	if rows, whole, err = t.like(requestsLike, "request_search", word, most); err != nil || !whole {
		return nil, false, err
	}
	fields := []string{"people", "ending"}
	if hides(word) {
		fields = append(fields, "number")
	}
	for _, field := range fields {
		more, whole, err := t.through(field, []string{word}, most-len(rows))
		if err != nil || !whole {
			return nil, false, err
		}
		rows = append(rows, more...)
	}
	return rows, true, nil
}

// through lists the requests of what has one of the values.
func (t *reader) through(field string, values []string, most int) (rows []int64, whole bool, err error) {
	for _, value := range values {
		found, whole, err := t.throughOne(field, value, most-len(rows))
		if err != nil || !whole {
			return nil, false, err
		}
		rows = append(rows, found...)
	}
	return rows, true, nil
}

const (
	ofCustomers = `SELECT row FROM request INDEXED BY request_customer WHERE customer_id IN (
		SELECT id FROM customer WHERE row IN (SELECT value FROM json_each(?1))) LIMIT ?2`
	ofInstruments = `SELECT row FROM request INDEXED BY request_customer WHERE customer_id IN (
		SELECT customer_id FROM instrument WHERE row IN (SELECT value FROM json_each(?1))) LIMIT ?2`
	ofInstrument = `SELECT row FROM request INDEXED BY request_customer WHERE customer_id IN (
		SELECT customer_id FROM instrument WHERE id = ?1) LIMIT ?2`
	ofGateway = `SELECT row FROM request WHERE id IN (
		SELECT request_id FROM allocation INDEXED BY allocation_gateway WHERE gateway_id = ?1 LIMIT ?2)`
	throughGateway = `SELECT count(*) FROM (SELECT 1 FROM allocation INDEXED BY allocation_gateway WHERE gateway_id = ?1 LIMIT ?2)`
)

func (t *reader) throughOne(field, value string, most int) (rows []int64, whole bool, err error) {
	query, given := ofCustomers, value
	people := min(most, mostPeople)
	var found []int64
	switch field {
	case "reference":
		return t.like(requestsLike, "request_search", value, most)
	case "people", "name", "email":
		found, whole, err = t.customersWith(value, people)
		given = jsonList(found)
	case "ending":
		found, whole, err = t.ended(value, people)
		query, given = ofInstruments, jsonList(found)
	case "number":
		found, whole, err = t.numbered(value, people)
		query, given = ofInstruments, jsonList(found)
	case "instrument":
		query, whole = ofInstrument, true
	default:
		query = ofGateway
		s := t.with(throughGateway, value)
		s.BindInt(int64(most) + 1)
		found, err = all(s, scanInt)
		whole = err == nil && found[0] <= int64(most)
	}
	if err != nil || !whole || most < 0 {
		return nil, false, err
	}
	s := t.with(query, given)
	s.BindInt(int64(most) + 1)
	rows, err = all(s, scanInt)
	return rows, len(rows) <= most, err
}

// jsonList is a list of numbers as an argument of a query.
func jsonList(rows []int64) string {
	list := []byte("[")
	for _, row := range rows {
		list = append(strconv.AppendInt(list, row, 10), ',')
	}
	return closed(list)
}

// jsonTexts is a list of texts as an argument of a query.
func jsonTexts[S ~string](texts []S) string {
	list := []byte("[")
	for _, s := range texts {
		list = append(appendString(list, string(s)), ',')
	}
	return closed(list)
}

func closed(list []byte) string {
	if last := len(list) - 1; list[last] == ',' {
		list = list[:last]
	}
	return string(append(list, ']'))
}
