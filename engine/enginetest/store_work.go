package enginetest

import (
	"fmt"
	"slices"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

func testDue(d *desk) {
	c := d.customer()
	with := func(status engine.RequestStatus, ready, expire int, blocked bool) engine.RequestID {
		return d.request(c, func(r *engine.Request) {
			r.Status = status
			if ready > 0 {
				r.ReadyAt = at(ready)
			}
			if expire > 0 {
				r.ExpireAt = at(expire)
			}
			if blocked {
				r.Block = &engine.Block{Reason: "other"}
			}
		}).ID
	}
	second := with(engine.RequestPending, 20, 0, false)
	first := with(engine.RequestPending, 10, 60, false)
	with(engine.RequestPending, 99, 0, false) // not yet
	with(engine.RequestPending, 0, 0, false)  // never
	with(engine.RequestPending, 10, 10, true) // blocked
	with(engine.RequestReady, 10, 0, false)   // ready already
	ready := with(engine.RequestReady, 0, 40, false)
	approved := with(engine.RequestApproved, 0, 50, false)
	with(engine.RequestInProgress, 0, 10, false) // its money is on its way
	with(engine.RequestCanceled, 0, 10, false)

	dispatch := func(status engine.RequestStatus, seconds int, blocked bool) engine.RequestID {
		return d.request(c, func(r *engine.Request) {
			r.Status, r.DispatchAt, r.Automatic = status, at(seconds), true
			if blocked {
				r.Block = &engine.Block{Reason: "other"}
			}
		}).ID
	}
	later, sooner := dispatch(engine.RequestApproved, 80, false), dispatch(engine.RequestInProgress, 75, false)
	dispatch(engine.RequestApproved, 75, true)   // blocked
	dispatch(engine.RequestFulfilled, 75, false) // done

	due := func(clock engine.DueClock, seconds, limit int) []engine.RequestID {
		return read(d, func(tx engine.ReadTx) ([]engine.RequestID, error) {
			return tx.Due(clock, at(seconds), limit)
		})
	}
	same(d, "due before anything is", due(engine.DueReady, 9, 10), nil)
	same(d, "due to the second", due(engine.DueReady, 10, 10), []engine.RequestID{first})
	same(d, "due, longest first", due(engine.DueReady, 30, 10), []engine.RequestID{first, second})
	same(d, "one due", due(engine.DueReady, 30, 1), []engine.RequestID{first})
	same(d, "expired", due(engine.DueExpire, 70, 10), []engine.RequestID{ready, approved, first})
	same(d, "for dispatch", due(engine.DueDispatch, 80, 10), []engine.RequestID{sooner, later})
	same(d, "for dispatch, earlier", due(engine.DueDispatch, 79, 10), []engine.RequestID{sooner})
}

func testQueued(d *desk) {
	c := d.customer()
	r := d.request(c, nil)
	blocked := d.request(c, func(r *engine.Request) { r.Block = &engine.Block{Reason: "other"} })
	queue := func(r engine.Request, gateway string, seconds int) engine.AllocationID {
		return d.allocation(r, func(a *engine.Allocation) {
			a.GatewayID, a.Status, a.UpdatedAt = gateway, engine.AllocationQueued, at(seconds)
		}).ID
	}
	third, first, second := queue(r, "g1", 3), queue(r, "g2", 1), queue(r, "g1", 2)
	queue(blocked, "g1", 0)
	d.allocation(r, nil) // only pending

	queued := func(skip []string, limit int) (ids []engine.AllocationID) {
		list := read(d, func(tx engine.ReadTx) ([]engine.Allocation, error) { return tx.Queued(skip, limit) })
		for _, a := range list {
			ids = append(ids, a.ID)
		}
		return ids
	}
	same(d, "queued", queued(nil, 10), []engine.AllocationID{first, second, third})
	same(d, "the longest queued", queued(nil, 1), []engine.AllocationID{first})
	same(d, "queued at g1", queued([]string{"g2", "g3"}, 10), []engine.AllocationID{second, third})
	same(d, "queued at neither", queued([]string{"g2", "g1"}, 10), nil)
	unblocked := blocked
	unblocked.Block, unblocked.Version = nil, 2
	d.update(func(tx engine.Tx) { tx.PutRequest(&blocked, unblocked) })
	same(d, "queued once unblocked", len(queued(nil, 10)), 4)

	turns := d.request(c, nil)
	inTurn := func(status engine.AllocationStatus) engine.Allocation {
		return d.allocation(turns, func(a *engine.Allocation) {
			a.GatewayID, a.Status, a.InTurn, a.UpdatedAt = "g9", status, true, at(9)
		})
	}
	busy := inTurn(engine.AllocationProcessing)
	next, last := inTurn(engine.AllocationQueued), inTurn(engine.AllocationQueued)
	same(d, "queued behind one that is with a provider", queued([]string{"g1", "g2"}, 10), nil)
	busy.Status = engine.AllocationWaiting
	d.update(func(tx engine.Tx) { tx.PutAllocation(busy) })
	same(d, "queued behind one whose outcome is unknown", queued([]string{"g1", "g2"}, 10), nil)
	busy.Status = engine.AllocationDeclined
	d.update(func(tx engine.Tx) { tx.PutAllocation(busy) })
	same(d, "queued in turn", queued([]string{"g1", "g2"}, 10), []engine.AllocationID{next.ID, last.ID})
}

func testAllocatedSince(d *desk) {
	r := d.request(d.customer(), nil)
	allocate := func(gateway string, status engine.AllocationStatus, held, paid int64, seconds int) {
		d.allocation(r, func(a *engine.Allocation) {
			a.GatewayID, a.Status, a.CreatedAt = gateway, status, at(seconds)
			a.Held, a.Paid = usd(held), usd(paid)
		})
	}
	allocate("g1", engine.AllocationPending, 100, 0, 10)
	allocate("g1", engine.AllocationCompleted, 0, 20, 20)
	allocate("g1", engine.AllocationFailed, 0, 0, 20)
	allocate("g1", engine.AllocationPending, 4000, 0, 9) // before
	allocate("g2", engine.AllocationPending, 5000, 0, 10)
	yen := d.request(d.customer(), func(r *engine.Request) {
		for _, a := range []*money.Amount{&r.Amount, &r.OriginalAmount, &r.PolicyAmount, &r.Live, &r.Paid} {
			a.Currency = "JPY"
		}
	})
	d.allocation(yen, func(a *engine.Allocation) {
		for _, amount := range []*money.Amount{&a.Amount, &a.Held, &a.Paid, &a.Overpaid, &a.Returned} {
			amount.Currency = "JPY"
		}
		a.CreatedAt = at(10)
	})
	since := func(gateway string, c money.Currency) money.Amount {
		return read(d, func(tx engine.ReadTx) (money.Amount, error) {
			return tx.AllocatedSince(gateway, c, at(10))
		})
	}
	same(d, "dollars of g1", since("g1", "USD"), usd(120))
	same(d, "yen of g1", since("g1", "JPY"), money.New(100, "JPY"))
	same(d, "nothing", since("g3", "USD"), usd(0))
}

func testPayoutsDue(d *desk) {
	r := d.request(d.customer(), nil)
	put := func(lookUp, lease int) engine.PayoutID {
		a := d.allocation(r, nil)
		p := engine.Payout{
			ID: engine.PayoutID(d.next("po")), AllocationID: a.ID, RequestID: r.ID, GatewayID: "g1",
			Amount: usd(100), Processed: usd(0), Status: engine.PayoutProcessing, CreatedAt: noon,
		}
		if lookUp > 0 {
			p.LookUpAt = at(lookUp)
		}
		if lease > 0 {
			p.LeaseUntil = at(lease)
		}
		d.update(func(tx engine.Tx) { tx.PutPayout(p) })
		return p.ID
	}
	third, first, second := put(30, 0), put(0, 10), put(40, 20)
	put(0, 0)
	put(99, 0)
	due := func(seconds, limit int) (ids []engine.PayoutID) {
		list := read(d, func(tx engine.ReadTx) ([]engine.Payout, error) { return tx.PayoutsDue(at(seconds), limit) })
		for _, p := range list {
			ids = append(ids, p.ID)
		}
		return ids
	}
	same(d, "due too early", due(9, 10), nil)
	same(d, "due", due(30, 10), []engine.PayoutID{first, second, third})
	same(d, "the longest due", due(30, 1), []engine.PayoutID{first})

	// A payout for which no route was found belongs to no allocation.
	for range 2 {
		d.update(func(tx engine.Tx) {
			tx.PutPayout(engine.Payout{
				ID: engine.PayoutID(d.next("po")), RequestID: r.ID, Status: engine.PayoutCreateFailed,
				Amount: usd(1), Processed: usd(0), CreatedAt: noon,
			})
		})
	}
	all := read(d, func(tx engine.ReadTx) ([]engine.Payout, error) { return tx.Payouts(r.ID) })
	same(d, "payouts", len(all), 7)
}

// entry is a journal entry of a chain.
func entry(chain string, n int) engine.Event {
	return engine.Event{
		Chain: chain, At: at(n), By: "rev1", OSUser: "os", Door: engine.DoorCLI, Type: "happened",
		Subject: engine.Subject{Kind: engine.KindRequest, ID: chain}, Version: n, Key: "key",
		Changes: []engine.Change{
			{Field: "status", Before: `"ready"`, After: `"approved"`},
			{Field: "odd", After: "\"quotes\\ \x00\x1f\u2028 ü \xff\""},
		},
		Details: []engine.Field{{Name: "why", Value: `"because"`}, {Name: "", Value: ""}},
	}
}

func testJournal(d *desk) {
	heads := map[string]engine.Head{}
	var all []engine.Event
	for n := range 9 {
		e := entry(fmt.Sprintf("chain_%d", n%2), n)
		d.update(func(tx engine.Tx) {
			seq, err := tx.LastSeq()
			if err != nil {
				d.Error(err)
			}
			heads[e.Chain] = e.Seal(seq+1, heads[e.Chain])
			tx.Append(e)
			if after, err := tx.LastSeq(); after != seq+1 || err != nil {
				d.Errorf("last seq %d after entry %d (%v)", after, seq+1, err)
			}
		})
		all = append(all, e)
	}
	same(d, "last seq", read(d, engine.ReadTx.LastSeq), 9)

	journal := func(after int64, limit int) []engine.Event {
		return read(d, func(tx engine.ReadTx) ([]engine.Event, error) { return tx.Journal(after, limit) })
	}
	same(d, "the journal", journal(0, 100), all)
	same(d, "some of it", journal(3, 2), all[3:5])
	same(d, "nothing after it", journal(9, 2), nil)
	chain := func(after, limit int) []engine.Event {
		return read(d, func(tx engine.ReadTx) ([]engine.Event, error) { return tx.Events("chain_1", after, limit) })
	}
	same(d, "a chain", chain(0, 100), []engine.Event{all[1], all[3], all[5], all[7]})
	same(d, "some of it", chain(1, 2), []engine.Event{all[3], all[5]})

	d.Log("entries out of order")
	for _, seq := range []int64{9, 11, 0} {
		e := entry("chain_0", 1)
		e.Seal(seq, heads["chain_0"])
		d.refuse(engine.Internal, func(tx engine.Tx) { tx.Append(e) })
	}
	twice := entry("chain_0", 1)
	twice.Seal(10, engine.Head{})
	err := d.store.Update(d.Context(), func(tx engine.Tx) error { tx.Append(twice); return nil })
	if err == nil {
		d.Error("a chain has two entries of one number")
	}
}

func testFind(d *desk) {
	c := d.customer()
	for _, id := range []engine.RequestID{"pout_req_01AAAAB7K2M9", "pout_req_01BBBBXXK2M9", "pout_req_02K2M9ZZ", "9"} {
		d.request(c, func(r *engine.Request) { r.ID = id })
	}
	find := func(kind, fragment string, limit int) []string {
		found := read(d, func(tx engine.ReadTx) ([]string, error) { return tx.Find(kind, fragment, limit) })
		slices.Sort(found)
		return found
	}
	for fragment, want := range map[string][]string{
		"pout_req_01":           {"pout_req_01AAAAB7K2M9", "pout_req_01BBBBXXK2M9"},
		"pout_req_02K2M9ZZ":     {"pout_req_02K2M9ZZ"},
		"K2M9":                  {"pout_req_01AAAAB7K2M9", "pout_req_01BBBBXXK2M9"},
		"7K2M9":                 {"pout_req_01AAAAB7K2M9"},
		"AAAB7K2M9":             {"pout_req_01AAAAB7K2M9"},
		"pout_req_01AAAAB7K2M9": {"pout_req_01AAAAB7K2M9"},
		"9":                     {"9", "pout_req_01AAAAB7K2M9", "pout_req_01BBBBXXK2M9"},
		"XAAAB7K2M9":            nil,
		"K2M":                   nil,
		"%":                     nil,
		"":                      nil,
	} {
		same(d, fragment, find(engine.KindRequest, fragment, 10), want)
	}
	same(d, "at most one", len(find(engine.KindRequest, "K2M9", 1)), 1)
	same(d, "a customer", find(engine.KindCustomer, string(c.ID[20:]), 10), []string{string(c.ID)})
	for _, kind := range []string{engine.KindAllocation, engine.KindPayout, engine.KindInstrument} {
		same(d, kind, find(kind, "K2M9", 10), nil)
	}
	d.view(func(tx engine.ReadTx) error {
		if _, err := tx.Find("table", "x", 1); engine.CodeOf(err) != engine.Invalid {
			d.Errorf("find a table: %v, want invalid", err)
		}
		return nil
	})
}

func testReplay(d *desk) {
	done := engine.Remembered{Key: "key 1", Fingerprint: "approve", Result: "pout_req_1", At: noon}
	d.update(func(tx engine.Tx) { tx.Remember(done) })
	d.view(func(tx engine.ReadTx) error {
		got, ok, err := tx.Replay("key 1")
		same(d, "remembered", got, done)
		_, unknown, unknownErr := tx.Replay("key 2")
		if !ok || unknown || unknownErr != nil {
			d.Errorf("remembered %v, another key %v (%v)", ok, unknown, unknownErr)
		}
		return err
	})
	again := done
	again.Result = "pout_req_2"
	err := d.store.Update(d.Context(), func(tx engine.Tx) error { tx.Remember(again); return nil })
	if err == nil {
		d.Error("a key was remembered twice")
	}
}
