// Package overlay draws dialogs over a screen and keeps the keyboard while one
// is open.
//
// The nouns are [Stack], the open dialogs of a session; [Dialog], one of them;
// [Sheet], which tells what would happen and asks for a yes; [Ask], a form;
// [Menu], a list to pick from; and [Toast], the line that says how it went.
//
// Invariants: an open dialog takes every key. A sheet opens with Cancel
// focused, is deaf until the keyboard was quiet for [Quiet], and takes a yes
// only as a key of its own, so nothing that was typed before it could be read,
// no key held down and no paste confirms anything.
//
// It refuses to know what is confirmed, and time comes from outside.
package overlay

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// Quiet is how long the keyboard rests before a sheet listens.
const Quiet = 250 * time.Millisecond

// apart is the least time between two keys that a person presses one after
// the other. Keys of one read come within microseconds.
const apart = 50 * time.Millisecond

// A Dialog has the keyboard while it is open: [Sheet], [Ask], [Menu].
type Dialog interface {
	// Frame is what the box around the dialog looks like.
	Frame() (title text.Safe, style theme.Style)
	// Size is how much room the dialog wants inside of its frame, given the most there is.
	Size(w, h int) (int, int)
	// Draw draws the inside.
	Draw(c *canvas.Canvas, r canvas.Rect)
	// Key takes a key. Alone says that it did not come together with another.
	Key(k tea.KeyMsg, alone bool) Outcome
	// Typing reports whether characters are text here, and not keys.
	Typing() bool
	// Guarded reports whether the dialog waits for quiet before it listens.
	Guarded() bool
}

// An Outcome is what a key meant to a dialog.
type Outcome struct {
	Closes bool
	Choice string  // what was chosen; "" if the dialog was left without
	Do     tea.Cmd // to be run while the dialog stays open; nil for nothing
}

// stays is the outcome of most keys.
var stays = Outcome{}

// A Stack is the open dialogs. The zero value has none.
type Stack struct {
	open []opened
	last time.Time // when the last key came
}

type opened struct {
	id     string
	dialog Dialog
	then   func(choice string) tea.Cmd
	deaf   bool
	since  time.Time // the last key while deaf
}

// Open opens a dialog above all others; one of the same id is replaced. Name
// what it is about in the id, so that it can be closed when that changes. Then
// is called with what was chosen, and never if the dialog is left.
func (s *Stack) Open(id string, d Dialog, now time.Time, then func(choice string) tea.Cmd) {
	s.Close(id)
	s.open = append(s.open, opened{id: id, dialog: d, then: then, deaf: d.Guarded(), since: now})
	s.last = now
}

// Showing is the dialog that has the keyboard.
func (s *Stack) Showing() (d Dialog, open bool) {
	if len(s.open) == 0 {
		return nil, false
	}
	return s.open[len(s.open)-1].dialog, true
}

// Answer closes the dialog on top with a choice that was made in another way
// than by keys; "" leaves it.
func (s *Stack) Answer(choice string) tea.Cmd {
	top := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	if choice == "" || top.then == nil {
		return nil
	}
	return top.then(choice)
}

// Close closes a dialog without a choice, and reports whether it was open.
func (s *Stack) Close(id string) bool {
	for i, o := range s.open {
		if o.id == id {
			s.open = append(s.open[:i:i], s.open[i+1:]...)
			return true
		}
	}
	return false
}

// Top is the id of the dialog that has the keyboard.
func (s *Stack) Top() (id string, open bool) {
	if len(s.open) == 0 {
		return "", false
	}
	return s.open[len(s.open)-1].id, true
}

// Typing reports whether characters are text to the dialog that has the
// keyboard.
func (s *Stack) Typing() bool {
	return len(s.open) > 0 && s.open[len(s.open)-1].dialog.Typing()
}

// Disturb tells of keys that were dropped, which break the quiet.
func (s *Stack) Disturb(now time.Time) {
	s.last = now
	if len(s.open) > 0 {
		s.open[len(s.open)-1].since = now
	}
}

// Key gives a key to the dialog on top, which must be open.
func (s *Stack) Key(k tea.KeyMsg, now time.Time) tea.Cmd {
	if len(s.open) == 0 {
		return nil
	}
	top := &s.open[len(s.open)-1]
	alone := now.Sub(s.last) >= apart
	s.last = now
	if top.deaf && now.Sub(top.since) < Quiet && k.Type != tea.KeyEsc {
		top.since = now
		return nil
	}
	top.deaf = false
	outcome := top.dialog.Key(k, alone)
	if !outcome.Closes {
		return outcome.Do
	}
	then := top.then
	s.open = s.open[:len(s.open)-1]
	if outcome.Choice == "" || then == nil {
		return nil
	}
	return then(outcome.Choice)
}

// Draw draws the dialogs over what is on the canvas, which steps back.
func (s *Stack) Draw(c *canvas.Canvas) {
	for _, o := range s.open {
		c.Restyle(c.Bounds(), theme.Dim)
		title, style := o.dialog.Frame()
		most := c.Bounds().Inset(2, 1)
		w, h := o.dialog.Size(most.W, most.H)
		w = max(w, min(canvas.Width(title)+4, most.W))
		o.dialog.Draw(c, c.Box(c.Bounds().Center(w+4, h+2), title, style))
	}
}
