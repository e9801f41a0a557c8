package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
)

// The worked scenarios of the execution side, end to end: a real store, the
// sandbox, the engine's own steps. E8 is about batches from files.

const byItself = `"autoallocate": true, "autoprocess": true, "undoSeconds": 0`

func (d *routedDesk) payouts(r engine.Request) []engine.Payout {
	d.t.Helper()
	var payouts []engine.Payout
	err := d.store.View(d.t.Context(), func(tx engine.ReadTx) (err error) {
		payouts, err = tx.Payouts(r.ID)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return payouts
}

// effects is how often providers really paid.
func (d *routedDesk) effects() (paid int) {
	d.t.Helper()
	effects, err := d.bank.Effects()
	if err != nil {
		d.t.Fatal(err)
	}
	for _, e := range effects {
		if e.Paid.Positive() {
			paid++
		}
	}
	return paid
}

func TestE1Happy(t *testing.T) {
	d := newRoutedDesk(t, byItself, priority("r1"))
	r := d.approve("100")
	d.work()
	r = d.now(r.ID)
	if r.Status != engine.RequestFulfilled || len(d.payouts(r)) != 1 || d.payouts(r)[0].Status != engine.PayoutProcessed {
		t.Errorf("it is %s, with payouts %+v", r.Status, d.payouts(r))
	}
	d.expect(r, "a1 100.00 completed")
	a := d.allocations(r.ID)[0]
	if a.Origin != engine.OriginAutomatic || a.CreatedBy != engine.ByEngine {
		t.Errorf("made by %s, %s", a.CreatedBy, a.Origin)
	}
}

func TestE2Review(t *testing.T) {
	d := newRoutedDesk(t, byItself, priority("r1"))
	d.apply(`{"points": [{"id": "routed", "mode": "test", "currencies": ["USD"], "readiness": {"policy": "immediate"},
		"approvals": [{"currency": "USD", "above": 50, "need": 2}], "scheme": "s", "rates": "fx",
		"options": {` + byItself + `}}]}`)
	r := d.requestAt("routed", d.customer(), usd("100"))
	for _, by := range []engine.ReviewerID{"senior1", "senior2"} {
		d.work()
		if r = d.now(r.ID); r.Status != engine.RequestReady || len(d.allocations(r.ID)) > 0 {
			t.Fatalf("it is %s with %d approvals", r.Status, len(r.Approvals))
		}
		if _, err := d.Approve(t.Context(), as("rev1"), r.ID, engine.Approving{Seen: r.Version}); engine.CodeOf(err) != engine.Forbidden {
			t.Errorf("its maker: %v", err)
		}
		r = d.must(d.Approve(t.Context(), as(by), r.ID, engine.Approving{Seen: r.Version}))
	}
	d.work()
	if r = d.now(r.ID); r.Status != engine.RequestFulfilled {
		t.Errorf("it is %s", r.Status)
	}
}

func TestE3FailoverAcrossCurrencies(t *testing.T) {
	d := newRoutedDesk(t, `"attemptsLimit": 1, `+byItself, priority("ruah", "r1"))
	d.scripts["auah"] = "declined"
	r := d.approve("10")
	d.work()
	r = d.now(r.ID)
	d.expect(r, "auah 10.00 as 278.34 UAH declined, a1 10.00 completed")
	first, second := d.allocations(r.ID)[0], d.allocations(r.ID)[1]
	if first.Quote.Rate.String() != "27.8346" || second.Replaces != first.ID || second.Attempt != 2 ||
		second.Origin != engine.OriginFailover || r.Status != engine.RequestFulfilled {
		t.Errorf("it is %s: %+v, %+v", r.Status, first, second)
	}
	for _, id := range []string{"auah", "a1"} {
		if b, err := d.Balance(t.Context(), id); err != nil || !b.Reserved.IsZero() {
			t.Errorf("%s still reserves %s", id, b.Reserved)
		}
	}
}

func TestE4Split(t *testing.T) {
	split := func(t *testing.T) *routedDesk {
		d := newRoutedDesk(t, `"splitMode": true, "allowPartially": true, `+byItself, priority("r1", "r3"))
		d.apply(`{"routes": [
			{"id": "r1", "service": "test_usd", "gateway": "a1", "max": 725},
			{"id": "r3", "service": "test_usd", "gateway": "a3", "max": 725}],
			"gateways": [{"id": "a1", "provider": "steered", "mode": "test", "currency": "USD", "turnoverLimit": 900, "instruction": "all"}]}`)
		return d
	}
	t.Run("both parts are paid", func(t *testing.T) {
		d := split(t)
		r := d.approve("1000")
		d.work()
		d.expect(r, "a1 725.00 completed, a3 275.00 completed")
		if r = d.now(r.ID); r.Status != engine.RequestFulfilled {
			t.Errorf("it is %s", r.Status)
		}
	})
	t.Run("the second fails", func(t *testing.T) {
		d := split(t)
		d.scripts["a3"] = "declined"
		r := d.approve("1000")
		d.work()
		d.expect(r, "a1 725.00 completed, a3 275.00 declined")
		if r = d.now(r.ID); r.Paid != usd("725") || r.Attention != engine.AttentionFailed {
			t.Errorf("%s paid, attention %q", r.Paid, r.Attention)
		}
		settled, rest, err := d.SettleShort(t.Context(), as("senior1"), r.ID, engine.Settling{Seen: r.Version})
		if err != nil || settled.Status != engine.RequestFulfilled || settled.Amount != usd("725") || rest.Amount != usd("275") {
			t.Errorf("%s with %s, %s left: %v", settled.Status, settled.Amount, rest.Amount, err)
		}
	})
}

func TestE5APartIsPlacedAgain(t *testing.T) {
	d := newRoutedDesk(t, `"splitMode": true, `+byItself, priority("r1"))
	d.scripts["a1"] = "partial:60"
	r := d.approve("100")
	d.work() // 60, 60 % of 40, 60 % of 16, … until what is left is below the minimum
	if told := d.told(r.ID); !strings.HasPrefix(told, "a1 100.00 completed, a1 40.00 completed, a1 16.00 completed") {
		t.Error(told)
	}
	first, second := d.allocations(r.ID)[0], d.allocations(r.ID)[1]
	if first.Paid != usd("60") || second.Replaces != first.ID || second.Attempt != 1 {
		t.Errorf("%+v, then %+v", first, second)
	}
	r = d.now(r.ID)
	if r.Available() != usd("6.40") || r.Paid != usd("93.60") {
		t.Errorf("%s paid, %s available", r.Paid, r.Available())
	}

	d = newRoutedDesk(t, byItself, priority("r1"))
	d.scripts["a1"] = "partial:60"
	r = d.approve("100")
	d.work()
	d.expect(r, "a1 100.00 completed") // without split mode the rest waits for a person
}

func TestE6TimeoutAndLookUp(t *testing.T) {
	d := newRoutedDesk(t, `"attemptsLimit": 3, `+byItself, priority("r1", "r3"))
	d.scripts["a1"] = "timeout,found"
	r := d.approve("100")
	d.work()
	d.expect(r, "a1 100.00 waiting-completion")
	if r = d.now(r.ID); r.Attention != engine.AttentionUnknown {
		t.Errorf("attention %q", r.Attention)
	}
	if _, err := d.LookUp(t.Context(), as("rev1"), d.allocations(r.ID)[0].ID); err != nil {
		t.Fatal(err)
	}
	if r = d.now(r.ID); r.Status != engine.RequestFulfilled || len(d.payouts(r)) != 1 || d.effects() != 1 {
		t.Errorf("it is %s after %d payouts", r.Status, len(d.payouts(r)))
	}
}

func TestE7PreventedFailure(t *testing.T) {
	d := newRoutedDesk(t, `"attemptsLimit": 1, `+byItself, priority("r1", "r3"))
	d.apply(`{"gateways": [{"id": "a1", "provider": "steered", "mode": "test", "currency": "USD", "instruction": "all", "preventFailure": true}]}`)
	d.scripts["a1"] = "declined"
	r := d.approve("100")
	d.work()
	d.expect(r, "a1 100.00 waiting-completion")
	p := d.payouts(r)[0]
	if r = d.now(r.ID); p.Status != engine.PayoutPending || p.Verdict != "" || p.Resolution != engine.ResolutionDeclined || r.Attention != engine.AttentionUnknown {
		t.Errorf("%+v, attention %q", p, r.Attention)
	}
	for range 8 { // asking again changes nothing
		d.clock.Advance(6 * time.Hour)
		d.work()
	}
	d.expect(r, "a1 100.00 waiting-completion")
	p = d.payouts(r)[0]
	_, err := d.StateOutcome(t.Context(), as("senior1"), p.AllocationID, engine.Word{
		Verdict: engine.VerdictNotPaid, Evidence: "they said so on the phone", Sent: p.Sent,
	})
	if err != nil {
		t.Fatal(err)
	}
	d.work()
	d.expect(r, "a1 100.00 declined, a3 100.00 completed")
}

func TestE9SplitByAReviewer(t *testing.T) {
	d := newRoutedDesk(t, "", priority("r1"))
	r := d.request(d.customer(), "4000")
	split := func(amounts ...string) ([]engine.Request, error) {
		parts := engine.Splitting{Seen: r.Version, Reason: "processor-limit"}
		for _, a := range amounts {
			parts.Amounts = append(parts.Amounts, usd(a))
		}
		_, children, err := d.Split(t.Context(), as("rev1"), r.ID, parts)
		return children, err
	}
	_, err := split("3000", "999.99")
	refusedAs(t, err, engine.Invalid, "3,999.99 USD")
	children, err := split("3000", "1000")
	if err != nil || len(children) != 2 || children[0].Status != engine.RequestPending || children[1].Status != engine.RequestPending {
		t.Errorf("%+v: %v", children, err)
	}
	if r = d.now(r.ID); r.Status != engine.RequestSplit {
		t.Errorf("the parent is %s", r.Status)
	}
}

func TestE10BlockedWhileInProgress(t *testing.T) {
	d := newRoutedDesk(t, `"splitMode": true`, priority("r1", "r3"))
	d.scripts["a1"] = "accept,processed"
	r := d.approve("12000")
	if _, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, nil); err != nil {
		t.Fatal(err)
	}
	d.process(r.ID)
	d.work()
	d.expect(r, "a1 5000.00 waiting-completion, a3 7000.00 queued")
	d.must(d.Block(t.Context(), as("rev1"), r.ID, "fraud-suspected", ""))
	d.clock.Advance(time.Minute)
	d.work()
	d.expect(r, "a1 5000.00 completed, a3 7000.00 queued") // what is on its way lands, nothing else leaves
	r = d.now(r.ID)
	d.must(d.Unblock(t.Context(), as("rev1"), r.ID, r.Version))
	d.work()
	if r = d.now(r.ID); r.Status != engine.RequestFulfilled {
		t.Errorf("unblocked, it is %s: %s", r.Status, d.told(r.ID))
	}

	// A request whose last payout lands while it is blocked is fulfilled.
	d = newRoutedDesk(t, "", priority("r1"))
	d.scripts["a1"] = "accept,processed"
	r = d.dispatch("100")
	d.must(d.Block(t.Context(), as("rev1"), r.ID, "fraud-suspected", ""))
	d.clock.Advance(time.Minute)
	d.work()
	if r = d.now(r.ID); r.Status != engine.RequestFulfilled || r.Block != nil {
		t.Errorf("it is %s", r.Status)
	}
}
