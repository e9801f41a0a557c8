package engine_test

import (
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/manual"
	"github.com/purserhq/purser/engine"
)

// byHand makes a desk whose account usd is paid from by hand.
func byHand(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.Engine = engine.New(d.store, engine.World{
		Clock: d.clock, Worker: "worker", IDs: d.ids, Gateways: map[string]engine.Gateway{"manual": manual.Gateway{}},
	})
	if err := d.configure(engine.KindGateway, "usd", `{"provider": "manual"}`); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParity57ManualConnector(t *testing.T) {
	d := byHand(t)
	r, a := d.sent()
	_, _, p := d.stands(r.ID)
	if p.Status != engine.PayoutPending || a.Status != engine.AllocationWaiting || r.Attention != "" {
		t.Fatalf("%s, %s, attention %q", p.Status, a.Status, r.Attention)
	}
	list, err := d.OpenPayouts(t.Context(), as("rev1"), "usd", 10)
	if err != nil || len(list) != 1 || list[0].ID != p.ID || list[0].Customer.Name != "Sample Customer 1" || list[0].Instrument.Fields["account"] != "587964" {
		t.Fatalf("to be paid: %+v: %v", list, err)
	}
	for range 20 { // it waits, whatever time passes
		d.clock.Advance(12 * time.Hour)
		d.work()
	}
	r, a, p = d.stands(r.ID)
	if p.Status != engine.PayoutPending || p.Sent != 1 || p.LookUps > 2 || r.Attention != engine.AttentionUnknown {
		t.Errorf("after days: %s, sent %d times, asked %d times, attention %q", p.Status, p.Sent, p.LookUps, r.Attention)
	}
	_, err = d.LookUp(t.Context(), as("rev1"), a.ID)
	refusedAs(t, err, engine.Refused, "provider manual cannot be asked")
	word := engine.Word{Verdict: engine.VerdictPaid, Amount: usd("100"), ProviderID: "transfer 77", Evidence: "our bank", Sent: 1}
	if _, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, word); err != nil {
		t.Fatal(err)
	}
	if r, _, p = d.stands(r.ID); r.Status != engine.RequestFulfilled || p.Status != engine.PayoutProcessed || d.balance() != "999899.00" {
		t.Errorf("%s, %s, balance %s", r.Status, p.Status, d.balance())
	}
	if list, err = d.OpenPayouts(t.Context(), as("rev1"), "usd", 10); err != nil || len(list) != 0 {
		t.Errorf("still to be paid: %+v: %v", list, err)
	}
	_, err = d.CancelPayout(t.Context(), as("senior1"), a.ID, "the wrong account")
	refusedAs(t, err, engine.Refused, "provider manual takes nothing back")
	_, err = d.OpenPayouts(t.Context(), as("viewer1"), "usd", 10)
	refusedAs(t, err, engine.Forbidden, "it takes a reviewer")
	_, err = d.OpenPayouts(t.Context(), as("rev1"), "nowhere", 10)
	refusedAs(t, err, engine.NotFound, "nowhere")
	_, err = d.OpenPayouts(t.Context(), as("rev1"), "usd", 0)
	refusedAs(t, err, engine.Invalid, "1 to 1000")
}
