package tui_test

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// One key at a busy desk, from the keyboard to the frame, at 200x60.
func BenchmarkKeyToFrame(b *testing.B) {
	d := newDesk(b)
	i := d.card()
	for range 150 {
		d.ready(i, "120.50")
	}
	s := d.sit("senior1")
	s.send(tea.WindowSizeMsg{Width: 200, Height: 60})
	down := true
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%100 == 0 {
			down = !down
		}
		key := keyOf("j")
		if !down {
			key = keyOf("k")
		}
		s.Update(key)
		if len(s.View()) < 200*60/2 {
			b.Fatal("the frame is too short")
		}
	}
}
