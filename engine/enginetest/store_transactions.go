package enginetest

import (
	"context"
	"errors"
	"sync"

	"github.com/purserhq/purser/engine"
)

func testDurable(d *desk) {
	c := d.customer()
	r := d.request(c, nil)
	store := d.reopen()
	err := store.View(context.Background(), func(tx engine.ReadTx) error {
		got, err := tx.Request(r.ID)
		same(d, "after a restart", got, r)
		return err
	})
	if err != nil {
		d.Fatal(err)
	}
}

// errChanged is a closure's own reason to fail.
var errChanged = errors.New("changed my mind")

func testRollback(d *desk) {
	c := d.customer()
	r := d.draft(c)
	before := read(d, engine.ReadTx.Config).Revision
	err := d.store.Update(context.Background(), func(tx engine.Tx) error {
		tx.PutRequest(nil, r)
		tx.PutBalance(engine.Balance{GatewayID: "g1", Balance: usd(5), Reserved: usd(0)})
		tx.PutConfig(engine.KindSettings, "settings", []byte(`{}`))
		e := engine.Event{Chain: "c", At: noon}
		e.Seal(1, engine.Head{})
		tx.Append(e)
		return errChanged
	})
	if !errors.Is(err, errChanged) {
		d.Fatalf("update: %v, want the closure's own error", err)
	}
	d.view(func(tx engine.ReadTx) error {
		if _, err := tx.Request(r.ID); engine.CodeOf(err) != engine.NotFound {
			d.Errorf("the request is there (%v)", err)
		}
		if _, err := tx.Balance("g1"); engine.CodeOf(err) != engine.NotFound {
			d.Errorf("the balance is there (%v)", err)
		}
		seq, err := tx.LastSeq()
		same(d, "last seq", seq, 0)
		counts, countErr := tx.Counts(engine.ModeTest)
		same(d, "counters", counts, nil)
		config, configErr := tx.Config()
		same(d, "revision", config.Revision, before)
		return errors.Join(err, countErr, configErr)
	})
}

func testStickyErrors(d *desk) {
	c := d.customer()
	draft := d.draft(c)
	other := d.request(c, nil)
	err := d.store.Update(context.Background(), func(tx engine.Tx) error {
		tx.PutRequest(nil, draft)
		stale := other
		stale.Version = 7
		tx.PutRequest(&stale, stale) // fails
		tx.PutCustomer(engine.Customer{ID: "cus_late", CreatedAt: noon})
		if _, err := tx.Customer("cus_late"); engine.CodeOf(err) != engine.NotFound {
			d.Errorf("a write after the failed one was done (%v)", err)
		}
		return nil
	})
	if engine.CodeOf(err) != engine.Stale {
		d.Fatalf("update: %v, want what the first write failed with", err)
	}
	d.view(func(tx engine.ReadTx) error {
		if _, err := tx.Request(draft.ID); engine.CodeOf(err) != engine.NotFound {
			d.Errorf("a write before the failed one was kept (%v)", err)
		}
		return nil
	})
}

func testOwnWrites(d *desk) {
	c := d.customer()
	r := d.draft(c)
	d.update(func(tx engine.Tx) {
		tx.PutRequest(nil, r)
		got, err := tx.Request(r.ID)
		same(d, "the request in its own transaction", got, r)
		counts, countErr := tx.Counts(engine.ModeTest)
		same(d, "the counters", counts, []engine.Count{{
			Mode: engine.ModeTest, Status: engine.RequestReady, Currency: "USD", Requests: 1, Sum: 1000,
		}})
		tx.PutConfig(engine.KindReviewer, "rev1", []byte(`{"id":"rev1","role":"viewer"}`))
		config, configErr := tx.Config()
		same(d, "the configuration", config.Reviewers["rev1"].Role, engine.RoleViewer)
		if err := errors.Join(err, countErr, configErr); err != nil {
			d.Error(err)
		}
	})
}

