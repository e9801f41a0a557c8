package draft

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/plan"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/engine/yaml"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// Draw implements the console's screen.
func (s *Draft) Draw(c *canvas.Canvas, r canvas.Rect) {
	const wordsHeight = 2
	rule, body := r.Top(1)
	body, bottom := body.Bottom(1)
	body, words := body.Bottom(wordsHeight)
	body, above := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(above, theme.Border)
	c.HRule(bottom, theme.Border)
	switch {
	case s.area == nil && s.source.Problem() != nil:
		screen.DrawFace(c, body, "it could not be read: "+text.Line(s.source.Problem().Error()),
			"ctrl+r tries again   esc goes back")
	case s.area == nil:
		screen.DrawFace(c, body, "reading …", "")
	default:
		s.area.Draw(c, body.Inset(1, 0), true)
	}
	s.drawWords(c, words.Inset(1, 0))
}

// drawWords says what is wrong with the text, or what to do with it.
func (s *Draft) drawWords(c *canvas.Canvas, r canvas.Rect) {
	switch {
	case s.problem != "":
		c.Paragraph(r, "! "+s.problem, theme.Error)
	case s.trial.Busy():
		c.Text(r, "checking …", theme.Muted)
	default:
		c.Paragraph(r, "ctrl+s checks it and says what would change, before anything does. "+
			"YAML or JSON; tab indents, ctrl+/ takes back.", theme.Muted)
	}
}

// tell says what keeping a draft would change: which objects, what becomes of
// open requests, and line by line what reads otherwise.
func (s *Draft) tell(t trial) []overlay.Line {
	var body []overlay.Line
	updates := false
	for _, change := range t.changes {
		body = append(body, overlay.Line{
			Label: text.Line(string(change.Op)), Text: text.Line(change.Kind + " " + change.ID), Style: theme.Strong,
		})
		updates = updates || change.Op == engine.ConfigUpdate
	}
	if t.routes {
		body = append(body, tellRouting(t.routing)...)
	}
	if page, err := yaml.Marshal(t.file); err == nil && updates {
		body = append(body, overlay.Line{})
		body = append(body, changed(string(s.base), string(page))...)
	}
	return append(body, overlay.Line{}, overlay.Line{
		Text: "It counts from then on, for every request that is not decided yet.", Style: theme.Muted,
	})
}

// changed are the lines that are gone and those that are new.
func changed(before, after string) []overlay.Line {
	const most = 24
	var lines []overlay.Line
	for _, line := range screen.Difference(before, after) {
		said := line.Spans[0]
		switch {
		case said.Style == theme.Muted:
		case len(lines) == most:
			return append(lines, overlay.Line{Text: "…", Style: theme.Muted})
		default:
			lines = append(lines, overlay.Line{Label: said.Text[:1], Text: said.Text[2:], Style: said.Style})
		}
	}
	return lines
}

// tellRouting says which open requests a routing scheme would send elsewhere.
func tellRouting(t engine.SchemeTrial) []overlay.Line {
	const shown = 8
	looked := screen.Plural(t.Looked, "open request") + " planned both ways"
	if t.More {
		looked = "the latest " + looked
	}
	switch {
	case t.Looked == 0:
		return []overlay.Line{{Label: "tried", Text: "no open request goes by this scheme now"}}
	case len(t.Changed) == 0:
		return []overlay.Line{{Label: "tried", Text: looked + ": all go the same way", Style: theme.Done}}
	}
	body := []overlay.Line{{
		Label: "tried", Text: looked + ", " + screen.Count(int64(len(t.Changed))) + " would go another way", Style: theme.Warning,
	}}
	for i, r := range t.Changed {
		if i == shown {
			body = append(body, overlay.Line{Text: "and " + screen.Count(int64(len(t.Changed)-shown)) + " more", Style: theme.Muted})
			break
		}
		body = append(body, overlay.Line{
			Label: screen.Short(string(r.Request.ID)),
			Text:  screen.Money(r.Request.Available()) + ": " + way(r.Before) + " → " + way(r.After),
		})
	}
	return body
}

// way is through which accounts a plan sends its money.
func way(p plan.Plan) text.Safe {
	said := text.Safe("")
	for i, line := range p.Taken() {
		if i > 0 {
			said += " + "
		}
		said += text.Line(line.Gateway)
	}
	if said == "" {
		return "nowhere"
	}
	return said
}
