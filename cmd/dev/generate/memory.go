package main

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A memory is the store that a bite's histories are made in. The engine's verbs
// change it as they change any other; what came of them is written to disk once,
// as rows that were never anything else. It answers what these verbs ask. To ask
// for more is a panic, and what fails is not undone: then there is no bite.
type memory struct {
	engine.Tx // of whose methods none is called but those below

	config       *engine.Config
	organisation engine.Organisation
	seq          int64
	balances     map[string]engine.Balance

	payees      map[engine.CustomerID]*payee
	instruments map[engine.InstrumentID]*engine.Instrument
	papers      map[engine.RequestID]*paper
	papersOf    map[engine.CustomerID][]*paper
	allocated   map[engine.AllocationID]*paper
	batches     map[engine.BatchID]engine.Batch

	dispatch []engine.RequestID    // that the engine may act on by itself
	queued   []engine.AllocationID // in that order
	lookUps  []engine.AllocationID // whose payouts are to be looked up
	wakes    []wake                // when a worker finds something to do

	fresh fresh
}

// Fresh is what a bite adds to the store.
type fresh struct {
	payees   []*payee
	papers   []*paper
	batches  []engine.BatchID
	comments []engine.CommentText
	events   []engine.Event
	tallies  []engine.Tally
}

// A paper is a request with all that hangs on it.
type paper struct {
	engine.Request
	blocked     engine.Request // as it was last written with a block; zero if it never was
	allocations []engine.Allocation
	payouts     []engine.Payout
}

// A wake is when a step of the engine has something to do.
type wake struct {
	at   time.Time
	step string
}

// after returns a memory that goes on where another ended.
func (m *memory) after() *memory {
	return &memory{
		config: m.config, organisation: m.organisation, seq: m.seq, balances: maps.Clone(m.balances),
		payees: map[engine.CustomerID]*payee{}, instruments: map[engine.InstrumentID]*engine.Instrument{},
		papers: map[engine.RequestID]*paper{}, papersOf: map[engine.CustomerID][]*paper{},
		allocated: map[engine.AllocationID]*paper{}, batches: map[engine.BatchID]engine.Batch{},
	}
}

// know puts somebody into the memory who is in the store already.
func (m *memory) know(p *payee) {
	m.payees[p.ID] = p
	for i := range p.instruments {
		m.instruments[p.instruments[i].ID] = &p.instruments[i]
	}
}

// write adds what is fresh to the store.
func (m *memory) write(tx engine.Tx) {
	for _, p := range m.fresh.payees {
		tx.PutCustomer(p.Customer)
		for _, i := range p.instruments {
			tx.PutInstrument(i)
		}
		for _, payment := range p.payments {
			tx.PutPayment(payment)
		}
	}
	for _, id := range m.fresh.batches {
		tx.PutBatch(m.batches[id])
	}
	for _, p := range m.fresh.papers {
		if p.blocked.ID == "" || p.Block != nil {
			tx.PutRequest(nil, p.Request)
		} else { // stores keep blocks that were lifted, too
			tx.PutRequest(nil, p.blocked)
			tx.PutRequest(&p.blocked, p.Request)
		}
		for _, a := range p.allocations {
			tx.PutAllocation(a)
		}
		for _, payout := range p.payouts {
			tx.PutPayout(payout)
		}
	}
	for _, c := range m.fresh.comments {
		tx.PutComment(c)
	}
	for _, e := range m.fresh.events {
		tx.Append(e)
	}
	for _, t := range m.fresh.tallies {
		tx.Tally(t)
	}
	for _, b := range m.balances {
		tx.PutBalance(b)
	}
	tx.PutOrganisation(m.organisation)
}

// Update, Bulk and View implement engine.Store.
func (m *memory) Update(_ context.Context, fn func(engine.Tx) error) error   { return fn(m) }
func (m *memory) Bulk(_ context.Context, fn func(engine.Tx) error) error     { return fn(m) }
func (m *memory) View(_ context.Context, fn func(engine.ReadTx) error) error { return fn(m) }

// Changed implements engine.Store.
func (m *memory) Changed(context.Context) <-chan struct{} { return nil }

// Try implements engine.Tx.
func (m *memory) Try(fn func() error) error { return fn() }

var errNone = engine.Errorf(engine.NotFound, "there is none")

// Organisation implements engine.ReadTx.
func (m *memory) Organisation() (engine.Organisation, error) { return m.organisation, nil }

// PutOrganisation implements engine.Tx.
func (m *memory) PutOrganisation(o engine.Organisation) { m.organisation = o }

// Config implements engine.ReadTx.
func (m *memory) Config() (*engine.Config, error) { return m.config, nil }

// Balance implements engine.ReadTx.
func (m *memory) Balance(gateway string) (engine.Balance, error) { return m.balances[gateway], nil }

