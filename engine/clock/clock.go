// Package clock tells the time.
//
// A [Clock] is handed to whatever needs to know the time, so that a test, the
// simulation and the demo can each have their own. Every clock here speaks
// UTC in whole microseconds, which is what a store keeps: a time that was
// written and read back is the same time. Monotonic readings are dropped for
// the same reason.
//
// [System] is the only caller of time.Now. No clock here can wake anybody:
// timers and loops belong to whoever owns the loop.
package clock

import (
	"math"
	"sync"
	"time"
)

// A Clock tells the time, in UTC and whole microseconds. Clocks are safe for
// concurrent use.
type Clock interface {
	Now() time.Time
}

// System is the clock of the machine. It may step back when that one does.
type System struct{}

// Now returns the machine's time.
func (System) Now() time.Time { return settle(time.Now()) }

// A Manual clock stands still until it is moved.
type Manual struct {
	mu  sync.Mutex
	now time.Time
}

// NewManual returns a clock that stands at t.
func NewManual(t time.Time) *Manual { return &Manual{now: settle(t)} }

// Now returns where the clock stands.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Advance moves the clock by d, back if d is negative.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = settle(m.now.Add(d))
}

// Set moves the clock to t.
func (m *Manual) Set(t time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = settle(t)
}

// A Scaled clock runs faster or slower than the one it is read from, starting
// at that one's time.
type Scaled struct {
	base  Clock
	start time.Time
	speed float64
}

// NewScaled returns a clock that shows base's time now and from then on runs
// speed times as fast. It panics unless speed is above zero and finite. After
// 292 years on its own face it stands still.
func NewScaled(base Clock, speed float64) *Scaled {
	if !(speed > 0) || math.IsInf(speed, 1) {
		panic("clock: speed must be above zero")
	}
	return &Scaled{base: base, start: base.Now(), speed: speed}
}

// Now returns the scaled time.
func (s *Scaled) Now() time.Time {
	passed := float64(s.base.Now().Sub(s.start)) * s.speed
	const most = float64(math.MaxInt64 - 1<<10) // as a float, below what int64 holds
	return settle(s.start.Add(time.Duration(max(-most, min(passed, most)))))
}

// settle brings t into the form in which all clocks speak.
func settle(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
