package sqlite

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

const (
	allocationColumns = `id, request_id, customer_id, mode, instrument_id, gateway_id, route_id,
		currency, amount, held, paid, overpaid, returned, reopened, payout_currency, payout_amount, quote, fee, reserved,
		status, origin, replaces, attempt, in_turn, reason, override, conflict, created_by, created_at, updated_at`

	allocationByID     = `SELECT ` + allocationColumns + ` FROM allocation WHERE id = ?`
	requestAllocations = `SELECT ` + allocationColumns + ` FROM allocation
		WHERE request_id = ? ORDER BY created_at, row`
	customerAllocations = `SELECT ` + allocationColumns + ` FROM allocation
		WHERE customer_id = ? AND currency = ? ORDER BY row`

	// The minute that since falls into, one by one; those after it as they are
	// summed up.
	allocatedSince = `SELECT
		(SELECT coalesce(sum(held + paid), 0) FROM allocation WHERE gateway_id = ?1 AND currency = ?2
			AND created_at >= ?3 AND created_at < (?3 / 60000000 + 1) * 60000000) +
		(SELECT coalesce(sum(amount), 0) FROM allocated WHERE gateway_id = ?1 AND currency = ?2
			AND minute > ?3 / 60000000)`

	nextQueuedGateway = `SELECT min(gateway_id) FROM allocation WHERE status = 'queued' AND gateway_id > ?`
	queuedAt          = `SELECT ` + allocationColumns + ` FROM allocation AS a
		WHERE status = 'queued' AND gateway_id = ?
		AND (SELECT blocked FROM request WHERE id = a.request_id) = 0
		AND (in_turn = 0 OR NOT EXISTS (SELECT 1 FROM allocation WHERE request_id = a.request_id
			AND status IN ('processing', 'waiting-completion')))
		ORDER BY updated_at, row LIMIT ?`

	// What an allocation was made for never changes; a second try is another.
	putAllocation = `INSERT INTO allocation (` + allocationColumns + `)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET held = excluded.held, paid = excluded.paid,
		overpaid = excluded.overpaid, returned = excluded.returned, reopened = excluded.reopened, payout_amount = excluded.payout_amount,
		quote = excluded.quote, fee = excluded.fee, reserved = excluded.reserved, status = excluded.status,
		reason = excluded.reason, override = excluded.override, conflict = excluded.conflict,
		updated_at = excluded.updated_at
		WHERE request_id = excluded.request_id AND customer_id = excluded.customer_id
		AND mode = excluded.mode AND instrument_id = excluded.instrument_id
		AND gateway_id = excluded.gateway_id AND route_id = excluded.route_id
		AND currency = excluded.currency AND amount = excluded.amount
		AND payout_currency = excluded.payout_currency AND origin = excluded.origin
		AND replaces = excluded.replaces AND attempt = excluded.attempt AND in_turn = excluded.in_turn
		AND created_by = excluded.created_by AND created_at = excluded.created_at`
)

// Allocation implements engine.ReadTx.
func (t *reader) Allocation(id engine.AllocationID) (engine.Allocation, error) {
	return one(t.with(allocationByID, string(id)), scanAllocation, "allocation", string(id))
}

// Allocations implements engine.ReadTx.
func (t *reader) Allocations(request engine.RequestID) ([]engine.Allocation, error) {
	return all(t.with(requestAllocations, string(request)), scanAllocation)
}

// CustomerAllocations implements engine.ReadTx.
func (t *reader) CustomerAllocations(customer engine.CustomerID, c money.Currency) ([]engine.Allocation, error) {
	return all(t.with(customerAllocations, string(customer), string(c)), scanAllocation)
}

// AllocatedSince implements engine.ReadTx. What has ended unpaid holds nothing
// and has paid nothing, so no status need be looked at.
func (t *reader) AllocatedSince(gateway string, c money.Currency, since time.Time) (money.Amount, error) {
	s := t.with(allocatedSince, gateway, string(c))
	bindInstant(s, since)
	return one(s, func(s *native.Stmt) (money.Amount, error) { return amount(s, c), nil }, "gateway", gateway)
}

