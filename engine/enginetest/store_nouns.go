package enginetest

import (
	"reflect"
	"slices"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
)

// Generators of what nouns are made of. Text is any text: stores don't read it.

func anyTime(t *rapid.T) time.Time {
	if rapid.Bool().Draw(t, "no time") {
		return time.Time{}
	}
	return time.UnixMicro(rapid.Int64Range(1, 4e15).Draw(t, "time")).UTC()
}

func anyText(t *rapid.T) string { return rapid.String().Draw(t, "text") }

func anyWord[S ~string](t *rapid.T) S { return S(anyText(t)) }

func anyAmount(t *rapid.T, c money.Currency) money.Amount {
	return money.New(rapid.Int64Range(-money.MaxMinor, money.MaxMinor).Draw(t, "minor units"), c)
}

// anyQuote is a quote between two currencies, the zero Quote if they are one.
func anyQuote(t *rapid.T, from, to money.Currency) (q fx.Quote) {
	if from == to {
		return q
	}
	rate, err := money.NumberOf(decimal.New(rapid.Int64Range(1, 1e12).Draw(t, "rate"), -8).String())
	if err != nil {
		t.Fatal(err)
	}
	return fx.Quote{
		Base: from, Quote: to, Rate: rate, Scheme: anyText(t), Source: anyText(t),
		AsOf: anyTime(t), ValidUntil: anyTime(t),
	}
}

func anyCurrency(t *rapid.T) money.Currency {
	return rapid.SampledFrom([]money.Currency{"USD", "JPY", "KWD", "BTC"}).Draw(t, "currency")
}

func anyList[S ~string](t *rapid.T) []S {
	var list []S
	for range rapid.IntRange(0, 3).Draw(t, "length") {
		list = append(list, anyWord[S](t))
	}
	return list
}

func anyHead(t *rapid.T) engine.Head {
	h := engine.Head{Number: rapid.IntRange(0, 1e6).Draw(t, "number")}
	copy(h.Hash[:], rapid.SliceOfN(rapid.Byte(), len(h.Hash), len(h.Hash)).Draw(t, "hash"))
	return h
}

// perhaps is v or nil.
func perhaps[T any](t *rapid.T, v T) *T {
	if rapid.Bool().Draw(t, "nil") {
		return nil
	}
	return &v
}

// testNouns puts each noun twice, new and changed in all that may change, and
// reads it by each of its ways.
func testNouns(d *desk) {
	rapid.Check(d.T, func(t *rapid.T) {
		c := d.anyCustomer(t)
		d.backIn(t, "customer", c, func(tx engine.Tx) { tx.PutCustomer(c) }, func(tx engine.ReadTx) (any, error) {
			return tx.Customer(c.ID)
		})
		d.nounsOf(t, c)
		r := d.anyRequest(t, c)
		d.backIn(t, "request", r, func(tx engine.Tx) { tx.PutRequest(nil, r) }, func(tx engine.ReadTx) (any, error) {
			return tx.Request(r.ID)
		})
		changed := d.anyRequest(t, c)
		changed.ID, changed.Reference, changed.PointID, changed.Mode = r.ID, r.Reference, r.PointID, r.Mode
		changed.SplitFrom, changed.RemainderOf, changed.CreatedAt = r.SplitFrom, r.RemainderOf, r.CreatedAt
		changed.PaysAgain, changed.Metadata = r.PaysAgain, r.Metadata
		changed.OriginalAmount = r.OriginalAmount
		for _, a := range []*money.Amount{&changed.Amount, &changed.PolicyAmount, &changed.Live, &changed.Paid} {
			a.Currency = r.Amount.Currency
		}
		d.backIn(t, "changed request", changed, func(tx engine.Tx) { tx.PutRequest(&r, changed) },
			func(tx engine.ReadTx) (any, error) { return tx.Request(r.ID) })
		d.paymentsOf(t, changed)
	})
}

// backIn puts a noun and compares what get then returns, in a transaction of
// its own.
func (d *desk) backIn(t *rapid.T, what string, want any, put func(engine.Tx), get func(engine.ReadTx) (any, error)) {
	d.update(put)
	got := read(d, get)
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\n put %+v\n got %+v", what, want, got)
	}
}

