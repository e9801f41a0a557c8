package sim_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/sim"
	"github.com/purserhq/purser/engine/table"
	"github.com/purserhq/purser/storage"
)

// A stage is a site with one process at a time on it, and people who write down
// what they are about to do before they do it: the version that they looked at,
// and the key of their command. When a process dies they do the same again at
// its successor, and go on from there.
type stage struct {
	*site
	*engine.Engine
	store       storage.Store
	instruments []engine.Instrument

	play    int  // which one is on
	met     int  // seams that the last play's first process came by
	before  int  // how many requests earlier plays left
	careful bool // inspect after each commit
	scene   int  // that this process is at
	done    int  // scenes that were acknowledged, by any process
	seen    map[string]int
	plans   map[int]engine.RunPlan // by the scene in which they were seen
	ran     map[int]engine.RunID   // by the scene
	acked   map[engine.RequestID]engine.Head
}

// newStage returns a stage on the desk that file is a store of.
func newStage(t testing.TB, file []byte, instruments []engine.Instrument) *stage {
	s := &stage{site: openSite(t, file, sandbox.Capabilities()), instruments: instruments}
	s.store = s.open()
	return s
}

// begin makes room for a play.
func (s *stage) begin(play int) {
	s.Engine = s.engine(s.store, s.bank)
	s.before += len(s.requests())
	s.play, s.careful, s.done = play, play < 0, 0
	s.seen, s.acked = map[string]int{}, map[engine.RequestID]engine.Head{}
	s.plans, s.ran = map[int]engine.RunPlan{}, map[int]engine.RunID{}
}

func (s *stage) close() {
	if err := s.store.Close(); err != nil {
		s.Error(err)
	}
}

// reopen drops what this process knows of the store.
func (s *stage) reopen() {
	s.close()
	s.store = s.open()
}

// live lets one process play until it is through or its fuse burns.
func (s *stage) live(fuse *sim.Fuse, play func(*stage, engine.RequestID)) (survived bool) {
	meeting := fuse.Meet
	if s.careful {
		meeting = func(at sim.Seam) sim.Fault {
			if at == sim.AfterCommit {
				s.inspect()
			}
			return fuse.Meet(at)
		}
	}
	s.Engine = s.engine(sim.NewStore(s.store, meeting, sim.Die), sim.NewGateway(s.bank, meeting, sim.Die))
	s.scene = 0
	survived = sim.Live(func() { play(s, engine.RequestID(fmt.Sprintf("r%d", s.play))) })
	if s.Failed() {
		s.Fatalf("in scene %d; fuse burnt: %q", s.scene, fuse.Burnt())
	}
	s.remember()
	return survived
}

// inspect checks what is always true.
func (s *stage) inspect() {
	s.Helper()
	s.check(s.store, fmt.Sprintf("play %d, scene %d", s.play, s.scene))
}

