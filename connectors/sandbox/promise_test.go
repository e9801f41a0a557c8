package sandbox_test

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/enginetest"
	"github.com/purserhq/purser/engine/money"
)

// honest steps break no promise of a provider.
var honest = []string{
	"processed", "found", "partial:60", "over:120",
	"declined", "process-failed:insufficient-funds", "found:declined", "accept",
	"timeout", "reset-after", "error-500-after", "garbage", "silence", "unknown", "not-found",
	"timeout-before", "reset", "error-500", "error-429", "unknown-before:general",
}

// Whatever an honest script does and in whatever order it is asked, across
// restarts, what the provider says for certain is what its books say.
func TestWhatIsCertainIsTrue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++ // every run has a key of its own, because those on disk share a file
		steps := rapid.SliceOfN(rapid.SampledFrom(honest), 1, 5).Draw(t, "steps")
		o := order(shared(runs), sandbox.FieldScript, strings.Join(steps, ","))
		now := clock.NewManual(start)
		s, onDisk := sandbox.Memory(sandbox.Options{Clock: now}), rapid.IntRange(0, 9).Draw(t, "on disk") == 0
		var certain engine.Outcome
		for range rapid.IntRange(1, 8).Draw(t, "exchanges") {
			if onDisk {
				var err error
				if s, err = sandbox.Open(path, sandbox.Options{Clock: now}); err != nil {
					t.Fatal(err)
				}
			}
			now.Advance(time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "passes")))
			call := s.Pay
			if rapid.Bool().Draw(t, "look up") {
				call = s.LookUp
			}
			got := call(context.Background(), o)
			final := now.Now().Sub(o.IntentAt) >= s.Capabilities().NotFoundFinalAfter
			checkTruth(t, s, o, got, final)
			if certain.Verdict != "" && got.Verdict != "" && got != certain {
				t.Fatalf("%+v, after %+v", got, certain)
			}
			if got.Verdict != "" {
				certain = got
			}
			if onDisk {
				s.Close()
			}
		}
	})
}

func checkTruth(t *rapid.T, s *sandbox.Sandbox, o engine.PayOrder, got engine.Outcome, final bool) {
	if err := enginetest.CheckOutcome(o, got); err != nil {
		t.Fatalf("%v: %+v", err, got)
	}
	list, err := s.EffectsOf(o.Key)
	if err != nil || len(list) > 1 {
		t.Fatalf("%d effects, %v", len(list), err)
	}
	switch {
	case got.Verdict == engine.VerdictPaid && (len(list) == 0 || list[0].Paid != got.Paid),
		got.Verdict == engine.VerdictNotPaid && len(list) > 0,
		got.NotFound && final && len(list) > 0,
		got.Accepted && (len(list) == 0 || list[0].Status != engine.PayoutPending):
		t.Fatalf("%+v, but the books say %+v", got, list)
	}
}

func TestSameKeyOtherAmount(t *testing.T) {
	s, o := fresh(), order("alloc_1")
	s.Pay(context.Background(), o)
	o.Amount.Minor--
	got := s.Pay(context.Background(), o)
	if got.Verdict != engine.VerdictNotPaid || got.Resolution != engine.ResolutionDuplicatedID {
		t.Errorf("%+v, want a refusal of the duplicated id", got)
	}
	if paid := effects(t, s, o.Key); len(paid) != 1 || paid[0] != "100.00" {
		t.Errorf("paid %v, want the first order only", paid)
	}
}

// A script belongs to an order, not to questions about one that never came.
func TestLookUpBeforeTheOrder(t *testing.T) {
	s, o := fresh(), order("alloc_1", sandbox.FieldScript, "timeout,found")
	for range 2 {
		if got := heard(s.LookUp(context.Background(), o)); got != "not-found" {
			t.Errorf("heard %s", got)
		}
	}
	if got := exchange(s, o, 1); got != "connection-timeout-error | paid 100.00" {
		t.Errorf("heard %s", got)
	}
}

func TestOnlyLookUpsContradict(t *testing.T) {
	s, o := fresh(), order("alloc_1", sandbox.FieldScript, "contradict")
	s.Pay(context.Background(), o)
	if got := exchange(s, o, 1); got != "paid 100.00 | not-paid declined-error" {
		t.Errorf("heard %s", got)
	}
}

func TestCanceledBeforeItLeft(t *testing.T) {
	s, o := fresh(), order("alloc_1")
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	if got := s.Pay(canceled, o); got.Verdict != "" {
		t.Errorf("%+v, want an unknown outcome", got)
	}
	if got := heard(s.LookUp(context.Background(), o)); got != "not-found" {
		t.Errorf("heard %s", got)
	}
}

