package form

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// amountWidth has room for the largest amount there is, with its commas.
const amountWidth = 26

// maxDigits is how many digits an amount can have.
const maxDigits = 19

// Amount is an input for an amount of money: digits and one point. Commas are
// refused and never dropped, since half of the world writes 12,50.
type Amount struct {
	currency text.Safe
	places   int
	editor   editor
	whole    bool // the next character replaces all: nothing was typed here yet
	problem  text.Safe
}

// NewAmount returns an input that proposes value, such as 1250.00 without
// grouping, in a currency with that many decimal places.
func NewAmount(value, currency text.Safe, places int) *Amount {
	a := &Amount{currency: currency, places: places}
	a.Set(value)
	return a
}

// Set proposes another value: the first character typed replaces it.
func (a *Amount) Set(value text.Safe) {
	a.editor.set(value)
	a.problem = ""
	a.Select()
}

// Select makes the next character replace all of the value, as when the
// keyboard comes to the input.
func (a *Amount) Select() {
	a.editor.at = len(a.editor.value)
	a.whole = a.editor.value != ""
}

// Key implements [Input].
func (a *Amount) Key(k tea.KeyMsg) bool {
	before, at, whole := a.editor.value, a.editor.at, a.whole
	if isText(k) && k.Paste {
		k.Runes = []rune(strings.TrimSpace(string(k.Runes)))
	}
	if whole && (isText(k) || erases(k)) {
		a.editor.set("")
	}
	used := a.editor.key(k)
	if used {
		a.problem, a.whole = a.refuse(string(a.editor.value)), false
	}
	if a.problem != "" && isText(k) {
		a.editor.value, a.editor.at, a.whole = before, at, whole
	}
	return used
}

// erases reports whether a key takes away what stands before or after the cursor.
func erases(k tea.KeyMsg) bool {
	switch k.String() {
	case "backspace", "ctrl+h", "delete", "ctrl+d", "ctrl+w", "ctrl+u", "ctrl+k":
		return true
	}
	return false
}

// refuse says what is wrong with an amount; "" if nothing is.
func (a *Amount) refuse(s string) text.Safe {
	whole, fraction, point := strings.Cut(s, ".")
	switch {
	case strings.Trim(whole+fraction, "0123456789") != "":
		return "digits and one point only, as in 1250.00"
	case point && a.places == 0:
		return a.currency + " has no decimals"
	case len(fraction) > a.places:
		return a.currency + " has " + text.Safe(strconv.Itoa(a.places)) + " decimals"
	case len(whole)+len(fraction) > maxDigits:
		return "no amount is that long"
	}
	return ""
}

// Value implements [Input]: digits, with a point between digits if any, as
// in 1250.00; "" for nothing.
func (a *Amount) Value() string {
	whole, fraction, _ := strings.Cut(string(a.editor.value), ".")
	if whole+fraction == "" {
		return ""
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// Typing implements [Input].
func (a *Amount) Typing() bool { return true }

// Problem implements [Input].
func (a *Amount) Problem() text.Safe { return a.problem }

// Height implements [Input].
func (a *Amount) Height(int) int { return 1 }

// Draw implements [Input]: at the right of its place, as amounts stand, and
// grouped while nobody edits it.
func (a *Amount) Draw(c *canvas.Canvas, r canvas.Rect, focused bool) {
	unit := canvas.Width(a.currency) + 1
	r, _ = r.Line(0).Left(min(amountWidth, max(r.W-unit, 1)) + unit)
	r, currency := r.Right(unit)
	_, currency = currency.Left(1)
	c.Text(currency, a.currency, theme.Muted)
	c.Fill(r, theme.Input)
	shown := canvas.Grouped(text.Safe(a.Value()))
	if focused {
		shown = a.editor.value
		r, _ = r.Right(1) // where the cursor stands after the last digit
	}
	n := c.Put(r, shown, theme.Input, canvas.Right)
	if focused && a.whole {
		c.Restyle(canvas.Rect{X: r.X + r.W - n, Y: r.Y, W: n, H: 1}, theme.Selected)
		return
	}
	if focused {
		a.editor.drawCaret(c, canvas.Rect{X: r.X + r.W - n, Y: r.Y, W: n + 1, H: 1},
			canvas.Width(shown[:a.editor.at]))
	}
}
