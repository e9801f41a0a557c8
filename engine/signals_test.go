package engine_test

import (
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
