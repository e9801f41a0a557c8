// Package explain is the screen that says why a request would be paid the way
// it would: which branch of the routing scheme it takes, which routes are out
// and why, and in which order the others stand.
//
// Its noun is [Explain], the screen. It tells what the engine decided, word for
// word, and decides nothing.
package explain

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/route"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// An Explain is the screen. Only its session's Update and View touch it.
type Explain struct {
	desk   *screen.Desk
	row    engine.RequestRow
	known  *known
	source screen.Source[*known]
	pane   screen.Pane
}

type known struct {
	dossier engine.Dossier
	planned engine.Planned
}

// New returns the screen for a request.
func New(d *screen.Desk, row engine.RequestRow) *Explain {
	s := &Explain{desk: d, row: row}
	s.source.Read = func(ctx context.Context) (*known, error) {
		dossier, err := d.Engine.Dossier(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		planned, err := d.Engine.Explain(ctx, row.ID)
		return &known{dossier, planned}, err
	}
	return s
}

// Place implements the console's screen.
func (s *Explain) Place() screen.Place { return screen.Place{Kind: screen.Explain, Request: s.row.ID} }

// Load implements the console's screen.
func (s *Explain) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Explain) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

// Take implements the console's screen.
func (s *Explain) Take(msg tea.Msg) tea.Cmd {
	k, ok, cmd := s.source.Take(s.desk, msg)
	if !ok {
		return cmd
	}
	s.known, s.row.Request = k, k.dossier.Request
	return tea.Batch(s.desk.Saw(k.dossier.Request), cmd)
}

// Draw implements the console's screen.
func (s *Explain) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, r := r.Top(1)
	rule, body := r.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	c.Spans(head.Inset(1, 0), canvas.Left,
		canvas.Span{Text: screen.Customer(s.row), Style: theme.Title}, canvas.Span{Text: "   "},
		canvas.Span{Text: screen.Money(s.row.Amount), Style: theme.Strong}, canvas.Span{Text: "   "},
		screen.Status(s.row.Request), canvas.Span{Text: "   " + s.scheme(), Style: theme.Muted})
	switch {
	case s.known == nil && s.source.Problem() != nil:
		screen.DrawFace(c, body, "it could not be explained: "+text.Line(s.source.Problem().Error()),
			"ctrl+r tries again   esc goes back")
	case s.known == nil:
		screen.DrawFace(c, body, "reading …", "")
	case !s.row.Available().Positive():
		screen.DrawFace(c, body, "nothing of it is left to place", "esc goes back")
	case len(s.known.planned.Routed) == 0:
		screen.DrawFace(c, body, "no route was asked: "+screen.WhyLeft(s.known.planned.Plan), "esc goes back")
	default:
		s.pane.Set(s.lines(body.W - 2))
		s.pane.Draw(c, body.Inset(1, 0))
	}
}

// scheme says by which scheme the request's point routes.
func (s *Explain) scheme() text.Safe {
	point := s.desk.Config.Points[s.row.PointID]
	if point.Scheme == "" {
		return "routes in file order: " + text.Line(s.row.PointID) + " has no routing scheme"
	}
	return "by routing scheme " + text.Line(point.Scheme)
}

// lines tells every decision, in the order in which they were made.
func (s *Explain) lines(w int) []screen.Line {
	var lines []screen.Line
	for _, routed := range s.known.planned.Routed {
		if len(lines) > 0 {
			lines = append(lines, screen.Line{})
		}
		lines = append(lines, s.decision(routed, w)...)
	}
	lines = append(lines, screen.Head("WHAT COMES OF IT", canvas.Span{Text: "A shows the plan", Style: theme.Muted})...)
	for _, line := range s.known.planned.Taken() {
		lines = append(lines, screen.Line{Spans: []canvas.Span{
			{Text: screen.Pad(screen.Money(line.Amount), 18), Style: theme.Strong},
			{Text: "  by route " + text.Line(line.Route) + " from " + text.Line(line.Gateway)},
			{Text: ", fee " + screen.Money(line.Fee), Style: theme.Muted},
		}})
	}
	if left := s.known.planned.Left; left.Positive() {
		lines = append(lines, screen.Line{Mark: canvas.Span{Text: "!", Style: theme.Warning}, Wrap: true, Spans: []canvas.Span{{
			Text: screen.Money(left) + " cannot be placed: " + screen.WhyLeft(s.known.planned.Plan), Style: theme.Warning,
		}}})
	}
	return lines
}

