package sqlite_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
)

// TestSearchFindsWhatIsIndexedAndWhatIsNotYet puts more customers and requests
// than are indexed at once, and renames one of each kind.
func TestSearchFindsWhatIsIndexedAndWhatIsNotYet(t *testing.T) {
	store := fresh(t)
	const many = 2500
	customerOf := func(i int) engine.Customer {
		return engine.Customer{
			ID: engine.CustomerID(fmt.Sprintf("cus_%05d", i)), Name: fmt.Sprintf("Sample Nº %05d end", i),
			Email: fmt.Sprintf("c%05d@example.com", i),
		}
	}
	must(t, store.Update(context.Background(), func(tx engine.Tx) error {
		for i := range many {
			tx.PutCustomer(customerOf(i))
			tx.PutInstrument(engine.Instrument{
				ID: engine.InstrumentID(fmt.Sprintf("inst_%05d", i)), CustomerID: customerOf(i).ID,
				Fields: map[string]string{"account": fmt.Sprintf("DE00%05dxyz", i)},
			})
			tx.PutRequest(nil, engine.Request{
				ID: engine.RequestID(fmt.Sprintf("req_%05d", i)), Mode: engine.ModeTest, Status: engine.RequestReady,
				CustomerID: customerOf(i).ID, InstrumentID: engine.InstrumentID(fmt.Sprintf("inst_%05d", i)),
				Reference: fmt.Sprintf("Order/%05d-é", i), Amount: money.New(100, "USD"), OriginalAmount: money.New(100, "USD"),
				PolicyAmount: money.New(100, "USD"), Live: money.Zero("USD"), Paid: money.Zero("USD"), Version: 1,
			})
		}
		return nil
	}))
	must(t, store.Update(context.Background(), func(tx engine.Tx) error {
		for _, i := range []int{7, many - 1} {
			c := customerOf(i)
			c.Name = "Quite different"
			tx.PutCustomer(c)
		}
		return nil
	}))
	tests := []struct {
		expr string
		want int
	}{
		{"order/01234", 1},
		{"ORDER/02499-é", 1},
		{`"02499"`, 1},
		{"/0123", 10},
		{"-é", many},
		{"c00007@", 1},
		{"c02498@example", 1},
		{"DIFFERENT", 2},
		{"different quite", 2},
		{`"00007 end"`, 0},
		{`"02499 end"`, 0},
		{`"00008 end"`, 1},
		{"4xyz", 250},
		{"xyz", many},
		{"4xy", 250},
		{"xyz9", 0},
		{"12345xyz", 0},
		{"yz", many},
		{`"%"`, 0},
		{`name:"quite DIFFERENT"`, 2},
		{`name:"quite"`, 0},
		{"email:C00007@example.com", 1},
		{"ending:4XYZ", 250},
		{"ending:xyz", 0},
		{"instrument:inst_00007", 1},
		{`name:"sample nº 00011 end","quite different",x`, 3},
		{`name:"SAMPLE Nº 00011 END"`, 1},
		{"reference:ORDER/00011-É", 1},
		{"reference:order/00011-é,order/02498-É", 2},
		{"order/00011-É", 1},
	}
	for _, test := range tests {
		for _, order := range engine.OrderKeys() {
			e, err := filter.Parse("currency:USD "+test.expr, engine.RequestFields(), noon)
			must(t, err)
			q := engine.RequestQuery{Mode: engine.ModeTest, Filter: e, Order: engine.Order{Key: order}, Limit: 1000}
			found := 0
			for more := true; more; {
				must(t, store.View(context.Background(), func(tx engine.ReadTx) error {
					page, err := tx.Requests(q)
					found += len(page.Rows)
					more, q.After = page.More, page.Next(false)
					return err
				}))
			}
			if found != test.want {
				t.Errorf("%s by %s finds %d, want %d", test.expr, order, found, test.want)
			}
		}
	}
	healthy(t, store)
}

