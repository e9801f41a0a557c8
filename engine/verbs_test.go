package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// inStatus makes a request of 100 USD in a status, with nothing in its way.
func (d *desk) inStatus(status engine.RequestStatus) engine.Request {
	d.t.Helper()
	ctx := d.t.Context()
	switch i := d.customer(); status {
	case engine.RequestPending:
		return d.request(i, "100")
	case engine.RequestReady:
		r := d.request(i, "100")
		return d.must(d.Ready(ctx, as("rev1"), r.ID, r.Version))
	case engine.RequestApproved:
		return d.approved(i, "100")
	case engine.RequestInProgress:
		r, _ := d.allocated(i, "100")
		return r
	case engine.RequestFulfilled:
		r, _ := d.sent()
		return r
	case engine.RequestCanceled:
		r := d.request(i, "100")
		return d.must(d.Cancel(ctx, as("rev1"), r.ID, r.Version, engine.Cancellation{By: engine.CanceledByMerchant}))
	case engine.RequestSplit:
		r := d.request(i, "100")
		r, _, err := d.Split(ctx, as("rev1"), r.ID, halves(r))
		return d.must(r, err)
	default: // merged
		r, target := d.request(i, "100"), d.request(i, "50")
		d.must(d.Merge(ctx, as("rev1"), target.ID, engine.Merging{
			Seen: target.Version, Sources: []engine.RequestID{r.ID}, Reason: "duplicate",
		}))
		return d.now(r.ID)
	}
}

func halves(r engine.Request) engine.Splitting {
	half := money.New(r.Amount.Minor/2, r.Amount.Currency)
	return engine.Splitting{
		Seen: r.Version, Amounts: []money.Amount{half, r.Amount.Minus(half)}, Reason: "risk-review",
	}
}

