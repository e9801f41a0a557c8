package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// A BatchFile is what a batch is made of besides its rows.
type BatchFile struct {
	Reference   string // the time of creation if empty
	Description string
	PointID     string // whose requests the rows become
}

// BatchImportBite is how many rows are best given to ImportBatch at once: few
// enough not to keep others from writing.
const BatchImportBite = 100

// errBatchRows rolls the rows of a dry run back.
var errBatchRows = errors.New("dry run of rows")

// ImportBatch puts rows of a file into a batch, which it makes unless there is
// one of that reference: each row becomes a request, or is kept as skipped with
// what is wrong with it, which stops none of the others. All that is done in
// one transaction. Rows that are in the batch already are left as they are, so
// that a file that was broken off is given again.
func (e *Engine) ImportBatch(ctx context.Context, c Caller, f BatchFile, rows []FileRow) (b Batch, taken []BatchRow, err error) {
	dry := c.DryRun
	c.DryRun, c.Key, c.imports = false, "", true
	err = e.Together(ctx, func(within *Engine) error {
		taken = taken[:0]
		if b, err = within.batchOfFile(ctx, c, f); err != nil {
			return err
		}
		var made []BatchRow
		for _, row := range rows {
			kept, isNew, err := within.importBatchRow(ctx, c, b, row)
			if err != nil {
				return err
			}
			if taken = append(taken, kept); isNew {
				made = append(made, kept)
			}
		}
		if err := within.tellRows(ctx, c, b.ID, made); err != nil {
			return err
		}
		if b, err = within.Batch(ctx, b.ID); err == nil && dry {
			err = errBatchRows
		}
		return err
	})
	if err != nil && !errors.Is(err, errBatchRows) {
		return b, nil, fmt.Errorf("cannot import a batch: %w", err)
	}
	return b, taken, nil
}

// tellRows puts on record that rows came into a batch, if any did.
func (e *Engine) tellRows(ctx context.Context, c Caller, id BatchID, made []BatchRow) error {
	if len(made) == 0 {
		return nil
	}
	_, err := e.do(ctx, c, "", func(w *work) error {
		return w.appendDesk(KindBatch, string(id), "batch-rows-imported", nil, numberField("rows", len(made)),
			numberField("fromLine", made[0].Line), numberField("toLine", made[len(made)-1].Line), textField("seal", sealRows(made)))
	})
	return err
}

// batchOfFile finds the batch that a file is for, or makes it.
func (e *Engine) batchOfFile(ctx context.Context, c Caller, f BatchFile) (b Batch, err error) {
	_, err = e.do(ctx, c, "", func(w *work) error {
		if err := w.least(RoleReviewer, "import a batch"); err != nil {
			return err
		}
		point, err := w.config.point(f.PointID)
		switch {
		case err != nil:
			return err
		case point.Disabled:
			return Errorf(Refused, "point %s is disabled", point.ID).Or("an admin enables it with purser point enable")
		}
		if f.Reference != "" {
			b, err = w.tx.BatchByReference(point.Mode, f.Reference)
			switch {
			case err == nil && b.PointID != point.ID:
				return Errorf(Refused, "the reference %q belongs to %s, which is of %s", f.Reference, b.ID,
					cmp.Or(b.PointID, "no file")).Or("choose another")
			case CodeOf(err) != NotFound || err == nil:
				return err
			}
		}
		b, err = w.newBatch(point.Mode, NewBatch{Reference: f.Reference, Description: f.Description, PointID: point.ID})
		return err
	})
	return b, err
}

// importBatchRow keeps a row and makes a request of it, unless it is there.
func (e *Engine) importBatchRow(ctx context.Context, c Caller, b Batch, row FileRow) (kept BatchRow, isNew bool, err error) {
	_, err = e.do(ctx, c, "", func(w *work) error {
		kept = BatchRow{Line: row.Line, Cells: w.config.keptCells(row.Cells)}
		kept.Digest = digestOf(kept.Cells, row.Unread)
		was, err := w.tx.BatchRows(b.ID, BatchRowQuery{After: row.Line - 1, Limit: 1})
		if err != nil {
			return err
		}
		if len(was) == 1 && was[0].Line == row.Line {
			if was[0].Digest != kept.Digest {
				return Errorf(Refused, "line %d is in batch %s already, and otherwise than in this file", row.Line, b.Reference).
					Or("edit the row, or give the file another reference")
			}
			kept = was[0]
			return nil
		}
		isNew = true
		return w.takeRow(ctx, c, b, row.Cells, row.Unread, &kept)
	})
	return kept, isNew, err
}

// takeRow makes a request of cells, or keeps what is wrong with them.
func (w *work) takeRow(ctx context.Context, c Caller, b Batch, cells map[string]string, unread string, kept *BatchRow) error {
	kept.Status, kept.RequestID, kept.Why = BatchRowSkipped, "", unread
	if unread == "" {
		err := w.tx.Try(func() (err error) {
			inner := &Engine{store: inside{w.store, w.tx}, world: w.world}
			if kept.RequestID, err = inner.requestOfRow(ctx, c, w.config, b, cells); err != nil {
				return err
			}
			return w.join(b.ID, []RequestID{kept.RequestID}, refuseAll)
		})
		switch code := CodeOf(err); {
		case err == nil:
			kept.Status = BatchRowNew
		case code == Unavailable, code == Internal, ctx.Err() != nil:
			return err
		default:
			kept.RequestID, kept.Why = "", rowMessage(err)
		}
	}
	w.tx.PutBatchRow(b.ID, *kept)
	return nil
}

