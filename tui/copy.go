package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// copy sends text to the terminal's clipboard.
func (c *Console) copy(s string) tea.Cmd {
	send := c.clipboard
	c.copied = text.Line(s)
	c.desk.Say("sent to the terminal's clipboard (OSC 52): "+c.copied+" · :show prints it", theme.Text)
	return func() tea.Msg { return sent{send(s)} }
}

// copyMenu offers what one may want to have elsewhere of a request.
func (c *Console) copyMenu() tea.Cmd {
	row := c.top().Subject().Row
	id := string(row.ID)
	offers := []struct {
		key, name text.Safe
		value     string
	}{
		{"i", "id", id},
		{"r", "reference", row.Reference},
		{"c", "customer", row.CustomerReference},
		{"t", "instrument", string(row.InstrumentID)},
		{"l", "link", "purser --request " + id},
		{"!", "command line", "purser request show " + id},
	}
	menu := &overlay.Menu{Title: "Copy of " + screen.Short(id)}
	for i, o := range offers {
		item := overlay.Item{ID: screen.Int(i), Key: o.key, Name: o.name, Help: text.Line(o.value)}
		if o.value == "" {
			item.Off = "it has none"
		}
		menu.Items = append(menu.Items, item)
	}
	c.desk.Show("copy", menu, func(choice string) tea.Cmd {
		for i, o := range offers {
			if screen.Int(i) == choice {
				return c.copy(o.value)
			}
		}
		return nil
	})
	return nil
}

// showCopied prints what was copied last, for terminals that keep the clipboard
// to themselves.
func (c *Console) showCopied() tea.Cmd {
	if c.copied == "" {
		c.desk.Say("nothing was copied yet: y copies the id, Y offers more", theme.Warning)
		return nil
	}
	c.desk.Show("copied", &overlay.Sheet{
		Title: "Copied last", Body: []overlay.Line{
			{Text: c.copied, Style: theme.Strong},
			{},
			{
				Text:  "If it is not in your clipboard, the terminal did not take it: tmux wants set-clipboard on.",
				Style: theme.Muted,
			},
		},
	}, nil)
	return nil
}
