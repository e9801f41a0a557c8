package main

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// exportsOfRows are the exports of everything that there are many of.
func (a *app) exportsOfRows() []*cobra.Command {
	return []*cobra.Command{
		a.exportRequests(), a.exportPayouts(),
		exportOf(a, "customers", customerKind(), func(_ context.Context, c engine.Customer) ([]engine.Customer, error) {
			return []engine.Customer{c}, nil
		}),
		exportOf(a, "instruments", instrumentKind(), func(ctx context.Context, c engine.Customer) ([]engine.Instrument, error) {
			return a.engine.Instruments(ctx, c.ID)
		}),
		exportOf(a, "payments", paymentKind(), func(ctx context.Context, c engine.Customer) ([]engine.Payment, error) {
			return a.engine.Payments(ctx, c.ID)
		}),
	}
}

// asRows makes an export CSV unless it was asked to be something else.
func (a *app) asRows() {
	if a.flags.output == asTable {
		a.flags.output = asCSV
	}
}

func (a *app) exportRequests() *cobra.Command {
	var name, columns string
	cmd := &cobra.Command{
		Use:   "requests",
		Short: "Write requests out, those that a filter or a view lets through",
		Long: `CSV, or what -o says: all properties, or the columns that --columns names. In
columns amounts are exact, times are UTC, and how long something lasts is in
seconds.`,
		Example: `  purser export requests > requests.csv
  purser export requests --view ready --columns id,customer,amount,currency
  purser export requests --filter 'created:-7d..' -o jsonl`,
		Args:        takes(),
		Annotations: honours("filter", "sort", "limit"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.asRows()
			v, err := a.optionalView(cmd.Context(), name)
			if err != nil {
				return err
			}
			query, err := a.query(cmd.Context(), v)
			if err != nil {
				return err
			}
			x := engine.Export{Query: query, Limit: a.flags.limit, Form: engine.ExportForm(a.flags.output)}
			if cmd.Flags().Changed(columnsFlag) {
				if x.Columns, err = columnsOf(cmd, columns, v); err != nil {
					return err
				}
			}
			if !slices.Contains(engine.ExportForms(), x.Form) {
				return a.answerExport(cmd.Context(), x)
			}
			how := a.progress()
			defer how.end()
			_, err = a.engine.ExportRequests(cmd.Context(), a.as(), x, a.out, func(at engine.Exported) {
				how.tell("%s", exportedSoFar(query.Order, at))
			})
			return err
		},
	}
	cmd.Flags().StringVar(&name, "view", "", "those of a view's `NAME`")
	addColumnsFlag(cmd, &columns)
	return cmd
}

// exportedSoFar says how far an export has come.
func exportedSoFar(o engine.Order, at engine.Exported) string {
	if at.Searched != (engine.Cursor{}) {
		return searched(o, at.Searched, at.Rows)
	}
	return countOf(at.Rows, "row") + " so far"
}

// answerExport writes an export in a form that only answers have.
func (a *app) answerExport(ctx context.Context, x engine.Export) error {
	g, err := a.reading(ctx)
	if err != nil {
		return err
	}
	whole, chosen := answerWith(a, requestKind()), answerWith(a, shownKind(x.Columns))
	x.Query.Signals = slices.ContainsFunc(x.Columns, engine.ShownColumn.OfSignals)
	_, err = a.engine.EachRequest(ctx, x.Query, x.Limit, func(r engine.RequestRow) error {
		if x.Columns == nil {
			return whole.add(r)
		}
		return chosen.add(g.Show(x.Columns, r))
	}, func(int, engine.Cursor) {})
	if err != nil {
		return err
	}
	if x.Columns == nil {
		return whole.end()
	}
	return chosen.end()
}

// optionalView enters the desk and returns one of its views, the empty one for
// no name.
func (a *app) optionalView(ctx context.Context, name string) (engine.View, error) {
	if name != "" {
		return a.savedView(ctx, name)
	}
	_, err := a.enter(ctx)
	return engine.View{}, err
}

// exported writes what each hands on, telling how much that is by now.
func exported[T any](a *app, answer *answer[T], each func(show func(T) error) error) error {
	how := a.progress()
	err := each(func(v T) error {
		how.tell("%s so far", countOf(answer.count, "row"))
		return answer.add(v)
	})
	how.end()
	if err != nil {
		return err
	}
	return answer.end()
}

