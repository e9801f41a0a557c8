package engine_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// TestMoneyIsConservedWhateverProvidersDo sends requests through conversion,
// failover and division, to providers that do anything, with blocks and late
// words in between. Whatever happens: nothing appears or vanishes, no provider
// hears of a key with two effects, nobody tries again what may still be paid,
// and no limit that a route names is exceeded. The invariants of the whole desk
// are checked when the test ends.
func TestMoneyIsConservedWhateverProvidersDo(t *testing.T) {
	d := newRoutedDesk(t, "", priority("r1"))
	rich := money.New(1_000_000_000_00, "USD")
	for _, account := range []string{"a1", "a3"} {
		if _, err := d.SetBalance(t.Context(), as("admin1"), account, &rich, "enough for any test"); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		c := routedCase{routedDesk: d, T: rt}
		c.configure()
		r := d.approve(money.New(rapid.Int64Range(1000, 1_500_000).Draw(rt, "amount"), "USD").String())
		c.planned(r)
		if _, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, nil); engine.CodeOf(err) == engine.Refused && err != nil {
			return
		}
		if ids := c.pending(r.ID); len(ids) > 0 {
			d.process(r.ID)
		}
		for range rapid.IntRange(1, 5).Draw(rt, "steps") {
			c.happen(r.ID)
			c.holds(r.ID)
		}
		clear(d.scripts)
	})
}

// planned checks that the same input gives the same plan, whose parts in one
// currency are one conversion.
func (c *routedCase) planned(r engine.Request) {
	first, err := c.Explain(c.desk.t.Context(), r.ID)
	if err != nil {
		c.Fatal(err)
	}
	second, err := c.Explain(c.desk.t.Context(), r.ID)
	if err != nil || !reflect.DeepEqual(first, second) {
		c.Fatalf("planned %+v, then %+v: %v", first, second, err)
	}
	if first.Placed().Plus(first.Left) != r.Amount {
		c.Fatalf("placed %s and left %s of %s", first.Placed(), first.Left, r.Amount)
	}
	asked, pays := usd("0"), amountOf("0", "UAH")
	for _, line := range first.Taken() {
		if line.Payout.Currency == "UAH" {
			asked, pays = asked.Plus(line.Amount), pays.Plus(line.Payout)
		}
	}
	if pays.IsZero() {
		return
	}
	whole, err := c.QuoteRate(c.desk.t.Context(), "routed", asked, "UAH")
	if err != nil || whole.Converted != pays {
		c.Fatalf("parts pay %s, and %s is %s: %v", pays, asked, whole.Converted, err)
	}
}

// A routedCase is one request among providers that do anything.
type routedCase struct {
	*routedDesk
	*rapid.T
	attempts int
	lied     bool
}

func (c *routedCase) configure() {
	c.attempts = rapid.IntRange(0, 3).Draw(c.T, "attempts")
	options := fmt.Sprintf(`"attemptsLimit": %d, "splitMode": %t, "parallel": %t, "skipRouteHistory": %t`, c.attempts,
		rapid.Bool().Draw(c.T, "split"), rapid.Bool().Draw(c.T, "parallel"), rapid.Bool().Draw(c.T, "skip"))
	order := rapid.Permutation([]string{"r1", "r3", "ruah"}).Draw(c.T, "order")
	c.point(options, priority(order...))
	steps := []string{
		"processed", "declined", "declined:invalid-details", "partial:60", "partial:1", "accept,processed", "accept,declined",
		"timeout,found", "timeout,not-found", "timeout,declined", "silence,partial:33", "error-500", "garbage,found", "duplicate",
		"accept,silence,partial:99", "over:150",
	}
	for _, account := range []string{"a1", "a3", "auah"} {
		c.scripts[account] = rapid.SampledFrom(steps).Draw(c.T, account)
	}
}

func (c *routedCase) pending(id engine.RequestID) (pending []engine.Allocation) {
	for _, a := range c.allocations(id) {
		if a.Status == engine.AllocationPending {
			pending = append(pending, a)
		}
	}
	return pending
}

