package sim

import (
	"context"

	"github.com/purserhq/purser/engine"
)

// A Store is a store that fails where its meeting says so. It is as safe for
// concurrent use as the meeting is.
type Store struct {
	engine.Store
	mortal
}

// NewStore returns store behind seams. Where the meeting says Death, it calls
// death, which does not return: [Die], or the end of the real process.
func NewStore(store engine.Store, meeting Meeting, death func()) *Store {
	return &Store{store, mortal{meeting, death}}
}

// Update implements [engine.Store].
func (s *Store) Update(ctx context.Context, fn func(engine.Tx) error) error {
	return s.through(ctx, s.Store.Update, fn)
}

// Bulk implements [engine.Store].
func (s *Store) Bulk(ctx context.Context, fn func(engine.Tx) error) error {
	return s.through(ctx, s.Store.Bulk, fn)
}

// through takes fn through the seams of an update. What happens before the
// commit happens outside of the transaction, which is undone by then, so that
// the dead leave no lock behind.
func (s *Store) through(
	ctx context.Context, update func(context.Context, func(engine.Tx) error) error, fn func(engine.Tx) error,
) error {
	if fault := s.meet(BeforeUpdate); fault == Lost || fault == Late {
		return errNotHeard
	}
	fault, asked := Nothing, false
	err := update(ctx, func(tx engine.Tx) error {
		if err := fn(tx); err != nil || asked {
			return err
		}
		if fault, asked = s.meeting(BeforeCommit), true; fault != Nothing {
			return errUndone
		}
		return nil
	})
	switch fault {
	case Death:
		s.death()
	case Again:
		err = update(ctx, fn)
	}
	if err != nil {
		return err
	}
	if fault := s.meet(AfterCommit); fault == Lost || fault == Late {
		return errNotTold
	}
	return nil
}

// What a caller of a store hears of what happened to it. Nobody can tell the
// last from the others.
var (
	errNotHeard = engine.Errorf(engine.Unavailable, "the store cannot be reached")
	errUndone   = engine.Errorf(engine.Unavailable, "the store undid it")
	errNotTold  = engine.Errorf(engine.Unavailable, "the store did not answer")
)
