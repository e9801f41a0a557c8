package route_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/route"
)

var ids = []string{"r0", "r1", "r2", "r3", "r4", "gone"}

// anyScheme draws schemes of test_usd that pass.
func anyScheme() *rapid.Generator[route.Scheme] {
	return rapid.Custom(func(t *rapid.T) route.Scheme {
		s := route.Scheme{ID: rapid.SampledFrom([]string{"main", "näme <&>"}).Draw(t, "id")}
		s.Services = []route.Service{{Service: "test_usd", Tree: anyNode(t, 3)}}
		return s
	})
}

func anyNode(t *rapid.T, depth int) route.Node {
	if depth == 0 || rapid.Bool().Draw(t, "leaf") {
		return route.Node{Use: rapid.SliceOfN(rapid.Custom(anyStrategy), 0, 3).Draw(t, "use")}
	}
	condition := anyCondition(t, 2)
	then, otherwise := anyNode(t, depth-1), anyNode(t, depth-1)
	return route.Node{If: &condition, Then: &then, Else: &otherwise}
}

func anyStrategy(t *rapid.T) route.Strategy {
	kind := rapid.SampledFrom([]route.StrategyKind{
		route.StrategyDirect, route.StrategyPriority, route.StrategyWeight, route.StrategyBalance,
		route.StrategyFee, route.StrategyConversion, route.StrategyOptimal,
	}).Draw(t, "kind")
	routes := rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, 4, rapid.ID).Draw(t, "routes")
	s := route.Strategy{Kind: kind}
	switch {
	case kind == route.StrategyDirect:
		s.Routes = routes[:1:1]
	case kind == route.StrategyWeight:
		s.Routes = routes
		for range routes {
			s.Weights = append(s.Weights, rapid.IntRange(1, 5).Draw(t, "weight"))
		}
	case rapid.Bool().Draw(t, "some"):
		s.Routes = routes
	}
	return s
}

func anyCondition(t *rapid.T, depth int) route.Condition {
	kind := rapid.IntRange(0, 4).Draw(t, "condition")
	if depth == 0 || kind < 3 {
		return conditionOf(rapid.SampledFrom([]string{
			"amount > 50", "amount in 1..20 70 99.99", "amount-eur <= 10", "amount-usd exists", "day-of-week in 1..5",
			"hour not-in 0..12", "random-percent < 50", "customer-country = US", "customer-country in DE US",
			"tag = vip", "tag != vip", "metadata tier = 007", "metadata tier in 1.50 1.5 1e3 -0", "metadata tier exists",
			"card-brand matches a|b", "currency = USD",
		}).Draw(t, "comparison"))
	}
	var group []route.Condition
	for range rapid.IntRange(1, 3).Draw(t, "members") {
		group = append(group, anyCondition(t, depth-1))
	}
	if kind == 3 {
		return route.Condition{All: group}
	}
	return route.Condition{Any: group}
}

func cents(t *rapid.T, name string, least, most int64) money.Amount {
	return money.New(rapid.Int64Range(least, most).Draw(t, name), "USD")
}

// anyRoutes draws routes of two gateway accounts; what is an account's own they
// have in common.
func anyRoutes(t *rapid.T, scale int64) []route.Route {
	accounts := []route.Route{anyAccount(t, scale), anyAccount(t, scale)}
	var routes []route.Route
	for i := range rapid.IntRange(0, 5).Draw(t, "routes") {
		n := rapid.IntRange(0, 1).Draw(t, "account")
		r := accounts[n]
		r.ID, r.Gateway = fmt.Sprint("r", i), fmt.Sprint("g", n)
		r.Service = rapid.SampledFrom([]string{"test_usd", "test_usd", "test_usd", "test_eur"}).Draw(t, "service")
		least, most := rapid.Int64Range(0, 2*scale).Draw(t, "min"), rapid.Int64Range(0, 9*scale).Draw(t, "above min")
		r.Min = money.New(least, accountCurrency(r))
		if most > 0 {
			r.Max = money.New(least+most, accountCurrency(r))
		}
		r.Fee = fx.Fee{
			Rate:  number(t, rapid.SampledFrom([]string{"0", "0.01", "0.333"}).Draw(t, "fee")),
			Fixed: number(t, rapid.SampledFrom([]string{"0", "0", "0.01", "2"}).Draw(t, "fixed")),
		}
		r.WhyNot = rapid.SampledFrom([]string{"", "", "", "the route is disabled"}).Draw(t, "why not")
		r.Used, r.Attempts = rapid.IntRange(0, 3).Draw(t, "used"), rapid.IntRange(0, 9).Draw(t, "attempts")
		r.Successes = rapid.IntRange(0, r.Attempts).Draw(t, "successes")
		r.Failed = rapid.IntRange(0, 3).Draw(t, "failed") == 0
		routes = append(routes, r)
	}
	return routes
}

