package engine

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine/table"
	"github.com/purserhq/purser/engine/text"
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

// check refuses a kind that nobody imports.
func (i Importable) check() error {
	if _, ok := importColumns[i]; !ok {
		return invalid("kind", "nobody imports %q", string(i)).Or("one of %s", orNone(words(Importables())))
	}
	return nil
}

// least is the role that importing a kind takes, and doing what that is called.
func (i Importable) least() Role {
	if i == ImportPayments {
		return RoleAdmin
	}
	return RoleReviewer
}

func (i Importable) doing() string { return "import " + string(i) }

// errTried rolls back what was only tried.
var errTried = errors.New("rows were tried")

// TryImport reads up to most rows of a file and says what an import would make
// of each: all of them together, one after the other, and none in the end. It
// also returns what the rows could not be read for, io.EOF after the last.
func (e *Engine) TryImport(ctx context.Context, c Caller, kind Importable, rows table.Reader, most int) ([]ImportedRow, error) {
	if err := kind.check(); err != nil {
		return nil, err
	}
	config, err := e.Config(ctx)
	if err != nil {
		return nil, err
	}
	actor, err := config.actor(c.By)
	if err == nil {
		err = mayAct(actor, kind.least(), kind.doing())
	}
	if err != nil {
		return nil, err
	}
	var read []ImportedRow
	var ended error
	for len(read) < most && ended == nil {
		row, err := rows.Next()
		var unread *table.Error
		if errors.As(err, &unread) && !unread.Fatal {
			read, err = append(read, config.readRow(kind, ImportRow{Line: unread.Line, Cells: row.Cells}, unread)), nil
		} else if err == nil {
			read = append(read, config.readRow(kind, ImportRow(row), nil))
		}
		ended = err
	}
	const trial = "trial" // goes with the transaction
	c.DryRun, c.Key, c.imports, c.file = false, "", true, trial
	var tried []ImportedRow
	err = e.Together(ctx, func(within *Engine) (err error) {
		tried = slices.Clone(read)
		taker := rowTaker{Engine: within, caller: c, kind: kind}
		for n, row := range tried {
			if row.Result != ImportWaiting {
				continue
			}
			if tried[n], err = taker.take(ctx, row); err != nil {
				return err
			}
			tried[n].Cells = row.Cells
		}
		return errTried
	})
	if !errors.Is(err, errTried) {
		return nil, err
	}
	return tried, ended
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

// readRow is a row as it may be kept: by our names of its columns, without what
// nobody reads, and without a whole card number. Whatever takes one is checked
// here.
func (c *Config) readRow(kind Importable, row ImportRow, unread *table.Error) ImportedRow {
	read := ImportedRow{Line: row.Line, Cells: make(map[string]string, len(row.Cells))}
	for name, cell := range row.Cells {
		name, cell = columnOf(kind, name), strings.TrimSpace(cell)
		if cell != "" && slices.Contains(importColumns[kind].read, name) {
			read.Cells[name] = cell
		}
	}
	if unread != nil {
		read.Column = unread.Column
		read.refuse(&Error{Code: Invalid, Field: unread.Name, Message: unread.Cause.Error()})
		return read
	}
	for _, name := range importColumns[kind].needed {
		if read.Cells[name] == "" {
			read.refuse(invalid(name, "%s is missing", name))
			return read
		}
	}
	if kind == ImportInstruments {
		if err := c.readFields(read.Cells); err != nil {
			read.refuse(err)
			read.Cells["fields"] = c.maskedFields(read.Cells["service"], read.Cells["fields"])
			return read
		}
	}
	for _, name := range []string{"description", "instrument"} {
		if cell, ok := read.Cells[name]; ok {
			read.Cells[name] = text.Masked(cell)
		}
	}
	return read
}

// readFields checks the fields of an instrument, and leaves of them what is
// kept.
func (c *Config) readFields(cells importCells) error {
	fields, err := cells.fields("fields")
	if err != nil {
		return err
	}
	service, err := c.service(cells["service"])
	if err != nil {
		return inColumn("service", err)
	}
	if err := c.CheckFields(service, fields); err != nil {
		return err
	}
	kept, err := json.Marshal(service.kept(fields))
	cells["fields"] = string(kept)
	return err
}

// refuse says why a row was refused. Of what it held no card number stays,
// wherever it stood.
func (r *ImportedRow) refuse(why error) {
	r.Result, r.Code, r.Why = ImportRefused, CodeOf(why), clip(text.Masked(why.Error()))
	var e *Error
	if errors.As(why, &e) { // that it cannot be done goes without saying
		r.Name, r.Why = e.Field, clip(text.Masked(e.Error()))
		if e.Kind == kindDiffers {
			r.Result = ImportDiffers
		}
	}
	for name, cell := range r.Cells {
		r.Cells[name] = text.Masked(cell)
	}
}

// A rowTaker takes rows in, each by itself.
type rowTaker struct {
	*Engine
	caller Caller
	kind   Importable
}

// take takes in one row. What is wrong with it is its result, and does not stop
// the others; only a store that cannot go on does.
func (t rowTaker) take(ctx context.Context, row ImportedRow) (ImportedRow, error) {
	take := map[Importable]func(context.Context, Caller, importCells) (string, bool, error){
		ImportCustomers: t.importCustomer, ImportInstruments: t.importInstrument,
		ImportPayments: t.importPayment, ImportRequests: t.importRequest,
	}[t.kind]
	id, isNew, err := take(ctx, t.caller, row.Cells)
	switch {
	case err == nil && isNew:
		row.Result, row.ID, row.Cells = ImportMade, id, nil
	case err == nil:
		row.Result, row.ID, row.Cells = ImportKnown, id, nil
	case CodeOf(err) == Unavailable || ctx.Err() != nil:
		return row, err
	default:
		row.refuse(err)
	}
	return row, nil
}

// kindDiffers is the kind of errors about what is there otherwise.
const kindDiffers = "it is there already, and otherwise"

// errDiffers is a row about something that is there, but not as the row says.
func errDiffers(field, what, id string) error {
	return &Error{
		Code: Refused, Field: field, Message: what + " is there already as " + id + ", and otherwise than this row says",
		Hint: "an import changes nothing that is there", Kind: kindDiffers,
	}
}
