package sqlite

import (
	"time"

	"github.com/purserhq/purser/storage/sqlite/native"
)

// Several processes may write to one file, and SQLite has no queue for them:
// whoever tries at the right moment gets the lock. So the writer tries every
// retryTime, and leaves the lock alone for restTime now and then: after
// holdTime of one group after another as long as others write, and after
// aloneTime otherwise.
//
// Measured: a rest of 2 ms between all groups makes a lone submitter 3 to 7
// times slower than a plain loop, one every 25 ms 1.2 to 1.4 times, one every
// 100 ms not at all. With 64 submitters none of them can be told from noise.
const (
	holdTime  = 25 * time.Millisecond
	aloneTime = 100 * time.Millisecond
	restTime  = 2500 * time.Microsecond
	retryTime = 2 * time.Millisecond
	company   = 40 // for how many holdTimes others are expected to write again
)

// A pace says when the writer rests.
type pace struct {
	conn    *native.Conn
	held    *time.Timer // fires when the lock was held long enough
	rested  *time.Timer // fires when it was free long enough
	version int64       // changes when others commit
	company int         // for how many stretches others are still expected
}

func newPace(conn *native.Conn) pace {
	return pace{
		conn: conn, version: dataVersion(conn),
		held: time.NewTimer(aloneTime), rested: time.NewTimer(restTime),
	}
}

// begin is called before the lock is taken.
func (p *pace) begin() {
	if fired(p.rested) {
		p.held.Reset(p.stretch())
	}
}

// end is called once the lock is free, and keeps it so if it was held for long.
func (p *pace) end() {
	if !fired(p.held) {
		p.rested.Reset(restTime)
		return
	}
	time.Sleep(restTime)
	p.held.Reset(p.stretch())
}

// stretch is for how long the lock can be held from now on.
func (p *pace) stretch() time.Duration {
	if version := dataVersion(p.conn); version != p.version {
		p.version, p.company = version, company
	}
	if p.company == 0 {
		return aloneTime
	}
	p.company--
	return holdTime
}

// fired reports whether a timer has fired since it was last asked.
func fired(t *time.Timer) bool {
	select {
	case <-t.C:
		return true
	default:
		return false
	}
}
