package sim_test

import (
	"context"
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/sim"
)

// Here is what worlds have found, told as stories.

// begun returns a stage on which one request of 100 USD waits for a worker.
func begun(t *testing.T, can engine.Capabilities, script string) *stage {
	t.Helper()
	file, instruments := desk(t, 1, script)
	s := &stage{site: openSite(t, file, can), instruments: instruments[0]}
	s.store = s.open()
	t.Cleanup(func() {
		s.inspect()
		s.close()
	})
	s.begin(0)
	s.send("r1", "100")
	return s
}

// sleeper starts a process that works until it comes to the n-th seam of a
// kind, and falls asleep there. Its next turn wakes it up.
func (s *stage) sleeper(at sim.Seam, n int) *sim.Process {
	s.Helper()
	fuse, slept := sim.NewFuse(n, at), false
	var p *sim.Process
	meeting := func(at sim.Seam) sim.Fault {
		if fuse.Meet(at) == sim.Death && !slept {
			slept = true
			p.Wait()
		}
		return sim.Nothing
	}
	e := s.engine(sim.NewStore(s.store, meeting, sim.Die), sim.NewGateway(s.bank, meeting, sim.Die))
	p = sim.Begin(func(*sim.Process) {
		if err := e.RunUntilIdle(context.Background()); err != nil {
			s.Error(err)
		}
	})
	if p.Turn() {
		s.Fatalf("it never came to seam %d %s", n, at)
	}
	return p
}

// wake lets a sleeper go on to its end.
func (s *stage) wake(p *sim.Process) {
	s.Helper()
	if !p.Turn() {
		s.Fatal("it sleeps again")
	}
}

func (s *stage) payout() engine.Payout {
	s.Helper()
	p, err := s.Payout(context.Background(), s.allocations("r1")[0].ID)
	if err != nil {
		s.Fatal(err)
	}
	return p
}

// paidTimes returns how often the provider paid anything of the one request.
func (s *stage) paidTimes() (n int) {
	for _, a := range s.allocations("r1") {
		n += len(s.effects(a.ID))
	}
	return n
}

func TestWhoSleepsThroughTheLeaseSendsNothing(t *testing.T) {
	s := begun(t, sandbox.Capabilities(), "processed")
	asleep := s.sleeper(sim.AfterCommit, 0) // its intent is on the disk
	s.pass(48 * time.Hour)
	s.work() // it never arrived, and its key is dead
	if p := s.payout(); p.Verdict != engine.VerdictNotPaid {
		t.Fatalf("two days later it is %s", p.Status)
	}
	s.allocate("r1")
	s.process("r1")
	s.work()
	s.wake(asleep)
	if n := s.paidTimes(); n != 1 || s.now("r1").Status != engine.RequestFulfilled {
		t.Errorf("paid %d times; it is %s", n, s.now("r1").Status)
	}
}

func TestWhoSleepsThroughTheLeaseConcludesNothing(t *testing.T) {
	can := sandbox.Capabilities()
	can.KeyLife = 0 // "not found" is the end of it
	s := begun(t, can, "processed")
	network := s.slow(sim.Late)
	s.pass(2 * time.Minute)
	asleep := s.sleeper(sim.AfterLookUp, 0) // the provider has said that it does not have it
	network.Deliver(t.Context())
	s.pass(time.Hour)
	s.act("a senior knows", func() error {
		word := paidInFull
		word.Sent = s.payout().Sent
		_, err := s.StateOutcome(t.Context(), s.by("senior1"), s.payout().AllocationID, word)
		return err
	})
	s.wake(asleep)
	if p := s.payout(); p.Conflict || p.Verdict != engine.VerdictPaid {
		t.Errorf("it is %s, in conflict: %t", p.Status, p.Conflict)
	}
}

// slow works until idle over a network that makes the same of every order.
func (s *stage) slow(fault sim.Fault) *sim.Gateway {
	s.Helper()
	network := sim.NewGateway(s.bank, func(at sim.Seam) sim.Fault {
		if at == sim.BeforePay {
			return fault
		}
		return sim.Nothing
	}, sim.Die)
	if err := s.engine(s.store, network).RunUntilIdle(context.Background()); err != nil {
		s.Fatal(err)
	}
	return network
}