// verbs is every verb that a person has, tried on a request.
func (d *desk) verbs() map[engine.Verb]func(engine.Request) error {
	ctx, senior := context.Background(), as("senior1") // subtests come and go
	first := func(r engine.Request) engine.AllocationID {
		if all := d.allocations(r.ID); len(all) > 0 {
			return all[0].ID
		}
		return ""
	}
	return map[engine.Verb]func(engine.Request) error{
		engine.VerbReady:  func(r engine.Request) error { _, err := d.Ready(ctx, senior, r.ID, r.Version); return err },
		engine.VerbReturn: func(r engine.Request) error { _, err := d.Return(ctx, senior, r.ID, r.Version); return err },
		engine.VerbApprove: func(r engine.Request) error {
			_, err := d.Approve(ctx, as("senior2"), r.ID, engine.Approving{Seen: r.Version})
			return err
		},
		engine.VerbUndoApproval: func(r engine.Request) error { _, err := d.UndoApproval(ctx, senior, r.ID, r.Version); return err },
		engine.VerbBlock:        func(r engine.Request) error { _, err := d.Block(ctx, senior, r.ID, "aml-review", ""); return err },
		engine.VerbUnblock:      func(r engine.Request) error { _, err := d.Unblock(ctx, senior, r.ID, r.Version); return err },
		engine.VerbSet: func(r engine.Request) error {
			words := "other words"
			_, err := d.Set(ctx, senior, r.ID, r.Version, engine.Details{Description: &words})
			return err
		},
		engine.VerbCancel: func(r engine.Request) error {
			_, err := d.Cancel(ctx, senior, r.ID, r.Version, engine.Cancellation{By: engine.CanceledByMerchant})
			return err
		},
		engine.VerbSplit: func(r engine.Request) error { _, _, err := d.Split(ctx, senior, r.ID, halves(r)); return err },
		engine.VerbAbsorb: func(r engine.Request) error {
			source := d.must(d.Create(ctx, as("rev1"), engine.NewRequest{
				PointID: r.PointID, CustomerID: r.CustomerID, InstrumentID: r.InstrumentID, Amount: usd("5"),
			}))
			_, err := d.Merge(ctx, senior, r.ID, engine.Merging{
				Seen: r.Version, Sources: []engine.RequestID{source.ID}, Reason: "consolidation",
			})
			return err
		},
		engine.VerbMerge: func(r engine.Request) error {
			target := d.must(d.Create(ctx, as("rev1"), engine.NewRequest{
				PointID: r.PointID, CustomerID: r.CustomerID, InstrumentID: r.InstrumentID, Amount: usd("5"),
			}))
			_, err := d.Merge(ctx, senior, target.ID, engine.Merging{
				Seen: target.Version, Sources: []engine.RequestID{r.ID}, Reason: "consolidation",
			})
			return err
		},
		engine.VerbRelease: func(r engine.Request) error { _, err := d.Release(ctx, senior, r.ID, r.Version); return err },
		engine.VerbSettle: func(r engine.Request) error {
			_, _, err := d.SettleShort(ctx, senior, r.ID, engine.Settling{Seen: r.Version})
			return err
		},
		engine.VerbAllocate: func(r engine.Request) error {
			_, _, err := d.AllocateManually(ctx, senior, r.ID, engine.ManualAllocation{
				Seen: r.Version, InstrumentID: r.InstrumentID, GatewayID: "usd", Amount: usd("10"),
			})
			return err
		},
		engine.VerbAutoAllocate: func(r engine.Request) error {
			_, _, err := d.AutoAllocate(ctx, senior, r.ID, r.Version, nil)
			return err
		},
		engine.VerbProcess: func(r engine.Request) error {
			_, skipped, err := d.Process(ctx, senior, []engine.AllocationID{first(r)})
			if err == nil && len(skipped) > 0 {
				err = engine.Errorf(engine.Refused, "%s", skipped[0].Why)
			}
			return err
		},
		engine.VerbCancelAllocation: func(r engine.Request) error { _, err := d.CancelAllocation(ctx, senior, first(r)); return err },
		engine.VerbLookUp:           func(r engine.Request) error { _, err := d.LookUp(ctx, senior, first(r)); return err },
		engine.VerbState: func(r engine.Request) error {
			_, err := d.StateOutcome(ctx, senior, first(r), engine.Word{Verdict: engine.VerdictNotPaid, Sent: 1, Evidence: "their portal"})
			return err
		},
		engine.VerbResolve: func(r engine.Request) error {
			_, err := d.ResolveConflict(ctx, senior, first(r), engine.Word{Verdict: engine.VerdictNotPaid, Sent: 1, Evidence: "their portal"})
			return err
		},
		engine.VerbComment: func(r engine.Request) error { _, err := d.Comment(ctx, senior, r.ID, "seen"); return err },
	}
}

// possible says which verbs move a request of each status whose way is clear.
// Verbs on allocations and payouts need more than a status and are tried in
// their own tests; here they are refused, for there is nothing for them.
var possible = map[engine.RequestStatus]string{
	engine.RequestPending:    "ready block set cancel split merge absorb comment",
	engine.RequestReady:      "return approve block set cancel split merge absorb comment",
	engine.RequestApproved:   "undo-approval block cancel split merge absorb allocate auto-allocate comment",
	engine.RequestInProgress: "block process cancel-allocation comment",
	engine.RequestFulfilled:  "lookup comment",
	engine.RequestCanceled:   "comment",
	engine.RequestSplit:      "comment",
	engine.RequestMerged:     "comment",
}

// possibleBlocked is the same for blocked requests.
const possibleBlocked = "unblock comment"

// TestEveryStatusAndVerb: each verb on each status, blocked and not, moves as
// the table says or leaves no trace.
func TestEveryStatusAndVerb(t *testing.T) {
	d := newDesk(t)
	for _, status := range engine.RequestStatuses() {
		for verb, try := range d.verbs() {
			t.Run(fmt.Sprintf("%s %s", verb, status), func(t *testing.T) {
				d.t = t
				r := d.inStatus(status)
				if r.Status != status {
					t.Fatalf("made a request that is %s", r.Status)
				}
				d.try(r, verb, try, slices.Contains(strings.Fields(possible[status]), string(verb)))
			})
			if status.Final() {
				continue
			}
			t.Run(fmt.Sprintf("%s %s blocked", verb, status), func(t *testing.T) {
				d.t = t
				r := d.inStatus(status)
				r = d.must(d.Block(t.Context(), as("rev2"), r.ID, "risk-review", "case 812"))
				can := slices.Contains(strings.Fields(possibleBlocked), string(verb)) ||
					verb == engine.VerbSet && slices.Contains(strings.Fields(possible[status]), "set")
				d.try(r, verb, try, can)
			})
		}
	}
	d.t = t
}

