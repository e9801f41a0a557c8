package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// mostSources is how many requests can be merged into another at once.
const mostSources = 99

// A Merging says which requests are to be merged into a target.
type Merging struct {
	Seen        int               // the target's version
	Sources     []RequestID       // 1 to 99
	SourcesSeen map[RequestID]int // their versions, where they were looked at; the others are not checked
	Reason      MergeReason
	// OtherInstrument confirms that sources selected another instrument than
	// the target.
	OtherInstrument bool
}

// Merge makes the target's amount the sum of its own and the sources', which
// are final then and point at it. All are of one customer, point and currency,
// unblocked, with nothing live or paid. The target's approvals are void.
func (e *Engine) Merge(ctx context.Context, c Caller, target RequestID, m Merging) (Request, error) {
	return e.change(ctx, c, VerbAbsorb, target, m.Seen, mark(VerbMerge, target, m.Sources, m.Reason, m.OtherInstrument), func(d *deed) error {
		if err := m.check(target); err != nil {
			return err
		}
		d.r.Approvals = nil
		d.details = append(d.details, textField("reason", string(m.Reason)), objectField("sources", m.Sources))
		parties := []Request{d.was}
		for _, id := range m.Sources {
			source, err := d.absorb(id, m)
			if err != nil {
				return fmt.Errorf("%s: %w", id, err)
			}
			parties = append(parties, source)
		}
		return d.become(parties)
	})
}

// become makes the deed's request what its parties, as they were, sum to.
func (d *deed) become(parties []Request) error {
	r := &d.r
	r.Amount = money.Zero(r.Amount.Currency)
	r.Status, r.HeldBack, r.ReadyAt = RequestReady, false, time.Time{}
	for _, p := range parties {
		r.Amount = r.Amount.Plus(p.Amount)
		r.PolicyAmount = money.Most(r.PolicyAmount, p.PolicyAmount)
		r.Makers = withMaker(r.Makers, p.Makers...)
	}
	r.PolicyAmount = money.Most(r.PolicyAmount, r.Amount)
	r.Makers = withMaker(r.Makers, d.actor.ID)
	if r.Amount.Minor > money.MaxMinor {
		return invalid("from", "together they amount to %s, which is too large", r.Amount.Text())
	}
	waiting := slices.DeleteFunc(slices.Clone(parties), func(p Request) bool { return p.Status != RequestPending })
	if len(waiting) == 0 {
		return nil
	}
	r.Status = RequestPending
	r.HeldBack = slices.ContainsFunc(waiting, func(p Request) bool { return p.HeldBack })
	r.ReadyAt = latestClock(waiting)
	return nil
}

// latestClock is when the last of the pending requests would become ready;
// one that waits for a reviewer makes all wait.
func latestClock(waiting []Request) time.Time {
	latest := waiting[0].ReadyAt
	for _, p := range waiting {
		if p.ReadyAt.IsZero() {
			return time.Time{}
		}
		if p.ReadyAt.After(latest) {
			latest = p.ReadyAt
		}
	}
	return latest
}

// absorb merges one source into the deed's request and returns it as it was.
func (d *deed) absorb(id RequestID, m Merging) (was Request, err error) {
	seen, looked := m.SourcesSeen[id]
	if !looked {
		source, err := d.tx.Request(id)
		if err != nil {
			return was, err
		}
		seen = source.Version
	}
	_, err = d.change(VerbMerge, id, seen, func(s *deed) error {
		was = s.was
		if err := mergeable(d.was, s.was, m.OtherInstrument); err != nil {
			return err
		}
		s.r.Status = RequestMerged
		s.r.MergedInto = d.r.ID
		s.r.stopClocks()
		if err := s.leaveBatch(); err != nil {
			return err
		}
		s.details = append(s.details, textField("reason", string(m.Reason)), textField("into", string(d.r.ID)))
		return nil
	})
	return was, err
}

func (m Merging) check(target RequestID) error {
	switch {
	case !slices.Contains(MergeReasons(), m.Reason):
		return invalid("mergeReason", "%q is no reason to merge", m.Reason).
			Or("reasons: %s", orNone(words(MergeReasons())))
	case len(m.Sources) == 0 || len(m.Sources) > mostSources:
		return invalid("from", "%d sources; a merge has 1 to %d", len(m.Sources), mostSources)
	case slices.Contains(m.Sources, target):
		return invalid("from", "%s cannot be merged into itself", target)
	}
	sorted := slices.Sorted(slices.Values(m.Sources))
	if len(slices.Compact(sorted)) != len(m.Sources) {
		return invalid("from", "a source is named twice")
	}
	return nil
}

// mergeable says why source cannot be merged into target, or nil.
func mergeable(target, source Request, otherInstrument bool) error {
	switch {
	case source.CustomerID != target.CustomerID:
		return invalid("from", "it is of another customer")
	case source.PointID != target.PointID:
		return invalid("from", "it came in at point %s, the target at %s", source.PointID, target.PointID)
	case source.Amount.Currency != target.Amount.Currency:
		return invalid("from", "it is in %s, the target in %s", source.Amount.Currency, target.Amount.Currency)
	case source.InstrumentID != target.InstrumentID && !otherInstrument:
		return Errorf(Refused, "it selected another instrument").
			Or("confirm that the target's instrument is meant")
	}
	return nil
}

// Mergeable says why source cannot be merged into target as both stand, for
// screens that let people pick; nil if it can. A different instrument has to
// be confirmed and is no hindrance here.
func Mergeable(target, source Standing) error {
	if err := source.Why(VerbMerge); err != nil {
		return err
	}
	return mergeable(target.Request, source.Request, true)
}
