package tui_test

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
)

// The timeline narrows to the events that hold what is typed, and esc shows all
// of it again before it goes back.
func TestTimelineFilter(t *testing.T) {
	d := newDesk(t)
	r := d.sent(d.account("script", "declined"), "120.50")
	must(d.Comment(t.Context(), as("support1"), r.ID, "asked by phone"))
	s := d.sit("senior1")
	s.press("5", "4", "enter", "4")
	s.shows("made ready", "asked by phone")
	s.press("/")
	s.typed("SUPPORT1 phone")
	s.shows("asked by phone")
	s.hides("made ready")
	s.typed(" nonsense")
	s.shows("no event holds these words", "esc shows all again")
	s.press("enter", "esc")
	s.shows("made ready", "[4 Timeline")
	s.press("/")
	s.typed("x")
	s.press("ctrl+c")
	s.shows("made ready", "[4 Timeline")
	s.press("esc")
	s.shows("▸ Queue")
	s.hides("[4 Timeline")
}

// Before anything is allocated the tab tells already how much may go where.
func TestWorksheet(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "6200")
	s := d.sit("senior1")
	s.press("enter", "2")
	s.shows("WORKSHEET", "cards-eur", "covered-payout", "5,000.00", "takes 5,000.00", "sandbox-eur")
}

// What the payouts of a request that has none tell to press is a key that is on.
func TestPayoutsOfWhatIsNotAllocated(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "20")
	s := d.sit("senior1")
	s.press("enter", "3")
	s.shows("nothing is allocated that could be sent", "1 overview has the plan")
	s.hides("P sends")
	must(d.AutoAllocateOf(d.approved(d.card(), "30")))
	s = d.sit("senior1")
	s.press("4", "enter", "3")
	s.shows("nothing was sent to a provider yet", "P sends what is allocated")
}

// The keys that go on from one already pressed are shown to who hesitates.
func TestContinuations(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "1")
	s := d.sit("senior1")
	s.press("g")
	s.hides("q to the queue")
	s.shows("a approve")
	s.rest(300 * time.Millisecond)
	s.shows("g …", "g first", "q to the queue", "b batches")
	s.press("esc")
	s.shows("a approve")
}

// An amount that is proposed is replaced by what is typed.
func TestSplitReplacesWhatItProposes(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.account(), "12000").ID
	s := d.sit("senior1")
	s.press("x")
	s.typed("4000")
	s.shows("1,000.00 EUR is left to place")
	s.press("down", "down")
	s.typed("3000")
	s.shows("it adds up")
	s.press("tab", "1", "ctrl+s", "enter")
	s.is(id, engine.RequestSplit)
	if children := must(d.Relatives(t.Context(), id)); len(children) != 3 {
		t.Errorf("%d parts", len(children))
	}
}

// The customer's tab tells what became of earlier requests.
func TestCustomerHistory(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	old := d.ready(i, "75")
	must(d.Cancel(t.Context(), as("rev1"), old.ID, old.Version, engine.Cancellation{By: engine.CanceledByCustomer}))
	d.ready(i, "20")
	d.ready(i, "10")
	s := d.sit("senior1")
	s.press("enter", "5")
	s.shows("PAID IN", "OF THE SAME CUSTOMER", "20.00", "HISTORY", "75.00 EUR", "canceled")
}

// However far one went, the first line says where one is.
func TestWhereOneIsIsNeverCut(t *testing.T) {
	d := newDesk(t)
	s := d.sit("senior1")
	s.press("g", "r", "g", "x", "g", "m")
	s.shows("▸ Queue ▸ Routing ▸ Rates ▸ Metrics")
	s.send(tea.WindowSizeMsg{Width: 60, Height: 15})
	s.shows("▸ Queue ▸ … ▸ Rates ▸ Metrics")
	s.press("g", "w")
	s.shows("▸ Queue ▸ … ▸ Gateways")
}

// Of what a provider accepted and never settled, the footer says what to do.
func TestWhatIsAcceptedCanBeAskedFor(t *testing.T) {
	d := newDesk(t)
	d.sent(d.account("script", "accept,accept,accept"), "40")
	s := d.sit("senior1")
	s.press("4", "enter", "3")
	s.shows("accepted", "L ask provider  S settle")
}
