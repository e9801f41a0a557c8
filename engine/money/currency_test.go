package money_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine/money"
)

func TestExponents(t *testing.T) {
	byExponent := map[int]string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
		3: "BHD IQD JOD KWD LYD OMR TND",
		4: "CLF UYW",
		6: "USDT",
		8: "BTC",
		9: "ETH",
	}
	want := make(map[money.Currency]int)
	for exponent, codes := range byExponent {
		for _, code := range strings.Fields(codes) {
			want[money.Currency(code)] = exponent
		}
	}
	for _, c := range money.Currencies() {
		exponent, special := want[c]
		if !special {
			exponent = 2
		}
		if c.Exponent() != exponent {
			t.Errorf("%s has %d decimals, want %d", c, c.Exponent(), exponent)
		}
		delete(want, c)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

func TestCurrencies(t *testing.T) {
	all := money.Currencies()
	if len(all) != 165+3 {
		t.Errorf("%d currencies, want 165 of ISO 4217 and three more", len(all))
	}
	if !slices.IsSorted(all) {
		t.Error("not in alphabetical order")
	}
	for _, c := range all {
		if !c.Known() {
			t.Errorf("%s is listed and not known", c)
		}
	}
	for _, gone := range []money.Currency{"BGN", "HRK", "ANG", "ZWL", "SLL", "CUC", "XAU", "XDR", "XTS", "XXX", "", "usd"} {
		if gone.Known() || gone.Exponent() != 0 {
			t.Errorf("%q is known", gone)
		}
	}
}

func TestParseCurrency(t *testing.T) {
	for s, want := range map[string]money.Currency{
		"USD": "USD", "usd": "USD", "eUr": "EUR", "usdt": "USDT", "btc": "BTC",
	} {
		if got, err := money.ParseCurrency(s); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", s, got, err, want)
		}
	}
}

func TestParseCurrencyRefuses(t *testing.T) {
	tests := map[string]string{
		"USX":                      `no currency is called "USX" (nearest: UGX, USD, USN)`,
		"euro":                     `no currency is called "euro" (nearest: EUR)`,
		"UDS":                      `nearest: USD`,
		"US":                       `nearest: USD, USN`,
		"":                         `no currency is called "" (write a three-letter code such as EUR or USD)`,
		"dollars":                  `write a three-letter code`,
		" USD":                     `no currency is called " USD" (nearest: USD)`,
		"uſd":                      `no currency is called "uſd"`,
		"\x1b[2J":                  `no currency is called "\x1b[2J"`,
		strings.Repeat("U", 1<<16): `no currency is called "` + strings.Repeat("U", 24) + `…"`,
	}
	for s, says := range tests {
		got, err := money.ParseCurrency(s)
		if err == nil || got != "" {
			t.Errorf("%.20q: %q, want an error", s, got)
			continue
		}
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%.20q: says %q, want %q", s, err, says)
		}
	}
}
