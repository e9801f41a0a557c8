package engine

import (
	"encoding/json"
	"time"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// The JSON of the nouns: what every door writes. Amounts are exact decimal
// literals, times RFC 3339 in UTC, and empty properties are null or left out.

// MarshalJSON implements json.Marshaler.
func (r Request) MarshalJSON() ([]byte, error) { return r.marshal(Claim{}) }

func (r Request) marshal(claim Claim) ([]byte, error) {
	var blockReason, blockDescription *string
	if r.Block != nil {
		reason := string(r.Block.Reason)
		blockReason, blockDescription = &reason, &r.Block.Description
	}
	return json.Marshal(struct {
		ID                  RequestID         `json:"id"`
		Reference           string            `json:"reference,omitempty"`
		PointID             string            `json:"pointId"`
		Mode                Mode              `json:"mode"`
		CustomerID          CustomerID        `json:"customerId"`
		PaymentInstrumentID *InstrumentID     `json:"paymentInstrumentId"`
		Description         string            `json:"description,omitempty"`
		Metadata            map[string]string `json:"metadata,omitempty"`
		Currency            money.Currency    `json:"currency"`
		Amount              money.Amount      `json:"amount"`
		OriginalAmount      money.Amount      `json:"originalAmount"`
		PolicyAmount        money.Amount      `json:"policyAmount"`
		AvailableAmount     money.Amount      `json:"availableAmount"`
		LiveAmount          money.Amount      `json:"liveAmount"`
		PaidAmount          money.Amount      `json:"paidAmount"`
		Status              RequestStatus     `json:"status"`
		StatusTime          time.Time         `json:"statusTime"`
		Blocked             bool              `json:"blocked"`
		BlockReason         *string           `json:"blockReason"`
		BlockDescription    *string           `json:"blockDescription,omitempty"`
		Approvals           []Approval        `json:"approvals,omitempty"`
		Makers              []ReviewerID      `json:"makers,omitempty"`
		CancellationReason  *Cancellation     `json:"cancellationReason,omitempty"`
		SplitFrom           RequestID         `json:"splitFromPayoutRequestId,omitempty"`
		MergedInto          RequestID         `json:"mergedIntoPayoutRequestId,omitempty"`
		RemainderOf         RequestID         `json:"remainderOfPayoutRequestId,omitempty"`
		PaysAgain           RequestID         `json:"paysAgainPayoutRequestId,omitempty"`
		BatchID             *BatchID          `json:"batchId"`
		Attention           Attention         `json:"attention,omitempty"`
		ClaimedBy           ReviewerID        `json:"claimedBy,omitempty"`
		ClaimedUntilTime    *time.Time        `json:"claimedUntilTime,omitempty"`
		ReadyTime           *time.Time        `json:"readyTime,omitempty"`
		ExpireTime          *time.Time        `json:"expireTime,omitempty"`
		Version             int               `json:"version"`
		CreatedTime         time.Time         `json:"createdTime"`
		UpdatedTime         time.Time         `json:"updatedTime"`
	}{
		r.ID, r.Reference, r.PointID, r.Mode, r.CustomerID, orNull(r.InstrumentID), r.Description, r.Metadata,
		r.Amount.Currency, r.Amount, r.OriginalAmount, r.PolicyAmount, r.Available(), r.Live, r.Paid,
		r.Status, r.StatusSince, r.Block != nil, blockReason, blockDescription, r.Approvals, r.Makers,
		r.Cancellation, r.SplitFrom, r.MergedInto, r.RemainderOf, r.PaysAgain, orNull(r.BatchID), r.Attention,
		claim.By, timeOrNull(claim.Until), timeOrNull(r.ReadyAt), timeOrNull(r.ExpireAt), r.Version, r.CreatedAt, r.UpdatedAt,
	})
}

// MarshalJSON implements json.Marshaler: the request with what a list shows.
func (r RequestRow) MarshalJSON() ([]byte, error) { return r.marshal(r.Claim) }

// MarshalJSON implements json.Marshaler.
func (a Allocation) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID                  AllocationID     `json:"id"`
		PayoutRequestID     RequestID        `json:"payoutRequestId"`
		PaymentInstrumentID InstrumentID     `json:"paymentInstrumentId"`
		GatewayAccountID    string           `json:"gatewayAccountId"`
		RouteID             string           `json:"routeId"`
		Currency            money.Currency   `json:"currency"`
		Amount              money.Amount     `json:"amount"`
		HeldAmount          money.Amount     `json:"heldAmount"`
		PaidAmount          money.Amount     `json:"paidAmount"`
		OverpaidAmount      money.Amount     `json:"overpaidAmount"`
		ReturnedAmount      money.Amount     `json:"returnedAmount"`
		PayoutCurrency      money.Currency   `json:"payoutCurrency"`
		PayoutAmount        money.Amount     `json:"payoutAmount"`
		Quote               *fx.Quote        `json:"quote,omitempty"`
		Fee                 money.Amount     `json:"fee"`
		Status              AllocationStatus `json:"status"`
		Origin              AllocationOrigin `json:"origin"`
		Attempt             int              `json:"attempt"`
		Replaces            AllocationID     `json:"replacesId,omitempty"`
		Reason              string           `json:"reason,omitempty"`
		Override            string           `json:"override,omitempty"`
		Conflict            bool             `json:"conflict"`
		CreatedBy           ReviewerID       `json:"createdBy"`
		CreatedTime         time.Time        `json:"createdTime"`
		UpdatedTime         time.Time        `json:"updatedTime"`
	}{
		a.ID, a.RequestID, a.InstrumentID, a.GatewayID, a.RouteID, a.Amount.Currency,
		a.Amount, a.Held, a.Paid, a.Overpaid, a.Returned, a.PayoutAmount.Currency, a.PayoutAmount, quoteOrNull(a.Quote), a.Fee,
		a.Status, a.Origin, a.Attempt, a.Replaces, a.Reason, a.Override, a.Conflict,
		a.CreatedBy, a.CreatedAt, a.UpdatedAt,
	})
}

