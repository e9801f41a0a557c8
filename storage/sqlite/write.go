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
}

// Try implements engine.Tx.
func (t *tx) Try(fn func() error) error {
	if t.err != nil {
		return t.err
	}
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
