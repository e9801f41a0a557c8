package tui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
)

// Stopping is never slow: b, a digit, enter.
func TestBlock(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	s := d.sit("senior1")
	s.press("b", "3", "enter")
	if b := s.now(id).Block; b == nil || b.Reason != "aml-review" || b.By != "senior1" {
		t.Errorf("blocked as %+v", b)
	}
	s.shows("blocked for aml-review: 120.50 EUR")
	s.press("!")
	s.shows("The same on a command line", "purser request block "+string(id)+" --reason")
}

// A block is never refused as stale.
func TestBlockOutlivesChanges(t *testing.T) {
	d := newDesk(t)
	r := d.ready(d.card(), "120.50")
	s := d.sit("senior1")
	s.press("b", "1")
	must(d.Return(t.Context(), as("rev2"), r.ID, r.Version))
	s.send(tui.StoreChanged())
	s.press("enter")
	if s.now(r.ID).Block == nil {
		t.Errorf("not blocked\n%s", s.screen())
	}
}

func TestUnblock(t *testing.T) {
	d := newDesk(t)
	r := d.ready(d.card(), "120.50")
	must(d.Block(t.Context(), as("rev1"), r.ID, "aml-review", "case 812"))
	s := d.sit("senior1")
	s.press("6", "a")
	s.shows("approve is off: blocked for aml-review by rev1 since 09:01 (unblock it first)")
	s.press("B")
	s.shows("unblock 120.50 EUR of Sample Customer 1, blocked for aml-review by rev1? enter")
	s.press("enter")
	if s.now(r.ID).Block != nil {
		t.Errorf("still blocked\n%s", s.screen())
	}
}

func TestReadyAndReturn(t *testing.T) {
	d := newDesk(t)
	id := d.request(d.card(), "120.50").ID
	s := d.sit("senior1")
	s.press("2", "r", "enter")
	s.is(id, engine.RequestReady)
	s.press("1", "R", "enter")
	s.is(id, engine.RequestPending)
	s.press("z", "enter")
	s.is(id, engine.RequestReady)
}

func TestUndoApproval(t *testing.T) {
	d := newDesk(t)
	id := d.approved(d.card(), "120.50").ID
	s := d.sit("senior1")
	s.press("3", "U")
	s.shows("take back senior2's approval of 120.50 EUR of Sample Customer 1? enter")
	s.press("enter")
	s.is(id, engine.RequestReady)
}

// Where the engine goes on by itself, undo says how long there is left, until
// there is nothing left to say.
func TestUndoSaysTheTimeLeft(t *testing.T) {
	d := newDesk(t)
	r := d.ready(d.card(), "10")
	s := d.sit("senior1")
	main := s.Desk().Config.Points["main"]
	main.Options.AutoAllocate = true // a minute, where nothing else is said
	s.Desk().Config.Points["main"] = main
	s.press("a", "enter")
	s.shows("z undo 1m")
	s.rest(20 * time.Second)
	s.shows("z undo 40s")
	s.press("z")
	s.shows("take back: approved 10.00 EUR of Sample Customer 1, 39s left? enter")
	s.press("enter")
	s.is(r.ID, engine.RequestReady)
}

// One key is not worth a question: a dialog in which only a choice was made is
// left at once, and what is typed next cannot confirm it.
func TestChoiceIsLeftAtOnce(t *testing.T) {
	d := newDesk(t)
	r := d.ready(d.card(), "10")
	s := d.sit("senior1")
	s.press("b", "3", "esc")
	s.hides("REASON")
	s.press("b", "3", "tab", "x", "esc")
	s.shows("esc again to leave: what you entered is lost")
	s.press("esc", "enter", "esc")
	s.is(r.ID, engine.RequestReady)
}

// What the preview says of a key of the request is true in the queue as well.
func TestKeysOfTheRequestSayWhere(t *testing.T) {
	d := newDesk(t)
	s := d.sit("senior1")
	s.press("L")
	s.shows("ask provider is off: there is no request under the cursor")
	d.ready(d.card(), "10")
	s.send(tui.StoreChanged())
	s.press(".", "L")
	s.shows("ask provider is off: open the request first: enter")
	s.press("g", "L")
	s.press("D")
	s.shows("what changed is off: open the request first: enter")
	s.press("g", "w", "a")
	s.shows("approve is off: no request is open here: g q leads to them")
	s.press("esc", "m", "L")
	s.shows("ask provider is off: go back to the request first: esc")
}

