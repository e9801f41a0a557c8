package engine

import (
	"context"
	"fmt"
)

// StopImport keeps an import from going on, or discards what was copied of one.
// What was taken in stays in; what was not is cleared away.
func (e *Engine) StopImport(ctx context.Context, c Caller, id ImportID, why string) (Import, error) {
	_, err := e.do(ctx, c, mark("import-stop", id, why), func(w *work) error {
		w.result = string(id)
		if err := w.least(RoleReviewer, "stop an import"); err != nil {
			return err
		}
		if err := checkDescription(why); err != nil {
			return err
		}
		i, err := w.tx.Import(id)
		if err != nil {
			return err
		}
		if i.Status.Ended() {
			return Errorf(Refused, "it is %s", i.Status).Or("it ended at %s", i.EndedAt.Format("15:04:05"))
		}
		was := i
		i.StoppedBy, i.Failure = w.actor.ID, "stopped by "+string(w.actor.ID)
		if was.Status == ImportCopying {
			i.Failure = "discarded by " + string(w.actor.ID)
		}
		if why != "" {
			i.Failure += ": " + why
		}
		return w.moveImport(importFails, was, ImportFailed, &i)
	})
	if err != nil {
		return Import{}, fmt.Errorf("cannot stop import %s: %w", id, err)
	}
	return e.FileImport(ctx, id)
}

// FileImport returns an import, or [NotFound].
func (e *Engine) FileImport(ctx context.Context, id ImportID) (Import, error) {
	return view(ctx, e, func(tx ReadTx) (Import, error) { return tx.Import(id) })
}

// Imports returns a page of imports, the latest first.
func (e *Engine) Imports(ctx context.Context, q ImportQuery) ([]Import, error) {
	return view(ctx, e, func(tx ReadTx) ([]Import, error) { return tx.Imports(q) })
}

// ImportRows returns a page of the rows of an import that have a result, in the
// order of the file.
func (e *Engine) ImportRows(ctx context.Context, id ImportID, q ImportRowQuery) ([]ImportedRow, error) {
	return view(ctx, e, func(tx ReadTx) ([]ImportedRow, error) { return tx.ImportRows(id, q) })
}
