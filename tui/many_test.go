package tui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
	"github.com/purserhq/purser/tui/canvas/canvastest"
)

// readies makes requests that wait for a reviewer, the first one on top of the
// queue.
func (d *desk) readies(amounts ...string) []engine.RequestID {
	d.t.Helper()
	ids := make([]engine.RequestID, len(amounts))
	for i := len(amounts) - 1; i >= 0; i-- {
		ids[i] = d.ready(d.card(), amounts[i]).ID
	}
	return ids
}

// look is what a console hears of its own accord: the store changed, and some
// time passed.
func (s *session) look() {
	s.rest(time.Second)
	s.send(tui.StoreChanged())
}

// plan marks the first n rows and asks to approve them.
func (s *session) plan(n int) {
	s.press("g", "g")
	for range n {
		s.press("space")
	}
	s.press("a")
	s.rest(quiet)
}

func TestMarkedAreApproved(t *testing.T) {
	d := newDesk(t)
	ids := d.readies("10", "20", "30", "40")
	s := d.sit("senior1")
	s.press("space", "j", "space", "space")
	s.shows("3 marked  80.00 EUR  3 customers")
	s.press("a")
	s.shows("Approve  3 marked requests", "3 run  80.00 EUR", "to approve 3 requests type 3 and enter")
	s.press("3", "enter")
	s.work()
	s.look()
	s.shows("100%  3 / 3  completed", "80.00 EUR", "z takes back 3, while nothing is allocated")
	for i, want := range []engine.RequestStatus{"approved", "ready", "approved", "approved"} {
		s.is(ids[i], want)
	}
	s.press("esc")
	s.hides("marked")
	s.press("z")
	s.shows("take back: approve 3 requests, 80.00 EUR")
	s.press("enter")
	s.work()
	for _, id := range ids {
		s.is(id, engine.RequestReady)
	}
}

// Without marks a key is about the request under the cursor, and about no other.
func TestNothingMarkedIsNeverEverything(t *testing.T) {
	d := newDesk(t)
	ids := d.readies("10", "20")
	s := d.sit("senior1")
	s.press("space", "u", "a")
	s.shows("approve 20.00 EUR to card")
	s.press("enter")
	s.is(ids[0], engine.RequestReady)
	s.is(ids[1], engine.RequestApproved)
}

// Escape leads back, and what was marked still is.
func TestPlanIsLeftWithMarksKept(t *testing.T) {
	d := newDesk(t)
	ids := d.readies("10", "20")
	s := d.sit("senior1")
	s.plan(2)
	s.press("2", "esc")
	s.shows("2 marked  30.00 EUR")
	s.is(ids[0], engine.RequestReady)
}

// Decisions that many cannot take together are off while requests are marked.
func TestOneAtATime(t *testing.T) {
	d := newDesk(t)
	d.readies("10", "20")
	s := d.sit("senior1")
	s.press("space", "R")
	s.shows("return is off: it takes one request at a time: u unmarks")
	s.press("x")
	s.shows("split is off: it takes one request at a time")
	viewer := d.sit("viewer1")
	viewer.press("space", "a")
	viewer.shows("approve is off: viewer1 is a viewer: it takes a reviewer")
}

// What has to be typed: the number of a few plain ones of one currency, else
// also the sum; who stops them types the number.
func TestWhatIsTyped(t *testing.T) {
	tests := []struct {
		name string
		set  func(d *desk)
		keys []string
		want string
	}{
		{"a few", func(d *desk) { d.readies("10", "20.99") }, []string{"*", "a"}, "to approve 2 requests type 2 and enter"},
		{"one", func(d *desk) { d.readies("10") }, []string{"*", "a"}, "to approve it type 1 and enter"},
		{"many", func(d *desk) {
			for range 26 {
				d.ready(d.card(), "10.50")
			}
		}, []string{"*", "a"}, "to approve 26 requests type 26 273 and enter"},
		{"one that is not plain", func(d *desk) {
			added := must(d.CreateInstrument(d.t.Context(), as("rev1"), engine.NewInstrument{
				CustomerID: d.account().CustomerID, ServiceID: "test_eur", Fields: map[string]string{"account": "111111"},
			}))
			d.ready(added, "10")
			d.readies("20")
		}, []string{"*", "a"}, "to approve 2 requests type 2 30 and enter"},
		{"canceling", func(d *desk) { d.readies("10", "20") }, []string{"*", "C", "1", "enter"}, "to cancel 2 requests type 2 30 and enter"},
		{"blocking many", func(d *desk) {
			for range 26 {
				d.ready(d.card(), "10.50")
			}
		}, []string{"*", "b", "3", "enter"}, "to block 26 requests type 26 and enter"},
		{"nothing that runs", func(d *desk) {
			must(d.Block(d.t.Context(), as("rev1"), d.readies("10")[0], "aml-review", ""))
		}, []string{"6", "*", "a"}, "none of it can run"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			tt.set(d)
			s := d.sit("senior1")
			s.press(tt.keys...)
			s.shows(tt.want)
		})
	}
}

