//go:build unix

package bench_test

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/purserhq/purser/storage/sqlite"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// A plain is the loop that somebody writes who has nothing but the driver and
// the schema: it reads the row, writes it where the version is still the same
// and appends an entry with the hash over its predecessor. It asks nobody's
// leave, knows no rules, and keeps no record of a run.
type plain struct {
	b    *testing.B
	conn *native.Conn
	seq  int64
	at   int64
}

// plainly opens the store's file with the settings of the one that writes.
func plainly(b *testing.B, store *sqlite.Store) *plain {
	b.Helper()
	conn, err := native.Open("file:"+store.Path(), native.ReadWrite)
	must(b, err)
	b.Cleanup(conn.Close)
	conn.Patience(5000)
	must(b, conn.Script(settings))
	seq, err := conn.Number("SELECT coalesce(max(seq), 0) FROM event")
	must(b, err)
	return &plain{b: b, conn: conn, seq: seq, at: time.Now().UnixMicro()}
}

func (p *plain) do(sql string) { must(p.b, p.conn.Stmt(sql).Run()) }

// turn does what a desk's turn does.
func (p *plain) turn(at, times int) {
	p.do("BEGIN IMMEDIATE")
	from, to := "ready", "approved"
	if times%2 == 1 {
		from, to = to, from
	}
	p.move(string(requestID(at)), from, to)
	p.count(from, -1)
	p.count(to, 1)
	p.do("COMMIT")
}

// What both loops say, this one and the one through another driver.
const (
	settings = `PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 10000; PRAGMA cache_size = -8192;
		PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY`
	readMoved = `SELECT version, head_number, head_hash, * FROM request WHERE id = ?`
	enterMove = `INSERT INTO event VALUES (?,?,?,?,'rev2','','cli','payout-request-approved','request',?,?,?,
		'[["saw","\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\""],["run","\"run_01234567890123456789012345\""]]','',?)`
	writeMove = `UPDATE request SET head_number = ?, head_hash = ?, updated_at = ?, version = ?,
		status = ?, status_since = ?, approvals = ? WHERE id = ? AND version = ?`
	addToCount = `INSERT INTO request_count (mode, status, blocked, attention, currency, requests, sum)
		VALUES ('test', ?, 0, '', 'USD', ?, ?) ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, sum = sum + excluded.sum`

	requestColumnCount = 42
	pageColumnCount    = requestColumnCount + 2 + 13 // of customer and instrument
)

// movedText is what a move makes of the approvals, and what its entry says.
func movedText(from, to string, version, at int64) (approvals, changed string) {
	if to == "approved" {
		approvals = fmt.Sprintf(`[["rev2","%d"]]`, at)
	}
	return approvals, fmt.Sprintf(`[["status","\"%s\"","\"%s\""],["approvals","","%s"],["version","%d","%d"]]`,
		from, to, approvals, version, version+1)
}

// move takes a request from one status to another.
func (p *plain) move(id, from, to string) {
	read := p.conn.Stmt(readMoved)
	read.BindText(id)
	var version, number int64
	var head [sha256.Size]byte
	for read.Next() {
		version, number = read.Int(), read.Int()
		read.Blob(head[:])
		for range requestColumnCount {
			_ = read.Text()
		}
	}
	must(p.b, read.Err())
	approvals, changed := movedText(from, to, version, p.at)
	p.seq++
	hash := sha256.Sum256(fmt.Appendf(nil, "%x%d%s%d%d%s", head, p.seq, id, number+1, p.at, changed))
	event := p.conn.Stmt(enterMove)
	event.BindInt(p.seq)
	event.BindText(id)
	event.BindInt(number + 1)
	event.BindInt(p.at)
	event.BindText(id)
	event.BindInt(version + 1)
	event.BindText(changed)
	event.BindBlob(hash[:])
	must(p.b, event.Run())
	update := p.conn.Stmt(writeMove)
	update.BindInt(number + 1)
	update.BindBlob(hash[:])
	update.BindInt(p.at)
	update.BindInt(version + 1)
	update.BindText(to)
	update.BindInt(p.at)
	update.BindText(approvals)
	update.BindText(id)
	update.BindInt(version)
	must(p.b, update.Run())
	if update.Changed() != 1 {
		p.b.Fatalf("%s did not move from %s to %s", id, from, to)
	}
	p.at++
}

// count adds n to the counter of a status.
func (p *plain) count(status string, n int64) {
	s := p.conn.Stmt(addToCount)
	s.BindText(status)
	s.BindInt(n)
	s.BindInt(100 * n)
	must(p.b, s.Run())
}

// approve takes n ready requests to approved in the order of their ids, 500 in
// a transaction.
func (p *plain) approve(n int) {
	const bite = 500
	for from := 0; from < n; from += bite {
		p.do("BEGIN IMMEDIATE")
		to := min(from+bite, n)
		for i := from; i < to; i++ {
			p.move(string(requestID(i)), "ready", "approved")
		}
		p.count("ready", int64(from-to))
		p.count("approved", int64(to-from))
		p.do("COMMIT")
	}
}
