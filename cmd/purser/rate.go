package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
)

func (a *app) rateCommand() *cobra.Command {
	return group("rate", "Exchange rates: what sources say, what schemes make of it",
		a.rateList(), a.rateShow(), a.rateSet(), a.rateQuote())
}

func rateKind() kind[fx.Rate] {
	return kind[fx.Rate]{
		id: func(r fx.Rate) string { return r.Pair().String() },
		columns: []column[fx.Rate]{
			{name: "SOURCE", cell: func(r fx.Rate) string { return r.Source }},
			{name: "PAIR", cell: func(r fx.Rate) string { return r.Pair().String() }},
			{name: "RATE", right: true, cell: func(r fx.Rate) string { return r.Rate.String() }},
			{name: "AS OF", cell: func(r fx.Rate) string { return moment(r.AsOf) }},
		},
		csv: []string{"source", "base", "quote", "rate", "asOf"},
	}
}

func (a *app) rateList() *cobra.Command {
	return &cobra.Command{
		Use:         "list",
		Short:       "List what the rate sources say",
		Example:     "  purser rate list",
		Args:        takes(),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			var rows []fx.Rate
			for _, s := range values(a.config.Sources) {
				for _, r := range s.Rates {
					rows = append(rows, r.Of(s.ID))
				}
			}
			return answerList(a, rateKind(), rows)
		},
	}
}

func (a *app) rateShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show SCHEME",
		Short:   "Show a rate scheme with what it estimates now",
		Example: "  purser rate show standard",
		Args:    takes("SCHEME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			id, err := pick("rate scheme", args[0], ids(a.config.Rates))
			if err != nil {
				return err
			}
			estimates, err := a.engine.EstimateRates(cmd.Context(), id)
			if err != nil {
				return err
			}
			return answerList(a, estimateKind(), estimates)
		},
	}
}

func estimateKind() kind[engine.RateEstimate] {
	estimated := func(e engine.RateEstimate) string {
		if e.Why != "" {
			return e.Why
		}
		return e.Estimate.Rate.String()
	}
	return kind[engine.RateEstimate]{
		id: func(e engine.RateEstimate) string { return e.Pair().String() },
		columns: []column[engine.RateEstimate]{
			{name: "PAIR", cell: func(e engine.RateEstimate) string { return e.Pair().String() }},
			{name: "SOURCE", cell: sourceOf},
			{name: "FEE %", right: true, cell: func(e engine.RateEstimate) string { return e.FeeRate.String() }},
			{name: "FEE FIXED", right: true, cell: func(e engine.RateEstimate) string { return e.FeeFixed.String() }},
			{name: "ESTIMATE", cell: estimated},
			{name: "AS OF", cell: func(e engine.RateEstimate) string { return moment(e.Estimate.AsOf) }},
		},
		csv: []string{"base", "quote", "source", "inverse", "feeRate", "feeFixed", "estimate", "why"},
	}
}

func sourceOf(e engine.RateEstimate) string {
	if e.Inverse {
		return e.Source + ", inverse"
	}
	return e.Source
}

func (a *app) rateSet() *cobra.Command {
	var source, base, quote, rate, at string
	cmd := &cobra.Command{
		Use:   "set --source S --base USD --quote EUR --rate R",
		Short: "Enter what a source says of a pair from now on",
		Long:  "Quotes that were made before stay good as long as they live.",
		Example: `  purser rate set --source desk --base USD --quote EUR --rate 0.9153
  purser rate set --source desk --base USD --quote EUR --rate 0.9153 --at 2026-11-01T10:00:00Z`,
		Args:        takes(),
		Annotations: changing(),
	}
	f := cmd.Flags()
	f.StringVar(&source, "source", "", "one that is configured")
	f.StringVar(&base, "base", "", "the `CURRENCY` of which one unit")
	f.StringVar(&quote, "quote", "", "is worth so many units of this `CURRENCY`")
	f.StringVar(&rate, "rate", "", "how many")
	f.StringVar(&at, "at", "", "since when: `TIME` with its zone (default now)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := need(cmd, "source", "base", "quote", "rate"); err != nil {
			return err
		}
		if _, err := a.enter(cmd.Context()); err != nil {
			return err
		}
		r, err := a.parseRate(source, base, quote, rate, at)
		if err != nil {
			return err
		}
		if _, err := a.engine.SetRate(cmd.Context(), a.caller(), r); err != nil {
			return err
		}
		return done(a, rateKind(), r, "set %s of %s to %s", r.Pair(), r.Source, r.Rate)
	}
	return cmd
}

