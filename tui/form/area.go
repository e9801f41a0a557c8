package form

import (
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// Area is an input for text of many lines, each numbered: what configurations
// are edited in. Lines that are too long run on at the right; only the one with
// the cursor is scrolled.
type Area struct {
	lines  []text.Safe // the one with the cursor is in editor
	row    int
	editor editor
	top    int // the first line shown
	height int // of what was drawn last
	fault  int // the line that is wrong, from 0; below zero for none

	past  []moment // to go back to, the newest last
	kind  edit     // of the last key: a run of one kind is taken back at once
	saved string
}

// A moment is what an area held before a run of keys.
type moment struct {
	lines   []text.Safe
	row, at int
}

// An edit is what a key did to a text.
type edit uint8

const (
	moved edit = iota
	typed
	erased
	jumped // more than one character
)

// indentation is what a tab is worth.
const indentation = "  "

// mostMoments bounds how far back an area goes.
const mostMoments = 200

// NewArea returns an area that holds value, with the cursor at its beginning.
func NewArea(value string) *Area {
	a := &Area{fault: -1, height: 1}
	for line := range strings.SplitSeq(strings.TrimRight(value, "\n"), "\n") {
		a.lines = append(a.lines, text.Line(line))
	}
	a.enter(0, 0)
	a.saved = a.Value()
	return a
}

// Value is the text, each line with its end.
func (a *Area) Value() string {
	var b strings.Builder
	for i, line := range a.lines {
		if i == a.row {
			line = a.editor.value
		}
		b.WriteString(string(line))
		b.WriteByte('\n')
	}
	return b.String()
}

// Edited reports whether the text differs from what it was at first.
func (a *Area) Edited() bool { return a.Value() != a.saved }

// Blame marks a line as wrong, counted from 1, with the cursor on a character
// of it, counted likewise: 0 for where it is there, else the end. Line 0 is
// none.
func (a *Area) Blame(line, column int) {
	a.fault = min(line, len(a.lines)) - 1
	switch {
	case a.fault < 0, column == 0 && a.fault == a.row:
		return
	case column == 0:
		a.leave()
		a.enter(a.fault, 1<<20)
		return
	}
	a.leave()
	a.enter(a.fault, 0)
	for range column - 1 {
		a.editor.at = a.editor.after(a.editor.at)
	}
}

// leave puts the edited line back among the others.
func (a *Area) leave() { a.lines[a.row] = a.editor.value }

// enter puts the cursor on a line, at a column in cells as far as it goes.
func (a *Area) enter(row, column int) {
	a.row = max(0, min(row, len(a.lines)-1))
	a.editor.set(a.lines[a.row])
	a.editor.at = 0
	if column > 0 {
		before, _ := canvas.Split(a.editor.value, column)
		a.editor.at = len(before)
	}
}

// column is where on its line the cursor is, in cells.
func (a *Area) column() int { return canvas.Width(a.editor.value[:a.editor.at]) }

// Key offers a key to the area and reports whether it took it.
func (a *Area) Key(k tea.KeyMsg) bool {
	if k.String() == "ctrl+_" { // which ctrl+/ sends
		a.back()
		return true
	}
	before, kind := a.now(), a.obey(k)
	if kind != moved && (kind != a.kind || kind == jumped) {
		a.past = append(a.past, before)
		a.past = a.past[max(0, len(a.past)-mostMoments):]
	}
	if kind != moved {
		a.fault = -1
	}
	a.kind = kind
	return true
}

func (a *Area) now() moment {
	a.leave()
	return moment{lines: slices.Clone(a.lines), row: a.row, at: a.editor.at}
}

// back takes the last run of keys back.
func (a *Area) back() {
	if len(a.past) == 0 {
		return
	}
	last := a.past[len(a.past)-1]
	a.past = a.past[:len(a.past)-1]
	a.lines, a.kind, a.fault = last.lines, moved, -1
	a.enter(last.row, 0)
	a.editor.at = last.at
}

// obey does what a key means.
func (a *Area) obey(k tea.KeyMsg) edit {
	e := &a.editor
	if isText(k) && (k.Paste || slices.ContainsFunc(k.Runes, isLineEnd)) {
		a.paste(string(k.Runes))
		return jumped
	}
	switch k.String() {
	case "up", "ctrl+p":
		a.move(a.row - 1)
	case "down", "ctrl+n":
		a.move(a.row + 1)
	case "pgup":
		a.move(a.row - a.height)
	case "pgdown":
		a.move(a.row + a.height)
	case "ctrl+home":
		a.leave()
		a.enter(0, 0)
	case "ctrl+end":
		a.leave()
		a.enter(len(a.lines)-1, 1<<20)
	case "enter":
		a.breakLine()
		return jumped
	case "tab":
		e.insert(indentation)
		return jumped
	case "shift+tab":
		if rest, ok := strings.CutPrefix(string(e.value), indentation); ok {
			at := max(0, e.at-len(indentation))
			e.value, e.at = text.Safe(rest), at
		}
		return jumped
	case "backspace", "ctrl+h":
		return a.erase()
	case "delete", "ctrl+d":
		return a.eraseAfter()
	default:
		return a.inLine(k)
	}
	return moved
}

// inLine does what a key means within the line.
func (a *Area) inLine(k tea.KeyMsg) edit {
	e, was := &a.editor, a.editor.value
	switch name := k.String(); {
	case name == "left" && e.at == 0 && a.row > 0:
		a.leave()
		a.enter(a.row-1, 1<<20)
	case name == "right" && e.at == len(e.value) && a.row < len(a.lines)-1:
		a.leave()
		a.enter(a.row+1, 0)
	default:
		e.key(k)
	}
	switch {
	case e.value == was || k.String() == "left" || k.String() == "right":
		return moved
	case isText(k):
		return typed
	}
	return jumped
}

func (a *Area) move(row int) {
	column := a.column()
	a.leave()
	a.enter(row, column)
}

// breakLine begins a new line, as far in as this one.
func (a *Area) breakLine() {
	e := &a.editor
	indent := e.value[:len(e.value)-len(strings.TrimLeft(string(e.value), " "))]
	indent = indent[:min(len(indent), e.at)]
	rest := indent + e.value[e.at:]
	a.lines[a.row] = e.value[:e.at]
	a.lines = slices.Insert(a.lines, a.row+1, rest)
	a.enter(a.row+1, len(indent))
}

// erase takes away what stands before the cursor: a character, a step of the
// indentation, or the end of the line before.
func (a *Area) erase() edit {
	e := &a.editor
	before := string(e.value[:e.at])
	switch {
	case e.at == 0 && a.row > 0:
		above := a.lines[a.row-1]
		a.lines[a.row-1] = above + e.value
		a.lines = slices.Delete(a.lines, a.row, a.row+1)
		a.enter(a.row-1, canvas.Width(above))
		return jumped
	case strings.HasSuffix(before, indentation) && strings.Trim(before, " ") == "":
		e.cut(e.at-len(indentation), e.at)
	default:
		e.cut(e.before(e.at), e.at)
	}
	return erased
}

// eraseAfter takes away the character after the cursor, or the line's end.
func (a *Area) eraseAfter() edit {
	e := &a.editor
	if e.at < len(e.value) || a.row == len(a.lines)-1 {
		e.cut(e.at, e.after(e.at))
		return erased
	}
	at := a.column()
	a.lines[a.row] = e.value + a.lines[a.row+1]
	a.lines = slices.Delete(a.lines, a.row+1, a.row+2)
	a.enter(a.row, at)
	return jumped
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' }

// paste puts text of several lines where the cursor is.
func (a *Area) paste(s string) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.ReplaceAll(s, "\t", indentation)
	parts := strings.Split(s, "\n")
	e := &a.editor
	rest := e.value[e.at:]
	e.cut(e.at, len(e.value))
	e.insert(parts[0])
	for _, part := range parts[1:] {
		a.leave()
		a.lines = slices.Insert(a.lines, a.row+1, text.Line(part))
		a.enter(a.row+1, 1<<20)
	}
	at := e.at
	e.value += rest
	e.value, e.at = text.Line(string(e.value)), at
}

// Draw draws as many lines as have room, so that the one with the cursor is
// among them.
func (a *Area) Draw(c *canvas.Canvas, r canvas.Rect, focused bool) {
	a.height = max(r.H, 1)
	a.top = max(min(a.top, a.row), a.row-a.height+1, 0)
	a.top = max(0, min(a.top, len(a.lines)-a.height))
	gutter := len(strconv.Itoa(len(a.lines))) + 3
	for i := range r.H {
		n := a.top + i
		if n >= len(a.lines) {
			return
		}
		number, at := r.Line(i).Left(gutter)
		mark, number := number.Left(2)
		number, _ = number.Right(1)
		style := theme.Muted
		if n == a.fault {
			style = theme.Error
			c.Text(mark, "!", style)
		}
		c.Put(number, text.Safe(strconv.Itoa(n+1)), style, canvas.Right)
		switch {
		case n != a.row:
			c.Text(at, a.lines[n], theme.Text)
		default:
			a.drawCurrent(c, at, focused)
		}
	}
}

// drawCurrent draws the line with the cursor, as much of it as has room around
// that.
func (a *Area) drawCurrent(c *canvas.Canvas, r canvas.Rect, focused bool) {
	e := &a.editor
	e.draw(c, r, focused)
	c.Restyle(r, theme.Text)
	if focused {
		e.drawCaret(c, r, canvas.Width(e.value[e.from:e.at]))
	}
}
