package engine

import (
	"slices"
	"strings"
)

// A RunAction is what a run does with every request that it can do it with:
// a verb with what the verb takes.
type RunAction struct {
	Verb        Verb        `json:"verb"`                  // one of RunVerbs, or what takes one of them back
	Reason      BlockReason `json:"blockReason,omitempty"` // block
	CanceledBy  CanceledBy  `json:"canceledBy,omitempty"`  // cancel
	Description string      `json:"description,omitempty"` // block, cancel
}

// RunVerbs lists what can be done with many requests at once.
func RunVerbs() []Verb {
	return []Verb{VerbReady, VerbApprove, VerbAutoAllocate, VerbProcess, VerbBlock, VerbUnblock, VerbCancel}
}

// undoOf says which verb takes back what a run did.
var undoOf = map[Verb]Verb{
	VerbApprove: VerbUndoApproval,
	VerbReady:   VerbReturn,
	VerbBlock:   VerbUnblock,
}

// String is the action in a few words, as "block for aml-review".
func (a RunAction) String() string {
	switch {
	case a.Reason != "":
		return string(a.Verb) + " for " + string(a.Reason)
	case a.CanceledBy != "":
		return string(a.Verb) + " by " + string(a.CanceledBy)
	default:
		return strings.ReplaceAll(string(a.Verb), "-approval", " approval")
	}
}

// check refuses an action that makes no sense.
func (a RunAction) check() error {
	if !slices.Contains(RunVerbs(), a.Verb) {
		return invalid("action", "%q cannot be done with many requests at once", a.Verb).
			Or("actions: %s", orNone(words(RunVerbs())))
	}
	switch a.Verb {
	case VerbBlock:
		return checkBlock(a.Reason, a.Description)
	case VerbCancel:
		return a.cancellation().check()
	}
	if a.Reason != "" || a.CanceledBy != "" || a.Description != "" {
		return invalid("action", "%s takes no reason, canceledBy or description", a.Verb)
	}
	return nil
}

func (a RunAction) cancellation() Cancellation {
	return Cancellation{By: a.CanceledBy, Description: a.Description}
}

// edit does the action's part of a deed on an item of run.
func (a RunAction) edit(d *deed, run Run, item RunItem) error {
	switch a.Verb {
	case VerbReady:
		return makeReady(d)
	case VerbReturn:
		return d.sendBack()
	case VerbApprove:
		return d.approveAsSeen(run, item)
	case VerbUndoApproval:
		return d.undoApproval("") // nothing happened since: it is the last one
	case VerbAutoAllocate:
		return d.allocateAsSeen(item.Saw)
	case VerbProcess:
		return d.processAsSeen(item.Saw)
	case VerbBlock:
		return d.block(a.Reason, a.Description)
	case VerbUnblock:
		return d.unblock()
	case VerbCancel:
		return d.cancel(a.cancellation())
	default:
		return Errorf(Internal, "a run cannot %s", a.Verb)
	}
}
