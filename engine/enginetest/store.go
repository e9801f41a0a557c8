package enginetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// TestStore finds out whether a Store keeps the promises of engine.Store, one
// subtest each. open makes an empty store that is closed when t ends; reopen
// closes it and opens it again, as after a restart.
func TestStore(t *testing.T, open func(t *testing.T) (store engine.Store, reopen func() engine.Store)) {
	suite := []struct {
		promise string
		test    func(*desk)
	}{
		{"an update that succeeded survives a restart", testDurable},
		{"an update that failed leaves nothing", testRollback},
		{"a failed write fails the update", testStickyErrors},
		{"an update sees its own writes", testOwnWrites},
		{"updates of many goroutines are all applied", testConcurrent},
		{"bulk work is done beside updates", testBulk},
		{"a view is one snapshot", testSnapshot},
		{"nothing runs once its context has ended", testEndedContext},
		{"changed tells of a commit and ends with its context", testChanged},
		{"what is looked for by id and not there is not found", testNotFound},

		{"every noun comes back as it was put", testNouns},
		{"configuration is the sum of what was kept", testConfig},
		{"a request is written over what its writer saw", testStale},
		{"a request's origin never changes", testOrigin},
		{"references are unique within a point", testReferences},
		{"relatives are found from the other side", testRelatives},
		{"customers come in pages", testCustomers},

		{"pages hold what the filter wants in the order asked for", testPages},
		{"a cursor stays good while rows come and go", testCursor},
		{"a page that makes no sense is refused", testBadPages},
		{"rows are found by their ids", testRows},
		{"counters equal a recount", testCounts},

		{"requests are due by their clocks", testDue},
		{"queued allocations wait their turn", testQueued},
		{"allocated since sums what is held or paid", testAllocatedSince},
		{"payouts are due by look-up and lease", testPayoutsDue},
		{"the journal has no gaps", testJournal},
		{"ids are found by beginning and end", testFind},
		{"a remembered key is replayed", testReplay},
	}
	for _, s := range suite {
		t.Run(s.promise, func(t *testing.T) {
			store, reopen := open(t)
			s.test(&desk{T: t, open: open, store: store, reopen: reopen})
		})
	}
}

// A desk is a store under test.
type desk struct {
	*testing.T
	open   func(t *testing.T) (engine.Store, func() engine.Store)
	store  engine.Store
	reopen func() engine.Store
	n      int
}

