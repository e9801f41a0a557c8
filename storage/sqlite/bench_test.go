package sqlite_test

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// Every benchmark does the same work twice, in turns: through the store, and
// in a plain loop over the same driver, schema and durability. What matters is
// the ratio, for the machine is never the same.
//
//	go test ./storage/sqlite -bench . -requests 1000000

var benchRequests = flag.Int("requests", 20_000, "how many requests the benchmarks' store holds")

var benchStart = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// compare times ours and plain, a hundred of each in turn, and reports the
// first and how often the second it takes.
func compare(b *testing.B, ours, plain func(n int)) {
	b.Helper()
	const turn = 100
	var oursTime, plainTime time.Duration
	b.ResetTimer()
	for done := 0; done < b.N; done += turn {
		n := min(turn, b.N-done)
		start := b.Elapsed()
		ours(n)
		middle := b.Elapsed()
		plain(n)
		oursTime += middle - start
		plainTime += b.Elapsed() - middle
	}
	b.ReportMetric(float64(oursTime.Nanoseconds())/float64(b.N), "ns/op")
	b.ReportMetric(float64(plainTime.Nanoseconds())/float64(b.N), "plain-ns/op")
	b.ReportMetric(float64(oursTime)/float64(max(plainTime, 1)), "ratio")
}

