// Package theme says how meanings look.
//
// The nouns are [Style], a meaning such as Danger or Done, and [Theme], which
// knows the terminal sequence of each. Whoever draws names a meaning and never a
// colour, so a screen reads the same in every theme, in none of them by colour alone.
//
// Invariants: the colours are the terminal's own sixteen, on its own background,
// for its owner has tuned those; only grey and the amber of a light screen come
// from the fixed table of 256 where the terminal has it, because "bright black" is
// the background itself in some palettes and yellow is unreadable on white. No
// style paints a background but by reversing. Without colour (mono, NO_COLOR, a
// profile that has none) bold, underline and reverse do all the work.
//
// It refuses to know the process's own terminal: what a session's terminal can do
// comes from outside, since many sessions share one process.
package theme

import (
	"fmt"
	"slices"
	"strings"

	"github.com/muesli/termenv"
)

// A Style is a meaning that text can have on the screen.
type Style uint8

// The meanings. The zero value is ordinary text.
const (
	Text      Style = iota
	Muted           // secondary: labels, units, hints
	Dim             // no longer here or not now: rows that left, what lies behind a dialog
	Strong          // the one value a line is about
	Title           // names a screen, a pane, a dialog
	Heading         // names a column
	Selected        // where the cursor is
	Marked          // chosen for a bulk action
	Attention       // a person has to look at this
	Warning         // a hint against going on
	Danger          // cannot be taken back
	Error           // did not work, or is not valid
	Moving          // money in flight
	Done            // money arrived, a task ended well
	Held            // blocked
	Accent          // the active one among several: tab, field, button
	Key             // a key that can be pressed
	Input           // what is being typed
	Caret           // the cell that typing would change
	Fault           // the character that makes what was typed wrong
	Border          // rules and boxes
	Banner          // what nobody may miss: read-only, test mode, a time in the past
	styles          // how many there are
)

// A Name is a theme that can be chosen.
type Name string

// The themes.
const (
	Auto  Name = "auto"  // readable on a dark and on a light background
	Dark  Name = "dark"  // bright colours
	Light Name = "light" // dark colours
	Mono  Name = "mono"  // no colour at all
	High  Name = "high"  // high contrast on a dark background: bold, bright, nothing grey
)

// Names lists the themes in the order in which they are offered.
func Names() []Name { return []Name{Auto, Dark, Light, Mono, High} }

// A Theme holds the terminal sequence of every style. It never changes, so
// sessions may share it.
type Theme struct {
	sequences [styles]string
}

// New makes the theme of that name for a terminal of that profile. A profile
// without colour makes every theme the mono one. An unknown name is an error.
func New(name Name, profile termenv.Profile) (*Theme, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("theme %q is unknown: choose one of auto, dark, light, mono, high", name)
	}
	if profile == termenv.Ascii {
		name = Mono
	}
	t := &Theme{}
	for style, attributes := range attributesOf(inksOf(name, profile)) {
		t.sequences[style] = sequence(attributes)
	}
	return t, nil
}

// Sequence returns what makes the terminal draw in that style, whatever style it
// drew in before. Sequences of styles that look alike are equal.
func (t *Theme) Sequence(s Style) string {
	if s >= styles {
		s = Text
	}
	return t.sequences[s]
}

// inks are the colours that styles are made of, as SGR parameters; "" is the
// terminal's default foreground.
type inks struct {
	grey, red, green, amber, blue, violet, cyan string

	faint string // makes things step back
	loud  string // makes colours stand out
	mono  bool
}

func inksOf(name Name, profile termenv.Profile) inks {
	fixed := func(index, fallback string) string {
		if profile == termenv.ANSI256 || profile == termenv.TrueColor {
			return "38;5;" + index
		}
		return fallback
	}
	switch name {
	case Dark:
		return inks{
			grey: fixed("245", "2"), red: "91", green: "92", amber: "93",
			blue: "94", violet: "95", cyan: "96", faint: "2",
		}
	case Light:
		return inks{
			grey: fixed("241", "2"), red: "31", green: "32", amber: fixed("130", "33"),
			blue: "34", violet: "35", cyan: "36", faint: "2",
		}
	case High:
		return inks{
			red: "91", green: "92", amber: "93", blue: "4", violet: "95", cyan: "96", loud: "1",
		}
	case Mono:
		return inks{mono: true}
	default:
		return inks{
			grey: fixed("244", "2"), red: "31", green: "32", amber: "33",
			blue: "34", violet: "35", cyan: "36", faint: "2",
		}
	}
}

// attributesOf is the one table of how each meaning looks.
func attributesOf(k inks) [styles][]string {
	if k.mono {
		return [styles][]string{
			Strong: {"1"}, Title: {"1"}, Heading: {"4"}, Selected: {"7"}, Marked: {"1"},
			Attention: {"1"}, Warning: {"1"}, Danger: {"1", "4"}, Error: {"1"},
			Accent: {"1", "4"}, Key: {"1"}, Input: {"4"}, Caret: {"7"}, Fault: {"4", "7"},
			Banner: {"1", "7"},
		}
	}
	return [styles][]string{
		Muted: {k.grey}, Dim: {k.faint, k.grey}, Strong: {"1"}, Title: {"1"}, Heading: {k.grey},
		Selected: {k.loud, "7"}, Marked: {"1", k.blue},
		Attention: {"1", k.amber}, Warning: {k.loud, k.amber},
		Danger: {"1", k.red}, Error: {k.loud, k.red},
		Moving: {k.loud, k.cyan}, Done: {k.loud, k.green}, Held: {k.loud, k.violet},
		Accent: {"1", k.blue}, Key: {"1"}, Input: {"4"}, Caret: {"7"}, Fault: {"7", k.red},
		Border: {k.grey}, Banner: {"1", "7"},
	}
}

// sequence starts with a reset, so that no style depends on the one before it.
func sequence(attributes []string) string {
	attributes = slices.Compact(slices.Clone(attributes))
	attributes = slices.DeleteFunc(attributes, func(a string) bool { return a == "" })
	if len(attributes) == 0 {
		return "\x1b[m"
	}
	return "\x1b[0;" + strings.Join(attributes, ";") + "m"
}