// An order outlives the fields it came with.
func TestFieldsThatChangedLater(t *testing.T) {
	s, o := fresh(), order("alloc_1")
	s.Pay(context.Background(), o)
	o.Fields = map[string]string{sandbox.FieldScript: "no such step"}
	if got := exchange(s, o, 1); got != "paid 100.00" {
		t.Errorf("heard %s", got)
	}
	waiting := order("alloc_2", sandbox.FieldStatus, "pending")
	s.Pay(context.Background(), waiting)
	waiting.Fields = map[string]string{sandbox.FieldStatus: "processed"}
	if got := heard(s.LookUp(context.Background(), waiting)); got != "paid 100.00" {
		t.Errorf("heard %s", got)
	}
}

// "Not found" may be early, but it may not be wrong once it is final.
func TestNotFoundIsTrueWhenFinal(t *testing.T) {
	can := sandbox.Capabilities()
	now := clock.NewManual(start)
	s := at(now, sandbox.Options{})
	o := order("alloc_1", sandbox.FieldScript, "timeout,not-found,not-found,not-found,found")
	s.Pay(context.Background(), o)
	now.Advance(can.NotFoundFinalAfter - time.Microsecond)
	if got := heard(s.LookUp(context.Background(), o)); got != "not-found" {
		t.Errorf("heard %s while nothing is final", got)
	}
	now.Advance(time.Microsecond)
	if got := heard(s.LookUp(context.Background(), o)); got != "paid 100.00" {
		t.Errorf("heard %s when not found would prove that it was never paid", got)
	}
	can.NotFoundFinalAfter = 0
	s = at(now, sandbox.Options{Capabilities: &can})
	s.Pay(context.Background(), o)
	now.Advance(240 * time.Hour)
	if got := heard(s.LookUp(context.Background(), o)); got != "not-found" {
		t.Errorf("heard %s of a provider whose not found proves nothing", got)
	}
}

func TestFaults(t *testing.T) {
	tests := []struct {
		at      sandbox.Point
		effects int
	}{{sandbox.BeforeEffect, 0}, {sandbox.AfterEffect, 1}, {sandbox.BeforeAnswer, 1}}
	ways := map[string]func() error{
		"error": func() error { return errors.New("cable cut") },
		"panic": func() error { panic("cable cut") },
		"crash": func() error { runtime.Goexit(); return nil },
	}
	for _, test := range tests {
		for name, way := range ways {
			t.Run(string(test.at)+" "+name, func(t *testing.T) {
				broken := true
				fault := func(at sandbox.Point, key engine.AllocationID) error {
					if broken && at == test.at && key == "alloc_1" {
						return way()
					}
					return nil
				}
				s := at(clock.NewManual(start), sandbox.Options{Fault: fault})
				var got engine.Outcome
				var other sync.WaitGroup
				other.Go(func() { got = s.Pay(context.Background(), order("alloc_1")) })
				other.Wait()
				if got.Verdict != "" || name != "crash" && !strings.Contains(got.Message, "cable cut") {
					t.Errorf("%+v, want an unknown outcome", got)
				}
				if paid := effects(t, s, "alloc_1"); len(paid) != test.effects {
					t.Errorf("paid %v, want %d effects", paid, test.effects)
				}
				broken = false
				if got := exchange(s, order("alloc_1"), 1); got != "paid 100.00" {
					t.Errorf("heard %s once it was mended", got)
				}
			})
		}
	}
}

// Chance depends on the seed and the key only.
func TestLuckIsDecidedBySeedAndKey(t *testing.T) {
	const keys = 300
	results := func(seed uint64) (paid int, all string) {
		s := at(clock.NewManual(start), sandbox.Options{Seed: seed})
		for i := range keys {
			got := s.Pay(context.Background(), order(shared(i), sandbox.FieldSuccessRate, "70"))
			if got.Verdict == engine.VerdictPaid {
				paid++
			}
			all += string(got.Verdict) + " "
		}
		return paid, all
	}
	paid, first := results(7)
	if _, again := results(7); first != again {
		t.Error("the same seed, and other luck")
	}
	if _, other := results(8); first == other {
		t.Error("another seed, and the same luck")
	}
	for rate, want := range map[string]string{"0": "not-paid processing-error", "100": "paid 100.00"} {
		s := fresh()
		for i := range keys {
			if got := exchange(s, order(shared(i), sandbox.FieldSuccessRate, rate), 0); got != want {
				t.Fatalf("%s: heard %s at a rate of %s", shared(i), got, rate)
			}
		}
	}
	if paid < keys*60/100 || paid > keys*80/100 {
		t.Errorf("%d of %d succeed, want about 70 percent", paid, keys)
	}
}

