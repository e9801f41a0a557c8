package engine_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
)

// listed reads a whole list, a page of two at a time, forwards, and then from
// its end backwards, which has to be the same.
func (d *desk) listed(expr string, order engine.Order) (list []engine.RequestID) {
	d.t.Helper()
	f, err := filter.Parse(expr, engine.RequestFields(), d.clock.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	var pages [2][]engine.RequestID
	for way, back := range []bool{false, true} {
		q := engine.RequestQuery{Mode: engine.ModeTest, Filter: f, Order: order, Back: back, Limit: 2}
		for more := true; more; {
			page, err := d.Requests(d.t.Context(), q)
			if err != nil {
				d.t.Fatal(err)
			}
			if back {
				slices.Reverse(page.Rows)
			}
			for _, row := range page.Rows {
				pages[way] = append(pages[way], row.ID)
			}
			more, q.After = page.More, page.Next(back)
		}
	}
	slices.Reverse(pages[1])
	if !slices.Equal(pages[0], pages[1]) {
		d.t.Errorf("%s is %v forwards, and %v from its end", expr, pages[0], pages[1])
	}
	return pages[0]
}

// TestParity51Lists: lists are filtered, searched, sorted and paged, and a card
// is found by what is shown of it. There is one key to sort by, and the order of
// coming in decides between what is alike in it: moments do not repeat, so that
// a second key would hardly ever be asked, and amounts alike come in the order
// in which people deal with them. So each list is a walk along one index, and a
// page costs the same wherever in it it is.
func TestParity51Lists(t *testing.T) {
	d := newDesk(t)
	card := func(customer engine.CustomerID, number string) engine.Instrument {
		i, err := d.CreateInstrument(t.Context(), as("admin1"), engine.NewInstrument{
			CustomerID: customer, ServiceID: "payment_card_usd", Fields: map[string]string{"card_number": number},
		})
		if err == nil {
			i, err = d.VerifyInstrument(t.Context(), as("senior2"), i.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	first, second := d.customer(), d.customer()
	a := d.request(card(first.CustomerID, "5123817234060000"), "10")
	b := d.request(card(second.CustomerID, "4111111111111111"), "30")
	c := d.request(card(second.CustomerID, "5123817234060000"), "10")
	e, _ := d.allocated(d.customer(), "20") // to a test account
	names := map[engine.RequestID]string{a.ID: "a", b.ID: "b", c.ID: "c", e.ID: "e"}

	for expr, want := range map[string]string{
		// A card, by what is shown of it.
		"number:512381******0000":                      "[a c]",
		"512381******0000":                             "[a c]",
		"number:5123817234060000":                      "[a c]", // never kept; pasted in whole
		"5123817234060000":                             "[a c]",
		`number:"5123 8172 3406 0000"`:                 "[a c]",
		"number:512381*":                               "[a c]",
		"512381*":                                      "[a c]",
		"number:*1111":                                 "[b]",
		"number:!*1111":                                "[a c e]",
		"number:*1111,512381*":                         "[a b c]",
		"number:512381******1111":                      "[]",
		"512381******1111":                             "[]",
		"number:512381":                                "[]",
		"number:5%":                                    "[]",
		"ending:0000":                                  "[a c]",
		"0000":                                         "[a c]",
		"method:payment-card;amount:..10":              "[a c]",
		"amount:20..30":                                "[b e]",
		"status:pending;number:*":                      "[a b c]",
		"instrument:" + string(b.InstrumentID):         "[b]",
		"customer:" + string(second.CustomerID):        "[b c]",
		"512381*0000 customer:" + string(a.CustomerID): "[a]",
	} {
		got := []string{}
		for _, id := range d.listed(expr, engine.Order{Key: "created"}) {
			got = append(got, names[id])
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s finds %v, want %s", expr, got, want)
		}
	}

	for order, want := range map[engine.Order]string{
		{Key: "created"}:                   "[a b c e]",
		{Key: "created", Descending: true}: "[e c b a]",
		{Key: "amount"}:                    "[a c e b]",
		{Key: "amount", Descending: true}:  "[b e c a]",
	} {
		got := []string{}
		for _, id := range d.listed("currency:USD", order) {
			got = append(got, names[id])
		}
		if fmt.Sprint(got) != want {
			t.Errorf("by %+v: %v, want %s", order, got, want)
		}
	}
}

// TestACardThatWasPaidIsFoundByItsNumber, though the request selected another.
func TestACardThatWasPaidIsFoundByItsNumber(t *testing.T) {
	d := newDesk(t)
	selected := d.customer()
	r := d.approved(selected, "50")
	card, err := d.CreateInstrument(t.Context(), as("admin1"), engine.NewInstrument{
		CustomerID: selected.CustomerID, ServiceID: "payment_card_usd", Fields: map[string]string{"card_number": "5123817234060000"},
	})
	if err == nil {
		card, err = d.VerifyInstrument(t.Context(), as("senior2"), card.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	if found := d.listed("number:512381*0000", engine.Order{Key: "created"}); len(found) != 0 {
		t.Errorf("found before anything was to be paid there: %v", found)
	}
	d.paid(card, "covered", "500")
	if _, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, nil); err != nil {
		t.Fatal(err)
	}
	if to := d.allocations(r.ID)[0].InstrumentID; to != card.ID {
		t.Fatalf("it was allocated to %s", to)
	}
	for _, expr := range []string{"number:512381*0000", "512381*0000", "number:5123817234060000"} {
		if found := d.listed(expr, engine.Order{Key: "created"}); !slices.Equal(found, []engine.RequestID{r.ID}) {
			t.Errorf("%s finds %v", expr, found)
		}
	}
}
