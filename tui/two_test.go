package tui_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage"
	"github.com/purserhq/purser/tui"
)

// twoDesks are two processes on one file: each has opened it for itself.
func twoDesks(t *testing.T) (one, other *desk) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "desk.db")
	open := func(o storage.Options) storage.Store {
		store, err := storage.Open(t.Context(), path, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
		return store
	}
	one = deskOn(t, open(storage.Options{Create: true}))
	return one, engineOn(t, open(storage.Options{}), one.clock, 2)
}

// hears waits until a session's engine noticed what the other one did, and
// tells the session, as the program does.
func (s *session) hears(changes <-chan struct{}) {
	s.desk.t.Helper()
	select {
	case <-changes:
		s.send(tui.StoreChanged())
	case <-time.After(30 * time.Second): // only so that a failing test ends
		s.desk.t.Fatal("nobody said that the store changed")
	}
}

// What one decides, the other sees; no row jumps, and the row that the cursor
// is on stays.
func TestTwoConsolesSeeEachOther(t *testing.T) {
	one, other := twoDesks(t)
	var made []engine.RequestID
	for _, amount := range []string{"1", "2", "3", "4"} {
		made = append(made, one.ready(one.card(), amount).ID)
	}
	a, b := one.sit("senior1"), other.sit("rev2")
	b.press("j")
	changes := other.Changed(t.Context())
	before := strings.Split(b.screen(), "\n")
	a.press("j", "a", "enter") // the one on which b's cursor is
	a.is(made[2], engine.RequestApproved)
	b.hears(changes)
	b.shows("it left this view: approved", "[1 Ready 3]", "3 Approved 1")
	after := strings.Split(b.screen(), "\n")
	for _, line := range []int{5, 7, 8} { // the rows around the cursor's
		if before[line][:40] != after[line][:40] {
			t.Errorf("line %d was %q and is %q", line, before[line][:40], after[line][:40])
		}
	}
	if !strings.HasPrefix(b.cursor(), ">-") || !strings.Contains(b.cursor(), " 3.00 EUR") {
		t.Errorf("the cursor is on %q", b.cursor())
	}
	back := one.Changed(t.Context())
	b.press("k", "b", "3", "enter")
	a.hears(back)
	a.shows("[1 Ready 2]", "6 Blocked 1")
}

// Of two who decide the same, the slower hears who was first, and nothing of
// theirs is done.
func TestTheSlowerHearsWhoWon(t *testing.T) {
	one, other := twoDesks(t)
	id := one.ready(one.card(), "120.50").ID
	a, b := one.sit("senior1"), other.sit("rev2")
	a.press("a")
	b.press("a")
	b.shows("approve 120.50 EUR")
	a.press("enter")
	b.press("enter") // before anybody told b
	b.shows("it changed since version 2: approved by senior1")
	if got := one.now(id); len(got.Approvals) != 1 || got.Approvals[0].By != "senior1" {
		t.Errorf("approved by %+v", got.Approvals)
	}
}

// Who heard in time cannot confirm any more: the dialog is gone, and says why.
func TestTheSlowerHearsInTime(t *testing.T) {
	one, other := twoDesks(t)
	r := one.ready(one.card(), "120.50")
	a, b := one.sit("senior1"), other.sit("rev2")
	changes := other.Changed(t.Context())
	b.press("C", "1", "enter")
	b.rest(quiet)
	b.typed("canc")
	a.press("a", "enter")
	b.hears(changes)
	b.hides("Cancel it")
	b.shows("changed meanwhile: approved by senior1", "nothing was done")
	b.typed("el")
	b.press("enter")
	b.is(r.ID, engine.RequestApproved)
}
