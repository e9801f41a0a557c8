package engine_test

import (
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
)

// stands is how a request, its first allocation and its payout stand.
func (d *desk) stands(id engine.RequestID) (engine.Request, engine.Allocation, engine.Payout) {
	d.t.Helper()
	a := d.allocations(id)[0]
	p, err := d.Payout(d.t.Context(), a.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.now(id), a, p
}

// balance is what the account usd holds.
func (d *desk) balance() string {
	d.t.Helper()
	b, err := d.Balance(d.t.Context(), "usd")
	if err != nil {
		d.t.Fatal(err)
	}
	return b.Balance.String()
}

func TestParity37CancelAfterProcessed(t *testing.T) {
	for _, test := range []struct {
		name, script string
		later        time.Duration // until it is asked again
		status       engine.PayoutStatus
		attention    engine.Attention
		balance      string
	}{
		{"taken back", "processed", 0, engine.PayoutCanceled, engine.AttentionReturned, "999999.00"},
		{"not taken back", "processed,keep", 0, engine.PayoutCancelFailed, "", "999899.00"},
		{"nobody knows yet", "processed,timeout,timeout", 0, engine.PayoutCanceling, engine.AttentionUnknown, "999899.00"},
		{"found out later", "processed,timeout,processed", time.Minute, engine.PayoutCanceled, engine.AttentionReturned, "999999.00"},
		{"never arrived, so it stays paid", "processed,reset,processed", time.Minute, engine.PayoutCancelFailed, "", "999899.00"},
		{"on its way back", "processed,accept,accept", 0, engine.PayoutCanceling, "", "999899.00"},
		{"on its way back, and there", "processed,accept,processed", time.Minute, engine.PayoutCanceled, engine.AttentionReturned, "999999.00"},
		{"on its way back, and stopped", "processed,accept,keep", time.Minute, engine.PayoutCancelFailed, "", "999899.00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			r, a := d.sent("script", test.script)
			if _, err := d.CancelPayout(t.Context(), as("senior1"), a.ID, "the wrong account"); err != nil {
				t.Fatal(err)
			}
			d.clock.Advance(test.later)
			d.work()
			r, a, p := d.stands(r.ID)
			if p.Status != test.status || r.Attention != test.attention || d.balance() != test.balance {
				t.Errorf("the payout is %s (%s), attention %q, balance %s", p.Status, p.Message, r.Attention, d.balance())
			}
			back := test.status == engine.PayoutCanceled
			if r.Status != engine.RequestFulfilled || a.Status != engine.AllocationCompleted || a.Returned.Positive() != back {
				t.Errorf("the request is %s, the allocation %s with %s returned", r.Status, a.Status, a.Returned)
			}
			if d.effects(a.ID) != 1 {
				t.Errorf("%d payments", d.effects(a.ID))
			}
		})
	}
}

func TestCancelPayoutRefuses(t *testing.T) {
	d := newDesk(t)
	_, paid := d.sent()
	_, waits := d.sent("script", "accept")
	cancel := func(by engine.ReviewerID, key engine.AllocationID, reason string) error {
		_, err := d.CancelPayout(t.Context(), as(by), key, reason)
		return err
	}
	refusedAs(t, cancel("rev1", paid.ID, "x"), engine.Forbidden, "may not take a payout back (it takes a senior)")
	refusedAs(t, cancel("senior1", paid.ID, ""), engine.Invalid, "needs a reason")
	refusedAs(t, cancel("senior1", waits.ID, "x"), engine.Refused, "is pending, and only what was paid can be taken back")
	refusedAs(t, cancel("senior1", "pra_none", "x"), engine.NotFound, "pra_none")
	dry := as("senior1")
	dry.DryRun = true
	if _, err := d.CancelPayout(t.Context(), dry, paid.ID, "x"); err != nil {
		t.Error(err)
	}
	if list, _ := d.bank.EffectsOf(paid.ID); list[0].Returned.Positive() {
		t.Error("a dry run took it back")
	}
	if err := cancel("senior1", paid.ID, "x"); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, cancel("senior1", paid.ID, "x"), engine.Refused, "100.00 USD came back already")
}

