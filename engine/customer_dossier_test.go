package engine_test

import (
	"testing"

	"github.com/purserhq/purser/engine"
)

// What is known of a customer: exposure as a plan reckons it, requests by
// status, blocks that stand or were lifted, in one mode.
func TestCustomerDossier(t *testing.T) {
	d := newDesk(t)
	payee := d.customer()
	pay := func(gateway, amount string) {
		if _, err := d.RecordPayment(t.Context(), as("admin1"), engine.NewPayment{
			CustomerID: payee.CustomerID, InstrumentID: payee.ID, GatewayID: gateway, Kind: engine.PaymentSale, Amount: usd(amount),
		}); err != nil {
			t.Fatal(err)
		}
	}
	pay("usd", "300")
	pay("usd", "200")
	pay("covered", "50")
	paid := d.request(payee, "120")
	d.must(d.Ready(t.Context(), as("rev1"), paid.ID, paid.Version))
	d.must(d.Approve(t.Context(), as("senior1"), paid.ID, engine.Approving{Seen: 2}))
	if _, _, err := d.AllocateManually(t.Context(), as("senior1"), paid.ID, engine.ManualAllocation{
		Seen: 3, InstrumentID: payee.ID, GatewayID: "usd", Amount: usd("120"),
	}); err != nil {
		t.Fatal(err)
	}
	for _, amount := range []string{"10", "20"} {
		r := d.request(payee, amount)
		d.must(d.Block(t.Context(), as("rev1"), r.ID, "aml-review", ""))
		d.must(d.Unblock(t.Context(), as("rev1"), r.ID, 2))
	}

	known, err := d.CustomerDossier(t.Context(), engine.ModeTest, payee.CustomerID)
	if err != nil {
		t.Fatal(err)
	}
	if x := known.Exposures; len(x) != 2 || x[0].GatewayID != "usd" || x[0].Amount != usd("380") || x[1].Amount != usd("50") {
		t.Errorf("exposures %+v", x)
	}
	if s := known.Sums; len(s) != 2 || s[0].Status != engine.RequestPending || s[0].Totals[0] != (engine.Total{Requests: 2, Amount: usd("30")}) {
		t.Errorf("sums %+v", s)
	}
	if b := known.Blocks; len(b) != 2 || b[0].Stands {
		t.Errorf("blocks %+v", b)
	}
	if len(known.Requests) != 3 || known.More || len(known.Payments) != 3 || len(known.Instruments) != 1 {
		t.Errorf("%+v", known)
	}
	live, err := d.CustomerDossier(t.Context(), engine.ModeLive, payee.CustomerID)
	if err != nil || len(live.Requests)+len(live.Blocks) > 0 {
		t.Errorf("in live mode %+v, %v", live, err)
	}
	if _, err := d.CustomerDossier(t.Context(), engine.ModeTest, "cus_nobody"); engine.CodeOf(err) != engine.NotFound {
		t.Errorf("nobody: %v", err)
	}
}
