package sqlite_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// BenchmarkRunApprovals approves all requests of a store in one run: every one
// through the engine's door, with its entry in the journal and its result in
// the run, while somebody else writes something every few milliseconds. The
// plain loop writes the same rows and entries sorted and 500 in a transaction.
//
//	go test ./storage/sqlite -run - -bench RunApprovals -benchtime 1x -requests 20000
func BenchmarkRunApprovals(b *testing.B) {
	ctx := context.Background()
	n := *benchRequests
	var preview, start, run, plain, held time.Duration
	for range b.N {
		store := readyStore(b, n)
		e := engine.New(store, engine.World{Clock: clock.System{}, IDs: id.NewSource(time.Now, rand.Reader)})
		caller := engine.Caller{By: "rev2", Door: engine.DoorCLI}
		began := time.Now()
		all := engine.Selection{Filter: &filter.Expr{}, Mode: engine.ModeTest}
		p, err := e.PreviewRun(ctx, caller, all, engine.RunAction{Verb: engine.VerbApprove})
		must(b, err)
		if p.Count() != n {
			b.Fatalf("%d of %d would run: %v", p.Count(), n, p.Reasons)
		}
		preview += time.Since(began)

		began = time.Now()
		started, err := e.StartRun(ctx, caller, p)
		must(b, err)
		start += time.Since(began)

		began = time.Now()
		held = max(held, beside(b, store, func() { must(b, e.RunUntilIdle(ctx)) }))
		run += time.Since(began)
		if ended, err := e.Run(ctx, started.ID); err != nil || ended.Done != n {
			b.Fatalf("%+v, %v", ended, err)
		}

		loop := readyStore(b, n)
		conn := plainConn(b, loop)
		began = time.Now()
		plainApprovals(b, conn, n)
		plain += time.Since(began)
	}
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(b.N*n) }
	b.ReportMetric(each(preview), "preview-µs")
	b.ReportMetric(each(start), "start-µs")
	b.ReportMetric(each(run), "run-µs")
	b.ReportMetric(each(plain), "plain-µs")
	b.ReportMetric(float64(run)/float64(plain), "ratio")
	b.ReportMetric(float64(held.Microseconds())/1000, "longest-wait-ms")
}

// beside writes something every few milliseconds while fn runs, and returns the
// longest that it took.
func beside(b *testing.B, store *sqlite.Store, fn func()) (longest time.Duration) {
	var over atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; !over.Load(); i++ {
			began := time.Now()
			err := store.Update(context.Background(), func(tx engine.Tx) error {
				tx.Remember(engine.Remembered{Key: fmt.Sprint("beside", i), At: began})
				return nil
			})
			if err != nil {
				b.Error(err)
			}
			longest = max(longest, time.Since(began))
			time.Sleep(10 * time.Millisecond)
		}
	}()
	fn()
	over.Store(true)
	<-done
	return longest
}

// readyStore is a desk with n requests that wait for a reviewer.
func readyStore(b *testing.B, n int) *sqlite.Store {
	b.Helper()
	ctx := context.Background()
	store := open(b, filepath.Join(b.TempDir(), fmt.Sprintf("ready%d.db", time.Now().UnixNano())), sqlite.Options{Create: true})
	e := engine.New(store, engine.World{Clock: clock.System{}, IDs: id.NewSource(time.Now, rand.Reader)})
	admin := engine.Caller{By: "admin1", Door: engine.DoorCLI}
	_, err := e.Init(ctx, admin)
	must(b, err)
	file, err := engine.ReadConfigFile([]byte(`{"points": [{"id": "main", "mode": "test", "currencies": ["USD"],
		"readiness": {"policy": "manual"}}], "reviewers": [{"id": "rev1", "role": "reviewer"}, {"id": "rev2", "role": "reviewer"}]}`))
	must(b, err)
	_, err = e.Apply(ctx, admin, file, false)
	must(b, err)
	for from := 0; from < n; from += 1000 {
		must(b, store.Bulk(ctx, func(tx engine.Tx) error {
			for i := from; i < min(from+1000, n); i++ {
				putReady(tx, i)
			}
			return nil
		}))
	}
	return store
}