func TestTwoWorkersNeverShareAPayout(t *testing.T) {
	s := begun(t, sandbox.Capabilities(), "timeout,timeout,found")
	s.work()
	s.pass(10 * time.Second)
	asleep := s.sleeper(sim.BeforeLookUp, 0)
	s.work()
	if p := s.payout(); p.LookUps != 0 || p.LeaseBy == "" {
		t.Errorf("looked up %d times while %q is at it", p.LookUps, p.LeaseBy)
	}
	s.wake(asleep)
	if p := s.payout(); p.LookUps != 1 || p.LeaseBy != "" {
		t.Errorf("looked up %d times, and %q is at it", p.LookUps, p.LeaseBy)
	}
}

// "Not found" proves something only so long after an order was handed over, and
// the last time counts.
func TestAnOrderThatWasSentAgainMayBeLate(t *testing.T) {
	can := sandbox.Capabilities()
	can.KeyLife, can.NotFoundFinalAfter = 30*24*time.Hour, 24*time.Hour
	s := begun(t, can, "processed")
	s.slow(sim.Lost)
	var network *sim.Gateway
	for s.payout().Sent < 3 {
		if s.payout().Verdict != "" {
			t.Fatalf("sent %d times, it is %s", s.payout().Sent, s.payout().Status)
		}
		s.clock.Advance(time.Hour)
		network = s.slow(sim.Late)
	}
	for range 12 { // half of what its provider may take
		s.clock.Advance(time.Hour)
		s.slow(sim.Lost)
	}
	if p := s.payout(); p.Verdict != "" {
		t.Errorf("%s, and on its way", p.Status)
	}
	network.Deliver(t.Context())
	s.pass(7 * time.Hour)
	s.work()
	if n := s.paidTimes(); n != 1 || s.now("r1").Status != engine.RequestFulfilled {
		t.Errorf("paid %d times; it is %s", n, s.now("r1").Status)
	}
}

// While nobody knows whether a payout was made, nobody else gets its money, even
// if it becomes available only later.
func TestADisputeHoldsWhatBecomesAvailable(t *testing.T) {
	s := begun(t, sandbox.Capabilities(), "timeout,found")
	s.work()
	s.err(engine.VerdictNotPaid)
	s.allocateTo(0, "r1", "100")
	s.ask()
	second := s.allocations("r1")[1]
	if _, err := s.CancelAllocation(t.Context(), as("rev1"), second.ID); err != nil {
		t.Fatal(err)
	}
	r := s.now("r1")
	if r.Live != usd("100") || !r.Available().IsZero() {
		t.Errorf("in dispute, %s is live and %s available", r.Live, r.Available())
	}
	if _, err := s.Release(t.Context(), as("rev1"), r.ID, r.Version); engine.CodeOf(err) != engine.Refused {
		t.Errorf("released in dispute: %v", err)
	}
	if _, err := s.ResolveConflict(t.Context(), as("senior1"), s.payout().AllocationID, paidInFull); err != nil {
		t.Fatal(err)
	}
	if r = s.now("r1"); r.Status != engine.RequestFulfilled {
		t.Errorf("resolved, it is %s", r.Status)
	}
}

// What a request was fulfilled with stays; what turns out not to have been paid
// of it was returned.
func TestAFulfilledRequestTurnsOutToBePaidInPart(t *testing.T) {
	s := begun(t, sandbox.Capabilities(), "timeout,partial:60")
	s.work()
	s.err(engine.VerdictPaid)
	s.ask()
	word := engine.Word{Verdict: engine.VerdictPaid, Amount: usd("60"), Evidence: "the provider's books"}
	if _, err := s.ResolveConflict(t.Context(), as("senior1"), s.payout().AllocationID, word); err != nil {
		t.Fatal(err)
	}
	a, r := s.allocations("r1")[0], s.now("r1")
	kept := r.Status == engine.RequestFulfilled && a.Paid == usd("100")
	if !kept || a.Returned != usd("40") || r.Attention != engine.AttentionReturned {
		t.Errorf("%s, paid %s, returned %s, attention %q", r.Status, a.Paid, a.Returned, r.Attention)
	}
}

// err lets a senior state what is not so.
func (s *stage) err(verdict engine.Verdict) {
	s.Helper()
	word := engine.Word{Verdict: verdict, Evidence: "hearsay", Sent: s.payout().Sent}
	if verdict == engine.VerdictPaid {
		word.Amount = usd("100")
	}
	if _, err := s.StateOutcome(context.Background(), as("senior1"), s.payout().AllocationID, word); err != nil {
		s.Fatal(err)
	}
}

// ask asks the provider, who contradicts.
func (s *stage) ask() {
	s.Helper()
	p, err := s.LookUp(context.Background(), as("rev1"), s.payout().AllocationID)
	if err != nil || !p.Conflict {
		s.Fatalf("%s, in conflict: %t: %v", p.Status, p.Conflict, err)
	}
}
