// Package storage opens stores. Where a store is and of what kind is one
// string: the path of a SQLite file, or the URL of a server.
package storage

import (
	"context"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite"
)

// A Store is an engine's store that can be closed.
type Store interface {
	engine.Store

	// ReadOnly says why nothing can be written, or nothing if it can.
	ReadOnly() string

	// Close waits for what was begun. What is begun later fails with
	// [engine.Unavailable].
	Close() error
}

// Options say how a store is opened.
type Options struct {
	Create   bool // make it if there is none
	ReadOnly bool // change nothing
}

// Open opens the store that dsn names. It fails with [engine.NotFound] if there
// is none, [engine.Invalid] if dsn names something else, and
// [engine.Unavailable] if it cannot be used here or now.
func Open(ctx context.Context, dsn string, o Options) (Store, error) {
	switch scheme, _, found := strings.Cut(dsn, "://"); {
	case dsn == "":
		return nil, engine.Errorf(engine.Invalid, "which store is not said").Or("give the path of its file")
	case found && (scheme == "postgres" || scheme == "postgresql"):
		return nil, engine.Errorf(engine.Unavailable, "PostgreSQL is not available in this build yet").
			Or("give the path of a file instead")
	case found:
		return nil, engine.Errorf(engine.Invalid, "no store is named by %s://", scheme).
			Or("give the path of its file")
	}
	s, err := sqlite.Open(ctx, dsn, sqlite.Options(o))
	if err != nil {
		return nil, err // not s, which would be an interface that holds nil
	}
	return s, nil
}
