package demo

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/filter"
)

// SeedOptions say how much happened at a desk.
type SeedOptions struct {
	Requests int    // how many it has in all, 1 to 200000
	Seed     uint64 // the same seed, the same desk
	Progress func(done, all int)
}

// MostRequests is as much as can be seeded at once.
const MostRequests = 200_000

// Seed gives an empty store a past: customers since half a year ago, requests
// of the last days in every status, and the trouble that comes with them. The
// world's clock has to be c, which stands at the present: it is set back and
// walks up to there again. The store gets all of it in one transaction, or
// nothing; the providers of world hear of it as it happens.
func Seed(ctx context.Context, store engine.Store, world engine.World, c *clock.Manual, o SeedOptions) error {
	if o.Requests < 1 || o.Requests > MostRequests {
		return engine.Errorf(engine.Invalid, "a demo of %d requests is not possible", o.Requests).
			Or("1 to %d", MostRequests)
	}
	present, begun := c.Now(), false
	defer c.Set(present)
	return store.Update(ctx, func(tx engine.Tx) error {
		if begun { // the providers would hear of it twice
			return engine.Errorf(engine.Unavailable, "the store took the demo's past back").Or("start again")
		}
		begun = true
		within := &inside{tx: tx}
		p := &past{
			Engine: engine.New(within, world), options: o,
			ctx: ctx, store: within, clock: c, present: present,
		}
		if err := p.happen(); err != nil {
			return err
		}
		return within.failed
	})
}

// inside is a store whose transactions are all part of one that is open
// already. None of them can be undone alone: if one fails, all have to.
type inside struct {
	tx     engine.Tx
	failed error
}

func (s *inside) Update(_ context.Context, fn func(engine.Tx) error) error {
	err := fn(s.tx)
	if s.failed == nil {
		s.failed = err
	}
	return err
}

func (s *inside) Bulk(ctx context.Context, fn func(engine.Tx) error) error { return s.Update(ctx, fn) }

func (s *inside) View(_ context.Context, fn func(engine.ReadTx) error) error { return fn(s.tx) }

func (s *inside) Changed(context.Context) <-chan struct{} { return nil }

// A past is everything that happened at a desk, while it happens.
type past struct {
	*engine.Engine
	options SeedOptions
	ctx     context.Context
	store   engine.Store
	clock   *clock.Manual
	present time.Time
	config  *engine.Config

	agenda   agenda
	regulars []*payee // customers who come again and again
	turn     int      // whose of them it is to ask, among those who were paid before

	turnToBePaid int // whose of them it is to be paid

	customers, requests, blocks int // so far
}

// founded is how long before the present a desk was set up.
const founded = 200 * 24 * time.Hour

// happen sets the desk up and lets everything happen up to the present.
func (p *past) happen() error {
	p.clock.Set(p.present.Add(-founded))
	if err := p.setUp(); err != nil {
		return err
	}
	p.agenda = p.stories()
	defer func() { p.agenda.stop() }()
	heap.Init(&p.agenda)
	all, begun := len(p.agenda), 0
	for len(p.agenda) > 0 && !p.agenda[0].at.After(p.present) {
		s := p.agenda[0]
		if err := wind(p.ctx, p.Engine, p.store, p.clock, s.at); err != nil {
			return err
		}
		if s.next == nil {
			begun++
			p.progress(begun, all)
		}
		if s.goOn() {
			heap.Fix(&p.agenda, 0)
		} else {
			heap.Pop(&p.agenda)
		}
		if s.err != nil && !errors.Is(s.err, errPresent) {
			return fmt.Errorf("the story %s: %w", s.plot.name, s.err)
		}
	}
	if err := wind(p.ctx, p.Engine, p.store, p.clock, p.present); err != nil {
		return err
	}
	if err := claimSome(p.ctx, p.Engine, 3); err != nil {
		return err
	}
	return putTogether(p.ctx, p.Engine)
}

// waiting are the latest that wait for a review.
func waiting(ctx context.Context, e *engine.Engine, most int) ([]engine.RequestRow, error) {
	page, err := e.Requests(ctx, engine.RequestQuery{
		Mode: engine.ModeTest, Filter: filter.Expr{Clauses: []filter.Clause{
			{Field: "status", Kind: filter.Enum, Values: []filter.Value{{Text: string(engine.RequestReady)}}},
			{Field: "blocked", Kind: filter.Bool, Values: []filter.Value{{Text: "false"}}},
		}},
		Order: engine.Order{Key: "since", Descending: true}, Limit: most,
	})
	return page.Rows, err
}

// claimSome has colleagues claim some of what waits for a review, none of the
// newest, where somebody starts.
func claimSome(ctx context.Context, e *engine.Engine, most int) error {
	rows, err := waiting(ctx, e, 40)
	if err != nil {
		return err
	}
	for i, row := range rows {
		if i%7 != 6 || i/7 >= most {
			continue
		}
		_, err := e.Claim(ctx, by([]engine.ReviewerID{rev2, rev1}[i/7%2]), row.ID, false)
		if err != nil && engine.CodeOf(err) != engine.Refused { // somebody else was first
			return err
		}
	}
	return nil
}

func (p *past) progress(done, all int) {
	if p.options.Progress != nil {
		p.options.Progress(done, all)
	}
}

// setUp makes the store a desk.
func (p *past) setUp() error {
	if _, err := p.Init(p.ctx, by(admin)); err != nil {
		return err
	}
	file, err := configuration(p.options.Requests)
	if err != nil {
		return err
	}
	if _, err := p.Apply(p.ctx, by(admin), file, false); err != nil {
		return err
	}
	p.config, err = p.Engine.Config(p.ctx)
	return err
}

// An agenda is a heap of stories, the one that goes on first on top.
type agenda []*story

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if a[i].at.Equal(a[j].at) {
		return a[i].number < a[j].number
	}
	return a[i].at.Before(a[j].at)
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(s any)   { *a = append(*a, s.(*story)) }
func (a *agenda) Pop() any {
	last := len(*a) - 1
	s := (*a)[last]
	*a = (*a)[:last]
	return s
}

// stop ends all stories where they are.
func (a agenda) stop() {
	for _, s := range a {
		if s.next != nil {
			s.stop()
		}
	}
}

// goOn tells a story up to its next wait, and reports whether there is one.
func (s *story) goOn() bool {
	if s.next == nil {
		s.next, s.stop = iter.Pull(func(wait func(time.Time) bool) {
			s.pause = wait
			s.plot.tell(s)
		})
	}
	at, more := s.next()
	s.at = at
	return more
}