// grow adds one to a balance, reading it first.
func grow(tx engine.Tx) error {
	b, err := tx.Balance("g1")
	if engine.CodeOf(err) == engine.NotFound {
		b, err = engine.Balance{GatewayID: "g1", Balance: usd(0), Reserved: usd(0)}, nil
	}
	b.Balance = b.Balance.Plus(usd(1))
	tx.PutBalance(b)
	return err
}

func testConcurrent(d *desk) {
	const goroutines, updates = 8, 25
	var all sync.WaitGroup
	failed := make(chan error, goroutines*updates)
	for range goroutines {
		all.Go(func() {
			for i := range updates {
				err := d.store.Update(context.Background(), func(tx engine.Tx) error {
					if err := grow(tx); err != nil || i%5 > 0 {
						return err
					}
					return errChanged // one in five takes it back
				})
				if err != nil && !errors.Is(err, errChanged) {
					failed <- err
				}
			}
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		d.Error(err)
	}
	b := read(d, func(tx engine.ReadTx) (engine.Balance, error) { return tx.Balance("g1") })
	same(d, "the balance", b.Balance, usd(goroutines*updates*4/5))
}

func testBulk(d *desk) {
	var all sync.WaitGroup
	failed := make(chan error, 40)
	for range 20 {
		all.Go(func() { failed <- d.store.Bulk(context.Background(), grow) })
		all.Go(func() { failed <- d.store.Update(context.Background(), grow) })
	}
	all.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			d.Error(err)
		}
	}
	b := read(d, func(tx engine.ReadTx) (engine.Balance, error) { return tx.Balance("g1") })
	same(d, "the balance", b.Balance, usd(40))
}

func testSnapshot(d *desk) {
	c := d.customer()
	r := d.request(c, nil)
	d.view(func(tx engine.ReadTx) error {
		before, err := tx.Request(r.ID)
		if err != nil {
			return err
		}
		now := r
		now.Version, now.Head.Number, now.Description = 2, 2, "changed meanwhile"
		d.update(func(tx engine.Tx) { tx.PutRequest(&r, now) })
		late := d.request(c, nil)
		after, err := tx.Request(r.ID)
		same(d, "the same request in the same view", after, before)
		if _, err := tx.Request(late.ID); engine.CodeOf(err) != engine.NotFound {
			d.Errorf("a view sees what came after it began (%v)", err)
		}
		return err
	})
}

func testEndedContext(d *desk) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	ran := false
	update := d.store.Update(ctx, func(engine.Tx) error { ran = true; return nil })
	bulk := d.store.Bulk(ctx, func(engine.Tx) error { ran = true; return nil })
	view := d.store.View(ctx, func(engine.ReadTx) error { ran = true; return nil })
	for _, err := range []error{update, bulk, view} {
		if !errors.Is(err, context.Canceled) {
			d.Errorf("got %v, want that the context was canceled", err)
		}
	}
	if ran {
		d.Error("a closure ran")
	}
}

func testChanged(d *desk) {
	ctx, cancel := context.WithCancel(context.Background())
	first, second := d.store.Changed(ctx), d.store.Changed(ctx)
	d.customer()
	<-first
	<-second
	d.customer()
	<-first
	cancel()
	for range first { // ends, for it is closed
	}
	for range second {
	}
}

func testNotFound(d *desk) {
	d.view(func(tx engine.ReadTx) error {
		missing := map[string]error{}
		_, missing["organisation"] = tx.Organisation()
		_, missing["balance"] = tx.Balance("x")
		_, missing["request"] = tx.Request("x")
		_, missing["request by reference"] = tx.RequestByReference("main", "x")
		_, missing["request without reference"] = tx.RequestByReference("main", "")
		_, missing["customer"] = tx.Customer("x")
		_, missing["customer by reference"] = tx.CustomerByReference("x")
		_, missing["customer without reference"] = tx.CustomerByReference("")
		_, missing["instrument"] = tx.Instrument("x")
		_, missing["allocation"] = tx.Allocation("x")
		_, missing["payout"] = tx.Payout("x")
		_, missing["payout by its own id"] = tx.PayoutByID("x")
		for what, err := range missing {
			if engine.CodeOf(err) != engine.NotFound {
				d.Errorf("%s: %v, want not found", what, err)
			}
		}
		return nil
	})
}
