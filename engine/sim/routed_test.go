package sim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// routing is a configuration by which a scheme routes dollars, over more
// accounts of which one is in another currency, and by which what fails is
// placed again; and how often, at most.
func routing(dice *rand.Rand) (config string, attempts int) {
	routes := []string{`"r-usd-2"`, `"r-uah"`, `"r-uah-2"`}
	if dice.IntN(2) == 0 {
		routes = append(routes, `"r-usd"`, `"r-covered"`)
	}
	use := func() string {
		dice.Shuffle(len(routes), func(i, j int) { routes[i], routes[j] = routes[j], routes[i] })
		strategy := []string{"priority", "priority", "weight", "balance", "fee", "conversion"}[dice.IntN(6)]
		n := 2 + dice.IntN(len(routes)-1)
		list := strings.Join(routes[:n], ", ")
		if strategy == "weight" {
			return fmt.Sprintf(`{"use": [{"strategy": "weight", "routes": [%s], "weights": [%s1]}, {"strategy": "direct", "routes": [%s]}]}`,
				list, strings.Repeat("2, ", n-1), routes[0])
		}
		return fmt.Sprintf(`{"use": [{"strategy": %q, "routes": [%s]}]}`, strategy, list)
	}
	tree := use()
	if dice.IntN(2) == 0 {
		tree = fmt.Sprintf(`{"if": {"attribute": "amount", "operator": ">", "value": %d}, "then": %s, "else": %s}`,
			1+dice.IntN(500), use(), use())
	}
	attempts = dice.IntN(4)
	points := make([]string, 2)
	for i, id := range []string{"main", "open"} {
		readiness := []string{`"manual"`, `"immediate"`}[i]
		approvals := []string{`{"currency": "USD", "above": 1000, "need": 2}`, `{"currency": "USD", "above": 0, "need": 0}`}[i]
		points[i] = fmt.Sprintf(`{"id": %q, "mode": "test", "currencies": ["USD", "JPY"], "readiness": {"policy": %s},
			"approvals": [%s], "scheme": "s", "rates": "fx", "options": {"allowPartially": true, "attemptsLimit": %d,
			"splitMode": %t, "parallel": %t, "skipRouteHistory": %t, "autoallocate": %t, "autoprocess": %t}}`,
			id, readiness, approvals, attempts, dice.IntN(2) == 0, dice.IntN(2) == 0, dice.IntN(3) == 0,
			i == 1 && dice.IntN(2) == 0, i == 1 && dice.IntN(2) == 0)
	}
	return fmt.Sprintf(`{
	  "gateways": [
	    {"id": "usd-2", "provider": "sandbox", "mode": "test", "currency": "USD", "balance": %d, "instruction": "all"},
	    {"id": "uah", "provider": "sandbox", "mode": "test", "currency": "UAH", "balance": 900000, "instruction": "all"},
	    {"id": "uah-2", "provider": "sandbox", "mode": "test", "currency": "UAH", "instruction": "all"}],
	  "routes": [
	    {"id": "r-usd-2", "service": "test_usd", "gateway": "usd-2", "min": 5, "max": 700, "fee": {"fixed": 0.3}},
	    {"id": "r-uah", "service": "test_usd", "gateway": "uah", "max": %d, "fee": {"rate": 0.004}},
	    {"id": "r-uah-2", "service": "test_usd", "gateway": "uah-2", "max": %d}],
	  "sources": [{"id": "desk", "rates": [{"base": "USD", "quote": "UAH", "rate": %s}]}],
	  "rates": [{"id": "fx", "lifeSeconds": 600, "rules": [{"base": "USD", "quote": "UAH", "source": "desk"}]}],
	  "schemes": [{"id": "s", "services": [{"service": "test_usd", "tree": %s}]}],
	  "points": [%s]}`,
		[]int{3_000, 40_000}[dice.IntN(2)], 1_000+dice.IntN(20_000), 1_000+dice.IntN(60_000), someRate(dice), tree, strings.Join(points, ", ")), attempts
}

// someRate is what a dollar is worth, with digits that leave something over.
func someRate(dice *rand.Rand) string {
	return fmt.Sprintf("%d.%04d", 20+dice.IntN(20), dice.IntN(10_000))
}

// reconfigure applies a configuration that changes what is named in it.
func (s *seat) reconfigure(name, config string) deed {
	return deed{name: "admin1: " + name, by: "admin1", do: func() error {
		file, err := engine.ReadConfigFile([]byte(config))
		if err != nil {
			return err
		}
		_, err = s.Apply(s.ctx, as("admin1"), file, false)
		return err
	}}
}

// newRate has the desk's source say another rate.
func (s *seat) newRate() deed {
	rate := someRate(s.dice)
	return s.reconfigure("a dollar is "+rate,
		fmt.Sprintf(`{"sources": [{"id": "desk", "rates": [{"base": "USD", "quote": "UAH", "rate": %s}]}]}`, rate))
}

