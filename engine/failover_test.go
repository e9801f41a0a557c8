package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
)

// The routing vectors that speak of payouts, through the engine. The others are
// tests of package route.

const cascade = `{"strategy": "direct", "routes": ["r1"]}, {"strategy": "balance", "routes": ["r1", "r3"]}`

func TestR6AndR7NothingPlacedIsAPayoutThatFailed(t *testing.T) {
	for _, test := range []struct {
		name, use string
		want      engine.Resolution
		says      string
	}{
		{"R-6", `{"strategy": "direct", "routes": ["r2"]}`, engine.ResolutionRoutesFiltered, "a2: short of balance: 100.00 USD and a fee of 0.50 against 34.00 USD spendable"},
		{"R-7", ``, engine.ResolutionNoRoutes, "the routing scheme blocks such requests"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newRoutedDesk(t, byItself, test.use)
			r := d.approve("100")
			d.work()
			r = d.now(r.ID)
			payouts := d.payouts(r)
			if len(payouts) != 1 || payouts[0].Status != engine.PayoutCreateFailed || payouts[0].Resolution != test.want ||
				!strings.Contains(payouts[0].Message, test.says) || payouts[0].AllocationID != "" {
				t.Fatalf("%+v", payouts)
			}
			if r.Status != engine.RequestInProgress || r.Attention != engine.AttentionFailed || d.effects() != 0 {
				t.Errorf("it is %s, attention %q", r.Status, r.Attention)
			}
			d.clock.Advance(time.Hour)
			d.work() // once per approval
			if len(d.payouts(r)) != 1 {
				t.Errorf("it tried again: %+v", d.payouts(r))
			}
			r = d.must(d.Release(t.Context(), as("rev1"), r.ID, r.Version))
			d.work() // after a release only a person does
			if r = d.now(r.ID); r.Status != engine.RequestApproved || len(d.payouts(r)) != 1 {
				t.Errorf("released, it is %s", r.Status)
			}

			// A person who asks for what cannot be placed is told so, and nothing changes.
			_, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, nil)
			refusedAs(t, err, engine.Refused, test.says)
		})
	}
}

func TestR8FailsOver(t *testing.T) {
	d := newRoutedDesk(t, `"attemptsLimit": 1`, cascade)
	d.scripts["a1"] = "declined"
	r := d.dispatch("100")
	d.expect(r, "a1 100.00 declined, a3 100.00 completed")
	if p := d.payouts(r); len(p) != 2 || p[0].Status != engine.PayoutProcessFailed || r.Status != engine.RequestFulfilled {
		t.Errorf("%+v, it is %s", p, r.Status)
	}
}

func TestR9DoesNotWithoutAttempts(t *testing.T) {
	d := newRoutedDesk(t, `"attemptsLimit": 0`, cascade)
	d.scripts["a1"] = "declined"
	r := d.dispatch("100")
	d.expect(r, "a1 100.00 declined")
	if r.Attention != engine.AttentionFailed {
		t.Errorf("attention %q", r.Attention)
	}
}

func TestR10NeverFromAnUnknownOutcome(t *testing.T) {
	for _, script := range []string{"timeout", "silence", "accept", "reset", "error-500-after", "garbage", "duplicate"} {
		d := newRoutedDesk(t, `"attemptsLimit": 5`, cascade)
		d.scripts["a1"] = script
		r := d.dispatch("100")
		d.expect(r, "a1 100.00 waiting-completion")
	}
}

func TestR15ToR17DividedPlans(t *testing.T) {
	d := newRoutedDesk(t, `"splitMode": true`, priority("r1", "r3"))
	d.expect(d.dispatch("12000"), "a1 5000.00 completed, a3 7000.00 completed")

	d = newRoutedDesk(t, `"splitMode": true`, priority("r1"))
	d.expect(d.dispatch("5005"), "a1 4995.00 completed, a1 10.00 completed")

	d = newRoutedDesk(t, `"splitMode": true, "parallel": true, `+byItself, priority("r1"))
	d.apply(`{"routes": [{"id": "r1", "service": "test_usd", "gateway": "a1", "max": 9}]}`)
	r := d.approve("901")
	d.work()
	if p := d.payouts(r); len(p) != 1 || p[0].Resolution != engine.ResolutionLimitViolation || !strings.Contains(p[0].Message, "more than 100 parts") {
		t.Errorf("%+v", p)
	}
	r = d.approve("900")
	d.work()
	if r = d.now(r.ID); len(d.allocations(r.ID)) != 100 || r.Status != engine.RequestFulfilled {
		t.Errorf("it is %s in %d parts", r.Status, len(d.allocations(r.ID)))
	}
}

