// Package attention is the screen of all that a person must look at: requests
// whose money is in doubt or goes nowhere, accounts that nothing leaves from or
// that hold too little, runs with failures.
//
// Its noun is [Attention], the screen. The engine says what is in which lane,
// what is the matter, what to do and who can; each row leads to where it is
// done.
//
// It refuses to decide anything, and to know how a lane is found.
package attention

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
)

// most is how many things of a lane are listed; the queue has the rest.
const most = 100

// An Attention is the screen. Only its session's Update and View touch it.
type Attention struct {
	desk   *screen.Desk
	lanes  []engine.Lane
	lane   engine.LaneKind // which is shown; "" for all
	source screen.Source[[]engine.Lane]
	list   *screen.List
}

var columns = []grid.Column{
	{ID: "lane", Title: "LANE", Min: 13},
	{ID: "what", Title: "WHAT", Min: 14, Max: 34, Priority: 1},
	{ID: "amount", Title: "AMOUNT", Min: 14, Align: canvas.Right, Priority: 3},
	{ID: "since", Title: "AGE", Min: 4, Align: canvas.Right, Priority: 2},
	{ID: "who", Title: "WHO", Min: 8, Priority: 4},
	{ID: "next", Title: "NEXT", Min: 18, Max: 60},
}

// labels is how wide the labels of the details stand.
const labels = 8

// New returns the screen.
func New(d *screen.Desk) *Attention {
	s := &Attention{desk: d, list: screen.NewList(labels, columns...)}
	s.source.Read = func(ctx context.Context) ([]engine.Lane, error) { return d.Engine.Lanes(ctx, d.Mode, most) }
	return s
}

// Place implements the console's screen.
func (s *Attention) Place() screen.Place { return screen.Place{Kind: screen.Attention} }

// Load implements the console's screen.
func (s *Attention) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Attention) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

// Take implements the console's screen.
func (s *Attention) Take(msg tea.Msg) tea.Cmd {
	lanes, ok, cmd := s.source.Take(s.desk, msg)
	if ok {
		s.lanes = lanes
		if s.at() < 0 { // the lane that was shown is empty by now
			s.lane = ""
		}
		s.list.Set(s.rows())
	}
	return cmd
}

// at is the place of the lane that is shown, 0 for all; below zero if it is not
// there.
func (s *Attention) at() int {
	if s.lane == "" {
		return 0
	}
	i := slices.IndexFunc(s.lanes, func(l engine.Lane) bool { return l.Kind == s.lane })
	if i < 0 {
		return i
	}
	return i + 1
}

// chosen is the thing under the cursor.
func (s *Attention) chosen() (lane engine.Lane, item engine.AttentionItem, ok bool) {
	key := s.list.Chosen()
	for _, lane := range s.lanes {
		for _, item := range lane.Items {
			if keyOf(lane, item) == key {
				return lane, item, true
			}
		}
	}
	return engine.Lane{}, engine.AttentionItem{}, false
}

func keyOf(lane engine.Lane, item engine.AttentionItem) string {
	return string(lane.Kind) + " " + item.Subject.ID
}

// Subject implements the console's screen.
func (s *Attention) Subject() screen.Subject { return screen.Subject{} }

// Why implements the console's screen.
func (s *Attention) Why(a keys.ID) text.Safe {
	_, _, ok := s.chosen()
	switch {
	case a == screen.Open && !ok:
		return "there is nothing under the cursor"
	case screen.TabOf(a) > len(s.lanes)+1:
		return "there is no such lane"
	case a == screen.Filter:
		return "a lane is no list to filter: attention:any in the queue is"
	}
	return ""
}

// Do implements the console's screen.
func (s *Attention) Do(a keys.ID) tea.Cmd {
	if s.list.Do(a) {
		return nil
	}
	tabs := len(s.lanes) + 1
	switch a {
	case screen.Reload:
		return s.Load()
	case screen.Open:
		return s.open()
	case screen.NextTab:
		s.show((s.at() + 1) % tabs)
	case screen.PreviousTab:
		s.show((s.at() + tabs - 1) % tabs)
	}
	if i := screen.TabOf(a); i > 0 {
		s.show(i - 1)
	}
	return nil
}

// show shows the i-th lane, counted from one; 0 for all.
func (s *Attention) show(i int) {
	s.lane = ""
	if i > 0 {
		s.lane = s.lanes[i-1].Kind
	}
	rows := s.rows()
	s.list.Grid.Show(grid.Window{Rows: rows, Total: int64(len(rows))}, "")
}

// open goes to where the next step is taken.
func (s *Attention) open() tea.Cmd {
	_, item, ok := s.chosen()
	if !ok {
		return nil
	}
	to := screen.Go{Place: screen.Place{Kind: screen.Gateways}}
	switch item.Subject.Kind {
	case engine.KindRequest:
		to = screen.Go{Place: screen.Place{Kind: screen.Request, Request: item.Row.ID}, Row: item.Row}
	case engine.KindRun:
		to.Place = screen.Place{Kind: screen.Batches, View: "runs"}
	case engine.KindImport:
		to.Place = screen.Place{
			Kind: screen.FileImport, Object: screen.Object{Kind: engine.KindImport, ID: item.Subject.ID},
			View: "Import " + string(screen.Short(item.Subject.ID)),
		}
	}
	return func() tea.Msg { return to }
}

// Hints implements the console's screen.
func (s *Attention) Hints() []keys.ID {
	hints := []keys.ID{screen.NextTab, screen.PreviewDown, screen.Leave}
	if _, _, ok := s.chosen(); !ok {
		return hints
	}
	return append([]keys.ID{screen.Open}, hints...)
}

// Typing implements the console's screen.
func (s *Attention) Typing() bool { return false }

// Key implements the console's screen.
func (s *Attention) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Close implements the console's screen.
func (s *Attention) Close() { s.source.Stop() }
