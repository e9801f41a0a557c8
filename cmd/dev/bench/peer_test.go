//go:build ignore

// This file is left out of the package, for it needs a driver that is built with
// a C compiler, and a module that the program does not have. To run it:
//
//	go test -modfile=cmd/dev/peer.mod cmd/dev/bench/*_test.go -run - -bench P3 -benchtime 5000x -requests 50000

package bench_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/storage/sqlite"
)

// BenchmarkP3Transition is the plain loop of P1 through our driver, and beside it
// through the one that calls SQLite's own C: what pure Go costs. The goal is 1.7
// times the processor's time.
func BenchmarkP3Transition(b *testing.B) {
	ours, theirs := plainly(b, ready(b, *requests).store), inC(b, ready(b, *requests).store)
	here, there := newWalk(*requests), newWalk(*requests)
	compare(b, 1.7, 100, func(n int) {
		for range n {
			ours.turn(here.next())
		}
	}, "c", func(n int) {
		for range n {
			theirs.turn(there.next())
		}
	})
}

// BenchmarkP3Page reads pages of 50 from random places of a queue; the goal is
// the same.
func BenchmarkP3Page(b *testing.B) {
	d := ready(b, *requests)
	ours, theirs := plainly(b, d.store), inC(b, d.store)
	here, there := newWalk(*requests), newWalk(*requests)
	compare(b, 1.7, 100, func(n int) {
		for range n {
			ours.page("1", here.from(filter.Expr{}).After)
		}
	}, "c", func(n int) {
		for range n {
			theirs.page(there.from(filter.Expr{}).After)
		}
	})
}

// A peer is the plain loop through the other driver.
type peer struct {
	b   *testing.B
	db  *sql.DB
	all map[string]*sql.Stmt
	seq int64
	at  int64
}

func inC(b *testing.B, store *sqlite.Store) *peer {
	b.Helper()
	db, err := sql.Open("sqlite3", "file:"+store.Path()+"?_busy_timeout=5000")
	must(b, err)
	b.Cleanup(func() { must(b, db.Close()) })
	db.SetMaxOpenConns(1)
	if _, err = db.Exec(settings); err != nil && strings.Contains(err.Error(), "CGO_ENABLED=0") {
		b.Skip("there is no C compiler to build the peer with")
	}
	must(b, err)
	p := &peer{b: b, db: db, all: map[string]*sql.Stmt{}, at: time.Now().UnixMicro()}
	must(b, p.stmt("SELECT coalesce(max(seq), 0) FROM event").QueryRow().Scan(&p.seq))
	return p
}

func (p *peer) stmt(text string) *sql.Stmt {
	if s, ok := p.all[text]; ok {
		return s
	}
	s, err := p.db.Prepare(text)
	must(p.b, err)
	p.all[text] = s
	return s
}

func (p *peer) run(text string, parameters ...any) {
	_, err := p.stmt(text).Exec(parameters...)
	must(p.b, err)
}

// turn does what a plain's turn does.
func (p *peer) turn(at, times int) {
	p.run("BEGIN IMMEDIATE")
	from, to := "ready", "approved"
	if times%2 == 1 {
		from, to = to, from
	}
	id := string(requestID(at))
	var version, number int64
	var head sql.RawBytes
	columns := make([]sql.RawBytes, requestColumnCount)
	places := []any{&version, &number, &head}
	for i := range columns {
		places = append(places, &columns[i])
	}
	rows, err := p.stmt(readMoved).Query(id)
	must(p.b, err)
	var before string
	for rows.Next() {
		must(p.b, rows.Scan(places...))
		before = string(head)
	}
	must(p.b, rows.Close())
	approvals, changed := movedText(from, to, version, p.at)
	p.seq++
	hash := sha256.Sum256(fmt.Appendf(nil, "%x%d%s%d%d%s", before, p.seq, id, number+1, p.at, changed))
	p.run(enterMove, p.seq, id, number+1, p.at, id, version+1, changed, hash[:])
	p.run(writeMove, number+1, hash[:], p.at, version+1, to, p.at, approvals, id, version)
	p.run(addToCount, from, -1, -100)
	p.run(addToCount, to, 1, 100)
	p.run("COMMIT")
	p.at++
}

func (p *peer) page(after engine.Cursor) {
	rows, err := p.stmt(plainPage("1")).Query(after.Key, after.Row)
	must(p.b, err)
	columns := make([]sql.RawBytes, pageColumnCount)
	places := make([]any, len(columns))
	for i := range columns {
		places[i] = &columns[i]
	}
	for rows.Next() {
		must(p.b, rows.Scan(places...))
		for _, column := range columns {
			_ = string(column)
		}
	}
	must(p.b, rows.Err())
	must(p.b, rows.Close())
}