// benchStore is a store of many requests in all statuses, most of them done.
func benchStore(b *testing.B) (*sqlite.Store, []engine.Request) {
	b.Helper()
	store := open(b, filepath.Join(b.TempDir(), "store.db"), sqlite.Options{Create: true})
	requests := make([]engine.Request, *benchRequests)
	statuses := engine.RequestStatuses()
	for from := 0; from < len(requests); from += 1000 {
		err := store.Bulk(context.Background(), func(tx engine.Tx) error {
			for i := from; i < min(from+1000, len(requests)); i++ {
				at := benchStart.Add(time.Duration(i) * time.Second)
				c := engine.CustomerID(fmt.Sprintf("cus_%026d", i/10))
				instrument := engine.InstrumentID(fmt.Sprintf("inst_%026d", i/10))
				if i%10 == 0 {
					tx.PutCustomer(engine.Customer{
						ID: c, Reference: fmt.Sprintf("C-%d", i), Name: fmt.Sprintf("Sample Customer %d", i), CreatedAt: at,
					})
					tx.PutInstrument(engine.Instrument{
						ID: instrument, CustomerID: c, Currency: "USD", CreatedAt: at, Status: engine.InstrumentActive,
						Fields: map[string]string{"account_number": fmt.Sprintf("%010d", i)},
					})
				}
				status := engine.RequestFulfilled
				if i%20 == 0 {
					status = statuses[i/20%len(statuses)]
				}
				amount := money.New(int64(i%5000+100), "USD")
				requests[i] = engine.Request{
					ID: engine.RequestID(fmt.Sprintf("pout_req_%026d", i)), Reference: fmt.Sprintf("R-%d", i),
					PointID: "main", Mode: engine.ModeTest, CustomerID: c, InstrumentID: instrument,
					Amount: amount, OriginalAmount: amount, PolicyAmount: amount, Live: money.Zero("USD"),
					Paid: money.Zero("USD"), Status: status, StatusSince: at, Makers: []engine.ReviewerID{"rev1"},
					Version: 1, CreatedAt: at, UpdatedAt: at, Head: engine.Head{Number: 1},
				}
				tx.PutRequest(nil, requests[i])
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return store, requests
}

// plainConn is a connection to the store's file with the writer's settings.
func plainConn(b *testing.B, store *sqlite.Store) *native.Conn {
	b.Helper()
	conn, err := native.Open("file:"+store.Path(), native.ReadWrite)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(conn.Close)
	conn.Patience(5000)
	must(b, conn.Script(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 10000; PRAGMA cache_size = -8192;
		PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY`))
	return conn
}

func must(t testing.TB, err error) {
	if err != nil {
		t.Helper()
		t.Fatal(err)
	}
}

// BenchmarkPage reads a page of 50 from a random place of a queue.
func BenchmarkPage(b *testing.B) {
	store, requests := benchStore(b)
	conn := plainConn(b, store)
	for filtered, condition := range map[string]string{
		"":                      "1",
		"status:fulfilled":      "r.status = 'fulfilled'",
		"status:ready":          "r.status = 'ready'",
		"status:ready,approved": "r.status IN ('ready', 'approved')",
	} {
		expr, err := filter.Parse(filtered, engine.RequestFields(), benchStart)
		must(b, err)
		b.Run("filter="+filtered, func(b *testing.B) {
			place := 0
			next := func() engine.Cursor {
				place = (place + 7919) % (len(requests)/2 + 1)
				return engine.Cursor{Key: benchStart.Add(time.Duration(place) * time.Second).UnixMicro(), Row: 1}
			}
			compare(b, func(n int) {
				for range n {
					must(b, store.View(context.Background(), func(tx engine.ReadTx) error {
						page, err := tx.Requests(engine.RequestQuery{
							Mode: engine.ModeTest, Filter: expr, Order: engine.Order{Key: "created"}, After: next(), Limit: 50,
						})
						if len(page.Rows) == 0 && len(requests) >= 20_000 {
							b.Fatal("an empty page")
						}
						return err
					}))
				}
			}, func(n int) {
				for range n {
					plainPage(b, conn, condition, next())
				}
			})
		})
	}
}

// plainPage reads what a page shows by the query that comes to mind.
func plainPage(b *testing.B, conn *native.Conn, condition string, after engine.Cursor) {
	s := conn.Stmt(`SELECT r.*, c.name, c.reference, i.* FROM request AS r
		JOIN customer AS c ON c.id = r.customer_id LEFT JOIN instrument AS i ON i.id = r.instrument_id
		WHERE r.mode = 'test' AND ` + condition + ` AND (r.created_at, r.row) > (?, ?)
		ORDER BY r.created_at, r.row LIMIT 50`)
	s.BindInt(after.Key)
	s.BindInt(after.Row)
	for s.Next() {
		for range 36 + 2 + 12 {
			_ = s.Text()
		}
	}
	must(b, s.Err())
}

// BenchmarkTransition moves one request at a time, each in a transaction of its
// own: a row, its journal entry and the counters.
func BenchmarkTransition(b *testing.B) {
	store, requests := benchStore(b)
	plain := newPlainLoop(b)
	i := 0
	compare(b, func(n int) {
		for range n {
			i = (i + 7919) % len(requests)
			must(b, store.Update(context.Background(), func(tx engine.Tx) error { return move(tx, requests[i].ID) }))
		}
	}, plain.run)
}

// BenchmarkGroupCommit is BenchmarkTransition with 64 who wait at once.
func BenchmarkGroupCommit(b *testing.B) {
	store, requests := benchStore(b)
	plain := newPlainLoop(b)
	i := 0
	compare(b, func(n int) {
		var all sync.WaitGroup
		ids := make(chan engine.RequestID, n)
		for range n {
			i = (i + 7919) % len(requests)
			ids <- requests[i].ID
		}
		close(ids)
		for range 64 {
			all.Go(func() {
				for id := range ids {
					err := store.Update(context.Background(), func(tx engine.Tx) error { return move(tx, id) })
					if err != nil {
						b.Error(err)
					}
				}
			})
		}
		all.Wait()
	}, plain.run)
}

// move is what the engine does at the least to move a request.
func move(tx engine.Tx, id engine.RequestID) error {
	was, err := tx.Request(id)
	if err != nil {
		return err
	}
	seq, err := tx.LastSeq()
	if err != nil {
		return err
	}
	now := was
	now.Version++
	now.UpdatedAt = was.UpdatedAt.Add(time.Hour)
	if !now.Status.Final() {
		now.StatusSince = now.UpdatedAt
		now.Status = engine.RequestReady
		if was.Status == engine.RequestReady {
			now.Status = engine.RequestApproved
		}
	}
	e := engine.Event{
		Chain: string(id), At: now.UpdatedAt, By: "rev1", Door: engine.DoorCLI, Type: "payout-request-approved",
		Subject: engine.Subject{Kind: engine.KindRequest, ID: string(id)}, Version: now.Version,
		Changes: []engine.Change{{Field: "status", Before: `"ready"`, After: `"approved"`}},
	}
	now.Head = e.Seal(seq+1, was.Head)
	tx.PutRequest(&was, now)
	tx.Append(e)
	return nil
}

// A plainLoop moves the requests of a store of its own by hand.
type plainLoop struct {
	b        *testing.B
	conn     *native.Conn
	requests []engine.Request
	at       int
	seq      int64
}

func newPlainLoop(b *testing.B) *plainLoop {
	store, requests := benchStore(b)
	return &plainLoop{b: b, conn: plainConn(b, store), requests: requests}
}

func (p *plainLoop) run(n int) {
	for range n {
		p.at = (p.at + 7919) % len(p.requests)
		p.seq++
		p.move(string(p.requests[p.at].ID))
	}
}

func (p *plainLoop) move(id string) {
	must(p.b, p.conn.Stmt("BEGIN IMMEDIATE").Run())
	read := p.conn.Stmt(`SELECT * FROM request WHERE id = ?`)
	read.BindText(id)
	for read.Next() {
		for range 36 {
			_ = read.Text()
		}
	}
	must(p.b, read.Err())
	update := p.conn.Stmt(`UPDATE request SET version = version + 1, head_number = head_number + 1, head_hash = ?,
		updated_at = updated_at + 3600000000,
		status = iif(status IN ('pending', 'approved', 'in-progress'), 'ready', iif(status = 'ready', 'approved', status)),
		status_since = iif(status IN ('pending', 'ready', 'approved', 'in-progress'), updated_at + 3600000000, status_since)
		WHERE id = ?`)
	update.BindBlob(make([]byte, 32))
	update.BindText(id)
	must(p.b, update.Run())
	event := p.conn.Stmt(`INSERT INTO event VALUES (?,?,?,?,'rev1','','cli','payout-request-approved','request',?,2,
		'[["status","\"ready\"","\"approved\""]]','','',?)`)
	event.BindInt(p.seq)
	event.BindText(id)
	event.BindInt(p.seq)
	event.BindInt(p.seq)
	event.BindText(id)
	event.BindBlob(make([]byte, 32))
	must(p.b, event.Run())
	for range 2 {
		must(p.b, p.conn.Stmt(`UPDATE request_count SET requests = requests + 1
			WHERE mode = 'test' AND status = 'ready' AND blocked = 0 AND attention = '' AND currency = 'USD'`).Run())
	}
	must(p.b, p.conn.Stmt("COMMIT").Run())
}

// BenchmarkSignals finds the signals of a page of 50, beside the plain read of
// that page.
func BenchmarkSignals(b *testing.B) {
	store, requests := benchStore(b)
	desk := engine.New(store, engine.World{Clock: clock.NewManual(benchStart)})
	ctx := context.Background()
	place := 0
	query := func() engine.RequestQuery {
		place = (place + 7919) % (len(requests)/2 + 1)
		return engine.RequestQuery{
			Mode: engine.ModeTest, Order: engine.Order{Key: "created"}, Limit: 50,
			After: engine.Cursor{Key: benchStart.Add(time.Duration(place) * time.Second).UnixMicro(), Row: 1},
		}
	}
	page, err := desk.Requests(ctx, query())
	must(b, err)
	compare(b, func(n int) {
		for range n {
			ids := make([]engine.RequestID, len(page.Rows))
			for i, row := range page.Rows {
				ids[i] = row.ID
			}
			_, err := desk.SignalsOf(ctx, ids)
			must(b, err)
		}
	}, func(n int) {
		for range n {
			page, err = desk.Requests(ctx, query())
			must(b, err)
		}
	})
}
