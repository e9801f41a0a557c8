package decide

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// notPaidOut says why a payout cannot be taken back.
func notPaidOut(_ *screen.Desk, s screen.Subject) text.Safe {
	switch {
	case s.Payout.ID == "":
		return "put the cursor on a payout first"
	case s.Payout.Verdict != engine.VerdictPaid:
		return "it is " + text.Line(string(s.Payout.Status)) + ": only what was paid can be taken back"
	}
	return ""
}

// takeBack asks a provider to cancel what it has paid: the word has to be typed.
func takeBack(d *screen.Desk, s screen.Subject) tea.Cmd {
	asked := form.New(form.Field{
		ID: "reason", Label: "REASON", Input: form.NewText("", longestDescription), Check: form.Required,
		Help: "for the record",
	})
	asked.Quick = true
	d.Ask(s, dialog(screen.TakeBack, s), &overlay.Ask{
		Title: "Take back " + screen.Money(s.Payout.Processed) + " from " + screen.Customer(s.Row),
		Form:  asked, Yes: "go on",
		Body: []overlay.Line{{
			Label: "EFFECT", Text: text.Line(s.Payout.GatewayID) + " is asked to cancel the payout; the customer keeps nothing of it",
			Style: theme.Warning,
		}},
	}, func(string) tea.Cmd { return confirmTakeBack(d, s, asked.Value("reason")) })
	return nil
}

func confirmTakeBack(d *screen.Desk, s screen.Subject, reason string) tea.Cmd {
	p, id := s.Payout, s.Row.ID
	deed := screen.Deed{
		Action: string(screen.TakeBack), Request: id, Said: "asked " + text.Line(p.GatewayID) + " to take back " + screen.Money(p.Processed),
		Line: "purser payout cancel " + string(p.ID) + " --reason " + screen.Quote(reason),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			if _, err := e.CancelPayout(ctx, c, p.AllocationID, reason); err != nil {
				return engine.Request{}, err
			}
			return e.Request(ctx, id)
		},
	}
	d.Ask(s, dialog(screen.TakeBack, s)+" sure", &overlay.Sheet{
		Title: "Take back for good", Style: theme.Danger, Yes: "Take it back", Word: "take back",
		Body: []overlay.Line{
			{Label: "paid", Text: screen.Money(p.Processed) + " through " + text.Line(p.GatewayID), Style: theme.Strong},
			{Label: "to", Text: screen.Customer(s.Row)},
			{Label: "reason", Text: text.Line(reason)},
		},
	}, func(string) tea.Cmd { return d.Carry(deed) })
	return nil
}

// payAgain makes a new request of what came back.
func payAgain(d *screen.Desk, s screen.Subject) tea.Cmd {
	deed := simple(s, screen.PayAgain, "asked again for what came back of", "pay-again",
		func(ctx context.Context, e *engine.Engine, c engine.Caller, id engine.RequestID, seen int) (engine.Request, error) {
			if _, err := e.PayAgain(ctx, c, id, seen); err != nil {
				return engine.Request{}, err
			}
			return e.Request(ctx, id)
		})
	return arm(d, s, "make a new pending request of what came back of "+what(s)+screen.Enter, deed)
}
