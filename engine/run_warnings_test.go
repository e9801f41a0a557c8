package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
)

// warned makes three requests that wait for a reviewer: two that look like one
// made twice, of which rev2 is at work on the second, and a plain one.
func (d *desk) warned() []engine.RequestID {
	d.t.Helper()
	ids := d.ready("10", "10", "200")
	if _, err := d.Claim(d.t.Context(), as("rev2"), ids[1], false); err != nil {
		d.t.Fatal(err)
	}
	return ids
}

func TestPreviewTalliesWarnings(t *testing.T) {
	d := newDesk(t)
	ids := d.warned()
	blocked := d.must(d.Block(t.Context(), as("rev1"), d.requestLike(ids[0], "10"), "other", ""))
	all := engine.Selection{IDs: append(slices.Clone(ids), blocked.ID)}
	p := d.preview(all, approve)
	want := []engine.WarningCount{
		{Name: "duplicate", Requests: 2, Sums: []engine.Total{{Requests: 2, Amount: usd("20")}}},
		{Name: "claimed-by rev2", Requests: 1, Sums: []engine.Total{{Requests: 1, Amount: usd("10")}}},
	}
	if len(p.Warned) != 2 || !slices.EqualFunc(p.Warned, want, func(a, b engine.WarningCount) bool {
		return a.Name == b.Name && a.Requests == b.Requests && slices.Equal(a.Sums, b.Sums)
	}) {
		t.Errorf("%+v, want %+v", p.Warned, want)
	}
	for i, names := range [][]string{{"duplicate"}, {"duplicate", "claimed-by rev2"}, nil, nil} {
		if got := p.Items[i]; !slices.Equal(got.Overruled, names) || len(got.Warnings) != len(names) {
			t.Errorf("item %d is warned of by %q (%q), want %q", i, got.Overruled, got.Warnings, names)
		}
	}
	if block := d.preview(all, engine.RunAction{Verb: engine.VerbBlock, Reason: "other"}); len(block.Warned) > 0 {
		t.Errorf("to stop them, too: %+v", block.Warned)
	}
	if err := d.Unclaim(t.Context(), as("rev2"), ids[1]); err != nil {
		t.Fatal(err)
	}
	if again := d.preview(all, approve); again.Digest == p.Digest {
		t.Error("another set of warnings was seen as before")
	}
}

// A run puts on record of each request what a single approval does: what was
// seen, and what was overruled.
func TestRunOverrulesWhatWasNamed(t *testing.T) {
	d := newDesk(t)
	ids := d.warned()
	before, err := d.SignalsOf(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	run, items := d.run(engine.Selection{IDs: ids}, approve)
	if run.Done != 3 || !slices.Equal(items[1].Overruled, []string{"duplicate", "claimed-by rev2"}) {
		t.Fatalf("%+v %+v", run, items)
	}
	for i, overruled := range []string{"duplicate", "duplicate, claimed-by rev2", ""} {
		known, err := d.Dossier(t.Context(), ids[i])
		if err != nil {
			t.Fatal(err)
		}
		last := known.Timeline[len(known.Timeline)-1]
		if want := engine.Saw(run.Digest, before[ids[i]]); last.Detail("saw") != want || last.Detail("overruled") != overruled {
			t.Errorf("it says %q was seen and %q overruled, want %q and %q", last.Detail("saw"), last.Detail("overruled"), want, overruled)
		}
	}
}

// A warning that nobody named refuses the request that it is about, and no
// other.
func TestRunRefusesNewWarnings(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("10", "200")
	plan := d.preview(engine.Selection{IDs: ids}, approve)
	d.requestLike(ids[0], "10")
	run, err := d.StartRun(t.Context(), as("senior1"), plan)
	if err != nil {
		t.Fatal(err)
	}
	run, items := d.finished(run.ID)
	if run.Done != 1 || items[0].Code != engine.Stale || !strings.Contains(items[0].Why, "a warning that was not there when you looked: 10.00 USD") {
		t.Errorf("%+v, %+v", run, items)
	}
}

// What others do between a run's plan and the turn of an item is looked at
// again wherever it can warn of one; what cannot changes nothing. The item whose
// turn it is comes in the second bite, so others may have been at it as well.
func TestRunLooksAgainWhereOthersWere(t *testing.T) {
	const bite = 250
	for name, test := range map[string]struct {
		others  func(d *desk, last engine.RequestID)
		refused string
	}{
		"nobody": {others: func(*desk, engine.RequestID) {}},
		"somebody else": {others: func(d *desk, _ engine.RequestID) {
			d.numbered(d.customer().CustomerID, "112233")
		}, refused: "an instrument with the same details"},
		"the same customer": {others: func(d *desk, last engine.RequestID) {
			d.requestLike(last, "200")
		}, refused: "200.00 USD to the same instrument"},
		"many": {others: func(d *desk, last engine.RequestID) {
			for range 201 {
				if _, err := d.Comment(t.Context(), as("rev1"), last, "nothing"); err != nil {
					t.Fatal(err)
				}
			}
			d.requestLike(last, "200")
		}, refused: "200.00 USD to the same instrument"},
		"a claim": {others: func(d *desk, last engine.RequestID) {
			if _, err := d.Claim(t.Context(), as("rev2"), last, false); err != nil {
				t.Fatal(err)
			}
		}, refused: "rev2 is at work on it"},
	} {
		for _, when := range []string{"before the first bite", "after it"} {
			t.Run(name+" "+when, func(t *testing.T) {
				d := newDesk(t)
				ids := d.ready(slices.Repeat([]string{"10"}, bite)...)
				r := d.request(d.numbered(d.customer().CustomerID, "112233"), "200")
				ids = append(ids, d.must(d.Ready(t.Context(), as("rev1"), r.ID, r.Version)).ID)
				run, err := d.StartRun(t.Context(), as("senior1"), d.preview(engine.Selection{IDs: ids}, approve))
				if err != nil {
					t.Fatal(err)
				}
				if when == "after it" {
					if err := d.Work(t.Context(), "runs"); err != nil {
						t.Fatal(err)
					}
				}
				test.others(d, ids[bite])
				_, items := d.finished(run.ID)
				if last := items[bite]; !strings.Contains(last.Why, test.refused) || (last.Result == engine.ItemDone) != (test.refused == "") {
					t.Errorf("%+v, want %q", last, test.refused)
				}
			})
		}
	}
}

// numbered makes an instrument that is no other customer's.
func (d *desk) numbered(customer engine.CustomerID, number string) engine.Instrument {
	d.t.Helper()
	i, err := d.CreateInstrument(d.t.Context(), as("rev1"), engine.NewInstrument{
		CustomerID: customer, ServiceID: "test_usd", Fields: map[string]string{"account": number},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return i
}

// requestLike makes another request to the same instrument.
func (d *desk) requestLike(id engine.RequestID, amount string) engine.RequestID {
	d.t.Helper()
	r := d.now(id)
	return d.request(engine.Instrument{ID: r.InstrumentID, CustomerID: r.CustomerID}, amount).ID
}
