package engine

import (
	"time"

	"github.com/purserhq/purser/engine/money"
)

// A Tally is how often something happened within one hour. Tallies are what
// metrics are made of: counted when it happens, so that nobody has to read the
// journal of a day to draw a line of it.
type Tally struct {
	Mode     Mode
	Hour     time.Time // when the hour began, UTC
	Kind     TallyKind
	Of       string         // a status, reason, reviewer or bound, as the kind says
	Currency money.Currency // of Sum; "" where only the count matters
	Count    int64
	Sum      int64 // minor units
}

// A TallyKind is what a tally counts.
type TallyKind string

// The kinds.
const (
	TallyCame     TallyKind = "came"     // requests that came from outside, not of others
	TallyEntered  TallyKind = "entered"  // requests that came into a status, by status
	TallyLeft     TallyKind = "left"     // requests that left a status, by status
	TallyApproved TallyKind = "approved" // requests with their last approval, with their amounts
	TallyBlocked  TallyKind = "blocked"  // requests, by the reason
	TallyReviewed TallyKind = "reviewed" // requests that were ready, by the bound of how long until somebody decided
	TallyDecided  TallyKind = "decided"  // decisions, by the reviewer
	TallyUndone   TallyKind = "undone"   // decisions taken back, by who took them back
)

// reviewBounds are the bounds between which times to review are counted: fine
// where an hour's work shows, coarse where days pass.
var reviewBounds = []time.Duration{
	10 * time.Second, 20 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 3 * time.Minute,
	5 * time.Minute, 7 * time.Minute, 10 * time.Minute, 15 * time.Minute, 20 * time.Minute, 30 * time.Minute,
	45 * time.Minute, time.Hour, 90 * time.Minute, 2 * time.Hour, 3 * time.Hour, 4 * time.Hour, 6 * time.Hour,
	8 * time.Hour, 12 * time.Hour, 18 * time.Hour, 24 * time.Hour, 36 * time.Hour, 48 * time.Hour, 72 * time.Hour,
	5 * 24 * time.Hour, 7 * 24 * time.Hour, 14 * 24 * time.Hour,
}

// bound is the least bound that d does not exceed; beyond the last it is the
// last.
func bound(d time.Duration) time.Duration {
	for _, b := range reviewBounds {
		if d <= b {
			return b
		}
	}
	return reviewBounds[len(reviewBounds)-1]
}

// decides reports whether a verb is a reviewer's judgement on a request.
func decides(v Verb) bool {
	switch v {
	case VerbApprove, VerbBlock, VerbUnblock, VerbReturn, VerbCancel, VerbSplit, VerbMerge, VerbSettle:
		return true
	default:
		return false
	}
}

// tallies is what a deed counts as: the verb of an actor that made was into r.
func tallies(v Verb, by Reviewer, was, r Request, now time.Time) []Tally {
	const most = 6
	list := make([]Tally, 0, most)
	count := func(kind TallyKind, of string) *Tally {
		list = append(list, Tally{Mode: r.Mode, Hour: now.UTC().Truncate(time.Hour), Kind: kind, Of: of, Count: 1})
		return &list[len(list)-1]
	}
	if was.Status == "" && r.SplitFrom == "" && r.RemainderOf == "" {
		count(TallyCame, "")
	}
	if r.Status != was.Status {
		if was.Status != "" {
			count(TallyLeft, string(was.Status))
		}
		count(TallyEntered, string(r.Status))
	}
	if r.Block != nil && was.Block == nil {
		count(TallyBlocked, string(r.Block.Reason))
	}
	if r.Status == RequestApproved && was.Status == RequestReady {
		approved := count(TallyApproved, "")
		approved.Currency, approved.Sum = r.Amount.Currency, r.Amount.Minor
	}
	if by.Role == roleEngine {
		return list
	}
	left := r.Status != was.Status || r.Block != nil && was.Block == nil
	if was.Status == RequestReady && was.Block == nil && left {
		count(TallyReviewed, bound(now.Sub(was.StatusSince)).String())
	}
	switch {
	case v == VerbUndoApproval:
		count(TallyUndone, string(by.ID))
	case decides(v):
		count(TallyDecided, string(by.ID))
	}
	return list
}

// tally counts a deed.
func (w *work) tally(v Verb, was, r Request) {
	for _, t := range tallies(v, w.actor, was, r, w.now) {
		w.tx.Tally(t)
	}
}