// route gives the desk its routing.
func (w *world) route() {
	store := w.open()
	defer store.Close()
	file, err := engine.ReadConfigFile([]byte(w.kind.routing))
	if err == nil {
		_, err = w.engine(store, w.bank).Apply(context.Background(), as("admin1"), file, false)
	}
	if err != nil {
		w.Fatal(err)
	}
}

// A placing is what was placed together: entries of one deed, one after the
// other, among which are some that make allocations of one request.
type placing struct {
	last engine.Event
	into map[string]*sum // by the quote that converted it, and what that replaces
}

// A sum is what several allocations come to.
type sum struct {
	rate        money.Number
	amount, pay money.Amount
}

// placed reads an allocation that was just made: what it replaces, if anything,
// was over for certain, and attempts are left.
func (o *oracle) placed(e engine.Event) {
	a, ok := o.allocation(e)
	if !ok {
		o.fail("entry %d makes no allocation: %+v", e.Seq, e.Changes)
	}
	o.together(e, a)
	if a.Replaces == "" {
		return
	}
	before, ok := o.made[a.Replaces]
	switch {
	case !ok:
		o.fail("%s replaces %s, which nobody made", a.ID, a.Replaces)
	case before.Status != engine.AllocationFailed && before.Status != engine.AllocationDeclined &&
		before.Status != engine.AllocationCompleted:
		o.fail("%s replaces %s, which is %s: money may have moved", a.ID, a.Replaces, before.Status)
	}
	tries := 0
	for b := a; b.Replaces != ""; b = o.made[b.Replaces] {
		if o.made[b.Replaces].Status != engine.AllocationCompleted {
			tries++
		}
	}
	if tries > o.kind.attempts {
		o.fail("%s is attempt %d beyond the first, of %d", a.ID, tries, o.kind.attempts)
	}
}

// allocation is the allocation that an entry made, as far as routing goes.
func (o *oracle) allocation(e engine.Event) (a engine.Allocation, ok bool) {
	after := func(field string) string {
		_, value, _ := e.Change(field)
		return value
	}
	var err1, err2 error
	a.ID, a.Replaces = engine.AllocationID(e.Subject.ID), engine.AllocationID(after("replacesId"))
	a.Status, a.Origin = engine.AllocationPending, engine.AllocationOrigin(after("origin"))
	a.Amount, err1 = money.Parse(after("amount"), money.Currency(after("currency")))
	a.PayoutAmount, err2 = money.Parse(after("payoutAmount"), money.Currency(after("payoutCurrency")))
	if quote := after("quote"); quote != "" {
		ok = json.Unmarshal([]byte(quote), &a.Quote) == nil
	} else {
		ok = a.Amount == a.PayoutAmount
	}
	o.made[a.ID] = a
	return a, ok && err1 == nil && err2 == nil
}

// oneDeed begins a new placing where another deed's entries begin, and checks
// the one before.
func (o *oracle) oneDeed(e engine.Event) {
	p := o.placing
	if p == nil || p.last.Seq+1 != e.Seq || p.last.Chain != e.Chain || p.last.By != e.By || !p.last.At.Equal(e.At) {
		o.converted()
		o.placing = &placing{into: map[string]*sum{}}
	}
	o.placing.last = e
}

// together adds an allocation to what is placed by one deed. What people place
// by hand they place one by one.
func (o *oracle) together(e engine.Event, a engine.Allocation) {
	_, quote, _ := e.Change("quote")
	if quote == "" {
		return
	}
	quote += string(a.Replaces)
	if a.Origin == engine.OriginManual {
		quote += string(a.ID)
	}
	all := o.placing.into[quote]
	if all == nil {
		all = &sum{a.Quote.Rate, money.Zero(a.Amount.Currency), money.Zero(a.PayoutAmount.Currency)}
		o.placing.into[quote] = all
	}
	all.amount, all.pay = all.amount.Plus(a.Amount), all.pay.Plus(a.PayoutAmount)
}

// converted checks that the parts which were placed together pay what their
// total converts to, to the last unit.
func (o *oracle) converted() {
	p := o.placing
	o.placing = nil
	if p == nil {
		return
	}
	for _, all := range p.into {
		exact := new(big.Rat).Mul(all.rate.Rat(), big.NewRat(all.amount.Minor, 1)) // both currencies have two decimals
		whole := new(big.Int).Quo(exact.Num(), exact.Denom())
		if whole.Cmp(big.NewInt(all.pay.Minor)) != 0 {
			o.fail("%s of %s is to pay %s at %s, which is not %s hundredths",
				all.amount.Text(), p.last.Chain, all.pay.Text(), all.rate, whole)
		}
	}
}

// worth is what a sum that a provider paid counts for in the currency of the
// request: its share of the amount, rounded up.
func worth(a engine.Allocation, paid money.Amount) money.Amount {
	if a.Amount.Currency == paid.Currency {
		return paid
	}
	share := new(big.Int).Mul(big.NewInt(a.Amount.Minor), big.NewInt(paid.Minor))
	asked := big.NewInt(a.PayoutAmount.Minor)
	share.Add(share, new(big.Int).Sub(asked, big.NewInt(1)))
	return money.New(share.Quo(share, asked).Int64(), a.Amount.Currency)
}
