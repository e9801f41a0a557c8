package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
)

func TestPayInFull(t *testing.T) {
	d := newDesk(t)
	r, a := d.sent()
	if r.Status != engine.RequestFulfilled || a.Status != engine.AllocationCompleted || a.Paid != usd("100") {
		t.Errorf("%s, %s with %s paid", r.Status, a.Status, a.Paid)
	}
	p, err := d.Payout(t.Context(), a.ID)
	if err != nil || p.Status != engine.PayoutProcessed || p.ProviderID == "" {
		t.Errorf("%+v: %v", p, err)
	}
	balance, err := d.Balance(t.Context(), "usd")
	if err != nil || balance.Balance != usd("999899") || !balance.Reserved.IsZero() {
		t.Errorf("the balance is %s with %s reserved: the payment and its fee of 1.00 are to be captured", balance.Balance, balance.Reserved)
	}
}

func TestHowPayoutsEnd(t *testing.T) {
	for _, test := range []struct {
		name       string
		steering   []string
		status     engine.RequestStatus
		allocation engine.AllocationStatus
		available  string
		attention  engine.Attention
	}{
		{"declined", []string{"script", "declined:insufficient-funds"}, engine.RequestInProgress, engine.AllocationDeclined, "100", engine.AttentionFailed},
		{"never reached", []string{"payout_status", "invoke-failed", "payout_resolution", "invalid-request"}, engine.RequestInProgress, engine.AllocationFailed, "100", engine.AttentionFailed},
		{"accepted", []string{"script", "accept"}, engine.RequestInProgress, engine.AllocationWaiting, "0", ""},
		{"timed out", []string{"script", "timeout,timeout"}, engine.RequestInProgress, engine.AllocationWaiting, "0", engine.AttentionUnknown},
		{"garbage", []string{"script", "garbage,garbage"}, engine.RequestInProgress, engine.AllocationWaiting, "0", engine.AttentionUnknown},
		{"paid in part", []string{"script", "partial:60"}, engine.RequestInProgress, engine.AllocationCompleted, "40", engine.AttentionUnplaced},
		{"overpaid", []string{"script", "over:120"}, engine.RequestFulfilled, engine.AllocationCompleted, "0", engine.AttentionConflict},
		{"known already", []string{"script", "duplicate,timeout"}, engine.RequestInProgress, engine.AllocationWaiting, "0", engine.AttentionUnknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			r, a := d.sent(test.steering...)
			if r.Status != test.status || a.Status != test.allocation || r.Available() != usd(test.available) || r.Attention != test.attention {
				t.Errorf("it is %s, %s, %s available, attention %q", r.Status, a.Status, r.Available(), r.Attention)
			}
		})
	}
}

