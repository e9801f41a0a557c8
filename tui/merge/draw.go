package merge

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

const (
	labels      = 10
	reasonLines = 2
	roomy       = 15 // lines, from which there are two for why
)

// Draw implements the console's screen.
func (s *Merge) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, r := r.Top(1)
	rule, body := r.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	subject := s.Subject()
	c.Spans(head.Inset(1, 0), canvas.Left,
		canvas.Span{Text: "into " + screen.Short(string(subject.Row.ID)), Style: theme.Title},
		canvas.Span{Text: "   " + screen.Customer(subject.Row)},
		canvas.Span{Text: "   " + text.Line(subject.Row.PointID) + ", to " +
			s.desk.Instrument(subject.Row.Instrument), Style: theme.Muted})
	switch {
	case s.source.Problem() != nil:
		s.grid.Title = "the requests could not be read: " + text.Line(s.source.Problem().Error())
		s.grid.Help = "ctrl+r tries again   esc goes back"
	case !s.source.Known():
		s.grid.Title, s.grid.Help = "reading …", ""
	}
	whyLines := 2
	if body.H < roomy {
		whyLines = 1
	}
	list, foot := body.Bottom(2 + reasonLines + whyLines)
	s.grid.Draw(c, list)
	c.HRule(foot.Line(0), theme.Border)
	s.drawResult(c, foot.Inset(1, 0))
}

// drawResult says what would come of it.
func (s *Merge) drawResult(c *canvas.Canvas, r canvas.Rect) {
	label, rest := r.Line(1).Left(labels)
	c.Text(label, "REASON", theme.Muted)
	rest.H = reasonLines
	s.reason.Draw(c, rest, false)
	label, rest = r.Line(1 + reasonLines).Left(labels)
	c.Text(label, "RESULT", theme.Muted)
	n := len(s.sources())
	switch {
	case len(s.rows) == 1 && s.source.Known():
		c.Text(rest, "the customer has no other open request", theme.Muted)
	case n == 0:
		c.Text(rest, "nothing is picked yet", theme.Muted)
	default:
		c.Spans(rest, canvas.Left,
			canvas.Span{Text: screen.Money(s.Subject().Row.Amount) +
				" → "}, canvas.Span{Text: screen.Money(s.sum()), Style: theme.Strong},
			canvas.Span{Text: ", " + s.status() + "; " + screen.Plural(n, "request") +
				" merged, for good", Style: theme.Muted})
	}
	label, rest = r.Line(2 + reasonLines).Left(labels)
	if row, ok := s.current(); ok && row.ID != s.target && s.whyNot(row) != "" { // its cell may be too narrow
		c.Text(label, "CANNOT", theme.Muted)
		for i, line := range canvas.Wrap(s.whyNot(row), rest.W) {
			if i < r.H-2-reasonLines {
				_, at := r.Line(2 + reasonLines + i).Left(labels)
				c.Text(at, line, theme.Text)
			}
		}
		return
	}
	if s.otherInstrument() {
		c.Text(rest, "! some asked to be paid elsewhere: all goes to the target's instrument", theme.Warning)
	}
}

// Status implements the console's screen.
func (s *Merge) Status() (left, right []canvas.Span) {
	if why := s.Why("merge-now"); why != "" && s.source.Known() {
		left = []canvas.Span{{Text: "enter is off: ", Style: theme.Muted}, {Text: why}}
	}
	return left, []canvas.Span{{Text: "nothing is kept yet", Style: theme.Muted}}
}

// Click implements the console's screen: a row.
func (s *Merge) Click(x, y int, _ canvas.Rect) tea.Cmd {
	key, _ := s.grid.At(x, y)
	s.grid.Select(key)
	return nil
}
