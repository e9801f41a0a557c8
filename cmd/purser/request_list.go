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
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// Bounds of a list of requests.
const (
	tableLimit = 100  // rows of a table where nobody says how many
	pageLimit  = 1000 // customers read at a time
)

func (a *app) requestList() *cobra.Command {
	var viewName, columns string
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
			v, err := a.optionalView(cmd.Context(), viewName)
			if err != nil {
				return err
			}
			columns, err := columnsOf(cmd, columns, v)
			if err != nil {
				return err
			}
			g, err := a.reading(cmd.Context())
			if err != nil {
				return err
			}
			query, err := a.query(cmd.Context(), v)
			if err != nil {
				return err
			}
			query.Signals = slices.ContainsFunc(columns, engine.ShownColumn.OfSignals)
			if a.flags.output != asTable && cmd.Flags().Changed(columnsFlag) {
				answer := answerWith(a, shownKind(columns))
				more, err := a.eachOf(cmd.Context(), query, a.atMost(), func(r engine.RequestRow) error {
					return answer.add(g.Show(columns, r))
				})
				if err != nil {
					return err
				}
				return a.ended(answer.end(), answer.count, more)
			}
			shown := requestKind()
			shown.columns = requestColumns(g, columns)
			answer := answerWith(a, shown)
			more, err := a.eachOf(cmd.Context(), query, a.atMost(), answer.add)
			if err != nil {
				return err
			}
			return a.ended(answer.end(), answer.count, more)
		},
	}
	cmd.Flags().StringVar(&viewName, "view", "", "those of a view's `NAME`, as it sorts and shows them")
	addColumnsFlag(cmd, &columns)
	return cmd
}

// columnsOf are those that were asked for, else the view's; nil for the usual
// ones.
func columnsOf(cmd *cobra.Command, asked string, v engine.View) ([]engine.ShownColumn, error) {
	names := v.Columns
	if cmd.Flags().Changed(columnsFlag) {
		names = columnWords(asked)
	}
	return engine.ReadColumns(names)
}

// columnsFlag names the flag that chooses columns.
const columnsFlag = "columns"

func addColumnsFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, columnsFlag, "", "the `COLUMNS` to show, with commas between: "+list(columnNames()))
}

// columnNames are the names of columns that there can be.
func columnNames() []string {
	var names []string
	for _, c := range engine.RequestColumns() {
		names = append(names, c.Name)
	}
	return append(names, "metadata.KEY")
}

// columnWords divides what was said of columns.
func columnWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// reading is how rows are read here: for who acts, now.
func (a *app) reading(ctx context.Context) (engine.Reading, error) {
	who, err := a.engine.Reviewer(ctx, a.as())
	return engine.Reading{Config: a.config, By: who, Now: a.engine.Now()}, err
}

// requestColumns are the columns of a table of requests.
func requestColumns(g engine.Reading, shown []engine.ShownColumn) []column[engine.RequestRow] {
	if len(shown) == 0 {
		return requestKind().columns
	}
	var columns []column[engine.RequestRow]
	for _, c := range shown {
		columns = append(columns, column[engine.RequestRow]{
			name: strings.ToUpper(c.Name), right: c.Right,
			cell: func(r engine.RequestRow) string { return cellText(g.Value(c.Column, r)) },
		})
	}
	return columns
}

// cellText writes a value for reading.
func cellText(v any) string {
	switch v := v.(type) {
	case string:
		return text.Masked(v)
	case money.Amount:
		return v.Text()
	case time.Time:
		return moment(v)
	case time.Duration:
		return v.Truncate(time.Minute).String()
	case engine.Approved:
		return fmt.Sprintf("%d/%d", v.Has, v.Needs)
	}
	return fmt.Sprint(v)
}

// shownKind is how requests are written that show chosen columns.
func shownKind(columns []engine.ShownColumn) kind[engine.ShownRow] {
	k := kind[engine.ShownRow]{id: func(r engine.ShownRow) string { return string(r.ID) }}
	for _, c := range columns {
		k.csv = append(k.csv, c.Name)
	}
	return k
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
	query, err := a.query(ctx, v)
	if err != nil {
		return false, err
	}
	return a.eachOf(ctx, query, limit, show)
}

func (a *app) eachOf(ctx context.Context, query engine.RequestQuery, limit int, show func(engine.RequestRow) error) (more bool, err error) {
	how := a.progress()
	defer how.end()
	return a.engine.EachRequest(ctx, query, limit, show, func(found int, at engine.Cursor) {
		if at != (engine.Cursor{}) {
			how.tell("%s", searched(query.Order, at, found))
		}
	})
}

// query asks for the requests of a view that the flags want.
func (a *app) query(ctx context.Context, v engine.View) (query engine.RequestQuery, err error) {
	query = engine.RequestQuery{Mode: a.mode(), By: a.as()}
	if query.Filter, err = parseFilter(a.flags.filter, a.engine.Now()); err != nil {
		return query, err
	}
	of, err := v.Expr(a.engine.Now())
	if err != nil {
		return query, fmt.Errorf("view %s: %w", v.Slug(), err)
	}
	query.Filter = of.And(query.Filter)
	if query.Order, err = parseOrder(cmp.Or(a.flags.sort, v.Sort)); err != nil {
		return query, err
	}
	if query.Order.Key == "amount" {
		err = a.oneCurrency(ctx, &query)
	}
	return query, err
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