func TestUnknownIsAskedAndNeverSentBlindly(t *testing.T) {
	t.Run("found", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "timeout,found")
		for _, refused := range []error{
			second(d.CancelAllocation(t.Context(), as("senior1"), a.ID)),
			second(d.Release(t.Context(), as("senior1"), r.ID, r.Version)),
			second(d.Cancel(t.Context(), as("senior1"), r.ID, r.Version, engine.Cancellation{By: engine.CanceledByMerchant})),
			second3(d.SettleShort(t.Context(), as("senior1"), r.ID, engine.Settling{Seen: r.Version})),
		} {
			if engine.CodeOf(refused) != engine.Refused {
				t.Errorf("while nobody knows: %v", refused)
			}
		}
		d.clock.Advance(10 * time.Second)
		d.work()
		if r = d.now(r.ID); r.Status != engine.RequestFulfilled || r.Attention != "" {
			t.Errorf("looked up, it is %s with attention %q", r.Status, r.Attention)
		}
		d.paidOnce(a)
	})
	t.Run("never there, and its not-found final: sent again under the same key", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "timeout-before,not-found,not-found,processed")
		for range 6 {
			d.clock.Advance(5 * time.Minute)
			d.work()
		}
		if r = d.now(r.ID); r.Status != engine.RequestFulfilled {
			t.Errorf("it is %s", r.Status)
		}
		p, _ := d.Payout(t.Context(), a.ID)
		if p.Sent < 2 || len(d.allocations(r.ID)) != 1 {
			t.Errorf("sent %d times in %d allocations", p.Sent, len(d.allocations(r.ID)))
		}
		d.paidOnce(a)
	})
	t.Run("a senior states it", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "timeout,timeout")
		word := engine.Word{Verdict: engine.VerdictPaid, Sent: 1, Amount: usd("100"), Evidence: "seen in their portal"}
		if _, err := d.StateOutcome(t.Context(), as("rev1"), a.ID, word); engine.CodeOf(err) != engine.Forbidden {
			t.Errorf("a reviewer: %v", err)
		}
		if _, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, engine.Word{Verdict: engine.VerdictPaid, Sent: 1, Amount: usd("100")}); engine.CodeOf(err) != engine.Invalid {
			t.Errorf("without evidence: %v", err)
		}
		if _, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, word); err != nil {
			t.Fatal(err)
		}
		if r = d.now(r.ID); r.Status != engine.RequestFulfilled || r.Attention != "" {
			t.Errorf("it is %s with attention %q", r.Status, r.Attention)
		}
	})
}

func TestConflicts(t *testing.T) {
	t.Run("paid after it was thought not to be, while the money was placed again", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "timeout,found")
		not := engine.Word{Verdict: engine.VerdictNotPaid, Sent: 1, Evidence: "their support said so"}
		if _, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, not); err != nil {
			t.Fatal(err)
		}
		r = d.now(r.ID)
		if r.Available() != usd("100") || r.Attention != engine.AttentionFailed {
			t.Fatalf("%s available, attention %q", r.Available(), r.Attention)
		}
		r, _, err := d.AllocateManually(t.Context(), as("rev1"), r.ID, engine.ManualAllocation{
			Seen: r.Version, InstrumentID: r.InstrumentID, GatewayID: "usd", Amount: usd("70"),
		})
		if err != nil {
			t.Fatal(err)
		}
		p, err := d.LookUp(t.Context(), as("rev1"), a.ID) // the provider says: paid
		if err != nil || !p.Conflict {
			t.Fatalf("%+v: %v", p, err)
		}
		r = d.now(r.ID)
		if r.Attention != engine.AttentionConflict || r.Available() != usd("0") || r.Live != usd("100") {
			t.Errorf("in conflict: attention %q, available %s, live %s", r.Attention, r.Available(), r.Live)
		}
		word := engine.Word{Verdict: engine.VerdictPaid, Sent: 1, Amount: usd("100"), Evidence: "their ledger"}
		if _, err := d.ResolveConflict(t.Context(), as("senior1"), a.ID, word); err != nil {
			t.Fatal(err)
		}
		a = d.allocations(r.ID)[0]
		r = d.now(r.ID)
		if a.Paid != usd("30") || a.Overpaid != usd("70") || r.Live != usd("70") || r.Status != engine.RequestInProgress {
			t.Errorf("paid %s, overpaid %s, live %s, %s", a.Paid, a.Overpaid, r.Live, r.Status)
		}
	})
	t.Run("a late word reaches a released request and puts it back in progress", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "timeout,found")
		if _, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, engine.Word{Verdict: engine.VerdictNotPaid, Sent: 1, Evidence: "x"}); err != nil {
			t.Fatal(err)
		}
		r = d.now(r.ID)
		r = d.must(d.Release(t.Context(), as("rev1"), r.ID, r.Version))
		if _, err := d.LookUp(t.Context(), as("rev1"), a.ID); err != nil {
			t.Fatal(err)
		}
		if r = d.now(r.ID); r.Status != engine.RequestInProgress || r.Attention != engine.AttentionConflict {
			t.Errorf("%s, attention %q", r.Status, r.Attention)
		}
	})
	t.Run("resolved to not paid, the money is available again", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "partial:60,found:declined")
		_ = a
		if r.Status != engine.RequestInProgress || r.Paid != usd("60") {
			t.Fatalf("%s with %s paid", r.Status, r.Paid)
		}
	})
	t.Run("overpaid and resolved", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "over:120")
		if a.Overpaid != usd("20") || a.Paid != usd("100") {
			t.Errorf("paid %s, overpaid %s", a.Paid, a.Overpaid)
		}
		if _, err := d.ResolveConflict(t.Context(), as("senior1"), a.ID, engine.Word{
			Verdict: engine.VerdictPaid, Amount: usd("120"), Evidence: "their statement",
		}); err != nil {
			t.Fatal(err)
		}
		if r = d.now(r.ID); r.Status != engine.RequestFulfilled || r.Attention != engine.AttentionOverpaid {
			t.Errorf("%s, attention %q", r.Status, r.Attention)
		}
	})
	t.Run("a fulfilled request stays fulfilled when its payment turns out not to have been one", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "contradict")
		if r.Status != engine.RequestFulfilled {
			t.Fatal(r.Status)
		}
		if p, err := d.LookUp(t.Context(), as("rev1"), a.ID); err != nil || !p.Conflict {
			t.Fatalf("%+v: %v", p, err)
		}
		if _, err := d.ResolveConflict(t.Context(), as("senior1"), a.ID, engine.Word{Verdict: engine.VerdictNotPaid, Sent: 1, Evidence: "bank"}); err != nil {
			t.Fatal(err)
		}
		a, r = d.allocations(r.ID)[0], d.now(r.ID)
		if r.Status != engine.RequestFulfilled || a.Returned != usd("100") || r.Attention != engine.AttentionReturned {
			t.Errorf("%s, returned %s, attention %q", r.Status, a.Returned, r.Attention)
		}
	})
}

