package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
)

// People are the customers and colleagues of a living desk. What they do, they
// do one thing at a time, each time somebody lets them; they know no clock but
// the desk's. They leave alone what was there when they came, for the one at
// the desk to decide.
type people struct {
	*engine.Engine
	dice      *rand.Rand
	config    *engine.Config
	since     time.Time
	customers []engine.CustomerID
	hopeless  map[engine.RequestID]bool // cannot be placed
}

// mostKnown bounds the customers who keep asking.
const mostKnown = 5000

func newPeople(ctx context.Context, e *engine.Engine, dice *rand.Rand) (*people, error) {
	p := &people{Engine: e, dice: dice, since: e.Now(), hopeless: map[engine.RequestID]bool{}}
	var after engine.CustomerID
	for len(p.customers) < mostKnown {
		page, err := e.Customers(ctx, after, 500)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			p.customers, after = append(p.customers, c.ID), c.ID
		}
	}
	return p, nil
}

// look reads the configuration, which may change while people live.
func (p *people) look(ctx context.Context) (err error) {
	p.config, err = p.Engine.Config(ctx)
	return err
}

// ask has somebody make a request: mostly one who is known, sometimes a
// newcomer, and sometimes one who asks twice.
func (p *people) ask(ctx context.Context) error {
	if err := p.look(ctx); err != nil {
		return err
	}
	who, err := p.somebody(ctx)
	if err != nil {
		return err
	}
	ways, err := p.Instruments(ctx, who)
	if err != nil {
		return err
	}
	ways = slices.DeleteFunc(ways, func(i engine.Instrument) bool {
		return i.Status != engine.InstrumentActive || usual[i.Currency] == 0
	})
	if len(ways) == 0 {
		return nil
	}
	way := pick(p.dice, ways)
	n := engine.NewRequest{
		PointID: p.where(way.Currency), CustomerID: who, InstrumentID: way.ID,
		Amount: natural(p.dice, way.Currency, 20, 1500),
	}
	if p.dice.IntN(4) == 0 {
		n.Description = pick(p.dice, descriptions)
	}
	times := 1
	if p.dice.IntN(12) == 0 {
		times = 2
	}
	for range times {
		if _, err := p.Create(ctx, by(customer), n); unlessPassing(err) != nil {
			return err
		}
	}
	return nil
}

// where is a point that takes the currency.
func (p *people) where(c money.Currency) string {
	point := pick(p.dice, []string{app, app, app, shop, market})
	if slices.Contains(p.config.Points[point].Currencies, c) {
		return point
	}
	return app
}

// somebody is a customer, one in eight a newcomer.
func (p *people) somebody(ctx context.Context) (engine.CustomerID, error) {
	if len(p.customers) > 0 && p.dice.IntN(8) > 0 {
		return pick(p.dice, p.customers), nil
	}
	number, err := p.freeNumber(ctx)
	if err != nil {
		return "", err
	}
	made, err := p.CreateCustomer(ctx, by(customer), newCustomer(p.dice, number))
	if err != nil {
		return "", err
	}
	p.customers = append(p.customers, made.ID)
	service := pick(p.dice, services[pick(p.dice, everywhere)])
	_, err = p.CreateInstrument(ctx, by(customer), engine.NewInstrument{
		CustomerID: made.ID, ServiceID: service, Fields: details(p.dice, service, number, made.Name),
	})
	return made.ID, err
}

// freeNumber is one that no customer has.
func (p *people) freeNumber(ctx context.Context) (int, error) {
	for {
		number := 1 + p.dice.IntN(1_000_000)
		_, err := p.Engine.Customer(ctx, reference(number))
		switch engine.CodeOf(err) {
		case engine.NotFound:
			return number, nil
		default:
			if err != nil {
				return 0, err
			}
		}
	}
}

// colleagues are who act by themselves, those with fewer rights last.
var colleagues = []engine.ReviewerID{senior2, rev2, rev1}

