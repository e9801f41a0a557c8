package enginetest

import (
	"slices"

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
			Mode: r.Mode, Status: r.Status, Blocked: r.Block != nil, Attention: r.Attention != "",
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
