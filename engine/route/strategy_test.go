package route_test

import (
	"strings"
	"testing"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/route"
)

// four are routes of test_usd that differ in one thing each strategy looks at.
func four(t *testing.T) []route.Route {
	made := func(id, balance, rate string, used, successes, attempts int) route.Route {
		r := route.Route{
			ID: id, Gateway: "g" + id, Service: "test_usd", Fee: fx.Fee{Rate: number(t, rate)},
			Used: used, Successes: successes, Attempts: attempts,
		}
		if balance != "" {
			r.BalanceKnown, r.Spendable = true, usd(t, balance)
		}
		return r
	}
	return []route.Route{
		made("a", "5000", "0.01", 3, 75, 100),
		made("b", "", "0.005", 1, 995, 1000),
		made("c", "9000", "0.02", 1, 0, 0),
		made("d", "5000", "0.005", 0, 83, 100),
	}
}

func TestStrategies(t *testing.T) {
	list := func(kind route.StrategyKind, ids string) route.Strategy {
		s := route.Strategy{Kind: kind}
		if ids != "" {
			s.Routes = strings.Fields(ids)
		}
		return s
	}
	for _, test := range []struct {
		name string
		use  []route.Strategy
		want string
	}{
		{"direct", []route.Strategy{list(route.StrategyDirect, "c")}, "c: the one that is named"},
		{"priority", []route.Strategy{list(route.StrategyPriority, "c a")}, "c: place 1 of the list; a: place 2 of the list"},
		{"priority of all", []route.Strategy{list(route.StrategyPriority, "")}, "a: in file order; b: in file order; c: in file order; d: in file order"},
		{
			"balance, ties as listed, unknown ones last",
			[]route.Strategy{list(route.StrategyBalance, "b d c a")},
			"c: 9,000.00 USD spendable; d: 5,000.00 USD spendable; a: 5,000.00 USD spendable; b: its balance is unknown, which comes last",
		},
		{
			"fee, ties as listed",
			[]route.Strategy{list(route.StrategyFee, "")},
			"b: costs 0.50 USD; d: costs 0.50 USD; a: costs 1.00 USD; c: costs 2.00 USD",
		},
		{
			"conversion, untried ones last",
			[]route.Strategy{list(route.StrategyConversion, "")},
			"b: 995 of 1000 payouts went through; d: 83 of 100 payouts went through; a: 75 of 100 payouts went through; " +
				"c: no payout ended lately, which comes last",
		},
		{
			"optimal: least used, cheapest, by id",
			[]route.Strategy{list(route.StrategyOptimal, "")},
			"d: used 0× lately, costs 0.50 USD; b: used 1× lately, costs 0.50 USD; " +
				"c: used 1× lately, costs 2.00 USD; a: used 3× lately, costs 1.00 USD",
		},
		{
			"a set adds what is left out",
			[]route.Strategy{list(route.StrategyDirect, "c"), list(route.StrategyFee, "a b c"), list(route.StrategyPriority, "a d")},
			"c: the one that is named; b: costs 0.50 USD; a: costs 1.00 USD; d: place 2 of the list",
		},
		{"weight of one", []route.Strategy{{Kind: route.StrategyWeight, Routes: []string{"d"}, Weights: []int{5}}}, "d: drawn with a weight of 5"},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := ask(t, "100")
			in.Routes = four(t)
			var got []string
			for _, c := range leaf(t, test.use...).Decide(in).Candidates {
				got = append(got, c.Route+": "+c.Why)
			}
			if strings.Join(got, "; ") != test.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "; "), test.want)
			}
		})
	}
}

func TestOptimalTiesGoById(t *testing.T) {
	in := ask(t, "100")
	in.Routes = []route.Route{{ID: "b", Service: "test_usd"}, {ID: "a", Service: "test_usd"}}
	if d := leaf(t, route.Strategy{Kind: route.StrategyOptimal}).Decide(in); order(d) != "a b" {
		t.Errorf("the order is %q", order(d))
	}
}

