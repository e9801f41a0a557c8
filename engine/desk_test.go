package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
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

// A desk is an engine over a real store with a clock that tests move and a
// provider that does what an instrument's fields say.
type desk struct {
	*engine.Engine
	t     tester
	store storage.Store
	clock *clock.Manual
	bank  *sandbox.Sandbox
	path  string
	ids   *id.Source
	n     int

	tampered bool // somebody broke the record on purpose
}

// A tester is what tests and property tests have in common.
type tester interface {
	Helper()
	Error(...any)
	Errorf(string, ...any)
	Fatal(...any)
	Fatalf(string, ...any)
	Context() context.Context
	Cleanup(func())
}

var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC) // a Monday

// deskConfig is what every test desk starts with.
const deskConfig = `{
  "points": [
    {"id": "main", "mode": "test", "currencies": ["USD", "EUR", "JPY"], "readiness": {"policy": "manual"},
     "approvals": [{"currency": "USD", "above": 1000, "need": 2}, {"currency": "JPY", "above": 0, "need": 0}],
     "options": {"allowPartially": true}},
    {"id": "strict", "mode": "test", "currencies": ["USD"], "readiness": {"policy": "manual"}},
    {"id": "timed", "mode": "test", "currencies": ["USD"],
     "readiness": {"policy": "timed", "pendingPeriodHours": 48, "time": "10:00:00Z"}, "options": {"expireAfterHours": 100}},
    {"id": "instant", "mode": "test", "currencies": ["USD"], "readiness": {"policy": "immediate"}}
  ],
  "services": [
    {"id": "test_usd", "method": "test", "currency": "USD", "min": 0.01, "max": 9999999,
     "fields": [{"key": "account", "label": "Account", "pattern": "^[\\w.-]{1,64}$", "required": true}]},
    {"id": "test_jpy", "method": "test", "currency": "JPY", "min": 1, "max": 9999999,
     "fields": [{"key": "account", "required": true}]},
    {"id": "payment_card_usd", "method": "payment-card", "currency": "USD", "min": 0.01, "max": 1000000,
     "fields": [{"key": "card_number", "pattern": "^\\d{12,19}$", "required": true, "luhn": true}]}
  ],
  "gateways": [
    {"id": "usd", "provider": "sandbox", "mode": "test", "currency": "USD", "balance": 1000000, "instruction": "all",
     "limits": {"perTransaction": [{"amount": 3000, "currency": "USD"}], "per24Hours": [{"amount": 10000, "currency": "USD"}]}},
    {"id": "covered", "provider": "sandbox", "mode": "test", "currency": "USD", "balance": 1000000, "instruction": "covered-payout"},
    {"id": "earlier", "provider": "sandbox", "mode": "test", "currency": "USD", "instruction": "approved-payment"},
    {"id": "never", "provider": "sandbox", "mode": "test", "currency": "USD", "instruction": "none"},
    {"id": "jpy", "provider": "sandbox", "mode": "test", "currency": "JPY", "instruction": "all"}
  ],
  "routes": [
    {"id": "r-usd", "service": "test_usd", "gateway": "usd", "min": 1, "max": 50000, "fee": {"rate": 0.01}},
    {"id": "r-card", "service": "payment_card_usd", "gateway": "covered"},
    {"id": "r-jpy", "service": "test_jpy", "gateway": "jpy"},
    {"id": "r-earlier", "service": "test_usd", "gateway": "earlier"},
    {"id": "r-never", "service": "test_usd", "gateway": "never"}
  ],
  "reviewers": [
    {"id": "viewer1", "role": "viewer"}, {"id": "support1", "role": "support"},
    {"id": "rev1", "role": "reviewer"}, {"id": "rev2", "role": "reviewer"}, {"id": "rev3", "role": "reviewer"},
    {"id": "small1", "role": "reviewer", "limits": [{"currency": "USD", "amount": 100}]},
    {"id": "senior1", "role": "senior"}, {"id": "senior2", "role": "senior"}, {"id": "admin1", "role": "admin"}
  ]
}`

// newDesk opens a desk on a store of its own. What must always be true is
// checked when the test ends.
func newDesk(t testing.TB) *desk {
	t.Helper()
	return openDesk(t, filepath.Join(t.TempDir(), "desk.db"), sandbox.Options{})
}

// emptyStore makes the file of a store in which nothing is.
var emptyStore = enginetest.CopiesOf(func(path string) error {
	store, err := storage.Open(context.Background(), path, storage.Options{Create: true})
	if err != nil {
		return err
	}
	return store.Close()
})