func TestWeather(t *testing.T) {
	s := at(clock.NewManual(start), sandbox.Options{
		Seed: 3, Weather: sandbox.Weather{Declined: 10, TimedOut: 10, Lost: 10, Partial: 10, Slow: 10},
	})
	counts := make(map[string]int)
	for i := range 500 {
		o := order(shared(i))
		said := exchange(s, o, 2)
		switch {
		case strings.HasPrefix(said, "not-paid"):
			said = "declined"
		case strings.HasPrefix(said, "paid ") && said != "paid 100.00":
			said = "partial"
		}
		counts[said]++
	}
	for kind, percent := range map[string]int{
		"paid 100.00": 50, "declined": 10, "connection-timeout-error | paid 100.00": 10,
		"connection-error | not-found": 10, "partial": 10, "accepted | accepted | paid 100.00": 10,
	} {
		if n := counts[kind]; n < 5*percent/2 || n > 5*percent*2 {
			t.Errorf("%d of 500 are %s, want about %d percent", n, kind, percent)
		}
		delete(counts, kind)
	}
	if len(counts) > 0 {
		t.Errorf("and %v", counts)
	}
	if got := exchange(s, order("alloc_steered", sandbox.FieldStatus, "processed"), 0); got != "paid 100.00" {
		t.Errorf("heard %s of an order that a field steers", got)
	}
}

func TestPortionsKeepEveryUnit(t *testing.T) {
	tests := []struct {
		asked  money.Amount
		script string
		want   string
	}{
		{money.New(1, "JPY"), "partial:60", "1"},
		{money.New(1, "JPY"), "over:101", "2"},
		{money.New(101, "KWD"), "partial:50", "0.050"},
		{money.New(101, "KWD"), "over:150", "0.152"},
		{money.New(money.MaxMinor, "USD"), "partial:99", "9900000000000.00"},
		{money.New(money.MaxMinor, "USD"), "over:200", "10000000000000.00"},
	}
	for _, test := range tests {
		s, o := fresh(), order("alloc_1", sandbox.FieldScript, test.script)
		o.Amount, o.Gateway.Currency = test.asked, test.asked.Currency
		if got := s.Pay(context.Background(), o); got.Paid.String() != test.want || got.Paid.Currency != test.asked.Currency {
			t.Errorf("%s of %s: %s, want %s", test.script, test.asked.Text(), got.Paid.Text(), test.want)
		}
	}
}

func TestDelayWaitsOnTheGivenClock(t *testing.T) {
	var waited []time.Duration
	gone := errors.New("gone")
	s := sandbox.Memory(sandbox.Options{Sleep: func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		return gone
	}})
	o := order("alloc_1", sandbox.FieldDelay, "2s", sandbox.FieldScript, "processed")
	if got := s.Pay(context.Background(), o); got.Verdict != "" || !strings.Contains(got.Message, "gone") {
		t.Errorf("%+v, want an unknown outcome", got)
	}
	if !slices.Equal(waited, []time.Duration{2 * time.Second}) {
		t.Errorf("waited %v", waited)
	}
	if paid := effects(t, s, o.Key); len(paid) != 1 {
		t.Errorf("paid %v, want once: only the answer is late", paid)
	}
}

func FuzzDetails(f *testing.F) {
	for _, word := range honest {
		f.Add(word, "", "", "", "", "")
	}
	f.Add("timeout,found:declined , Partial : 60,contradict,duplicate", "", "", "", "", "")
	f.Add("", "process-failed", "insufficient funds", "30%", "12.34", "2s")
	f.Add("partial:\x00", "\x1b", "\u202e", "1e9", "-0", "9223372036854775807h")
	f.Fuzz(func(t *testing.T, script, status, resolution, rate, amount, delay string) {
		s := fresh()
		o := order("alloc_1", sandbox.FieldScript, script, sandbox.FieldStatus, status,
			sandbox.FieldResolution, resolution, sandbox.FieldSuccessRate, rate,
			sandbox.FieldProcessedAmount, amount, sandbox.FieldDelay, delay)
		got := s.Pay(context.Background(), o)
		if err := enginetest.CheckOutcome(o, got); err != nil {
			t.Fatalf("%v: %+v", err, got)
		}
		if strings.Contains(got.Message, "the sandbox failed") {
			t.Fatal(got.Message)
		}
		paid := effects(t, s, o.Key)
		if len(paid) > 1 || got.Verdict == engine.VerdictPaid && len(paid) != 1 {
			t.Fatalf("%+v, and paid %v", got, paid)
		}
		if got.Resolution == engine.ResolutionInvalidDetails && got.ProviderID == "" {
			if len(paid) > 0 || strings.ContainsAny(got.Message, "\x1b\u202e\n") {
				t.Fatalf("%+v, and paid %v", got, paid)
			}
		}
	})
}
