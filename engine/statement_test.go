package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
)

// said lists what was said about a payout: source, verdict, resolution.
func (d *desk) said(key engine.AllocationID) string {
	d.t.Helper()
	list, err := d.Statements(d.t.Context(), key)
	if err != nil {
		d.t.Fatal(err)
	}
	var words []string
	for _, s := range list {
		words = append(words, strings.TrimSpace(fmt.Sprintf("%s %s %s", s.Source, s.Verdict, s.Resolution)))
	}
	return strings.Join(words, " | ")
}

// lastSeq is the place of the journal's last entry.
func (d *desk) lastSeq() int64 {
	d.t.Helper()
	last, err := d.LastSeq(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return last
}

func TestParity29ResolutionGrouping(t *testing.T) {
	for group, want := range map[engine.ResolutionGroup]string{
		engine.GroupOK:      "ok",
		engine.GroupUnknown: "connection-error provider-internal-error connection-timeout-error general-error unknown",
		engine.GroupFatal: "invalid-details invalid-request request-error invalid-amount invalid-method invalid-credentials " +
			"forbidden-ip signature-error duplicated-id insufficient-funds antifraud-error declined-error recipient-not-found " +
			"invalid-recipient limit-violation internal-error access-error access-denied general-fatal-error operation-expired " +
			"processing-error",
	} {
		var in []string
		for _, r := range engine.Resolutions() {
			if r.Group() == group {
				in = append(in, string(r))
			}
		}
		if got := strings.Join(in, " "); got != want {
			t.Errorf("%s: %s\nwant %s", group, got, want)
		}
	}
	for _, strange := range []engine.Resolution{"", "out-of-cheese", "OK"} {
		if strange.Group() != engine.GroupUnknown {
			t.Errorf("%q proves something", strange)
		}
	}
	// And what each group does to a payout.
	for n, r := range engine.Resolutions() {
		if r == engine.ResolutionOK || r == engine.ResolutionDuplicatedID || testing.Short() && n%4 != 0 {
			continue
		}
		d := newDesk(t)
		step := "declined:"
		if r.Group() == engine.GroupUnknown {
			step = "unknown:"
		}
		q, a := d.sent("script", step+string(r)+","+step+string(r))
		_, _, p := d.stands(q.ID)
		switch {
		case r.Group() == engine.GroupUnknown && (a.Status != engine.AllocationWaiting || q.Attention != engine.AttentionUnknown):
			t.Errorf("%s: %s, attention %q", r, a.Status, q.Attention)
		case r.Group() == engine.GroupFatal && (a.Live() || p.Verdict != engine.VerdictNotPaid || q.Available() != usd("100")):
			t.Errorf("%s: %s, %s, %s available", r, a.Status, p.Status, q.Available())
		}
	}
}

func TestParity32PreventFailureStatus(t *testing.T) {
	d := newDesk(t)
	if err := d.configure(engine.KindGateway, "usd", `{"preventFailure": true}`); err != nil {
		t.Fatal(err)
	}
	r, _ := d.sent("script", "declined:insufficient-funds,timeout-before,not-found,declined:insufficient-funds")
	r, a, p := d.stands(r.ID)
	if p.Status != engine.PayoutPending || p.Resolution != engine.ResolutionInsufficientFunds || !p.Prevented() || a.Status != engine.AllocationWaiting {
		t.Errorf("the payout is %s, %s; the allocation %s", p.Status, p.Resolution, a.Status)
	}
	if r.Attention != engine.AttentionUnknown || r.Available().Positive() {
		t.Errorf("attention %q, %s available", r.Attention, r.Available())
	}
	for range 8 { // whatever the provider says when asked: it waits, and is not sent again
		d.clock.Advance(6 * time.Hour)
		d.work()
	}
	r, a, p = d.stands(r.ID)
	if p.Sent != 1 || !p.Prevented() || a.Status != engine.AllocationWaiting || p.LookUps == 0 {
		t.Errorf("sent %d times, looked up %d times, %s", p.Sent, p.LookUps, a.Status)
	}
	word := engine.Word{Verdict: engine.VerdictNotPaid, Sent: 1, Evidence: "they say so on the phone"}
	if _, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, word); err != nil {
		t.Fatal(err)
	}
	if r, a, _ = d.stands(r.ID); a.Status != engine.AllocationDeclined || r.Available() != usd("100") || r.Attention != engine.AttentionFailed {
		t.Errorf("stated, it is %s, %s available, attention %q", a.Status, r.Available(), r.Attention)
	}
	// What was paid was paid, prevention or not.
	if r, _ := d.sent(); r.Status != engine.RequestFulfilled {
		t.Errorf("a good payout: %s", r.Status)
	}
}

