package money_test

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/money"
)

func TestWriting(t *testing.T) {
	tests := []struct {
		amount               money.Amount
		plain, grouped, text string
	}{
		{money.New(12050, "USD"), "120.50", "120.50", "120.50 USD"},
		{money.New(125000, "USD"), "1250.00", "1,250.00", "1,250.00 USD"},
		{money.New(-125000, "EUR"), "-1250.00", "-1,250.00", "-1,250.00 EUR"},
		{money.New(99999, "USD"), "999.99", "999.99", "999.99 USD"},
		{money.New(123456789, "USD"), "1234567.89", "1,234,567.89", "1,234,567.89 USD"},
		{money.New(7, "USD"), "0.07", "0.07", "0.07 USD"},
		{money.New(-7, "USD"), "-0.07", "-0.07", "-0.07 USD"},
		{money.New(0, "USD"), "0.00", "0.00", "0.00 USD"},
		{money.New(1250, "JPY"), "1250", "1,250", "1,250 JPY"},
		{money.New(1250, "KWD"), "1.250", "1.250", "1.250 KWD"},
		{money.New(1, "BTC"), "0.00000001", "0.00000001", "0.00000001 BTC"},
		{money.New(1_500_000_000, "ETH"), "1.500000000", "1.500000000", "1.500000000 ETH"},
		{money.New(1, "USDT"), "0.000001", "0.000001", "0.000001 USDT"},
		{money.New(math.MinInt64, "JPY"), "-9223372036854775808", "-9,223,372,036,854,775,808", "-9,223,372,036,854,775,808 JPY"},
		{money.Amount{}, "0", "0", "0"},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if got := test.amount.String(); got != test.plain {
				t.Errorf("String: %q, want %q", got, test.plain)
			}
			if got := test.amount.Grouped(); got != test.grouped {
				t.Errorf("Grouped: %q, want %q", got, test.grouped)
			}
			if got := test.amount.Text(); got != test.text {
				t.Errorf("Text: %q, want %q", got, test.text)
			}
			if got, err := json.Marshal(test.amount); err != nil || string(got) != test.plain {
				t.Errorf("Marshal: %s, %v, want %s", got, err, test.plain)
			}
		})
	}
}

func TestArithmetic(t *testing.T) {
	five, three := money.New(5, "USD"), money.New(3, "USD")
	nothing := money.Amount{}
	tests := []struct {
		name      string
		got, want money.Amount
	}{
		{"5 + 3", five.Plus(three), money.New(8, "USD")},
		{"3 - 5", three.Minus(five), money.New(-2, "USD")},
		{"nothing + 5", nothing.Plus(five), five},
		{"5 + nothing", five.Plus(nothing), five},
		{"nothing - 5", nothing.Minus(five), money.New(-5, "USD")},
		{"5 - nothing", five.Minus(nothing), five},
		{"least of 5 and 3", money.Least(five, three), three},
		{"most of 5 and 3", money.Most(five, three), five},
		{"least of nothing and 5", money.Least(nothing, five), money.Zero("USD")},
		{"most of -5 and nothing", money.Most(money.New(-5, "USD"), nothing), money.Zero("USD")},
		{"to the edge", money.New(math.MaxInt64-1, "USD").Plus(money.New(1, "USD")), money.New(math.MaxInt64, "USD")},
		{"to the other edge", money.New(-1, "USD").Minus(money.New(math.MaxInt64, "USD")), money.New(math.MinInt64, "USD")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.got != test.want {
				t.Errorf("%v, want %v", test.got.Text(), test.want.Text())
			}
		})
	}
	if five.Cmp(three) != 1 || three.Cmp(five) != -1 || five.Cmp(five) != 0 || nothing.Cmp(five) != -1 {
		t.Error("Cmp does not order -1, 0, 1")
	}
	if !five.Positive() || five.Negative() || five.IsZero() || !nothing.IsZero() || !money.New(-1, "USD").Negative() {
		t.Error("signs are wrong")
	}
}

func TestMistakesPanic(t *testing.T) {
	usd, eur := money.New(5, "USD"), money.New(5, "EUR")
	most, least := money.New(math.MaxInt64, "USD"), money.New(math.MinInt64, "USD")
	mistakes := map[string]func(){
		"two currencies added":      func() { usd.Plus(eur) },
		"two currencies subtracted": func() { usd.Minus(eur) },
		"two currencies compared":   func() { usd.Cmp(eur) },
		"least of two currencies":   func() { money.Least(usd, eur) },
		"nothing of another":        func() { usd.Plus(money.Zero("EUR")) },
		"something of no currency":  func() { usd.Plus(money.New(1, "")) },
		"sum too large":             func() { most.Plus(usd) },
		"sum too small":             func() { least.Plus(money.New(-1, "USD")) },
		"difference too large":      func() { most.Minus(money.New(-1, "USD")) },
		"difference too small":      func() { least.Minus(usd) },
		"nothing less the least":    func() { money.Zero("USD").Minus(least) },
		"shares for nobody":         func() { money.Share(1, nil) },
		"no parts":                  func() { money.Even(1, 0) },
		"negative weight":           func() { money.Share(1, []int64{1, -1}) },
		"weights without bound":     func() { money.Share(1, []int64{math.MaxInt64, math.MaxInt64, 2}) },
	}
	for name, mistake := range mistakes {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("did not panic")
				}
			}()
			mistake()
		})
	}
}

