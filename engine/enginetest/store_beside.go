package enginetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/signal"
)

// instrument puts an instrument of a customer, with one field.
func (d *desk) instrument(c engine.Customer, account string) engine.Instrument {
	d.Helper()
	i := engine.Instrument{
		ID: engine.InstrumentID(d.next("inst")), CustomerID: c.ID, Method: "bank", Currency: "USD",
		Status: engine.InstrumentActive, Fields: map[string]string{"account": account}, CreatedAt: noon,
	}
	d.update(func(tx engine.Tx) { tx.PutInstrument(i) })
	return i
}

// surroundings reads what stands around one request.
func (d *desk) surroundings(id engine.RequestID) engine.Surroundings {
	d.Helper()
	all := read(d, func(tx engine.ReadTx) ([]engine.Surroundings, error) {
		return tx.Surroundings([]engine.RequestID{id, "nothing"})
	})
	if len(all) != 1 {
		d.Fatalf("%d surroundings of %s", len(all), id)
	}
	return all[0]
}

func testSurroundings(d *desk) {
	c, stranger := d.customer(), d.customer()
	here, there := d.instrument(c, "12 34"), d.instrument(c, "5678")
	d.instrument(stranger, "1234")
	d.instrument(d.customer(), "4321")
	ask := func(after time.Duration, edit func(*engine.Request)) engine.Request {
		return d.request(c, func(r *engine.Request) {
			r.InstrumentID, r.CreatedAt = here.ID, noon.Add(after)
			if edit != nil {
				edit(r)
			}
		})
	}
	r := ask(0, func(r *engine.Request) { r.PolicyAmount = usd(5000) })
	before := ask(-signal.Window, nil)
	part := ask(0, func(r *engine.Request) { r.SplitFrom = "pout_req_parent" })
	after := ask(signal.Window, func(r *engine.Request) { r.Status = engine.RequestCanceled })
	ask(-signal.Window-time.Microsecond, nil)
	ask(signal.Window+time.Microsecond, nil)
	ask(0, func(r *engine.Request) { r.Mode = engine.ModeLive })
	d.request(stranger, func(r *engine.Request) { r.InstrumentID = here.ID })
	d.moneyAround(r, before, here, there)

	got := d.surroundings(r.ID)
	var nearby []engine.RequestID
	for _, n := range got.Nearby {
		nearby = append(nearby, n.ID)
		same(d, "a part", n.Derived, n.ID == part.ID)
		same(d, "canceled", n.Status == engine.RequestCanceled, n.ID == after.ID)
		same(d, "its amount", n.Amount, usd(1000))
		same(d, "its instrument", n.InstrumentID, here.ID)
	}
	want := []engine.RequestID{before.ID, part.ID, after.ID}
	slices.Sort(nearby)
	slices.Sort(want)
	same(d, "requests nearby", nearby, want)
	same(d, "the instrument", got.Instrument.Fields, here.Fields)
	same(d, "the policy amount", got.Policy, usd(5000))
	same(d, "the customer", got.Customer.Name, c.Name)
	same(d, "who shares", got.Sharing, []string{stranger.Name})
	same(d, "paid in", got.Paid, usd(750))
	same(d, "got out", got.Got, usd(95))
	same(d, "all was summed", got.Summed && !got.NearbyCut && !got.ShareCut, true)
	same(d, "nothing was paid here", got.PaidHere, false)
	same(d, "something elsewhere", got.PaidElse, true)
	d.allocation(before, func(a *engine.Allocation) { a.InstrumentID, a.Held, a.Paid = here.ID, usd(0), usd(1) })
	same(d, "something was paid here", d.surroundings(r.ID).PaidHere, true)
	d.blocksAround(c, r)
}

// moneyAround has the customer pay in 750, and get out 95 besides what is on
// its way through r.
func (d *desk) moneyAround(r, before engine.Request, here, there engine.Instrument) {
	d.update(func(tx engine.Tx) {
		for i, in := range []engine.Payment{{Amount: usd(700)}, {Amount: usd(50)}} {
			in.ID, in.CustomerID = engine.PaymentID(d.next("pay")), r.CustomerID
			in.InstrumentID, in.GatewayID = []engine.InstrumentID{here.ID, there.ID}[i], "g1"
			tx.PutPayment(in)
		}
	})
	d.allocation(r, nil)
	d.allocation(before, func(a *engine.Allocation) { a.InstrumentID, a.Held, a.Paid = there.ID, usd(0), usd(30) })
	d.allocation(before, func(a *engine.Allocation) {
		a.InstrumentID, a.Held, a.Overpaid, a.Returned = here.ID, usd(60), usd(7), usd(2)
	})
}

func (d *desk) blocksAround(c engine.Customer, r engine.Request) {
	block := func(was engine.Request, b *engine.Block) engine.Request {
		now := was
		now.Block, now.Version, now.Head.Number = b, was.Version+1, was.Head.Number+1
		d.update(func(tx engine.Tx) { tx.PutRequest(&was, now) })
		return now
	}
	first := engine.Block{Reason: "aml-review", By: "rev1", At: at(1)}
	second := engine.Block{Reason: "other", By: "rev1", At: at(2)}
	r = block(block(r, &first), nil)
	other := block(d.request(c, nil), &second)
	same(d, "blocks", d.surroundings(r.ID).Blocks, []engine.PastBlock{
		{Request: other.ID, Reason: "other", At: at(2), Stands: true},
		{Request: r.ID, Reason: "aml-review", At: at(1)},
	})
}

