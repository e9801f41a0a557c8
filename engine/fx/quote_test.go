package fx_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
)

func anyRate(t *rapid.T, base, quote money.Currency) fx.Quote {
	rate := rapid.SampledFrom([]string{"1", "0.91534217", "27.8346", "149.37", "0.00001613", "3", "0.5"}).Draw(t, "rate")
	return fx.Quote{Base: base, Quote: quote, Rate: number(t, rate)}
}

func TestConvert(t *testing.T) {
	for _, test := range []struct {
		amount string
		quote  fx.Quote
		want   string
	}{
		{"10.00", fx.Quote{Base: "USD", Quote: "UAH", Rate: number(t, "27.8346")}, "278.34 UAH"},
		{"20.01", fx.Quote{Base: "USD", Quote: "JPY", Rate: number(t, "149.37")}, "2,988 JPY"},
		{"500", fx.Quote{Base: "USD", Quote: "BTC", Rate: number(t, "0.00001613")}, "0.00806500 BTC"},
		{"1", fx.Quote{Base: "USD", Quote: "KWD", Rate: number(t, "0.30719999")}, "0.307 KWD"},
		{"0.01", fx.Quote{Base: "USD", Quote: "EUR", Rate: number(t, "0.9")}, "0.00 EUR"},
		{"12.34", fx.Quote{}, "12.34 USD"},
		{"12.34", fx.Quote{Base: "USD", Quote: "USD", Rate: number(t, "1")}, "12.34 USD"},
	} {
		got, err := test.quote.Convert(amount(t, test.amount, "USD"))
		if err != nil || got.Text() != test.want {
			t.Errorf("%s at %s is %s, %v, want %s", test.amount, test.quote.Rate, got.Text(), err, test.want)
		}
	}
}

func TestConvertRefuses(t *testing.T) {
	eur := fx.Quote{Base: "USD", Quote: "EUR", Rate: number(t, "0.9")}
	if _, err := eur.Convert(amount(t, "1", "GBP")); err == nil || err.Error() != "a rate of USD/EUR converts no GBP" {
		t.Errorf("of pounds: %v", err)
	}
	idr := fx.Quote{Base: "USD", Quote: "IDR", Rate: number(t, "15600")}
	want := "convert 10,000,000,000,000.00 USD at 15600: the amount is too large (at most 10,000,000,000,000.00 IDR)"
	if _, err := idr.Convert(money.New(money.MaxMinor, "USD")); err == nil || err.Error() != want {
		t.Errorf("of too much: %v", err)
	}
	if _, err := eur.ConvertParts([]money.Amount{amount(t, "5", "USD"), amount(t, "-1", "USD")}); err == nil {
		t.Error("a negative part was converted")
	}
}

func TestConvertParts(t *testing.T) {
	for _, test := range []struct {
		name  string
		parts []string
		rate  string
		want  []string
	}{
		{"each by itself would lose one", []string{"5", "5"}, "27.8346", []string{"139.17", "139.17"}},
		{"the largest remainder gets it", []string{"0.33", "0.34", "0.33"}, "0.5", []string{"0.17", "0.17", "0.16"}},
		{"one part", []string{"10"}, "27.8346", []string{"278.34"}},
		{"a part of nothing", []string{"0", "10"}, "27.8346", []string{"0.00", "278.34"}},
		{"no part", nil, "27.8346", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var parts []money.Amount
			for _, s := range test.parts {
				parts = append(parts, amount(t, s, "USD"))
			}
			got, err := fx.Quote{Base: "USD", Quote: "UAH", Rate: number(t, test.rate)}.ConvertParts(parts)
			if err != nil || len(got) != len(test.want) {
				t.Fatalf("got %v, %v", got, err)
			}
			for i, want := range test.want {
				if got[i] != amount(t, want, "UAH") {
					t.Errorf("part %d is %s, want %s", i+1, got[i].Text(), want)
				}
			}
		})
	}
}

// Parts sum to one conversion of their total, and each is its own conversion
// or one unit more, but never more than its exact value rounded up.
func TestPartsSumToOneConversion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quote := anyRate(t, "USD", rapid.SampledFrom([]money.Currency{"UAH", "JPY", "BTC", "USD"}).Draw(t, "to"))
		total := money.Zero("USD")
		var parts []money.Amount
		for _, minor := range rapid.SliceOfN(rapid.Int64Range(0, 100_000), 1, 20).Draw(t, "parts") {
			parts = append(parts, money.New(minor, "USD"))
			total = total.Plus(parts[len(parts)-1])
		}
		converted, err := quote.ConvertParts(parts)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := quote.Convert(total)
		if err != nil {
			t.Fatal(err)
		}
		sum := money.Zero(whole.Currency)
		for i, got := range converted {
			sum = sum.Plus(got)
			down, _ := quote.Convert(parts[i])
			up, _ := quote.Cost(parts[i])
			if got != down && got != up {
				t.Fatalf("%s became %s, not %s or %s", parts[i].Text(), got.Text(), down, up)
			}
		}
		if sum != whole {
			t.Fatalf("the parts sum to %s, the whole is %s", sum.Text(), whole.Text())
		}
	})
}