// A block says what becomes of the money that is allocated already.
func TestBlockSaysWhatGoesOn(t *testing.T) {
	d := newDesk(t)
	d.sent(d.account("script", "accept,accept,accept"), "40")
	s := d.sit("senior1")
	s.press("4", "enter", "b")
	s.shows("40.00 EUR through sandbox-eur, is at the provider", "may still be paid")
	s.press("esc")
	must(d.AutoAllocateOf(d.approved(d.card(), "30")))
	s = d.sit("senior1")
	s.press("4", "enter", "b")
	s.shows("30.00 EUR through cards-eur, stays pending")
}

// Nothing that is typed in a hurry leaves the program: esc only goes up, and
// ctrl+c asks, twice is meant.
func TestLeavingIsMeant(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	s := d.sit("senior1")
	s.press("enter", "x", "esc", "esc", "esc", "esc", "esc")
	s.shows("this is the top: q quits")
	if s.quit {
		t.Fatal("esc quits")
	}
	s.press("b", "ctrl+c")
	s.hides("REASON")
	s.press("/", "ctrl+c", "ctrl+c")
	s.shows("quit purser? enter")
	s.press("j")
	s.hides("quit purser?")
	s.press("ctrl+c", "ctrl+c")
	if !s.quit {
		t.Error("ctrl+c twice does not quit")
	}
}

// Calling off is final: the word has to be typed.
func TestCancel(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	s := d.sit("senior1")
	s.press("C", "2", "enter")
	s.shows("type cancel")
	s.rest(quiet)
	s.typed("cance")
	s.press("enter")
	s.is(id, engine.RequestReady)
	s.shows("! type cancel, or press esc")
	s.typed("l")
	s.press("enter")
	s.is(id, engine.RequestCanceled)
	if by := s.now(id).Cancellation.By; by != engine.CanceledByCustomer {
		t.Errorf("canceled by %s", by)
	}
}

func TestDialogClosesWhenTheRequestChanges(t *testing.T) {
	d := newDesk(t)
	r := d.ready(d.card(), "120.50")
	s := d.sit("senior1")
	s.press("C")
	s.shows("ASKED BY")
	must(d.Return(t.Context(), as("rev2"), r.ID, r.Version))
	s.send(tui.StoreChanged())
	s.hides("ASKED BY")
	s.shows("changed meanwhile: returned to pending by rev2", "nothing was done")
}

func TestComment(t *testing.T) {
	d := newDesk(t)
	r := d.ready(d.card(), "120.50")
	s := d.sit("support1")
	s.press("a")
	s.shows("support1 is a support and may not approve it (it takes a reviewer)")
	s.press("t")
	s.typed("asked by phone")
	s.press("enter", "enter", "4")
	s.shows("comment: asked by phone")
	s.press("T", "enter")
	s.shows("comment: (withdrawn by support1)")
	_ = r
}

func TestChangeOfTheInstrument(t *testing.T) {
	d := newDesk(t)
	first := d.account()
	second := must(d.CreateInstrument(t.Context(), as(engine.ByEngine), engine.NewInstrument{
		CustomerID: first.CustomerID, ServiceID: "test_eur", Fields: map[string]string{"account": "222222"},
	}))
	id := d.request(first, "120.50").ID
	s := d.sit("rev1")
	s.press("2", "enter", "e", "3", "enter", "enter")
	if got := s.now(id).InstrumentID; got != second.ID {
		t.Errorf("instrument %s, want %s\n%s", got, second.ID, s.screen())
	}
}

// From approved to fulfilled: the plan, the processing, and watching it land.
func TestPlanAllocateProcessLand(t *testing.T) {
	d := newDesk(t)
	id := d.approved(d.card(), "120.50").ID
	s := d.sit("senior1")
	s.press("3", "A")
	s.shows("the plan places 120.50 EUR, all of it", "cards-eur", "covered-payout")
	s.press("enter")
	s.is(id, engine.RequestInProgress)
	s.press("P")
	s.shows("process 1 allocation, 120.50 EUR through cards-eur to Sample Customer 1? enter")
	s.press("enter")
	if a := must(d.Allocations(t.Context(), id)); a[0].Status != engine.AllocationQueued {
		t.Errorf("allocation is %s\n%s", a[0].Status, s.screen())
	}
	s.press("esc", "4", "enter")
	s.shows("in-progress")
	d.work()
	s.send(tui.StoreChanged())
	s.rest(5 * time.Second) // until what was said goes away
	s.shows("fulfilled", "paid 120.50", "since you opened it: fulfilled")
	s.press("D")
	s.shows("Since you opened it", "handed to the provider")
}

