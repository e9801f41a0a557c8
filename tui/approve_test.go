package tui_test

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
	"github.com/purserhq/purser/tui/canvas/canvastest"
)

// Twenty plain requests are approved with a and enter twenty times, and no
// other key.
func TestTwentyApprovals(t *testing.T) {
	d := newDesk(t)
	var made []engine.RequestID
	for range 20 {
		made = append(made, d.ready(d.card(), "120.50").ID)
	}
	s := d.sit("senior1")
	for range made {
		s.press("a", "enter")
	}
	for _, id := range made {
		s.is(id, engine.RequestApproved)
	}
	if s.keys != 40 {
		t.Errorf("%d keys, want 40", s.keys)
	}
	s.shows("[1 Ready 0]", "3 Approved 20")
	s.press("1", "2", "1")
	s.shows("nothing waits for a review")
}

// The same from an open request: the next one is there at once.
func TestApprovalsOfOpenRequests(t *testing.T) {
	d := newDesk(t)
	first, second := d.ready(d.card(), "1").ID, d.ready(d.card(), "2").ID
	s := d.sit("senior1")
	s.press("enter") // the newest is on top
	s.shows("2.00 EUR")
	s.press("a", "enter")
	s.shows("1.00 EUR", "ready for")
	s.press("a", "enter")
	s.is(first, engine.RequestApproved)
	s.is(second, engine.RequestApproved)
}

func TestApprovalIsSaidBeforeItIsGiven(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "1250").ID
	s := d.sit("senior1")
	s.press("a")
	s.shows("approve 1,250.00 EUR to card ···· 1111 of Sample Customer 1? enter")
	s.is(id, engine.RequestReady)
	s.press("enter")
	s.is(id, engine.RequestApproved)
	s.shows("approved 1,250.00 EUR of Sample Customer 1")
}

// What approves nothing.
func TestNothingIsApproved(t *testing.T) {
	const ms = time.Millisecond
	runes := func(s string) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)} }
	enter := canvastest.Key("enter")
	tests := []struct {
		name string
		do   func(s *session)
	}{
		{"pay and enter in one read each", func(s *session) { s.send(runes("pay")); s.send(enter) }},
		{"pay and enter, a key every 30 ms", func(s *session) {
			for _, k := range []tea.KeyMsg{runes("p"), runes("a"), runes("y"), enter} {
				s.rest(30 * ms)
				s.send(k)
			}
		}},
		{"pay and enter, typed by a person", func(s *session) {
			for _, k := range []tea.KeyMsg{runes("p"), runes("a"), runes("y"), enter} {
				s.rest(180 * ms)
				s.send(k)
			}
		}},
		{"pay and enter, typed with two fingers", func(s *session) {
			for _, k := range []tea.KeyMsg{runes("p"), runes("a"), runes("y"), enter} {
				s.rest(400 * ms)
				s.send(k)
			}
		}},
		{"a and enter pasted without brackets, line by line", func(s *session) {
			for range 5 {
				s.send(runes("a"))
				s.rest(2 * ms)
				s.send(enter)
				s.rest(2 * ms)
			}
		}},
		{"a and enter in one read", func(s *session) { s.send(runes("a")); s.send(enter) }},
		{"enter held down", func(s *session) {
			for range 50 {
				s.rest(30 * ms)
				s.send(enter)
			}
		}},
		{"a held down, then enter", func(s *session) {
			for range 50 {
				s.rest(30 * ms)
				s.send(runes("a"))
			}
			s.rest(40 * ms)
			s.send(enter)
		}},
		{"a paste", func(s *session) {
			s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("a\r"), Paste: true})
			s.rest(500 * ms)
			s.send(enter)
		}},
		{"a paste between", func(s *session) {
			s.press("a")
			s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("x"), Paste: true})
			s.rest(500 * ms)
			s.send(enter)
		}},
		{"another key between", func(s *session) { s.press("a", "w", "enter") }},
		{"a movement between", func(s *session) { s.press("a", "j", "enter") }},
		{"escape", func(s *session) { s.press("a", "esc", "enter") }},
		{"too late", func(s *session) { s.press("a"); s.rest(11 * time.Second); s.press("enter") }},
		{"right after another key", func(s *session) {
			s.press("s", "esc")
			s.rest(100 * ms)
			s.send(runes("a"))
			s.rest(200 * ms)
			s.send(enter)
		}},
	}
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := d.sit("senior1")
			tt.do(s)
			s.is(id, engine.RequestReady)
		})
	}
}