// makeReady brings up the request that waits longest for a reviewer, among
// those that came while people live.
func (p *people) makeReady(ctx context.Context) error {
	const patience = 90 * time.Second
	return p.oldest(ctx, engine.RequestPending, patience, func(r engine.Request) (bool, error) {
		if r.HeldBack || !r.ReadyAt.IsZero() || r.PointID != shop {
			return false, nil
		}
		_, err := p.Ready(ctx, by(rev1), r.ID, r.Version)
		return true, err
	})
}

// approve gives a second approval where somebody else gave the first, some
// time ago and while people live.
func (p *people) approve(ctx context.Context) error {
	const patience = 25 * time.Second
	rows, err := p.rows(ctx, "status:ready;blocked:false", engine.Order{Key: "updated", Descending: true})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if len(r.Approvals) == 0 {
			continue
		}
		last := r.Approvals[len(r.Approvals)-1].At
		if last.Before(p.since) || p.Now().Sub(last) < patience {
			continue
		}
		for _, who := range colleagues {
			if !mayApprove(p.config, who, r) {
				continue
			}
			_, err := p.Approve(ctx, by(who), r.ID, engine.Approving{Seen: r.Version})
			return unlessPassing(err)
		}
	}
	return nil
}

// claim has colleagues say what they are at work on.
func (p *people) claim(ctx context.Context) error { return claimSome(ctx, p.Engine, 3) }

// pay allocates and sends what was approved a while ago, and since people
// live.
func (p *people) pay(ctx context.Context) error {
	const patience = 75 * time.Second
	return p.oldest(ctx, engine.RequestApproved, patience, func(r engine.Request) (bool, error) {
		if p.hopeless[r.ID] {
			return false, nil
		}
		plan, err := p.Plan(ctx, r.ID)
		if err != nil {
			return false, err
		}
		if !plan.Placed().Positive() {
			p.hopeless[r.ID] = true
			return false, nil
		}
		clerk := pick(p.dice, []engine.ReviewerID{rev1, rev2})
		if _, _, err := p.AutoAllocate(ctx, by(clerk), r.ID, r.Version, &plan); err != nil {
			return true, err
		}
		return true, p.send(ctx, clerk, r.ID)
	})
}

// send processes what is pending of a request.
func (p *people) send(ctx context.Context, clerk engine.ReviewerID, id engine.RequestID) error {
	ids, err := pending(ctx, p.Engine, id)
	if err != nil || len(ids) == 0 {
		return err
	}
	_, _, err = p.Process(ctx, by(clerk), ids)
	return err
}

// pending are the allocations of a request that nobody has processed.
func pending(
	ctx context.Context, e *engine.Engine, id engine.RequestID,
) (ids []engine.AllocationID, err error) {
	all, err := e.Allocations(ctx, id)
	for _, a := range all {
		if a.Status == engine.AllocationPending {
			ids = append(ids, a.ID)
		}
	}
	return ids, err
}

// oldest shows do the requests that came into a status since people live and
// have been there for some time, the longest first, until it did something
// with one.
func (p *people) oldest(
	ctx context.Context, status engine.RequestStatus, patience time.Duration,
	do func(engine.Request) (bool, error),
) error {
	rows, err := p.rows(ctx, "blocked:false;status:"+string(status), engine.Order{Key: "since", Descending: true})
	if err != nil {
		return err
	}
	for _, r := range slices.Backward(rows) {
		if r.StatusSince.Before(p.since) || p.Now().Sub(r.StatusSince) < patience {
			continue
		}
		did, err := do(r)
		if did || err != nil {
			return unlessPassing(err)
		}
	}
	return nil
}

// rows are the first requests that a filter finds.
func (p *people) rows(
	ctx context.Context, expr string, order engine.Order,
) ([]engine.Request, error) {
	const enough = 500
	if err := p.look(ctx); err != nil {
		return nil, err
	}
	which, err := filter.Parse(expr, engine.RequestFields(), p.Now())
	if err != nil {
		return nil, err
	}
	page, err := p.Requests(ctx, engine.RequestQuery{
		Mode: engine.ModeTest, Filter: which, Order: order, Limit: enough,
	})
	if err != nil {
		return nil, err
	}
	rows := make([]engine.Request, len(page.Rows))
	for i, row := range page.Rows {
		rows[i] = row.Request
	}
	return rows, nil
}
