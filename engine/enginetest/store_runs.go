package enginetest

import (
	"context"
	"errors"

	"github.com/purserhq/purser/engine"
)

func testTry(d *desk) {
	c := d.customer()
	kept, undone := d.draft(c), d.draft(c)
	d.update(func(tx engine.Tx) {
		tx.PutRequest(nil, kept)
		for _, fail := range []func() error{
			func() error { return errChanged },
			func() error { // a failed write is a failure, too
				stale := kept
				stale.Version = 7
				tx.PutRequest(&stale, stale)
				return nil
			},
		} {
			seq, err := tx.LastSeq()
			same(d, "last seq", seq, 0)
			tried := tx.Try(func() error {
				tx.PutRequest(nil, undone)
				e := engine.Event{Chain: "c", At: noon}
				e.Seal(seq+1, engine.Head{})
				tx.Append(e)
				tx.PutConfig(engine.KindReviewer, "rev1", []byte(`{"id":"rev1","role":"viewer"}`))
				_, configErr := tx.Config()
				return errors.Join(configErr, fail())
			})
			if tried == nil || err != nil {
				d.Errorf("what failed succeeded (%v)", err)
			}
			if _, err := tx.Request(undone.ID); engine.CodeOf(err) != engine.NotFound {
				d.Errorf("the request is there (%v)", err)
			}
			config, err := tx.Config()
			same(d, "reviewers", len(config.Reviewers), 0)
			if err != nil {
				d.Error(err)
			}
		}
		after := kept
		after.Version, after.Status = 2, engine.RequestApproved
		if err := tx.Try(func() error { tx.PutRequest(&kept, after); return nil }); err != nil {
			d.Error(err)
		}
	})
	d.view(func(tx engine.ReadTx) error {
		counts, err := tx.Counts(engine.ModeTest)
		same(d, "the counters", counts, []engine.Count{{
			Mode: engine.ModeTest, Status: engine.RequestApproved, Currency: "USD", Requests: 1, Sum: 1000,
		}})
		seq, seqErr := tx.LastSeq()
		same(d, "last seq", seq, 0)
		return errors.Join(err, seqErr)
	})
}

// aRun is a run of so many items, not yet put.
func (d *desk) aRun(mode engine.Mode, items int) engine.Run {
	return engine.Run{
		ID: engine.RunID(d.next("run")), Mode: mode, Of: "status:ready", BatchID: "b1",
		Action: engine.RunAction{Verb: engine.VerbBlock, Reason: "other", Description: "a \"reason\""},
		Digest: "digest", Status: engine.RunPending, By: "rev1", Door: engine.DoorCLI, OSUser: "somebody",
		Items: items, Sums: []engine.Total{{Requests: 1, Amount: usd(5)}, {Requests: items, Amount: usd(7)}},
		Undoes: "run_earlier", LeftAlone: 7, Touched: []engine.CustomerID{"c1", "c2"}, CreatedAt: at(1), UpdatedAt: at(1),
	}
}

