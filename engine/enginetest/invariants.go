package enginetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// Invariants finds out whether everything that is always true of a desk is
// true now: of each request and its allocations, of the accounts, of the
// counters and of the record. It reads the whole store, and is meant for tests
// that call it after every step.
func Invariants(ctx context.Context, store engine.Store) error {
	c := checker{
		reserved: map[string]money.Amount{},
		counts:   map[engine.Count]engine.Count{},
		created:  map[money.Currency]int64{},
		standing: map[money.Currency]int64{},
	}
	err := store.View(ctx, func(tx engine.ReadTx) error {
		for _, mode := range []engine.Mode{engine.ModeLive, engine.ModeTest} {
			if err := errors.Join(c.runs(tx, mode), c.batches(tx, mode)); err != nil {
				return err
			}
			if err := c.requests(tx, mode); err != nil {
				return err
			}
			if err := errors.Join(c.counters(tx, mode), c.tallies(tx, mode)); err != nil {
				return err
			}
		}
		return c.balances(tx)
	})
	if err != nil {
		return err
	}
	for currency, amount := range c.created {
		if c.standing[currency] != amount {
			c.broken("4: %d %s came in, %d stand", amount, currency, c.standing[currency])
		}
	}
	v, err := engine.New(store, engine.World{}).VerifyRecord(ctx)
	if err != nil {
		return err
	}
	if v.Broken != nil {
		c.broken("7: %s", v.Broken)
	}
	return errors.Join(c.found...)
}

type checker struct {
	found             []error
	reserved          map[string]money.Amount
	counts            map[engine.Count]engine.Count
	created, standing map[money.Currency]int64
}

func (c *checker) broken(format string, args ...any) {
	c.found = append(c.found, fmt.Errorf("invariant "+format, args...))
}

func (c *checker) requests(tx engine.ReadTx, mode engine.Mode) error {
	query := engine.RequestQuery{Mode: mode, Order: engine.Order{Key: "created"}, Limit: 500}
	for {
		page, err := tx.Requests(query)
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			if err := c.request(tx, row.Request); err != nil {
				return err
			}
		}
		if !page.More {
			return nil
		}
		query.After = page.Last
	}
}

func (c *checker) request(tx engine.ReadTx, r engine.Request) error {
	c.tally(r)
	allocations, err := tx.Allocations(r.ID)
	if err != nil {
		return err
	}
	live, paid := money.Zero(r.Amount.Currency), money.Zero(r.Amount.Currency)
	for _, a := range allocations {
		live, paid = live.Plus(a.Held), paid.Plus(a.Paid)
		c.allocation(r, a)
	}
	switch {
	case live != r.Live || paid != r.Paid:
		c.broken("1: %s says live %s and paid %s, its allocations %s and %s", r.ID, r.Live, r.Paid, live, paid)
	case r.Available().Negative() || r.Live.Negative() || r.Paid.Negative():
		c.broken("1: %s has a negative part: available %s, live %s, paid %s", r.ID, r.Available(), r.Live, r.Paid)
	case (r.Status == engine.RequestFulfilled) != (r.Paid == r.Amount):
		c.broken("3: %s is %s with %s of %s paid", r.ID, r.Status, r.Paid, r.Amount)
	case r.Live.Positive() && r.Status != engine.RequestInProgress:
		c.broken("2: %s is %s with %s live", r.ID, r.Status, r.Live)
	case r.Mode == "":
		c.broken("8: %s is in no mode", r.ID)
	}
	if waits := r.Attention == engine.AttentionUnplaced || r.Attention == engine.AttentionFailed; waits && r.Available().IsZero() {
		c.broken("1: %s needs attention, %s, with nothing available", r.ID, r.Attention)
	}
	events, err := tx.Events(string(r.ID), 0, 10000)
	if err != nil {
		return err
	}
	c.history(r, events)
	return nil
}

// tally adds a request to the recounts.
func (c *checker) tally(r engine.Request) {
	currency := r.Amount.Currency
	if r.SplitFrom == "" && r.RemainderOf == "" {
		c.created[currency] += r.OriginalAmount.Minor
	}
	if r.Status != engine.RequestSplit && r.Status != engine.RequestMerged {
		c.standing[currency] += r.Amount.Minor
	}
	key := engine.Count{
		Mode: r.Mode, Status: r.Status, Blocked: r.Block != nil, Attention: r.Attention, Currency: currency,
	}
	count := c.counts[key]
	count.Requests++
	count.Sum += r.Amount.Minor
	c.counts[key] = count
}

func (c *checker) allocation(r engine.Request, a engine.Allocation) {
	reserved := money.Zero(a.PayoutAmount.Currency)
	if a.Live() {
		reserved = a.PayoutAmount.Plus(a.Fee)
	}
	c.reserved[a.GatewayID] = c.reserved[a.GatewayID].Plus(a.Reserved)
	switch {
	case a.Reserved != reserved:
		c.broken("8: %s is %s and reserves %s, not %s", a.ID, a.Status, a.Reserved, reserved)
	case a.Mode != r.Mode:
		c.broken("8: %s is %s, its request %s", a.ID, a.Mode, r.Mode)
	case !a.Live() && a.Held.Positive():
		c.broken("1: %s is %s and holds %s", a.ID, a.Status, a.Held)
	case !converts(a):
		c.broken("8: %s pays %s for %s at %s", a.ID, a.PayoutAmount.Text(), a.Amount.Text(), a.Quote.Rate)
	case a.Paid.Cmp(a.Amount) > 0:
		c.broken("2: %s counts %s as paid of %s", a.ID, a.Paid, a.Amount)
	}
}

