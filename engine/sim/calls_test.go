package sim_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
)

// A connector is a gateway that does something of its own before it hands an
// order on.
type connector struct {
	engine.Gateway
	before func()
}

func (c connector) Pay(ctx context.Context, o engine.PayOrder) engine.Outcome {
	c.before()
	return c.Gateway.Pay(context.WithoutCancel(ctx), o)
}

// Whoever is told to stop while a provider is at work keeps what it answers, if
// that is certain. If it is not, the payout is left to its lease.
func TestToldToStopInTheMiddleOfACall(t *testing.T) {
	for _, test := range []struct {
		script  string
		verdict engine.Verdict
		status  engine.PayoutStatus
	}{
		{"processed", engine.VerdictPaid, engine.PayoutProcessed},
		{"declined", engine.VerdictNotPaid, engine.PayoutProcessFailed},
		{"accept", "", engine.PayoutPending},
		{"timeout,found", "", engine.PayoutInvoking},
	} {
		t.Run(test.script, func(t *testing.T) {
			s := begun(t, sandbox.Capabilities(), test.script)
			ctx, cancel := context.WithCancel(t.Context())
			err := s.engine(s.store, connector{s.bank, cancel}).RunUntilIdle(ctx)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("it ended with %v", err)
			}
			p := s.payout()
			if p.Verdict != test.verdict || p.Status != test.status {
				t.Errorf("%s, %q", p.Status, p.Verdict)
			}
			if left := p.Status == engine.PayoutInvoking; left != p.LeaseUntil.After(s.clock.Now()) {
				t.Errorf("%s, leased until %s", p.Status, p.LeaseUntil)
			}
		})
	}
}

// A connector that fails says nothing of the money, and takes nobody with it.
func TestAConnectorThatPanics(t *testing.T) {
	s := begun(t, sandbox.Capabilities(), "processed")
	broken := connector{s.bank, func() { panic("index out of range") }}
	if err := s.engine(s.store, broken).RunUntilIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p := s.payout(); p.Verdict != "" || s.now("r1").Attention != engine.AttentionUnknown {
		t.Errorf("%s, %q, attention %q", p.Status, p.Verdict, s.now("r1").Attention)
	}
	for range 3 {
		s.clock.Advance(5 * time.Minute)
		if err := s.RunUntilIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if r := s.now("r1"); r.Status != engine.RequestFulfilled || s.paidTimes() != 1 {
		t.Errorf("mended, it is %s and was paid %d times", r.Status, s.paidTimes())
	}
}
