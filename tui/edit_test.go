package tui_test

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
)

func TestSplit(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.account(), "12000").ID
	s := d.sit("senior1")
	s.press("x")
	s.shows("5,000.00", "2,000.00", "sandbox-eur", "it adds up", "each part needs 2 approvals")
	s.press("-")
	s.shows("5,000.00 EUR is left to place", "has to be nothing before you can go on")
	s.press("ctrl+s")
	s.shows("is off: 5,000.00 EUR is left to place")
	s.press("r")
	s.shows("over 5,000.00", "ctrl+s is off: the reason is missing")
	s.press("tab", "2", "tab")
	s.typed("limit of the account")
	s.press("ctrl+s")
	s.shows("Split it", "2 parts, each pending", "reason")
	s.is(id, engine.RequestReady)
	s.press("enter")
	s.is(id, engine.RequestSplit)
	children := must(d.Relatives(t.Context(), id))
	if len(children) != 2 || children[0].Status != engine.RequestPending {
		t.Errorf("children %+v", children)
	}
	s.shows("split 12,000.00 EUR of Sample Customer 1 into 2 parts", "▸ Queue")
}

func TestSplitQuickKeys(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "100")
	s := d.sit("senior1")
	s.press("x", "+", "e")
	s.shows("33.34", "33.33")
	s.press("up", "up", "up")
	s.typed("9000")
	s.shows(" 9000   over all", "8,966.66 EUR is too much")
	for range 4 {
		s.press("backspace")
	}
	s.typed("40")
	s.press("c")
	s.shows("40.00     40.00%", " 40.00%", "20.00")
	s.press("p")
	s.shows("50.00")
	s.press("esc")
	s.shows("esc again to leave: what you entered is lost")
	s.press("esc")
	s.shows("[1 Ready 1]")
}

// A request that others were merged into is offered the amounts it was made of.
func TestSplitOffersWhatItWasMadeOf(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	target, source := d.ready(i, "70.01"), d.ready(i, "29.99")
	must(d.Merge(t.Context(), as("rev1"), target.ID, engine.Merging{
		Seen: target.Version, Sources: []engine.RequestID{source.ID}, Reason: "consolidation",
	}))
	s := d.sit("senior1")
	s.press("x")
	s.shows("70.01", "29.99", "it adds up")
}

// What was typed survives a change of the request; the sheet does not.
func TestSplitOfAChangedRequest(t *testing.T) {
	d := newDesk(t)
	r := d.ready(d.card(), "100")
	s := d.sit("senior1")
	s.press("x", "tab", "1", "ctrl+s")
	s.shows("Split it")
	must(d.Cancel(t.Context(), as("rev2"), r.ID, r.Version, engine.Cancellation{By: engine.CanceledByMerchant}))
	s.send(tui.StoreChanged())
	s.hides("Split it")
	s.shows("changed meanwhile: canceled by rev2")
	s.press("ctrl+s")
	s.shows("it is canceled (canceled is final)")
}

func TestMerge(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	source := d.ready(i, "45.50")
	pending := d.request(i, "20")
	paid := d.sent(i, "30")
	target := d.ready(i, "90")
	s := d.sit("senior1")
	s.press("m")
	s.shows("into "+string(target.ID[len(target.ID)-6:]), "the target", "nothing is picked yet")
	if paid.Status == engine.RequestFulfilled {
		s.hides("30.00 EUR") // closed ones are not offered
	}
	s.press("j", "j", "space", "enter")
	s.shows("is off: the reason is missing")
	s.press("2")
	s.shows("90.00 EUR → 135.50 EUR, ready; 1 request merged, for good")
	s.press("enter")
	s.shows("Merge them", "takes in")
	s.is(target.ID, engine.RequestReady)
	s.press("enter")
	s.is(source.ID, engine.RequestMerged)
	s.is(pending.ID, engine.RequestPending)
	if got := s.now(target.ID).Amount; got != eur("135.50") {
		t.Errorf("the target amounts to %s", got.Text())
	}
}

// A column may be too narrow for why a request cannot be merged: it is told in
// full below the list.
func TestMergeTellsInFullWhyNot(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	blocked := d.ready(i, "10")
	must(d.Block(t.Context(), as("rev2"), blocked.ID, "kyc-verification-required", ""))
	d.ready(i, "20")
	s := d.sit("senior1")
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.press("m", "j")
	s.shows("CANNOT    blocked for kyc-verification-required by rev2 since 09:01 (unblock", "it first)")
}

// A different instrument is pointed out before it is confirmed.
func TestMergeOfAnotherInstrument(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	other := must(d.CreateInstrument(t.Context(), as(engine.ByEngine), engine.NewInstrument{
		CustomerID: i.CustomerID, ServiceID: "test_eur", Fields: map[string]string{"account": "222222"},
	}))
	source, target := d.ready(other, "10"), d.ready(i, "20")
	s := d.sit("senior1")
	s.press("m")
	s.shows("yes, but another instrument")
	s.press("j", "space", "1")
	s.shows("all goes to the target's instrument")
	s.press("enter")
	s.shows("some asked to be paid elsewhere")
	s.press("enter")
	s.is(source.ID, engine.RequestMerged)
	s.is(target.ID, engine.RequestReady)
}

func TestCreate(t *testing.T) {
	d := newDesk(t)
	d.card()
	s := d.sit("rev1")
	s.press(":")
	s.typed("new request")
	s.press("enter", "tab")
	s.typed("c-1")
	s.press("enter")
	s.typed("120.50")
	s.press("enter")
	s.typed("eur")
	s.press("ctrl+s")
	s.shows("took in 120.50 EUR for c-1", "2 Pending 1")
	s.press("2")
	s.shows("card ···· 1111")
}

// A source that changed since it was picked is not merged, though the screen
// did not hear of it.
func TestMergeOfAChangedSource(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	source, target := d.ready(i, "10"), d.ready(i, "20")
	s := d.sit("senior1")
	s.press("m", "j", "space", "2", "enter")
	s.shows("Merge them")
	returned := must(d.Return(t.Context(), as("rev2"), source.ID, source.Version))
	must(d.Ready(t.Context(), as("rev2"), source.ID, returned.Version))
	s.press("enter")
	s.is(source.ID, engine.RequestReady)
	s.is(target.ID, engine.RequestReady)
	s.shows("changed since version")
}
