package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// How much of an import is taken in within one transaction, whichever comes
// first. It ends long before those who wait for the writer would notice.
const (
	takenRows  = 5 * biteRows
	takingTime = runBiteTime
)

// resultsKept is how long results of rows are kept after an import has ended,
// and copies that nobody goes on with. What was done stands in the journal for
// ever; a store does not grow by old files.
const resultsKept = 30 * 24 * time.Hour

// stepImports takes in some rows of the import that was left alone longest, or
// clears some of what old imports left. A row's result is written in the
// transaction that has its effect; so however many processes take part, and
// wherever one dies, none is taken in twice.
func (e *Engine) stepImports(ctx context.Context) (more bool, err error) {
	active, err := view(ctx, e, func(tx ReadTx) ([]Import, error) { return tx.ActiveImports(1) })
	if err != nil {
		return false, err
	}
	if len(active) == 0 {
		return e.clearImports(ctx)
	}
	i := active[0]
	caller := Caller{By: i.By, Door: i.Door, OSUser: i.OSUser}
	_, err = e.doIn(ctx, e.store.Bulk, caller, "", func(w *work) error { return w.takeIn(ctx, i.ID) })
	if CodeOf(err) == Forbidden {
		return true, e.failImport(ctx, i.ID, err.Error())
	}
	return true, err
}

// failImport ends an import that cannot go on.
func (e *Engine) failImport(ctx context.Context, id ImportID, why string) error {
	_, err := e.doIn(ctx, e.store.Bulk, engineCaller, "", func(w *work) error {
		i, err := w.tx.Import(id)
		if err != nil || i.Status.Ended() {
			return err
		}
		was := i
		i.Failure = why
		return w.moveImport(importFails, was, ImportFailed, &i)
	})
	return err
}

// takeIn takes in rows for a while.
func (w *work) takeIn(ctx context.Context, id ImportID) error {
	i, err := w.tx.Import(id)
	if err != nil || i.Status.Ended() || i.Status == ImportCopying {
		return err
	}
	if err := w.least(i.Kind.least(), i.Kind.doing()); err != nil {
		return err
	}
	if i.Status == ImportPending {
		if err := w.moveImport(importBegins, i, ImportProcessing, &i); err != nil {
			return err
		}
	}
	taker := rowTaker{
		Engine: &Engine{store: inside{w.store, w.tx}, world: w.world},
		caller: Caller{By: i.By, Door: i.Door, OSUser: i.OSUser, imports: true, file: i.ID},
		kind:   i.Kind,
	}
	for before := i.Place; i.Waiting() > 0 && i.Place-before < takenRows && w.Now().Sub(w.now) < takingTime; {
		if err := w.takeBite(ctx, taker, &i); err != nil {
			return err
		}
	}
	i.UpdatedAt = w.now
	if i.Waiting() == 0 {
		return w.moveImport(importEnds, i, ImportCompleted, &i)
	}
	w.tx.PutImport(i)
	return nil
}

// takeBite takes in rows that are kept together, as many as there is time for.
func (w *work) takeBite(ctx context.Context, taker rowTaker, i *Import) error {
	bites, err := w.tx.ImportBites(i.ID, 1)
	if err != nil {
		return err
	}
	if len(bites) == 0 {
		return Errorf(Internal, "import %s lacks %d of its rows", i.ID, i.Waiting())
	}
	bite := bites[0]
	for _, row := range bite.Rows[max(0, i.Place+1-bite.First):] {
		if row.Result == ImportWaiting {
			if row, err = taker.take(ctx, row); err != nil {
				return err
			}
		}
		i.Count(row)
		w.tx.PutImportRow(i.ID, row)
		if w.Now().Sub(w.now) >= takingTime {
			break
		}
	}
	if i.Place == bite.First+len(bite.Rows)-1 {
		w.tx.DropImportBite(i.ID, bite.First)
		i.Bites--
	}
	return nil
}

// Count counts what became of a row.
func (i *Import) Count(row ImportedRow) {
	i.Place = row.Place
	i.Kept++
	*map[ImportResult]*int{
		ImportMade: &i.Made, ImportKnown: &i.Known, ImportDiffers: &i.Differs, ImportRefused: &i.Refused,
	}[row.Result]++
}

// moveImport takes an import to a status if its table has the move, and writes
// it.
func (w *work) moveImport(verb importVerb, was Import, to ImportStatus, i *Import) error {
	if !importLife.allows(was.Status, verb, to) {
		return Errorf(Internal, "import %s: %s does not lead from %s to %s", i.ID, verb, was.Status, to)
	}
	i.Status, i.UpdatedAt = to, w.now
	event := map[ImportStatus]string{ImportPending: "import-copied", ImportProcessing: "import-started"}[to]
	if to.Ended() {
		i.EndedAt = w.now
		event = "import-finished"
	}
	w.tx.PutImport(*i)
	return w.appendDesk(KindImport, string(i.ID), event, changes(was.fields(), i.fields()),
		numberField("rows", i.Rows), numberField("made", i.Made), numberField("known", i.Known),
		numberField("differs", i.Differs), numberField("refused", i.Refused))
}

// clearImports clears some of what nobody needs any more: rows of a file that
// was stopped, results of long ago, copies that were left in the middle.
func (e *Engine) clearImports(ctx context.Context) (more bool, err error) {
	var old, left []Import
	before := e.Now().Add(-resultsKept)
	err = e.store.View(ctx, func(tx ReadTx) (err error) {
		if old, err = tx.ClearableImports(before, 1); err != nil {
			return err
		}
		left, err = tx.CopyingImports(1)
		return err
	})
	switch {
	case err != nil:
		return false, err
	case len(old) > 0:
		_, err = e.doIn(ctx, e.store.Bulk, engineCaller, "", func(w *work) error { return w.clearImport(old[0].ID) })
		return true, err
	case len(left) > 0 && left[0].UpdatedAt.Before(before):
		return true, e.failImport(ctx, left[0].ID, "nobody went on copying it")
	}
	return false, nil
}

// clearImport clears a bounded part of an import that has ended.
func (w *work) clearImport(id ImportID) error {
	const bites, results = 10, 2000
	i, err := w.tx.Import(id)
	if err != nil {
		return err
	}
	if i.Bites > 0 {
		list, err := w.tx.ImportBites(id, bites)
		if err != nil {
			return err
		}
		for _, bite := range list {
			w.tx.DropImportBite(id, bite.First)
		}
		i.Bites -= len(list)
		w.tx.PutImport(i)
		return nil
	}
	rows, err := w.tx.ImportRows(id, ImportRowQuery{Limit: results / 2})
	if err != nil || len(rows) == 0 {
		return errors.Join(err, fmt.Errorf("import %s lacks its results", id))
	}
	if !i.Cleared() {
		if err := w.appendDesk(KindImport, string(id), "import-cleared", nil, numberField("rows", i.Kept)); err != nil {
			return err
		}
	}
	w.tx.DropImportRows(id, rows[len(rows)-1].Place)
	i.Kept -= len(rows)
	w.tx.PutImport(i)
	return nil
}
