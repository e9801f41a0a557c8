package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"sort"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/engine/money"
)

const (
	bite        = 200 // requests in one transaction
	perCustomer = 5   // requests
	pace        = 7 * time.Second
)

var firstDay = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// reviewers who made and decided everything.
const maker, decider = engine.ReviewerID("rev1"), engine.ReviewerID("senior1")

const config = `{
	"points": [{"id": "main", "mode": "test", "currencies": ["USD", "EUR"], "readiness": {"policy": "manual"},
		"approvals": [{"currency": "USD", "above": 4000, "need": 2}]}],
	"services": [
		{"id": "test_usd", "method": "test", "currency": "USD", "min": 0.01, "max": 9999999, "fields": [{"key": "account", "required": true}]},
		{"id": "test_eur", "method": "test", "currency": "EUR", "min": 0.01, "max": 9999999, "fields": [{"key": "account", "required": true}]}],
	"gateways": [
		{"id": "sandbox-usd", "provider": "sandbox", "mode": "test", "currency": "USD", "balance": 1000000000, "instruction": "all"},
		{"id": "sandbox-eur", "provider": "sandbox", "mode": "test", "currency": "EUR", "balance": 1000000000, "instruction": "all"}],
	"routes": [
		{"id": "r-usd", "service": "test_usd", "gateway": "sandbox-usd", "min": 1, "max": 50000, "fee": {"rate": 0.01}},
		{"id": "r-eur", "service": "test_eur", "gateway": "sandbox-eur", "min": 1, "max": 50000, "fee": {"rate": 0.01}}],
	"reviewers": [{"id": "rev1", "role": "reviewer"}, {"id": "senior1", "role": "senior"}]
}`

// A filler fills a store. What happens to a request follows from the seed and
// its number, so that filling can stop and go on between any two bites.
type filler struct {
	store engine.Store
	seed  uint64
}

// engine is an engine at the time of a bite, with the chances of that bite.
func (f filler) engine(number int) (*engine.Engine, *clock.Manual, *rand.Rand) {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], f.seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(number))
	c := clock.NewManual(firstDay.Add(time.Duration(number) * bite * pace))
	dice := rand.NewChaCha8(key)
	e := engine.New(f.store, engine.World{Clock: c, IDs: id.NewSource(c.Now, dice)})
	key[31] = 1
	return e, c, rand.New(rand.NewChaCha8(key))
}

func (f filler) fill(ctx context.Context, out io.Writer, requests int) error {
	e, _, _ := f.engine(0)
	if _, err := e.Organisation(ctx); engine.CodeOf(err) == engine.NotFound {
		if err := open(ctx, e); err != nil {
			return err
		}
	}
	bites := (requests + bite - 1) / bite
	from, err := f.stopped(ctx, bites)
	if err != nil {
		return err
	}
	if from > 0 {
		fmt.Fprintf(out, "going on after %d requests\n", from*bite)
	}
	told := clock.System{}.Now()
	for b := from; b < bites; b++ {
		if err := f.bite(ctx, b, min(bite, requests-b*bite)); err != nil {
			return fmt.Errorf("after %d requests: %w", b*bite, err)
		}
		if now := (clock.System{}).Now(); now.Sub(told) > time.Second {
			told = now
			fmt.Fprintf(out, "%d of %d requests\n", (b+1)*bite, requests)
		}
	}
	return nil
}

func open(ctx context.Context, e *engine.Engine) error {
	c := engine.Caller{By: "admin1", Door: engine.DoorCLI}
	if _, err := e.Init(ctx, c); err != nil {
		return err
	}
	file, err := engine.ReadConfigFile([]byte(config))
	if err != nil {
		return err
	}
	_, err = e.Apply(ctx, c, file, false)
	return err
}

// stopped is the first bite that is not in the store.
func (f filler) stopped(ctx context.Context, bites int) (int, error) {
	e, _, _ := f.engine(0)
	var failure error
	first := sort.Search(bites, func(b int) bool {
		which, err := filter.Parse("reference:"+reference(b*bite), engine.RequestFields(), firstDay)
		if err == nil {
			var page engine.RequestPage
			page, err = e.Requests(ctx, engine.RequestQuery{
				Mode: engine.ModeTest, Filter: which, Order: engine.Order{Key: "created"}, Limit: 1,
			})
			if err == nil {
				return len(page.Rows) == 0
			}
		}
		failure = err
		return true
	})
	return first, failure
}

func reference(n int) string { return fmt.Sprintf("order-%d-%08x", n, uint32(n)*2654435761) }

// bite makes some requests and what became of them, in one transaction.
func (f filler) bite(ctx context.Context, number, requests int) error {
	e, c, dice := f.engine(number)
	return e.Together(ctx, func(e *engine.Engine) error {
		var payee engine.Instrument
		for n := number * bite; n < number*bite+requests; n++ {
			c.Advance(pace)
			var err error
			if n%perCustomer == 0 {
				if payee, err = newPayee(ctx, e, n, dice); err != nil {
					return err
				}
			}
			if err := oneRequest(ctx, e, n, payee, dice); err != nil {
				return err
			}
		}
		return nil
	})
}

func newPayee(ctx context.Context, e *engine.Engine, n int, dice *rand.Rand) (engine.Instrument, error) {
	by := engine.Caller{By: engine.ByEngine, Door: engine.DoorEngine}
	customer, err := e.CreateCustomer(ctx, by, engine.NewCustomer{
		Reference: fmt.Sprintf("c-%d", n/perCustomer), Name: fmt.Sprintf("Sample Customer %d", n/perCustomer),
		Email: fmt.Sprintf("customer%d@example.com", n/perCustomer), Country: []string{"US", "DE", "JP"}[dice.IntN(3)],
	})
	if err != nil {
		return engine.Instrument{}, err
	}
	return e.CreateInstrument(ctx, by, engine.NewInstrument{
		CustomerID: customer.ID, ServiceID: []string{"test_usd", "test_usd", "test_eur"}[dice.IntN(3)],
		Fields: map[string]string{"account": fmt.Sprintf("%010d", dice.IntN(1e9))},
	})
}

// oneRequest makes a request. Of a hundred, eighty-eight are called off, four
// are approved, four wait for a review, three are pending and one is blocked.
func oneRequest(ctx context.Context, e *engine.Engine, n int, to engine.Instrument, dice *rand.Rand) error {
	r, err := e.Create(ctx, engine.Caller{By: maker, Door: engine.DoorCLI}, engine.NewRequest{
		PointID: "main", CustomerID: to.CustomerID, InstrumentID: to.ID, Reference: reference(n),
		Amount: money.New(100+dice.Int64N(500_000), to.Currency),
	})
	if err != nil {
		return err
	}
	by := engine.Caller{By: decider, Door: engine.DoorCLI}
	switch chance := dice.IntN(100); {
	case chance < 88:
		_, err = e.Cancel(ctx, by, r.ID, r.Version, engine.Cancellation{By: engine.CanceledByMerchant})
	case chance < 96:
		if r, err = e.Ready(ctx, by, r.ID, r.Version); err == nil && chance < 92 {
			_, err = e.Approve(ctx, by, r.ID, engine.Approving{Seen: r.Version})
		}
	case chance < 97:
		_, err = e.Block(ctx, by, r.ID, "aml-review", "")
	}
	return err
}
