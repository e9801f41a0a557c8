package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
)

// Each action on a request in each status: done where the single command would
// be done, left out where it would be refused, in its own words.
func TestRunActions(t *testing.T) {
	for _, test := range []struct {
		action engine.RunAction
		done   string // names of the requests below
	}{
		{engine.RunAction{Verb: engine.VerbReady}, "pending"},
		{engine.RunAction{Verb: engine.VerbApprove}, "ready"},
		{engine.RunAction{Verb: engine.VerbAutoAllocate}, "approved"},
		{engine.RunAction{Verb: engine.VerbProcess}, "allocated"},
		{engine.RunAction{Verb: engine.VerbBlock, Reason: "aml-review"}, "pending ready approved allocated"},
		{engine.RunAction{Verb: engine.VerbUnblock}, "blocked"},
		{engine.RunAction{Verb: engine.VerbCancel, CanceledBy: engine.CanceledByMerchant}, "pending ready approved"},
	} {
		t.Run(test.action.String(), func(t *testing.T) {
			d := newDesk(t)
			payee := d.customer()
			names := map[engine.RequestID]string{d.request(payee, "10").ID: "pending", d.ready("20")[0]: "ready"}
			names[d.approved(payee, "30").ID] = "approved"
			allocated, _ := d.allocated(payee, "40")
			names[allocated.ID] = "allocated"
			blocked := d.ready("50")[0]
			names[blocked] = "blocked"
			d.must(d.Block(t.Context(), as("rev1"), blocked, "other", ""))
			canceled := d.ready("60")[0]
			names[canceled] = "canceled"
			d.must(d.Cancel(t.Context(), as("rev1"), canceled, 2, engine.Cancellation{By: engine.CanceledByCustomer}))

			_, items := d.run(d.matching(""), test.action)
			var done []string
			for _, item := range items {
				switch item.Result {
				case engine.ItemDone:
					done = append(done, names[item.RequestID])
				case engine.ItemSkipped:
					if item.Why == "" {
						t.Errorf("%s stays out for no reason", names[item.RequestID])
					}
				default:
					t.Errorf("%s: %+v", names[item.RequestID], item)
				}
			}
			if got := strings.Join(done, " "); got != test.done {
				t.Errorf("done with %s, want %s", got, test.done)
			}
		})
	}
}

func TestRunActionsThatMakeNoSense(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("10")
	for _, a := range []engine.RunAction{
		{Verb: engine.VerbSplit},
		{Verb: engine.VerbUndoApproval},
		{Verb: engine.VerbBlock},
		{Verb: engine.VerbBlock, Reason: "just-so"},
		{Verb: engine.VerbCancel},
		{Verb: engine.VerbApprove, Description: "x"},
	} {
		_, err := d.PreviewRun(t.Context(), as("senior1"), engine.Selection{IDs: ids}, a)
		if !errors.Is(err, engine.Invalid) {
			t.Errorf("%v: %v", a, err)
		}
	}
	for _, s := range []engine.Selection{
		{}, {IDs: ids, Batch: "b"}, {Filter: d.matching("").Filter},
	} {
		if _, err := d.PreviewRun(t.Context(), as("senior1"), s, approve); !errors.Is(err, engine.Invalid) {
			t.Errorf("%v: %v", s, err)
		}
	}
	if _, err := d.PreviewRun(t.Context(), as("senior1"), engine.Selection{IDs: append(ids, "nothing")}, approve); !errors.Is(err, engine.NotFound) {
		t.Errorf("an id of nothing: %v", err)
	}
}

// The plan of many does not spend the same limit twice, and what is allocated
// then is what was shown.
func TestRunAllocatesWhatWasShown(t *testing.T) {
	d := newDesk(t)
	payee := d.customer()
	var ids []engine.RequestID
	for range 5 { // the account pays 3,000 at a time, 10,000 a day
		ids = append(ids, d.approved(payee, "3000").ID)
	}
	allocate := engine.RunAction{Verb: engine.VerbAutoAllocate}
	p := d.preview(engine.Selection{IDs: ids}, allocate)
	placed := usd("0")
	for _, item := range p.Items {
		placed = placed.Plus(item.Placed)
	}
	if placed != usd("10000") || p.Count() != 4 || p.Reasons[0].Why != "nothing of it can be placed" {
		t.Errorf("%s placed of %d, %v", placed, p.Count(), p.Reasons)
	}
	run, err := d.StartRun(t.Context(), as("senior1"), p)
	if err != nil {
		t.Fatal(err)
	}
	run, _ = d.finished(run.ID)
	if run.Done != 4 || run.Skipped != 1 || d.now(ids[3]).Live != usd("1000") {
		t.Errorf("%+v, the fourth has %s allocated", run, d.now(ids[3]).Live)
	}
}

