package sqlite

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// A page is made in two steps. First its places are found, a key and a row
// number each, along the index that fits the filter and the order best; then
// its rows are read by number. A list of several statuses is several walks
// along one index, merged. We name the index, for SQLite plans without knowing
// a rare status from a common one.

// A row is a request and what a list shows beside it. Those of a page are read
// by one statement, in the order of the list that it is given.
var (
	rowColumns = qualified("r", requestColumns) + `, c.name, c.reference, ` + qualified("i", instrumentColumns) +
		`, k.request_id, k."by", k.since, k.until`

	rowsByPlace = `SELECT ` + rowColumns + ` FROM json_each(?) AS place
		CROSS JOIN request AS r ON r.row = place.value` + rowOthers
	rowsByID = `SELECT ` + rowColumns + ` FROM json_each(?) AS place
		CROSS JOIN request AS r ON r.id = place.value` + rowOthers
)

const rowOthers = ` CROSS JOIN customer AS c ON c.id = r.customer_id
	LEFT JOIN instrument AS i ON i.id = r.instrument_id LEFT JOIN claim AS k ON k.request_id = r.id`

// qualified puts the name of a table before each of its columns.
func qualified(table, columns string) string {
	var list []string
	for column := range strings.SplitSeq(columns, ",") {
		list = append(list, table+"."+strings.TrimSpace(column))
	}
	return strings.Join(list, ", ")
}

// Requests implements engine.ReadTx.
func (t *reader) Requests(q engine.RequestQuery) (engine.RequestPage, error) {
	if q.Limit < 1 || q.Limit > 1000 {
		return engine.RequestPage{}, engine.Errorf(engine.Invalid, "a page has 1 to 1000 rows, not %d", q.Limit)
	}
	w, err := t.plan(q)
	if err != nil {
		return engine.RequestPage{}, err
	}
	places, err := t.places(w)
	if err != nil {
		return engine.RequestPage{}, err
	}
	page := engine.RequestPage{More: len(places) > q.Limit}
	places = places[:min(len(places), q.Limit)]
	if q.Back {
		slices.Reverse(places)
	}
	if len(places) == 0 {
		return page, nil
	}
	page.First, page.Last = places[0], places[len(places)-1]
	list := []byte("[")
	for _, place := range places {
		list = append(strconv.AppendInt(list, place.Row, 10), ',')
	}
	list[len(list)-1] = ']'
	page.Rows, err = all(t.with(rowsByPlace, string(list)), scanRow)
	return page, err
}

// RequestRows implements engine.ReadTx.
func (t *reader) RequestRows(ids []engine.RequestID) ([]engine.RequestRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return all(t.with(rowsByID, idList(ids)), scanRow)
}

// idList is a JSON array of ids, of which there is at least one.
func idList(ids []engine.RequestID) string {
	list := []byte("[")
	for _, id := range ids {
		list = append(appendString(list, string(id)), ',')
	}
	list[len(list)-1] = ']'
	return string(list)
}

func scanRow(s *native.Stmt) (row engine.RequestRow, err error) {
	if row.Request, err = scanRequest(s); err != nil {
		return row, err
	}
	row.CustomerName, row.CustomerReference = s.Text(), s.Text()
	if row.Instrument, err = scanInstrument(s); err != nil {
		return row, err
	}
	row.Claim, err = scanClaim(s)
	return row, err
}

// A walk is how the places of a page are found: along one index, once for each
// of its arms, which differ in the value of one column.
type walk struct {
	index string // "" leaves the choice to SQLite
	key   string // the column to sort by
	down  bool   // towards smaller keys
	after engine.Cursor
	limit int // of places

	where []string
	args  []any // strings and int64s

	armColumn string // "" for one arm
	arms      []string
}

// places returns the places of all arms in the order of the walk, up to the
// limit.
func (t *reader) places(w walk) ([]engine.Cursor, error) {
	if w.armColumn == "" {
		return t.walk(w, "")
	}
	var places []engine.Cursor
	for _, arm := range w.arms {
		found, err := t.walk(w, arm)
		if err != nil {
			return nil, err
		}
		places = append(places, found...)
	}
	if len(w.arms) > 1 {
		slices.SortFunc(places, func(a, b engine.Cursor) int {
			if w.down {
				a, b = b, a
			}
			return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Row, b.Row))
		})
	}
	return places[:min(len(places), w.limit)], nil
}

// walk returns the places of one arm. Those that share the key of the place it
// starts after are asked for apart: SQLite steps over as many as there are
// otherwise, and an import can have made thousands in one instant.
func (t *reader) walk(w walk, arm string) ([]engine.Cursor, error) {
	if w.after == (engine.Cursor{}) {
		return t.stretch(w, arm, "", w.limit)
	}
	beyond := ">"
	if w.down {
		beyond = "<"
	}
	places, err := t.stretch(w, arm, w.key+" = ? AND row "+beyond+" ?", w.limit, w.after.Key, w.after.Row)
	if err != nil || len(places) == w.limit {
		return places, err
	}
	rest, err := t.stretch(w, arm, w.key+" "+beyond+" ?", w.limit-len(places), w.after.Key)
	return append(places, rest...), err
}

