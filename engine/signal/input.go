package signal

import (
	"time"

	"github.com/purserhq/purser/engine/money"
)

// Input is what is known of a request and its surroundings.
type Input struct {
	Request string // its id
	Derived bool   // split from another request or left over by one: nobody asked for it as it is
	Amount  money.Amount
	Policy  money.Amount // what thresholds look at
	At      time.Time    // when it was created

	Customer   Customer
	Instrument Instrument // zero if none is selected

	Others     []Other // other requests of the customer, created within [Window] of it
	OthersCut  bool    // there are more of them
	Shared     []string
	SharedCut  bool // Shared names only some of the other customers with the same instrument
	Exposure   Exposure
	Thresholds []Threshold
	Blocks     []Block // of the customer's requests, this one included, the latest first
}

// Window is how far from a request's creation other requests are looked at.
const Window = 7 * 24 * time.Hour

// A Customer is who asks.
type Customer struct {
	Name    string
	Country string // ISO 3166-1 alpha-2, or empty
	Since   time.Time
}

// An Instrument is where the money would go.
type Instrument struct {
	ID            string
	Fields        map[string]string
	Paid          bool // something was paid to it
	PaidElsewhere bool // something was paid to another instrument of the customer
}

// An Other is another request of the same customer.
type Other struct {
	ID         string
	Derived    bool
	Amount     money.Amount
	Instrument string
	Status     string // in a word
	Void       bool   // canceled, split or merged: it will not be paid as it is
	At         time.Time
}

// An Exposure is what a customer paid in and got out, in the request's
// currency, this request aside.
type Exposure struct {
	Known bool
	In    money.Amount
	Out   money.Amount // paid and on its way
}

// A Threshold is an amount above which a decision takes more than below.
type Threshold struct {
	Amount money.Amount
	Beyond string // what is so above it: "2 approvals are needed"
}

// A Block is one that was put on a request of the customer.
type Block struct {
	Request string
	Reason  string
	At      time.Time
	Stands  bool
}