func (d *desk) anyCustomer(t *rapid.T) engine.Customer {
	id := d.next("cus")
	return engine.Customer{
		ID: engine.CustomerID(id), Reference: anyText(t) + id, Name: anyText(t), Email: anyText(t),
		Country: anyText(t), Tags: anyList[string](t), PayoutEnabled: rapid.Bool().Draw(t, "enabled"),
		CreatedBy: anyWord[engine.ReviewerID](t), CreatedAt: anyTime(t),
	}
}

// nounsOf puts what belongs to a customer, the customer's changes and what
// belongs to nobody.
func (d *desk) nounsOf(t *rapid.T, c engine.Customer) {
	again := d.anyCustomer(t)
	again.ID, again.CreatedBy, again.CreatedAt = c.ID, c.CreatedBy, c.CreatedAt
	d.backIn(t, "changed customer", again, func(tx engine.Tx) { tx.PutCustomer(again) },
		func(tx engine.ReadTx) (any, error) { return tx.CustomerByReference(again.Reference) })

	i := engine.Instrument{
		ID: engine.InstrumentID(d.next("inst")), CustomerID: c.ID, ServiceID: anyText(t), Method: anyText(t),
		Currency: anyCurrency(t), Status: anyWord[engine.InstrumentStatus](t),
		CreatedBy: anyWord[engine.ReviewerID](t), CreatedAt: anyTime(t), VerifiedBy: anyWord[engine.ReviewerID](t),
	}
	for _, key := range anyList[string](t) {
		if i.Fields == nil {
			i.Fields = map[string]string{}
		}
		i.Fields[key] = anyText(t)
	}
	d.backIn(t, "instrument", i, func(tx engine.Tx) { tx.PutInstrument(i) },
		func(tx engine.ReadTx) (any, error) { return tx.Instrument(i.ID) })
	d.backIn(t, "instruments", []engine.Instrument{i}, func(engine.Tx) {},
		func(tx engine.ReadTx) (any, error) { return tx.Instruments(c.ID) })

	p := engine.Payment{
		ID: engine.PaymentID(d.next("pay")), CustomerID: c.ID, InstrumentID: i.ID, GatewayID: anyText(t),
		Kind: anyWord[engine.PaymentKind](t), Amount: anyAmount(t, anyCurrency(t)), At: anyTime(t),
		CreatedBy: anyWord[engine.ReviewerID](t), CreatedAt: anyTime(t),
	}
	d.backIn(t, "payments", []engine.Payment{p}, func(tx engine.Tx) { tx.PutPayment(p) },
		func(tx engine.ReadTx) (any, error) { return tx.Payments(c.ID) })

	currency := anyCurrency(t)
	b := engine.Balance{
		GatewayID: d.next("g"), Known: rapid.Bool().Draw(t, "known"),
		Balance: anyAmount(t, currency), Reserved: anyAmount(t, currency),
	}
	d.backIn(t, "balance", b, func(tx engine.Tx) { tx.PutBalance(b) },
		func(tx engine.ReadTx) (any, error) { return tx.Balance(b.GatewayID) })

	state := engine.GatewayState{
		GatewayID: b.GatewayID, Unhealthy: anyText(t), HealthSince: anyTime(t), SyncedAt: anyTime(t), SyncAt: anyTime(t),
		Pause: perhaps(t, engine.Pause{Reason: "r" + anyText(t), By: anyWord[engine.ReviewerID](t), At: anyTime(t)}),
	}
	d.backIn(t, "state of an account in order", engine.GatewayState{GatewayID: b.GatewayID}, func(engine.Tx) {},
		func(tx engine.ReadTx) (any, error) { return tx.GatewayState(b.GatewayID) })
	d.backIn(t, "state of an account", state, func(tx engine.Tx) { tx.PutGatewayState(state) },
		func(tx engine.ReadTx) (any, error) { return tx.GatewayState(b.GatewayID) })

	o := engine.Organisation{ID: "org_1", CreatedAt: noon, Head: anyHead(t)}
	d.backIn(t, "organisation", o, func(tx engine.Tx) { tx.PutOrganisation(o) },
		func(tx engine.ReadTx) (any, error) { return tx.Organisation() })
}

