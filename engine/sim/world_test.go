package sim_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/sim"
	"github.com/purserhq/purser/storage"
)

// A world is a site on which people and workers do what they like, right and
// wrong, in two processes that take turns, while store, network, provider and
// clock fail as they like. A seed decides all of it.
type world struct {
	*site
	dice  *rand.Rand
	kind  kind
	seats []*seat
	calm  bool // nothing goes wrong any more
	trace []string

	instruments [][]engine.Instrument // by customer
	papers      []paper
	oracle      oracle
	commands    []command // that were done, and can be sent again
	paidIn      map[engine.InstrumentID]money.Amount
	untold      map[engine.AllocationID]bool // somebody erred about it, and its provider says nothing
}

// A kind of world is what its provider can do, and how far anybody can be
// believed.
type kind struct {
	can      engine.Capabilities
	truthful bool // nobody says what is not so
	twice    bool // orders may arrive twice: the provider remembers their keys
	scripts  []string
	routing  string // the configuration of its scheme and rates; "" for none
	attempts int    // that the engine makes beyond the first
}

// A seat is where a process lives. When it dies, another comes.
type seat struct {
	*world
	*engine.Engine
	name    string
	store   storage.Store
	network *sim.Gateway

	process *sim.Process // nil while it does nothing
	doing   string
	done    bool // it came to the end of what it was doing
	atOnce  bool // it waits for nobody
	ctx     context.Context
	cancel  context.CancelFunc
	calling time.Time // since when it waits for a provider; zero for not
	late    time.Time // since when an order is on its way
	told    bool      // of everything that it committed
}

// newWorld returns the world of a seed.
func newWorld(t testing.TB, seed uint64) *world {
	dice := rand.New(rand.NewPCG(seed, 0))
	k := kindOf(dice)
	file, instruments := desk(t, 2, k.scripts...)
	w := &world{
		site: openSite(t, file, k.can), dice: dice, kind: k, instruments: instruments,
		paidIn: map[engine.InstrumentID]money.Amount{}, untold: map[engine.AllocationID]bool{},
	}
	if k.routing != "" {
		w.route()
	}
	w.oracle = newOracle(w)
	w.payIn()
	for _, name := range []string{"north", "south"} {
		s := &seat{world: w, name: name, store: w.open()}
		w.Cleanup(func() {
			if s.process != nil {
				s.process.Kill()
			}
			if err := s.store.Close(); err != nil {
				w.Error(err)
			}
		})
		s.restart()
		w.seats = append(w.seats, s)
	}
	return w
}

// payIn lets every customer have paid something in with an instrument, so that
// money goes back there first, and through one account no more than that.
func (w *world) payIn() {
	store := w.open()
	defer store.Close()
	e := w.engine(store, w.bank)
	for _, mine := range w.instruments {
		n := engine.NewPayment{
			CustomerID: mine[0].CustomerID, InstrumentID: mine[0].ID, GatewayID: "usd-covered",
			Kind: engine.PaymentSale, Amount: money.New(1+w.dice.Int64N(80_000), "USD"),
		}
		if _, err := e.RecordPayment(context.Background(), as("admin1"), n); err != nil {
			w.Fatal(err)
		}
		w.paidIn[n.InstrumentID] = n.Amount
	}
}

// restart puts a process that knows nothing yet on the seat.
func (s *seat) restart() {
	s.network = sim.NewGateway(s.bank, s.meet, sim.Die)
	s.Engine = s.engine(sim.NewStore(s.store, s.meet, sim.Die), s.oracle.witness(s.network))
	s.late = time.Time{}
}

// meet is what the world does at a seam of the seat's process.
func (s *seat) meet(at sim.Seam) sim.Fault {
	if s.calm {
		return sim.Nothing
	}
	fault := s.fault(at)
	if fault != sim.Nothing {
		s.note("%s: %s %s", s.name, fault, at)
	}
	switch {
	case fault == sim.Late:
		s.late = s.clock.Now()
	case fault == sim.Lost && at == sim.AfterCommit:
		s.told = false
	}
	if fault == sim.Nothing && at != sim.BeforeCommit && !s.atOnce && s.dice.IntN(4) == 0 {
		if slices.Contains(calls, at) {
			s.calling = s.clock.Now()
		}
		s.note("%s waits %s", s.name, at)
		s.process.Wait()
		s.calling = time.Time{}
	}
	return fault
}

// calls are the seams at which a provider keeps its caller waiting.
var calls = []sim.Seam{sim.BeforePay, sim.AfterPay, sim.BeforeLookUp, sim.AfterLookUp}

// fault throws the dice for a seam.
func (s *seat) fault(at sim.Seam) sim.Fault {
	switch roll := s.dice.IntN(100); {
	case roll < 2:
		return sim.Death
	case roll < 6:
		return sim.Lost
	case roll < 8 && (at == sim.BeforeCommit || at == sim.BeforeLookUp || at == sim.BeforePay && s.kind.twice):
		return sim.Again
	case roll < 12 && at == sim.BeforePay && s.kind.can.KeyLife > 0:
		return sim.Late
	}
	return sim.Nothing
}

// turn lets the seat's process go on, or begin something.
func (s *seat) turn() {
	if s.process == nil {
		s.begin()
	}
	if !s.process.Turn() {
		return
	}
	s.process = nil
	s.cancel()
	if !s.done {
		s.note("%s died: %s", s.name, s.doing)
		s.restart()
	}
}