// exportOf makes the export of what customers have.
func exportOf[T any](a *app, things string, k kind[T], of func(context.Context, engine.Customer) ([]T, error)) *cobra.Command {
	return &cobra.Command{
		Use:     things,
		Short:   "Write " + things + " out",
		Long:    "CSV, or what -o says. Card numbers are masked.",
		Example: "  purser export " + things + " > " + things + ".csv\n  purser export " + things + " -o jsonl",
		Args:    takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			if _, err := a.enter(ctx); err != nil {
				return err
			}
			a.asRows()
			return exported(a, answerWith(a, k), func(show func(T) error) error {
				return a.eachCustomer(ctx, func(c engine.Customer) error {
					list, err := of(ctx, c)
					for _, v := range list {
						if err == nil {
							err = show(v)
						}
					}
					return err
				})
			})
		},
	}
}

func (a *app) eachCustomer(ctx context.Context, do func(engine.Customer) error) error {
	for after := engine.CustomerID(""); ; {
		page, err := a.engine.Customers(ctx, after, pageLimit)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, c := range page {
			if err := do(c); err != nil {
				return err
			}
		}
		after = page[len(page)-1].ID
	}
}

// A payoutRow is a payout as finance reads it, in its own words.
type payoutRow struct {
	Created      time.Time         `json:"created"`
	Updated      time.Time         `json:"updated"`
	ID           engine.PayoutID   `json:"id"`
	Reference    string            `json:"reference_id"`
	Amount       money.Amount      `json:"amount"`
	Currency     money.Currency    `json:"currency"`
	Fee          money.Amount      `json:"fee"`
	Status       string            `json:"status"`
	Resolution   engine.Resolution `json:"resolution"`
	Description  string            `json:"description"`
	SerialNumber string            `json:"serial_number"` // what the provider calls it
	Payee        map[string]string `json:"payee"`         // masked
	Processed    money.Amount      `json:"processed_amount"`
	ProcessedFee money.Amount      `json:"processed_fee"`
	WriteOff     money.Amount      `json:"processed_writeoff"` // what left the account
}

func payoutRowKind() kind[payoutRow] {
	return kind[payoutRow]{
		id: func(p payoutRow) string { return string(p.ID) },
		csv: []string{
			"created", "updated", "id", "reference_id", "amount", "currency", "fee", "status", "resolution", "description",
			"serial_number", "payee", "processed_amount", "processed_fee", "processed_writeoff",
		},
	}
}

func (a *app) exportPayouts() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "payouts",
		Short: "Write payouts out, of the requests that a filter or a view lets through",
		Long:  "Amounts are in the account's currency; the payee's card number is masked.",
		Example: `  purser export payouts > payouts.csv
  purser export payouts --filter 'status:fulfilled;updated:2026-11-01..2026-11-30'`,
		Args:        takes(),
		Annotations: honours("filter", "sort"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			a.asRows()
			v, err := a.optionalView(ctx, name)
			if err != nil {
				return err
			}
			return exported(a, answerWith(a, payoutRowKind()), func(show func(payoutRow) error) error {
				_, err := a.eachRequest(ctx, v, 0, func(r engine.RequestRow) error { return a.eachPayout(ctx, r, show) })
				return err
			})
		},
	}
	cmd.Flags().StringVar(&name, "view", "", "those of a view's `NAME`")
	return cmd
}

// eachPayout hands on the payouts of a request.
func (a *app) eachPayout(ctx context.Context, r engine.RequestRow, show func(payoutRow) error) error {
	if r.Status == engine.RequestPending || r.Status == engine.RequestReady {
		return nil // nothing of it can have been sent
	}
	d, err := a.engine.Dossier(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, p := range d.Payouts {
		if err := show(a.payoutRow(d, p)); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) payoutRow(d engine.Dossier, p engine.Payout) payoutRow {
	zero := money.Zero(p.Amount.Currency)
	row := payoutRow{
		Created: p.CreatedAt, Updated: p.UpdatedAt, ID: p.ID, Reference: d.Request.Reference, Amount: p.Amount,
		Currency: p.Amount.Currency, Fee: zero, Status: string(p.Status), Resolution: p.Resolution,
		Description: d.Request.Description, SerialNumber: p.ProviderID, Processed: p.Processed, ProcessedFee: zero,
		Payee: map[string]string{},
	}
	i := slices.IndexFunc(d.Allocations, func(al engine.Allocation) bool { return al.ID == p.AllocationID })
	if i >= 0 {
		al := d.Allocations[i]
		row.Fee = al.Fee
		switch {
		case p.Processed == al.PayoutAmount:
			row.ProcessedFee = al.Fee
		case p.Processed.Positive():
			if at := slices.IndexFunc(a.config.Routes, func(r engine.Route) bool { return r.ID == al.RouteID }); at >= 0 {
				row.ProcessedFee = a.config.Routes[at].Fee.Of(p.Processed)
			}
		}
		for _, instrument := range d.Instruments {
			if instrument.ID == al.InstrumentID {
				maps.Copy(row.Payee, instrument.Masked())
			}
		}
	}
	row.WriteOff = p.Processed.Plus(row.ProcessedFee)
	return row
}