// PutBalance implements engine.Tx.
func (m *memory) PutBalance(b engine.Balance) { m.balances[b.GatewayID] = b }

// GatewayState implements engine.ReadTx: every account is in order.
func (m *memory) GatewayState(gateway string) (engine.GatewayState, error) {
	return engine.GatewayState{GatewayID: gateway}, nil
}

// RouteUses implements engine.ReadTx. No scheme asks for them.
func (m *memory) RouteUses(time.Time) ([]engine.RouteUse, error) { return nil, nil }

// LastSeq implements engine.ReadTx.
func (m *memory) LastSeq() (int64, error) { return m.seq, nil }

// Append implements engine.Tx.
func (m *memory) Append(e engine.Event) {
	m.seq = e.Seq
	m.fresh.events = append(m.fresh.events, e)
}

// Tally implements engine.Tx.
func (m *memory) Tally(t engine.Tally) { m.fresh.tallies = append(m.fresh.tallies, t) }

// Customer implements engine.ReadTx.
func (m *memory) Customer(id engine.CustomerID) (engine.Customer, error) {
	return m.payees[id].Customer, nil
}

// CustomerByReference implements engine.ReadTx: references are made unique.
func (m *memory) CustomerByReference(string) (engine.Customer, error) {
	return engine.Customer{}, errNone
}

// PutCustomer implements engine.Tx.
func (m *memory) PutCustomer(c engine.Customer) {
	p := &payee{Customer: c}
	m.payees[c.ID] = p
	m.fresh.payees = append(m.fresh.payees, p)
}

// Instrument implements engine.ReadTx.
func (m *memory) Instrument(id engine.InstrumentID) (engine.Instrument, error) {
	return *m.instruments[id], nil
}

// Instruments implements engine.ReadTx.
func (m *memory) Instruments(customer engine.CustomerID) ([]engine.Instrument, error) {
	return m.payees[customer].instruments, nil
}

// PutInstrument implements engine.Tx.
func (m *memory) PutInstrument(i engine.Instrument) {
	p := m.payees[i.CustomerID]
	p.instruments = append(p.instruments, i)
	m.know(p)
}

// Payments implements engine.ReadTx.
func (m *memory) Payments(customer engine.CustomerID) ([]engine.Payment, error) {
	return m.payees[customer].payments, nil
}

// PutPayment implements engine.Tx.
func (m *memory) PutPayment(payment engine.Payment) {
	p := m.payees[payment.CustomerID]
	p.payments = append(p.payments, payment)
}

// Request implements engine.ReadTx.
func (m *memory) Request(id engine.RequestID) (engine.Request, error) {
	return m.papers[id].Request, nil
}

// RequestByReference implements engine.ReadTx: references are made unique.
func (m *memory) RequestByReference(string, string) (engine.Request, error) {
	return engine.Request{}, errNone
}

// RequestRows implements engine.ReadTx.
func (m *memory) RequestRows(ids []engine.RequestID) ([]engine.RequestRow, error) {
	var rows []engine.RequestRow
	for _, id := range ids {
		rows = append(rows, engine.RequestRow{Request: m.papers[id].Request})
	}
	return rows, nil
}

// PutRequest implements engine.Tx.
func (m *memory) PutRequest(was *engine.Request, now engine.Request) {
	p := m.papers[now.ID]
	if p == nil {
		p = &paper{}
		m.papers[now.ID] = p
		m.papersOf[now.CustomerID] = append(m.papersOf[now.CustomerID], p)
		m.fresh.papers = append(m.fresh.papers, p)
	}
	p.Request = now
	if now.Block != nil {
		p.blocked = now
	}
	m.dispatch = without(m.dispatch, now.ID)
	if !now.DispatchAt.IsZero() {
		m.dispatch = append(m.dispatch, now.ID)
		if was == nil || !was.DispatchAt.Equal(now.DispatchAt) {
			m.wakes = append(m.wakes, wake{now.DispatchAt, "dispatch"})
		}
	}
}

// Due implements engine.ReadTx, of the clock that is asked for.
func (m *memory) Due(_ engine.DueClock, now time.Time, limit int) (due []engine.RequestID, _ error) {
	for _, id := range m.dispatch {
		if p := m.papers[id]; p.Block == nil && !p.DispatchAt.After(now) && len(due) < limit {
			due = append(due, id)
		}
	}
	return due, nil
}

// Claims implements engine.ReadTx: nobody claims anything.
func (m *memory) Claims([]engine.RequestID) ([]engine.Claim, error) { return nil, nil }

// PutComment implements engine.Tx.
func (m *memory) PutComment(c engine.CommentText) { m.fresh.comments = append(m.fresh.comments, c) }