// Queued implements engine.ReadTx. It asks account by account, so that one
// that is out of order, with all that waits for it, costs nothing.
func (t *reader) Queued(skip []string, limit int) ([]engine.Allocation, error) {
	var queued []engine.Allocation
	for gateway := ""; ; {
		next, err := one(t.with(nextQueuedGateway, gateway), scanText, "gateway", gateway)
		if err != nil {
			return nil, err
		}
		if next == "" {
			break
		}
		gateway = next
		if slices.Contains(skip, gateway) {
			continue
		}
		s := t.with(queuedAt, gateway)
		s.BindInt(int64(limit))
		list, err := all(s, scanAllocation)
		if err != nil {
			return nil, err
		}
		queued = append(queued, list...)
	}
	slices.SortStableFunc(queued, func(a, b engine.Allocation) int {
		return cmp.Or(a.UpdatedAt.Compare(b.UpdatedAt), cmp.Compare(a.ID, b.ID))
	})
	return queued[:min(len(queued), limit)], nil
}

func scanAllocation(s *native.Stmt) (a engine.Allocation, err error) {
	a.ID = word[engine.AllocationID](s)
	a.RequestID = word[engine.RequestID](s)
	a.CustomerID = word[engine.CustomerID](s)
	a.Mode = word[engine.Mode](s)
	a.InstrumentID = word[engine.InstrumentID](s)
	a.GatewayID, a.RouteID = s.Text(), s.Text()
	c := word[money.Currency](s)
	a.Amount, a.Held, a.Paid = amount(s, c), amount(s, c), amount(s, c)
	a.Overpaid, a.Returned, a.Reopened = amount(s, c), amount(s, c), amount(s, c)
	c = word[money.Currency](s)
	a.PayoutAmount = amount(s, c)
	if a.Quote, err = readQuote(s.Text()); err != nil {
		return a, err
	}
	a.Fee, a.Reserved = amount(s, c), amount(s, c)
	a.Status = word[engine.AllocationStatus](s)
	a.Origin = word[engine.AllocationOrigin](s)
	a.Replaces = word[engine.AllocationID](s)
	a.Attempt = int(s.Int())
	a.InTurn = s.Bool()
	a.Reason, a.Override = s.Text(), s.Text()
	a.Conflict = s.Bool()
	a.CreatedBy = word[engine.ReviewerID](s)
	a.CreatedAt, a.UpdatedAt = instant(s), instant(s)
	return a, nil
}

// writeQuote keeps a quote as JSON; none where nothing was converted.
func writeQuote(q fx.Quote) string {
	if q.Base == "" {
		return ""
	}
	raw, err := json.Marshal(q)
	if err != nil {
		panic(err) // texts, a number and times
	}
	return string(raw)
}

func readQuote(raw string) (q fx.Quote, err error) {
	if raw == "" {
		return q, nil
	}
	if err := json.Unmarshal([]byte(raw), &q); err != nil {
		return q, engine.Errorf(engine.Internal, "a kept quote cannot be read: %v", err)
	}
	return q, nil
}

// PutAllocation implements engine.Tx.
func (t *tx) PutAllocation(a engine.Allocation) {
	t.sameCurrency("allocation", string(a.ID), a.Amount.Currency, a.Held, a.Paid, a.Overpaid, a.Returned, a.Reopened)
	t.sameCurrency("allocation", string(a.ID), a.PayoutAmount.Currency, a.Fee, a.Reserved)
	t.put(putAllocation, func(s *native.Stmt) { bindAllocation(s, a) }, "allocation", string(a.ID))
}

func bindAllocation(s *native.Stmt, a engine.Allocation) {
	s.BindText(string(a.ID))
	s.BindText(string(a.RequestID))
	s.BindText(string(a.CustomerID))
	s.BindText(string(a.Mode))
	s.BindText(string(a.InstrumentID))
	s.BindText(a.GatewayID)
	s.BindText(a.RouteID)
	s.BindText(string(a.Amount.Currency))
	s.BindInt(a.Amount.Minor)
	s.BindInt(a.Held.Minor)
	s.BindInt(a.Paid.Minor)
	s.BindInt(a.Overpaid.Minor)
	s.BindInt(a.Returned.Minor)
	s.BindInt(a.Reopened.Minor)
	s.BindText(string(a.PayoutAmount.Currency))
	s.BindInt(a.PayoutAmount.Minor)
	s.BindText(writeQuote(a.Quote))
	s.BindInt(a.Fee.Minor)
	s.BindInt(a.Reserved.Minor)
	s.BindText(string(a.Status))
	s.BindText(string(a.Origin))
	s.BindText(string(a.Replaces))
	s.BindInt(int64(a.Attempt))
	s.BindBool(a.InTurn)
	s.BindText(a.Reason)
	s.BindText(a.Override)
	s.BindBool(a.Conflict)
	s.BindText(string(a.CreatedBy))
	bindInstant(s, a.CreatedAt)
	bindInstant(s, a.UpdatedAt)
}