// begin begins what the dice say.
func (s *seat) begin() {
	deed := s.choose()
	s.doing, s.done, s.told, s.atOnce = deed.name, false, true, deed.atOnce
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.process = sim.Begin(func(*sim.Process) {
		err := deed.do()
		s.note("%s: %s: %s", s.name, deed.name, outcome(err))
		s.oracle.judge(deed, err)
		s.done = true
	})
}

// kill ends what the seat's process is doing, wherever it waits.
func (s *seat) kill() {
	if s.process == nil {
		return
	}
	s.note("%s is killed: %s", s.name, s.doing)
	s.process.Kill()
	s.process = nil
	s.cancel()
	s.restart()
}

// pass lets time pass. No order is on its way for longer than its provider has
// promised, and nobody waits for an answer for longer than the engine allows.
func (w *world) pass(d time.Duration) {
	later := w.clock.Now().Add(d)
	for _, s := range w.seats {
		if !s.late.IsZero() && later.Sub(s.late) >= w.longestJourney() {
			w.note("late orders of %s arrive", s.name)
			s.network.Deliver(context.Background())
			s.late = time.Time{}
		}
		if s.process != nil && !s.calling.IsZero() && later.Sub(s.calling) >= engine.ProviderTimeout {
			w.note("%s waits for no answer any more", s.name)
			s.cancel()
		}
	}
	w.clock.Set(later)
	w.note("it is %s", later.Format(time.DateTime))
}

// longestJourney is how long an order can be on its way, and nobody lied.
func (w *world) longestJourney() time.Duration {
	if final := w.kind.can.NotFoundFinalAfter; final > 0 {
		return final / 2
	}
	return w.kind.can.KeyLife / 2
}

// run lets the world go on for so many turns, and then be well.
func (w *world) run(turns int) {
	for turn := range turns {
		s := w.seats[w.dice.IntN(len(w.seats))]
		if s.process != nil && w.dice.IntN(60) == 0 {
			s.kill()
		}
		s.turn()
		w.weather()
		w.oracle.look(turn%25 == 24)
	}
	w.end()
}

// weather moves the clock, or not.
func (w *world) weather() {
	minutes := func(most int) time.Duration { return time.Duration(1+w.dice.IntN(most)) * time.Minute }
	switch roll := w.dice.IntN(100); {
	case roll < 20:
		w.pass(time.Duration(1+w.dice.IntN(30)) * time.Second)
	case roll < 35:
		w.pass(minutes(10))
	case roll < 40:
		w.pass(60 * minutes(12))
	case roll < 41:
		w.pass(24 * 60 * minutes(3))
	case roll < 42:
		w.pass(-time.Hour)
	}
}

// note keeps what happened for whoever has to find out why.
func (w *world) note(format string, args ...any) {
	w.trace = append(w.trace, fmt.Sprintf(format, args...))
}

// fail ends the test with the last of what happened.
func (w *world) fail(format string, args ...any) {
	w.Helper()
	const tail = 60
	w.Fatalf("%s\nafter\n  %s", fmt.Sprintf(format, args...),
		strings.Join(w.trace[max(0, len(w.trace)-tail):], "\n  "))
}

// pick returns one of the list, as the dice say.
func pick[T any](w *world, list []T) T { return list[w.dice.IntN(len(list))] }

// kindOf chooses a kind of world.
func kindOf(dice *rand.Rand) kind {
	k := kind{truthful: dice.IntN(4) > 0, twice: true, can: engine.Capabilities{
		LookUp: true, Partial: true, TakeBack: true,
		KeyLife: 24 * time.Hour, NotFoundFinalAfter: time.Minute, Settling: 5 * time.Minute,
	}}
	switch dice.IntN(8) {
	case 0: // it remembers long and is slow
		k.can.KeyLife, k.can.NotFoundFinalAfter = 30*24*time.Hour, 12*time.Hour
	case 1: // it never deduplicates
		k.can.KeyLife, k.twice = 0, false
	case 2: // it cannot be asked
		k.can.LookUp, k.can.TakeBack = false, false
	case 3: // it never says for certain that it has no order
		k.can.NotFoundFinalAfter = 0
	}
	k.scripts = []string{"processed", "jpy processed", "timeout,found"}
	if dice.IntN(3) > 0 {
		k.routing, k.attempts = routing(dice)
		k.scripts = []string{"processed", "jpy processed", "timeout,declined", "declined", "timeout"}
	}
	steps := slices.Clone(honestSteps)
	if !k.truthful {
		steps = append(steps, "contradict", "over:150", "over:101")
	}
	for range 4 {
		var script []string
		for range 1 + dice.IntN(4) {
			script = append(script, steps[dice.IntN(len(steps))])
		}
		k.scripts = append(k.scripts, strings.Join(script, ","))
	}
	return k
}

// honestSteps are the steps of the sandbox's scripts that tell no lie.
var honestSteps = []string{
	"processed", "found", "partial:60", "partial:1", "declined", "declined:antifraud", "process-failed",
	"found:recipient-not-found", "accept", "duplicate", "timeout", "reset-after", "error-500-after", "garbage",
	"silence", "unknown", "timeout-before", "reset", "error-500", "error-429", "unknown-before", "not-found",
	"returned", "returned-part:40", "keep",
}
