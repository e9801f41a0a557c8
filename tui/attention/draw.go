package attention

import (
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// rows are the things in the lanes that are shown.
func (s *Attention) rows() []grid.Row {
	var rows []grid.Row
	for _, lane := range s.lanes {
		if s.lane != "" && s.lane != lane.Kind {
			continue
		}
		for _, item := range lane.Items {
			rows = append(rows, grid.Row{Key: keyOf(lane, item), Cells: s.cells(lane, item)})
		}
	}
	return rows
}

func (s *Attention) cells(lane engine.Lane, item engine.AttentionItem) []canvas.Span {
	amount := text.Safe("")
	if item.Row.ID != "" {
		amount = screen.Money(item.Row.Amount)
	}
	who := canvas.Span{Text: text.Line(string(item.Next.Least)), Style: theme.Muted}
	if s.desk.Actor.Role.AtLeast(item.Next.Least) {
		who.Text, who.Style = "you", theme.Text
	}
	return []canvas.Span{
		{Text: laneName(lane.Kind), Style: theme.Attention},
		{Text: subject(item)},
		{Text: amount, Style: theme.Strong},
		{Text: screen.Age(s.desk.Engine.Now().Sub(item.Since)), Style: theme.Muted},
		who,
		{Text: text.Line(item.Next.Do)},
	}
}

// laneName is a lane in as few words as can be.
func laneName(k engine.LaneKind) text.Safe {
	switch k {
	case engine.LaneRuns:
		return "run failed"
	case engine.LaneImports:
		return "import"
	case engine.LaneUnhealthy:
		return "stopped"
	case engine.LaneShort:
		return "short"
	}
	return screen.AttentionWord(engine.Attention(k))
}

// subject names what it is about.
func subject(item engine.AttentionItem) text.Safe {
	switch item.Subject.Kind {
	case engine.KindRequest:
		return screen.Short(item.Subject.ID) + " " + screen.Customer(item.Row)
	case engine.KindRun, engine.KindImport:
		return screen.Short(item.Subject.ID)
	}
	return text.Line(item.Subject.ID)
}

// Draw implements the console's screen.
func (s *Attention) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, body := r.Top(1)
	rule, body := body.Top(1)
	body, bottom := body.Bottom(1)
	tabs := []screen.Tab{{Name: "All"}}
	for _, lane := range s.lanes {
		tabs[0].Count += lane.Count
		tabs = append(tabs, screen.Tab{Name: capital(laneName(lane.Kind)), Count: lane.Count})
	}
	screen.DrawTabs(c, head, tabs, max(0, s.at()))
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	s.list.Face("what needs attention", s.source.Known(), s.source.Problem(),
		"nothing needs a person's attention", "esc goes back")
	s.list.Draw(c, body, s.detail(), nil)
}

func capital(word text.Safe) text.Safe {
	if word == "" {
		return ""
	}
	return text.Safe(strings.ToUpper(string(word[:1]))) + word[1:]
}

// detail tells all about the thing under the cursor.
func (s *Attention) detail() []screen.Line {
	_, item, ok := s.chosen()
	if !ok {
		return nil
	}
	fact := func(label, words text.Safe, style theme.Style) screen.Line {
		return screen.Line{Label: label, Spans: []canvas.Span{{Text: words, Style: style}}, Wrap: true}
	}
	who := text.Line(item.Next.Least.WithArticle())
	if s.desk.Actor.Role.AtLeast(item.Next.Least) {
		who += ", as you are"
	}
	lines := []screen.Line{
		fact("matter", text.Line(item.Matter), theme.Strong),
		fact("next", text.Line(item.Next.Do), theme.Text),
		fact("who", who, theme.Text),
		fact("since", screen.Moment(item.Since, s.desk.Engine.Now()), theme.Text),
		fact("how", s.how(item), theme.Muted),
	}
	if item.Row.ID != "" {
		lines = append(lines, fact("of", screen.Money(item.Row.Amount)+" to "+s.desk.Instrument(item.Row.Instrument)+" of "+
			screen.Customer(item.Row), theme.Text))
	}
	return lines
}

// doneBy is the key of the console with which a verb is begun.
var doneBy = map[engine.Verb]keys.ID{
	engine.VerbLookUp: screen.LookUp, engine.VerbResolve: screen.Settle,
	engine.VerbAutoAllocate: screen.OpenPlan, engine.VerbPayAgain: screen.PayAgain,
}

// how says what to press.
func (s *Attention) how(item engine.AttentionItem) text.Safe {
	how := s.desk.Label(screen.Open) + " leads there"
	if a, ok := doneBy[item.Next.Verb]; ok {
		how += ", " + s.desk.Label(a) + " begins it"
	}
	return how
}

// Status implements the console's screen.
func (s *Attention) Status() (left, right []canvas.Span) {
	for _, lane := range s.lanes {
		if hidden := lane.Count - int64(len(lane.Items)); hidden > 0 && (s.lane == "" || s.lane == lane.Kind) {
			left = append(left, canvas.Span{
				Text: screen.Count(hidden) + " more of " + laneName(lane.Kind) + ": the queue lists them   ", Style: theme.Muted,
			})
		}
	}
	return left, []canvas.Span{{Text: s.list.Grid.Position(), Style: theme.Muted}}
}