// stretch returns up to limit places of an arm where from holds.
func (t *reader) stretch(w walk, arm, from string, limit int, bounds ...int64) ([]engine.Cursor, error) {
	s := t.stmt(w.sql(from))
	if w.armColumn != "" {
		s.BindText(arm)
	}
	for _, arg := range w.args {
		switch arg := arg.(type) {
		case string:
			s.BindText(arg)
		case int64:
			s.BindInt(arg)
		}
	}
	for _, bound := range bounds {
		s.BindInt(bound)
	}
	s.BindInt(int64(limit))
	return all(s, func(s *native.Stmt) (engine.Cursor, error) {
		return engine.Cursor{Key: s.Int(), Row: s.Int()}, nil
	})
}

// sql is the query of one stretch.
func (w walk) sql(from string) string {
	direction := ""
	if w.down {
		direction = " DESC"
	}
	var b strings.Builder
	b.WriteString("SELECT " + w.key + ", row FROM request")
	if w.index != "" {
		b.WriteString(" INDEXED BY " + w.index)
	}
	b.WriteString(" WHERE ")
	if w.armColumn != "" {
		b.WriteString(w.armColumn + " = ? AND ")
	}
	b.WriteString(strings.Join(w.where, " AND "))
	if from != "" {
		b.WriteString(" AND " + from)
	}
	b.WriteString(" ORDER BY " + w.key + direction + ", row" + direction + " LIMIT ?")
	return b.String()
}

// plan chooses how to find the places of a page: by what few requests have in
// common if the filter says so, else along the order.
func (t *reader) plan(q engine.RequestQuery) (walk, error) {
	w := walk{down: q.Order.Descending != q.Back, after: q.After, limit: q.Limit + 1}
	c := conditions{where: []string{"mode = ?"}, args: []any{string(q.Mode)}, by: q.By, now: q.Now}
	if err := c.add(q.Filter); err != nil {
		return w, err
	}
	if err := w.along(q.Order.Key, &c); err != nil {
		return w, err
	}
	narrow, err := t.few(q)
	if err != nil {
		return w, err
	}
	if narrow != nil {
		w.index, w.armColumn, w.arms = narrow.index, narrow.armColumn, narrow.arms
		c.where = append(c.where, narrow.where...)
	}
	switch {
	case len(c.statuses) == 0: // nothing passes
		w.armColumn, w.arms = "status", nil
	case w.armColumn != "status" && !c.anyStatus():
		c.oneOf("status", c.statuses)
	}
	w.where, w.args = c.where, c.args
	return w, nil
}

// along chooses the index of an order.
func (w *walk) along(order string, c *conditions) error {
	switch order {
	case "created":
		w.key, w.index = "created_at", "request_created"
		if !c.anyStatus() {
			w.index, w.armColumn, w.arms = "request_status_created", "status", c.statuses
		}
	case "since":
		w.key, w.index, w.armColumn, w.arms = "status_since", "request_status_since", "status", c.statuses
	case "updated":
		w.key, w.index = "updated_at", "request_updated"
	case "amount":
		if c.currencies == nil || len(c.currencies) > 1 {
			return engine.Errorf(engine.Invalid, "amounts of different currencies cannot be sorted").
				Or("add one currency to the filter, as in currency:USD")
		}
		w.key, w.index = "amount", "request_amount"
	default:
		return engine.Errorf(engine.Invalid, "requests cannot be sorted by %q", order).
			Or("sort by one of %s", strings.Join(engine.OrderKeys(), ", "))
	}
	return nil
}

// few is what only few requests have in common, and the index that lists them.
type few struct {
	index string
	where []string // what SQLite must read to see that the index fits

	armColumn string
	arms      []string
}

// few returns the narrowest such thing that a filter asks for, or nil.
func (t *reader) few(q engine.RequestQuery) (*few, error) {
	f := q.Filter
	if named(f, "id") != nil {
		return &few{}, nil // SQLite finds it by itself
	}
	if named(f, "reference") != nil {
		return &few{index: "request_reference", where: []string{"reference <> ''"}}, nil
	}
	if named(f, "splitFrom") != nil {
		return &few{index: "request_split_from", where: []string{"split_from <> ''"}}, nil
	}
	if named(f, "mergedInto") != nil {
		return &few{index: "request_merged_into", where: []string{"merged_into <> ''"}}, nil
	}
	if names := named(f, "customer"); names != nil {
		ids, err := t.customerIDs(names)
		return &few{index: "request_customer", armColumn: "customer_id", arms: ids}, err
	}
	if list := named(f, "claimedBy"); list != nil && !slices.Contains(list, "none") {
		ids, err := t.claimedIDs(list, q)
		return &few{armColumn: "id", arms: ids}, err
	}
	if list := named(f, "attention"); list != nil && !slices.Contains(list, "none") {
		return &few{index: "request_attention", where: []string{"attention <> ''"}}, nil
	}
	if list := named(f, "blocked"); len(list) == 1 && list[0] == "true" {
		return &few{index: "request_blocked", where: []string{"blocked = 1"}}, nil
	}
	return nil, nil
}

// customerIDs returns the customers that have one of the names as their id or
// reference.
func (t *reader) customerIDs(names []string) ([]string, error) {
	var ids []string
	for _, name := range names {
		s := t.with(`SELECT id FROM customer WHERE id = ?1
			UNION SELECT id FROM customer WHERE reference = ?1 AND reference <> ''`, name)
		found, err := all(s, scanText)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
