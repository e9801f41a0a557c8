package engine

import (
	"fmt"

	"github.com/purserhq/purser/engine/money"
)

// A rule is the part of a verb that can be told without trying it: who may,
// whether a block stops it, and what else must hold.
type rule struct {
	least      Role
	doing      string // completes "may not …" and "cannot …"
	event      string // what the journal calls it
	blockedToo bool   // a block does not stop it
	anyVersion bool   // never refused because something changed meanwhile
	guard      func(Standing) error
}

// A Standing is everything that decides whether a verb is possible: the engine
// decides by it in a transaction, and a screen tells by it why a key is off.
type Standing struct {
	Request Request
	Point   Point
	Actor   Reviewer
}

// rules of the verbs. A verb without a rule is nobody's.
var rules = map[Verb]rule{
	VerbCreate:       {least: RoleReviewer, doing: "create a request", event: "payout-request-created"},
	VerbReady:        {least: RoleReviewer, doing: "make it ready", event: "payout-request-ready"},
	VerbReturn:       {least: RoleReviewer, doing: "return it", event: "payout-request-returned-to-pending"},
	VerbApprove:      {least: RoleReviewer, doing: "approve it", event: "payout-request-approved", guard: mayApprove},
	VerbUndoApproval: {least: RoleReviewer, doing: "undo an approval", event: "payout-request-approval-undone", guard: mayUndo},
	VerbAllocate:     {least: RoleReviewer, doing: "allocate it", event: "payout-request-allocated", guard: mayAllocate},
	VerbAutoAllocate: {least: RoleReviewer, doing: "allocate it", event: "payout-request-allocated", guard: mayAllocate},
	VerbRelease:      {least: RoleReviewer, doing: "release it", event: "payout-request-released", guard: untouched},
	VerbRecord:       {least: roleEngine, doing: "record an outcome", event: "payout-request-fulfilled", blockedToo: true, anyVersion: true},
	VerbState:        {least: RoleSenior, doing: "state an outcome", event: "payout-request-fulfilled", blockedToo: true, anyVersion: true},
	VerbResolve:      {least: RoleSenior, doing: "resolve a conflict", event: "payout-request-fulfilled", blockedToo: true, anyVersion: true},
	VerbSettle:       {least: RoleSenior, doing: "settle it short", event: "payout-request-settled", guard: maySettle},
	VerbCancel:       {least: RoleReviewer, doing: "cancel it", event: "payout-request-canceled", guard: untouched},
	VerbSplit:        {least: RoleReviewer, doing: "split it", event: "payout-request-split", guard: untouched},
	VerbMerge:        {least: RoleReviewer, doing: "merge it", event: "payout-request-merged", guard: untouched},
	VerbAbsorb:       {least: RoleReviewer, doing: "merge into it", event: "payout-request-enlarged", guard: untouched},

	VerbBlock:            {least: RoleReviewer, doing: "block it", event: "payout-request-blocked", anyVersion: true},
	VerbUnblock:          {least: RoleReviewer, doing: "unblock it", event: "payout-request-unblocked", blockedToo: true, guard: isBlocked},
	VerbSet:              {least: RoleReviewer, doing: "change it", event: "payout-request-modified", blockedToo: true, guard: maySet},
	VerbProcess:          {least: RoleReviewer, doing: "process it", event: "payout-request-processing-started", anyVersion: true},
	VerbClaim:            {least: roleEngine, doing: "claim it", event: "payout-request-processing-started", anyVersion: true},
	VerbFailOver:         {least: roleEngine, doing: "place it again", event: "payout-request-allocated", anyVersion: true, guard: mayAllocate},
	VerbCancelAllocation: {least: RoleReviewer, doing: "cancel an allocation", event: "payout-request-modified", anyVersion: true},
	VerbCancelPayout:     {least: RoleSenior, doing: "take a payout back", event: "payout-request-modified", blockedToo: true, anyVersion: true},
	VerbPayAgain:         {least: RoleReviewer, doing: "pay it again", event: "payout-request-modified", guard: cameBack},
	VerbLookUp:           {least: RoleReviewer, doing: "ask the provider", event: "payout-request-fulfilled", blockedToo: true, anyVersion: true},
	VerbComment:          {least: RoleSupport, doing: "comment", event: "timeline-comment-created", blockedToo: true, anyVersion: true},
	VerbAddToBatch:       {least: RoleReviewer, doing: "add it to a batch", event: "payout-request-added-to-batch", blockedToo: true, anyVersion: true, guard: mayJoin},
	VerbRemoveFromBatch:  {least: RoleReviewer, doing: "remove it from a batch", event: "payout-request-removed-from-batch", blockedToo: true, anyVersion: true, guard: mayLeave},
	VerbWithdrawComment:  {least: RoleSupport, doing: "withdraw a comment", event: "timeline-comment-withdrawn", blockedToo: true, anyVersion: true},
}

