package sqlite

import (
	"encoding/json"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

const (
	batchRowColumns = `line, cells, digest, status, request_id, why`

	batchRows = `SELECT ` + batchRowColumns + ` FROM batch_row
		WHERE batch = (SELECT row FROM batch WHERE id = ?) AND line > ? ORDER BY line LIMIT ?`
	skippedBatchRows = `SELECT ` + batchRowColumns + ` FROM batch_row INDEXED BY batch_row_skipped
		WHERE batch = (SELECT row FROM batch WHERE id = ?) AND line > ? AND status = 'skipped' ORDER BY line LIMIT ?`

	batchRowCount = `SELECT
		(SELECT count(*) FROM batch_row WHERE batch = b.row),
		(SELECT count(*) FROM batch_row INDEXED BY batch_row_skipped WHERE batch = b.row AND status = 'skipped')
		FROM batch AS b WHERE id = ?`

	putBatchRow = `INSERT INTO batch_row (batch, ` + batchRowColumns + `)
		VALUES ((SELECT row FROM batch WHERE id = ?),?,?,?,?,?,?)
		ON CONFLICT (batch, line) DO UPDATE SET cells = excluded.cells, status = excluded.status,
		request_id = excluded.request_id, why = excluded.why
		WHERE digest = excluded.digest`
)

// BatchRows implements engine.ReadTx.
func (t *reader) BatchRows(id engine.BatchID, q engine.BatchRowQuery) ([]engine.BatchRow, error) {
	sql := batchRows
	if q.Skipped {
		sql = skippedBatchRows
	}
	s := t.with(sql, string(id))
	s.BindInt(int64(q.After))
	s.BindInt(int64(q.Limit))
	return all(s, scanBatchRow)
}

// BatchRowCount implements engine.ReadTx.
func (t *reader) BatchRowCount(id engine.BatchID) (engine.BatchRowCount, error) {
	return one(t.with(batchRowCount, string(id)), func(s *native.Stmt) (engine.BatchRowCount, error) {
		return engine.BatchRowCount{Rows: int(s.Int()), Skipped: int(s.Int())}, nil
	}, "batch", string(id))
}

func scanBatchRow(s *native.Stmt) (r engine.BatchRow, err error) {
	r.Line = int(s.Int())
	if err := json.Unmarshal([]byte(s.Text()), &r.Cells); err != nil {
		return r, err
	}
	r.Digest = s.Text()
	r.Status = word[engine.BatchRowStatus](s)
	r.RequestID = word[engine.RequestID](s)
	r.Why = s.Text()
	return r, nil
}

// PutBatchRow implements engine.Tx.
func (t *tx) PutBatchRow(id engine.BatchID, r engine.BatchRow) {
	cells, err := json.Marshal(r.Cells)
	if err != nil && t.err == nil {
		t.err = err
	}
	t.put(putBatchRow, func(s *native.Stmt) {
		s.BindText(string(id))
		s.BindInt(int64(r.Line))
		s.BindText(string(cells))
		s.BindText(r.Digest)
		s.BindText(string(r.Status))
		s.BindText(string(r.RequestID))
		s.BindText(r.Why)
	}, "row of batch", string(id))
}