func TestR18APartFails(t *testing.T) {
	for _, partially := range []bool{true, false} {
		options := `"splitMode": true`
		if partially {
			options += `, "allowPartially": true`
		}
		d := newRoutedDesk(t, options, priority("r1", "r3"))
		d.scripts["a3"] = "declined"
		r := d.dispatch("12000")
		d.expect(r, "a1 5000.00 completed, a3 7000.00 declined")
		if r.Paid != usd("5000") || r.Attention != engine.AttentionFailed {
			t.Errorf("%s paid, attention %q", r.Paid, r.Attention)
		}
		_, _, err := d.SettleShort(t.Context(), as("senior1"), r.ID, engine.Settling{Seen: r.Version})
		if partially != (err == nil) {
			t.Errorf("allowPartially is %t, and settling it short: %v", partially, err)
		}
	}
}

func TestWhatAnotherRouteCannotCureDoesNotFailOver(t *testing.T) {
	for _, r := range []engine.Resolution{
		engine.ResolutionInvalidDetails, engine.ResolutionInvalidRecipient,
		engine.ResolutionRecipientNotFound, engine.ResolutionAntifraud,
	} {
		d := newRoutedDesk(t, `"attemptsLimit": 2`, cascade)
		d.scripts["a1"] = "declined:" + string(r)
		d.expect(d.dispatch("100"), "a1 100.00 declined")
	}
}

func TestAttemptsAreCountedPerPart(t *testing.T) {
	d := newRoutedDesk(t, `"attemptsLimit": 2`, priority("r1", "r3", "ruah"))
	d.scripts["a1"], d.scripts["a3"], d.scripts["auah"] = "declined", "declined", "declined"
	r := d.dispatch("100")
	d.expect(r, "a1 100.00 declined, a3 100.00 declined, auah 100.00 as 2,783.46 UAH declined")
	if last := d.allocations(r.ID)[2]; last.Attempt != 3 {
		t.Errorf("attempt %d", last.Attempt)
	}
	d.point(`"attemptsLimit": 1`, priority("r1", "r3", "ruah"))
	d.expect(d.dispatch("100"), "a1 100.00 declined, a3 100.00 declined")
}

