package form_test

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"github.com/purserhq/purser/tui/form"
)

// in types keys into an area that holds value; "|text" pastes.
func in(value string, keys ...string) *form.Area {
	a := form.NewArea(value)
	for _, k := range keys {
		a.Key(areaKey(k))
	}
	return a
}

func areaKey(name string) tea.KeyMsg {
	special := map[string]tea.KeyType{
		"enter": tea.KeyEnter, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "tab": tea.KeyTab,
		"shift+tab": tea.KeyShiftTab, "undo": tea.KeyCtrlUnderscore, "cut": tea.KeyCtrlK, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp,
	}
	if kind, ok := special[name]; ok {
		return tea.KeyMsg{Type: kind}
	}
	pasted, paste := strings.CutPrefix(name, "|")
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(pasted), Paste: paste}
}

func TestArea(t *testing.T) {
	for _, test := range []struct {
		name, value string
		keys        []string
		want        string
	}{
		{"nothing", "", nil, "\n"},
		{"typing", "", []string{"a", "b"}, "ab\n"},
		{"a new line is as far in", "  a: 1", []string{"end", "enter", "b"}, "  a: 1\n  b\n"},
		{"a line breaks at the cursor", "ab", []string{"right", "enter"}, "a\nb\n"},
		{"a line that is broken in its indentation", "    a", []string{"right", "enter"}, " \n    a\n"},
		{"backspace at the beginning joins", "a\nb", []string{"down", "backspace"}, "ab\n"},
		{"backspace takes a step of the indentation", "    a", []string{"right", "right", "right", "right", "backspace"}, "  a\n"},
		{"backspace takes one character elsewhere", "a  b", []string{"right", "right", "right", "backspace"}, "a b\n"},
		{"delete at the end joins", "a\nb", []string{"end", "delete"}, "ab\n"},
		{"tab and back", "a", []string{"tab", "tab", "shift+tab"}, "  a\n"},
		{"a paste of lines", "xy", []string{"right", "|1\r\n2\n3"}, "x1\n2\n3y\n"},
		{"a paste of tabs and controls", "", []string{"|\ta\x1b[2J"}, "  a␛[2J\n"},
		{"over the ends of lines", "a\nb", []string{"down", "left", "x", "right", "y"}, "ax\nyb\n"},
		{"the column stays", "abc\nd\nefg", []string{"end", "down", "down", "x"}, "abc\nd\nexfg\n"},
		{"cutting to the end", "abc", []string{"right", "cut"}, "a\n"},
		{"a run of typing is taken back at once", "a", []string{"end", "b", "c", "undo"}, "a\n"},
		{"each kind of edit by itself", "abc", []string{"end", "backspace", "backspace", "x", "undo"}, "a\n"},
		{"lines come back", "a\nb", []string{"down", "backspace", "undo"}, "a\nb\n"},
		{"nothing to take back", "a", []string{"undo", "undo"}, "a\n"},
		{"wide characters", "示例", []string{"right", "x"}, "示x例\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := in(test.value, test.keys...).Value(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestAreaBlames(t *testing.T) {
	a := form.NewArea("ab\ncd\nef")
	a.Blame(2, 2)
	a.Key(areaKey("x"))
	if got := a.Value(); got != "ab\ncxd\nef\n" {
		t.Errorf("the cursor is not where the fault is: %q", got)
	}
	a.Blame(2, 0) // it stays where it is
	a.Key(areaKey("y"))
	a.Blame(3, 0)
	a.Key(areaKey("z"))
	a.Blame(99, 99)
	a.Key(areaKey("!"))
	if got := a.Value(); got != "ab\ncxyd\nefz!\n" {
		t.Errorf("%q", got)
	}
}

// Whatever is pressed: taking everything back leads to where it began.
func TestAreaTakesEverythingBack(t *testing.T) {
	names := []string{
		"enter", "backspace", "delete", "up", "down", "left", "right", "home", "end", "tab", "shift+tab", "cut", "pgup",
		"a", " ", "示", "|p\nq", "|\u0301",
	}
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SampledFrom([]string{"", "a: 1\nb:\n  - c\n", "示例\n\n  x"}).Draw(t, "value")
		keys := rapid.SliceOfN(rapid.SampledFrom(names), 0, 30).Draw(t, "keys")
		a := in(value, keys...)
		was := form.NewArea(value).Value()
		if a.Edited() != (a.Value() != was) {
			t.Fatalf("edited: %v of %q", a.Edited(), a.Value())
		}
		for range keys {
			a.Key(areaKey("undo"))
		}
		if a.Value() != was {
			t.Fatalf("%q, not %q", a.Value(), was)
		}
	})
}
