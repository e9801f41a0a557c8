// Package metrics is the screen on how the work goes: how long the queue is and
// was, how long people wait for an answer, what was approved and blocked, how
// the gateways fare, and one's own day.
//
// Its noun is [Metrics], the screen. Every line of it leads to the view of the
// queue that it counts.
//
// It refuses to know how anything is counted.
package metrics

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
)

// A Metrics is the screen. Only its session's Update and View touch it.
type Metrics struct {
	desk   *screen.Desk
	span   int // which of spans is shown
	known  figures
	source screen.Source[figures]
	list   *screen.List
}

// figures are what is shown.
type figures struct {
	engine.Metrics
	accounts []engine.Account
}

// spans are how far back one can look, in hours.
var spans = []struct {
	name  text.Safe
	hours int
}{{"24 hours", 24}, {"3 days", 72}, {"7 days", 7 * 24}, {"31 days", 31 * 24}}

var columns = []grid.Column{
	{ID: "metric", Title: "METRIC", Min: 16},
	{ID: "now", Title: "NOW", Min: 12, Align: canvas.Right},
	{ID: "course", Title: "COURSE", Min: sparkWidth},
	{ID: "note", Title: "", Min: 16, Max: 70},
}

// New returns the screen.
func New(d *screen.Desk) *Metrics {
	s := &Metrics{desk: d, list: screen.NewList(labels, columns...)}
	s.source.Read = func(ctx context.Context) (f figures, err error) {
		if f.Metrics, err = d.Engine.Metrics(ctx, d.Actor.ID, d.Mode, spans[s.span].hours); err != nil {
			return f, err
		}
		f.accounts, err = d.Engine.Accounts(ctx, d.Mode)
		return f, err
	}
	return s
}

// Place implements the console's screen.
func (s *Metrics) Place() screen.Place { return screen.Place{Kind: screen.Metrics} }

// Load implements the console's screen.
func (s *Metrics) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Metrics) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

// Take implements the console's screen.
func (s *Metrics) Take(msg tea.Msg) tea.Cmd {
	known, ok, cmd := s.source.Take(s.desk, msg)
	if !ok {
		return cmd
	}
	s.known = known
	s.list.Set(s.rows())
	return cmd
}

// Subject implements the console's screen.
func (s *Metrics) Subject() screen.Subject { return screen.Subject{} }

// Why implements the console's screen.
func (s *Metrics) Why(a keys.ID) text.Safe {
	switch {
	case screen.TabOf(a) > len(spans):
		return "there are " + screen.Plural(len(spans), "span")
	case a == screen.Open && viewOf[s.list.Chosen()] == "":
		return "no view of the queue holds what this line counts"
	}
	return ""
}

// viewOf says which view of the queue a line is about.
var viewOf = map[string]string{
	"queue": "ready", "review": "ready", "approved": "approved", "blocked": "blocked", "came": "all",
}

// Do implements the console's screen.
func (s *Metrics) Do(a keys.ID) tea.Cmd {
	if s.list.Do(a) {
		return nil
	}
	switch a {
	case screen.Reload:
		return s.Load()
	case screen.Open:
		view := viewOf[s.list.Chosen()]
		return func() tea.Msg { return screen.Go{Place: screen.Place{Kind: screen.Queue, View: view}} }
	case screen.NextTab:
		return s.look((s.span + 1) % len(spans))
	case screen.PreviousTab:
		return s.look((s.span + len(spans) - 1) % len(spans))
	}
	if i := screen.TabOf(a); i > 0 {
		return s.look(i - 1)
	}
	return nil
}

// look shows another span.
func (s *Metrics) look(span int) tea.Cmd {
	s.span = span
	return s.source.Load(s.desk)
}

// Hints implements the console's screen.
func (s *Metrics) Hints() []keys.ID {
	return []keys.ID{screen.Open, screen.NextTab, screen.PreviewDown, screen.Leave}
}

// Typing implements the console's screen.
func (s *Metrics) Typing() bool { return false }

// Key implements the console's screen.
func (s *Metrics) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Close implements the console's screen.
func (s *Metrics) Close() { s.source.Stop() }
