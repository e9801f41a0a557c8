package main

import (
	"cmp"
	"container/heap"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/id"
)

// A world is what a store follows from.
type world struct {
	seed     uint64
	requests int
}

// All happens within so long from the first day on, however many requests.
const period = 540 * 24 * time.Hour

var firstDay = time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)

// time is when the request of a number is created.
func (w world) time(number int) time.Time {
	return firstDay.Add(time.Duration(number) * (period / time.Duration(w.requests)))
}

// What chances are drawn for.
const (
	ofDesk uint64 = iota
	ofBite
	ofPayee
	ofRequest
)

// chance returns the chances of something of a number: for names, and for what
// happens.
func (w world) chance(of uint64, number int) (names *rand.ChaCha8, dice *rand.Rand) {
	if of == ofRequest { // whose names are its bite's
		return nil, rand.New(rand.NewPCG(w.seed<<8|of, uint64(number)))
	}
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], w.seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(number))
	binary.LittleEndian.PutUint64(key[16:], of)
	return rand.NewChaCha8(key), rand.New(rand.NewPCG(w.seed<<8|of, uint64(number)))
}

// A scribe makes the histories of one bite, side by side, as they happened.
type scribe struct {
	ctx    context.Context
	world  world
	people *people
	memory *memory
	clock  *clock.Manual
	engine *engine.Engine
	dice   *rand.Rand
	due    agenda
	made   []*paper // by their numbers
}

// A task is something that is to happen.
type task struct {
	at    time.Time
	place int // in the order of planning, for those of one moment
	do    func() error
}

// An agenda is a heap of tasks, the next one first.
type agenda struct {
	tasks []task
	next  int
}

func (a *agenda) Len() int { return len(a.tasks) }
func (a *agenda) Less(i, j int) bool {
	x, y := a.tasks[i], a.tasks[j]
	return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.place, y.place)) < 0
}
func (a *agenda) Swap(i, j int) { a.tasks[i], a.tasks[j] = a.tasks[j], a.tasks[i] }
func (a *agenda) Push(t any)    { a.tasks = append(a.tasks, t.(task)) }
func (a *agenda) Pop() any {
	last := a.tasks[len(a.tasks)-1]
	a.tasks = a.tasks[:len(a.tasks)-1]
	return last
}

// plan puts something on the agenda.
func (s *scribe) plan(at time.Time, do func() error) {
	s.due.next++
	heap.Push(&s.due, task{at, s.due.next, do})
}

// write makes the histories of the requests from one number to another, in a
// memory that goes on where the last one ended.
func (p *people) write(ctx context.Context, last *memory, bite, from, to int) (*memory, error) {
	names, dice := p.world.chance(ofBite, bite)
	c := clock.NewManual(p.world.time(from))
	s := &scribe{ctx: ctx, world: p.world, people: p, memory: last.after(), clock: c, dice: dice}
	s.engine = engine.New(s.memory, engine.World{
		Clock: c, IDs: id.NewSource(c.Now, names), Gateways: providers, Worker: "generate", Seed: p.world.seed,
	})
	for number := from; number < to; number++ {
		s.plan(p.world.time(number), func() error { return s.begin(number) })
	}
	s.plan(p.world.time(to), func() error { return s.batch(bite) })
	for s.due.Len() > 0 {
		next := heap.Pop(&s.due).(task)
		c.Set(next.at)
		if err := next.do(); err != nil {
			return nil, err
		}
		for _, w := range s.memory.wakes {
			s.plan(w.at, func() error { return s.engine.Work(ctx, w.step) })
		}
		s.memory.wakes = s.memory.wakes[:0]
	}
	return s.memory, nil
}

// begin creates a request and plans the first act of its history.
func (s *scribe) begin(number int) error {
	p, err := s.create(s.ctx, number)
	if err != nil {
		return fmt.Errorf("request %d: %w", number, err)
	}
	s.made = append(s.made, p)
	s.goOn(p, historyOf(number >= s.world.requests/10*9, s.dice.IntN(1000)), s.dice.IntN(len(reviewers)))
	return nil
}

// goOn plans the next act, by a reviewer, and those after it.
func (s *scribe) goOn(p *paper, acts []act, reviewer int) {
	if len(acts) == 0 {
		return
	}
	next := acts[0]
	wait := next.least + time.Duration(s.dice.Int64N(int64(next.most-next.least)))
	s.plan(s.clock.Now().Add(wait), func() error {
		by := reviewers[reviewer%len(reviewers)]
		err := next.do(s, p, engine.Caller{By: by, Door: engine.DoorConsole})
		if code := engine.CodeOf(err); err != nil && code != engine.Refused && code != engine.Forbidden {
			return fmt.Errorf("request %s: %w", p.Reference, err)
		}
		s.goOn(p, acts[1:], reviewer+1)
		return nil
	})
}

// batch puts some of what is open into a batch, now and then.
func (s *scribe) batch(bite int) error {
	if s.dice.IntN(4) > 0 {
		return nil
	}
	var ids []engine.RequestID
	for _, p := range s.made {
		if !p.Status.Final() && len(ids) < 60 && s.dice.IntN(3) == 0 {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	by := engine.Caller{By: reviewers[3], Door: engine.DoorConsole}
	_, _, err := s.engine.CreateBatch(s.ctx, by, engine.NewBatch{
		Reference: fmt.Sprintf("batch-%d", bite), Of: engine.Selection{IDs: ids},
	})
	return err
}
