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

func notClaimable(d *screen.Desk, s screen.Subject) text.Safe {
	switch {
	case d.ReadOnly != "":
		return "read-only: " + d.ReadOnly
	case s.Row.ID == "":
		return "there is no request under the cursor"
	case !d.Actor.Role.AtLeast(engine.RoleReviewer):
		return text.Line(string(d.Actor.ID)) + " is a " + text.Line(string(d.Actor.Role)) + ": it takes a reviewer"
	case s.Row.Status.Final():
		return "it is " + text.Line(string(s.Row.Status)) + ": nobody needs to claim what is final"
	}
	return ""
}

// claim says at once that one is at work on a request, or is not any more. It
// asks before it takes over what a colleague has claimed.
func claim(d *screen.Desk, s screen.Subject) tea.Cmd {
	by := d.Claimant(s.Row)
	switch {
	case by == "" && s.Row.Claim.By != "":
		return d.Carry(claiming(s, "released", "unclaim", (*engine.Engine).Unclaim))
	case by == "":
		return d.Carry(claiming(s, "claimed", "claim", taking(false)))
	}
	now := d.Engine.Now()
	d.Ask(s, dialog(screen.Claim, s), &overlay.Sheet{
		Title: "Take over " + screen.Short(string(s.Row.ID)), Style: theme.Warning, Yes: "Take over",
		Body: []overlay.Line{
			{Label: "of", Text: what(s)},
			{Label: "claimed", Text: "by " + screen.Actor(by) + " " + screen.Age(now.Sub(s.Row.Claim.Since)) + " ago"},
			{},
			{Label: "!", Text: screen.Actor(by) + " may be at work on it just now", Style: theme.Warning},
		},
	}, func(string) tea.Cmd { return d.Carry(claiming(s, "took over", "claim --take", taking(true))) })
	return nil
}

// taking claims, over somebody else if take is set.
func taking(take bool) func(*engine.Engine, context.Context, engine.Caller, engine.RequestID) error {
	return func(e *engine.Engine, ctx context.Context, c engine.Caller, id engine.RequestID) error {
		_, err := e.Claim(ctx, c, id, take)
		return err
	}
}

// claiming is a deed beside the request's record.
func claiming(s screen.Subject, said text.Safe, line string,
	run func(*engine.Engine, context.Context, engine.Caller, engine.RequestID) error,
) screen.Deed {
	id := s.Row.ID
	return screen.Deed{
		Action: string(screen.Claim), Request: id,
		Said: said + " " + what(s), Line: "purser request " + line + " " + string(id),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			if err := run(e, ctx, c, id); err != nil {
				return engine.Request{}, err
			}
			return e.Request(ctx, id)
		},
	}
}
