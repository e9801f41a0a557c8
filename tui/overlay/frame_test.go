package overlay_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/theme"
)

var update = flag.Bool("update", false, "write what is drawn to testdata")

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func newCanvas(t failer, w, h int) *canvas.Canvas {
	t.Helper()
	th, err := theme.New(theme.Dark, termenv.ANSI)
	if err != nil {
		t.Fatalf("%v", err)
	}
	c := canvas.New(th)
	c.Reset(w, h)
	return c
}

// plain is a frame as the eye sees it.
func plain(frame string) string {
	lines := strings.Split(ansi.Strip(frame), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got+"\n" != string(want) {
		t.Errorf("%s differs (go test -update writes it); got\n%s", path, got)
	}
}

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
			c := newCanvas(t, w, h)
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
