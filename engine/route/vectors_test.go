package route_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/route"
)

func usd(t interface{ Fatal(...any) }, s string) money.Amount {
	a, err := money.Parse(s, "USD")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func number(t interface{ Fatal(...any) }, s string) money.Number {
	n, err := money.NumberOf(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A Monday.
var monday = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// vectorRoutes are those of the vectors, all of test_usd:
//
//	r1  balance 10,034  10 to 5,000   fee 1 %
//	r2  balance     34                fee 0.5 %
//	r3  balance  8,434   1 to 10,000  fee 2 %
func vectorRoutes(t *testing.T) []route.Route {
	made := func(id, balance, least, most, rate string) route.Route {
		return route.Route{
			ID: id, Gateway: "account-of-" + id, Service: "test_usd",
			BalanceKnown: true, Spendable: usd(t, balance), Min: usd(t, least), Max: usd(t, most),
			Fee: fx.Fee{Rate: number(t, rate)},
		}
	}
	return []route.Route{
		made("r1", "10034", "10", "5000", "0.01"),
		made("r2", "34", "0", "0", "0.005"),
		made("r3", "8434", "1", "10000", "0.02"),
	}
}

// ask is a request of test_usd for an amount that is to be paid as a whole.
func ask(t *testing.T, amount string) route.Input {
	return route.Input{
		Request: route.Request{ID: "request 1", Service: "test_usd", Amount: usd(t, amount)},
		Portion: usd(t, amount),
		Routes:  vectorRoutes(t),
		Now:     monday,
	}
}

// leaf compiles a scheme whose tree for test_usd is one leaf.
func leaf(t testing.TB, use ...route.Strategy) *route.Router {
	if use == nil {
		use = []route.Strategy{}
	}
	return router(t, route.Node{Use: use})
}

func router(t testing.TB, tree route.Node) *route.Router {
	t.Helper()
	r, err := route.Compile(route.Scheme{ID: "main", Services: []route.Service{{Service: "test_usd", Tree: tree}}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// order are the routes of a decision; filtered, those that are out and why.
func order(d route.Decision) string {
	var ids []string
	for _, c := range d.Candidates {
		ids = append(ids, c.Route)
	}
	return strings.Join(ids, " ")
}

func filtered(d route.Decision) string {
	var list []string
	for _, f := range d.Filtered {
		list = append(list, f.Route+":"+string(f.Reason))
	}
	return strings.Join(list, " ")
}

func parts(d route.Division) string {
	var list []string
	for _, p := range d.Parts {
		list = append(list, p.Route+" "+p.Amount.String())
	}
	return strings.Join(list, ", ")
}

var (
	byBalance = route.Strategy{Kind: route.StrategyBalance}
	byFee     = route.Strategy{Kind: route.StrategyFee}
)

func inOrder(ids ...string) route.Strategy {
	return route.Strategy{Kind: route.StrategyPriority, Routes: ids}
}

func directly(id string) route.Strategy {
	return route.Strategy{Kind: route.StrategyDirect, Routes: []string{id}}
}

// TestVectors are the routing vectors of the reference. Of and
// R-18 it is what routing answers; when it is asked, the engine decides.
func TestVectors(t *testing.T) {
	first := func(t *testing.T, d route.Decision, want string) {
		t.Helper()
		if len(d.Candidates) == 0 || d.Candidates[0].Route != want {
			t.Errorf("the order is %q, filtered %q; want %s first", order(d), filtered(d), want)
		}
	}
	t.Run("R-1", func(t *testing.T) { first(t, leaf(t, byBalance).Decide(ask(t, "100")), "r1") })
	t.Run("R-2", func(t *testing.T) { first(t, leaf(t, byBalance).Decide(ask(t, "6000")), "r3") })
	t.Run("R-3", func(t *testing.T) { first(t, leaf(t, byFee).Decide(ask(t, "30")), "r2") })
	t.Run("R-4", func(t *testing.T) { first(t, leaf(t, byFee).Decide(ask(t, "34")), "r1") })
	t.Run("R-5", func(t *testing.T) {
		d := leaf(t, inOrder("r2", "r1", "r3")).Decide(ask(t, "100"))
		first(t, d, "r1")
		if got := filtered(d); got != "r2:insufficient-balance" {
			t.Errorf("filtered %q", got)
		}
	})
	t.Run("R-6", func(t *testing.T) {
		d := leaf(t, directly("r2")).Decide(ask(t, "100"))
		if order(d) != "" || d.Resolution != route.AllFiltered {
			t.Errorf("the order is %q, %q", order(d), d.Resolution)
		}
	})
	t.Run("R-7", func(t *testing.T) {
		d := router(t, route.Node{
			If:   &route.Condition{Attribute: route.AttributeAmount, Operator: route.OperatorAtLeast, Value: route.Values{"100"}},
			Then: &route.Node{Use: []route.Strategy{}},
			Else: &route.Node{Use: []route.Strategy{byBalance}},
		}).Decide(ask(t, "100"))
		if order(d) != "" || filtered(d) != "" || d.Resolution != route.NoRoutes {
			t.Errorf("the order is %q, %q", order(d), d.Resolution)
		}
	})

	cascade := leaf(t, directly("r1"), route.Strategy{Kind: route.StrategyBalance, Routes: []string{"r1", "r3"}})
	t.Run("R-8", func(t *testing.T) {
		in := ask(t, "100")
		if d := cascade.Decide(in); order(d) != "r1 r3" {
			t.Errorf("at first the order is %q", order(d))
		}
		in.Routes[0].Failed = true
		if d := cascade.Decide(in); order(d) != "r3" || filtered(d) != "r1:failed-before" {
			t.Errorf("after the failure the order is %q, filtered %q", order(d), filtered(d))
		}
		in.SkipHistory = true
		if d := cascade.Decide(in); order(d) != "r1 r3" || filtered(d) != "" {
			t.Errorf("without the history the order is %q, filtered %q", order(d), filtered(d))
		}
	})
	t.Run("R-9", func(t *testing.T) { // no attempt left: the one candidate was all there was to try
		in := ask(t, "100")
		in.Routes[0].Failed = true
		if d := leaf(t, directly("r1")).Decide(in); d.Resolution != route.AllFiltered {
			t.Errorf("the order is %q, %q", order(d), d.Resolution)
		}
	})
	t.Run("R-10", func(t *testing.T) { // an unknown outcome is no failure: r1 stays in its place
		if d := cascade.Decide(ask(t, "100")); order(d) != "r1 r3" {
			t.Errorf("the order is %q", order(d))
		}
	})
	t.Run("R-11", func(t *testing.T) {
		r := leaf(t, route.Strategy{
			Kind: route.StrategyWeight, Routes: []string{"r1", "r2", "r3"}, Weights: []int{3, 1, 1},
		})
		in := ask(t, "10")
		counts := map[string]int{}
		for n := range 10_000 {
			in.Seed, in.Request.ID = 7, fmt.Sprint("request ", n)
			d := r.Decide(in)
			counts[d.Candidates[0].Route]++
			if again := r.Decide(in); order(again) != order(d) {
				t.Fatalf("request %d was first routed %q, then %q", n, order(d), order(again))
			}
		}
		for id, want := range map[string]int{"r1": 6000, "r2": 2000, "r3": 2000} {
			if off := counts[id] - want; off < -150 || off > 150 {
				t.Errorf("%s was drawn %d times, want %d ± 150", id, counts[id], want)
			}
		}
	})
	t.Run("R-12", func(t *testing.T) {
		compare := func(a route.Attribute, op route.Operator, value string) route.Condition {
			return route.Condition{Attribute: a, Operator: op, Value: route.Values{value}}
		}
		r := router(t, route.Node{
			If: &route.Condition{Any: []route.Condition{
				compare(route.AttributeDayOfWeek, route.OperatorIn, "1..5"),
				{All: []route.Condition{
					compare(route.AttributeAmount, route.OperatorAtMost, "1000"),
					compare(route.AttributeCustomerCountry, route.OperatorEqual, "US"),
				}},
			}},
			Then: &route.Node{Use: []route.Strategy{directly("r1")}},
			Else: &route.Node{Use: []route.Strategy{}},
		})
		sunday := monday.AddDate(0, 0, -1)
		for _, test := range []struct {
			now             time.Time
			amount, country string
			want            bool
		}{
			{sunday, "1000", "US", true},
			{sunday, "1000.01", "US", false},
			{sunday, "1000", "FR", false},
			{monday, "9000000000", "FR", true},
		} {
			in := ask(t, test.amount)
			in.Now, in.Request.CustomerCountry = test.now, test.country
			if d := r.Decide(in); d.Path[0].Holds != test.want {
				t.Errorf("%s %s %s: %v", test.now.Weekday(), test.amount, test.country, route.Explain(d))
			}
		}
	})
	t.Run("R-13", func(t *testing.T) {
		in := ask(t, "100")
		in.Routes[0].Spendable = usd(t, "10034").Minus(usd(t, "9950")) // the minimal balance stays
		if d := leaf(t, directly("r1")).Decide(in); filtered(d) != "r1:insufficient-balance" {
			t.Errorf("the order is %q, filtered %q", order(d), filtered(d))
		}
	})
	t.Run("R-14", func(t *testing.T) {
		for amount, want := range map[string]string{"100": "r1:turnover-limit", "50": ""} {
			in := ask(t, amount)
			in.Routes[0].TurnoverLimit, in.Routes[0].TurnoverUsed = usd(t, "500"), usd(t, "450")
			if d := leaf(t, directly("r1")).Decide(in); filtered(d) != want {
				t.Errorf("of %s filtered %q, want %q", amount, filtered(d), want)
			}
		}
	})
	t.Run("R-15", func(t *testing.T) {
		in := ask(t, "12000")
		both := leaf(t, inOrder("r1", "r3"))
		if d := both.Decide(in); d.Resolution != route.AllFiltered {
			t.Errorf("as a whole it is routed %q", order(d))
		}
		in.Split = true
		division := route.Divide(in.Portion, both.Decide(in).Pick(in.Routes), route.MaxParts)
		if got := parts(division); got != "r1 5000.00, r3 7000.00" {
			t.Errorf("divided into %q, %s", got, division.Why)
		}
	})
	t.Run("R-16", func(t *testing.T) {
		in := ask(t, "5005")
		division := route.Divide(in.Portion, in.Routes[:1], route.MaxParts)
		if got := parts(division); got != "r1 4995.00, r1 10.00" {
			t.Errorf("divided into %q, %s", got, division.Why)
		}
	})
	t.Run("R-17", func(t *testing.T) {
		nine := []route.Route{{ID: "r", Service: "test_usd", Max: usd(t, "9")}}
		if d := route.Divide(usd(t, "901"), nine, route.MaxParts); d.Parts != nil || d.Resolution != route.LimitViolation {
			t.Errorf("901 in %d parts, %q", len(d.Parts), d.Resolution)
		}
		d := route.Divide(usd(t, "900"), nine, route.MaxParts)
		wrong := func(p route.Part) bool { return p.Amount != usd(t, "9") }
		if len(d.Parts) != 100 || slices.ContainsFunc(d.Parts, wrong) {
			t.Errorf("900 in %d parts: %q", len(d.Parts), parts(d))
		}
	})
	t.Run("R-18", func(t *testing.T) { // 5,000 went through r1, 7,000 failed at r3: nobody is left for them
		in := ask(t, "7000")
		in.Split, in.Routes[2].Failed = true, true
		in.Routes[0].Spendable = in.Routes[0].Spendable.Minus(usd(t, "5050"))
		d := leaf(t, inOrder("r1", "r3")).Decide(in)
		if order(d) != "r1" || filtered(d) != "r3:failed-before" {
			t.Errorf("the order is %q, filtered %q", order(d), filtered(d))
		}
		division := route.Divide(in.Portion, d.Pick(in.Routes), route.MaxParts)
		want := "7,000.00 USD is more than the routes can take even in parts: 4,934.65 USD at most"
		if division.Parts != nil || division.Resolution != route.AllFiltered || division.Why != want {
			t.Errorf("divided into %q, %q: %s", parts(division), division.Resolution, division.Why)
		}
	})
}
