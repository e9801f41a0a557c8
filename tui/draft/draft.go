// Package draft is the screen on which something configured is edited as text.
//
// Its noun is [Draft], the screen: the YAML of one object, which can be written
// as JSON as well. Reviewing reads it, has the engine try it without keeping
// anything, and shows what would change; a yes keeps exactly that.
//
// Invariants: what is wrong is told at its line, and nothing typed is lost by
// it; a draft of what somebody else changed meanwhile is not kept over that.
//
// It refuses to know what makes a configuration sound.
package draft

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/route"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/engine/yaml"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A Draft is the screen. Only its session's Update and View touch it.
type Draft struct {
	desk   *screen.Desk
	object screen.Object

	base    []byte // the text of what is kept
	area    *form.Area
	leaving bool // esc was pressed with something edited
	problem text.Safe

	source screen.Source[[]byte]
	trial  screen.Loader
}

// New returns the screen for one object of the configuration.
func New(d *screen.Desk, object screen.Object) *Draft {
	s := &Draft{desk: d, object: object}
	s.source.Read = func(ctx context.Context) ([]byte, error) { return kept(ctx, d.Engine, object) }
	return s
}

// kept is the text of an object as it is kept.
func kept(ctx context.Context, e *engine.Engine, object screen.Object) ([]byte, error) {
	file, err := e.ExportConfig(ctx)
	if err != nil {
		return nil, err
	}
	if object.ID == "" {
		return template(file, object.Kind), nil
	}
	return yaml.Marshal(only(file, object))
}

// template is what a new object of a kind may look like.
func template(f engine.ConfigFile, kind string) []byte {
	if kind == engine.KindRates {
		return []byte(`rates:
- id: new
  fallback: true # pairs without a rule are the system scheme's
  rules:
  - {base: USD, quote: EUR, source: the id of a source, inverse: false, feeRate: -0.5} # percent
`)
	}
	service := "the id of a service"
	if len(f.Services) > 0 {
		service = f.Services[0].ID
	}
	return []byte(`schemes:
- id: new
  services:
  - service: ` + service + `
    tree:
      if: {attribute: amount, operator: ">", value: 1000}
      then: {use: [{strategy: balance}]}
      else: {use: [{strategy: fee}, {strategy: priority}]}
`)
}

// only is the part of a configuration that holds one object.
func only(f engine.ConfigFile, o screen.Object) engine.ConfigFile {
	return engine.ConfigFile{
		Points:    one(f.Points, o, engine.KindPoint, func(p engine.Point) string { return p.ID }),
		Services:  one(f.Services, o, engine.KindService, func(s engine.Service) string { return s.ID }),
		Gateways:  one(f.Gateways, o, engine.KindGateway, func(g engine.GatewayAccount) string { return g.ID }),
		Routes:    one(f.Routes, o, engine.KindRoute, func(r engine.Route) string { return r.ID }),
		Schemes:   one(f.Schemes, o, engine.KindScheme, func(s route.Scheme) string { return s.ID }),
		Rates:     one(f.Rates, o, engine.KindRates, func(s fx.Scheme) string { return s.ID }),
		Sources:   one(f.Sources, o, engine.KindSource, func(s engine.RateSource) string { return s.ID }),
		Reviewers: one(f.Reviewers, o, engine.KindReviewer, func(r engine.Reviewer) string { return string(r.ID) }),
	}
}

func one[T any](list []T, o screen.Object, kind string, id func(T) string) []T {
	if o.Kind != kind {
		return nil
	}
	i := slices.IndexFunc(list, func(v T) bool { return id(v) == o.ID })
	if i < 0 {
		return nil
	}
	return list[i : i+1]
}

// Place implements the console's screen.
func (s *Draft) Place() screen.Place { return screen.Place{Kind: screen.Draft, Object: s.object} }

// Load implements the console's screen.
func (s *Draft) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen: what is typed stays, and is held
// against what is kept only when it is to be kept itself.
func (s *Draft) Refresh() tea.Cmd {
	if s.area == nil {
		return s.source.Refresh(s.desk)
	}
	return nil
}

// Take implements the console's screen.
func (s *Draft) Take(msg tea.Msg) tea.Cmd {
	if done, ok := msg.(screen.Done); ok {
		if done.Err == nil && done.Deed.Action == s.action() {
			return func() tea.Msg { return screen.Back{} }
		}
		return nil
	}
	if loaded, ok := msg.(screen.Loaded); ok && s.trial.Mine(loaded) {
		s.tried(loaded)
		return nil
	}
	base, ok, cmd := s.source.Take(s.desk, msg)
	if ok && (s.area == nil || !s.area.Edited()) {
		s.base, s.area, s.problem = base, form.NewArea(string(base)), ""
	}
	return cmd
}

// action names the deed that keeps this draft.
func (s *Draft) action() string {
	return string(screen.KeepDraft) + " " + s.object.Kind + " " + s.object.ID
}

// A trial is what keeping a draft would do.
type trial struct {
	file    engine.ConfigFile
	changes []engine.ConfigChange
	routing engine.SchemeTrial // of the routing scheme among it
	routes  bool               // there is one
}

