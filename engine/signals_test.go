package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/signal"
)

// signals finds the kinds and weights of a request's signals.
func (d *desk) signals(id engine.RequestID) map[signal.Kind]signal.Weight {
	d.t.Helper()
	found, err := d.SignalsOf(d.t.Context(), []engine.RequestID{id, "nothing"})
	if err != nil {
		d.t.Fatal(err)
	}
	kinds := map[signal.Kind]signal.Weight{}
	for _, s := range found[id] {
		kinds[s.Kind] = s.Weight
	}
	return kinds
}

// What happens at a desk gives signals, each where it should.
func TestSignalsOfADesk(t *testing.T) {
	tests := []struct {
		name string
		kind signal.Kind
		want signal.Weight
		make func(d *desk, i engine.Instrument) engine.Request
	}{
		{"nothing special", signal.Duplicate, "", func(d *desk, i engine.Instrument) engine.Request {
			d.request(i, "10")
			return d.request(i, "11")
		}},
		{"the same twice", signal.Duplicate, signal.Warning, func(d *desk, i engine.Instrument) engine.Request {
			first := d.request(i, "10")
			d.request(i, "10")
			return first
		}},
		{"the same, canceled", signal.Duplicate, "", func(d *desk, i engine.Instrument) engine.Request {
			first := d.request(i, "10")
			d.must(d.Cancel(d.t.Context(), as("rev1"), first.ID, first.Version, engine.Cancellation{By: "merchant"}))
			return d.request(i, "10")
		}},
		{"halves of one", signal.Duplicate, "", func(d *desk, i engine.Instrument) engine.Request {
			r := d.request(i, "10")
			_, parts, err := d.Split(d.t.Context(), as("rev1"), r.ID, engine.Splitting{
				Seen: r.Version, Amounts: []money.Amount{usd("5"), usd("5")}, Reason: "other",
			})
			if err != nil {
				d.t.Fatal(err)
			}
			return parts[1]
		}},
		{"one account, two customers", signal.SharedInstrument, signal.Warning, func(d *desk, i engine.Instrument) engine.Request {
			d.customer()
			return d.request(i, "10")
		}},
		{"two approvals above", signal.UnderThreshold, signal.Note, func(d *desk, i engine.Instrument) engine.Request {
			return d.request(i, "999.99")
		}},
		{"the limit of a reviewer", signal.UnderThreshold, signal.Note, func(d *desk, i engine.Instrument) engine.Request {
			return d.request(i, "100")
		}},
		{"more than was paid in", signal.AboveExposure, signal.Note, func(d *desk, i engine.Instrument) engine.Request {
			d.paid(i, "usd", "50")
			return d.request(i, "50.01")
		}},
		{"as much as was paid in", signal.AboveExposure, "", func(d *desk, i engine.Instrument) engine.Request {
			d.paid(i, "usd", "50")
			return d.request(i, "50")
		}},
		{"the first of all", signal.FirstPayout, signal.Hint, func(d *desk, i engine.Instrument) engine.Request {
			return d.request(i, "10")
		}},
		{"after one was paid", signal.FirstPayout, "", func(d *desk, i engine.Instrument) engine.Request {
			d.payAll(i, "10")
			return d.request(i, "11")
		}},
		{"to another instrument", signal.FirstPayout, signal.Note, func(d *desk, i engine.Instrument) engine.Request {
			d.payAll(i, "10")
			return d.request(d.instrument(i.CustomerID, "payment_card_usd"), "11")
		}},
		{"four in a day", signal.ManyRequests, signal.Note, func(d *desk, i engine.Instrument) (r engine.Request) {
			for _, amount := range []string{"1", "2", "3", "4"} {
				d.clock.Advance(time.Hour)
				r = d.request(i, amount)
			}
			return r
		}},
		{"another was blocked", signal.EarlierBlock, signal.Warning, func(d *desk, i engine.Instrument) engine.Request {
			bad := d.request(i, "1")
			bad = d.must(d.Block(d.t.Context(), as("rev1"), bad.ID, "fraud-suspected", ""))
			d.must(d.Unblock(d.t.Context(), as("rev1"), bad.ID, bad.Version))
			return d.request(i, "10")
		}},
		{"joined a minute ago", signal.NewCustomer, signal.Note, func(d *desk, i engine.Instrument) engine.Request {
			return d.request(i, "10")
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			i := d.customer()
			d.clock.Advance(time.Minute)
			r := test.make(d, i)
			found := d.signals(r.ID)
			if found[test.kind] != test.want {
				t.Errorf("%s is %q, want %q of %v", test.kind, found[test.kind], test.want, found)
			}
			dossier, err := d.Dossier(t.Context(), r.ID)
			if err != nil || len(dossier.Signals) != len(found) {
				t.Errorf("the dossier has %v (%v), want %v", dossier.Signals, err, found)
			}
		})
	}
}