func openDesk(t tester, path string, o sandbox.Options) *desk {
	t.Helper()
	if err := emptyStore(path); err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, clock: clock.NewManual(start), path: path}
	d.ids = id.NewSource(d.clock.Now, rand.NewChaCha8([32]byte{1}))
	store, err := storage.Open(t.Context(), d.path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o.Clock = d.clock
	o.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	d.bank = sandbox.Memory(o)
	d.use(store)
	t.Cleanup(func() {
		if !d.tampered {
			d.check()
		}
		if err := d.store.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := d.Init(t.Context(), as("admin1")); err != nil {
		t.Fatal(err)
	}
	file, err := engine.ReadConfigFile([]byte(deskConfig))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Apply(t.Context(), as("admin1"), file, false); err != nil {
		t.Fatal(err)
	}
	return d
}

// use makes an engine on store, which knows nothing of an earlier one.
func (d *desk) use(store storage.Store) {
	d.store = store
	d.Engine = engine.New(store, engine.World{
		Clock: d.clock, Worker: "worker", IDs: d.ids,
		Gateways: map[string]engine.Gateway{"sandbox": d.bank},
	})
}

// check fails the test if something that is always true is not.
func (d *desk) check() {
	d.t.Helper()
	if err := enginetest.Invariants(context.Background(), d.store); err != nil {
		d.t.Errorf("after the test: %v", err)
	}
	problems, err := d.store.(interface {
		Check(context.Context) ([]string, error)
	}).Check(context.Background())
	if err != nil || len(problems) > 0 {
		d.t.Errorf("after the test: %v: %v", problems, err)
	}
}

// as is somebody at the command line.
func as(by engine.ReviewerID) engine.Caller { return engine.Caller{By: by, Door: engine.DoorCLI} }

// usd reads an amount; what it is given makes sense.
func usd(s string) money.Amount { return amountOf(s, "USD") }

func amountOf(s string, c money.Currency) money.Amount {
	a, err := money.Parse(s, c)
	if err != nil {
		panic(err)
	}
	return a
}

// customer makes a customer with an instrument of test_usd whose fields steer
// the provider, as "key=value".
func (d *desk) customer(steering ...string) engine.Instrument {
	d.t.Helper()
	d.n++
	customer, err := d.CreateCustomer(d.t.Context(), as("admin1"), engine.NewCustomer{
		Reference: fmt.Sprintf("c-%d", d.n), Name: fmt.Sprintf("Sample Customer %d", d.n), Country: "US",
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.instrument(customer.ID, "test_usd", steering...)
}

func (d *desk) instrument(customer engine.CustomerID, service string, steering ...string) engine.Instrument {
	d.t.Helper()
	fields := map[string]string{"account": "587964"}
	if service == "payment_card_usd" {
		fields = map[string]string{"card_number": "4111111111111111"}
	}
	for i := 0; i+1 < len(steering); i += 2 {
		fields["test_details_"+steering[i]] = steering[i+1]
	}
	i, err := d.CreateInstrument(d.t.Context(), as("admin1"), engine.NewInstrument{
		CustomerID: customer, ServiceID: service, Fields: fields,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	if i, err = d.VerifyInstrument(d.t.Context(), as("senior2"), i.ID); err != nil {
		d.t.Fatal(err)
	}
	return i
}

// paid records that the customer paid in with the instrument earlier.
func (d *desk) paid(i engine.Instrument, gateway, amount string) {
	d.t.Helper()
	if _, err := d.RecordPayment(d.t.Context(), as("admin1"), engine.NewPayment{
		CustomerID: i.CustomerID, InstrumentID: i.ID, GatewayID: gateway, Kind: engine.PaymentSale, Amount: usd(amount),
	}); err != nil {
		d.t.Fatal(err)
	}
}

// request makes a pending request by rev1 at the point main.
func (d *desk) request(i engine.Instrument, amount string) engine.Request {
	d.t.Helper()
	return d.requestAt("main", i, usd(amount))
}

func (d *desk) requestAt(point string, i engine.Instrument, amount money.Amount) engine.Request {
	d.t.Helper()
	r, err := d.Create(d.t.Context(), as("rev1"), engine.NewRequest{
		PointID: point, CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: amount,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// must takes what cannot fail out of a test's way.
func (d *desk) must(r engine.Request, err error) engine.Request {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// approved makes a request that senior1 and senior2 approved, as it needs.
func (d *desk) approved(i engine.Instrument, amount string) engine.Request {
	d.t.Helper()
	r := d.request(i, amount)
	r = d.must(d.Ready(d.t.Context(), as("rev1"), r.ID, r.Version))
	for _, by := range []engine.ReviewerID{"senior1", "senior2"} {
		if r.Status == engine.RequestReady {
			r = d.must(d.Approve(d.t.Context(), as(by), r.ID, engine.Approving{Seen: r.Version}))
		}
	}
	return r
}

// allocated makes an approved request and allocates all of it by the plan.
func (d *desk) allocated(i engine.Instrument, amount string) (engine.Request, []engine.Allocation) {
	d.t.Helper()
	r := d.approved(i, amount)
	r, _, err := d.AutoAllocate(d.t.Context(), as("rev1"), r.ID, r.Version, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return r, d.allocations(r.ID)
}

func (d *desk) allocations(id engine.RequestID) []engine.Allocation {
	d.t.Helper()
	all, err := d.Allocations(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// process queues all pending allocations of a request.
func (d *desk) process(id engine.RequestID) {
	d.t.Helper()
	var ids []engine.AllocationID
	for _, a := range d.allocations(id) {
		if a.Status == engine.AllocationPending {
			ids = append(ids, a.ID)
		}
	}
	if _, skipped, err := d.Process(d.t.Context(), as("rev1"), ids); err != nil || len(skipped) > 0 {
		d.t.Fatalf("skipped %v: %v", skipped, err)
	}
}

// work lets the engine do everything that is due.
func (d *desk) work() {
	d.t.Helper()
	if err := d.RunUntilIdle(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// sent makes a request of 100 USD whose one allocation went to the provider.
func (d *desk) sent(steering ...string) (engine.Request, engine.Allocation) {
	d.t.Helper()
	r, _ := d.allocated(d.customer(steering...), "100")
	d.process(r.ID)
	d.work()
	return d.now(r.ID), d.allocations(r.ID)[0]
}

// now is a request as it stands.
func (d *desk) now(id engine.RequestID) engine.Request {
	d.t.Helper()
	return d.must(d.Request(d.t.Context(), id))
}