// decision tells one decision: the way through the tree, the routes in order
// and those that are out.
func (s *Explain) decision(routed engine.Routed, w int) []screen.Line {
	d := routed.Decision
	lines := []screen.Line{{Head: true, Label: screen.Money(routed.Portion) + " TO " +
		s.desk.InstrumentOf(s.known.dossier, string(routed.Instrument)), Spans: []canvas.Span{{
		Text: "service " + text.Line(routed.Service), Style: theme.Muted,
	}}}}
	lines = append(lines, screen.TreeLines(walked(d), w)...)
	if verdict := d.Verdict(); verdict != "" {
		lines = append(lines, remark("!", text.Line(verdict), theme.Warning))
	}
	for i, candidate := range d.Candidates {
		style := theme.Text
		if i == 0 {
			style = theme.Strong
		}
		lines = append(lines, remark(text.Safe(screen.Int(i+1)+"."), text.Line(candidate.Route)+" from "+
			text.Line(candidate.Gateway)+", "+text.Line(string(candidate.Strategy))+": "+text.Line(candidate.Why), style))
	}
	for _, part := range routed.Parts {
		lines = append(lines, remark("=", screen.Money(part.Amount)+" by "+text.Line(part.Route)+" from "+
			text.Line(part.Gateway), theme.Accent))
	}
	if routed.Why != "" {
		lines = append(lines, remark("!", "it is not divided: "+text.Line(routed.Why), theme.Warning))
	}
	for _, f := range d.Filtered {
		lines = append(lines, remark("-", text.Line(f.Route)+" is out, "+text.Line(string(f.Reason))+": "+
			text.Line(f.Why), theme.Muted))
	}
	return lines
}

// walked is the way through the tree: each answer leads to the next question.
func walked(d route.Decision) screen.Branch {
	way := route.Way(d)
	leaf := screen.Branch{Says: canvas.Span{Text: "blocked", Style: theme.Held}}
	for i, said := range way[min(len(d.Path), len(way)):] {
		span := canvas.Span{Text: text.Line(said), Style: theme.Accent}
		if i == 0 {
			leaf.Says = span
		} else {
			leaf.More = append(leaf.More, span)
		}
	}
	at := leaf
	for i := len(d.Path) - 1; i >= 0; i-- {
		at = screen.Branch{Says: canvas.Span{Text: text.Line(way[i])}, Below: []screen.Branch{at}}
	}
	return at
}

func remark(mark, words text.Safe, style theme.Style) screen.Line {
	return screen.Line{
		Mark: canvas.Span{Text: mark, Style: style}, Indent: 4, Wrap: true,
		Spans: []canvas.Span{{Text: words, Style: style}},
	}
}

// Subject implements the console's screen.
func (s *Explain) Subject() screen.Subject {
	subject := screen.Subject{Row: s.row}
	if s.known != nil {
		subject.Dossier = &s.known.dossier
	}
	return subject
}

// Why implements the console's screen.
func (s *Explain) Why(keys.ID) text.Safe { return "" }

// Do implements the console's screen.
func (s *Explain) Do(a keys.ID) tea.Cmd {
	if n := screen.Lines(a); n != 0 {
		s.pane.Scroll(n)
	}
	if a == screen.Reload {
		return s.Load()
	}
	return nil
}

// Hints implements the console's screen.
func (s *Explain) Hints() []keys.ID {
	return []keys.ID{screen.OpenPlan, screen.ToRouting, screen.Leave}
}

// Typing implements the console's screen.
func (s *Explain) Typing() bool { return false }

// Key implements the console's screen.
func (s *Explain) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Close implements the console's screen.
func (s *Explain) Close() { s.source.Stop() }

// Status implements the console's screen.
func (s *Explain) Status() (left, right []canvas.Span) {
	return nil, []canvas.Span{{Text: "as it would be planned now", Style: theme.Muted}}
}
