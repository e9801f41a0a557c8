package plan_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/plan"
)

func usd(t interface{ Fatal(...any) }, s string) money.Amount {
	a, err := money.Parse(s, "USD")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// order is the published example: money goes back before it goes on.
var order = []string{plan.Cards, plan.Alternatives, plan.Selected}

// route is an account without limits and with an unknown balance.
func route(gateway string, exposure money.Amount) plan.Route {
	return plan.Route{ID: "r-" + gateway, Gateway: gateway, Exposure: exposure}
}

// taken renders what a plan takes, as "instrument@gateway amount …, left".
func taken(p plan.Plan) string {
	var parts []string
	for _, line := range p.Taken() {
		parts = append(parts, line.Instrument+"@"+line.Gateway+" "+line.Amount.String())
	}
	return strings.Join(append(parts, "left "+p.Left.String()), ", ")
}

func TestMake(t *testing.T) {
	zero := money.Zero("USD")
	card := func(routes ...plan.Route) plan.Instrument {
		return plan.Instrument{ID: "card", Method: plan.Cards, Routes: routes}
	}
	bank := func(routes ...plan.Route) plan.Instrument {
		return plan.Instrument{ID: "bank", Method: "bank", Routes: routes}
	}
	limited := func(gateway string, per, per24, used string) plan.Route {
		r := route(gateway, zero)
		r.PerTransaction, r.Per24Hours, r.Used24Hours = usd(t, per), usd(t, per24), usd(t, used)
		return r
	}
	bounded := func(gateway, least, most string) plan.Route {
		r := route(gateway, zero)
		r.Min, r.Max = usd(t, least), usd(t, most)
		return r
	}
	holding := func(gateway, spendable string) plan.Route {
		r := route(gateway, zero)
		r.Spendable, r.BalanceKnown = usd(t, spendable), true
		r.Fee = fx.Fee{Rate: number(t, "0.01")}
		return r
	}
	covered := func(r plan.Route) plan.Route { r.Covered = true; return r }

	for _, test := range []struct {
		name        string
		available   string
		selected    string
		instruments []plan.Instrument
		want        string
	}{
		{
			"A: exposure goes back first, the rest where the customer wants it", "500", "bank",
			[]plan.Instrument{bank(route("gw2", zero)), card(covered(route("gw1", usd(t, "200"))))},
			"card@gw1 200.00, bank@gw2 300.00, left 0.00",
		},
		{
			"B: a transaction limit cuts", "4000", "bank",
			[]plan.Instrument{bank(limited("gw", "3000", "10000", "0"))},
			"bank@gw 3000.00, left 1000.00",
		},
		{
			"C: what 24 hours left cuts", "4000", "bank",
			[]plan.Instrument{bank(limited("gw", "3000", "10000", "9000"))},
			"bank@gw 1000.00, left 3000.00",
		},
		{
			"D: an account that cannot be used takes nothing", "500", "bank",
			[]plan.Instrument{bank(plan.Route{ID: "r", Gateway: "gw", WhyNot: "its payout instruction is none"})},
			"left 500.00",
		},
		{
			"no limit in the currency binds nothing", "4000", "bank",
			[]plan.Instrument{bank(limited("gw", "0", "0", "0"))},
			"bank@gw 4000.00, left 0.00",
		},
		{
			"an instrument that was not selected takes no more than its exposure", "500", "",
			[]plan.Instrument{card(route("gw", usd(t, "120.50")))},
			"card@gw 120.50, left 379.50",
		},
		{
			"a negative exposure counts as none", "500", "",
			[]plan.Instrument{card(route("gw", usd(t, "-10")))},
			"left 500.00",
		},
		{
			"the next account takes what limits left", "4000", "bank",
			[]plan.Instrument{bank(limited("gw1", "3000", "0", "0"), limited("gw2", "3000", "0", "0"))},
			"bank@gw1 3000.00, bank@gw2 1000.00, left 0.00",
		},
		{
			"two routes of one account are one turn", "4000", "bank",
			[]plan.Instrument{bank(limited("gw", "3000", "0", "0"), limited("gw", "3000", "0", "0"))},
			"bank@gw 3000.00, left 1000.00",
		},
		{
			"a route that cannot take the whole portion is passed over", "600", "bank",
			[]plan.Instrument{bank(bounded("small", "1", "500"), bounded("large", "1", "5000"))},
			"bank@large 600.00, left 0.00",
		},
		{
			"below a minimum nothing is taken", "5", "bank",
			[]plan.Instrument{bank(bounded("gw", "10", "0"))},
			"left 5.00",
		},
		{
			"the balance has to cover the fee", "100", "bank",
			[]plan.Instrument{bank(holding("short", "100.99"), holding("enough", "101"))},
			"bank@enough 100.00, left 0.00",
		},
		{
			"what one instrument takes is gone for the next", "150", "bank",
			[]plan.Instrument{
				{ID: "card", Method: plan.Cards, Routes: []plan.Route{withExposure(holding("gw", "110"), usd(t, "100"))}},
				bank(holding("gw", "110")),
			},
			"card@gw 100.00, left 50.00",
		},
		{
			"nothing is left for an instrument whose exposure is nothing", "100", "bank",
			[]plan.Instrument{card(route("gw1", usd(t, "100"))), {ID: "card2", Method: plan.Cards, Routes: []plan.Route{route("gw1", zero)}}, bank(route("gw2", zero))},
			"card@gw1 100.00, left 0.00",
		},
		{
			"an unknown balance is not checked", "999999", "bank",
			[]plan.Instrument{bank(route("gw", zero))},
			"bank@gw 999999.00, left 0.00",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := plan.Make(plan.Input{
				Available: usd(t, test.available), Order: order, Selected: test.selected, Instruments: test.instruments,
			})
			if taken(got) != test.want {
				t.Errorf("got  %s\nwant %s\nlines %+v", taken(got), test.want, got.Lines)
			}
			for _, line := range got.Lines {
				if len(line.Reasons) == 0 {
					t.Errorf("%s@%s says nothing about why", line.Instrument, line.Gateway)
				}
			}
		})
	}
}

