package queue

import (
	"slices"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A shape is how wide a column is unless somebody says otherwise, and when it
// goes where it is narrow: the highest first, those of zero never.
type shape struct{ min, max, priority int }

// shapes of the columns that are shown where nobody chose any, and of those whose
// widths are known.
var shapes = map[string]shape{
	"id": {7, 0, 0}, "customer": {16, 28, 1}, "amount": {12, 14, 0}, "currency": {4, 0, 0}, "status": {11, 0, 0},
	"age": {4, 0, 3}, "old": {4, 0, 3}, "idle": {5, 0, 3}, "flag": {13, 20, 2}, "instrument": {16, 24, 4},
	"point": {8, 14, 5}, "reference": {12, 20, 6}, "available": {12, 14, 0}, "paid": {12, 14, 0},
	"blocked": {12, 26, 0}, "attention": {12, 24, 0}, "signal": {12, 20, 0}, "approvals": {9, 0, 0},
	"batch": {7, 0, 0}, "description": {16, 40, 0}, "customerReference": {12, 20, 0}, "email": {20, 32, 0},
	"claimedBy": {8, 12, 0}, "method": {8, 12, 0}, "ending": {6, 0, 0}, "service": {8, 16, 0}, "gateway": {12, 24, 0},
	"created": {12, 0, 0}, "updated": {12, 0, 0}, "since": {12, 0, 0},
}

// usual are the columns of a view for which nobody chose any: how old a request
// is goes by what the view is sorted by.
func usual(o engine.Order) []engine.ShownColumn {
	age := map[string]string{"created": "old", "updated": "idle"}[o.Key]
	if age == "" {
		age = "age"
	}
	columns, err := engine.ReadColumns([]string{
		"id", "customer", "amount", "currency", "status", age, "flag", "instrument", "point", "reference",
	})
	if err != nil {
		panic(err) // one of these has another name now
	}
	return columns
}

// chosen are the columns that somebody chose for the view that is shown: the
// reviewer's own choice, else those that were saved with it; none if nobody did.
func (q *Queue) chosen() []engine.ShownColumn {
	names, own := q.desk.Columns[q.view().id()]
	if !own {
		names = q.view().saved.Columns
	}
	columns, err := engine.ReadColumns(names)
	if err != nil { // of another version of the program
		return nil
	}
	return columns
}

// wear shows the columns of the view.
func (q *Queue) wear() {
	shown, chosen := q.chosen(), true
	if len(shown) == 0 {
		shown, chosen = usual(q.order()), false
	}
	defer q.sortedColumn()
	same := func(a, b engine.ShownColumn) bool { return a.Name == b.Name && a.Width == b.Width }
	if slices.EqualFunc(shown, q.columns, same) {
		return
	}
	q.columns = shown
	q.grid.SetColumns(gridColumns(shown, chosen)...)
	q.grid.Rewrite(func(key string) []canvas.Span {
		if row, ok := q.rows[engine.RequestID(key)]; ok {
			return q.cells(row)
		}
		return nil
	})
}

// gridColumns are columns as the list takes them. Of those that somebody chose
// the last one goes first where it is narrow; request, amount and status stay.
func gridColumns(shown []engine.ShownColumn, chosen bool) []grid.Column {
	columns := make([]grid.Column, len(shown))
	for i, c := range shown {
		s, known := shapes[c.Name]
		if !known {
			s = shape{min: 12, max: 20}
		}
		if c.Width > 0 {
			s.min, s.max = c.Width, c.Width
		}
		columns[i] = grid.Column{ID: c.Name, Title: text.Line(c.Title), Min: s.min, Max: s.max, Priority: s.priority}
		if c.Right {
			columns[i].Align = canvas.Right
		}
		if chosen {
			columns[i].Priority = i
			if slices.Contains([]string{"id", "amount", "status"}, c.Name) {
				columns[i].Priority = 0
			}
		}
	}
	return columns
}

// gridRows writes requests for the list.
func (q *Queue) gridRows(rows []engine.RequestRow) []grid.Row {
	written := make([]grid.Row, len(rows))
	for i, row := range rows {
		written[i] = grid.Row{Key: string(row.ID), Cells: q.cells(row)}
	}
	return written
}

func (q *Queue) cells(row engine.RequestRow) []canvas.Span { return q.cellsOf(q.columns, row) }

func (q *Queue) cellsOf(columns []engine.ShownColumn, row engine.RequestRow) []canvas.Span {
	g := q.reading()
	cells := make([]canvas.Span, len(columns))
	for i, c := range columns {
		cells[i] = q.cell(g, c.Column, row)
	}
	return cells
}

// reading is how rows are read for the reviewer, now.
func (q *Queue) reading() engine.Reading {
	return engine.Reading{Config: q.desk.Config, By: q.desk.Actor, Now: q.desk.Engine.Now()}
}

// cell shows one thing of a request, in as few words as on other screens.
func (q *Queue) cell(g engine.Reading, c engine.Column, row engine.RequestRow) canvas.Span {
	r := row.Request
	switch c.Name {
	case "id":
		return canvas.Span{Text: screen.Short(string(r.ID))}
	case "customer":
		return canvas.Span{Text: screen.Customer(row)}
	case "amount":
		return canvas.Span{Text: screen.Amount(r.Amount), Style: theme.Strong}
	case "status":
		return screen.Status(r)
	case "flag":
		return q.flag(row)
	case "instrument":
		return canvas.Span{Text: q.desk.Instrument(row.Instrument), Style: theme.Muted}
	case "batch":
		return canvas.Span{Text: text.Line(row.BatchReference), Style: theme.Muted}
	case "signal":
		if len(row.Signals) == 0 {
			return canvas.Span{}
		}
		return canvas.Span{Text: screen.SignalWord(row.Signals[0].Kind), Style: theme.Text}
	}
	return canvas.Span{Text: valueText(g.Value(c, row), g.Now), Style: theme.Muted}
}

// valueText writes what a column shows as a list has room for it.
func valueText(v any, now time.Time) text.Safe {
	switch v := v.(type) {
	case string:
		return text.Line(text.Masked(v))
	case money.Amount:
		return screen.Amount(v)
	case time.Time:
		return screen.Moment(v, now)
	case time.Duration:
		return screen.Age(v)
	case engine.Approved:
		return text.Safe(screen.Int(v.Has) + "/" + screen.Int(v.Needs))
	}
	return ""
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

// rewrite brings the rows on the screen up to now: ages pass, decisions are on
// their way, and what is to be known of a request depends on who looks.
func (q *Queue) rewrite() {
	g := q.reading()
	q.grid.Retouch(func(key string, cells []canvas.Span) {
		row, ok := q.rows[engine.RequestID(key)]
		for i, c := range q.columns {
			if ok && i < len(cells) && (c.Name == "age" || c.Name == "old" || c.Name == "idle" || c.Name == "flag") {
				cells[i] = q.cell(g, c.Column, row)
			}
		}
	})
}
