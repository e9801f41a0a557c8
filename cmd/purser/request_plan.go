package main

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/plan"
)

func (a *app) requestPlan() *cobra.Command {
	return &cobra.Command{
		Use:   "plan REQUEST",
		Short: "Tell what auto-allocation would do now, and why",
		Long: `One line for every instrument and route: what it takes, and why it takes no more.
The digest names what the plan would do; auto-allocate --plan DIGEST carries out
that and nothing else.`,
		Example: `  purser request plan 8K3QZ2`,
		Args:    takes("REQUEST"),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := a.look(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			p, err := a.engine.Plan(cmd.Context(), r.ID)
			if err != nil {
				return err
			}
			return a.answerPlan(cmd.Context(), r, p)
		},
	}
}

// A planRow is one line of a plan on its way out.
type planRow struct {
	plan.Line
	instrument engine.Instrument
	currency   money.Currency
}

// MarshalJSON implements json.Marshaler.
func (l planRow) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		PaymentInstrumentID string         `json:"paymentInstrumentId"`
		GatewayAccountID    string         `json:"gatewayAccountId,omitempty"`
		RouteID             string         `json:"routeId,omitempty"`
		Currency            money.Currency `json:"currency"`
		Amount              money.Amount   `json:"amount"`
		Place               int            `json:"place,omitempty"`
		PayoutCurrency      money.Currency `json:"payoutCurrency"`
		PayoutAmount        money.Amount   `json:"payoutAmount"`
		Rate                *money.Number  `json:"rate,omitempty"`
		Fee                 money.Amount   `json:"fee"`
		Ceiling             money.Amount   `json:"ceiling"`
		Exposure            money.Amount   `json:"exposure"`
		Reasons             []string       `json:"reasons"`
	}{
		l.Instrument, l.Gateway, l.Route, l.currency, l.Amount, l.Place, l.Payout.Currency, l.Payout, l.rate(), l.Fee,
		l.Ceiling, l.Exposure, l.Reasons,
	})
}

// rate is that of a line which is paid in another currency, or nil.
func (l planRow) rate() *money.Number {
	if l.Quote.Base == l.Quote.Quote {
		return nil
	}
	return &l.Quote.Rate
}

func planKind() kind[planRow] {
	return kind[planRow]{
		id: func(l planRow) string { return l.Route },
		columns: []column[planRow]{
			{name: "INSTRUMENT", cell: func(l planRow) string { return instrumentName(l.instrument) }},
			{name: "ACCOUNT", cell: func(l planRow) string { return l.Gateway }},
			{name: "ROUTE", cell: func(l planRow) string { return l.Route }},
			{name: "TAKES", right: true, cell: func(l planRow) string { return paying(l.Amount, l.Payout) }},
			{name: "FEE", right: true, cell: func(l planRow) string { return orBlank(l.Fee) }},
			{name: "WHY", cell: func(l planRow) string { return strings.Join(l.Reasons, "; ") }},
		},
		csv: []string{
			"paymentInstrumentId", "gatewayAccountId", "routeId", "currency", "amount", "payoutCurrency", "payoutAmount",
			"rate", "fee", "ceiling",
			"exposure", "reasons",
		},
	}
}

// answerPlan answers with a plan: as JSON the whole, otherwise its lines.
func (a *app) answerPlan(ctx context.Context, r engine.Request, p plan.Plan) error {
	rows, err := a.planRows(ctx, r, p.Lines)
	if err != nil {
		return err
	}
	if a.flags.output == asJSON {
		return answerOne(a, kind[any]{}, any(struct {
			PayoutRequestID engine.RequestID `json:"payoutRequestId"`
			Digest          string           `json:"digest"`
			Currency        money.Currency   `json:"currency"`
			PlacedAmount    money.Amount     `json:"placedAmount"`
			LeftAmount      money.Amount     `json:"leftAmount"`
			Lines           []planRow        `json:"lines"`
			Routing         []planRouting    `json:"routing,omitempty"`
		}{r.ID, p.Digest(), p.Left.Currency, p.Placed(), p.Left, rows, routingOf(p)}))
	}
	if err := answerList(a, planKind(), rows); err != nil {
		return err
	}
	if a.flags.output == asTable {
		for _, routing := range p.Routing {
			for _, step := range routing.Way {
				a.say("routing %s: %s", routing.Instrument, step)
			}
		}
		a.say("%s would be placed, %s left; plan %s", p.Placed().Text(), p.Left.Text(), p.Digest())
	}
	return nil
}

// planRouting is how the routes of an instrument were chosen.
type planRouting struct {
	PaymentInstrumentID string   `json:"paymentInstrumentId"`
	Way                 []string `json:"way"`
}

func routingOf(p plan.Plan) []planRouting {
	list := make([]planRouting, len(p.Routing))
	for i, r := range p.Routing {
		list[i] = planRouting{r.Instrument, r.Way}
	}
	return list
}

func (a *app) planRows(ctx context.Context, r engine.Request, lines []plan.Line) ([]planRow, error) {
	instruments, err := a.instruments(ctx, r.CustomerID)
	if err != nil {
		return nil, err
	}
	rows := make([]planRow, len(lines))
	for i, l := range lines {
		rows[i] = planRow{l, instruments[engine.InstrumentID(l.Instrument)], r.Amount.Currency}
	}
	return rows, nil
}

// instruments are a customer's, by id.
func (a *app) instruments(
	ctx context.Context, customer engine.CustomerID,
) (map[engine.InstrumentID]engine.Instrument, error) {
	all, err := a.engine.Instruments(ctx, customer)
	if err != nil {
		return nil, err
	}
	byID := make(map[engine.InstrumentID]engine.Instrument, len(all))
	for _, i := range all {
		byID[i.ID] = i
	}
	return byID, nil
}

// ids are the keys of configured things, sorted.
func ids[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