func TestParity33ManualStatementSuccessAndFail(t *testing.T) {
	for _, test := range []struct {
		name   string
		word   engine.Word
		status engine.PayoutStatus
		ends   engine.AllocationStatus
	}{
		{"success", engine.Word{Verdict: engine.VerdictPaid, Amount: usd("100"), ProviderID: "bank-77"}, engine.PayoutProcessed, engine.AllocationCompleted},
		{"success in part", engine.Word{Verdict: engine.VerdictPaid, Amount: usd("60")}, engine.PayoutPartiallyProcessed, engine.AllocationCompleted},
		{"fail", engine.Word{Verdict: engine.VerdictNotPaid}, engine.PayoutProcessFailed, engine.AllocationDeclined},
		{"fail with a resolution", engine.Word{Verdict: engine.VerdictNotPaid, Resolution: engine.ResolutionOperationExpired}, engine.PayoutExpired, engine.AllocationFailed},
		{"fail with a status", engine.Word{Verdict: engine.VerdictNotPaid, Status: engine.PayoutInvokeFailed, Resolution: engine.ResolutionInsufficientFunds}, engine.PayoutInvokeFailed, engine.AllocationFailed},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			r, a := d.sent("script", "timeout,timeout")
			test.word.Evidence, test.word.Sent = "seen in their portal", 1
			p, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, test.word)
			if err != nil || p.Status != test.status || p.ProviderID != test.word.ProviderID {
				t.Fatalf("%+v: %v", p, err)
			}
			if _, a, _ = d.stands(r.ID); a.Status != test.ends {
				t.Errorf("the allocation is %s", a.Status)
			}
			list, err := d.Statements(t.Context(), a.ID)
			if last := list[len(list)-1]; err != nil || last.Source != engine.SourcePerson || last.By != "senior1" || last.Message != "seen in their portal" {
				t.Errorf("%+v: %v", last, err)
			}
		})
	}
	d := newDesk(t)
	_, a := d.sent("script", "timeout,timeout")
	for says, w := range map[string]engine.Word{
		"no way to fail":                       {Verdict: engine.VerdictNotPaid, Status: engine.PayoutProcessed},
		"does not say that nothing was paid":   {Verdict: engine.VerdictNotPaid, Resolution: engine.ResolutionTimeout},
		`"duplicated-id" does not say`:         {Verdict: engine.VerdictNotPaid, Resolution: engine.ResolutionDuplicatedID},
		"only what was not paid has a status":  {Verdict: engine.VerdictPaid, Amount: usd("100"), Status: engine.PayoutExpired},
		"insufficient-funds says that it fail": {Verdict: engine.VerdictPaid, Amount: usd("100"), Resolution: engine.ResolutionInsufficientFunds},
		`"perhaps" is no outcome`:              {Verdict: "perhaps"},
	} {
		w.Evidence, w.Sent = "x", 1
		_, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, w)
		refusedAs(t, err, engine.Invalid, says)
	}
}

func TestParity34StatementConflict(t *testing.T) {
	for name, pick := range map[string]engine.Word{
		"paid":     {Verdict: engine.VerdictPaid, Amount: usd("100")},
		"not paid": {Verdict: engine.VerdictNotPaid, Resolution: engine.ResolutionDeclined},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			r, a := d.sent("script", "contradict") // paid, and not when asked
			if p, err := d.LookUp(t.Context(), as("rev1"), a.ID); err != nil || !p.Conflict {
				t.Fatalf("%+v: %v", p, err)
			}
			pick.Evidence, pick.Sent = "their ledger", 1
			_, err := d.ResolveConflict(t.Context(), as("senior1"), a.ID, engine.Word{Verdict: engine.VerdictReturned, Amount: usd("1"), Evidence: "x"})
			refusedAs(t, err, engine.Invalid, "a conflict is about whether it was paid")
			p, err := d.ResolveConflict(t.Context(), as("senior1"), a.ID, pick)
			if err != nil || p.Conflict || p.Verdict != pick.Verdict {
				t.Errorf("%+v: %v", p, err)
			}
			want := "answer paid ok | look-up not-paid declined-error | person "
			if got := d.said(a.ID); !strings.HasPrefix(got, want) || d.now(r.ID).Attention == engine.AttentionConflict {
				t.Errorf("said: %s", got)
			}
		})
	}
}

