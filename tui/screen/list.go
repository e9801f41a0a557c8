package screen

import (
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/theme"
)

// A List is a few things to choose from, all of them loaded, and below them
// what is known of the chosen one.
type List struct {
	Grid   *grid.Grid
	Detail Pane // of the thing under the cursor
	Beside Pane // more of it: at the right where there is room, else below
}

// NewList returns a list of such columns; labels is how wide those of the
// details stand.
func NewList(labels int, columns ...grid.Column) *List {
	return &List{Grid: grid.New(columns...), Detail: Pane{Labels: labels}, Beside: Pane{Labels: labels}}
}

// Set shows other rows, with the cursor where it was.
func (l *List) Set(rows []grid.Row) {
	l.Grid.Refresh(grid.Window{Rows: rows, Total: int64(len(rows))})
}

// Chosen is the key of the row under the cursor; "" if there is none.
func (l *List) Chosen() string {
	row, _ := l.Grid.Cursor()
	return row.Key
}

// Do moves the cursor, or scrolls the details, and reports whether the action
// does so.
func (l *List) Do(a keys.ID) bool {
	if m, ok := Motion(a); ok {
		l.Grid.Move(m)
		l.Detail.Rewind()
		l.Beside.Rewind()
		return true
	}
	by := 0
	switch a {
	case PreviewDown:
		by = 3
	case PreviewUp:
		by = -3
	}
	l.Detail.Scroll(by)
	l.Beside.Scroll(by)
	return by != 0
}

// Face says what is shown in place of rows: why there are none.
func (l *List) Face(what text.Safe, known bool, problem error, empty, help text.Safe) {
	l.Grid.Title, l.Grid.Help = empty, help
	switch {
	case problem != nil:
		l.Grid.Title = what + " could not be read: " + text.Line(problem.Error())
		l.Grid.Help = "ctrl+r tries again   esc goes back"
	case !known:
		l.Grid.Title, l.Grid.Help = "reading …", ""
	}
}

// sideBySide is from how many columns on there is room for two panes.
const sideBySide = 100

// Draw draws the rows, and below them what is to be said of the chosen one.
func (l *List) Draw(c *canvas.Canvas, r canvas.Rect, detail, beside []Line) {
	const fewest, details = 3, 9
	rows := max(min(l.Grid.Len(), r.H-details), fewest) + 1
	if l.Grid.Len() == 0 {
		rows = r.H
	}
	list, below := r.Top(rows)
	l.Grid.Draw(c, list)
	if l.Grid.Len() == 0 {
		return
	}
	rule, below := below.Top(1)
	c.HRule(rule, theme.Border)
	if r.W < sideBySide || len(beside) == 0 {
		l.Detail.Set(append(detail, beside...))
		l.Detail.Draw(c, below.Inset(1, 0))
		return
	}
	left, right := below.Left(below.W / 2)
	l.Detail.Set(detail)
	l.Detail.Draw(c, left.Inset(1, 0))
	line, right := right.Left(1)
	line.Y, line.H = line.Y-1, line.H+2 // to the rules above and below
	c.VRule(line, theme.Border)
	if len(beside) > 0 && beside[0].Label == "" && len(beside[0].Spans) == 0 {
		beside = beside[1:] // the blank line before its heading
	}
	l.Beside.Set(beside)
	l.Beside.Draw(c, right.Inset(1, 0))
}