func testRuns(d *desk) {
	first, second, other := d.aRun(engine.ModeTest, 1), d.aRun(engine.ModeTest, 2), d.aRun(engine.ModeLive, 3)
	other.BatchID = ""
	d.update(func(tx engine.Tx) {
		for _, r := range []engine.Run{first, second, other} {
			tx.PutRun(r)
		}
	})
	list := func(q engine.RunQuery) []engine.Run {
		q.Limit = max(q.Limit, 1)
		return read(d, func(tx engine.ReadTx) ([]engine.Run, error) { return tx.Runs(q) })
	}
	same(d, "the latest", list(engine.RunQuery{Mode: engine.ModeTest}), []engine.Run{second})
	same(d, "before it", list(engine.RunQuery{Mode: engine.ModeTest, Before: second.ID, Limit: 9}), []engine.Run{first})
	same(d, "live ones", list(engine.RunQuery{Mode: engine.ModeLive, Limit: 9}), []engine.Run{other})
	same(d, "of a batch", list(engine.RunQuery{Batch: "b1", Limit: 9}), []engine.Run{second, first})
	same(d, "of another", list(engine.RunQuery{Batch: "b2", Limit: 9}), nil)

	first.UpdatedAt, first.Status, first.Kept, first.Place, first.Done = at(9), engine.RunProcessing, 1, 1, 1
	other.Status, other.Failure, other.StoppedBy, other.EndedAt = engine.RunFailed, "stopped", "rev2", at(8)
	other.Refused, other.Skipped = 1, 2
	d.update(func(tx engine.Tx) {
		tx.PutRun(first)
		tx.PutRun(other)
	})
	same(d, "those that go on", read(d, func(tx engine.ReadTx) ([]engine.Run, error) { return tx.ActiveRuns(9) }),
		[]engine.Run{second, first})
	same(d, "one by its id", read(d, func(tx engine.ReadTx) (engine.Run, error) { return tx.Run(other.ID) }), other)
	same(d, "one by its end", read(d, func(tx engine.ReadTx) ([]string, error) {
		return tx.Find(engine.KindRun, string(other.ID)[20:], 9)
	}), []string{string(other.ID)})

	changed := first
	changed.Digest = "another"
	d.refuse(engine.Internal, func(tx engine.Tx) { tx.PutRun(changed) })
	again := other
	again.Status = engine.RunProcessing
	d.refuse(engine.Internal, func(tx engine.Tx) { tx.PutRun(again) })
}

func testRunItems(d *desk) {
	run, other := d.aRun(engine.ModeTest, 3), d.aRun(engine.ModeTest, 1)
	items := []engine.RunItem{
		{Place: 1, RequestID: "r1", Version: 4, Saw: "saw", Overruled: []string{"duplicate", "claimed-by rev2"}, Result: engine.ItemWaiting},
		{Place: 2, RequestID: "r2", Version: 5, Result: engine.ItemSkipped, Why: "it is pending"},
		{Place: 3, RequestID: "r3", Version: 6, Result: engine.ItemWaiting},
	}
	d.update(func(tx engine.Tx) {
		tx.PutRun(run)
		tx.PutRun(other)
		for _, item := range items {
			tx.PutRunItem(run.ID, item)
		}
		tx.PutRunItem(other.ID, items[0])
	})
	page := func(q engine.RunItemQuery) []engine.RunItem {
		return read(d, func(tx engine.ReadTx) ([]engine.RunItem, error) { return tx.RunItems(run.ID, q) })
	}
	same(d, "all", page(engine.RunItemQuery{Limit: 9}), items)
	same(d, "the first", page(engine.RunItemQuery{Limit: 1}), items[:1])
	same(d, "those after it", page(engine.RunItemQuery{After: 1, Limit: 9}), items[1:])

	items[2].Result, items[2].Code, items[2].Why = engine.ItemRefused, engine.Stale, "it changed"
	items[0].Result, items[0].Now = engine.ItemDone, 5
	d.update(func(tx engine.Tx) {
		tx.PutRunItem(run.ID, items[2])
		tx.PutRunItem(run.ID, items[0])
	})
	same(d, "with results", page(engine.RunItemQuery{Limit: 9}), items)
	same(d, "refused", page(engine.RunItemQuery{Results: []engine.ItemResult{engine.ItemRefused}, Limit: 9}), items[2:])
	same(d, "not done", page(engine.RunItemQuery{
		Results: []engine.ItemResult{engine.ItemRefused, engine.ItemSkipped}, Limit: 9,
	}), items[1:])

	twice := items[0]
	twice.Result = engine.ItemRefused
	err := d.store.Update(context.Background(), func(tx engine.Tx) error { tx.PutRunItem(run.ID, twice); return nil })
	if err == nil {
		d.Error("an item got a second result")
	}
}

