package engine

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// longest texts that are kept, in characters.
const (
	longestName        = 255
	longestReference   = 100
	longestDescription = 255
	longestComment     = 4000
	longestKey         = 64
	mostMetadata       = 20
)

// A NewRequest is what it takes to create a request.
type NewRequest struct {
	ID           RequestID // the merchant's choice; made by the engine if empty
	PointID      string
	CustomerID   CustomerID
	InstrumentID InstrumentID // may be empty
	Amount       money.Amount
	Reference    string // unique per point if given
	Description  string
	Metadata     map[string]string // at most twenty keys
}

// Create takes in a payout request. It starts pending or ready, as the point's
// readiness says, and is approved at once where the point asks for nobody's
// approval.
func (e *Engine) Create(ctx context.Context, c Caller, n NewRequest) (r Request, err error) {
	result, err := e.do(ctx, c, mark(VerbCreate, n), func(w *work) error {
		if err := w.least(rules[VerbCreate].least, rules[VerbCreate].doing); err != nil {
			return err
		}
		if err := w.checkNew(n); err != nil {
			return err
		}
		point := w.config.Points[n.PointID]
		r, err = w.create(Request{
			ID: n.ID, Reference: n.Reference, PointID: n.PointID, CustomerID: n.CustomerID,
			InstrumentID: n.InstrumentID, Amount: n.Amount, Description: text.Masked(n.Description), Metadata: maskedValues(n.Metadata),
			Status:  startingStatus(point, n.InstrumentID),
			ReadyAt: startingClock(point, n.InstrumentID, w),
		})
		if err != nil {
			return err
		}
		w.result = string(r.ID)
		return w.approveUnasked(&r, point)
	})
	if err != nil {
		return Request{}, fmt.Errorf("cannot create a request: %w", err)
	}
	if r.ID == "" {
		return e.Request(ctx, RequestID(result))
	}
	return r, nil
}

// startingStatus is rows 1 and 3 of the table of moves.
func startingStatus(p Point, instrument InstrumentID) RequestStatus {
	if p.Readiness.Policy == ReadinessImmediate && instrument != "" {
		return RequestReady
	}
	return RequestPending
}

// checkNew refuses what cannot become a request.
func (w *work) checkNew(n NewRequest) error {
	point, err := w.config.point(n.PointID)
	if err != nil {
		return err
	}
	switch {
	case point.Disabled:
		return Errorf(Refused, "point %s is disabled", point.ID).Or("an admin enables it with purser point enable")
	case !n.Amount.Currency.Known():
		return invalid("currency", "%q is no currency", n.Amount.Currency)
	case !point.takes(n.Amount.Currency):
		return invalid("currency", "point %s takes no %s", point.ID, n.Amount.Currency).
			Or("it takes %s", orNone(words(point.Currencies)))
	case !n.Amount.Positive():
		return invalid("amount", "the amount is %s; it has to be above zero", n.Amount)
	case n.Amount.Minor > money.MaxMinor:
		return invalid("amount", "the amount %s is too large", n.Amount)
	case !w.config.payable(point.Mode):
		return Errorf(Refused, "no %s gateway account is enabled, so nothing could be paid", point.Mode).
			Or("an admin adds one with purser apply")
	}
	if err := checkTexts(n.Reference, n.Description); err != nil {
		return err
	}
	if err := checkMetadata(n.Metadata); err != nil {
		return err
	}
	if n.ID != "" {
		if err := w.checkFreeID(n.ID); err != nil {
			return err
		}
	}
	if n.Reference != "" {
		if other, err := w.tx.RequestByReference(n.PointID, n.Reference); err == nil {
			return Errorf(Refused, "the reference %q belongs to %s", n.Reference, other.ID).
				Or("references are unique per point")
		} else if CodeOf(err) != NotFound {
			return err
		}
	}
	return w.checkPayee(n.CustomerID, n.InstrumentID)
}

func checkTexts(reference, description string) error {
	if err := text.Check("reference", reference, longestReference); err != nil {
		return invalid("reference", "%v", err)
	}
	return checkDescription(description)
}

// checkMetadata refuses metadata that is too much or could not be shown.
func checkMetadata(metadata map[string]string) error {
	if len(metadata) > mostMetadata {
		return invalid("metadata", "there are %d keys; at most %d are kept", len(metadata), mostMetadata)
	}
	for _, key := range keys(metadata) {
		err := text.Check("the key", key, longestKey)
		if err == nil && key == "" {
			err = errors.New("a key is empty")
		}
		if err == nil {
			err = text.Check(strconv.Quote(key), metadata[key], longestDescription)
		}
		if err != nil {
			return invalid("metadata", "%v", err)
		}
	}
	return nil
}

// maskedValues are the same values with card numbers masked.
func maskedValues(metadata map[string]string) map[string]string {
	if len(metadata) == 0 {
		return nil
	}
	masked := make(map[string]string, len(metadata))
	for key, value := range metadata {
		masked[key] = text.Masked(value)
	}
	return masked
}

func checkDescription(description string) error {
	if err := text.Check("description", description, longestDescription); err != nil {
		return invalid("description", "%v", err)
	}
	return nil
}

func (w *work) checkFreeID(chosen RequestID) error {
	if err := id.Valid(string(chosen)); err != nil {
		return invalid("id", "%v", err)
	}
	if _, err := w.tx.Request(chosen); err == nil {
		return Errorf(Refused, "there is a request %s already", chosen)
	} else if CodeOf(err) != NotFound {
		return err
	}
	return nil
}

// checkPayee refuses a customer who cannot be paid, and an instrument that is
// not the customer's or cannot be paid to.
func (w *work) checkPayee(customerID CustomerID, instrumentID InstrumentID) error {
	customer, err := w.tx.Customer(customerID)
	if err != nil {
		return err
	}
	if !customer.PayoutEnabled {
		return Errorf(Refused, "payouts to %s are disabled", customer.ID).
			Or("enable them with purser customer set --payouts on")
	}
	if instrumentID == "" {
		return nil
	}
	instrument, err := w.tx.Instrument(instrumentID)
	if err != nil {
		return err
	}
	if instrument.CustomerID != customerID {
		return invalid("paymentInstrumentId", "instrument %s is not one of %s", instrument.ID, customer.ID)
	}
	if instrument.Status == InstrumentInactive || instrument.Status == InstrumentExpired {
		return Errorf(Refused, "instrument %s is %s", instrument.ID, instrument.Status)
	}
	return nil
}
