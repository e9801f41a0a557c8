package engine

import (
	"cmp"
	"context"
	"slices"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// A Word is what a senior states about a payout, with the evidence.
type Word struct {
	Verdict    Verdict
	Amount     money.Amount // what was paid, or is back in all, in the account's currency
	Status     PayoutStatus // how it failed; empty for what follows from the resolution
	Resolution Resolution   // why it failed; empty for general-fatal-error
	ProviderID string       // of the provider's own record, if known
	Evidence   string       // how they know; required
	Sent       int          // how often the payout had been sent when they looked
}

// StateOutcome ends an unknown payout by a senior's word, or says that what was
// paid is back. If the payout was sent again since they looked, what they know
// is of the past: [Stale].
func (e *Engine) StateOutcome(ctx context.Context, c Caller, key AllocationID, w Word) (Payout, error) {
	err := e.recordStatement(ctx, c, VerbState, key, mark(VerbState, key, w.said()), func(d *deed, p Payout) (judgement, Statement, error) {
		if err := w.check(p); err != nil {
			return judgement{}, Statement{}, err
		}
		switch {
		case p.Conflict:
			return judgement{}, Statement{}, Errorf(Refused, "payout %s is in conflict", p.ID).Or("resolve the conflict")
		case w.Verdict == VerdictReturned && p.Verdict == VerdictNotPaid:
			return judgement{}, Statement{}, Errorf(Refused, "of payout %s nothing was paid", p.ID)
		case w.Verdict == VerdictReturned && p.Returned.Cmp(w.Amount) >= 0:
			return judgement{}, Statement{}, Errorf(Refused, "that %s of payout %s is back is known", p.Returned.Text(), p.ID).
				Or("state what is back in all")
		case w.Verdict != VerdictReturned && p.Verdict != "" && p.Status != PayoutCanceling:
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
		if w.Verdict == VerdictReturned {
			return judgement{}, Statement{}, invalid("verdict", "a conflict is about whether it was paid").
				Or("paid or not-paid; what came back is stated after")
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
	p.Returned = money.Zero(p.Amount.Currency)
	if w.Verdict == VerdictPaid {
		p.Processed, p.Status = w.Amount, PayoutProcessed
		if w.Amount.Cmp(p.Amount) < 0 {
			p.Status = PayoutPartiallyProcessed
		}
		return judgement{payout: p, move: allocationPaid, to: AllocationCompleted}
	}
	p.Processed, p.Status = money.Zero(p.Amount.Currency), s.Status
	return judgement{payout: p, move: allocationNotPaid, reason: s.reason()}
}

// failures lists the statuses in which a payout can be said to have failed.
func failures() []PayoutStatus {
	return []PayoutStatus{PayoutProcessFailed, PayoutInvokeFailed, PayoutExpired}
}

// checkFailure refuses how something failed that did not fail, and what is no
// way to fail.
func (w Word) checkFailure() error {
	failed := w.Verdict == VerdictNotPaid
	switch {
	case !failed && w.Status != "":
		return invalid("status", "only what was not paid has a status of its own")
	case !failed && w.Resolution != "" && w.Resolution != ResolutionOK:
		return invalid("resolution", "%s says that it failed", w.Resolution)
	case failed && w.Status != "" && !slices.Contains(failures(), w.Status):
		return invalid("status", "%q is no way to fail", w.Status).Or("one of %s", orNone(words(failures())))
	case failed && w.Resolution != "" && (w.Resolution.Group() != GroupFatal || w.Resolution == ResolutionDuplicatedID):
		return invalid("resolution", "%q does not say that nothing was paid", w.Resolution).
			Or("as %s", ResolutionInsufficientFunds)
	}
	return nil
}

func (w Word) check(p Payout) error {
	switch w.Verdict {
	case VerdictPaid:
		if w.Amount.Currency != p.Amount.Currency || !w.Amount.Positive() {
			return invalid("amount", "%s cannot have been paid of %s", w.Amount.Text(), p.Amount.Text())
		}
	case VerdictReturned:
		paid := p.Processed
		if p.Verdict == "" {
			paid = p.Amount
		}
		if w.Amount.Currency != p.Amount.Currency || !w.Amount.Positive() || w.Amount.Cmp(paid) > 0 {
			return invalid("amount", "%s cannot be back of %s", w.Amount.Text(), paid.Text())
		}
	case VerdictNotPaid:
	default:
		return invalid("verdict", "%q is no outcome", w.Verdict).Or("paid, not-paid or returned")
	}
	if err := w.checkFailure(); err != nil {
		return err
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
		Amount: w.Amount, Status: w.Status, ProviderID: w.ProviderID, Message: text.Masked(w.Evidence),
	}
	if w.Verdict == VerdictNotPaid {
		s.Resolution = cmp.Or(w.Resolution, ResolutionGeneralFatal)
		s.Status = cmp.Or(w.Status, PayoutProcessFailed)
		if w.Status == "" && w.Resolution != "" {
			s.Status = failure(w.Resolution)
		}
	}
	return s
}

// Statements lists what was ever said about how a payout ended, oldest first:
// the provider's answers, what it said when asked, and what people stated.
func (e *Engine) Statements(ctx context.Context, key AllocationID) ([]Statement, error) {
	return view(ctx, e, func(tx ReadTx) ([]Statement, error) {
		p, err := tx.Payout(key)
		if err != nil {
			return nil, err
		}
		events, err := tx.Events(string(p.RequestID), 0, longestTimeline)
		if err != nil {
			return nil, err
		}
		var list []Statement
		for _, event := range events {
			if event.Subject == (Subject{Kind: KindPayout, ID: string(p.ID)}) && event.Detail("source") != "" {
				list = append(list, statementIn(event, p.Amount.Currency))
			}
		}
		return list, nil
	})
}

// statementIn reads a statement out of the entry that keeps it.
func statementIn(e Event, c money.Currency) Statement {
	s := Statement{
		Source: Source(e.Detail("source")), By: e.By, At: e.At, Verdict: Verdict(e.Detail("verdict")),
		Resolution: Resolution(e.Detail("resolution")), Status: PayoutStatus(e.Detail("status")),
		Held: e.Detail("held") != "", ProviderID: e.Detail("providerId"), Message: e.Detail("message"),
		Amount: money.Zero(c),
	}
	if amount, err := money.Parse(e.Detail("amount"), c); err == nil {
		s.Amount = amount
	}
	return s
}
