// Package request is the screen of one payout request: what it is, whether it
// is fine, what can be done and why not, and how its money fares.
//
// Its noun is [Request], the screen, with tabs over one dossier that was read
// at one moment: overview, allocations, payouts, timeline, customer and the raw
// record. When the store changes the dossier is read again and everything
// stays where it was; what changed since the screen was opened can be asked for.
//
// It refuses to know which list it was opened from, and how a decision is
// taken.
package request

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/plan"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A tab is one way to look at the request.
type tab int

const (
	overview tab = iota
	allocations
	payouts
	timeline
	customer
	raw
	tabs // how many there are
)

// A Request is the screen. Only its session's Update and View touch it.
type Request struct {
	// Position is where the request stands in the list it was opened from.
	Position text.Safe

	desk *screen.Desk
	id   engine.RequestID
	row  engine.RequestRow // as the list had it, until everything is read

	known  *engine.Dossier
	plan   plan.Plan
	saw    string // names the plan
	sheet  []engine.Candidate
	others []engine.RequestRow
	closed []engine.RequestRow
	seq    int64 // of the journal, when the screen was opened

	source screen.Source[read]

	tab   tab
	panes [tabs]screen.Pane // of the tabs without a list, and of what a list is about
	lists [tabs]*grid.Grid

	search search // of the timeline
}

// New returns the screen of a request. The row is what is known of it already.
func New(d *screen.Desk, id engine.RequestID, row engine.RequestRow) *Request {
	s := &Request{desk: d, id: id, row: row}
	s.lists[allocations] = grid.New(allocationColumns...)
	s.lists[payouts] = grid.New(payoutColumns...)
	s.lists[timeline] = grid.New(timelineColumns...)
	s.source.Read = func(ctx context.Context) (read, error) { return tell(ctx, d.Engine, id) }
	for i := range s.panes {
		s.panes[i].Labels = labels
		if s.lists[i] != nil {
			s.panes[i].Keys = d.Label(screen.PreviewDown)
		}
	}
	return s
}

// Place implements the console's screen.
func (s *Request) Place() screen.Place { return screen.Place{Kind: screen.Request, Request: s.id} }

// read is a dossier and what it takes to judge it.
type read struct {
	dossier engine.Dossier
	plan    plan.Plan
	sheet   []engine.Candidate
	others  []engine.RequestRow
	closed  []engine.RequestRow
}

// Load implements the console's screen.
func (s *Request) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Request) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

// tell reads everything about a request.
func tell(ctx context.Context, e *engine.Engine, id engine.RequestID) (r read, err error) {
	if r.dossier, err = e.Dossier(ctx, id); err != nil {
		return r, err
	}
	if !r.dossier.Request.Status.Final() {
		if r.plan, err = e.Plan(ctx, id); err != nil {
			return r, err
		}
		if r.sheet, err = e.Worksheet(ctx, id); err != nil {
			return r, err
		}
	}
	if r.others, err = screen.OpenOf(ctx, e, r.dossier.Request); err != nil {
		return r, err
	}
	r.closed, err = screen.ClosedOf(ctx, e, r.dossier.Request)
	return r, err
}

// Take implements the console's screen.
func (s *Request) Take(msg tea.Msg) tea.Cmd {
	r, ok, cmd := s.source.Take(s.desk, msg)
	if !ok {
		return cmd
	}
	if s.known == nil {
		s.seq = r.dossier.Seq
	}
	s.known, s.plan, s.sheet, s.others = &r.dossier, r.plan, r.sheet, r.others
	s.closed = r.closed
	s.saw = r.plan.Digest()
	s.row = rowOf(r.dossier)
	s.fill()
	return tea.Batch(s.desk.Saw(r.dossier.Request), cmd)
}

// rowOf is the request as a list shows it.
func rowOf(d engine.Dossier) engine.RequestRow {
	row := engine.RequestRow{
		Request: d.Request, CustomerName: d.Customer.Name,
		CustomerReference: d.Customer.Reference, Claim: d.Claim, Signals: d.Signals,
	}
	for _, i := range d.Instruments {
		if i.ID == d.Request.InstrumentID {
			row.Instrument = i
		}
	}
	return row
}

// Subject implements the console's screen.
func (s *Request) Subject() screen.Subject {
	subject := screen.Subject{Row: s.row, Dossier: s.known}
	if s.known == nil {
		return subject
	}
	subject.Saw = s.saw
	switch s.tab {
	case allocations:
		subject.Allocation = s.allocationAt()
		subject.Payout = s.payoutOf(subject.Allocation.ID)
	case payouts:
		subject.Payout = s.payoutAt()
		subject.Allocation = s.allocation(subject.Payout.AllocationID)
	default:
		subject.Payout = s.troubled()
		subject.Allocation = s.allocation(subject.Payout.AllocationID)
		if s.tab == timeline {
			subject.Event = s.eventAt()
		}
	}
	return subject
}

// troubled is the payout that a person should look at first, if there is one.
func (s *Request) troubled() engine.Payout {
	var found engine.Payout
	for _, p := range s.known.Payouts {
		if p.Conflict {
			return p
		}
		if screen.Unknown(p) {
			found = p
		}
	}
	return found
}

