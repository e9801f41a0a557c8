package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/route"
)

// Rows 13 to 28 of the list of parity, each a test of its name. Where a vector
// of package route shows the rule in full, the test here shows that the engine
// keeps it. Rows 30 and 31, a hold that is released and edited under, are not
// ours: a block takes its place, which nobody edits under (TestE10, and the
// tests of blocks). Row 27, the fee calculator, is a test of package fx; row 29
// stands with the statements.

// goes is where a point sends a request that nobody made: the routes in order.
func (d *routedDesk) goes(trial engine.RoutingTrial) string {
	d.t.Helper()
	trial.Point, trial.Service = "routed", "test_usd"
	p, err := d.TryRouting(d.t.Context(), trial)
	if err != nil {
		d.t.Fatal(err)
	}
	var order []string
	for _, c := range p.Routed[0].Decision.Candidates {
		order = append(order, c.Route)
	}
	return strings.Join(order, " ")
}

func (d *routedDesk) tree(tree string) {
	d.t.Helper()
	d.apply(`{"schemes": [{"id": "s", "services": [{"service": "test_usd", "tree": ` + tree + `}]}]}`)
}

func TestParity13TreeGroups(t *testing.T) {
	d := newRoutedDesk(t, "", "")
	d.tree(`{"if": {"any": [{"attribute": "day-of-week", "operator": "in", "value": ["1..5"]},
		{"all": [{"attribute": "amount", "operator": "<=", "value": 1000}, {"attribute": "customer-country", "operator": "=", "value": "US"}]}]},
		"then": {"use": [{"strategy": "direct", "routes": ["r1"]}]}, "else": {"use": [{"strategy": "direct", "routes": ["r3"]}]}}`)
	sunday, monday := start.AddDate(0, 0, -1), start
	for _, test := range []struct {
		at              time.Time
		amount, country string
		want            string
	}{
		{sunday, "1000", "US", "r1"}, {sunday, "1000.01", "US", "r3"}, {sunday, "1000", "FR", "r3"}, {monday, "4000", "FR", "r1"},
	} {
		got := d.goes(engine.RoutingTrial{Amount: usd(test.amount), At: test.at, Request: route.Request{CustomerCountry: test.country}})
		if got != test.want {
			t.Errorf("%s %s %s: %s, want %s", test.at.Weekday(), test.amount, test.country, got, test.want)
		}
	}
}

func TestParity14Strategies(t *testing.T) {
	d := newRoutedDesk(t, "", "")
	for _, test := range []struct{ use, amount, want string }{
		{`{"strategy": "balance", "routes": ["r1", "r2", "r3"]}`, "100", "r1 r3"},
		{`{"strategy": "balance", "routes": ["r1", "r2", "r3"]}`, "6000", "r3"},
		{`{"strategy": "fee", "routes": ["r1", "r2", "r3"]}`, "30", "r2 r1 r3"},
		{`{"strategy": "fee", "routes": ["r1", "r2", "r3"]}`, "34", "r1 r3"},
		{priority("r2", "r1", "r3"), "100", "r1 r3"},
		{`{"strategy": "direct", "routes": ["r3"]}`, "100", "r3"},                                                //
		{`{"strategy": "optimal", "routes": ["r1", "r3"]}`, "100", "r1 r3"},                                      // none used: the cheaper
		{`{"strategy": "conversion", "routes": ["r3", "r1"]}`, "100", "r3 r1"},                                   // none tried: as listed
		{`{"strategy": "weight", "routes": ["r1", "r3"], "weights": [1000000, 1]}`, "100", "r1 r3"},              // R-11 has the shares
		{`{"strategy": "direct", "routes": ["r3"]}, {"strategy": "fee", "routes": ["r1", "r3"]}`, "50", "r3 r1"}, // a set
	} {
		d.point("", test.use)
		if got := d.goes(engine.RoutingTrial{Amount: usd(test.amount)}); got != test.want {
			t.Errorf("%s of %s: %s, want %s", test.use, test.amount, got, test.want)
		}
	}

	// What went through lately, and what was used, is counted.
	d.point("", priority("r1"))
	d.scripts["a1"] = "declined"
	d.dispatch("10")
	d.point("", priority("r3"))
	d.dispatch("10")
	d.point("", `{"strategy": "conversion", "routes": ["r1", "ruah", "r3"]}`)
	if got := d.goes(engine.RoutingTrial{Amount: usd("100")}); got != "r3 r1 ruah" {
		t.Errorf("by conversion: %s", got)
	}
	d.point("", `{"strategy": "optimal", "routes": ["r1", "ruah", "r3"]}`)
	if got := d.goes(engine.RoutingTrial{Amount: usd("100")}); got != "ruah r1 r3" {
		t.Errorf("optimally: %s", got)
	}
}

func TestParity15OrderedStrategySet(t *testing.T) { TestR8FailsOver(t) }

func TestParity16BlockingScheme(t *testing.T) {
	d := newRoutedDesk(t, "", "")
	d.tree(`{"if": {"attribute": "amount", "operator": ">", "value": 1000}, "then": {"use": []}, "else": {"use": [` + priority("r1") + `]}}`)
	if got := d.goes(engine.RoutingTrial{Amount: usd("1000.01")}); got != "" {
		t.Errorf("it goes to %s", got)
	}
	r := d.approve("1000.01")
	_, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, nil)
	refusedAs(t, err, engine.Refused, "the routing scheme blocks such requests")
	d.expect(d.dispatch("1000"), "a1 1000.00 completed")
}

