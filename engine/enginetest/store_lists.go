package enginetest

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A list is what one check of pages has in the store: its modes and ids are its
// own, so that lists in one store never meet.
type list struct {
	suffix      string
	customers   []engine.Customer
	instruments []engine.Instrument
	rows        []listed // in the order of insertion
}

// aList draws a list and puts it.
func (d *desk) aList(t *rapid.T) list {
	l := list{suffix: "~" + d.next("")}
	l.customers = []engine.Customer{
		{ID: "cus_0", Reference: "C0", Name: "Sample N%", Email: "zero@example.com", Country: "US", Tags: []string{"a", "vip"}},
		{ID: "cus_1", Reference: "C1", Name: `back\slash`, Email: "one@example.com", Country: "DE", Tags: []string{"vip"}},
		{ID: "cus_2", Reference: "C2", Name: "Sample 2"},
	}
	for i := range l.customers {
		l.customers[i].ID += engine.CustomerID(l.suffix)
		l.customers[i].Reference += l.suffix
	}
	for i, account := range []string{"40004417", "under_score"} {
		l.instruments = append(l.instruments, engine.Instrument{
			ID: engine.InstrumentID(l.name("inst", i)), CustomerID: l.customers[i].ID, Currency: "USD",
			Fields: map[string]string{"account": account}, ServiceID: fmt.Sprint("s", i), Method: []string{"test", "card"}[i],
		})
	}
	for n := range rapid.IntRange(0, 40).Draw(t, "requests") {
		l.rows = append(l.rows, l.aRow(t, n))
	}
	d.put(l)
	return l
}

// put puts a list: customers with another name first, for what is searched has
// to follow a change.
func (d *desk) put(l list) {
	d.update(func(tx engine.Tx) {
		tx.PutConfig(engine.KindPoint, "p0", []byte(`{"id":"p0","approvals":[
			{"currency":"USD","above":1,"need":2},{"currency":"USD","above":2.5,"need":0},{"currency":"JPY","above":2,"need":3}]}`))
		for _, c := range l.customers {
			named := c
			named.Name = "Former name"
			tx.PutCustomer(named)
			tx.PutCustomer(c)
		}
		for _, i := range l.instruments {
			tx.PutInstrument(i)
		}
		seq, err := tx.LastSeq()
		if err != nil {
			d.Fatal(err)
		}
		for _, row := range l.rows {
			tx.PutRequest(nil, row.Request)
			for _, e := range row.entries() {
				seq++
				e.Seal(seq, engine.Head{Number: e.Number - 1})
				tx.Append(e)
			}
			if row.gateway != "" {
				tx.PutAllocation(engine.Allocation{
					ID: engine.AllocationID("alloc_" + row.ID), RequestID: row.ID, CustomerID: row.CustomerID,
					GatewayID: row.gateway, Amount: row.Amount, Held: money.Zero(row.Amount.Currency),
					Paid: money.Zero(row.Amount.Currency), Status: engine.AllocationFailed, CreatedAt: noon, UpdatedAt: noon,
				})
			}
		}
	})
}

// A listed is a request of a list, with what only the journal and an allocation
// know of it.
type listed struct {
	engine.RequestRow
	by          engine.ReviewerID
	splitReason engine.SplitReason
	gateway     string
}

// entries are the journal's of a request.
func (r listed) entries() []engine.Event {
	e := engine.Event{
		Chain: string(r.ID), Number: 1, At: noon, By: r.by, Type: "payout-request-created",
		Subject: engine.Subject{Kind: engine.KindRequest, ID: string(r.ID)},
	}
	if r.splitReason == "" {
		return []engine.Event{e}
	}
	split := e
	split.Number, split.Type = 2, "payout-request-split"
	split.Details = []engine.Field{{Name: "reason", Value: fmt.Sprintf("%q", r.splitReason)}}
	return []engine.Event{e, split}
}

// name is the name of the list's n-th thing of a kind.
func (l list) name(prefix string, n int) string { return fmt.Sprintf("%s_%d%s", prefix, n, l.suffix) }

// mode draws a mode of the list.
func (l list) mode(t *rapid.T) engine.Mode {
	mode := rapid.SampledFrom([]engine.Mode{engine.ModeTest, engine.ModeTest, engine.ModeTest, engine.ModeLive})
	return mode.Draw(t, "mode") + engine.Mode(l.suffix)
}

