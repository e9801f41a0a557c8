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
		file := c.look() // before we return, or what is committed then is missed
		c.done.Go(func() { c.poll(file) })
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

// A look is a view of the file that notices what others committed to it. SQLite
// counts that for each connection: the commits of our own writer too, so that
// some tokens come twice.
type look struct {
	conn    *native.Conn // nil if the file cannot be opened just now
	version int64
}

func (c *changes) look() look {
	conn, err := c.store.connect()
	if err != nil {
		return look{}
	}
	return look{conn, dataVersion(conn)}
}

func dataVersion(conn *native.Conn) int64 {
	s := conn.Stmt("PRAGMA data_version")
	if !s.Next() {
		return 0
	}
	defer s.Reset()
	return s.Int()
}

// poll watches the file while anybody listens.
func (c *changes) poll(file look) {
	tick := time.NewTicker(pollTime)
	defer tick.Stop()
	defer func() { file.close() }()
	for {
		select {
		case <-c.closed:
			return
		case <-tick.C:
		}
		if c.rest() {
			return
		}
		if file.conn == nil {
			file = c.look()
			c.tell() // nobody knows what was missed
			continue
		}
		if now := dataVersion(file.conn); now != file.version {
			file.version = now
			c.tell()
		}
	}
}

func (l look) close() {
	if l.conn != nil {
		l.conn.Close()
	}
}

// rest ends the polling if nobody listens any more.
func (c *changes) rest() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.polling = len(c.listeners) > 0
	return !c.polling
}

// close ends everything that listens and polls.
func (c *changes) close() {
	c.mu.Lock()
	close(c.closed)
	c.mu.Unlock()
	c.done.Wait()
}
