package sim_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/sim"
)

// A play is what people and workers do with a request or two, from creation to
// the end.
type play struct {
	name    string
	scripts []string // of the customer's instruments; the first is the selected one
	paid    string   // by the provider in the end, to the cent
	act     func(s *stage, r engine.RequestID)
}

var plays = []play{
	{"paid in full", []string{"processed"}, "100", func(s *stage, r engine.RequestID) {
		s.send(r, "100")
		s.settle()
	}},
	{"two approvals, two payouts", []string{"processed"}, "1500", func(s *stage, r engine.RequestID) {
		s.create(r, "1500")
		s.approve(r)
		s.allocateTo(0, r, "600")
		s.allocateTo(0, r, "900")
		s.process(r)
		s.settle()
	}},
	{"paid in part, then the rest", []string{"partial:60", "processed"}, "100", func(s *stage, r engine.RequestID) {
		s.send(r, "100")
		s.settle()
		s.allocateTo(1, r, "40")
		s.process(r)
		s.settle()
	}},
	{"paid, but the answer is lost", []string{"timeout,found"}, "100", func(s *stage, r engine.RequestID) {
		s.send(r, "100")
		s.settle()
	}},
	{"lost on its way, then sent again", []string{"reset,processed"}, "100", func(s *stage, r engine.RequestID) {
		s.send(r, "100")
		s.settle()
	}},
	{"accepted, and paid when asked", []string{"accept,silence,processed"}, "100", func(s *stage, r engine.RequestID) {
		s.send(r, "100")
		s.settle()
	}},
	{"said to be known already", []string{"duplicate,found"}, "100", func(s *stage, r engine.RequestID) {
		s.send(r, "100")
		s.settle()
	}},
	{"declined, then paid elsewhere", []string{"declined", "processed"}, "100", func(s *stage, r engine.RequestID) {
		s.send(r, "100")
		s.settle()
		s.allocateTo(1, r, "100")
		s.process(r)
		s.settle()
	}},
	{"declined, released and canceled", []string{"declined"}, "0", func(s *stage, r engine.RequestID) {
		s.send(r, "100")
		s.settle()
		s.act("release", func() error {
			_, err := s.Release(context.Background(), s.by("rev1"), r, s.look(r))
			return err
		})
		s.act("cancel", func() error {
			_, err := s.Cancel(context.Background(), s.by("rev1"), r, s.look(r),
				engine.Cancellation{By: engine.CanceledByCustomer})
			return err
		})
	}},
	{"split in two", []string{"processed"}, "100", func(s *stage, r engine.RequestID) {
		s.create(r, "100")
		s.act("split", func() error {
			_, _, err := s.Split(context.Background(), s.by("rev2"), r, engine.Splitting{
				Seen: s.look(r), Amounts: moneys("30", "70"), Reason: "processor-limit",
			})
			return err
		})
		for n := range 2 {
			child := s.child(r, n)
			s.approve(child)
			s.allocate(child)
			s.process(child)
		}
		s.settle()
	}},
	{"two merged", []string{"processed"}, "1200", func(s *stage, r engine.RequestID) {
		s.create(r, "500")
		s.create(r+"-too", "700")
		s.act("merge", func() error {
			_, err := s.Merge(context.Background(), s.by("rev2"), r, engine.Merging{
				Seen: s.look(r), Sources: []engine.RequestID{r + "-too"}, Reason: "consolidation",
			})
			return err
		})
		s.approve(r)
		s.allocate(r)
		s.process(r)
		s.settle()
	}},
	{"three in a batch, by runs", []string{"processed"}, "300", func(s *stage, r engine.RequestID) {
		all := []engine.RequestID{r, r + "-2", r + "-3"}
		for _, id := range all {
			s.create(id, "100")
		}
		s.act("batch", func() error {
			_, left, err := s.CreateBatch(context.Background(), s.by("rev1"), engine.NewBatch{Of: engine.Selection{IDs: all}})
			if len(left) > 0 {
				return fmt.Errorf("left out: %v", left)
			}
			return err
		})
		for _, verb := range []engine.Verb{
			engine.VerbReady, engine.VerbApprove, engine.VerbAutoAllocate, engine.VerbProcess,
		} {
			s.run("senior1", r, engine.RunAction{Verb: verb})
		}
		s.settle()
	}},
	{"two of a file, copied in bites", []string{"processed"}, "0", func(s *stage, _ engine.RequestID) {
		s.give("requests", "100", "200")
		for n := range 2 {
			s.act("cancel", func() error {
				id := s.requests()[n].ID
				_, err := s.Cancel(context.Background(), s.by("rev1"), id, s.look(id), engine.Cancellation{By: engine.CanceledByCustomer})
				return err
			})
		}
	}},
	{"approved by a run, taken back, blocked and lifted", []string{"processed"}, "100", func(s *stage, r engine.RequestID) {
		s.create(r, "100")
		s.act("batch", func() error {
			_, _, err := s.CreateBatch(context.Background(), s.by("rev1"), engine.NewBatch{
				Of: engine.Selection{IDs: []engine.RequestID{r}},
			})
			return err
		})
		s.run("senior1", r, engine.RunAction{Verb: engine.VerbReady})
		s.run("senior1", r, engine.RunAction{Verb: engine.VerbApprove})
		s.act("undo", func() error {
			run, err := s.UndoRun(context.Background(), s.by("senior1"), s.ran[s.scene-1])
			return s.ended(run, err)
		})
		s.run("senior1", r, engine.RunAction{Verb: engine.VerbBlock, Reason: "other"})
		s.run("senior1", r, engine.RunAction{Verb: engine.VerbUnblock})
		s.run("senior1", r, engine.RunAction{Verb: engine.VerbApprove})
		s.allocate(r)
		s.process(r)
		s.settle()
	}},
	{"blocked between queue and claim", []string{"timeout,found"}, "100", func(s *stage, r engine.RequestID) {
		s.send(r, "100")
		s.act("block", func() error {
			_, err := s.Block(context.Background(), s.by("rev2"), r, "aml-review", "case 812")
			return err
		})
		s.work()
		s.pass(time.Hour)
		s.work()
		s.act("unblock", func() error {
			if a := s.allocations(r)[0]; len(s.effects(a.ID)) > 0 || a.Status == engine.AllocationProcessing {
				return fmt.Errorf("blocked, and %s", a.Status)
			}
			_, err := s.Unblock(context.Background(), s.by("rev2"), r, s.look(r))
			return err
		})
		s.settle()
	}},
	{"settled short", []string{"partial:25"}, "25", func(s *stage, r engine.RequestID) {
		s.send(r, "100")
		s.settle()
		s.act("settle short", func() error {
			_, _, err := s.SettleShort(context.Background(), s.by("senior1"), r, engine.Settling{
				Seen: s.look(r), CancelRest: &engine.Cancellation{By: engine.CanceledByMerchant},
			})
			return err
		})
	}},
	{"unknown until a senior knows", []string{"garbage"}, "100", func(s *stage, r engine.RequestID) {
		s.send(r, "100")
		s.work()
		s.pass(time.Hour)
		s.work()
		s.state(r, engine.VerdictPaid)
	}},
	{"a senior errs, the provider contradicts", []string{sixSilences + "found"}, "100", func(s *stage, r engine.RequestID) {
		s.send(r, "100")
		s.work()
		s.state(r, engine.VerdictNotPaid)
		s.act("ask until it tells", func() error {
			for range 20 {
				p, err := s.LookUp(context.Background(), as("rev1"), s.allocations(r)[0].ID)
				if err != nil || p.Conflict {
					return err
				}
			}
			return errors.New("it never contradicts")
		})
		s.act("resolve", func() error {
			key := s.allocations(r)[0].ID
			_, err := s.ResolveConflict(context.Background(), s.by("senior1"), key, paidInFull)
			return err
		})
	}},
}