func TestBlockAndTheMoneyOnItsWay(t *testing.T) {
	t.Run("F17: what is at the provider lands, and lifts the block", func(t *testing.T) {
		d := newDesk(t)
		r, _ := d.sent("script", "accept,processed")
		d.must(d.Block(t.Context(), as("rev1"), r.ID, "fraud-suspected", ""))
		d.clock.Advance(time.Minute)
		d.work()
		if r = d.now(r.ID); r.Status != engine.RequestFulfilled || r.Block != nil {
			t.Errorf("%s, block %v", r.Status, r.Block)
		}
	})
	t.Run("F16: what is only queued waits", func(t *testing.T) {
		d := newDesk(t)
		r, all := d.allocated(d.customer(), "100")
		d.process(r.ID)
		r = d.must(d.Block(t.Context(), as("rev1"), r.ID, "fraud-suspected", ""))
		d.work()
		if a := d.allocations(r.ID)[0]; a.Status != engine.AllocationQueued {
			t.Errorf("blocked, it is %s", a.Status)
		}
		if _, err := d.CancelAllocation(t.Context(), as("rev1"), all[0].ID); engine.CodeOf(err) != engine.Refused {
			t.Errorf("canceled while blocked: %v", err)
		}
		d.must(d.Unblock(t.Context(), as("rev1"), r.ID, r.Version))
		d.work()
		if r = d.now(r.ID); r.Status != engine.RequestFulfilled {
			t.Errorf("unblocked, it is %s", r.Status)
		}
	})
}

