// Package routing is the screen on routing schemes: the tree of each service,
// in words, and every revision with what it changed.
//
// Its noun is [Routing], the screen. A scheme is changed in a draft, and an
// earlier revision is restored as a new one.
//
// It refuses to know how a tree decides.
package routing

import (
	"context"
	"maps"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/route"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// The tabs.
const (
	schemes = iota
	revisions
	tabs
)

// known is what the screen shows, read at nearly one moment.
type known struct {
	config    *engine.Config
	revisions map[string][]engine.SchemeRevision // oldest first
}

// A Routing is the screen. Only its session's Update and View touch it.
type Routing struct {
	desk   *screen.Desk
	known  *known
	source screen.Source[*known]
	tab    int
	lists  [tabs]*screen.List
}

var columns = [tabs][]grid.Column{
	{
		{ID: "id", Title: "SCHEME", Min: 14, Max: 24},
		{ID: "services", Title: "DECIDES ABOUT", Min: 20, Max: 50},
		{ID: "points", Title: "AT POINTS", Min: 14, Max: 40},
		{ID: "revision", Title: "REVISION", Min: 8, Align: canvas.Right},
		{ID: "changed", Title: "SINCE", Min: 12, Priority: 1},
	},
	{
		{ID: "number", Title: "REVISION", Min: 8, Align: canvas.Right},
		{ID: "at", Title: "SINCE", Min: 16},
		{ID: "by", Title: "BY", Min: 14, Max: 24},
		{ID: "what", Title: "", Min: 20, Max: 60},
	},
}

// New returns the screen.
func New(d *screen.Desk) *Routing {
	s := &Routing{desk: d}
	for i := range s.lists {
		s.lists[i] = screen.NewList(labels, columns[i]...)
	}
	s.source.Read = func(ctx context.Context) (*known, error) { return tell(ctx, d.Engine) }
	return s
}

const labels = 12

func tell(ctx context.Context, e *engine.Engine) (*known, error) {
	config, err := e.Config(ctx)
	if err != nil {
		return nil, err
	}
	k := &known{config: config, revisions: map[string][]engine.SchemeRevision{}}
	for id := range config.Schemes {
		if k.revisions[id], err = e.SchemeRevisions(ctx, id); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// Place implements the console's screen.
func (s *Routing) Place() screen.Place { return screen.Place{Kind: screen.Routing} }

// Load implements the console's screen.
func (s *Routing) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Routing) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

// Take implements the console's screen.
func (s *Routing) Take(msg tea.Msg) tea.Cmd {
	k, ok, cmd := s.source.Take(s.desk, msg)
	if ok {
		s.known = k
		s.fill()
	}
	return cmd
}

func (s *Routing) fill() {
	var rows []grid.Row
	now := s.desk.Engine.Now()
	for _, id := range slices.Sorted(maps.Keys(s.known.config.Schemes)) {
		scheme, past := s.known.config.Schemes[id], s.known.revisions[id]
		last := past[len(past)-1]
		rows = append(rows, grid.Row{Key: id, Cells: []canvas.Span{
			{Text: text.Line(id)},
			{Text: services(scheme)},
			{Text: orNone(s.pointsOf(id), "none yet"), Style: theme.Muted},
			{Text: text.Safe(screen.Int(last.Number))},
			{Text: screen.Moment(last.At, now), Style: theme.Muted},
		}})
	}
	s.lists[schemes].Set(rows)
	s.fillRevisions()
}

// fillRevisions lists the revisions of the scheme under the cursor, the newest
// first.
func (s *Routing) fillRevisions() {
	var rows []grid.Row
	past := s.known.revisions[s.scheme()]
	for i := len(past) - 1; i >= 0; i-- {
		what := canvas.Span{}
		if i == len(past)-1 {
			what = canvas.Span{Text: "counts now", Style: theme.Done}
		}
		rows = append(rows, grid.Row{Key: screen.Int(past[i].Number), Cells: []canvas.Span{
			{Text: text.Safe(screen.Int(past[i].Number))},
			{Text: screen.Moment(past[i].At, s.desk.Engine.Now())},
			{Text: screen.Actor(past[i].By)},
			what,
		}})
	}
	s.lists[revisions].Grid.Show(grid.Window{Rows: rows, Total: int64(len(rows))}, s.lists[revisions].Chosen())
}

// scheme is the id of the scheme under the cursor.
func (s *Routing) scheme() string { return s.lists[schemes].Chosen() }

// revision is the revision under the cursor, and the one that counts now.
func (s *Routing) revision() (chosen, counts engine.SchemeRevision, ok bool) {
	if s.known == nil {
		return chosen, counts, false
	}
	past := s.known.revisions[s.scheme()]
	for _, r := range past {
		if screen.Int(r.Number) == s.lists[revisions].Chosen() {
			return r, past[len(past)-1], true
		}
	}
	return chosen, counts, false
}

func services(scheme route.Scheme) text.Safe {
	names := make([]string, len(scheme.Services))
	for i, s := range scheme.Services {
		names[i] = s.Service
	}
	return text.Line(strings.Join(names, ", "))
}

func (s *Routing) pointsOf(scheme string) []string {
	var points []string
	for _, p := range s.known.config.Points {
		if p.Scheme == scheme {
			points = append(points, p.ID)
		}
	}
	slices.Sort(points)
	return points
}

func orNone(list []string, none text.Safe) text.Safe {
	if len(list) == 0 {
		return none
	}
	return text.Line(strings.Join(list, ", "))
}

// Why implements the console's screen.
func (s *Routing) Why(a keys.ID) text.Safe {
	switch a {
	case screen.Open:
		if s.tab == revisions {
			return "what it changed is shown below; R restores it"
		}
		return s.needsScheme()
	case screen.NewText:
		return s.desk.WhyNotConfigure()
	case screen.EditText:
		if why := s.desk.WhyNotConfigure(); why != "" {
			return why
		}
		return s.needsScheme()
	case screen.Restore:
		chosen, counts, ok := s.revision()
		switch why := s.desk.WhyNotConfigure(); {
		case why != "":
			return why
		case s.tab != revisions || !ok:
			return "put the cursor on a revision first: 2 lists them"
		case chosen.Number == counts.Number:
			return "it is what counts now"
		}
	case screen.PauseUse, screen.ResumeUse, screen.Archive:
		return "only accounts and routes: g w and g c show them"
	}
	if screen.TabOf(a) > tabs {
		return "there are " + text.Safe(screen.Int(tabs)) + " lists"
	}
	return ""
}

func (s *Routing) needsScheme() text.Safe {
	if s.scheme() == "" {
		return "there is no routing scheme under the cursor"
	}
	return ""
}

// Do implements the console's screen.
func (s *Routing) Do(a keys.ID) tea.Cmd {
	if s.lists[s.tab].Do(a) {
		if s.tab == schemes && s.known != nil {
			s.fillRevisions()
		}
		return nil
	}
	switch a {
	case screen.Reload:
		return s.Load()
	case screen.NextTab, screen.PreviousTab:
		s.tab = (s.tab + 1) % tabs
	case screen.Open:
		s.tab = revisions
	case screen.EditText:
		return screen.GoTo(screen.Place{
			Kind: screen.Draft, Object: screen.Object{Kind: engine.KindScheme, ID: s.scheme()},
		})
	case screen.NewText:
		return screen.GoTo(screen.Place{Kind: screen.Draft, Object: screen.Object{Kind: engine.KindScheme}})
	case screen.Restore:
		s.restore()
	default:
		if i := screen.TabOf(a); i > 0 {
			s.tab = i - 1
		}
	}
	return nil
}

// restore asks before an earlier revision counts again.
func (s *Routing) restore() {
	chosen, counts, _ := s.revision()
	number := text.Safe(screen.Int(chosen.Number))
	points := orNone(s.pointsOf(chosen.Scheme), "no point yet")
	s.desk.Show("restore "+chosen.Scheme+" "+string(number), &overlay.Sheet{
		Title: "Restore revision " + number + " of " + text.Line(chosen.Scheme), Style: theme.Danger, Yes: "Restore it",
		Body: []overlay.Line{
			{Text: "It becomes revision " + text.Safe(screen.Int(counts.Number+1)) + " and counts at once; none is lost."},
			{Label: "at", Text: points},
			{Label: "!", Text: "every request that is not allocated yet goes its way from then on", Style: theme.Warning},
		},
	}, func(string) tea.Cmd {
		return s.desk.Carry(screen.Deed{
			Action: string(screen.Restore), Said: "restored revision " + number + " of " + text.Line(chosen.Scheme),
			Line: "purser scheme restore " + chosen.Scheme + " --revision " + string(number),
			Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
				_, err := e.RestoreScheme(ctx, c, chosen.Scheme, chosen.Number)
				return engine.Request{}, err
			},
		})
	})
}

// Subject implements the console's screen.
func (s *Routing) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (s *Routing) Hints() []keys.ID {
	if s.tab == revisions {
		return []keys.ID{screen.Restore, screen.PreviewDown, screen.Leave}
	}
	return []keys.ID{screen.EditText, screen.Open, screen.NewText, screen.PreviewDown, screen.Leave}
}

// Typing implements the console's screen.
func (s *Routing) Typing() bool { return false }

// Key implements the console's screen.
func (s *Routing) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Close implements the console's screen.
func (s *Routing) Close() { s.source.Stop() }
