package engine_test

import (
	"context"
	"slices"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
)

// ready makes requests of these amounts that wait for a reviewer.
func (d *desk) ready(amounts ...string) []engine.RequestID {
	d.t.Helper()
	payee := d.customer()
	ids := make([]engine.RequestID, len(amounts))
	for i, amount := range amounts {
		r := d.request(payee, amount)
		ids[i] = d.must(d.Ready(d.t.Context(), as("rev1"), r.ID, r.Version)).ID
	}
	return ids
}

// preview is what a run by senior1 would do.
func (d *desk) preview(s engine.Selection, a engine.RunAction) engine.RunPlan {
	d.t.Helper()
	p, err := d.PreviewRun(d.t.Context(), as("senior1"), s, a)
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

// run previews, starts and finishes a run by senior1.
func (d *desk) run(s engine.Selection, a engine.RunAction) (engine.Run, []engine.RunItem) {
	d.t.Helper()
	run, err := d.StartRun(d.t.Context(), as("senior1"), d.preview(s, a))
	if err != nil {
		d.t.Fatal(err)
	}
	return d.finished(run.ID)
}

// finished lets the engine work, and returns what became of a run.
func (d *desk) finished(id engine.RunID) (engine.Run, []engine.RunItem) {
	d.t.Helper()
	d.work()
	run, err := d.Run(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	items, err := d.RunItems(d.t.Context(), id, engine.RunItemQuery{Limit: 1000})
	if err != nil {
		d.t.Fatal(err)
	}
	return run, items
}

// matching selects test requests by a filter.
func (d *desk) matching(expr string) engine.Selection {
	d.t.Helper()
	f, err := filter.Parse(expr, engine.RequestFields(), d.clock.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	return engine.Selection{Filter: &f, Mode: engine.ModeTest}
}

var approve = engine.RunAction{Verb: engine.VerbApprove}

func TestRunApproves(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("100", "200", "2000")
	blocked := d.ready("50")[0]
	d.must(d.Block(t.Context(), as("rev1"), blocked, "aml-review", ""))

	plan := d.preview(engine.Selection{IDs: append(ids, blocked)}, approve)
	if plan.Count() != 3 || plan.Runs[0].Amount != usd("2300") || plan.Out[0].Amount != usd("50") {
		t.Errorf("runs %v, stays out %v", plan.Runs, plan.Out)
	}
	if len(plan.Reasons) != 1 || plan.Reasons[0] != (engine.ReasonCount{Why: "blocked for aml-review", Requests: 1}) {
		t.Errorf("reasons %v", plan.Reasons)
	}
	if last := plan.Items[2]; last.Missing != 1 || last.To != engine.RequestReady {
		t.Errorf("of two approvals: %+v", last)
	}
	if plan.Biggest[0].ID != ids[2] || plan.Customers != 1 || plan.FirstSeen[0].Requests != 3 {
		t.Errorf("biggest %v, %d customers, first seen %v", plan.Biggest, plan.Customers, plan.FirstSeen)
	}

	run, items := d.run(engine.Selection{IDs: append(ids, blocked)}, approve)
	if run.Status != engine.RunCompleted || run.Done != 3 || run.Skipped != 1 || run.Waiting() != 0 {
		t.Errorf("%+v", run)
	}
	if run.DoneSums[0] != (engine.Total{Requests: 3, Amount: usd("2300")}) || run.OutSums[0].Amount != usd("50") {
		t.Errorf("done %v, stayed out %v", run.DoneSums, run.OutSums)
	}
	if items[3].Result != engine.ItemSkipped || items[0].Result != engine.ItemDone || items[0].Now != 3 {
		t.Errorf("%+v", items)
	}
	for i, want := range []engine.RequestStatus{engine.RequestApproved, engine.RequestApproved, engine.RequestReady} {
		if got := d.now(ids[i]).Status; got != want {
			t.Errorf("request %d is %s, want %s", i, got, want)
		}
	}
	events, err := d.Journal(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, e := range events {
		if e.Detail("run") == string(run.ID) && e.By == "senior1" && e.Door == engine.DoorCLI {
			named++
		}
	}
	if named != 3 {
		t.Errorf("%d entries name the run, want one for each approval", named)
	}
}

func TestRunTakesWhatWasSeen(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("100", "200")
	plan := d.preview(d.matching("status:ready"), approve)
	d.must(d.Return(t.Context(), as("rev2"), ids[0], 2))
	d.must(d.Ready(t.Context(), as("rev2"), ids[0], 3))
	first := d.now(ids[0])
	late := d.requestAt("main", engine.Instrument{ID: first.InstrumentID, CustomerID: first.CustomerID}, usd("300"))
	late = d.must(d.Ready(t.Context(), as("rev1"), late.ID, late.Version))
	run, err := d.StartRun(t.Context(), as("senior1"), plan)
	if err != nil {
		t.Fatal(err)
	}
	run, items := d.finished(run.ID)
	if run.Done != 1 || run.Refused != 1 || items[0].Code != engine.Stale || run.RefusedSums[0].Amount != usd("100") {
		t.Errorf("%+v, %+v", run, items)
	}
	if d.now(late.ID).Status != engine.RequestReady {
		t.Error("a request that nobody saw was approved")
	}
}

// A filter that no index fits is read to its end, however often reading stops
// on the way.
func TestRunOfAFilterThatIsSearchedInBites(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("10", "999", "20", "999", "999", "30")
	e := engine.New(shortSighted{d.store}, engine.World{Clock: d.clock, IDs: d.ids})
	p, err := e.PreviewRun(t.Context(), as("senior1"), d.matching("available:..100"), approve)
	if err != nil {
		t.Fatal(err)
	}
	var seen []engine.RequestID
	for _, item := range p.Items {
		seen = append(seen, item.ID)
	}
	if want := []engine.RequestID{ids[0], ids[2], ids[5]}; !slices.Equal(seen, want) {
		t.Errorf("saw %v, want %v", seen, want)
	}
}

// A shortSighted store looks at one request at a time.
type shortSighted struct{ engine.Store }

func (s shortSighted) View(ctx context.Context, fn func(engine.ReadTx) error) error {
	return s.Store.View(ctx, func(tx engine.ReadTx) error { return fn(shortTx{tx}) })
}

type shortTx struct{ engine.ReadTx }

func (t shortTx) Requests(q engine.RequestQuery) (engine.RequestPage, error) {
	q.Look = 1
	return t.ReadTx.Requests(q)
}
