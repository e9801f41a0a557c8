package sqlite

import (
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

const (
	payoutColumns = `id, allocation_id, request_id, customer_id, gateway_id, currency, amount, processed, returned,
		status, resolution, verdict, conflict, accepted, provider_id, message, sent, look_ups,
		intent_at, look_up_at, lease_until, lease_by, created_at, updated_at`

	payoutByID     = `SELECT ` + payoutColumns + ` FROM payout WHERE id = ?`
	payoutOf       = `SELECT ` + payoutColumns + ` FROM payout WHERE allocation_id = ?`
	requestPayouts = `SELECT ` + payoutColumns + ` FROM payout WHERE request_id = ? ORDER BY row`
	openPayouts    = `SELECT ` + payoutColumns + ` FROM payout
		WHERE gateway_id = ? AND verdict = '' AND allocation_id IS NOT NULL ORDER BY row LIMIT ?`
	payoutsDue = `SELECT ` + payoutColumns + ` FROM payout
		WHERE due_at <> 0 AND due_at <= ? ORDER BY due_at, row LIMIT ?`

	// What was asked of the provider never changes.
	putPayout = `INSERT INTO payout (` + payoutColumns + `, due_at)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET processed = excluded.processed, returned = excluded.returned, status = excluded.status,
		resolution = excluded.resolution, verdict = excluded.verdict, conflict = excluded.conflict,
		accepted = excluded.accepted, provider_id = excluded.provider_id, message = excluded.message,
		sent = excluded.sent, look_ups = excluded.look_ups, intent_at = excluded.intent_at,
		look_up_at = excluded.look_up_at, lease_until = excluded.lease_until,
		lease_by = excluded.lease_by, due_at = excluded.due_at, updated_at = excluded.updated_at
		WHERE allocation_id IS excluded.allocation_id AND request_id = excluded.request_id
		AND customer_id = excluded.customer_id AND gateway_id = excluded.gateway_id
		AND currency = excluded.currency AND amount = excluded.amount
		AND created_at = excluded.created_at`
)

// Payout implements engine.ReadTx.
func (t *reader) Payout(allocation engine.AllocationID) (engine.Payout, error) {
	return one(t.with(payoutOf, string(allocation)), scanPayout, "payout of allocation", string(allocation))
}

// PayoutByID implements engine.ReadTx.
func (t *reader) PayoutByID(id engine.PayoutID) (engine.Payout, error) {
	return one(t.with(payoutByID, string(id)), scanPayout, "payout", string(id))
}

// Payouts implements engine.ReadTx.
func (t *reader) Payouts(request engine.RequestID) ([]engine.Payout, error) {
	return all(t.with(requestPayouts, string(request)), scanPayout)
}

// OpenPayouts implements engine.ReadTx.
func (t *reader) OpenPayouts(gateway string, limit int) ([]engine.Payout, error) {
	s := t.with(openPayouts, gateway)
	s.BindInt(int64(limit))
	return all(s, scanPayout)
}

// PayoutsDue implements engine.ReadTx.
func (t *reader) PayoutsDue(now time.Time, limit int) ([]engine.Payout, error) {
	s := t.stmt(payoutsDue)
	bindInstant(s, now)
	s.BindInt(int64(limit))
	return all(s, scanPayout)
}

func scanPayout(s *native.Stmt) (p engine.Payout, err error) {
	p.ID = word[engine.PayoutID](s)
	p.AllocationID = word[engine.AllocationID](s)
	p.RequestID = word[engine.RequestID](s)
	p.CustomerID = word[engine.CustomerID](s)
	p.GatewayID = s.Text()
	c := word[money.Currency](s)
	p.Amount, p.Processed, p.Returned = amount(s, c), amount(s, c), amount(s, c)
	p.Status = word[engine.PayoutStatus](s)
	p.Resolution = word[engine.Resolution](s)
	p.Verdict = word[engine.Verdict](s)
	p.Conflict, p.Accepted = s.Bool(), s.Bool()
	p.ProviderID, p.Message = s.Text(), s.Text()
	p.Sent, p.LookUps = int(s.Int()), int(s.Int())
	p.IntentAt, p.LookUpAt, p.LeaseUntil = instant(s), instant(s), instant(s)
	p.LeaseBy = s.Text()
	p.CreatedAt, p.UpdatedAt = instant(s), instant(s)
	return p, nil
}

// PutPayout implements engine.Tx.
func (t *tx) PutPayout(p engine.Payout) {
	t.sameCurrency("payout", string(p.ID), p.Amount.Currency, p.Processed, p.Returned)
	t.put(putPayout, func(s *native.Stmt) { bindPayout(s, p) }, "payout", string(p.ID))
}

func bindPayout(s *native.Stmt, p engine.Payout) {
	s.BindText(string(p.ID))
	if p.AllocationID == "" {
		s.BindNull()
	} else {
		s.BindText(string(p.AllocationID))
	}
	s.BindText(string(p.RequestID))
	s.BindText(string(p.CustomerID))
	s.BindText(p.GatewayID)
	s.BindText(string(p.Amount.Currency))
	s.BindInt(p.Amount.Minor)
	s.BindInt(p.Processed.Minor)
	s.BindInt(p.Returned.Minor)
	s.BindText(string(p.Status))
	s.BindText(string(p.Resolution))
	s.BindText(string(p.Verdict))
	s.BindBool(p.Conflict)
	s.BindBool(p.Accepted)
	s.BindText(p.ProviderID)
	s.BindText(p.Message)
	s.BindInt(int64(p.Sent))
	s.BindInt(int64(p.LookUps))
	bindInstant(s, p.IntentAt)
	bindInstant(s, p.LookUpAt)
	bindInstant(s, p.LeaseUntil)
	s.BindText(p.LeaseBy)
	bindInstant(s, p.CreatedAt)
	bindInstant(s, p.UpdatedAt)
	s.BindInt(earlier(micros(p.LookUpAt), micros(p.LeaseUntil)))
}

// earlier returns the smaller of two times of which 0 is none.
func earlier(a, b int64) int64 {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}
