package route_test

import (
	"fmt"
	"testing"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/route"
)

// benchInput is a request that twenty routes could pay, a few of which cannot.
func benchInput(b *testing.B) route.Input {
	in := route.Input{
		Request: route.Request{
			ID: "request 1", Amount: usd(b, "1234.56"), AmountUSD: usd(b, "1234.56"), Service: "test_usd",
			CustomerCountry: "US", Tags: []string{"new"}, Metadata: map[string]string{"tier": "gold"}, CardBrand: "visa",
		},
		Portion: usd(b, "1234.56"), Now: monday, Seed: 7,
	}
	for i := range 20 {
		in.Routes = append(in.Routes, route.Route{
			ID: fmt.Sprint("route-", i), Gateway: fmt.Sprint("gateway-", i/2), Service: "test_usd",
			Min: usd(b, "1"), Max: money.New(int64(i+1)*500_00, "USD"),
			Fee:          fx.Fee{Rate: number(b, fmt.Sprintf("0.0%02d", i+1)), Fixed: number(b, "0.30")},
			BalanceKnown: true, Spendable: money.New(int64(i+1)*1000_00, "USD"),
			Used: i % 4, Successes: 90 + i%10, Attempts: 100,
		})
	}
	return in
}

// benchRouter takes five branches to a set of strategies.
func benchRouter(b *testing.B) *route.Router {
	tree := route.Node{Use: []route.Strategy{
		{Kind: route.StrategyDirect, Routes: []string{"route-3"}},
		{Kind: route.StrategyWeight, Routes: []string{"route-4", "route-5", "route-6"}, Weights: []int{3, 1, 1}},
		{Kind: route.StrategyOptimal},
	}}
	for _, line := range []string{
		"day-of-week in 1..5", "amount > 500", "customer-country in US DE", "metadata tier matches gold|silver", "random-percent < 100",
	} {
		condition, then, otherwise := conditionOf(line), tree, route.Node{Use: []route.Strategy{}}
		tree = route.Node{If: &condition, Then: &then, Else: &otherwise}
	}
	return router(b, tree)
}

// BenchmarkDecide is a decision among twenty routes, five levels down.
func BenchmarkDecide(b *testing.B) {
	r, in := benchRouter(b), benchInput(b)
	if d := r.Decide(in); len(d.Path) != 5 || len(d.Candidates)+len(d.Filtered) != 20 {
		b.Fatalf("%d levels, %d candidates", len(d.Path), len(d.Candidates))
	}
	b.ReportAllocs()
	for b.Loop() {
		r.Decide(in)
	}
}

// BenchmarkDecideAbroad is the same with all routes in another currency.
func BenchmarkDecideAbroad(b *testing.B) {
	r, in := benchRouter(b), benchInput(b)
	for i := range in.Routes {
		at := &in.Routes[i]
		at.Quote = fx.Quote{Base: "USD", Quote: "EUR", Rate: number(b, "0.91534217")}
		at.Min.Currency, at.Max.Currency, at.Spendable.Currency = "EUR", "EUR", "EUR"
	}
	b.ReportAllocs()
	for b.Loop() {
		r.Decide(in)
	}
}

// BenchmarkDivide cuts a portion into as many parts as there may be.
func BenchmarkDivide(b *testing.B) {
	in := benchInput(b)
	in.Portion = usd(b, "100000")
	for i := range in.Routes {
		in.Routes[i].Max, in.Routes[i].BalanceKnown = usd(b, "1000"), false
	}
	b.ReportAllocs()
	for b.Loop() {
		if d := route.Divide(in.Portion, in.Routes, route.MaxParts); len(d.Parts) != 100 {
			b.Fatal(len(d.Parts), d.Why)
		}
	}
}
