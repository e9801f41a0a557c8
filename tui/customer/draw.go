package customer

import (
	"slices"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/signal"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// wide is from how many columns on there are two panes.
const wide = 110

// Draw implements the console's screen.
func (s *Customer) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, body := r.Top(1)
	rule, body := body.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	if !s.source.Known() {
		title, help := text.Safe("reading the customer …"), text.Safe("")
		if problem := s.source.Problem(); problem != nil {
			title, help = "the customer could not be read: "+text.Line(problem.Error()), "ctrl+r tries again   esc goes back"
		}
		screen.DrawFace(c, body, title, help)
		return
	}
	screen.DrawTabs(c, head, []screen.Tab{
		{Name: "Overview", Count: -1},
		{Name: "Instruments", Count: int64(len(s.known.Instruments))},
		{Name: "Requests", Count: int64(len(s.known.Requests)), More: s.known.More},
		{Name: "Payments", Count: int64(len(s.known.Payments))},
	}, s.at)
	switch s.at {
	case instruments:
		s.instruments.Face("the instruments", true, nil, "no way is known to pay this customer", "purser instrument create adds one   esc goes back")
		s.instruments.Draw(c, body, s.instrumentLines(), nil)
	case requests:
		s.requests.Title, s.requests.Help = "this customer has asked for nothing yet", "esc goes back"
		s.requests.Draw(c, body)
	case payments:
		s.paid.Set(screen.PaymentLines(s.desk, s.known.Payments, s.named)[1:]) // without the blank line before its heading
		s.paid.Draw(c, body.Inset(1, 0))
	default:
		s.drawOverview(c, rule, body)
	}
}

func (s *Customer) drawOverview(c *canvas.Canvas, rule, body canvas.Rect) {
	left, right := s.identity(), s.history()
	if body.W < wide {
		s.left.Set(slices.Concat(left, right))
		s.left.Draw(c, body.Inset(1, 0))
		return
	}
	body, side := body.Right(body.W / 2)
	c.VRule(canvas.Rect{X: side.X, Y: rule.Y, W: 1, H: side.H + 2}, theme.Border)
	s.left.Set(left)
	s.left.Draw(c, body.Inset(1, 0))
	if len(right) > 0 {
		right = right[1:] // the blank line before its heading
	}
	s.right.Set(right)
	s.right.Draw(c, side.Inset(2, 0))
}

// identity is who the customer is, how they can be paid, and what they paid in.
func (s *Customer) identity() []screen.Line {
	lines := screen.CustomerLines(s.desk, s.known.Customer)
	lines = append(lines, screen.Head("INSTRUMENTS", canvas.Span{Text: screen.Count(int64(len(s.known.Instruments))), Style: theme.Muted})...)
	for _, i := range s.known.Instruments {
		lines = append(lines, screen.InstrumentLines(s.desk, i, "")...)
	}
	return append(lines, s.exposureLines(func(engine.Exposure) bool { return true })...)
}

// exposureLines tell how much may flow back where.
func (s *Customer) exposureLines(which func(engine.Exposure) bool) []screen.Line {
	lines := screen.Head("EXPOSURE", canvas.Span{Text: "paid in and not paid back", Style: theme.Muted})
	some := false
	for _, x := range s.known.Exposures {
		if !which(x) {
			continue
		}
		some = true
		lines = append(lines, screen.Line{Spans: []canvas.Span{
			{Text: screen.Pad(screen.Money(x.Amount), 17), Style: theme.Strong},
			{Text: "  " + s.named(x.InstrumentID)},
			{Text: " by " + text.Line(x.GatewayID), Style: theme.Muted},
		}})
	}
	if !some {
		lines = append(lines, screen.Line{Spans: []canvas.Span{{Text: "nothing was paid in", Style: theme.Muted}}})
	}
	return lines
}

// named is an instrument by its id.
func (s *Customer) named(id engine.InstrumentID) text.Safe {
	for _, i := range s.known.Instruments {
		if i.ID == id {
			return s.desk.Instrument(i)
		}
	}
	return text.Line(string(id))
}

// history is what the customer asked for, and what was thought of it.
func (s *Customer) history() []screen.Line {
	now := s.desk.Engine.Now()
	lines := screen.Head("REQUESTS", canvas.Span{Text: "by status", Style: theme.Muted})
	if len(s.known.Sums) == 0 {
		lines = append(lines, screen.Line{Spans: []canvas.Span{{Text: "none yet", Style: theme.Muted}}})
	}
	for _, sum := range s.known.Sums {
		totals := screen.Sums(sum.Totals)
		status := screen.Status(engine.Request{Status: sum.Status})
		lines = append(lines, screen.Line{Label: text.Line(string(sum.Status)), Spans: []canvas.Span{
			{Text: screen.Pad(screen.Count(int64(totals.Requests())), 6), Style: status.Style},
			{Text: "  " + totals.Sorted().Within(60), Style: theme.Strong},
		}})
	}
	if all := s.signals(); len(all) > 0 {
		lines = append(lines, screen.Head("SIGNALS", canvas.Span{Text: "of open requests", Style: theme.Muted})...)
		lines = append(lines, screen.Signals(all, signal.Weights()...)...)
	}
	if len(s.known.Blocks) > 0 {
		lines = append(lines, screen.Head("BLOCKS", canvas.Span{Text: screen.Count(int64(len(s.known.Blocks))), Style: theme.Muted})...)
	}
	for _, b := range s.known.Blocks {
		word := canvas.Span{Text: "  lifted", Style: theme.Muted}
		if b.Stands {
			word = canvas.Span{Text: "  stands", Style: theme.Warning}
		}
		lines = append(lines, screen.Line{Spans: []canvas.Span{
			{Text: screen.PadRight(screen.Moment(b.At, now), 13), Style: theme.Muted},
			{Text: screen.Short(string(b.Request)) + "  "},
			{Text: screen.BlockWord(b.Reason)},
			word,
		}})
	}
	return lines
}

// signals are those of all open requests, each kind once, the strongest first.
func (s *Customer) signals() []signal.Signal {
	var all []signal.Signal
	for _, row := range s.known.Requests {
		for _, found := range row.Signals {
			if !slices.ContainsFunc(all, func(x signal.Signal) bool { return x.Kind == found.Kind }) {
				all = append(all, found)
			}
		}
	}
	weights := signal.Weights()
	slices.SortStableFunc(all, func(a, b signal.Signal) int {
		return slices.Index(weights, a.Weight) - slices.Index(weights, b.Weight)
	})
	return all
}

// instrumentLines tell of the instrument under the cursor.
func (s *Customer) instrumentLines() []screen.Line {
	i, ok := s.instrument()
	if !ok {
		return nil
	}
	lines := screen.InstrumentLines(s.desk, i, "")
	lines = append(lines, screen.Fact("id", canvas.Span{Text: text.Line(string(i.ID))}))
	if i.Status == engine.InstrumentUnverified {
		lines = append(lines, screen.Line{Label: "unverified", Wrap: true, Spans: []canvas.Span{{
			Text:  "nothing is sent there before somebody other than " + screen.Actor(i.CreatedBy) + " vouches for it",
			Style: theme.Warning,
		}}})
	}
	return append(lines, s.exposureLines(func(x engine.Exposure) bool { return x.InstrumentID == i.ID })...)
}
