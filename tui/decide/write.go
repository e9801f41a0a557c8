package decide

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
)

func comment(d *screen.Desk, s screen.Subject) tea.Cmd {
	words := form.NewText("", longestComment)
	words.Lines = 4
	asked := form.New(form.Field{
		ID: "words", Label: "COMMENT", Input: words, Check: form.Required,
		Help: "colleagues read it on the timeline; customers never do",
	})
	asked.Quick = true
	id := s.Row.ID
	d.Show(string(screen.Comment)+" "+string(id), &overlay.Ask{
		Title: "Comment on " + screen.Short(string(id)) + "  " + what(s), Form: asked, Yes: "comment",
	}, func(string) tea.Cmd {
		said := asked.Value("words")
		return d.Carry(screen.Deed{
			Action: string(screen.Comment), Request: id, Said: "commented on " + what(s),
			Line: "purser request comment " + string(id) + " " + screen.Quote(said),
			Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
				if _, err := e.Comment(ctx, c, id, said); err != nil {
					return engine.Request{}, err
				}
				return e.Request(ctx, id)
			},
		})
	})
	return nil
}

// noComment says why there is no comment to withdraw.
func noComment(d *screen.Desk, s screen.Subject) text.Safe {
	switch e := s.Event; {
	case e.Subject.Kind != engine.KindComment || s.Dossier == nil:
		return "put the cursor on a comment of yours on the timeline first"
	case e.By != d.Actor.ID:
		return "it is by " + screen.Actor(e.By) + ": only its author can withdraw it"
	case !s.Dossier.Comments[e.Subject.ID].WithdrawnAt.IsZero():
		return "it was withdrawn already"
	}
	return ""
}

func withdrawComment(d *screen.Desk, s screen.Subject) tea.Cmd {
	id, comment := s.Row.ID, s.Event.Subject.ID
	deed := screen.Deed{
		Action: string(screen.WithdrawComment), Request: id, Said: "withdrew a comment on " + what(s),
		Line: "purser request comment " + string(id) + " --withdraw " + comment,
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			if err := e.WithdrawComment(ctx, c, id, comment); err != nil {
				return engine.Request{}, err
			}
			return e.Request(ctx, id)
		},
	}
	return arm(d, s, "withdraw your comment for good"+screen.Enter, deed)
}

// edit changes what can still be changed before an approval.
func edit(d *screen.Desk, s screen.Subject) tea.Cmd {
	options := []form.Option{{Value: "", Label: "none"}}
	for _, i := range s.Dossier.Instruments {
		off := text.Safe("")
		if i.Currency != s.Row.Amount.Currency {
			off = "in " + text.Line(string(i.Currency))
		}
		options = append(options, form.Option{Value: string(i.ID), Label: d.Instrument(i), Off: off})
	}
	asked := form.New(
		form.Field{
			ID: "instrument", Label: "INSTRUMENT", Input: form.NewChoice(string(s.Row.InstrumentID),
				options...),
			Help: "whoever changes it becomes a maker and cannot approve",
		},
		form.Field{
			ID: "description", Label: "DESCRIPTION",
			Input: form.NewText(text.Line(s.Row.Description), longestDescription),
		},
	)
	d.Ask(s, dialog(screen.Edit, s), &overlay.Ask{
		Title: "Change " + screen.Short(string(s.Row.ID)) + "  " + what(s), Form: asked, Yes: "change",
	}, func(string) tea.Cmd {
		return d.Carry(editing(s, engine.InstrumentID(asked.Value("instrument")), asked.Value("description")))
	})
	return nil
}

func editing(s screen.Subject, instrument engine.InstrumentID, description string) screen.Deed {
	details, line := engine.Details{}, ""
	if instrument != s.Row.InstrumentID {
		details.InstrumentID = &instrument
		line += " --instrument " + screen.Quote(string(instrument))
	}
	if description != s.Row.Description {
		details.Description = &description
		line += " --description " + screen.Quote(description)
	}
	deed := simple(s, screen.Edit, "changed", "set",
		func(ctx context.Context, e *engine.Engine, c engine.Caller, id engine.RequestID,
			seen int,
		) (engine.Request, error) {
			return e.Set(ctx, c, id, seen, details)
		})
	deed.Line += line
	return deed
}