// Why says why verb is not possible now, or nil: first whether the actor may,
// then whether a block or the status stops it, then what else is missing.
func (s Standing) Why(verb Verb) error {
	rule, ok := rules[verb]
	if !ok {
		return Errorf(Internal, "%q is no verb", verb)
	}
	if err := mayAct(s.Actor, rule.least, rule.doing); err != nil {
		return err
	}
	if b := s.Request.Block; b != nil && !rule.blockedToo {
		return Errorf(Refused, "blocked for %s by %s since %s", b.Reason, b.By, b.At.Format("15:04")).
			Or("unblock it first").Like("blocked for %s", b.Reason)
	}
	if !possible(verb, s.Request.Status) {
		return wrongStatus(verb, s.Request)
	}
	if rule.guard != nil {
		return rule.guard(s)
	}
	return nil
}

// possible reports whether verb can be used in a status at all.
func possible(verb Verb, status RequestStatus) bool {
	return verb.anywhere() || requestLife.leads(status, verb)
}

// anywhere reports whether v is possible in any status, and leaves it.
func (v Verb) anywhere() bool {
	switch v {
	case VerbComment, VerbWithdrawComment, VerbAddToBatch, VerbRemoveFromBatch:
		return true
	default:
		return false
	}
}

// wrongStatus says in which statuses verb is possible.
func wrongStatus(verb Verb, r Request) error {
	e := Errorf(Refused, "it is %s", r.Status)
	from := requestLife.sources(RequestStatuses(), verb)
	switch {
	case r.Status.Final():
		return e.Or("%s is final", r.Status)
	case len(from) == 0:
		return e
	default:
		return e.Or("only a request that is %s can be", either(words(from)))
	}
}

// untouched wants no money on its way and none paid.
func untouched(s Standing) error {
	r := s.Request
	switch {
	case r.Attention == AttentionConflict:
		return inConflict()
	case r.Paid.Positive():
		return Errorf(Refused, "%s was paid already", r.Paid.Text()).
			Or("a senior can settle it short").Like("paid already, at least in part")
	case r.Live.Positive():
		return stillLive(r)
	}
	return nil
}

// inConflict refuses to go on while nobody knows what was paid.
func inConflict() error {
	return Errorf(Refused, "statements about a payout contradict each other").
		Or("a senior has to resolve the conflict first")
}

func stillLive(r Request) error {
	return Errorf(Refused, "%s is in live allocations", r.Live.Text()).
		Or("cancel those that are not processing, and wait for the others").Like("money is on its way")
}

func mayApprove(s Standing) error {
	r, by := s.Request, s.Actor.ID
	switch {
	case r.MadeBy(by):
		return Errorf(Forbidden, "%s is one of its makers (%s)", by, either(words(r.Makers))).
			Or("somebody else has to approve it").Like("%s is one of its makers", by)
	case r.ApprovedBy(by):
		return Errorf(Refused, "%s has approved it already", by).
			Or("%d of %d approvals are in; somebody else gives the next", len(r.Approvals), s.Point.needed(r.PolicyAmount))
	}
	return withinLimit(s.Actor, r.PolicyAmount)
}

