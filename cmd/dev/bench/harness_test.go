//go:build unix

package bench_test

import (
	"flag"
	"math"
	"syscall"
	"testing"
	"time"
)

var requests = flag.Int("requests", 2000, "how many requests, or rows of a file, a benchmark has")

// A cost is what something took by the clock, and of the processors.
type cost struct{ wall, cpu time.Duration }

// measured runs fn and adds what it took to c.
func (c *cost) measured(b *testing.B, fn func()) {
	b.Helper()
	wall, cpu := time.Now(), processor(b)
	fn()
	c.wall += time.Since(wall)
	c.cpu += processor(b) - cpu
}

// processor is how long this process has kept the processors busy.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// report prints a comparison over n things each: what ours took, what another
// took that is called than, and the ratio that ours may have, 0 for any.
func report(b *testing.B, goal float64, n int, ours cost, than string, theirs cost) {
	b.Helper()
	each := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 / float64(n) }
	ratio := func(a, b time.Duration) float64 { return math.Round(1000*float64(a)/float64(max(b, 1))) / 1000 }
	b.ReportMetric(0, "ns/op") // of both together: it says nothing
	b.ReportMetric(each(ours.wall), "ours-µs")
	b.ReportMetric(each(theirs.wall), than+"-µs")
	b.ReportMetric(ratio(ours.wall, theirs.wall), "ratio")
	b.ReportMetric(ratio(ours.cpu, theirs.cpu), "cpu-ratio")
	if goal > 0 {
		b.ReportMetric(goal, "goal")
	}
}

// compare times ours and what is called than in turns of so many each, so that whatever else
// the machine does falls on both.
func compare(b *testing.B, goal float64, turn int, ours func(n int), than string, theirs func(n int)) {
	b.Helper()
	var oursTook, theirsTook cost
	for done := 0; done < b.N; done += turn {
		n := min(turn, b.N-done)
		oursTook.measured(b, func() { ours(n) })
		theirsTook.measured(b, func() { theirs(n) })
	}
	report(b, goal, b.N, oursTook, than, theirsTook)
}

func must(t testing.TB, err error) {
	if err != nil {
		t.Helper()
		t.Fatal(err)
	}
}
