package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
)

// A RateSource lists exchange rates that people keep. Rate schemes draw on it.
type RateSource struct {
	ID     string       `json:"id"`
	Name   string       `json:"name,omitempty"`
	System bool         `json:"system,omitempty"` // the one behind the system scheme
	Rates  []SourceRate `json:"rates"`
}

// A SourceRate is what a source says of a pair.
type SourceRate struct {
	Base  money.Currency `json:"base"`
	Quote money.Currency `json:"quote"`
	Rate  money.Number   `json:"rate"`          // units of Quote for one of Base
	AsOf  time.Time      `json:"asOf,omitzero"` // zero for a rate that is fixed
}

// Of is the rate as one of a source.
func (r SourceRate) Of(source string) fx.Rate {
	return fx.Rate{Source: source, Base: r.Base, Quote: r.Quote, Rate: r.Rate, AsOf: r.AsOf}
}

// mostRates bounds a source: more pairs than a hundred currencies make.
const mostRates = 10_000

func (s RateSource) check() error {
	where := "rate source " + s.ID
	if err := checkWords(where, s.Name); err != nil {
		return err
	}
	if len(s.Rates) > mostRates {
		return invalid("rates", "%s lists %d rates; up to %d can be", where, len(s.Rates), mostRates)
	}
	seen := make(map[fx.Pair]bool, len(s.Rates))
	for _, r := range s.Rates {
		rate := r.Of(s.ID)
		if err := rate.Check(); err != nil {
			return invalid("rates", "%v", err)
		}
		if seen[rate.Pair()] {
			return invalid("rates", "%s lists %s twice", where, rate.Pair())
		}
		seen[rate.Pair()] = true
	}
	return nil
}

// checkRates holds the rate schemes against the sources that they draw on.
func (c *Config) checkRates() error {
	if err := each(c.Sources, RateSource.check); err != nil {
		return err
	}
	system := ""
	for _, s := range inOrder(c.Sources) {
		if s.System && system != "" {
			return invalid("sources", "both %s and %s are to be the system source", system, s.ID).
				Or("there is one system scheme, with one source")
		}
		if s.System {
			system = s.ID
		}
	}
	for _, s := range inOrder(c.Rates) {
		if err := checkWords("rate scheme "+s.ID, s.Name); err != nil {
			return err
		}
		if err := s.Check(); err != nil {
			return invalid("rates", "%v", err)
		}
		for _, rule := range s.Rules {
			if _, ok := c.Sources[rule.Source]; !ok {
				return invalid("rates", "rate scheme %s: %s: there is no rate source %q", s.ID, rule.Pair(), rule.Source).
					Or("rate sources: %s", orNone(keys(c.Sources)))
			}
		}
	}
	return nil
}

// Market is what the rate schemes draw on.
func (c *Config) Market() fx.Market {
	m := fx.Market{Rates: c.rate}
	for id, s := range c.Sources {
		if s.System {
			m.System = id
		}
	}
	return m
}

// rate implements [fx.Rates].
func (c *Config) rate(source string, p fx.Pair) (fx.Rate, bool) {
	rates := c.Sources[source].Rates
	i := slices.IndexFunc(rates, func(r SourceRate) bool { return r.Base == p.Base && r.Quote == p.Quote })
	if i < 0 {
		return fx.Rate{}, false
	}
	return rates[i].Of(source), true
}

// quote estimates a pair at a point. The quote of equal currencies is the zero
// Quote.
func (c *Config) quote(p Point, pair fx.Pair, now time.Time) (fx.Quote, error) {
	if pair.Base == pair.Quote {
		return fx.Quote{}, nil
	}
	scheme := fx.Scheme{ID: fx.System, Fallback: true}
	if p.Rates != "" {
		scheme = c.Rates[p.Rates]
	}
	m := c.Market()
	if p.Rates == "" && m.System == "" {
		return fx.Quote{}, fmt.Errorf("no exchange rate from %s to %s: point %s has no rate scheme", pair.Base, pair.Quote, p.ID)
	}
	return scheme.Estimate(pair, m, now)
}

// A RateQuote is what a point would convert at now.
type RateQuote struct {
	fx.Quote
	Amount    money.Amount // asked about; zero for none
	Converted money.Amount // what a recipient would get for it
}

