package draft

import (
	"github.com/purserhq/purser/engine"
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

// tell says property by property what keeping a draft would change.
func (s *Draft) tell(t trial) []overlay.Line {
	var body []overlay.Line
	for _, change := range t.changes {
		what := text.Line(change.Kind + " " + change.ID)
		body = append(body, overlay.Line{Label: text.Line(string(change.Op)), Text: what, Style: theme.Strong})
		if change.Op != engine.ConfigUpdate {
			continue
		}
		for _, property := range change.Changes {
			body = append(body, overlay.Line{
				Label: text.Line(property.Field),
				Text:  text.Line(yaml.Brief(property.Before) + " → " + yaml.Brief(property.After)),
			})
		}
	}
	return append(body, overlay.Line{}, overlay.Line{
		Text: "It counts from then on, for every request that is not decided yet.", Style: theme.Muted,
	})
}