func TestChecksAtTheIntent(t *testing.T) {
	d := newDesk(t)
	r, all := d.allocated(d.customer(), "100")
	d.process(r.ID)
	if _, err := d.EnablePayouts(t.Context(), as("rev1"), r.CustomerID, false); err != nil {
		t.Fatal(err)
	}
	d.work()
	a := d.allocations(r.ID)[0]
	if a.Status != engine.AllocationFailed || a.Reason != "payouts to the customer are disabled" {
		t.Errorf("%s: %s", a.Status, a.Reason)
	}
	if d.effects(all[0].ID) != 0 {
		t.Error("the provider heard of it")
	}
	if r = d.now(r.ID); r.Available() != usd("100") || r.Attention != engine.AttentionFailed {
		t.Errorf("%s available, attention %q", r.Available(), r.Attention)
	}
	r = d.must(d.Release(t.Context(), as("rev1"), r.ID, r.Version))
	if r.Status != engine.RequestApproved || len(r.Approvals) != 1 {
		t.Errorf("released, it is %s with %d approvals", r.Status, len(r.Approvals))
	}
}

func TestManualAllocation(t *testing.T) {
	d := newDesk(t)
	i := d.customer()
	r := d.approved(i, "5000")
	try := func(by engine.ReviewerID, gateway, amount, override string) error {
		_, _, err := d.AllocateManually(t.Context(), as(by), r.ID, engine.ManualAllocation{
			Seen: d.now(r.ID).Version, InstrumentID: i.ID, GatewayID: gateway, Amount: usd(amount), Override: override,
		})
		return err
	}
	for _, test := range []struct {
		name            string
		by              engine.ReviewerID
		gateway, amount string
		override        string
		want            engine.Code
		says            string
	}{
		{"F27: more than is available", "rev1", "usd", "5000.01", "", engine.Invalid, "is more than the 5,000.00 USD that is available"},
		{"nothing", "rev1", "usd", "0", "", engine.Invalid, "above zero"},
		{"F32: instruction none", "rev1", "never", "10", "", engine.Refused, "its payout instruction is none"},
		{"F32: not even for a senior", "senior1", "never", "10", "because", engine.Refused, "its payout instruction is none"},
		{"F34: no payment there", "rev1", "earlier", "10", "", engine.Refused, "approved-payment, which a senior can override with a reason"},
		{"overriding takes a senior", "rev1", "earlier", "10", "because", engine.Forbidden, "it takes a senior"},
		{"a senior overrides", "senior1", "earlier", "10", "asked by the bank", "", ""},
		{"no route", "rev1", "covered", "10", "", engine.Refused, "no route pays test_usd from covered"},
		{"below the route's minimum", "rev1", "usd", "0.99", "", engine.Refused, "below its minimum of 1.00 USD"},
		{"F29: payout limits do not bind it", "rev1", "usd", "4000", "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := try(test.by, test.gateway, test.amount, test.override)
			if test.want == "" && err != nil || test.want != "" && (engine.CodeOf(err) != test.want || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("got %v", err)
			}
		})
	}
	if got := d.now(r.ID); got.Status != engine.RequestInProgress || got.Available() != usd("990") {
		t.Errorf("F26: %s, %s available", got.Status, got.Available())
	}
}

func TestThePlanShownIsThePlanCarriedOut(t *testing.T) {
	d := newDesk(t)
	i := d.customer()
	card := d.instrument(i.CustomerID, "payment_card_usd")
	d.paid(card, "covered", "200")
	r := d.approved(i, "500")
	shown, err := d.Plan(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	d.paid(card, "covered", "50")
	_, _, err = d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, &shown)
	if engine.CodeOf(err) != engine.Stale || !strings.Contains(err.Error(), "covered now takes 250.00 USD, not 200.00 USD") {
		t.Errorf("the plan moved: %v", err)
	}
	shown, _ = d.Plan(t.Context(), r.ID)
	_, carried, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, &shown)
	if err != nil || carried.Digest() != shown.Digest() {
		t.Errorf("carried out otherwise: %v", err)
	}
	var sums []string
	for _, a := range d.allocations(r.ID) {
		sums = append(sums, a.GatewayID+" "+a.Amount.String())
	}
	if got := strings.Join(sums, ", "); got != "covered 250.00, usd 250.00" {
		t.Error(got)
	}
	if _, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, d.now(r.ID).Version, nil); engine.CodeOf(err) != engine.Refused {
		t.Errorf("nothing is available: %v", err)
	}
}

