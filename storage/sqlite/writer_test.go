package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// fresh makes an empty store.
func fresh(t testing.TB) *sqlite.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.db")
	must(t, emptyStore(path))
	return open(t, path, sqlite.Options{})
}

// hold occupies the writer until the returned function is called.
func hold(t *testing.T, store *sqlite.Store) (release func()) {
	t.Helper()
	begun, end, done := make(chan bool), make(chan bool), make(chan error)
	go func() {
		done <- store.Update(context.Background(), func(engine.Tx) error {
			begun <- true
			<-end
			return nil
		})
	}()
	<-begun
	return func() {
		t.Helper()
		close(end)
		must(t, <-done)
	}
}

// queue starts an update or bulk closure and waits until it is in the queue.
func queue(store *sqlite.Store, do func(context.Context, func(engine.Tx) error) error, fn func(engine.Tx) error) <-chan error {
	before, done := store.Queued(), make(chan error, 1)
	go func() { done <- do(context.Background(), fn) }()
	for store.Queued() == before {
		runtime.Gosched()
	}
	return done
}

func customer(id string) engine.Customer {
	return engine.Customer{ID: engine.CustomerID(id), Reference: id}
}

// customers are the ids of all customers in the store.
func customers(t testing.TB, store engine.Store) (ids []string) {
	t.Helper()
	must(t, store.View(context.Background(), func(tx engine.ReadTx) error {
		list, err := tx.Customers("", 100_000)
		for _, c := range list {
			ids = append(ids, string(c.ID))
		}
		return err
	}))
	return ids
}

// TestGroup runs closures in one group, of which some fail in every way there
// is, and looks at what is left. Each sees what those before it kept.
func TestGroup(t *testing.T) {
	store := fresh(t)
	release := hold(t, store)
	add := func(id string, then func(engine.Tx) error) <-chan error {
		return queue(store, store.Update, func(tx engine.Tx) error {
			tx.PutCustomer(customer(id))
			tx.PutRequest(nil, engine.Request{
				ID: engine.RequestID(id), CustomerID: engine.CustomerID(id), Mode: engine.ModeTest, Status: engine.RequestReady,
			})
			seq, err := tx.LastSeq()
			if err != nil {
				return err
			}
			e := engine.Event{Chain: id}
			e.Seal(seq+1, engine.Head{})
			tx.Append(e)
			tx.PutConfig(engine.KindReviewer, "rev1", fmt.Appendf(nil, `{"id":"rev1","name":%q}`, id))
			config, err := tx.Config()
			if err != nil || config.Reviewers["rev1"].Name != id {
				return fmt.Errorf("the reviewer is called %q (%v)", config.Reviewers["rev1"].Name, err)
			}
			return then(tx)
		})
	}
	errOwn := errors.New("changed my mind")
	first := add("first", func(engine.Tx) error { return nil })
	failed := add("failed", func(engine.Tx) error { return errOwn })
	wrong := add("wrong", func(tx engine.Tx) error {
		tx.PutRequest(nil, engine.Request{ID: "of nobody", CustomerID: "nobody"})
		return nil
	})
	last := add("last", func(tx engine.Tx) error {
		_, missing := tx.Customer("failed")
		_, there := tx.Customer("first")
		if engine.CodeOf(missing) != engine.NotFound || there != nil {
			return fmt.Errorf("sees what failed (%v) or not what went before (%v)", missing, there)
		}
		counts, err := tx.Counts(engine.ModeTest)
		if err != nil || len(counts) != 1 || counts[0].Requests != 2 {
			return fmt.Errorf("counts %+v (%v)", counts, err)
		}
		return nil
	})
	again := add("failed again", func(engine.Tx) error { return errOwn })
	release()
	for _, done := range []<-chan error{failed, again} {
		if err := <-done; !errors.Is(err, errOwn) {
			t.Errorf("failed: %v", err)
		}
	}
	if err := <-wrong; err == nil || engine.CodeOf(err) != engine.Internal {
		t.Errorf("a request of nobody: %v", err)
	}
	must(t, <-first)
	must(t, <-last)
	if got := customers(t, store); !slices.Equal(got, []string{"first", "last"}) {
		t.Errorf("customers %q", got)
	}

	// A revision that was undone comes again, with something else in it.
	must(t, store.Update(context.Background(), func(tx engine.Tx) error {
		tx.PutConfig(engine.KindReviewer, "rev1", []byte(`{"id":"rev1","name":"later"}`))
		return nil
	}))
	must(t, store.View(context.Background(), func(tx engine.ReadTx) error {
		config, err := tx.Config()
		if name := config.Reviewers["rev1"].Name; name != "later" {
			t.Errorf("the reviewer is still called %q", name)
		}
		return err
	}))
	healthy(t, store)
}

