package engine_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/purserhq/purser/engine/route"
)

// BenchmarkPlan plans a request with 20 routes of which a scheme five levels
// deep picks: decision and plan, without the store. The goal is 50 µs.
func BenchmarkPlan(b *testing.B) {
	for _, split := range []bool{false, true} {
		b.Run(fmt.Sprintf("split=%t", split), func(b *testing.B) {
			d := newDesk(b)
			d.apply(benchConfig(b, split))
			r := d.requestAt("bench", d.customer(), usd("900"))
			make, err := d.Engine.Planner(b.Context(), r.ID)
			if err != nil {
				b.Fatal(err)
			}
			if p := make(); p.Placed() != usd("900") {
				b.Fatalf("placed %s: %+v", p.Placed(), p.Lines)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				make()
			}
		})
	}
}

// benchConfig is a point with 20 routes and a tree of five levels.
func benchConfig(t testing.TB, split bool) string {
	var gateways, routes []map[string]any
	for i := range 20 {
		gateway := fmt.Sprintf("b%02d", i)
		gateways = append(gateways, map[string]any{
			"id": gateway, "provider": "sandbox", "mode": "test", "currency": "USD", "balance": 10000 + i, "instruction": "all",
			"limits": map[string]any{"perTransaction": []any{map[string]any{"amount": 5000, "currency": "USD"}}},
		})
		routes = append(routes, map[string]any{
			"id": "rb" + gateway, "service": "test_usd", "gateway": gateway, "min": 1, "max": 1000, "fee": map[string]any{"rate": 0.01},
		})
	}
	tree := route.Node{Use: []route.Strategy{{Kind: route.StrategyFee}}}
	for _, attribute := range []route.Attribute{
		route.AttributeHour, route.AttributeDayOfWeek, route.AttributeAmount, route.AttributeDayOfMonth, route.AttributeMonth,
	} {
		inner := tree
		tree = route.Node{
			If:   &route.Condition{Attribute: attribute, Operator: route.OperatorAtLeast, Value: route.Values{"1"}},
			Then: &inner, Else: &route.Node{Use: []route.Strategy{}},
		}
	}
	raw, err := json.Marshal(map[string]any{
		"gateways": gateways, "routes": routes,
		"schemes": []route.Scheme{{ID: "bench", Services: []route.Service{{Service: "test_usd", Tree: tree}}}},
		"points": []map[string]any{{
			"id": "bench", "mode": "test", "currencies": []string{"USD"}, "readiness": map[string]any{"policy": "manual"},
			"scheme": "bench", "options": map[string]any{"splitMode": split},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