// Least and Most are where a limit in the other currency lies in this one.
func TestLeastAndMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quote := anyRate(t, "USD", rapid.SampledFrom([]money.Currency{"UAH", "JPY", "BTC", "USD"}).Draw(t, "to"))
		limit := money.New(rapid.Int64Range(1, 1_000_000).Draw(t, "limit"), quote.Quote)
		cent := money.New(1, "USD")

		least := quote.Least(limit)
		if got, err := quote.Convert(least); err != nil || got.Cmp(limit) < 0 {
			t.Fatalf("%s pays %s, %v, less than %s", least.Text(), got.Text(), err, limit)
		}
		if got, err := quote.Convert(least.Minus(cent)); err != nil || got.Cmp(limit) >= 0 {
			t.Fatalf("less than %s pays %s, too", least.Text(), limit.Text())
		}
		most := quote.Most(limit)
		if got, err := quote.Cost(most); err != nil || got.Cmp(limit) > 0 {
			t.Fatalf("%s costs %s, %v, more than %s", most.Text(), got.Text(), err, limit)
		}
		if got, err := quote.Cost(most.Plus(cent)); err != nil || got.Cmp(limit) <= 0 {
			t.Fatalf("more than %s costs %s, too", most.Text(), limit.Text())
		}
	})
}

func TestLeastAndMostBeyondAnyAmount(t *testing.T) {
	btc := fx.Quote{Base: "USD", Quote: "BTC", Rate: number(t, "0.00000001")}
	limit := money.New(money.MaxMinor, "BTC")
	if got := btc.Least(limit).Minor; got != money.MaxMinor+1 {
		t.Errorf("at least %d", got)
	}
	if got := btc.Most(limit).Minor; got != money.MaxMinor {
		t.Errorf("at most %d", got)
	}
}

func TestBack(t *testing.T) {
	for _, test := range []struct{ paid, asked, amount, want string }{
		{"278.34", "278.34", "10.00", "10.00"},
		{"139.17", "278.34", "10.00", "5.00"},
		{"100.00", "278.34", "10.00", "3.60"}, // 3.5927…
		{"0.01", "278.34", "10.00", "0.01"},
		{"0", "278.34", "10.00", "0.00"},
		{"300.00", "278.34", "10.00", "10.00"}, // more than asked is overpaid, not more of the request
		{"0", "0", "0.01", "0.00"},
	} {
		got := fx.Back(amount(t, test.paid, "UAH"), amount(t, test.asked, "UAH"), amount(t, test.amount, "USD"))
		if got != amount(t, test.want, "USD") {
			t.Errorf("%s of %s for %s is %s, want %s", test.paid, test.asked, test.amount, got, test.want)
		}
	}
}

// What was paid never counts as more than the amount, nor less than its share.
func TestBackIsNeverTooLittle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.Int64Range(1, money.MaxMinor)
		asked, whole := money.New(most.Draw(t, "asked"), "JPY"), money.New(most.Draw(t, "amount"), "USD")
		paid := money.New(rapid.Int64Range(0, asked.Minor).Draw(t, "paid"), "JPY")
		back := fx.Back(paid, asked, whole)
		if back.Cmp(whole) > 0 || back.Negative() {
			t.Fatalf("%s of %s", back, whole)
		}
		// back/amount ≥ paid/asked, by less than one unit
		share := paid.Decimal().Mul(whole.Decimal())
		if back.Decimal().Mul(asked.Decimal()).LessThan(share) {
			t.Fatalf("%s is less than %s of %s", back, paid, asked)
		}
		if less := back.Minus(money.New(1, "USD")); less.Decimal().Mul(asked.Decimal()).GreaterThanOrEqual(share) && back.Positive() {
			t.Fatalf("%s would do for %s of %s", less, paid, asked)
		}
	})
}

func TestQuoteHolds(t *testing.T) {
	now := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	quote := fx.Quote{Base: "USD", Quote: "EUR", Rate: number(t, "0.9"), ValidUntil: now}
	if !quote.Fresh(now.Add(-1)) || quote.Fresh(now) || quote.Fresh(now.Add(time.Hour)) {
		t.Error("a quote holds until its time, and no longer")
	}
	if !(fx.Quote{}).Fresh(now) {
		t.Error("no quote is needed where nothing is converted")
	}
}

func TestQuoteJSON(t *testing.T) {
	quote := fx.Quote{
		Base: "USD", Quote: "EUR", Rate: number(t, "0.91534217"), Scheme: "main", Source: "hand",
		AsOf: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), ValidUntil: time.Date(2026, 11, 2, 10, 15, 0, 0, time.UTC),
	}
	raw, err := json.Marshal(quote)
	want := `{"base":"USD","quote":"EUR","rate":0.91534217,"scheme":"main","source":"hand",` +
		`"asOf":"2026-11-02T09:00:00Z","validUntil":"2026-11-02T10:15:00Z"}`
	if err != nil || string(raw) != want {
		t.Fatalf("got  %s, %v\nwant %s", raw, err, want)
	}
	var back fx.Quote
	if err := json.Unmarshal(raw, &back); err != nil || !back.Rate.Equal(quote.Rate.Decimal) || back.ValidUntil != quote.ValidUntil {
		t.Errorf("read back as %+v, %v", back, err)
	}
}