// payAll has a request made, approved and paid.
func (d *desk) payAll(i engine.Instrument, amount string) {
	d.t.Helper()
	_, allocations := d.allocated(i, amount)
	if _, _, err := d.Process(d.t.Context(), as("rev1"), []engine.AllocationID{allocations[0].ID}); err != nil {
		d.t.Fatal(err)
	}
	if err := d.RunUntilIdle(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// What the reviewer saw, and the warnings that were named to them, are in the
// approval's entry.
func TestApprovalSaysWhatWasSeen(t *testing.T) {
	d := newDesk(t)
	i := d.customer()
	d.request(i, "10")
	r := d.request(i, "10")
	r = d.must(d.Ready(t.Context(), as("rev1"), r.ID, r.Version))
	if _, err := d.Claim(t.Context(), as("rev2"), r.ID, false); err != nil {
		t.Fatal(err)
	}
	before, err := d.Dossier(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	kinds, sentences := engine.Warnings(before.Signals, before.Claim, "senior1", d.Now())
	if want := []string{"duplicate", "claimed-by rev2"}; !slices.Equal(kinds, want) || len(sentences) != 2 {
		t.Errorf("%q (%q), want %q", kinds, sentences, want)
	}
	if kinds, _ := engine.Warnings(before.Signals, before.Claim, "rev2", d.Now()); len(kinds) != 1 {
		t.Errorf("who claimed it is warned of %v", kinds)
	}
	_, err = d.Approve(t.Context(), as("senior1"), r.ID, engine.Approving{
		Seen: r.Version, Saw: engine.Saw("3fa9", nil), Overruled: kinds[1:],
	})
	refused(t, err, engine.Stale, "there is a warning that was not there when you looked: 10.00 USD to the same instrument")
	d.must(d.Approve(t.Context(), as("senior1"), r.ID, engine.Approving{
		Seen: r.Version, Saw: engine.Saw("3fa9", before.Signals), Overruled: kinds,
	}))
	after, err := d.Dossier(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	last := after.Timeline[len(after.Timeline)-1]
	if want := "plan 3fa9, signals " + signal.Digest(before.Signals); last.Detail("saw") != want {
		t.Errorf("it says %q was seen, want %q", last.Detail("saw"), want)
	}
	if want := strings.Join(kinds, ", "); last.Detail("overruled") != want {
		t.Errorf("it says that %q was overruled, want %q", last.Detail("overruled"), want)
	}
}

// A filter that asks for signals finds what looking at each request finds,
// page by page, whichever way it is read.
func TestFilterBySignal(t *testing.T) {
	d := newDesk(t)
	i := d.customer()
	for n := range 24 {
		d.clock.Advance(9 * time.Hour)
		d.request(i, []string{"950", "950", fmt.Sprint(20 + n), fmt.Sprint(200 + n)}[n%4])
	}
	all, err := d.Requests(t.Context(), engine.RequestQuery{
		Mode: engine.ModeTest, Order: engine.Order{Key: "created"}, Limit: 100, Signals: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	for expr, passes := range map[string]func([]signal.Signal) bool{
		"signal:duplicate":       func(s []signal.Signal) bool { return hasKind(s, signal.Duplicate) },
		"signal:!duplicate":      func(s []signal.Signal) bool { return !hasKind(s, signal.Duplicate) },
		"signal:under-threshold": func(s []signal.Signal) bool { return hasKind(s, signal.UnderThreshold) },
		"signal:warning":         func(s []signal.Signal) bool { return len(s) > 0 && s[0].Weight == signal.Warning },
		"signal:any":             func(s []signal.Signal) bool { return len(s) > 0 && s[0].Weight != signal.Hint },
		"signal:none":            func(s []signal.Signal) bool { return len(s) == 0 || s[0].Weight == signal.Hint },
		"signal:any;amount:950":  func(s []signal.Signal) bool { return hasKind(s, signal.UnderThreshold) },
	} {
		var want []engine.RequestID
		for _, row := range all.Rows {
			if passes(row.Signals) {
				want = append(want, row.ID)
			}
		}
		if len(want) == 0 || len(want) == len(all.Rows) {
			t.Errorf("%s tells nothing apart: %d of %d", expr, len(want), len(all.Rows))
		}
		for _, limit := range []int{1, 2, 5, 100} {
			q := engine.RequestQuery{
				Mode: engine.ModeTest, Order: engine.Order{Key: "created"}, Limit: limit, Filter: *d.matching(expr).Filter,
			}
			forwards := d.scroll(q)
			q.Back = true
			if backwards := d.scroll(q); !slices.Equal(forwards, want) || !slices.Equal(backwards, want) {
				t.Errorf("%s, %d at a time: forwards %v, backwards %v, want %v", expr, limit, forwards, backwards, want)
			}
		}
		n, more, err := d.CountView(t.Context(), engine.RequestQuery{
			Mode: engine.ModeTest, Order: engine.Order{Key: "created"}, Filter: *d.matching(expr).Filter,
		})
		if err != nil || more || n != len(want) {
			t.Errorf("%s counts %d (%v, %v), want %d", expr, n, more, err, len(want))
		}
	}
}

func hasKind(all []signal.Signal, k signal.Kind) bool {
	return slices.ContainsFunc(all, func(s signal.Signal) bool { return s.Kind == k })
}

// scroll reads a list to its end, and returns it in its order.
func (d *desk) scroll(q engine.RequestQuery) (ids []engine.RequestID) {
	d.t.Helper()
	for {
		page, err := d.Requests(d.t.Context(), q)
		if err != nil || len(page.Rows) > q.Limit {
			d.t.Fatalf("%d rows of %d: %v", len(page.Rows), q.Limit, err)
		}
		var some []engine.RequestID
		for _, row := range page.Rows {
			some = append(some, row.ID)
		}
		if q.Back {
			ids = append(some, ids...)
		} else {
			ids = append(ids, some...)
		}
		if !page.More {
			return ids
		}
		q.After = page.Next(q.Back)
	}
}
