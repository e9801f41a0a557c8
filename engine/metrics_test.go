package engine_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A morning: three requests at nine, one decided on after 4 minutes, one after
// 50, one blocked the next hour; and one approval that is taken back.
func TestMetrics(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	var ready []engine.Request
	for range 3 {
		r := d.request(d.customer(), "100")
		ready = append(ready, d.must(d.Ready(ctx, as("rev1"), r.ID, r.Version)))
	}
	d.clock.Advance(4 * time.Minute)
	first := d.must(d.Approve(ctx, as("senior1"), ready[0].ID, engine.Approving{Seen: ready[0].Version}))
	d.clock.Advance(46 * time.Minute)
	d.must(d.Approve(ctx, as("senior2"), ready[1].ID, engine.Approving{Seen: ready[1].Version}))
	d.clock.Advance(30 * time.Minute) // 10:20
	d.must(d.Block(ctx, as("senior1"), ready[2].ID, "aml-review", ""))
	d.must(d.UndoApproval(ctx, as("senior1"), first.ID, first.Version))

	got, err := d.Metrics(ctx, "senior1", engine.ModeTest, 3)
	if err != nil {
		t.Fatal(err)
	}
	want := engine.Metrics{
		At: start.Add(80 * time.Minute), From: start.Add(-time.Hour),
		Queue: []int64{0, 1, 2}, Oldest: start,
		Came: []int64{0, 3, 0}, Approved: []int64{0, 2, 0}, Blocked: []int64{0, 0, 1}, Mine: []int64{0, 1, 1},
		ApprovedSums: []money.Amount{usd("200")}, BlockedFor: []engine.Share{{Of: "aml-review", Count: 1}},
		Median: time.Hour, Slowest: 90 * time.Minute, Undone: 1,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if live, err := d.Metrics(ctx, "senior1", engine.ModeLive, 3); err != nil || live.Median != 0 || live.Came[1] != 0 {
		t.Errorf("live mode has %+v (%v)", live, err)
	}
	for _, hours := range []int{0, -1, engine.MetricHours + 1} {
		if _, err := d.Metrics(ctx, "senior1", engine.ModeTest, hours); engine.CodeOf(err) != engine.Invalid {
			t.Errorf("%d hours: %v", hours, err)
		}
	}
}
