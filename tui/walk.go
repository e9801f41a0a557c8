package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/request"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// goesOn are the decisions after which the next request is wanted.
var goesOn = map[string]bool{
	string(screen.Approve): true, string(screen.Block): true,
	string(screen.Return): true, string(screen.Cancel): true,
}

// goOn moves on to the next request that can be approved, once a decision is on
// its way. An open request gives way only after its approval.
func (c *Console) goOn(x screen.Deed) tea.Cmd {
	open := c.top().Place().Kind == screen.Request
	switch {
	case !goesOn[x.Action], c.desk.Stays, c.queue.Subject().Row.ID != x.Request:
		return nil
	case open && x.Action != string(screen.Approve):
		return nil
	}
	row, cmd, ok := c.queue.Next()
	if !ok || !open {
		return cmd
	}
	return tea.Batch(cmd, c.visitRequest(goTo(row)))
}

func goTo(row engine.RequestRow) screen.Go {
	return screen.Go{Place: screen.Place{Kind: screen.Request, Request: row.ID}, Row: row}
}

// step opens the next request of the queue, or the one before.
func (c *Console) step(down bool) tea.Cmd {
	row, cmd, ok := c.queue.Step(down)
	if !ok {
		end := text.Safe("first")
		if down {
			end = "last"
		}
		c.desk.Say("this is the "+end+" request of the queue", theme.Muted)
		return cmd
	}
	return tea.Batch(cmd, c.visitRequest(goTo(row)))
}

// earlier is which visited request came before the one that is open; below
// zero if none did.
func (c *Console) earlier() int {
	if len(c.stack) == 1 {
		return len(c.visited) - 1
	}
	return c.visit - 1
}

func (c *Console) walk(to int) tea.Cmd {
	c.visit = to
	return c.showRequest(c.visited[to])
}

// find opens the request whose id begins or ends with a fragment.
func (c *Console) find(fragment string) tea.Cmd {
	ctx, e := c.desk.Context, c.desk.Engine
	return func() tea.Msg {
		id, err := e.FindID(ctx, engine.KindRequest, fragment)
		return found{id: engine.RequestID(id), err: err}
	}
}

// showLine shows the command line that does what was done last.
func (c *Console) showLine() tea.Cmd {
	line := c.desk.LastLine()
	c.desk.Show("line", &overlay.Sheet{
		Title: "The same on a command line",
		Body:  []overlay.Line{{Text: text.Line(line), Style: theme.Strong}},
	}, nil)
	return nil
}

// turned is a message: somebody else acts from now on.
type turned struct {
	actor engine.Reviewer
	err   error
}

// become changes who acts, in a demo.
func (c *Console) become(name string) tea.Cmd {
	ctx, e := c.desk.Context, c.desk.Engine
	return func() tea.Msg {
		actor, err := e.Reviewer(ctx, engine.ReviewerID(name))
		return turned{actor: actor, err: err}
	}
}

func (c *Console) turn(msg turned) tea.Cmd {
	if msg.err != nil {
		c.desk.Fail(msg.err)
		return nil
	}
	c.desk.Become(msg.actor)
	c.desk.Say("you are "+text.Line(string(msg.actor.ID))+" now, "+text.Line(msg.actor.Role.WithArticle()),
		theme.Done)
	return tea.Batch(c.queue.Settle(), c.top().Refresh())
}

// whyNotGo says why a screen about the request cannot be opened.
func (c *Console) whyNotGo(a keys.ID, s screen.Subject) text.Safe {
	verb := map[keys.ID]engine.Verb{
		screen.OpenSplit: engine.VerbSplit, screen.OpenMerge: engine.VerbAbsorb,
		screen.NewAllocation: engine.VerbAllocate,
	}[a]
	switch {
	case verb != "":
		return c.desk.Why(verb, s.Row.Request)
	case s.Row.ID == "":
		return "there is no request under the cursor"
	case s.Row.Status.Final():
		return "it is " + text.Line(string(s.Row.Status)) + ", which is final: there is nothing to plan"
	}
	return ""
}

// whyNotUndo says why there is nothing to take back.
func (c *Console) whyNotUndo(a keys.ID) text.Safe {
	run, onRun := c.onRun()
	switch {
	case c.desk.ReadOnly != "":
		return "read-only: " + c.desk.ReadOnly
	case onRun && a == screen.Undo:
		return run.WhyNotUndo()
	case len(c.desk.Decisions()) == 0:
		return "you decided nothing here that can be taken back"
	}
	return ""
}

// undo takes the last decision back, after enter.
func (c *Console) undo() tea.Cmd {
	if run, ok := c.onRun(); ok {
		return run.Undo()
	}
	decisions := c.desk.Decisions()
	return c.takeBack(decisions[len(decisions)-1])
}

func (c *Console) takeBack(x screen.Decision) tea.Cmd {
	sentence := "take back: " + x.Deed.Said + ", " + screen.Age(c.desk.Now().Sub(x.At)) + " ago" + screen.Enter
	if left := x.Until.Sub(c.desk.Now()); left > 0 {
		sentence = "take back: " + x.Deed.Said + ", " + screen.Age(left) + " left" + screen.Enter
	}
	c.desk.Arm(screen.Subject{Row: engine.RequestRow{Request: x.After}}, "undo", sentence,
		func() tea.Cmd { return c.desk.Carry(x.Back) })
	return nil
}

// undoList lists what can perhaps still be taken back, the newest first.
func (c *Console) undoList() tea.Cmd {
	decisions := c.desk.Decisions()
	menu := &overlay.Menu{Title: "Take back"}
	for i := len(decisions) - 1; i >= 0; i-- {
		x := decisions[i]
		menu.Items = append(menu.Items, overlay.Item{
			ID: fmt.Sprint(i), Name: x.Deed.Said, Help: screen.Age(c.desk.Now().Sub(x.At)) + " ago",
		})
	}
	c.desk.Show("undo", menu, func(choice string) tea.Cmd {
		for i, x := range decisions {
			if fmt.Sprint(i) == choice {
				return c.desk.Carry(x.Back)
			}
		}
		return nil
	})
	return nil
}

// words splits a command into its name and the rest.
func words(command string) (name, rest string) {
	name, rest, _ = strings.Cut(strings.TrimSpace(command), " ")
	return strings.ToLower(name), strings.TrimSpace(rest)
}

// sorted are the keys of a map in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// position is where in the queue the request on top stands.
func (c *Console) position() text.Safe {
	if r, ok := c.top().(*request.Request); ok {
		return r.Position
	}
	return ""
}