func TestRolling24Hours(t *testing.T) {
	d := newDesk(t)
	for range 3 {
		d.allocated(d.customer(), "3000")
	}
	r, all := d.allocated(d.customer(), "3000")
	if all[0].Amount != usd("1000") || r.Available() != usd("2000") {
		t.Errorf("F30: 9,000 of 10,000 used, and %s taken", all[0].Amount)
	}
	d.clock.Advance(24*time.Hour + time.Second)
	if _, all = d.allocated(d.customer(), "3000"); all[0].Amount != usd("3000") {
		t.Errorf("F30: a day later %s taken", all[0].Amount)
	}
}

func TestNothingCanBePlaced(t *testing.T) {
	d := newDesk(t)
	i := d.customer()
	r := d.must(d.Create(t.Context(), as("rev1"), engine.NewRequest{PointID: "main", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: amountOf("10", "EUR")}))
	r = d.must(d.Ready(t.Context(), as("rev1"), r.ID, r.Version))
	r = d.must(d.Approve(t.Context(), as("senior1"), r.ID, engine.Approving{Seen: r.Version}))
	_, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, nil)
	if engine.CodeOf(err) != engine.Refused || !strings.Contains(err.Error(), "no exchange rate from EUR to USD") {
		t.Error(err)
	}
	if got := d.now(r.ID); got.Status != engine.RequestApproved || got.Head != r.Head {
		t.Error("it left a trace")
	}
}

func TestSettleShort(t *testing.T) {
	d := newDesk(t)
	r, _ := d.sent("script", "partial:60")
	if _, _, err := d.SettleShort(t.Context(), as("rev1"), r.ID, engine.Settling{Seen: r.Version}); engine.CodeOf(err) != engine.Forbidden {
		t.Errorf("a reviewer: %v", err)
	}
	settled, rest, err := d.SettleShort(t.Context(), as("senior1"), r.ID, engine.Settling{Seen: r.Version})
	if err != nil || settled.Status != engine.RequestFulfilled || settled.Amount != usd("60") || settled.OriginalAmount != usd("100") {
		t.Fatalf("%+v: %v", settled, err)
	}
	if rest.Status != engine.RequestPending || rest.Amount != usd("40") || rest.RemainderOf != r.ID || rest.PolicyAmount != usd("100") || !rest.MadeBy("senior1") {
		t.Errorf("the rest: %+v", rest)
	}
	r, _ = d.sent("script", "partial:60")
	_, rest, err = d.SettleShort(t.Context(), as("senior1"), r.ID, engine.Settling{
		Seen: r.Version, CancelRest: &engine.Cancellation{By: engine.CanceledByCustomer},
	})
	if err != nil || rest.Status != engine.RequestCanceled {
		t.Errorf("the rest is %s: %v", rest.Status, err)
	}
}

func TestProcessSkipsAndRefuses(t *testing.T) {
	d := newDesk(t)
	r, all := d.allocated(d.customer(), "100")
	_, _, err := d.Process(t.Context(), as("rev1"), []engine.AllocationID{all[0].ID, "pra_none"})
	if engine.CodeOf(err) != engine.NotFound || d.allocations(r.ID)[0].Status != engine.AllocationPending {
		t.Errorf("an unknown id: %v", err)
	}
	d.process(r.ID)
	queued, skipped, err := d.Process(t.Context(), as("rev1"), []engine.AllocationID{all[0].ID})
	if err != nil || len(queued) != 0 || len(skipped) != 1 || skipped[0].Why != "it is queued" {
		t.Errorf("queued %v, skipped %v: %v", queued, skipped, err)
	}
	if _, err := d.CancelAllocation(t.Context(), as("rev1"), all[0].ID); err != nil {
		t.Errorf("F41: %v", err)
	}
	if r = d.now(r.ID); r.Available() != usd("100") || r.Status != engine.RequestInProgress {
		t.Errorf("F41: %s available, %s", r.Available(), r.Status)
	}
}

