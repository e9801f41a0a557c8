package tui_test

import (
	"fmt"
	"testing"

	"github.com/purserhq/purser/engine"
)

func TestCustomersAreFoundAsOneTypes(t *testing.T) {
	d := newDesk(t)
	for i := range 130 {
		must(d.CreateCustomer(t.Context(), as("rev1"), engine.NewCustomer{
			Reference: fmt.Sprintf("shop-%03d", i), Name: fmt.Sprintf("Sample Person %d", i), Email: fmt.Sprintf("p%d@example.com", i),
		}))
	}
	s := d.sit("support1")
	s.press("g", "u")
	s.shows("Sample Person 129", "shop-129", "customers, the latest first")
	s.press("G")
	s.press("G")
	s.shows("Sample Person 0 ", "rows ")
	s.press("/")
	s.typed("shop-04")
	s.shows("Sample Person 42", "Sample Person 49")
	s.hides("Sample Person 129")
	s.typed("2")
	s.hides("Sample Person 49")
	s.press("enter", "enter")
	s.shows("▸ Sample Person 42", "nothing was paid in", "none yet")
	s.press("esc", "esc")
	s.shows(">  Sample Person 42", "Sample Person 43", "customers, the latest first")
	s.press("/")
	s.typed("p77@exa")
	s.shows("Sample Person 77")
	s.press("esc")
	s.hides("/ p77@exa")
}

func TestCustomerIsLookedUp(t *testing.T) {
	d := newDesk(t)
	i := d.account()
	r := d.ready(i, "120.50")
	must(d.Block(t.Context(), as("rev1"), r.ID, "aml-review", ""))
	added := must(d.CreateInstrument(t.Context(), as("rev1"), engine.NewInstrument{
		CustomerID: i.CustomerID, ServiceID: "test_eur", Fields: map[string]string{"account": "111111"},
	}))
	s := d.sit("rev1")
	s.press("8", "g", "p")
	s.shows("BLOCKS", "aml  stands", "120.50 EUR", "EXPOSURE", "INSTRUMENTS")
	s.press("2", "j", "v")
	s.shows("rev1 added instrument")
	s.press("p")
	s.shows("stop payouts to this customer")
	s.rest(1e9)
	s.press("enter")
	s.shows("stopped payouts to")
	if must(d.Customer(t.Context(), string(i.CustomerID))).PayoutEnabled {
		t.Error("payouts go on")
	}
	s.press("1")
	s.shows("disabled: nothing of theirs is sent")

	s = d.sit("rev2")
	s.press("8", "g", "p", "2", "j", "v")
	s.shows("vouch for ", "which rev1 added")
	s.rest(1e9)
	s.press("enter")
	if got := must(d.Instrument(t.Context(), added.ID)); got.VerifiedBy != "rev2" {
		t.Errorf("%+v", got)
	}
	s.press("3", "enter")
	s.shows("blocked aml")
	s.press("esc")
	s.shows("Instruments 2")

	s = d.sit("viewer1")
	s.press("8", "g", "p", "p")
	s.shows("viewer1 is a viewer: it takes a reviewer")
}