// TestClosuresThatDoNotReturn panic or end their goroutine, as a failing test
// does. Whoever waits gets just that, nobody else notices, nothing is kept.
func TestClosuresThatDoNotReturn(t *testing.T) {
	store := fresh(t)
	release := hold(t, store)
	outcome := make(chan any)
	leave := func(id string, how func()) {
		before := store.Queued()
		go func() {
			returned := false
			defer func() {
				reason := recover()
				outcome <- []any{id, returned, reason}
			}()
			_ = store.Update(context.Background(), func(tx engine.Tx) error {
				tx.PutCustomer(customer(id))
				how()
				return nil
			})
			returned = true
		}()
		for store.Queued() == before {
			runtime.Gosched()
		}
	}
	before := queue(store, store.Update, func(tx engine.Tx) error { tx.PutCustomer(customer("before")); return nil })
	leave("panics", func() { panic("of all things") })
	leave("ends", runtime.Goexit)
	after := queue(store, store.Update, func(tx engine.Tx) error { tx.PutCustomer(customer("after")); return nil })
	release()
	must(t, <-before)
	must(t, <-after)
	got := []string{fmt.Sprint(<-outcome), fmt.Sprint(<-outcome)}
	slices.Sort(got)
	if want := []string{"[ends false <nil>]", "[panics false of all things]"}; !slices.Equal(got, want) {
		t.Errorf("outcomes %q, want %q", got, want)
	}
	if got := customers(t, store); !slices.Equal(got, []string{"after", "before"}) {
		t.Errorf("customers %q", got)
	}
}

// TestViewsThatDoNotReturn give their connection back.
func TestViewsThatDoNotReturn(t *testing.T) {
	store := fresh(t)
	for range 5 {
		func() {
			defer func() { _ = recover() }()
			_ = store.View(context.Background(), func(engine.ReadTx) error { panic("of all things") })
		}()
	}
	customers(t, store)
}

// TestThoseWhoWaitGoFirst queues bulk work before updates.
func TestThoseWhoWaitGoFirst(t *testing.T) {
	store := fresh(t)
	release := hold(t, store)
	var order []string // written by the writer only
	note := func(name string) func(engine.Tx) error {
		return func(engine.Tx) error { order = append(order, name); return nil }
	}
	var all []<-chan error
	for i := range 2 {
		all = append(all, queue(store, store.Bulk, note(fmt.Sprint("bulk ", i))))
	}
	for i := range 3 {
		all = append(all, queue(store, store.Update, note(fmt.Sprint("update ", i))))
	}
	release()
	for _, done := range all {
		must(t, <-done)
	}
	if want := []string{"update 0", "update 1", "update 2", "bulk 0", "bulk 1"}; !slices.Equal(order, want) {
		t.Errorf("ran %q, want %q", order, want)
	}
}

// TestBulkIsNotStarved lets each update queue the next before it ends, so that
// somebody always waits.
func TestBulkIsNotStarved(t *testing.T) {
	store := fresh(t)
	release := hold(t, store)
	served := false // by the writer only
	bulk := queue(store, store.Bulk, func(engine.Tx) error { served = true; return nil })
	const most = 1_000_000
	n := 0
	var chain sync.WaitGroup
	var next func(engine.Tx) error
	next = func(engine.Tx) error {
		if n++; served || n == most {
			return nil
		}
		done := queue(store, store.Update, next)
		chain.Go(func() {
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
		return nil
	}
	first := queue(store, store.Update, next)
	release()
	must(t, <-first)
	must(t, <-bulk)
	chain.Wait()
	if n == most {
		t.Errorf("no bulk work in %d updates", n)
	}
}

// TestLeavingTheQueue ends the context of a closure that waits.
func TestLeavingTheQueue(t *testing.T) {
	store := fresh(t)
	release := hold(t, store)
	ctx, cancel := context.WithCancel(context.Background())
	left := queue(store, func(_ context.Context, fn func(engine.Tx) error) error { return store.Update(ctx, fn) },
		func(engine.Tx) error { t.Error("it ran"); return nil })
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("left with %v", err)
	}
	release()
}

// TestAnotherProcessWrites holds the lock as another process would.
func TestAnotherProcessWrites(t *testing.T) {
	store := fresh(t)
	other, err := native.Open("file:"+store.Path(), native.ReadWrite)
	must(t, err)
	defer other.Close()
	must(t, other.Script("BEGIN IMMEDIATE"))

	ctx, cancel := context.WithCancel(context.Background())
	first := queue(store, func(_ context.Context, fn func(engine.Tx) error) error { return store.Update(ctx, fn) },
		func(engine.Tx) error { t.Error("it ran"); return nil })
	second := queue(store, store.Update, func(tx engine.Tx) error { tx.PutCustomer(customer("second")); return nil })
	customers(t, store) // readers do not wait
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the first left with %v", err)
	}
	must(t, other.Script("COMMIT"))
	must(t, <-second)
	if got := customers(t, store); !slices.Equal(got, []string{"second"}) {
		t.Errorf("customers %q", got)
	}
}