func anyAccount(t *rapid.T, scale int64) (a route.Route) {
	if rapid.Bool().Draw(t, "foreign") {
		rate := rapid.SampledFrom([]string{"0.91534217", "27.8346", "3", "0.5"}).Draw(t, "rate")
		a.Quote = fx.Quote{Base: "USD", Quote: "UAH", Rate: number(t, rate)}
	}
	most := 20 * scale
	a.BalanceKnown = rapid.Bool().Draw(t, "balance known")
	a.Spendable = money.New(rapid.Int64Range(-1, most).Draw(t, "spendable"), accountCurrency(a))
	if rapid.Bool().Draw(t, "turnover") {
		a.TurnoverLimit = money.New(rapid.Int64Range(1, most).Draw(t, "turnover limit"), accountCurrency(a))
		a.TurnoverUsed = money.New(rapid.Int64Range(0, most/2).Draw(t, "turnover used"), accountCurrency(a))
	}
	a.Unhealthy = rapid.IntRange(0, 5).Draw(t, "unhealthy") == 0
	return a
}

func accountCurrency(r route.Route) money.Currency {
	if r.Quote.Quote == "" {
		return "USD"
	}
	return r.Quote.Quote
}

func anyInput(t *rapid.T) route.Input {
	scale := rapid.SampledFrom([]int64{1, 1000}).Draw(t, "scale") // a unit more or less counts among few
	portion := cents(t, "portion", 1, 15*scale)
	return route.Input{
		Request: route.Request{
			ID: fmt.Sprint("request ", rapid.IntRange(0, 9).Draw(t, "request")), Amount: portion, AmountUSD: portion,
			Service:         "test_usd",
			CustomerCountry: rapid.SampledFrom([]string{"", "US", "FR"}).Draw(t, "country"),
			Tags:            rapid.SampledFrom([][]string{nil, {"vip"}, {"new", "vip"}}).Draw(t, "tags"),
			Metadata:        rapid.SampledFrom([]map[string]string{nil, {"tier": "1.5"}}).Draw(t, "metadata"),
		},
		Portion: portion, Routes: anyRoutes(t, scale), Now: monday, Seed: rapid.Uint64().Draw(t, "seed"),
		Split: rapid.Bool().Draw(t, "split"), SkipHistory: rapid.Bool().Draw(t, "skip history"),
	}
}

// sampleInput is one for fuzzing.
func sampleInput() route.Input {
	return rapid.Custom(anyInput).Example(1)
}

// Whatever the scheme and the input: the same again gives the same decision,
// every route is in the order or out but never both, and what is in the order
// breaks no rule.
func TestDecisionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		r, err := route.Compile(anyScheme().Draw(t, "scheme"))
		if err != nil {
			t.Fatal(err)
		}
		d := r.Decide(in)
		first, _ := json.Marshal(d)
		if again, _ := json.Marshal(r.Decide(in)); string(again) != string(first) {
			t.Fatalf("first %s\nthen  %s", first, again)
		}
		if d.Resolution == "" != (len(d.Candidates) > 0) {
			t.Fatalf("resolution %q with %d candidates", d.Resolution, len(d.Candidates))
		}
		seen := map[string]bool{}
		for _, c := range d.Candidates {
			if seen[c.Route] || c.Why == "" {
				t.Fatalf("%s stands there twice, or nobody knows why", c.Route)
			}
			seen[c.Route] = true
		}
		for _, f := range d.Filtered {
			if seen[f.Route] || f.Why == "" {
				t.Fatalf("%s is out and in, or out twice, or nobody knows why", f.Route)
			}
			seen[f.Route] = true
		}
		for _, picked := range d.Pick(in.Routes) {
			if broken := breaks(in, picked); broken != "" {
				t.Fatalf("%s may pay %s, but %s", picked.ID, in.Portion.Text(), broken)
			}
		}
	})
}

// breaks says which rule a route breaks by paying the portion, or may not even
// pay a part of it.
func breaks(in route.Input, r route.Route) string {
	amount, _ := r.Quote.Convert(in.Portion)
	least := amount
	if in.Split {
		least = money.Most(r.Min, money.New(1, amount.Currency))
	}
	switch {
	case r.WhyNot != "", r.Service != in.Request.Service:
		return "it is unusable or pays something else"
	case amount.Cmp(r.Min) < 0, !in.Split && r.Max.Positive() && amount.Cmp(r.Max) > 0:
		return "that is beyond its limits"
	case r.BalanceKnown && least.Plus(r.Fee.Of(least)).Cmp(r.Spendable) > 0:
		return "its account is short of balance"
	case r.TurnoverLimit.Positive() && r.TurnoverUsed.Plus(least).Cmp(r.TurnoverLimit) > 0:
		return "that is beyond the turnover"
	case r.Unhealthy, r.Failed && !in.SkipHistory:
		return "it is unhealthy or failed before"
	}
	return ""
}

