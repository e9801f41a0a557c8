package engine

import (
	"context"
	"slices"
	"strings"
)

// Importable names a kind of things that files bring.
type Importable string

// The kinds.
const (
	ImportCustomers   Importable = "customers"
	ImportInstruments Importable = "instruments"
	ImportPayments    Importable = "payments"
	ImportRequests    Importable = "requests"
)

// Importables lists the kinds, in the order in which they build on each other.
func Importables() []Importable {
	return []Importable{ImportCustomers, ImportInstruments, ImportPayments, ImportRequests}
}

// An ImportRow is one row of a file: cells by the names of their columns.
type ImportRow struct {
	Line  int
	Cells map[string]string
}

// An Imported is what became of a row. A row that says what is there already
// is neither new nor wrong.
type Imported struct {
	Line int
	ID   string // of what the row is about; empty if it was refused
	New  bool
	Err  error // why it was refused; the Field of an [*Error] is a column
}

// importColumns are the columns of each kind: those that are read, those that
// have to be there, and what exports have besides, which is left alone.
var importColumns = map[Importable]struct{ read, needed, ignored []string }{
	ImportCustomers: {
		read: []string{"reference", "name", "email", "country", "tags"}, needed: []string{"reference"},
		ignored: []string{"id", "payoutEnabled", "createdTime"},
	},
	ImportInstruments: {
		read: []string{"customer", "service", "fields"}, needed: []string{"customer", "service", "fields"},
		ignored: []string{"id", "method", "currency", "status", "verifiedBy", "createdBy", "createdTime"},
	},
	ImportPayments: {
		read:   []string{"reference", "customer", "instrument", "gateway", "kind", "amount", "currency", "time"},
		needed: []string{"reference", "customer", "instrument", "gateway", "amount", "currency"},
	},
	ImportRequests: {
		read:   []string{"reference", "point", "customer", "instrument", "amount", "currency", "description"},
		needed: []string{"reference", "point", "customer", "amount", "currency"},
		ignored: []string{
			"id", "mode", "originalAmount", "availableAmount", "liveAmount", "paidAmount", "status", "statusTime", "blocked",
			"blockReason", "blockDescription", "attention", "splitFromPayoutRequestId", "mergedIntoPayoutRequestId",
			"remainderOfPayoutRequestId", "batchId", "version", "createdTime", "updatedTime",
		},
	},
}

// importAlso are the names that exports have for columns.
var importAlso = map[string]string{
	"customerId": "customer", "paymentInstrumentId": "instrument", "gatewayAccountId": "gateway", "pointId": "point",
}

// ImportColumns are the columns of a file of a kind, the needed ones first.
func (i Importable) ImportColumns() (needed, optional []string) {
	columns := importColumns[i]
	optional = slices.DeleteFunc(slices.Clone(columns.read), func(c string) bool { return slices.Contains(columns.needed, c) })
	return columns.needed, optional
}

// KnowsColumn refuses a column that no file of the kind has.
func (i Importable) KnowsColumn(name string) error {
	columns := importColumns[i]
	rejected := name == "line" || name == "why" // of a file of refused rows, mended
	if rejected || slices.Contains(columns.read, columnOf(i, name)) || slices.Contains(columns.ignored, name) {
		return nil
	}
	return invalid(name, "%s have no column %q", string(i), name).Or("columns: %s", strings.Join(columns.read, ", "))
}

// columnOf is what we call a column. An exported payment is known by its id.
func columnOf(i Importable, name string) string {
	if i == ImportPayments && name == "id" {
		return "reference"
	}
	if ours, ok := importAlso[name]; ok {
		return ours
	}
	return name
}

// ImportBite is how many rows are best given to Import at once: few enough not
// to keep others from writing.
const ImportBite = 200

// Import takes in rows of a file, all in one transaction, each by itself: what
// is wrong with one does not stop the others. The same rows again change
// nothing, so that a file can be given again after it was mended, or where an
// import was broken off. It fails only if the store cannot go on.
func (e *Engine) Import(ctx context.Context, c Caller, kind Importable, rows []ImportRow) (results []Imported, err error) {
	if _, ok := importColumns[kind]; !ok {
		return nil, invalid("kind", "nobody imports %q", kind).Or("one of %s", orNone(words(Importables())))
	}
	c.imports = true
	err = e.Together(ctx, func(within *Engine) error {
		results = results[:0]
		for _, row := range rows {
			result := within.importRow(ctx, c, kind, row)
			if code := CodeOf(result.Err); result.Err != nil && (code == Unavailable || ctx.Err() != nil) {
				return result.Err
			}
			results = append(results, result)
		}
		return nil
	})
	return results, err
}

// Together runs fn with an engine whose changes are one transaction, for work
// that nobody waits for. A verb that fails is undone by itself; if fn fails,
// all is. fn may run more than once.
func (e *Engine) Together(ctx context.Context, fn func(e *Engine) error) error {
	return e.store.Bulk(ctx, func(tx Tx) error {
		return fn(&Engine{store: inside{e.store, tx}, world: e.world})
	})
}

// inside is a store whose updates are parts of one transaction: what fails is
// undone, and the transaction goes on.
type inside struct {
	Store
	tx Tx
}

// Update implements Store.
func (s inside) Update(_ context.Context, fn func(Tx) error) error {
	return s.tx.Try(func() error { return fn(s.tx) })
}

// View implements Store.
func (s inside) View(_ context.Context, fn func(ReadTx) error) error { return fn(s.tx) }

// importRow takes in one row.
func (e *Engine) importRow(ctx context.Context, c Caller, kind Importable, row ImportRow) Imported {
	result := Imported{Line: row.Line}
	cells := importCells{}
	for name, cell := range row.Cells {
		cells[columnOf(kind, name)] = strings.TrimSpace(cell)
	}
	for _, name := range importColumns[kind].needed {
		if cells[name] == "" {
			result.Err = invalid(name, "%s is missing", name)
			return result
		}
	}
	take := map[Importable]func(context.Context, Caller, importCells) (string, bool, error){
		ImportCustomers: e.importCustomer, ImportInstruments: e.importInstrument,
		ImportPayments: e.importPayment, ImportRequests: e.importRequest,
	}[kind]
	id, isNew, err := take(ctx, c, cells)
	if err != nil {
		result.Err = err
		return result
	}
	result.ID, result.New = id, isNew
	return result
}

// errDiffers is a row about something that is there, but not as the row says.
func errDiffers(field, what, id string) error {
	return &Error{
		Code: Refused, Field: field, Message: what + " is there already as " + id + ", and otherwise than this row says",
		Hint: "an import changes nothing that is there",
	}
}
