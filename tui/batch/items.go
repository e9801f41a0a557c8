package batch

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// An entry is one request of a plan or of a run, with what is said of it.
type entry struct {
	place  int
	id     engine.RequestID
	amount money.Amount      // as it was seen
	row    engine.RequestRow // zero until it was read
	said   canvas.Span
}

// entries are a list of which a grid shows a window. It grows at its end.
type entries struct {
	grid *grid.Grid
	all  []entry
	at   map[string]int // id to place in all
	from int            // the first one in the grid
	to   int            // the first one behind it

	total int64 // how many there are, loaded or not; 0 for those that are loaded
}

const entryPage = 200

// columns of requests in a run or a plan. What is said of them takes the rest.
var columns = []grid.Column{
	{ID: "id", Title: "REQUEST", Min: 7},
	{ID: "customer", Title: "CUSTOMER", Min: 14, Max: 26, Priority: 1},
	{ID: "amount", Title: "AMOUNT", Min: 12, Max: 14, Align: canvas.Right},
	{ID: "currency", Title: "CUR", Min: 4},
	{ID: "status", Title: "STATUS", Min: 11, Priority: 2},
	{ID: "why", Title: "RESULT", Min: 20, Max: 100},
}

func newEntries() *entries {
	return &entries{grid: grid.New(columns...), at: map[string]int{}}
}

// add appends entries.
func (l *entries) add(more ...entry) {
	for _, e := range more {
		if _, known := l.at[string(e.id)]; known {
			continue
		}
		l.at[string(e.id)] = len(l.all)
		l.all = append(l.all, e)
	}
	l.show()
}

// show gives the grid what it has room for, at first and whenever it stands at
// the end.
func (l *entries) show() {
	if l.grid.Len() == 0 {
		l.from, l.to = 0, min(len(l.all), entryPage)
		l.grid.Show(grid.Window{Rows: l.rows(0, l.to), Below: l.to < len(l.all), Total: int64(len(l.all))}, "")
		return
	}
	if _, below := l.grid.More(); !below && l.to < len(l.all) {
		to := min(len(l.all), l.to+entryPage)
		l.grid.Append(l.rows(l.to, to), to < len(l.all))
		l.to = to
	}
	l.grid.SetCounts(int64(len(l.all)), false, 0)
}

// need obeys the grid.
func (l *entries) need(load grid.Load) {
	switch load {
	case grid.LoadBelow:
		to := min(len(l.all), l.to+entryPage)
		l.grid.Append(l.rows(l.to, to), to < len(l.all))
		l.to = to
		l.from = l.place(true)
	case grid.LoadAbove:
		from := max(0, l.from-entryPage)
		l.grid.Prepend(l.rows(from, l.from), from > 0)
		l.from = from
		l.to = l.place(false) + 1
	case grid.LoadFirst:
		l.grid.Show(grid.Window{}, "")
		l.show()
	case grid.LoadLast:
		l.from, l.to = max(0, len(l.all)-entryPage), len(l.all)
		rows := l.rows(l.from, l.to)
		l.grid.Show(grid.Window{
			Rows: rows, Above: l.from > 0, First: int64(l.from), Total: int64(len(l.all)),
		}, rows[len(rows)-1].Key)
	}
}

// place is where the grid's first or last row stands in the list.
func (l *entries) place(first bool) int {
	a, b := l.grid.Ends()
	if first {
		return l.at[a]
	}
	return l.at[b]
}

func (l *entries) rows(from, to int) []grid.Row {
	rows := make([]grid.Row, 0, to-from)
	for _, e := range l.all[from:to] {
		rows = append(rows, grid.Row{Key: string(e.id), Cells: e.cells()})
	}
	return rows
}

func (e entry) cells() []canvas.Span {
	return []canvas.Span{
		{Text: screen.Short(string(e.id))},
		{Text: screen.Customer(e.row)},
		{Text: screen.Amount(e.amount), Style: theme.Strong},
		{Text: text.Line(string(e.amount.Currency)), Style: theme.Muted},
		screen.Status(e.row.Request),
		e.said,
	}
}

// unread are the visible entries whose requests were not read yet.
func (l *entries) unread() []engine.RequestID {
	var ids []engine.RequestID
	for _, key := range l.grid.Visible() {
		if e := l.all[l.at[key]]; e.row.ID == "" {
			ids = append(ids, e.id)
		}
	}
	return ids
}

// read takes requests that were read.
func (l *entries) read(rows []engine.RequestRow) {
	var changed []grid.Row
	for _, row := range rows {
		if i, ok := l.at[string(row.ID)]; ok {
			l.all[i].row = row
			changed = append(changed, grid.Row{Key: string(row.ID), Cells: l.all[i].cells()})
		}
	}
	l.grid.Patch(changed)
}

// cursor is the entry under the cursor.
func (l *entries) cursor() (entry, bool) {
	row, ok := l.grid.Cursor()
	if !ok {
		return entry{}, false
	}
	return l.all[l.at[row.Key]], true
}

// open goes to the request under the cursor.
func (l *entries) open() screen.Go {
	e, _ := l.cursor()
	return screen.Go{Place: screen.Place{Kind: screen.Request, Request: e.id}, Row: e.row}
}

// saidLines is how much room what is said of the cursor's request has below.
const saidLines = 2

// draw draws the list, and below it in full what is said of the cursor's
// request.
func (l *entries) draw(c *canvas.Canvas, r canvas.Rect) {
	l.grid.SetCounts(max(l.total, int64(len(l.all))), false, 0)
	e, some := l.cursor()
	if !some || r.H < 3*saidLines {
		l.grid.Draw(c, r)
		return
	}
	body, said := r.Bottom(saidLines + 1)
	rule, said := said.Top(1)
	l.grid.Draw(c, body)
	c.HRule(rule, theme.Border)
	for i, line := range canvas.Wrap(e.said.Text, said.W-2) {
		if i < saidLines {
			c.Text(said.Inset(1, 0).Line(i), line, e.said.Style)
		}
	}
}