// try uses a verb that can or cannot be, and looks at the traces.
func (d *desk) try(r engine.Request, verb engine.Verb, use func(engine.Request) error, can bool) {
	d.t.Helper()
	actor, err := d.Reviewer(d.t.Context(), "senior1")
	if err != nil {
		d.t.Fatal(err)
	}
	before := d.now(r.ID)
	err = use(r)
	after := d.now(r.ID)
	switch {
	case can && err != nil:
		d.t.Errorf("refused: %v", err)
	case can && after.Head == before.Head:
		d.t.Error("left no trace")
	case !can && err == nil:
		d.t.Errorf("went from %s to %s", before.Status, after.Status)
	case !can && after.Head != before.Head:
		d.t.Error("was refused and left a trace")
	case !can && engine.CodeOf(err) == engine.Internal:
		d.t.Errorf("refused for no reason of its own: %v", err)
	}
	config, cerr := d.Config(d.t.Context())
	if cerr != nil {
		d.t.Fatal(cerr)
	}
	why := engine.Standing{Request: before, Point: config.Points[before.PointID], Actor: actor}.Why(verb)
	if can && why != nil {
		d.t.Errorf("possible, and yet Why says %v", why)
	}
}

func TestRefusalsInTheirOrder(t *testing.T) {
	d := newDesk(t)
	r := d.inStatus(engine.RequestPending)
	d.must(d.Block(t.Context(), as("rev2"), r.ID, "aml-review", ""))
	for _, test := range []struct {
		name string
		by   engine.ReviewerID
		seen int
		want engine.Code
		says string
	}{
		{"who may not is told so first", "support1", 99, engine.Forbidden, "support1 is a support and may not make it ready (it takes a reviewer)"},
		{"then that it changed", "rev1", 1, engine.Stale, "it changed since version 1: blocked by rev2 at 09:00:00 (look at it again)"},
		{"then that it is blocked", "rev1", 2, engine.Refused, "blocked for aml-review by rev2 since 09:00 (unblock it first)"},
		{"nobody", "", 2, engine.Forbidden, "nobody is named as the reviewer"},
		{"a stranger", "mallory", 2, engine.Forbidden, `"mallory" is no reviewer of this desk`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := d.Ready(t.Context(), as(test.by), r.ID, test.seen)
			if engine.CodeOf(err) != test.want || !strings.Contains(fmt.Sprint(err), test.says) {
				t.Errorf("got %v", err)
			}
		})
	}
	d.must(d.Unblock(t.Context(), as("rev1"), r.ID, 2))
	if _, err := d.Return(t.Context(), as("rev1"), r.ID, 3); engine.CodeOf(err) != engine.Refused ||
		!strings.Contains(err.Error(), "it is pending (only a request that is ready can be)") {
		t.Errorf("then that its status forbids it: %v", err)
	}
}