func (d *desk) anyRequest(t *rapid.T, c engine.Customer) engine.Request {
	currency := anyCurrency(t)
	r := engine.Request{
		ID: engine.RequestID(d.next("pout_req")), PointID: anyText(t), Mode: engine.ModeTest, CustomerID: c.ID,
		InstrumentID: anyWord[engine.InstrumentID](t), Description: anyText(t),
		Metadata: rapid.SampledFrom([]map[string]string{nil, {"tier": "gold", "a b": ""}}).Draw(t, "metadata"),
		Amount:   anyAmount(t, currency), OriginalAmount: anyAmount(t, currency),
		PolicyAmount: anyAmount(t, currency), Live: anyAmount(t, currency), Paid: anyAmount(t, currency),
		Status:      rapid.SampledFrom(openStatuses()).Draw(t, "status"),
		StatusSince: anyTime(t), Makers: anyList[engine.ReviewerID](t),
		Block: perhaps(t, engine.Block{
			Reason: anyWord[engine.BlockReason](t), Description: anyText(t),
			By: anyWord[engine.ReviewerID](t), At: anyTime(t),
		}),
		HeldBack: rapid.Bool().Draw(t, "held back"), ReadyAt: anyTime(t), ExpireAt: anyTime(t),
		Automatic: rapid.Bool().Draw(t, "automatic"), DispatchAt: anyTime(t),
		Cancellation: perhaps(t, engine.Cancellation{By: anyWord[engine.CanceledBy](t), Description: anyText(t)}),
		SplitFrom:    anyWord[engine.RequestID](t), MergedInto: anyWord[engine.RequestID](t),
		BatchID: anyWord[engine.BatchID](t), BatchPlace: d.n,
		RemainderOf: anyWord[engine.RequestID](t), PaysAgain: anyWord[engine.RequestID](t), Attention: anyWord[engine.Attention](t),
		Version: rapid.IntRange(0, 1e6).Draw(t, "version"), CreatedAt: anyTime(t), UpdatedAt: anyTime(t),
		Head: anyHead(t),
	}
	r.Reference = anyText(t) + string(r.ID)
	for _, by := range anyList[engine.ReviewerID](t) {
		r.Approvals = append(r.Approvals, engine.Approval{By: by, At: anyTime(t)})
	}
	return r
}

// openStatuses lists the statuses that a request can leave.
func openStatuses() []engine.RequestStatus {
	return slices.DeleteFunc(engine.RequestStatuses(), engine.RequestStatus.Final)
}