func testPaidTo(d *desk) {
	c, poor := d.customer(), d.customer()
	r := d.request(c, nil)
	d.allocation(r, func(a *engine.Allocation) { a.InstrumentID, a.Held, a.Paid = "paid", usd(0), usd(5) })
	d.allocation(r, func(a *engine.Allocation) { a.InstrumentID = "only-allocated" })
	paid := func(customers ...engine.CustomerID) []engine.InstrumentID {
		return read(d, func(tx engine.ReadTx) ([]engine.InstrumentID, error) { return tx.PaidTo(customers) })
	}
	same(d, "of both", paid(c.ID, poor.ID), []engine.InstrumentID{"paid"})
	same(d, "of one", paid(poor.ID), nil)
	same(d, "of nobody", paid(), nil)
}

func testBatches(d *desk) {
	batch := func(mode engine.Mode) engine.Batch {
		b := engine.Batch{
			ID: engine.BatchID(d.next("preq_batch")), Mode: mode, Description: "a \"batch\"",
			AllocationOrder: []string{"payment-card", "selected-payment-instrument"},
			LastRun:         "run_1", By: "rev1", CreatedAt: at(1), UpdatedAt: at(2),
		}
		b.Reference = "called " + string(b.ID)
		d.update(func(tx engine.Tx) { tx.PutBatch(b) })
		return b
	}
	first, second, live := batch(engine.ModeTest), batch(engine.ModeTest), batch(engine.ModeLive)
	list := func(q engine.BatchQuery) []engine.Batch {
		return read(d, func(tx engine.ReadTx) ([]engine.Batch, error) { return tx.Batches(q) })
	}
	same(d, "the latest", list(engine.BatchQuery{Mode: engine.ModeTest, Limit: 1}), []engine.Batch{second})
	same(d, "before it", list(engine.BatchQuery{Mode: engine.ModeTest, Before: second.ID, Limit: 9}), []engine.Batch{first})
	same(d, "live ones", list(engine.BatchQuery{Mode: engine.ModeLive, Limit: 9}), []engine.Batch{live})

	c, other := d.customer(), d.customer()
	in := func(c engine.Customer, place int) engine.Request {
		return d.request(c, func(r *engine.Request) { r.BatchID, r.BatchPlace = first.ID, place })
	}
	last, early, middle := in(c, 30), in(c, 10), in(other, 20)
	d.request(c, nil)
	page := func(after, limit int) []engine.Request {
		return read(d, func(tx engine.ReadTx) ([]engine.Request, error) { return tx.BatchRequests(first.ID, after, limit) })
	}
	same(d, "in their order", page(0, 9), []engine.Request{early, middle, last})
	same(d, "a page", page(10, 1), []engine.Request{middle})
	same(d, "totals", read(d, func(tx engine.ReadTx) (engine.BatchTotals, error) { return tx.BatchTotals(first.ID) }),
		engine.BatchTotals{Sums: []engine.Total{{Requests: 3, Amount: usd(3000)}}, Customers: 2})

	left := middle
	left.BatchID, left.BatchPlace = "", 0
	first.Deleted, first.Requests, first.LastPlace, first.Reference = true, 2, 30, "called something else"
	d.update(func(tx engine.Tx) {
		tx.PutRequest(&middle, left)
		tx.PutBatch(first)
	})
	same(d, "without one", page(0, 9), []engine.Request{early, last})
	same(d, "without the deleted one", list(engine.BatchQuery{Mode: engine.ModeTest, Limit: 9}), []engine.Batch{second})
	same(d, "the deleted one", read(d, func(tx engine.ReadTx) (engine.Batch, error) { return tx.Batch(first.ID) }), first)
	find := func(b engine.Batch) error {
		return d.store.View(context.Background(), func(tx engine.ReadTx) error {
			got, err := tx.BatchByReference(b.Mode, b.Reference)
			if err == nil {
				same(d, "by its reference", got, b)
			}
			return err
		})
	}
	if err := find(second); err != nil {
		d.Error(err)
	}
	if err := find(first); engine.CodeOf(err) != engine.NotFound {
		d.Errorf("a deleted one is found by its reference (%v)", err)
	}
	twice := second
	twice.ID = "preq_batch_twice"
	if err := d.store.Update(context.Background(), func(tx engine.Tx) error { tx.PutBatch(twice); return nil }); err == nil {
		d.Error("two batches are called the same")
	}
}
