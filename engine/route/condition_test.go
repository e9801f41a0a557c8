package route_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/route"
)

// sample has something of every attribute.
func sample(t *testing.T) route.Input {
	return route.Input{
		Now: time.Date(2028, 12, 31, 23, 59, 0, 0, time.FixedZone("", -2*60*60)), // Monday, 2029-01-01 01:59 UTC
		Request: route.Request{
			ID: "request 1", Amount: usd(t, "1000.50"), AmountUSD: usd(t, "1000.50"), Service: "test_usd",
			CustomerCountry: "US", Tags: []string{"vip", "staff"}, Metadata: map[string]string{"tier": "gold", "note": ""},
			CardBrand: "Sample Card", CardCountry: "DE",
		},
		Portion: usd(t, "1"),
	}
}

// holds asks one condition of a request.
func holds(t *testing.T, in route.Input, c route.Condition) bool {
	t.Helper()
	yes, no := route.Node{Use: []route.Strategy{}}, route.Node{Use: []route.Strategy{}}
	d := router(t, route.Node{If: &c, Then: &yes, Else: &no}).Decide(in)
	return d.Path[0].Holds
}

func TestConditions(t *testing.T) {
	// attribute[ key] operator values… : whether it holds for the sample
	for line, want := range map[string]bool{
		"amount = 1000.5":        true,
		"amount = 1000":          false,
		"amount != 1000":         true,
		"amount < 1000.5":        false,
		"amount < 1000.51":       true,
		"amount <= 1000.5":       true,
		"amount > 1000.5":        false,
		"amount > 1e3":           true,
		"amount >= 1000.5":       true,
		"amount in 1 1000.50":    true,
		"amount in 5..1000 2000": false,
		"amount in 0..1000.5":    true,
		"amount not-in 5..1000":  true,
		"amount not-in 5..1001":  false,

		"amount-usd > 1000": true,
		"amount-usd exists": true,
		"amount-eur > 0":    false, // there is no rate
		"amount-eur <= 0":   false,
		"amount-eur != 7":   true,
		"amount-eur exists": false,

		"day-of-week = 1":      true,
		"day-of-month = 1":     true,
		"day-of-year in 1..31": true,
		"month not-in 2..12":   true,
		"hour < 2":             true,
		"hour > 1":             false,

		"random-percent < 100": true,
		"random-percent >= 0":  true,

		"currency = USD":                  true,
		"currency in EUR USDT USD":        true,
		"currency in EUR GBP":             false,
		"currency != EUR":                 true,
		"service = test_usd":              true,
		"service matches test_.*":         true,
		"service matches test":            false, // the whole of it
		"service matches sepa|test_usd":   true,
		"customer-country = US":           true,
		"customer-country in DE US":       true,
		"customer-country matches U.|DE":  true,
		"customer-country exists":         true,
		"card-country = US":               false,
		"card-brand matches (?i)sample.*": true,

		"tag = vip":           true, // any of them
		"tag = staff":         true,
		"tag != staff":        false,
		"tag in new staff":    true,
		"tag not-in new late": true,
		"tag matches v.p":     true,
		"tag exists":          true,

		"metadata tier = gold":      true,
		"metadata tier matches g.*": true,
		"metadata tier exists":      true,
		"metadata note exists":      true, // though empty
		"metadata other exists":     false,
		"metadata other = gold":     false,
		"metadata other != gold":    true,
		"metadata other not-in a b": true,
		"metadata other matches .*": false,
	} {
		if got := holds(t, sample(t), conditionOf(line)); got != want {
			t.Errorf("%s: %t", line, got)
		}
	}
}

// conditionOf reads a line of the table.
func conditionOf(line string) route.Condition {
	words := strings.Fields(line)
	c := route.Condition{Attribute: route.Attribute(words[0])}
	words = words[1:]
	if c.Attribute == route.AttributeMetadata {
		c.Key, words = words[0], words[1:]
	}
	c.Operator = route.Operator(words[0])
	if len(words) > 1 {
		c.Value = words[1:]
	}
	return c
}

func TestWhatARequestLacksEqualsNothing(t *testing.T) {
	in := route.Input{Request: route.Request{ID: "request 1", Amount: usd(t, "1"), Service: "test_usd"}, Portion: usd(t, "1"), Now: monday}
	for _, a := range []string{"customer-country", "card-country"} {
		for rest, want := range map[string]bool{
			"= US": false, "!= US": true, "in US DE": false, "not-in US DE": true, "matches .*": false, "exists": false,
		} {
			if got := holds(t, in, conditionOf(a+" "+rest)); got != want {
				t.Errorf("%s %s: %t", a, rest, got)
			}
		}
	}
}