// remember checks that everything is there that anybody was told is done.
func (s *stage) remember() {
	s.Helper()
	err := s.store.View(context.Background(), func(tx engine.ReadTx) error {
		for id, head := range s.acked {
			events, err := tx.Events(string(id), head.Number-1, 1)
			if err != nil {
				return err
			}
			if len(events) != 1 || events[0].Hash != head.Hash {
				return fmt.Errorf("entry %d of %s was acknowledged and is gone", head.Number, id)
			}
		}
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
}

// act plays a scene, unless it was acknowledged before.
func (s *stage) act(name string, do func() error) {
	s.scene++
	if s.scene <= s.done {
		return
	}
	if err := do(); err != nil {
		s.Fatalf("scene %d, %s: %v", s.scene, name, err)
	}
	s.done = s.scene
	for _, r := range s.requests() {
		s.acked[r.ID] = r.Head
	}
}

// by is a person with the key of this scene's command.
func (s *stage) by(person engine.ReviewerID) engine.Caller {
	c := as(person)
	c.Key = fmt.Sprintf("play %d, scene %d", s.play, s.scene)
	return c
}

// look returns the version of a request that people saw when they first came to
// this scene.
func (s *stage) look(id engine.RequestID) int {
	note := fmt.Sprintf("%d %s", s.scene, id)
	if s.seen[note] == 0 {
		s.seen[note] = s.now(id).Version
	}
	return s.seen[note]
}

func (s *stage) now(id engine.RequestID) engine.Request {
	r, err := s.Request(context.Background(), id)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// requests returns the requests of this play, oldest first.
func (s *stage) requests() []engine.Request { return requests(s, s.Engine)[s.before:] }

func (s *stage) allocations(id engine.RequestID) []engine.Allocation {
	all, err := s.Allocations(context.Background(), id)
	if err != nil {
		s.Fatal(err)
	}
	return all
}

// child returns the n-th request that came of another.
func (s *stage) child(of engine.RequestID, n int) engine.RequestID {
	children, err := s.Relatives(context.Background(), of)
	if err != nil || len(children) <= n {
		s.Fatalf("%s has %d relatives: %v", of, len(children), err)
	}
	slices.SortFunc(children, func(a, b engine.Request) int {
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return children[n].ID
}

func (s *stage) create(id engine.RequestID, amount string) {
	s.act("create", func() error {
		_, err := s.Create(context.Background(), s.by("rev1"), engine.NewRequest{
			ID: id, PointID: "main", CustomerID: s.instruments[0].CustomerID,
			InstrumentID: s.instruments[0].ID, Amount: usd(amount),
		})
		return err
	})
}

func (s *stage) approve(id engine.RequestID) {
	s.act("ready", func() error {
		_, err := s.Ready(context.Background(), s.by("rev1"), id, s.look(id))
		return err
	})
	for _, person := range []engine.ReviewerID{"senior1", "senior2"} {
		if person == "senior2" && s.now(id).PolicyAmount.Cmp(usd("1000")) <= 0 {
			continue
		}
		s.act("approve", func() error {
			_, err := s.Approve(context.Background(), s.by(person), id, engine.Approving{Seen: s.look(id)})
			return err
		})
	}
}

func (s *stage) allocate(id engine.RequestID) {
	s.act("allocate", func() error {
		_, _, err := s.AutoAllocate(context.Background(), s.by("rev1"), id, s.look(id), nil)
		return err
	})
}

func (s *stage) allocateTo(instrument int, id engine.RequestID, amount string) {
	s.act("allocate by hand", func() error {
		_, _, err := s.AllocateManually(context.Background(), s.by("rev1"), id, engine.ManualAllocation{
			Seen: s.look(id), InstrumentID: s.instruments[instrument].ID, GatewayID: "usd", Amount: usd(amount),
		})
		return err
	})
}

func (s *stage) process(id engine.RequestID) {
	s.act("process", func() error {
		var ids []engine.AllocationID
		for _, a := range s.allocations(id) {
			if a.Status == engine.AllocationPending || a.Status == engine.AllocationQueued {
				ids = append(ids, a.ID)
			}
		}
		_, _, err := s.Process(context.Background(), s.by("rev1"), ids)
		return err
	})
}

// send brings a new request to where workers take over.
func (s *stage) send(id engine.RequestID, amount string) {
	s.create(id, amount)
	s.approve(id)
	s.allocate(id)
	s.process(id)
}

// run does something with the batch that a request is in, as it was seen when
// people first came to this scene.
func (s *stage) run(person engine.ReviewerID, in engine.RequestID, action engine.RunAction) {
	s.act("run "+action.String(), func() error {
		p, seen := s.plans[s.scene]
		if !seen {
			var err error
			batch := engine.Selection{Batch: s.now(in).BatchID}
			if p, err = s.PreviewRun(context.Background(), as(person), batch, action); err != nil {
				return err
			}
			s.plans[s.scene] = p
		}
		run, err := s.StartRun(context.Background(), s.by(person), p)
		s.ran[s.scene] = run.ID
		return s.ended(run, err)
	})
}

// ended works until a run has ended, with all of it done.
func (s *stage) ended(run engine.Run, err error) error {
	if err != nil {
		return err
	}
	for !run.Status.Ended() {
		if err := s.Work(context.Background(), "runs"); err != nil {
			return err
		}
		if run, err = s.Run(context.Background(), run.ID); err != nil {
			return err
		}
	}
	if run.Status != engine.RunCompleted || run.Done != run.Items {
		return fmt.Errorf("run %s is %s (%s), %d of %d done", run.ID, run.Status, run.Failure, run.Done, run.Items)
	}
	return nil
}

// give gives a file of requests, again after each death, until it is taken in.
// Rows that make no sense make it so long that it is copied bite by bite.
func (s *stage) give(kind engine.Importable, amounts ...string) {
	s.act("give a file", func() error {
		file := "reference,point,customer,instrument,amount,currency,description\n"
		for n, amount := range amounts {
			who := s.instruments[0]
			file += fmt.Sprintf("%d-%d,main,%s,%s,%s,USD,\n", s.play, n, who.CustomerID, who.ID, amount) +
				fmt.Sprintf("%d-%d,main,%s,,1,USD,%s\n", s.play, n, who.CustomerID, strings.Repeat("x", 600_000))
		}
		rows, err := table.NewCSVReader(strings.NewReader(file), kind.KnowsColumn)
		if err != nil {
			return err
		}
		i, err := s.CopyImport(context.Background(), as("rev1"), engine.NewImport{Kind: kind, File: "file.csv"}, rows, nil)
		if err != nil {
			return err
		}
		for !i.Status.Ended() {
			if err := s.Work(context.Background(), "imports"); err != nil {
				return err
			}
			if i, err = s.FileImport(context.Background(), i.ID); err != nil {
				return err
			}
		}
		if i.Made+i.Known != len(amounts) || i.Taken() != 2*len(amounts) {
			return fmt.Errorf("import %s: %d made, %d known, %d differ, %d refused", i.ID, i.Made, i.Known, i.Differs, i.Refused)
		}
		return nil
	})
}

func (s *stage) work() {
	s.act("work", func() error { return s.RunUntilIdle(context.Background()) })
}

// settle works, and lets time pass, until every payout that was begun is
// settled.
func (s *stage) settle() {
	s.act("settle", func() error {
		for range 60 {
			if err := s.RunUntilIdle(context.Background()); err != nil {
				return err
			}
			open := slices.ContainsFunc(s.requests(), func(r engine.Request) bool {
				return slices.ContainsFunc(s.allocations(r.ID), func(a engine.Allocation) bool {
					return a.Status != engine.AllocationPending && a.Live()
				})
			})
			if !open {
				return nil
			}
			s.clock.Advance(time.Minute)
		}
		return errors.New("an hour later, something is unsettled")
	})
}

// pass lets time pass, once.
func (s *stage) pass(d time.Duration) {
	s.act("time passes", func() error { s.clock.Advance(d); return nil })
}

// summary is how everything stands, in words that do not depend on who died
// when.
func (s *stage) summary() string {
	var list strings.Builder
	for _, r := range s.requests() {
		fmt.Fprintf(&list, "request of %s: %s, %s, paid %s, live %s, available %s, block %t, attention %q\n",
			r.OriginalAmount.Text(), r.Status, r.Amount, r.Paid, r.Live, r.Available(), r.Block != nil, r.Attention)
		for _, a := range s.allocations(r.ID) {
			i := slices.IndexFunc(s.instruments, func(i engine.Instrument) bool { return i.ID == a.InstrumentID })
			paid := money.Zero(a.Amount.Currency)
			effects := s.effects(a.ID)
			for _, e := range effects {
				paid = paid.Plus(e.Paid)
			}
			fmt.Fprintf(&list, "  %s to instrument %d: %s, paid %s, overpaid %s, conflict %t; %d effects, of %s\n",
				a.Amount, i, a.Status, a.Paid, a.Overpaid, a.Conflict, len(effects), paid)
		}
	}
	return list.String()
}
