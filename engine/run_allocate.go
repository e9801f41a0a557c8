package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/plan"
)

// placed says what automatic allocation would place of a request, given what
// it placed of those before it.
func (p *previewer) placed(tx ReadTx, item *PlannedItem, r Request) error {
	made, err := p.engine.plan(tx, r, task{}, p.now)
	if err != nil {
		return err
	}
	taken := made.Taken()
	if len(taken) == 0 {
		return nothingPlaced(made.Plan)
	}
	item.To, item.Placed, item.Allocations = RequestInProgress, made.Placed(), len(taken)
	item.Saw = placement(made.Plan)
	p.ahead.add(r, taken)
	return nil
}

// processed says what processing would send of a request.
func (p *previewer) processed(tx ReadTx, item *PlannedItem, r Request) error {
	pending, err := pendingAllocations(tx, r.ID)
	if err != nil {
		return err
	}
	item.Placed = money.Zero(r.Amount.Currency)
	for _, a := range pending {
		item.Placed = item.Placed.Plus(a.Amount)
	}
	item.Allocations, item.Saw = len(pending), namesOf(pending)
	return nil
}

// placement is a digest of what a plan allocates where.
func placement(p plan.Plan) string {
	sum := sha256.New()
	for _, line := range p.Taken() {
		fmt.Fprintf(sum, "%q %q %q %s\n", line.Instrument, line.Gateway, line.Route, line.Amount)
		if line.Payout.Currency != line.Amount.Currency {
			fmt.Fprintf(sum, "%s\n", line.Payout.Text())
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// namesOf is a digest of which allocations there are.
func namesOf(allocations []Allocation) string {
	sum := sha256.New()
	for _, a := range allocations {
		fmt.Fprintf(sum, "%s\n", a.ID)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// pendingAllocations returns those of a request that can be processed, or why
// there are none.
func pendingAllocations(tx ReadTx, id RequestID) ([]Allocation, error) {
	all, err := tx.Allocations(id)
	if err != nil {
		return nil, err
	}
	pending := slices.DeleteFunc(all, func(a Allocation) bool { return a.Status != AllocationPending })
	if len(pending) == 0 {
		return nil, Errorf(Refused, "no allocation of it is pending")
	}
	return pending, nil
}

// allocateAsSeen carries out the plan for the deed's request if it places what
// was seen.
func (d *deed) allocateAsSeen(saw string) error {
	made, err := d.plan(d.tx, d.r, task{}, d.now)
	if err != nil {
		return err
	}
	if len(made.Taken()) > 0 && placement(made.Plan) != saw {
		return Errorf(Stale, "it would be allocated otherwise than was shown: %s of it", made.Placed().Text()).
			Or("look at the plan again").Like("the plan moved since it was shown")
	}
	return d.carryOut(made)
}

// processAsSeen queues the pending allocations of the deed's request if they
// are those that were seen.
func (d *deed) processAsSeen(saw string) error {
	pending, err := pendingAllocations(d.tx, d.r.ID)
	if err != nil {
		return err
	}
	if namesOf(pending) != saw {
		return Errorf(Stale, "it has other pending allocations than were shown").Or("look at it again").
			Like("changed meanwhile")
	}
	for _, was := range pending {
		a := was
		if err := d.moveAllocation(allocationQueued, was, AllocationQueued, &a); err != nil {
			return err
		}
	}
	return nil
}

// A foresight is what a run would have allocated by the time it comes to an
// item, so that a plan of many does not spend the same balance, limit or
// exposure twice.
type foresight struct {
	reserved    map[string]money.Amount // by account
	paid        map[string]money.Amount // by account, in its currency
	used        map[usage]money.Amount
	allocations map[CustomerID][]Allocation
}

// A usage is what counts towards an account's limits in one currency.
type usage struct {
	gateway  string
	currency money.Currency
}

func newForesight() *foresight {
	return &foresight{
		map[string]money.Amount{}, map[string]money.Amount{}, map[usage]money.Amount{}, map[CustomerID][]Allocation{},
	}
}

func (f *foresight) add(r Request, taken []plan.Line) {
	for _, line := range taken {
		f.reserved[line.Gateway] = f.reserved[line.Gateway].Plus(line.Payout).Plus(line.Fee)
		f.paid[line.Gateway] = f.paid[line.Gateway].Plus(line.Payout)
		use := usage{line.Gateway, line.Amount.Currency}
		f.used[use] = f.used[use].Plus(line.Amount)
		f.allocations[r.CustomerID] = append(f.allocations[r.CustomerID], Allocation{
			RequestID: r.ID, InstrumentID: InstrumentID(line.Instrument), GatewayID: line.Gateway,
			Amount: line.Amount, Held: line.Amount,
		}.zeroed())
	}
}

// foreseen reads a store as it would be then.
type foreseen struct {
	ReadTx
	ahead *foresight
}

// Balance implements ReadTx.
func (f foreseen) Balance(gateway string) (Balance, error) {
	b, err := f.ReadTx.Balance(gateway)
	if more := f.ahead.reserved[gateway]; err == nil && more.Positive() {
		b.Reserved = b.Reserved.Plus(more)
	}
	return b, err
}

// AllocatedSince implements ReadTx.
func (f foreseen) AllocatedSince(gateway string, c money.Currency, since time.Time) (money.Amount, error) {
	sum, err := f.ReadTx.AllocatedSince(gateway, c, since)
	if more := f.ahead.used[usage{gateway, c}]; err == nil {
		sum = sum.Plus(more)
	}
	return sum, err
}

// Turnover implements ReadTx.
func (f foreseen) Turnover(gateway string, c money.Currency, day time.Time) (money.Amount, error) {
	sum, err := f.ReadTx.Turnover(gateway, c, day)
	if more := f.ahead.paid[gateway]; err == nil && more.Currency == c {
		sum = sum.Plus(more)
	}
	return sum, err
}

// CustomerAllocations implements ReadTx.
func (f foreseen) CustomerAllocations(customer CustomerID, c money.Currency) ([]Allocation, error) {
	list, err := f.ReadTx.CustomerAllocations(customer, c)
	for _, a := range f.ahead.allocations[customer] {
		if a.Amount.Currency == c {
			list = append(list, a)
		}
	}
	return list, err
}