// What was shown is what is carried out, or the reviewer hears what moved.
func TestPlanMoved(t *testing.T) {
	d := newDesk(t)
	r := d.approved(d.card(), "120.50")
	s := d.sit("senior1")
	s.press("3", "A")
	must(d.Block(t.Context(), as("rev1"), r.ID, "aml-review", ""))
	s.press("enter")
	s.is(r.ID, engine.RequestApproved)
	s.shows("changed since version 3")
}

func TestAllocationByHand(t *testing.T) {
	d := newDesk(t)
	id := d.approved(d.card(), "120.50").ID
	s := d.sit("senior1")
	s.press("3", "enter", "N", "N")
	s.shows("Allocate by hand", "120.50 EUR is available")
	for range 6 {
		s.press("backspace")
	}
	s.typed("20.50")
	s.press("tab", "enter")
	made := must(d.Allocations(t.Context(), id))
	if len(made) != 1 || made[0].Amount != eur("20.50") {
		t.Fatalf("allocated %+v\n%s", made, s.screen())
	}
	s.press("esc", "2", "X")
	s.shows("cancel the allocation of 20.50 EUR through cards-eur? enter")
	s.press("enter")
	if a := must(d.Allocations(t.Context(), id)); a[0].Status != engine.AllocationCanceled {
		t.Errorf("allocation is %s", a[0].Status)
	}
	s.press("F", "enter")
	s.is(id, engine.RequestApproved)
}

// An unknown outcome is asked about, and in the end stated by a senior.
func TestUnknownOutcome(t *testing.T) {
	d := newDesk(t)
	r := d.sent(d.account("script", "unknown:general,unknown:general,unknown:general"), "120.50")
	s := d.sit("rev1")
	s.press("5", "enter")
	s.shows("outcome unknown", "L asks the provider")
	s.press("L")
	s.shows("sandbox-eur answered about")
	s.press("S")
	s.shows("settle is off: rev1 is a reviewer and may not state an outcome (it takes a senior)")

	s = d.sit("senior1")
	s.press("5", "enter", "3", "S", "1", "tab", "tab", "tab")
	s.typed("their support said so on the phone")
	s.press("enter")
	s.shows("120.50 EUR was paid", "A wrong statement can pay a customer twice, or never.")
	s.rest(quiet)
	s.typed("paid")
	s.press("enter")
	s.is(r.ID, engine.RequestFulfilled)
}

func TestSettleShort(t *testing.T) {
	d := newDesk(t)
	r := d.sent(d.account("script", "partial:40"), "100")
	s := d.sit("senior1")
	s.press("4", "enter", "S")
	s.shows("fulfilled with the 40.00 EUR that was paid", "60.00 EUR leaves")
	s.press("enter")
	s.rest(quiet)
	s.typed("settle")
	s.press("enter")
	s.is(r.ID, engine.RequestFulfilled)
	if rest := must(d.Relatives(t.Context(), r.ID)); len(rest) != 1 || rest[0].Amount != eur("60") {
		t.Errorf("the rest is %+v", rest)
	}
}

// A viewer sees where money goes, and no details.
func TestViewerSeesMaskedDetails(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "120.50")
	s := d.sit("viewer1")
	s.press("enter", "5")
	s.shows("···· 1111", "s···@example.com")
	s.hides("4111", "sample1@example.com")
	s.press("C")
	s.shows("viewer1 is a viewer and may not cancel it (it takes a reviewer)")
}

func TestReadOnly(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "120.50")
	s := d.sit("senior1", func(o *tui.Options) { o.ReadOnly = "the file cannot be written" })
	s.shows("READ-ONLY")
	for _, key := range []string{"a", "b", "C", "x", "t", "R"} {
		s.press(key)
		s.shows("is off: read-only: the file cannot be written")
	}
}

// The command line that repeats a deed is one that a shell reads as it was
// meant.
func TestCommandLineIsQuoted(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	s := d.sit("senior1")
	s.press("b", "8", "tab")
	s.typed("it's $(odd)")
	s.press("enter", "!")
	want := "purser request block " + string(id) + ` --reason other --description 'it'\''s $(odd)'`
	if got := strings.ReplaceAll(s.Desk().LastLine(), "\n", " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
