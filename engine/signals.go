package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/signal"
)

// Surroundings are what stands around a request, as far as signals look. Each
// list and sum is read up to a bound, and says so when it was reached.
type Surroundings struct {
	Request   RequestID
	PointID   string
	Derived   bool // split from another request, left over by one, or paying one again
	Amount    money.Amount
	Policy    money.Amount
	CreatedAt time.Time

	Customer   Customer   // ID, name, country and creation only
	Instrument Instrument // ID and fields only; zero if none is selected

	Nearby    []Nearby // other requests of the customer in the mode, created within signal.Window
	NearbyCut bool
	Sharing   []string // names of other customers who have an instrument with the same fingerprint
	ShareCut  bool

	Paid     money.Amount // into the desk by the customer, in the request's currency
	Got      money.Amount // out of it or on the way, other than through this request
	Summed   bool         // both sums are whole
	PaidHere bool         // something was paid to the selected instrument
	PaidElse bool         // something was paid to another one
	Blocks   []PastBlock  // of the customer's requests, the latest first
}

// A Nearby is another request of the same customer, as signals look at it.
type Nearby struct {
	ID           RequestID
	Derived      bool
	Amount       money.Amount
	InstrumentID InstrumentID
	Status       RequestStatus
	CreatedAt    time.Time
}

// A PastBlock is one that was put on a request, standing or lifted.
type PastBlock struct {
	Request RequestID
	Reason  BlockReason
	At      time.Time
	Stands  bool
}

// SignalsOf finds the signals of requests, the strongest first. Requests that
// have none, and ids of nothing, are left out.
func (e *Engine) SignalsOf(ctx context.Context, ids []RequestID) (map[RequestID][]signal.Signal, error) {
	return view(ctx, e, func(tx ReadTx) (map[RequestID][]signal.Signal, error) { return signalsOf(tx, ids) })
}

func signalsOf(tx ReadTx, ids []RequestID) (map[RequestID][]signal.Signal, error) {
	config, err := tx.Config()
	if err != nil {
		return nil, err
	}
	all, err := tx.Surroundings(ids)
	if err != nil {
		return nil, err
	}
	found := make(map[RequestID][]signal.Signal, len(all))
	for _, s := range all {
		if signals := signal.Find(s.input(config)); len(signals) > 0 {
			found[s.Request] = signals
		}
	}
	return found, nil
}

// input is what the signals of a request are found in.
func (s Surroundings) input(c *Config) signal.Input {
	in := signal.Input{
		Request: string(s.Request), Derived: s.Derived, Amount: s.Amount, Policy: s.Policy, At: s.CreatedAt,
		Customer:  signal.Customer{Name: s.Customer.Name, Country: s.Customer.Country, Since: s.Customer.CreatedAt},
		OthersCut: s.NearbyCut, Shared: s.Sharing, SharedCut: s.ShareCut,
		Exposure:   signal.Exposure{Known: s.Summed, In: s.Paid, Out: s.Got},
		Thresholds: c.thresholds(s.PointID, s.Amount.Currency),
		Instrument: signal.Instrument{
			ID: string(s.Instrument.ID), Fields: s.Instrument.Fields, Paid: s.PaidHere, PaidElsewhere: s.PaidElse,
		},
	}
	for _, n := range s.Nearby {
		in.Others = append(in.Others, signal.Other{
			ID: string(n.ID), Derived: n.Derived, Amount: n.Amount, Instrument: string(n.InstrumentID),
			Status: string(n.Status), At: n.CreatedAt,
			Void: n.Status.Final() && n.Status != RequestFulfilled,
		})
	}
	for _, b := range s.Blocks {
		in.Blocks = append(in.Blocks, signal.Block{
			Request: string(b.Request), Reason: string(b.Reason), At: b.At, Stands: b.Stands,
		})
	}
	return in
}

// thresholds are the amounts above which a decision at a point takes more:
// another approval, or somebody with a higher limit.
func (c *Config) thresholds(point string, in money.Currency) []signal.Threshold {
	var list []signal.Threshold
	p := c.Points[point]
	for _, rule := range p.Approvals {
		at := rule.Above.In(rule.Currency)
		if rule.Currency == in && rule.Need > p.needed(at) {
			beyond := fmt.Sprintf("%d approvals are needed", rule.Need)
			if rule.Need == 1 {
				beyond = "an approval is needed"
			}
			list = append(list, signal.Threshold{Amount: at, Beyond: beyond})
		}
	}
	for _, id := range keys(c.Reviewers) {
		reviewer := c.Reviewers[ReviewerID(id)]
		limit, ok := limitIn(reviewer.Limits, in)
		if !ok || !reviewer.Role.AtLeast(RoleReviewer) {
			continue
		}
		list = append(list, signal.Threshold{Amount: limit, Beyond: id + " may not approve it"})
	}
	return list
}

// SignalWords are what can be asked of signals in a filter: a kind, a weight
// (the strongest being of it), any (a note or warning) or none of these.
func SignalWords() []string {
	return slices.Concat(words(signal.Kinds()), words(signal.Weights()), []string{"any", "none"})
}
