package fx_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
)

// A feeRow is a line of testdata/fees.csv: terms and a rate, what is asked for
// in either currency, and the quote.
type feeRow map[string]string

func feeRows(t *testing.T) []feeRow {
	t.Helper()
	file, err := os.Open("testdata/fees.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []feeRow
	for _, line := range lines[1:] {
		row := feeRow{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func (r feeRow) terms(t *testing.T) fx.Terms {
	return fx.Terms{
		Strategy: fx.FeeStrategy(r["strategy"]),
		Reverse:  r["reverse"] == "yes",
		Fee: fx.Fee{
			Rate: number(t, r["rate"]), Fixed: number(t, r["fixed"]),
			Min: number(t, r["min"]), Max: number(t, r["max"]),
		},
	}
}

func (r feeRow) rate(t *testing.T) fx.Quote {
	return fx.Quote{
		Base: money.Currency(r["account"]), Quote: money.Currency(r["service"]), Rate: number(t, r["exchange"]),
	}
}

func (r feeRow) asked(t *testing.T) money.Amount {
	value, currency, _ := strings.Cut(r["asked"], " ")
	return amount(t, value, money.Currency(currency))
}

func TestParity27FeeCalculator(t *testing.T) {
	rows := feeRows(t)
	if len(rows) != 50 {
		t.Fatalf("there are %d vectors", len(rows))
	}
	for _, row := range rows {
		t.Run(row["name"], func(t *testing.T) {
			got, err := row.terms(t).Quote(row.asked(t), row.rate(t))
			if err != nil {
				t.Fatal(err)
			}
			for column, a := range map[string]money.Amount{
				"amount": got.Amount, "writeoff": got.Writeoff, "fee": got.Fee,
				"service_amount": got.ServiceAmount, "service_writeoff": got.ServiceWriteoff,
				"service_fee": got.ServiceFee,
			} {
				if a.String() != row[column] {
					t.Errorf("%s is %s, want %s", column, a, row[column])
				}
				if want := row["account"]; !strings.HasPrefix(column, "service") && string(a.Currency) != want {
					t.Errorf("%s is in %s, want %s", column, a.Currency, want)
				}
			}
		})
	}
}

// More rows, at a rate of 30.959723: the third tells a fee that is worked out
// on either side from one that is converted.
func TestFeeQuotes(t *testing.T) {
	uah := fx.Quote{Base: "USD", Quote: "UAH", Rate: number(t, "30.959723")}
	share, both := fx.Fee{Rate: number(t, "0.05")}, fx.Fee{Rate: number(t, "0.03"), Fixed: number(t, "10")}
	bounded := func(least, most string) fx.Fee {
		return fx.Fee{Rate: number(t, "0.03"), Min: number(t, least), Max: number(t, most)}
	}
	for _, test := range []struct {
		name     string
		terms    fx.Terms
		rate     fx.Quote
		asked    string
		currency money.Currency
		want     string // amount, write-off and fee of the account, then of the service
	}{
		{"external, service", fx.Terms{Fee: share, Strategy: fx.FeeExternal}, uah, "100", "UAH", "3.23 3.40 0.17 100.00 105.00 5.00"},
		{"external, account", fx.Terms{Fee: share, Strategy: fx.FeeExternal}, uah, "100", "USD", "100.00 105.00 5.00 3095.97 3250.77 154.80"},
		{"internal, account", fx.Terms{Fee: share, Strategy: fx.FeeInternal}, uah, "100", "USD", "95.00 100.00 5.00 2941.18 3095.98 154.80"},
		{"internal, service", fx.Terms{Fee: share, Strategy: fx.FeeInternal}, uah, "100", "UAH", "3.06 3.24 0.18 95.00 100.00 5.00"},
		{"external reverse", fx.Terms{Fee: share, Strategy: fx.FeeExternal, Reverse: true}, uah, "100", "USD", "95.23 100.00 4.77 2948.55 3095.98 147.43"},
		{"internal reverse", fx.Terms{Fee: share, Strategy: fx.FeeInternal, Reverse: true}, uah, "3000", "UAH", "96.90 102.01 5.11 3000.00 3157.90 157.90"},

		{"a least fee, reverse", fx.Terms{Fee: bounded("3.05", "0"), Strategy: fx.FeeInternal, Reverse: true}, fx.Quote{}, "100", "USD", "100.00 103.10 3.10 100.00 103.10 3.10"},
		{"a highest fee, reverse", fx.Terms{Fee: bounded("0", "3.05"), Strategy: fx.FeeInternal, Reverse: true}, fx.Quote{}, "100", "USD", "100.00 103.05 3.05 100.00 103.05 3.05"},
		{"one currency, internal", fx.Terms{Fee: both, Strategy: fx.FeeInternal}, fx.Quote{}, "100", "USD", "87.00 100.00 13.00 87.00 100.00 13.00"},
		{"one currency, internal reverse", fx.Terms{Fee: both, Strategy: fx.FeeInternal, Reverse: true}, fx.Quote{}, "100", "USD", "100.00 113.41 13.41 100.00 113.41 13.41"},
		{"one currency, external", fx.Terms{Fee: both, Strategy: fx.FeeExternal}, fx.Quote{}, "100", "USD", "100.00 113.00 13.00 100.00 113.00 13.00"},
		{"one currency, external reverse", fx.Terms{Fee: both, Strategy: fx.FeeExternal, Reverse: true}, fx.Quote{}, "100", "USD", "87.37 100.00 12.63 87.37 100.00 12.63"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := test.terms.Quote(amount(t, test.asked, test.currency), test.rate)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join([]string{
				f.Amount.String(), f.Writeoff.String(), f.Fee.String(),
				f.ServiceAmount.String(), f.ServiceWriteoff.String(), f.ServiceFee.String(),
			}, " ")
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestFeeQuoteRefuses(t *testing.T) {
	fixed := fx.Fee{Fixed: number(t, "10")}
	eur := fx.Quote{Base: "USD", Quote: "EUR", Rate: number(t, "0.9")}
	for _, test := range []struct {
		name  string
		terms fx.Terms
		asked money.Amount
		rate  fx.Quote
		want  string
	}{
		{
			"a fee that takes all",
			fx.Terms{Fee: fixed, Strategy: fx.FeeInternal},
			amount(t, "10", "USD"),
			fx.Quote{},
			"quote the fee of 10.00 USD: the fee leaves nothing to pay (ask for more)",
		},
		{
			"nothing",
			fx.Terms{Strategy: fx.FeeExternal},
			money.Zero("USD"),
			fx.Quote{},
			"quote the fee of 0.00 USD: there is nothing to pay (ask for more than zero)",
		},
		{
			"another currency",
			fx.Terms{Strategy: fx.FeeExternal},
			amount(t, "10", "GBP"), eur,
			"quote the fee of 10.00 GBP: a rate of USD/EUR converts no GBP",
		},
		{
			"a strategy nobody knows",
			fx.Terms{Strategy: "inside"},
			amount(t, "10", "USD"),
			fx.Quote{},
			`quote the fee of 10.00 USD: no fee strategy is called "inside" (try internal or external)`,
		},
		{
			"a fee of everything",
			fx.Terms{Fee: fx.Fee{Rate: number(t, "1")}, Strategy: fx.FeeInternal},
			amount(t, "10", "USD"),
			fx.Quote{},
			"quote the fee of 10.00 USD: a fee rate of 1 takes everything (write 0.01 for one percent)",
		},
		{
			"a negative fee",
			fx.Terms{Fee: fx.Fee{Min: number(t, "-1")}, Strategy: fx.FeeInternal},
			amount(t, "10", "USD"),
			fx.Quote{},
			"quote the fee of 10.00 USD: a part of the fee is negative (give zero or more)",
		},
		{
			"a fee beyond any amount",
			fx.Terms{Fee: fx.Fee{Fixed: number(t, "1e20")}, Strategy: fx.FeeExternal},
			amount(t, "10", "USD"), eur,
			"quote the fee of 10.00 USD: the amount is too large (at most 10,000,000,000,000.00 EUR)",
		},
		{
			"no rate",
			fx.Terms{Strategy: fx.FeeExternal},
			amount(t, "10", "EUR"),
			fx.Quote{Base: "USD", Quote: "EUR"},
			"quote the fee of 10.00 EUR: nothing can be divided by a rate of 0",
		},
		{
			"more than there is",
			fx.Terms{Strategy: fx.FeeExternal},
			money.New(money.MaxMinor, "USD"),
			fx.Quote{Base: "USD", Quote: "EUR", Rate: number(t, "2")},
			"quote the fee of 10,000,000,000,000.00 USD: convert 10,000,000,000,000.00 USD at 2: the amount is too large (at most 10,000,000,000,000.00 EUR)",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := test.terms.Quote(test.asked, test.rate); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestFeeQuoteJSON(t *testing.T) {
	f, err := fx.Terms{Strategy: fx.FeeExternal, Fee: fx.Fee{Rate: number(t, "0.01")}}.Quote(
		amount(t, "100", "USD"), fx.Quote{Base: "USD", Quote: "JPY", Rate: number(t, "150")})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(f)
	want := `{"amount":100.00,"writeoff":101.00,"fee":1.00,` +
		`"serviceAmount":15000,"serviceWriteoff":15150,"serviceFee":150}`
	if err != nil || string(raw) != want {
		t.Errorf("got  %s, %v\nwant %s", raw, err, want)
	}
}

// Whatever the terms: both sides add up, what was asked for is what was
// fixed, and the fee is never too small for what is paid.
func TestFeeQuoteAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := fx.Terms{
			Fee:      anyFee(t),
			Strategy: rapid.SampledFrom([]fx.FeeStrategy{fx.FeeInternal, fx.FeeExternal}).Draw(t, "strategy"),
			Reverse:  rapid.Bool().Draw(t, "reverse"),
		}
		rate := anyRate(t, "USD", "JPY")
		asked := money.New(rapid.Int64Range(1, 1_000_000).Draw(t, "asked"),
			rapid.SampledFrom([]money.Currency{"USD", "JPY"}).Draw(t, "in"))
		f, err := terms.Quote(asked, rate)
		if err != nil {
			if strings.Contains(err.Error(), "leaves nothing") {
				return
			}
			t.Fatal(err)
		}
		fixed := map[bool][2]money.Amount{
			true:  {f.ServiceWriteoff, f.Writeoff},
			false: {f.ServiceAmount, f.Amount},
		}[(terms.Strategy == fx.FeeInternal) != terms.Reverse]
		switch {
		case f.Amount.Plus(f.Fee) != f.Writeoff, f.ServiceAmount.Plus(f.ServiceFee) != f.ServiceWriteoff:
			t.Fatalf("does not add up: %+v", f)
		case asked != fixed[0] && asked != fixed[1]:
			t.Fatalf("%s is neither of %v", asked.Text(), fixed)
		}
		least := terms.Fee.Of(f.ServiceAmount)
		if terms.Strategy == fx.FeeInternal {
			least = terms.Fee.Of(f.ServiceWriteoff)
		}
		if gap := least.Minor - f.ServiceFee.Minor; gap > 1 {
			t.Fatalf("a fee of %s where %s is due: %+v", f.ServiceFee, least, f)
		}
	})
}
