package screen

import (
	"context"
	"testing"
	"time"

	"github.com/purserhq/purser/engine/clock"
)

// What takes long to read is not read again at once, however often the store
// changes; what does not, is.
func TestSlowSourceWaits(t *testing.T) {
	for _, test := range []struct {
		name  string
		takes time.Duration
		waits bool
	}{{"quick", time.Millisecond, false}, {"slow", time.Second, true}} {
		t.Run(test.name, func(t *testing.T) {
			now := clock.NewManual(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
			d, reads := &Desk{Clock: now, Context: t.Context()}, 0
			s := &Source[int]{Read: func(context.Context) (int, error) {
				reads++
				now.Advance(test.takes)
				return reads, nil
			}}
			if _, ok, _ := s.Take(d, s.Refresh(d)()); !ok {
				t.Fatal("it was not read at first")
			}
			wait := s.Refresh(d)
			if wait == nil || s.waiting != test.waits {
				t.Fatalf("waiting is %t", s.waiting)
			}
			if !test.waits {
				return
			}
			if s.Refresh(d) != nil {
				t.Error("it is read twice")
			}
			_, _, cmd := s.Take(d, again[int]{s})
			if got, ok, _ := s.Take(d, cmd()); !ok || got != 2 {
				t.Errorf("read %d, %t", got, ok)
			}
		})
	}
}
