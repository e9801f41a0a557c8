package screen

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/theme"
)

// The actions of the screens on what is configured.
const (
	ToGateways keys.ID = "gateways"
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

// DrawFace draws what is shown where there is nothing to show: what this
// means, and what to press.
func DrawFace(c *canvas.Canvas, r canvas.Rect, title, help text.Safe) {
	middle := r.Inset(2, 0).Center(r.W-4, 3)
	c.Put(middle.Line(0), title, theme.Strong, canvas.Center)
	c.Put(middle.Line(2), help, theme.Muted, canvas.Center)
}
