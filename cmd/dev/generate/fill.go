package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/storage/sqlite"
)

// bite is how many requests are written in one transaction. Their histories are
// side by side; of what is open at its end, nothing more is heard.
const bite = 1000

// fill makes a store of so many requests at path, or goes on making it.
func fill(ctx context.Context, out io.Writer, path string, w world) (err error) {
	s, err := sqlite.Load(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	last, from, err := w.start(ctx, s)
	if err != nil {
		return err
	}
	bites := (w.requests + bite - 1) / bite
	if from > 0 {
		fmt.Fprintf(out, "going on after %d requests\n", min(from*bite, w.requests))
	}
	if err := w.write(ctx, out, s, last, from, bites); err != nil {
		return err
	}
	begin := clock.System{}.Now()
	err = s.Index(ctx, func(step string) {
		fmt.Fprintf(out, "%6.0fs indexing: %s\n", since(begin), step)
	})
	if err == nil {
		fmt.Fprintf(out, "%6.0fs indexed\n", since(begin))
	}
	return err
}

func since(begin time.Time) float64 { return clock.System{}.Now().Sub(begin).Seconds() }

// start opens the desk, if that was not done, and finds out after how many bites
// a store was left, and as what.
func (w world) start(ctx context.Context, s *sqlite.Store) (last *memory, bites int, err error) {
	names, _ := w.chance(ofDesk, 0)
	c := clock.NewManual(firstDay)
	e := engine.New(s, engine.World{Clock: c, IDs: id.NewSource(c.Now, names)})
	if _, err := e.Organisation(ctx); engine.CodeOf(err) == engine.NotFound {
		if err := open(ctx, e); err != nil {
			return nil, 0, err
		}
		if err := s.Update(ctx, func(tx engine.Tx) error {
			tx.Remember(engine.Remembered{Key: keyOf(0), Fingerprint: w.String(), At: firstDay})
			return nil
		}); err != nil {
			return nil, 0, err
		}
	}
	err = s.View(ctx, func(tx engine.ReadTx) error {
		last, bites, err = w.read(tx)
		return err
	})
	return last, bites, err
}

// String says what makes one store differ from another.
func (w world) String() string { return fmt.Sprintf("%d requests of seed %d", w.requests, w.seed) }

// keyOf is what a bite is remembered by, counted from one; zero is the desk.
func keyOf(bite int) string { return fmt.Sprintf("generate-%d", bite) }

// read is what a store was left as, and after how many bites.
func (w world) read(tx engine.ReadTx) (last *memory, bites int, err error) {
	begun, known, err := tx.Replay(keyOf(0))
	switch {
	case err != nil:
		return nil, 0, err
	case !known:
		return nil, 0, errors.New("the store was broken off before its desk was made: remove it and begin anew")
	case begun.Fingerprint != w.String():
		return nil, 0, fmt.Errorf("the store is one of %s: ask for that, or for another file", begun.Fingerprint)
	}
	bites = sort.Search(w.requests/bite+2, func(n int) bool {
		_, done, failed := tx.Replay(keyOf(n))
		err = errors.Join(err, failed)
		return !done
	}) - 1
	if err != nil {
		return nil, 0, err
	}
	last = &memory{balances: map[string]engine.Balance{}}
	if last.config, err = tx.Config(); err != nil {
		return nil, 0, err
	}
	if last.organisation, err = tx.Organisation(); err != nil {
		return nil, 0, err
	}
	if last.seq, err = tx.LastSeq(); err != nil {
		return nil, 0, err
	}
	for gateway := range last.config.Gateways {
		if last.balances[gateway], err = tx.Balance(gateway); err != nil {
			return nil, 0, err
		}
	}
	return last, bites, nil
}

// write makes and writes bites, the making of one beside the writing of the one
// before it.
func (w world) write(ctx context.Context, out io.Writer, s *sqlite.Store, last *memory, from, bites int) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	made := make(chan *memory)
	failed := make(chan error, 1)
	go func() {
		defer close(made)
		p := &people{world: w}
		for b := from; b < bites; b++ {
			next, err := p.write(ctx, last, b, b*bite, min((b+1)*bite, w.requests))
			if err != nil {
				failed <- err
				return
			}
			select {
			case made <- next:
			case <-ctx.Done():
				failed <- ctx.Err()
				return
			}
			last = next
		}
	}()
	begin, told, b := clock.System{}.Now(), time.Time{}, from
	for next := range made {
		b++
		err := s.Bulk(ctx, func(tx engine.Tx) error {
			next.write(tx)
			tx.Remember(engine.Remembered{Key: keyOf(b), Fingerprint: w.String(), At: w.time(b * bite)})
			return nil
		})
		if err != nil {
			return fmt.Errorf("after %d requests: %w", (b-1)*bite, err)
		}
		if now := (clock.System{}).Now(); now.Sub(told) > time.Second || b == bites {
			told = now
			done := min(b*bite, w.requests)
			fmt.Fprintf(out, "%6.0fs %d of %d requests, %.0f a second\n", since(begin), done, w.requests, float64(done-from*bite)/since(begin))
		}
	}
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}
