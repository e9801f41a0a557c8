package main

import (
	"context"
	"strconv"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// config is the desk at which all happened: a shop whose people pay by hand,
// one whose requests are paid by themselves once somebody has approved them
// (small ones without), and a market that asks two people for a lot.
const config = `{
	"points": [
		{"id": "shop", "mode": "test", "currencies": ["USD", "EUR"], "readiness": {"policy": "manual"}},
		{"id": "games", "mode": "test", "currencies": ["USD", "EUR", "JPY"], "readiness": {"policy": "immediate"},
			"approvals": [{"currency": "JPY", "above": 0, "need": 0}, {"currency": "JPY", "above": 2000, "need": 1}],
			"options": {"autoallocate": true, "autoprocess": true, "undoSeconds": 30}},
		{"id": "market", "mode": "test", "currencies": ["EUR", "GBP"], "readiness": {"policy": "manual"},
			"approvals": [{"currency": "EUR", "above": 1000, "need": 2}, {"currency": "GBP", "above": 1000, "need": 2}]}],
	"services": [
		{"id": "card_usd", "method": "payment-card", "currency": "USD", "min": 0.01, "max": 9999999, "fields": [{"key": "card_number", "required": true, "luhn": true}]},
		{"id": "card_eur", "method": "payment-card", "currency": "EUR", "min": 0.01, "max": 9999999, "fields": [{"key": "card_number", "required": true, "luhn": true}]},
		{"id": "bank_usd", "method": "bank", "currency": "USD", "min": 0.01, "max": 9999999, "fields": [{"key": "account_number", "required": true}]},
		{"id": "bank_eur", "method": "bank", "currency": "EUR", "min": 0.01, "max": 9999999, "fields": [{"key": "account_number", "required": true}]},
		{"id": "bank_gbp", "method": "bank", "currency": "GBP", "min": 0.01, "max": 9999999, "fields": [{"key": "account_number", "required": true}]},
		{"id": "wallet_jpy", "method": "wallet", "currency": "JPY", "min": 1, "max": 9999999, "fields": [{"key": "account_number", "required": true}]}],
	"gateways": [
		{"id": "sandbox-usd", "provider": "sandbox", "mode": "test", "currency": "USD", "balance": 90000000000, "instruction": "all"},
		{"id": "sandbox-eur", "provider": "sandbox", "mode": "test", "currency": "EUR", "balance": 90000000000, "instruction": "all"},
		{"id": "sandbox-jpy", "provider": "sandbox", "mode": "test", "currency": "JPY", "balance": 900000000000, "instruction": "all"},
		{"id": "bank-usd", "provider": "manual", "mode": "test", "currency": "USD", "balance": 90000000000, "instruction": "all"},
		{"id": "bank-eur", "provider": "manual", "mode": "test", "currency": "EUR", "balance": 90000000000, "instruction": "all"},
		{"id": "bank-gbp", "provider": "manual", "mode": "test", "currency": "GBP", "balance": 90000000000, "instruction": "all"}],
	"routes": [
		{"id": "r-card-usd", "service": "card_usd", "gateway": "sandbox-usd", "min": 0, "max": 50000, "fee": {"rate": 0.01}},
		{"id": "r-card-eur", "service": "card_eur", "gateway": "sandbox-eur", "min": 0, "max": 50000, "fee": {"rate": 0.012}},
		{"id": "r-bank-usd", "service": "bank_usd", "gateway": "bank-usd", "min": 0, "max": 500000, "fee": {"fixed": 0.5}},
		{"id": "r-bank-eur", "service": "bank_eur", "gateway": "bank-eur", "min": 0, "max": 500000, "fee": {"fixed": 0.2}},
		{"id": "r-bank-gbp", "service": "bank_gbp", "gateway": "bank-gbp", "min": 0, "max": 500000, "fee": {"fixed": 0.3}},
		{"id": "r-wallet-jpy", "service": "wallet_jpy", "gateway": "sandbox-jpy", "min": 0, "max": 5000000, "fee": {"rate": 0.02}}],
	"reviewers": [{"id": "rev1", "role": "reviewer"}, {"id": "rev2", "role": "reviewer"}, {"id": "rev3", "role": "reviewer"},
		{"id": "rev4", "role": "reviewer"}, {"id": "senior1", "role": "senior"}, {"id": "senior2", "role": "senior"}]
}`

// reviewers are those who decide, in the order of their diligence.
var reviewers = []engine.ReviewerID{"rev1", "rev2", "rev3", "senior1", "rev4", "senior2"}

// admin is who made the desk.
const admin = engine.ReviewerID("admin1")

// merchant is how requests and customers come in.
var merchant = engine.Caller{By: engine.ByEngine, Door: engine.DoorEngine}

// open makes an empty store into the desk.
func open(ctx context.Context, e *engine.Engine) error {
	c := engine.Caller{By: admin, Door: engine.DoorCLI}
	if _, err := e.Init(ctx, c); err != nil {
		return err
	}
	file, err := engine.ReadConfigFile([]byte(config))
	if err != nil {
		return err
	}
	_, err = e.Apply(ctx, c, file, false)
	return err
}

// A market is a currency in which customers are paid: by which services, and
// where they ask for it.
type market struct {
	share    int // of a hundred customers
	currency money.Currency
	services []string
	points   []string
	gateway  string // where they paid in
}

var markets = []market{
	{45, "USD", []string{"card_usd", "bank_usd"}, []string{"shop", "games"}, "sandbox-usd"},
	{35, "EUR", []string{"card_eur", "bank_eur"}, []string{"shop", "games", "market"}, "sandbox-eur"},
	{12, "GBP", []string{"bank_gbp"}, []string{"market"}, "bank-gbp"},
	{8, "JPY", []string{"wallet_jpy"}, []string{"games"}, "sandbox-jpy"},
}

// numberOf is a made-up account or card number.
func numberOf(service string, chance int64) map[string]string {
	digits := strconv.FormatInt(1e9+chance%9e9, 10)
	if service == "card_usd" || service == "card_eur" {
		return map[string]string{"card_number": withCheckDigit("51238" + digits)}
	}
	return map[string]string{"account_number": digits}
}

// withCheckDigit adds the digit that makes a card number right.
func withCheckDigit(digits string) string {
	sum, double := 0, true
	for i := len(digits) - 1; i >= 0; i-- {
		d := int(digits[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum, double = sum+d, !double
	}
	return digits + strconv.Itoa((10-sum%10)%10)
}
