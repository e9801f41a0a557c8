package sqlite

import (
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// A reader implements engine.ReadTx on one connection, inside a transaction
// that somebody else begins and ends.
type reader struct {
	store  *Store
	conn   *native.Conn
	group  *group         // what a writer's transaction holds in memory; nil for readers
	counts counts         // what this closure has changed of the counters
	config *engine.Config // once it was asked for
}

// stmt returns the statement that sql is. After the function that the
// transaction was given to has returned, there is none.
func (t *reader) stmt(sql string) *native.Stmt {
	if t.conn == nil {
		panic("sqlite: a transaction was used after its function returned")
	}
	return t.conn.Stmt(sql)
}

// with returns the statement that sql is, its parameters bound to texts.
func (t *reader) with(sql string, texts ...string) *native.Stmt {
	s := t.stmt(sql)
	for _, text := range texts {
		s.BindText(text)
	}
	return s
}

// one reads the only row of s, which is the kind of thing that has this id.
func one[T any](s *native.Stmt, scan func(*native.Stmt) (T, error), kind, id string) (T, error) {
	var none T
	if !s.Next() {
		if err := s.Err(); err != nil {
			return none, explain(err)
		}
		return none, engine.Errorf(engine.NotFound, "there is no %s %s", kind, id)
	}
	defer s.Reset()
	return scan(s)
}

// all reads every row of s.
func all[T any](s *native.Stmt, scan func(*native.Stmt) (T, error)) ([]T, error) {
	var list []T
	for s.Next() {
		v, err := scan(s)
		if err != nil {
			s.Reset()
			return nil, err
		}
		list = append(list, v)
	}
	if err := s.Err(); err != nil {
		return nil, explain(err)
	}
	return list, nil
}

// word reads the next column as one of the engine's words.
func word[S ~string](s *native.Stmt) S { return S(s.Text()) }

func scanText(s *native.Stmt) (string, error) { return s.Text(), nil }

// instant reads the next column as a time.
func instant(s *native.Stmt) time.Time {
	return fromMicros(s.Int())
}

// bindInstant binds the next parameter to a time.
func bindInstant(s *native.Stmt, t time.Time) { s.BindInt(micros(t)) }

// micros is how a time is kept: microseconds since 1970, and 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// amount reads the next column as an amount of c.
func amount(s *native.Stmt, c money.Currency) money.Amount { return money.New(s.Int(), c) }

// scanHead reads the next two columns as the end of a chain.
func scanHead(s *native.Stmt) engine.Head {
	h := engine.Head{Number: int(s.Int())}
	s.Blob(h.Hash[:])
	return h
}

func bindHead(s *native.Stmt, h engine.Head) {
	s.BindInt(int64(h.Number))
	s.BindBlob(h.Hash[:])
}
