package engine

import (
	"time"

	"github.com/purserhq/purser/engine/money"
)

// Attention is what a person must look at on a request; the strongest reason
// where there are several.
type Attention string

// The reasons, strongest first.
const (
	AttentionConflict Attention = "conflict"        // statements contradict each other
	AttentionUnknown  Attention = "outcome-unknown" // money may have moved, and nobody knows
	AttentionOverpaid Attention = "overpaid"        // more was paid than asked
	AttentionReturned Attention = "returned"        // money came back after it was paid
	AttentionFailed   Attention = "payout-failed"   // declined or failed, with nothing left to try
)

// Attentions lists the reasons, strongest first.
func Attentions() []Attention {
	return []Attention{
		AttentionConflict, AttentionUnknown, AttentionOverpaid, AttentionReturned, AttentionFailed,
	}
}

// attentionOf finds what a person must look at on a request, given its
// allocations and payouts, and what came back and was not asked for again. An
// accepted payout is given its connector's settling time first.
func attentionOf(
	r Request, allocations []Allocation, payouts []Payout, owed money.Amount, now time.Time,
	settling func(gateway string) time.Duration,
) Attention {
	found := map[Attention]bool{}
	for _, p := range payouts {
		unknown := p.Verdict == "" && p.Status != PayoutInvoking && p.Status != PayoutCreateFailed
		switch {
		case p.Conflict:
			found[AttentionConflict] = true
		case unknown && (!p.Accepted || p.Prevented()):
			found[AttentionUnknown] = true
		case unknown && !now.Before(p.IntentAt.Add(settling(p.GatewayID))), p.silent(now, settling(p.GatewayID)):
			found[AttentionUnknown] = true
		}
	}
	stuck := r.Status == RequestInProgress && r.Live.IsZero() && r.Available().Positive()
	for _, p := range payouts {
		if p.Status == PayoutCreateFailed && stuck {
			found[AttentionFailed] = true
		}
	}
	for _, a := range allocations {
		if a.Overpaid.Positive() {
			found[AttentionOverpaid] = true
		}
		if a.Reopened.Positive() && r.Status == RequestInProgress && r.Available().Positive() {
			found[AttentionReturned] = true
		}
		dead := a.Status == AllocationFailed || a.Status == AllocationDeclined
		if dead && stuck {
			found[AttentionFailed] = true
		}
	}
	if owed.Positive() {
		found[AttentionReturned] = true
	}
	for _, reason := range Attentions() {
		if found[reason] {
			return reason
		}
	}
	return ""
}
