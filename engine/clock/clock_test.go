package clock_test

import (
	"math"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/clock"
)

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// Every clock speaks UTC in whole microseconds, whatever it was set to.
func TestForm(t *testing.T) {
	tokyo := time.FixedZone("", 9*60*60)
	odd := time.Date(2026, 11, 1, 21, 0, 0, 123_456_789, tokyo)
	want := time.Date(2026, 11, 1, 12, 0, 0, 123_456_000, time.UTC)

	manual := clock.NewManual(odd)
	set := clock.NewManual(noon)
	set.Set(odd)
	advanced := clock.NewManual(noon)
	advanced.Advance(123_456_789)
	for name, c := range map[string]clock.Clock{
		"made": manual, "set": set, "advanced": advanced, "scaled": clock.NewScaled(manual, 60),
	} {
		if got := c.Now(); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}

	system := clock.System{}.Now()
	if system.Location() != time.UTC || system.Nanosecond()%1000 != 0 || system != system.Round(0) {
		t.Errorf("system: %v is not in UTC and whole microseconds", system)
	}
}

func TestManual(t *testing.T) {
	c := clock.NewManual(noon)
	for range 2 {
		if got := c.Now(); got != noon {
			t.Errorf("moved to %v by itself", got)
		}
	}
	c.Advance(time.Hour)
	c.Advance(-time.Minute)
	if got, want := c.Now(), noon.Add(59*time.Minute); got != want {
		t.Errorf("advanced to %v, want %v", got, want)
	}
	c.Set(noon)
	if got := c.Now(); got != noon {
		t.Errorf("set to %v, want %v", got, noon)
	}
}

func TestManualIsSafeForConcurrentUse(t *testing.T) {
	c := clock.NewManual(noon)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				c.Advance(time.Second)
				c.Now()
			}
		})
	}
	all.Wait()
	if got, want := c.Now(), noon.Add(800*time.Second); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestScaled(t *testing.T) {
	tests := []struct {
		speed         float64
		passed, shown time.Duration
	}{
		{1, time.Hour, time.Hour},
		{60, time.Second, time.Minute},
		{0.5, time.Minute, 30 * time.Second},
		{1.5, time.Millisecond, 1500 * time.Microsecond},
		{60, -time.Second, -time.Minute},
		{0.001, 1500 * time.Microsecond, time.Microsecond},
		{1e9, 24 * time.Hour, (math.MaxInt64 - 1023) / 1000 * 1000},
	}
	for _, test := range tests {
		base := clock.NewManual(noon)
		c := clock.NewScaled(base, test.speed)
		if got := c.Now(); got != noon {
			t.Errorf("starts at %v, want %v", got, noon)
		}
		base.Advance(test.passed)
		if got := c.Now().Sub(noon); got != test.shown {
			t.Errorf("%v at speed %v shows %v, want %v", test.passed, test.speed, got, test.shown)
		}
	}
}

func TestScaledNeedsASpeed(t *testing.T) {
	for _, speed := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("speed %v was taken", speed)
				}
			}()
			clock.NewScaled(clock.NewManual(noon), speed)
		}()
	}
}

// A scaled clock never steps back while its base does not.
func TestScaledKeepsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := clock.NewManual(noon)
		c := clock.NewScaled(base, rapid.Float64Range(1e-3, 1e6).Draw(t, "speed"))
		steps := rapid.SliceOfN(rapid.Int64Range(0, int64(1000*time.Hour)), 1, 20).Draw(t, "steps")
		for last := c.Now(); len(steps) > 0; steps = steps[1:] {
			base.Advance(time.Duration(steps[0]))
			now := c.Now()
			if now.Before(last) {
				t.Fatalf("%v came after %v", now, last)
			}
			last = now
		}
	})
}
