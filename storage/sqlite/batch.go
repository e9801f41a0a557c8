package sqlite

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

const (
	batchColumns = `id, reference, mode, description, allocation_order, requests, last_place, last_run,
		created_by, created_at, updated_at, deleted, point_id`

	batchByID        = `SELECT ` + batchColumns + ` FROM batch WHERE id = ?`
	batchByReference = `SELECT ` + batchColumns + ` FROM batch WHERE mode = ? AND reference = ? AND deleted = 0`
	batchesOfMode    = `SELECT ` + batchColumns + ` FROM batch
		WHERE mode = ? AND deleted = 0 AND row < coalesce((SELECT row FROM batch WHERE id = ?), 9223372036854775807)
		ORDER BY row DESC LIMIT ?`
	batchRequests = `SELECT ` + requestColumns + ` FROM request INDEXED BY request_batch
		WHERE batch_id = ? AND batch_id <> '' AND batch_place > ? ORDER BY batch_place LIMIT ?`
	batchSums = `SELECT currency, count(*), sum(amount) FROM request INDEXED BY request_batch
		WHERE batch_id = ? AND batch_id <> '' GROUP BY currency`
	batchCustomers = `SELECT count(DISTINCT customer_id) FROM request INDEXED BY request_batch
		WHERE batch_id = ? AND batch_id <> ''`

	putBatch = `INSERT INTO batch (` + batchColumns + `) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET reference = excluded.reference, description = excluded.description,
		allocation_order = excluded.allocation_order, requests = excluded.requests,
		last_place = excluded.last_place, last_run = excluded.last_run, updated_at = excluded.updated_at,
		deleted = excluded.deleted
		WHERE mode = excluded.mode AND created_by = excluded.created_by AND created_at = excluded.created_at
		AND point_id = excluded.point_id`
)

// Batch implements engine.ReadTx.
func (t *reader) Batch(id engine.BatchID) (engine.Batch, error) {
	return one(t.with(batchByID, string(id)), scanBatch, "batch", string(id))
}

// BatchByReference implements engine.ReadTx.
func (t *reader) BatchByReference(mode engine.Mode, reference string) (engine.Batch, error) {
	return one(t.with(batchByReference, string(mode), reference), scanBatch, "batch with the reference", reference)
}

// Batches implements engine.ReadTx.
func (t *reader) Batches(q engine.BatchQuery) ([]engine.Batch, error) {
	s := t.with(batchesOfMode, string(q.Mode), string(q.Before))
	s.BindInt(int64(q.Limit))
	return all(s, scanBatch)
}

// BatchRequests implements engine.ReadTx.
func (t *reader) BatchRequests(id engine.BatchID, after, limit int) ([]engine.Request, error) {
	s := t.with(batchRequests, string(id))
	s.BindInt(int64(after))
	s.BindInt(int64(limit))
	return all(s, scanRequest)
}

// BatchTotals implements engine.ReadTx.
func (t *reader) BatchTotals(id engine.BatchID) (totals engine.BatchTotals, err error) {
	totals.Sums, err = all(t.with(batchSums, string(id)), func(s *native.Stmt) (engine.Total, error) {
		c := word[money.Currency](s)
		return engine.Total{Requests: int(s.Int()), Amount: amount(s, c)}, nil
	})
	if err != nil {
		return totals, err
	}
	totals.Customers, err = one(t.with(batchCustomers, string(id)), func(s *native.Stmt) (int, error) {
		return int(s.Int()), nil
	}, "batch", string(id))
	return totals, err
}

func scanBatch(s *native.Stmt) (b engine.Batch, err error) {
	b.ID = word[engine.BatchID](s)
	b.Reference = s.Text()
	b.Mode = word[engine.Mode](s)
	b.Description = s.Text()
	if b.AllocationOrder, err = readList[string](s.Text()); err != nil {
		return b, err
	}
	b.Requests, b.LastPlace = int(s.Int()), int(s.Int())
	b.LastRun = word[engine.RunID](s)
	b.By = word[engine.ReviewerID](s)
	b.CreatedAt, b.UpdatedAt = instant(s), instant(s)
	b.Deleted = s.Bool()
	b.PointID = s.Text()
	return b, nil
}

// PutBatch implements engine.Tx.
func (t *tx) PutBatch(b engine.Batch) {
	t.put(putBatch, func(s *native.Stmt) {
		s.BindText(string(b.ID))
		s.BindText(b.Reference)
		s.BindText(string(b.Mode))
		s.BindText(b.Description)
		s.BindText(writeList(b.AllocationOrder))
		s.BindInt(int64(b.Requests))
		s.BindInt(int64(b.LastPlace))
		s.BindText(string(b.LastRun))
		s.BindText(string(b.By))
		bindInstant(s, b.CreatedAt)
		bindInstant(s, b.UpdatedAt)
		s.BindBool(b.Deleted)
		s.BindText(b.PointID)
	}, "batch", string(b.ID))
}
