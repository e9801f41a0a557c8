package decide

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// approve arms where the request is plain, and else names on a sheet what is
// not.
func approve(d *screen.Desk, s screen.Subject) tea.Cmd {
	deed := approving(d, s)
	warnings := d.Warnings(s.Row)
	if len(warnings) == 0 {
		sentence := "approve " + share(d, s) + screen.Money(s.Row.Amount) + " to " +
			d.Instrument(s.Row.Instrument) + " of " + screen.Customer(s.Row) + screen.Enter
		return arm(d, s, sentence, deed)
	}
	body := []overlay.Line{
		{Label: "amount", Text: screen.Money(s.Row.Amount), Style: theme.Strong},
		{Label: "to", Text: d.Instrument(s.Row.Instrument) + " of " + screen.Customer(s.Row)},
		{Label: "approvals", Text: approvals(d, s)},
		{},
	}
	for _, warning := range warnings {
		body = append(body, overlay.Line{Label: "!", Text: warning, Style: theme.Warning})
	}
	d.Ask(s, dialog(screen.Approve, s), &overlay.Sheet{
		Title: "Approve " + screen.Short(string(s.Row.ID)), Style: theme.Warning, Body: body, Yes: "Approve",
	}, func(string) tea.Cmd { return d.Carry(deed) })
	return nil
}

// share says which of several approvals this is: "(1 of 2) ".
func share(d *screen.Desk, s screen.Subject) text.Safe {
	need := d.Config.Needed(s.Row.Request)
	if need < 2 {
		return ""
	}
	return text.Safe("(" + screen.Int(len(s.Row.Approvals)+1) + " of " + screen.Int(need) + ") ")
}

func approvals(d *screen.Desk, s screen.Subject) text.Safe {
	given, need := len(s.Row.Approvals), d.Config.Needed(s.Row.Request)
	told := text.Safe("yours is " + screen.Int(given+1) + " of " + screen.Int(need))
	for _, a := range s.Row.Approvals {
		told += ", " + screen.Actor(a.By) + " at " + screen.Moment(a.At, d.Engine.Now())
	}
	return told
}

func approving(d *screen.Desk, s screen.Subject) screen.Deed {
	overruled := d.Overruled(s.Row)
	deed := simple(s, screen.Approve, "approved", "approve",
		func(ctx context.Context, e *engine.Engine, c engine.Caller, id engine.RequestID,
			seen int,
		) (engine.Request, error) {
			return e.Approve(ctx, c, id, engine.Approving{
				Seen: seen, Saw: engine.Saw(s.Saw, s.Row.Signals), Overruled: overruled,
			})
		})
	if need := d.Config.Needed(s.Row.Request); len(s.Row.Approvals)+1 < need {
		deed.Said = text.Safe("approval "+screen.Int(len(s.Row.Approvals)+1)+" of "+screen.Int(need)) +
			" given to " + what(s)
	}
	deed.Undo = func(after engine.Request) *screen.Deed {
		back := undoing(on(s, after))
		return &back
	}
	return deed
}

func undoing(s screen.Subject) screen.Deed {
	return simple(s, screen.UndoApproval, "took back the approval of", "undo-approval",
		func(ctx context.Context, e *engine.Engine, c engine.Caller, id engine.RequestID,
			seen int,
		) (engine.Request, error) {
			return e.UndoApproval(ctx, c, id, seen)
		})
}

func undoApproval(d *screen.Desk, s screen.Subject) tea.Cmd {
	whose := text.Safe("the approval")
	if n := len(s.Row.Approvals); n > 0 && !s.Row.ApprovedBy(d.Actor.ID) {
		whose = screen.Actor(s.Row.Approvals[n-1].By) + "'s approval"
	}
	return arm(d, s, "take back "+whose+" of "+what(s)+screen.Enter, undoing(s))
}