// rowMessage is what is wrong with a row, in brackets with which column.
func rowMessage(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return clip(err.Error())
	}
	columns, _ := BatchColumns()
	column := map[string]string{"currency": columnService, "amount": columnAmount}[e.Field]
	if slices.Contains(columns, e.Field) {
		column = e.Field
	}
	if column != "" {
		return clip("[" + column + "] " + text.Masked(e.Error()))
	}
	return clip(text.Masked(e.Error()))
}

// requestOfRow makes what a row asks for: its customer and instrument unless
// they are there, and its request.
func (e *Engine) requestOfRow(ctx context.Context, c Caller, config *Config, b Batch, row map[string]string) (RequestID, error) {
	cells := importCells(row).trimmed()
	columns, needed := BatchColumns()
	for _, column := range columns[:needed] {
		if cells[column] == "" {
			return "", invalid(column, "%s is missing", column)
		}
	}
	service, err := config.service(cells[columnService])
	if err != nil {
		return "", inColumn(columnService, err)
	}
	amount, err := service.amountOf(cells[columnAmount])
	if err != nil {
		return "", err
	}
	fields, err := cells.fields(columnFields)
	if err != nil {
		return "", err
	}
	if err := config.CheckFields(service, fields); err != nil {
		return "", inColumn(columnFields, err)
	}
	reference := b.Reference + "_" + cells[columnReference]
	if err := e.freeReference(ctx, b.PointID, reference); err != nil {
		return "", inColumn(columnReference, err)
	}
	customer, err := e.customerOfRow(ctx, c, cells, reference)
	if err != nil {
		return "", err
	}
	instrument, err := e.instrumentOfRow(ctx, c, customer, service, fields)
	if err != nil {
		return "", inColumn(columnFields, err)
	}
	r, err := e.Create(ctx, c, NewRequest{
		PointID: b.PointID, CustomerID: customer, InstrumentID: instrument, Amount: amount,
		Reference: reference, Description: cells[columnDescription],
	})
	return r.ID, err
}

// freeReference refuses what a request cannot be called at a point.
func (e *Engine) freeReference(ctx context.Context, point, reference string) error {
	if err := checkTexts(reference, ""); err != nil {
		return err
	}
	other, err := view(ctx, e, func(tx ReadTx) (Request, error) { return tx.RequestByReference(point, reference) })
	switch {
	case err == nil:
		return Errorf(Refused, "the reference %q belongs to %s", reference, other.ID).Or("references are unique per point")
	case CodeOf(err) == NotFound:
		return nil
	}
	return err
}

// amountOf reads an amount that the service can pay.
func (s Service) amountOf(cell string) (money.Amount, error) {
	amount, err := money.Parse(cell, s.Currency)
	if err != nil {
		return amount, invalid(columnAmount, "%v", err)
	}
	least, most := s.Min.In(s.Currency), s.Max.In(s.Currency)
	switch tooMuch := most.Positive() && amount.Minor > most.Minor; {
	case !most.Positive() && amount.Minor < least.Minor:
		return amount, invalid(columnAmount, "Invoice amount should be at least %s for service %q.", s.Min, s.ID)
	case tooMuch || amount.Minor < least.Minor:
		return amount, invalid(columnAmount, "Invoice amount should be between %s and %s for service %q.", s.Min, s.Max, s.ID)
	}
	return amount, nil
}

// customerOfRow finds or makes who a row pays. Without a customer, what the
// row is called is its customer's reference, too.
func (e *Engine) customerOfRow(ctx context.Context, c Caller, cells importCells, reference string) (CustomerID, error) {
	who, err := cells.fields(columnCustomer)
	if err != nil {
		return "", err
	}
	metadata, err := cells.fields(columnMetadata)
	if err != nil {
		return "", err
	}
	const mostMetadata = 20
	if len(metadata) > mostMetadata {
		return "", invalid(columnMetadata, "it has %d keys; %d are possible", len(metadata), mostMetadata)
	}
	for _, key := range slices.Sorted(maps.Keys(who)) {
		if known := []string{"reference_id", "name", "email", "phone", "country"}; !slices.Contains(known, key) {
			return "", invalid(columnCustomer, "customers have no property %q", key).Or("properties: %s", orNone(known))
		}
	}
	if who["reference_id"] == "" && len(who)+len(metadata) > 0 {
		return "", invalid(columnCustomer, "reference_id is missing")
	}
	reference = cmp.Or(who["reference_id"], reference)
	was, err := view(ctx, e, func(tx ReadTx) (Customer, error) { return tx.CustomerByReference(reference) })
	if CodeOf(err) != NotFound || err == nil {
		return was.ID, err
	}
	made, err := e.CreateCustomer(ctx, c, NewCustomer{
		Reference: reference, Name: who["name"], Email: who["email"], Country: who["country"],
	})
	if err != nil {
		return "", inColumn(columnCustomer, err)
	}
	return made.ID, nil
}

// instrumentOfRow finds or makes the customer's instrument with these fields.
func (e *Engine) instrumentOfRow(
	ctx context.Context, c Caller, customer CustomerID, s Service, fields map[string]string,
) (InstrumentID, error) {
	all, err := e.Instruments(ctx, customer)
	if err != nil {
		return "", err
	}
	for _, i := range all {
		if i.ServiceID == s.ID && maps.Equal(i.Fields, s.kept(fields)) {
			return i.ID, nil
		}
	}
	made, err := e.CreateInstrument(ctx, c, NewInstrument{CustomerID: customer, ServiceID: s.ID, Fields: fields})
	return made.ID, err
}
