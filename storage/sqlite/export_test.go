package sqlite

import (
	"context"

	"github.com/purserhq/purser/engine"
)

// OnWriter runs statements on the connection that writes.
func (s *Store) OnWriter(sql string) error {
	conn := s.writer.conn
	return s.Update(context.Background(), func(engine.Tx) error { return conn.Script(sql) })
}

// Queued is how many closures wait for the writer.
func (s *Store) Queued() int {
	s.writer.mu.Lock()
	defer s.writer.mu.Unlock()
	return len(s.writer.urgent) + len(s.writer.bulk)
}

// Lists, as they are kept.
var (
	AppendRow = appendRow
	ReadRows  = readRows
)