// aRow draws the n-th request: from few values, so that there are ties, and
// filters that meet.
func (l list) aRow(t *rapid.T, n int) listed {
	moment := rapid.IntRange(0, 3)
	currency := rapid.SampledFrom([]money.Currency{"USD", "USD", "JPY", "KWD"}).Draw(t, "currency")
	amount := money.New(rapid.SampledFrom([]int64{1, 3, 100, 250, 300, 3000}).Draw(t, "amount"), currency)
	c := rapid.SampledFrom(l.customers).Draw(t, "customer")
	first := engine.RequestID(l.name("req", 0))
	row := listed{}
	row.RequestRow = engine.RequestRow{
		Request: engine.Request{
			ID: engine.RequestID(l.name("req", n)), Mode: l.mode(t), CustomerID: c.ID,
			PointID: rapid.SampledFrom([]string{"p0", "p1"}).Draw(t, "point"),
			Amount:  amount, OriginalAmount: amount, PolicyAmount: amount,
			Live: money.Zero(currency), Paid: money.Zero(currency),
			Status:      rapid.SampledFrom(engine.RequestStatuses()).Draw(t, "status"),
			StatusSince: at(moment.Draw(t, "since")), CreatedAt: at(moment.Draw(t, "created")),
			UpdatedAt: at(moment.Draw(t, "updated")), Version: 1, Head: engine.Head{Number: 1},
			Attention: rapid.SampledFrom([]engine.Attention{"", "", "overpaid", "conflict"}).Draw(t, "attention"),
			SplitFrom: rapid.SampledFrom([]engine.RequestID{"", "", first}).Draw(t, "split from"),
		},
		CustomerName: c.Name, CustomerReference: c.Reference, CustomerEmail: c.Email,
	}
	if rapid.Bool().Draw(t, "has a reference") {
		row.Reference = l.name("r", n)
	}
	for _, i := range l.instruments {
		if i.CustomerID == c.ID && rapid.Bool().Draw(t, "has an instrument") {
			row.Instrument, row.InstrumentID = i, i.ID
		}
	}
	if row.Status == engine.RequestMerged {
		row.MergedInto = engine.RequestID(l.name("req", 1))
	}
	if rapid.Bool().Draw(t, "blocked") {
		row.Block = &engine.Block{Reason: rapid.SampledFrom(engine.BlockReasons()[6:]).Draw(t, "reason"), By: aReviewer(t)}
	}
	if rapid.Bool().Draw(t, "in a batch") {
		row.BatchID, row.BatchPlace = engine.BatchID(l.name("b", rapid.IntRange(0, 1).Draw(t, "batch"))), n+1
	}
	l.aHistory(t, &row)
	return row
}

// aHistory draws who had a hand in a request, and what became of it.
func (l list) aHistory(t *rapid.T, row *listed) {
	row.by = aReviewer(t)
	row.Makers = rapid.SampledFrom([][]engine.ReviewerID{nil, {"rev1"}, {"rev1", "rev2"}}).Draw(t, "makers")
	for range rapid.IntRange(0, 2).Draw(t, "approvals") {
		row.Approvals = append(row.Approvals, engine.Approval{By: aReviewer(t), At: noon})
	}
	row.gateway = rapid.SampledFrom([]string{"", "g1" + l.suffix, "g2" + l.suffix}).Draw(t, "gateway")
	if row.gateway != "" {
		row.Gateways = []string{row.gateway}
	}
	row.RemainderOf = rapid.SampledFrom([]engine.RequestID{"", "", row.SplitFrom}).Draw(t, "remainder of")
	switch row.Status {
	case engine.RequestCanceled:
		by := rapid.SampledFrom(engine.CanceledBys()).Draw(t, "canceled by")
		row.Cancellation = &engine.Cancellation{By: by, Description: `["merchant",`}
	case engine.RequestSplit:
		row.splitReason = rapid.SampledFrom([]engine.SplitReason{"other", "risk-review"}).Draw(t, "split reason")
	default:
		row.Live = rapid.SampledFrom([]money.Amount{row.Live, money.New(1, row.Amount.Currency)}).Draw(t, "live")
	}
}

func aReviewer(t *rapid.T) engine.ReviewerID {
	return rapid.SampledFrom([]engine.ReviewerID{"rev1", "rev2", "rev3"}).Draw(t, "reviewer")
}
