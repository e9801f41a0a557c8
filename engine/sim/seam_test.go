package sim_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/sim"
)

// at is a meeting at which a fault happens once, at the first seam of a kind.
func at(seam sim.Seam, fault sim.Fault) sim.Meeting {
	fuse, done := sim.NewFuse(0, seam), false
	return func(at sim.Seam) sim.Fault {
		if done || fuse.Meet(at) == sim.Nothing {
			return sim.Nothing
		}
		done = true
		return fault
	}
}

// What an update leaves behind, and what its caller hears, by where it fails.
func TestStoreFails(t *testing.T) {
	file, _ := desk(t, 0)
	for _, test := range []struct {
		seam     sim.Seam
		fault    sim.Fault
		runs     int // of the closure
		kept     bool
		survived bool
		heard    string
	}{
		{sim.BeforeUpdate, sim.Nothing, 1, true, true, ""},
		{sim.BeforeUpdate, sim.Lost, 0, false, true, "the store cannot be reached"},
		{sim.BeforeUpdate, sim.Late, 0, false, true, "the store cannot be reached"},
		{sim.BeforeUpdate, sim.Death, 0, false, false, ""},
		{sim.BeforeCommit, sim.Lost, 1, false, true, "the store undid it"},
		{sim.BeforeCommit, sim.Again, 2, true, true, ""},
		{sim.BeforeCommit, sim.Death, 1, false, false, ""},
		{sim.AfterCommit, sim.Lost, 1, true, true, "the store did not answer"},
		{sim.AfterCommit, sim.Again, 1, true, true, ""},
		{sim.AfterCommit, sim.Death, 1, true, false, ""},
	} {
		t.Run(fmt.Sprintf("%s %s", test.fault, test.seam), func(t *testing.T) {
			s := openSite(t, file, sandbox.Capabilities())
			inner := s.open()
			defer inner.Close()
			store := sim.NewStore(inner, at(test.seam, test.fault), sim.Die)
			var err error
			runs := 0
			survived := sim.Live(func() {
				err = store.Update(t.Context(), func(tx engine.Tx) error {
					runs++
					tx.PutBalance(engine.Balance{
						GatewayID: "usd", Known: true, Balance: money.New(42, "USD"), Reserved: usd("0"),
					})
					return nil
				})
			})
			heard := ""
			if err != nil {
				heard = err.Error()
			}
			if survived != test.survived || runs != test.runs || heard != test.heard {
				t.Errorf("survived: %t after %d runs, heard %q", survived, runs, heard)
			}
			if heard != "" && engine.CodeOf(err) != engine.Unavailable {
				t.Errorf("the code is %s", engine.CodeOf(err))
			}
			var b engine.Balance
			if err := inner.View(t.Context(), func(tx engine.ReadTx) (err error) {
				b, err = tx.Balance("usd")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if kept := b.Balance.Minor == 42; kept != test.kept {
				t.Errorf("kept: %t", kept)
			}
		})
	}
}

// A closure that fails meets no seam behind it, and its caller hears why.
func TestStoreMeetsNobodyForAClosureThatFails(t *testing.T) {
	file, _ := desk(t, 0)
	inner := openSite(t, file, sandbox.Capabilities()).open()
	defer inner.Close()
	var met []sim.Seam
	store := sim.NewStore(inner, func(at sim.Seam) sim.Fault {
		met = append(met, at)
		return sim.Nothing
	}, sim.Die)
	reason := errors.New("changed my mind")
	if err := store.Bulk(t.Context(), func(engine.Tx) error { return reason }); !errors.Is(err, reason) {
		t.Errorf("heard %v", err)
	}
	if want := []sim.Seam{sim.BeforeUpdate}; !slices.Equal(met, want) {
		t.Errorf("met %v", met)
	}
}

// A till is a provider that counts what it hears.
type till struct {
	engine.Gateway
	paid, asked int
}

func (g *till) Pay(context.Context, engine.PayOrder) engine.Outcome {
	g.paid++
	return engine.Outcome{Verdict: engine.VerdictPaid, Resolution: engine.ResolutionOK}
}

func (g *till) LookUp(context.Context, engine.PayOrder) engine.Outcome {
	g.asked++
	return engine.Outcome{NotFound: true}
}

// What a provider hears of one call, and what its caller hears, by where it
// fails.
func TestGatewayFails(t *testing.T) {
	for _, test := range []struct {
		seam        sim.Seam
		fault       sim.Fault
		paid, asked int // before anything is delivered
		late        int
		survived    bool
		heard       string
	}{
		{sim.BeforePay, sim.Nothing, 1, 0, 0, true, "paid"},
		{sim.BeforePay, sim.Lost, 0, 0, 0, true, "connection-error"},
		{sim.BeforePay, sim.Again, 2, 0, 0, true, "paid"},
		{sim.BeforePay, sim.Late, 0, 0, 1, true, "connection-error"},
		{sim.BeforePay, sim.Death, 0, 0, 0, false, ""},
		{sim.AfterPay, sim.Lost, 1, 0, 0, true, "connection-error"},
		{sim.AfterPay, sim.Death, 1, 0, 0, false, ""},
		{sim.BeforeLookUp, sim.Nothing, 0, 1, 0, true, "not-found"},
		{sim.BeforeLookUp, sim.Lost, 0, 0, 0, true, "connection-error"},
		{sim.BeforeLookUp, sim.Late, 0, 0, 0, true, "connection-error"},
		{sim.BeforeLookUp, sim.Again, 0, 2, 0, true, "not-found"},
		{sim.BeforeLookUp, sim.Death, 0, 0, 0, false, ""},
		{sim.AfterLookUp, sim.Lost, 0, 1, 0, true, "connection-error"},
		{sim.AfterLookUp, sim.Death, 0, 1, 0, false, ""},
	} {
		t.Run(fmt.Sprintf("%s %s", test.fault, test.seam), func(t *testing.T) {
			provider := &till{}
			g := sim.NewGateway(provider, at(test.seam, test.fault), sim.Die)
			call := g.Pay
			if strings.HasSuffix(string(test.seam), "look-up") {
				call = g.LookUp
			}
			heard := ""
			survived := sim.Live(func() {
				o := call(t.Context(), engine.PayOrder{Key: "pra_1"})
				heard = string(o.Resolution)
				switch {
				case o.NotFound:
					heard = "not-found"
				case o.Verdict != "":
					heard = string(o.Verdict)
				}
			})
			if survived != test.survived || heard != test.heard || len(g.Late()) != test.late {
				t.Errorf("survived: %t, heard %q, %d late", survived, heard, len(g.Late()))
			}
			if provider.paid != test.paid || provider.asked != test.asked {
				t.Errorf("the provider was told to pay %d times and asked %d times", provider.paid, provider.asked)
			}
			g.Deliver(t.Context())
			if provider.paid != test.paid+test.late || len(g.Late()) > 0 {
				t.Errorf("delivered, it was told to pay %d times, and %d are late", provider.paid, len(g.Late()))
			}
		})
	}
}

// A fuse burns at one seam and lets nobody pass any after it.
func TestFuse(t *testing.T) {
	var road []sim.Seam
	for range 2 {
		road = append(road, sim.Seams()...)
	}
	for _, test := range []struct {
		fuse *sim.Fuse
		died int // after how many seams; all of them for never
		at   sim.Seam
	}{
		{sim.NewFuse(0), 0, sim.BeforeUpdate},
		{sim.NewFuse(4), 4, sim.AfterPay},
		{sim.NewFuse(8), 8, sim.BeforeCommit},
		{sim.NewFuse(-1), len(road), ""},
		{sim.NewFuse(len(road)), len(road), ""},
		{sim.NewFuse(0, sim.AfterCommit), 2, sim.AfterCommit},
		{sim.NewFuse(1, sim.AfterCommit), 9, sim.AfterCommit},
		{sim.NewFuse(2, sim.AfterCommit, sim.BeforePay), 9, sim.AfterCommit},
	} {
		died := slices.IndexFunc(road, func(at sim.Seam) bool { return test.fuse.Meet(at) == sim.Death })
		if died < 0 {
			died = len(road)
		}
		if died != test.died || test.fuse.Burnt() != test.at {
			t.Errorf("died after %d seams, at %q; want %d, at %q", died, test.fuse.Burnt(), test.died, test.at)
		}
		if test.at != "" && test.fuse.Meet(sim.BeforeUpdate) != sim.Death {
			t.Error("it burnt, and lets somebody pass")
		}
	}
}

// Processes run only while they have the turn, and end where they are killed.
func TestProcessesTakeTurns(t *testing.T) {
	var said []string
	life := func(name string) func(*sim.Process) {
		return func(p *sim.Process) {
			defer func() { said = append(said, name+" is gone") }()
			for i := range 2 {
				said = append(said, fmt.Sprint(name, i))
				p.Wait()
			}
			said = append(said, name+" is through")
		}
	}
	a, b := sim.Begin(life("a")), sim.Begin(life("b"))
	ended := []bool{a.Turn(), b.Turn(), b.Turn(), a.Turn()}
	b.Kill()
	ended = append(ended, a.Turn())
	if want := []bool{false, false, false, false, true}; !slices.Equal(ended, want) {
		t.Errorf("ended: %v", ended)
	}
	const want = "a0, b0, b1, a1, b is gone, a is through, a is gone"
	if got := strings.Join(said, ", "); got != want {
		t.Errorf("said %s", got)
	}
	c := sim.Begin(life("c"))
	c.Kill() // before it began
	if strings.Contains(strings.Join(said, ""), "c") {
		t.Errorf("said %v", said)
	}
}
