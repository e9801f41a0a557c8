package batch

import (
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/theme"
)

// A roll is a list of which a grid shows a window. It grows at its end.
type roll[T any] struct {
	grid  *grid.Grid
	key   func(T) string
	cells func(T) []canvas.Span
	said  func(T) canvas.Span // what is said in full below the list of the one under the cursor

	all  []T
	at   map[string]int // key to place in all
	from int            // the first one in the grid
	to   int            // the first one behind it

	total int64 // how many there are, loaded or not; 0 for those that are loaded
}

const rollPage = 200

// add appends to the list.
func (l *roll[T]) add(more ...T) {
	for _, v := range more {
		if _, known := l.at[l.key(v)]; known {
			continue
		}
		l.at[l.key(v)] = len(l.all)
		l.all = append(l.all, v)
	}
	l.show()
}

// replace puts others in the place of all, with the cursor where it was.
func (l *roll[T]) replace(others []T) {
	before := 0
	if row, ok := l.grid.Cursor(); ok {
		before = l.at[row.Key]
	}
	l.all, l.at = nil, make(map[string]int, len(others))
	for _, v := range others {
		l.at[l.key(v)] = len(l.all)
		l.all = append(l.all, v)
	}
	l.from = max(0, min(before, len(l.all))-rollPage)
	l.to = min(len(l.all), before+rollPage)
	l.grid.Refresh(grid.Window{
		Rows: l.rows(l.from, l.to), Above: l.from > 0, Below: l.to < len(l.all), First: int64(l.from), Total: int64(len(l.all)),
	})
}

// show gives the grid what it has room for, at first and whenever it stands at
// the end.
func (l *roll[T]) show() {
	if l.grid.Len() == 0 {
		l.from, l.to = 0, min(len(l.all), rollPage)
		l.grid.Show(grid.Window{Rows: l.rows(0, l.to), Below: l.to < len(l.all), Total: int64(len(l.all))}, "")
		return
	}
	if _, below := l.grid.More(); !below && l.to < len(l.all) {
		to := min(len(l.all), l.to+rollPage)
		l.grid.Append(l.rows(l.to, to), to < len(l.all))
		l.to = to
	}
	l.grid.SetCounts(int64(len(l.all)), false, 0)
}

// need obeys the grid.
func (l *roll[T]) need(load grid.Load) {
	switch load {
	case grid.LoadBelow:
		to := min(len(l.all), l.to+rollPage)
		l.grid.Append(l.rows(l.to, to), to < len(l.all))
		l.to = to
		l.from = l.place(true)
	case grid.LoadAbove:
		from := max(0, l.from-rollPage)
		l.grid.Prepend(l.rows(from, l.from), from > 0)
		l.from = from
		l.to = l.place(false) + 1
	case grid.LoadFirst:
		l.grid.Show(grid.Window{}, "")
		l.show()
	case grid.LoadLast:
		l.from, l.to = max(0, len(l.all)-rollPage), len(l.all)
		rows := l.rows(l.from, l.to)
		l.grid.Show(grid.Window{
			Rows: rows, Above: l.from > 0, First: int64(l.from), Total: int64(len(l.all)),
		}, rows[len(rows)-1].Key)
	}
}

// place is where the grid's first or last row stands in the list.
func (l *roll[T]) place(first bool) int {
	a, b := l.grid.Ends()
	if first {
		return l.at[a]
	}
	return l.at[b]
}

func (l *roll[T]) rows(from, to int) []grid.Row {
	rows := make([]grid.Row, 0, to-from)
	for _, v := range l.all[from:to] {
		rows = append(rows, l.row(v))
	}
	return rows
}

func (l *roll[T]) row(v T) grid.Row { return grid.Row{Key: l.key(v), Cells: l.cells(v)} }

// cursor is what is under the cursor.
func (l *roll[T]) cursor() (v T, ok bool) {
	row, ok := l.grid.Cursor()
	if !ok {
		return v, false
	}
	return l.all[l.at[row.Key]], true
}

// saidLines is how much room what is said of the one under the cursor has.
const saidLines = 2

// draw draws the list, and below it in full what is said of the one under the
// cursor.
func (l *roll[T]) draw(c *canvas.Canvas, r canvas.Rect) {
	l.grid.SetCounts(max(l.total, int64(len(l.all))), false, 0)
	v, some := l.cursor()
	if !some || r.H < 3*saidLines {
		l.grid.Draw(c, r)
		return
	}
	body, said := r.Bottom(saidLines + 1)
	rule, said := said.Top(1)
	l.grid.Draw(c, body)
	c.HRule(rule, theme.Border)
	span := l.said(v)
	for i, line := range canvas.Wrap(span.Text, said.W-2) {
		if i < saidLines {
			c.Text(said.Inset(1, 0).Line(i), line, span.Style)
		}
	}
}

// face says why the list is empty, and what to press.
func (l *roll[T]) face(title, help text.Safe) { l.grid.Title, l.grid.Help = title, help }
