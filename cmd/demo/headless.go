package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
)

// noon is the present of a desk that nobody looks at: its own, so that the
// same seed says the same on any day.
var noon = time.Date(2026, time.November, 4, 12, 0, 0, 0, time.UTC)

// Headless opens a desk, lets the engine work an hour without taking any time,
// and writes what came of it. It fails with Internal if the record does not
// hold. The same options make it write the same, byte for byte.
func Headless(ctx context.Context, out io.Writer, o Options) (err error) {
	o.Speed = 1
	d, begins, err := open(ctx, o, noon)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	c := clock.NewManual(begins)
	bank := quick(c)
	bank.Seed, bank.Weather = o.Seed, weather
	if _, err := d.connect(c, chance(o.Seed, afterwards), bank); err != nil {
		return err
	}
	before, err := d.LastSeq(ctx)
	if err != nil {
		return err
	}
	if err := d.RunUntilIdle(ctx); err != nil {
		return err
	}
	if err := wind(ctx, d.Engine, d.Store, c, begins.Add(time.Hour)); err != nil {
		return err
	}
	after, err := d.LastSeq(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "The engine worked from %s to %s and recorded %d changes.\n\n",
		begins.Format(moment), c.Now().Format(moment), after-before)
	return d.sumUp(ctx, out)
}

const moment = "2006-01-02 15:04 UTC"

// sumUp writes how many requests are in which status, what they amount to, and
// whether the record and the provider agree with that.
func (d *Desk) sumUp(ctx context.Context, out io.Writer) error {
	counts, err := d.Counts(ctx, engine.ModeTest)
	if err != nil {
		return err
	}
	if err := summaryOf(counts).print(out); err != nil {
		return err
	}
	proof, err := d.VerifyRecord(ctx)
	if err != nil {
		return err
	}
	if proof.Broken != nil {
		return engine.Errorf(engine.Internal, "the record does not hold: %s", proof.Broken)
	}
	_, err = fmt.Fprintf(out, "\nThe record holds: %d entries rebuild %d requests.\n",
		proof.Events, proof.Requests)
	return err
}