// QuoteRate estimates a pair at a point, and what an amount would come to.
func (e *Engine) QuoteRate(ctx context.Context, point string, amount money.Amount, to money.Currency) (q RateQuote, err error) {
	config, err := e.Config(ctx)
	if err != nil {
		return q, err
	}
	p, err := config.point(point)
	if err != nil {
		return q, err
	}
	for _, c := range []money.Currency{amount.Currency, to} {
		if !c.Known() {
			return q, invalid("currency", "%q is no currency", c)
		}
	}
	q.Amount = amount
	if q.Quote, err = config.quote(p, fx.Pair{Base: amount.Currency, Quote: to}, e.Now()); err != nil {
		return q, Errorf(Refused, "%v", err)
	}
	if q.Converted, err = q.Convert(amount); err != nil {
		return q, Errorf(Refused, "%v", err)
	}
	return q, nil
}

// A RateEstimate is a rule of a rate scheme with what it comes to.
type RateEstimate struct {
	fx.Rule
	Estimate fx.Quote `json:"estimate"`
	Why      string   `json:"why,omitempty"` // there is no estimate
}

// EstimateRates returns the rules of a rate scheme with what they come to now.
func (e *Engine) EstimateRates(ctx context.Context, id string) ([]RateEstimate, error) {
	config, err := e.Config(ctx)
	if err != nil {
		return nil, err
	}
	scheme, ok := config.Rates[id]
	if !ok {
		return nil, Errorf(NotFound, "there is no rate scheme %q", id).Or("rate schemes: %s", orNone(keys(config.Rates)))
	}
	estimates := make([]RateEstimate, len(scheme.Rules))
	for i, rule := range scheme.Rules {
		estimates[i].Rule = rule
		if estimates[i].Estimate, err = scheme.Estimate(rule.Pair(), config.Market(), e.Now()); err != nil {
			estimates[i].Why = err.Error()
		}
	}
	return estimates, nil
}

// SetRate enters what a source says of a pair from now on. Sources are made by
// Apply.
func (e *Engine) SetRate(ctx context.Context, c Caller, rate fx.Rate) (s RateSource, err error) {
	_, err = e.do(ctx, c, mark("set-rate", rate.Source, rate.Pair(), rate.Rate.String(), rate.AsOf), func(w *work) error {
		if err := w.least(RoleAdmin, "change the configuration"); err != nil {
			return err
		}
		old, ok := w.config.Sources[rate.Source]
		if !ok {
			return Errorf(NotFound, "there is no rate source %q", rate.Source).
				Or("rate sources: %s", orNone(keys(w.config.Sources)))
		}
		if err := rate.Check(); err != nil {
			return invalid("rate", "%v", err)
		}
		if rate.AsOf.After(w.now) {
			return invalid("asOf", "%s has not been yet", rate.AsOf.UTC().Format(time.RFC3339))
		}
		s = old.with(SourceRate{Base: rate.Base, Quote: rate.Quote, Rate: rate.Rate, AsOf: rate.AsOf})
		if err := s.check(); err != nil {
			return err
		}
		if slices.EqualFunc(s.Rates, old.Rates, SourceRate.same) {
			return nil
		}
		return w.putConfig(KindSource, s.ID, mustJSON(old), mustJSON(s))
	})
	if err != nil {
		return s, fmt.Errorf("cannot set the rate of %s: %w", rate.Pair(), err)
	}
	if s.ID == "" { // the key was seen before
		config, err := e.Config(ctx)
		return config.Sources[rate.Source], err
	}
	return s, nil
}

// with is the source with one rate as it is now.
func (s RateSource) with(rate SourceRate) RateSource {
	s.Rates = slices.Clone(s.Rates)
	i := slices.IndexFunc(s.Rates, func(r SourceRate) bool { return r.Base == rate.Base && r.Quote == rate.Quote })
	if i < 0 {
		s.Rates = append(s.Rates, rate)
	} else {
		s.Rates[i] = rate
	}
	return s
}

func (r SourceRate) same(other SourceRate) bool {
	return r.Base == other.Base && r.Quote == other.Quote && r.Rate.Equal(other.Rate.Decimal) && r.AsOf.Equal(other.AsOf)
}