// TestSearchFindsNamesInAnyCase looks for people in more than one script, each
// once as a row that is indexed and once as one that is not yet.
func TestSearchFindsNamesInAnyCase(t *testing.T) {
	store := fresh(t)
	names := []string{
		"Sample ÄRGER", "Sample Łódź", "Пример Клиент", "Δείγμα ΣΑΣ", "İstanbul Örnek", "ISPARTA Sample", "Kırık Sample",
		"Straße ẞample", "Նմուշ", "საცდელი ᲡᲐᲪᲓᲔᲚᲘ", "示例客户", "[Sample] *?", "Kelvin", "SSample",
	}
	const indexed = 1000
	must(t, store.Update(context.Background(), func(tx engine.Tx) error {
		for i := range indexed + len(names) {
			name := names[i%len(names)]
			if i >= len(names) && i < indexed {
				name = "Nobody"
			}
			id := fmt.Sprintf("%05d", i)
			tx.PutCustomer(engine.Customer{ID: engine.CustomerID(id), Name: name, Tags: []string{name}})
			tx.PutRequest(nil, engine.Request{
				ID: engine.RequestID(id), Mode: engine.ModeTest, Status: engine.RequestReady, CustomerID: engine.CustomerID(id),
				Amount: money.New(100, "USD"), OriginalAmount: money.New(100, "USD"), PolicyAmount: money.New(100, "USD"),
				Live: money.Zero("USD"), Paid: money.Zero("USD"), Version: 1,
			})
		}
		return nil
	}))
	for typed, name := range map[string]string{
		"ärger": "Sample ÄRGER", "łÓDŹ": "Sample Łódź", "КЛИЕНТ": "Пример Клиент", "пример": "Пример Клиент", "σασ": "Δείγμα ΣΑΣ",
		"ςΑς": "Δείγμα ΣΑΣ", "istanbul": "İstanbul Örnek", "ISTANBUL": "İstanbul Örnek", "ıstanbul": "İstanbul Örnek", "ÖRNEK": "İstanbul Örnek",
		"ısparta": "ISPARTA Sample", "isparta": "ISPARTA Sample", "kirik": "Kırık Sample", "KIRIK": "Kırık Sample", "STRAẞE": "Straße ẞample",
		"ՆՄՈՒՇ": "Նմուշ", "ᲡᲐᲪᲓᲔᲚᲘ": "საცდელი ᲡᲐᲪᲓᲔᲚᲘ", "საცდელი": "საცდელი ᲡᲐᲪᲓᲔᲚᲘ", "客户": "示例客户", "示例客": "示例客户",
		"[sample]": "[Sample] *?", "*?": "[Sample] *?", "kelvin": "Kelvin", "sſample": "SSample",
	} {
		for _, expr := range []string{fmt.Sprintf("%q", typed), fmt.Sprintf("name:%q", strings.ToUpper(name)), fmt.Sprintf("tag:%q", strings.ToLower(name))} {
			if strings.ContainsAny(name, "İIß") && strings.Contains(expr, ":") { // these have other lengths in the other case
				continue
			}
			e, err := filter.Parse(expr, engine.RequestFields(), noon)
			must(t, err)
			for _, look := range []int{0, 100} { // by the index, and by looking at each
				q := engine.RequestQuery{Mode: engine.ModeTest, Filter: e, Order: engine.Order{Key: "created"}, Limit: 1000, Look: look}
				found := 0
				for more := true; more; {
					must(t, store.View(context.Background(), func(tx engine.ReadTx) error {
						page, err := tx.Requests(q)
						for _, row := range page.Rows {
							if row.CustomerName != name {
								t.Errorf("%s finds %q", expr, row.CustomerName)
							}
						}
						found += len(page.Rows)
						more, q.After = page.More, page.Next(false)
						return err
					}))
				}
				if found != 2 {
					t.Errorf("%s finds %d of %q, want 2 (looking at %d)", expr, found, name, look)
				}
			}
		}
	}
}
