package engine

import (
	"context"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// A Word is what a senior states about a payout, with the evidence.
type Word struct {
	Verdict    Verdict
	Amount     money.Amount // what was paid, in the account's currency; for VerdictPaid
	ProviderID string       // of the provider's own record, if known
	Evidence   string       // how they know; required
	Sent       int          // how often the payout had been sent when they looked
}

// StateOutcome ends an unknown payout by a senior's word. If the payout was sent
// again since they looked, what they know is of the past: [Stale].
func (e *Engine) StateOutcome(ctx context.Context, c Caller, key AllocationID, w Word) (Payout, error) {
	err := e.recordStatement(ctx, c, VerbState, key, mark(VerbState, key, w.said()), func(d *deed, p Payout) (judgement, Statement, error) {
		if err := w.check(p); err != nil {
			return judgement{}, Statement{}, err
		}
		switch {
		case p.Conflict:
			return judgement{}, Statement{}, Errorf(Refused, "payout %s is in conflict", p.ID).Or("resolve the conflict")
		case p.Verdict != "":
			return judgement{}, Statement{}, Errorf(Refused, "how payout %s ended is known: %s", p.ID, p.Status)
		case p.LeaseUntil.After(d.now):
			return judgement{}, Statement{}, Errorf(Refused, "a worker is busy with payout %s", p.ID).Or("try again in a moment")
		case w.Sent != p.Sent:
			return judgement{}, Statement{}, Errorf(Stale, "payout %s was sent %d times by now, not %d", p.ID, p.Sent, w.Sent).
				Or("look at it again, and ask the provider again")
		}
		s := w.statement(d)
		return judge(p, s), s, nil
	})
	if err != nil {
		return Payout{}, err
	}
	return e.Payout(ctx, key)
}

// ResolveConflict decides between statements that contradict each other.
func (e *Engine) ResolveConflict(ctx context.Context, c Caller, key AllocationID, w Word) (Payout, error) {
	err := e.recordStatement(ctx, c, VerbResolve, key, mark(VerbResolve, key, w.said()), func(d *deed, p Payout) (judgement, Statement, error) {
		if err := w.check(p); err != nil {
			return judgement{}, Statement{}, err
		}
		if !p.Conflict {
			return judgement{}, Statement{}, Errorf(Refused, "payout %s is not in conflict", p.ID)
		}
		s := w.statement(d)
		return w.decide(p, s), s, nil
	})
	if err != nil {
		return Payout{}, err
	}
	return e.Payout(ctx, key)
}

// said is the word without when it was looked, for the fingerprint.
func (w Word) said() Word {
	w.Sent = 0
	return w
}

// decide ends a conflict.
func (w Word) decide(p Payout, s Statement) judgement {
	p = p.told(s)
	p.Conflict = false
	p.Verdict = w.Verdict
	if w.Verdict == VerdictPaid {
		p.Processed, p.Status = w.Amount, PayoutProcessed
		if w.Amount.Cmp(p.Amount) < 0 {
			p.Status = PayoutPartiallyProcessed
		}
		return judgement{payout: p, move: allocationPaid, to: AllocationCompleted}
	}
	p.Processed, p.Status = money.Zero(p.Amount.Currency), PayoutProcessFailed
	return judgement{payout: p, move: allocationNotPaid, reason: s.reason()}
}

func (w Word) check(p Payout) error {
	switch w.Verdict {
	case VerdictPaid:
		if w.Amount.Currency != p.Amount.Currency || !w.Amount.Positive() {
			return invalid("amount", "%s cannot have been paid of %s", w.Amount.Text(), p.Amount.Text())
		}
	case VerdictNotPaid:
	default:
		return invalid("verdict", "%q is no outcome", w.Verdict).Or("paid or not-paid")
	}
	if w.Evidence == "" {
		return invalid("evidence", "a statement needs its evidence").Or("say how you know, and from whom")
	}
	if err := text.Check("evidence", w.Evidence, longestDescription); err != nil {
		return invalid("evidence", "%v", err)
	}
	if err := text.Check("providerId", w.ProviderID, longestReference); err != nil {
		return invalid("providerId", "%v", err)
	}
	return nil
}

func (w Word) statement(d *deed) Statement {
	s := Statement{
		Source: SourcePerson, By: d.actor.ID, At: d.now, Verdict: w.Verdict, Resolution: ResolutionOK,
		Amount: w.Amount, ProviderID: w.ProviderID, Message: w.Evidence,
	}
	if w.Verdict == VerdictNotPaid {
		s.Resolution = ResolutionGeneralFatal
	}
	return s
}
