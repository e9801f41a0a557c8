package sqlite

import (
	"os"

	"github.com/purserhq/purser/storage/sqlite/native"
)

// What was committed stands in SQLite's log until somebody moves it into the
// file, and nobody can write from the log's beginning again before all of it
// was moved. Left to SQLite, every so often a commit moves thousands of pages,
// and all who wait to write wait for it. So another connection moves them while
// the writer goes on, and the writer itself moves only the few that came
// meanwhile.
const (
	longLog  = 10_000   // pages that are worth moving
	shortLog = 500      // pages that the writer moves by itself, in a few milliseconds
	fullLog  = 100_000  // pages from which on a commit moves them after all
	maxLog   = 64 << 20 // bytes that the log may keep once nothing happens
	mostGoes = 8        // at pages that came while others were moved
)

// A logLength is how many pages the log holds, and how many of them are in the
// file as well.
type logLength struct{ pages, moved int64 }

func (l logLength) waiting() int64 { return l.pages - l.moved }

// checkpoint does what mode says to the log. A length of nothing means that it
// is not known just now.
func checkpoint(conn *native.Conn, mode string) (l logLength) {
	s := conn.Stmt("PRAGMA wal_checkpoint(" + mode + ")")
	defer s.Reset()
	if s.Next() {
		s.Skip(1) // whether somebody was in the way
		l = logLength{pages: s.Int(), moved: s.Int()}
	}
	return l
}

// shorten is called between two groups, and sees to it that the log does not
// grow for ever.
func (w *writer) shorten() {
	l := checkpoint(w.conn, "NOOP")
	switch {
	case l.pages < longLog:
		w.nextMove = longLog
	case l.waiting() == 0: // whoever writes next begins it anew
	case l.waiting() <= shortLog:
		checkpoint(w.conn, "PASSIVE")
	case l.pages >= w.nextMove && w.moving.CompareAndSwap(false, true):
		w.nextMove = l.pages + longLog/4 // if a reader is in the way, not after each group
		w.movers.Go(w.move)
	}
}

// move brings the log into the file until what came meanwhile is little. What
// fails is tried again when the log is longer.
func (w *writer) move() {
	defer w.moving.Store(false)
	conn, err := w.store.connect()
	if err != nil {
		return
	}
	defer conn.Close()
	before := int64(fullLog)
	for range mostGoes {
		checkpoint(conn, "PASSIVE")
		left := checkpoint(conn, "NOOP").waiting()
		if left <= shortLog || left >= before {
			return
		}
		before = left
	}
}

// tidy makes a long log short while nobody waits, which cannot be done while
// somebody reads.
func (w *writer) tidy() {
	log, err := os.Stat(w.store.path + "-wal")
	if err != nil || log.Size() < w.longFile {
		return
	}
	w.conn.Patience(50)
	checkpoint(w.conn, "TRUNCATE")
	w.conn.Patience(0)
	w.longFile = maxLog
	if log, err = os.Stat(w.store.path + "-wal"); err == nil && log.Size() >= maxLog {
		w.longFile = log.Size() + maxLog // a reader is in the way: not at every pause
	}
}