// MarshalJSON implements json.Marshaler.
func (p Payout) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID               PayoutID       `json:"id"`
		AllocationID     AllocationID   `json:"allocationId"`
		PayoutRequestID  RequestID      `json:"payoutRequestId"`
		GatewayAccountID string         `json:"gatewayAccountId"`
		Currency         money.Currency `json:"currency"`
		Amount           money.Amount   `json:"amount"`
		ProcessedAmount  money.Amount   `json:"processedAmount"`
		ReturnedAmount   money.Amount   `json:"returnedAmount"`
		Status           PayoutStatus   `json:"status"`
		Resolution       Resolution     `json:"resolution,omitempty"`
		Verdict          Verdict        `json:"verdict,omitempty"`
		Conflict         bool           `json:"conflict"`
		ProviderID       string         `json:"providerId,omitempty"`
		Message          string         `json:"message,omitempty"`
		Sent             int            `json:"sent"`
		LookUps          int            `json:"lookUps"`
		LookUpTime       *time.Time     `json:"lookUpTime,omitempty"`
		CreatedTime      time.Time      `json:"createdTime"`
		UpdatedTime      time.Time      `json:"updatedTime"`
	}{
		p.ID, p.AllocationID, p.RequestID, p.GatewayID, p.Amount.Currency, p.Amount, p.Processed, p.Returned,
		p.Status, p.Resolution, p.Verdict, p.Conflict, p.ProviderID, text.Masked(p.Message), p.Sent, p.LookUps,
		timeOrNull(p.LookUpAt), p.CreatedAt, p.UpdatedAt,
	})
}

// MarshalJSON implements json.Marshaler. Card numbers are masked.
func (p OpenPayout) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		PayoutID        PayoutID          `json:"payoutId"`
		Key             AllocationID      `json:"key"`
		PayoutRequestID RequestID         `json:"payoutRequestId"`
		Currency        money.Currency    `json:"currency"`
		Amount          money.Amount      `json:"amount"`
		Recipient       string            `json:"recipient"`
		Country         string            `json:"country,omitempty"`
		Service         string            `json:"service"`
		Fields          map[string]string `json:"fields"`
		Status          PayoutStatus      `json:"status"`
		CreatedTime     time.Time         `json:"createdTime"`
	}{
		p.ID, p.AllocationID, p.RequestID, p.Amount.Currency, p.Amount, p.Customer.Name, p.Customer.Country,
		p.Instrument.ServiceID, p.Instrument.Masked(), p.Status, p.CreatedAt,
	})
}

// MarshalJSON implements json.Marshaler.
func (s Statement) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Time       time.Time      `json:"time"`
		Source     Source         `json:"source"`
		By         ReviewerID     `json:"by"`
		Verdict    Verdict        `json:"verdict,omitempty"`
		Currency   money.Currency `json:"currency"`
		Amount     money.Amount   `json:"amount"`
		Resolution Resolution     `json:"resolution,omitempty"`
		Status     PayoutStatus   `json:"status,omitempty"`
		Held       bool           `json:"held,omitempty"`
		ProviderID string         `json:"providerId,omitempty"`
		Message    string         `json:"message,omitempty"`
	}{
		s.At, s.Source, s.By, s.Verdict, s.Amount.Currency, s.Amount, s.Resolution, s.Status, s.Held,
		s.ProviderID, text.Masked(s.Message),
	})
}

