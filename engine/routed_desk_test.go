package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A routedDesk is a desk with the accounts and routes of the routing vectors,
// all of test_usd, and one in another currency:
//
//	r1    USD 10,034    10 to 5,000   fee 1 %
//	r2    USD     34                  fee 0.5 %
//	r3    USD  8,434     1 to 10,000  fee 2 %
//	ruah  UAH 50,000                  no fee, at 27.8346
//
// What an account's provider does is steered account by account.
type routedDesk struct {
	*desk
	scripts map[string]string                      // of the sandbox, by account
	says    map[engine.AllocationID]engine.Outcome // what look-ups are told, whatever the truth
}

// steered is the sandbox, told by account what to do.
type steered struct {
	*sandbox.Sandbox
	scripts map[string]string
	says    map[engine.AllocationID]engine.Outcome
}

// Pay implements engine.Gateway.
func (s steered) Pay(ctx context.Context, o engine.PayOrder) engine.Outcome {
	return s.Sandbox.Pay(ctx, s.steer(o))
}

// LookUp implements engine.Gateway.
func (s steered) LookUp(ctx context.Context, o engine.PayOrder) engine.Outcome {
	if said, ok := s.says[o.Key]; ok {
		return said
	}
	return s.Sandbox.LookUp(ctx, s.steer(o))
}

// TakeBack implements engine.Gateway.
func (s steered) TakeBack(ctx context.Context, o engine.PayOrder) engine.Outcome {
	return s.Sandbox.TakeBack(ctx, s.steer(o))
}

func (s steered) steer(o engine.PayOrder) engine.PayOrder {
	if script := s.scripts[o.Gateway.ID]; script != "" {
		o.Fields = maps.Clone(o.Fields)
		o.Fields[sandbox.FieldScript] = script
	}
	return o
}

const routedAccounts = `
  "gateways": [
    {"id": "a1", "provider": "steered", "mode": "test", "currency": "USD", "balance": 10034, "instruction": "all"},
    {"id": "a2", "provider": "steered", "mode": "test", "currency": "USD", "balance": 34, "instruction": "all"},
    {"id": "a3", "provider": "steered", "mode": "test", "currency": "USD", "balance": 8434, "instruction": "all"},
    {"id": "auah", "provider": "steered", "mode": "test", "currency": "UAH", "balance": 50000, "instruction": "all"}],
  "routes": [
    {"id": "r1", "service": "test_usd", "gateway": "a1", "min": 10, "max": 5000, "fee": {"rate": 0.01}},
    {"id": "r2", "service": "test_usd", "gateway": "a2", "fee": {"rate": 0.005}},
    {"id": "r3", "service": "test_usd", "gateway": "a3", "min": 1, "max": 10000, "fee": {"rate": 0.02}},
    {"id": "ruah", "service": "test_usd", "gateway": "auah"}],
  "sources": [{"id": "desk", "rates": [{"base": "USD", "quote": "UAH", "rate": 27.8346, "asOf": "2026-11-01T10:00:00Z"}]}],
  "rates": [{"id": "fx", "lifeSeconds": 600, "rules": [{"base": "USD", "quote": "UAH", "source": "desk"}]}]`

// newRoutedDesk opens a desk whose point "routed" has these options, and a
// scheme whose leaf for test_usd uses these strategies.
func newRoutedDesk(t testing.TB, options, use string) *routedDesk {
	t.Helper()
	d := &routedDesk{desk: newDesk(t), scripts: map[string]string{}, says: map[engine.AllocationID]engine.Outcome{}}
	d.Engine = engine.New(d.store, engine.World{
		Clock: d.clock, Worker: "worker", IDs: d.ids,
		Gateways: map[string]engine.Gateway{"sandbox": d.bank, "steered": steered{d.bank, d.scripts, d.says}},
	})
	d.apply(`{` + routedAccounts + `}`)
	d.point(options, use)
	return d
}

// point configures the point and its scheme.
func (d *routedDesk) point(options, use string) {
	d.t.Helper()
	d.apply(`{
	  "schemes": [{"id": "s", "services": [{"service": "test_usd", "tree": {"use": [` + use + `]}}]}],
	  "points": [{"id": "routed", "mode": "test", "currencies": ["USD", "JPY"], "readiness": {"policy": "immediate"},
	    "scheme": "s", "rates": "fx", "options": {` + options + `}}]}`)
}

// priority lists routes in order.
func priority(routes ...string) string {
	raw, _ := json.Marshal(routes)
	return `{"strategy": "priority", "routes": ` + string(raw) + `}`
}