// Weights count among the routes that are left.
func TestWeightsOfFilteredRoutesDoNotCount(t *testing.T) {
	in := ask(t, "100")
	in.Routes = four(t)
	in.Routes[0].WhyNot = "the route is disabled"
	r := leaf(t, route.Strategy{Kind: route.StrategyWeight, Routes: []string{"a", "b", "c"}, Weights: []int{1000, 3, 1}})
	first := 0
	for seed := range uint64(2000) {
		in.Seed = seed
		d := r.Decide(in)
		if len(d.Candidates) != 2 || filtered(d) != "a:unusable" {
			t.Fatalf("the order is %q, filtered %q", order(d), filtered(d))
		}
		if d.Candidates[0].Route == "b" {
			first++
		}
	}
	if first < 1420 || first > 1580 {
		t.Errorf("b came first %d times of 2000, want about 1500", first)
	}
}

// Across currencies, balances and fees are compared as shares of the portion.
func TestStrategiesAcrossCurrencies(t *testing.T) {
	in := ask(t, "100")
	uah := fx.Quote{Base: "USD", Quote: "UAH", Rate: number(t, "40")}
	in.Routes = []route.Route{
		{ID: "usd", Service: "test_usd", BalanceKnown: true, Spendable: usd(t, "1000"), Fee: fx.Fee{Fixed: number(t, "2")}},
		{
			ID: "uah", Service: "test_usd", Quote: uah, BalanceKnown: true,
			Spendable: money.New(20_000_00, "UAH"), Fee: fx.Fee{Fixed: number(t, "50")}, // 500 USD and 1.25 USD
		},
	}
	if d := leaf(t, byBalance).Decide(in); order(d) != "usd uah" {
		t.Errorf("by balance the order is %q", order(d))
	}
	if d := leaf(t, byFee).Decide(in); order(d) != "uah usd" || d.Candidates[0].Why != "costs 50.00 UAH" {
		t.Errorf("by fee the order is %q: %s", order(d), d.Candidates[0].Why)
	}
}

