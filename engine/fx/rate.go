package fx

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/purserhq/purser/engine/money"
)

// A Pair names an exchange: units of Quote for one unit of Base.
type Pair struct{ Base, Quote money.Currency }

// String returns the pair as people write it: "EUR/USD".
func (p Pair) String() string { return string(p.Base) + "/" + string(p.Quote) }

// Inverse returns the pair the other way round.
func (p Pair) Inverse() Pair { return Pair{p.Quote, p.Base} }

// check says why p is nothing that a rate could be for.
func (p Pair) check() error {
	for _, c := range []money.Currency{p.Base, p.Quote} {
		if !c.Known() {
			return fmt.Errorf("no currency is called %q", c)
		}
	}
	if p.Base == p.Quote {
		return fmt.Errorf("%s is always 1 (leave it out)", p)
	}
	return nil
}

// A Rate is what a source says of a pair.
type Rate struct {
	Source string         `json:"source"`
	Base   money.Currency `json:"base"`
	Quote  money.Currency `json:"quote"`
	Rate   money.Number   `json:"rate"`          // units of Quote for one of Base, above zero
	AsOf   time.Time      `json:"asOf,omitzero"` // zero for a fixed rate
}

// Pair returns what the rate is for.
func (r Rate) Pair() Pair { return Pair{r.Base, r.Quote} }

// Check says what is wrong with a rate, before it is kept.
func (r Rate) Check() error {
	if r.Source == "" {
		return fmt.Errorf("the rate of %s names no source", r.Pair())
	}
	if err := r.Pair().check(); err != nil {
		return fmt.Errorf("source %s: %w", r.Source, err)
	}
	if !r.Rate.IsPositive() || r.Rate.GreaterThan(mostExtreme) || r.Rate.Mul(mostExtreme).LessThan(one) {
		return fmt.Errorf("source %s: %s for %s is no rate (give a number above zero)",
			r.Source, r.Rate, r.Pair())
	}
	return nil
}

var (
	one     = decimal.NewFromInt(1)
	hundred = decimal.NewFromInt(100)

	// mostExtreme bounds a rate and its inverse. The dearest coin costs a
	// hundred thousandth of it in the cheapest currency.
	mostExtreme = decimal.New(1, 15)
)

// Rates tells what a source says of a pair, and false if it says nothing. It
// turns no rate round.
type Rates func(source string, p Pair) (Rate, bool)

// Listed returns what the sources of a list say; of two rates for the same the
// later counts.
func Listed(rates []Rate) Rates {
	type key struct {
		source string
		pair   Pair
	}
	table := make(map[key]Rate, len(rates))
	for _, r := range rates {
		table[key{r.Source, r.Pair()}] = r
	}
	return func(source string, p Pair) (Rate, bool) {
		r, ok := table[key{source, p}]
		return r, ok
	}
}

// A Market is what all rate schemes draw on.
type Market struct {
	Rates  Rates
	System string // the source behind the system scheme; empty for none
}
