package form

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// An editor is a line of text with a cursor that moves by whole characters, as
// they appear on the screen.
type editor struct {
	value text.Safe
	at    int // the cursor, in bytes
	from  int // the first byte shown
	limit int // in runes; 0 for none
}

func (e *editor) set(s text.Safe) { e.value, e.at, e.from = s, len(s), 0 }

// insert puts s before the cursor, cleaned, as far as the limit allows.
func (e *editor) insert(s string) {
	clean := text.Line(s)
	if e.limit > 0 {
		room := max(0, e.limit-utf8.RuneCountInString(string(e.value)))
		if runes := []rune(string(clean)); len(runes) > room {
			clean = text.Safe(runes[:room])
		}
	}
	e.replace(e.at, e.at, clean)
}

// replace puts s in place of the bytes from and to, and the cursor after it.
// Characters that meet there may join, so the whole is cleaned again.
func (e *editor) replace(from, to int, s text.Safe) {
	e.value = text.Line(string(e.value[:from] + s + e.value[to:]))
	e.at = 0
	for next := e.after(0); next <= from+len(s) && e.at < len(e.value); next = e.after(e.at) {
		e.at = next
	}
}

// key obeys an editing key and reports whether it was one.
func (e *editor) key(k tea.KeyMsg) bool {
	if isText(k) {
		e.insert(string(k.Runes))
		return true
	}
	switch k.String() {
	case "left", "ctrl+b":
		e.at = e.before(e.at)
	case "right", "ctrl+f":
		e.at = e.after(e.at)
	case "home", "ctrl+a":
		e.at = 0
	case "end", "ctrl+e":
		e.at = len(e.value)
	case "ctrl+left", "alt+left", "alt+b":
		e.at = e.wordBefore()
	case "ctrl+right", "alt+right", "alt+f":
		e.at = e.wordAfter()
	case "backspace", "ctrl+h":
		e.cut(e.before(e.at), e.at)
	case "delete", "ctrl+d":
		e.cut(e.at, e.after(e.at))
	case "ctrl+w", "alt+backspace":
		e.cut(e.wordBefore(), e.at)
	case "alt+d":
		e.cut(e.at, e.wordAfter())
	case "ctrl+u":
		e.cut(0, e.at)
	case "ctrl+k":
		e.cut(e.at, len(e.value))
	default:
		return false
	}
	return true
}

// drawFault marks the byte at which something is wrong, if it is in sight.
func (e *editor) drawFault(c *canvas.Canvas, r canvas.Rect, fault int) {
	if fault < e.from || fault > len(e.value) {
		return
	}
	_, at := r.Left(canvas.Width(e.value[e.from:fault]))
	at, _ = at.Left(1)
	c.Restyle(at, theme.Fault)
}

func isText(k tea.KeyMsg) bool {
	return !k.Alt && (k.Type == tea.KeyRunes || k.Type == tea.KeySpace)
}

func (e *editor) cut(from, to int) { e.replace(from, to, "") }

func (e *editor) after(at int) int {
	if at >= len(e.value) {
		return len(e.value)
	}
	character, _ := canvas.Split(e.value[at:], 1)
	return at + len(character)
}

// before walks from the start, since characters can only be told apart
// forwards.
func (e *editor) before(at int) int {
	for i := 0; i < at; {
		next := e.after(i)
		if next >= at {
			return i
		}
		i = next
	}
	return 0
}

func (e *editor) wordBefore() int {
	s := strings.TrimRightFunc(string(e.value[:e.at]), unicode.IsSpace)
	return strings.LastIndexFunc(s, unicode.IsSpace) + 1
}

func (e *editor) wordAfter() int {
	s := string(e.value[e.at:])
	word := strings.TrimLeftFunc(s, unicode.IsSpace)
	if i := strings.IndexFunc(word, unicode.IsSpace); i >= 0 {
		return len(e.value) - len(word) + i
	}
	return len(e.value)
}

// draw shows the part of the text around the cursor on r's first line.
func (e *editor) draw(c *canvas.Canvas, r canvas.Rect, focused bool) {
	r = r.Line(0)
	c.Fill(r, theme.Input)
	if r.Empty() {
		return
	}
	e.from = min(e.from, e.at)
	for e.from < e.at && canvas.Width(e.value[e.from:e.at]) >= r.W {
		e.from = e.after(e.from)
	}
	shown, _ := canvas.Split(e.value[e.from:], r.W)
	c.Text(r, shown, theme.Input)
	if e.from > 0 { // there is more to the left
		first, _ := r.Left(1)
		c.Text(first, "…", theme.Input)
	}
	if focused {
		e.drawCaret(c, r, canvas.Width(e.value[e.from:e.at]))
	}
}

// drawCaret marks the character under the cursor, column cells into r.
func (e *editor) drawCaret(c *canvas.Canvas, r canvas.Rect, column int) {
	width := max(1, canvas.Width(e.value[e.at:e.after(e.at)]))
	_, caret := r.Left(min(column, r.W-1))
	caret, _ = caret.Left(width)
	c.Restyle(caret, theme.Caret)
}