func TestParity17FailoverWithAttemptsLimit(t *testing.T) {
	TestR8FailsOver(t)
	TestR9DoesNotWithoutAttempts(t)
}

func TestParity18NoFailoverOnUnknownOutcome(t *testing.T) { TestR10NeverFromAnUnknownOutcome(t) }

func TestParity20AccountBounds(t *testing.T) {
	account := func(id, more string) string {
		return `{"gateways": [{"id": "` + id + `", "provider": "steered", "mode": "test", "currency": "USD", "instruction": "all"` + more + `}]}`
	}
	d := newRoutedDesk(t, "", `{"strategy": "priority", "routes": ["r1", "r2"]}`)
	d.apply(account("a1", `, "minimalBalance": 9950`))
	if got := d.goes(engine.RoutingTrial{Amount: usd("100")}); got != "" {
		t.Errorf("with a minimal balance: %s", got)
	}
	d.apply(account("a2", `, "overdraft": 20`)) // R2 holds 34: 50 and a fee of 0.25 are within 54
	if got := d.goes(engine.RoutingTrial{Amount: usd("50")}); got != "r1 r2" {
		t.Errorf("with an overdraft: %s", got)
	}
	d.apply(account("a1", `, "turnoverLimit": 500`))
	d.expect(d.dispatch("450"), "a1 450.00 completed")
	if got := d.goes(engine.RoutingTrial{Amount: usd("100")}); got != "" {
		t.Errorf("beyond the turnover: %s", got)
	}
	if got := d.goes(engine.RoutingTrial{Amount: usd("50")}); got != "r1 r2" {
		t.Errorf("within the turnover: %s", got)
	}
	d.clock.Advance(24 * time.Hour)
	if got := d.goes(engine.RoutingTrial{Amount: usd("100")}); got != "r1" {
		t.Errorf("the next day: %s", got)
	}
}

func TestParity21SplitWithLimitsAndRemainder(t *testing.T) { TestR15ToR17DividedPlans(t) }

func TestParity22PartialFromProvider(t *testing.T) {
	d := newRoutedDesk(t, `"allowPartially": true`, priority("r1"))
	d.scripts["a1"] = "partial:60"
	r := d.dispatch("100")
	if p := d.payouts(r); p[0].Status != engine.PayoutPartiallyProcessed || p[0].Processed != usd("60") || r.Paid != usd("60") || r.Available() != usd("40") {
		t.Errorf("%+v, %s paid", p, r.Paid)
	}
	if seen := engine.ViewsOfRequest(r, d.allocations(r.ID), d.payouts(r)); seen.PayCore.Status != "PARTIALLY_PROCESSED" {
		t.Errorf("PayCore sees %+v", seen.PayCore)
	}
}

func TestParity25FallbackToTheSystemScheme(t *testing.T) {
	d := newRoutedDesk(t, "", priority("r1"))
	if _, err := d.QuoteRate(t.Context(), "routed", usd("10"), "EUR"); engine.CodeOf(err) != engine.Refused {
		t.Errorf("off: %v", err)
	}
	d.apply(`{"sources": [{"id": "all", "system": true, "rates": [{"base": "EUR", "quote": "USD", "rate": 1.25}]}],
		"rates": [{"id": "fx", "fallback": true, "rules": [{"base": "USD", "quote": "UAH", "source": "desk"}]}]}`)
	if q, err := d.QuoteRate(t.Context(), "routed", usd("10"), "EUR"); err != nil || q.Converted != amountOf("8", "EUR") || q.Source != "all" {
		t.Errorf("on: %+v: %v", q, err)
	}
}

func TestParity24RateSchemeFormula(t *testing.T) {
	for _, row := range []struct{ source, percent, fixed, want string }{
		{"1.2104", "0.001", "0.0125", "1.2229121"},
		{"0.040864", "0.01", "0", "0.04086809"},
		{"0.05753", "1", "0.5", "0.5581053"},
	} {
		d := newRoutedDesk(t, "", priority("ruah"))
		d.apply(`{"sources": [{"id": "desk", "rates": [{"base": "USD", "quote": "UAH", "rate": ` + row.source + `}]}],
			"rates": [{"id": "fx", "rules": [{"base": "USD", "quote": "UAH", "source": "desk",
				"feeRate": ` + row.percent + `, "feeFixed": ` + row.fixed + `}]}]}`)
		q, err := d.QuoteRate(t.Context(), "routed", usd("10"), "UAH")
		if err != nil || q.Rate.String() != row.want {
			t.Errorf("%+v: %+v: %v", row, q, err)
		}
	}
}

func TestParity26ConversionRounding(t *testing.T) {
	d := newRoutedDesk(t, "", priority("ruah"))
	q, err := d.QuoteRate(t.Context(), "routed", usd("10"), "UAH") // 278.346
	if err != nil || q.Converted != amountOf("278.34", "UAH") {
		t.Errorf("%+v: %v", q, err)
	}
}

func TestParity28EveryPayoutShowsItsRate(t *testing.T) {
	d := newRoutedDesk(t, "", priority("ruah"))
	r := d.dispatch("10")
	a := d.allocations(r.ID)[0]
	if a.Quote.Rate.String() != "27.8346" || a.Amount != usd("10") || d.payouts(r)[0].Amount != amountOf("278.34", "UAH") {
		t.Errorf("%+v", a)
	}
}
