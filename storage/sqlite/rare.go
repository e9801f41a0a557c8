package sqlite

import (
	"slices"
	"strconv"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
)

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
