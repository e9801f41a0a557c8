package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
)

// lanes are what a person must look at, by kind.
func (d *desk) lanes() map[engine.LaneKind]engine.Lane {
	d.t.Helper()
	lanes, err := d.Lanes(d.t.Context(), engine.ModeTest, 10)
	if err != nil {
		d.t.Fatal(err)
	}
	byKind := map[engine.LaneKind]engine.Lane{}
	place := -1
	for _, lane := range lanes {
		at := slices.Index(engine.LaneKinds(), lane.Kind)
		if at <= place || lane.Count == 0 || len(lane.Items) == 0 {
			d.t.Errorf("lane %s with %d things, after lane %d", lane.Kind, lane.Count, place)
		}
		place = at
		byKind[lane.Kind] = lane
	}
	return byKind
}

// applied applies a part of a configuration.
func (d *desk) applied(config string) {
	d.t.Helper()
	file, err := engine.ReadConfigFile([]byte(config))
	if err == nil {
		_, err = d.Apply(d.t.Context(), as("admin1"), file, false)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// Each kind of trouble is in its lane, with what to do and who can.
func TestLanes(t *testing.T) {
	tests := []struct {
		lane   engine.LaneKind
		matter string
		verb   engine.Verb
		least  engine.Role
		make   func(d *desk)
	}{
		{"conflict", "statements about 100.00 USD at usd contradict each other", engine.VerbResolve, engine.RoleSenior, func(d *desk) { d.sent("script", "over:120") }},
		{"outcome-unknown", "nobody knows whether usd paid 100.00 USD; its key there is pra_", engine.VerbLookUp, engine.RoleReviewer, func(d *desk) { d.sent("script", "timeout,timeout") }},
		{"payout-failed", "100.00 USD of it is not paid: usd said insufficient-funds", engine.VerbAutoAllocate, engine.RoleReviewer, func(d *desk) {
			d.sent("script", "declined:insufficient-funds")
		}},
		{"unplaced", "40.00 USD of it has no place", engine.VerbAutoAllocate, engine.RoleReviewer, func(d *desk) { d.sent("script", "partial:60") }},
		{"unplaced", "500.00 USD of it has no place", engine.VerbAutoAllocate, engine.RoleReviewer, func(d *desk) { d.allocated(d.customer(), "3500") }},
		{"no-approver", "it has 0 of 1 approvals, and nobody is left who may approve 200.00 USD", "", engine.RoleAdmin, func(d *desk) {
			d.ready("200")
			d.applied(`{"reviewers": [` + limited("100") + `]}`)
			d.work()
		}},
		{"import-with-failures", "customers of a.csv by admin1: 1 of 2 rows refused", "", engine.RoleReviewer, func(d *desk) {
			d.took(d.copied(d.t.(testing.TB), engine.ImportCustomers, "reference,email\nc-1,\nc-2,nowhere\n"))
		}},
		{"import-with-failures", "customers of b.csv by rev1: left when 1000 rows were copied", "", engine.RoleReviewer, func(d *desk) {
			n := engine.NewImport{Kind: engine.ImportCustomers, File: "b.csv"}
			if _, err := d.CopyImport(d.t.Context(), as("rev1"), n, &broken{csvOf(d.t.(testing.TB), n.Kind, customers(1200)), 1100}, nil); err == nil {
				d.t.Error("it was copied")
			}
			d.clock.Advance(2 * time.Minute)
		}},
		{"run-with-failures", "approve by senior1: 1 of 2 refused", "", engine.RoleReviewer, func(d *desk) {
			ids := d.ready("1", "2")
			plan := d.preview(engine.Selection{Mode: engine.ModeTest, IDs: ids}, engine.RunAction{Verb: engine.VerbApprove})
			r := d.now(ids[0])
			d.must(d.Return(d.t.Context(), as("rev1"), r.ID, r.Version))
			run, err := d.StartRun(d.t.Context(), as("senior1"), plan)
			if err != nil {
				d.t.Fatal(err)
			}
			d.finished(run.ID)
		}},
		{"gateway-stopped", "usd is paused by admin1 since 2026-11-02 09:00Z: maintenance", "", engine.RoleAdmin, func(d *desk) {
			if _, err := d.PauseGateway(d.t.Context(), as("admin1"), "usd", "maintenance"); err != nil {
				d.t.Fatal(err)
			}
		}},
	}
	for _, test := range tests {
		t.Run(string(test.lane), func(t *testing.T) {
			d := newDesk(t)
			if lanes := d.lanes(); len(lanes) != 0 {
				t.Fatalf("a new desk has %v", lanes)
			}
			test.make(d)
			lane := d.lanes()[test.lane]
			if lane.Count != 1 || len(lane.Items) != 1 {
				t.Fatalf("%+v, want one of %s", d.lanes(), test.lane)
			}
			item := lane.Items[0]
			if !strings.HasPrefix(item.Matter, test.matter) {
				t.Errorf("%q, want %q", item.Matter, test.matter)
			}
			if item.Next.Verb != test.verb || item.Next.Least != test.least || item.Next.Do == "" {
				t.Errorf("next is %+v, want %s by %s", item.Next, test.verb, test.least)
			}
			if item.Subject.ID == "" || item.Since.IsZero() {
				t.Errorf("it is about %v since %s", item.Subject, item.Since)
			}
		})
	}
}

// limited are the reviewers of the desk with a limit in dollars.
func limited(limit string) string {
	var list []string
	for id, role := range map[string]string{"small1": "reviewer", "rev2": "reviewer", "rev3": "reviewer", "senior1": "senior", "senior2": "senior", "admin1": "admin"} {
		list = append(list, `{"id": "`+id+`", "role": "`+role+`", "limits": [{"currency": "USD", "amount": `+limit+`}]}`)
	}
	return strings.Join(list, ",")
}

// What nobody may approve is found when the request changes, and when the
// configuration does.
func TestNobodyLeftToApprove(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("200", "50")
	is := func(what string, first, second engine.Attention) {
		t.Helper()
		d.work()
		if a, b := d.now(ids[0]).Attention, d.now(ids[1]).Attention; a != first || b != second {
			t.Errorf("%s: %q and %q, want %q and %q", what, a, b, first, second)
		}
	}
	is("as made", "", "")
	d.applied(`{"reviewers": [` + limited("100") + `]}`)
	is("with lower limits", engine.AttentionNoApprover, "")
	counts := d.lanes()[engine.LaneKind(engine.AttentionNoApprover)]
	if counts.Count != 1 {
		t.Errorf("%d are counted", counts.Count)
	}
	r := d.must(d.Return(t.Context(), as("rev1"), ids[0], d.now(ids[0]).Version))
	is("pending", "", "")
	d.must(d.Ready(t.Context(), as("rev1"), ids[0], r.Version))
	is("ready again", engine.AttentionNoApprover, "")
	d.applied(`{"reviewers": [` + limited("10") + `]}`)
	is("with limits lower still", engine.AttentionNoApprover, engine.AttentionNoApprover)
	d.applied(`{"reviewers": [` + limited("100") + `]}`)
	is("with the limits of before", engine.AttentionNoApprover, "")
	b := d.must(d.Approve(t.Context(), as("rev2"), ids[1], engine.Approving{Seen: d.now(ids[1]).Version}))
	is("approved", engine.AttentionNoApprover, "")
	d.must(d.UndoApproval(t.Context(), as("rev2"), b.ID, b.Version))
	is("and not any more", engine.AttentionNoApprover, "")
}

// What is approved beyond what can be spent says which top-up pays how much.
func TestShortOfBalance(t *testing.T) {
	d := newDesk(t)
	d.applied(`{"gateways": [
		{"id": "covered", "provider": "sandbox", "mode": "test", "currency": "USD", "disabled": true},
		{"id": "earlier", "provider": "sandbox", "mode": "test", "currency": "USD", "disabled": true}]}`)
	hundred := usd("100")
	if _, err := d.SetBalance(t.Context(), as("admin1"), "usd", &hundred, "counted"); err != nil {
		t.Fatal(err)
	}
	i := d.customer()
	for _, amount := range []string{"60", "40"} {
		d.approved(i, amount)
	}
	if lane := d.lanes()[engine.LaneShort]; lane.Count != 0 {
		t.Fatalf("100 are enough for 100, but %+v", lane)
	}
	for _, amount := range []string{"30", "50", "7"} {
		d.clock.Advance(time.Minute)
		d.approved(i, amount)
	}
	lane := d.lanes()[engine.LaneShort]
	if lane.Count != 1 {
		t.Fatalf("%+v", d.lanes())
	}
	item := lane.Items[0]
	if want := "5 approved requests want 187.00 USD, and 100.00 USD can be spent: enough for the 2 oldest"; item.Matter != want {
		t.Errorf("%q, want %q", item.Matter, want)
	}
	if want := "top up usd: 30.00 USD pays one more, 87.00 USD pays all, before fees"; item.Next.Do != want {
		t.Errorf("%q, want %q", item.Next.Do, want)
	}
	if !item.Since.Equal(start.Add(time.Minute)) {
		t.Errorf("since %s", item.Since)
	}
}

// What was settled short has no part left that needs a place.
func TestWhatIsSettledNeedsNoAttention(t *testing.T) {
	d := newDesk(t)
	r, _ := d.sent("script", "partial:60")
	if r.Attention != engine.AttentionUnplaced {
		t.Fatalf("it needs %q", r.Attention)
	}
	r, _, err := d.SettleShort(t.Context(), as("senior1"), r.ID, engine.Settling{Seen: r.Version, Override: "the customer agrees"})
	if err != nil || r.Status != engine.RequestFulfilled || r.Attention != "" {
		t.Errorf("it is %s and needs %q: %v", r.Status, r.Attention, err)
	}
}