// paymentsOf puts what hangs on a request: an allocation, its payout, a
// comment.
func (d *desk) paymentsOf(t *rapid.T, r engine.Request) {
	payoutCurrency := anyCurrency(t)
	a := engine.Allocation{
		ID: engine.AllocationID(d.next("alloc")), RequestID: r.ID, CustomerID: r.CustomerID, Mode: r.Mode,
		InstrumentID: anyWord[engine.InstrumentID](t), GatewayID: anyText(t), RouteID: anyText(t),
		Amount: anyAmount(t, r.Amount.Currency), PayoutAmount: anyAmount(t, payoutCurrency),
		Quote:  anyQuote(t, r.Amount.Currency, payoutCurrency),
		Origin: anyWord[engine.AllocationOrigin](t), Replaces: anyWord[engine.AllocationID](t),
		Attempt: rapid.IntRange(0, 100).Draw(t, "attempt"), InTurn: rapid.Bool().Draw(t, "in turn"),
		CreatedBy: anyWord[engine.ReviewerID](t), CreatedAt: anyTime(t),
	}
	for _, status := range []engine.AllocationStatus{engine.AllocationPending, engine.AllocationCompleted} {
		a.Status = status
		a.Held, a.Paid = anyAmount(t, r.Amount.Currency), anyAmount(t, r.Amount.Currency)
		a.Overpaid, a.Returned = anyAmount(t, r.Amount.Currency), anyAmount(t, r.Amount.Currency)
		a.Reopened = anyAmount(t, r.Amount.Currency)
		a.PayoutAmount, a.Fee = anyAmount(t, payoutCurrency), anyAmount(t, payoutCurrency)
		a.Quote = anyQuote(t, r.Amount.Currency, payoutCurrency)
		a.Reserved = anyAmount(t, payoutCurrency)
		a.Reason, a.Override, a.Conflict = anyText(t), anyText(t), rapid.Bool().Draw(t, "conflict")
		a.UpdatedAt = anyTime(t)
		d.backIn(t, "allocation", a, func(tx engine.Tx) { tx.PutAllocation(a) },
			func(tx engine.ReadTx) (any, error) { return tx.Allocation(a.ID) })
	}
	d.backIn(t, "allocations", []engine.Allocation{a}, func(engine.Tx) {},
		func(tx engine.ReadTx) (any, error) { return tx.Allocations(r.ID) })
	d.backIn(t, "the customer's allocations", []engine.Allocation{a}, func(engine.Tx) {},
		func(tx engine.ReadTx) (any, error) { return tx.CustomerAllocations(r.CustomerID, r.Amount.Currency) })

	p := engine.Payout{
		ID: engine.PayoutID(d.next("po")), AllocationID: a.ID, RequestID: r.ID, CustomerID: r.CustomerID,
		GatewayID: a.GatewayID, Amount: a.PayoutAmount, CreatedAt: anyTime(t),
	}
	for range 2 {
		p.Returned = anyAmount(t, payoutCurrency)
		p.Processed, p.Status = anyAmount(t, payoutCurrency), anyWord[engine.PayoutStatus](t)
		p.Resolution, p.Verdict = anyWord[engine.Resolution](t), anyWord[engine.Verdict](t)
		p.Conflict, p.Accepted = rapid.Bool().Draw(t, "conflict"), rapid.Bool().Draw(t, "accepted")
		p.ProviderID, p.Message = anyText(t), anyText(t)
		p.Sent, p.LookUps = rapid.IntRange(0, 9).Draw(t, "sent"), rapid.IntRange(0, 9).Draw(t, "look-ups")
		p.IntentAt, p.LookUpAt, p.LeaseUntil = anyTime(t), anyTime(t), anyTime(t)
		p.LeaseBy, p.UpdatedAt = anyText(t), anyTime(t)
		d.backIn(t, "payout", p, func(tx engine.Tx) { tx.PutPayout(p) },
			func(tx engine.ReadTx) (any, error) { return tx.Payout(a.ID) })
		if open := (p.Verdict == ""); open {
			d.backIn(t, "open payout of the account", []engine.Payout{p}, func(tx engine.Tx) { tx.PutPayout(p) },
				func(tx engine.ReadTx) (any, error) {
					list, err := tx.OpenPayouts(p.GatewayID, 10000) // others drew the same account
					return slices.DeleteFunc(list, func(other engine.Payout) bool { return other.ID != p.ID }), err
				})
		}
		d.backIn(t, "payout by its own id", p, func(tx engine.Tx) { tx.PutPayout(p) },
			func(tx engine.ReadTx) (any, error) { return tx.PayoutByID(p.ID) })
	}
	d.backIn(t, "payouts", []engine.Payout{p}, func(engine.Tx) {},
		func(tx engine.ReadTx) (any, error) { return tx.Payouts(r.ID) })

	c := engine.CommentText{ID: d.next("com"), RequestID: r.ID, By: anyWord[engine.ReviewerID](t), At: anyTime(t)}
	for range 2 {
		c.Text, c.WithdrawnBy, c.WithdrawnAt = anyText(t), anyWord[engine.ReviewerID](t), anyTime(t)
		d.backIn(t, "comments", []engine.CommentText{c}, func(tx engine.Tx) { tx.PutComment(c) },
			func(tx engine.ReadTx) (any, error) { return tx.Comments(r.ID) })
	}
}
