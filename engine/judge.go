package engine

import (
	"time"

	"github.com/purserhq/purser/engine/money"
)

// A verdict is what a statement makes of a payout, and what its allocation has
// to do then.
type judgement struct {
	payout Payout
	move   allocationVerb // "" leaves the allocation as it is
	to     AllocationStatus
	reason string
}

// judge weighs a statement against what is known of a payout. It is the whole
// of "never pay twice" after the call: only certain words end a payout,
// contradicting ones put it in conflict, and everything else leaves it
// unknown.
func judge(p Payout, s Statement) judgement {
	s = s.believable(p)
	if p.Conflict {
		return judgement{payout: p} // a senior decides; until then words are only kept
	}
	switch {
	case p.Status == PayoutCanceling:
		return canceled(p, s)
	case s.Verdict == VerdictReturned:
		return returned(p, s)
	case s.Verdict == "" && p.Verdict == "":
		return unknown(p, s)
	case s.Verdict == "":
		return judgement{payout: p} // a failed question about what is settled proves nothing
	case s.Held:
		return prevented(p, s)
	case p.Verdict == "" && s.Verdict == VerdictPaid:
		return paid(p, s)
	case p.Verdict == "":
		return notPaid(p, s)
	case p.Verdict == s.Verdict && (s.Verdict == VerdictNotPaid || s.Amount == p.Processed):
		return judgement{payout: p} // the same again
	default:
		return dispute(p, s)
	}
}

// believable takes certainty from a statement that contradicts itself: a
// refusal with the resolution of an unknown outcome, a payment of nothing or in
// another currency. A key that the provider knows already is no refusal: it
// says that the first submission arrived.
func (s Statement) believable(p Payout) Statement {
	doubtful := false
	switch s.Verdict {
	case VerdictPaid:
		doubtful = s.Amount.Currency != p.Amount.Currency || !s.Amount.Positive() || s.Resolution.Group() == GroupFatal
	case VerdictNotPaid:
		doubtful = s.Resolution.Group() != GroupFatal || s.Resolution == ResolutionDuplicatedID
	case VerdictReturned:
		most := p.Processed
		if p.Verdict == "" {
			most = p.Amount
		}
		doubtful = s.Amount.Currency != p.Amount.Currency || !s.Amount.Positive() || s.Amount.Cmp(most) > 0 ||
			p.Verdict == VerdictNotPaid
	}
	if doubtful {
		s.Verdict = ""
		if s.Resolution.Group() != GroupUnknown {
			s.Resolution = ResolutionUnknown
		}
	}
	return s
}

func unknown(p Payout, s Statement) judgement {
	if p.Prevented() { // nothing new: the provider's no still waits for a person
		return judgement{payout: p, move: allocationWaits, to: AllocationWaiting}
	}
	p = p.told(s)
	p.Accepted = p.Accepted || s.Resolution == ResolutionOK
	p.Status = PayoutProcessing
	if p.Accepted {
		p.Status = PayoutPending
	}
	return judgement{payout: p, move: allocationWaits, to: AllocationWaiting}
}

func paid(p Payout, s Statement) judgement {
	p = p.told(s)
	p.Verdict, p.Processed = VerdictPaid, s.Amount
	p.Status = PayoutProcessed
	if s.Amount.Cmp(p.Amount) < 0 {
		p.Status = PayoutPartiallyProcessed
	}
	p.Conflict = s.Amount.Cmp(p.Amount) > 0 // more than was asked
	p.LookUpAt = time.Time{}
	return judgement{payout: p, move: allocationPaid, to: AllocationCompleted}
}

func notPaid(p Payout, s Statement) judgement {
	p = p.told(s)
	p.Verdict = VerdictNotPaid
	p.LookUpAt = time.Time{}
	j := judgement{payout: p, reason: s.reason()}
	status := s.Status
	if status == "" {
		status = failure(s.Resolution)
	}
	j.payout.Status, j.move, j.to = status, allocationFailed, AllocationFailed
	if status == PayoutProcessFailed {
		j.move, j.to = allocationDeclined, AllocationDeclined
	}
	return j
}