// A request that changed since it was armed is not approved, and the reviewer
// hears what changed.
func TestChangeDisarms(t *testing.T) {
	d := newDesk(t)
	r := d.ready(d.card(), "120.50")
	s := d.sit("senior1")
	s.press("a")
	must(d.Return(t.Context(), as("rev2"), r.ID, r.Version))
	s.clock.Advance(100 * time.Millisecond)
	s.send(tui.StoreChanged())
	s.shows("changed meanwhile: returned to pending by rev2")
	s.press("enter")
	s.is(r.ID, engine.RequestPending)
}

// Even if the screen did not hear of it, the version that was seen is checked.
func TestVersionIsChecked(t *testing.T) {
	d := newDesk(t)
	r := d.ready(d.card(), "120.50")
	s := d.sit("senior1")
	s.press("a")
	r = must(d.Return(t.Context(), as("rev2"), r.ID, r.Version))
	must(d.Ready(t.Context(), as("rev2"), r.ID, r.Version))
	s.press("enter")
	s.is(r.ID, engine.RequestReady)
	s.shows("it changed since version 2")
}

// What is not plain takes a sheet that names why, with Cancel focused.
func TestWarningsTakeASheet(t *testing.T) {
	d := newDesk(t)
	i := d.account()
	added := must(d.CreateInstrument(t.Context(), as("rev1"), engine.NewInstrument{
		CustomerID: i.CustomerID, ServiceID: "test_eur", Fields: map[string]string{"account": "111111"},
	}))
	id := d.ready(added, "120.50").ID
	s := d.sit("senior1")
	s.press("a")
	s.shows("the instrument is unverified, added by rev1: approving", "vouches for it", "> Cancel <")
	s.press("enter")
	s.is(id, engine.RequestReady)
	s.press("a", "tab", "enter")
	s.is(id, engine.RequestApproved)
}

func TestSheetIsDeafAtFirst(t *testing.T) {
	d := newDesk(t)
	r := d.request(d.account(), "10")
	none := engine.InstrumentID("")
	r = must(d.Set(t.Context(), as("rev1"), r.ID, r.Version, engine.Details{InstrumentID: &none}))
	must(d.Ready(t.Context(), as("rev1"), r.ID, r.Version))
	s := d.sit("senior1")
	s.press("a")
	s.shows("no instrument is chosen")
	for range 20 { // tab and enter, held down
		s.rest(30 * time.Millisecond)
		s.fast("tab")
		s.rest(30 * time.Millisecond)
		s.fast("enter")
	}
	s.is(r.ID, engine.RequestReady)
	s.shows("> Cancel <")
}

func TestApprovalCanBeTakenBack(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	s := d.sit("senior1")
	s.press("a", "enter")
	s.is(id, engine.RequestApproved)
	s.shows("z undo")
	s.press("z")
	s.shows("take back: approved 120.50 EUR of Sample Customer 1")
	s.is(id, engine.RequestApproved)
	s.press("enter")
	s.is(id, engine.RequestReady)
	s.shows("took back the approval of 120.50 EUR")
	s.press("a") // it is there again, with the cursor on it
	s.shows("approve 120.50 EUR to card ···· 1111")
}

// Of two approvals that a request needs, each reviewer gives one.
func TestSecondApproval(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "12000").ID
	s := d.sit("senior1")
	s.press("a")
	s.shows("approve (1 of 2) 12,000.00 EUR")
	s.press("enter")
	s.is(id, engine.RequestReady)
	s.shows("1/2 approvals")
	s.press("a")
	s.shows("senior1 has approved it already")
	other := d.sit("senior2")
	other.press("a", "enter")
	s.is(id, engine.RequestApproved)
}