const sixSilences = "silence,silence,silence,silence,silence,silence,"

// paidInFull is what a senior says who looked into the provider's books.
var paidInFull = engine.Word{Verdict: engine.VerdictPaid, Amount: usd("100"), Evidence: "the provider's books"}

// state lets a senior say how the one payout of a request ended, once the order
// has arrived and no worker is at it. Both may take a while after a death.
func (s *stage) state(r engine.RequestID, verdict engine.Verdict) {
	s.act("state", func() error {
		word := paidInFull
		if verdict == engine.VerdictNotPaid {
			word = engine.Word{Verdict: verdict, Evidence: "the wrong page of the provider's books"}
		}
		var err error
		for range 20 {
			a := s.allocations(r)[0]
			if len(s.effects(a.ID)) > 0 {
				p, perr := s.Payout(context.Background(), a.ID)
				if perr != nil {
					return perr
				}
				word.Sent = p.Sent
				_, err = s.StateOutcome(context.Background(), s.by("senior2"), a.ID, word)
				if err == nil {
					return nil
				}
			}
			s.clock.Advance(time.Minute)
			if err := s.RunUntilIdle(context.Background()); err != nil {
				return err
			}
		}
		return fmt.Errorf("in 20 minutes, no senior could state it: %w", err)
	})
}

