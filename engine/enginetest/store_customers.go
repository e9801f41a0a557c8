package enginetest

import (
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
)

func testCustomersFound(d *desk) {
	var all []engine.Customer
	for i, name := range []string{"Zoë Sample", "Sample 張偉", "100% sure", "other"} {
		c := engine.Customer{
			ID: engine.CustomerID(d.next("cus")), Name: name, CreatedAt: at(i),
			Reference: []string{"shop-1", "shop-10", "net-1", ""}[i], Email: []string{"zoe@example.com", "", "a_b@example.org", ""}[i],
		}
		all = append(all, c)
		d.update(func(tx engine.Tx) { tx.PutCustomer(c) })
	}
	for n := range 3 {
		r := d.draft(all[1])
		r.CreatedAt = at(n + 1)
		d.update(func(tx engine.Tx) { tx.PutRequest(nil, r) })
	}
	page := func(q engine.CustomerQuery) engine.CustomerPage {
		q.Mode = engine.ModeTest
		return read(d, func(tx engine.ReadTx) (engine.CustomerPage, error) { return tx.CustomerRows(q) })
	}
	places := func(p engine.CustomerPage) (found []int) {
		for _, row := range p.Rows {
			found = append(found, slices.IndexFunc(all, func(c engine.Customer) bool { return c.ID == row.ID }))
		}
		return found
	}
	first := page(engine.CustomerQuery{Limit: 2})
	same(d, "the latest", places(first), []int{3, 2})
	same(d, "there are more", first.More, true)
	rest := page(engine.CustomerQuery{Limit: 2, Before: all[2].ID})
	same(d, "before them", places(rest), []int{1, 0})
	same(d, "there are no more", rest.More, false)
	same(d, "a row", rest.Rows[0], engine.CustomerRow{Customer: all[1], Requests: 3, Latest: at(3)})
	same(d, "of no requests", rest.Rows[1], engine.CustomerRow{Customer: all[0]})

	for _, test := range []struct {
		search string
		want   []int
	}{
		{"shop-1", []int{0, 1}},
		{"shop-10", []int{1}},
		{"SHOP", nil},
		{"s", []int{0, 1}},
		{"sample", []int{0, 1}},
		{"張偉", nil}, // two characters are too short for what stands inside
		{"ple 張", []int{1}},
		{"example.", []int{0, 2}},
		{"100%", []int{2}},
		{"a_b", []int{2}},
		{"a%b", nil},
		{`"'; --`, nil},
		{string(all[3].ID), []int{3}},
		{string(all[3].ID)[20:], []int{3}},
	} {
		found := places(page(engine.CustomerQuery{Search: test.search, Limit: 9}))
		slices.Sort(found)
		same(d, "those who fit "+test.search, found, test.want)
	}
	cut := page(engine.CustomerQuery{Search: "sample", Limit: 1})
	same(d, "one of several", []any{len(cut.Rows), cut.More}, []any{1, true})
	renamed := all[3]
	renamed.Name = strings.Repeat("Renamed ", 3)
	d.update(func(tx engine.Tx) { tx.PutCustomer(renamed) })
	same(d, "renamed", places(page(engine.CustomerQuery{Search: "renamed", Limit: 9})), []int{3})
}