// failure is the status of a payout that failed for r.
func failure(r Resolution) PayoutStatus {
	switch r {
	case ResolutionOperationExpired:
		return PayoutExpired
	case ResolutionInvalidRequest, ResolutionRequestError, ResolutionInvalidCredentials, ResolutionForbiddenIP,
		ResolutionSignatureError, ResolutionInternalError, ResolutionAccessError, ResolutionAccessDenied:
		return PayoutInvokeFailed
	default:
		return PayoutProcessFailed
	}
}

// prevented keeps a failure as nothing but said, until a person says it, too.
func prevented(p Payout, s Statement) judgement {
	if p.Verdict != "" {
		s.Held = false
		return judge(p, s)
	}
	p = p.told(s)
	p.Status = PayoutPending
	return judgement{payout: p, move: allocationWaits, to: AllocationWaiting}
}

// returned takes in that what was paid is back, in all or in part. A payout of
// which nobody knew yet was paid first.
func returned(p Payout, s Statement) judgement {
	if p.Verdict == VerdictPaid && s.Amount.Cmp(p.Returned) <= 0 {
		return judgement{payout: p} // known, or older than what is known
	}
	p = p.told(s)
	if p.Verdict == "" {
		p.Verdict, p.Processed = VerdictPaid, p.Amount
	}
	p.Returned, p.LookUpAt = s.Amount, time.Time{}
	p.Status = PayoutPartiallyProcessed
	if p.settled().IsZero() {
		p.Status = PayoutCanceled
	}
	return judgement{payout: p, move: allocationReturned, to: AllocationCompleted}
}

// canceled weighs what is heard of a payout that is to be taken back.
func canceled(p Payout, s Statement) judgement {
	switch s.Verdict {
	case VerdictReturned:
		return returned(p, s)
	case VerdictNotPaid:
		s.Verdict, s.Amount = VerdictReturned, p.Processed
		return returned(p, s)
	case VerdictPaid:
		p = p.told(s)
		p.Status, p.LookUpAt = PayoutCancelFailed, time.Time{}
		return judgement{payout: p}
	default:
		return judgement{payout: p.told(s)}
	}
}

// dispute keeps a payout as it was judged, but in conflict.
func dispute(p Payout, s Statement) judgement {
	p.Conflict = true
	p.Message = s.Message
	return judgement{payout: p, move: allocationDisputed}
}

// told keeps the provider's last words.
func (p Payout) told(s Statement) Payout {
	p.Resolution, p.Message = s.Resolution, s.Message
	if s.ProviderID != "" {
		p.ProviderID = s.ProviderID
	}
	return p
}

// reason is why a payout ended unpaid, in the provider's words if it had any.
func (s Statement) reason() string {
	if s.Message == "" {
		return string(s.Resolution)
	}
	return string(s.Resolution) + ": " + s.Message
}

// count says what of a sum that the provider paid counts as paid to the
// customer, and what is beyond: at most what was asked, and at most what the
// request has room for.
func count(sum, asked, room money.Amount) (counted, beyond money.Amount) {
	counted = money.Least(sum, money.Least(asked, room))
	return counted, sum.Minus(counted)
}

// lookUpGaps is how long to wait before each next look-up of a payout; after
// the last gap it repeats until a week has passed. It starts slowly enough for
// a provider to have noticed (the first minute proves nothing) and ends where
// banks answer next business day.
var lookUpGaps = []time.Duration{
	5 * time.Second, 20 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour,
}

const lookUpHorizon = 7 * 24 * time.Hour

// nextLookUp is when an unsettled payout is asked about next; zero for never.
func nextLookUp(p Payout, now time.Time) time.Time {
	since := p.IntentAt
	if p.Status == PayoutCanceling {
		since = p.UpdatedAt
	}
	if p.Verdict != "" && p.Status != PayoutCanceling || now.Sub(since) > lookUpHorizon {
		return time.Time{}
	}
	return now.Add(lookUpGaps[min(p.LookUps, len(lookUpGaps)-1)])
}
