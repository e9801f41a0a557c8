package engine_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// F56: the twelve fields by which the review system filters, under its names,
// with its "," "!" ".." and ";".
func TestF56ListFilters(t *testing.T) {
	d := newDesk(t)
	ids := d.ready("10", "20", "30")
	payee := d.customer()
	split := d.request(payee, "40")
	_, parts, err := d.Split(t.Context(), as("rev1"), split.ID, engine.Splitting{
		Seen: 1, Amounts: []money.Amount{usd("15"), usd("25")}, Reason: "processor-limit",
	})
	if err != nil {
		t.Fatal(err)
	}
	d.must(d.Block(t.Context(), as("rev1"), parts[0].ID, "aml-review", ""))
	b := d.batchOf(ids[0])
	every := []engine.RequestID{ids[0], ids[1], ids[2], split.ID, parts[0].ID, parts[1].ID}
	first := d.now(ids[0])
	tests := map[string][]engine.RequestID{
		"id:%[1]s,%[2]s":                             ids[:2],
		"id:!%[1]s,%[2]s":                            every[2:],
		"customerId:" + string(split.CustomerID):     every[3:],
		"websiteId:" + first.PointID:                 every,
		"websiteId:!" + first.PointID:                nil,
		"batchId:" + string(b.ID):                    ids[:1],
		"batchId:none;status:ready":                  ids[1:],
		"status:READY":                               ids,
		"status:!ready,split":                        every[4:],
		"blocked:true":                               every[4:5],
		"blocked:false;status:pending":               every[5:],
		"blockReason:aml-review":                     every[4:5],
		"blockReason:!aml-review;customerId:!nobody": slices.Concat(every[:4], every[5:]),
		"splitReason:processor-limit":                every[3:4],
		"createdTime:..-1m":                          nil,
		"createdTime:-1d..;currency:USD":             every,
		"updatedTime:2020-01-01..2020-12-31":         nil,
		"currency:EUR,JPY":                           nil,
		"amount:10..20;status:ready":                 ids[:2],
		"amount:..25;status:!split":                  {ids[0], ids[1], parts[0].ID, parts[1].ID},
	}
	for expr, want := range tests {
		if strings.Contains(expr, "%") {
			expr = fmt.Sprintf(expr, ids[0], ids[1])
		}
		got := d.listed(expr, engine.Order{Key: "created"})
		slices.Sort(got)
		want = slices.Sorted(slices.Values(want))
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", expr, got, want)
		}
	}
}

// A filter that has a card's number is kept with the number as it is shown, and
// finds the same.
func TestFiltersKeepNoWholeCardNumber(t *testing.T) {
	d := newDesk(t)
	const number, shown = "4111111111111111", "411111******1111"
	kept := func(what string, v any) {
		t.Helper()
		raw, err := json.Marshal(v)
		if err != nil || strings.Contains(string(raw), number) || !strings.Contains(string(raw), shown) {
			t.Errorf("%s: %s, %v", what, raw, err)
		}
	}
	saved, err := d.SaveView(t.Context(), as("rev1"), "", engine.View{Name: "One card", Filter: "number:" + number})
	if err != nil {
		t.Fatal(err)
	}
	kept("a view", saved)
	file, err := engine.ReadConfigFile([]byte(`{"views": [{"name": "Another", "filter": "status:ready ` + number + `"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Apply(t.Context(), as("admin1"), file, false); err != nil {
		t.Fatal(err)
	}
	views, err := d.Views(t.Context(), "rev1")
	if err != nil || len(views) != 2 {
		t.Fatalf("%v, %v", views, err)
	}
	kept("a view of a file", views)
	kept("what is selected", d.matching("number:"+number).String())
	entries, err := d.Journal(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	kept("the journal", entries)
}