// try reads what is typed, and has the engine tell what it would change.
func (s *Draft) try() tea.Cmd {
	source, base, object := s.area.Value(), s.base, s.object
	e, caller := s.desk.Engine, s.desk.Caller
	caller.DryRun, caller.Key = true, ""
	s.problem = ""
	return s.trial.Start(s.desk.Context, func(ctx context.Context) (any, error) {
		file, err := yaml.ReadConfig(lineName, []byte(source))
		if err != nil {
			return nil, err
		}
		if err := unchanged(ctx, e, object, base); err != nil {
			return nil, err
		}
		t := trial{file: file}
		if t.changes, err = e.Apply(ctx, caller, file, false); err != nil {
			return nil, err
		}
		if len(file.Schemes) == 1 && len(t.changes) > 0 {
			t.routes = true
			t.routing, err = e.TryScheme(ctx, file.Schemes[0])
		}
		return t, err
	})
}

// lineName is what errors call the text: they read "line:3:5: …".
const lineName = "line"

// unchanged fails where somebody changed the object since it was read.
func unchanged(ctx context.Context, e *engine.Engine, object screen.Object, base []byte) error {
	now, err := kept(ctx, e, object)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, base) {
		return engine.Errorf(engine.Stale, "%s %s was changed meanwhile", object.Kind, object.ID).
			Or("leave, look at it, and begin again")
	}
	return nil
}

// tried shows what a trial came to: what is wrong, or what would change.
func (s *Draft) tried(loaded screen.Loaded) {
	if loaded.Err != nil {
		s.refuse(loaded.Err)
		return
	}
	s.desk.Found()
	trial := loaded.Value.(trial)
	if len(trial.changes) == 0 {
		s.problem = "it says what is kept already: there is nothing to change"
		return
	}
	s.desk.Show("draft", &overlay.Sheet{
		Title: "Keep this?", Style: theme.Danger, Yes: "Keep it", Considered: true, Body: s.tell(trial),
	}, func(string) tea.Cmd { return s.desk.Carry(s.keeping(trial)) })
}

// refuse says what is wrong, and where.
func (s *Draft) refuse(err error) {
	var at yaml.Place
	said := err.Error()
	if errors.As(err, &at) {
		s.area.Blame(at.Line, at.Column)
		_, said, _ = strings.Cut(said, ": ")
		said = at.Error() + ": " + said
	} else {
		s.area.Blame(lineOf(s.area.Value(), err), 0)
	}
	s.problem = text.Line(strings.TrimPrefix(said, "cannot apply the configuration: "))
}

// lineOf is the line of a text that an error is most likely about, from 1: the
// one with a word that it quotes, else that with the property it names. 0 where
// neither is there.
func lineOf(source string, err error) int {
	var e *engine.Error
	if !errors.As(err, &e) {
		return 0
	}
	var words []string
	for i, part := range strings.Split(e.Message, `"`) {
		if i%2 == 1 && part != "" {
			words = append(words, part)
		}
	}
	words = append(words, e.Field[strings.LastIndex(e.Field, ".")+1:]+":")
	for _, word := range words {
		if before, _, found := strings.Cut(source, word); found && word != ":" {
			return strings.Count(before, "\n") + 1
		}
	}
	return 0
}

// keeping is the deed that keeps what was tried.
func (s *Draft) keeping(t trial) screen.Deed {
	object, base := s.object, s.base
	return screen.Deed{
		Action: s.action(), Line: "purser apply -f FILE",
		Said: "kept " + s.Place().Crumb() + ": " + screen.Plural(len(t.changes), "change"),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			if err := unchanged(ctx, e, object, base); err != nil {
				return engine.Request{}, err
			}
			_, err := e.Apply(ctx, c, t.file, false)
			return engine.Request{}, err
		},
	}
}

// Subject implements the console's screen.
func (s *Draft) Subject() screen.Subject { return screen.Subject{} }

// Why implements the console's screen.
func (s *Draft) Why(a keys.ID) text.Safe {
	if a == screen.KeepDraft {
		switch why := s.desk.WhyNotConfigure(); {
		case why != "":
			return why
		case s.area == nil:
			return "it is still being read"
		case s.trial.Busy():
			return "it is being checked"
		case !s.area.Edited() && s.object.ID != "":
			return "nothing is changed yet"
		}
	}
	return ""
}

// Do implements the console's screen.
func (s *Draft) Do(a keys.ID) tea.Cmd {
	switch a {
	case screen.KeepDraft:
		return s.try()
	case screen.Reload:
		return s.Load()
	}
	return nil
}

// Hints implements the console's screen.
func (s *Draft) Hints() []keys.ID { return []keys.ID{screen.KeepDraft, screen.Leave} }

// Typing implements the console's screen.
func (s *Draft) Typing() bool { return s.area != nil }

// Key implements the console's screen: all that is no command is text.
func (s *Draft) Key(k tea.KeyMsg) (tea.Cmd, bool) {
	if s.area == nil {
		return nil, false
	}
	leaving := s.leaving
	s.leaving = false
	switch k.String() {
	case "esc":
		if s.area.Edited() && !leaving {
			s.leaving = true
			return nil, true
		}
		return nil, false
	case "ctrl+s", "ctrl+c", "ctrl+l", "ctrl+r", "ctrl+z":
		return nil, false
	}
	s.problem = ""
	s.area.Key(k)
	return nil, true
}

// Close implements the console's screen.
func (s *Draft) Close() {
	s.source.Stop()
	s.trial.Stop()
}

// Status implements the console's screen.
func (s *Draft) Status() (left, right []canvas.Span) {
	if s.leaving {
		left = []canvas.Span{{Text: "esc again to leave: what you typed is lost", Style: theme.Warning}}
	}
	return left, []canvas.Span{{Text: "nothing is kept yet", Style: theme.Muted}}
}
