package demo_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/cmd/demo"
	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/enginetest"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/signal"
	"github.com/purserhq/purser/storage"
)

var present = time.Date(2026, time.November, 4, 12, 0, 0, 0, time.UTC)

// A bench is an empty store with what it takes to seed it.
type bench struct {
	*engine.Engine
	t     testing.TB
	store storage.Store
	world engine.World
	clock *clock.Manual
	bank  *sandbox.Sandbox
}

func newBench(t testing.TB) *bench {
	t.Helper()
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), storage.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &bench{t: t, store: store, clock: clock.NewManual(present)}
	b.bank = sandbox.Memory(sandbox.Options{
		Clock: b.clock, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	b.world = engine.World{
		Clock: b.clock, IDs: id.NewSource(b.clock.Now, rand.NewChaCha8([32]byte{})), Worker: "bench",
		Gateways: map[string]engine.Gateway{"sandbox": b.bank},
	}
	b.Engine = engine.New(store, b.world)
	return b
}

func (b *bench) seed(requests int, seed uint64) error {
	return demo.Seed(b.t.Context(), b.store, b.world, b.clock, demo.SeedOptions{Requests: requests, Seed: seed})
}

// seeded is a desk with a past.
func seeded(t testing.TB, requests int, seed uint64) *bench {
	t.Helper()
	b := newBench(t)
	if err := b.seed(requests, seed); err != nil {
		t.Fatal(err)
	}
	return b
}

// rows are the requests that a filter finds, in order.
func (b *bench) rows(expr, key string, descending bool) []engine.RequestRow {
	b.t.Helper()
	return rowsOf(b.t, b.Engine, expr, engine.Order{Key: key, Descending: descending})
}

func rowsOf(t testing.TB, e *engine.Engine, expr string, order engine.Order) (rows []engine.RequestRow) {
	t.Helper()
	which, err := filter.Parse(expr, engine.RequestFields(), e.Now())
	if err != nil {
		t.Fatal(err)
	}
	q := engine.RequestQuery{Mode: engine.ModeTest, Filter: which, Order: order, Limit: 500}
	for {
		page, err := e.Requests(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, page.Rows...)
		if !page.More {
			return rows
		}
		q.After = page.Last
	}
}

// journal is everything that ever happened.
func (b *bench) journal() (events []engine.Event) {
	b.t.Helper()
	for {
		page, err := b.Journal(b.t.Context(), int64(len(events)), 1000)
		if err != nil {
			b.t.Fatal(err)
		}
		if len(page) == 0 {
			return events
		}
		events = append(events, page...)
	}
}

func TestSameSeedSameDesk(t *testing.T) {
	last := func(seed uint64) string {
		events := seeded(t, 130, seed).journal()
		return fmt.Sprint(len(events), events[len(events)-1].Hash)
	}
	one := last(1)
	if again := last(1); again != one {
		t.Errorf("seed 1 ends with %s, and the next time with %s", one, again)
	}
	if two := last(2); two == one {
		t.Errorf("seeds 1 and 2 both end with %s", one)
	}
}

func TestADeskHasAsManyRequestsAsWereAskedFor(t *testing.T) {
	for _, want := range []int{1, 2, 9, 23, 61, 100, 347} {
		if rows := seeded(t, want, 3).rows("", "created", false); len(rows) != want {
			t.Errorf("%d requests, want %d", len(rows), want)
		}
	}
}

func TestEverythingIsThereToBeLookedAt(t *testing.T) {
	b := seeded(t, 500, 1)
	if err := enginetest.Invariants(t.Context(), b.store); err != nil {
		t.Error(err)
	}
	seen := map[string]int{}
	for _, r := range b.rows("", "created", false) {
		seen["status "+string(r.Status)]++
		seen["attention "+string(r.Attention)]++
		seen["currency "+string(r.Amount.Currency)]++
		seen["method "+r.Instrument.Method]++
		seen["point "+r.PointID]++
		seen["instrument "+string(r.Instrument.Status)]++
		if r.Block != nil {
			seen["block "+string(r.Block.Reason)]++
			seen["blocked "+string(r.Status)]++
		}
		if r.Cancellation != nil {
			seen["canceled by "+string(r.Cancellation.By)]++
		}
		for _, maker := range r.Makers {
			seen["made by "+string(maker)]++
		}
		if r.Status == engine.RequestReady && len(r.Approvals) > 0 {
			seen["half approved"]++
		}
		if r.RemainderOf != "" {
			seen["remainder"]++
		}
		if r.Claim.By != "" {
			seen["claimed"]++
		}
		b.tallyMoney(r.ID, seen)
		signals, err := b.SignalsOf(t.Context(), []engine.RequestID{r.ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range signals[r.ID] {
			seen["signal "+string(s.Kind)]++
		}
	}
	want := []string{
		"half approved", "remainder", "claimed", "comments", "made by rev1", "made by " + string(demo.You),
		"canceled by customer", "canceled by merchant", "canceled by system",
		"blocked ready", "blocked approved", "blocked in-progress",
		"instrument unverified", "instrument ", "instrument active",
		"point app", "point shop", "point market",
		"currency USD", "currency EUR", "currency GBP", "currency JPY", "currency BTC",
		"method payment-card", "method bank-transfer", "method wallet", "method blockchain", "method test",
		"payout processing", "payout pending", "payout processed", "payout partially-processed",
		"payout process-failed", "payout invoke-failed", "payout expired",
		"allocation pending", "allocation queued", "allocation waiting-completion", "allocation completed",
		"allocation failed", "allocation canceled", "allocation declined", "origin manual", "origin automatic",
	}
	for _, s := range engine.RequestStatuses() {
		want = append(want, "status "+string(s))
	}
	for _, k := range signal.Kinds() {
		if k != signal.ControlCharacters { // no door lets those in; what is imported past them can have some
			want = append(want, "signal "+string(k))
		}
	}
	for _, a := range engine.Attentions() {
		want = append(want, "attention "+string(a))
	}
	for _, r := range engine.BlockReasons() {
		want = append(want, "block "+string(r))
	}
	for _, what := range want {
		if seen[what] == 0 {
			t.Errorf("there is nothing with %s", what)
		}
	}
	if ready := seen["status ready"]; ready < 150 || ready > 250 {
		t.Errorf("%d requests are ready, want 150 to 250 to begin with", ready)
	}
}

// tallyMoney counts what a request's allocations, payouts and comments are
// like.
func (b *bench) tallyMoney(id engine.RequestID, seen map[string]int) {
	b.t.Helper()
	d, err := b.Dossier(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, a := range d.Allocations {
		seen["allocation "+string(a.Status)]++
		seen["origin "+string(a.Origin)]++
	}
	for _, p := range d.Payouts {
		seen["payout "+string(p.Status)]++
	}
	seen["comments"] += len(d.Comments)
}

// Whoever starts at either end of the queue can approve twenty in a row.
func TestTwentyPlainOnesInARow(t *testing.T) {
	for _, newest := range []bool{true, false} {
		b := seeded(t, 500, 2)
		config, err := b.Config(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range b.rows("status:ready;blocked:false", "created", newest)[:20] {
			if need := config.Needed(r.Request) + len(r.Approvals); need != 1 {
				t.Errorf("newest first %t, row %d: %s needs %d approvals", newest, i, r.Amount.Text(), need)
			}
			you := engine.Caller{By: demo.You, Door: engine.DoorConsole}
			r, err := b.Approve(t.Context(), you, r.ID, engine.Approving{Seen: r.Version})
			if err != nil || r.Status != engine.RequestApproved {
				t.Errorf("newest first %t, row %d is %s: %v", newest, i, r.Status, err)
			}
		}
	}
}

// sampleName is what somebody who does not exist is called: "sample customer"
// in the words of somewhere, and a number.
var sampleName = regexp.MustCompile(`^(Sample Customer|Sample Payee|` +
	`样例客户|サンプル顧客|견본 고객|عميل تجريبي|לקוח לדוגמה|مشتری نمونه|` +
	`Образец клиента|Δείγμα πελάτη|ลูกค้าตัวอย่าง|नमूना ग्राहक|Client échantillon|` +
	`Beispielkundin Größe|Cliente de muestra Ñ|Vzorový zákazník|Örnek müşteri|Khách hàng mẫu|` +
	`Sample Customer with a Name That Is Longer Than Any Column Would Like) \d+$`)

func TestNobodyIsReal(t *testing.T) {
	b := seeded(t, 500, 5)
	scripts := map[string]bool{}
	var after engine.CustomerID
	for {
		page, err := b.Customers(t.Context(), after, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			after = c.ID
			words, _, _ := strings.Cut(c.Name, " ")
			scripts[words] = true
			if !sampleName.MatchString(c.Name) || !strings.HasSuffix(c.Email, "@example.com") {
				t.Errorf("%q <%s> is not plainly a sample", c.Name, c.Email)
			}
			ways, err := b.Instruments(t.Context(), c.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, way := range ways {
				if holder := way.Fields["holder"]; holder != "" && !sampleName.MatchString(holder) {
					t.Errorf("%q holds an account and is not plainly a sample", holder)
				}
			}
		}
	}
	if len(scripts) < 12 {
		t.Errorf("only %d kinds of names: %v", len(scripts), scripts)
	}
}

func TestThePastIsPast(t *testing.T) {
	b := seeded(t, 200, 8)
	if now := b.Now(); !now.Equal(present) {
		t.Errorf("it is %s, want the present %s", now, present)
	}
	var last time.Time
	people := map[engine.ReviewerID]bool{}
	for _, event := range b.journal() {
		if event.At.Before(last) || event.At.After(present) {
			t.Fatalf("entry %d is of %s, after one of %s", event.Seq, event.At, last)
		}
		last = event.At
		people[event.By] = true
	}
	everybody := []engine.ReviewerID{
		"support1", "rev1", "rev2", demo.You, "senior2", "admin1", engine.ByEngine,
	}
	for _, id := range everybody {
		if !people[id] {
			t.Errorf("%s did nothing", id)
		}
	}
}

// What the desk believes to have been paid, the provider has paid, once.
func TestTheProviderAgrees(t *testing.T) {
	b := seeded(t, 500, 6)
	effects, err := b.bank.Effects()
	if err != nil {
		t.Fatal(err)
	}
	byKey := map[engine.AllocationID]money.Amount{}
	for _, e := range effects {
		if _, twice := byKey[e.Key]; twice {
			t.Errorf("%s was paid twice", e.Key)
		}
		byKey[e.Key] = e.Paid
	}
	for _, r := range b.rows("status:fulfilled,in-progress", "created", false) {
		all, err := b.Allocations(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			settled := a.Status == engine.AllocationCompleted && !a.Conflict && a.Returned.IsZero()
			paid := a.Paid.Plus(a.Overpaid)
			if settled && a.PayoutAmount.Currency != paid.Currency { // the payout is in the account's currency
				p, err := b.Payout(t.Context(), a.ID)
				if err != nil {
					t.Fatal(err)
				}
				paid = p.Processed
			}
			if settled && byKey[a.ID] != paid {
				t.Errorf("%s: %s paid by the desk, %s by the provider", a.ID, paid.Text(), byKey[a.ID].Text())
			}
		}
	}
	if len(effects) < 50 {
		t.Errorf("only %d payments", len(effects))
	}
}

func TestAmountsLookNatural(t *testing.T) {
	var round, odd int
	amounts := map[money.Currency][]int64{}
	for _, r := range seeded(t, 500, 4).rows("", "created", false) {
		amounts[r.Amount.Currency] = append(amounts[r.Amount.Currency], r.Amount.Minor)
		if r.Amount.Minor%1000 == 0 {
			round++
		}
		if r.Amount.Minor%10 != 0 {
			odd++
		}
	}
	if round < 100 || odd < 100 {
		t.Errorf("%d round amounts and %d odd ones, want many of both", round, odd)
	}
	for _, c := range []money.Currency{"USD", "EUR"} {
		list := slices.Sorted(slices.Values(amounts[c]))
		middle, most := list[len(list)/2], list[len(list)-1]
		if middle < 50_00 || middle > 300_00 || most < 10*middle {
			t.Errorf("half of them ask for up to %d %s, the greediest for %d", middle, c, most)
		}
	}
}

func TestWhatCannotBeSeeded(t *testing.T) {
	for _, requests := range []int{0, -1, demo.MostRequests + 1} {
		b := newBench(t)
		if err := b.seed(requests, 1); engine.CodeOf(err) != engine.Invalid {
			t.Errorf("%d requests: %v", requests, err)
		}
	}
	b := seeded(t, 1, 1)
	before, _ := b.LastSeq(t.Context())
	err := b.seed(1, 1)
	after, _ := b.LastSeq(t.Context())
	if engine.CodeOf(err) != engine.Refused || after != before {
		t.Errorf("a second past: %v, and %d entries more", err, after-before)
	}
}

// A past that was interrupted never happened.
func TestAnInterruptedPastLeavesNothing(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := demo.Seed(ctx, b.store, b.world, b.clock, demo.SeedOptions{
		Requests: 100, Seed: 1, Progress: func(done, all int) {
			if done > all/2 {
				cancel()
			}
		},
	})
	if err == nil {
		t.Error("it went on")
	}
	if _, err := b.Organisation(t.Context()); engine.CodeOf(err) != engine.NotFound {
		t.Errorf("there is a desk: %v", err)
	}
	if now := b.Now(); !now.Equal(present) {
		t.Errorf("the clock stands at %s", now)
	}
}

func BenchmarkSeed(b *testing.B) {
	for b.Loop() {
		seeded(b, 500, 1)
	}
}
