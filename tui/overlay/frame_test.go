package overlay_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas/canvastest"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/theme"
)

// outside is text as others might write it, not even cleaned.
func outside(t *rapid.T) text.Safe {
	hostile := []string{
		"張偉", "محمد علي", "क्षत्रिय", "👨‍👩‍👧‍👦", "\x1b[2J", "e\u0301\u0301", "\u202e", "\r\n", "\xff", "",
		"a sentence that is too long for one line of a dialog, however wide the screen that it is drawn on may be",
	}
	return text.Safe(rapid.OneOf(rapid.String(), rapid.SampledFrom(hostile)).Draw(t, "text"))
}

func dialog(t *rapid.T) overlay.Dialog {
	body := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) overlay.Line {
		return overlay.Line{Label: outside(t), Text: outside(t), Style: theme.Warning}
	}), 0, 40).Draw(t, "body")
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		return &overlay.Sheet{
			Title: outside(t), Body: body, Yes: outside(t), Off: outside(t),
			Word: rapid.SampledFrom([]string{"", "split"}).Draw(t, "word"),
		}
	case 1:
		ask := blockAsk()
		ask.Title, ask.Body, ask.Yes = outside(t), body, outside(t)
		return ask
	}
	menu := palette()
	menu.Filter = rapid.Bool().Draw(t, "filter")
	for _, line := range body {
		menu.Items = append(menu.Items, overlay.Item{Key: line.Label, Name: line.Text, Help: outside(t), Off: outside(t)})
	}
	return menu
}

func TestFrameIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 300).Draw(t, "width"), rapid.IntRange(1, 300).Draw(t, "height")
		if rapid.Bool().Draw(t, "small") {
			w, h = w%60+1, h%15+1
		}
		var d desk
		for _, id := range []string{"below", "above"}[rapid.IntRange(0, 1).Draw(t, "from"):] {
			d.open(id, dialog(t))
		}
		keys := []string{"tab", "shift+tab", "down", "enter", "pgdown", "x", "示例", "paste:split", "backspace", "esc"}
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(keys), 0, 8).Draw(t, "keys") {
			d.press(300*ms, name)
			c := canvastest.New(t, theme.Dark, w, h)
			c.Text(c.Bounds(), outside(t), theme.Text)
			d.stack.Draw(c)
			lines := strings.Split(c.String(), "\n")
			if len(lines) != h {
				t.Fatalf("%d lines, want %d", len(lines), h)
			}
			for _, line := range lines {
				if n := ansi.StringWidth(line); n > w {
					t.Fatalf("%d cells, want at most %d: %q", n, w, line)
				}
			}
		}
	})
}
