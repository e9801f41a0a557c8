package enginetest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
)

// aClause is what a drawn filter is made of; ~ stands for the list's own suffix.
// Together they use every field, every kind of value, and what a store could
// take for a special case.
var aClause = []string{
	"status:ready", "status:ready,approved,fulfilled", "status:!fulfilled", "status:pending",
	"blocked:true", "blocked:false", "blocked:true,false", "blockReason:other", "blockReason:!other",
	"attention:any", "attention:none", "attention:overpaid", "attention:!overpaid", "attention:any,none",
	"currency:USD", "currency:USD,JPY", "currency:!KWD", "currency:USD", "currency:JPY",
	"amount:1..5", "amount:..2.5", "amount:3", "amount:!3", "amount:0.0301..", "amount:..0.0299", "amount:4,1..2",
	"customer:cus_0~", "customer:cus_0~,C1~", "customer:!C2~", "customer:nobody", "customer:cus_1~",
	"point:p1~", "point:!p1~", "instrument:inst_0~", "instrument:!inst_0~",
	"created:2026-11-02T12:00:01Z..", "created:..2026-11-02T12:00:02Z", "created:!2026-11-02T12:00:01Z",
	"updated:2026-11-02T12:00:01Z", "updated:2026-11-02", "since:2026-11-02T12:00:01Z..2026-11-02T12:00:02Z",
	"id:req_1~,req_3~", "id:!req_1~", "reference:R-1", "reference:r-2,r-3", "reference:!R-1",
	"splitFrom:req_0~", "splitFrom:!req_0~", "mergedInto:req_1~", "mergedInto:req_1~,x",
	"0", "C1", "n", "N%", "_", "4417", "r-1", "@", `"back\\slash"`,
}

// A list is what one check of pages has in the store: its modes, ids and points
// are its own, so that lists in one store never meet.
type list struct {
	suffix      string
	customers   []engine.Customer
	instruments []engine.Instrument
	rows        []engine.RequestRow // in the order of insertion
}

