package queue

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// columns of the list. Those with the highest priority go first where it is
// narrow; id, amount and status always stay.
var columns = []grid.Column{
	{ID: "id", Title: "REQUEST", Min: 7},
	{ID: "customer", Title: "CUSTOMER", Min: 16, Max: 28, Priority: 1},
	{ID: "amount", Title: "AMOUNT", Min: 12, Max: 14, Align: canvas.Right},
	{ID: "currency", Title: "CUR", Min: 4},
	{ID: "status", Title: "STATUS", Min: 11},
	{ID: "age", Title: "AGE", Min: 4, Align: canvas.Right, Priority: 3},
	{ID: "flag", Title: "FLAG", Min: 13, Max: 20, Priority: 2},
	{ID: "instrument", Title: "TO", Min: 16, Max: 24, Priority: 4},
	{ID: "point", Title: "POINT", Min: 8, Max: 14, Priority: 5},
	{ID: "reference", Title: "REFERENCE", Min: 12, Max: 20, Priority: 6},
}

// gridRows writes requests for the list.
func (q *Queue) gridRows(rows []engine.RequestRow) []grid.Row {
	written := make([]grid.Row, len(rows))
	for i, row := range rows {
		written[i] = grid.Row{Key: string(row.ID), Cells: q.cells(row)}
	}
	return written
}

func (q *Queue) cells(row engine.RequestRow) []canvas.Span {
	r := row.Request
	flag := q.desk.Flag(row)
	if q.desk.Busy(r.ID) {
		flag = canvas.Span{Text: "deciding …", Style: theme.Moving}
	}
	return []canvas.Span{
		{Text: screen.Short(string(r.ID))},
		{Text: screen.Customer(row)},
		{Text: screen.Amount(r.Amount), Style: theme.Strong},
		{Text: text.Line(string(r.Amount.Currency)), Style: theme.Muted},
		screen.Status(r),
		{Text: screen.Age(q.desk.Engine.Now().Sub(q.ageFrom(r))), Style: theme.Muted},
		flag,
		{Text: q.desk.Instrument(row.Instrument), Style: theme.Muted},
		{Text: text.Line(r.PointID), Style: theme.Muted},
		{Text: text.Line(r.Reference), Style: theme.Muted},
	}
}

// rewrite writes the rows on the screen anew: ages pass, and decisions are on
// their way.
func (q *Queue) rewrite() {
	var rows []engine.RequestRow
	for _, id := range q.grid.Visible() {
		if row, ok := q.rows[engine.RequestID(id)]; ok {
			rows = append(rows, row)
		}
	}
	var left []string
	if gone, ok := q.grid.Gone(); ok {
		left = append(left, gone.Key)
	}
	q.grid.Patch(q.gridRows(rows), left...)
}