func second[T any](_ T, err error) error          { return err }
func second3[T, U any](_ T, _ U, err error) error { return err }

// effects is how often the provider did something under a key.
func (d *desk) effects(key engine.AllocationID) int {
	d.t.Helper()
	effects, err := d.bank.EffectsOf(key)
	if err != nil {
		d.t.Fatal(err)
	}
	return len(effects)
}

// paidOnce fails the test unless the provider paid an allocation exactly once.
func (d *desk) paidOnce(a engine.Allocation) {
	d.t.Helper()
	if n := d.effects(a.ID); n != 1 {
		d.t.Errorf("the provider paid %s %d times", a.ID, n)
	}
}

// TestABlockStopsWhatNeverArrived: a payout that the provider never got is not
// handed over again while its request is blocked, or once nothing of it may
// leave any more; it is certain then that nothing was paid.
func TestABlockStopsWhatNeverArrived(t *testing.T) {
	for name, stop := range map[string]func(*desk, engine.Request) error{
		"blocked": func(d *desk, r engine.Request) error {
			return second(d.Block(d.t.Context(), as("rev1"), r.ID, "fraud-suspected", ""))
		},
		"customer stopped": func(d *desk, r engine.Request) error {
			return second(d.EnablePayouts(d.t.Context(), as("rev1"), r.CustomerID, false))
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			r, a := d.sent("script", "timeout-before,processed")
			if err := stop(d, r); err != nil {
				t.Fatal(err)
			}
			for range 4 {
				d.clock.Advance(5 * time.Minute)
				d.work()
			}
			r = d.now(r.ID)
			if n := d.effects(a.ID); n != 0 || r.Status != engine.RequestInProgress || r.Available() != usd("100") {
				t.Errorf("paid %d times; it is %s with %s available", n, r.Status, r.Available())
			}
		})
	}
}

// TestNothingIsSettledInConflict: while statements contradict each other,
// nobody decides what is left.
func TestNothingIsSettledInConflict(t *testing.T) {
	d := newDesk(t)
	i := d.customer("script", "over:150")
	r := d.approved(i, "100")
	r, _, err := d.AllocateManually(t.Context(), as("rev1"), r.ID, engine.ManualAllocation{
		Seen: r.Version, InstrumentID: i.ID, GatewayID: "usd", Amount: usd("40"),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.process(r.ID)
	d.work()
	r = d.now(r.ID)
	if r.Attention != engine.AttentionConflict || r.Paid != usd("40") {
		t.Fatalf("attention %q with %s paid", r.Attention, r.Paid)
	}
	_, _, err = d.SettleShort(t.Context(), as("senior1"), r.ID, engine.Settling{Seen: r.Version})
	if engine.CodeOf(err) != engine.Refused || !strings.Contains(err.Error(), "has to resolve the conflict first") {
		t.Error(err)
	}
}

// TestAStatementIsOfWhatWasSeen: a senior who looked before the payout was sent
// again does not know how it stands.
func TestAStatementIsOfWhatWasSeen(t *testing.T) {
	d := newDesk(t)
	_, a := d.sent("script", "timeout-before,not-found,timeout,timeout")
	d.clock.Advance(5 * time.Minute)
	d.work() // not there, and final: sent again
	if p, err := d.Payout(t.Context(), a.ID); err != nil || p.Sent != 2 || p.Verdict != "" {
		t.Fatalf("sent %d times, verdict %q: %v", p.Sent, p.Verdict, err)
	}
	word := engine.Word{Verdict: engine.VerdictNotPaid, Sent: 1, Evidence: "they said it was not there"}
	if _, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, word); engine.CodeOf(err) != engine.Stale {
		t.Errorf("of the past: %v", err)
	}
	word.Sent = 2
	if _, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, word); err != nil {
		t.Error(err)
	}
}