// MarshalJSON implements json.Marshaler.
func (e Event) MarshalJSON() ([]byte, error) {
	type change struct {
		Before json.RawMessage `json:"before"`
		After  json.RawMessage `json:"after"`
	}
	changed := map[string]change{}
	for _, c := range e.Changes {
		changed[c.Field] = change{rawOrNull(c.Before), rawOrNull(c.After)}
	}
	details := map[string]json.RawMessage{}
	for _, d := range e.Details {
		if d.Value != "" {
			details[d.Name] = json.RawMessage(d.Value)
		}
	}
	return json.Marshal(struct {
		Seq          int64                      `json:"seq"`
		Chain        string                     `json:"chain"`
		Number       int                        `json:"number"`
		Type         string                     `json:"type"`
		OccurredTime time.Time                  `json:"occurredTime"`
		By           ReviewerID                 `json:"by"`
		OSUser       string                     `json:"osUser,omitempty"`
		Door         Door                       `json:"door"`
		SubjectKind  string                     `json:"subjectKind"`
		SubjectID    string                     `json:"subjectId"`
		Version      int                        `json:"version,omitempty"`
		Changes      map[string]change          `json:"changes,omitempty"`
		Details      map[string]json.RawMessage `json:"details,omitempty"`
		Hash         string                     `json:"hash"`
	}{
		e.Seq, e.Chain, e.Number, e.Type, e.At, e.By, e.OSUser, e.Door,
		e.Subject.Kind, e.Subject.ID, e.Version, changed, details, e.Hash.String(),
	})
}

// MarshalJSON implements json.Marshaler.
func (c Customer) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID            CustomerID `json:"id"`
		Reference     string     `json:"reference,omitempty"`
		Name          string     `json:"name,omitempty"`
		Email         string     `json:"email,omitempty"`
		Country       string     `json:"country,omitempty"`
		Tags          []string   `json:"tags,omitempty"`
		PayoutEnabled bool       `json:"payoutEnabled"`
		CreatedTime   time.Time  `json:"createdTime"`
	}{c.ID, c.Reference, c.Name, c.Email, c.Country, c.Tags, c.PayoutEnabled, c.CreatedAt})
}

// MarshalJSON implements json.Marshaler. Card numbers are masked.
func (i Instrument) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID          InstrumentID      `json:"id"`
		CustomerID  CustomerID        `json:"customerId"`
		Service     string            `json:"service"`
		Method      string            `json:"method"`
		Currency    money.Currency    `json:"currency"`
		Fields      map[string]string `json:"fields"`
		Status      InstrumentStatus  `json:"status"`
		VerifiedBy  ReviewerID        `json:"verifiedBy,omitempty"`
		CreatedBy   ReviewerID        `json:"createdBy"`
		CreatedTime time.Time         `json:"createdTime"`
	}{i.ID, i.CustomerID, i.ServiceID, i.Method, i.Currency, i.Masked(), i.Status, i.VerifiedBy, i.CreatedBy, i.CreatedAt})
}

// Masked are the instrument's fields with card numbers masked.
func (i Instrument) Masked() map[string]string {
	masked := make(map[string]string, len(i.Fields))
	for key, value := range i.Fields {
		masked[key] = text.Masked(value)
	}
	return masked
}

// MarshalJSON implements json.Marshaler.
func (p Payment) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID                  PaymentID      `json:"id"`
		CustomerID          CustomerID     `json:"customerId"`
		PaymentInstrumentID InstrumentID   `json:"paymentInstrumentId"`
		GatewayAccountID    string         `json:"gatewayAccountId"`
		Kind                PaymentKind    `json:"kind"`
		Currency            money.Currency `json:"currency"`
		Amount              money.Amount   `json:"amount"`
		Time                time.Time      `json:"time"`
	}{p.ID, p.CustomerID, p.InstrumentID, p.GatewayID, p.Kind, p.Amount.Currency, p.Amount, p.At})
}

// Ending returns the last four characters of what people call an instrument's
// number, which is how they look for it.
func (i Instrument) Ending() string {
	for _, key := range []string{"card_number", "account_number", "account", "wallet_id", "email"} {
		if i.Fields[key] != "" {
			return text.Ending(i.Fields[key])
		}
	}
	for _, key := range keys(i.Fields) {
		return text.Ending(i.Fields[key])
	}
	return ""
}

func quoteOrNull(q fx.Quote) *fx.Quote {
	if even(q) {
		return nil
	}
	return &q
}

func orNull[S ~string](s S) *S {
	if s == "" {
		return nil
	}
	return &s
}

func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func rawOrNull(value string) json.RawMessage {
	if value == "" {
		return json.RawMessage("null")
	}
	return json.RawMessage(value)
}
