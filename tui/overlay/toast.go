package overlay

import (
	"time"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

const (
	toastTime = 4 * time.Second // long enough to read two lines of text
	leastTime = time.Second     // before a key takes an error away
)

// A Toast is the line that says how it went. The zero value says nothing.
type Toast struct {
	text  text.Safe
	style theme.Style
	since time.Time
}

// Say shows a line for a while. An error stays until a key is pressed after it
// could be seen.
func (t *Toast) Say(s text.Safe, style theme.Style, now time.Time) {
	t.text, t.style, t.since = s, style, now
}

// Key tells that a key was pressed.
func (t *Toast) Key(now time.Time) {
	if t.stays() && now.Sub(t.since) >= leastTime {
		t.text = ""
	}
}

// Shown returns what is said now.
func (t *Toast) Shown(now time.Time) (s canvas.Span, ok bool) {
	if t.text == "" || !t.stays() && now.Sub(t.since) >= toastTime {
		return canvas.Span{}, false
	}
	return canvas.Span{Text: t.text, Style: t.style}, true
}

func (t *Toast) stays() bool { return t.style == theme.Error || t.style == theme.Danger }