// TestDieAtEverySeam lets each play's engine die at the first seam, then at the
// second, and so on until it gets through alive; and its successor, soon after.
// Whoever comes then has to end the play as if nobody had died.
func TestDieAtEverySeam(t *testing.T) {
	const never, playsPerDesk = -1, 8 // a desk on which much happened is slow to inspect
	stride := 1
	if testing.Short() || raced {
		stride = 5
	}
	for _, p := range plays {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			file, instruments := desk(t, 1, p.scripts...)
			s := newStage(t, file, instruments[0])
			defer func() { s.close() }()
			want, _ := s.perform(p, never)
			for n := 0; ; n += stride {
				if n/stride%playsPerDesk == playsPerDesk-1 {
					s.close()
					s = newStage(t, file, instruments[0])
				}
				got, died := s.perform(p, n)
				if got != want {
					t.Fatalf("died at seam %d (%s), it ends\n%s\nnot\n%s", n, died, got, want)
				}
				if died == "" {
					t.Logf("%d seams", s.met)
					return
				}
			}
		})
	}
}

// perform lets a play's first process die at the n-th seam and its successor at
// an early one, and returns how it ended, and where the first died.
func (s *stage) perform(p play, n int) (end string, died sim.Seam) {
	s.Helper()
	s.begin(n)
	fuse := sim.NewFuse(n)
	if !s.live(fuse, p.act) {
		if n%4 == 0 {
			s.reopen()
		}
		if !s.live(sim.NewFuse(n%7), p.act) {
			s.live(sim.NewFuse(-1), p.act)
		}
	}
	s.inspect()
	s.end(p)
	if s.Failed() {
		s.Fatalf("died at seam %d (%s)", n, fuse.Burnt())
	}
	s.met = fuse.Met()
	return s.summary(), fuse.Burnt()
}

// end checks what a play came to.
func (s *stage) end(p play) {
	s.Helper()
	paid := usd("0")
	for _, r := range s.requests() {
		if !r.Status.Final() {
			s.Errorf("%s is %s", r.ID, r.Status)
		}
		for _, a := range s.allocations(r.ID) {
			effects := s.effects(a.ID)
			if err := accounted(a, effects); err != nil {
				s.Error(err)
			}
			for _, e := range effects {
				paid = paid.Plus(e.Paid)
			}
		}
	}
	if paid != usd(p.paid) {
		s.Errorf("the provider paid %s, not %s", paid, p.paid)
	}
}

// accounted finds out whether an allocation's books are the provider's: at most
// one effect, and that one counted to the cent.
func accounted(a engine.Allocation, effects []sandbox.Effect) error {
	switch {
	case len(effects) > 1:
		return fmt.Errorf("%s: the provider paid %d times", a.ID, len(effects))
	case len(effects) == 1 && a.Paid.Plus(a.Overpaid).Minus(a.Outstanding()) != worth(a, effects[0].Paid.Minus(effects[0].Returned)):
		return fmt.Errorf("%s is %s with %s paid, %s overpaid and %s out of it; the provider paid %s of %s, and %s came back",
			a.ID, a.Status, a.Paid, a.Overpaid, a.Outstanding(), effects[0].Paid.Text(), a.PayoutAmount.Text(), effects[0].Returned.Text())
	case len(effects) == 0 && !a.Paid.Plus(a.Overpaid).Minus(a.Outstanding()).IsZero():
		return fmt.Errorf("%s counts %s as paid; the provider paid nothing", a.ID, a.Paid)
	}
	return nil
}