func TestMoneyThatComesBack(t *testing.T) {
	t.Run("of a request in progress it is available again", func(t *testing.T) {
		d := newDesk(t)
		i := d.customer("script", "partial:60,returned")
		d.paid(i, "usd", "500")
		r, _ := d.allocated(i, "100")
		d.process(r.ID)
		d.work()
		if r = d.now(r.ID); r.Available() != usd("40") {
			t.Fatal(r.Available())
		}
		_, a, _ := d.stands(r.ID)
		if _, err := d.LookUp(t.Context(), as("rev1"), a.ID); err != nil {
			t.Fatal(err)
		}
		r, a, p := d.stands(r.ID)
		if r.Available() != usd("100") || r.Paid != usd("0") || r.Attention != engine.AttentionReturned {
			t.Errorf("%s available, %s paid, attention %q", r.Available(), r.Paid, r.Attention)
		}
		if a.Status != engine.AllocationCompleted || a.Returned != usd("60") || p.Status != engine.PayoutCanceled {
			t.Errorf("%s, %s returned, the payout %s", a.Status, a.Returned, p.Status)
		}
		rows, err := d.Worksheet(t.Context(), r.ID)
		if err != nil || rows[0].Exposure != usd("500") {
			t.Errorf("the exposure is %s: %v", rows[0].Exposure, err)
		}
		refusedAs(t, second(d.PayAgain(t.Context(), as("rev1"), r.ID, r.Version)), engine.Refused, "it is in-progress")
		r = d.must(d.Release(t.Context(), as("rev1"), r.ID, r.Version))
		if r.Status != engine.RequestApproved || r.Attention != "" {
			t.Errorf("released, it is %s with attention %q", r.Status, r.Attention)
		}
	})
	t.Run("in part, of a fulfilled one", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "processed,returned-part:30")
		if _, err := d.LookUp(t.Context(), as("rev1"), a.ID); err != nil {
			t.Fatal(err)
		}
		r, a, p := d.stands(r.ID)
		if r.Status != engine.RequestFulfilled || !r.Available().IsZero() || a.Returned != usd("30") || p.Status != engine.PayoutPartiallyProcessed {
			t.Errorf("%s, %s available, %s returned, %s", r.Status, r.Available(), a.Returned, p.Status)
		}
		again, err := d.PayAgain(t.Context(), as("rev2"), r.ID, r.Version)
		if err != nil || again.Amount != usd("30") || again.Status != engine.RequestPending || again.PaysAgain != r.ID {
			t.Fatalf("%+v: %v", again, err)
		}
		if !again.MadeBy("rev1") || !again.MadeBy("rev2") || again.PolicyAmount != usd("100") {
			t.Errorf("makers %v, policy amount %s", again.Makers, again.PolicyAmount)
		}
		if r = d.now(r.ID); r.Attention != "" {
			t.Errorf("asked again, it still wants attention: %s", r.Attention)
		}
		refusedAs(t, second(d.PayAgain(t.Context(), as("rev2"), r.ID, r.Version)), engine.Refused, "nothing of it came back")
		// The rest follows: a senior knows it from the bank.
		word := engine.Word{Verdict: engine.VerdictReturned, Amount: usd("100"), Evidence: "bank statement", Sent: 1}
		if _, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, word); err != nil {
			t.Fatal(err)
		}
		if r = d.now(r.ID); r.Attention != engine.AttentionReturned {
			t.Errorf("attention %q", r.Attention)
		}
		if again, err = d.PayAgain(t.Context(), as("rev2"), r.ID, r.Version); err != nil || again.Amount != usd("70") {
			t.Errorf("%s: %v", again.Amount, err)
		}
		if d.balance() != "999999.00" {
			t.Errorf("the balance is %s: all but the fee is back", d.balance())
		}
	})
	t.Run("before anybody heard that it was paid", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "accept,returned")
		d.clock.Advance(time.Minute)
		d.work()
		r, a, p := d.stands(r.ID)
		if r.Status != engine.RequestInProgress || r.Available() != usd("100") || a.Status != engine.AllocationCompleted || p.Status != engine.PayoutCanceled {
			t.Errorf("%s, %s available, %s, %s", r.Status, r.Available(), a.Status, p.Status)
		}
	})
	t.Run("beyond what was asked, it is the surplus that comes back first", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "over:120")
		paid := engine.Word{Verdict: engine.VerdictPaid, Amount: usd("120"), Evidence: "their statement", Sent: 1}
		if _, err := d.ResolveConflict(t.Context(), as("senior1"), a.ID, paid); err != nil {
			t.Fatal(err)
		}
		back := engine.Word{Verdict: engine.VerdictReturned, Amount: usd("20"), Evidence: "the customer sent it back", Sent: 1}
		if _, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, back); err != nil {
			t.Fatal(err)
		}
		r, a, _ = d.stands(r.ID)
		if a.Overpaid.Positive() || a.Returned.Positive() || a.Paid != usd("100") || r.Attention != "" {
			t.Errorf("paid %s, overpaid %s, returned %s, attention %q", a.Paid, a.Overpaid, a.Returned, r.Attention)
		}
	})
}

func TestAReturnCannotBeMoreThanWasPaid(t *testing.T) {
	d := newDesk(t)
	_, paid := d.sent()
	_, declined := d.sent("script", "declined")
	say := func(key engine.AllocationID, w engine.Word) error {
		w.Evidence, w.Sent = "x", 1
		_, err := d.StateOutcome(t.Context(), as("senior1"), key, w)
		return err
	}
	refusedAs(t, say(paid.ID, engine.Word{Verdict: engine.VerdictReturned, Amount: usd("100.01")}), engine.Invalid, "cannot be back of 100.00 USD")
	refusedAs(t, say(paid.ID, engine.Word{Verdict: engine.VerdictReturned, Amount: usd("0")}), engine.Invalid, "cannot be back")
	refusedAs(t, say(paid.ID, engine.Word{Verdict: engine.VerdictPaid, Amount: usd("100")}), engine.Refused, "is known: processed")
	refusedAs(t, say(declined.ID, engine.Word{Verdict: engine.VerdictReturned, Amount: usd("1")}), engine.Invalid, "cannot be back of 0.00 USD")
	if err := say(paid.ID, engine.Word{Verdict: engine.VerdictReturned, Amount: usd("40")}); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, say(paid.ID, engine.Word{Verdict: engine.VerdictReturned, Amount: usd("40")}), engine.Refused, "that 40.00 USD of payout")
}
