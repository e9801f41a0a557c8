package tui_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/enginetest"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/storage"
	"github.com/purserhq/purser/tui"
	"github.com/purserhq/purser/tui/canvas/canvastest"
)

// A desk is an engine over a real store, with a clock that tests move, and a
// provider that does what an instrument's fields say.
type desk struct {
	*engine.Engine
	t     testing.TB
	clock *clock.Manual
	n     int
}

var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC) // a Monday

const deskConfig = `{
  "points": [
    {"id": "main", "mode": "test", "currencies": ["USD", "EUR"], "readiness": {"policy": "manual"},
     "approvals": [{"currency": "EUR", "above": 10000, "need": 2}], "options": {"allowPartially": true}},
    {"id": "shop-eu", "mode": "test", "currencies": ["EUR"],
	"readiness": {"policy": "timed", "pendingPeriodHours": 48}, "scheme": "standard", "rates": "margin"}
  ],
  "services": [
    {"id": "test_eur", "method": "test", "currency": "EUR", "min": 0.01, "max": 9999999,
     "fields": [{"key": "account", "label": "Account", "required": true}]},
    {"id": "card_eur", "method": "payment-card", "currency": "EUR", "min": 0.01, "max": 1000000,
     "fields": [{"key": "card_number", "required": true, "luhn": true}]}
  ],
  "gateways": [
    {"id": "sandbox-eur", "provider": "sandbox", "mode": "test", "currency": "EUR", "balance": 1000000,
	"instruction": "all",
     "limits": {"perTransaction": [{"amount": 5000, "currency": "EUR"}]}},
    {"id": "cards-eur", "provider": "sandbox", "mode": "test", "currency": "EUR", "balance": 1000000,
	"instruction": "covered-payout"}
  ],
  "routes": [
    {"id": "r-eur", "service": "test_eur", "gateway": "sandbox-eur", "min": 1, "max": 50000,
	"fee": {"rate": 0.01}},
    {"id": "r-card", "service": "card_eur", "gateway": "cards-eur"},
    {"id": "r-card-any", "service": "card_eur", "gateway": "sandbox-eur"}
  ],
  "schemes": [
    {"id": "standard", "name": "Sample routing", "services": [
      {"service": "card_eur", "tree": {
        "if": {"attribute": "amount", "operator": ">", "value": 1000},
        "then": {"use": [{"strategy": "direct", "routes": ["r-card"]}]},
        "else": {
          "if": {"any": [{"attribute": "customer-country", "operator": "in", "value": ["DE", "AT"]},
            {"attribute": "tag", "operator": "=", "value": "gold"}]},
          "then": {"use": [{"strategy": "fee", "routes": ["r-card", "r-card-any"]}, {"strategy": "priority"}]},
          "else": {"use": []}}}}
    ]}
  ],
  "sources": [
    {"id": "hand", "system": true, "rates": [
      {"base": "EUR", "quote": "USD", "rate": 1.0848, "asOf": "2026-11-02T08:40:00Z"},
      {"base": "EUR", "quote": "JPY", "rate": 163.27}]}
  ],
  "rates": [
    {"id": "margin", "fallback": true, "rules": [
      {"base": "USD", "quote": "EUR", "source": "hand", "inverse": true, "feeRate": -0.5}]}
  ],
  "reviewers": [
    {"id": "viewer1", "role": "viewer"}, {"id": "support1", "role": "support"},
    {"id": "rev1", "role": "reviewer"}, {"id": "rev2", "role": "reviewer"},
    {"id": "small1", "role": "reviewer", "limits": [{"currency": "EUR", "amount": 100}]},
    {"id": "senior1", "role": "senior"}, {"id": "senior2", "role": "senior"}, {"id": "admin1", "role": "admin"}
  ]
}`

// emptyStore makes the file of a store in which nothing is.
var emptyStore = enginetest.CopiesOf(func(path string) error {
	store, err := storage.Open(context.Background(), path, storage.Options{Create: true})
	if err != nil {
		return err
	}
	return store.Close()
})