// TestClose finishes what is queued and refuses the rest.
func TestClose(t *testing.T) {
	store := fresh(t)
	changed := store.Changed(context.Background())
	release := hold(t, store)
	queued := queue(store, store.Update, func(tx engine.Tx) error { tx.PutCustomer(customer("queued")); return nil })
	closed := make(chan error)
	go func() { closed <- store.Close() }()
	release()
	must(t, <-queued)
	must(t, <-closed)
	for range changed { // ends
	}
	update := store.Update(context.Background(), func(engine.Tx) error { return nil })
	view := store.View(context.Background(), func(engine.ReadTx) error { return nil })
	for _, err := range []error{update, view} {
		if engine.CodeOf(err) != engine.Unavailable {
			t.Errorf("after closing: %v", err)
		}
	}
	if got := customers(t, open(t, store.Path(), sqlite.Options{})); !slices.Equal(got, []string{"queued"}) {
		t.Errorf("customers %q", got)
	}
}

// TestUsedAfterwards uses a transaction whose function has returned.
func TestUsedAfterwards(t *testing.T) {
	store := fresh(t)
	var update engine.Tx
	var view engine.ReadTx
	must(t, store.Update(context.Background(), func(tx engine.Tx) error { update = tx; return nil }))
	must(t, store.View(context.Background(), func(tx engine.ReadTx) error { view = tx; return nil }))
	for _, tx := range []engine.ReadTx{update, view} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("it was possible")
				}
			}()
			_, _ = tx.Customer("x")
		}()
	}
}

// TestDiskFull lets the file grow no more. What is refused leaves nothing,
// reading goes on, and once there is room the same store writes again.
func TestDiskFull(t *testing.T) {
	store := fresh(t)
	must(t, store.OnWriter("PRAGMA max_page_count = 150"))
	put := func(n int) error {
		return store.Update(context.Background(), func(tx engine.Tx) error {
			c := customer(fmt.Sprintf("cus_%04d", n))
			c.Name = strings.Repeat("x", 2000)
			tx.PutCustomer(c)
			return nil
		})
	}
	fitted := 0
	var err error
	for ; err == nil && fitted < 10_000; fitted++ {
		err = put(fitted)
	}
	if engine.CodeOf(err) != engine.Unavailable || !strings.Contains(err.Error(), "full") {
		t.Fatalf("after %d customers: %v, want that the disk is full", fitted, err)
	}
	if got := len(customers(t, store)); got != fitted-1 {
		t.Errorf("%d customers of %d that were acknowledged", got, fitted-1)
	}
	must(t, store.OnWriter("PRAGMA max_page_count = 100000"))
	must(t, put(fitted))
	healthy(t, store)
}

// healthy fails the test if the store finds anything wrong with itself.
func healthy(t testing.TB, store *sqlite.Store) {
	t.Helper()
	problems, err := store.Check(context.Background())
	if err != nil || len(problems) > 0 {
		t.Errorf("problems %q (%v)", problems, err)
	}
}

// TestLongLog writes more than a log should hold while somebody reads, who
// keeps it from being shortened.
func TestLongLog(t *testing.T) {
	store := fresh(t)
	size := func() int64 {
		info, err := os.Stat(store.Path() + "-wal")
		must(t, err)
		return info.Size()
	}
	put := func(id string) {
		must(t, store.Update(context.Background(), func(tx engine.Tx) error {
			c := customer(id)
			c.Name = strings.Repeat("x", 1<<20)
			tx.PutCustomer(c)
			return nil
		}))
	}
	must(t, store.View(context.Background(), func(tx engine.ReadTx) error {
		_, err := tx.Customers("", 1) // from here on this is what it sees
		put("a")
		put("b")
		return err
	}))
	must(t, store.TidyAbove(1<<20))
	for size() > 0 { // until the writer finds that nobody waits
		runtime.Gosched()
	}
	healthy(t, store)
}

// TestLogBeginsAnew: a long log is moved into the file beside the writer, and begins anew although
// somebody writes all the time.
func TestLogBeginsAnew(t *testing.T) {
	store := fresh(t)
	log := func() (pages, waiting int64) {
		t.Helper()
		pages, waiting, err := store.Log()
		must(t, err)
		return pages, waiting
	}
	must(t, store.OnWriter(`CREATE TABLE filler (page BLOB) STRICT;
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 11000)
		INSERT INTO filler SELECT zeroblob(4000) FROM n`))
	if pages, _ := log(); pages < 11_000 {
		t.Fatalf("the log holds %d pages only", pages)
	}
	for n := 0; ; n++ {
		must(t, store.OnWriter(fmt.Sprintf("INSERT INTO filler VALUES (x'%08x')", n)))
		if pages, waiting := log(); pages < 100 {
			break
		} else if pages > 15_000 { // before the pause of the writer that would cut it
			t.Fatalf("the log holds %d pages, %d of them not in the file", pages, waiting)
		}
	}
	must(t, store.OnWriter("DROP TABLE filler"))
	healthy(t, store)
}