func putReady(tx engine.Tx, i int) {
	at := benchStart.Add(time.Duration(i) * time.Second)
	c := engine.CustomerID(fmt.Sprintf("cus_%026d", i/10))
	instrument := engine.InstrumentID(fmt.Sprintf("inst_%026d", i/10))
	if i%10 == 0 {
		tx.PutCustomer(engine.Customer{ID: c, Name: fmt.Sprintf("Sample Customer %d", i), CreatedAt: at})
		tx.PutInstrument(engine.Instrument{
			ID: instrument, CustomerID: c, Currency: "USD", CreatedAt: at, Status: engine.InstrumentActive,
			Fields: map[string]string{"account_number": fmt.Sprintf("%010d", i)},
		})
	}
	amount := money.New(int64(i%5000+100), "USD")
	tx.PutRequest(nil, engine.Request{
		ID: engine.RequestID(fmt.Sprintf("pout_req_%026d", i)), Reference: fmt.Sprintf("R-%d", i),
		PointID: "main", Mode: engine.ModeTest, CustomerID: c, InstrumentID: instrument,
		Amount: amount, OriginalAmount: amount, PolicyAmount: amount, Live: money.Zero("USD"),
		Paid: money.Zero("USD"), Status: engine.RequestReady, StatusSince: at, Makers: []engine.ReviewerID{"rev1"},
		Version: 1, CreatedAt: at, UpdatedAt: at, Head: engine.Head{Number: 1},
	})
}

// plainApprovals approves by hand: reads each row, writes it and its entry,
// hashed over the one before, and counts once per transaction.
func plainApprovals(b *testing.B, conn *native.Conn, n int) {
	const bite = 500
	seq, err := conn.Number("SELECT max(seq) FROM event")
	must(b, err)
	now := time.Now().UnixMicro()
	approvals := fmt.Sprintf(`[["rev2","%d"]]`, now)
	changed := `[["status","\"ready\"","\"approved\""],["approvals","","[{\"by\":\"rev2\",\"at\":\"2026-11-02T12:00:00Z\"}]"],["version","1","2"]]`
	for from := 0; from < n; from += bite {
		must(b, conn.Stmt("BEGIN IMMEDIATE").Run())
		for i := from; i < min(from+bite, n); i++ {
			name := fmt.Sprintf("pout_req_%026d", i)
			read := conn.Stmt(`SELECT * FROM request WHERE id = ?`)
			read.BindText(name)
			for read.Next() {
				for range 36 {
					_ = read.Text()
				}
			}
			must(b, read.Err())
			hash := sha256.Sum256([]byte(name + changed))
			event := conn.Stmt(`INSERT INTO event VALUES (?,?,2,?,'rev2','','cli','payout-request-approved','request',?,2,?,
				'[["saw","\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\""],["run","\"run_01234567890123456789012345\""]]','',?)`)
			seq++
			event.BindInt(seq)
			event.BindText(name)
			event.BindInt(now)
			event.BindText(name)
			event.BindText(changed)
			event.BindBlob(hash[:])
			must(b, event.Run())
			update := conn.Stmt(`UPDATE request SET head_number = 2, head_hash = ?, updated_at = ?, version = 2,
				status = 'approved', status_since = ?, approvals = ? WHERE id = ? AND version = 1`)
			update.BindBlob(hash[:])
			update.BindInt(now)
			update.BindInt(now)
			update.BindText(approvals)
			update.BindText(name)
			must(b, update.Run())
		}
		must(b, conn.Stmt(`UPDATE request_count SET requests = requests - 500 WHERE status = 'ready'`).Run())
		must(b, conn.Stmt(`UPDATE request_count SET requests = requests + 500 WHERE status = 'approved'`).Run())
		must(b, conn.Stmt("COMMIT").Run())
	}
}
