package sqlite

import (
	"errors"
	"slices"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// groupTime bounds a group, and so how long the first of it waits; bulkTime is
// the part of it that bulk work gets while somebody waits.
const (
	groupTime = 20 * time.Millisecond
	bulkTime  = 5 * time.Millisecond
)

// A group is what runs in one transaction of the writer.
type group struct {
	jobs       []*job
	err        error  // why the transaction is gone before it was committed
	counts     counts // changed by those that succeeded
	lastSeq    int64  // of the journal; -1 if not known yet
	configured bool   // the configuration was changed

	updates map[uint32]string // statements, by the parts of a request that they write
	scratch []byte
}

// begin opens a transaction, or waits for another process to let it, as long as
// somebody waits.
func (w *writer) begin() bool {
	w.pace.begin()
	for w.await() {
		if err := w.broken.Load(); err != nil {
			w.refuse(err)
			return false
		}
		err := w.conn.Stmt("BEGIN IMMEDIATE").Run()
		w.busy.Store(isCode(err, native.Busy))
		if err == nil {
			w.group.err, w.group.lastSeq, w.group.configured = nil, -1, false
			return true
		}
		if !w.busy.Load() {
			w.refuse(w.damage(err))
			return false
		}
		time.Sleep(retryTime)
	}
	return false
}

// refuse fails everybody who waits.
func (w *writer) refuse(err error) {
	for j := w.next(false, true); j != nil; j = w.next(false, true) {
		j.err = err
		close(j.done)
	}
}

// serve runs what waits, until nothing does or the group is long enough. Those
// that somebody waits for go first. Of the others one runs beside them, or as
// many as are short; and if none did in the last group, they begin.
func (w *writer) serve() {
	short, long := time.NewTimer(bulkTime), time.NewTimer(groupTime)
	defer short.Stop()
	defer long.Stop()
	urgents, bulks, spent := 0, 0, false
	for {
		j := w.next(w.owed && !spent, urgents == 0 || !spent)
		if j == nil {
			return
		}
		if j.bulk {
			bulks++
		} else {
			urgents++
		}
		w.group.jobs = append(w.group.jobs, j)
		w.try(j)
		if !w.conn.InTransaction() {
			w.group.err = j.err
			return
		}
		spent = bulks > 0 && (spent || fired(short))
		if fired(long) {
			w.owed = bulks == 0
			return
		}
	}
}

// try runs a job in a savepoint. What it did stays if it succeeded, and is
// undone whatever else became of it.
func (w *writer) try(j *job) {
	w.attempt(j, false)
	if j.panicked == any(startOver{}) {
		j.panicked = nil
		w.attempt(j, true)
	}
}

func (w *writer) attempt(j *job, careful bool) {
	if j.err = explain(w.conn.Stmt("SAVEPOINT closure").Run()); j.err != nil {
		return
	}
	t := &tx{reader: reader{store: w.store, conn: w.conn, group: &w.group}, careful: careful}
	seq, returned := w.group.lastSeq, false
	defer func() {
		if !returned {
			j.panicked = recover()
			j.exited = j.panicked == nil
			j.err = errUndone()
		}
		t.conn = nil
		if j.err == nil {
			w.group.counts.merge(t.counts)
			return
		}
		w.group.lastSeq = seq
		if w.conn.InTransaction() {
			_ = w.conn.Stmt("ROLLBACK TO closure").Run()
			_ = w.conn.Stmt("RELEASE closure").Run()
		}
	}()
	err := j.fn(t)
	returned = true
	if j.err = err; t.err != nil {
		j.err = t.err
	}
	if j.err == nil {
		j.err = explain(w.conn.Stmt("RELEASE closure").Run())
	}
}

// finish ends the transaction and tells those who wait for it. What failed may
// have failed for what it read of others in the group; so if they come to
// nothing, all do.
func (w *writer) finish() {
	changed := slices.ContainsFunc(w.group.jobs, func(j *job) bool { return j.err == nil })
	err := w.group.err
	if err == nil {
		err = w.end(changed)
	}
	if err != nil {
		err = w.damage(err)
	}
	for i, j := range w.group.jobs {
		if err != nil {
			j.err = err
		}
		close(j.done)
		w.group.jobs[i] = nil
	}
	w.group.jobs = w.group.jobs[:0]
	clear(w.group.counts)
	if changed && err == nil {
		w.store.changed.tell()
		w.shorten()
	}
	w.pace.end()
}

// end commits the transaction if anything was changed.
func (w *writer) end(changed bool) error {
	var err error
	if changed {
		if err = w.group.counts.write(w.conn); err == nil {
			err = w.conn.Stmt("COMMIT").Run()
		}
	}
	if w.conn.InTransaction() {
		err = errors.Join(err, w.conn.Stmt("ROLLBACK").Run())
	}
	return err
}

// damage explains err. After an error of the disk nobody knows what of it is
// written, and a second try may succeed without having written anything; so
// nothing more is written until the store is opened again.
func (w *writer) damage(err error) error {
	explained := explain(err)
	var e *native.Error
	if errors.As(err, &e) && (e.Primary() == native.IOError || e.Primary() == native.Corrupt) {
		var shown *engine.Error
		if errors.As(explained, &shown) {
			w.broken.Store(shown)
		}
	}
	return explained
}
