package tui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
	"github.com/purserhq/purser/tui/keys"
)

// Whoever likes other keys has them everywhere: on the keyboard, in the footer
// and in the lesson.
func TestOtherKeys(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	s := d.sit("senior1", func(o *tui.Options) {
		o.Keys, o.Teach = map[keys.ID][]string{"approve": {"f"}, "down": {"h", "down"}}, true
	})
	s.shows("f approve", "first keys: h k move", "f enter approve")
	s.press("a", "enter", "esc")
	s.is(id, engine.RequestReady)
	s.press("f", "enter")
	s.is(id, engine.RequestApproved)
}

// Keys that do not fit are all named at the start.
func TestKeysThatDoNotFit(t *testing.T) {
	d := newDesk(t)
	for _, tt := range []struct {
		keys map[keys.ID][]string
		want string
	}{
		{map[keys.ID][]string{"approve": {"b"}}, `key "b" of block clashes with "b" of approve in batch`},
		{map[keys.ID][]string{"aprove": {"v"}}, `keys for "aprove": there is no such action`},
		{map[keys.ID][]string{"approve": {"alt+v"}}, `key "alt+v" for approve: no terminal sends it reliably`},
	} {
		_, err := tui.New(t.Context(), tui.Options{
			Engine: d.Engine, Caller: engine.Caller{By: "senior1"}, Keys: tt.keys,
		})
		if engine.CodeOf(err) != engine.Invalid || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

// After a decision the cursor goes on, or stays for who likes it so.
func TestCursorGoesOnOrStays(t *testing.T) {
	for _, stays := range []bool{false, true} {
		d := newDesk(t)
		d.ready(d.card(), "1")
		d.ready(d.card(), "2")
		s := d.sit("senior1", func(o *tui.Options) { o.Stays = stays })
		s.press("a", "enter")
		if on := strings.Contains(s.cursor(), " 2.00 EUR"); on != stays {
			t.Errorf("stays %v: the cursor is on %q", stays, s.cursor())
		}
	}
}

func click(x, y int) tea.MouseMsg {
	return tea.MouseMsg{X: x, Y: y, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft}
}

// The mouse is the terminal's until somebody asks for it; then it looks around.
func TestMouse(t *testing.T) {
	d := newDesk(t)
	for i := range 12 {
		d.ready(d.card(), fmt.Sprint(i+1))
	}
	wheel := tea.MouseMsg{X: 5, Y: 8, Action: tea.MouseActionPress, Button: tea.MouseButtonWheelDown}
	s := d.sit("senior1")
	s.send(wheel)
	s.shows("1 of 12")
	s.press("M")
	s.send(wheel)
	s.shows("4 of 12")
	s.send(click(10, 6)) // the second row
	s.shows("2 of 12")
	s.send(click(20, 1))
	s.shows("[2 Pending 0]")
	s.send(click(2, 1))
	s.shows("[1 Ready 12]")
	s.send(click(10, 5))
	s.shows("[1 Overview]")
	s.send(click(20, 4))
	s.shows("[2 Allocations 0]")
	s.press("esc", "M")
	s.send(wheel)
	s.shows("1 of 12")
}

// A click is no key: it takes away what waits for enter, and nothing that the
// mouse does decides.
func TestMouseDecidesNothing(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	s := d.sit("senior1", func(o *tui.Options) { o.Mouse = true })
	s.press("a")
	s.send(click(20, 35))
	s.hides("? enter")
	s.rest(time.Second)
	s.fast("enter")
	s.is(id, engine.RequestReady)
	s.press("esc", "b", "3")
	s.send(click(40, 20))
	s.shows("Block")
	if s.now(id).Block != nil {
		t.Error("a click blocked it")
	}
}

// What can be copied is offered with what it is, and can be read afterwards.
func TestCopyMenu(t *testing.T) {
	d := newDesk(t)
	r := d.ready(d.card(), "120.50")
	s := d.sit("viewer1")
	var got string
	s.Copied(func(text string) error { got = text; return nil })
	s.press(":")
	s.typed("show")
	s.press("enter")
	s.shows("nothing was copied yet")
	s.press("Y")
	s.shows("reference", "it has none", "purser --request "+string(r.ID))
	s.press("r")
	s.shows("! it has none")
	s.press("c")
	if got != "c-1" {
		t.Errorf("copied %q", got)
	}
	s.shows("sent to the terminal's clipboard (OSC 52): c-1")
	s.press("Y", "l", ":")
	s.typed("show")
	s.press("enter")
	s.shows("Copied last", "purser --request "+string(r.ID)[:20])
	if got != "purser --request "+string(r.ID) {
		t.Errorf("copied %q", got)
	}
}