// testMuch makes more of everything than is read.
func testMuch(d *desk) {
	c := d.customer()
	i := d.instrument(c, "1234")
	r := d.request(c, func(r *engine.Request) { r.InstrumentID = i.ID })
	d.update(func(tx engine.Tx) {
		for n := range 150 {
			other := d.draft(c)
			other.CreatedAt = at(n - 75)
			tx.PutRequest(nil, other)
		}
		for range 600 {
			tx.PutPayment(engine.Payment{ID: engine.PaymentID(d.next("pay")), CustomerID: c.ID, Amount: usd(1)})
		}
	})
	for range 20 {
		d.instrument(d.customer(), "1234")
	}
	got := d.surroundings(r.ID)
	if !got.NearbyCut || !got.ShareCut || got.Summed || len(got.Nearby) > 120 || len(got.Sharing) > 20 {
		d.Errorf("of much, all was read: %d nearby (%v), %d share (%v), summed %v",
			len(got.Nearby), got.NearbyCut, len(got.Sharing), got.ShareCut, got.Summed)
	}
}

func testClaims(d *desk) {
	c := d.customer()
	one, two := d.request(c, nil), d.request(c, func(r *engine.Request) { r.CreatedAt = at(1) })
	claims := func() []engine.Claim {
		return read(d, func(tx engine.ReadTx) ([]engine.Claim, error) {
			return tx.Claims([]engine.RequestID{one.ID, two.ID, "nothing"})
		})
	}
	same(d, "claims of none", claims(), nil)
	first := engine.Claim{RequestID: one.ID, By: "rev1", Since: at(1), Until: at(100)}
	d.update(func(tx engine.Tx) { tx.PutClaim(first) })
	same(d, "claims", claims(), []engine.Claim{first})
	taken := engine.Claim{RequestID: one.ID, By: "rev2", Since: at(2), Until: at(200)}
	d.update(func(tx engine.Tx) { tx.PutClaim(taken) })
	same(d, "claims", claims(), []engine.Claim{taken})
	rows := read(d, func(tx engine.ReadTx) ([]engine.RequestRow, error) { return tx.RequestRows([]engine.RequestID{one.ID}) })
	same(d, "the claim of a row", rows[0].Claim, taken)
	same(d, "the request", rows[0].Request, one)
	d.claimedBy(one, two)
	d.update(func(tx engine.Tx) {
		tx.DropClaim(one.ID)
		tx.DropClaim(two.ID) // there is none
	})
	same(d, "claims once released", claims(), nil)
}

// claimedBy filters while rev2 has claimed the first of two until at(200).
func (d *desk) claimedBy(one, two engine.Request) {
	tests := []struct {
		expr string
		by   engine.ReviewerID
		now  time.Time
		want []engine.RequestID
	}{
		{"claimedBy:me", "rev2", at(199), []engine.RequestID{one.ID}},
		{"claimedBy:me", "rev2", at(200), nil},
		{"claimedBy:me", "rev1", at(199), nil},
		{"claimedBy:rev2,rev9", "rev1", at(199), []engine.RequestID{one.ID}},
		{"claimedBy:any", "rev1", at(199), []engine.RequestID{one.ID}},
		{"claimedBy:any;status:approved", "rev1", at(199), nil},
		{"claimedBy:none", "rev1", at(199), []engine.RequestID{two.ID}},
		{"claimedBy:none", "rev1", at(200), []engine.RequestID{one.ID, two.ID}},
		{"claimedBy:!rev2", "rev1", at(199), []engine.RequestID{two.ID}},
	}
	for _, test := range tests {
		expr, err := filter.Parse(fmt.Sprintf("status:!canceled;%s", test.expr), engine.RequestFields(), noon)
		if err != nil {
			d.Fatal(err)
		}
		page := d.page(engine.RequestQuery{
			Mode: engine.ModeTest, By: test.by, Now: test.now, Filter: expr, Order: engine.Order{Key: "created"}, Limit: 10,
		})
		same(d, test.expr, ids(page.Rows), test.want)
	}
}

func testPresence(d *desk) {
	r := d.request(d.customer(), nil)
	here := func(now time.Time) []engine.Presence {
		return read(d, func(tx engine.ReadTx) ([]engine.Presence, error) { return tx.Presences(r.ID, now) })
	}
	first := engine.Presence{RequestID: r.ID, By: "rev2", Since: at(0), Until: at(60)}
	second := engine.Presence{RequestID: r.ID, By: "rev1", Since: at(10), Until: at(70)}
	d.update(func(tx engine.Tx) {
		tx.PutPresence(second)
		tx.PutPresence(first)
		tx.PutPresence(engine.Presence{RequestID: "another", By: "rev3", Since: at(10), Until: at(70)})
	})
	same(d, "who is here", here(at(59)), []engine.Presence{first, second})
	same(d, "who is still here", here(at(60)), []engine.Presence{second})
	first.Until = at(90)
	d.update(func(tx engine.Tx) { tx.PutPresence(first) })
	same(d, "who stayed", here(at(70)), []engine.Presence{first})
	d.update(func(tx engine.Tx) {
		tx.DropPresence(r.ID, "rev2")
		tx.DropPresence(r.ID, "nobody")
	})
	same(d, "who is left", here(at(0)), []engine.Presence{second})
}