// What moves between the plan and its turn is refused, not done otherwise.
func TestRunRefusesAnotherPlan(t *testing.T) {
	d := newDesk(t)
	payee := d.customer()
	first, second := d.approved(payee, "3000"), d.approved(payee, "3000")
	p := d.preview(engine.Selection{IDs: []engine.RequestID{second.ID}}, engine.RunAction{Verb: engine.VerbAutoAllocate})
	for range 3 { // leaves 1,000 for the day
		if _, _, err := d.AutoAllocate(t.Context(), as("rev1"), first.ID, first.Version, nil); err != nil {
			t.Fatal(err)
		}
		first = d.approved(payee, "3000")
	}
	run, err := d.StartRun(t.Context(), as("senior1"), p)
	if err != nil {
		t.Fatal(err)
	}
	run, items := d.finished(run.ID)
	if run.Refused != 1 || items[0].Code != engine.Stale || !d.now(second.ID).Live.IsZero() {
		t.Errorf("%+v %+v", run, items)
	}
}

func TestRunProcessesWhatWasShown(t *testing.T) {
	d := newDesk(t)
	r, allocations := d.allocated(d.customer(), "100")
	process := engine.RunAction{Verb: engine.VerbProcess}
	p := d.preview(engine.Selection{IDs: []engine.RequestID{r.ID}}, process)
	if p.Items[0].Allocations != 1 || p.Items[0].Placed != usd("100") {
		t.Errorf("%+v", p.Items[0])
	}
	if _, err := d.CancelAllocation(t.Context(), as("rev1"), allocations[0].ID); err != nil {
		t.Fatal(err)
	}
	now := d.now(r.ID)
	if _, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, now.Version, nil); err != nil {
		t.Fatal(err)
	}
	run, err := d.StartRun(t.Context(), as("senior1"), p)
	if err != nil {
		t.Fatal(err)
	}
	_, items := d.finished(run.ID)
	if items[0].Result != engine.ItemRefused || d.now(r.ID).Paid.Positive() {
		t.Errorf("%+v", items)
	}
	run, _ = d.run(engine.Selection{IDs: []engine.RequestID{r.ID}}, process)
	if run.Done != 1 || d.now(r.ID).Status != engine.RequestFulfilled {
		t.Errorf("%+v", run)
	}
}

func TestUndoRun(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("10", "20", "2000", "30")
	run, _ := d.run(engine.Selection{IDs: ids}, approve)
	if _, _, err := d.AutoAllocate(t.Context(), as("rev1"), ids[1], 3, nil); err != nil {
		t.Fatal(err)
	}
	d.must(d.Approve(t.Context(), as("senior2"), ids[2], engine.Approving{Seen: 3}))

	p, err := d.PreviewUndo(t.Context(), as("senior2"), run.ID)
	if err != nil || p.Count() != 2 || len(p.Reasons) != 1 || p.Reasons[0].Why != "changed meanwhile" {
		t.Errorf("%v, %v", p.Reasons, err)
	}
	undone, err := d.UndoRun(t.Context(), as("senior2"), run.ID)
	if err != nil {
		t.Fatal(err)
	}
	undone, _ = d.finished(undone.ID)
	if undone.Done != 2 || undone.Skipped != 2 || undone.Undoes != run.ID {
		t.Errorf("%+v", undone)
	}
	for i, want := range []engine.RequestStatus{
		engine.RequestReady, engine.RequestInProgress, engine.RequestApproved, engine.RequestReady,
	} {
		if got := d.now(ids[i]).Status; got != want {
			t.Errorf("request %d is %s, want %s", i, got, want)
		}
	}
	if _, err := d.UndoRun(t.Context(), as("senior2"), undone.ID); !errors.Is(err, engine.Refused) {
		t.Errorf("undoing what undid: %v", err)
	}
	block, _ := d.run(engine.Selection{IDs: ids}, engine.RunAction{Verb: engine.VerbBlock, Reason: "other"})
	undone, err = d.UndoRun(t.Context(), as("senior1"), block.ID)
	if err != nil {
		t.Fatal(err)
	}
	if undone, _ = d.finished(undone.ID); undone.Done != 4 {
		t.Errorf("%+v", undone)
	}
}

// started is a run of n approvals of which one bite was done.
func (d *desk) started(n int) engine.Run {
	d.t.Helper()
	amounts := make([]string, n)
	for i := range amounts {
		amounts[i] = "10"
	}
	d.ready(amounts...)
	run, err := d.StartRun(d.t.Context(), as("senior1"), d.preview(d.matching("status:ready"), approve))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, step := range d.Steps() {
		if step.Name == "runs" {
			if more, err := step.Run(d.t.Context()); !more || err != nil {
				d.t.Fatalf("more %t, %v", more, err)
			}
		}
	}
	run, err = d.Run(d.t.Context(), run.ID)
	if err != nil || run.Status != engine.RunProcessing || run.Done == 0 || run.Waiting() == 0 {
		d.t.Fatalf("%+v, %v", run, err)
	}
	return run
}

