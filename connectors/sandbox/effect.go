package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// An Effect is an order in the provider's books. The provider has paid it, is
// about to, or remembers having refused it.
type Effect struct {
	Key        engine.AllocationID
	RequestID  engine.RequestID
	Account    string // the gateway account that it left from; "" in books older than balances
	ProviderID string
	Status     engine.PayoutStatus // pending, processed, partially-processed or process-failed
	Resolution engine.Resolution
	Asked      money.Amount
	Paid       money.Amount // what moved, or will once it is no longer pending; zero where refused
	Returned   money.Amount // of that, what came back
	At         time.Time    // when it arrived
}

// Effects returns every order that moved money or will, by whichever process
// and under whichever key, in order of arrival.
func (s *Sandbox) Effects() ([]Effect, error) {
	list, err := s.ledger.all()
	return moved(list), err
}

// EffectsOf returns the [Sandbox.Effects] under one key: one at most, unless
// the provider forgot the key between two submissions.
func (s *Sandbox) EffectsOf(key engine.AllocationID) ([]Effect, error) {
	list, err := s.ledger.under(key)
	return moved(list), err
}

// moved leaves out the orders that were refused.
func moved(orders []Effect) []Effect {
	return slices.DeleteFunc(orders, func(e Effect) bool { return !e.Paid.Positive() })
}

// Total returns what all [Sandbox.Effects] sum to, one amount per currency, in
// the order of the currencies' names.
func (s *Sandbox) Total() ([]money.Amount, error) {
	list, err := s.Effects()
	sums := make(map[money.Currency]money.Amount)
	for _, e := range list {
		sums[e.Paid.Currency] = sums[e.Paid.Currency].Plus(e.Paid)
	}
	var totals []money.Amount
	for _, c := range slices.Sorted(maps.Keys(sums)) {
		totals = append(totals, sums[c])
	}
	return totals, err
}

// Print writes the provider's books for a person: all orders, the refused ones
// too, in order of arrival.
func (s *Sandbox) Print(w io.Writer) error {
	list, err := s.ledger.all()
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ARRIVED\tREQUEST\tKEY\tASKED\tPAID\tSTATUS\tRESOLUTION")
	for _, e := range list {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", e.At.UTC().Format(time.DateTime),
			text.Line(string(e.RequestID)), text.Line(string(e.Key)),
			e.Asked.Text(), e.Paid.Text(), e.Status, e.Resolution)
	}
	return t.Flush()
}

// effectLine is an effect in the file, which holds amounts in major units
// beside their currency.
type effectLine struct {
	ProviderID string              `json:"providerId"`
	RequestID  engine.RequestID    `json:"request"`
	Account    string              `json:"account,omitempty"`
	Status     engine.PayoutStatus `json:"status"`
	Resolution engine.Resolution   `json:"resolution"`
	Currency   money.Currency      `json:"currency"`
	Asked      json.RawMessage     `json:"asked"`
	Paid       json.RawMessage     `json:"paid"`
	Returned   json.RawMessage     `json:"returned,omitempty"`
	At         time.Time           `json:"arrived"`
}

// MarshalJSON writes all but the key, which stands in the entry around it.
func (e Effect) MarshalJSON() ([]byte, error) {
	line := effectLine{
		ProviderID: e.ProviderID, RequestID: e.RequestID, Account: e.Account, Status: e.Status, Resolution: e.Resolution,
		Currency: e.Asked.Currency, At: e.At,
		Asked: json.RawMessage(e.Asked.String()), Paid: json.RawMessage(e.Paid.String()),
	}
	if e.Returned.Positive() {
		line.Returned = json.RawMessage(e.Returned.String())
	}
	return json.Marshal(line)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *Effect) UnmarshalJSON(raw []byte) error {
	var line effectLine
	if err := json.Unmarshal(raw, &line); err != nil {
		return err
	}
	asked, err := money.ParseJSON(line.Asked, line.Currency)
	if err != nil {
		return fmt.Errorf("asked: %w", err)
	}
	paid, err := money.ParseJSON(line.Paid, line.Currency)
	if err != nil {
		return fmt.Errorf("paid: %w", err)
	}
	returned := money.Zero(line.Currency)
	if line.Returned != nil {
		if returned, err = money.ParseJSON(line.Returned, line.Currency); err != nil {
			return fmt.Errorf("returned: %w", err)
		}
	}
	*e = Effect{
		ProviderID: line.ProviderID, RequestID: line.RequestID, Account: line.Account,
		Status: line.Status, Resolution: line.Resolution, Asked: asked, Paid: paid, Returned: returned, At: line.At,
	}
	return nil
}