func TestFilters(t *testing.T) {
	jpy := fx.Quote{Base: "USD", Quote: "JPY", Rate: number(t, "150")}
	for _, test := range []struct {
		name    string
		change  func(*route.Route)
		portion string
		split   bool
		want    string // "" if it may pay
	}{
		{"nothing", func(*route.Route) {}, "100", false, ""},
		{"unusable", func(r *route.Route) { r.WhyNot = "the route is disabled" }, "100", false, "unusable: the route is disabled"},
		{"another service", func(r *route.Route) { r.Service = "test_eur" }, "100", false, "other-service: it pays test_eur"},
		{"at the minimum", func(r *route.Route) { r.Min = usd(t, "100") }, "100", false, ""},
		{"below the minimum", func(r *route.Route) { r.Min = usd(t, "100") }, "99.99", false, "below-minimum: 99.99 USD is below its minimum of 100.00 USD"},
		{"below it though divisible", func(r *route.Route) { r.Min = usd(t, "100") }, "99.99", true, "below-minimum: 99.99 USD is below its minimum of 100.00 USD"},
		{"at the maximum", func(r *route.Route) { r.Max = usd(t, "100") }, "100", false, ""},
		{"above the maximum", func(r *route.Route) { r.Max = usd(t, "100") }, "100.01", false, "above-maximum: 100.01 USD is above its maximum of 100.00 USD"},
		{"above it, but divisible", func(r *route.Route) { r.Max = usd(t, "100") }, "100.01", true, ""},
		{"limits are in the account's currency", func(r *route.Route) { r.Quote, r.Max = jpy, money.New(15_000, "JPY") }, "100", false, ""},
		{"above one in another currency", func(r *route.Route) { r.Quote, r.Max = jpy, money.New(14_999, "JPY") }, "100", false, "above-maximum: 15,000 JPY is above its maximum of 14,999 JPY"},
		{
			"nothing is left of it", func(r *route.Route) { r.Quote = fx.Quote{Base: "USD", Quote: "JPY", Rate: number(t, "50")} },
			"0.01", false, "below-minimum: 0.01 USD is nothing in JPY",
		},
		{
			"too much of it", func(r *route.Route) { r.Quote = fx.Quote{Base: "USD", Quote: "IDR", Rate: number(t, "15600")} }, "9000000000000", false,
			"above-maximum: convert 9,000,000,000,000.00 USD at 15600: the amount is too large (at most 10,000,000,000,000.00 IDR)",
		},
		{"covered", func(r *route.Route) { r.BalanceKnown, r.Spendable = true, usd(t, "101") }, "100", false, ""},
		{
			"short of the fee", func(r *route.Route) { r.BalanceKnown, r.Spendable = true, usd(t, "100.99") }, "100", false,
			"insufficient-balance: short of balance: 100.00 USD and a fee of 1.00 against 100.99 USD spendable",
		},
		{"enough for a part", func(r *route.Route) { r.BalanceKnown, r.Spendable = true, usd(t, "100.99") }, "100", true, ""},
		{
			"not enough for the smallest part", func(r *route.Route) { r.BalanceKnown, r.Spendable, r.Min = true, usd(t, "10"), usd(t, "10") }, "100", true,
			"insufficient-balance: short of balance: 10.00 USD and a fee of 0.10 against 10.00 USD spendable",
		},
		{
			"overdrawn", func(r *route.Route) { r.BalanceKnown, r.Spendable = true, usd(t, "-5") }, "100", false,
			"insufficient-balance: short of balance: 100.00 USD and a fee of 1.00 against 0.00 USD spendable",
		},
		{"an unknown balance is not checked", func(r *route.Route) { r.Spendable = usd(t, "1") }, "100", false, ""},
		{
			"beyond the turnover", func(r *route.Route) { r.TurnoverLimit, r.TurnoverUsed = usd(t, "500"), usd(t, "450") }, "100", false,
			"turnover-limit: daily turnover limit 500.00 USD, 450.00 USD used today",
		},
		{"a part within the turnover", func(r *route.Route) { r.TurnoverLimit, r.TurnoverUsed = usd(t, "500"), usd(t, "450") }, "100", true, ""},
		{"unhealthy", func(r *route.Route) { r.Unhealthy = true }, "100", false, "unhealthy: its gateway account is not healthy"},
		{"failed before", func(r *route.Route) { r.Failed = true }, "100", false, "failed-before: it failed this request before"},
		{
			"the first reason counts", func(r *route.Route) { r.Failed, r.Unhealthy, r.Max = true, true, usd(t, "1") }, "100", false,
			"above-maximum: 100.00 USD is above its maximum of 1.00 USD",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := ask(t, test.portion)
			r := route.Route{ID: "r", Gateway: "g", Service: "test_usd", Fee: fx.Fee{Rate: number(t, "0.01")}}
			test.change(&r)
			in.Routes, in.Split = []route.Route{r}, test.split
			d := leaf(t, directly("r")).Decide(in)
			got := ""
			for _, f := range d.Filtered {
				got += string(f.Reason) + ": " + f.Why
			}
			if got != test.want || (order(d) == "r") != (test.want == "") {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestRoutesThatNobodyHas(t *testing.T) {
	d := leaf(t, inOrder("gone", "r1")).Decide(ask(t, "100"))
	if order(d) != "r1" || filtered(d) != "gone:unknown-route" {
		t.Errorf("the order is %q, filtered %q", order(d), filtered(d))
	}
	in := ask(t, "100")
	in.Routes = nil
	if d := leaf(t, byFee).Decide(in); d.Resolution != route.NoRoutes {
		t.Errorf("without any route: %q", d.Resolution)
	}
	if d := leaf(t, directly("gone")).Decide(in); d.Resolution != route.AllFiltered {
		t.Errorf("with one that is gone: %q", d.Resolution)
	}
}

// A route is told about once, however often strategies list it.
func TestFilteredOnce(t *testing.T) {
	d := leaf(t, directly("r2"), byFee, inOrder("r2", "r1")).Decide(ask(t, "100"))
	if order(d) != "r1 r3" || filtered(d) != "r2:insufficient-balance" {
		t.Errorf("the order is %q, filtered %q", order(d), filtered(d))
	}
}

func TestWithoutATree(t *testing.T) {
	in := ask(t, "100")
	in.Routes = append(in.Routes, route.Route{ID: "r4", Service: "test_eur"})
	d := new(route.Router).Decide(in)
	if order(d) != "r1 r3" || filtered(d) != "r2:insufficient-balance" {
		t.Errorf("the order is %q, filtered %q", order(d), filtered(d))
	}
	in.Request.Service = "test_eur"
	if d := leaf(t, byFee).Decide(in); order(d) != "r4" {
		t.Errorf("of another service the order is %q", order(d))
	}
}
