package keys

import (
	"strings"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// A Hint is a key with what it does, for the line at the bottom.
type Hint struct {
	Key    text.Safe
	Name   text.Safe
	Off    bool // cannot be done now
	Pinned bool // never left out, and on the right: the key for help
}

// Hint returns the hint for an action; none if it is unknown or has no key.
func (c *Catalogue) Hint(id ID, off bool) (Hint, bool) {
	a, ok := c.Action(id)
	if !ok || len(a.Keys) == 0 {
		return Hint{}, false
	}
	return Hint{Key: Label(a.Keys[0]), Name: a.Name, Off: off}, true
}

// Label is how the first key of an action is written; "" if it has none.
func (c *Catalogue) Label(id ID) text.Safe {
	hint, _ := c.Hint(id, false)
	return hint.Key
}

// Label is how a key is written on the screen.
func Label(key string) text.Safe {
	steps := strings.Fields(key)
	for i, step := range steps {
		modifier, last := "", step
		if at := strings.LastIndexByte(step, '+'); at > 0 && at < len(step)-1 {
			modifier, last = step[:at+1], step[at+1:]
		}
		if short, ok := labels[last]; ok {
			steps[i] = modifier + short
		}
	}
	return text.Safe(strings.Join(steps, " "))
}

var labels = map[string]string{
	"up": "↑", "down": "↓", "left": "←", "right": "→",
	"pgdown": "pgdn", "backspace": "bksp", "delete": "del",
}

// between is the room between hints.
const between = 2

// DrawHints draws hints on one line, and returns those that do not fit, which
// are the last ones; pinned ones stand at the right end and always stay.
func DrawHints(c *canvas.Canvas, r canvas.Rect, hints []Hint) []Hint {
	for i := len(hints) - 1; i >= 0; i-- {
		if h := hints[i]; h.Pinned {
			var at canvas.Rect
			r, at = r.Right(h.width())
			h.draw(c, at)
			r, _ = r.Right(between)
		}
	}
	for i, h := range hints {
		if h.Pinned {
			continue
		}
		if h.width() > r.W {
			return hints[i:]
		}
		h.draw(c, r)
		_, r = r.Left(h.width() + between)
	}
	return nil
}

func (h Hint) width() int {
	w := canvas.Width(h.Key) + 1 + canvas.Width(h.Name)
	if h.Off {
		w += len("()")
	}
	return w
}

func (h Hint) draw(c *canvas.Canvas, r canvas.Rect) {
	key, name := theme.Key, theme.Text
	if h.Off { // said without colour too
		c.Text(r, "("+h.Key+" "+h.Name+")", theme.Muted)
		return
	}
	c.Spans(r, canvas.Left,
		canvas.Span{Text: h.Key, Style: key}, canvas.Span{Text: " " + h.Name, Style: name})
}
