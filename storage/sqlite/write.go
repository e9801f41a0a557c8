package sqlite

import (
	"maps"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// A writer's transaction implements engine.Tx. Its first failed write is kept,
// and makes the later ones do nothing.
type tx struct {
	reader
	err error

	careful bool  // parts have savepoints
	tallied int64 // how often something was counted
}

// startOver is what a closure panics with that has to be run again, with a
// savepoint for each of its parts.
type startOver struct{}

// Try implements engine.Tx. A savepoint costs a part as much as what it writes,
// for each page is copied before it changes; and of a thousand parts hardly one
// fails once it has written. So there are none at first. A part that fails
// before it has written needs nothing undone; one that fails after takes all of
// its closure with it, which begins anew, carefully.
func (t *tx) Try(fn func() error) error {
	if t.err != nil {
		return t.err
	}
	if t.careful {
		return t.tryUndoably(fn)
	}
	written := t.wrote()
	err := fn()
	if t.err != nil {
		err = t.err
	}
	switch {
	case err == nil:
		return nil
	case !t.conn.InTransaction(): // all of it is gone
		t.err = err
	case t.wrote() != written:
		panic(startOver{})
	default:
		t.err = nil
	}
	return err
}

// wrote is how much was written on the connection so far.
func (t *tx) wrote() int64 { return t.conn.Written() + t.tallied }

func (t *tx) tryUndoably(fn func() error) error {
	if err := t.conn.Stmt("SAVEPOINT part").Run(); err != nil {
		return explain(err)
	}
	seq, counted := t.group.lastSeq, maps.Clone(t.counts)
	err := fn()
	if t.err != nil {
		err = t.err
	}
	if err == nil {
		return explain(t.conn.Stmt("RELEASE part").Run())
	}
	if !t.conn.InTransaction() { // all of it is gone
		t.err = err
		return err
	}
	t.err, t.counts, t.group.lastSeq, t.config = nil, counted, seq, nil
	undone := t.conn.Stmt("ROLLBACK TO part").Run()
	if undone == nil {
		undone = t.conn.Stmt("RELEASE part").Run()
	}
	if undone != nil {
		t.err = explain(undone)
	}
	return err
}

// put runs a statement that inserts or updates one row, after bind has bound
// its parameters. It fails if it changed none.
func (t *tx) put(sql string, bind func(*native.Stmt), kind, id string) {
	if t.err != nil {
		return
	}
	s := t.stmt(sql)
	bind(s)
	if err := s.Run(); err != nil {
		t.fail(err, kind, id)
		return
	}
	if s.Changed() != 1 {
		t.err = engine.Errorf(engine.Internal, "%s %s: what never changes of it was changed", kind, id)
	}
}

// fail keeps why the write of a thing failed.
func (t *tx) fail(err error, kind, id string) {
	t.err = explainWrite(err, kind, id)
}

// sameCurrency fails the transaction unless the amounts of a thing, zero ones
// without a currency aside, are in c.
func (t *tx) sameCurrency(kind, id string, c money.Currency, amounts ...money.Amount) {
	for _, a := range amounts {
		if a.Currency != c && a != (money.Amount{}) && t.err == nil {
			t.err = engine.Errorf(engine.Internal, "%s %s: %s is not in %s", kind, id, a.Text(), c)
		}
	}
}
