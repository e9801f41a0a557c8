package engine

import (
	"time"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
)

// An AllocationID names an allocation. It is also the idempotency key under
// which the provider hears of it, once and for all.
type AllocationID string

// An Allocation is the decision how much of a request goes to which instrument
// through which gateway account. It never changes its route: a second try is
// another allocation that replaces it.
type Allocation struct {
	ID           AllocationID
	RequestID    RequestID
	CustomerID   CustomerID
	Mode         Mode
	InstrumentID InstrumentID
	GatewayID    string
	RouteID      string

	Amount   money.Amount // what it was made for, in the request's currency
	Held     money.Amount // what it holds of the request now: its amount while live, then zero
	Paid     money.Amount // what counts as paid to the customer
	Overpaid money.Amount // paid beyond what was asked or available
	Returned money.Amount // came back after it was paid
	Reopened money.Amount // of that, what is available again; no longer part of Paid

	PayoutAmount money.Amount // what the provider is asked to pay, in the account's currency
	Quote        fx.Quote     // by which that was converted; zero in one currency
	Fee          money.Amount // what the route costs, in the account's currency
	Reserved     money.Amount // of the account's balance: payout amount and fee while live, then zero

	Status    AllocationStatus
	InTurn    bool // waits until none of its request's is with a provider
	Origin    AllocationOrigin
	Replaces  AllocationID // the failed allocation that this one tries again
	Attempt   int          // 1 for the first
	Reason    string       // why it was declined, failed or canceled
	Override  string       // a senior's reason for breaking the account's instruction
	Conflict  bool         // statements about its payout contradict each other
	CreatedBy ReviewerID
	CreatedAt time.Time
	UpdatedAt time.Time
}

// An AllocationOrigin says how an allocation came to be.
type AllocationOrigin string

// The origins.
const (
	OriginManual    AllocationOrigin = "manual"
	OriginAutomatic AllocationOrigin = "automatic"
	OriginFailover  AllocationOrigin = "failover"
)

// Live reports whether the allocation may still move money: by its status, or
// because it is disputed whether it already did.
func (a Allocation) Live() bool {
	switch a.Status {
	case AllocationPending, AllocationQueued, AllocationProcessing, AllocationWaiting:
		return true
	default:
		return a.Conflict && a.Status != AllocationCompleted
	}
}

// share is what of the request's currency a sum stands for that the provider
// paid, rounded up: the amount if it is what was asked, and beyond that in
// proportion.
func (a Allocation) share(paid money.Amount) money.Amount {
	if even(a.Quote) {
		return paid
	}
	share := money.Zero(a.Amount.Currency)
	for paid.Cmp(a.PayoutAmount) > 0 && share.Minor < money.MaxMinor-a.Amount.Minor {
		share, paid = share.Plus(a.Amount), paid.Minus(a.PayoutAmount)
	}
	return share.Plus(fx.Back(paid, a.PayoutAmount, a.Amount))
}

// quoteField is the quote as the journal records it.
func (a Allocation) quoteField() Field {
	if even(a.Quote) {
		return Field{Name: "quote"}
	}
	return objectField("quote", a.Quote)
}

// fields lists what the journal records of an allocation.
func (a Allocation) fields() []Field {
	return []Field{
		textField("id", string(a.ID)),
		textField("payoutRequestId", string(a.RequestID)),
		textField("paymentInstrumentId", string(a.InstrumentID)),
		textField("gatewayAccountId", a.GatewayID),
		textField("routeId", a.RouteID),
		textField("currency", string(a.Amount.Currency)),
		amountField("amount", a.Amount),
		amountField("held", a.Held),
		amountField("paid", a.Paid),
		amountField("overpaid", a.Overpaid),
		amountField("returned", a.Returned),
		amountField("reopened", a.Reopened),
		textField("payoutCurrency", string(a.PayoutAmount.Currency)),
		amountField("payoutAmount", a.PayoutAmount),
		a.quoteField(),
		amountField("fee", a.Fee),
		amountField("reserved", a.Reserved),
		textField("status", string(a.Status)),
		textField("origin", string(a.Origin)),
		textField("replacesId", string(a.Replaces)),
		numberField("attempt", a.Attempt),
		flagField("inTurn", a.InTurn),
		textField("reason", a.Reason),
		textField("override", a.Override),
		flagField("conflict", a.Conflict),
	}
}
