package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// What is promised of large stores, each beside what it is measured by, in one
// run. Stores that there are already are named by flags; otherwise two small ones
// are made. See the README beside cmd/dev.
var (
	smallStore = flag.String("small", "", "the `FILE` of a store that is the measure, as one of a million requests")
	largeStore = flag.String("large", "", "the `FILE` of a store that is measured, as one of ten million")
	requests   = flag.Int("requests", 20_000, "how many requests the large store holds if it is to be made, ten times the small one's")
)

// stores opens both stores, for reading only.
func stores(b *testing.B) (small, large *sqlite.Store) {
	b.Helper()
	if (*smallStore == "") != (*largeStore == "") {
		b.Skip("-small and -large name two stores that are measured by each other; one of them is missing")
	}
	return storeAt(b, *smallStore, *requests/10), storeAt(b, *largeStore, *requests)
}

var made = map[int]string{} // stores that earlier benchmarks made, by their requests

func storeAt(b *testing.B, path string, requests int) *sqlite.Store {
	b.Helper()
	if path == "" {
		path = makeStore(b, requests)
	}
	s, err := sqlite.Open(b.Context(), path, sqlite.Options{ReadOnly: true})
	must(b, err)
	b.Cleanup(func() { _ = s.Close() })
	return s
}

func makeStore(b *testing.B, requests int) string {
	if made[requests] == "" {
		path := filepath.Join(scratch, fmt.Sprintf("%d.db", requests))
		must(b, fill(b.Context(), quiet{}, path, world{seed: 1, requests: requests}))
		made[requests] = path
	}
	return made[requests]
}

type quiet struct{}

func (quiet) Write(b []byte) (int, error) { return len(b), nil }

func must(t testing.TB, err error) {
	if err != nil {
		t.Helper()
		t.Fatal(err)
	}
}

// timings are how long something took, each time.
type timings []time.Duration

func (t *timings) of(do func()) {
	start := time.Now()
	do()
	*t = append(*t, time.Since(start))
}