// parseRate reads a rate that a person wrote.
func (a *app) parseRate(source, base, quote, rate, at string) (r fx.Rate, err error) {
	if r.Source, err = pick("rate source", source, ids(a.config.Sources)); err != nil {
		return r, err
	}
	if r.Base, err = parseCurrency(base); err != nil {
		return r, err
	}
	if r.Quote, err = parseCurrency(quote); err != nil {
		return r, err
	}
	if r.Rate, err = money.NumberOf(rate); err != nil {
		return r, engine.Errorf(engine.Invalid, "--rate: %v", err)
	}
	if r.AsOf, err = parseTime(at); err != nil {
		return r, err
	}
	if at == "" {
		r.AsOf = a.engine.Now().UTC().Truncate(time.Microsecond)
	}
	return r, nil
}

func (a *app) rateQuote() *cobra.Command {
	var point, amount, currency, to string
	cmd := &cobra.Command{
		Use:   "quote --point P --amount A --currency C --to D",
		Short: "Tell what an amount would come to in another currency",
		Example: `  purser rate quote --point main --amount 100 --currency USD --to EUR
  purser rate quote --point main --amount 100 --currency USD --to EUR -o json`,
		Args: takes(),
	}
	f := cmd.Flags()
	f.StringVar(&point, "point", "", "whose rate scheme counts")
	f.StringVar(&amount, "amount", "", "how much")
	f.StringVar(&currency, "currency", "", "of the amount")
	f.StringVar(&to, "to", "", "the `CURRENCY` that is paid")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := need(cmd, "point", "amount", "currency", "to"); err != nil {
			return err
		}
		q, err := a.quoted(cmd.Context(), point, amount, currency, to)
		if err != nil {
			return err
		}
		if a.flags.output != asTable {
			return answerOne(a, kind[quoteRow]{
				id:  func(q quoteRow) string { return q.Pair().String() },
				csv: []string{"base", "quote", "rate", "scheme", "source", "asOf", "validUntil", "amount", "converted"},
			}, quoteRow{q})
		}
		if q.Pair().Base == q.Pair().Quote {
			return a.sayLines([]string{q.Amount.Text() + " is " + q.Converted.Text()})
		}
		said := fmt.Sprintf("%s is %s, at %s by rate scheme %s from source %s",
			q.Amount.Text(), q.Converted.Text(), q.Rate, q.Scheme, q.Source)
		if !q.AsOf.IsZero() {
			said += " as of " + moment(q.AsOf)
		}
		return a.sayLines([]string{said, "good until " + q.ValidUntil.UTC().Format("15:04:05Z")})
	}
	return cmd
}

func (a *app) quoted(ctx context.Context, point, amount, currency, to string) (q engine.RateQuote, err error) {
	if _, err := a.enter(ctx); err != nil {
		return q, err
	}
	id, err := pick("point", point, ids(a.config.Points))
	if err != nil {
		return q, err
	}
	from, err := parseCurrency(currency)
	if err != nil {
		return q, err
	}
	target, err := parseCurrency(to)
	if err != nil {
		return q, err
	}
	sum, err := parseAmount("amount", amount, from)
	if err != nil {
		return q, err
	}
	return a.engine.QuoteRate(ctx, id, sum, target)
}

// A quoteRow is a quote on its way out.
type quoteRow struct{ engine.RateQuote }

// MarshalJSON implements json.Marshaler.
func (q quoteRow) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		fx.Quote
		Amount    json.Marshaler `json:"amount"`
		Converted json.Marshaler `json:"converted"`
	}{q.Quote, q.Amount, q.Converted})
}
