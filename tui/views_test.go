package tui_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
	"github.com/purserhq/purser/tui/canvas/canvastest"
)

// keep saves a view for somebody, as the command line does.
func (d *desk) keep(by engine.ReviewerID, v engine.View) {
	d.t.Helper()
	must(d.SaveView(d.t.Context(), as(by), "", v))
}

// Every view that a desk has says what it means that nothing is in it.
func TestEveryViewHasAFace(t *testing.T) {
	s := newDesk(t).sit("senior1")
	seen := map[string]bool{}
	for range engine.BuiltInViews() {
		face := strings.TrimSpace(strings.Split(s.screen(), "\n")[17])
		if face == "" || seen[face] {
			t.Errorf("the face %q of a view, after %v:\n%s", face, seen, s.screen())
		}
		seen[face] = true
		s.press("tab")
	}
}

// Saved views stand after those of every desk, with what they count, and are
// reached by tab, by name and from the command line.
func TestSavedViews(t *testing.T) {
	d := newDesk(t)
	for i := range 3 {
		d.ready(d.card(), fmt.Sprint(10+100*i))
	}
	d.keep("senior1", engine.View{Name: "Big", Filter: "amount:100..", Sort: "created", Private: true})
	d.keep("rev1", engine.View{Name: "Small", Filter: "amount:..99"})
	d.keep("rev1", engine.View{Name: "Hidden", Private: true})
	s := d.sit("senior1")
	s.shows("9 Mine  01 Big  02 Small")
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.shows("[1 Ready 3]", "+5")
	s.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	s.hides("Hidden")
	s.press("shift+tab")
	s.shows("[02 Small 1]", " 10.00 EUR", "/ amount:..99")
	s.press("shift+tab")
	s.shows("[01 Big 2]", "oldest requests first", "rows 1-2 of 2")
	s.press("1", ":")
	s.typed("view small")
	s.press("enter")
	s.shows("[02 Small 1]", "newest requests first")
	s = d.sit("senior1", func(o *tui.Options) { o.View = "big" })
	s.shows("[01 Big 2]")
}

// What is shown is kept under a name, and what makes no sense about that is
// said where it is typed.
func TestSaveAView(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	d.ready(d.card(), "500")
	s := d.sit("viewer1")
	s.press("/")
	s.typed("amount:100..")
	s.press("enter", "W")
	s.shows("Save as a view", "status:ready;blocked:false;amount:100..", "latest first")
	s.press("enter")
	s.shows("name it")
	s.typed("All")
	s.press("enter")
	s.shows("every desk has a view all already")
	s.typed(" big")
	s.press("enter")
	s.shows("saved the view All big", "[01 All big 1]", " 500.00 EUR", "/ status:ready;blocked:false;amount:100..")
	s.hides("amount:100..;amount") // what was typed is in the view now
	s.press("!")
	s.shows("purser view create 'All big' --filter", "'status:ready;blocked:false;amount:100..' --sort -since")
	saved := must(d.View(t.Context(), "viewer1", "all-big"))
	if !saved.Private || saved.Owner != "viewer1" || saved.Sort != "-since" {
		t.Errorf("saved %+v", saved)
	}
}

// A view is written in a form, which counts what its filter lets through and shows
// where it cannot be read; all of it is kept.
func TestViewEditor(t *testing.T) {
	d := newDesk(t)
	for _, amount := range []string{"10", "200", "500"} {
		d.ready(d.card(), amount)
	}
	d.keep("senior1", engine.View{Name: "Alpha", Filter: "amount:100..", Private: true})
	d.keep("senior1", engine.View{Name: "Beta"})
	s := d.sit("senior1")
	s.press("0")
	s.shows("Saved views", "1  Alpha", "2   amount:100..", "2  Beta", "3   ")
	s.press("1", "W", "2")
	s.shows("View Alpha", "HAS", "2 requests in test mode")
	s.press("tab")
	s.typed(";amount:300..")
	s.shows("1 request in test mode")
	s.typed(";colour:red")
	s.shows(`! no field is called "colour"`, `HAS  no field is called "colour": age, amount`)
	s.press("enter")
	s.shows("View Alpha", `! no field is called "colour"`)
	for range ";colour:red" {
		s.press("backspace")
	}
	s.press("tab")
	s.shows("(3 of 8) newest requests first")
	s.press("6", "tab")
	s.typed("id,shoe")
	s.press("enter")
	s.shows(`! there is no column "shoe"`)
	for range "shoe" {
		s.press("backspace")
	}
	s.typed("amount:20")
	s.press("enter")
	s.shows("! amounts of several currencies: add one to the filter")
	s.press("7", "shift+tab", "end")
	s.typed(";currency:EUR")
	s.press("tab", "tab", "tab", "2", "tab")
	s.typed("x")
	s.press("enter")
	s.shows("1 to 99")
	s.press("backspace")
	s.typed("2")
	s.press("enter")
	s.shows("changed the view Alpha")
	want := engine.View{
		Name: "Alpha", Filter: "amount:100..;amount:300..;currency:EUR", Sort: "amount", Columns: []string{"id", "amount:20"},
		Owner: "senior1", Place: 2,
	}
	if got := must(d.View(t.Context(), "rev1", "alpha")); !reflect.DeepEqual(got, want) {
		t.Errorf("saved %+v", got)
	}
	s.shows("[01 Alpha 1] 02 Beta")
	s.press("!")
	s.shows("purser view set alpha --filter", "--sort amount --columns", "'id,amount:20' --place 2 --shared")
}

