package fx_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
)

var now = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// Estimated rates as their screens showed them.
func TestRateVectors(t *testing.T) {
	for _, test := range []struct{ rate, percent, fixed, want string }{
		{"1.2104", "0.001", "0.0125", "1.22291210"},
		{"0.040864", "0.01", "0", "0.04086809"},
		{"0.05753", "1", "0.5", "0.55810530"},
	} {
		t.Run(test.rate, func(t *testing.T) {
			if got := estimate(t, test.rate, fx.Rule{FeeRate: number(t, test.percent), FeeFixed: number(t, test.fixed)}); got != test.want {
				t.Errorf("%s + %s %% + %s is %s, want %s", test.rate, test.percent, test.fixed, got, test.want)
			}
		})
	}
}

func TestRatesRoundHalfUp(t *testing.T) {
	for _, test := range []struct {
		rate    string
		inverse bool
		percent string
		want    string
	}{
		{"0.000000125", false, "0", "0.00000013"}, // half, up
		{"0.000000124", false, "0", "0.00000012"},
		{"8", true, "0", "0.12500000"},
		{"3", true, "0", "0.33333333"},
		{"0.91534217", true, "0", "1.09248763"},
		{"64000000", true, "0", "0.00000002"}, // 0.000000015625
		{"2", true, "-1", "0.49500000"},       // a margin for the desk
		// exactly a half, which a third that was cut short falls below
		{"3", true, "0.0000005", "0.33333334"},
	} {
		if got := estimate(t, test.rate, fx.Rule{Inverse: test.inverse, FeeRate: number(t, test.percent)}); got != test.want {
			t.Errorf("%s (inverse: %t) is %s, want %s", test.rate, test.inverse, got, test.want)
		}
	}
}

// estimate is what a rule makes of a rate.
func estimate(t *testing.T, rate string, rule fx.Rule) string {
	t.Helper()
	rule.Base, rule.Quote, rule.Source = "EUR", "USD", "bank"
	listed := fx.Rate{Source: "bank", Base: "EUR", Quote: "USD", Rate: number(t, rate)}
	if rule.Inverse {
		listed.Base, listed.Quote = listed.Quote, listed.Base
	}
	scheme := fx.Scheme{ID: "main", Rules: []fx.Rule{rule}}
	quote, err := scheme.Estimate(rule.Pair(), fx.Market{Rates: fx.Listed([]fx.Rate{listed})}, now)
	if err != nil {
		t.Fatal(err)
	}
	return quote.Rate.StringFixed(fx.Decimals)
}

// market lists what two sources say; the system scheme is the bank's.
func market(t *testing.T) fx.Market {
	morning := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	return fx.Market{System: "bank", Rates: fx.Listed([]fx.Rate{
		{Source: "bank", Base: "EUR", Quote: "USD", Rate: number(t, "1.25"), AsOf: morning},
		{Source: "bank", Base: "EUR", Quote: "UAH", Rate: number(t, "40"), AsOf: morning},
		{Source: "hand", Base: "USD", Quote: "UAH", Rate: number(t, "27.8346")},
		{Source: "hand", Base: "GBP", Quote: "USD", Rate: number(t, "0")},
	})}
}

