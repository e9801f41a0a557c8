package engine

import "strings"

// A Projection is a request, or one of its payouts, in the words of another
// body of practice.
type Projection struct {
	Status     string `json:"status"`
	Resolution string `json:"resolution,omitempty"`
	Held       bool   `json:"moderationRequired,omitempty"` // nothing goes on by itself until a person acts
	Refunded   bool   `json:"refunded,omitempty"`           // what was paid is back, wholly or in part
}

// Views are a request or a payout as both bodies of practice see it.
type Views struct {
	PayCore Projection `json:"paycore"`
	Rebilly Projection `json:"rebilly"`
}

// ViewsOfRequest projects a request with its allocations and payouts.
func ViewsOfRequest(r Request, allocations []Allocation, payouts []Payout) Views {
	refunded := false
	for _, a := range allocations {
		refunded = refunded || a.Returned.Positive()
	}
	return Views{
		PayCore: paycoreRequest(r, allocations, payouts),
		Rebilly: Projection{Status: string(r.Status), Refunded: refunded},
	}
}

// paycoreRequest is the PayCore view of a request. A request that is held is
// held by its review, a block, or a payout that a person has to look at.
func paycoreRequest(r Request, allocations []Allocation, payouts []Payout) Projection {
	p := Projection{Resolution: "OK", Held: r.Block != nil || r.Status == RequestReady}
	switch r.Status {
	case RequestPending:
		p.Status = "CREATED"
		if r.InstrumentID == "" {
			p.Status = "WAITING_DETAILS"
		}
	case RequestReady, RequestApproved:
		p.Status = "READY"
	case RequestInProgress:
		return dispatching(p, r, allocations, payouts)
	case RequestFulfilled:
		p.Status = settledAs(r, allocations, payouts)
	case RequestCanceled:
		p.Status = "TERMINATED"
		if r.Cancellation != nil && r.Cancellation.By == CanceledBySystem {
			p.Status = "EXPIRED"
		}
	case RequestSplit, RequestMerged:
		p.Status, p.Resolution = "TERMINATED", paycoreWord(string(r.Status))
	}
	return p
}

// dispatching is the PayCore view of a request in progress. It has failed when
// nothing is live, paid or left to try: the engine tries what it can in the
// same transaction in which something fails, so that only a block leaves
// something to try.
func dispatching(p Projection, r Request, allocations []Allocation, payouts []Payout) Projection {
	ended, sleeping := false, true
	for _, a := range allocations {
		switch a.Status {
		case AllocationPending, AllocationQueued, AllocationProcessing:
			sleeping = false
		case AllocationCompleted, AllocationDeclined, AllocationFailed:
			ended = true
		}
	}
	for _, payout := range payouts {
		ended = ended || payout.Status == PayoutCreateFailed
		p.Held = p.Held || heldPayout(payout)
		if payout.Resolution != "" {
			p.Resolution = paycoreWord(string(payout.Resolution))
		}
	}
	switch over := r.Live.IsZero() && ended && r.Block == nil; {
	case over && r.Paid.Positive():
		p.Status = "PARTIALLY_PROCESSED"
	case over:
		p.Status = "FAILED"
	case sleeping || p.Held:
		p.Status = "PENDING"
	default:
		p.Status = "DISPATCHING"
	}
	return p
}

// heldPayout reports whether a payout waits for a person.
func heldPayout(p Payout) bool {
	unknown := p.Verdict == "" && p.Resolution != "" && p.Resolution.Group() == GroupUnknown
	return p.Conflict || p.Prevented() || unknown && p.Status != PayoutInvoking
}

// settledAs is the PayCore view of a fulfilled request.
func settledAs(r Request, allocations []Allocation, payouts []Payout) string {
	status := "PROCESSED"
	if r.Amount.Cmp(r.OriginalAmount) < 0 {
		status = "PARTIALLY_PROCESSED"
	}
	for _, p := range payouts {
		switch p.Status {
		case PayoutCanceling:
			return "CANCELING"
		case PayoutCancelFailed:
			status = "CANCEL_FAILED"
		}
	}
	switch back := outstanding(allocations, r.Amount.Currency); {
	case back.IsZero():
		return status
	case back == r.Paid:
		return "CANCELED"
	default:
		return "PARTIALLY_CANCELED"
	}
}

// ViewsOfPayout projects an allocation with its payout; nil while it was never
// sent.
func ViewsOfPayout(a Allocation, p *Payout) Views {
	v := Views{
		PayCore: Projection{Status: paycorePayout(a, p)},
		Rebilly: Projection{Status: string(a.Status), Refunded: a.Returned.Positive()},
	}
	if p != nil {
		v.PayCore.Held = heldPayout(*p)
		if p.Resolution != "" {
			v.PayCore.Resolution = paycoreWord(string(p.Resolution))
		}
	}
	return v
}

func paycorePayout(a Allocation, p *Payout) string {
	switch a.Status {
	case AllocationPending:
		return "CREATED"
	case AllocationQueued:
		return "READY"
	case AllocationCanceled:
		return "TERMINATED"
	case AllocationWaiting:
		return "PENDING"
	}
	if p == nil {
		return "CREATE_FAILED" // it failed its last check, and no provider heard of it
	}
	return paycoreWord(string(p.Status))
}

// paycoreWord is a word of ours as PayCore spells it.
func paycoreWord(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "-", "_")) }
