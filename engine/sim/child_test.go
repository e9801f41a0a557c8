package sim_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/engine/sim"
	"github.com/purserhq/purser/storage"
)

// What a child is told by its parent.
const (
	deskVariable   = "PURSER_SIM_DESK"   // the store's file; the ledger stands beside it
	seamVariable   = "PURSER_SIM_SEAM"   // where it kills itself; empty: its parent does
	countVariable  = "PURSER_SIM_COUNT"  // at the how manieth such seam
	lifeVariable   = "PURSER_SIM_LIFE"   // which child it is
	openedVariable = "PURSER_SIM_OPENED" // when the desk was opened, in microseconds
)

// killScripts end by themselves, if they are asked often enough.
var killScripts = []string{
	"processed", "timeout,found", "reset,processed", "accept,silence,processed", "declined", "partial:60",
}

// A hurried clock runs at 600 times the machine's speed since the desk opened,
// the same in every process: a lease runs out in 200 ms.
type hurried struct{ opened time.Time }

func (h hurried) Now() time.Time {
	return opening.Add(600 * clock.System{}.Now().Sub(h.opened)).Truncate(time.Microsecond)
}

// openLedger opens the provider's ledger beside a desk, as every process does.
func openLedger(path string, now clock.Clock) (*sandbox.Sandbox, error) {
	can := sandbox.Capabilities()
	can.KeyLife = 30 * 24 * time.Hour
	return sandbox.Open(path+".ledger", sandbox.Options{Clock: now, Capabilities: &can})
}

// TestChild is the process that the tests below kill: people who do one thing
// after another and tell their parent what they were told, and two workers.
func TestChild(t *testing.T) {
	path := os.Getenv(deskVariable)
	if path == "" {
		t.Skip("only another test runs this")
	}
	opened, err := strconv.ParseInt(os.Getenv(openedVariable), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	now := hurried{time.UnixMicro(opened)}
	store, err := storage.Open(t.Context(), path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	bank, err := openLedger(path, now)
	if err != nil {
		t.Fatal(err)
	}
	life := os.Getenv(lifeVariable)
	var seed [32]byte
	copy(seed[:], "child "+life)
	meeting := childFuse(t).Meet
	e := engine.New(sim.NewStore(store, meeting, killSelf), engine.World{
		Clock: now, Worker: "child " + life, IDs: id.NewSource(now.Now, rand.NewChaCha8(seed)),
		Gateways: map[string]engine.Gateway{"sandbox": sim.NewGateway(bank, meeting, killSelf)},
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // a parent that died kills nobody
	defer cancel()
	fmt.Println("ready")
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() { workOn(ctx, e) })
	}
	all.Go(func() { peopleOn(ctx, e, life) })
	all.Wait()
}

// giveUp ends a child in a way that its parent does not expect.
func giveUp(what string, err error) {
	fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
	os.Exit(3)
}

// childFuse is where this child dies, if not when its parent likes.
func childFuse(t *testing.T) *sim.Fuse {
	at := os.Getenv(seamVariable)
	if at == "" {
		return sim.NewFuse(-1)
	}
	n, err := strconv.Atoi(os.Getenv(countVariable))
	if err != nil {
		t.Fatal(err)
	}
	return sim.NewFuse(n, sim.Seam(at))
}

// killSelf ends the process as nobody can prepare for.
func killSelf() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {}
}

func workOn(ctx context.Context, e *engine.Engine) {
	for ctx.Err() == nil {
		if err := e.RunUntilIdle(ctx); err != nil && ctx.Err() == nil {
			giveUp("work", err)
		}
		time.Sleep(time.Millisecond)
	}
}

// peopleOn does what people do, and writes a line for everything that was
// acknowledged.
func peopleOn(ctx context.Context, e *engine.Engine, life string) {
	customers, err := e.Customers(ctx, "", 1)
	if err != nil {
		giveUp("customers", err)
	}
	instruments, err := e.Instruments(ctx, customers[0].ID)
	if err != nil {
		giveUp("instruments", err)
	}
	for n := 0; ctx.Err() == nil; n++ {
		r := engine.Request{ID: engine.RequestID(fmt.Sprintf("r-%s-%d", life, n))}
		for _, step := range steps(e, instruments[n%len(instruments)], n%3 == 0) {
			next, err := step(ctx, r)
			switch engine.CodeOf(err) {
			case engine.Refused, engine.Stale: // it was fulfilled meanwhile
				continue
			}
			if err != nil && ctx.Err() == nil {
				giveUp("people", err)
			}
			if err != nil {
				return
			}
			r = next
			fmt.Printf("%s %d %s\n", r.ID, r.Head.Number, r.Head.Hash)
		}
	}
}

// steps are what people do with one request, some of which are blocked for a
// moment while they wait for a worker.
func steps(
	e *engine.Engine, i engine.Instrument, blocked bool,
) (list []func(context.Context, engine.Request) (engine.Request, error)) {
	list = append(list, func(ctx context.Context, r engine.Request) (engine.Request, error) {
		return e.Create(ctx, as("rev1"), engine.NewRequest{
			ID: r.ID, PointID: "main", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: usd("100"),
		})
	})
	for _, verb := range []engine.Verb{engine.VerbReady, engine.VerbApprove, engine.VerbAutoAllocate} {
		list = append(list, func(ctx context.Context, r engine.Request) (engine.Request, error) {
			return use(ctx, e, as("senior1"), verb, r)
		})
	}
	list = append(list, func(ctx context.Context, r engine.Request) (engine.Request, error) {
		return sendAll(ctx, e, r.ID)
	})
	if !blocked {
		return list
	}
	for _, verb := range []engine.Verb{engine.VerbBlock, engine.VerbUnblock} {
		list = append(list, func(ctx context.Context, r engine.Request) (engine.Request, error) {
			return use(ctx, e, as("rev2"), verb, r)
		})
	}
	return list
}

// sendAll queues every allocation of a request that waits for it.
func sendAll(ctx context.Context, e *engine.Engine, r engine.RequestID) (engine.Request, error) {
	all, err := e.Allocations(ctx, r)
	if err != nil {
		return engine.Request{}, err
	}
	var ids []engine.AllocationID
	for _, a := range all {
		if a.Status == engine.AllocationPending {
			ids = append(ids, a.ID)
		}
	}
	if len(ids) > 0 {
		if _, _, err := e.Process(ctx, as("rev2"), ids); err != nil {
			return engine.Request{}, err
		}
	}
	return e.Request(ctx, r)
}