func TestApprovals(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	ready := func(amount string) engine.Request {
		r := d.request(d.customer(), amount)
		return d.must(d.Ready(ctx, as("rev1"), r.ID, r.Version))
	}
	approve := func(r engine.Request, by engine.ReviewerID) (engine.Request, error) {
		return d.Approve(ctx, as(by), r.ID, engine.Approving{Seen: r.Version})
	}
	t.Run("no maker approves", func(t *testing.T) {
		if _, err := approve(ready("10"), "rev1"); engine.CodeOf(err) != engine.Forbidden {
			t.Error(err)
		}
	})
	t.Run("at the threshold one is enough, above it two different people", func(t *testing.T) {
		if r := d.must(approve(ready("1000"), "rev2")); r.Status != engine.RequestApproved {
			t.Error(r.Status)
		}
		r := d.must(approve(ready("1000.01"), "rev2"))
		if r.Status != engine.RequestReady || len(r.Approvals) != 1 {
			t.Error(r.Status, r.Approvals)
		}
		if _, err := approve(r, "rev2"); engine.CodeOf(err) != engine.Refused {
			t.Errorf("the same person twice: %v", err)
		}
		if r = d.must(approve(r, "rev3")); r.Status != engine.RequestApproved {
			t.Error(r.Status)
		}
	})
	t.Run("one's own can be withdrawn while more are needed, nobody else's", func(t *testing.T) {
		r := d.must(approve(ready("2000"), "rev2"))
		if _, err := d.UndoApproval(ctx, as("rev3"), r.ID, r.Version); engine.CodeOf(err) != engine.Refused {
			t.Error(err)
		}
		if r = d.must(d.UndoApproval(ctx, as("rev2"), r.ID, r.Version)); len(r.Approvals) != 0 {
			t.Error(r.Approvals)
		}
	})
	t.Run("undoing the decision leaves the other's yes", func(t *testing.T) {
		r := d.must(approve(d.must(approve(ready("2000"), "rev2")), "rev3"))
		r = d.must(d.UndoApproval(ctx, as("rev2"), r.ID, r.Version))
		if r.Status != engine.RequestReady || !r.ApprovedBy("rev3") || r.ApprovedBy("rev2") {
			t.Error(r.Status, r.Approvals)
		}
	})
	t.Run("personal limits", func(t *testing.T) {
		d.must(approve(ready("100"), "small1"))
		if _, err := approve(ready("100.01"), "small1"); engine.CodeOf(err) != engine.Forbidden {
			t.Error(err)
		}
	})
	t.Run("a limit in one currency is none in another", func(t *testing.T) {
		i := d.customer()
		r := d.must(d.Create(ctx, as("rev1"), engine.NewRequest{PointID: "main", CustomerID: i.CustomerID, Amount: amountOf("1", "EUR")}))
		r = d.must(d.Ready(ctx, as("rev1"), r.ID, r.Version))
		if _, err := approve(r, "small1"); engine.CodeOf(err) != engine.Forbidden {
			t.Error(err)
		}
	})
	t.Run("nobody is needed: the engine approves", func(t *testing.T) {
		i := d.customer()
		r := d.must(d.Create(ctx, as("rev1"), engine.NewRequest{PointID: "main", CustomerID: i.CustomerID, Amount: amountOf("500", "JPY")}))
		if r = d.must(d.Ready(ctx, as("rev1"), r.ID, r.Version)); r.Status != engine.RequestApproved {
			t.Error(r.Status)
		}
	})
	t.Run("returning voids approvals, and the clock does not bring it back", func(t *testing.T) {
		r := d.must(approve(ready("2000"), "rev2"))
		r = d.must(d.Return(ctx, as("rev2"), r.ID, r.Version))
		if len(r.Approvals) != 0 || !r.HeldBack {
			t.Error(r.Approvals, r.HeldBack)
		}
	})
	t.Run("approving vouches for an instrument that somebody else added", func(t *testing.T) {
		c, err := d.CreateCustomer(ctx, as("admin1"), engine.NewCustomer{Reference: "unverified"})
		if err != nil {
			t.Fatal(err)
		}
		i, err := d.CreateInstrument(ctx, as("rev2"), engine.NewInstrument{
			CustomerID: c.ID, ServiceID: "test_usd", Fields: map[string]string{"account": "1"},
		})
		if err != nil {
			t.Fatal(err)
		}
		r := d.request(i, "10")
		r = d.must(d.Ready(ctx, as("rev1"), r.ID, r.Version))
		r = d.must(approve(r, "rev2"))
		if i, _ = d.Instrument(ctx, i.ID); i.Status != engine.InstrumentUnverified {
			t.Error("whoever added it vouched for it")
		}
		r = d.must(d.UndoApproval(ctx, as("rev2"), r.ID, r.Version))
		d.must(approve(r, "rev3"))
		if i, _ = d.Instrument(ctx, i.ID); i.Status != engine.InstrumentActive || i.VerifiedBy != "rev3" {
			t.Error(i.Status, i.VerifiedBy)
		}
	})
	t.Run("choosing an instrument makes a maker", func(t *testing.T) {
		i := d.customer()
		r := d.must(d.Create(ctx, as("rev1"), engine.NewRequest{PointID: "main", CustomerID: i.CustomerID, Amount: usd("10")}))
		r = d.must(d.Set(ctx, as("rev2"), r.ID, r.Version, engine.Details{InstrumentID: &i.ID}))
		r = d.must(d.Ready(ctx, as("rev1"), r.ID, r.Version))
		if _, err := approve(r, "rev2"); engine.CodeOf(err) != engine.Forbidden {
			t.Error(err)
		}
	})
}