// What a view lets through is counted while one types, and an old answer is
// dropped.
func TestViewEditorDropsOldCounts(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	s := d.sit("senior1")
	s.press("8", "W", "tab")
	_, slow := s.Update(canvastest.Key("x"))
	s.shows("counting")
	s.press("backspace")
	s.shows("1 request in test mode")
	s.drain(slow)
	s.shows("1 request in test mode")
}

// The words of a view's filter count as well as those that are typed.
func TestViewWithWords(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	d.ready(d.card(), "20")
	d.keep("senior1", engine.View{Name: "Words", Filter: `status:ready "customer 1"`})
	s := d.sit("senior1", func(o *tui.Options) { o.View = "words" })
	s.shows("10.00 EUR", "rows 1-1")
}

// A saved view is updated, renamed, shared and deleted by its owner.
func TestChangeAView(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	d.ready(d.card(), "500")
	d.keep("rev1", engine.View{Name: "Big", Private: true})
	s := d.sit("rev1", func(o *tui.Options) { o.View = "big" })
	s.press("W", "1")
	s.shows("filter and order are as they were saved")
	s.press("esc", "/")
	s.typed("amount:100..")
	s.press("enter", "W", "1")
	s.shows("updated the view Big", "[01 Big 1]", "/ amount:100..")
	s.hides("amount:100..;amount")
	s.press("W", "2")
	s.typed("gest")
	s.press("enter")
	s.shows("changed the view Biggest", "[01 Biggest 1]")
	s.press("W", "3")
	s.shows("everybody sees Biggest now", "[01 Biggest 1]")
	if v := must(d.View(t.Context(), "senior1", "biggest")); v.Private || v.Filter != "amount:100.." || v.Owner != "rev1" {
		t.Errorf("saved %+v", v)
	}
	s.press("W", "4")
	s.shows("delete the view Biggest? enter")
	s.press("enter")
	s.shows("deleted the view Biggest", "[1 Ready 2]")
	if views := must(d.Views(t.Context(), "rev1")); len(views) > 0 {
		t.Errorf("views %+v", views)
	}
}

// What somebody else keeps is theirs to change.
func TestAViewOfSomebodyElse(t *testing.T) {
	d := newDesk(t)
	d.keep("rev1", engine.View{Name: "Big"})
	s := d.sit("senior1", func(o *tui.Options) { o.View = "big" })
	s.press("W", "4")
	s.shows("it is rev1's: only they or an admin can change it")
	s.press("esc", "esc", "W", "5")
	s.shows("Save as another view")
	s = d.sit("admin1", func(o *tui.Options) { o.View = "big" })
	s.press("W", "3")
	s.shows("only its owner sees Big now", "[1 Ready 0]")
}

// Two at one desk see each other's views come, change and go.
func TestTwoConsolesShareViews(t *testing.T) {
	one, other := twoDesks(t)
	one.ready(one.card(), "10")
	one.ready(one.card(), "500")
	a, b := one.sit("rev1"), other.sit("senior1")
	changes := other.Changed(t.Context())
	b.hides("Big")
	one.keep("rev1", engine.View{Name: "Big", Filter: "amount:100.."})
	b.hears(changes)
	b.shows("9 Mine  01 Big")
	b.press("shift+tab")
	b.shows("[01 Big 1]", "1 of 1")
	a.send(tui.StoreChanged())
	a.press("shift+tab", "/")
	a.typed("amount:..1000")
	a.press("enter", "W", "1")
	b.hears(changes)
	b.shows("/ amount:100..;amount:..1000")
	a.press("W", "4", "enter")
	b.hears(changes)
	b.shows("the view Big is gone", "[1 Ready 2]", "rows 1-2 of 2")
}
