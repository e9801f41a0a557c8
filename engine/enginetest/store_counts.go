package enginetest

import (
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine"
)

// testCounts changes requests at random, failing now and then, and counts.
func testCounts(d *desk) {
	c := d.customer()
	var list []engine.Request
	rapid.Check(d.T, func(t *rapid.T) {
		for range rapid.IntRange(1, 5).Draw(t, "updates") {
			kept := list
			err := d.store.Update(d.Context(), func(tx engine.Tx) error {
				kept = slices.Clone(list)
				for range rapid.IntRange(1, 3).Draw(t, "writes") {
					kept = d.writeSome(t, tx, c, kept)
				}
				if rapid.Bool().Draw(t, "fails") {
					return errChanged
				}
				return nil
			})
			if err == nil {
				list = kept
			}
		}
		for _, mode := range []engine.Mode{engine.ModeTest, engine.ModeLive} {
			got := read(d, func(tx engine.ReadTx) ([]engine.Count, error) { return tx.Counts(mode) })
			same(t, "counters", counted(got), recount(list, mode))
		}
	})
}

// writeSome inserts a request or changes one of list.
func (d *desk) writeSome(t *rapid.T, tx engine.Tx, c engine.Customer, list []engine.Request) []engine.Request {
	change := func(r *engine.Request) {
		r.Status = rapid.SampledFrom(openStatuses()).Draw(t, "status")
		r.Attention = rapid.SampledFrom([]engine.Attention{"", "overpaid", "conflict"}).Draw(t, "attention")
		r.Block = perhaps(t, engine.Block{Reason: "other"})
		r.Amount.Minor = rapid.Int64Range(1, 1e6).Draw(t, "amount")
	}
	if len(list) == 0 || rapid.Bool().Draw(t, "insert") {
		r := d.draft(c)
		r.Mode = rapid.SampledFrom([]engine.Mode{engine.ModeTest, engine.ModeLive}).Draw(t, "mode")
		change(&r)
		tx.PutRequest(nil, r)
		return append(list, r)
	}
	i := rapid.IntRange(0, len(list)-1).Draw(t, "which")
	was := list[i]
	change(&list[i])
	list[i].Version++
	list[i].Head.Number++
	tx.PutRequest(&was, list[i])
	return list
}

// recount counts requests one by one.
func recount(list []engine.Request, mode engine.Mode) map[engine.Count][2]int64 {
	counts := map[engine.Count][2]int64{}
	for _, r := range list {
		if r.Mode != mode {
			continue
		}
		key := engine.Count{
			Mode: r.Mode, Status: r.Status, Blocked: r.Block != nil, Attention: r.Attention,
			Currency: r.Amount.Currency,
		}
		n := counts[key]
		counts[key] = [2]int64{n[0] + 1, n[1] + r.Amount.Minor}
	}
	return counts
}

func counted(list []engine.Count) map[engine.Count][2]int64 {
	counts := map[engine.Count][2]int64{}
	for _, c := range list {
		n := [2]int64{c.Requests, c.Sum}
		c.Requests, c.Sum = 0, 0
		counts[c] = n
	}
	return counts
}

// testTallies tallies at random, failing now and then, and adds up.
func testTallies(d *desk) {
	sums := map[engine.Tally][2]int64{}
	rapid.Check(d.T, func(t *rapid.T) {
		kept := maps.Clone(sums)
		err := d.store.Update(d.Context(), func(tx engine.Tx) error {
			kept = maps.Clone(sums)
			for range rapid.IntRange(1, 5).Draw(t, "tallies") {
				at := engine.Tally{
					Mode: rapid.SampledFrom([]engine.Mode{engine.ModeTest, engine.ModeLive}).Draw(t, "mode"),
					Hour: noon.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "hour")) * time.Hour),
					Kind: rapid.SampledFrom([]engine.TallyKind{engine.TallyApproved, engine.TallyBlocked}).Draw(t, "kind"),
					Of:   rapid.SampledFrom([]string{"", "other"}).Draw(t, "of"), Currency: anyCurrency(t),
				}
				n := [2]int64{rapid.Int64Range(1, 9).Draw(t, "count"), rapid.Int64Range(0, 1e9).Draw(t, "sum")}
				kept[at] = [2]int64{kept[at][0] + n[0], kept[at][1] + n[1]}
				tally := at
				tally.Count, tally.Sum = n[0], n[1]
				tx.Tally(tally)
			}
			got, err := tx.Tallies(engine.ModeTest, noon.Add(-9*time.Hour), noon.Add(9*time.Hour))
			if err != nil {
				return err
			}
			same(t, "tallies that were just made", tallied(got), within(kept, noon.Add(-9*time.Hour), noon.Add(9*time.Hour)))
			if rapid.Bool().Draw(t, "fails") {
				return errChanged
			}
			return nil
		})
		if err == nil {
			sums = kept
		}
		from := noon.Add(time.Duration(rapid.IntRange(-4, 4).Draw(t, "from")) * time.Hour)
		to := from.Add(time.Duration(rapid.IntRange(0, 8).Draw(t, "hours")) * time.Hour)
		got := read(d, func(tx engine.ReadTx) ([]engine.Tally, error) { return tx.Tallies(engine.ModeTest, from, to) })
		same(t, "tallies", tallied(got), within(sums, from, to))
	})
}

// within are the tallies of test mode whose hour begins in [from, to).
func within(sums map[engine.Tally][2]int64, from, to time.Time) map[engine.Tally][2]int64 {
	found := maps.Clone(sums)
	maps.DeleteFunc(found, func(t engine.Tally, _ [2]int64) bool {
		return t.Mode != engine.ModeTest || t.Hour.Before(from) || !t.Hour.Before(to)
	})
	return found
}

func tallied(list []engine.Tally) map[engine.Tally][2]int64 {
	sums := map[engine.Tally][2]int64{}
	for _, t := range list {
		n := [2]int64{t.Count, t.Sum}
		t.Count, t.Sum = 0, 0
		sums[t] = n
	}
	return sums
}