// happen lets something happen.
func (c *routedCase) happen(id engine.RequestID) {
	ctx := c.desk.t.Context()
	r := c.now(id)
	switch rapid.SampledFrom([]string{"time", "time", "work", "block", "unblock", "lie"}).Draw(c.T, "what") {
	case "time":
		c.clock.Advance(time.Duration(rapid.IntRange(1, 600).Draw(c.T, "minutes")) * time.Minute)
	case "block":
		_, _ = c.Block(ctx, as("rev1"), id, "other", "") // refused where it is final
	case "unblock":
		_, _ = c.Unblock(ctx, as("rev1"), id, r.Version)
	case "lie":
		c.lie(id)
	}
	c.work()
}

// lie has a provider contradict what it said of a payout.
func (c *routedCase) lie(id engine.RequestID) {
	all := c.allocations(id)
	a := rapid.SampledFrom(all).Draw(c.T, "of")
	said := engine.Outcome{Verdict: engine.VerdictPaid, Paid: a.PayoutAmount, Resolution: engine.ResolutionOK}
	if rapid.Bool().Draw(c.T, "denied") {
		said = engine.Outcome{Verdict: engine.VerdictNotPaid, Resolution: engine.ResolutionDeclined}
	}
	c.says[a.ID], c.lied = said, true
	_, _ = c.LookUp(c.desk.t.Context(), as("rev1"), a.ID) // refused before it was sent
}

// holds checks what holds at any moment.
func (c *routedCase) holds(id engine.RequestID) {
	r := c.now(id)
	if r.Available().Plus(r.Live).Plus(r.Paid) != r.Amount || r.Available().Negative() {
		c.Fatalf("%s available, %s live and %s paid of %s", r.Available(), r.Live, r.Paid, r.Amount)
	}
	effects, err := c.bank.Effects()
	if err != nil {
		c.Fatal(err)
	}
	really := map[engine.AllocationID]money.Amount{}
	for _, e := range effects {
		if e.Paid.Positive() {
			if _, twice := really[e.Key]; twice {
				c.Fatalf("%s was paid twice", e.Key)
			}
			really[e.Key] = e.Paid
		}
	}
	all := c.allocations(id)
	if len(all) > 200 {
		c.Fatalf("%d allocations of one request", len(all))
	}
	byID := map[engine.AllocationID]engine.Allocation{}
	for _, a := range all {
		byID[a.ID] = a
		c.allocation(a, byID[a.Replaces], really[a.ID])
	}
}

// allocation checks one allocation, what it replaces, and what its provider
// really paid.
func (c *routedCase) allocation(a, before engine.Allocation, really money.Amount) {
	switch {
	case a.Attempt > c.attempts+1:
		c.Fatalf("attempt %d of %d", a.Attempt, c.attempts+1)
	case before.ID != "" && before.Live() && !before.Conflict:
		c.Fatalf("%s replaces %s, which is %s", a.ID, before.ID, before.Status)
	case a.RouteID == "r1" && (a.PayoutAmount.Cmp(usd("10")) < 0 || a.PayoutAmount.Cmp(usd("5000")) > 0),
		a.RouteID == "r3" && a.PayoutAmount.Cmp(usd("10000")) > 0:
		c.Fatalf("%s pays %s", a.RouteID, a.PayoutAmount)
	case c.lied || a.Live() || a.Status == engine.AllocationCanceled:
		return
	case a.Status != engine.AllocationCompleted && really.Positive():
		c.Fatalf("%s is %s, and %s was paid", a.ID, a.Status, really)
	case a.Status == engine.AllocationCompleted && a.Paid.Plus(a.Overpaid).Cmp(a.Amount) < 0 && really.Cmp(a.PayoutAmount) >= 0:
		c.Fatalf("%s counts %s of %s, and %s of %s was paid", a.ID, a.Paid, a.Amount, really, a.PayoutAmount)
	}
}
