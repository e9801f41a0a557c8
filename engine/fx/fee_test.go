package fx_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
)

func amount(t interface{ Fatal(...any) }, s string, c money.Currency) money.Amount {
	a, err := money.Parse(s, c)
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

func TestFeeOf(t *testing.T) {
	for _, test := range []struct {
		name                  string
		rate, fixed, min, max string
		amount                string
		currency              money.Currency
		want                  string
	}{
		{"a share", "0.01", "0", "0", "0", "100", "USD", "1.00"},
		{"rounded up", "0.005", "0", "0", "0", "34.01", "USD", "0.18"},
		{"a share and a fixed part", "0.02", "0.30", "0", "0", "250.55", "USD", "5.32"},
		{"a least fee", "0.01", "0", "0.50", "0", "10", "USD", "0.50"},
		{"a highest fee", "0.01", "0", "0", "20", "5000", "USD", "20.00"},
		{"no decimals", "0.005", "50", "0", "0", "2989", "JPY", "65"},
		{"beyond any amount", "1000000000", "0", "0", "0", "10000000", "USD", "10000000000000.00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			fee := fx.Fee{
				Rate: number(t, test.rate), Fixed: number(t, test.fixed),
				Min: number(t, test.min), Max: number(t, test.max),
			}
			if got := fee.Of(amount(t, test.amount, test.currency)).String(); got != test.want {
				t.Errorf("the fee is %s, want %s", got, test.want)
			}
		})
	}
}

func TestFeeAffordable(t *testing.T) {
	for _, test := range []struct{ rate, fixed, spendable, want string }{
		{"0", "0", "34", "34.00"},
		{"0.005", "0", "34", "33.83"}, // and a fee of 0.17
		{"0.01", "0.30", "0.31", "0.00"},
		{"0.01", "0.30", "0.32", "0.01"},
		{"0.01", "5", "3", "0.00"},
		{"0.01", "0", "0", "0.00"},
		{"0.01", "0", "-5", "0.00"},
	} {
		fee := fx.Fee{Rate: number(t, test.rate), Fixed: number(t, test.fixed)}
		if got := fee.Affordable(amount(t, test.spendable, "USD")).String(); got != test.want {
			t.Errorf("%s and %s leave %s of %s, want %s", test.rate, test.fixed, got, test.spendable, test.want)
		}
	}
}

// What is affordable is, and one minor unit more is not.
func TestAffordableIsTheMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fee, spendable := anyFee(t), money.New(rapid.Int64Range(0, 1_000_000).Draw(t, "spendable"), "USD")
		most := fee.Affordable(spendable)
		cost := func(a money.Amount) money.Amount { return a.Plus(fee.Of(a)) }
		if most.Positive() && cost(most).Cmp(spendable) > 0 {
			t.Fatalf("%s costs %s", most, cost(most))
		}
		if more := most.Plus(money.New(1, "USD")); cost(more).Cmp(spendable) <= 0 {
			t.Fatalf("%s would have been affordable, too", more)
		}
	})
}

func anyFee(t *rapid.T) fx.Fee {
	cents := func(name string, most int64) money.Number {
		return money.Number{Decimal: money.New(rapid.Int64Range(0, most).Draw(t, name), "USD").Decimal()}
	}
	return fx.Fee{
		Rate:  number(t, rapid.SampledFrom([]string{"0", "0.001", "0.0333", "0.5", "0.999"}).Draw(t, "rate")),
		Fixed: cents("fixed", 500), Min: cents("min", 900), Max: cents("max", 5000),
	}
}
