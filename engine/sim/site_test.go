package sim_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/enginetest"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage"
)

// A site is what outlives every process: the store's file, the provider with
// its ledger, and the clock on the wall.
type site struct {
	testing.TB
	path  string
	clock *clock.Manual
	bank  *sandbox.Sandbox
	lives byte // how many engines there were, so that no two make the same ids
}

// siteConfig is what every site starts with.
const siteConfig = `{
  "points": [
    {"id": "main", "mode": "test", "currencies": ["USD", "JPY"], "readiness": {"policy": "manual"},
     "approvals": [{"currency": "USD", "above": 1000, "need": 2}], "options": {"allowPartially": true}},
    {"id": "open", "mode": "test", "currencies": ["USD", "JPY"], "readiness": {"policy": "immediate"},
     "approvals": [{"currency": "USD", "above": 0, "need": 0}], "options": {"expireAfterHours": 100}},
    {"id": "timed", "mode": "test", "currencies": ["USD", "JPY"],
     "readiness": {"policy": "timed", "pendingPeriodHours": 2}, "options": {"expireAfterHours": 100}}
  ],
  "services": [
    {"id": "test_usd", "method": "test", "currency": "USD", "min": 0.01, "max": 9999999,
     "fields": [{"key": "account", "required": true}]},
    {"id": "test_jpy", "method": "test", "currency": "JPY", "min": 1, "max": 9999999,
     "fields": [{"key": "account", "required": true}]}
  ],
  "gateways": [
    {"id": "usd", "provider": "sandbox", "mode": "test", "currency": "USD", "balance": 5000000, "instruction": "all"},
    {"id": "usd-covered", "provider": "sandbox", "mode": "test", "currency": "USD", "balance": 20000,
     "instruction": "covered-payout", "limits": {"perTransaction": [{"amount": 300, "currency": "USD"}]}},
    {"id": "jpy", "provider": "sandbox", "mode": "test", "currency": "JPY", "instruction": "all"}
  ],
  "routes": [
    {"id": "r-covered", "service": "test_usd", "gateway": "usd-covered", "fee": {"rate": 0.005}},
    {"id": "r-usd", "service": "test_usd", "gateway": "usd", "max": 50000, "fee": {"rate": 0.01}},
    {"id": "r-jpy", "service": "test_jpy", "gateway": "jpy"}
  ],
  "reviewers": [
    {"id": "viewer1", "role": "viewer"}, {"id": "support1", "role": "support"},
    {"id": "rev1", "role": "reviewer"}, {"id": "rev2", "role": "reviewer"}, {"id": "rev3", "role": "reviewer"},
    {"id": "small1", "role": "reviewer", "limits": [{"currency": "USD", "amount": 100}]},
    {"id": "senior1", "role": "senior"}, {"id": "senior2", "role": "senior"}, {"id": "admin1", "role": "admin"}
  ]
}`

// opening is when every site opens, a Monday.
var opening = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// openSite returns a site whose store is a copy of file.
func openSite(t testing.TB, file []byte, capabilities engine.Capabilities) *site {
	t.Helper()
	s := &site{TB: t, path: filepath.Join(t.TempDir(), "desk.db"), clock: clock.NewManual(opening)}
	s.bank = sandbox.Memory(sandbox.Options{
		Clock: s.clock, Capabilities: &capabilities,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err := os.WriteFile(s.path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// desk returns the file of a store that was set up with siteConfig, and of
// whose customers each has an instrument for each of the scripts. Everybody's
// instruments were vouched for.
func desk(t testing.TB, customers int, scripts ...string) (file []byte, instruments [][]engine.Instrument) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "desk.db")
	store, err := storage.Open(t.Context(), path, storage.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	now := clock.NewManual(opening)
	e := engine.New(store, engine.World{Clock: now, IDs: id.NewSource(now.Now, rand.NewChaCha8([32]byte{}))})
	if _, err := e.Init(t.Context(), as("admin1")); err != nil {
		t.Fatal(err)
	}
	config, err := engine.ReadConfigFile([]byte(siteConfig))
	if err == nil {
		_, err = e.Apply(t.Context(), as("admin1"), config, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	for n := range customers {
		instruments = append(instruments, payee(t, e, fmt.Sprintf("c-%d", n+1), scripts...))
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if file, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return file, instruments
}

// open opens the store, for one process.
func (s *site) open() storage.Store {
	s.Helper()
	store, err := storage.Open(context.Background(), s.path, storage.Options{})
	if err != nil {
		s.Fatal(err)
	}
	return store
}

// engine starts a process over what it was given.
func (s *site) engine(store engine.Store, gateway engine.Gateway) *engine.Engine {
	s.lives++
	return engine.New(store, engine.World{
		Clock: s.clock, Worker: fmt.Sprintf("worker %d", s.lives),
		IDs:      id.NewSource(s.clock.Now, rand.NewChaCha8([32]byte{s.lives})),
		Gateways: map[string]engine.Gateway{"sandbox": gateway},
	})
}

// effects returns what the provider did under a key.
func (s *site) effects(key engine.AllocationID) []sandbox.Effect {
	s.Helper()
	effects, err := s.bank.EffectsOf(key)
	if err != nil {
		s.Fatal(err)
	}
	return effects
}

// check fails the test if something that is always true is not.
func (s *site) check(store engine.Store, when string) {
	s.Helper()
	if err := enginetest.Invariants(context.Background(), store); err != nil {
		s.Fatalf("%s: %v", when, err)
	}
}

// payee makes a customer with an instrument for each script, every one of which
// somebody vouched for.
func payee(t testing.TB, e *engine.Engine, reference string, scripts ...string) []engine.Instrument {
	t.Helper()
	ctx := context.Background()
	customer, err := e.CreateCustomer(ctx, as("admin1"), engine.NewCustomer{
		Reference: reference, Name: "Sample Customer " + reference,
	})
	if err != nil {
		t.Fatal(err)
	}
	var list []engine.Instrument
	for _, script := range scripts {
		service := "test_usd"
		if yen, ok := strings.CutPrefix(script, "jpy "); ok {
			service, script = "test_jpy", yen
		}
		i, err := e.CreateInstrument(ctx, as("admin1"), engine.NewInstrument{
			CustomerID: customer.ID, ServiceID: service,
			Fields: map[string]string{"account": "587964", sandbox.FieldScript: script},
		})
		if err == nil {
			i, err = e.VerifyInstrument(ctx, as("senior2"), i.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, i)
	}
	return list
}

// as is somebody at the command line.
func as(by engine.ReviewerID) engine.Caller { return engine.Caller{By: by, Door: engine.DoorCLI} }

// usd reads an amount; what it is given makes sense.
func usd(s string) money.Amount {
	a, err := money.Parse(s, "USD")
	if err != nil {
		panic(err)
	}
	return a
}

func moneys(list ...string) (amounts []money.Amount) {
	for _, s := range list {
		amounts = append(amounts, usd(s))
	}
	return amounts
}

// requests returns all requests of a desk, oldest first.
func requests(t testing.TB, e *engine.Engine) (list []engine.Request) {
	t.Helper()
	query := engine.RequestQuery{Mode: engine.ModeTest, Order: engine.Order{Key: "created"}, Limit: 500}
	for {
		page, err := e.Requests(context.Background(), query)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Rows {
			list = append(list, row.Request)
		}
		if !page.More {
			return list
		}
		query.After = page.Last
	}
}
