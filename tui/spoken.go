package tui

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/decide"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/plain"
	"github.com/purserhq/purser/tui/queue"
	"github.com/purserhq/purser/tui/screen"
)

// RunPlain talks to a reviewer line by line until that ends or ctx does. It is
// the same desk as [Run] has, with the same actions.
func RunPlain(ctx context.Context, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, err := New(ctx, o)
	if err != nil {
		return err
	}
	var views []plain.View
	for _, v := range queue.All(c.desk) {
		views = append(views, plain.View(v))
	}
	begins := func(v plain.View) bool { return v.Name == o.View }
	if i := slices.IndexFunc(views, begins); i > 0 { // the first is where it begins
		views[0], views[i] = views[i], views[0]
	}
	return plain.Run(ctx, plain.Options{
		Desk: c.desk, Catalogue: c.catalogue, Views: views, Why: c.whyOf, Do: c.beginOn,
		In: o.In, Out: o.Out,
	})
}

// whyOf says why an action is off for a subject that is on no screen, or "".
func (c *Console) whyOf(a keys.Action, s screen.Subject) text.Safe {
	switch {
	case a.ID == screen.Create:
		return c.whyNotCreate()
	case a.ID == screen.Undo:
		return c.whyNotUndo(screen.Undo)
	case decide.Knows(a.ID):
		return decide.Why(c.desk, a.ID, s)
	}
	if _, ok := journeys[a.ID]; ok {
		return c.whyNotGo(a.ID, s)
	}
	return ""
}

// beginOn begins an action that is not off.
func (c *Console) beginOn(a keys.ID, s screen.Subject) tea.Cmd {
	switch a {
	case screen.Create:
		return c.create()
	case screen.Undo:
		return c.undo()
	}
	return decide.Do(c.desk, a, s)
}
