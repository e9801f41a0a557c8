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

// The cells that change while a request does not: ages pass, decisions are on
// their way, and what is to be known of it depends on who looks.
const ageCell, flagCell = 5, 6

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
	return []canvas.Span{
		{Text: screen.Short(string(r.ID))},
		{Text: screen.Customer(row)},
		{Text: screen.Amount(r.Amount), Style: theme.Strong},
		{Text: text.Line(string(r.Amount.Currency)), Style: theme.Muted},
		screen.Status(r),
		ageCell:  q.age(r),
		flagCell: q.flag(row),
		{Text: q.desk.Instrument(row.Instrument), Style: theme.Muted},
		{Text: text.Line(r.PointID), Style: theme.Muted},
		{Text: text.Line(r.Reference), Style: theme.Muted},
	}
}

func (q *Queue) age(r engine.Request) canvas.Span {
	return canvas.Span{Text: screen.Age(q.desk.Engine.Now().Sub(q.ageFrom(r))), Style: theme.Muted}
}

func (q *Queue) flag(row engine.RequestRow) canvas.Span {
	if q.desk.Busy(row.ID) {
		return canvas.Span{Text: "deciding …", Style: theme.Moving}
	}
	if q.marks.moved[row.ID] {
		return canvas.Span{Text: "changed since", Style: theme.Warning}
	}
	return q.desk.Flag(row)
}

// rewrite brings the rows on the screen up to now.
func (q *Queue) rewrite() {
	q.grid.Retouch(func(key string, cells []canvas.Span) {
		if row, ok := q.rows[engine.RequestID(key)]; ok {
			cells[ageCell], cells[flagCell] = q.age(row.Request), q.flag(row)
		}
	})
}
