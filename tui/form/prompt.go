package form

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// A Prompt is one line to type a filter or a command in, with a memory of
// earlier ones. Its value can be used while it is being typed.
type Prompt struct {
	Label text.Safe // drawn before the text
	Note  text.Safe // drawn at the right: how many match

	editor  editor
	initial text.Safe
	past    []text.Safe // the newest last
	recall  int         // how far back in it; 0 is what is being typed
	draft   text.Safe
	problem text.Safe
	fault   int // the byte where the problem is; below zero if nowhere
}

// Open begins with a value, which leaving restores. The earlier ones, newest
// last, come back with the up key.
func (p *Prompt) Open(value text.Safe, earlier ...text.Safe) {
	p.editor.set(value)
	p.initial, p.past, p.recall = value, earlier, 0
	p.Blame("", -1)
}

// Value is what is typed so far.
func (p *Prompt) Value() string { return string(p.editor.value) }

// Key offers a key to the prompt.
func (p *Prompt) Key(k tea.KeyMsg) Result {
	switch k.String() {
	case "enter":
		return Submit
	case "esc", "ctrl+c":
		p.editor.set(p.initial)
		return Leave
	case "up", "ctrl+p":
		p.walk(1)
	case "down", "ctrl+n":
		p.walk(-1)
	default:
		before := p.editor.value
		if p.editor.key(k); p.editor.value != before {
			p.recall = 0
			p.Blame("", -1)
		}
	}
	return Stay
}

// walk goes back in the past by one, or forth.
func (p *Prompt) walk(by int) {
	to := max(0, min(p.recall+by, len(p.past)))
	if to == p.recall {
		return
	}
	if p.recall == 0 {
		p.draft = p.editor.value
	}
	p.recall = to
	p.Blame("", -1)
	if to == 0 {
		p.editor.set(p.draft)
	} else {
		p.editor.set(p.past[len(p.past)-to])
	}
}

// Blame shows what is wrong with the text, and at which of its bytes; nothing
// is wrong with "", and a byte below zero is nowhere.
func (p *Prompt) Blame(problem text.Safe, at int) { p.problem, p.fault = problem, at }

// Fits reports whether w columns show the whole of what is wrong, beside what
// is typed.
func (p *Prompt) Fits(w int) bool {
	return canvas.Width(p.Label)+canvas.Width(p.editor.value)+gap+canvas.Width(p.problem) <= w
}

// gap is left between what is typed, its cursor, and the note.
const gap = 3

// Draw draws the prompt on r's first line, a problem in place of the note.
func (p *Prompt) Draw(c *canvas.Canvas, r canvas.Rect, focused bool) {
	r = r.Line(0)
	_, r = r.Left(c.Text(r, p.Label, theme.Key))
	note, style := p.Note, theme.Muted
	if p.problem != "" {
		note, style = p.problem, theme.Error
	}
	e := &p.editor
	free := r.W - canvas.Width(e.value) - gap
	if room := min(canvas.Width(note), max(r.W/2, free)); room > 0 {
		var at canvas.Rect
		r, at = r.Right(room)
		r, _ = r.Right(2)
		c.Text(at, note, style)
	}
	if !focused {
		e.from = 0
		c.Text(r, e.value, theme.Text)
	} else {
		e.draw(c, r, true)
	}
	if p.problem != "" {
		e.drawFault(c, r, p.fault)
	}
}
