package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// EditBatchRow changes cells of a row that was skipped and looks at it again:
// good by now, it becomes a request. If not, what was changed is kept, and the
// row says what is still wrong.
func (e *Engine) EditBatchRow(ctx context.Context, c Caller, id BatchID, line int, cells map[string]string) (row BatchRow, err error) {
	caller := c
	caller.DryRun, caller.Key, caller.imports = false, "", true
	_, err = e.do(ctx, c, mark("batch-row", id, line, cells), func(w *work) error {
		w.result = string(id)
		b, err := w.openBatch(id)
		if err != nil {
			return err
		}
		if row, err = rowAt(w.tx, id, line); err != nil {
			return err
		}
		switch {
		case row.Status != BatchRowSkipped:
			return Errorf(Refused, "it is request %s already", row.RequestID).Or("only rows that were skipped can be edited")
		case len(cells) == 0:
			return invalid("cells", "nothing is to be changed")
		}
		for column := range maps.Keys(cells) {
			if err := KnowsBatchColumn(column); err != nil {
				return err
			}
		}
		mended := maps.Clone(row.Cells)
		if mended == nil {
			mended = map[string]string{}
		}
		maps.Copy(mended, cells)
		row.Cells = w.config.keptCells(mended)
		if err := w.takeRow(ctx, caller, b, mended, "", &row); err != nil {
			return err
		}
		return w.appendDesk(KindBatch, string(id), "batch-row-edited", nil, numberField("line", line),
			textField("columns", strings.Join(slices.Sorted(maps.Keys(cells)), ", ")),
			textField("status", string(row.Status)), textField("payoutRequestId", string(row.RequestID)),
			textField("seal", sealEdit(row)))
	})
	if err == nil && row.Line == 0 { // the key was seen before
		row, err = view(ctx, e, func(tx ReadTx) (BatchRow, error) { return rowAt(tx, id, line) })
	}
	if err != nil {
		return row, fmt.Errorf("cannot edit line %d of batch %s: %w", line, id, err)
	}
	return row, nil
}

// rowAt returns the row of a batch that stood on a line.
func rowAt(tx ReadTx, id BatchID, line int) (BatchRow, error) {
	rows, err := tx.BatchRows(id, BatchRowQuery{After: line - 1, Limit: 1})
	if err == nil && (len(rows) == 0 || rows[0].Line != line) {
		return BatchRow{}, Errorf(NotFound, "no row stands there").Or("purser batch rows lists them")
	}
	if err != nil {
		return BatchRow{}, err
	}
	return rows[0], nil
}

// BatchRowCount counts the rows of the file that a batch was made of.
func (e *Engine) BatchRowCount(ctx context.Context, id BatchID) (BatchRowCount, error) {
	return view(ctx, e, func(tx ReadTx) (BatchRowCount, error) { return tx.BatchRowCount(id) })
}

// BatchRows returns a page of the rows of the file that a batch was made of.
func (e *Engine) BatchRows(ctx context.Context, id BatchID, q BatchRowQuery) ([]BatchRow, error) {
	return view(ctx, e, func(tx ReadTx) ([]BatchRow, error) { return tx.BatchRows(id, q) })
}
