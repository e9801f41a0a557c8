// Package configuration is the screen on what a desk is set up with and nobody
// reviews: points, services, routes, reviewers.
//
// Its noun is [Configuration], the screen: a list per kind, and all of the
// object under the cursor. Each kind is one value of the table kinds; none has
// code of its own beyond the words in which it is told.
//
// It refuses to know how an object is changed: that is a draft's.
package configuration

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A kind is one of the lists.
type kind struct {
	name    text.Safe
	kind    string // as the journal calls it
	columns []grid.Column
	empty   text.Safe
	rows    func(v view) []grid.Row
	about   func(v view, id string) (detail, beside []screen.Line)
}

// A view is the configuration as one mode sees it.
type view struct {
	*engine.Config
	mode engine.Mode
}

// kinds are the lists in the order of their tabs.
var kinds = []kind{points, services, routes, reviewers}

// labels is how wide the labels of properties stand.
const labels = 14

// A Configuration is the screen. Only its session's Update and View touch it.
type Configuration struct {
	desk   *screen.Desk
	config *engine.Config
	source screen.Source[*engine.Config]
	at     int // which kind
	lists  []*screen.List
}

// New returns the screen.
func New(d *screen.Desk) *Configuration {
	s := &Configuration{desk: d}
	for _, k := range kinds {
		s.lists = append(s.lists, screen.NewList(labels, k.columns...))
	}
	s.source.Read = func(ctx context.Context) (*engine.Config, error) { return d.Engine.Config(ctx) }
	return s
}

// Place implements the console's screen.
func (s *Configuration) Place() screen.Place { return screen.Place{Kind: screen.Configuration} }

// Load implements the console's screen.
func (s *Configuration) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Configuration) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

// Take implements the console's screen.
func (s *Configuration) Take(msg tea.Msg) tea.Cmd {
	config, ok, cmd := s.source.Take(s.desk, msg)
	if !ok {
		return cmd
	}
	s.config = config
	for i, k := range kinds {
		s.lists[i].Set(k.rows(s.view()))
	}
	return cmd
}

func (s *Configuration) view() view { return view{Config: s.config, mode: s.desk.Mode} }

// chosen is the object under the cursor.
func (s *Configuration) chosen() screen.Object {
	return screen.Object{Kind: kinds[s.at].kind, ID: s.lists[s.at].Chosen()}
}

// route is the route under the cursor, if one is.
func (s *Configuration) route() (engine.Route, bool) {
	if o := s.chosen(); o.Kind == engine.KindRoute && s.config != nil {
		for _, r := range s.config.Routes {
			if r.ID == o.ID {
				return r, true
			}
		}
	}
	return engine.Route{}, false
}

// Why implements the console's screen.
func (s *Configuration) Why(a keys.ID) text.Safe {
	switch a {
	case screen.Open:
		return "all of it is shown below the list; e changes it"
	case screen.EditText, screen.PauseUse, screen.ResumeUse, screen.Archive:
	default:
		if i := screen.TabOf(a); i > len(kinds) {
			return "there are " + text.Safe(screen.Int(len(kinds))) + " lists"
		}
		return ""
	}
	if why := s.desk.WhyNotConfigure(); why != "" {
		return why
	}
	if s.chosen().ID == "" {
		return "there is nothing under the cursor"
	}
	if a == screen.EditText {
		return ""
	}
	r, ok := s.route()
	switch {
	case !ok:
		return "only accounts and routes: put the cursor on one"
	case a == screen.PauseUse && r.Disabled:
		return "it is disabled already"
	case a == screen.ResumeUse && !r.Disabled:
		return "it is enabled"
	case a == screen.Archive && !r.Disabled:
		return "it is enabled: disable it first"
	}
	return ""
}

// Do implements the console's screen.
func (s *Configuration) Do(a keys.ID) tea.Cmd {
	if s.lists[s.at].Do(a) {
		return nil
	}
	o := s.chosen()
	id := text.Line(o.ID)
	switch a {
	case screen.Reload:
		return s.Load()
	case screen.NextTab:
		s.at = (s.at + 1) % len(kinds)
	case screen.PreviousTab:
		s.at = (s.at + len(kinds) - 1) % len(kinds)
	case screen.EditText:
		return screen.GoTo(screen.Place{Kind: screen.Draft, Object: o})
	case screen.PauseUse:
		return s.desk.ArmOn("disable route "+id+": no plan counts on it", s.switching(a, o, true))
	case screen.ResumeUse:
		return s.desk.ArmOn("enable route "+id, s.switching(a, o, false))
	case screen.Archive:
		return s.desk.ArmOn("archive route "+id+": it leaves every list",
			screen.Configuring(a, o, s.config.Revision, `{"archived": true}`, "archived route "+id))
	default:
		if i := screen.TabOf(a); i > 0 {
			s.at = i - 1
		}
	}
	return nil
}

// switching is the deed that disables a route, or enables it.
func (s *Configuration) switching(a keys.ID, o screen.Object, off bool) screen.Deed {
	patch, said := `{"disabled": false}`, text.Safe("enabled")
	if off {
		patch, said = `{"disabled": true}`, "disabled"
	}
	return screen.Configuring(a, o, s.config.Revision, patch, said+" route "+text.Line(o.ID))
}

// Draw implements the console's screen.
func (s *Configuration) Draw(c *canvas.Canvas, r canvas.Rect) {
	tabsAt, r := r.Top(1)
	rule, body := r.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	tabs := make([]screen.Tab, len(kinds))
	for i, k := range kinds {
		tabs[i] = screen.Tab{Name: k.name, Count: -1}
		if s.config != nil {
			tabs[i].Count = int64(s.lists[i].Grid.Len())
		}
	}
	screen.DrawTabs(c, tabsAt, tabs, s.at)
	k, list := kinds[s.at], s.lists[s.at]
	list.Face("the configuration", s.source.Known(), s.source.Problem(),
		k.empty, "purser apply -f FILE brings some   esc goes back")
	var detail, beside []screen.Line
	if id := list.Chosen(); id != "" && s.config != nil {
		detail, beside = k.about(s.view(), id)
	}
	list.Draw(c, body, detail, beside)
}

// Subject implements the console's screen.
func (s *Configuration) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (s *Configuration) Hints() []keys.ID {
	hints := []keys.ID{screen.EditText, screen.PreviewDown, screen.Leave}
	switch r, ok := s.route(); {
	case ok && r.Disabled:
		return append([]keys.ID{screen.ResumeUse, screen.Archive}, hints...)
	case ok:
		return append([]keys.ID{screen.PauseUse}, hints...)
	}
	return hints
}

// Typing implements the console's screen.
func (s *Configuration) Typing() bool { return false }

// Key implements the console's screen.
func (s *Configuration) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Close implements the console's screen.
func (s *Configuration) Close() { s.source.Stop() }

// Status implements the console's screen.
func (s *Configuration) Status() (left, right []canvas.Span) {
	if s.config != nil {
		left = []canvas.Span{{
			Text: "revision " + screen.Count(s.config.Revision) + " of the configuration", Style: theme.Muted,
		}}
	}
	return left, []canvas.Span{{Text: s.lists[s.at].Grid.Position(), Style: theme.Muted}}
}
