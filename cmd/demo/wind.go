package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
)

// wind walks a clock up to t and lets the engine do on the way whatever falls
// due, at the moment when it does.
func wind(ctx context.Context, e *engine.Engine, store engine.Store, c *clock.Manual, t time.Time) error {
	var last time.Time
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		due, err := nextDue(ctx, store)
		switch {
		case err != nil:
			return err
		case due.IsZero() || due.After(t):
			c.Set(t)
			return nil
		case !due.After(last):
			return fmt.Errorf("what was due at %s cannot be done", due.Format(time.DateTime))
		case due.After(c.Now()):
			c.Set(due)
		}
		last = due
		if err := e.RunUntilIdle(ctx); err != nil {
			return err
		}
	}
}

// eternity is after everything that will ever be due.
var eternity = time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)

// nextDue is when one of the engine's clocks has something to do next; zero
// for never.
func nextDue(ctx context.Context, store engine.Store) (next time.Time, err error) {
	err = store.View(ctx, func(tx engine.ReadTx) error {
		ready, err := tx.Due(engine.DueReady, eternity, 1)
		if err != nil {
			return err
		}
		expire, err := tx.Due(engine.DueExpire, eternity, 1)
		if err != nil {
			return err
		}
		payouts, err := tx.PayoutsDue(eternity, 1)
		if err != nil {
			return err
		}
		var clocks []time.Time
		for _, id := range append(ready, expire...) {
			r, err := tx.Request(id)
			if err != nil {
				return err
			}
			clocks = append(clocks, r.ReadyAt, r.ExpireAt)
		}
		for _, p := range payouts {
			clocks = append(clocks, later(p.LookUpAt, p.LeaseUntil))
		}
		next = earliest(clocks)
		return nil
	})
	return next, err
}

// earliest is the first of some times that is not zero.
func earliest(times []time.Time) (first time.Time) {
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
