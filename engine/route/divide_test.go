package route_test

import (
	"testing"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/route"
)

func TestDivide(t *testing.T) {
	limits := func(id, least, most string) route.Route {
		return route.Route{ID: id, Gateway: "g" + id, Min: usd(t, least), Max: usd(t, most)}
	}
	holding := func(r route.Route, gateway, balance string) route.Route {
		r.Gateway, r.BalanceKnown, r.Spendable = gateway, true, usd(t, balance)
		return r
	}
	costing := func(r route.Route, rate, fixed string) route.Route {
		r.Fee = fx.Fee{Rate: number(t, rate), Fixed: number(t, fixed)}
		return r
	}
	turning := func(r route.Route, limit, used string) route.Route {
		r.TurnoverLimit, r.TurnoverUsed = usd(t, limit), usd(t, used)
		return r
	}
	paying := func(r route.Route, currency money.Currency, rate string) route.Route {
		r.Quote = fx.Quote{Base: "USD", Quote: currency, Rate: number(t, rate)}
		r.Min.Currency, r.Max.Currency = currency, currency
		return r
	}
	for _, test := range []struct {
		name    string
		portion string
		routes  []route.Route
		most    int
		want    string // the parts, or the resolution and why
	}{
		{"what one route can pay is not divided", "300", []route.Route{limits("a", "1", "100"), limits("b", "1", "1000")}, 100, "b 300.00"},
		{"the first that can pay all of it", "100", []route.Route{limits("a", "1", "100"), limits("b", "1", "1000")}, 100, "a 100.00"},
		{"routes take turns", "1000", []route.Route{limits("a", "1", "100"), limits("b", "1", "300")}, 100, "a 100.00, b 300.00, a 100.00, b 300.00, b 200.00"},
		{"the rest goes whole to whoever can take it", "1100", []route.Route{limits("a", "1", "100"), limits("b", "1", "100"), limits("c", "1", "1000")}, 100, "a 100.00, c 1000.00"},
		{"the rest is no smaller than a minimum", "101", []route.Route{limits("a", "10", "100")}, 100, "a 91.00, a 10.00"},
		{"the minimum of the one that follows", "130", []route.Route{limits("a", "1", "100"), limits("b", "50", "90")}, 100, "a 100.00, a 30.00"},
		{"looks further ahead than one part", "31", []route.Route{limits("a", "10", "12")}, 100, "a 11.00, a 10.00, a 10.00"},
		{"a route whose turn would be too much is passed over", "145", []route.Route{
			holding(limits("a", "60", "100"), "ga", "100"), holding(limits("b", "90", "100"), "gb", "100"),
			holding(limits("c", "1", "30"), "gc", "30"), holding(limits("d", "1", "30"), "gd", "30"),
		}, 100, "a 100.00, c 30.00, d 15.00"},
		{"a first route that leads nowhere", "10", []route.Route{holding(limits("a", "8", "26"), "ga", "9"), limits("b", "3", "8")}, 100, "b 7.00, b 3.00"},
		{"a whole is rounded down", "10", []route.Route{paying(limits("a", "1", "278.34"), "UAH", "27.8346")}, 100, "a 10.00"},
		{"a part can be rounded up", "20", []route.Route{paying(limits("a", "1", "278.34"), "UAH", "27.8346")}, 100, "a 9.99, a 9.97, a 0.04"},
		{"no parts keep to the limits", "25", []route.Route{limits("a", "10", "12")}, 100, "strategy-configured-routes-were-filtered: 25.00 USD is more than the routes can take even in parts: 24.00 USD at most"},
		{"nobody", "25", nil, 100, "strategy-configured-routes-were-filtered: 25.00 USD is more than the routes can take even in parts: 0.00 USD at most"},
		{"a minimum above it", "25", []route.Route{limits("a", "26", "100")}, 100, "strategy-configured-routes-were-filtered: 25.00 USD is more than the routes can take even in parts: 0.00 USD at most"},
		{"the balance bounds all parts", "250", []route.Route{holding(limits("a", "1", "100"), "g", "150"), limits("b", "1", "100")}, 100, "a 100.00, b 100.00, a 50.00"},
		{"and leaves room for minima", "150", []route.Route{holding(limits("a", "60", "100"), "g", "150")}, 100, "a 90.00, a 60.00"},
		{"routes of one account share its balance", "250", []route.Route{
			holding(limits("a", "1", "100"), "g", "150"), holding(limits("b", "1", "100"), "g", "150"), limits("c", "1", "50"),
		}, 100, "a 100.00, b 50.00, c 50.00, c 50.00"},
		{"each part costs its fee", "199", []route.Route{costing(holding(limits("a", "1", "100"), "g", "201"), "0", "1")}, 100, "a 100.00, a 99.00"},
		{"which can be too much", "200", []route.Route{costing(holding(limits("a", "1", "100"), "g", "201.99"), "0", "1")}, 100, "strategy-configured-routes-were-filtered: 200.00 USD is more than the routes can take even in parts: 199.99 USD at most"},
		{"the turnover bounds all parts", "250", []route.Route{turning(limits("a", "1", "100"), "500", "350"), limits("b", "1", "100")}, 100, "a 100.00, b 100.00, a 50.00"},
		{"in the account's currency", "250", []route.Route{paying(limits("a", "400", "4000"), "UAH", "40"), limits("b", "1", "60")}, 100, "a 100.00, b 60.00, a 90.00"},
		{"too many parts", "250", []route.Route{limits("a", "1", "100")}, 2, "limit-violation: 250.00 USD would take more than 2 parts: 2 pay 200.00 USD at most"},
		{"as many parts as there may be", "200", []route.Route{limits("a", "1", "100")}, 2, "a 100.00, a 100.00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := route.Divide(usd(t, test.portion), test.routes, test.most)
			got := parts(d)
			if d.Parts == nil {
				got = string(d.Resolution) + ": " + d.Why
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// 0.04 and 0.03 alone come to 0.03 and 0.02 in hryvnia, together to 0.06.
func TestPartsAreNotCheaperThanTheirWhole(t *testing.T) {
	r := route.Route{
		ID: "r", Quote: fx.Quote{Base: "USD", Quote: "UAH", Rate: number(t, "0.91534217")}, TurnoverLimit: money.New(5, "UAH"),
	}
	d := route.Divide(usd(t, "0.07"), []route.Route{r}, route.MaxParts)
	if want := "0.07 USD is more than the routes can take even in parts: 0.05 USD at most"; d.Parts != nil || d.Why != want {
		t.Errorf("divided into %q, %s", parts(d), d.Why)
	}
}

// Parts that are converted together sum to one conversion, and a maximum in
// the account's currency holds for each nevertheless.
func TestDividedPartsConvertToOneWhole(t *testing.T) {
	r := route.Route{
		ID: "r", Quote: fx.Quote{Base: "USD", Quote: "UAH", Rate: number(t, "27.8346")}, Max: money.New(139_17, "UAH"),
	}
	d := route.Divide(usd(t, "10"), []route.Route{r}, route.MaxParts)
	if got := parts(d); got != "r 4.99, r 4.99, r 0.02" {
		t.Fatalf("divided into %q, %s", got, d.Why)
	}
	var amounts []money.Amount
	for _, part := range d.Parts {
		amounts = append(amounts, part.Amount)
	}
	converted, err := r.Quote.ConvertParts(amounts)
	if err != nil {
		t.Fatal(err)
	}
	sum := money.Zero("UAH")
	for _, a := range converted {
		sum = sum.Plus(a)
	}
	if sum != money.New(278_34, "UAH") {
		t.Errorf("%v sum to %s", converted, sum)
	}
}
