package engine

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
)

// Attention is what a person must look at on a request; the strongest reason
// where there are several.
type Attention string

// The reasons, strongest first.
const (
	AttentionConflict   Attention = "conflict"        // statements contradict each other
	AttentionUnknown    Attention = "outcome-unknown" // money may have moved, and nobody knows
	AttentionOverpaid   Attention = "overpaid"        // more was paid than asked
	AttentionReturned   Attention = "returned"        // money came back after it was paid
	AttentionFailed     Attention = "payout-failed"   // declined or failed, with nothing left to try
	AttentionUnplaced   Attention = "unplaced"        // a remainder that no plan placed
	AttentionNoApprover Attention = "no-approver"     // nobody is left who may approve it
)

// Attentions lists the reasons, strongest first.
func Attentions() []Attention {
	return []Attention{
		AttentionConflict, AttentionUnknown, AttentionOverpaid, AttentionReturned, AttentionFailed,
		AttentionUnplaced, AttentionNoApprover,
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
	found[AttentionUnplaced] = unplaced(r, allocations)
	for _, reason := range Attentions() {
		if found[reason] {
			return reason
		}
	}
	return ""
}

// unplaced reports whether something of a request in progress is available that
// nobody is about to place: the rest of what a provider paid in part, or what
// the engine's own plan left. Who allocates by hand, or calls an allocation off,
// knows what they left.
func unplaced(r Request, allocations []Allocation) bool {
	if r.Status != RequestInProgress || !r.Available().Positive() {
		return false
	}
	if r.Live.IsZero() {
		return r.Paid.Positive()
	}
	return !slices.ContainsFunc(allocations, func(a Allocation) bool {
		return a.Origin == OriginManual || a.Status == AllocationCanceled
	})
}

// unapprovable says of a request without other reasons whether anybody is left
// who may approve it. That follows from the configuration as much as from the
// request, so that stepAttention looks again when the configuration changes.
func unapprovable(c *Config, r Request) Attention {
	if r.Attention != "" && r.Attention != AttentionNoApprover {
		return r.Attention
	}
	if r.Status != RequestReady {
		return ""
	}
	for id, reviewer := range c.Reviewers {
		if reviewer.Role.AtLeast(rules[VerbApprove].least) && !r.MadeBy(id) && !r.ApprovedBy(id) &&
			withinLimit(reviewer, r.PolicyAmount) == nil {
			return ""
		}
	}
	return AttentionNoApprover
}

// An attended is how far this process has looked for requests that nobody may
// approve, under one revision of the configuration.
type attended struct {
	mu       sync.Mutex
	revision int64
	mode     Mode // "" once all was looked at
	after    Cursor
}

// stepAttention looks at some of the ready requests, if the configuration has
// changed since this process looked at all of them. That is a hint about where
// to go on and nothing more: to look twice changes nothing.
func (e *Engine) stepAttention(ctx context.Context) (more bool, err error) {
	const bite = 200
	e.attended.mu.Lock()
	defer e.attended.mu.Unlock()
	at := &e.attended
	config, err := e.Config(ctx)
	if err != nil {
		return false, err
	}
	if at.revision != config.Revision {
		at.revision, at.mode, at.after = config.Revision, ModeLive, Cursor{}
	}
	if at.mode == "" {
		return false, nil
	}
	page, err := e.Requests(ctx, RequestQuery{
		Mode: at.mode, Filter: readyOnes, Order: Order{Key: "created"}, After: at.after, Limit: bite,
	})
	if err != nil {
		return false, err
	}
	for _, row := range page.Rows {
		if unapprovable(config, row.Request) == row.Attention {
			continue
		}
		if err := e.lookAgain(ctx, row.ID); err != nil {
			return false, err
		}
	}
	switch {
	case page.More:
		at.after = page.Last
	case at.mode == ModeLive:
		at.mode, at.after = ModeTest, Cursor{}
	default:
		at.mode = ""
	}
	return true, nil
}

var readyOnes = filter.Expr{Clauses: []filter.Clause{{
	Field: "status", Kind: filter.Enum, Values: []filter.Value{{Text: string(RequestReady)}},
}}}

// lookAgain brings what a request says about its approvers to what is so.
func (e *Engine) lookAgain(ctx context.Context, id RequestID) error {
	_, err := e.do(ctx, engineCaller, "", func(w *work) error {
		was, err := w.tx.Request(id)
		if err != nil {
			return err
		}
		now := was
		if now.Attention = unapprovable(w.config, was); now.Attention != was.Attention {
			w.tx.PutRequest(&was, now)
		}
		return nil
	})
	return err
}
