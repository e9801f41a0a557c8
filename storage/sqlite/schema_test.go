package sqlite_test

import (
	"context"
	"errors"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// TestRulesOfTheSchema breaks them by hand.
func TestRulesOfTheSchema(t *testing.T) {
	store := fresh(t)
	usd := money.New(100, "USD")
	none := money.Zero("USD")
	must(t, store.Update(context.Background(), func(tx engine.Tx) error {
		tx.PutCustomer(customer("cus_1"))
		tx.PutRequest(nil, engine.Request{
			ID: "done", CustomerID: "cus_1", Mode: engine.ModeTest, Status: engine.RequestCanceled,
			Amount: usd, OriginalAmount: usd, PolicyAmount: usd, Live: none, Paid: none,
		})
		for _, status := range engine.AllocationStatuses() {
			tx.PutAllocation(engine.Allocation{
				ID: engine.AllocationID(status), RequestID: "done", Status: status, Amount: usd, PayoutAmount: usd,
			})
		}
		tx.PutSchemeRevision(engine.SchemeRevision{Scheme: "s", Number: 1})
		tx.PutPayout(engine.Payout{ID: "po_1", RequestID: "done", Amount: usd})
		e := engine.Event{Chain: "done"}
		e.Seal(1, engine.Head{})
		tx.Append(e)
		return nil
	}))
	conn, err := native.Open("file:"+store.Path(), native.ReadWrite)
	must(t, err)
	defer conn.Close()
	must(t, conn.Script("PRAGMA foreign_keys = ON"))
	for _, sql := range []string{
		"UPDATE event SET type = 'other'",
		"DELETE FROM event",
		"UPDATE request SET status = 'ready'",
		"UPDATE request SET original_amount = 1",
		"UPDATE request SET currency = 'EUR'",
		"DELETE FROM request",
		"UPDATE allocation SET status = 'pending' WHERE id = 'completed'",
		"UPDATE allocation SET status = 'queued' WHERE id = 'failed'",
		"UPDATE allocation SET status = 'completed' WHERE id = 'canceled'",
		"UPDATE allocation SET status = 'declined' WHERE id = 'completed'",
		"DELETE FROM allocation",
		"DELETE FROM payout",
		"UPDATE scheme_revision SET body = '{}'",
		"DELETE FROM scheme_revision",
		"INSERT INTO request SELECT NULL, 'x', 'x', point_id, mode, 'nobody', " +
			"instrument_id, description, currency, amount, original_amount, policy_amount, status, status_since, " +
			"blocked, block_reason, block_description, block_by, block_at, approvals, makers, held_back, ready_at, " +
			"expire_at, cancellation, split_from, merged_into, remainder_of, live, paid, attention, version, " +
			"created_at, updated_at, head_number, head_hash, pays_again, batch_id, batch_place, automatic, dispatch_at, metadata FROM request",
		"UPDATE request SET amount = 'much'",
	} {
		var e *native.Error
		if err := conn.Script(sql); !errors.As(err, &e) || e.Primary() != native.Constraint {
			t.Errorf("%.60s: %v, want that a rule forbids it", sql, err)
		}
	}
	for _, sql := range []string{
		"UPDATE allocation SET status = 'completed' WHERE id = 'declined'",
		"UPDATE allocation SET status = 'failed' WHERE id = 'completed'",
		"UPDATE request SET description = 'x'",
	} {
		if err := conn.Script(sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
	healthy(t, store)
	for _, sql := range []string{
		"UPDATE request_count SET requests = 2", "UPDATE allocated SET amount = amount + 1",
	} {
		must(t, conn.Script(sql))
		if problems, err := store.Check(context.Background()); err != nil || len(problems) == 0 {
			t.Errorf("%s: not noticed (%v)", sql, err)
		}
	}
}