// Batch implements engine.ReadTx.
func (m *memory) Batch(id engine.BatchID) (engine.Batch, error) { return m.batches[id], nil }

// BatchByReference implements engine.ReadTx: references are made unique.
func (m *memory) BatchByReference(engine.Mode, string) (engine.Batch, error) {
	return engine.Batch{}, errNone
}

// PutBatch implements engine.Tx.
func (m *memory) PutBatch(b engine.Batch) {
	if _, known := m.batches[b.ID]; !known {
		m.fresh.batches = append(m.fresh.batches, b.ID)
	}
	m.batches[b.ID] = b
}

// Allocation implements engine.ReadTx.
func (m *memory) Allocation(id engine.AllocationID) (engine.Allocation, error) {
	p := m.allocated[id]
	return p.allocations[p.allocation(id)], nil
}

func (p *paper) allocation(id engine.AllocationID) int {
	return slices.IndexFunc(p.allocations, func(a engine.Allocation) bool { return a.ID == id })
}

// Allocations implements engine.ReadTx.
func (m *memory) Allocations(request engine.RequestID) ([]engine.Allocation, error) {
	return slices.Clone(m.papers[request].allocations), nil
}

// CustomerAllocations implements engine.ReadTx, for those of the bite: accounts
// that ask for what was paid back earlier are not among ours.
func (m *memory) CustomerAllocations(customer engine.CustomerID, c money.Currency) (list []engine.Allocation, _ error) {
	for _, p := range m.papersOf[customer] {
		if p.Amount.Currency == c {
			list = append(list, p.allocations...)
		}
	}
	return list, nil
}

// PutAllocation implements engine.Tx.
func (m *memory) PutAllocation(a engine.Allocation) {
	p := m.papers[a.RequestID]
	m.allocated[a.ID] = p
	if at := p.allocation(a.ID); at >= 0 {
		p.allocations[at] = a
	} else {
		p.allocations = append(p.allocations, a)
	}
	m.queued = without(m.queued, a.ID)
	if a.Status == engine.AllocationQueued {
		m.queued = append(m.queued, a.ID)
		m.wakes = append(m.wakes, wake{a.UpdatedAt.Add(workerTime), "payouts"})
	}
}

// workerTime is how long what is queued waits for a worker.
const workerTime = 3 * time.Second

// Queued implements engine.ReadTx.
func (m *memory) Queued(skip []string, limit int) (list []engine.Allocation, _ error) {
	for _, id := range m.queued {
		p := m.allocated[id]
		a := p.allocations[p.allocation(id)]
		if p.Block == nil && !slices.Contains(skip, a.GatewayID) && len(list) < limit {
			list = append(list, a)
		}
	}
	return list, nil
}

// Payout implements engine.ReadTx.
func (m *memory) Payout(allocation engine.AllocationID) (engine.Payout, error) {
	for _, payout := range m.allocated[allocation].payouts {
		if payout.AllocationID == allocation {
			return payout, nil
		}
	}
	return engine.Payout{}, errNone
}

// Payouts implements engine.ReadTx.
func (m *memory) Payouts(request engine.RequestID) ([]engine.Payout, error) {
	return slices.Clone(m.papers[request].payouts), nil
}

// PutPayout implements engine.Tx.
func (m *memory) PutPayout(payout engine.Payout) {
	p := m.papers[payout.RequestID]
	at := slices.IndexFunc(p.payouts, func(other engine.Payout) bool { return other.ID == payout.ID })
	if at >= 0 {
		p.payouts[at] = payout
	} else {
		p.payouts = append(p.payouts, payout)
	}
	m.lookUps = without(m.lookUps, payout.AllocationID)
	if !payout.LookUpAt.IsZero() {
		m.lookUps = append(m.lookUps, payout.AllocationID)
		m.wakes = append(m.wakes, wake{payout.LookUpAt, "look-ups"})
	}
}

// PayoutsDue implements engine.ReadTx. No worker dies, so no lease runs out.
func (m *memory) PayoutsDue(now time.Time, limit int) (due []engine.Payout, err error) {
	for _, id := range m.lookUps {
		payout, err := m.Payout(id)
		if err != nil {
			return nil, err
		}
		if !payout.LookUpAt.After(now) {
			due = append(due, payout)
		}
	}
	slices.SortFunc(due, func(a, b engine.Payout) int {
		return cmp.Or(a.LookUpAt.Compare(b.LookUpAt), cmp.Compare(a.ID, b.ID))
	})
	return due[:min(limit, len(due))], nil
}

// without removes what is in a short list, if it is.
func without[T comparable](list []T, gone T) []T {
	if at := slices.Index(list, gone); at >= 0 {
		return slices.Delete(list, at, at+1)
	}
	return list
}
