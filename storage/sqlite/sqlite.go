// Package sqlite keeps the engine's state in one SQLite file.
//
// One connection writes and two read. Readers see the last snapshot and wait
// for nobody. Whoever writes queues for the writer, which runs what waits in one
// transaction, each closure in a savepoint of its own: a group. Nobody is told
// that theirs is done before the disk has it, and a hundred who come together
// share one sync. Several processes may have the file open; they take turns.
//
// The engine decides; the store keeps, and refuses what can never be right: a
// request written over another version than its writer saw, a journal with a
// gap, a final status or an original amount that changes. The last ones are
// triggers, so they hold for whoever opens the file by hand as well.
//
// Lists are read by place, never by number, along an index that we name, so a
// page costs the same anywhere in ten million rows. What screens count is kept
// in counters, as differences that each group writes once.
//
// Columns bear the names of the engine's nouns. An amount is in minor units of
// the currency beside it; a time is microseconds UTC, and zero is none.
//
// The package knows no rules of the engine's beyond these, and keeps nothing
// read across transactions but the decoded configuration, by its revision.
package sqlite

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// A Store implements engine.Store.
type Store struct {
	path     string
	readOnly string // why it cannot be written to, or empty
	uri      string
	loading  bool // see Load

	writer  *writer // nil if read-only
	readers chan *native.Conn
	config  atomic.Pointer[engine.Config]
	changed *changes

	closing sync.Once
	closed  chan struct{}
}

// readerCount is as many as there are cores on a small machine: more only make
// each other wait.
const readerCount = 2

// Update implements engine.Store.
func (s *Store) Update(ctx context.Context, fn func(engine.Tx) error) error {
	return s.write(ctx, fn, false)
}

// Bulk implements engine.Store.
func (s *Store) Bulk(ctx context.Context, fn func(engine.Tx) error) error {
	return s.write(ctx, fn, true)
}

func (s *Store) write(ctx context.Context, fn func(engine.Tx) error, bulk bool) error {
	if s.readOnly != "" {
		return engine.Errorf(engine.Unavailable, "nothing can be changed: %s", s.readOnly)
	}
	return s.writer.do(ctx, fn, bulk)
}

// View implements engine.Store.
func (s *Store) View(ctx context.Context, fn func(engine.ReadTx) error) error {
	conn, err := s.borrow(ctx)
	if err != nil {
		return err
	}
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		conn.Interrupt()
		close(interrupted)
	})
	t := &reader{store: s, conn: conn}
	defer func() {
		t.conn = nil
		if !stop() {
			<-interrupted // or it would hit the next one
		}
		_ = conn.Stmt("ROLLBACK").Run()
		s.readers <- conn
	}()
	if err := conn.Stmt("BEGIN").Run(); err != nil {
		return explain(err)
	}
	if err := fn(t); err != nil {
		if isCode(err, native.Interrupt) {
			return ctx.Err()
		}
		return err
	}
	return nil
}

// borrow waits for a connection that reads; the first time it is opened.
func (s *Store) borrow(ctx context.Context) (*native.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-s.closed:
		return nil, errClosed()
	default:
	}
	select {
	case <-s.closed:
		return nil, errClosed()
	case <-ctx.Done():
		return nil, ctx.Err()
	case conn := <-s.readers:
		if conn != nil {
			return conn, nil
		}
		conn, err := s.connect()
		if err != nil {
			s.readers <- nil
			return nil, explain(err)
		}
		return conn, nil
	}
}

// Changed implements engine.Store.
func (s *Store) Changed(ctx context.Context) <-chan struct{} { return s.changed.listen(ctx) }

// ReadOnly says why the store cannot be written to, or nothing if it can.
func (s *Store) ReadOnly() string { return s.readOnly }

// Path is where the store's file is.
func (s *Store) Path() string { return s.path }

// Close waits for what was queued and for those who read, and closes the file.
func (s *Store) Close() error {
	s.closing.Do(func() {
		close(s.closed)
		if s.writer != nil {
			s.writer.close()
		}
		s.changed.close()
		for range readerCount {
			if conn := <-s.readers; conn != nil {
				conn.Close()
			}
		}
	})
	return nil
}
