package enginetest

import (
	"context"
	"fmt"
	"reflect"
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
		{"a part of an update that failed is undone alone", testTry},
		{"updates of many goroutines are all applied", testConcurrent},
		{"bulk work is done beside updates", testBulk},
		{"a view is one snapshot", testSnapshot},
		{"nothing runs once its context has ended", testEndedContext},
		{"changed tells of a commit and ends with its context", testChanged},
		{"what is looked for by id and not there is not found", testNotFound},

		{"every noun comes back as it was put", testNouns},
		{"configuration is the sum of what was kept", testConfig},
		{"revisions of a routing scheme are kept", testRevisions},
		{"a request is written over what its writer saw", testStale},
		{"a request's origin never changes", testOrigin},
		{"references are unique within a point", testReferences},
		{"relatives are found from the other side", testRelatives},
		{"customers come in pages", testCustomers},
		{"customers are found by reference, id, name and address", testCustomersFound},

		{"pages hold what the filter wants in the order asked for", testPages},
		{"a cursor stays good while rows come and go", testCursor},
		{"a page that makes no sense is refused", testBadPages},
		{"rows are found by their ids", testRows},
		{"counters equal a recount", testCounts},
		{"tallies add up, those of a failed update aside", testTallies},

		{"surroundings are what stands around a request", testSurroundings},
		{"much is read up to a bound, and says so", testMuch},
		{"claims lapse and are no part of a request", testClaims},
		{"presence lapses", testPresence},

		{"requests are due by their clocks", testDue},
		{"queued allocations wait their turn", testQueued},
		{"allocated since sums what is held or paid", testAllocatedSince},
		{"payouts are due by look-up and lease", testPayoutsDue},
		{"batches come in pages, and their requests in order", testBatches},
		{"rows of a batch come in pages, and are done once", testBatchRows},
		{"runs come in pages, and those that go on first", testRuns},
		{"an item of a run has one result", testRunItems},
		{"imports come in pages, those that go on and those that are over", testImports},
		{"rows of an import wait in bites, and have one result", testImportRows},
		{"instruments that something was paid to are known", testPaidTo},
		{"the journal has no gaps", testJournal},
		{"ids are found by beginning and end", testFind},
		{"a remembered key is replayed", testReplay},
	}
	for _, s := range suite {
		t.Run(s.promise, func(t *testing.T) {
			store, reopen := open(t)
			s.test(&desk{T: t, store: store, reopen: reopen})
		})
	}
}

// A desk is a store under test.
type desk struct {
	*testing.T
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
