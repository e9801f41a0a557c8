package sqlite

import (
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// A page is made in two steps. First its places are found, a key and a row
// number each; then its rows are read by number.

// A row is a request and what a list shows beside it. Those of a page are read
// by one statement, in the order of the list that it is given.
var (
	rowColumns = qualified("r", requestColumns) + `, c.name, c.reference, c.email, coalesce(b.reference, ''), ` + rowGateways + `, ` + qualified("i", instrumentColumns) +
		`, k.request_id, k."by", k.since, k.until`

	rowsByPlace = `SELECT ` + rowColumns + ` FROM json_each(?) AS place
		CROSS JOIN request AS r ON r.row = place.value` + rowOthers
	rowsByID = `SELECT ` + rowColumns + ` FROM json_each(?) AS place
		CROSS JOIN request AS r ON r.id = place.value` + rowOthers
)

// rowGateways lists accounts with spaces between, which their ids have none of.
const rowGateways = `(SELECT group_concat(gateway_id, ' ') FROM (
	SELECT DISTINCT gateway_id FROM allocation WHERE request_id = r.id ORDER BY gateway_id))`

const rowOthers = ` CROSS JOIN customer AS c ON c.id = r.customer_id
	LEFT JOIN instrument AS i ON i.id = r.instrument_id LEFT JOIN claim AS k ON k.request_id = r.id
	LEFT JOIN batch AS b ON b.id = r.batch_id AND r.batch_id <> ''`

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
	places, end, err := t.find(q)
	if err != nil {
		return engine.RequestPage{}, err
	}
	page := engine.RequestPage{More: len(places) > q.Limit}
	if end != (engine.Cursor{}) && len(places) <= q.Limit {
		page.More, page.Searched = true, end
	}
	places = places[:min(len(places), q.Limit)]
	if q.Back {
		slices.Reverse(places)
	}
	if len(places) == 0 {
		return page, nil
	}
	page.First, page.Last = places[0], places[len(places)-1]
	rows := make([]int64, len(places))
	for i, place := range places {
		rows[i] = place.Row
	}
	page.Rows, err = all(t.with(rowsByPlace, jsonList(rows)), scanRow)
	return page, err
}

// CountUpTo implements engine.ReadTx.
func (t *reader) CountUpTo(q engine.RequestQuery) (engine.Counted, error) {
	places, end, err := t.find(q)
	counted := engine.Counted{Requests: min(len(places), q.Limit), Next: end}
	if len(places) > q.Limit && q.Limit > 0 {
		counted.Next = places[q.Limit-1]
	}
	return counted, err
}

// RequestRows implements engine.ReadTx.
func (t *reader) RequestRows(ids []engine.RequestID) ([]engine.RequestRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return all(t.with(rowsByID, jsonTexts(ids)), scanRow)
}

func scanRow(s *native.Stmt) (row engine.RequestRow, err error) {
	if row.Request, err = scanRequest(s); err != nil {
		return row, err
	}
	row.CustomerName, row.CustomerReference, row.CustomerEmail = s.Text(), s.Text(), s.Text()
	row.BatchReference = s.Text()
	if gateways := s.Text(); gateways != "" {
		row.Gateways = strings.Split(gateways, " ")
	}
	if row.Instrument, err = scanInstrument(s); err != nil {
		return row, err
	}
	row.Claim, err = scanClaim(s)
	return row, err
}