func TestMovedSaysWhatMoved(t *testing.T) {
	bank := func(exposure string) plan.Input {
		return plan.Input{
			Available: usd(t, "500"), Order: order, Selected: "bank",
			Instruments: []plan.Instrument{
				{ID: "bank", Method: "bank", Routes: []plan.Route{route("gw2", money.Zero("USD"))}},
				{ID: "card", Method: plan.Cards, Routes: []plan.Route{route("gw1", usd(t, exposure))}},
			},
		}
	}
	shown := plan.Make(bank("200"))
	if moved := plan.Moved(shown, plan.Make(bank("200"))); moved != nil {
		t.Errorf("nothing moved, but: %v", moved)
	}
	moved := plan.Moved(shown, plan.Make(bank("50")))
	want := []string{
		"gw1 now takes 50.00 USD, not 200.00 USD: at most the exposure there, 50.00 USD",
		"gw2 now takes 450.00 USD, not 300.00 USD: takes all that is left",
	}
	if !slices.Equal(moved, want) {
		t.Errorf("got %q\nwant %q", moved, want)
	}
}

// TestPlanProperties: whatever the input, a plan conserves the available
// amount, exceeds no limit that it was told of, and is the same each time.
func TestPlanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := inputs(t)
		p := plan.Make(in)
		if p.Placed().Plus(p.Left) != in.Available || p.Left.Negative() {
			t.Fatalf("placed %s and left %s of %s", p.Placed(), p.Left, in.Available)
		}
		if again := plan.Make(in); again.Digest() != p.Digest() {
			t.Fatal("the same input planned otherwise")
		}
		used, cost := map[string]money.Amount{}, map[string]money.Amount{}
		for _, line := range p.Taken() {
			r := routeOf(in, line)
			used[line.Gateway] = used[line.Gateway].Plus(line.Amount)
			cost[line.Gateway] = cost[line.Gateway].Plus(line.Amount).Plus(line.Fee)
			switch {
			case line.Instrument != in.Selected && line.Amount.Cmp(r.Exposure) > 0,
				r.Covered && line.Amount.Cmp(r.Exposure) > 0,
				r.PerTransaction.Positive() && line.Amount.Cmp(r.PerTransaction) > 0,
				r.Per24Hours.Positive() && r.Used24Hours.Plus(used[line.Gateway]).Cmp(r.Per24Hours) > 0,
				r.Min.Positive() && line.Amount.Cmp(r.Min) < 0,
				r.Max.Positive() && line.Amount.Cmp(r.Max) > 0,
				r.BalanceKnown && cost[line.Gateway].Cmp(r.Spendable) > 0:
				t.Fatalf("%+v breaks %+v", line, r)
			}
		}
	})
}

func inputs(t *rapid.T) plan.Input {
	amount := rapid.Custom(func(t *rapid.T) money.Amount { return money.New(rapid.Int64Range(0, 5000).Draw(t, "minor"), "USD") })
	in := plan.Input{Available: money.New(rapid.Int64Range(1, 5000).Draw(t, "available"), "USD"), Order: order, Selected: "i1"}
	for i := range rapid.IntRange(1, 4).Draw(t, "instruments") {
		instrument := plan.Instrument{ID: "i" + string(rune('0'+i)), Method: rapid.SampledFrom([]string{plan.Cards, "bank"}).Draw(t, "method")}
		for range rapid.IntRange(0, 3).Draw(t, "routes") {
			gateway := rapid.SampledFrom([]string{"g1", "g2", "g3"}).Draw(t, "gateway")
			instrument.Routes = append(instrument.Routes, plan.Route{
				ID: gateway, Gateway: gateway,
				Covered:        rapid.Bool().Draw(t, "covered"),
				Exposure:       amount.Draw(t, "exposure"),
				PerTransaction: amount.Draw(t, "per transaction"),
				Per24Hours:     money.New(4000, "USD"),
				Used24Hours:    money.New(int64(len(gateway)), "USD"),
				Min:            money.New(50, "USD"), Max: amount.Draw(t, "max"),
				Spendable: money.New(3000, "USD"), BalanceKnown: true,
				Fee:         fx.Fee{Rate: number(t, "0.013")},
				LastPayment: time.Unix(rapid.Int64Range(0, 9).Draw(t, "paid"), 0),
			})
		}
		in.Instruments = append(in.Instruments, instrument)
	}
	return in
}

// routeOf finds the route of a line; where an account has several for an
// instrument, the one that took is the first whose bounds hold the amount.
func routeOf(in plan.Input, line plan.Line) plan.Route {
	for _, i := range in.Instruments {
		for _, r := range i.Routes {
			if i.ID == line.Instrument && r.Gateway == line.Gateway && r.Exposure == line.Exposure &&
				(!r.PerTransaction.Positive() || line.Amount.Cmp(r.PerTransaction) <= 0) &&
				(!r.Max.Positive() || line.Amount.Cmp(r.Max) <= 0) {
				return r
			}
		}
	}
	return plan.Route{}
}

func withExposure(r plan.Route, exposure money.Amount) plan.Route {
	r.Exposure = exposure
	return r
}

func number(t interface{ Fatal(...any) }, s string) money.Number {
	n, err := money.NumberOf(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
