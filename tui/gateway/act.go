package gateway

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// longestReason is what the engine keeps of a reason, in characters.
const longestReason = 255

// Why implements the console's screen.
func (s *Gateways) Why(a keys.ID) text.Safe {
	switch a {
	case screen.EditText, screen.PauseUse, screen.ResumeUse, screen.Sync, screen.SetBalance, screen.Archive:
	default:
		return ""
	}
	account, ok := s.at()
	switch why := s.desk.WhyNotConfigure(); {
	case why != "":
		return why
	case !ok:
		return "there is no account under the cursor"
	}
	switch paused := account.State.Pause != nil; {
	case a == screen.PauseUse && paused:
		return "it is " + text.Line(account.State.Stopped())
	case a == screen.ResumeUse && !paused:
		return "it is not paused"
	}
	return ""
}

// Do implements the console's screen.
func (s *Gateways) Do(a keys.ID) tea.Cmd {
	if s.list.Do(a) {
		return nil
	}
	account, _ := s.at()
	object := screen.Object{Kind: engine.KindGateway, ID: account.ID}
	switch a {
	case screen.Reload:
		return s.Load()
	case screen.EditText:
		return screen.GoTo(screen.Place{Kind: screen.Draft, Object: object})
	case screen.PauseUse:
		s.pause(account)
	case screen.ResumeUse:
		return s.desk.ArmOn("let "+text.Line(account.ID)+" pay again", s.resuming(account))
	case screen.Sync:
		return s.desk.Carry(s.syncing(account))
	case screen.SetBalance:
		s.setBalance(account)
	case screen.Archive:
		s.archive(account, object)
	}
	return nil
}

// deed is one about an account.
func deed(a keys.ID, account engine.Account, said, line text.Safe,
	run func(context.Context, *engine.Engine, engine.Caller) error,
) screen.Deed {
	return screen.Deed{
		Action: string(a), Said: said + " " + text.Line(account.ID),
		Line: "purser gateway " + string(line),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			return engine.Request{}, run(ctx, e, c)
		},
	}
}

// pause asks for the reason: stopping is never slow.
func (s *Gateways) pause(account engine.Account) {
	asked := form.New(form.Field{
		ID: "reason", Label: "REASON", Input: form.NewText("", longestReason), Check: form.Required,
		Help: "colleagues read it wherever the account is passed over",
	})
	asked.Quick = true
	s.desk.Show("pause "+account.ID, &overlay.Ask{
		Title: "Pause " + text.Line(account.ID), Form: asked, Yes: "pause",
		Body: []overlay.Line{{
			Text:  "No plan counts on it, and what is queued waits. What is at the provider goes on.",
			Style: theme.Muted,
		}},
	}, func(string) tea.Cmd {
		reason := asked.Value("reason")
		d := deed(screen.PauseUse, account, "paused",
			text.Line("pause "+account.ID+" --reason "+screen.Quote(reason)),
			func(ctx context.Context, e *engine.Engine, c engine.Caller) error {
				_, err := e.PauseGateway(ctx, c, account.ID, reason)
				return err
			})
		d.Undo = func(engine.Request) *screen.Deed {
			back := s.resuming(account)
			return &back
		}
		return s.desk.Carry(d)
	})
}

func (s *Gateways) resuming(account engine.Account) screen.Deed {
	return deed(screen.ResumeUse, account, "resumed", text.Line("resume "+account.ID),
		func(ctx context.Context, e *engine.Engine, c engine.Caller) error {
			_, err := e.ResumeGateway(ctx, c, account.ID)
			return err
		})
}

func (s *Gateways) syncing(account engine.Account) screen.Deed {
	return deed(screen.Sync, account, "asked the provider for the balance of", text.Line("sync "+account.ID),
		func(ctx context.Context, e *engine.Engine, c engine.Caller) error {
			_, err := e.SyncBalance(ctx, c, account.ID)
			return err
		})
}

// setBalance asks what the account holds, and how that is known.
func (s *Gateways) setBalance(account engine.Account) {
	proposed := text.Safe("")
	if account.Holds.Known {
		proposed = text.Safe(account.Holds.Balance.String())
	}
	c := account.Currency
	asked := form.New(
		form.Field{
			ID: "balance", Label: "BALANCE", Check: form.Required, Help: "what the account holds, reserved money included",
			Input: form.NewAmount(proposed, text.Line(string(c)), c.Exponent()),
		},
		form.Field{
			ID: "reason", Label: "REASON", Input: form.NewText("", longestReason), Check: form.Required,
			Help: "where the figure is from: it stays in the record",
		},
	)
	s.desk.Show("balance "+account.ID, &overlay.Ask{
		Title: "Set the balance of " + text.Line(account.ID), Form: asked, Yes: "set",
	}, func(string) tea.Cmd {
		amount, err := money.Parse(asked.Value("balance"), c)
		if err != nil {
			s.desk.Fail(err)
			return nil
		}
		reason := asked.Value("reason")
		return s.desk.Carry(deed(screen.SetBalance, account, "set the balance of",
			text.Line("balance "+account.ID+" "+amount.String()+" --reason "+screen.Quote(reason)),
			func(ctx context.Context, e *engine.Engine, by engine.Caller) error {
				_, err := e.SetBalance(ctx, by, account.ID, &amount, reason)
				return err
			}))
	})
}

// archive takes an account out of sight, once the word is typed.
func (s *Gateways) archive(account engine.Account, object screen.Object) {
	body := []overlay.Line{
		{Text: "It is disabled and leaves every list. Its payouts and its record stay."},
		{Text: "The configuration file brings it back: archived: false."},
	}
	if account.Holds.Reserved.Positive() {
		body = append(body, overlay.Line{
			Label: "!", Style: theme.Warning,
			Text: screen.Money(account.Holds.Reserved) + " is reserved by what is not paid yet; it will wait there",
		})
	}
	s.desk.Show("archive "+account.ID, &overlay.Sheet{
		Title: "Archive " + text.Line(account.ID), Style: theme.Danger, Body: body, Yes: "Archive it", Word: "archive",
	}, func(string) tea.Cmd {
		return s.desk.Carry(screen.Configuring(screen.Archive, object, 0,
			`{"disabled": true, "archived": true}`, "archived "+text.Line(account.ID)))
	})
}
