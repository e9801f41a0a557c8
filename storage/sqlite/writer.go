package sqlite

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// The writer owns the one connection that writes. Closures queue for it; it runs
// those that wait in one transaction, each in a savepoint of its own, commits,
// and only then tells anybody that theirs is done. So a hundred commands that
// come together cost one sync of the disk.
type writer struct {
	store *Store
	conn  *native.Conn
	group group

	mu     sync.Mutex
	urgent []*job
	bulk   []*job
	closed bool
	wake   chan struct{} // holds a token when something was queued or closed
	owed   bool          // bulk work waited through a whole group

	pace pace
	busy atomic.Bool // another process holds the lock

	longFile int64 // of how many bytes the log is cut while nothing happens
	nextMove int64 // at how many pages of log they are moved into the file
	moving   atomic.Bool
	movers   sync.WaitGroup

	broken  atomic.Pointer[engine.Error]
	stopped chan struct{}
}

// A job is a closure that somebody waits for.
type job struct {
	ctx   context.Context
	fn    func(engine.Tx) error
	bulk  bool
	state atomic.Int32 // waiting, taken or left
	done  chan struct{}

	// What came of it, once done is closed.
	err      error
	panicked any
	exited   bool // it called runtime.Goexit
}

const (
	waiting int32 = iota
	taken         // by the writer, which will close done
	left          // by whoever had waited for it
)

func newWriter(s *Store, conn *native.Conn) *writer {
	w := &writer{
		store: s, conn: conn,
		group:    group{counts: make(counts), updates: make(map[uint32]string)},
		wake:     make(chan struct{}, 1),
		pace:     newPace(conn),
		longFile: maxLog,
		nextMove: longLog,
		stopped:  make(chan struct{}),
	}
	go w.run()
	return w
}

// do queues fn and waits for what comes of it.
func (w *writer) do(ctx context.Context, fn func(engine.Tx) error, bulk bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{ctx: ctx, fn: fn, bulk: bulk, done: make(chan struct{})}
	if err := w.queue(j); err != nil {
		return err
	}
	select {
	case <-j.done:
	case <-ctx.Done():
		if j.state.CompareAndSwap(waiting, left) {
			return w.missed(ctx.Err())
		}
		<-j.done
	}
	switch {
	case j.panicked != nil:
		panic(j.panicked)
	case j.exited:
		runtime.Goexit()
	}
	return j.err
}

// missed is why a closure was not run before its context ended.
func (w *writer) missed(cause error) error {
	if !w.busy.Load() {
		return cause
	}
	e := engine.Errorf(engine.Unavailable, "another process is writing to the store").Or("try again")
	e.Cause = cause
	return e
}

func (w *writer) queue(j *job) error {
	if err := w.broken.Load(); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.closed:
		return errClosed()
	case j.bulk:
		w.bulk = append(w.bulk, j)
	default:
		w.urgent = append(w.urgent, j)
	}
	w.signal()
	return nil
}

func (w *writer) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// close waits until everything queued is done.
func (w *writer) close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.signal()
	<-w.stopped
}

// run serves the queue until it is closed and empty. A closure that ends its
// goroutine, as a failing test does, is survived by another.
func (w *writer) run() {
	finished := false
	defer func() {
		if !finished {
			go w.run()
		}
	}()
	if len(w.group.jobs) > 0 {
		w.finish()
	}
	for w.await() {
		if w.begin() {
			w.serve()
			w.finish()
		}
	}
	w.movers.Wait()
	w.conn.Close()
	close(w.stopped)
	finished = true
}

// await returns true when something is queued, false when nothing ever will be.
func (w *writer) await() bool {
	for {
		w.mu.Lock()
		empty, closed := !w.pending(), w.closed
		w.mu.Unlock()
		switch {
		case !empty:
			return true
		case closed:
			return false
		}
		w.tidy()
		<-w.wake
	}
}

// pending reports whether somebody waits, and forgets those who left.
func (w *writer) pending() bool {
	for _, queue := range []*[]*job{&w.urgent, &w.bulk} {
		for len(*queue) > 0 && (*queue)[0].state.Load() == left {
			*queue = (*queue)[1:]
		}
	}
	return len(w.urgent)+len(w.bulk) > 0
}

// next takes a job from the queues, or returns nil.
func (w *writer) next(bulkFirst, bulkToo bool) *job {
	w.mu.Lock()
	defer w.mu.Unlock()
	queues := []*[]*job{&w.urgent, &w.bulk}
	switch {
	case bulkFirst:
		slices.Reverse(queues)
	case !bulkToo:
		queues = queues[:1]
	}
	for _, queue := range queues {
		for len(*queue) > 0 {
			j := (*queue)[0]
			(*queue)[0], *queue = nil, (*queue)[1:]
			if j.ctx.Err() == nil && j.state.CompareAndSwap(waiting, taken) {
				return j
			}
		}
	}
	return nil
}

func errClosed() error { return engine.Errorf(engine.Unavailable, "the store is closed") }

func errUndone() error {
	return engine.Errorf(engine.Unavailable, "the transaction was undone").Or("try again")
}
