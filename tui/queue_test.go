package tui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
)

// cursor is the line that the cursor is on.
func (s *session) cursor() string {
	for line := range strings.SplitSeq(s.screen(), "\n") {
		if strings.HasPrefix(line, ">") {
			return line
		}
	}
	return ""
}

func TestEmptyDeskSaysWhatToPress(t *testing.T) {
	s := newDesk(t).sit("senior1")
	s.shows("nothing waits for a review", "8 all requests")
	s.press("8")
	s.shows("no request has come in yet", "purser demo shows a desk at work")
}

func TestViews(t *testing.T) {
	d := newDesk(t)
	d.request(d.card(), "1")
	d.ready(d.card(), "2")
	d.approved(d.card(), "3")
	blocked := d.ready(d.card(), "4")
	must(d.Block(t.Context(), as("rev1"), blocked.ID, "aml-review", ""))
	s := d.sit("senior1")
	s.shows("[1 Ready 1] 2 Pending 1  3 Approved 1  4 In progress 0  5 Attention 0  6 Blocked 1  7 Closed 0  8 All 4")
	for key, want := range map[string]string{
		"1": " 2.00 EUR", "2": " 1.00 EUR", "3": " 3.00 EUR",
		"6": " 4.00 EUR",
	} {
		s.press(key)
		s.shows(want, "1 of 1")
	}
	s.press("8")
	s.shows("rows 1-4 of 4")
	s.press("tab")
	s.shows("[9 Mine]", "you have claimed nothing", "o claims the request under the cursor")
	s.press("tab")
	s.shows("[1 Ready 1]")
	s.press("shift+tab")
	s.shows("[9 Mine]")
}

func TestOpensAtAPlace(t *testing.T) {
	d := newDesk(t)
	r := d.request(d.card(), "120.50")
	s := d.sit("senior1", func(o *tui.Options) { o.View = "pending" })
	s.shows("[2 Pending 1]")
	s = d.sit("senior1", func(o *tui.Options) { o.Request = r.ID[len(r.ID)-8:] })
	s.shows("▸ Queue ▸ "+string(r.ID[len(r.ID)-6:]), "[1 Overview]")
}

// New requests are counted and move nothing until they are asked for.
func TestNewRequestsMoveNothing(t *testing.T) {
	d := newDesk(t)
	first := d.ready(d.card(), "1")
	d.ready(d.card(), "2")
	s := d.sit("senior1")
	s.press("j")
	before := s.cursor()
	if !strings.Contains(before, string(first.ID[len(first.ID)-6:])) {
		t.Fatalf("the cursor is on %q", before)
	}
	for range 3 {
		d.ready(d.card(), "7")
	}
	s.send(tui.StoreChanged())
	s.shows("↑ 3 new (.)", "[1 Ready 5]")
	if strings.Contains(s.screen(), "7.00 EUR") || s.cursor()[:20] != before[:20] {
		t.Errorf("the screen moved:\n%s", s.screen())
	}
	s.press(".")
	s.shows(" 7.00 EUR")
	s.hides("new (.)")
}

// At the end of the list, new ones are simply there.
func TestOldestFirst(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "1")
	s := d.sit("senior1")
	s.press("s", "2")
	s.shows("longest waiting first")
	d.ready(d.card(), "2")
	s.send(tui.StoreChanged())
	s.shows(" 2.00 EUR")
	s.hides("new (.)")
}

// A request that leaves the view stays until the cursor leaves it.
func TestRowThatLeavesStays(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "1")
	r := d.ready(d.card(), "2")
	s := d.sit("senior1")
	must(d.Return(t.Context(), as("rev2"), r.ID, r.Version))
	s.send(tui.StoreChanged())
	if !strings.HasPrefix(s.cursor(), ">-") {
		t.Errorf("the row is not dimmed: %q", s.cursor())
	}
	s.shows("it left this view: pending")
	s.press("j")
	s.hides(" 2.00 EUR")
}

func TestFilterNarrowsAsOneTypes(t *testing.T) {
	d := newDesk(t)
	for i := range 12 {
		d.ready(d.card(), fmt.Sprint(i+1))
	}
	s := d.sit("senior1")
	s.press("/")
	s.typed("amount:3..5")
	s.shows("rows 1-3 of 3", "status:ready;blocked:false;amount:3..5")
	s.press("enter")
	s.press("/")
	s.typed(" sta:1")
	s.shows(`no field is called "sta": status`)
	s.shows("status, tag, age, amount", " 3 of 3") // as far as it could be read
	s.press("backspace", "backspace", "backspace", "backspace", "backspace")
	s.typed("status:foo")
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.shows("status is never \"foo\": ", "merged") // the whole of it, where its line is too short
	s.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	s.press("esc")
	s.shows("rows 1-3 of 3")
	s.press("esc")
	s.shows("rows 1-12 of 12")
	s.press("/", "up")
	s.shows("amount:3..5", "rows 1-3 of 3")
	s.press("ctrl+u")
	s.typed("nobody")
	s.shows("nothing in Ready matches the filter")
}

