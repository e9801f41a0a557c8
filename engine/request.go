package engine

import (
	"maps"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// A RequestID names a payout request, as pout_req_ and 26 characters that sort
// by time, or as the merchant chose it.
type RequestID string

// A Request is a customer's request to withdraw funds. What it says about its
// allocations (Live, Paid, Attention) is a projection of them, kept beside it
// so that a queue can show and count it without reading them.
type Request struct {
	ID           RequestID
	Reference    string // the merchant's own, unique per point, or empty
	PointID      string
	Mode         Mode
	CustomerID   CustomerID
	InstrumentID InstrumentID // the selected one; empty until somebody chose it
	Description  string
	Metadata     map[string]string // the merchant's own, never changed; conditions of routing ask for it

	Amount         money.Amount
	OriginalAmount money.Amount // never changes
	PolicyAmount   money.Amount // what approval thresholds and limits look at

	Status      RequestStatus
	StatusSince time.Time
	Block       *Block // nil unless blocked
	Approvals   []Approval
	Makers      []ReviewerID // who created, split, merged or settled it or set its instrument
	HeldBack    bool         // returned once: only a reviewer makes it ready again
	ReadyAt     time.Time    // when the clock makes it ready; zero for never
	ExpireAt    time.Time    // when the clock cancels it; zero for never
	Automatic   bool         // the engine may still allocate or process it by itself, for this approval
	DispatchAt  time.Time    // when it does; zero for never

	Cancellation *Cancellation // set when canceled
	SplitFrom    RequestID     // the parent, of a split child
	MergedInto   RequestID     // the target, of a merged source
	RemainderOf  RequestID     // the settled request that this one is the rest of
	PaysAgain    RequestID     // the fulfilled request whose returned money this one pays

	BatchID    BatchID // the batch it is in; empty for none
	BatchPlace int     // its place there, from 1 with gaps

	Live      money.Amount // what live allocations hold
	Paid      money.Amount // what was really paid
	Attention Attention    // what a person must look at; empty for nothing

	Version   int // counts changes of the request itself
	CreatedAt time.Time
	UpdatedAt time.Time // any change, allocations and comments included
	Head      Head      // the end of its chain in the journal
}

// A Block stops every move of a request until somebody lifts it.
type Block struct {
	Reason      BlockReason `json:"reason"`
	Description string      `json:"description,omitempty"`
	By          ReviewerID  `json:"by"`
	At          time.Time   `json:"at"`
}

// An Approval is one person's yes to the request as it then stood.
type Approval struct {
	By ReviewerID `json:"by"`
	At time.Time  `json:"at"`
}

// A Cancellation says who called a request off, and why.
type Cancellation struct {
	By          CanceledBy `json:"canceledBy"`
	Description string     `json:"description,omitempty"`
}

// CanceledBy says on whose behalf a request was canceled.
type CanceledBy string

// Who can cancel.
const (
	CanceledByMerchant CanceledBy = "merchant"
	CanceledByCustomer CanceledBy = "customer"
	CanceledBySystem   CanceledBy = "system"
)

// CanceledBys lists the values of CanceledBy.
func CanceledBys() []CanceledBy {
	return []CanceledBy{CanceledByMerchant, CanceledByCustomer, CanceledBySystem}
}

// A BlockReason says why a request is blocked.
type BlockReason string

// BlockReasons lists the reasons, in the order in which a person chooses.
func BlockReasons() []BlockReason {
	return []BlockReason{
		"fraud-suspected", "kyc-verification-required", "aml-review", "account-verification",
		"duplicate-request", "insufficient-documentation", "risk-review", "other",
	}
}

// A SplitReason says why a request was split.
type SplitReason string

// SplitReasons lists the reasons, in the order in which a person chooses.
func SplitReasons() []SplitReason {
	return []SplitReason{
		"payment-instrument-limit", "processor-limit", "risk-review", "compliance-review",
		"partial-processing", "operational-reconciliation", "other",
	}
}

// A MergeReason says why requests were merged.
type MergeReason string

// MergeReasons lists the reasons, in the order in which a person chooses.
func MergeReasons() []MergeReason {
	return []MergeReason{"duplicate", "consolidation", "undo-split", "other"}
}

// Available is what can still be allocated: the amount less live allocations
// and what was really paid; zero once split, merged or canceled.
func (r Request) Available() money.Amount {
	switch r.Status {
	case RequestSplit, RequestMerged, RequestCanceled:
		return money.Zero(r.Amount.Currency)
	default:
		return r.Amount.Minus(r.Live).Minus(r.Paid)
	}
}

// Untouched reports that no money is on its way and none was paid.
func (r Request) Untouched() bool { return r.Live.IsZero() && r.Paid.IsZero() }

// ApprovedBy reports whether by has approved the request as it stands.
func (r Request) ApprovedBy(by ReviewerID) bool {
	return slices.ContainsFunc(r.Approvals, func(a Approval) bool { return a.By == by })
}

// MadeBy reports whether by is one of the request's makers.
func (r Request) MadeBy(by ReviewerID) bool { return slices.Contains(r.Makers, by) }

// withMaker returns makers with by added; the engine is no human maker.
func withMaker(makers []ReviewerID, by ...ReviewerID) []ReviewerID {
	makers = slices.Clone(makers)
	for _, id := range by {
		if id != ByEngine && !slices.Contains(makers, id) {
			makers = append(makers, id)
		}
	}
	return makers
}

// fields lists what the journal records of a request. Live, Paid and Attention
// are left out, for the entries of the allocations carry them; so are the
// times that follow from the entries themselves.
func (r Request) fields() []Field {
	return []Field{
		textField("id", string(r.ID)),
		textField("reference", r.Reference),
		textField("pointId", r.PointID),
		textField("mode", string(r.Mode)),
		textField("customerId", string(r.CustomerID)),
		textField("paymentInstrumentId", string(r.InstrumentID)),
		textField("description", r.Description),
		objectField("metadata", r.Metadata),
		textField("currency", string(r.Amount.Currency)),
		amountField("amount", r.Amount),
		amountField("originalAmount", r.OriginalAmount),
		amountField("policyAmount", r.PolicyAmount),
		textField("status", string(r.Status)),
		objectField("block", r.Block),
		objectField("approvals", r.Approvals),
		objectField("makers", r.Makers),
		flagField("heldBack", r.HeldBack),
		timeField("readyTime", r.ReadyAt),
		timeField("expireTime", r.ExpireAt),
		objectField("cancellation", r.Cancellation),
		textField("splitFromPayoutRequestId", string(r.SplitFrom)),
		textField("mergedIntoPayoutRequestId", string(r.MergedInto)),
		textField("remainderOfPayoutRequestId", string(r.RemainderOf)),
		textField("paysAgainPayoutRequestId", string(r.PaysAgain)),
		numberField("version", r.Version),
		textField("batchId", string(r.BatchID)),
		numberField("batchPlace", r.BatchPlace),
	}
}

// requestChanges lists the fields in which now differs from was. What is the
// same in both, nearly everything, is taken out of both beforehand, so that
// nobody writes it down twice to find that out.
func requestChanges(was, now Request) []Change {
	omitSame(&was.ID, &now.ID)
	omitSame(&was.Reference, &now.Reference)
	omitSame(&was.PointID, &now.PointID)
	omitSame(&was.Mode, &now.Mode)
	omitSame(&was.CustomerID, &now.CustomerID)
	omitSame(&was.InstrumentID, &now.InstrumentID)
	omitSame(&was.Description, &now.Description)
	omitSame(&was.Amount, &now.Amount)
	omitSame(&was.OriginalAmount, &now.OriginalAmount)
	omitSame(&was.PolicyAmount, &now.PolicyAmount)
	omitSame(&was.Block, &now.Block)
	omitSame(&was.ReadyAt, &now.ReadyAt)
	omitSame(&was.ExpireAt, &now.ExpireAt)
	omitSame(&was.Cancellation, &now.Cancellation)
	omitSame(&was.BatchID, &now.BatchID)
	if maps.Equal(was.Metadata, now.Metadata) {
		was.Metadata, now.Metadata = nil, nil
	}
	if slices.Equal(was.Approvals, now.Approvals) {
		was.Approvals, now.Approvals = nil, nil
	}
	if slices.Equal(was.Makers, now.Makers) {
		was.Makers, now.Makers = nil, nil
	}
	return changes(was.fields(), now.fields())
}

// omitSame empties two values that are the same.
func omitSame[T comparable](a, b *T) {
	if *a == *b {
		var none T
		*a, *b = none, none
	}
}

// check finds what can never be true of a request. The store is never given
// one that fails it.
func (r Request) check() error {
	switch {
	case !r.Amount.Positive() || !r.OriginalAmount.Positive():
		return Errorf(Internal, "request %s has the amount %s", r.ID, r.Amount)
	case r.PolicyAmount.Cmp(r.Amount) < 0:
		return Errorf(Internal, "request %s: policy amount %s below its amount", r.ID, r.PolicyAmount)
	case r.Live.Negative() || r.Paid.Negative() || r.Available().Negative():
		return Errorf(Internal, "request %s: amount %s, live %s, paid %s do not add up",
			r.ID, r.Amount, r.Live, r.Paid)
	case (r.Status == RequestFulfilled) != (r.Paid == r.Amount):
		return Errorf(Internal, "request %s is %s with %s of %s paid", r.ID, r.Status, r.Paid, r.Amount)
	}
	return nil
}