// aList draws a list and puts it.
func (d *desk) aList(t *rapid.T) list {
	l := list{suffix: "~" + d.next("")}
	l.customers = []engine.Customer{
		{ID: "cus_0", Reference: "C0", Name: "Sample N%", Email: "zero@example.com"},
		{ID: "cus_1", Reference: "C1", Name: `back\slash`, Email: "one@example.com"},
		{ID: "cus_2", Reference: "C2", Name: "Sample 2"},
	}
	for i := range l.customers {
		l.customers[i].ID += engine.CustomerID(l.suffix)
		l.customers[i].Reference += l.suffix
	}
	for i, account := range []string{"40004417", "under_score"} {
		l.instruments = append(l.instruments, engine.Instrument{
			ID: engine.InstrumentID(l.name("inst", i)), CustomerID: l.customers[0].ID, Currency: "USD",
			Fields: map[string]string{"account": account},
		})
	}
	for n := range rapid.IntRange(0, 40).Draw(t, "requests") {
		l.rows = append(l.rows, l.aRow(t, n))
	}
	d.update(func(tx engine.Tx) {
		for _, c := range l.customers {
			tx.PutCustomer(c)
		}
		for _, i := range l.instruments {
			tx.PutInstrument(i)
		}
		for _, row := range l.rows {
			tx.PutRequest(nil, row.Request)
		}
	})
	return l
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
func (l list) aRow(t *rapid.T, n int) engine.RequestRow {
	moment := rapid.IntRange(0, 3)
	currency := rapid.SampledFrom([]money.Currency{"USD", "USD", "JPY", "KWD"}).Draw(t, "currency")
	amount := money.New(rapid.SampledFrom([]int64{1, 3, 100, 250, 300, 3000}).Draw(t, "amount"), currency)
	c := rapid.SampledFrom(l.customers).Draw(t, "customer")
	first := engine.RequestID(l.name("req", 0))
	row := engine.RequestRow{
		Request: engine.Request{
			ID: engine.RequestID(l.name("req", n)), Mode: l.mode(t), CustomerID: c.ID,
			PointID: rapid.SampledFrom([]string{"p0", "p1"}).Draw(t, "point") + l.suffix,
			Amount:  amount, OriginalAmount: amount, PolicyAmount: amount,
			Live: money.Zero(currency), Paid: money.Zero(currency),
			Status:      rapid.SampledFrom(engine.RequestStatuses()).Draw(t, "status"),
			StatusSince: at(moment.Draw(t, "since")), CreatedAt: at(moment.Draw(t, "created")),
			UpdatedAt: at(moment.Draw(t, "updated")), Version: 1, Head: engine.Head{Number: 1},
			Attention: rapid.SampledFrom([]engine.Attention{"", "", "overpaid", "conflict"}).Draw(t, "attention"),
			SplitFrom: rapid.SampledFrom([]engine.RequestID{"", "", first}).Draw(t, "split from"),
		},
		CustomerName: c.Name, CustomerReference: c.Reference,
	}
	if rapid.Bool().Draw(t, "has a reference") {
		row.Reference = fmt.Sprintf("r-%d", n)
	}
	if rapid.Bool().Draw(t, "has an instrument") {
		row.Instrument = rapid.SampledFrom(l.instruments).Draw(t, "instrument")
		row.InstrumentID = row.Instrument.ID
	}
	if row.Status == engine.RequestMerged {
		row.MergedInto = engine.RequestID(l.name("req", 1))
	}
	if rapid.Bool().Draw(t, "blocked") {
		row.Block = &engine.Block{Reason: rapid.SampledFrom(engine.BlockReasons()[6:]).Draw(t, "reason")}
	}
	return row
}

// aQuery draws a filter and an order for it.
func (l list) aQuery(t *rapid.T) engine.RequestQuery {
	q := engine.RequestQuery{
		Mode: l.mode(t),
		Order: engine.Order{
			Key:        rapid.SampledFrom(engine.OrderKeys()).Draw(t, "order"),
			Descending: rapid.Bool().Draw(t, "descending"),
		},
		Limit: rapid.IntRange(1, 9).Draw(t, "limit"),
	}
	clauses := rapid.SliceOfN(rapid.SampledFrom(aClause), 0, 3).Draw(t, "clauses")
	if q.Order.Key == "amount" {
		clauses = append(clauses, "currency:USD")
	}
	expr := strings.ReplaceAll(strings.Join(clauses, ";"), "~", l.suffix)
	var err error
	if q.Filter, err = filter.Parse(expr, engine.RequestFields(), at(3600)); err != nil {
		t.Fatalf("the filter of this test: %v", err)
	}
	return q
}

// testPages reads lists forwards and backwards and compares them with what
// sorting all rows gives.
func testPages(d *desk) {
	rapid.Check(d.T, func(t *rapid.T) {
		l := d.aList(t)
		for range 8 {
			q := l.aQuery(t)
			want := l.sorted(q)
			got, backwards := d.scroll(q), d.scrollBack(q)
			if !slices.Equal(ids(got), ids(want)) || !slices.Equal(ids(backwards), ids(want)) {
				t.Fatalf("%s by %+v, %d at a time:\nforwards  %v\nbackwards %v\nwant      %v",
					q.Filter, q.Order, q.Limit, ids(got), ids(backwards), ids(want))
			}
			same(t, "rows", got, want)
		}
	})
}

// scroll reads a list page by page.
func (d *desk) scroll(q engine.RequestQuery) (rows []engine.RequestRow) {
	for {
		page := d.page(q)
		rows = append(rows, page.Rows...)
		if !page.More {
			return rows
		}
		q.After = page.Last
	}
}

// scrollBack reads a list from its end, page by page.
func (d *desk) scrollBack(q engine.RequestQuery) (rows []engine.RequestRow) {
	q.Back = true
	for {
		page := d.page(q)
		rows = append(slices.Clone(page.Rows), rows...)
		if !page.More {
			return rows
		}
		q.After = page.First
	}
}

func (d *desk) page(q engine.RequestQuery) engine.RequestPage {
	d.Helper()
	return read(d, func(tx engine.ReadTx) (engine.RequestPage, error) { return tx.Requests(q) })
}

func ids(rows []engine.RequestRow) []engine.RequestID {
	list := make([]engine.RequestID, len(rows))
	for i, r := range rows {
		list[i] = r.ID
	}
	return list
}

// sorted is what q asks for, found by looking at every row.
func (l list) sorted(q engine.RequestQuery) []engine.RequestRow {
	var rows []engine.RequestRow
	for _, row := range l.rows {
		if row.Mode == q.Mode && l.passes(row, q.Filter) {
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b engine.RequestRow) int {
		switch q.Order.Key {
		case "created":
			return a.CreatedAt.Compare(b.CreatedAt)
		case "updated":
			return a.UpdatedAt.Compare(b.UpdatedAt)
		case "since":
			return a.StatusSince.Compare(b.StatusSince)
		default:
			return cmp.Compare(a.Amount.Minor, b.Amount.Minor)
		}
	})
	if q.Order.Descending {
		slices.Reverse(rows)
	}
	return rows
}

// passes reads a filter as a person would.
func (l list) passes(row engine.RequestRow, f filter.Expr) bool {
	for _, clause := range f.Clauses {
		matches := slices.ContainsFunc(clause.Values, func(v filter.Value) bool {
			return has(row, clause.Field, v)
		})
		if matches == clause.Not {
			return false
		}
	}
	for _, word := range f.Words {
		known := []string{row.Reference, row.CustomerName, l.email(row.CustomerID)}
		for _, number := range row.Instrument.Fields {
			known = append(known, number[len(number)-4:])
		}
		if !slices.ContainsFunc(known, func(s string) bool {
			return strings.Contains(strings.ToLower(s), strings.ToLower(word))
		}) {
			return false
		}
	}
	return true
}

// email is not part of a row.
func (l list) email(id engine.CustomerID) string {
	i := slices.IndexFunc(l.customers, func(c engine.Customer) bool { return c.ID == id })
	return l.customers[i].Email
}

func has(row engine.RequestRow, field string, v filter.Value) bool {
	during := func(t time.Time) bool {
		return (v.After == nil || !t.Before(*v.After)) && (v.Before == nil || t.Before(*v.Before))
	}
	switch field {
	case "status":
		return string(row.Status) == v.Text
	case "blocked":
		return (row.Block != nil) == v.Bool
	case "blockReason":
		return row.Block != nil && string(row.Block.Reason) == v.Text
	case "attention":
		return v.Text == string(row.Attention) || v.Text == "any" && row.Attention != "" ||
			v.Text == "none" && row.Attention == ""
	case "currency":
		return string(row.Amount.Currency) == v.Text
	case "amount":
		amount := row.Amount.Decimal()
		return (v.From == nil || amount.GreaterThanOrEqual(*v.From)) &&
			(v.To == nil || amount.LessThanOrEqual(*v.To))
	case "customer":
		return string(row.CustomerID) == v.Text || row.CustomerReference == v.Text
	case "created":
		return during(row.CreatedAt)
	case "updated":
		return during(row.UpdatedAt)
	case "since":
		return during(row.StatusSince)
	case "reference":
		return strings.EqualFold(row.Reference, v.Text)
	}
	return v.Text == map[string]string{
		"id": string(row.ID), "point": row.PointID, "instrument": string(row.InstrumentID),
		"splitFrom": string(row.SplitFrom), "mergedInto": string(row.MergedInto),
	}[field]
}

func testCursor(d *desk) {
	c := d.customer()
	var list []engine.Request
	for i := range 6 {
		list = append(list, d.request(c, func(r *engine.Request) { r.StatusSince = at(i / 2) }))
	}
	ready, err := filter.Parse("status:ready", engine.RequestFields(), noon)
	if err != nil {
		d.Fatal(err)
	}
	q := engine.RequestQuery{Mode: engine.ModeTest, Filter: ready, Order: engine.Order{Key: "since"}, Limit: 3}
	first := d.page(q)
	same(d, "the first page", len(first.Rows), 3)

	gone := list[2] // what the first page ended with
	approved := gone
	approved.Status, approved.StatusSince, approved.Version = engine.RequestApproved, at(9), 2
	d.update(func(tx engine.Tx) { tx.PutRequest(&gone, approved) })
	d.request(c, func(r *engine.Request) { r.StatusSince = at(0) }) // before the cursor
	late := d.request(c, func(r *engine.Request) { r.StatusSince = at(1) })

	q.After, q.Limit = first.Last, 10
	next := d.page(q)
	same(d, "the next page", ids(next.Rows),
		[]engine.RequestID{list[3].ID, late.ID, list[4].ID, list[5].ID})
	if next.More {
		d.Error("the last page says that there is more")
	}
	q.After, q.Back, q.Limit = next.First, true, 2
	back := d.page(q)
	same(d, "the page before", len(back.Rows), 2)
	same(d, "more before it", back.More, true)
}

func testBadPages(d *desk) {
	order := engine.Order{Key: "created"}
	for what, q := range map[string]engine.RequestQuery{
		"no limit":              {Mode: engine.ModeTest, Order: order},
		"too much":              {Mode: engine.ModeTest, Order: order, Limit: 1001},
		"no order":              {Mode: engine.ModeTest, Limit: 1},
		"another order":         {Mode: engine.ModeTest, Order: engine.Order{Key: "row; DROP TABLE request"}, Limit: 1},
		"amounts without money": {Mode: engine.ModeTest, Order: engine.Order{Key: "amount"}, Limit: 1},
	} {
		d.view(func(tx engine.ReadTx) error {
			if _, err := tx.Requests(q); engine.CodeOf(err) != engine.Invalid {
				d.Errorf("%s: %v, want invalid", what, err)
			}
			return nil
		})
	}
}
