package enginetest

import (
	"context"

	"github.com/purserhq/purser/engine"
)

// anImport is an import that is being copied, not yet put.
func (d *desk) anImport() engine.Import {
	return engine.Import{
		ID: engine.ImportID(d.next("imp")), Kind: engine.ImportCustomers, File: "a \"file\".csv", Status: engine.ImportCopying,
		By: "rev1", Door: engine.DoorCLI, OSUser: "somebody", Head: "head", Digest: "digest",
		CreatedAt: at(1), UpdatedAt: at(1),
	}
}

func testImports(d *desk) {
	first, second, third := d.anImport(), d.anImport(), d.anImport()
	d.update(func(tx engine.Tx) {
		for _, i := range []engine.Import{first, second, third} {
			tx.PutImport(i)
		}
	})
	list := func(q engine.ImportQuery) []engine.Import {
		return read(d, func(tx engine.ReadTx) ([]engine.Import, error) { return tx.Imports(q) })
	}
	same(d, "the latest", list(engine.ImportQuery{Limit: 1}), []engine.Import{third})
	same(d, "before it", list(engine.ImportQuery{Before: third.ID, Limit: 9}), []engine.Import{second, first})

	first.Status, first.UpdatedAt, first.Rows, first.Place, first.Bites = engine.ImportPending, at(9), 5, 2, 1
	second.Status, second.UpdatedAt, second.Digest = engine.ImportProcessing, at(8), "another"
	d.update(func(tx engine.Tx) {
		tx.PutImport(first)
		tx.PutImport(second)
	})
	same(d, "those taken in", read(d, func(tx engine.ReadTx) ([]engine.Import, error) { return tx.ActiveImports(9) }),
		[]engine.Import{second, first})
	same(d, "those copied", read(d, func(tx engine.ReadTx) ([]engine.Import, error) { return tx.CopyingImports(9) }),
		[]engine.Import{third})
	same(d, "one by its end", read(d, func(tx engine.ReadTx) ([]string, error) {
		return tx.Find(engine.KindImport, string(first.ID)[20:], 9)
	}), []string{string(first.ID)})

	first.Status, first.Bites, first.Kept, first.Made, first.EndedAt = engine.ImportCompleted, 0, 2, 2, at(10)
	second.Status, second.Bites, second.Failure, second.StoppedBy, second.EndedAt = engine.ImportFailed, 3, "stopped", "rev2", at(20)
	d.update(func(tx engine.Tx) {
		tx.PutImport(first)
		tx.PutImport(second)
	})
	clearable := func(before int) []engine.Import {
		return read(d, func(tx engine.ReadTx) ([]engine.Import, error) { return tx.ClearableImports(at(before), 9) })
	}
	same(d, "rows that wait for nothing", clearable(10), []engine.Import{second})
	same(d, "results of long ago too", clearable(11), []engine.Import{first, second})
	first.Kept, second.Bites = 0, 0
	d.update(func(tx engine.Tx) {
		tx.PutImport(first)
		tx.PutImport(second)
	})
	same(d, "nothing is left", clearable(99), nil)

	changed := third
	changed.File = "another"
	d.refuse(engine.Internal, func(tx engine.Tx) { tx.PutImport(changed) })
	again := first
	again.Status = engine.ImportProcessing
	d.refuse(engine.Internal, func(tx engine.Tx) { tx.PutImport(again) })
}

func testImportRows(d *desk) {
	i, other := d.anImport(), d.anImport()
	waiting := []engine.ImportedRow{
		{Place: 1, Line: 2, Cells: map[string]string{"name": "a \"name\"\x00\n", "email": ""}},
		{Place: 2, Line: 4, Result: engine.ImportRefused, Code: engine.Invalid, Column: 7, Name: "name", Why: "it is wrong", Cells: map[string]string{}},
		{Place: 3, Line: 5, Cells: map[string]string{"reference": "c-1"}},
	}
	d.update(func(tx engine.Tx) {
		tx.PutImport(i)
		tx.PutImport(other)
		tx.PutImportBite(i.ID, engine.ImportBite{First: 1, Rows: waiting[:2]})
		tx.PutImportBite(i.ID, engine.ImportBite{First: 3, Rows: waiting[2:]})
	})
	bites := func(id engine.ImportID, limit int) []engine.ImportBite {
		return read(d, func(tx engine.ReadTx) ([]engine.ImportBite, error) { return tx.ImportBites(id, limit) })
	}
	same(d, "the first bite", bites(i.ID, 1), []engine.ImportBite{{First: 1, Rows: waiting[:2]}})
	same(d, "of another", bites(other.ID, 9), nil)
	d.update(func(tx engine.Tx) { tx.DropImportBite(i.ID, 1) })
	same(d, "what still waits", bites(i.ID, 9), []engine.ImportBite{{First: 3, Rows: waiting[2:]}})

	rows := []engine.ImportedRow{
		{Place: 1, Line: 2, Result: engine.ImportMade, ID: "cus_1"},
		{Place: 2, Line: 4, Result: engine.ImportRefused, Code: engine.Invalid, Column: 7, Name: "name", Why: "it is wrong", Cells: map[string]string{"name": "x"}},
		{Place: 3, Line: 5, Result: engine.ImportDiffers, Code: engine.Refused, Name: "reference", Why: "it is there", Cells: map[string]string{"reference": "c-1"}},
		{Place: 4, Line: 6, Result: engine.ImportKnown, ID: "cus_2"},
	}
	d.update(func(tx engine.Tx) {
		for _, row := range rows {
			tx.PutImportRow(i.ID, row)
		}
		tx.PutImportRow(other.ID, rows[0])
	})
	page := func(q engine.ImportRowQuery) []engine.ImportedRow {
		return read(d, func(tx engine.ReadTx) ([]engine.ImportedRow, error) { return tx.ImportRows(i.ID, q) })
	}
	same(d, "all", page(engine.ImportRowQuery{Limit: 9}), rows)
	same(d, "after the second", page(engine.ImportRowQuery{After: 2, Limit: 1}), rows[2:3])
	same(d, "wrong ones", page(engine.ImportRowQuery{
		Results: []engine.ImportResult{engine.ImportDiffers, engine.ImportRefused}, Limit: 9,
	}), rows[1:3])
	same(d, "refused ones", page(engine.ImportRowQuery{Results: []engine.ImportResult{engine.ImportRefused}, Limit: 9}), rows[1:2])
	same(d, "new ones and known ones", page(engine.ImportRowQuery{
		Results: []engine.ImportResult{engine.ImportMade, engine.ImportKnown}, Limit: 9,
	}), []engine.ImportedRow{rows[0], rows[3]})

	err := d.store.Update(context.Background(), func(tx engine.Tx) error { tx.PutImportRow(i.ID, rows[0]); return nil })
	if err == nil {
		d.Error("a row got a second result")
	}
	d.update(func(tx engine.Tx) { tx.DropImportRows(i.ID, 2) })
	same(d, "what is left", page(engine.ImportRowQuery{Limit: 9}), rows[2:])
}