// Do implements the console's screen.
func (s *Request) Do(a keys.ID) tea.Cmd {
	if i := screen.TabOf(a); i > 0 {
		s.tab = tab(i - 1)
		return nil
	}
	if m, ok := screen.Motion(a); ok {
		s.move(m, screen.Lines(a))
		return nil
	}
	switch a {
	case screen.NextTab:
		s.tab = (s.tab + 1) % tabs
	case screen.PreviousTab:
		s.tab = (s.tab + tabs - 1) % tabs
	case screen.Open:
		s.open()
	case screen.WhatChanged:
		s.showChanges()
	case screen.Filter:
		s.tab = timeline
		s.search.start()
	case screen.PreviewDown:
		s.panes[s.tab].Scroll(paneStep)
	case screen.PreviewUp:
		s.panes[s.tab].Scroll(-paneStep)
	case screen.Export:
		s.askExport()
	case screen.Reload:
		return s.Load()
	}
	return nil
}

// paneStep is by how many lines the reading below a list scrolls.
const paneStep = 3

// move moves the cursor of a list, or scrolls lines.
func (s *Request) move(m grid.Motion, lines int) {
	if list := s.lists[s.tab]; list != nil {
		list.Move(m)
		s.panes[s.tab].Rewind()
		return
	}
	s.panes[s.tab].Scroll(lines)
}

// Why implements the console's screen.
func (s *Request) Why(a keys.ID) text.Safe {
	switch {
	case screen.TabOf(a) > int(tabs):
		return "there is no such tab"
	case a == screen.WhatChanged && len(s.changes()) == 0:
		return "nothing has changed since you opened it"
	case a == screen.Open && s.tab != timeline && s.tab != allocations:
		return "there is nothing to open here"
	case (a == screen.Filter || a == screen.Export) && s.known == nil:
		return "it is still being read: press it again in a moment"
	}
	return ""
}

// Hints implements the console's screen.
func (s *Request) Hints() []keys.ID {
	subject := s.Subject()
	hints := slices.DeleteFunc(screen.HintsFor(s.row.Request), func(a keys.ID) bool {
		return a == screen.Process && !s.pending() || a == screen.OpenPlan && !s.row.Available().Positive()
	})
	switch {
	case subject.Payout.Conflict:
		hints = append([]keys.ID{screen.Settle}, hints...)
	case screen.Unknown(subject.Payout), subject.Payout.Accepted && subject.Payout.Verdict == "":
		hints = append([]keys.ID{screen.LookUp, screen.Settle}, hints...)
	case s.row.Attention == engine.AttentionFailed:
		hints = []keys.ID{screen.OpenPlan, screen.Release, screen.Settle, screen.Block}
	}
	if !slices.Contains(hints, screen.Comment) {
		hints = append(hints, screen.Comment)
	}
	if s.tab == timeline {
		hints = append(hints, screen.Open, screen.Filter)
	}
	return append(hints, screen.NextTab, screen.NextRequest, screen.Leave)
}

// pending reports whether an allocation waits for somebody to process it.
func (s *Request) pending() bool {
	return s.known != nil && slices.ContainsFunc(s.known.Allocations, func(a engine.Allocation) bool {
		return a.Status == engine.AllocationPending
	})
}

// Typing implements the console's screen.
func (s *Request) Typing() bool { return s.search.typing }

// Key implements the console's screen: what is typed narrows the timeline.
func (s *Request) Key(k tea.KeyMsg) (tea.Cmd, bool) {
	if s.tab != timeline || !s.search.key(k) {
		return nil, false
	}
	if s.known != nil {
		at, _ := s.lists[timeline].Cursor()
		rows := s.told()
		s.lists[timeline].Show(grid.Window{Rows: rows, Total: int64(len(rows))}, at.Key)
	}
	return nil, true
}

// Close implements the console's screen.
func (s *Request) Close() { s.source.Stop() }

// changes are the events since the screen was opened.
func (s *Request) changes() []engine.Event {
	if s.known == nil {
		return nil
	}
	var since []engine.Event
	for _, e := range s.known.Timeline {
		if e.Seq > s.seq {
			since = append(since, e)
		}
	}
	return since
}

func (s *Request) showChanges() {
	var lines []overlay.Line
	for _, e := range s.changes() {
		lines = append(lines, overlay.Line{Label: screen.Clock(e.At), Text: screen.Sentence(e, *s.known)})
	}
	s.desk.Show("changes", &overlay.Sheet{Title: "Since you opened it", Body: lines}, nil)
}

// Status implements the console's screen.
func (s *Request) Status() (left, right []canvas.Span) {
	if s.known != nil {
		if others := s.desk.Others(*s.known); len(others) > 0 {
			left = append(left, canvas.Span{Text: screen.Here(others), Style: theme.Accent}, canvas.Span{Text: "   "})
		}
	}
	if since := s.changes(); len(since) > 0 {
		last := since[len(since)-1]
		left = append(left,
			canvas.Span{Text: "since you opened it: ", Style: theme.Muted},
			canvas.Span{Text: screen.Sentence(last, *s.known), Style: theme.Text},
		)
		more := canvas.Span{Text: "  "}
		if n := len(since) - 1; n > 0 {
			more.Text = "  and " + screen.Count(int64(n)) + " more "
			more.Style = theme.Muted
		}
		right = append(right, more, canvas.Span{Text: "(D)", Style: theme.Key})
	}
	return left, right
}
