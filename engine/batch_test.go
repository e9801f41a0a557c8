package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// The rows F46 to F55 of the review system's parity table. Its limit of 1,000
// requests a batch is not ours: see F47, F48 and F53.

// batchOf makes a batch of ids by rev1.
func (d *desk) batchOf(ids ...engine.RequestID) engine.Batch {
	d.t.Helper()
	b, left, err := d.CreateBatch(d.t.Context(), as("rev1"), engine.NewBatch{Of: engine.Selection{IDs: ids}})
	if err != nil || len(left) > 0 {
		d.t.Fatalf("left out %v: %v", left, err)
	}
	return b
}

// members are the ids of a batch's requests in its order.
func (d *desk) members(id engine.BatchID) (ids []engine.RequestID) {
	d.t.Helper()
	requests, err := d.BatchRequests(d.t.Context(), id, 0, 1000)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, r := range requests {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestF46BatchByIDs(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("10", "20", "30")
	b := d.batchOf(ids[0], ids[1])
	if got := d.members(b.ID); !slices.Equal(got, ids[:2]) || b.Requests != 2 || d.now(ids[0]).Version != 2 {
		t.Errorf("members %v of %+v; version %d", got, b, d.now(ids[0]).Version)
	}
	_, _, err := d.CreateBatch(t.Context(), as("rev1"), engine.NewBatch{Of: engine.Selection{IDs: ids}})
	if !errors.Is(err, engine.Refused) || !strings.Contains(err.Error(), string(b.ID)) {
		t.Errorf("one is batched already: %v", err)
	}
	if d.now(ids[2]).BatchID != "" {
		t.Error("the others were put into a batch")
	}
	batches, err := d.Batches(t.Context(), engine.BatchQuery{Mode: engine.ModeTest, Limit: 9})
	if err != nil || len(batches) != 1 || batches[0].Status != engine.RunPending {
		t.Errorf("%+v, %v", batches, err)
	}
}

func TestF47BatchByFilter(t *testing.T) {
	d := newDesk(t)
	taken := d.batchOf(d.ready("5")...)
	amounts := make([]string, 620) // more than are added at once
	for i := range amounts {
		amounts[i] = "10"
	}
	ids := d.ready(amounts...)
	b, left, err := d.CreateBatch(t.Context(), as("rev1"), engine.NewBatch{Reference: "ours", Of: d.matching("status:ready")})
	if err != nil || len(left) > 0 || b.Requests != len(ids) {
		t.Fatalf("%+v, left out %v, %v", b, left, err)
	}
	if got := d.members(b.ID); !slices.Equal(got, ids) {
		t.Error("they are not the unbatched ones, oldest first")
	}
	if d.members(taken.ID)[0] == "" || taken.Requests != 1 {
		t.Error("another batch lost its request")
	}
	_, _, err = d.CreateBatch(t.Context(), as("rev1"), engine.NewBatch{Of: d.matching("status:ready")})
	if !errors.Is(err, engine.Invalid) {
		t.Errorf("nothing matches: %v", err)
	}
	_, _, err = d.CreateBatch(t.Context(), as("rev1"), engine.NewBatch{Reference: "ours", Of: engine.Selection{IDs: d.ready("1")}})
	if !errors.Is(err, engine.Refused) {
		t.Errorf("the reference is taken: %v", err)
	}
}

func TestF48Preview(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("10", "2000")
	pending := d.request(d.customer(), "7")
	p := d.preview(d.matching(""), approve)
	if len(p.Items) != 3 || p.Count() != 2 || p.Runs[0].Amount != usd("2010") || p.Out[0].Amount != usd("7") {
		t.Errorf("%+v", p)
	}
	if p.Items[2].ID != pending.ID || p.Items[2].Why == "" || p.Reasons[0].Why != "it is pending" {
		t.Errorf("%+v %v", p.Items[2], p.Reasons)
	}
	same := d.preview(engine.Selection{IDs: append(ids, pending.ID)}, approve)
	if same.Digest != p.Digest {
		t.Error("the same requests, seen in two ways, are not the same")
	}
	d.must(d.Block(t.Context(), as("rev1"), ids[0], "other", ""))
	if again := d.preview(d.matching(""), approve); again.Digest == p.Digest {
		t.Error("a blocked request was seen as before")
	}
}

func TestF49BatchTotals(t *testing.T) {
	d := newDesk(t)
	payee := d.customer()
	yen := d.instrument(payee.CustomerID, "test_jpy")
	b := d.batchOf(d.request(payee, "10").ID, d.request(payee, "20.50").ID, d.request(d.customer(), "1").ID,
		d.requestAt("main", yen, amountOf("700", "JPY")).ID)
	state, err := d.BatchState(t.Context(), b.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := []engine.Total{{Requests: 1, Amount: amountOf("700", "JPY")}, {Requests: 3, Amount: usd("31.50")}}
	if !slices.Equal(state.Totals.Sums, want) || state.Totals.Customers != 2 {
		t.Errorf("%+v", state.Totals)
	}
}

func TestF50BatchApprove(t *testing.T) {
	d := newDesk(t)
	ready, pending, blocked := d.ready("10")[0], d.request(d.customer(), "20").ID, d.ready("30")[0]
	d.must(d.Block(t.Context(), as("rev1"), blocked, "other", ""))
	b := d.batchOf(ready, pending, blocked)
	run, items := d.run(engine.Selection{Batch: b.ID}, approve)
	if run.Done != 1 || run.Skipped != 2 || run.BatchID != b.ID || items[0].Result != engine.ItemDone {
		t.Errorf("%+v %+v", run, items)
	}
	for id, want := range map[engine.RequestID]engine.RequestStatus{
		ready: engine.RequestApproved, pending: engine.RequestPending, blocked: engine.RequestReady,
	} {
		if got := d.now(id).Status; got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	if state, err := d.BatchState(t.Context(), b.ID); err != nil || state.Status != engine.RunCompleted || state.LastRun != run.ID {
		t.Errorf("%+v, %v", state, err)
	}
	runs, err := d.Runs(t.Context(), engine.RunQuery{Batch: b.ID, Limit: 9})
	if err != nil || len(runs) != 1 || runs[0].ID != run.ID {
		t.Errorf("%+v, %v", runs, err)
	}
}

func TestF51BatchAutoAllocate(t *testing.T) {
	d := newDesk(t)
	payee := d.customer()
	good, fails, last := d.approved(payee, "10").ID, d.approved(d.customer(), "15"), d.approved(payee, "25").ID
	bad := d.request(d.customer(), "7") // nobody approved it
	other := d.approved(payee, "20").ID
	d.must(d.Block(t.Context(), as("rev1"), other, "other", ""))
	b := d.batchOf(good, fails.ID, bad.ID, other, last)
	plan := d.preview(engine.Selection{Batch: b.ID}, engine.RunAction{Verb: engine.VerbAutoAllocate})
	if plan.Count() != 3 {
		t.Errorf("%d would run: %v", plan.Count(), plan.Reasons)
	}
	if _, err := d.EnablePayouts(t.Context(), as("admin1"), fails.CustomerID, false); err != nil { // it fails when its turn comes
		t.Fatal(err)
	}
	run, err := d.StartRun(t.Context(), as("senior1"), plan)
	if err != nil {
		t.Fatal(err)
	}
	run, items := d.finished(run.ID)
	if run.Status != engine.RunCompleted || run.Done != 2 || run.Refused != 1 || items[1].Result != engine.ItemRefused || items[1].Why == "" {
		t.Errorf("%+v, %+v", run, items)
	}
	for id, want := range map[engine.RequestID]string{good: "10", last: "25", fails.ID: "0", other: "0", bad.ID: "0"} {
		if live := d.now(id).Live; live.Text() != amountOf(want, live.Currency).Text() {
			t.Errorf("%s of %s is allocated, want %s", live.Text(), id, want)
		}
	}
}

func TestF52BatchBlockAndUnblock(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("10", "20", "30")
	b := d.batchOf(ids...)
	if _, err := d.PreviewRun(t.Context(), as("senior1"), engine.Selection{Batch: b.ID}, engine.RunAction{Verb: engine.VerbBlock}); !errors.Is(err, engine.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	d.must(d.Block(t.Context(), as("rev1"), ids[1], "kyc-verification-required", ""))
	block := engine.RunAction{Verb: engine.VerbBlock, Reason: "aml-review", Description: "case 812"}
	if run, _ := d.run(engine.Selection{Batch: b.ID}, block); run.Done != 2 || run.Skipped != 1 {
		t.Errorf("%+v", run)
	}
	if r := d.now(ids[1]); r.Block.Reason != "kyc-verification-required" {
		t.Errorf("it is blocked for %s now", r.Block.Reason)
	}
	outside := d.ready("40")[0]
	d.must(d.Block(t.Context(), as("rev1"), outside, "other", ""))
	if run, _ := d.run(engine.Selection{Batch: b.ID}, engine.RunAction{Verb: engine.VerbUnblock}); run.Done != 3 {
		t.Errorf("%+v", run)
	}
	if d.now(ids[0]).Block != nil || d.now(outside).Block == nil {
		t.Error("unblocked the wrong ones")
	}
}

func TestF53BatchAddRemoveDelete(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("10", "20", "30", "40")
	b, other := d.batchOf(ids[0]), d.batchOf(ids[3])
	d.must(d.Block(t.Context(), as("rev1"), ids[2], "other", "")) // makes no difference here
	b, _, err := d.AddToBatch(t.Context(), as("rev1"), b.ID, engine.Selection{IDs: ids[1:3]})
	if err != nil || b.Requests != 3 {
		t.Fatalf("%+v, %v", b, err)
	}
	if _, err := d.RemoveFromBatch(t.Context(), as("rev1"), b.ID, []engine.RequestID{ids[0], ids[3]}); !errors.Is(err, engine.Refused) {
		t.Errorf("one of another batch: %v", err)
	}
	if got := d.members(b.ID); !slices.Equal(got, ids[:3]) {
		t.Errorf("a refused removal left %v", got)
	}
	if b, err = d.RemoveFromBatch(t.Context(), as("rev1"), b.ID, ids[:1]); err != nil || b.Requests != 2 {
		t.Errorf("%+v, %v", b, err)
	}
	if b, _, err = d.AddToBatch(t.Context(), as("rev1"), b.ID, engine.Selection{IDs: ids[:1]}); err != nil {
		t.Error(err)
	}
	if got := d.members(b.ID); !slices.Equal(got, []engine.RequestID{ids[1], ids[2], ids[0]}) {
		t.Errorf("who comes back is last: %v", got)
	}
	for range 2 { // and once more with the same key
		c := as("rev1")
		c.Key = "delete"
		if gone, err := d.DeleteBatch(t.Context(), c, b.ID); err != nil || !gone.Deleted || gone.Requests != 0 {
			t.Errorf("%+v, %v", gone, err)
		}
	}
	if r := d.now(ids[2]); r.BatchID != "" || r.Block == nil || r.Version != 3 {
		t.Errorf("its requests were changed: %+v", r)
	}
	for _, err := range []error{
		second(d.DeleteBatch(t.Context(), as("rev1"), b.ID)),
		second(d.RemoveFromBatch(t.Context(), as("rev1"), b.ID, ids[:1])),
		second(d.DeleteBatch(t.Context(), as("rev1"), "nothing")),
	} {
		if !errors.Is(err, engine.NotFound) {
			t.Errorf("of a batch that is gone: %v", err)
		}
	}
	if _, err := d.DeleteBatch(t.Context(), as("viewer1"), other.ID); !errors.Is(err, engine.Forbidden) {
		t.Errorf("a viewer: %v", err)
	}
	batches, err := d.Batches(t.Context(), engine.BatchQuery{Mode: engine.ModeTest, Limit: 9})
	if err != nil || len(batches) != 1 || batches[0].ID != other.ID {
		t.Errorf("%+v, %v", batches, err)
	}
}

func TestF54BatchPatch(t *testing.T) {
	d := newDesk(t)
	b := d.batchOf(d.ready("10")...)
	text, order := "Monday's", []string{"selected-payment-instrument", "payment-card"}
	set, err := d.SetBatch(t.Context(), as("rev1"), b.ID, engine.BatchDetails{Description: &text, AllocationOrder: &order})
	if err != nil || set.Description != text || !slices.Equal(set.AllocationOrder, order) || set.Reference != b.Reference {
		t.Errorf("%+v, %v", set, err)
	}
	short, empty := []string{"payment-card"}, ""
	for _, details := range []engine.BatchDetails{{}, {AllocationOrder: &short}, {Reference: &empty}} {
		if _, err := d.SetBatch(t.Context(), as("rev1"), b.ID, details); !errors.Is(err, engine.Invalid) {
			t.Errorf("%+v: %v", details, err)
		}
	}
	none := []string(nil)
	if set, err = d.SetBatch(t.Context(), as("rev1"), b.ID, engine.BatchDetails{AllocationOrder: &none}); err != nil || len(set.AllocationOrder) > 0 {
		t.Errorf("%+v, %v", set, err)
	}
}

func TestF55OneBatchEach(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("10", "20")
	b, other := d.batchOf(ids[0]), d.batchOf(ids[1])
	_, _, err := d.AddToBatch(t.Context(), as("rev1"), other.ID, engine.Selection{IDs: ids[:1]})
	if !errors.Is(err, engine.Refused) || !strings.Contains(err.Error(), string(b.ID)) {
		t.Errorf("in a second batch: %v", err)
	}
	_, left, err := d.AddToBatch(t.Context(), as("rev1"), other.ID, d.matching("status:ready"))
	if !errors.Is(err, engine.Invalid) || len(left) > 0 {
		t.Errorf("nothing of the filter is free: %v, %v", left, err)
	}
}

// What comes of a split is in no batch; what is merged leaves its own.
func TestBatchOfSplitAndMerged(t *testing.T) {
	d := newDesk(t)
	payee := d.customer()
	parent, target, source := d.request(payee, "10"), d.request(payee, "20"), d.request(payee, "30")
	b := d.batchOf(parent.ID, target.ID, source.ID)
	_, children, err := d.Split(t.Context(), as("rev1"), parent.ID, engine.Splitting{
		Seen: 1, Amounts: []money.Amount{usd("4"), usd("6")}, Reason: "other",
	})
	if err != nil || children[0].BatchID != "" || d.now(parent.ID).BatchID != b.ID {
		t.Errorf("children %+v, %v", children, err)
	}
	d.must(d.Merge(t.Context(), as("rev1"), target.ID, engine.Merging{
		Seen: 1, Sources: []engine.RequestID{source.ID}, Reason: "consolidation",
	}))
	if got := d.members(b.ID); !slices.Equal(got, []engine.RequestID{parent.ID, target.ID}) {
		t.Errorf("in the batch: %v", got)
	}
}

// The allocation order of its batch goes before the organisation's.
func TestBatchAllocationOrder(t *testing.T) {
	d := newDesk(t)
	payee := d.customer()
	card := d.instrument(payee.CustomerID, "payment_card_usd")
	d.paid(card, "usd", "500")
	r := d.approved(payee, "100")
	b := d.batchOf(r.ID)
	first := func() string {
		p, err := d.Plan(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		return p.Lines[0].Instrument
	}
	if got := first(); got != string(card.ID) {
		t.Errorf("%s comes first, want the card", got)
	}
	order := []string{"selected-payment-instrument", "payment-card"}
	if _, err := d.SetBatch(t.Context(), as("rev1"), b.ID, engine.BatchDetails{AllocationOrder: &order}); err != nil {
		t.Fatal(err)
	}
	if got := first(); got != string(payee.ID) {
		t.Errorf("%s comes first, want the selected instrument", got)
	}
}

// A batch without a name is called by its time of creation.
func TestPayCore50BatchReference(t *testing.T) {
	d := newDesk(t)
	d.clock.Set(time.Date(2026, 11, 2, 15, 54, 0, 0, time.UTC))
	ids := d.ready("10", "20")
	if b := d.batchOf(ids[0]); b.Reference != "2026-11-02T15-54-00" {
		t.Errorf("%q", b.Reference)
	}
	if b := d.batchOf(ids[1]); b.Reference != "2026-11-02T15-54-00-2" {
		t.Errorf("a second one in that second: %q", b.Reference)
	}
}

func TestBatchIsNotDeletedUnderARun(t *testing.T) {
	d := newDesk(t)
	b := d.batchOf(d.ready("10")...)
	run, err := d.StartRun(t.Context(), as("senior1"), d.preview(engine.Selection{Batch: b.ID}, approve))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.DeleteBatch(t.Context(), as("rev1"), b.ID); !errors.Is(err, engine.Refused) {
		t.Errorf("while %s goes on: %v", run.ID, err)
	}
	d.work()
	if _, err := d.DeleteBatch(t.Context(), as("rev1"), b.ID); err != nil {
		t.Error(err)
	}
}