func TestGroups(t *testing.T) {
	yes, no := conditionOf("currency = USD"), conditionOf("currency = EUR")
	all := func(c ...route.Condition) route.Condition { return route.Condition{All: c} }
	either := func(c ...route.Condition) route.Condition { return route.Condition{Any: c} }
	for i, test := range []struct {
		condition route.Condition
		want      bool
	}{
		{all(yes), true},
		{all(yes, yes), true},
		{all(yes, no), false},
		{either(no), false},
		{either(no, yes), true},
		{either(no, all(yes, either(no, yes))), true},
		{all(yes, either(no, all(yes, no))), false},
	} {
		if got := holds(t, sample(t), test.condition); got != test.want {
			t.Errorf("%d. %s: %t", i, test.condition, got)
		}
	}
}

// Every member of a group is asked and told about, though the first decides.
func TestOutcomesAreComplete(t *testing.T) {
	c := route.Condition{Any: []route.Condition{
		conditionOf("currency = USD"), {All: []route.Condition{conditionOf("amount > 5000"), conditionOf("tag = vip")}},
	}}
	leaf := route.Node{Use: []route.Strategy{}}
	path := router(t, route.Node{If: &c, Then: &leaf, Else: &leaf}).Decide(sample(t)).Path
	want := []route.Outcome{{Holds: true, Any: []route.Outcome{
		{Attribute: "currency", Operator: "=", Value: route.Values{"USD"}, Actual: route.Values{"USD"}, Holds: true},
		{All: []route.Outcome{
			{Attribute: "amount", Operator: ">", Value: route.Values{"5000"}, Actual: route.Values{"1000.5"}},
			{Attribute: "tag", Operator: "=", Value: route.Values{"vip"}, Actual: route.Values{"vip", "staff"}, Holds: true},
		}},
	}}}
	if fmt.Sprint(path) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", path, want)
	}
}

func TestOutcomesKeepLittleOfLongTexts(t *testing.T) {
	in := sample(t)
	in.Request.Metadata["tier"] = strings.Repeat("ä", 10_000)
	c, leaf := conditionOf("metadata tier matches ä+"), route.Node{Use: []route.Strategy{}}
	path := router(t, route.Node{If: &c, Then: &leaf, Else: &leaf}).Decide(in).Path
	if want := strings.Repeat("ä", 64) + "…"; !path[0].Holds || path[0].Actual[0] != want {
		t.Errorf("%t, kept %q", path[0].Holds, path[0].Actual)
	}
}

// One percent of the requests is one percent, whatever else chance decides.
func TestRandomPercentIsEvenAndIndependent(t *testing.T) {
	in := sample(t)
	in.Routes = []route.Route{
		{ID: "a", Service: "test_usd", Min: money.Zero("USD")}, {ID: "b", Service: "test_usd"},
	}
	third, coin := conditionOf("random-percent < 30"), route.Strategy{
		Kind: route.StrategyWeight, Routes: []string{"a", "b"}, Weights: []int{1, 1},
	}
	r := router(t, route.Node{If: &third, Then: &route.Node{Use: []route.Strategy{coin}}, Else: &route.Node{Use: []route.Strategy{}}})
	passed, heads := 0, 0
	for n := range 10_000 {
		in.Request.ID = fmt.Sprint("request ", n)
		if d := r.Decide(in); d.Path[0].Holds {
			passed++
			if d.Candidates[0].Route == "a" {
				heads++
			}
		}
	}
	if passed < 2850 || passed > 3150 {
		t.Errorf("%d of 10,000 are below 30 percent", passed)
	}
	if heads < passed/2-100 || heads > passed/2+100 {
		t.Errorf("of %d that passed, %d drew a", passed, heads)
	}
}

func TestChanceDependsOnSeedAndRequest(t *testing.T) {
	draw := func(seed uint64, id string) string {
		in := sample(t)
		in.Seed, in.Request.ID = seed, id
		for i := range 20 {
			in.Routes = append(in.Routes, route.Route{ID: fmt.Sprint("r", i), Service: "test_usd"})
		}
		all := route.Strategy{Kind: route.StrategyWeight}
		for _, r := range in.Routes {
			all.Routes, all.Weights = append(all.Routes, r.ID), append(all.Weights, 1)
		}
		return order(leaf(t, all).Decide(in))
	}
	orders := []string{draw(1, "a"), draw(2, "a"), draw(1, "b"), draw(1, "ab")}
	if draw(1, "a") != orders[0] {
		t.Error("the same seed and request drew otherwise")
	}
	slices.Sort(orders)
	if len(slices.Compact(orders)) != 4 {
		t.Errorf("different seeds or requests drew alike: %q", orders)
	}
}