func TestSplit(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	split := func(r engine.Request, reason engine.SplitReason, amounts ...string) ([]engine.Request, error) {
		s := engine.Splitting{Seen: r.Version, Reason: reason}
		for _, a := range amounts {
			s.Amounts = append(s.Amounts, usd(a))
		}
		_, children, err := d.Split(ctx, as("rev2"), r.ID, s)
		return children, err
	}
	many := slices.Repeat([]string{"1"}, 101)
	for _, test := range []struct {
		total   string
		reason  engine.SplitReason
		amounts []string
		want    engine.Code // "" for none
	}{
		{"100", "risk-review", []string{"50", "30", "20"}, ""},
		{"4000", "processor-limit", []string{"3000", "1000"}, ""},
		{"0.30", "other", []string{"0.10", "0.20"}, ""},
		{"100", "other", many[:100], ""},
		{"100", "other", []string{"100"}, engine.Invalid},
		{"100", "other", []string{"60", "50"}, engine.Invalid},
		{"100", "other", []string{"50", "30"}, engine.Invalid},
		{"100", "other", []string{"100", "0"}, engine.Invalid},
		{"100", "other", []string{"150", "-50"}, engine.Invalid},
		{"101", "other", many, engine.Invalid},
		{"100", "", []string{"50", "50"}, engine.Invalid},
		{"100", "because", []string{"50", "50"}, engine.Invalid},
	} {
		t.Run(fmt.Sprintf("%s into %d", test.total, len(test.amounts)), func(t *testing.T) {
			r := d.request(d.customer(), test.total)
			children, err := split(r, test.reason, test.amounts...)
			if test.want != "" {
				if engine.CodeOf(err) != test.want || d.now(r.ID).Version != r.Version {
					t.Error(err)
				}
				return
			}
			if err != nil || len(children) != len(test.amounts) || d.now(r.ID).Status != engine.RequestSplit {
				t.Fatal(err, len(children))
			}
			for _, c := range children {
				if c.Status != engine.RequestPending || c.SplitFrom != r.ID || c.PolicyAmount != r.Amount || !c.MadeBy("rev2") || !c.MadeBy("rev1") {
					t.Errorf("child %+v", c)
				}
			}
		})
	}
	t.Run("a part needs as many approvals as the whole, and none of its makers gives one", func(t *testing.T) {
		children, err := split(d.approved(d.customer(), "1500"), "other", "900", "600")
		if err != nil {
			t.Fatal(err)
		}
		c := d.must(d.Ready(ctx, as("rev1"), children[0].ID, children[0].Version))
		if _, err := d.Approve(ctx, as("rev2"), c.ID, engine.Approving{Seen: c.Version}); engine.CodeOf(err) != engine.Forbidden {
			t.Errorf("its splitter: %v", err)
		}
		if c = d.must(d.Approve(ctx, as("rev3"), c.ID, engine.Approving{Seen: c.Version})); c.Status != engine.RequestReady {
			t.Errorf("900 out of 1,500 is %s after one approval", c.Status)
		}
	})
	t.Run("under immediate readiness the clock makes the parts ready", func(t *testing.T) {
		r := d.requestAt("instant", d.customer(), usd("10"))
		children, err := split(r, "other", "4", "6")
		if err != nil {
			t.Fatal(err)
		}
		d.work()
		if c := d.now(children[0].ID); c.Status != engine.RequestReady {
			t.Error(c.Status)
		}
	})
}