// Sums are what they are over the integers, or a panic.
func TestPlusAndMinusAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		exact := map[string]*big.Int{
			"Plus":  new(big.Int).Add(big.NewInt(a), big.NewInt(b)),
			"Minus": new(big.Int).Sub(big.NewInt(a), big.NewInt(b)),
		}
		for name, operate := range map[string]func(a, b money.Amount) money.Amount{
			"Plus": money.Amount.Plus, "Minus": money.Amount.Minus,
		} {
			got, ok := attempt(func() money.Amount { return operate(money.New(a, "USD"), money.New(b, "USD")) })
			if ok != exact[name].IsInt64() || ok && got.Minor != exact[name].Int64() {
				t.Fatalf("%s: %d (%v), want %v", name, got.Minor, ok, exact[name])
			}
		}
	})
}

func attempt(f func() money.Amount) (a money.Amount, ok bool) {
	defer func() { ok = recover() == nil }()
	return f(), true
}

func TestFromDecimal(t *testing.T) {
	const refused = math.MinInt64
	tests := []struct {
		number          string
		currency        money.Currency
		exact, down, up int64
	}{
		{"120.5", "USD", 12050, 12050, 12050},
		{"0.005", "USD", refused, 0, 1},
		{"-0.005", "USD", refused, 0, -1},
		{"278.346", "UAH", refused, 27834, 27835},
		{"-278.346", "UAH", refused, -27834, -27835},
		{"1.5", "JPY", refused, 1, 2},
		{"1.500", "KWD", 1500, 1500, 1500},
		{"0.1234567890", "ETH", 123456789, 123456789, 123456789},
		{"0", "USD", 0, 0, 0},
		{"0e9999", "USD", 0, 0, 0},
		{"1e3", "USD", 100000, 100000, 100000},
		{"1e-9999", "USD", refused, 0, 1},
		{"-1e-9999", "USD", refused, 0, -1},
		{"10000000000000", "USD", money.MaxMinor, money.MaxMinor, money.MaxMinor},
		{"10000000000000.001", "USD", refused, money.MaxMinor, refused},
		{"10000000000000.01", "USD", refused, refused, refused},
		{"-10000000000000.01", "USD", refused, refused, refused},
		{"92233720368547758.08", "USD", refused, refused, refused},
		{"1e9999", "USD", refused, refused, refused},
		{"1", "XXX", refused, refused, refused},
	}
	for _, test := range tests {
		t.Run(test.number+" "+string(test.currency), func(t *testing.T) {
			d := decimal.RequireFromString(test.number)
			for rounding, want := range map[money.Rounding]int64{
				money.Exact: test.exact, money.Down: test.down, money.Up: test.up,
			} {
				got, err := money.FromDecimal(d, test.currency, rounding)
				if (err != nil) != (want == refused) || err == nil && got != money.New(want, test.currency) {
					t.Errorf("rounding %d: %v, %v, want %d", rounding, got, err, want)
				}
			}
		})
	}
}

// Enormous exponents are answered without writing out their digits.
func TestFromDecimalIsNotDrowned(t *testing.T) {
	for _, exponent := range []int32{math.MaxInt32, math.MinInt32} {
		d := decimal.NewFromBigInt(big.NewInt(7), exponent)
		if a, err := money.FromDecimal(d, "USD", money.Exact); err == nil {
			t.Errorf("7e%d is %v, want an error", exponent, a)
		}
	}
}

func TestDecimalRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := amounts().Draw(t, "amount")
		for _, rounding := range []money.Rounding{money.Exact, money.Down, money.Up} {
			if back, err := money.FromDecimal(a.Decimal(), a.Currency, rounding); err != nil || back != a {
				t.Fatalf("%s came back as %s, %v", a.Text(), back.Text(), err)
			}
		}
	})
}

// amounts are those that can be read, in every currency.
func amounts() *rapid.Generator[money.Amount] {
	return rapid.Custom(func(t *rapid.T) money.Amount {
		return money.New(
			rapid.Int64Range(-money.MaxMinor, money.MaxMinor).Draw(t, "minor"),
			rapid.SampledFrom(money.Currencies()).Draw(t, "currency"),
		)
	})
}

// Numbers of few digits and of many come to the same: what shifting the point
// and rounding as on paper comes to.
func TestFromDecimalRounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := decimal.New(rapid.Int64().Draw(t, "coefficient")>>rapid.IntRange(0, 60).Draw(t, "shorter"),
			rapid.Int32Range(-20, 12).Draw(t, "exponent"))
		c := rapid.SampledFrom([]money.Currency{"JPY", "USD", "KWD", "BTC"}).Draw(t, "currency")
		minor := d.Shift(int32(c.Exponent()))
		for r, want := range map[money.Rounding]decimal.Decimal{money.Down: minor.Truncate(0), money.Up: minor.RoundUp(0)} {
			got, err := money.FromDecimal(d, c, r)
			if tooLarge := want.Abs().GreaterThan(decimal.NewFromInt(money.MaxMinor)); tooLarge != (err != nil) ||
				err == nil && !decimal.NewFromInt(got.Minor).Equal(want) {
				t.Fatalf("%s in %s, rounded %d: %v (%v), want %s minor units", d, c, r, got, err, want)
			}
		}
		if _, err := money.FromDecimal(d, c, money.Exact); err == nil && !minor.Equal(minor.Truncate(0)) {
			t.Fatalf("%s is exact in %s", d, c)
		}
	})
}