// What starts no run.
func TestNothingRuns(t *testing.T) {
	const ms = time.Millisecond
	runes := func(s string) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)} }
	enter := canvastest.Key("enter")
	tests := []struct {
		name string
		do   func(s *session)
	}{
		{"enter alone", func(s *session) { s.press("enter", "enter") }},
		{"another number", func(s *session) { s.press("2", "enter") }},
		{"the number twice", func(s *session) { s.press("3", "3", "enter") }},
		{"a paste", func(s *session) {
			s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("3\r"), Paste: true})
			s.rest(500 * ms)
			s.send(enter)
		}},
		{"number and enter in one read", func(s *session) { s.send(runes("3")); s.send(enter) }},
		{"the number held down", func(s *session) {
			for range 30 {
				s.rest(30 * ms)
				s.send(runes("3"))
			}
			s.rest(100 * ms)
			s.send(enter)
		}},
		{"enter held down", func(s *session) {
			s.press("3", "backspace")
			for range 30 {
				s.rest(30 * ms)
				s.send(enter)
			}
		}},
		{"a burst", func(s *session) { s.send(runes("3aay")); s.rest(time.Second); s.send(enter) }},
		{"other keys between", func(s *session) { s.press("a", "a", "enter", "y", "enter") }},
		{"escape", func(s *session) { s.press("3", "esc", "enter") }},
	}
	d := newDesk(t)
	d.readies("10", "20", "30")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := d.sit("senior1")
			s.plan(3)
			tt.do(s)
			if runs := must(d.Runs(t.Context(), engine.RunQuery{Mode: "test", Limit: 9})); len(runs) > 0 {
				t.Fatalf("a run started:\n%s", s.screen())
			}
		})
	}
}

// The plan is deaf until it could be seen.
func TestPlanIsDeafAtFirst(t *testing.T) {
	d := newDesk(t)
	d.readies("10", "20", "30")
	s := d.sit("senior1")
	s.press("space", "space", "space", "a")
	for _, key := range []string{"3", "enter"} {
		s.rest(60 * time.Millisecond)
		s.fast(key)
	}
	if runs := must(d.Runs(t.Context(), engine.RunQuery{Mode: "test", Limit: 9})); len(runs) > 0 {
		t.Fatalf("a run started:\n%s", s.screen())
	}
}

// Another reviewer decides on a marked request between the plan and its
// confirmation: nothing starts, and it is said what moved.
func TestWhatMovesStartsNothing(t *testing.T) {
	for _, heard := range []bool{true, false} {
		t.Run(fmt.Sprintf("heard %v", heard), func(t *testing.T) {
			d := newDesk(t)
			ids := d.readies("10", "20", "30")
			s, other := d.sit("senior1"), d.sit("senior2")
			s.plan(3)
			s.press("3")
			other.press("j", "b", "3", "enter") // the second one
			if heard {
				s.look()
			}
			s.press("enter")
			s.shows("MOVED SINCE YOU SAW IT", "blocked by senior2: aml-review 09:0", "it stays out now", "1  blocked for aml-review", "2 run  40.00 EUR")
			s.is(ids[0], engine.RequestReady)
			s.rest(quiet)
			s.press("2", "space", "4", "0", "enter") // not plain any more: it has just moved
			s.work()
			s.look()
			s.shows("2 / 2  completed", "4 Stayed out 1")
			s.is(ids[0], engine.RequestApproved)
			s.is(ids[1], engine.RequestReady)
		})
	}
}

// What changed since it was marked is said before it is decided on.
func TestWhatChangedSinceItWasMarked(t *testing.T) {
	d := newDesk(t)
	ids := d.readies("10", "20")
	s := d.sit("senior1")
	s.press("space", "space")
	r := must(d.Return(t.Context(), as("rev2"), ids[0], 2))
	s.look()
	s.shows("2 marked  30.00 EUR", "1 changed since")
	must(d.Ready(t.Context(), as("rev2"), ids[0], r.Version))
	s.press("a")
	s.shows("MOVED SINCE YOU SAW IT", "returned to pending by rev2", "would run as it is now", "type 2 30")
}

// A query is marked, not a list: what comes to match until the plan is in it,
// and nothing afterwards.
func TestAllThatMatchAreMarked(t *testing.T) {
	d := newDesk(t)
	d.readies("10", "20")
	s := d.sit("senior1")
	s.press("*")
	s.shows("2 marked, all of Ready  30.00 EUR")
	d.readies("40")
	s.look()
	s.shows("3 marked, all of Ready  70.00 EUR", "↑ 1 new")
	s.press("j", "space") // all but this one
	s.shows("2 marked, all of Ready  50.00 EUR")
	s.press("a")
	late := d.readies("80")[0]
	s.look()
	s.rest(quiet)
	s.shows("2 run  50.00 EUR")
	s.press("2", "enter")
	s.work()
	s.look()
	s.shows("2 / 2  completed")
	s.is(late, engine.RequestReady)
}