func TestMerge(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	merge := func(target engine.Request, sources ...engine.Request) (engine.Request, error) {
		m := engine.Merging{Seen: target.Version, Reason: "consolidation"}
		for _, s := range sources {
			m.Sources = append(m.Sources, s.ID)
		}
		return d.Merge(ctx, as("rev2"), target.ID, m)
	}
	i := d.customer()
	ready := func(amount string) engine.Request {
		r := d.request(i, amount)
		return d.must(d.Ready(ctx, as("rev1"), r.ID, r.Version))
	}
	t.Run("F25: the target becomes the sum, the source points at it", func(t *testing.T) {
		target, source := ready("90"), ready("45.50")
		got := d.must(merge(target, source))
		source = d.now(source.ID)
		if got.Amount != usd("135.50") || got.Status != engine.RequestReady || source.Status != engine.RequestMerged || source.MergedInto != target.ID {
			t.Errorf("%+v %+v", got, source)
		}
	})
	t.Run("approvals are void, and thresholds look at the sum", func(t *testing.T) {
		target := d.approved(i, "900")
		got := d.must(merge(target, ready("200")))
		if got.Status != engine.RequestReady || len(got.Approvals) != 0 || got.PolicyAmount != usd("1100") || !got.MadeBy("rev2") {
			t.Errorf("%+v", got)
		}
	})
	t.Run("the least advanced decides", func(t *testing.T) {
		if got := d.must(merge(ready("1"), d.request(i, "2"))); got.Status != engine.RequestPending {
			t.Error(got.Status)
		}
	})
	t.Run("refused", func(t *testing.T) {
		target := ready("10")
		other := d.request(d.customer(), "10")
		elsewhere := d.requestAt("strict", i, usd("10"))
		euros := d.requestAt("main", i, amountOf("10", "EUR"))
		blocked := ready("10")
		d.must(d.Block(ctx, as("rev1"), blocked.ID, "other", ""))
		second := d.instrument(i.CustomerID, "test_usd")
		instrument := d.request(second, "10")
		for name, test := range map[string]struct {
			source engine.Request
			want   engine.Code
		}{
			"another customer":   {other, engine.Invalid},
			"another point":      {elsewhere, engine.Invalid},
			"another currency":   {euros, engine.Invalid},
			"blocked":            {blocked, engine.Refused},
			"another instrument": {instrument, engine.Refused},
			"itself":             {target, engine.Invalid},
		} {
			if _, err := merge(target, test.source); engine.CodeOf(err) != test.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if d.now(target.ID).Version != target.Version {
			t.Error("a refused merge changed the target")
		}
		if _, err := d.Merge(ctx, as("rev2"), target.ID, engine.Merging{
			Seen: target.Version, Sources: []engine.RequestID{instrument.ID}, Reason: "other", OtherInstrument: true,
		}); err != nil {
			t.Errorf("confirmed: %v", err)
		}
	})
	t.Run("a source that changed meanwhile is refused", func(t *testing.T) {
		target, source := ready("10"), ready("5")
		d.must(d.Return(ctx, as("rev1"), source.ID, source.Version))
		_, err := d.Merge(ctx, as("rev2"), target.ID, engine.Merging{
			Seen: target.Version, Sources: []engine.RequestID{source.ID}, Reason: "other",
			SourcesSeen: map[engine.RequestID]int{source.ID: source.Version},
		})
		if !errors.Is(err, engine.Stale) {
			t.Error(err)
		}
	})
}

func TestClocks(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	timed, blocked := d.requestAt("timed", d.customer(), usd("1")), d.requestAt("timed", d.customer(), usd("1"))
	d.must(d.Block(ctx, as("rev1"), blocked.ID, "other", ""))
	waits := d.requestAt("instant", engine.Instrument{CustomerID: timed.CustomerID}, usd("1"))
	if waits.Status != engine.RequestPending {
		t.Errorf("immediate without an instrument is %s", waits.Status)
	}
	if r := d.requestAt("instant", d.customer(), usd("1")); r.Status != engine.RequestReady {
		t.Errorf("immediate is %s", r.Status)
	}
	waits = d.must(d.Set(ctx, as("rev2"), waits.ID, waits.Version, engine.Details{InstrumentID: &timed.InstrumentID}))
	d.work()
	if r := d.now(waits.ID); r.Status != engine.RequestReady {
		t.Errorf("with its instrument chosen it is %s", r.Status)
	}
	d.clock.Advance(49 * time.Hour) // 09:00 + 48 h is before the daily time
	d.work()
	if r := d.now(timed.ID); r.Status != engine.RequestReady {
		t.Errorf("F5: it is %s", r.Status)
	}
	if r := d.now(blocked.ID); r.Status != engine.RequestPending {
		t.Errorf("F6: blocked, it is %s", r.Status)
	}
	blocked = d.now(blocked.ID)
	d.must(d.Unblock(ctx, as("rev1"), blocked.ID, blocked.Version))
	d.work()
	if r := d.now(blocked.ID); r.Status != engine.RequestReady {
		t.Errorf("F6: unblocked, it is %s", r.Status)
	}
	d.clock.Advance(52 * time.Hour)
	d.work()
	if r := d.now(timed.ID); r.Status != engine.RequestCanceled || r.Cancellation.By != engine.CanceledBySystem {
		t.Errorf("expired, it is %s", r.Status)
	}
}

func TestBadInputLeavesNoTrace(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	i, other := d.customer(), d.customer()
	last, err := d.LastSeq(ctx)
	if err != nil {
		t.Fatal(err)
	}
	good := engine.NewRequest{PointID: "main", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: usd("10")}
	for name, test := range map[string]struct {
		spoil func(*engine.NewRequest)
		want  engine.Code
	}{
		"nothing":              {func(n *engine.NewRequest) { n.Amount = usd("0") }, engine.Invalid},
		"less than nothing":    {func(n *engine.NewRequest) { n.Amount = usd("-1") }, engine.Invalid},
		"huge":                 {func(n *engine.NewRequest) { n.Amount.Minor = money.MaxMinor + 1 }, engine.Invalid},
		"unknown currency":     {func(n *engine.NewRequest) { n.Amount.Currency = "XXX" }, engine.Invalid},
		"not taken there":      {func(n *engine.NewRequest) { n.Amount.Currency = "KWD" }, engine.Invalid},
		"unknown point":        {func(n *engine.NewRequest) { n.PointID = "elsewhere" }, engine.NotFound},
		"unknown customer":     {func(n *engine.NewRequest) { n.CustomerID = "cus_1" }, engine.NotFound},
		"another's instrument": {func(n *engine.NewRequest) { n.InstrumentID = other.ID }, engine.Invalid},
		"control characters":   {func(n *engine.NewRequest) { n.Description = "a\x1b[2Jb" }, engine.Invalid},
		"ten megabytes":        {func(n *engine.NewRequest) { n.Description = strings.Repeat("x", 10<<20) }, engine.Invalid},
		"a strange id":         {func(n *engine.NewRequest) { n.ID = "a b" }, engine.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			bad := good
			test.spoil(&bad)
			if _, err := d.Create(ctx, as("rev1"), bad); engine.CodeOf(err) != test.want {
				t.Error(err)
			}
		})
	}
	if now, err := d.LastSeq(ctx); err != nil || now != last {
		t.Errorf("the journal went from %d to %d: %v", last, now, err)
	}
}

func TestTheSameKeyAgain(t *testing.T) {
	d := newDesk(t)
	i := d.customer()
	c := as("rev1")
	c.Key = "k1"
	n := engine.NewRequest{PointID: "main", CustomerID: i.CustomerID, Amount: usd("10")}
	first := d.must(d.Create(t.Context(), c, n))
	if again := d.must(d.Create(t.Context(), c, n)); again.ID != first.ID || again.Head != first.Head {
		t.Errorf("again made %s", again.ID)
	}
	n.Amount = usd("11")
	if _, err := d.Create(t.Context(), c, n); engine.CodeOf(err) != engine.Refused {
		t.Errorf("another command under the same key: %v", err)
	}
	c.Key, c.DryRun = "", true
	last, _ := d.LastSeq(t.Context())
	d.must(d.Ready(t.Context(), c, first.ID, first.Version))
	if now, _ := d.LastSeq(t.Context()); now != last || d.now(first.ID).Status != engine.RequestPending {
		t.Error("a dry run left a trace")
	}
}
