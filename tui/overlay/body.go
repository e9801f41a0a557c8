package overlay

import (
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// bodyWidth is how wide dialogs get: lines longer than this are hard to read.
const bodyWidth = 68

// A Line is one thing a dialog tells: a label, if it has one, and text that is
// wrapped beside it. The zero line is a blank one.
type Line struct {
	Label text.Safe
	Text  text.Safe
	Style theme.Style
}

// A row is a line of a dialog as it stands on the screen.
type row struct {
	Line
	indent int
}

// layOut wraps lines into w columns.
func layOut(lines []Line, w int) []row {
	indent := 0
	for _, l := range lines {
		if n := canvas.Width(l.Label); n > 0 {
			indent = max(indent, n+2)
		}
	}
	indent = min(indent, w/2)
	var rows []row
	for _, l := range lines {
		wrapped := canvas.Wrap(l.Text, w-indent)
		if len(wrapped) == 0 {
			rows = append(rows, row{l, indent})
		}
		for i, part := range wrapped {
			r := row{Line{Text: part, Style: l.Style}, indent}
			if i == 0 {
				r.Label = l.Label
			}
			rows = append(rows, r)
		}
	}
	return rows
}

func drawRows(c *canvas.Canvas, r canvas.Rect, rows []row) {
	for i, row := range rows[:min(len(rows), max(r.H, 0))] {
		label, at := r.Line(i).Left(row.indent)
		label, _ = label.Right(1)
		c.Text(label, row.Label, theme.Muted)
		c.Text(at, row.Text, row.Style)
	}
}

// DrawKeys draws a line that says which keys do what: key, name, key, name.
func DrawKeys(c *canvas.Canvas, r canvas.Rect, hints ...text.Safe) {
	for i := 0; i+1 < len(hints); i += 2 {
		n := c.Spans(r, canvas.Left, canvas.Span{Text: hints[i], Style: theme.Key},
			canvas.Span{Text: " " + hints[i+1], Style: theme.Text})
		_, r = r.Left(n + 3)
	}
}
