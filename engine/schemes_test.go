package engine_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/route"
)

// routed is a configuration that routes and converts.
const routed = `{
  "gateways": [
    {"id": "uah", "provider": "sandbox", "mode": "test", "currency": "UAH", "balance": 50000, "instruction": "all"}],
  "routes": [{"id": "r-uah", "service": "test_usd", "gateway": "uah", "fee": {"rate": 0.005}}],
  "schemes": [{"id": "standard", "name": "Standard", "services": [{"service": "test_usd", "tree": {
    "if": {"any": [{"attribute": "day-of-week", "operator": "in", "value": ["1..5"]},
                   {"all": [{"attribute": "amount", "operator": "<=", "value": 1000},
                            {"attribute": "customer-country", "operator": "=", "value": "US"}]}]},
    "then": {"use": [{"strategy": "direct", "routes": ["r-uah"]}, {"strategy": "fee"}]},
    "else": {"use": []}}}]}],
  "rates": [{"id": "desk-rates", "lifeSeconds": 600, "fallback": true,
    "rules": [{"base": "USD", "quote": "UAH", "source": "desk", "feeRate": 0, "feeFixed": 0}]}],
  "sources": [{"id": "desk", "name": "By hand", "system": true, "rates": [
    {"base": "USD", "quote": "UAH", "rate": 27.8346, "asOf": "2026-11-01T10:00:00Z"},
    {"base": "EUR", "quote": "USD", "rate": 1.25}]}],
  "points": [{"id": "routed", "mode": "test", "currencies": ["USD", "EUR"], "readiness": {"policy": "manual"},
    "scheme": "standard", "rates": "desk-rates", "options": {}}]
}`

// apply brings a desk's configuration to what a file says.
func (d *desk) apply(file string) {
	d.t.Helper()
	f, err := engine.ReadConfigFile([]byte(file))
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.Apply(d.t.Context(), as("admin1"), f, false); err != nil {
		d.t.Fatal(err)
	}
}

func TestExportOfSchemesAndRatesIsTheIdentity(t *testing.T) {
	first, second := newDesk(t), newDesk(t)
	first.apply(routed)
	exported, err := first.ExportConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(exported)
	if err != nil {
		t.Fatal(err)
	}
	second.apply(string(raw))
	again, err := second.ExportConfig(t.Context())
	if err != nil || !reflect.DeepEqual(exported, again) {
		t.Errorf("exported %+v\nagain %+v: %v", exported, again, err)
	}
	if len(again.Schemes) != 1 || len(again.Rates) != 1 || len(again.Sources) != 1 {
		t.Errorf("%+v", again)
	}
}

// A scheme that is saved says who and what.
func TestParity39ActivityLogOfConfiguration(t *testing.T) {
	d := newDesk(t)
	d.apply(routed)
	d.apply(`{"schemes": [{"id": "standard", "services": []}]}`)
	last, _ := d.LastSeq(t.Context())
	events, err := d.Journal(t.Context(), last-1, 1)
	if err != nil {
		t.Fatal(err)
	}
	event := events[0]
	before, after, ok := event.Change("services")
	if event.By != "admin1" || event.Type != "routing-scheme-modified" || event.Detail("revision") != "2" ||
		!ok || !strings.Contains(before, "r-uah") || after != "[]" {
		t.Errorf("%+v", event)
	}
}

// An earlier revision can be had back.
func TestParity40SchemeRevisions(t *testing.T) {
	d := newDesk(t)
	d.apply(routed)
	config, _ := d.Config(t.Context())
	first := config.Schemes["standard"]
	d.clock.Advance(time.Hour)
	d.apply(`{"schemes": [{"id": "standard", "services": []}]}`)

	if _, err := d.RestoreScheme(t.Context(), as("senior1"), "standard", 1); engine.CodeOf(err) != engine.Forbidden {
		t.Errorf("a senior: %v", err)
	}
	if _, err := d.RestoreScheme(t.Context(), as("admin1"), "standard", 3); engine.CodeOf(err) != engine.NotFound {
		t.Errorf("a revision that is none: %v", err)
	}
	if _, err := d.RestoreScheme(t.Context(), as("admin1"), "standard", 2); engine.CodeOf(err) != engine.Refused {
		t.Errorf("the one that counts: %v", err)
	}
	restored, err := d.RestoreScheme(t.Context(), as("admin1"), "standard", 1)
	if err != nil || !reflect.DeepEqual(restored, first) {
		t.Fatalf("restored %+v: %v", restored, err)
	}
	config, _ = d.Config(t.Context())
	if !reflect.DeepEqual(config.Schemes["standard"], first) {
		t.Errorf("it is %+v", config.Schemes["standard"])
	}
	revisions, err := d.SchemeRevisions(t.Context(), "standard")
	if err != nil || len(revisions) != 3 || revisions[1].At != d.clock.Now() || revisions[2].By != "admin1" {
		t.Errorf("%+v: %v", revisions, err)
	}
	v, err := d.VerifyRecord(t.Context())
	if err != nil || v.Broken != nil {
		t.Errorf("%v: %v", v.Broken, err)
	}

	// What names a route that is gone cannot come back.
	d.apply(`{"schemes": [{"id": "standard", "services": []}]}`)
	file := read(t, `{"routes": [{"id": "r-usd", "service": "test_usd", "gateway": "usd", "min": 1, "max": 50000, "fee": {"rate": 0.01}}]}`)
	if _, err := d.Apply(t.Context(), as("admin1"), file, true); err != nil {
		t.Fatal(err)
	}
	if _, err = d.RestoreScheme(t.Context(), as("admin1"), "standard", 1); !strings.Contains(err.Error(), `no route "r-uah"`) {
		t.Errorf("without its route: %v", err)
	}
	if _, err := d.SchemeRevisions(t.Context(), "none"); engine.CodeOf(err) != engine.NotFound {
		t.Errorf("revisions of none: %v", err)
	}
}

