package engine

import (
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/route"
)

// A PayoutID names a payout, as po_ and 26 characters that sort by time.
type PayoutID string

// A Payout is the submission of one allocation to its provider, and what the
// provider answered. It is committed as an intent before the provider hears of
// it.
type Payout struct {
	ID           PayoutID
	AllocationID AllocationID // also the key at the provider
	RequestID    RequestID
	CustomerID   CustomerID
	GatewayID    string
	Amount       money.Amount // asked for, in the account's currency
	Processed    money.Amount // really paid, as far as is known
	Returned     money.Amount // of that, what came back

	Status     PayoutStatus
	Resolution Resolution
	Verdict    Verdict // what the evidence so far says; empty while nothing certain is known
	Conflict   bool    // statements contradict each other
	Accepted   bool    // the provider said it has it and will answer
	ProviderID string
	Message    string // the provider's last words, as they came

	Sent       int       // how often it was handed to the provider, always under the same key
	LookUps    int       // how often the provider was asked about it
	IntentAt   time.Time // when the latest intent was committed: "not found" is final so long after it
	LookUpAt   time.Time // when it is to be looked up next; zero for never
	LeaseUntil time.Time // until when a worker may be busy with it; zero for nobody
	LeaseBy    string    // which worker
	CreatedAt  time.Time // when the first intent was committed: the key's age counts from here
	UpdatedAt  time.Time
}

// A Verdict is what is known for certain of a payout's money.
type Verdict string

// The verdicts; the empty one is "unknown".
const (
	VerdictPaid    Verdict = "paid"     // Processed has moved
	VerdictNotPaid Verdict = "not-paid" // nothing has moved, nor will

	// VerdictReturned is only ever said: what was paid is back, in all or in
	// part. The payout stays one that was paid.
	VerdictReturned Verdict = "returned"
)

// Prevented reports whether the provider said no, and its account wants to hear
// it from a person before anything follows from it.
func (p Payout) Prevented() bool { return p.Verdict == "" && p.Resolution.Group() == GroupFatal }

// fields lists what the journal records of a payout. Leases and look-up times
// are the workers' own and stay out of the record.
func (p Payout) fields() []Field {
	return []Field{
		textField("id", string(p.ID)),
		textField("allocationId", string(p.AllocationID)),
		textField("gatewayAccountId", p.GatewayID),
		textField("currency", string(p.Amount.Currency)),
		amountField("amount", p.Amount),
		amountField("processed", p.Processed),
		amountField("returned", p.Returned),
		textField("status", string(p.Status)),
		textField("resolution", string(p.Resolution)),
		textField("verdict", string(p.Verdict)),
		flagField("conflict", p.Conflict),
		flagField("accepted", p.Accepted),
		textField("providerId", p.ProviderID),
		textField("message", p.Message),
		numberField("sent", p.Sent),
	}
}

// A Resolution is the outcome of the last exchange with a provider, in one of
// three groups.
type Resolution string

// The resolutions, group by group.
const (
	ResolutionOK Resolution = "ok"

	// Unknown: money may have moved.
	ResolutionConnection       Resolution = "connection-error"
	ResolutionProviderInternal Resolution = "provider-internal-error"
	ResolutionTimeout          Resolution = "connection-timeout-error"
	ResolutionGeneral          Resolution = "general-error"
	ResolutionUnknown          Resolution = "unknown"

	// Fatal: certain that no money moved.
	ResolutionInvalidDetails     Resolution = "invalid-details"
	ResolutionInvalidRequest     Resolution = "invalid-request"
	ResolutionRequestError       Resolution = "request-error"
	ResolutionInvalidAmount      Resolution = "invalid-amount"
	ResolutionInvalidMethod      Resolution = "invalid-method"
	ResolutionInvalidCredentials Resolution = "invalid-credentials"
	ResolutionForbiddenIP        Resolution = "forbidden-ip"
	ResolutionSignatureError     Resolution = "signature-error"
	ResolutionDuplicatedID       Resolution = "duplicated-id"
	ResolutionInsufficientFunds  Resolution = "insufficient-funds"
	ResolutionAntifraud          Resolution = "antifraud-error"
	ResolutionDeclined           Resolution = "declined-error"
	ResolutionRecipientNotFound  Resolution = "recipient-not-found"
	ResolutionInvalidRecipient   Resolution = "invalid-recipient"
	ResolutionLimitViolation     Resolution = "limit-violation"
	ResolutionInternalError      Resolution = "internal-error"
	ResolutionAccessError        Resolution = "access-error"
	ResolutionAccessDenied       Resolution = "access-denied"
	ResolutionGeneralFatal       Resolution = "general-fatal-error"
	ResolutionOperationExpired   Resolution = "operation-expired"
	ResolutionProcessingError    Resolution = "processing-error"

	// Fatal, too, but no provider's word: no route was found.
	ResolutionNoRoutes       = Resolution(route.NoRoutes)
	ResolutionRoutesFiltered = Resolution(route.AllFiltered)
)

// A ResolutionGroup says what a resolution means for the money.
type ResolutionGroup string

// The groups.
const (
	GroupOK      ResolutionGroup = "ok"
	GroupUnknown ResolutionGroup = "unknown" // money may have moved: a person or a look-up must find out
	GroupFatal   ResolutionGroup = "fatal"   // nothing moved
)

// Resolutions lists every resolution that a provider can give, group by group.
func Resolutions() []Resolution {
	return []Resolution{
		ResolutionOK, ResolutionConnection, ResolutionProviderInternal, ResolutionTimeout,
		ResolutionGeneral, ResolutionUnknown, ResolutionInvalidDetails, ResolutionInvalidRequest,
		ResolutionRequestError, ResolutionInvalidAmount, ResolutionInvalidMethod,
		ResolutionInvalidCredentials, ResolutionForbiddenIP, ResolutionSignatureError,
		ResolutionDuplicatedID, ResolutionInsufficientFunds, ResolutionAntifraud, ResolutionDeclined,
		ResolutionRecipientNotFound, ResolutionInvalidRecipient, ResolutionLimitViolation,
		ResolutionInternalError, ResolutionAccessError, ResolutionAccessDenied, ResolutionGeneralFatal,
		ResolutionOperationExpired, ResolutionProcessingError,
	}
}

// Group returns the group of r. What is not on the list is unknown: a word
// that we do not know proves nothing.
func (r Resolution) Group() ResolutionGroup {
	switch r {
	case ResolutionOK:
		return GroupOK
	case ResolutionNoRoutes, ResolutionRoutesFiltered:
		return GroupFatal
	case "", ResolutionConnection, ResolutionProviderInternal, ResolutionTimeout,
		ResolutionGeneral, ResolutionUnknown:
		return GroupUnknown
	}
	for _, known := range Resolutions() {
		if r == known {
			return GroupFatal
		}
	}
	return GroupUnknown
}

// A Source says where a statement comes from.
type Source string

// The sources of statements.
const (
	SourceAnswer Source = "answer"  // the provider's answer to the submission
	SourceLookUp Source = "look-up" // the provider's answer to our question
	SourcePerson Source = "person"  // a senior's word
)

// A Statement is a piece of evidence on how a payout ended. It lives in the
// journal, as the entry of what it changed.
type Statement struct {
	Source     Source
	By         ReviewerID
	At         time.Time
	Verdict    Verdict // empty: still unknown
	Resolution Resolution
	Amount     money.Amount // what was paid, when paid; what is back in all, when returned
	Status     PayoutStatus // of a payout that failed, where a person says so; else it follows from the resolution
	Held       bool         // a failure that its account wants to hear from a person
	ProviderID string
	Message    string
}
