package enginetest

import (
	"context"

	"github.com/purserhq/purser/engine"
)

func testBatchRows(d *desk) {
	b := engine.Batch{ID: "preq_batch_1", Reference: "b", Mode: engine.ModeTest, PointID: "main", CreatedAt: at(1), UpdatedAt: at(1)}
	other := engine.Batch{ID: "preq_batch_2", Reference: "c", Mode: engine.ModeTest, PointID: "main", CreatedAt: at(1), UpdatedAt: at(1)}
	rows := []engine.BatchRow{
		{Line: 2, Cells: map[string]string{"service": "a \"b\"", "description": "x;y:z\n"}, Digest: "1", Status: engine.BatchRowNew, RequestID: "r_1"},
		{Line: 3, Cells: map[string]string{}, Digest: "2", Status: engine.BatchRowSkipped, Why: "[service] why"},
		{Line: 7, Cells: map[string]string{"service": "s"}, Digest: "3", Status: engine.BatchRowSkipped, Why: "why"},
	}
	d.update(func(tx engine.Tx) {
		tx.PutBatch(b)
		tx.PutBatch(other)
		for _, row := range rows {
			tx.PutBatchRow(b.ID, row)
		}
		tx.PutBatchRow(other.ID, rows[2])
	})
	same(d, "the point of it", read(d, func(tx engine.ReadTx) (engine.Batch, error) { return tx.Batch(b.ID) }).PointID, "main")
	page := func(q engine.BatchRowQuery) []engine.BatchRow {
		return read(d, func(tx engine.ReadTx) ([]engine.BatchRow, error) { return tx.BatchRows(b.ID, q) })
	}
	same(d, "all", page(engine.BatchRowQuery{Limit: 9}), rows)
	same(d, "a page", page(engine.BatchRowQuery{After: 2, Limit: 1}), rows[1:2])
	same(d, "the skipped ones", page(engine.BatchRowQuery{Skipped: true, Limit: 9}), rows[1:])

	count := func() engine.BatchRowCount {
		return read(d, func(tx engine.ReadTx) (engine.BatchRowCount, error) { return tx.BatchRowCount(b.ID) })
	}
	same(d, "how many", count(), engine.BatchRowCount{Rows: 3, Skipped: 2})

	rows[1].Cells, rows[1].Status, rows[1].RequestID, rows[1].Why = map[string]string{"service": "t"}, engine.BatchRowNew, "r_2", ""
	d.update(func(tx engine.Tx) { tx.PutBatchRow(b.ID, rows[1]) })
	same(d, "after one was mended", page(engine.BatchRowQuery{Limit: 9}), rows)
	same(d, "how many then", count(), engine.BatchRowCount{Rows: 3, Skipped: 1})
	twice, replaced := rows[1], rows[2]
	twice.RequestID, replaced.Digest = "r_3", "other"
	for _, row := range []engine.BatchRow{twice, replaced} {
		if err := d.store.Update(context.Background(), func(tx engine.Tx) error { tx.PutBatchRow(b.ID, row); return nil }); err == nil {
			d.Errorf("line %d was done again, or stands for another row", row.Line)
		}
	}
}
