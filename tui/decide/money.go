package decide

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// pending are the allocations that wait for somebody to process them.
func pending(s screen.Subject) (ids []engine.AllocationID, sum money.Amount, gateways []engine.ReviewerID) {
	sum = money.Zero(s.Row.Amount.Currency)
	if s.Dossier == nil {
		return nil, sum, nil
	}
	for _, a := range s.Dossier.Allocations {
		if a.Status == engine.AllocationPending {
			ids, sum = append(ids, a.ID), sum.Plus(a.Amount)
			gateways = append(gateways, engine.ReviewerID(a.GatewayID))
		}
	}
	return ids, sum, gateways
}

func nothingPending(d *screen.Desk, s screen.Subject) text.Safe {
	if why := needsDossier(d, s); why != "" {
		return why
	}
	if ids, _, _ := pending(s); len(ids) == 0 {
		return "no allocation is pending: what there is was processed already"
	}
	return ""
}

func process(d *screen.Desk, s screen.Subject) tea.Cmd {
	ids, sum, gateways := pending(s)
	id := s.Row.ID
	deed := screen.Deed{
		Action: string(screen.Process), Request: id,
		Said: "processing " + screen.Money(sum) + " to " + screen.Customer(s.Row),
		Line: "purser allocation process --request " + string(id),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			_, skipped, err := e.Process(ctx, c, ids)
			if err == nil && len(skipped) > 0 {
				err = engine.Errorf(engine.Refused, "%s was not processed: %s", skipped[0].ID, skipped[0].Why)
			}
			if err != nil {
				return engine.Request{}, err
			}
			return e.Request(ctx, id)
		},
	}
	sentence := "process " + screen.Plural(len(ids), "allocation") + ", " + screen.Money(sum) + " through " +
		screen.People(gateways) + " to " + screen.Customer(s.Row) + screen.Enter
	return arm(d, s, sentence, deed)
}

func notCancelable(_ *screen.Desk, s screen.Subject) text.Safe {
	switch s.Allocation.Status {
	case "":
		return "put the cursor on an allocation first"
	case engine.AllocationPending, engine.AllocationQueued:
		return ""
	}
	return "it is " + text.Line(string(s.Allocation.Status)) +
		": only one that no worker has taken can be canceled"
}

func cancelAllocation(d *screen.Desk, s screen.Subject) tea.Cmd {
	a, id := s.Allocation, s.Row.ID
	deed := screen.Deed{
		Action: string(screen.CancelAllocation), Request: id,
		Said: "canceled the allocation of " + screen.Money(a.Amount) + " through " + text.Line(a.GatewayID),
		Line: "purser allocation cancel " + string(a.ID),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			if _, err := e.CancelAllocation(ctx, c, a.ID); err != nil {
				return engine.Request{}, err
			}
			return e.Request(ctx, id)
		},
	}
	sentence := "cancel the allocation of " + screen.Money(a.Amount) + " through " + text.Line(a.GatewayID) + screen.Enter
	return arm(d, s, sentence, deed)
}

func notAskable(_ *screen.Desk, s screen.Subject) text.Safe {
	switch {
	case s.Payout.ID == "":
		return "put the cursor on a payout first"
	case s.Payout.Status == engine.PayoutCreateFailed:
		return "it was never sent to a provider"
	}
	return ""
}

// lookUp asks at once: a question moves nothing.
func lookUp(d *screen.Desk, s screen.Subject) tea.Cmd {
	key, id, provider := s.Payout.AllocationID, s.Row.ID, s.Payout.GatewayID
	d.Say("asking "+text.Line(provider)+" about "+screen.Short(string(key))+" …", theme.Moving)
	return d.Carry(screen.Deed{
		Action: string(screen.LookUp), Request: id,
		Said: text.Line(provider) + " answered about " + screen.Short(string(key)),
		Line: "purser payout lookup " + string(s.Payout.ID),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			if _, err := e.LookUp(ctx, c, key); err != nil {
				return engine.Request{}, err
			}
			return e.Request(ctx, id)
		},
	})
}

// settle fulfills a request with what was paid.
func settle(d *screen.Desk, s screen.Subject) tea.Cmd {
	rest := s.Row.Amount.Minus(s.Row.Paid)
	fields := []form.Field{{
		ID: "rest", Label: "THE REST", Help: "what becomes of " + screen.Money(rest), Check: form.Required,
		Input: form.NewChoice("keep", form.Option{Value: "keep", Label: "a new pending request"},
			form.Option{Value: "cancel", Label: "canceled"}),
	}}
	if !d.Config.Points[s.Row.PointID].Options.AllowPartially {
		fields = append(fields, form.Field{
			ID: "override", Label: "REASON", Check: form.Required, Input: form.NewText("", longestDescription),
			Help: "the point does not allow partial payouts: say why it is right here",
		})
	}
	asked := form.New(fields...)
	d.Ask(s, dialog(screen.Settle, s), &overlay.Ask{
		Title: "Settle " + screen.Short(string(s.Row.ID)) + " short", Form: asked, Yes: "go on",
		Body: []overlay.Line{{
			Label: "EFFECT", Text: "fulfilled with the " + screen.Money(s.Row.Paid) + " that was paid; " +
				screen.Money(rest) + " leaves it",
		}},
	}, func(string) tea.Cmd {
		settling := engine.Settling{Seen: s.Row.Version, Override: asked.Value("override")}
		if asked.Value("rest") == "cancel" {
			settling.CancelRest = &engine.Cancellation{
				By:          engine.CanceledByMerchant,
				Description: "settled short",
			}
		}
		return confirmSettle(d, s, settling)
	})
	return nil
}

