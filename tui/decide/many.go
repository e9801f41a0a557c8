package decide

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// many are the decisions that can be taken on many requests at once.
var many = map[keys.ID]engine.Verb{
	screen.Approve: engine.VerbApprove, screen.MakeReady: engine.VerbReady, screen.OpenPlan: engine.VerbAutoAllocate,
	screen.Process: engine.VerbProcess, screen.Block: engine.VerbBlock, screen.Unblock: engine.VerbUnblock,
	screen.Cancel: engine.VerbCancel,
}

// WhyNotMany says why a decision is off for many requests at once, or ""; single
// says how one gets to one of them. What keeps single requests out of it, the
// plan tells.
func WhyNotMany(d *screen.Desk, a keys.ID, single text.Safe) text.Safe {
	_, ok := many[a]
	switch {
	case !ok:
		return "it takes one request at a time: " + single
	case d.ReadOnly != "":
		return "read-only: " + d.ReadOnly
	case !d.Actor.Role.AtLeast(engine.RoleReviewer):
		return text.Line(string(d.Actor.ID)) + " is a " + text.Line(string(d.Actor.Role)) + ": it takes a reviewer"
	}
	return ""
}

// Many asks what a decision on many needs to know, and goes on with it. Nothing
// is done yet: the plan comes first.
func Many(d *screen.Desk, a keys.ID, marked text.Safe, then func(engine.RunAction) tea.Cmd) tea.Cmd {
	action := engine.RunAction{Verb: many[a]}
	var options []form.Option
	switch a {
	case screen.Block:
		for _, reason := range engine.BlockReasons() {
			options = append(options, form.Option{Value: string(reason), Label: text.Line(string(reason))})
		}
		askMany(d, "Block "+marked, "REASON", "a digit, then enter", options, func(reason, note string) tea.Cmd {
			action.Reason, action.Description = engine.BlockReason(reason), note
			return then(action)
		})
	case screen.Cancel:
		for _, by := range engine.CanceledBys() {
			options = append(options, form.Option{Value: string(by), Label: text.Line(string(by))})
		}
		askMany(d, "Cancel "+marked, "ASKED BY", "a digit: on whose behalf", options, func(by, note string) tea.Cmd {
			action.CanceledBy, action.Description = engine.CanceledBy(by), note
			return then(action)
		})
	default:
		return then(action)
	}
	return nil
}

func askMany(d *screen.Desk, title, label, help text.Safe, options []form.Option,
	then func(choice, note string) tea.Cmd,
) {
	asked := form.New(
		form.Field{ID: "choice", Label: label, Input: form.NewChoice("", options...), Check: form.Required, Help: help},
		form.Field{ID: "note", Label: "NOTE", Input: form.NewText("", longestDescription), Help: "for the record of each"},
	)
	asked.Quick = true
	d.Show("many", &overlay.Ask{
		Title: title, Form: asked, Yes: "see the plan",
		Body: []overlay.Line{{Text: "nothing is done yet: the plan comes first", Style: theme.Muted}},
	}, func(string) tea.Cmd { return then(asked.Value("choice"), asked.Value("note")) })
}
