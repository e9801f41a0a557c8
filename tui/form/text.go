package form

import (
	"strconv"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// Text is an input for words. What is typed or pasted is cleaned, and line ends
// become spaces.
type Text struct {
	Lines int // on the screen; the text is wrapped into them. 0 counts as 1

	// Reads says what is wrong with the text as it is typed, and at which of its
	// bytes; nil if nothing can be. It is for texts of one line.
	Reads func(value string) (problem text.Safe, at int)

	problem text.Safe
	fault   int

	editor editor
	width  int // at which the text was wrapped when it was drawn
}

// NewText returns an input that holds value and takes at most limit runes, or
// any number if limit is 0.
func NewText(value text.Safe, limit int) *Text {
	t := &Text{editor: editor{limit: limit}}
	t.editor.set(value)
	return t
}

// Set replaces the value, with the cursor behind it.
func (t *Text) Set(value text.Safe) { t.editor.set(value) }

// Key implements [Input].
func (t *Text) Key(k tea.KeyMsg) bool {
	if t.Lines > 1 && (k.Type == tea.KeyUp || k.Type == tea.KeyDown) {
		return t.moveLine(k.Type == tea.KeyDown)
	}
	used := t.editor.key(k)
	if used && t.Reads != nil {
		t.problem, t.fault = t.Reads(t.Value())
	}
	return used
}

// Value implements [Input].
func (t *Text) Value() string { return string(t.editor.value) }

// Typing implements [Input].
func (t *Text) Typing() bool { return true }

// Problem implements [Input].
func (t *Text) Problem() text.Safe { return t.problem }

// Height implements [Input].
func (t *Text) Height(int) int { return max(t.Lines, 1) }

// Draw implements [Input]. A text with a limit shows how much of it is used.
func (t *Text) Draw(c *canvas.Canvas, r canvas.Rect, focused bool) {
	if limit := t.editor.limit; limit > 0 && focused && r.W > 20 {
		used := strconv.Itoa(utf8.RuneCountInString(t.Value()))
		counter := text.Safe(used + "/" + strconv.Itoa(limit))
		var at canvas.Rect
		r, at = r.Right(2*len(strconv.Itoa(limit)) + 2)
		c.Put(at.Line(max(t.Lines, 1)-1), counter, theme.Muted, canvas.Right)
	}
	if t.Lines <= 1 {
		t.editor.draw(c, r, focused)
		if t.problem != "" {
			t.editor.drawFault(c, r, t.fault)
		}
		return
	}
	t.drawLines(c, r, focused)
}

func (t *Text) drawLines(c *canvas.Canvas, r canvas.Rect, focused bool) {
	r, _ = r.Top(t.Lines)
	c.Fill(r, theme.Input)
	if r.Empty() {
		return
	}
	e := &t.editor
	starts := wrap(e.value, r.W)
	t.width = r.W
	caret := lineOf(starts, e.at)
	top := max(0, caret-r.H+1)
	for i := top; i < min(len(starts), top+r.H); i++ {
		end := len(e.value)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		line, _ := canvas.Split(e.value[starts[i]:end], r.W)
		c.Text(r.Line(i-top), line, theme.Input)
	}
	if focused {
		e.drawCaret(c, r.Line(caret-top), canvas.Width(e.value[starts[caret]:e.at]))
	}
}

// moveLine moves the cursor up or down a wrapped line and reports whether
// there was one.
func (t *Text) moveLine(down bool) bool {
	e := &t.editor
	starts := wrap(e.value, max(t.width, 1))
	from := lineOf(starts, e.at)
	to := from - 1
	if down {
		to = from + 1
	}
	if to < 0 || to >= len(starts) {
		return false
	}
	end := len(e.value)
	if to+1 < len(starts) {
		end = e.before(starts[to+1])
	}
	column := canvas.Width(e.value[starts[from]:e.at])
	e.at = starts[to]
	if column > 0 && end > e.at {
		part, _ := canvas.Split(e.value[e.at:end], column)
		e.at += len(part)
	}
	return true
}

// wrap returns where the lines begin when s is broken after w cells, after a
// space where there is one.
func wrap(s text.Safe, w int) []int {
	starts := []int{0}
	for from := 0; ; {
		line, rest := canvas.Split(s[from:], w)
		if rest == "" {
			if canvas.Width(line) == w { // room for the cursor after it
				starts = append(starts, len(s))
			}
			return starts
		}
		end := len(line)
		for i := end; i > 0; i-- {
			if line[i-1] == ' ' {
				end = i
				break
			}
		}
		from += end
		starts = append(starts, from)
	}
}

// lineOf returns the line that the byte at is on.
func lineOf(starts []int, at int) int {
	line := 0
	for i, start := range starts {
		if start <= at {
			line = i
		}
	}
	return line
}
