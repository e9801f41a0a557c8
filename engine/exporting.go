package engine

import (
	"bufio"
	"context"
	"io"
	"slices"

	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/table"
)

// An Export is a list of requests on its way to a file or another program.
type Export struct {
	Query   RequestQuery  // which, in which order; its place and limit are not looked at
	IDs     []RequestID   // of those, only these; empty for all
	Limit   int           // rows at most; 0 for all
	Columns []ShownColumn // nil for all properties that a request has
	Form    ExportForm
}

// An ExportForm is how rows are written.
type ExportForm string

// The forms.
const (
	ExportCSV   ExportForm = "csv"   // formula cells escaped
	ExportLines ExportForm = "jsonl" // an object a line
)

// ExportForms lists them.
func ExportForms() []ExportForm { return []ExportForm{ExportCSV, ExportLines} }

// Exported is how far an export has come.
type Exported struct {
	Rows     int
	Searched Cursor // where the search for more stands; zero while rows come
}

// RequestProperties are the properties of a request's JSON, in the order of a
// CSV file that has them all.
func RequestProperties() []string {
	return []string{
		"id", "reference", "pointId", "mode", "customerId", "paymentInstrumentId", "description",
		"currency", "amount", "originalAmount", "availableAmount", "liveAmount", "paidAmount",
		"status", "statusTime", "blocked", "blockReason", "blockDescription", "attention",
		"splitFromPayoutRequestId", "mergedIntoPayoutRequestId", "remainderOfPayoutRequestId",
		"version", "createdTime", "updatedTime",
	}
}

// exportPage is how many requests are read at a time. A bite is short, so that
// who works meanwhile does not notice.
const exportPage = 1000

// ExportRequests writes requests to out, one page in memory at a time, until all
// are written or ctx ends. It tells after each page how far it is. What its
// columns show is what by may see.
func (e *Engine) ExportRequests(
	ctx context.Context, by ReviewerID, x Export, out io.Writer, tell func(Exported),
) (done Exported, err error) {
	config, err := e.Config(ctx)
	if err != nil {
		return done, err
	}
	actor, err := config.actor(by)
	if err != nil {
		return done, err
	}
	if !slices.Contains(ExportForms(), x.Form) {
		return done, invalid("form", "nothing is exported as %q", x.Form).Or("csv or jsonl")
	}
	buffered := bufio.NewWriter(out)
	rows := newRowWriter(x, Reading{Config: config, By: actor, Now: e.Now()}, buffered)
	x.Query.By, x.Query.Signals = by, x.Query.Signals || slices.ContainsFunc(x.Columns, ShownColumn.OfSignals)
	for _, q := range x.queries() {
		limit := 0
		if x.Limit > 0 {
			if limit = x.Limit - done.Rows; limit <= 0 {
				break
			}
		}
		before := done.Rows
		_, err := e.EachRequest(ctx, q, limit, rows.write, func(found int, at Cursor) {
			done = Exported{Rows: before + found, Searched: at}
			tell(done)
		})
		if err != nil {
			return done, err
		}
	}
	if err := rows.end(); err != nil {
		return done, err
	}
	return done, buffered.Flush()
}

// OfSignals reports whether a column needs the signals of a row.
func (c ShownColumn) OfSignals() bool { return c.Name == "signal" || c.Name == "flag" }

// queries are those that together ask for what is exported: a clause can name
// only so many ids.
func (x Export) queries() []RequestQuery {
	if len(x.IDs) == 0 {
		return []RequestQuery{x.Query}
	}
	var list []RequestQuery
	for ids := range slices.Chunk(x.IDs, filter.MaxValues/2) {
		q := x.Query
		clause := filter.Clause{Field: "id", Kind: filter.ID}
		for _, id := range ids {
			clause.Values = append(clause.Values, filter.Value{Text: string(id)})
		}
		q.Filter.Clauses = append(slices.Clip(q.Filter.Clauses), clause)
		list = append(list, q)
	}
	return list
}

// EachRequest hands on the requests that a query wants, in its order, up to
// limit (0 for all), and says whether there are more. It reads in pages, so that
// it holds nothing up, and tells after each how many there were by then, and
// where the search for more stands.
func (e *Engine) EachRequest(
	ctx context.Context, q RequestQuery, limit int, show func(RequestRow) error, tell func(found int, searched Cursor),
) (more bool, err error) {
	for found := 0; ; {
		q.Limit = exportPage
		if limit > 0 {
			q.Limit = min(exportPage, limit-found)
		}
		page, err := e.Requests(ctx, q)
		if err != nil {
			return false, err
		}
		for _, row := range page.Rows {
			if err := show(row); err != nil {
				return false, err
			}
		}
		found += len(page.Rows)
		tell(found, page.Searched)
		if !page.More || found == limit {
			return page.More, nil
		}
		q.After = page.Next(false)
	}
}

// A rowWriter writes rows in one form.
type rowWriter struct {
	columns []ShownColumn
	names   []string
	reading Reading
	lines   *table.JSONLines
	csv     *table.CSVWriter
	headed  bool
}

func newRowWriter(x Export, g Reading, out io.Writer) *rowWriter {
	w := &rowWriter{columns: x.Columns, reading: g, names: RequestProperties()}
	if x.Columns != nil {
		w.names = nil
		for _, c := range x.Columns {
			w.names = append(w.names, c.Name)
		}
	}
	if x.Form == ExportLines {
		w.lines = table.NewJSONLines(out)
	} else {
		w.csv = table.NewCSVWriter(out)
	}
	return w
}

func (w *rowWriter) write(r RequestRow) error {
	var row any = r
	if w.columns != nil {
		row = w.reading.Show(w.columns, r)
	}
	if w.lines != nil {
		return w.lines.Write(row)
	}
	if err := w.head(); err != nil {
		return err
	}
	cells, err := table.Cells(row, w.names)
	if err != nil {
		return err
	}
	return w.csv.Write(cells...)
}

// head names the columns once, also where no row follows.
func (w *rowWriter) head() error {
	if w.headed {
		return nil
	}
	w.headed = true
	return w.csv.Write(w.names...)
}

func (w *rowWriter) end() error {
	if w.csv == nil {
		return nil
	}
	if err := w.head(); err != nil {
		return err
	}
	return w.csv.Flush()
}
