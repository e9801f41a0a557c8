package engine

import (
	"time"

	"github.com/purserhq/purser/engine/money"
)

// A CustomerID names a customer, as cus_ and 26 characters that sort by time.
type CustomerID string

// A Customer is who is paid.
type Customer struct {
	ID            CustomerID
	Reference     string // the merchant's own, unique
	Name          string
	Email         string
	Country       string // ISO 3166-1 alpha-2, or empty
	Tags          []string
	PayoutEnabled bool // checked again when a payout is about to leave
	CreatedBy     ReviewerID
	CreatedAt     time.Time
}

func (c Customer) fields() []Field {
	return []Field{
		textField("id", string(c.ID)),
		textField("reference", c.Reference),
		textField("name", c.Name),
		textField("email", c.Email),
		textField("country", c.Country),
		objectField("tags", c.Tags),
		flagField("payoutEnabled", c.PayoutEnabled),
	}
}

// An InstrumentID names an instrument, as inst_ and 26 characters.
type InstrumentID string

// An Instrument is a way in which one customer can be paid: a service with its
// fields filled in.
type Instrument struct {
	ID         InstrumentID
	CustomerID CustomerID
	ServiceID  string
	Method     string // of the service
	Currency   money.Currency
	Fields     map[string]string // by the keys of the service's fields
	Status     InstrumentStatus
	CreatedBy  ReviewerID
	CreatedAt  time.Time
	VerifiedBy ReviewerID // who vouched for it, if it had to be
}

// An InstrumentStatus says whether an instrument can be paid to.
type InstrumentStatus string

// The statuses.
const (
	InstrumentUnverified InstrumentStatus = "unverified" // added by staff; somebody else has to vouch for it
	InstrumentActive     InstrumentStatus = "active"     // the only one that is allocated to
	InstrumentInactive   InstrumentStatus = "inactive"
	InstrumentExpired    InstrumentStatus = "expired"
)

// fields lists what the journal records of an instrument: card numbers only
// masked, for the journal is shown to more people than the store is.
func (i Instrument) fields() []Field {
	return []Field{
		textField("id", string(i.ID)),
		textField("customerId", string(i.CustomerID)),
		textField("serviceId", i.ServiceID),
		textField("method", i.Method),
		textField("currency", string(i.Currency)),
		objectField("fields", i.Masked()),
		textField("status", string(i.Status)),
		textField("verifiedBy", string(i.VerifiedBy)),
	}
}

// A PaymentID names a payment, as pay_ and 26 characters.
type PaymentID string

// A Payment is money that a customer paid in earlier. Exposure is computed
// from payments.
type Payment struct {
	ID           PaymentID
	CustomerID   CustomerID
	InstrumentID InstrumentID
	GatewayID    string
	Kind         PaymentKind
	Amount       money.Amount
	At           time.Time // when it was approved at the provider
	CreatedBy    ReviewerID
	CreatedAt    time.Time
}

// A PaymentKind says how the money came in.
type PaymentKind string

// The kinds.
const (
	PaymentSale    PaymentKind = "sale"
	PaymentCapture PaymentKind = "capture"
)

func (p Payment) fields() []Field {
	return []Field{
		textField("id", string(p.ID)),
		textField("customerId", string(p.CustomerID)),
		textField("paymentInstrumentId", string(p.InstrumentID)),
		textField("gatewayAccountId", p.GatewayID),
		textField("kind", string(p.Kind)),
		textField("currency", string(p.Amount.Currency)),
		amountField("amount", p.Amount),
		timeField("at", p.At),
	}
}
