// Package canvastest is what the tests of everything that is drawn share.
//
// It makes a canvas to draw on, shows frames as the eye sees them, compares them
// with golden files, and makes keys of their names. It refuses to know what is
// drawn.
package canvastest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

var update = flag.Bool("update", false, "write what is drawn to testdata")

// T is what a test of either kind, with examples or with random ones, offers.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// New returns a canvas of w by h cells in a theme of a terminal that has sixteen
// colours; the mono theme has none.
func New(t T, name theme.Name, w, h int) *canvas.Canvas {
	t.Helper()
	look, err := theme.New(name, termenv.ANSI)
	if err != nil {
		t.Fatalf("%v", err)
	}
	c := canvas.New(look)
	c.Reset(w, h)
	return c
}

// Plain is a frame as the eye sees it, without styles.
func Plain(frame string) string {
	lines := strings.Split(ansi.Strip(frame), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// Golden fails the test unless got is what testdata has by that name. With
// -update it is written there, to be looked at.
func Golden(t T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatalf("%v", err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if got+"\n" != string(want) {
		t.Errorf("%s differs (go test -update writes it); got\n%s", path, got)
	}
}

var special = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab,
	"left": tea.KeyLeft, "right": tea.KeyRight, "up": tea.KeyUp, "down": tea.KeyDown, "home": tea.KeyHome,
	"end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace,
	"delete": tea.KeyDelete, "ctrl+left": tea.KeyCtrlLeft, "ctrl+right": tea.KeyCtrlRight, "ctrl+c": tea.KeyCtrlC,
	"ctrl+d": tea.KeyCtrlD, "ctrl+k": tea.KeyCtrlK, "ctrl+l": tea.KeyCtrlL, "ctrl+r": tea.KeyCtrlR,
	"ctrl+s": tea.KeyCtrlS, "ctrl+u": tea.KeyCtrlU, "ctrl+w": tea.KeyCtrlW,
}

// Key is a key by its name: "a", "space", "alt+x"; other words are typed at
// once, and pasted behind "paste:".
func Key(name string) tea.KeyMsg {
	if k, ok := special[name]; ok {
		return tea.KeyMsg{Type: k}
	}
	if name == "space" {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	if pasted, ok := strings.CutPrefix(name, "paste:"); ok {
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(pasted), Paste: true}
	}
	if with, ok := strings.CutPrefix(name, "alt+"); ok {
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(with), Alt: true}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}
