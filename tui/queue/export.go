package queue

import (
	"context"
	"io"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/tui/screen"
)

// askExport asks for a file and writes to it what is marked, else what view and
// filter list, in the order of the list.
func (q *Queue) askExport() {
	v := q.view()
	of, what := v.name(), "all of "+v.name()
	if q.typed != "" {
		what += " that match " + q.typed
	}
	if q.Marking() {
		what = q.Named()
	}
	file := "purser-" + v.saved.Slug() + "-" + q.desk.Engine.Now().UTC().Format("2006-01-02") + ".csv"
	x := q.outgoing()
	q.desk.AskExport(screen.Sending{Of: of, What: what, File: file, Columns: words(q.columns), Out: func(columns []string, form engine.ExportForm) screen.Outgoing {
		x := x
		x.Form = form
		if columns != nil {
			x.Columns = q.columns
		}
		by := q.desk.Caller.By
		return screen.Outgoing{
			Of: of, Line: q.exportLine(x),
			Write: func(ctx context.Context, e *engine.Engine, out io.Writer, tell func(engine.Exported)) (engine.Exported, error) {
				return e.ExportRequests(ctx, by, x, out, tell)
			},
		}
	}})
}

// outgoing is what is exported: the marked requests, or those that are listed.
func (q *Queue) outgoing() engine.Export {
	x := engine.Export{Query: engine.RequestQuery{Mode: q.desk.Mode, Filter: q.base, Order: q.order()}}
	if !q.Marking() {
		return x
	}
	marked, _ := q.Selection()
	if x.IDs = marked.IDs; marked.Filter != nil {
		x.Query.Filter = *marked.Filter
	} else {
		x.Query.Filter = filter.Expr{}
	}
	if x.Query.Order.Key == "amount" && !oneCurrency(x.Query.Filter) {
		x.Query.Order = newest
	}
	return x
}

// exportLine is the command line that writes the same; "" where a command line
// cannot name as many requests as are marked.
func (q *Queue) exportLine(x engine.Export) string {
	line, of := "purser export requests", string(q.typed)
	switch {
	case len(x.IDs) > 0:
		of = filter.Expr{Clauses: []filter.Clause{byID(x.IDs, false)}}.String()
	case q.Marking():
		of = x.Query.Filter.String()
	default:
		line += " --view " + q.view().saved.Slug()
	}
	if len(of) > filter.MaxLength {
		return ""
	}
	if of != "" {
		line += " --filter " + screen.Quote(of)
	}
	line += " --sort " + sortFlag(x.Query.Order)
	if x.Columns != nil {
		line += " --columns " + screen.Quote(strings.Join(words(x.Columns), ","))
	}
	if x.Form == engine.ExportLines {
		line += " -o jsonl"
	}
	return line
}

func sortFlag(o engine.Order) string {
	if o.Descending {
		return "-" + o.Key
	}
	return o.Key
}