func TestSortByAmountNeedsOneCurrency(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "1")
	d.ready(d.card(), "2")
	s := d.sit("senior1")
	s.press("s", "6")
	s.shows("several currencies: filter by one first")
	s.press("esc", "/")
	s.typed("currency:EUR")
	s.press("enter", "s", "6")
	s.shows("largest amount first")
	s.press("esc") // the filter goes, and with it the order
	s.shows("latest first")
}

// Keys that come in one read move the cursor, and do nothing else.
func TestBurstsMove(t *testing.T) {
	d := newDesk(t)
	for i := range 12 {
		d.ready(d.card(), fmt.Sprint(i+1))
	}
	s := d.sit("senior1")
	s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jjj")})
	s.shows("4 of 12")
	s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jjb")})
	s.shows("4 of 12", "ignored 3 keys that came together")
}

// A long list is read page by page, in both directions, and every request is
// seen once.
func TestLongList(t *testing.T) {
	const many = 900
	d := newDesk(t)
	i := d.card()
	for n := range many {
		must(d.Create(t.Context(), as(engine.ByEngine), engine.NewRequest{
			PointID: "main", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: eur(fmt.Sprint(n + 1)),
		}))
	}
	s := d.sit("senior1", func(o *tui.Options) { o.View = "pending" })
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	amount := func() string { return strings.Fields(s.cursor()[30:])[0] }
	for n := many; n > 1; n-- {
		if want := string(eur(fmt.Sprint(n)).Grouped()); amount() != want {
			t.Fatalf("at %d: %s\n%s", n, amount(), s.screen())
		}
		s.fast("j")
	}
	s.shows("rows 885-900 of 900")
	for n := 1; n < many; n++ {
		s.fast("k")
	}
	if amount() != "900.00" {
		t.Errorf("back at %s\n%s", amount(), s.screen())
	}
	s.fast("G")
	if amount() != "1.00" {
		t.Errorf("the last is %s\n%s", amount(), s.screen())
	}
	s.fast("pgup")
	s.fast("g")
	s.fast("g")
	if amount() != "900.00" {
		t.Errorf("the first is %s\n%s", amount(), s.screen())
	}
}

// Rows that were read before the store changed are read again when they come
// onto the screen.
func TestRowsOffScreenAreReadAgain(t *testing.T) {
	d := newDesk(t)
	old := d.ready(d.card(), "5")
	for range 60 {
		d.ready(d.card(), "1")
	}
	s := d.sit("senior1")
	must(d.Block(t.Context(), as("rev1"), old.ID, "aml-review", ""))
	must(d.Unblock(t.Context(), as("rev1"), old.ID, old.Version+1))
	must(d.Comment(t.Context(), as("rev1"), old.ID, "words"))
	s.send(tui.StoreChanged())
	s.press("G", "b", "1", "enter")
	if s.now(old.ID).Block == nil {
		t.Errorf("not blocked\n%s", s.screen())
	}
	s.press("z", "enter")
	if s.now(old.ID).Block != nil {
		t.Errorf("still blocked\n%s", s.screen())
	}
}

func TestWalkFromRequestToRequest(t *testing.T) {
	d := newDesk(t)
	for i := range 3 {
		d.ready(d.card(), fmt.Sprint(i+1))
	}
	s := d.sit("senior1")
	s.press("enter")
	s.shows("3.00 EUR   ready", "1 of 3")
	s.press("J", "J")
	s.shows("1.00 EUR   ready", "3 of 3")
	s.press("J")
	s.shows("this is the last request of the queue")
	s.press("K")
	s.shows("2.00 EUR   ready")
	s.press("[", "[")
	s.shows("2.00 EUR   ready")
	s.press("]")
	s.shows("1.00 EUR   ready")
	s.press("esc")
	s.shows("[1 Ready 3]")
}

func TestPreviewNeedsRoom(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "120.50")
	s := d.sit("senior1")
	s.shows("CHECKS", "PLAN", "TIMELINE")
	s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	s.hides("CHECKS")
	s.press("}")
	s.shows("the preview needs a screen of 110 columns")
	s.send(tea.WindowSizeMsg{Width: 59, Height: 14})
	if got := s.screen(); !strings.HasPrefix(got, "purser needs 60x15, this is 59x14 (q quits)") {
		t.Errorf("got %q", got)
	}
}

func TestQuittingAsks(t *testing.T) {
	s := newDesk(t).sit("senior1")
	s.press("q")
	s.shows("quit purser? enter")
	s.press("esc", "enter")
	if s.quit {
		t.Error("it quit after esc")
	}
	s.press("q", "enter")
	if !s.quit {
		t.Error("it did not quit")
	}
}

// A store that is gone is said, and what was read stays.
func TestStoreGone(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "120.50")
	s := d.sit("senior1")
	s.clock.Advance(time.Minute)
	s.Desk().Lost(engine.Errorf(engine.Unavailable, "the store is gone"))
	s.shows("STORE GONE since 09:02", "120.50 EUR")
	s.send(tui.ASecond())
	s.hides("STORE GONE")
}
