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

// longest texts that the engine keeps, in characters.
const (
	longestDescription = 255
	longestComment     = 4000
)

func makeReady(d *screen.Desk, s screen.Subject) tea.Cmd {
	return arm(d, s, "make "+what(s)+" ready for review"+screen.Enter, readying(s))
}

func readying(s screen.Subject) screen.Deed {
	deed := simple(s, screen.MakeReady, "made ready:", "ready",
		func(ctx context.Context, e *engine.Engine, c engine.Caller, id engine.RequestID,
			seen int,
		) (engine.Request, error) {
			return e.Ready(ctx, c, id, seen)
		})
	deed.Undo = func(after engine.Request) *screen.Deed {
		back := returning(on(s, after))
		return &back
	}
	return deed
}

func giveBack(d *screen.Desk, s screen.Subject) tea.Cmd {
	voids := text.Safe("")
	if n := len(s.Row.Approvals); n > 0 {
		voids = ", voiding " + screen.Plural(n, "approval")
	}
	return arm(d, s, "return "+what(s)+" to pending"+voids+screen.Enter, returning(s))
}

func returning(s screen.Subject) screen.Deed {
	deed := simple(s, screen.Return, "returned to pending:", "return",
		func(ctx context.Context, e *engine.Engine, c engine.Caller, id engine.RequestID,
			seen int,
		) (engine.Request, error) {
			return e.Return(ctx, c, id, seen)
		})
	deed.Undo = func(after engine.Request) *screen.Deed {
		back := readying(on(s, after))
		return &back
	}
	return deed
}

func release(d *screen.Desk, s screen.Subject) tea.Cmd {
	deed := simple(s, screen.Release, "released:", "release",
		func(ctx context.Context, e *engine.Engine, c engine.Caller, id engine.RequestID,
			seen int,
		) (engine.Request, error) {
			return e.Release(ctx, c, id, seen)
		})
	return arm(d, s, "release "+what(s)+" back to approved, for a new plan"+screen.Enter, deed)
}

// reasoned is a form of one of a few reasons, by its digit, and a note; enter
// takes it from either.
func reasoned[R ~string](reasons []R, reason, note form.Field) *form.Form {
	options := make([]form.Option, len(reasons))
	for i, r := range reasons {
		options[i] = form.Option{Value: string(r), Label: text.Line(string(r))}
	}
	reason.ID, reason.Input, reason.Check = "reason", form.NewChoice("", options...), form.Required
	note.ID, note.Input = "note", form.NewText("", longestDescription)
	asked := form.New(reason, note)
	asked.Quick = true
	return asked
}

// block is a digit for the reason and enter: stopping is never slow.
func block(d *screen.Desk, s screen.Subject) tea.Cmd {
	asked := reasoned(engine.BlockReasons(), form.Field{Label: "REASON", Help: "a digit, then enter"},
		form.Field{Label: "NOTE", Help: "for colleagues; customers never see it"})
	// A block is never refused as stale, so its dialog outlives versions.
	d.Show(string(screen.Block)+" "+string(s.Row.ID), &overlay.Ask{
		Title: "Block " + screen.Short(string(s.Row.ID)) + "  " + what(s), Form: asked, Yes: "block",
		Body: blockEffect(s),
	}, func(string) tea.Cmd {
		return d.Carry(blocking(s, engine.BlockReason(asked.Value("reason")), asked.Value("note")))
	})
	return nil
}

func blockEffect(s screen.Subject) []overlay.Line {
	lines := []overlay.Line{{
		Label: "EFFECT", Text: "no approval, split, merge, cancellation or new allocation until somebody unblocks it",
	}}
	for _, told := range onItsWay(s) {
		lines = append(lines, overlay.Line{Text: told, Style: theme.Warning})
	}
	if was := s.Row.Block; was != nil {
		lines = append(lines, overlay.Line{
			Text: "blocked already for " + text.Line(string(was.Reason)) + " by " + screen.Actor(was.By) +
				": the reason is replaced", Style: theme.Warning,
		})
	}
	return lines
}

