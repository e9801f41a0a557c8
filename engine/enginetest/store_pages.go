package enginetest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
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
	"point:p1", "point:!p1", "instrument:inst_0~", "instrument:!inst_0~",
	"created:2026-11-02T12:00:01Z..", "created:..2026-11-02T12:00:02Z", "created:!2026-11-02T12:00:01Z",
	"updated:2026-11-02T12:00:01Z", "updated:2026-11-02", "since:2026-11-02T12:00:01Z..2026-11-02T12:00:02Z",
	"id:req_1~,req_3~", "id:!req_1~", "reference:R_1~", "reference:r_2~,r_3~", "reference:!R_1~",
	"splitFrom:req_0~", "splitFrom:!req_0~", "mergedInto:req_1~", "mergedInto:req_1~,x",
	"0", "C1", "n", "N%", "_", "4417", "r_1", "@", `"back\\slash"`,
	"blockedBy:rev1", "blockedBy:!rev2", "available:0", "available:1..3", "available:!3", "remainderOf:req_0~",
	"age:3599m..", "age:..3600m",
	"missing:0", "missing:1", "missing:2..", "missing:!1..2", "missing:0,2",
	"canceledBy:merchant", "canceledBy:!customer", "splitReason:other", "splitReason:!other,risk-review",
	`name:"sample n%"`, "name:nobody", "email:ONE@example.com,x", "email:!one@example.com", "country:us", "tag:VIP", "tag:!vip,a",
	"createdBy:rev1", "createdBy:!rev1", "maker:rev2", "maker:!rev1,rev2", "approvedBy:rev1", "approvedBy:!rev3",
	"ending:4417", "ending:!4417", "number:4000*", "number:!*4417", "number:40004417,x", "number:UNDER_score", "4000*", "*4417",
	"number:4000*17", "method:TEST", "service:s1", "service:!s1", "gateway:g1~", "gateway:g2~,x", "gateway:!g1~",
	"batch:b_0~", "batch:any", "batch:none", "batch:!b_1~,b_0~", "CREATEDTIME:2026-11-02", "sample", "441", "ample", "example.com", "core",
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
		Look:  rapid.SampledFrom([]int{0, 1, 2, 7, 1001}).Draw(t, "look"),
	}
	clauses := rapid.SliceOfN(rapid.SampledFrom(aClause), 0, 3).Draw(t, "clauses")
	if q.Order.Key == "amount" {
		clauses = append(clauses, "currency:USD")
	}
	expr := strings.ReplaceAll(strings.Join(clauses, ";"), "~", l.suffix)
	var err error
	if q.Filter, err = filter.Parse(expr, engine.RequestFields(), at(3600*60+2)); err != nil {
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
			same(t, "the tally", d.tally(q), len(want))
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
		q.After = page.Next(false)
	}
}

