package routing

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/engine/yaml"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// Draw implements the console's screen.
func (s *Routing) Draw(c *canvas.Canvas, r canvas.Rect) {
	tabsAt, r := r.Top(1)
	rule, body := r.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	names := []screen.Tab{{Name: "Schemes", Count: -1}, {Name: "Revisions", Count: -1}}
	if s.known != nil {
		names[schemes].Count = int64(len(s.known.config.Schemes))
		if id := s.scheme(); id != "" {
			names[revisions].Name += " of " + text.Line(id)
			names[revisions].Count = int64(len(s.known.revisions[id]))
		}
	}
	screen.DrawTabs(c, tabsAt, names, s.tab)
	list := s.lists[s.tab]
	list.Face("the routing schemes", s.source.Known(), s.source.Problem(),
		"there is no routing scheme: the routes of a service are used in file order", "N writes one   esc goes back")
	var lines []screen.Line
	if s.known != nil && s.scheme() != "" {
		lines = s.trees(body.W - 2)
		if s.tab == revisions {
			lines = s.changed()
		}
	}
	list.Draw(c, body, lines, nil)
}

// trees draws the tree of each service that the scheme under the cursor
// decides about.
func (s *Routing) trees(w int) []screen.Line {
	scheme := s.known.config.Schemes[s.scheme()]
	var lines []screen.Line
	for i, service := range scheme.Services {
		if i > 0 {
			lines = append(lines, screen.Line{})
		}
		lines = append(lines, screen.Line{Head: true, Label: "SERVICE " + text.Line(service.Service)})
		lines = append(lines, screen.TreeLines(screen.SchemeTree(service.Tree, ""), w)...)
	}
	return append(lines, screen.Line{}, screen.Line{Spans: []canvas.Span{{
		Text: "any other service: all its routes, in file order", Style: theme.Muted,
	}}})
}

// changed tells how the revision under the cursor differs from the one before
// it; the first is told whole.
func (s *Routing) changed() []screen.Line {
	chosen, _, ok := s.revision()
	if !ok {
		return nil
	}
	past := s.known.revisions[chosen.Scheme]
	title := text.Safe("WHAT REVISION " + screen.Int(chosen.Number) + " CHANGED")
	before := ""
	if chosen.Number > 1 {
		before = written(past[chosen.Number-2])
	} else {
		title = "THE FIRST REVISION"
	}
	lines := []screen.Line{{Head: true, Label: title}}
	for _, line := range screen.Difference(before, written(chosen)) {
		if chosen.Number == 1 && string(line.Spans[0].Text) == "- " {
			continue // nothing came before
		}
		lines = append(lines, line)
	}
	return lines
}

// written is a revision as people write it.
func written(r engine.SchemeRevision) string {
	scheme, err := r.Read()
	if err != nil {
		return err.Error()
	}
	page, err := yaml.Marshal(scheme)
	if err != nil {
		return err.Error()
	}
	return string(page)
}

// Status implements the console's screen.
func (s *Routing) Status() (left, right []canvas.Span) {
	return nil, []canvas.Span{{Text: s.lists[s.tab].Grid.Position(), Style: theme.Muted}}
}
