package tui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui/screen"
)

// A glance is the request that is open here, as colleagues hear of it.
type glance struct {
	request engine.RequestID
	since   time.Time // when it was opened
	told    time.Time // when colleagues were told last; zero for not yet
}

const (
	glanceTime = 2 * time.Second          // a request that is only passed is nobody's news
	glanceLast = engine.PresenceLease / 2 // to be told again before it lapses
)

// tellPresence tells colleagues which request is open here, once it has been for
// a moment, and again while it is; and that it is not any more. That it could
// not be told is no news.
func (c *Console) tellPresence() tea.Cmd {
	if c.desk.ReadOnly != "" {
		return nil
	}
	at, now := engine.RequestID(""), c.desk.Now()
	if p := c.top().Place(); p.Kind == screen.Request {
		at = p.Request
	}
	was := c.glance
	if at != was.request {
		c.glance = glance{request: at, since: now}
		if was.told.IsZero() {
			return nil
		}
		return c.beside(func(ctx context.Context) { _ = c.desk.Engine.LookAway(ctx, c.desk.Caller, was.request) })
	}
	if at == "" || now.Sub(was.since) < glanceTime || !was.told.IsZero() && now.Sub(was.told) < glanceLast {
		return nil
	}
	c.glance.told = now
	return c.beside(func(ctx context.Context) { _ = c.desk.Engine.Look(ctx, c.desk.Caller, at) })
}

// beside does what nobody waits for.
func (c *Console) beside(do func(context.Context)) tea.Cmd {
	ctx := c.desk.Context
	return func() tea.Msg {
		do(ctx)
		return nil
	}
}
