package keys

import (
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
)

// A Read is what arrived from the keyboard at once, made into single keys.
type Read struct {
	Keys    []tea.KeyMsg // to be handled one after the other
	Dropped int          // keys that came together and must not be obeyed
	Burst   bool         // not one key pressed by a person: whatever was armed is armed no more
}

// Repair undoes what Bubble Tea makes of keys that arrive in one read: it
// reports a run of characters as one key, and escape with a character after it
// as alt and that character. Typing says that a text field has the keyboard,
// to which a run or a paste is text. Elsewhere a run is obeyed only if all of
// it moves, and paste never is.
func Repair(msg tea.KeyMsg, typing bool, moves func(key string) bool) Read {
	switch {
	case msg.Paste && typing:
		return Read{Keys: []tea.KeyMsg{msg}, Burst: true}
	case msg.Paste:
		return Read{Dropped: max(len(msg.Runes), 1), Burst: true}
	case msg.Alt && (!typing || msg.Type == tea.KeyEsc):
		return unescape(msg, moves)
	case msg.Type != tea.KeyRunes || len(msg.Runes) <= 1:
		return Read{Keys: []tea.KeyMsg{msg}}
	case typing:
		return Read{Keys: []tea.KeyMsg{msg}, Burst: true}
	}
	run := make([]tea.KeyMsg, len(msg.Runes))
	for i, r := range msg.Runes {
		run[i] = tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}
		if !moves(Name(run[i])) {
			return Read{Dropped: len(msg.Runes), Burst: true}
		}
	}
	return Read{Keys: run, Burst: true}
}

// unescape takes alt apart into escape, which harms nobody, and the key.
func unescape(msg tea.KeyMsg, moves func(string) bool) Read {
	read := Read{Keys: []tea.KeyMsg{{Type: tea.KeyEsc}}, Burst: true}
	msg.Alt = false
	switch {
	case msg.Type == tea.KeyEsc: // pressed twice
	case moves(Name(msg)):
		read.Keys = append(read.Keys, msg)
	default:
		read.Dropped = max(len(msg.Runes), 1)
	}
	return read
}

// Name is what a key is called in the catalogue: "a", "ctrl+s", "space". Pasted
// text has no name.
func Name(msg tea.KeyMsg) string {
	switch name := msg.String(); {
	case msg.Paste:
		return ""
	case name == " ":
		return "space"
	default:
		return name
	}
}

// valid reports whether a terminal can send a key of that name, and send it
// unmistakably: alt cannot be told from escape pressed in a hurry.
func valid(name string) bool {
	if utf8.RuneCountInString(name) == 1 {
		r, _ := utf8.DecodeRuneInString(name)
		return r > ' ' && r != utf8.RuneError && r != 0x7F
	}
	if name == "space" {
		return true
	}
	// Bubble Tea numbers special keys downwards and control characters upwards
	// from zero; its table of their names is not exported.
	for t := tea.KeyType(-128); t < 128; t++ {
		if t != tea.KeyRunes && t.String() == name {
			return name != ""
		}
	}
	return false
}
