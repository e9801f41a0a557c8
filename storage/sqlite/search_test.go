package sqlite_test

import (
	"context"
	"fmt"
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
	}
	for _, test := range tests {
		for _, order := range engine.OrderKeys() {
			e, err := filter.Parse("currency:USD "+test.expr, engine.RequestFields(), benchStart)
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
