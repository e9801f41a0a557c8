package batch

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// lines are the rows of the file that a batch was made of, or those that were
// skipped.
type lines struct {
	roll[engine.BatchRow]
	desk    *screen.Desk
	batch   engine.BatchID
	skipped bool // only those
	whole   bool // all of them have been read
	known   bool
	loader  screen.Loader
}

var lineColumns = []grid.Column{
	{ID: "line", Title: "LINE", Min: 5, Align: canvas.Right},
	{ID: "status", Title: "STATUS", Min: 8},
	{ID: "reference", Title: "REFERENCE", Min: 10, Max: 20},
	{ID: "service", Title: "SERVICE", Min: 12, Max: 20, Priority: 2},
	{ID: "amount", Title: "AMOUNT", Min: 10, Align: canvas.Right, Priority: 1},
	{ID: "customer", Title: "CUSTOMER", Min: 16, Max: 28, Priority: 4},
	{ID: "request", Title: "REQUEST", Min: 7},
	{ID: "why", Title: "SKIPPED BECAUSE", Min: 20, Max: 100, Priority: 1},
}

func newLines(d *screen.Desk, id engine.BatchID, skipped bool) *lines {
	l := &lines{desk: d, batch: id, skipped: skipped}
	l.roll = roll[engine.BatchRow]{
		grid: grid.New(lineColumns...), at: map[string]int{},
		key:   func(r engine.BatchRow) string { return screen.Int(r.Line) },
		cells: l.cells,
		said: func(r engine.BatchRow) canvas.Span {
			if r.Status == engine.BatchRowSkipped {
				return canvas.Span{Text: "line " + text.Safe(screen.Int(r.Line)) + ": " + l.why(r), Style: theme.Error}
			}
			return canvas.Span{Text: "line " + text.Safe(screen.Int(r.Line)) + " is request " + text.Line(string(r.RequestID)) +
				said(r.Cells["description"]), Style: theme.Muted}
		},
	}
	return l
}

// said is a description behind a colon, where there is one.
func said(description string) text.Safe {
	if description == "" {
		return ""
	}
	return ": " + text.Line(description)
}

// masked reports whether the reviewer may not see details of customers.
func masked(d *screen.Desk) bool { return !d.Actor.Role.AtLeast(engine.RoleSupport) }

// why is what is wrong with a row, as the reviewer may see it: it may quote a
// cell.
func (l *lines) why(r engine.BatchRow) text.Safe {
	column, _, ok := strings.Cut(r.Why, "] ")
	switch {
	case !masked(l.desk):
		return text.Line(r.Why)
	case ok:
		return text.Line(column) + "] is wrong; what it says is hidden from viewers"
	}
	return "it is wrong; what it says is hidden from viewers"
}

func (l *lines) cells(r engine.BatchRow) []canvas.Span {
	cell := func(name string) canvas.Span { return canvas.Span{Text: text.Line(r.Cells[name])} }
	status, why := canvas.Span{Text: text.Line(string(r.Status)), Style: theme.Done}, canvas.Span{}
	if r.Status == engine.BatchRowSkipped {
		status.Style = theme.Attention
		why = canvas.Span{Text: l.why(r), Style: theme.Error}
	}
	customer := cell("customer")
	if masked(l.desk) && customer.Text != "" {
		customer.Text = screen.Hidden(r.Cells["customer"])
	}
	return []canvas.Span{
		{Text: text.Safe(screen.Int(r.Line)), Style: theme.Muted},
		status, cell("reference_id"), cell("service"),
		cell("service_amount"), customer,
		{Text: screen.Short(string(r.RequestID))},
		why,
	}
}

// linesRead is a message: rows of the file.
type linesRead struct {
	rows  []engine.BatchRow
	first bool // from its beginning
	whole bool
}

// load reads what is loaded again, or the first page.
func (l *lines) load() tea.Cmd { return l.read(0, max(page, len(l.all)), true) }

func (l *lines) read(after, n int, first bool) tea.Cmd {
	e, id, skipped := l.desk.Engine, l.batch, l.skipped
	return l.loader.Start(l.desk.Context, func(ctx context.Context) (any, error) {
		read := linesRead{first: first}
		for len(read.rows) < n && !read.whole {
			rows, err := e.BatchRows(ctx, id, engine.BatchRowQuery{Skipped: skipped, After: after, Limit: page})
			if err != nil {
				return nil, err
			}
			if read.rows = append(read.rows, rows...); len(rows) > 0 {
				after = rows[len(rows)-1].Line
			}
			read.whole = len(rows) < page
		}
		return read, nil
	})
}

func (l *lines) take(msg tea.Msg) tea.Cmd {
	loaded, is := msg.(screen.Loaded)
	if !is || !l.loader.Mine(loaded) {
		return nil
	}
	if loaded.Err != nil {
		l.grid.LoadFailed()
		return l.desk.Lost(loaded.Err)
	}
	read := loaded.Value.(linesRead)
	l.known, l.whole = true, read.whole
	if read.first {
		l.replace(read.rows)
	} else {
		l.add(read.rows...)
	}
	return nil
}

// move moves the cursor, and reads on at the end.
func (l *lines) move(m grid.Motion) tea.Cmd {
	l.need(l.grid.Move(m))
	if _, below := l.grid.More(); below || l.whole || l.loader.Busy() || len(l.all) == 0 {
		return nil
	}
	return l.read(l.all[len(l.all)-1].Line, page, false)
}

// draw draws the rows, or why there are none.
func (l *lines) draw(c *canvas.Canvas, r canvas.Rect) {
	switch {
	case !l.known:
		l.face("reading …", "")
	case l.skipped:
		l.face("no row was skipped: all are requests", "1 lists them")
	default:
		l.face("no row came in yet", "")
	}
	l.roll.draw(c, r)
}
