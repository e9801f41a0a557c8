// Package decide is what happens between the key for a decision on a request
// and the engine: why it is off, what is asked before, what the engine is told,
// and how it is taken back.
//
// Its noun is the decision: an action of the console that is about a
// [screen.Subject]. A plain approval and everything that can be taken back at
// once is armed and waits for enter; stopping is a digit and enter; what is not
// plain, or final, is a sheet.
//
// Invariants: the engine is told the version that was on the screen, so nothing
// is decided on what was not seen; a decision that the engine's rules forbid is
// never offered.
//
// It refuses to know screens and keys, and keeps nothing: what is armed or
// asked lives on the desk.
package decide

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
)

// A way is how one decision goes.
type way struct {
	verb engine.Verb                                      // "" for what is no verb on a request
	why  func(d *screen.Desk, s screen.Subject) text.Safe // beyond what forbids the verb; may be nil
	do   func(d *screen.Desk, s screen.Subject) tea.Cmd
}

// ways is every decision there is.
var ways = map[keys.ID]way{
	screen.Approve:          {verb: engine.VerbApprove, do: approve},
	screen.Block:            {verb: engine.VerbBlock, do: block},
	screen.Unblock:          {verb: engine.VerbUnblock, do: unblock},
	screen.MakeReady:        {verb: engine.VerbReady, do: makeReady},
	screen.Return:           {verb: engine.VerbReturn, do: giveBack},
	screen.UndoApproval:     {verb: engine.VerbUndoApproval, do: undoApproval},
	screen.Cancel:           {verb: engine.VerbCancel, do: cancel},
	screen.Release:          {verb: engine.VerbRelease, do: release},
	screen.Comment:          {verb: engine.VerbComment, do: comment},
	screen.WithdrawComment:  {verb: engine.VerbWithdrawComment, why: noComment, do: withdrawComment},
	screen.Edit:             {verb: engine.VerbSet, why: needsDossier, do: edit},
	screen.Process:          {verb: engine.VerbProcess, why: nothingPending, do: process},
	screen.CancelAllocation: {verb: engine.VerbCancelAllocation, why: notCancelable, do: cancelAllocation},
	screen.Claim:            {why: notClaimable, do: claim},
	screen.LookUp:           {verb: engine.VerbLookUp, why: notAskable, do: lookUp},
	screen.TakeBack:         {verb: engine.VerbCancelPayout, why: notPaidOut, do: takeBack},
	screen.PayAgain:         {verb: engine.VerbPayAgain, do: payAgain},
}

// Knows reports whether an action is a decision on a request.
func Knows(a keys.ID) bool {
	_, ok := ways[a]
	return ok || a == screen.Settle
}

// Why says why a decision is off for a subject, or "".
func Why(d *screen.Desk, a keys.ID, s screen.Subject) text.Safe {
	w := wayOf(a, s)
	if why := d.Why(w.verb, s.Row.Request); w.verb != "" && why != "" {
		return why
	}
	if w.why != nil {
		return w.why(d, s)
	}
	return ""
}

// Do begins a decision that is not off.
func Do(d *screen.Desk, a keys.ID, s screen.Subject) tea.Cmd { return wayOf(a, s).do(d, s) }

// wayOf is the way of an action. Settle is one key for the three words that a
// senior has about money: which of them, the payout under the cursor says.
func wayOf(a keys.ID, s screen.Subject) way {
	if a != screen.Settle {
		return ways[a]
	}
	switch {
	case s.Payout.Conflict:
		return way{verb: engine.VerbResolve, do: state}
	case screen.Unknown(s.Payout), s.Payout.Accepted && s.Payout.Verdict == "":
		return way{verb: engine.VerbState, do: state}
	}
	return way{verb: engine.VerbSettle, do: settle}
}

// simple is a deed of one verb that needs only the version that was seen.
func simple(s screen.Subject, action keys.ID, said, line string,
	run func(context.Context, *engine.Engine, engine.Caller, engine.RequestID, int) (engine.Request, error),
) screen.Deed {
	id, seen := s.Row.ID, s.Row.Version
	return screen.Deed{
		Action: string(action), Request: id,
		Said: text.Safe(said) + " " + what(s), Line: "purser request " + line + " " + string(id),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			return run(ctx, e, c, id, seen)
		},
	}
}

// what names a subject: "120.50 USD of Sample Customer 12".
func what(s screen.Subject) text.Safe {
	return screen.Money(s.Row.Amount) + " of " + screen.Customer(s.Row)
}

// arm asks for enter before a deed.
func arm(d *screen.Desk, s screen.Subject, sentence text.Safe, deed screen.Deed) tea.Cmd {
	if by := d.Claimant(s.Row); by != "" {
		sentence = screen.Actor(by) + " has claimed it: " + sentence
	}
	d.Arm(s, deed.Action, sentence, func() tea.Cmd { return d.Carry(deed) })
	return nil
}

// on is the subject of a request that was read again, for the deed that takes
// a decision back.
func on(s screen.Subject, after engine.Request) screen.Subject {
	s.Row.Request = after
	return s
}

// dialog names a dialog about a subject.
func dialog(action keys.ID, s screen.Subject) string { return string(action) + " " + s.Target() }

func needsDossier(_ *screen.Desk, s screen.Subject) text.Safe {
	if s.Dossier == nil {
		return "it is still being read: press it again in a moment"
	}
	return ""
}
