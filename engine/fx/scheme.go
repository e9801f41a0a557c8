package fx

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/purserhq/purser/engine/money"
)

// System is the name of the system scheme: every pair of the market's system
// source, either way round, without fees.
const System = "system"

// How long a quote holds, in seconds.
const (
	defaultLife = 15 * 60
	longestLife = 7 * 24 * 60 * 60
)

// Decimals is how many decimals an estimated rate has at most.
const Decimals = 8

// A Scheme says which rates a point converts at.
type Scheme struct {
	ID          string `json:"id"`
	Name        string `json:"name,omitempty"`
	Fallback    bool   `json:"fallback,omitempty"`    // pairs without a rule are the system scheme's
	LifeSeconds int    `json:"lifeSeconds,omitempty"` // of a quote; 0: fifteen minutes
	Rules       []Rule `json:"rules"`
}

// A Rule makes the estimated rate of one pair: what the source says, and a fee
// on it. A positive fee makes Base dearer, so that whoever is paid Quote for it
// gets more; a negative one makes it cheaper.
type Rule struct {
	Base     money.Currency `json:"base"`
	Quote    money.Currency `json:"quote"`
	Source   string         `json:"source"`
	Inverse  bool           `json:"inverse,omitempty"` // the source lists Quote/Base: one is divided by it
	FeeRate  money.Number   `json:"feeRate"`           // percent: 0.5 is half a percent
	FeeFixed money.Number   `json:"feeFixed"`          // in Quote, for one unit of Base
}

// Pair returns what the rule is for.
func (r Rule) Pair() Pair { return Pair{r.Base, r.Quote} }

// Check says what is wrong with a scheme, before it is kept.
func (s Scheme) Check() error {
	switch {
	case s.ID == "" || s.ID == System:
		return fmt.Errorf("a rate scheme cannot be called %q (choose another id)", s.ID)
	case s.LifeSeconds < 0 || s.LifeSeconds > longestLife:
		return fmt.Errorf("rate scheme %s: quotes cannot hold %d seconds (1 to %d)",
			s.ID, s.LifeSeconds, longestLife)
	}
	for i, r := range s.Rules {
		if err := r.check(); err != nil {
			return fmt.Errorf("rate scheme %s: rule %d: %w", s.ID, i+1, err)
		}
		same := func(other Rule) bool { return other.Pair() == r.Pair() }
		if slices.ContainsFunc(s.Rules[:i], same) {
			return fmt.Errorf("rate scheme %s: rule %d: %s has a rule already (remove one)",
				s.ID, i+1, r.Pair())
		}
	}
	return nil
}

func (r Rule) check() error {
	if err := r.Pair().check(); err != nil {
		return err
	}
	switch {
	case r.Source == "":
		return fmt.Errorf("%s needs a source", r.Pair())
	case r.FeeRate.Abs().GreaterThanOrEqual(hundred):
		return fmt.Errorf("%s: a fee of %s %% makes no sense (write 0.5 for half a percent)", r.Pair(), r.FeeRate)
	case r.FeeFixed.Abs().GreaterThan(mostExtreme):
		return fmt.Errorf("%s: a fixed fee of %s makes no sense", r.Pair(), r.FeeFixed)
	}
	return nil
}

// Estimate quotes a pair. The errors say what is missing and who could give
// it; a rule whose source says nothing does not fall back, for the system
// scheme would leave out the rule's fee.
func (s Scheme) Estimate(p Pair, m Market, now time.Time) (Quote, error) {
	if p.Base == p.Quote {
		return Quote{Base: p.Base, Quote: p.Quote, Rate: money.Number{Decimal: one}}, nil
	}
	life := time.Duration(s.LifeSeconds) * time.Second
	if life == 0 {
		life = defaultLife * time.Second
	}
	i := slices.IndexFunc(s.Rules, func(r Rule) bool { return r.Pair() == p })
	switch {
	case i >= 0:
		return s.Rules[i].quote(s.ID, m.Rates, now.Add(life))
	case !s.Fallback:
		return Quote{}, fmt.Errorf("rate scheme %s has no rule for %s (add one, or allow fallback)", s.ID, p)
	case m.System == "":
		return Quote{}, fmt.Errorf(
			"rate scheme %s has no rule for %s, and the system scheme has no source (add a rule)", s.ID, p)
	}
	direct := Rule{Base: p.Base, Quote: p.Quote, Source: m.System}
	if _, listed := m.Rates(m.System, p); !listed {
		_, direct.Inverse = m.Rates(m.System, p.Inverse())
	}
	return direct.quote(System, m.Rates, now.Add(life))
}

// quote is what the rule makes of what its source says.
func (r Rule) quote(scheme string, rates Rates, until time.Time) (Quote, error) {
	listed := r.Pair()
	if r.Inverse {
		listed = listed.Inverse()
	}
	said, ok := rates(r.Source, listed)
	if !ok {
		return Quote{}, fmt.Errorf("source %s has no rate for %s, which rate scheme %s needs (enter one)",
			r.Source, listed, scheme)
	}
	if err := said.Check(); err != nil {
		return Quote{}, err
	}
	rate := r.estimate(said.Rate.Decimal)
	if !rate.IsPositive() {
		return Quote{}, fmt.Errorf("rate scheme %s estimates %s at %s, which pays nothing (correct its fee)",
			scheme, r.Pair(), rate)
	}
	return Quote{
		Base: r.Base, Quote: r.Quote, Rate: money.Number{Decimal: rate},
		Scheme: scheme, Source: r.Source, AsOf: said.AsOf, ValidUntil: until,
	}, nil
}

// estimate is the rate plus its percent and fixed fee. It stays a fraction
// until it is rounded, once: a quotient cut short before could round otherwise.
func (r Rule) estimate(said decimal.Decimal) decimal.Decimal {
	percent := hundred.Add(r.FeeRate.Decimal)
	numerator, denominator := said.Mul(percent), hundred
	if r.Inverse {
		numerator, denominator = percent, said.Mul(hundred)
	}
	numerator = numerator.Add(r.FeeFixed.Mul(denominator))
	return numerator.DivRound(denominator, Decimals)
}
