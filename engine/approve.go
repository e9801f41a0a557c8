package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/purserhq/purser/engine/signal"
	"github.com/purserhq/purser/engine/text"
)

// An Approving is what comes with an approval.
type Approving struct {
	Seen      int      // the version that the reviewer looked at
	Saw       string   // what was on the screen, as Saw names it, for the record
	Overruled []string // the warnings that were named to the reviewer: kinds of signals, and whose claim it was
}

// Saw names what a reviewer had in front of them: the digest of a plan ("" if
// none was shown) and the signals.
func Saw(plan string, signals []signal.Signal) string {
	saw := "signals " + signal.Digest(signals)
	if plan != "" {
		saw = "plan " + plan + ", " + saw
	}
	return saw
}

// Warnings are what has to be named to by before they act on a request: its
// signals of that weight, and a claim of somebody else. Each has a name, which
// goes into the record, and a sentence.
func Warnings(signals []signal.Signal, c Claim, by ReviewerID, now time.Time) (names []string, sentences []text.Safe) {
	for _, s := range signal.Warnings(signals) {
		names, sentences = append(names, string(s.Kind)), append(sentences, s.Evidence)
	}
	if other := c.HeldFrom(by, now); other != "" {
		names = append(names, "claimed-by "+string(other))
		sentences = append(sentences, text.Line(fmt.Sprintf("%s is at work on it, and claimed it at %s", other, c.Since.Format("15:04"))))
	}
	return names, sentences
}

// Approve gives one person's yes. The request is approved with the last
// approval that it needs; until then it stays ready. It also vouches for the
// selected instrument, unless the approver added that instrument.
func (e *Engine) Approve(ctx context.Context, c Caller, id RequestID, a Approving) (Request, error) {
	return e.change(ctx, c, VerbApprove, id, a.Seen, mark(VerbApprove, id), func(d *deed) error {
		if err := d.named(a); err != nil {
			return err
		}
		return d.approve(a)
	})
}

// named refuses an approval by somebody who looked, if a warning has come up
// since that was not named to them. Whoever does not say what they saw was
// shown none, and none is looked for.
func (d *deed) named(a Approving) error {
	if a.Saw == "" {
		return nil
	}
	now, err := d.caution(d.r)
	if err != nil {
		return err
	}
	names, sentences := Warnings(now.signals, now.claim, d.actor.ID, d.now)
	for i, name := range names {
		if !slices.Contains(a.Overruled, name) {
			return Errorf(Stale, "there is a warning that was not there when you looked: %s", sentences[i]).Or("look at it again")
		}
	}
	return nil
}

func (d *deed) approve(a Approving) error {
	d.r.Approvals = append(slices.Clone(d.r.Approvals), Approval{By: d.actor.ID, At: d.now})
	d.details = append(d.details, textField("saw", a.Saw), textField("overruled", strings.Join(a.Overruled, ", ")))
	need := d.point.needed(d.r.PolicyAmount)
	if len(d.r.Approvals) < need {
		d.event = "payout-request-approval-given"
	} else {
		d.r.Status = RequestApproved
	}
	return d.vouch()
}

// vouch makes the selected instrument active if it was waiting for somebody to
// vouch for it.
func (d *deed) vouch() error {
	if d.r.InstrumentID == "" {
		return nil
	}
	instrument, err := d.tx.Instrument(d.r.InstrumentID)
	if err != nil {
		return err
	}
	if instrument.Status != InstrumentUnverified || instrument.CreatedBy == d.actor.ID {
		return nil
	}
	return d.verify(instrument)
}

// UndoApproval takes an approval back: one's own, or else the last one given.
// Short of what it needs, the request is ready again.
func (e *Engine) UndoApproval(ctx context.Context, c Caller, id RequestID, seen int) (Request, error) {
	return e.change(ctx, c, VerbUndoApproval, id, seen, mark(VerbUndoApproval, id), func(d *deed) error {
		return d.undoApproval(d.actor.ID)
	})
}

// undoApproval takes back the approval that of gave, or else the last one.
func (d *deed) undoApproval(of ReviewerID) error {
	approvals := slices.Clone(d.r.Approvals)
	i := slices.IndexFunc(approvals, func(a Approval) bool { return a.By == of })
	if i < 0 {
		i = len(approvals) - 1
	}
	if i >= 0 { // none where the engine approved
		d.details = append(d.details, textField("of", string(approvals[i].By)))
		approvals = slices.Delete(approvals, i, i+1)
	}
	d.r.Approvals = approvals
	d.r.Status = RequestReady
	return nil
}

// asEngine is the same transaction with the engine as who acts.
func (w *work) asEngine() *work {
	engine := *w
	engine.actor = Reviewer{ID: ByEngine, Role: roleEngine}
	engine.caller.Door = DoorEngine
	return &engine
}

// approveUnasked approves a ready request of a point that asks for nobody's
// approval.
func (w *work) approveUnasked(r *Request, p Point) error {
	if r.Status != RequestReady || p.needed(r.PolicyAmount) > 0 {
		return nil
	}
	engine := w.asEngine()
	approved, err := engine.change(VerbApprove, r.ID, anyVersion, func(d *deed) error {
		d.r.Status = RequestApproved
		return nil
	})
	*r = approved
	return err
}