// at is the time that so many percent stay below.
func (t timings) at(percent int) time.Duration {
	sorted := slices.Sorted(slices.Values(t))
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

func report(b *testing.B, d time.Duration, unit string) { b.ReportMetric(micros(d), unit) }

func reportRatio(b *testing.B, ours, measure time.Duration, unit string) {
	b.ReportMetric(float64(ours)/float64(max(measure, 1)), unit)
}

// lists are what the console offers, and some that people write.
func lists() (all []engine.View) {
	all = append(all, engine.View{Name: "All", Sort: "-created"})
	for _, v := range engine.BuiltInViews() {
		if v.Filter != "" && v.Name != "Mine" {
			all = append(all, v)
		}
	}
	for _, order := range []string{"created", "updated", "since", "amount"} {
		all = append(all, engine.View{Name: "Ready-USD-by-" + order, Filter: "status:ready;currency:USD", Sort: "-" + order})
	}
	return append(all,
		engine.View{Name: "lane", Filter: "attention:payout-failed", Sort: "created"},
		engine.View{Name: "house", Filter: "customer:c-3", Sort: "-created"},
		engine.View{Name: "point", Filter: "point:market", Sort: "-created"},
		engine.View{Name: "month", Filter: "created:2025-03-01..2025-03-31;status:fulfilled", Sort: "-created"},
		engine.View{Name: "lacking", Filter: "missing:1..;blocked:false", Sort: "-since"},
	)
}

// query is the first page of a list.
func query(b *testing.B, v engine.View) engine.RequestQuery {
	expr, err := filter.Parse(v.Filter, engine.RequestFields(), firstDay.Add(period))
	must(b, err)
	return engine.RequestQuery{Mode: engine.ModeTest, Filter: expr, Order: v.Order(), Limit: 50, By: reviewers[3]}
}

// A book is a list in a store, of which pages are read.
type book struct {
	store *sqlite.Store
	query engine.RequestQuery
	ends  [2]int64 // the keys of its first row and its last
	at    int64
}

func newBook(b *testing.B, s *sqlite.Store, q engine.RequestQuery) *book {
	k := &book{store: s, query: q}
	k.ends[0] = k.read(b, q).First.Key
	q.Back = true
	k.ends[1] = k.read(b, q).Last.Key
	return k
}

func (k *book) read(b *testing.B, q engine.RequestQuery) (page engine.RequestPage) {
	must(b, k.store.View(context.Background(), func(tx engine.ReadTx) (err error) {
		page, err = tx.Requests(q)
		return err
	}))
	return page
}

// turn goes to another place in the list.
func (k *book) turn() {
	const step = 7919 // a prime, so that places are all over the list
	k.at = (k.at + step) % 10_000
}

// deep reads the page there.
func (k *book) deep(b *testing.B) {
	q := k.query
	q.After = engine.Cursor{Key: k.ends[0] + (k.ends[1]-k.ends[0])/10_000*k.at, Row: 1}
	k.read(b, q)
}

// BenchmarkP4Pages: a page of ten million costs what a page of one million
// does, and one deep in the list what the first does.
func BenchmarkP4Pages(b *testing.B) {
	small, large := stores(b)
	for _, v := range lists() {
		b.Run(v.Name, func(b *testing.B) {
			q := query(b, v)
			few, many := newBook(b, small, q), newBook(b, large, q)
			var first, measure, cold, deep, deepMeasure timings
			for b.Loop() {
				measure.of(func() { few.read(b, q) })
				first.of(func() { many.read(b, q) })
				few.turn()
				few.deep(b) // from the disk, perhaps, which is cold
				deepMeasure.of(func() { few.deep(b) })
				many.turn()
				cold.of(func() { many.deep(b) })
				deep.of(func() { many.deep(b) })
			}
			report(b, first.at(50), "µs-p50")
			report(b, first.at(99), "µs-p99")
			report(b, measure.at(50), "small-µs-p50")
			reportRatio(b, first.at(50), measure.at(50), "to-small")
			report(b, cold.at(50), "cold-µs-p50")
			report(b, deep.at(50), "deep-µs-p50")
			reportRatio(b, deep.at(50), deepMeasure.at(50), "deep-to-small")
			reportRatio(b, deep.at(50), first.at(50), "deep-to-first")
		})
	}
}

// BenchmarkP9Counters is what the console's head says, beside a recount, which
// says the same.
func BenchmarkP9Counters(b *testing.B) {
	_, large := stores(b)
	conn, err := native.Open("file:"+large.Path(), native.ReadOnly)
	must(b, err)
	defer conn.Close()
	counted := map[engine.Count]bool{}
	var recount timings
	recount.of(func() {
		s := conn.Stmt(`SELECT status, blocked, attention, currency, count(*), sum(amount) FROM request
			WHERE mode = 'test' GROUP BY 1, 2, 3, 4`)
		for s.Next() {
			counted[engine.Count{
				Mode: engine.ModeTest, Status: engine.RequestStatus(s.Text()), Blocked: s.Bool(),
				Attention: engine.Attention(s.Text()), Currency: money.Currency(s.Text()), Requests: s.Int(), Sum: s.Int(),
			}] = true
		}
		must(b, s.Err())
	})
	e := engine.New(large, engine.World{Clock: clock.System{}})
	var ours timings
	for b.Loop() {
		var counts []engine.Count
		ours.of(func() { counts, err = e.Counts(b.Context(), engine.ModeTest) })
		must(b, err)
		if len(counts) != len(counted) || slices.ContainsFunc(counts, func(c engine.Count) bool { return !counted[c] }) {
			b.Fatalf("the counters say %v, a recount %v", counts, counted)
		}
	}
	report(b, ours.at(50), "µs-p50")
	report(b, ours.at(99), "µs-p99")
	report(b, recount.at(50), "recount-µs")
	reportRatio(b, ours.at(50), recount.at(50), "to-recount")
}

// BenchmarkP10Search is what people type, key by key, in the newest of all,
// beside the query that comes to mind, of references alone.
func BenchmarkP10Search(b *testing.B) {
	_, large := stores(b)
	conn, err := native.Open("file:"+large.Path(), native.ReadOnly)
	must(b, err)
	defer conn.Close()
	some := newestReference(b, large)
	var plain timings
	plain.of(func() { plainSearch(b, conn, some) })
	for name, typed := range map[string]string{
		"reference": some, "part": some[len(some)-6:], "customer": "Customer 1777", "email": "customer1777@ex", "nothing": "no-such-thing",
	} {
		b.Run(name, func(b *testing.B) {
			var ours timings
			for b.Loop() {
				for length := 3; length <= len(typed); length++ {
					q := query(b, engine.View{Sort: "-created"})
					q.Filter.Words = []string{typed[:length]}
					ours.of(func() {
						must(b, large.View(context.Background(), func(tx engine.ReadTx) error {
							_, err := tx.Requests(q)
							return err
						}))
					})
				}
			}
			report(b, ours.at(50), "µs-p50")
			report(b, ours.at(99), "µs-p99")
			report(b, plain.at(50), "like-µs")
			reportRatio(b, ours.at(50), plain.at(50), "to-like")
		})
	}
}

func newestReference(b *testing.B, s *sqlite.Store) string {
	q := query(b, engine.View{Sort: "-created"})
	rows := (&book{store: s}).read(b, q).Rows
	return cmp.Or(rows[len(rows)-1].Reference, rows[0].Reference)
}

// plainSearch reads every reference, as one does without an index.
func plainSearch(b *testing.B, conn *native.Conn, word string) {
	s := conn.Stmt(`SELECT row FROM request WHERE mode = 'test' AND reference LIKE ? ORDER BY created_at DESC LIMIT 50`)
	s.BindText("%" + word + "%")
	must(b, s.Run())
}

// BenchmarkP12Bytes is what a request and an entry of its record take on disk.
func BenchmarkP12Bytes(b *testing.B) {
	small, _ := stores(b)
	conn, err := native.Open("file:"+small.Path(), native.ReadOnly)
	must(b, err)
	defer conn.Close()
	sizes := map[string]int64{}
	s := conn.Stmt(`SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE`)
	for s.Next() {
		name := s.Text()
		sizes[name] = s.Int()
	}
	must(b, s.Err())
	number := func(sql string) float64 {
		n, err := conn.Number(sql)
		must(b, err)
		return float64(max(n, 1))
	}
	of := func(table string) (sum float64) {
		s := conn.Stmt("SELECT name FROM sqlite_schema WHERE tbl_name = ? AND rootpage > 0")
		s.BindText(table)
		for s.Next() {
			sum += float64(sizes[s.Text()])
		}
		must(b, s.Err())
		return sum
	}
	for b.Loop() {
	}
	requests, events := number("SELECT count(*) FROM request"), number("SELECT count(*) FROM event")
	pages, size := number("PRAGMA page_count"), number("PRAGMA page_size")
	b.ReportMetric(float64(sizes["request"])/requests, "row-B/request")
	b.ReportMetric(of("request")/requests, "row+indexes-B/request")
	b.ReportMetric((float64(sizes["request_search_data"])+float64(sizes["request_search_idx"]))/requests, "search-B/request")
	b.ReportMetric(of("event")/events, "B/entry")
	b.ReportMetric(events/requests, "entries/request")
	b.ReportMetric(pages*size/requests, "all-B/request")
}