// noon is when the tests begin.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// at is so many seconds after noon.
func at(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

func usd(minor int64) money.Amount { return money.New(minor, "USD") }

// update runs fn and fails the test if it does not succeed.
func (d *desk) update(fn func(tx engine.Tx)) {
	d.Helper()
	err := d.store.Update(context.Background(), func(tx engine.Tx) error {
		fn(tx)
		return nil
	})
	if err != nil {
		d.Fatalf("update: %v", err)
	}
}

// refuse runs fn and fails the test unless the update fails with a code.
func (d *desk) refuse(code engine.Code, fn func(tx engine.Tx)) {
	d.Helper()
	err := d.store.Update(context.Background(), func(tx engine.Tx) error {
		fn(tx)
		return nil
	})
	if engine.CodeOf(err) != code || err == nil {
		d.Fatalf("update: %v, want %s", err, code)
	}
}

// view runs fn and fails the test if it does not succeed.
func (d *desk) view(fn func(tx engine.ReadTx) error) {
	d.Helper()
	if err := d.store.View(context.Background(), fn); err != nil {
		d.Fatalf("view: %v", err)
	}
}

// read returns what get reads in a view of its own.
func read[T any](d *desk, get func(tx engine.ReadTx) (T, error)) (v T) {
	d.Helper()
	d.view(func(tx engine.ReadTx) (err error) {
		v, err = get(tx)
		return err
	})
	return v
}

// same fails the test unless got is want, an empty list being as good as none.
func same[T any](t rapid.TB, what string, got, want T) {
	t.Helper()
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	if g.Kind() == reflect.Slice && g.Len() == 0 && w.Len() == 0 {
		return
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// next returns a name that was not used before.
func (d *desk) next(prefix string) string {
	d.n++
	return fmt.Sprintf("%s_%026d", prefix, d.n)
}

// customer puts a customer.
func (d *desk) customer() engine.Customer {
	d.Helper()
	c := engine.Customer{ID: engine.CustomerID(d.next("cus")), Name: "Sample Customer", CreatedAt: noon}
	c.Reference = "ref-" + string(c.ID)
	d.update(func(tx engine.Tx) { tx.PutCustomer(c) })
	return c
}

// draft is a request that is ready, not yet put.
func (d *desk) draft(c engine.Customer) engine.Request {
	id := engine.RequestID(d.next("pout_req"))
	return engine.Request{
		ID: id, PointID: "main", Mode: engine.ModeTest, CustomerID: c.ID,
		Amount: usd(1000), OriginalAmount: usd(1000), PolicyAmount: usd(1000), Live: usd(0), Paid: usd(0),
		Status: engine.RequestReady, StatusSince: noon, Version: 1, CreatedAt: noon, UpdatedAt: noon,
		Head: engine.Head{Number: 1},
	}
}

// request puts a request, as edit made it.
func (d *desk) request(c engine.Customer, edit func(*engine.Request)) engine.Request {
	d.Helper()
	r := d.draft(c)
	if edit != nil {
		edit(&r)
	}
	d.update(func(tx engine.Tx) { tx.PutRequest(nil, r) })
	return r
}

// allocation puts an allocation of a request, as edit made it.
func (d *desk) allocation(r engine.Request, edit func(*engine.Allocation)) engine.Allocation {
	d.Helper()
	a := engine.Allocation{
		ID: engine.AllocationID(d.next("alloc")), RequestID: r.ID, CustomerID: r.CustomerID, Mode: r.Mode,
		GatewayID: "g1", Amount: usd(100), Held: usd(100), Paid: usd(0), Overpaid: usd(0), Returned: usd(0),
		PayoutAmount: usd(100), Fee: usd(1), Reserved: usd(101), Status: engine.AllocationPending,
		Attempt: 1, CreatedAt: noon, UpdatedAt: noon,
	}
	if edit != nil {
		edit(&a)
	}
	d.update(func(tx engine.Tx) { tx.PutAllocation(a) })
	return a
}

func testDurable(d *desk) {
	c := d.customer()
	r := d.request(c, nil)
	store := d.reopen()
	err := store.View(context.Background(), func(tx engine.ReadTx) error {
		got, err := tx.Request(r.ID)
		same(d, "after a restart", got, r)
		return err
	})
	if err != nil {
		d.Fatal(err)
	}
}

// errChanged is a closure's own reason to fail.
var errChanged = errors.New("changed my mind")

func testRollback(d *desk) {
	c := d.customer()
	r := d.draft(c)
	before := read(d, engine.ReadTx.Config).Revision
	err := d.store.Update(context.Background(), func(tx engine.Tx) error {
		tx.PutRequest(nil, r)
		tx.PutBalance(engine.Balance{GatewayID: "g1", Balance: usd(5), Reserved: usd(0)})
		tx.PutConfig(engine.KindSettings, "settings", []byte(`{}`))
		e := engine.Event{Chain: "c", At: noon}
		e.Seal(1, engine.Head{})
		tx.Append(e)
		return errChanged
	})
	if !errors.Is(err, errChanged) {
		d.Fatalf("update: %v, want the closure's own error", err)
	}
	d.view(func(tx engine.ReadTx) error {
		if _, err := tx.Request(r.ID); engine.CodeOf(err) != engine.NotFound {
			d.Errorf("the request is there (%v)", err)
		}
		if _, err := tx.Balance("g1"); engine.CodeOf(err) != engine.NotFound {
			d.Errorf("the balance is there (%v)", err)
		}
		seq, err := tx.LastSeq()
		same(d, "last seq", seq, 0)
		counts, countErr := tx.Counts(engine.ModeTest)
		same(d, "counters", counts, nil)
		config, configErr := tx.Config()
		same(d, "revision", config.Revision, before)
		return errors.Join(err, countErr, configErr)
	})
}

func testStickyErrors(d *desk) {
	c := d.customer()
	draft := d.draft(c)
	other := d.request(c, nil)
	err := d.store.Update(context.Background(), func(tx engine.Tx) error {
		tx.PutRequest(nil, draft)
		stale := other
		stale.Version = 7
		tx.PutRequest(&stale, stale) // fails
		tx.PutCustomer(engine.Customer{ID: "cus_late", CreatedAt: noon})
		if _, err := tx.Customer("cus_late"); engine.CodeOf(err) != engine.NotFound {
			d.Errorf("a write after the failed one was done (%v)", err)
		}
		return nil
	})
	if engine.CodeOf(err) != engine.Stale {
		d.Fatalf("update: %v, want what the first write failed with", err)
	}
	d.view(func(tx engine.ReadTx) error {
		if _, err := tx.Request(draft.ID); engine.CodeOf(err) != engine.NotFound {
			d.Errorf("a write before the failed one was kept (%v)", err)
		}
		return nil
	})
}

func testOwnWrites(d *desk) {
	c := d.customer()
	r := d.draft(c)
	d.update(func(tx engine.Tx) {
		tx.PutRequest(nil, r)
		got, err := tx.Request(r.ID)
		same(d, "the request in its own transaction", got, r)
		counts, countErr := tx.Counts(engine.ModeTest)
		same(d, "the counters", counts, []engine.Count{{
			Mode: engine.ModeTest, Status: engine.RequestReady, Currency: "USD", Requests: 1, Sum: 1000,
		}})
		tx.PutConfig(engine.KindReviewer, "rev1", []byte(`{"id":"rev1","role":"viewer"}`))
		config, configErr := tx.Config()
		same(d, "the configuration", config.Reviewers["rev1"].Role, engine.RoleViewer)
		if err := errors.Join(err, countErr, configErr); err != nil {
			d.Error(err)
		}
	})
}

// grow adds one to a balance, reading it first.
func grow(tx engine.Tx) error {
	b, err := tx.Balance("g1")
	if engine.CodeOf(err) == engine.NotFound {
		b, err = engine.Balance{GatewayID: "g1", Balance: usd(0), Reserved: usd(0)}, nil
	}
	b.Balance = b.Balance.Plus(usd(1))
	tx.PutBalance(b)
	return err
}

func testConcurrent(d *desk) {
	const goroutines, updates = 8, 25
	var all sync.WaitGroup
	failed := make(chan error, goroutines*updates)
	for range goroutines {
		all.Go(func() {
			for i := range updates {
				err := d.store.Update(context.Background(), func(tx engine.Tx) error {
					if err := grow(tx); err != nil || i%5 > 0 {
						return err
					}
					return errChanged // one in five takes it back
				})
				if err != nil && !errors.Is(err, errChanged) {
					failed <- err
				}
			}
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		d.Error(err)
	}
	b := read(d, func(tx engine.ReadTx) (engine.Balance, error) { return tx.Balance("g1") })
	same(d, "the balance", b.Balance, usd(goroutines*updates*4/5))
}

func testBulk(d *desk) {
	var all sync.WaitGroup
	failed := make(chan error, 40)
	for range 20 {
		all.Go(func() { failed <- d.store.Bulk(context.Background(), grow) })
		all.Go(func() { failed <- d.store.Update(context.Background(), grow) })
	}
	all.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			d.Error(err)
		}
	}
	b := read(d, func(tx engine.ReadTx) (engine.Balance, error) { return tx.Balance("g1") })
	same(d, "the balance", b.Balance, usd(40))
}

func testSnapshot(d *desk) {
	c := d.customer()
	r := d.request(c, nil)
	d.view(func(tx engine.ReadTx) error {
		before, err := tx.Request(r.ID)
		if err != nil {
			return err
		}
		now := r
		now.Version, now.Head.Number, now.Description = 2, 2, "changed meanwhile"
		d.update(func(tx engine.Tx) { tx.PutRequest(&r, now) })
		late := d.request(c, nil)
		after, err := tx.Request(r.ID)
		same(d, "the same request in the same view", after, before)
		if _, err := tx.Request(late.ID); engine.CodeOf(err) != engine.NotFound {
			d.Errorf("a view sees what came after it began (%v)", err)
		}
		return err
	})
}

func testEndedContext(d *desk) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	ran := false
	update := d.store.Update(ctx, func(engine.Tx) error { ran = true; return nil })
	bulk := d.store.Bulk(ctx, func(engine.Tx) error { ran = true; return nil })
	view := d.store.View(ctx, func(engine.ReadTx) error { ran = true; return nil })
	for _, err := range []error{update, bulk, view} {
		if !errors.Is(err, context.Canceled) {
			d.Errorf("got %v, want that the context was canceled", err)
		}
	}
	if ran {
		d.Error("a closure ran")
	}
}

func testChanged(d *desk) {
	ctx, cancel := context.WithCancel(context.Background())
	first, second := d.store.Changed(ctx), d.store.Changed(ctx)
	d.customer()
	<-first
	<-second
	d.customer()
	<-first
	cancel()
	for range first { // ends, for it is closed
	}
	for range second {
	}
}

func testNotFound(d *desk) {
	d.view(func(tx engine.ReadTx) error {
		missing := map[string]error{}
		_, missing["organisation"] = tx.Organisation()
		_, missing["balance"] = tx.Balance("x")
		_, missing["request"] = tx.Request("x")
		_, missing["request by reference"] = tx.RequestByReference("main", "x")
		_, missing["request without reference"] = tx.RequestByReference("main", "")
		_, missing["customer"] = tx.Customer("x")
		_, missing["customer by reference"] = tx.CustomerByReference("x")
		_, missing["customer without reference"] = tx.CustomerByReference("")
		_, missing["instrument"] = tx.Instrument("x")
		_, missing["allocation"] = tx.Allocation("x")
		_, missing["payout"] = tx.Payout("x")
		for what, err := range missing {
			if engine.CodeOf(err) != engine.NotFound {
				d.Errorf("%s: %v, want not found", what, err)
			}
		}
		return nil
	})
}