func TestParity19RouteHistoryFilter(t *testing.T) {
	d := newRoutedDesk(t, `"attemptsLimit": 2`, priority("r1"))
	d.scripts["a1"] = "declined"
	r := d.dispatch("100")
	d.expect(r, "a1 100.00 declined")
	dossier, err := d.Dossier(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, e := range dossier.Timeline {
		if e.Type == "allocation-not-replaced" {
			said = e.Detail("why")
		}
	}
	if !strings.Contains(said, "it failed this request before") {
		t.Errorf("the timeline says %q", said)
	}
	d.point(`"attemptsLimit": 2, "skipRouteHistory": true`, priority("r1"))
	d.expect(d.dispatch("100"), "a1 100.00 declined, a1 100.00 declined, a1 100.00 declined")
}

func TestWhatAPersonAllocatedIsAPersons(t *testing.T) {
	d := newRoutedDesk(t, `"attemptsLimit": 2`, priority("r1", "r3"))
	d.scripts["a1"] = "declined"
	r := d.approve("100")
	if _, _, err := d.AllocateManually(t.Context(), as("rev1"), r.ID, engine.ManualAllocation{
		Seen: r.Version, InstrumentID: r.InstrumentID, GatewayID: "a1", Amount: usd("100"),
	}); err != nil {
		t.Fatal(err)
	}
	d.process(r.ID)
	d.work()
	d.expect(r, "a1 100.00 declined")
}

func TestFailoverWaitsForABlockToBeLifted(t *testing.T) {
	d := newRoutedDesk(t, `"attemptsLimit": 2`, priority("r1", "r3"))
	d.scripts["a1"] = "accept,declined"
	r := d.dispatch("100")
	d.must(d.Block(t.Context(), as("rev1"), r.ID, "aml-review", ""))
	d.clock.Advance(time.Minute)
	d.work()
	d.expect(r, "a1 100.00 declined")
	r = d.now(r.ID)
	d.must(d.Unblock(t.Context(), as("rev1"), r.ID, r.Version))
	d.expect(r, "a1 100.00 declined, a3 100.00 queued")

	// What failed before the block was looked at then.
	d.work()
	d = newRoutedDesk(t, `"attemptsLimit": 0`, priority("r1", "r3"))
	d.scripts["a1"] = "declined"
	r = d.dispatch("100")
	d.clock.Advance(time.Minute)
	d.must(d.Block(t.Context(), as("rev1"), r.ID, "aml-review", ""))
	d.point(`"attemptsLimit": 2`, priority("r1", "r3"))
	r = d.now(r.ID)
	d.must(d.Unblock(t.Context(), as("rev1"), r.ID, r.Version))
	d.expect(r, "a1 100.00 declined")
}

func TestParity23PartsOneAfterTheOther(t *testing.T) {
	d := newRoutedDesk(t, `"splitMode": true`, priority("r1", "r3"))
	d.scripts["a1"] = "accept,processed"
	r := d.dispatch("12000")
	d.expect(r, "a1 5000.00 waiting-completion, a3 7000.00 queued")
	d.clock.Advance(time.Minute)
	d.work()
	d.expect(r, "a1 5000.00 completed, a3 7000.00 completed")

	d = newRoutedDesk(t, `"splitMode": true, "parallel": true`, priority("r1", "r3"))
	d.scripts["a1"] = "accept,processed"
	d.expect(d.dispatch("12000"), "a1 5000.00 waiting-completion, a3 7000.00 completed")
}

func TestALatePaidAfterFailover(t *testing.T) {
	d := newRoutedDesk(t, `"attemptsLimit": 1`, priority("ruah", "r1"))
	d.scripts["auah"] = "declined"
	r := d.dispatch("10")
	d.expect(r, "auah 10.00 as 278.34 UAH declined, a1 10.00 completed")
	first := d.allocations(r.ID)[0]
	p := d.payouts(r)[0]
	d.says[first.ID] = engine.Outcome{
		Verdict: engine.VerdictPaid, Paid: amountOf("278.34", "UAH"), Resolution: engine.ResolutionOK,
	}
	if _, err := d.LookUp(t.Context(), as("rev1"), first.ID); err != nil {
		t.Fatal(err)
	}
	if r = d.now(r.ID); r.Attention != engine.AttentionConflict || r.Paid != usd("10") {
		t.Errorf("attention %q, %s paid", r.Attention, r.Paid)
	}
	_, err := d.ResolveConflict(t.Context(), as("senior1"), first.ID, engine.Word{
		Verdict: engine.VerdictPaid, Amount: amountOf("278.34", "UAH"), Evidence: "their statement", Sent: p.Sent,
	})
	if err != nil {
		t.Fatal(err)
	}
	r = d.now(r.ID)
	first = d.allocations(r.ID)[0]
	if r.Status != engine.RequestFulfilled || r.Paid != usd("10") || first.Overpaid != usd("10") || !first.Paid.IsZero() ||
		r.Attention != engine.AttentionOverpaid {
		t.Errorf("it is %s with %s paid, %s overpaid, attention %q", r.Status, r.Paid, first.Overpaid, r.Attention)
	}
	if b, err := d.Balance(t.Context(), "auah"); err != nil || b.Balance != amountOf("49721.66", "UAH") {
		t.Errorf("the account holds %s: %v", b.Balance, err)
	}
}
