package tui_test

import (
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
)

// seconds lets time pass, as the console notices it.
func (s *session) seconds(n int) {
	for range n {
		s.clock.Advance(time.Second)
		s.send(tui.ASecond())
	}
}

// A warning is named on a sheet, where cancel is focused; approving overrules
// it, and the record says what was seen.
func TestWarningNeedsTheSheet(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	d.request(i, "500")
	id := d.ready(i, "500").ID
	s := d.sit("senior1")
	s.shows("duplicate")
	s.press("a", "enter")
	s.is(id, engine.RequestReady)
	s.press("a")
	s.shows("500.00 EUR to the same instrument was asked for", "> Cancel <")
	s.press("enter") // on cancel
	s.is(id, engine.RequestReady)
	s.press("a", "tab", "enter")
	s.is(id, engine.RequestApproved)
	dossier := must(d.Dossier(t.Context(), id))
	last := dossier.Timeline[len(dossier.Timeline)-1]
	if last.Detail("overruled") != "duplicate" {
		t.Errorf("the record says that %q was overruled", last.Detail("overruled"))
	}
	if want := engine.Saw(must(d.Plan(t.Context(), id)).Digest(), dossier.Signals); last.Detail("saw") == "" || len(last.Detail("saw")) != len(want) {
		t.Errorf("the record says that %q was seen", last.Detail("saw"))
	}
}

// What a colleague has claimed is not plain either, and other decisions say so.
func TestClaimOfAColleague(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	must(d.Claim(t.Context(), as("rev2"), id, false))
	s := d.sit("senior1")
	s.shows("rev2 has it")
	s.press("a")
	s.shows("rev2 is at work on it, and claimed it at 09:01")
	s.press("esc", "R")
	s.shows("rev2 has claimed it: return 120.50 EUR")
	s.press("esc", "o")
	s.shows("Take over", "rev2 may be at work on it just now")
	s.press("tab", "enter")
	s.press("ctrl+r")
	s.shows("claimed")
	s.press("9")
	s.shows("1 of 1", "120.50 EUR")
	s.press("1", "a", "enter")
	s.is(id, engine.RequestApproved)
}

// A warning that comes up while enter is waited for stops the approval.
func TestClaimWhileArmed(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	s := d.sit("senior1")
	s.press("a")
	must(d.Claim(t.Context(), as("rev2"), id, false))
	s.press("enter")
	s.is(id, engine.RequestReady)
	s.shows("there is a warning that was not there when you looked")
}

func TestClaimKey(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	by := func(want engine.ReviewerID) {
		t.Helper()
		if got := must(d.Dossier(t.Context(), id)).Claim.By; got != want {
			t.Errorf("claimed by %q, want %q", got, want)
		}
	}
	s := d.sit("senior1")
	s.press("o")
	by("senior1")
	s.shows("claimed 120.50 EUR of Sample Customer 1")
	s.press("ctrl+r", "o")
	by("")
	v := d.sit("viewer1")
	v.press("o")
	by("")
	v.shows("it takes a reviewer")
}

// Colleagues hear that a request is open once it has been for a moment, not of
// one that is only passed.
func TestPresenceIsTold(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	here := func(want int) {
		t.Helper()
		if got := must(d.Presences(t.Context(), id)); len(got) != want {
			t.Errorf("%v are here, want %d", got, want)
		}
	}
	s, other := d.sit("senior1"), d.sit("rev2")
	s.press("enter")
	s.seconds(2)
	here(0)
	s.seconds(2)
	here(1)
	s.seconds(90)
	here(1)
	other.press("enter")
	other.shows("senior1 is here")
	s.press("esc")
	s.seconds(1)
	here(0)
}

// Each thing in the lanes leads to where its next step is taken.
func TestAttention(t *testing.T) {
	d := newDesk(t)
	s := d.sit("senior1")
	s.press("g", "a")
	s.shows("nothing needs a person's attention")
	d.sent(d.account("script", "timeout,silence"), "100")
	d.sent(d.account("script", "declined:recipient-not-found"), "200")
	s.press("ctrl+r")
	s.shows("[1 All 2]", "2 Unknown 1", "3 Payout failed 1", "nobody knows whether sandbox-eur paid 100.00 EUR; its key there is pra_")
	s.press("3")
	s.shows("200.00 EUR of it is not paid: sandbox-eur said recipient-not-found", "A begins it")
	s.press("1", "enter")
	s.shows("Overview", "100.00 EUR")
	s.press("esc")
	s.shows("[1 All 2]")
	s.press("enter", "L")
	s.shows("sandbox-eur answered about")
}