// approve makes a request at the routed point that senior1 approved.
func (d *routedDesk) approve(amount string) engine.Request {
	d.t.Helper()
	r := d.requestAt("routed", d.customer(), usd(amount))
	return d.must(d.Approve(d.t.Context(), as("senior1"), r.ID, engine.Approving{Seen: r.Version}))
}

// dispatch approves a request, allocates it by the plan and lets the engine do
// what is due.
func (d *routedDesk) dispatch(amount string) engine.Request {
	d.t.Helper()
	r := d.approve(amount)
	if _, _, err := d.AutoAllocate(d.t.Context(), as("rev1"), r.ID, r.Version, nil); err != nil {
		d.t.Fatal(err)
	}
	d.process(r.ID)
	d.work()
	return d.now(r.ID)
}

// told is what became of a request: each allocation by account, with what it
// is for, what its account pays for that, and how it ended.
func (d *routedDesk) told(id engine.RequestID) string {
	d.t.Helper()
	var parts []string
	for _, a := range d.allocations(id) {
		said := fmt.Sprintf("%s %s", a.GatewayID, a.Amount)
		if a.PayoutAmount.Currency != a.Amount.Currency {
			said += " as " + a.PayoutAmount.Text()
		}
		parts = append(parts, said+" "+string(a.Status))
	}
	return strings.Join(parts, ", ")
}

