package engine_test

import (
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
)

func TestParity09AutoprocessOff(t *testing.T) {
	d := newRoutedDesk(t, `"autoallocate": true, "undoSeconds": 0`, priority("r1"))
	r := d.approve("100")
	d.work()
	d.clock.Advance(24 * time.Hour)
	d.work()
	d.expect(r, "a1 100.00 pending") // until somebody has it processed
	d.process(r.ID)
	d.work()
	d.expect(r, "a1 100.00 completed")
}

func TestTheUndoHold(t *testing.T) {
	d := newRoutedDesk(t, `"autoallocate": true, "autoprocess": true`, priority("r1")) // a minute, where nothing is said
	r := d.approve("100")
	d.clock.Advance(59 * time.Second)
	d.work()
	d.expect(r, "")
	r = d.must(d.UndoApproval(t.Context(), as("senior1"), r.ID, r.Version))
	d.clock.Advance(time.Hour)
	d.work()
	d.expect(r, "")
	d.must(d.Approve(t.Context(), as("senior1"), r.ID, engine.Approving{Seen: r.Version}))
	d.clock.Advance(time.Minute)
	d.work()
	d.expect(r, "a1 100.00 completed")
}

func TestABlockHoldsBackWhatTheEngineDoes(t *testing.T) {
	d := newRoutedDesk(t, byItself, priority("r1"))
	r := d.approve("100")
	r = d.must(d.Block(t.Context(), as("rev1"), r.ID, "other", ""))
	d.work()
	d.expect(r, "")
	d.must(d.Unblock(t.Context(), as("rev1"), r.ID, r.Version))
	d.work()
	d.expect(r, "a1 100.00 completed")
}

func TestAutoprocessAfterAPersonAllocates(t *testing.T) {
	d := newRoutedDesk(t, `"autoprocess": true, "undoSeconds": 30`, priority("r1"))
	r := d.approve("100")
	d.work()
	d.expect(r, "")
	if _, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, nil); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(29 * time.Second)
	d.work()
	d.expect(r, "a1 100.00 pending")
	d.clock.Advance(time.Second)
	d.work()
	d.expect(r, "a1 100.00 completed")
}

func TestWhoAllocatesInItsPlaceKeepsTheEngineFromIt(t *testing.T) {
	d := newRoutedDesk(t, `"autoallocate": true, "autoprocess": true, "undoSeconds": 30`, priority("r1"))
	r := d.approve("100")
	if _, _, err := d.AllocateManually(t.Context(), as("rev1"), r.ID, engine.ManualAllocation{
		Seen: r.Version, InstrumentID: r.InstrumentID, GatewayID: "a3", Amount: usd("40"),
	}); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(time.Hour)
	d.work()
	d.expect(r, "a3 40.00 completed") // processed, and nothing else allocated
}

func TestAfterAReleaseOnlyAPersonDoes(t *testing.T) {
	d := newRoutedDesk(t, byItself, priority("r1"))
	d.scripts["a1"] = "declined"
	r := d.approve("100")
	d.work()
	r = d.now(r.ID)
	r = d.must(d.Release(t.Context(), as("rev1"), r.ID, r.Version))
	d.clock.Advance(time.Hour)
	d.work()
	d.expect(r, "a1 100.00 declined")
	d.scripts["a1"] = "processed"
	if _, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, nil); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(time.Hour)
	d.work()
	d.expect(r, "a1 100.00 declined, a1 100.00 pending")
}

func TestAPointThatLeavesItToPeopleByNow(t *testing.T) {
	d := newRoutedDesk(t, byItself, priority("r1"))
	r := d.approve("100")
	d.point("", priority("r1"))
	d.work()
	d.expect(r, "")
	d.point(byItself, priority("r1"))
	d.work()
	d.expect(r, "") // it was handed over

	r = d.approve("100")
	d.apply(`{"points": [{"id": "routed", "mode": "test", "currencies": ["USD"], "readiness": {"policy": "immediate"},
		"approvals": [{"currency": "USD", "above": 1, "need": 2}], "scheme": "s", "options": {` + byItself + `}}]}`)
	d.work()
	d.expect(r, "")
	if r = d.now(r.ID); r.Automatic {
		t.Error("it lacks an approval by now, and the engine still waits for it")
	}
}

func TestParity12EveryDispatchedRequestHasAPayout(t *testing.T) {
	d := newRoutedDesk(t, byItself, ``)
	r := d.approve("100")
	d.work()
	if n := len(d.payouts(r)); n != 1 {
		t.Errorf("%d payouts", n)
	}
	d.point(byItself, priority("r1"))
	r = d.approve("100")
	d.work()
	if n := len(d.payouts(r)); n != 1 {
		t.Errorf("%d payouts", n)
	}
	if v, err := d.VerifyRecord(t.Context()); err != nil || v.Broken != nil {
		t.Errorf("%v: %v", v.Broken, err)
	}
}