// tally counts a list bite by bite.
func (d *desk) tally(q engine.RequestQuery) (n int) {
	for {
		counted := read(d, func(tx engine.ReadTx) (engine.Counted, error) { return tx.CountUpTo(q) })
		n += counted.Requests
		if counted.Next == (engine.Cursor{}) {
			return n
		}
		q.After = counted.Next
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
		q.After = page.Next(true)
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
			rows = append(rows, row.RequestRow)
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
func (l list) passes(row listed, f filter.Expr) bool {
	for _, clause := range f.Clauses {
		matches := slices.ContainsFunc(clause.Values, func(v filter.Value) bool {
			return l.has(row, clause.Field, v)
		})
		if matches == clause.Not {
			return false
		}
	}
	for _, word := range f.Words {
		known := []string{row.Reference, row.CustomerName, l.customer(row.CustomerID).Email}
		for _, number := range row.Instrument.Fields {
			known = append(known, number[len(number)-4:])
		}
		if !slices.ContainsFunc(known, func(s string) bool {
			return strings.Contains(strings.ToLower(s), strings.ToLower(word))
		}) && (!strings.Contains(word, "*") || !l.hasText(row, "number", word)) {
			return false
		}
	}
	return true
}

// customer is whose row has only a name and a reference of.
func (l list) customer(id engine.CustomerID) engine.Customer {
	i := slices.IndexFunc(l.customers, func(c engine.Customer) bool { return c.ID == id })
	return l.customers[i]
}

func (l list) has(row listed, field string, v filter.Value) bool {
	during := func(t time.Time) bool {
		return (v.After == nil || !t.Before(*v.After)) && (v.Before == nil || t.Before(*v.Before))
	}
	switch field {
	case "batch":
		return v.Text == string(row.BatchID) || v.Text == "any" && row.BatchID != "" || v.Text == "none" && row.BatchID == ""
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
		return inBounds(v, row.Amount.Decimal())
	case "available":
		return inBounds(v, row.Available().Decimal())
	case "missing":
		return inBounds(v, decimal.NewFromInt(int64(l.missing(row.Request))))
	case "customer":
		return string(row.CustomerID) == v.Text || row.CustomerReference == v.Text
	case "created":
		return during(row.CreatedAt)
	case "updated":
		return during(row.UpdatedAt)
	case "since", "age":
		return during(row.StatusSince)
	case "reference":
		return strings.EqualFold(row.Reference, v.Text)
	}
	return l.hasText(row, field, v.Text)
}

// inBounds reports whether a number is within the bounds of v.
func inBounds(v filter.Value, n decimal.Decimal) bool {
	return (v.From == nil || n.GreaterThanOrEqual(*v.From)) && (v.To == nil || n.LessThanOrEqual(*v.To))
}

// missing is what the policy of the point p0 says, which put has written.
func (l list) missing(r engine.Request) int {
	need := 1
	if r.PointID == "p0" {
		switch {
		case r.Amount.Currency == "USD" && r.Amount.Minor > 250:
			need = 0
		case r.Amount.Currency == "USD" && r.Amount.Minor > 100:
			need = 2
		case r.Amount.Currency == "JPY" && r.Amount.Minor > 2:
			need = 3
		}
	}
	if r.Status != engine.RequestPending && r.Status != engine.RequestReady {
		return 0
	}
	return max(0, need-len(r.Approvals))
}

func (l list) hasText(row listed, field, text string) bool {
	c := l.customer(row.CustomerID)
	same := func(s string) bool { return strings.EqualFold(s, text) }
	by := func(id engine.ReviewerID) bool { return string(id) == text }
	switch field {
	case "name":
		return same(c.Name)
	case "email":
		return same(c.Email)
	case "country":
		return same(c.Country)
	case "tag":
		return slices.ContainsFunc(c.Tags, same)
	case "createdBy":
		return by(row.by)
	case "maker":
		return slices.ContainsFunc(row.Makers, by)
	case "approvedBy":
		return slices.ContainsFunc(row.Approvals, func(a engine.Approval) bool { return by(a.By) })
	case "blockedBy":
		return row.Block != nil && by(row.Block.By)
	case "canceledBy":
		return row.Cancellation != nil && string(row.Cancellation.By) == text
	case "ending":
		return strings.HasSuffix(row.Instrument.Fields["account"], text) && len(text) == 4
	case "number":
		head, tail, hidden := strings.Cut(text, "*")
		number := strings.ToLower(row.Instrument.Fields["account"])
		return same(number) || hidden && strings.HasPrefix(number, head) && strings.HasSuffix(number, tail) && number != ""
	case "method":
		return same(row.Instrument.Method)
	}
	return text == map[string]string{
		"service": row.Instrument.ServiceID, "gateway": row.gateway, "splitReason": string(row.splitReason),
		"remainderOf": string(row.RemainderOf), "id": string(row.ID), "point": row.PointID, "instrument": string(row.InstrumentID),
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
