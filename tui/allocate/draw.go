package allocate

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/signal"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// Draw implements the console's screen.
func (s *Allocate) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, r := r.Top(2)
	rule, body := r.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	s.drawHead(c, head.Inset(1, 0))
	if sentence, _, ok := s.desk.Armed(); ok {
		screen.DrawArmed(c, head.Line(0), sentence)
	}
	switch {
	case s.source.Problem() != nil:
		s.grid.Title = "the plan could not be read: " + text.Line(s.source.Problem().Error())
		s.grid.Help = "ctrl+r tries again   esc goes back"
	case s.known == nil:
		s.grid.Title, s.grid.Help = "reading …", ""
	}
	list, below := body.Top(min(max(s.grid.Len(), 3)+2, max(body.H-6, 4)))
	s.grid.Draw(c, list)
	if s.known == nil {
		return
	}
	c.HRule(below.Line(0), theme.Border)
	_, below = below.Top(1)
	s.pane.Set(s.details())
	s.pane.Draw(c, below.Inset(1, 0))
}

// drawHead says what is to be placed, and what the plan places of it.
func (s *Allocate) drawHead(c *canvas.Canvas, r canvas.Rect) {
	row := s.row
	c.Spans(r.Line(0), canvas.Left,
		canvas.Span{Text: screen.Customer(row), Style: theme.Title}, canvas.Span{Text: "   "},
		canvas.Span{Text: screen.Money(row.Amount), Style: theme.Strong}, canvas.Span{Text: "   "},
		screen.Status(row.Request), canvas.Span{Text: "   available ", Style: theme.Muted},
		canvas.Span{Text: screen.Money(row.Available()), Style: theme.Strong})
	if s.known == nil {
		return
	}
	if !row.Available().Positive() {
		c.Text(r.Line(1), "nothing is left to place", theme.Muted)
		return
	}
	spans := []canvas.Span{
		{Text: "the plan places ", Style: theme.Muted},
		{Text: screen.Money(s.plan.Placed()), Style: theme.Strong},
	}
	if n := len(s.plan.Taken()); n > 1 {
		spans = append(spans, canvas.Span{Text: " in " + screen.Plural(n, "part"), Style: theme.Muted})
	}
	if s.plan.Left.Positive() {
		spans = append(spans, canvas.Span{
			Text:  "   and leaves " + screen.Money(s.plan.Left),
			Style: theme.Warning,
		})
	} else {
		spans = append(spans, canvas.Span{Text: ", all of it", Style: theme.Done})
	}
	c.Spans(r.Line(1), canvas.Left, spans...)
}

// details tell of the line under the cursor, and what was allocated before.
func (s *Allocate) details() []screen.Line {
	var lines []screen.Line
	if c, ok := s.at(); ok {
		lines = append(lines, s.detail(c)...)
	}
	if signals := screen.Signals(s.known.Signals, signal.Warning, signal.Note); len(signals) > 0 {
		lines = append(append(lines, screen.Head("SIGNALS")...), signals...)
	}
	if len(s.known.Allocations) == 0 {
		return lines
	}
	lines = append(lines, screen.Head("ALLOCATED", canvas.Span{
		Text:  s.desk.Label(screen.Process) + " sends what is pending",
		Style: theme.Muted,
	})...)
	for _, a := range s.known.Allocations {
		lines = append(lines, screen.Line{Spans: []canvas.Span{
			{Text: screen.Short(string(a.ID)) + "  "},
			{
				Text:  screen.Pad(screen.Amount(a.Amount), 12),
				Style: theme.Strong,
			},
			{Text: "  " + screen.PadRight(text.Line(a.GatewayID), 18)},
			screen.AllocationStatus(a),
		}})
	}
	return lines
}

func (s *Allocate) detail(c engine.Candidate) []screen.Line {
	said := func(label, words text.Safe, style theme.Style) screen.Line {
		return screen.Line{Label: label, Spans: []canvas.Span{{Text: words, Style: style}}, Wrap: true}
	}
	lines := []screen.Line{said("to", s.desk.InstrumentOf(*s.known, c.Instrument), theme.Strong)}
	if c.Gateway != "" {
		through := text.Line(c.Gateway) + " by route " + text.Line(c.Route) + ", " + text.Line(string(c.Instruction))
		lines = append(lines, said("through", through, theme.Text))
	}
	if c.Amount.Positive() {
		lines = append(lines, said("takes", screen.Money(c.Amount)+", fee "+screen.Money(c.Fee), theme.Text))
	}
	for i, reason := range c.Reasons {
		label := text.Safe("")
		if i == 0 {
			label = "why"
		}
		line := said(label, text.Line(reason), theme.Text)
		line.Indent = s.pane.Labels
		lines = append(lines, line)
	}
	if c.Ceiling.Positive() {
		lines = append(lines, said("at most", screen.Money(c.Ceiling), theme.Text))
	}
	if c.PreviouslyAllocated.Positive() {
		lines = append(lines, said("so far", screen.Money(c.PreviouslyAllocated)+" of this request",
			theme.Text))
	}
	if !c.LastPayment.IsZero() {
		lines = append(lines, said("last paid in", screen.Moment(c.LastPayment, s.desk.Engine.Now()),
			theme.Text))
	}
	if !c.LastPayout.IsZero() {
		lines = append(lines, said("last paid out", screen.Moment(c.LastPayout, s.desk.Engine.Now()),
			theme.Text))
	}
	return lines
}

// Status implements the console's screen.
func (s *Allocate) Status() (left, right []canvas.Span) {
	if why := s.Why(screen.AllocateNow); why != "" && s.known != nil {
		left = []canvas.Span{{Text: "enter is off: ", Style: theme.Muted}, {Text: why}}
	}
	return left, []canvas.Span{{Text: s.grid.Position(), Style: theme.Muted}}
}

// Click implements the console's screen: a row.
func (s *Allocate) Click(x, y int, _ canvas.Rect) tea.Cmd {
	key, _ := s.grid.At(x, y)
	s.grid.Select(key)
	return nil
}