func TestStopRun(t *testing.T) {
	d := newDesk(t)
	run := d.started(300)
	if _, err := d.UndoRun(t.Context(), as("senior1"), run.ID); !errors.Is(err, engine.Refused) {
		t.Errorf("undone while it goes on: %v", err)
	}
	if _, err := d.StopRun(t.Context(), as("viewer1"), run.ID, ""); !errors.Is(err, engine.Forbidden) {
		t.Errorf("a viewer stops it: %v", err)
	}
	stopped, err := d.StopRun(t.Context(), as("rev2"), run.ID, "wrong list")
	if err != nil || stopped.Status != engine.RunFailed || stopped.Failure != "stopped by rev2: wrong list" {
		t.Errorf("%+v, %v", stopped, err)
	}
	ended, items := d.finished(run.ID)
	if ended.Done != run.Done || ended.Waiting() != 300-run.Done || items[299].Result != engine.ItemWaiting {
		t.Errorf("after it was stopped: %+v", ended)
	}
	if _, err := d.StopRun(t.Context(), as("rev2"), run.ID, ""); !errors.Is(err, engine.Refused) {
		t.Errorf("stopped twice: %v", err)
	}
	undone, err := d.UndoRun(t.Context(), as("senior1"), run.ID)
	if err != nil {
		t.Fatal(err)
	}
	if undone, _ = d.finished(undone.ID); undone.Done != run.Done {
		t.Errorf("%+v", undone)
	}
}

// Whoever started a run and may not act any more keeps it from going on.
func TestRunOfSomebodyWhoLeft(t *testing.T) {
	d := newDesk(t)
	run := d.started(300)
	file, err := engine.ReadConfigFile([]byte(`{"reviewers": [{"id": "senior1", "role": "viewer"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Apply(t.Context(), as("admin1"), file, false); err != nil {
		t.Fatal(err)
	}
	ended, items := d.finished(run.ID)
	if ended.Done != run.Done || ended.Refused != 300-run.Done || items[299].Code != engine.Forbidden {
		t.Errorf("%+v, %+v", ended, items[299])
	}
}

// The same key again is the same run.
func TestRunIsStartedOnce(t *testing.T) {
	d := newDesk(t)
	p := d.preview(engine.Selection{IDs: d.ready("10", "20")}, approve)
	c := as("senior1")
	c.Key = "key"
	first, err := d.StartRun(t.Context(), c, p)
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.StartRun(t.Context(), c, p)
	if err != nil || again.ID != first.ID {
		t.Errorf("%s and %s, %v", first.ID, again.ID, err)
	}
	if _, err := d.StartRun(t.Context(), as("viewer1"), p); !errors.Is(err, engine.Forbidden) {
		t.Errorf("a viewer starts it: %v", err)
	}
	d.finished(first.ID)
	if _, err := d.StartRun(t.Context(), as("senior1"), d.preview(engine.Selection{IDs: []engine.RequestID{p.Items[0].ID}}, approve)); !errors.Is(err, engine.Refused) {
		t.Errorf("nothing of it can run: %v", err)
	}
}

// A run whose items were never all kept is given up.
func TestRunThatNobodyKept(t *testing.T) {
	d := newDesk(t)
	p := d.preview(engine.Selection{IDs: d.ready("10", "20")}, approve)
	ctx, cancel := context.WithCancel(t.Context())
	store := &oneUpdate{Store: d.store, end: cancel}
	e := engine.New(store, engine.World{Clock: d.clock, IDs: d.ids})
	if _, err := e.StartRun(ctx, as("senior1"), p); err == nil {
		t.Fatal("it was kept")
	}
	runs, err := d.Runs(t.Context(), engine.RunQuery{Mode: engine.ModeTest, Limit: 9})
	if err != nil || len(runs) != 1 || runs[0].Kept != 0 {
		t.Fatalf("%+v, %v", runs, err)
	}
	if run, _ := d.finished(runs[0].ID); run.Status != engine.RunPending {
		t.Errorf("%+v", run)
	}
	d.clock.Advance(2 * time.Minute)
	if run, _ := d.finished(runs[0].ID); run.Status != engine.RunFailed || run.Failure == "" {
		t.Errorf("%+v", run)
	}
}

// oneUpdate is a store that goes away after one update.
type oneUpdate struct {
	engine.Store
	end context.CancelFunc
}

func (s *oneUpdate) Update(ctx context.Context, fn func(engine.Tx) error) error {
	defer s.end()
	return s.Store.Update(ctx, fn)
}
