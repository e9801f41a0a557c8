package tui

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// help lists the keys that mean something here, with what they do, the command
// that does the same, and why some are off.
func (c *Console) help() tea.Cmd {
	menu := &overlay.Menu{
		Title: "Keys of " + c.top().Place().Crumb() + ": type to search", Filter: true,
		Items: c.items(),
	}
	c.desk.Show("help", menu, c.chosen)
	return nil
}

// items are the actions of the place, its own first.
func (c *Console) items() []overlay.Item {
	var items []overlay.Item
	here := slices.Clone(c.catalogue.In(c.scope()))
	slices.SortStableFunc(here, func(a, b keys.Action) int { return cmp.Compare(rank(a), rank(b)) })
	for _, a := range here {
		if screen.TabOf(a.ID) > 1 {
			continue
		}
		var shown []string
		for _, k := range a.Keys {
			shown = append(shown, string(keys.Label(k)))
		}
		item := overlay.Item{
			ID: string(a.ID), Key: text.Safe(strings.Join(shown, " ")), Name: a.Name,
			Help: a.Help, Off: c.why(a),
		}
		if screen.TabOf(a.ID) == 1 {
			item.Key, item.Name = "1-9", "tab"
		}
		if a.CLI != "" {
			item.Help += " · purser " + text.Safe(a.CLI)
		}
		items = append(items, item)
	}
	return items
}

// rank puts decisions before what only looks, and what only moves last.
func rank(a keys.Action) int {
	switch {
	case a.Danger != keys.Harmless:
		return 0
	case a.Moves:
		return 2
	}
	return 1
}

// chosen does what was picked by its name.
func (c *Console) chosen(id string) tea.Cmd {
	if command, ok := strings.CutPrefix(id, ":"); ok {
		return c.command(command)
	}
	if a, ok := c.catalogue.Action(keys.ID(id)); ok {
		return c.do(a)
	}
	return nil
}

// A commandLine is the palette: a menu to which what is typed can add
// commands.
type commandLine struct {
	overlay.Menu
	typed form.Prompt
	fixed []overlay.Item
	more  func(typed string) []overlay.Item
}

// Key implements overlay.Dialog.
func (p *commandLine) Key(k tea.KeyMsg, alone bool) overlay.Outcome {
	p.typed.Key(k)
	p.Items = append(p.more(p.typed.Value()), p.fixed...)
	p.Nothing = p.none()
	return p.Menu.Key(k, alone)
}

// palette offers everything by name.
func (c *Console) palette() tea.Cmd {
	p := &commandLine{more: c.commands}
	p.Title, p.Filter = "Command", true
	for i, name := range c.queue.Views() {
		p.fixed = append(p.fixed, overlay.Item{
			ID: ":view " + name, Name: "view " + text.Line(name),
			Help: "the queue's view " + text.Safe(screen.Int(i+1)),
		})
	}
	p.fixed = append(c.items(), p.fixed...)
	for _, name := range theme.Names() {
		p.fixed = append(p.fixed, overlay.Item{ID: ":theme " + string(name), Name: "theme " +
			text.Safe(name), Help: "how the console looks"})
	}
	p.fixed = append(p.fixed,
		overlay.Item{
			ID: ":after go", Name: "after go",
			Help: "after a decision the cursor goes on to the next request",
		},
		overlay.Item{ID: ":after stay", Name: "after stay", Help: "after a decision the cursor stays"})
	p.fixed = append(p.fixed, overlay.Item{
		ID: ":show", Name: "show", Help: "what was copied last, to read it or take it with the mouse",
	})
	for _, m := range []engine.Mode{engine.ModeLive, engine.ModeTest} {
		p.fixed = append(p.fixed, overlay.Item{
			ID: ":mode " + string(m), Name: "mode " + text.Safe(m),
			Help: "the requests of " + text.Safe(m) + " mode",
		})
	}
	if c.mayBecome {
		for _, id := range c.reviewers() {
			p.fixed = append(p.fixed, overlay.Item{ID: ":as " + string(id), Name: "as " +
				text.Line(string(id)), Help: "act as this " +
				text.Line(string(c.desk.Config.Reviewers[id].Role))})
		}
	}
	p.Items = p.fixed
	c.desk.Show("palette", p, c.chosen)
	return nil
}

func (c *Console) reviewers() []engine.ReviewerID {
	var ids []engine.ReviewerID
	for id := range c.desk.Config.Reviewers {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b engine.ReviewerID) int { return cmp.Compare(a, b) })
	return ids
}

// commands are those that take what was typed after their name.
func (c *Console) commands(typed string) []overlay.Item {
	name, rest := words(typed)
	if name == "go" && rest != "" {
		return []overlay.Item{{
			ID: ":go " + rest, Name: text.Line(typed),
			Help: "the request whose id begins or ends so",
		}}
	}
	return nil
}

// choices are what may follow a word: the themes after "theme". Nil where none
// may.
func (p *commandLine) choices(name string) []string {
	var found []string
	for _, item := range p.fixed {
		if after, ok := strings.CutPrefix(item.ID, ":"+name+" "); ok {
			found = append(found, after)
		}
	}
	return found
}

// none says what may follow a word, where nothing matches.
func (p *commandLine) none() text.Safe {
	name, rest := words(p.typed.Value())
	choices := p.choices(name)
	if rest == "" || len(choices) == 0 {
		return ""
	}
	return text.Line("no " + name + " is called " + rest + "; there are: " + strings.Join(choices, ", "))
}

// command does what was chosen in the palette and is no action.
func (c *Console) command(line string) tea.Cmd {
	name, rest := words(line)
	switch name {
	case "go":
		return c.find(rest)
	case "view":
		home := c.toQueue()
		cmd, _ := c.queue.ShowView(rest)
		return tea.Batch(home, cmd)
	case "theme":
		c.wear(theme.Name(rest))
	case "show":
		return c.showCopied()
	case "after":
		c.desk.Stays = rest == "stay"
	case "mode":
		c.desk.Mode = engine.Mode(rest)
		c.toQueue()
		return c.queue.Restart()
	case "as":
		return c.become(rest)
	}
	return nil
}

// wear changes how the console looks.
func (c *Console) wear(name theme.Name) {
	look, err := theme.New(name, c.profile)
	if err != nil {
		c.desk.Fail(err)
		return
	}
	c.canvas.SetTheme(look)
}
