package request

import (
	"context"
	"io"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/tui/screen"
)

// askExport writes the request's timeline to a file; from the customer's tab all
// that the customer asked for.
func (s *Request) askExport() {
	d, r := s.desk, s.known.Request
	if s.tab == customer {
		of := filter.Expr{Clauses: []filter.Clause{{Field: "customer", Kind: filter.ID, Values: []filter.Value{{Text: string(r.CustomerID)}}}}}
		x := engine.Export{Query: engine.RequestQuery{Mode: r.Mode, Filter: of, Order: engine.Order{Key: "created"}}}
		d.AskExport(screen.Sending{
			Of: screen.Customer(s.row), What: "all requests of the customer, oldest first",
			File: "purser-" + string(screen.Short(string(r.CustomerID))) + ".csv",
			Out: func(_ []string, form engine.ExportForm) screen.Outgoing {
				x.Form = form
				by := d.Caller.By
				return screen.Outgoing{
					Of: screen.Customer(s.row), Line: "purser export requests --filter " + screen.Quote(of.String()) + " --sort created" + asLines(form),
					Write: func(ctx context.Context, e *engine.Engine, out io.Writer, tell func(engine.Exported)) (engine.Exported, error) {
						return e.ExportRequests(ctx, by, x, out, tell)
					},
				}
			},
		})
		return
	}
	id := screen.Short(string(r.ID))
	d.AskExport(screen.Sending{
		Of: id, What: "its timeline, oldest first", File: "purser-" + string(id) + ".csv",
		Out: func(_ []string, form engine.ExportForm) screen.Outgoing {
			line := "purser request timeline " + string(r.ID)
			if form == engine.ExportCSV {
				line += " -o csv"
			}
			return screen.Outgoing{
				Of: id, Line: line + asLines(form),
				Write: func(ctx context.Context, e *engine.Engine, out io.Writer, _ func(engine.Exported)) (engine.Exported, error) {
					dossier, err := e.Dossier(ctx, r.ID)
					if err != nil {
						return engine.Exported{}, err
					}
					entries := dossier.Entries()
					return engine.Exported{Rows: len(entries)}, engine.WriteTimeline(entries, form, out)
				},
			}
		},
	})
}

func asLines(form engine.ExportForm) string {
	if form == engine.ExportLines {
		return " -o jsonl"
	}
	return ""
}