func newDesk(t testing.TB) *desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "desk.db")
	if err := emptyStore(path); err != nil {
		t.Fatal(err)
	}
	store, err := storage.Open(t.Context(), path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return deskOn(t, store)
}

func deskOn(t testing.TB, store engine.Store) *desk {
	t.Helper()
	d := engineOn(t, store, clock.NewManual(start), 1)
	must(d.Init(t.Context(), as("admin1")))
	file, err := engine.ReadConfigFile([]byte(deskConfig))
	if err != nil {
		t.Fatal(err)
	}
	must(d.Apply(t.Context(), as("admin1"), file, false))
	return d
}

// engineOn is an engine on a store that is a desk already, as another process
// has it.
func engineOn(t testing.TB, store engine.Store, clock *clock.Manual, seed byte) *desk {
	t.Helper()
	d := &desk{t: t, clock: clock}
	bank := sandbox.Memory(sandbox.Options{
		Clock: d.clock, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	d.Engine = engine.New(store, engine.World{
		Clock: d.clock, Worker: "worker", IDs: id.NewSource(d.clock.Now, rand.NewChaCha8([32]byte{seed})),
		Gateways: map[string]engine.Gateway{"sandbox": bank},
	})
	return d
}

// must takes what cannot fail out of a test's way.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func as(by engine.ReviewerID) engine.Caller { return engine.Caller{By: by, Door: engine.DoorCLI} }

func eur(s string) money.Amount { return must(money.Parse(s, "EUR")) }

// card makes a customer with a card that it paid 5,000 with.
func (d *desk) card() engine.Instrument {
	d.t.Helper()
	i := d.instrument("card_eur", map[string]string{"card_number": cardNumber(d.n)})
	must(d.RecordPayment(d.t.Context(), as("admin1"), engine.NewPayment{
		CustomerID: i.CustomerID, InstrumentID: i.ID, GatewayID: "cards-eur", Kind: engine.PaymentSale, Amount: eur("5000"),
	}))
	return i
}

// account makes a customer with an account whose fields steer the provider.
func (d *desk) account(steering ...string) engine.Instrument {
	d.t.Helper()
	fields := map[string]string{"account": fmt.Sprintf("%d587964", d.n)}
	for i := 0; i+1 < len(steering); i += 2 {
		fields["test_details_"+steering[i]] = steering[i+1]
	}
	return d.instrument("test_eur", fields)
}

// cardNumber is the n-th of the cards that end in 1111.
func cardNumber(n int) string {
	for check := 0; ; check++ {
		if number := fmt.Sprintf("4%05d00000%d1111", n, check); text.Luhn(number) {
			return number
		}
	}
}

// instrument makes a customer, who joined long ago, with an instrument.
func (d *desk) instrument(service string, fields map[string]string) engine.Instrument {
	d.t.Helper()
	d.n++
	now := d.clock.Now()
	d.clock.Set(now.AddDate(0, -1, 0))
	customer := must(d.CreateCustomer(d.t.Context(), as("admin1"), engine.NewCustomer{
		Reference: fmt.Sprintf("c-%d", d.n), Name: fmt.Sprintf("Sample Customer %d", d.n),
		Email: fmt.Sprintf("sample%d@example.com", d.n), Country: "DE",
	}))
	d.clock.Set(now)
	return must(d.CreateInstrument(d.t.Context(), as(engine.ByEngine), engine.NewInstrument{
		CustomerID: customer.ID, ServiceID: service, Fields: fields,
	}))
}

// request makes a pending request that came in from outside.
func (d *desk) request(i engine.Instrument, amount string) engine.Request {
	d.t.Helper()
	d.clock.Advance(time.Minute)
	return must(d.Create(d.t.Context(), as(engine.ByEngine), engine.NewRequest{
		PointID: "main", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: eur(amount),
	}))
}

func (d *desk) ready(i engine.Instrument, amount string) engine.Request {
	d.t.Helper()
	r := d.request(i, amount)
	return must(d.Ready(d.t.Context(), as("rev1"), r.ID, r.Version))
}

func (d *desk) approved(i engine.Instrument, amount string) engine.Request {
	d.t.Helper()
	r := d.ready(i, amount)
	return must(d.Approve(d.t.Context(), as("senior2"), r.ID, engine.Approving{Seen: r.Version}))
}

// sent makes a request whose one allocation went to the provider.
func (d *desk) sent(i engine.Instrument, amount string) engine.Request {
	d.t.Helper()
	r := d.approved(i, amount)
	must(d.AutoAllocateOf(r))
	var ids []engine.AllocationID
	for _, a := range must(d.Allocations(d.t.Context(), r.ID)) {
		ids = append(ids, a.ID)
	}
	if _, _, err := d.Process(d.t.Context(), as("senior2"), ids); err != nil {
		d.t.Fatal(err)
	}
	d.work()
	return d.now(r.ID)
}

// AutoAllocateOf carries out the plan of a request as it stands.
func (d *desk) AutoAllocateOf(r engine.Request) (engine.Request, error) {
	r, _, err := d.AutoAllocate(d.t.Context(), as("senior2"), r.ID, r.Version, nil)
	return r, err
}

func (d *desk) work() {
	d.t.Helper()
	if err := d.RunUntilIdle(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) now(id engine.RequestID) engine.Request {
	d.t.Helper()
	return must(d.Request(d.t.Context(), id))
}

// A session is somebody at a console, whose hands a test moves.
type session struct {
	*desk
	*tui.Console
	quit bool
	keys int // how many were pressed
}

// sit opens a console of 120x36 for a reviewer.
func (d *desk) sit(by engine.ReviewerID, change ...func(*tui.Options)) *session {
	d.t.Helper()
	o := tui.Options{
		Engine: d.Engine, Caller: engine.Caller{
			By:   by,
			Door: engine.DoorConsole,
		}, Clock: d.clock, Profile: termenv.Ascii,
	}
	for _, f := range change {
		f(&o)
	}
	s := &session{desk: d, Console: must(tui.New(d.t.Context(), o))}
	begin := s.Begin()
	s.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	s.drain(begin)
	s.rest(time.Second)
	return s
}

// send gives a message to the console and runs what follows, one thing after
// the other.
func (s *session) send(msg tea.Msg) {
	_, cmd := s.Update(msg)
	s.drain(cmd)
}

func (s *session) drain(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			s.drain(cmd)
		}
	case tea.QuitMsg:
		s.quit = true
	default:
		s.send(msg)
	}
	_ = s.View()
}

// rest lets time pass with nobody at the keyboard.
func (s *session) rest(d time.Duration) { s.clock.Advance(d) }

// press presses keys one after the other, as somebody does who reads between
// them.
func (s *session) press(names ...string) {
	s.desk.t.Helper()
	for _, name := range names {
		s.rest(400 * time.Millisecond)
		s.fast(name)
	}
}

// fast presses a key at once.
func (s *session) fast(name string) {
	s.keys++
	s.send(canvastest.Key(name))
}

// typed types text, one key after the other.
func (s *session) typed(words string) {
	for _, r := range words {
		s.rest(100 * time.Millisecond)
		s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
}

// quiet is how long a sheet is deaf, and a little more.
const quiet = 300 * time.Millisecond

// screen is what is on the screen, as the eye sees it.
func (s *session) screen() string {
	return canvastest.Plain(s.View())
}

// shows fails the test unless all words are on the screen.
func (s *session) shows(words ...string) {
	s.desk.t.Helper()
	for _, w := range words {
		if !strings.Contains(s.screen(), w) {
			s.desk.t.Errorf("%q is not on the screen:\n%s", w, s.screen())
		}
	}
}

func (s *session) hides(words ...string) {
	s.desk.t.Helper()
	for _, w := range words {
		if strings.Contains(s.screen(), w) {
			s.desk.t.Errorf("%q is on the screen:\n%s", w, s.screen())
		}
	}
}

// is fails the test unless a request has a status.
func (s *session) is(id engine.RequestID, want engine.RequestStatus) {
	s.desk.t.Helper()
	if got := s.now(id).Status; got != want {
		s.desk.t.Errorf("%s is %s, want %s\n%s", id, got, want, s.screen())
	}
}
