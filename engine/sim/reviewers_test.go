package sim_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
)

// A floor is a desk at which many reviewers work at the same time, in two
// processes.
type floor struct {
	*site
	store   engine.Store
	engines []*engine.Engine
	payee   engine.Instrument

	mu   sync.Mutex
	won  map[string]engine.ReviewerID // who changed a request from a version
	wins map[string]int               // by reviewer and request
}

func newFloor(t *testing.T) *floor {
	file, instruments := desk(t, 1, "processed")
	f := &floor{
		site: openSite(t, file, sandbox.Capabilities()), payee: instruments[0][0],
		won: map[string]engine.ReviewerID{}, wins: map[string]int{},
	}
	for range 2 {
		store := f.open()
		t.Cleanup(func() {
			f.check(store, "in the end")
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
		f.store, f.engines = store, append(f.engines, f.engine(store, f.bank))
	}
	return f
}

func (f *floor) request() engine.Request {
	f.Helper()
	r, err := f.engines[0].Create(context.Background(), as("admin1"), engine.NewRequest{
		PointID: "main", CustomerID: f.payee.CustomerID, InstrumentID: f.payee.ID, Amount: usd("100"),
	})
	if err != nil {
		f.Fatal(err)
	}
	return r
}

// strike lets somebody use a verb on what they saw, and judges what came of it:
// one wins per version, and who loses is told who was quicker.
func (f *floor) strike(e *engine.Engine, by engine.ReviewerID, verb engine.Verb, saw engine.Request) error {
	changed, err := use(context.Background(), e, as(by), verb, saw)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		version := fmt.Sprintf("%s from version %d", saw.ID, changed.Version-1)
		if other, twice := f.won[version]; twice {
			return fmt.Errorf("%s was changed by both %s and %s", version, other, by)
		}
		f.won[version] = by
		f.wins[string(by)+" "+string(saw.ID)]++
		if changed.Version != saw.Version+1 && verb != engine.VerbBlock {
			return fmt.Errorf("%s %s, seen at version %d, is at %d", verb, saw.ID, saw.Version, changed.Version)
		}
		return nil
	}
	switch engine.CodeOf(err) {
	case engine.Stale:
		if !strings.Contains(err.Error(), "since version") || !strings.Contains(err.Error(), " by ") {
			return fmt.Errorf("%s lost, and does not hear to whom: %w", by, err)
		}
		return nil
	case engine.Refused, engine.Forbidden: // it never was possible, as the request stood
		return nil
	}
	return fmt.Errorf("%s: %s: %w", by, verb, err)
}

// counted compares what people won with what the journal says.
func (f *floor) counted(r engine.RequestID) {
	f.Helper()
	var events []engine.Event
	err := f.store.View(context.Background(), func(tx engine.ReadTx) (err error) {
		events, err = tx.Events(string(r), 1, 10_000) // after its creation
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	said := map[string]int{}
	for _, e := range events {
		if e.Subject.Kind == engine.KindRequest && e.By != engine.ByEngine {
			said[string(e.By)+" "+string(r)]++
		}
	}
	for key, wins := range f.wins {
		if strings.HasSuffix(key, string(r)) && wins != said[key] {
			f.Errorf("%s: %d changes were acknowledged, the journal has %d", key, wins, said[key])
		}
		delete(said, key)
	}
	for key, n := range said {
		f.Errorf("%s: the journal has %d changes that nobody was told of", key, n)
	}
}

// TestManyReviewers lets everybody work on the same few requests at once, while
// workers pay what is approved.
func TestManyReviewers(t *testing.T) {
	t.Parallel()
	rounds := 100
	if testing.Short() || raced {
		rounds = 20
	}
	f := newFloor(t)
	var open []engine.RequestID
	for range 30 {
		open = append(open, f.request().ID)
	}
	var all sync.WaitGroup
	failed := make(chan error, 100)
	report := func(err error) {
		select {
		case failed <- err:
		default:
		}
	}
	for n, by := range []engine.ReviewerID{"rev1", "rev2", "rev3", "small1", "senior1", "senior2"} {
		all.Go(func() {
			if err := f.review(f.engines[n%2], by, open, rounds, rand.New(rand.NewPCG(uint64(n), 1))); err != nil {
				report(err)
			}
		})
	}
	for _, e := range f.engines {
		all.Go(func() {
			for range rounds {
				if err := e.RunUntilIdle(t.Context()); err != nil {
					report(err)
				}
			}
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	for _, r := range open {
		f.counted(r)
	}
	t.Logf("%d changes", len(f.won))
	for _, r := range requests(t, f.engines[0]) {
		allocations, err := f.engines[0].Allocations(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range allocations {
			if err := accounted(a, f.effects(a.ID)); err != nil {
				t.Error(err)
			}
		}
	}
}

// review is one reviewer's day: what usually comes next, and now and then what
// stops the others.
func (f *floor) review(
	e *engine.Engine, by engine.ReviewerID, open []engine.RequestID, rounds int, dice *rand.Rand,
) error {
	stops := []engine.Verb{
		engine.VerbReturn, engine.VerbUndoApproval, engine.VerbBlock, engine.VerbUnblock, engine.VerbUnblock,
		engine.VerbCancel, engine.VerbSplit,
	}
	for range rounds {
		saw, err := e.Request(context.Background(), open[dice.IntN(len(open))])
		if err != nil {
			return err
		}
		verb := usual[saw.Status]
		switch {
		case saw.Block != nil:
			verb = engine.VerbUnblock
		case saw.Status == engine.RequestInProgress:
			_, err := sendAll(context.Background(), e, saw.ID)
			if err != nil && engine.CodeOf(err) != engine.Refused {
				return err
			}
			continue
		case saw.Status.Final() || dice.IntN(4) == 0:
			verb = stops[dice.IntN(len(stops))]
		}
		if err := f.strike(e, by, verb, saw); err != nil {
			return err
		}
	}
	return nil
}

// TestDuels lets two people act on the same version at the same moment.
func TestDuels(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	for _, duel := range []struct {
		first, second engine.Verb
		seen          engine.RequestStatus
	}{
		{engine.VerbReady, engine.VerbCancel, engine.RequestPending},
		{engine.VerbApprove, engine.VerbApprove, engine.RequestReady},
		{engine.VerbApprove, engine.VerbCancel, engine.RequestReady},
		{engine.VerbApprove, engine.VerbReturn, engine.RequestReady},
		{engine.VerbApprove, engine.VerbSplit, engine.RequestReady},
		{engine.VerbApprove, engine.VerbBlock, engine.RequestReady},
		{engine.VerbSplit, engine.VerbSplit, engine.RequestApproved},
		{engine.VerbAutoAllocate, engine.VerbCancel, engine.RequestApproved},
		{engine.VerbAutoAllocate, engine.VerbAutoAllocate, engine.RequestApproved},
		{engine.VerbAutoAllocate, engine.VerbUndoApproval, engine.RequestApproved},
		{engine.VerbAutoAllocate, engine.VerbBlock, engine.RequestApproved},
	} {
		for range 4 {
			f.duel(duel.first, duel.second, f.bring(duel.seen))
		}
	}
}

// bring returns a request that stands as it should.
func (f *floor) bring(status engine.RequestStatus) engine.Request {
	f.Helper()
	r := f.request()
	for r.Status != status {
		next, err := use(context.Background(), f.engines[0], as("senior1"), usual[r.Status], r)
		if err != nil {
			f.Fatal(err)
		}
		r = next
	}
	return r
}

// duel lets two people strike at once. One of them wins; where the second
// blocks, the first may have been quicker, and the block stands.
func (f *floor) duel(first, second engine.Verb, saw engine.Request) {
	f.Helper()
	var all sync.WaitGroup
	start, results := make(chan struct{}), make([]error, 2)
	for i, verb := range []engine.Verb{first, second} {
		all.Go(func() {
			<-start
			results[i] = f.strike(f.engines[i], []engine.ReviewerID{"rev1", "senior2"}[i], verb, saw)
		})
	}
	close(start)
	all.Wait()
	if err := errors.Join(results...); err != nil {
		f.Fatal(err)
	}
	now, err := f.engines[0].Request(context.Background(), saw.ID)
	if err != nil {
		f.Fatal(err)
	}
	won := now.Version - saw.Version
	switch {
	case second == engine.VerbBlock && now.Block == nil:
		f.Errorf("%s against block: %s is not blocked", first, saw.ID)
	case second != engine.VerbBlock && won != 1:
		f.Errorf("%s against %s: %d won", first, second, won)
	}
}
