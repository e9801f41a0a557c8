package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
)

// Bounds of a list of requests.
const (
	tableLimit = 100  // rows of a table where nobody says how many
	pageLimit  = 1000 // rows read at a time
)

func (a *app) requestList() *cobra.Command {
	var viewName string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List requests, newest first unless sorted otherwise",
		Long: `A filter is clauses such as status:ready, amount:100..5000 or created:-7d..
with ; between them, and free words that search reference, customer and
instrument. A comma is or, an exclamation mark is not. purser help filter lists
the fields.`,
		Example: `  purser request list --filter 'status:ready;blocked:false' --sort since
  purser request list --filter 'currency:USD;amount:1000..' --sort -amount -o csv`,
		Args:        takes(),
		Annotations: honours("filter", "sort", "limit"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			var v engine.View
			if viewName != "" {
				var err error
				if v, err = a.engine.View(cmd.Context(), a.as(), viewName); err != nil {
					return err
				}
			}
			shown := requestKind()
			shown.columns = requestColumns(a, v.Columns)
			answer := answerWith(a, shown)
			more, err := a.eachRequest(cmd.Context(), v, a.atMost(), answer.add)
			if err != nil {
				return err
			}
			return a.ended(answer.end(), answer.count, more)
		},
	}
	cmd.Flags().StringVar(&viewName, "view", "", "those of a view's `NAME`, as it sorts and shows them")
	return cmd
}

// requestColumns are the columns of a table of requests: those of a view, or
// the usual ones.
func requestColumns(a *app, names []string) []column[engine.RequestRow] {
	if len(names) == 0 {
		return requestKind().columns
	}
	now := a.engine.Now()
	cells := map[string]func(engine.RequestRow) string{
		"currency":  func(r engine.RequestRow) string { return string(r.Amount.Currency) },
		"age":       func(r engine.RequestRow) string { return now.Sub(r.StatusSince).Truncate(time.Minute).String() },
		"flag":      func(r engine.RequestRow) string { return string(r.Attention) },
		"point":     func(r engine.RequestRow) string { return r.PointID },
		"reference": func(r engine.RequestRow) string { return r.Reference },
		"approvals": func(r engine.RequestRow) string {
			return fmt.Sprintf("%d/%d", len(r.Approvals), a.config.Needed(r.Request))
		},
		"available":   func(r engine.RequestRow) string { return r.Available().Text() },
		"description": func(r engine.RequestRow) string { return r.Description },
		"updated":     func(r engine.RequestRow) string { return moment(r.UpdatedAt) },
	}
	for _, c := range requestKind().columns {
		cells[strings.ToLower(c.name)] = c.cell
	}
	var columns []column[engine.RequestRow]
	for _, name := range names {
		right := name == "amount" || name == "available" || name == "age"
		columns = append(columns, column[engine.RequestRow]{name: strings.ToUpper(name), right: right, cell: cells[name]})
	}
	return columns
}

// ended tells that a list was cut short.
func (a *app) ended(err error, count int, more bool) error {
	switch {
	case err != nil:
		return err
	case more && a.flags.limit == 0:
		a.say("the first %d; --limit shows more", count)
	case count == 0 && a.flags.output == asTable:
		a.say("none in %s mode", a.mode())
	}
	return nil
}

// atMost is how many rows a list shows; 0 for all.
func (a *app) atMost() int {
	if a.flags.limit == 0 && a.flags.output == asTable {
		return tableLimit
	}
	return a.flags.limit
}

// eachRequest hands on the requests of a view that the flags ask for, up to
// limit (0 for all), and says whether there are more.
func (a *app) eachRequest(ctx context.Context, v engine.View, limit int, show func(engine.RequestRow) error) (more bool, err error) {
	query := engine.RequestQuery{Mode: a.mode(), By: a.as()}
	if query.Filter, err = parseFilter(a.flags.filter, a.engine.Now()); err != nil {
		return false, err
	}
	of, err := v.Expr(a.engine.Now())
	if err != nil {
		return false, fmt.Errorf("view %s: %w", v.Slug(), err)
	}
	query.Filter.Clauses = append(of.Clauses, query.Filter.Clauses...)
	query.Filter.Words = append(of.Words, query.Filter.Words...)
	if query.Order, err = parseOrder(cmp.Or(a.flags.sort, v.Sort)); err != nil {
		return false, err
	}
	if query.Order.Key == "amount" {
		if err := a.oneCurrency(ctx, &query); err != nil {
			return false, err
		}
	}
	how := a.progress()
	defer how.end()
	for shown := 0; ; {
		query.Limit = pageLimit
		if limit > 0 {
			query.Limit = min(pageLimit, limit-shown)
		}
		page, err := a.engine.Requests(ctx, query)
		if err != nil {
			return false, err
		}
		for _, row := range page.Rows {
			if err := show(row); err != nil {
				return false, err
			}
		}
		shown += len(page.Rows)
		if !page.More || shown == limit {
			return page.More, nil
		}
		query.After = page.Next(false)
		if page.Searched != (engine.Cursor{}) {
			how.tell("%s", searched(query.Order, page.Searched, shown))
		}
	}
}

// searched says how far a search has come through the list.
func searched(o engine.Order, at engine.Cursor, found int) string {
	switch {
	case o.Key == "amount":
		return fmt.Sprintf("searching, %s so far", countOf(found, "request"))
	case o.Descending:
		return fmt.Sprintf("searched back to %s, %s so far", moment(at.Time()), countOf(found, "request"))
	}
	return fmt.Sprintf("searched up to %s, %s so far", moment(at.Time()), countOf(found, "request"))
}

// oneCurrency narrows a query to the only currency that the requests of its
// mode are in, if the filter says none: amounts of one currency have an order.
func (a *app) oneCurrency(ctx context.Context, q *engine.RequestQuery) error {
	const field = "currency"
	if slices.ContainsFunc(q.Filter.Clauses, func(c filter.Clause) bool { return c.Field == field }) {
		return nil
	}
	counts, err := a.engine.Counts(ctx, q.Mode)
	if err != nil {
		return err
	}
	var currencies []string
	for _, c := range counts {
		if c.Requests > 0 && !slices.Contains(currencies, string(c.Currency)) {
			currencies = append(currencies, string(c.Currency))
		}
	}
	if len(currencies) > 1 {
		return nil // the store says what to do
	}
	if len(currencies) == 0 { // there are no requests, and any currency will do
		currencies = []string{"USD"}
	}
	q.Filter.Clauses = append(q.Filter.Clauses, filter.Clause{
		Field: field, Kind: filter.Enum, Values: []filter.Value{{Text: currencies[0]}},
	})
	return nil
}
