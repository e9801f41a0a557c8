package overlay

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/theme"
)

// Ask is a form in a dialog. It listens at once, for what it does can wait for
// nobody: block, comment. Whatever moves money gets a [Sheet] after it.
type Ask struct {
	Title text.Safe
	Form  *form.Form
	Body  []Line    // what it will do, below the form
	Yes   text.Safe // the name of what would be done: "block"

	Changed func() tea.Cmd // after each key, for a body that depends on what was entered; nil for none

	leaving bool // esc was pressed with something typed
}

// Frame implements [Dialog].
func (a *Ask) Frame() (text.Safe, theme.Style) { return a.Title, theme.Border }

// Guarded implements [Dialog].
func (a *Ask) Guarded() bool { return false }

// Typing implements [Dialog].
func (a *Ask) Typing() bool { return a.Form.Typing() }

// Key implements [Dialog].
func (a *Ask) Key(k tea.KeyMsg, alone bool) Outcome {
	if k.Type == tea.KeyEnter && !alone {
		return stays
	}
	leaving := a.leaving
	a.leaving = false
	switch a.Form.Key(k) {
	case form.Submit:
		return Outcome{Closes: true, Choice: Yes}
	case form.Leave:
		if leaving || !a.Form.Edited() {
			return Outcome{Closes: true}
		}
		a.leaving = true
	}
	if a.Changed != nil {
		return Outcome{Do: a.Changed()}
	}
	return stays
}

// Size implements [Dialog].
func (a *Ask) Size(w, h int) (int, int) {
	w = min(w, bodyWidth)
	return w, min(h, a.Form.Height(w)+a.bodyHeight(w)+2)
}

func (a *Ask) bodyHeight(w int) int {
	if len(a.Body) == 0 {
		return 0
	}
	return len(layOut(a.Body, w)) + 1
}

// Draw implements [Dialog]. Where not all has room the form stays.
func (a *Ask) Draw(c *canvas.Canvas, r canvas.Rect) {
	r, foot := r.Bottom(2)
	fields, body := r.Top(a.Form.Height(r.W))
	a.Form.Draw(c, fields)
	_, body = body.Top(1)
	drawRows(c, body, layOut(a.Body, r.W))
	if a.leaving {
		c.Text(foot.Line(1), "! esc again to leave: what you entered is lost", theme.Warning)
		return
	}
	DrawKeys(c, foot.Line(1), "enter", a.Yes, "tab", "next field", "esc", "leave")
}
