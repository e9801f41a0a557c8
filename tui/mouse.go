package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A clickable screen knows what stands where on the rectangle that it was drawn
// in.
type clickable interface {
	Click(x, y int, r canvas.Rect) tea.Cmd
}

// wheelStep is by how many lines one notch of the wheel moves.
const wheelStep = 3

// mouse moves where the wheel and clicks point. It looks around and opens, and
// never decides: whatever waits for enter waits no more, and a dialog does not
// hear it.
func (c *Console) mouse(msg tea.MouseMsg) tea.Cmd {
	if !c.mouseOn || msg.Action != tea.MouseActionPress || tooSmall(c.w, c.h) {
		return nil
	}
	c.desk.Disarm()
	if _, open := c.desk.Dialogs.Top(); open {
		c.desk.Dialogs.Disturb(c.desk.Now())
		return nil
	}
	switch msg.Button {
	case tea.MouseButtonWheelDown:
		return c.wheel(true)
	case tea.MouseButtonWheelUp:
		return c.wheel(false)
	case tea.MouseButtonLeft:
		if c.top().Typing() {
			return nil
		}
		clicked, ok := c.top().(clickable)
		if !ok {
			return nil
		}
		c.typed.Forget()
		_, body := canvas.Rect{W: c.w, H: c.h}.Top(headLines)
		body, _ = body.Bottom(footLines)
		return clicked.Click(msg.X, msg.Y, body)
	}
	return nil
}

func (c *Console) wheel(down bool) tea.Cmd {
	id := screen.Up
	if down {
		id = screen.Down
	}
	moves := func(a keys.Action) bool { return a.ID == id }
	if !slices.ContainsFunc(c.catalogue.In(c.scope()), moves) {
		return nil
	}
	var cmds []tea.Cmd
	for range wheelStep {
		cmds = append(cmds, c.top().Do(id))
	}
	return tea.Batch(cmds...)
}

// toggleMouse listens to the mouse, or leaves it to the terminal, which then
// selects text with it.
func (c *Console) toggleMouse() tea.Cmd {
	c.mouseOn = !c.mouseOn
	if c.mouseOn {
		c.desk.Say("the mouse moves the cursor and opens; M gives it back to the terminal", theme.Muted)
		return tea.EnableMouseCellMotion
	}
	c.desk.Say("the mouse is the terminal's again, for selecting text", theme.Muted)
	return tea.DisableMouse
}