// onItsWay says what a block does to the money that is allocated already.
func onItsWay(s screen.Subject) []text.Safe {
	switch {
	case !s.Row.Live.Positive():
		return nil
	case s.Dossier == nil:
		return []text.Safe{screen.Money(s.Row.Live) + " is allocated: what a provider has goes on, the rest waits"}
	}
	var told []text.Safe
	for _, a := range s.Dossier.Allocations {
		piece := screen.Short(string(a.ID)) + ", " + screen.Money(a.Amount) + " through " + text.Line(a.GatewayID)
		switch {
		case a.Status == engine.AllocationPending, a.Status == engine.AllocationQueued:
			told = append(told, piece+", stays "+text.Line(string(a.Status)))
		case a.Live():
			told = append(told, piece+", is at the provider and may still be paid")
		}
	}
	const most = 4
	if rest := len(told) - most; rest > 0 {
		told = append(told[:most], screen.Plural(rest, "allocation")+" more")
	}
	return told
}

func blocking(s screen.Subject, reason engine.BlockReason, note string) screen.Deed {
	id := s.Row.ID
	line := "purser request block " + string(id) + " --reason " + string(reason)
	if note != "" {
		line += " --description " + screen.Quote(note)
	}
	return screen.Deed{
		Action: string(screen.Block), Request: id,
		Said: "blocked for " + text.Line(string(reason)) + ": " + what(s), Line: line,
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			return e.Block(ctx, c, id, reason, note)
		},
		Undo: func(after engine.Request) *screen.Deed {
			back := unblocking(on(s, after))
			return &back
		},
	}
}

func unblock(d *screen.Desk, s screen.Subject) tea.Cmd {
	b := s.Row.Block
	sentence := "unblock " + what(s) + ", blocked for " + text.Line(string(b.Reason)) + " by " +
		screen.Actor(b.By) + screen.Enter
	return arm(d, s, sentence, unblocking(s))
}

func unblocking(s screen.Subject) screen.Deed {
	deed := simple(s, screen.Unblock, "unblocked", "unblock",
		func(ctx context.Context, e *engine.Engine, c engine.Caller, id engine.RequestID,
			seen int,
		) (engine.Request, error) {
			return e.Unblock(ctx, c, id, seen)
		})
	if was := s.Row.Block; was != nil {
		deed.Undo = func(after engine.Request) *screen.Deed {
			back := blocking(on(s, after), was.Reason, was.Description)
			return &back
		}
	}
	return deed
}

// cancel is final: the word has to be typed, after saying on whose behalf.
func cancel(d *screen.Desk, s screen.Subject) tea.Cmd {
	asked := reasoned(engine.CanceledBys(), form.Field{Label: "ASKED BY", Help: "a digit: on whose behalf"},
		form.Field{Label: "WHY", Help: "for the record"})
	d.Ask(s, dialog(screen.Cancel, s), &overlay.Ask{
		Title: "Cancel " + screen.Short(string(s.Row.ID)) + "  " + what(s), Form: asked, Yes: "go on",
		Body: []overlay.Line{{
			Label: "EFFECT", Text: "final: it can never be paid; the customer would have to ask again", Style: theme.Warning,
		}},
	}, func(string) tea.Cmd {
		why := engine.Cancellation{By: engine.CanceledBy(asked.Value("reason")), Description: asked.Value("note")}
		return confirmCancel(d, s, why)
	})
	return nil
}

func confirmCancel(d *screen.Desk, s screen.Subject, why engine.Cancellation) tea.Cmd {
	id, seen := s.Row.ID, s.Row.Version
	line := "purser request cancel " + string(id) + " --by " + string(why.By)
	if why.Description != "" {
		line += " --description " + screen.Quote(why.Description)
	}
	deed := screen.Deed{
		Action: string(screen.Cancel), Request: id, Said: "canceled " + what(s), Line: line,
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			return e.Cancel(ctx, c, id, seen, why)
		},
	}
	body := []overlay.Line{
		{Label: "amount", Text: screen.Money(s.Row.Amount), Style: theme.Strong},
		{Label: "of", Text: screen.Customer(s.Row)},
		{Label: "asked by", Text: "the " + text.Line(string(why.By))},
	}
	if why.Description != "" {
		body = append(body, overlay.Line{Label: "why", Text: text.Line(why.Description)})
	}
	d.Ask(s, dialog(screen.Cancel, s)+" sure", &overlay.Sheet{
		Title: "Cancel " + screen.Short(string(id)) +
			" for good", Style: theme.Danger, Body: body, Yes: "Cancel it", Word: "cancel",
	}, func(string) tea.Cmd { return d.Carry(deed) })
	return nil
}
