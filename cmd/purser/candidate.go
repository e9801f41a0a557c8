package main

import (
	"encoding/json"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A candidateRow is one row of the worksheet on its way out.
type candidateRow struct {
	engine.Candidate
	instrument engine.Instrument
	currency   money.Currency
}

// MarshalJSON implements json.Marshaler.
func (c candidateRow) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		PaymentInstrumentID string             `json:"paymentInstrumentId"`
		GatewayAccountID    string             `json:"gatewayAccountId,omitempty"`
		RouteID             string             `json:"routeId,omitempty"`
		Instruction         engine.Instruction `json:"instruction"`
		Currency            money.Currency     `json:"currency"`
		Exposure            money.Amount       `json:"exposure"`
		Ceiling             money.Amount       `json:"ceiling"`
		PreviouslyAllocated money.Amount       `json:"previouslyAllocated"`
		LastPaymentTime     time.Time          `json:"lastPaymentTime,omitzero"`
		LastPayoutTime      time.Time          `json:"lastPayoutTime,omitzero"`
		Reasons             []string           `json:"reasons"`
	}{
		c.Instrument, c.Gateway, c.Route, c.Instruction, c.currency, c.Exposure, c.Ceiling,
		c.PreviouslyAllocated, c.LastPayment, c.LastPayout, c.Reasons,
	})
}