func TestRatesAreSetAndQuoted(t *testing.T) {
	d := newDesk(t)
	d.apply(routed)
	rate := fx.Rate{Source: "desk", Base: "USD", Quote: "UAH", Rate: number("41.2"), AsOf: d.clock.Now()}
	if _, err := d.SetRate(t.Context(), as("senior1"), rate); engine.CodeOf(err) != engine.Forbidden {
		t.Errorf("a senior: %v", err)
	}
	for _, test := range []struct {
		name string
		edit func(*fx.Rate)
		code engine.Code
	}{
		{"a source that is none", func(r *fx.Rate) { r.Source = "other" }, engine.NotFound},
		{"a negative rate", func(r *fx.Rate) { r.Rate = number("-1") }, engine.Invalid},
		{"a pair of one", func(r *fx.Rate) { r.Quote = "USD" }, engine.Invalid},
		{"the future", func(r *fx.Rate) { r.AsOf = r.AsOf.Add(time.Hour) }, engine.Invalid},
	} {
		wrong := rate
		test.edit(&wrong)
		if _, err := d.SetRate(t.Context(), as("admin1"), wrong); engine.CodeOf(err) != test.code {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if _, err := d.SetRate(t.Context(), as("admin1"), rate); err != nil {
		t.Fatal(err)
	}
	last, _ := d.LastSeq(t.Context())
	if _, err := d.SetRate(t.Context(), as("admin1"), rate); err != nil {
		t.Fatal(err)
	}
	if now, _ := d.LastSeq(t.Context()); now != last {
		t.Error("the same again left a trace")
	}

	q, err := d.QuoteRate(t.Context(), "routed", usd("10"), "UAH")
	if err != nil || q.Converted != amountOf("412.00", "UAH") || q.ValidUntil != d.clock.Now().Add(10*time.Minute) || q.AsOf != rate.AsOf {
		t.Errorf("%+v: %v", q, err)
	}
	q, err = d.QuoteRate(t.Context(), "routed", usd("10"), "EUR") // by fallback, the other way round
	if err != nil || q.Converted != amountOf("8.00", "EUR") || q.Scheme != fx.System {
		t.Errorf("%+v: %v", q, err)
	}
	if _, err = d.QuoteRate(t.Context(), "routed", usd("10"), "KWD"); engine.CodeOf(err) != engine.Refused {
		t.Errorf("a pair without a rate: %v", err)
	}
	if q, err = d.QuoteRate(t.Context(), "main", usd("10"), "UAH"); err != nil || q.Scheme != fx.System {
		t.Errorf("a point without a rate scheme: %+v: %v", q, err)
	}
}

func number(s string) money.Number {
	n, err := money.NumberOf(s)
	if err != nil {
		panic(err)
	}
	return n
}

// TestAnySchemeComesBack proves that what is applied is what is exported, and
// that each change of a scheme is a revision.
func TestAnySchemeComesBack(t *testing.T) {
	d := newDesk(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		id := fmt.Sprintf("any-%d", n)
		var applied []route.Scheme
		for range rapid.IntRange(1, 4).Draw(t, "revisions") {
			s := route.Scheme{ID: id, Services: []route.Service{{Service: "test_usd", Tree: anyTree(t, 3)}}}
			if _, err := d.Apply(t.Context(), as("admin1"), engine.ConfigFile{Schemes: []route.Scheme{s}}, false); err != nil {
				t.Fatal(err)
			}
			if n := len(applied); n == 0 || string(applied[n-1].Canonical()) != string(s.Canonical()) {
				applied = append(applied, s)
			}
		}
		f, err := d.ExportConfig(t.Context())
		i := slices.IndexFunc(f.Schemes, func(s route.Scheme) bool { return s.ID == id })
		if err != nil || string(f.Schemes[i].Canonical()) != string(applied[len(applied)-1].Canonical()) {
			t.Fatalf("%+v: %v", f.Schemes, err)
		}
		revisions, err := d.SchemeRevisions(t.Context(), id)
		if err != nil || len(revisions) != len(applied) {
			t.Fatalf("%d revisions of %d: %v", len(revisions), len(applied), err)
		}
		for i, revision := range revisions {
			if string(revision.Body) != string(applied[i].Canonical()) {
				t.Fatalf("revision %d is %s, not %s", i+1, revision.Body, applied[i].Canonical())
			}
		}
	})
}

func anyTree(t *rapid.T, depth int) route.Node {
	if depth == 0 || rapid.Bool().Draw(t, "leaf") {
		use := []route.Strategy{}
		for range rapid.IntRange(0, 3).Draw(t, "strategies") {
			use = append(use, rapid.SampledFrom([]route.Strategy{
				{Kind: route.StrategyFee},
				{Kind: route.StrategyDirect, Routes: []string{"r-usd"}},
				{Kind: route.StrategyWeight, Routes: []string{"r-usd", "r-earlier"}, Weights: []int{3, 1}},
				{Kind: route.StrategyBalance, Routes: []string{"r-never"}},
			}).Draw(t, "strategy"))
		}
		return route.Node{Use: use}
	}
	then, otherwise := anyTree(t, depth-1), anyTree(t, depth-1)
	return route.Node{
		If: &route.Condition{
			Attribute: route.AttributeAmount, Operator: route.OperatorAtMost,
			Value: route.Values{rapid.SampledFrom([]string{"1000", "0.5", "1000000"}).Draw(t, "value")},
		},
		Then: &then, Else: &otherwise,
	}
}
