//go:build unix

package bench_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite"
)

// A desk is an engine over a store of its own, with requests whose ids sort by
// age.
type desk struct {
	*engine.Engine
	b        *testing.B
	store    *sqlite.Store
	requests int
}

var (
	began    = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	admin    = engine.Caller{By: "admin1", Door: engine.DoorCLI}
	reviewer = engine.Caller{By: "rev2", Door: engine.DoorCLI}
)

// config is one point, and as many accounts as a benchmark pays from.
func config(accounts int) string {
	list := `{"points": [{"id": "main", "mode": "test", "currencies": ["USD"], "readiness": {"policy": "manual"}}],
		"reviewers": [{"id": "rev1", "role": "reviewer"}, {"id": "rev2", "role": "senior"}],
		"services": [{"id": "test_usd", "method": "test", "currency": "USD", "min": 0.01, "max": 9999999,
			"fields": [{"key": "account", "required": true}]}]`
	for i, kind := range []string{`"gateways": [`, `"routes": [`} {
		list += ", " + kind
		for n := range accounts {
			if n > 0 {
				list += ", "
			}
			if i == 0 {
				list += fmt.Sprintf(`{"id": "g%d", "provider": "sandbox", "mode": "test", "currency": "USD",
					"balance": 1000000000, "instruction": "all"}`, n)
			} else {
				list += fmt.Sprintf(`{"id": "r%d", "service": "test_usd", "gateway": "g%d", "min": 0.01, "max": 9999999}`, n, n)
			}
		}
		list += "]"
	}
	return list + "}"
}

// open makes a desk with n requests in a status.
func open(b *testing.B, n, accounts int, status func(i int) engine.RequestStatus) *desk {
	b.Helper()
	path := filepath.Join(b.TempDir(), fmt.Sprintf("desk%d.db", time.Now().UnixNano()))
	store, err := sqlite.Open(b.Context(), path, sqlite.Options{Create: true})
	must(b, err)
	b.Cleanup(func() { must(b, store.Close()) })
	ids := id.NewSource(time.Now, rand.Reader)
	bank, err := sandbox.Open(path+".ledger", sandbox.Options{})
	must(b, err)
	b.Cleanup(func() { must(b, bank.Close()) })
	e := engine.New(store, engine.World{
		Clock: clock.System{}, IDs: ids, Gateways: map[string]engine.Gateway{"sandbox": bank},
	})
	_, err = e.Init(b.Context(), admin)
	must(b, err)
	file, err := engine.ReadConfigFile([]byte(config(accounts)))
	must(b, err)
	_, err = e.Apply(b.Context(), admin, file, false)
	must(b, err)
	const bite = 1000
	for from := 0; from < n; from += bite {
		must(b, store.Bulk(b.Context(), func(tx engine.Tx) error {
			for i := from; i < min(from+bite, n); i++ {
				put(tx, i, status(i))
			}
			return nil
		}))
	}
	return &desk{Engine: e, b: b, store: store, requests: n}
}

// ready is a desk at which n requests wait for a reviewer.
func ready(b *testing.B, n int) *desk {
	b.Helper()
	return open(b, n, 1, func(int) engine.RequestStatus { return engine.RequestReady })
}

func requestID(i int) engine.RequestID { return engine.RequestID(fmt.Sprintf("pout_req_%026d", i)) }

func customerID(i int) engine.CustomerID { return engine.CustomerID(fmt.Sprintf("cus_%026d", i/10)) }

func payeeID(i int) engine.InstrumentID {
	return engine.InstrumentID(fmt.Sprintf("inst_%026d", i/10))
}

// putCustomer keeps the customer of ten places, and where they are paid.
func putCustomer(tx engine.Tx, i int) {
	at := began.Add(time.Duration(i) * time.Second)
	tx.PutCustomer(engine.Customer{
		ID: customerID(i), Reference: fmt.Sprintf("C-%d", i), Name: fmt.Sprintf("Sample Customer %d", i),
		CreatedAt: at, PayoutEnabled: true,
	})
	tx.PutInstrument(engine.Instrument{
		ID: payeeID(i), CustomerID: customerID(i), ServiceID: "test_usd", Method: "test", Currency: "USD",
		CreatedAt: at, Status: engine.InstrumentActive, Fields: map[string]string{"account": fmt.Sprintf("%010d", i)},
	})
}

// put keeps the request at a place, and before every ten their customer.
func put(tx engine.Tx, i int, status engine.RequestStatus) {
	if i%10 == 0 {
		putCustomer(tx, i)
	}
	at := began.Add(time.Duration(i) * time.Second)
	amount := money.New(int64(i%5000+100), "USD")
	r := engine.Request{
		ID: requestID(i), Reference: fmt.Sprintf("R-%d", i), PointID: "main", Mode: engine.ModeTest,
		CustomerID: customerID(i), InstrumentID: payeeID(i),
		Amount: amount, OriginalAmount: amount, PolicyAmount: amount, Live: money.Zero("USD"), Paid: money.Zero("USD"),
		Status: status, StatusSince: at, Makers: []engine.ReviewerID{"rev1"},
		Version: 1, CreatedAt: at, UpdatedAt: at, Head: engine.Head{Number: 1},
	}
	if status == engine.RequestApproved {
		r.Approvals = []engine.Approval{{By: "rev2", At: at}}
	}
	tx.PutRequest(nil, r)
}

// turn approves the request at a place, or takes that back, by how often it had
// its turn before: each time it moves.
func (d *desk) turn(at int, times int) error {
	if times%2 == 0 {
		_, err := d.Approve(context.Background(), reviewer, requestID(at), engine.Approving{Seen: times + 1})
		return err
	}
	_, err := d.UndoApproval(context.Background(), reviewer, requestID(at), times+1)
	return err
}

// A walk goes through n places, far from each other, again and again.
type walk struct{ n, at, step, times int }

func newWalk(n int) *walk {
	step := 7919 // a prime, so that it meets all of them
	for n%step == 0 {
		step += 2
	}
	return &walk{n: n, step: step}
}

// next is a place, and how often it was there before.
func (w *walk) next() (at, times int) {
	at, times = w.at, w.times
	if w.at = (w.at + w.step) % w.n; w.at == 0 {
		w.times++
	}
	return at, times
}