func TestMarksSurvive(t *testing.T) {
	d := newDesk(t)
	d.readies("10", "20", "30")
	d.approved(d.card(), "99")
	s := d.sit("senior1")
	s.press("j", "space")
	for _, keys := range [][]string{{"s", "4"}, {"8"}, {"ctrl+r"}, {"1"}, {"/", "3", "0", "enter"}, {"esc"}, {"3"}, {"1"}} {
		s.press(keys...)
		s.shows("1 marked  20.00 EUR")
	}
	if line := lineWith(s.screen(), " 20.00 EUR"); !strings.HasPrefix(line[1:], "*") {
		t.Errorf("the mark went elsewhere: %q", line)
	}
	s.press("u", "*", "3")
	s.shows("3 marked, all of Ready  60.00 EUR")
	if line := lineWith(s.screen(), " 99.00 EUR"); strings.HasPrefix(line[1:], "*") {
		t.Errorf("what does not match is marked: %q", line)
	}
	s.press("space")
	s.shows("mark is off: all of Ready are marked, and this is none of them")
	s.press("8")
	for _, amount := range []string{" 10.00 EUR", " 20.00 EUR", " 30.00 EUR"} {
		if line := lineWith(s.screen(), amount); !strings.HasPrefix(line[1:], "*") {
			t.Errorf("what matches is not marked: %q", line)
		}
	}
}

// lineWith is the first line of a list that holds some words.
func lineWith(screen, words string) string {
	for line := range strings.SplitSeq(screen, "\n") {
		if strings.Contains(line, words) && strings.Contains(line, "Sample Customer") {
			return line
		}
	}
	return "   "
}

// A run is stopped, found again, and seen by others.
func TestRunIsStoppedAndFoundAgain(t *testing.T) {
	d := newDesk(t)
	ids := d.readies("10", "20", "30")
	s := d.sit("senior1")
	s.plan(3)
	s.press("3", "enter")
	s.shows("0%  0 / 3  pending", "g b finds it again")
	s.press("esc")
	s.look()
	s.shows("approving 0% g b")
	other := d.sit("rev2")
	other.look()
	other.shows("approving 0% g b")
	other.press("g", "b")
	other.shows("Batches", "approve", "pending", "0 of 3", "senior1")
	other.press("enter", "ctrl+c")
	other.shows("stop now: 3 requests or a few less stay as they are? enter")
	other.press("enter")
	other.shows("stopped by rev2", "0 / 3  stopped")
	s.work()
	s.is(ids[0], engine.RequestReady)
	s.look()
	s.hides("approving")
	s.press(":")
	s.typed("batches")
	s.press("enter", "2", "enter")
	s.shows("stopped by rev2")
	s.press("5")
	s.shows("its turn never came")
	s.press("ctrl+c")
	s.shows("the run has ended: there is nothing to stop")
}

// Results stand for each request, and lead to it.
func TestResults(t *testing.T) {
	d := newDesk(t)
	ids := d.readies("10", "20", "30", "40")
	must(d.Block(t.Context(), as("rev1"), ids[3], "aml-review", ""))
	s := d.sit("senior1")
	s.press("8", "*", "a")
	s.rest(quiet)
	s.shows("3 run  60.00 EUR", "1 stays out  40.00 EUR", "1  blocked for aml-review")
	s.press("n")
	s.shows("40.00 EUR", "blocked for aml-review by rev1")
	s.press("esc", "3", "enter")
	must(d.Return(t.Context(), as("rev2"), ids[1], 2))
	s.work()
	s.look()
	s.shows("approved         2             40.00 EUR", "refused          1             20.00 EUR", "LAST REFUSED", "it changed since version 2", "stayed out       1             40.00 EUR", "z takes back 2")
	s.press("enter")
	s.shows("[2 Refused 1]", " 20.00 EUR")
	s.press("enter")
	s.shows("▸ Run", "returned to pending by rev2")
	s.press("g", "b", "2", "enter")
	s.shows("z takes back 2")
	other := d.sit("senior2") // who decided nothing here may take it back as well
	other.press("g", "b", "2", "enter")
	other.shows("z takes back 2", "z undo")
	s.press("n")
	s.shows("[4 Stayed out 1]", " 40.00 EUR", "rows 1-1 of 1")
	s.press("3")
	s.shows(" 10.00 EUR", " 30.00 EUR")
}

// The other decisions on many, through to the end.
func TestManyOfEverything(t *testing.T) {
	d := newDesk(t)
	var ids []engine.RequestID
	for _, amount := range []string{"10", "20"} {
		ids = append(ids, d.request(d.card(), amount).ID)
	}
	s := d.sit("senior1")
	go1 := func(view string, keys ...string) {
		t.Helper()
		s.press("g", "q", view, "*")
		s.press(keys...)
		s.rest(quiet)
		s.press("2", "enter")
		s.work()
		s.look()
		s.shows("2 / 2  completed")
	}
	go1("2", "r")
	s.is(ids[0], engine.RequestReady)
	go1("1", "b", "3", "enter")
	s.shows("Block for aml-review")
	go1("6", "B")
	go1("1", "a")
	go1("3", "A")
	s.is(ids[0], engine.RequestInProgress)
	go1("4", "P")
	s.is(ids[0], engine.RequestFulfilled)
	s.is(ids[1], engine.RequestFulfilled)
}
