package tui

import (
	"io"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
)

// Begin makes the session's timers stand still, and returns the command that
// reads the first screen.
func (c *Console) Begin() tea.Cmd {
	c.after = func(time.Duration, tea.Msg) tea.Cmd { return nil }
	c.changes = nil
	return c.open()
}

// StoreChanged is what the session hears when something was committed.
func StoreChanged() tea.Msg { return changed{} }

// ASecond is what it hears every second.
func ASecond() tea.Msg { return tick{} }

// Desk is where the session's reviewer works.
func (c *Console) Desk() *screen.Desk { return c.desk }

// Catalogue is the table of actions.
func (c *Console) Catalogue() *keys.Catalogue { return c.catalogue }

// Why says why an action is off now.
func (c *Console) Why(id keys.ID) string {
	a, _ := c.catalogue.Action(id)
	return string(c.why(a))
}

// Marked is what is marked in the queue.
func (c *Console) Marked() engine.Selection {
	selection, _ := c.queue.Selection()
	return selection
}

// Copied hands what is copied to a function.
func (c *Console) Copied(to func(string) error) { c.clipboard = to }

// SendToClipboard copies text through an output of its own.
func SendToClipboard(to io.Writer, s string) error { return newOutput(to).copy(s) }
