package money_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/money"
)

func TestParse(t *testing.T) {
	tests := []struct {
		literal  string
		currency money.Currency
		minor    int64
	}{
		{"120.50", "USD", 12050},
		{"120.5", "USD", 12050},
		{"120", "USD", 12000},
		{"-120.50", "USD", -12050},
		{"0", "USD", 0},
		{"-0", "USD", 0},
		{"0.01", "USD", 1},
		{"007.50", "USD", 750},
		{"1250", "JPY", 1250},
		{"1.250", "KWD", 1250},
		{"0.00000001", "BTC", 1},
		{"0.000000001", "ETH", 1},
		{"0.000001", "USDT", 1},
		{"10000000000000.00", "USD", money.MaxMinor},
		{"-10000000000000", "USD", -money.MaxMinor},
		{strings.Repeat("0", 60) + "1.05", "USD", 105},
	}
	for _, test := range tests {
		t.Run(test.literal+" "+string(test.currency), func(t *testing.T) {
			want := money.New(test.minor, test.currency)
			if got, err := money.Parse(test.literal, test.currency); err != nil || got != want {
				t.Errorf("%v, %v, want %v", got, err, want)
			}
			for _, raw := range []string{test.literal, `"` + test.literal + `"`} {
				if got, err := money.ParseJSON([]byte(raw), test.currency); err != nil || got != want {
					t.Errorf("from JSON %s: %v, %v, want %v", raw, got, err, want)
				}
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct {
		literal  string
		currency money.Currency
		says     string
	}{
		{"", "USD", `the amount is missing (write it like 120.50)`},
		{"", "JPY", `the amount is missing (write it like 12050)`},
		{"1.505", "USD", `amount "1.505" has 3 decimals, but USD has 2 (write it like 120.50)`},
		{"1.500", "USD", `has 3 decimals, but USD has 2`},
		{"1.0", "JPY", `has decimals, but JPY has none`},
		{"1e3", "USD", `amount "1e3" is no plain number (write digits only, like 120.50)`},
		{"1E3", "USD", "no plain number"},
		{"NaN", "USD", "no plain number"},
		{"Inf", "USD", "no plain number"},
		{"-Inf", "USD", "no plain number"},
		{"0x10", "USD", "no plain number"},
		{"+5", "USD", "no plain number"},
		{"--5", "USD", "no plain number"},
		{"-", "USD", "no plain number"},
		{".", "USD", "no plain number"},
		{".5", "USD", "no plain number"},
		{"5.", "USD", "no plain number"},
		{"1.2.3", "USD", "no plain number"},
		{" 5", "USD", "no plain number"},
		{"5 ", "USD", "no plain number"},
		{"1 000", "USD", "no plain number"},
		{"1,000.00", "USD", "no plain number"},
		{"1'000", "USD", "no plain number"},
		{"1_000", "USD", "no plain number"},
		{"5-", "USD", "no plain number"},
		{"٥", "USD", "no plain number"},
		{"５", "USD", "no plain number"},
		{"5\x00", "USD", "no plain number"},
		{"10000000000000.01", "USD", `is too large (at most 10,000,000,000,000.00 USD)`},
		{"9223372036854775808", "JPY", "is too large (at most 1,000,000,000,000,000 JPY)"},
		{strings.Repeat("9", 64), "USD", "is too large"},
		{strings.Repeat("0", 65), "USD", `amount "000000000000000000000000…" is longer than 64 characters`},
		{"5", "XXX", `no currency is called "XXX"`},
		{"5", "usd", `no currency is called "usd"`},
		{"5", "", `no currency is called ""`},
		{"\x1b]0;paid\a", "USD", `amount "\x1b]0;paid\a" is no plain number`},
		{"\u202e05.1", "USD", `amount "\u202e05.1" is no plain number`},
	}
	for _, test := range tests {
		t.Run(test.literal, func(t *testing.T) {
			got, err := money.Parse(test.literal, test.currency)
			if err == nil || got != (money.Amount{}) {
				t.Fatalf("%v, %v, want an error", got, err)
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("says %q, want %q", err, test.says)
			}
		})
	}
}

func TestParseJSONRefuses(t *testing.T) {
	for _, raw := range []string{
		"", "null", "true", "{}", "[1]", `""`, `"`, `"1`, `"1" "2"`, "1e3", "1.505", "+1", `"\u0031e3"`, "\"\x01\"",
	} {
		if got, err := money.ParseJSON([]byte(raw), "USD"); err == nil {
			t.Errorf("%s: %v, want an error", raw, got)
		}
	}
}

func TestParseJSONReadsEscapes(t *testing.T) {
	got, err := money.ParseJSON([]byte(` "\u0031.50" `), "USD")
	if want := money.New(150, "USD"); err != nil || got != want {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

func TestParseRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := amounts().Draw(t, "amount")
		if back, err := money.Parse(a.String(), a.Currency); err != nil || back != a {
			t.Fatalf("%s came back as %s, %v", a.Text(), back.Text(), err)
		}
		raw, _ := a.MarshalJSON()
		if back, err := money.ParseJSON(raw, a.Currency); err != nil || back != a {
			t.Fatalf("%s came back as %s, %v", raw, back.Text(), err)
		}
		ungrouped := strings.ReplaceAll(a.Grouped(), ",", "")
		if ungrouped != a.String() {
			t.Fatalf("%s is not %s with separators", a.Grouped(), a)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"120.50", "-0", "", "NaN", "1e9", "1.500", "0x1p-2", "9223372036854775807", "1,0", "\x1b[2J", "５"} {
		for _, c := range []string{"USD", "JPY", "BTC", "nope"} {
			f.Add(s, c)
		}
	}
	f.Fuzz(func(t *testing.T, s, code string) {
		c := money.Currency(code)
		a, err := money.Parse(s, c)
		if err != nil {
			if len(err.Error()) > 400 || strings.ContainsFunc(err.Error(), unicode.IsControl) {
				t.Errorf("%q is no sentence for a terminal", err)
			}
			return
		}
		if !c.Known() || a.Currency != c || a.Minor > money.MaxMinor || a.Minor < -money.MaxMinor {
			t.Fatalf("%q became %v", s, a)
		}
		if strings.Trim(s, "-.0123456789") != "" {
			t.Errorf("%q was taken for a number", s)
		}
		if back, err := money.Parse(a.String(), c); err != nil || back != a {
			t.Errorf("%q became %v, and that %v, %v", s, a, back, err)
		}
	})
}
