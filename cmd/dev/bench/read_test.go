//go:build unix

package bench_test

import (
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
)

// settled is a desk at which most requests are done, and the others in all
// statuses.
func settled(b *testing.B, n int) *desk {
	b.Helper()
	statuses := engine.RequestStatuses()
	return open(b, n, 1, func(i int) engine.RequestStatus {
		if i%20 == 0 {
			return statuses[i/20%len(statuses)]
		}
		return engine.RequestFulfilled
	})
}

// from is a query for the 50 requests of a filter after a random place.
func (w *walk) from(expr filter.Expr) engine.RequestQuery {
	at, _ := w.next()
	return engine.RequestQuery{
		Mode: engine.ModeTest, Filter: expr, Order: engine.Order{Key: "created"}, Limit: 50,
		After: engine.Cursor{Key: began.Add(time.Duration(at/2) * time.Second).UnixMicro(), Row: 1},
	}
}

// BenchmarkPage reads a page of 50 from a random place of a queue, through the
// engine and by the query that comes to mind.
func BenchmarkPage(b *testing.B) {
	d := settled(b, *requests)
	loop := plainly(b, d.store)
	for _, test := range []struct{ filter, sql string }{
		{"", "1"},
		{"status:fulfilled", "r.status = 'fulfilled'"},
		{"status:ready", "r.status = 'ready'"},
		{"status:ready,approved", "r.status IN ('ready', 'approved')"},
	} {
		expr, err := filter.Parse(test.filter, engine.RequestFields(), began)
		must(b, err)
		b.Run("filter="+test.filter, func(b *testing.B) {
			ours, theirs := newWalk(*requests), newWalk(*requests)
			compare(b, 0, 100, func(n int) {
				for range n {
					page, err := d.Requests(b.Context(), ours.from(expr))
					must(b, err)
					if len(page.Rows) == 0 {
						b.Fatal("an empty page")
					}
				}
			}, "plain", func(n int) {
				for range n {
					loop.page(test.sql, theirs.from(expr).After)
				}
			})
		})
	}
}

func plainPage(condition string) string {
	return `SELECT r.*, c.name, c.reference, i.* FROM request AS r
		JOIN customer AS c ON c.id = r.customer_id LEFT JOIN instrument AS i ON i.id = r.instrument_id
		WHERE r.mode = 'test' AND ` + condition + ` AND (r.created_at, r.row) > (?, ?)
		ORDER BY r.created_at, r.row LIMIT 50`
}

// page reads what a page shows.
func (p *plain) page(condition string, after engine.Cursor) {
	s := p.conn.Stmt(plainPage(condition))
	s.BindInt(after.Key)
	s.BindInt(after.Row)
	for s.Next() {
		for range pageColumnCount {
			_ = s.Text()
		}
	}
	must(p.b, s.Err())
}

// BenchmarkSignals finds the signals of a page of 50, beside reading that page.
func BenchmarkSignals(b *testing.B) {
	d := settled(b, *requests)
	w := newWalk(*requests)
	page, err := d.Requests(b.Context(), w.from(filter.Expr{}))
	must(b, err)
	compare(b, 0, 100, func(n int) {
		for range n {
			ids := make([]engine.RequestID, len(page.Rows))
			for i, row := range page.Rows {
				ids[i] = row.ID
			}
			_, err := d.SignalsOf(b.Context(), ids)
			must(b, err)
		}
	}, "plain", func(n int) {
		for range n {
			page, err = d.Requests(b.Context(), w.from(filter.Expr{}))
			must(b, err)
		}
	})
}
