package overlay

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/theme"
)

// Yes is the choice of a sheet or a form that was confirmed.
const Yes = "yes"

// A Sheet tells what would happen and asks for a yes. Without Yes it only
// tells.
type Sheet struct {
	Title text.Safe
	Style theme.Style // of the frame; [theme.Danger] for what is final
	Body  []Line
	Yes   text.Safe // the name of what would be done: "approve"
	Off   text.Safe // why it cannot be done; "" if it can
	Word  string    // has to be typed before it is done; "" for nothing

	// Considered says that an editor came before, which was the thinking: Yes
	// is focused at once.
	Considered bool

	begun   bool
	typed   *form.Text
	focus   focus
	top     int // the first line of the body shown
	below   int // how many lines are hidden below
	problem text.Safe
}

// A focus is where on a sheet the keyboard is.
type focus uint8

const (
	onCancel focus = iota
	onYes
	onWord
)

// Frame implements [Dialog].
func (s *Sheet) Frame() (text.Safe, theme.Style) { return s.Title, s.Style }

// Guarded implements [Dialog].
func (s *Sheet) Guarded() bool { return s.Yes != "" }

// Typing implements [Dialog].
func (s *Sheet) Typing() bool { return s.word() != nil && s.focus == onWord }

// word is the input for the word; nil if none is asked for. There the
// keyboard is first: who types the word has read it.
func (s *Sheet) word() *form.Text {
	if s.Word == "" || s.Off != "" || s.Yes == "" {
		return nil
	}
	if s.typed == nil {
		s.typed, s.focus = form.NewText("", 2*len(s.Word)), onWord
	}
	return s.typed
}

// begin puts the keyboard where it starts.
func (s *Sheet) begin() {
	if !s.begun && s.Considered && s.focus == onCancel {
		s.focus = onYes
	}
	s.begun = true
}

// Key implements [Dialog].
func (s *Sheet) Key(k tea.KeyMsg, alone bool) Outcome {
	s.begin()
	word := s.word()
	s.problem = ""
	switch name := k.String(); {
	case name == "esc":
		return Outcome{Closes: true}
	case name == "enter":
		return s.enter(alone)
	case name == "tab":
		s.next(1)
	case name == "shift+tab":
		s.next(2)
	case s.scroll(name):
	case s.focus == onWord && k.Paste:
		s.problem = "type it: a paste does not count"
	case s.focus == onWord:
		word.Key(k)
	case name == "left", name == "h", name == "right", name == "l":
		s.next(1)
	}
	return stays
}

func (s *Sheet) enter(alone bool) Outcome {
	switch {
	case s.Yes == "" || s.focus == onCancel:
		return Outcome{Closes: true}
	case s.Off != "":
		s.problem = s.Off
	case s.Word != "" && s.typed.Value() != s.Word:
		s.problem = "type " + text.Line(s.Word) + ", or press esc"
		s.focus = onWord
	case alone:
		return Outcome{Closes: true, Choice: Yes}
	}
	return stays
}

// next moves the keyboard on by that many of cancel, yes and, if there is one,
// the word.
func (s *Sheet) next(by int) {
	switch {
	case s.Yes == "":
	case s.word() == nil:
		if s.focus++; s.focus > onYes {
			s.focus = onCancel
		}
	default:
		s.focus = (s.focus + focus(by)) % 3
	}
}

// scroll obeys a key that moves the body and reports whether it was one.
func (s *Sheet) scroll(name string) bool {
	by := 0
	switch {
	case name == "up", name == "k" && s.focus != onWord:
		by = -1
	case name == "down", name == "j" && s.focus != onWord:
		by = 1
	case name == "pgup":
		by = -10
	case name == "pgdown":
		by = 10
	}
	s.top = max(0, min(s.top+by, s.top+s.below))
	return by != 0
}

// foot is how many lines stand below the body: a blank one and the buttons,
// and the word with one more.
func (s *Sheet) foot() int {
	if s.word() != nil {
		return 5
	}
	return 3
}

// Size implements [Dialog].
func (s *Sheet) Size(w, h int) (int, int) {
	w = min(w, bodyWidth)
	return w, min(h, len(layOut(s.Body, w))+s.foot())
}

// Draw implements [Dialog].
func (s *Sheet) Draw(c *canvas.Canvas, r canvas.Rect) {
	s.begin()
	body, foot := r.Bottom(min(s.foot(), r.H))
	rows := layOut(s.Body, body.W)
	s.top = max(0, min(s.top, len(rows)-body.H))
	s.below = max(0, len(rows)-s.top-body.H)
	drawRows(c, body, rows[s.top:])
	_, foot = foot.Top(1)
	if s.below > 0 {
		more := text.Safe(strconv.Itoa(s.below) + " more lines: ↓")
		above := canvas.Rect{X: foot.X, Y: foot.Y - 1, W: foot.W, H: 1}
		c.Put(above.Clip(r), more, theme.Attention, canvas.Right)
	}
	if word := s.word(); word != nil {
		ask := "type " + text.Line(s.Word) + ": "
		_, at := foot.Line(0).Left(c.Text(foot.Line(0), ask, theme.Strong))
		at, _ = at.Left(2*len(s.Word) + 1)
		word.Draw(c, at, s.focus == onWord)
		_, foot = foot.Top(2)
	}
	s.drawButtons(c, foot.Line(0))
	hint, style := s.hint()
	c.Text(foot.Line(1), hint, style)
}

func (s *Sheet) drawButtons(c *canvas.Canvas, r canvas.Rect) {
	cancel := text.Safe("Cancel")
	if s.Yes == "" {
		cancel = "Close"
	}
	_, r = r.Left(drawButton(c, r, cancel, theme.Text, s.focus == onCancel) + 3)
	if s.Yes == "" {
		return
	}
	style := theme.Text
	if s.Off != "" {
		style = theme.Dim
	}
	drawButton(c, r, s.Yes, style, s.focus == onYes)
}

// drawButton draws a button, which is reversed and pointed at while focused.
func drawButton(c *canvas.Canvas, r canvas.Rect, name text.Safe, style theme.Style, focused bool) int {
	if focused {
		return c.Text(r, "> "+name+" <", theme.Selected)
	}
	return c.Text(r, "  "+name+"  ", style)
}

// hint is the line under the buttons: what is wrong, else what to press.
func (s *Sheet) hint() (text.Safe, theme.Style) {
	switch {
	case s.problem != "":
		return "! " + s.problem, theme.Error
	case s.Off != "":
		return s.Off, theme.Warning
	case s.Yes == "":
		return "enter close", theme.Muted
	case s.focus == onWord:
		return "then enter " + s.Yes + "   esc cancel", theme.Muted
	case s.focus == onYes:
		return "enter " + s.Yes + "   esc cancel", theme.Muted
	}
	return "tab, then enter " + s.Yes + "   esc cancel", theme.Muted
}
