package demo

import (
	_ "embed"

	"github.com/shopspring/decimal"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// You is the reviewer whom somebody at a demo desk acts as.
const You = engine.ReviewerID("senior1")

// The other people of the desk who act by themselves.
const (
	support  = engine.ReviewerID("support1")
	admin    = engine.ReviewerID("admin1")
	rev1     = engine.ReviewerID("rev1")
	rev2     = engine.ReviewerID("rev2")
	senior2  = engine.ReviewerID("senior2")
	customer = engine.ByEngine // what customers and merchants send has no human maker
)

// Points of the desk, and accounts that stories are told about.
const (
	app    = "app"    // ready at once
	shop   = "shop"   // a reviewer makes it ready, and above 500 two have to approve
	market = "market" // ready after a day

	oldAccount   = "sandbox-gbp-old" // the contract ends during the desk's past
	shortAccount = "sandbox-btc"     // holds less than some ask for, however large the desk is
)

//go:embed desk.json
var deskFile []byte

// sizedFor is how many requests the balances and daily limits of the
// configuration are made for.
const sizedFor = 500

// configuration is what a desk with so many requests is set up with.
func configuration(requests int) (engine.ConfigFile, error) {
	file, err := engine.ReadConfigFile(deskFile)
	if err != nil {
		return file, err
	}
	times := decimal.NewFromInt(int64(requests+sizedFor-1) / sizedFor)
	for i := range file.Gateways {
		g := &file.Gateways[i]
		if g.Balance != nil && g.ID != shortAccount {
			g.Balance.Decimal = g.Balance.Mul(times)
		}
		for j := range g.Limits.Per24Hours {
			limit := &g.Limits.Per24Hours[j].Amount
			limit.Decimal = limit.Mul(times)
		}
	}
	return file, nil
}

// usual is what people ask for in a currency, in minor units: half of them
// ask for less. The currencies here are those of the desk.
var usual = map[money.Currency]int64{
	"USD": 120_00,
	"EUR": 110_00,
	"GBP": 90_00,
	"JPY": 16_000,
	"BTC": 300_000,
}

// services are the ways in which customers of a currency are paid; orders by
// the test method can be told how to end.
var services = map[money.Currency][]string{
	"USD": {"payment_card_usd", "wallet_usd", "payment_card_usd"},
	"EUR": {"bank_eur", "payment_card_eur"},
	"GBP": {"bank_gbp"},
	"JPY": {"bank_jpy"},
	"BTC": {"chain_btc"},
}

var testServices = map[money.Currency]string{
	"USD": "test_usd", "EUR": "test_eur", "GBP": "test_gbp", "JPY": "test_jpy", "BTC": "test_btc",
}

// intake is the account through which customers pay in with a service: the
// first that can pay it back.
func intake(c *engine.Config, service string) string {
	for _, route := range c.Routes {
		if route.Service == service {
			return route.Gateway
		}
	}
	return ""
}