// Whatever is divided sums to the portion in at most so many parts; converted
// together, each part is within its route's limits, and no account pays more
// than it has.
func TestDivisionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		in.Split = true
		routes := new(route.Router).Decide(in).Pick(in.Routes)
		cuts := anyCuts(t, routes)
		most := rapid.IntRange(1, 8).Draw(t, "most")
		d := route.Divide(in.Portion, routes, most)
		if d.Parts == nil {
			if d.Why == "" || d.Resolution == "" {
				t.Fatal("no parts, and nobody knows why")
			}
			return
		}
		sum := money.Zero("USD")
		for _, part := range d.Parts {
			sum = sum.Plus(part.Amount)
		}
		if sum != in.Portion || len(d.Parts) > most {
			t.Fatalf("%d of %d parts sum to %s, not %s", len(d.Parts), most, sum, in.Portion)
		}
		for gateway, cut := range cuts {
			for _, part := range d.Parts {
				if part.Gateway == gateway {
					cut = cut.Minus(part.Amount)
				}
			}
			if cut.Negative() {
				t.Fatalf("%s takes %s more than it may", gateway, cut)
			}
		}
		spent, paid := map[string]money.Amount{}, map[string]money.Amount{}
		for currency, parts := range byCurrency(d.Parts, routes) {
			amounts := make([]money.Amount, len(parts))
			for i, part := range parts {
				amounts[i] = part.Amount
			}
			converted, err := routeOf(routes, parts[0].Route).Quote.ConvertParts(amounts)
			if err != nil {
				t.Fatal(err)
			}
			for i, amount := range converted {
				r := routeOf(routes, parts[i].Route)
				if amount.Cmp(r.Min) < 0 || r.Max.Positive() && amount.Cmp(r.Max) > 0 || !amount.Positive() {
					t.Fatalf("%s pays %s %s, with limits %s and %s", r.ID, amount, currency, r.Min, r.Max)
				}
				spent[r.Gateway] = spent[r.Gateway].Plus(amount).Plus(r.Fee.Of(amount))
				paid[r.Gateway] = paid[r.Gateway].Plus(amount)
			}
		}
		for _, r := range routes {
			switch {
			case r.BalanceKnown && spent[r.Gateway].Cmp(r.Spendable) > 0:
				t.Fatalf("%s spends %s of %s", r.Gateway, spent[r.Gateway].Text(), r.Spendable.Text())
			case r.TurnoverLimit.Positive() && r.TurnoverUsed.Plus(paid[r.Gateway]).Cmp(r.TurnoverLimit) > 0:
				t.Fatalf("%s pays %s on top of %s of %s", r.Gateway, paid[r.Gateway].Text(), r.TurnoverUsed, r.TurnoverLimit)
			}
		}
	})
}

// anyCuts bounds what some accounts take.
func anyCuts(t *rapid.T, routes []route.Route) map[string]money.Amount {
	cuts := map[string]money.Amount{}
	drawn := map[string]bool{}
	for i, r := range routes {
		if !drawn[r.Gateway] && rapid.Bool().Draw(t, "cut") {
			cuts[r.Gateway] = cents(t, "most", 0, 100_000)
		}
		drawn[r.Gateway] = true
		if cut, bounded := cuts[r.Gateway]; bounded {
			routes[i].Cut = route.Cut{Bounded: true, Most: cut}
		}
	}
	return cuts
}

// byCurrency groups parts as they are converted together: by quote.
func byCurrency(parts []route.Part, routes []route.Route) map[string][]route.Part {
	groups := map[string][]route.Part{}
	for _, part := range parts {
		q := routeOf(routes, part.Route).Quote
		key := q.Pair().String() + " " + q.Rate.String()
		groups[key] = append(groups[key], part)
	}
	return groups
}

func routeOf(routes []route.Route, id string) route.Route {
	return routes[slices.IndexFunc(routes, func(r route.Route) bool { return r.ID == id })]
}

// One route without a fee divides whatever can be divided: some number of
// parts must have the portion between its minima and its maxima.
func TestOneRouteDividesWhateverItCan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		portion := cents(t, "portion", 1, 300)
		least := rapid.Int64Range(1, 40).Draw(t, "min")
		r := route.Route{ID: "r", Min: money.New(least, "USD"), Max: money.New(least+rapid.Int64Range(0, 10).Draw(t, "more"), "USD")}
		if rapid.Bool().Draw(t, "balance known") {
			r.BalanceKnown, r.Spendable = true, cents(t, "spendable", 0, 400)
		}
		possible := false
		for n := int64(1); n <= route.MaxParts; n++ {
			within := n*r.Min.Minor <= portion.Minor && portion.Minor <= n*r.Max.Minor
			possible = possible || within && (!r.BalanceKnown || portion.Cmp(r.Spendable) <= 0)
		}
		d := route.Divide(portion, []route.Route{r}, route.MaxParts)
		if possible != (d.Parts != nil) {
			t.Fatalf("possible: %t, but %q %s", possible, parts(d), d.Why)
		}
	})
}