func confirmSettle(d *screen.Desk, s screen.Subject, settling engine.Settling) tea.Cmd {
	id := s.Row.ID
	rest, line := text.Safe("becomes a new pending request"), "purser request settle "+string(id)
	if settling.CancelRest != nil {
		rest, line = "is canceled", line+" --cancel-rest"
	}
	if settling.Override != "" {
		line += " --override " + screen.Quote(settling.Override)
	}
	deed := screen.Deed{
		Action: string(screen.Settle), Request: id, Said: "settled with " +
			screen.Money(s.Row.Paid), Line: line,
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			settled, _, err := e.SettleShort(ctx, c, id, settling)
			return settled, err
		},
	}
	d.Ask(s, dialog(screen.Settle, s)+" sure", &overlay.Sheet{
		Title: "Settle " + screen.Short(string(id)) +
			" for good", Style: theme.Danger, Yes: "Settle it", Word: "settle",
		Body: []overlay.Line{
			{Label: "paid", Text: screen.Money(s.Row.Paid), Style: theme.Strong},
			{Label: "the rest", Text: screen.Money(s.Row.Amount.Minus(s.Row.Paid)) + " " + rest},
		},
	}, func(string) tea.Cmd { return d.Carry(deed) })
	return nil
}

// state puts a senior's word in place of what nobody knows, or decides between
// words that contradict each other.
func state(d *screen.Desk, s screen.Subject) tea.Cmd {
	p := s.Payout
	asked := form.New(
		form.Field{
			ID: "verdict", Label: "OUTCOME", Check: form.Required, Help: "what the provider's own records say",
			Input: form.NewChoice("", form.Option{Value: string(engine.VerdictPaid), Label: "paid"},
				form.Option{Value: string(engine.VerdictNotPaid), Label: "not paid"}),
		},
		form.Field{
			ID: "amount", Label: "PAID", Help: "counts only where it was paid",
			Input: form.NewAmount(text.Safe(p.Amount.String()), text.Line(string(p.Amount.Currency)),
				p.Amount.Currency.Exponent()),
		},
		form.Field{ID: "provider", Label: "THEIR ID", Input: form.NewText(text.Line(p.ProviderID), 100)},
		form.Field{
			ID: "evidence", Label: "EVIDENCE", Check: form.Required, Input: form.NewText("",
				longestDescription),
			Help: "how you know, and from whom; it stays on the record",
		},
	)
	d.Ask(s, dialog(screen.Settle, s), &overlay.Ask{
		Title: "State how " + screen.Short(string(p.AllocationID)) + " ended", Form: asked, Yes: "go on",
		Body: []overlay.Line{{Label: "KEY", Text: text.Line(string(p.AllocationID)) + " at " +
			text.Line(p.GatewayID)}},
	}, func(string) tea.Cmd {
		word := engine.Word{
			Verdict: engine.Verdict(asked.Value("verdict")), ProviderID: asked.Value("provider"),
			Evidence: asked.Value("evidence"), Sent: p.Sent,
		}
		if word.Verdict == engine.VerdictPaid {
			paid, err := money.Parse(asked.Value("amount"), p.Amount.Currency)
			if err != nil {
				d.Fail(err)
				return nil
			}
			word.Amount = paid
		}
		return confirmState(d, s, word)
	})
	return nil
}

func confirmState(d *screen.Desk, s screen.Subject, word engine.Word) tea.Cmd {
	p, id := s.Payout, s.Row.ID
	told, typed, verb := text.Safe("not paid"), "not paid", "statement"
	line := " --not-paid"
	if word.Verdict == engine.VerdictPaid {
		told, typed = screen.Money(word.Amount)+" was paid", "paid"
		line = " --paid " + word.Amount.String()
	}
	if p.Conflict {
		verb = "resolve"
	}
	deed := screen.Deed{
		Action: string(screen.Settle), Request: id, Said: "stated for " +
			screen.Short(string(p.AllocationID)) + ": " + told,
		Line: "purser payout " + verb + " " + string(p.ID) + line + " --evidence " + screen.Quote(word.Evidence),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			stated := e.StateOutcome
			if p.Conflict {
				stated = e.ResolveConflict
			}
			if _, err := stated(ctx, c, p.AllocationID, word); err != nil {
				return engine.Request{}, err
			}
			return e.Request(ctx, id)
		},
	}
	d.Ask(s, dialog(screen.Settle, s)+" sure", &overlay.Sheet{
		Title: "State for good: " + told, Style: theme.Danger, Yes: "State it", Word: typed,
		Body: []overlay.Line{
			{Label: "asked for", Text: screen.Money(p.Amount) + " through " + text.Line(p.GatewayID)},
			{Label: "outcome", Text: told, Style: theme.Strong},
			{Label: "evidence", Text: text.Line(word.Evidence)},
			{},
			{Text: "A wrong statement can pay a customer twice, or never.", Style: theme.Warning},
		},
	}, func(string) tea.Cmd { return d.Carry(deed) })
	return nil
}
