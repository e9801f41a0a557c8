package engine

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
)

// Metrics tell how the work of a desk went lately. Every series has one value
// for each hour, the oldest first; the last hour is the one that is running.
type Metrics struct {
	At   time.Time
	From time.Time // when the first hour began, UTC

	Queue  []int64   // ready requests at the end of each hour
	Oldest time.Time // since when the first of the queue has been ready; zero if it is empty

	Came     []int64 // requests that came in
	Approved []int64
	Blocked  []int64
	Mine     []int64 // decisions of the reviewer who asks

	ApprovedSums []money.Amount // by currency
	BlockedFor   []Share        // by reason, the most frequent first
	Median       time.Duration  // half of the requests were decided on within it; 0 if none was
	Slowest      time.Duration  // and nineteen of twenty within this
	Undone       int64          // decisions that the reviewer who asks took back
}

// A Share is how many of something had one word in common.
type Share struct {
	Of    string
	Count int64
}

// MetricHours bounds of how many hours metrics can be asked for.
const MetricHours = 31 * 24

// Metrics returns the last hours of a mode, 1 to MetricHours, for a reviewer.
func (e *Engine) Metrics(ctx context.Context, by ReviewerID, mode Mode, hours int) (Metrics, error) {
	if hours < 1 || hours > MetricHours {
		return Metrics{}, invalid("hours", "%d hours: 1 to %d can be asked for", hours, MetricHours)
	}
	return view(ctx, e, func(tx ReadTx) (m Metrics, err error) {
		now := e.Now().UTC()
		to := now.Truncate(time.Hour).Add(time.Hour)
		from := to.Add(-time.Duration(hours) * time.Hour)
		list, err := tx.Tallies(mode, from, to)
		if err != nil {
			return m, err
		}
		counts, err := tx.Counts(mode)
		if err != nil {
			return m, err
		}
		m = measure(list, by, from, hours)
		m.At = now
		m.Queue = levels(list, RequestReady, ready(counts), from, hours)
		first, err := tx.Requests(RequestQuery{
			Mode: mode, Filter: readyOnly(), Order: Order{Key: "since"}, Limit: 1,
		})
		if err != nil {
			return m, err
		}
		for _, row := range first.Rows {
			m.Oldest = row.StatusSince
		}
		return m, nil
	})
}

// measure sums tallies up.
func measure(list []Tally, by ReviewerID, from time.Time, hours int) Metrics {
	m := Metrics{From: from}
	for _, series := range []*[]int64{&m.Came, &m.Approved, &m.Blocked, &m.Mine} {
		*series = make([]int64, hours)
	}
	sums, reasons, waits := map[money.Currency]int64{}, map[string]int64{}, map[time.Duration]int64{}
	for _, t := range list {
		hour := int(t.Hour.Sub(from) / time.Hour)
		switch t.Kind {
		case TallyCame:
			m.Came[hour] += t.Count
		case TallyApproved:
			m.Approved[hour] += t.Count
			sums[t.Currency] += t.Sum
		case TallyBlocked:
			m.Blocked[hour] += t.Count
			reasons[t.Of] += t.Count
		case TallyReviewed:
			if wait, err := time.ParseDuration(t.Of); err == nil {
				waits[wait] += t.Count
			}
		case TallyDecided:
			if t.Of == string(by) {
				m.Mine[hour] += t.Count
			}
		case TallyUndone:
			if t.Of == string(by) {
				m.Undone += t.Count
			}
		case TallyEntered, TallyLeft: // of which levels are made
		}
	}
	for _, c := range keys(sums) {
		m.ApprovedSums = append(m.ApprovedSums, money.New(sums[money.Currency(c)], money.Currency(c)))
	}
	for _, reason := range keys(reasons) {
		m.BlockedFor = append(m.BlockedFor, Share{reason, reasons[reason]})
	}
	slices.SortStableFunc(m.BlockedFor, func(a, b Share) int { return cmp.Compare(b.Count, a.Count) })
	m.Median, m.Slowest = quantile(waits, 50), quantile(waits, 95)
	return m
}

// levels tells how many requests were in a status at the end of each hour,
// going back from how many are now.
func levels(list []Tally, status RequestStatus, now int64, from time.Time, hours int) []int64 {
	net := make([]int64, hours) // by how much it grew in each hour
	for _, t := range list {
		hour := int(t.Hour.Sub(from) / time.Hour)
		switch {
		case t.Of != string(status):
		case t.Kind == TallyEntered:
			net[hour] += t.Count
		case t.Kind == TallyLeft:
			net[hour] -= t.Count
		}
	}
	levels := make([]int64, hours)
	for hour, level := hours-1, now; hour >= 0; hour-- {
		levels[hour] = level
		level -= net[hour]
	}
	return levels
}

// quantile is the wait that so many percent of all waits do not exceed.
func quantile(waits map[time.Duration]int64, percent int64) time.Duration {
	all := int64(0)
	for _, n := range waits {
		all += n
	}
	seen := int64(0)
	for _, wait := range slices.Sorted(maps.Keys(waits)) {
		if seen += waits[wait]; seen*100 >= all*percent {
			return wait
		}
	}
	return 0
}

// ready counts the requests that are ready, blocked ones too.
func ready(counts []Count) (n int64) {
	for _, c := range counts {
		if c.Status == RequestReady {
			n += c.Requests
		}
	}
	return n
}

// readyOnly is the filter status:ready.
func readyOnly() filter.Expr {
	return filter.Expr{Clauses: []filter.Clause{{
		Field: "status", Kind: filter.Enum, Values: []filter.Value{{Text: string(RequestReady)}},
	}}}
}
