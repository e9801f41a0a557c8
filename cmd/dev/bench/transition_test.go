//go:build unix

package bench_test

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// BenchmarkP1OneSubmitter approves one request after the other, and takes it
// back, each durable before the next. The goal is four fifths of what the plain
// loop does in the same time. It also prints by how much each enlarges the store
// (P12: 500 bytes).
func BenchmarkP1OneSubmitter(b *testing.B) {
	d, p := ready(b, *requests), plainly(b, ready(b, *requests).store)
	ours, theirs := newWalk(*requests), newWalk(*requests)
	before := size(b, d)
	compare(b, 1.25, 100, func(n int) {
		for range n {
			must(b, d.turn(ours.next()))
		}
	}, "plain", func(n int) {
		for range n {
			p.turn(theirs.next())
		}
	})
	b.ReportMetric(float64(size(b, d)-before)/float64(b.N), "B/transition")
}

// BenchmarkP2ManySubmitters is P1 with 64 who wait at once, and the plain loop
// still alone, for it has no way to let many share a sync. The goal is 1.3 times
// as many in the same time, and 20 times where a commit costs 10 ms more.
func BenchmarkP2ManySubmitters(b *testing.B) {
	for _, test := range []struct {
		name string
		more time.Duration
		goal float64
	}{{"commit=as-it-is", 0, 1 / 1.3}, {"commit=10ms-more", 10 * time.Millisecond, 1. / 20}} {
		b.Run(test.name, func(b *testing.B) {
			const people = 64
			d, p := ready(b, *requests), plainly(b, ready(b, *requests).store)
			slow(b, plainly(b, d.store), test.more)
			slow(b, p, test.more)
			ours, theirs := newWalk(*requests), newWalk(*requests)
			turn := 20 * people
			if test.more > 0 {
				turn = 2 * people
			}
			compare(b, test.goal, turn, func(n int) {
				var all sync.WaitGroup
				type place struct{ at, times int }
				places := make(chan place, n)
				for range n {
					at, times := ours.next()
					places <- place{at, times}
				}
				close(places)
				for range people {
					all.Go(func() {
						for at := range places {
							if err := d.turn(at.at, at.times); err != nil {
								b.Error(err)
							}
						}
					})
				}
				all.Wait()
			}, "plain", func(n int) {
				for range n {
					p.turn(theirs.next())
				}
			})
		})
	}
}

// slow makes each commit of a store that approves or takes back cost so much
// more: by a trigger on the counter that each of them writes once.
func slow(b *testing.B, p *plain, more time.Duration) {
	b.Helper()
	if more == 0 {
		return
	}
	const rows, turns = 1000, 100
	must(b, p.conn.Script(`CREATE TABLE ballast (n INTEGER PRIMARY KEY) STRICT`))
	for n := range rows {
		s := p.conn.Stmt(`INSERT INTO ballast VALUES (?)`)
		s.BindInt(int64(n))
		must(b, s.Run())
	}
	burn := func(turns int) string {
		return fmt.Sprintf(`SELECT count(*) FROM ballast AS a, ballast AS b WHERE a.n < %d AND a.n + b.n < 0`, turns)
	}
	began := time.Now()
	_, err := p.conn.Number(burn(turns))
	must(b, err)
	need := max(1, int(turns*more/time.Since(began)))
	must(b, p.conn.Script(`CREATE TRIGGER slow AFTER UPDATE ON request_count WHEN new.status = 'approved'
		BEGIN `+burn(need)+`; END`))
}
