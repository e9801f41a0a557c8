package sqlite

import (
	"strconv"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// The columns of a request, in the order in which they are written and read:
// first those that never change, then those of requestParts.
const (
	requestFixed = `id, reference, point_id, mode, customer_id, currency, original_amount, split_from,
		remainder_of, pays_again, created_at, metadata`
	requestChanging = `head_number, head_hash, updated_at, version, status, status_since, amount,
		policy_amount, live, paid, attention, instrument_id, description, approvals, makers,
		blocked, block_reason, block_description, block_by, block_at, held_back, ready_at, expire_at,
		cancellation, merged_into, batch_id, batch_place, automatic, dispatch_at`
	requestColumns = requestFixed + `, ` + requestChanging

	requestByID        = `SELECT ` + requestColumns + ` FROM request WHERE id = ?`
	requestByReference = `SELECT ` + requestColumns + ` FROM request
		WHERE reference = ? COLLATE NOCASE AND reference = ? AND point_id = ? AND reference <> ''`
	relatives = `SELECT ` + requestColumns + ` FROM request WHERE row IN (
		SELECT row FROM request WHERE split_from = ?1 AND split_from <> ''
		UNION SELECT row FROM request WHERE merged_into = ?1 AND merged_into <> ''
		UNION SELECT row FROM request WHERE remainder_of = ?1 AND remainder_of <> ''
		UNION SELECT row FROM request WHERE pays_again = ?1 AND pays_again <> '') ORDER BY row`

	dueReady = `SELECT id FROM request WHERE status = 'pending' AND blocked = 0
		AND ready_at <> 0 AND ready_at <= ? ORDER BY ready_at, row LIMIT ?`
	dueExpire = `SELECT id FROM request WHERE expire_at <> 0 AND blocked = 0
		AND (status = 'pending' OR status = 'ready' OR status = 'approved')
		AND expire_at <= ? ORDER BY expire_at, row LIMIT ?`
	dueDispatch = `SELECT id FROM request WHERE status IN ('approved', 'in-progress') AND blocked = 0
		AND dispatch_at <> 0 AND dispatch_at <= ? ORDER BY dispatch_at, row LIMIT ?`
)

// Request implements engine.ReadTx.
func (t *reader) Request(id engine.RequestID) (engine.Request, error) {
	return one(t.with(requestByID, string(id)), scanRequest, "request", string(id))
}

// RequestByReference implements engine.ReadTx.
func (t *reader) RequestByReference(point, reference string) (engine.Request, error) {
	s := t.with(requestByReference, reference, reference, point)
	return one(s, scanRequest, "request with the reference", reference)
}

// Relatives implements engine.ReadTx.
func (t *reader) Relatives(id engine.RequestID) ([]engine.Request, error) {
	return all(t.with(relatives, string(id)), scanRequest)
}

// Due implements engine.ReadTx. A request in progress has a clock that can no
// longer move it: what is on its way cannot be called off.
func (t *reader) Due(clock engine.DueClock, now time.Time, limit int) ([]engine.RequestID, error) {
	queries := map[engine.DueClock]string{engine.DueReady: dueReady, engine.DueExpire: dueExpire, engine.DueDispatch: dueDispatch}
	query, ok := queries[clock]
	if !ok {
		return nil, engine.Errorf(engine.Invalid, "there is no clock %q", clock)
	}
	s := t.stmt(query)
	bindInstant(s, now)
	s.BindInt(int64(limit))
	return all(s, func(s *native.Stmt) (engine.RequestID, error) { return word[engine.RequestID](s), nil })
}

func scanRequest(s *native.Stmt) (r engine.Request, err error) {
	r.ID = word[engine.RequestID](s)
	r.Reference, r.PointID = s.Text(), s.Text()
	r.Mode = word[engine.Mode](s)
	r.CustomerID = word[engine.CustomerID](s)
	c := word[money.Currency](s)
	r.OriginalAmount = amount(s, c)
	r.SplitFrom, r.RemainderOf = word[engine.RequestID](s), word[engine.RequestID](s)
	r.PaysAgain = word[engine.RequestID](s)
	r.CreatedAt = instant(s)
	if r.Metadata, err = readFields(s.Text()); err != nil {
		return r, err
	}

	r.Head = scanHead(s)
	r.UpdatedAt = instant(s)
	r.Version = int(s.Int())
	r.Status = word[engine.RequestStatus](s)
	r.StatusSince = instant(s)
	r.Amount, r.PolicyAmount, r.Live, r.Paid = amount(s, c), amount(s, c), amount(s, c), amount(s, c)
	r.Attention = word[engine.Attention](s)
	r.InstrumentID = word[engine.InstrumentID](s)
	r.Description = s.Text()
	if r.Approvals, err = readApprovals(s.Text()); err != nil {
		return r, err
	}
	if r.Makers, err = readList[engine.ReviewerID](s.Text()); err != nil {
		return r, err
	}
	r.Block = scanBlock(s)
	r.HeldBack = s.Bool()
	r.ReadyAt, r.ExpireAt = instant(s), instant(s)
	r.Cancellation, err = readCancellation(s.Text())
	r.MergedInto = word[engine.RequestID](s)
	r.BatchID, r.BatchPlace = word[engine.BatchID](s), int(s.Int())
	r.Automatic, r.DispatchAt = s.Bool(), instant(s)
	return r, err
}

func scanBlock(s *native.Stmt) *engine.Block {
	if !s.Bool() {
		s.Skip(4)
		return nil
	}
	return &engine.Block{
		Reason: word[engine.BlockReason](s), Description: s.Text(),
		By: word[engine.ReviewerID](s), At: instant(s),
	}
}

func bindBlock(s *native.Stmt, b *engine.Block) {
	s.BindBool(b != nil)
	if b == nil {
		b = &engine.Block{}
	}
	s.BindText(string(b.Reason))
	s.BindText(b.Description)
	s.BindText(string(b.By))
	bindInstant(s, b.At)
}

// writeApprovals keeps approvals as rows of who and when.
func writeApprovals(approvals []engine.Approval) string {
	var b []byte
	for _, a := range approvals {
		b = appendRow(b, string(a.By), strconv.FormatInt(micros(a.At), 10))
	}
	return string(b)
}

func readApprovals(list string) ([]engine.Approval, error) {
	rows, err := readRows(list)
	if len(rows) == 0 || err != nil {
		return nil, err
	}
	approvals := make([]engine.Approval, len(rows))
	for i, row := range rows {
		if len(row) != 2 {
			return nil, errList
		}
		at, err := strconv.ParseInt(row[1], 10, 64)
		if err != nil {
			return nil, errList
		}
		approvals[i] = engine.Approval{By: engine.ReviewerID(row[0]), At: fromMicros(at)}
	}
	return approvals, nil
}

// writeCancellation keeps a cancellation as one row of by whom and why.
func writeCancellation(c *engine.Cancellation) string {
	if c == nil {
		return ""
	}
	return string(appendRow(nil, string(c.By), c.Description))
}

func readCancellation(list string) (*engine.Cancellation, error) {
	rows, err := readRows(list)
	switch {
	case len(rows) == 0 || err != nil:
		return nil, err
	case len(rows[0]) != 2:
		return nil, errList
	}
	return &engine.Cancellation{By: engine.CanceledBy(rows[0][0]), Description: rows[0][1]}, nil
}
