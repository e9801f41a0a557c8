package runner_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/purserhq/purser/cmd/runner"
	"github.com/purserhq/purser/engine"
)

// running runs steps for a while of the bubble's time, and then stops.
func running(t *testing.T, o runner.Options, long time.Duration, steps ...engine.Step) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	runner.Run(ctx, steps, o)
}

func step(name string, run func(context.Context) (bool, error)) engine.Step {
	return engine.Step{Name: name, Run: run}
}

func TestMoreIsTakenAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const due = 1000
		var bites atomic.Int64
		var last time.Duration
		start := time.Now()
		running(t, runner.Options{}, time.Minute, step("readiness", func(context.Context) (bool, error) {
			n := bites.Add(1)
			if n == due {
				last = time.Since(start)
			}
			return n < due, nil
		}))
		if last != 0 {
			t.Errorf("the last of %d bites came after %v, want no waits between them", due, last)
		}
		// A minute of idleness is a try every half second, after a short run-up.
		if idle := bites.Load() - due; idle < 110 || idle > 140 {
			t.Errorf("%d tries in an idle minute", idle)
		}
	})
}

func TestWhatFallsDueIsDoneWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		due := time.Now().Add(42*time.Minute + 317*time.Millisecond)
		var done time.Time
		running(t, runner.Options{}, time.Hour, step("readiness", func(context.Context) (bool, error) {
			if done.IsZero() && !time.Now().Before(due) {
				done = time.Now()
			}
			return false, nil
		}))
		if late := done.Sub(due); done.IsZero() || late > time.Second {
			t.Errorf("done %v late", late)
		}
	})
}

func TestSeveralPayoutsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var busy, most atomic.Int32
		slow := func(context.Context) (bool, error) {
			n := busy.Add(1)
			defer busy.Add(-1)
			most.Store(max(most.Load(), n))
			time.Sleep(time.Second)
			return true, nil
		}
		running(t, runner.Options{Payouts: 7}, 10*time.Second, step("payouts", slow))
		if most.Load() != 7 {
			t.Errorf("%d payouts at once, want 7", most.Load())
		}
		most.Store(0)
		running(t, runner.Options{Payouts: 7}, 10*time.Second, step("expiry", slow))
		if most.Load() != 1 {
			t.Errorf("%d bites of another step at once, want 1", most.Load())
		}
	})
}

func TestFailuresAreToldAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("disk full")
		var told []error
		tries := 0
		failed := func(step string, err error) {
			if step != "expiry" {
				t.Errorf("%s failed", step)
			}
			told = append(told, err)
		}
		running(t, runner.Options{Failed: failed}, time.Minute, step("expiry", func(context.Context) (bool, error) {
			tries++
			if tries <= 3 {
				return false, full
			}
			return false, nil
		}))
		if len(told) != 3 || !errors.Is(told[0], full) || tries < 10 {
			t.Errorf("told %v in %d tries", told, tries)
		}
	})
}

func TestLeavingWaitsForAnswersInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answered, waitedFor := false, 0
		start := time.Now()
		o := runner.Options{Payouts: 1, Leaving: func(busy int) { waitedFor = busy }}
		running(t, o, time.Second, step("payouts", func(context.Context) (bool, error) {
			time.Sleep(3 * time.Second)
			answered = true
			return true, nil
		}))
		if took := time.Since(start); !answered || waitedFor != 1 || took != 3*time.Second {
			t.Errorf("answered %t, waited for %d, left after %v", answered, waitedFor, took)
		}
	})
}

func TestLeavingWaitsNoLongerThanItSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		running(t, runner.Options{}, time.Second, step("payouts", func(ctx context.Context) (bool, error) {
			<-ctx.Done()
			return false, ctx.Err()
		}))
		if took := time.Since(start); took != 6*time.Second {
			t.Errorf("left after %v, want five seconds after it was told to", took)
		}
	})
}
