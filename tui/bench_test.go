package tui_test

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/tui/canvas/canvastest"
)

// busyQueue is a console of 200x60 at a queue that is longer than the screen.
func busyQueue(b *testing.B) *session {
	d := newDesk(b)
	i := d.card()
	for range 400 {
		d.ready(i, "120.50")
	}
	s := d.sit("senior1")
	s.send(tea.WindowSizeMsg{Width: 200, Height: 60})
	return s
}

// One frame: what is shown, drawn to the cell. The goal is 0.2 ms.
func BenchmarkView(b *testing.B) {
	s := busyQueue(b)
	b.ReportAllocs()
	for b.Loop() {
		if len(s.View()) < 200*60/2 {
			b.Fatal("the frame is too short")
		}
	}
}

// One key, from the keyboard to the frame.
func BenchmarkKeyToFrame(b *testing.B) {
	s := busyQueue(b)
	down := true
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%100 == 0 {
			down = !down
		}
		key := canvastest.Key("j")
		if !down {
			key = canvastest.Key("k")
		}
		s.Update(key)
		if len(s.View()) < 200*60/2 {
			b.Fatal("the frame is too short")
		}
	}
}

// A key held down: 300 of them, one read each and a frame after each, until all
// stands that had to be read on the way. What a later key makes needless is
// canceled, as it is in the program, where reading goes on beside the keys.
func BenchmarkHeldKeys(b *testing.B) {
	s := busyQueue(b)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		key := canvastest.Key("j")
		if n%2 == 1 {
			key = canvastest.Key("k")
		}
		var reading []tea.Cmd
		for range 300 {
			_, cmd := s.Update(key)
			reading = append(reading, cmd)
			_ = s.View()
		}
		for _, cmd := range reading {
			s.drain(cmd)
		}
	}
}
