package screen

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/theme"
)

// The actions of the screens on what is configured.
const (
	ToGateways      keys.ID = "gateways"
	ToConfiguration keys.ID = "configuration"

	ToRouting   keys.ID = "routing"
	ToRates     keys.ID = "rates"
	OpenExplain keys.ID = "explain"

	NewText   keys.ID = "new-text" // something configured that is not there yet
	Restore   keys.ID = "restore"  // a revision of a routing scheme
	SetRate   keys.ID = "set-rate"
	WhatIf    keys.ID = "what-if"
	EditText  keys.ID = "edit-text"
	KeepDraft keys.ID = "keep-draft"

	PauseUse   keys.ID = "pause"  // of an account or a route
	ResumeUse  keys.ID = "resume" // of one that was paused
	Sync       keys.ID = "sync-balance"
	SetBalance keys.ID = "set-balance"
	Archive    keys.ID = "archive"
)

// WhyNotConfigure says why the reviewer cannot change the configuration, or "".
func (d *Desk) WhyNotConfigure() text.Safe {
	if d.ReadOnly != "" {
		return "read-only: " + d.ReadOnly
	}
	if err := engine.MayConfigure(d.Actor); err != nil {
		return text.Line(err.Error())
	}
	return ""
}

// GoTo makes the command that goes to a place.
func GoTo(p Place) tea.Cmd { return func() tea.Msg { return Go{Place: p} } }

// Configuring is the deed that changes properties of something configured. The
// patch is JSON; seen is the revision of the configuration that was on the
// screen, 0 where it does not matter what else was changed since.
func Configuring(a keys.ID, o Object, seen int64, patch string, said text.Safe) Deed {
	return Deed{
		Action: string(a), Said: said,
		Line: "purser apply -f FILE # with " + o.Kind + " " + o.ID + ": " + patch,
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			_, err := e.Configure(ctx, c, o.Kind, o.ID, seen, []byte(patch))
			return engine.Request{}, err
		},
	}
}

// ArmOn asks for enter before a deed that is about no request; the sentence
// names what it is about.
func (d *Desk) ArmOn(sentence text.Safe, deed Deed) tea.Cmd {
	d.Arm(Subject{}, deed.Action, sentence+Enter, func() tea.Cmd { return d.Carry(deed) })
	return nil
}

// DrawFace draws what is shown where there is nothing to show: what this
// means, and what to press.
func DrawFace(c *canvas.Canvas, r canvas.Rect, title, help text.Safe) {
	middle := r.Inset(2, 0).Center(r.W-4, 3)
	c.Put(middle.Line(0), title, theme.Strong, canvas.Center)
	c.Put(middle.Line(2), help, theme.Muted, canvas.Center)
}

// Fee is what a route costs, in words.
func Fee(f fx.Fee, c money.Currency) text.Safe {
	var parts []string
	if !f.Rate.IsZero() {
		parts = append(parts, f.Rate.Shift(2).String()+" %")
	}
	if !f.Fixed.IsZero() {
		parts = append(parts, f.Fixed.In(c).Text())
	}
	if len(parts) == 0 {
		return "free"
	}
	return text.Line(strings.Join(parts, " + "))
}