// converts reports whether what an allocation asks its provider for is what its
// amount comes to at its quote, as a part of some conversion.
func converts(a engine.Allocation) bool {
	down, err := a.Quote.Convert(a.Amount)
	if err != nil {
		return false
	}
	up, err := a.Quote.Cost(a.Amount)
	return err == nil && down.Cmp(a.PayoutAmount) <= 0 && a.PayoutAmount.Cmp(up) <= 0
}

// history walks a request's entries: what was blocked when, who had made it
// when it was approved.
func (c *checker) history(r engine.Request, events []engine.Event) {
	blocked, makers := false, ""
	for _, event := range events {
		if _, after, ok := event.Change("block"); ok {
			blocked = after != ""
		}
		if _, after, ok := event.Change("makers"); ok {
			makers = after
		}
		_, approvals, approved := event.Change("approvals")
		switch {
		case blocked && (event.Type == "allocation-queued" || event.Type == "allocation-processing"):
			c.broken("5: %s: %s while blocked (entry %d)", r.ID, event.Type, event.Number)
		case strings.HasPrefix(event.Type, "payout-request-appro") && event.Type != "payout-request-approval-undone" &&
			strings.Contains(makers, `"`+string(event.By)+`"`):
			c.broken("6: %s was approved by its maker %s", r.ID, event.By)
		case rebound(event) && approved && approvals != "":
			c.broken("6: %s kept an approval when what it was bound to changed (entry %d)", r.ID, event.Number)
		case rebound(event) && event.Number > 1 && !approved && approvalsBefore(events, event.Number) && !settling(event):
			c.broken("6: %s kept its approvals when what they were bound to changed (entry %d)", r.ID, event.Number)
		}
	}
}

// rebound reports whether an entry changed what approvals are bound to.
func rebound(e engine.Event) bool {
	if e.Subject.Kind != engine.KindRequest || e.Number == 1 {
		return false
	}
	for _, field := range []string{"amount", "currency", "paymentInstrumentId", "policyAmount"} {
		if _, _, ok := e.Change(field); ok {
			return true
		}
	}
	return false
}

// settling reports whether an entry settled its request short, whose amount
// then drops after all approvals are spent.
func settling(e engine.Event) bool {
	_, after, _ := e.Change("status")
	return after == string(engine.RequestFulfilled)
}

// approvalsBefore reports whether approvals stood before an entry.
func approvalsBefore(events []engine.Event, number int) bool {
	standing := ""
	for _, e := range events {
		if e.Number >= number {
			break
		}
		if _, after, ok := e.Change("approvals"); ok {
			standing = after
		}
	}
	return standing != ""
}

func (c *checker) counters(tx engine.ReadTx, mode engine.Mode) error {
	counts, err := tx.Counts(mode)
	if err != nil {
		return err
	}
	for _, count := range counts {
		key := count
		key.Requests, key.Sum = 0, 0
		recount := c.counts[key]
		delete(c.counts, key)
		if recount.Requests != count.Requests || recount.Sum != count.Sum {
			c.broken("7: counter %+v, recount %d amounting to %d", count, recount.Requests, recount.Sum)
		}
	}
	for key, recount := range c.counts {
		if key.Mode == mode {
			c.broken("7: no counter for %+v: %d", key, recount.Requests)
		}
	}
	return nil
}

// tallies says that as many requests have entered a status, less those that
// left it, as are in it.
func (c *checker) tallies(tx engine.ReadTx, mode engine.Mode) error {
	list, err := tx.Tallies(mode, time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		return err
	}
	counts, err := tx.Counts(mode)
	if err != nil {
		return err
	}
	standing := map[string]int64{}
	for _, t := range list {
		switch t.Kind {
		case engine.TallyEntered:
			standing[t.Of] += t.Count
		case engine.TallyLeft:
			standing[t.Of] -= t.Count
		}
	}
	for _, count := range counts {
		standing[string(count.Status)] -= count.Requests
	}
	for status, n := range standing {
		if n != 0 {
			c.broken("7: %d more tallied as %s in %s mode than there are", n, status, mode)
		}
	}
	return nil
}

func (c *checker) balances(tx engine.ReadTx) error {
	config, err := tx.Config()
	if err != nil {
		return err
	}
	for id := range config.Gateways {
		balance, err := tx.Balance(id)
		if err != nil {
			return err
		}
		if reserved, ok := c.reserved[id]; ok && reserved != balance.Reserved || !ok && !balance.Reserved.IsZero() {
			c.broken("8: account %s reserves %s, its live allocations %s", id, balance.Reserved, c.reserved[id])
		}
	}
	return nil
}
