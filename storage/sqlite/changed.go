package sqlite

import (
	"context"
	"sync"
	"time"

	"github.com/purserhq/purser/storage/sqlite/native"
)

// pollTime is how often the file is looked at for what others committed.
const pollTime = 250 * time.Millisecond

// changes tells those who listen that something was committed.
type changes struct {
	store *Store

	mu        sync.Mutex
	listeners map[chan struct{}]bool
	polling   bool
	closed    chan struct{}
	done      sync.WaitGroup
}

func newChanges(s *Store) *changes {
	return &changes{store: s, listeners: make(map[chan struct{}]bool), closed: make(chan struct{})}
}

// listen returns a channel of tokens that is closed when ctx ends or the store
// is closed.
func (c *changes) listen(ctx context.Context) <-chan struct{} {
	listener := make(chan struct{}, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.closed:
		close(listener)
		return listener
	default:
	}
	c.listeners[listener] = true
	if !c.polling {
		c.polling = true
		c.done.Go(c.poll)
	}
	c.done.Go(func() {
		select {
		case <-ctx.Done():
		case <-c.closed:
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.listeners, listener)
		close(listener)
	})
	return listener
}

// tell leaves a token with everybody who has none.
func (c *changes) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for listener := range c.listeners {
		select {
		case listener <- struct{}{}:
		default:
		}
	}
}

// poll watches the file while anybody listens. SQLite counts, for each
// connection, the commits of all others: those of our own writer too, so that
// some tokens come twice.
func (c *changes) poll() {
	conn, err := c.store.connect()
	if err != nil { // the next to listen tries again
		c.mu.Lock()
		defer c.mu.Unlock()
		c.polling = false
		return
	}
	defer conn.Close()
	last := dataVersion(conn)
	tick := time.NewTicker(pollTime)
	defer tick.Stop()
	for {
		select {
		case <-c.closed:
			return
		case <-tick.C:
		}
		if now := dataVersion(conn); now != last {
			last = now
			c.tell()
		}
		if c.stopPolling() {
			return
		}
	}
}

// stopPolling reports whether nobody listens any more.
func (c *changes) stopPolling() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.polling = len(c.listeners) > 0
	return !c.polling
}

func dataVersion(conn *native.Conn) int64 {
	s := conn.Stmt("PRAGMA data_version")
	if !s.Next() {
		return 0
	}
	defer s.Reset()
	return s.Int()
}

// close ends everything that listens and polls.
func (c *changes) close() {
	c.mu.Lock()
	close(c.closed)
	c.mu.Unlock()
	c.done.Wait()
}