func (d *routedDesk) expect(r engine.Request, want string) {
	d.t.Helper()
	if got := d.told(r.ID); got != want {
		d.t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestConversionIsKeptOnTheAllocation(t *testing.T) {
	d := newRoutedDesk(t, "", priority("ruah"))
	r := d.dispatch("10")
	a := d.allocations(r.ID)[0]
	if a.Amount != usd("10") || a.PayoutAmount != amountOf("278.34", "UAH") || a.Quote.Rate.String() != "27.8346" ||
		a.Quote.Source != "desk" || !a.Quote.ValidUntil.Equal(start.Add(10*time.Minute)) {
		t.Errorf("%+v", a)
	}
	if r.Status != engine.RequestFulfilled || r.Paid != usd("10") {
		t.Errorf("it is %s with %s paid", r.Status, r.Paid)
	}
	if b, _ := d.Balance(t.Context(), "auah"); b.Balance != amountOf("49721.66", "UAH") || !b.Reserved.IsZero() {
		t.Errorf("the account holds %s and reserves %s", b.Balance, b.Reserved)
	}
	if effects, err := d.bank.Effects(); err != nil || len(effects) != 1 || effects[0].Paid != amountOf("278.34", "UAH") {
		t.Errorf("the provider did %+v: %v", effects, err)
	}
}

func TestWhatWasPaidOfAConversionCountsUp(t *testing.T) {
	d := newRoutedDesk(t, `"allowPartially": true`, priority("ruah"))
	d.scripts["auah"] = "partial:60"
	r := d.dispatch("10") // 60 % of 278.34 is 167.00, which is 5.9999 of 10
	if r.Paid != usd("6.00") || r.Available() != usd("4.00") {
		t.Errorf("%s paid, %s available", r.Paid, r.Available())
	}
	d.scripts["auah"] = "over:150"
	r = d.dispatch("10")
	if a := d.allocations(r.ID)[0]; r.Paid != usd("10.00") || a.Overpaid != usd("5.00") || !a.Conflict {
		t.Errorf("%s paid, %s overpaid", r.Paid, a.Overpaid)
	}
}

func TestAllocatingByHandConverts(t *testing.T) {
	d := newRoutedDesk(t, "", priority("r1"))
	r := d.approve("10")
	_, a, err := d.AllocateManually(t.Context(), as("rev1"), r.ID, engine.ManualAllocation{
		Seen: r.Version, InstrumentID: r.InstrumentID, GatewayID: "auah", Amount: usd("5"),
	})
	if err != nil || a.PayoutAmount != amountOf("139.17", "UAH") || a.Quote.Rate.String() != "27.8346" {
		t.Errorf("%+v: %v", a, err)
	}
}

func TestAStaleQuoteIsMadeAgain(t *testing.T) {
	queue := func(t *testing.T) (*routedDesk, engine.Request) {
		d := newRoutedDesk(t, "", priority("ruah"))
		r := d.approve("10")
		if _, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, nil); err != nil {
			t.Fatal(err)
		}
		d.process(r.ID)
		d.clock.Advance(10 * time.Minute)
		return d, r
	}
	reserved := func(d *routedDesk) money.Amount {
		b, err := d.Balance(t.Context(), "auah")
		if err != nil {
			t.Fatal(err)
		}
		return b.Reserved
	}
	t.Run("at a rate that moved", func(t *testing.T) {
		d, r := queue(t)
		d.apply(`{"sources": [{"id": "desk", "rates": [{"base": "USD", "quote": "UAH", "rate": 30}]}]}`)
		d.scripts["auah"] = "timeout"
		d.work()
		d.expect(r, "auah 10.00 as 300.00 UAH waiting-completion")
		if reserved(d) != amountOf("300", "UAH") {
			t.Errorf("it reserves %s", reserved(d))
		}
	})
	t.Run("at the same rate", func(t *testing.T) {
		d, r := queue(t)
		d.work()
		d.expect(r, "auah 10.00 as 278.34 UAH completed")
		if a := d.allocations(r.ID)[0]; !a.Quote.Fresh(d.clock.Now()) {
			t.Errorf("its quote is %+v", a.Quote)
		}
	})
	t.Run("without a rate", func(t *testing.T) {
		d, r := queue(t)
		d.apply(`{"sources": [{"id": "desk", "rates": []}]}`)
		d.work()
		d.expect(r, "auah 10.00 as 278.34 UAH failed")
		if a := d.allocations(r.ID)[0]; !strings.Contains(a.Reason, "source desk has no rate for USD/UAH") || !reserved(d).IsZero() {
			t.Errorf("%s; it reserves %s", a.Reason, reserved(d))
		}
	})
	t.Run("at a rate that the account cannot pay", func(t *testing.T) {
		d, r := queue(t)
		d.apply(`{"sources": [{"id": "desk", "rates": [{"base": "USD", "quote": "UAH", "rate": 5001}]}]}`)
		d.work()
		d.expect(r, "auah 10.00 as 278.34 UAH failed")
		if a := d.allocations(r.ID)[0]; !strings.Contains(a.Reason, "short of balance") {
			t.Error(a.Reason)
		}
	})
}

func TestAPlanWithoutARateSaysSo(t *testing.T) {
	d := newRoutedDesk(t, "", priority("ruah", "r1"))
	d.apply(`{"sources": [{"id": "desk", "rates": []}]}`)
	r := d.approve("100")
	p, err := d.Explain(t.Context(), r.ID)
	if err != nil || p.Placed() != usd("100") || p.Lines[0].Route != "r1" || p.Lines[0].Place != 1 {
		t.Errorf("%+v: %v", p, err)
	}
	for _, line := range p.Lines {
		if line.Route == "ruah" && !strings.Contains(line.Reasons[0], "source desk has no rate for USD/UAH") {
			t.Errorf("%q", line.Reasons)
		}
	}
	if len(p.Routing) != 1 || p.Routing[0].Way[0] != "strategy 1 of 1: in this order: ruah, r1" || len(p.Routed) != 1 {
		t.Errorf("%+v", p.Routing)
	}
}

func TestAPlanShownIsCarriedOutOrSaysThatTheRateMoved(t *testing.T) {
	d := newRoutedDesk(t, "", priority("ruah"))
	r := d.approve("10")
	shown, err := d.Plan(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	d.apply(`{"sources": [{"id": "desk", "rates": [{"base": "USD", "quote": "UAH", "rate": 27.9}]}]}`)
	_, _, err = d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, &shown)
	refusedAs(t, err, engine.Stale, "auah now pays 279.00 UAH, not 278.34 UAH: the rate is 27.9")
	if shown, err = d.Plan(t.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(time.Minute) // a later quote at the same rate is the same plan
	if _, _, err = d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, &shown); err != nil {
		t.Error(err)
	}
}

func TestRoutingIsTriedOut(t *testing.T) {
	d := newRoutedDesk(t, "", priority("r2", "r1", "r3"))
	p, err := d.TryRouting(t.Context(), engine.RoutingTrial{Point: "routed", Amount: usd("100"), Service: "test_usd"})
	if err != nil || len(p.Routed) != 1 {
		t.Fatalf("%+v: %v", p, err)
	}
	decision := p.Routed[0].Decision
	if decision.Candidates[0].Route != "r1" || decision.Filtered[0].Route != "r2" || p.Lines[0].Route != "r1" || p.Lines[0].Amount != usd("100") {
		t.Errorf("%+v", decision)
	}
	if _, err := d.TryRouting(t.Context(), engine.RoutingTrial{Point: "routed", Amount: usd("0"), Service: "test_usd"}); engine.CodeOf(err) != engine.Invalid {
		t.Errorf("nothing: %v", err)
	}
	if _, err := d.TryRouting(t.Context(), engine.RoutingTrial{Point: "routed", Amount: usd("1"), Service: "other"}); engine.CodeOf(err) != engine.NotFound {
		t.Errorf("another service: %v", err)
	}
}