func TestParity35PullStatement(t *testing.T) {
	d := newDesk(t)
	r, a := d.sent("script", "accept,processed")
	if _, _, p := d.stands(r.ID); p.Status != engine.PayoutPending {
		t.Fatal(p.Status)
	}
	p, err := d.LookUp(t.Context(), as("rev1"), a.ID)
	if err != nil || p.Status != engine.PayoutProcessed || d.now(r.ID).Status != engine.RequestFulfilled {
		t.Errorf("%s: %v", p.Status, err)
	}
	if got := d.said(a.ID); got != "answer  ok | look-up paid ok" {
		t.Errorf("said: %s", got)
	}
}

func TestParity36UnsignedNotification(t *testing.T) {
	t.Run("it has a payout looked up, and changes nothing itself", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "accept,accept,accept,processed")
		d.clock.Advance(time.Minute)
		d.work() // twice by now: the next look-up is some minutes off
		before, was := d.now(r.ID), d.lastSeq()
		for range 5 { // however often
			if err := d.NotifyPayout(t.Context(), a.ID); err != nil {
				t.Fatal(err)
			}
		}
		if after := d.now(r.ID); after.Status != before.Status || d.lastSeq() != was {
			t.Error("it changed something")
		}
		d.clock.Advance(5 * time.Second)
		d.work()
		if _, _, p := d.stands(r.ID); p.LookUps != 2 {
			t.Errorf("looked up %d times", p.LookUps)
		}
	})
	t.Run("of a settled payout, too: money can come back", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "processed,returned")
		if err := d.NotifyPayout(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		d.clock.Advance(5 * time.Second)
		d.work()
		if r = d.now(r.ID); r.Attention != engine.AttentionReturned {
			t.Errorf("attention %q", r.Attention)
		}
	})
	t.Run("a provider that has forgotten a paid payout is not paid again", func(t *testing.T) {
		d := newDesk(t)
		r, a := d.sent("script", "processed,not-found")
		for range 4 {
			d.clock.Advance(time.Hour)
			if err := d.NotifyPayout(t.Context(), a.ID); err != nil {
				t.Fatal(err)
			}
			d.work()
		}
		if _, _, p := d.stands(r.ID); p.Sent != 1 || p.Verdict != engine.VerdictPaid || d.effects(a.ID) != 1 {
			t.Errorf("sent %d times, %q, %d payments", p.Sent, p.Verdict, d.effects(a.ID))
		}
	})
	d := newDesk(t)
	refusedAs(t, d.NotifyPayout(t.Context(), "pra_none"), engine.NotFound, "pra_none")
}

func TestParity38EventLogPerRequest(t *testing.T) {
	d := newDesk(t)
	r, a := d.sent("script", "timeout,timeout")
	word := engine.Word{Verdict: engine.VerdictPaid, Amount: usd("100"), Evidence: "bank", Sent: 1}
	if _, err := d.StateOutcome(t.Context(), as("senior1"), a.ID, word); err != nil {
		t.Fatal(err)
	}
	if _, err := d.CancelPayout(t.Context(), as("senior2"), a.ID, "the wrong account"); err != nil {
		t.Fatal(err)
	}
	dossier, err := d.Dossier(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	var moves []string
	for _, e := range dossier.Timeline {
		if e.At.IsZero() || e.By == "" || e.Door == "" {
			t.Errorf("%s has no time, actor or door: %+v", e.Type, e)
		}
		if _, after, ok := e.Change("status"); ok {
			moves = append(moves, e.Subject.Kind+" "+after+" by "+string(e.By))
			if after == "canceling" && e.Detail("reason") != "the wrong account" {
				t.Error("the reason is not on the record")
			}
		}
	}
	want := []string{
		"request pending by rev1", "request ready by rev1", "request approved by senior1",
		"allocation pending by rev1", "request in-progress by rev1", "allocation queued by rev1",
		"allocation processing by engine", "payout invoking by engine", "payout processing by engine",
		"allocation waiting-completion by engine", "payout processed by senior1", "allocation completed by senior1",
		"request fulfilled by senior1", "payout canceling by senior2",
	}
	if got := strings.Join(moves[:min(len(moves), len(want))], "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(moves, "\n"))
	}
}