// withinLimit refuses an actor whose personal limit a exceeds. Whoever has a
// limit in any currency approves no other.
func withinLimit(actor Reviewer, a money.Amount) error {
	if len(actor.Limits) == 0 {
		return nil
	}
	limit, ok := limitIn(actor.Limits, a.Currency)
	switch {
	case !ok:
		return Errorf(Forbidden, "%s has no approval limit in %s", actor.ID, a.Currency).
			Or("somebody without limits, or with one in %s, has to approve it", a.Currency)
	case a.Cmp(limit) > 0:
		return Errorf(Forbidden, "%s may approve up to %s, this counts as %s", actor.ID, limit.Text(), a.Text()).
			Or("somebody with a higher limit has to approve it").
			Like("above the %s that %s may approve", limit.Text(), actor.ID)
	}
	return nil
}

func mayUndo(s Standing) error {
	if s.Request.Status == RequestReady && !s.Request.ApprovedBy(s.Actor.ID) {
		return Errorf(Refused, "%s has not approved it", s.Actor.ID).
			Or("while more approvals are needed, only one's own can be withdrawn")
	}
	return untouched(s)
}

func mayAllocate(s Standing) error {
	if need := s.Point.needed(s.Request.PolicyAmount); len(s.Request.Approvals) < need {
		// the policy asks for more by now, or a late word about a payout put it in
		// progress after its approvals were taken back
		return Errorf(Refused, "it has %d of the %d approvals it needs", len(s.Request.Approvals), need).
			Or("undo the approval (release it before, if it is in progress) and have it approved again").
			Like("approvals are missing")
	}
	if !s.Request.Available().Positive() {
		return Errorf(Refused, "nothing of it is available").Or("all of %s is allocated or paid", s.Request.Amount.Text())
	}
	return nil
}

func maySettle(s Standing) error {
	switch r := s.Request; {
	case r.Attention == AttentionConflict:
		return inConflict()
	case !r.Paid.Positive():
		return Errorf(Refused, "nothing was paid yet").Or("release it, and cancel it then")
	case r.Live.Positive():
		return stillLive(r)
	}
	return nil
}

func isBlocked(s Standing) error {
	if s.Request.Block == nil {
		return Errorf(Refused, "it is not blocked")
	}
	return nil
}

func maySet(s Standing) error {
	if s.Request.Status == RequestReady && len(s.Request.Approvals) > 0 {
		return Errorf(Refused, "it has an approval").Or("withdraw the approval first")
	}
	return nil
}

// either joins words as "a, b or c".
func either(words []string) string {
	if len(words) < 2 {
		return orNone(words)
	}
	list := words[0]
	for _, w := range words[1 : len(words)-1] {
		list += ", " + w
	}
	return fmt.Sprintf("%s or %s", list, words[len(words)-1])
}

// phrase is a verb as it stands before a request's id in a sentence, where its
// own name would not read well.
func (v Verb) phrase() string {
	switch v {
	case VerbAbsorb:
		return "merge into"
	case VerbUndoApproval:
		return "undo the approval of"
	case VerbCancelAllocation:
		return "cancel an allocation of"
	case VerbCancelPayout:
		return "take back a payout of"
	case VerbPayAgain:
		return "pay again"
	case VerbSet:
		return "change"
	case VerbRecord, VerbState:
		return "record an outcome of"
	case VerbResolve:
		return "resolve a conflict of"
	case VerbLookUp:
		return "ask the provider about"
	case VerbComment:
		return "comment on"
	case VerbWithdrawComment:
		return "withdraw a comment on"
	default:
		return string(v)
	}
}