func TestEstimate(t *testing.T) {
	main := fx.Scheme{ID: "main", Rules: []fx.Rule{
		{Base: "USD", Quote: "UAH", Source: "hand"},
		{Base: "UAH", Quote: "USD", Source: "hand", Inverse: true},
		{Base: "UAH", Quote: "EUR", Source: "hand", Inverse: true},
		{Base: "GBP", Quote: "USD", Source: "hand"},
		{Base: "EUR", Quote: "USD", Source: "bank", FeeFixed: number(t, "-2")},
	}}
	falling := main
	falling.Fallback, falling.LifeSeconds = true, 60
	for _, test := range []struct {
		name   string
		scheme fx.Scheme
		pair   fx.Pair
		want   string // rate, scheme, source, as of, life
	}{
		{"a rule", main, fx.Pair{Base: "USD", Quote: "UAH"}, "27.8346 main hand 00:00 15m0s"},
		{"the other way round", main, fx.Pair{Base: "UAH", Quote: "USD"}, "0.03592651 main hand 00:00 15m0s"},
		{"no rule, the system's", falling, fx.Pair{Base: "EUR", Quote: "UAH"}, "40 system bank 08:00 1m0s"},
		{"the system's, the other way round", falling, fx.Pair{Base: "USD", Quote: "EUR"}, "0.8 system bank 08:00 1m0s"},
		{"a rule before the system's", falling, fx.Pair{Base: "USD", Quote: "UAH"}, "27.8346 main hand 00:00 1m0s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			q, err := test.scheme.Estimate(test.pair, market(t), now)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join([]string{
				q.Rate.String(), q.Scheme, q.Source, q.AsOf.Format("15:04"), q.ValidUntil.Sub(now).String(),
			}, " ")
			if got != test.want || q.Pair() != test.pair {
				t.Errorf("got  %s for %s\nwant %s", got, q.Pair(), test.want)
			}
		})
	}

	for _, test := range []struct {
		name   string
		scheme fx.Scheme
		pair   fx.Pair
		want   string
	}{
		{
			"no rule and no fallback", main,
			fx.Pair{Base: "EUR", Quote: "UAH"},
			"rate scheme main has no rule for EUR/UAH (add one, or allow fallback)",
		},
		{
			"the system has it neither", falling,
			fx.Pair{Base: "USD", Quote: "GBP"},
			"source bank has no rate for USD/GBP, which rate scheme system needs (enter one)",
		},
		{
			"a rule whose source has nothing does not fall back", falling,
			fx.Pair{Base: "UAH", Quote: "EUR"},
			"source hand has no rate for EUR/UAH, which rate scheme main needs (enter one)",
		},
		{
			"a source that says nonsense", main,
			fx.Pair{Base: "GBP", Quote: "USD"},
			"source hand: 0 for GBP/USD is no rate (give a number above zero)",
		},
		{
			"a fee that leaves nothing", main,
			fx.Pair{Base: "EUR", Quote: "USD"},
			"rate scheme main estimates EUR/USD at -0.75, which pays nothing (correct its fee)",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := test.scheme.Estimate(test.pair, market(t), now); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestEstimateWithoutSystem(t *testing.T) {
	scheme := fx.Scheme{ID: "main", Fallback: true}
	want := "rate scheme main has no rule for USD/EUR, and the system scheme has no source (add a rule)"
	if _, err := scheme.Estimate(fx.Pair{Base: "USD", Quote: "EUR"}, fx.Market{}, now); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestEqualCurrenciesNeedNoRate(t *testing.T) {
	quote, err := fx.Scheme{ID: "main"}.Estimate(fx.Pair{Base: "USD", Quote: "USD"}, fx.Market{}, now)
	if err != nil || quote.Rate.String() != "1" || !quote.Fresh(now.AddDate(10, 0, 0)) {
		t.Fatalf("got %+v, %v", quote, err)
	}
	if got, err := quote.Convert(money.New(12345, "USD")); err != nil || got != money.New(12345, "USD") {
		t.Errorf("converted to %s, %v", got.Text(), err)
	}
}

func TestSchemeCheck(t *testing.T) {
	rule := fx.Rule{Base: "EUR", Quote: "USD", Source: "bank"}
	with := func(change func(*fx.Rule)) fx.Scheme {
		changed := rule
		change(&changed)
		return fx.Scheme{ID: "main", Rules: []fx.Rule{changed}}
	}
	for _, test := range []struct {
		scheme fx.Scheme
		want   string // "" for a good one
	}{
		{fx.Scheme{ID: "main"}, ""},
		{with(func(*fx.Rule) {}), ""},
		{with(func(r *fx.Rule) { r.FeeRate = number(t, "-0.5") }), ""},
		{fx.Scheme{}, `a rate scheme cannot be called "" (choose another id)`},
		{fx.Scheme{ID: fx.System}, `a rate scheme cannot be called "system" (choose another id)`},
		{fx.Scheme{ID: "main", LifeSeconds: -1}, "rate scheme main: quotes cannot hold -1 seconds (1 to 604800)"},
		{
			fx.Scheme{ID: "main", Rules: []fx.Rule{rule, rule}},
			"rate scheme main: rule 2: EUR/USD has a rule already (remove one)",
		},
		{with(func(r *fx.Rule) { r.Base = "EUX" }), `rate scheme main: rule 1: no currency is called "EUX"`},
		{with(func(r *fx.Rule) { r.Quote = "EUR" }), "rate scheme main: rule 1: EUR/EUR is always 1 (leave it out)"},
		{with(func(r *fx.Rule) { r.Source = "" }), "rate scheme main: rule 1: EUR/USD needs a source"},
		{
			with(func(r *fx.Rule) { r.FeeRate = number(t, "100") }),
			"rate scheme main: rule 1: EUR/USD: a fee of 100 % makes no sense (write 0.5 for half a percent)",
		},
		{
			with(func(r *fx.Rule) { r.FeeFixed = number(t, "1e20") }),
			"rate scheme main: rule 1: EUR/USD: a fixed fee of 100000000000000000000 makes no sense",
		},
	} {
		got := ""
		if err := test.scheme.Check(); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestRateCheck(t *testing.T) {
	for _, test := range []struct {
		rate fx.Rate
		want string
	}{
		{fx.Rate{Source: "bank", Base: "EUR", Quote: "USD", Rate: number(t, "1.25")}, ""},
		{fx.Rate{Base: "EUR", Quote: "USD", Rate: number(t, "1.25")}, "the rate of EUR/USD names no source"},
		{fx.Rate{Source: "bank", Base: "EUR", Quote: "US$", Rate: number(t, "1")}, `source bank: no currency is called "US$"`},
		{fx.Rate{Source: "bank", Base: "EUR", Quote: "USD", Rate: number(t, "-1")}, "source bank: -1 for EUR/USD is no rate (give a number above zero)"},
		{fx.Rate{Source: "bank", Base: "EUR", Quote: "USD", Rate: number(t, "1e16")}, "source bank: 10000000000000000 for EUR/USD is no rate (give a number above zero)"},
	} {
		got := ""
		if err := test.rate.Check(); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestSchemeJSON(t *testing.T) {
	const written = `{"id":"main","fallback":true,"rules":[` +
		`{"base":"EUR","quote":"USD","source":"bank","feeRate":0.5,"feeFixed":0},` +
		`{"base":"USD","quote":"EUR","source":"bank","inverse":true,"feeRate":0,"feeFixed":-0.001}]}`
	var scheme fx.Scheme
	if err := json.Unmarshal([]byte(written), &scheme); err != nil {
		t.Fatal(err)
	}
	if err := scheme.Check(); err != nil {
		t.Error(err)
	}
	if again, err := json.Marshal(scheme); err != nil || string(again) != written {
		t.Errorf("got  %s, %v\nwant %s", again, err, written)
	}
}
