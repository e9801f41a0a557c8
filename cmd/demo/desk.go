package demo

import (
	"context"
	crypto "crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"time"

	"github.com/purserhq/purser/connectors/manual"
	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage"
)

// Options say what a desk is to be like.
type Options struct {
	Keep     string  // the file that keeps it, and opens it again; empty: it is thrown away
	Requests int     // how many a new desk has
	Seed     uint64  // of a new desk's past
	Speed    float64 // how much faster than the machine's its time passes
	Progress func(done, all int)
}

// A Desk is a demo at work. Its time is the machine's, at its speed; a kept
// desk that was faster goes on where it stopped.
type Desk struct {
	*engine.Engine
	Store storage.Store
	Path  string // of the store; the provider's ledger is beside it

	speed  float64
	seed   uint64
	bank   *sandbox.Sandbox
	folder *folder // nil if it is kept

	opened map[string]money.Amount // what accounts opened with at the provider
}

// Open opens a desk, and gives a new one its past. Whatever it leaves behind
// if the process dies is removed when the next demo is opened.
func Open(ctx context.Context, o Options) (*Desk, error) {
	if !(o.Speed >= slowest && o.Speed <= fastest) {
		return nil, engine.Errorf(engine.Invalid, "a speed of %g is not possible", o.Speed).
			Or("%g to %g", slowest, fastest)
	}
	machine := clock.System{}
	d, begins, err := open(ctx, o, machine.Now())
	if err != nil {
		return nil, err
	}
	now := clock.NewScaled(ahead{machine, begins.Sub(machine.Now())}, o.Speed)
	bank := sandbox.Options{Clock: now, Seed: o.Seed, Weather: weather, Sleep: d.dawdle, Opening: d.opening}
	if _, err := d.connect(now, crypto.Reader, bank); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if err := d.agree(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Bounds of a desk's speed: slower is standing still, and faster than that
// nobody could read.
const (
	slowest float64 = 0.01
	fastest float64 = 1000
)

// weather is how the provider treats orders that nothing steers.
var weather = sandbox.Weather{Declined: 6, TimedOut: 5, Lost: 2, Partial: 4, Slow: 8}

// An ahead clock shows a time that the clock it is read from has yet to show.
type ahead struct {
	clock.Clock
	by time.Duration // not below zero
}

func (c ahead) Now() time.Time { return c.Clock.Now().Add(max(c.by, 0)) }

// open opens the store and gives it its past if it has none. The desk's time
// begins at present, or after the last that happened there if that is later.
func open(ctx context.Context, o Options, present time.Time) (d *Desk, begins time.Time, err error) {
	d = &Desk{Path: o.Keep, speed: o.Speed, seed: o.Seed}
	if o.Keep == "" {
		if d.folder, err = newFolder(os.TempDir()); err != nil {
			return nil, present, err
		}
		d.Path = d.folder.file("desk.db")
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	if d.Store, err = storage.Open(ctx, d.Path, storage.Options{Create: true}); err != nil {
		return d, present, err
	}
	if why := d.Store.ReadOnly(); why != "" {
		return d, present, engine.Errorf(engine.Unavailable, "a demo cannot be kept there: %s", why)
	}
	last, err := lastMoment(ctx, d.Store)
	switch {
	case engine.CodeOf(err) == engine.NotFound:
		return d, present, d.begin(ctx, o, present)
	case err != nil:
		return d, present, err
	}
	return d, later(present, last), nil
}

// lastMoment is when the last thing happened at a desk. It fails with NotFound
// if nothing ever did, and refuses a desk that is no demo's.
func lastMoment(ctx context.Context, store engine.Store) (last time.Time, err error) {
	err = store.View(ctx, func(tx engine.ReadTx) error {
		if _, err := tx.Organisation(); err != nil {
			return err
		}
		if err := refuseStrangers(tx); err != nil {
			return err
		}
		seq, err := tx.LastSeq()
		if err != nil {
			return err
		}
		events, err := tx.Journal(seq-1, 1)
		for _, event := range events {
			last = event.At
		}
		return err
	})
	return last, err
}

// refuseStrangers keeps simulated customers and colleagues off a desk that was
// not made for them: every point of a demo is in test mode, and its first ones
// are called as ours are.
func refuseStrangers(tx engine.ReadTx) error {
	file, err := configuration(1)
	if err != nil {
		return err
	}
	have, err := tx.Config()
	if err != nil {
		return err
	}
	ours := true
	for _, p := range file.Points {
		ours = ours && have.Points[p.ID].Name == p.Name
	}
	for _, p := range have.Points {
		ours = ours && p.Mode == engine.ModeTest
	}
	if !ours {
		return engine.Errorf(engine.Refused, "the desk in that file is no demo's").
			Or("name another file; simulated people would decide on its requests")
	}
	return nil
}

// begin gives a new desk its past.
func (d *Desk) begin(ctx context.Context, o Options, present time.Time) error {
	if err := os.Remove(d.ledger()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // of a past that was interrupted
	}
	c := clock.NewManual(present)
	world, err := d.connect(c, chance(o.Seed, inThePast), quick(c))
	if err != nil {
		return err
	}
	err = Seed(ctx, d.Store, world, c, SeedOptions{Requests: o.Requests, Seed: o.Seed, Progress: o.Progress})
	return errors.Join(err, d.disconnect())
}

// quick is a provider that takes no time. What accounts hold it is not asked:
// nothing of a past is told by its minutes.
func quick(c clock.Clock) sandbox.Options {
	can := sandbox.Capabilities()
	can.Balance = false
	return sandbox.Options{
		Clock: c, Capabilities: &can,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
}

// Where chance comes from, that of a desk's past and that of what follows.
const (
	inThePast = iota
	afterwards
)

// chance is the same for the same seed and purpose.
func chance(seed uint64, purpose byte) io.Reader {
	key := [32]byte{purpose}
	binary.BigEndian.PutUint64(key[1:], seed)
	return rand.NewChaCha8(key)
}

func (d *Desk) ledger() string { return d.Path + ".sandbox" }

// connect puts an engine on the store, whose provider is a sandbox with a
// ledger beside it.
func (d *Desk) connect(c clock.Clock, entropy io.Reader, o sandbox.Options) (world engine.World, err error) {
	if d.bank, err = sandbox.Open(d.ledger(), o); err != nil {
		return world, err
	}
	world = engine.World{
		Clock: c, IDs: id.NewSource(c.Now, entropy), Worker: fmt.Sprintf("demo:%d", os.Getpid()),
		Gateways: map[string]engine.Gateway{
			"sandbox": bounded{d.bank, d.real(engine.ProviderTimeout)}, "manual": manual.Gateway{},
		},
	}
	d.Engine = engine.New(d.Store, world)
	return world, nil
}

func (d *Desk) disconnect() error {
	if d.bank == nil {
		return nil
	}
	bank := d.bank
	d.bank = nil
	return bank.Close()
}

// Close ends a desk, and removes it unless it is kept. Nobody may be using it
// any more.
func (d *Desk) Close() error {
	err := d.disconnect()
	if d.Store != nil {
		err = errors.Join(err, d.Store.Close())
	}
	if d.folder != nil {
		err = errors.Join(err, d.folder.remove())
	}
	return err
}
