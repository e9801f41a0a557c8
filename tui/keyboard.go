package tui

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/customer"
	"github.com/purserhq/purser/tui/decide"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// scope is where keys have their meaning now.
func (c *Console) scope() keys.Scope { return scopeOf(c.top().Place().Kind) }

// hintTime is how long somebody hesitates in a sequence of keys until those
// that go on from there are shown.
const hintTime = 300 * time.Millisecond

// keyboard makes single keys of what came from the terminal.
func (c *Console) keyboard(msg tea.KeyMsg) tea.Cmd {
	if tooSmall(c.w, c.h) {
		if name := keys.Name(msg); name == "q" || name == "ctrl+c" {
			return tea.Quit
		}
		return nil
	}
	_, dialog := c.desk.Dialogs.Top()
	typing := c.desk.Dialogs.Typing() || !dialog && c.top().Typing()
	moves := c.catalogue.Moves(c.scope())
	read := keys.Repair(msg, typing, moves)
	if read.Dropped > 0 || msg.Paste {
		c.desk.Disarm()
		c.desk.Dialogs.Disturb(c.desk.Now())
		c.typed.Forget()
	}
	if read.Dropped > 0 {
		what := screen.Plural(read.Dropped, "key") + " that came together"
		if msg.Paste {
			what = "a paste"
		}
		c.desk.Say("ignored "+what+": nothing was done", theme.Warning)
	}
	var cmds []tea.Cmd
	for _, key := range read.Keys {
		cmds = append(cmds, c.key(key, moves))
	}
	return tea.Batch(cmds...)
}

// key gives one key to whoever it is for: what is armed, the dialog on top,
// the screen's own fields, and then the catalogue.
func (c *Console) key(k tea.KeyMsg, moves func(string) bool) tea.Cmd {
	name := keys.Name(k)
	c.desk.Heard()
	if name == "ctrl+c" && c.desk.ArmedFor(exiting) {
		return tea.Quit
	}
	cmd, handled := c.desk.Press(name, moves(name))
	if handled {
		c.typed.Forget()
		return cmd
	}
	if _, open := c.desk.Dialogs.Top(); open {
		if name == "ctrl+c" {
			k = tea.KeyMsg{Type: tea.KeyEsc}
		}
		return c.desk.Dialogs.Key(k, c.desk.Now())
	}
	if cmd, used := c.top().Key(k); used {
		return cmd
	}
	if name == "esc" && len(c.typed.Pending()) > 0 {
		c.typed.Forget()
		return nil
	}
	first := len(c.typed.Pending()) == 0
	match := c.typed.Press(c.catalogue, c.scope(), name)
	if match.Found {
		return c.do(match.Action)
	}
	if len(match.Next) > 0 {
		c.begun = c.desk.Now()
		return c.after(hintTime, hesitated{})
	}
	if first {
		c.sayWhere(name)
	}
	return nil
}

// sayWhere says of a key that means nothing on a screen that it means something
// where a request is open: the queue's preview speaks of such keys, and fingers
// know them everywhere.
func (c *Console) sayWhere(key string) {
	about := []keys.Scope{scopeOf(screen.Request), requests, planned, oneRequest}
	i := slices.IndexFunc(c.catalogue.In(scopeOf(screen.Request)), func(a keys.Action) bool {
		return slices.Contains(a.Keys, key) && slices.Contains(about, a.Scope)
	})
	if i < 0 || c.top().Place().Kind == screen.Request {
		return
	}
	var why text.Safe
	switch kind, open := c.top().Place().Kind, c.top().Subject().Row.ID != ""; {
	case kind == screen.Queue && open:
		why = "open the request first: " + c.desk.Label(screen.Open)
	case kind == screen.Queue:
		why = "there is no request under the cursor"
	case open:
		why = "go back to the request first: " + c.desk.Label(screen.Leave)
	default:
		why = "no request is open here: " + c.desk.Label(screen.ToQueue) + " leads to them"
	}
	c.desk.Say(c.catalogue.In(scopeOf(screen.Request))[i].Name+" is off: "+why, theme.Warning)
}

// why says why an action is off now, or "".
func (c *Console) why(a keys.Action) text.Safe {
	if c.marking(a.ID) {
		return c.whyNotMany(a.ID)
	}
	s := c.top().Subject()
	if kind, ok := journeys[a.ID]; ok && c.top().Place().Kind != kind {
		return c.whyNotGo(a.ID, s)
	}
	if a.ID == screen.OpenPlan || a.ID == screen.OpenExplain {
		return "it is what you look at"
	}
	if decide.Knows(a.ID) {
		why := decide.Why(c.desk, a.ID, s)
		if why != "" && a.ID == screen.Process && c.top() == view(c.queue) && s.Dossier == nil &&
			c.desk.Why(engine.VerbProcess, s.Row.Request) == "" {
			return "open the request first: enter"
		}
		return why
	}
	switch a.ID {
	case screen.ToBatch, screen.OutOfBatch:
		if _, ok := c.onBatch(); !ok {
			return c.whyNotBatch(a.ID)
		}
	case screen.Copy, screen.CopyMenu, screen.ToPayee:
		if s.Row.ID == "" {
			return "there is no request under the cursor"
		}
	case screen.Create:
		return c.whyNotCreate()
	case screen.Undo, screen.UndoList:
		return c.whyNotUndo(a.ID)
	case screen.CommandLine:
		if c.desk.LastLine() == "" {
			return "nothing was done yet"
		}
	case screen.NextRequest, screen.PreviousRequest:
		if c.top().Place().Kind != screen.Request {
			return "go back to the request first"
		}
	case screen.Earlier:
		if c.earlier() < 0 {
			return "no request was opened before"
		}
	case screen.Later:
		if c.visit+1 >= len(c.visited) {
			return "this is the request that was opened last"
		}
	case screen.Suspend:
		if !c.local {
			return "only where the console runs on your own machine"
		}
	}
	return c.top().Why(a.ID)
}

// do does an action, or says why it is off.
func (c *Console) do(a keys.Action) tea.Cmd {
	if why := c.why(a); why != "" {
		c.desk.Say(a.Name+" is off: "+why, theme.Warning)
		return nil
	}
	c.lesson.used(a.ID)
	if c.marking(a.ID) {
		return c.many(a.ID)
	}
	if kind, ok := journeys[a.ID]; ok && c.top().Place().Kind != kind {
		s := c.top().Subject()
		return c.push(c.screenOf(screen.Go{Place: screen.Place{Kind: kind, Request: s.Row.ID}, Row: s.Row}))
	}
	if kind, ok := destinations[a.ID]; ok {
		return c.visitKind(kind)
	}
	if decide.Knows(a.ID) {
		return decide.Do(c.desk, a.ID, c.top().Subject())
	}
	return c.doOwn(a)
}

// doOwn does what is the console's own, and gives the rest to the screen.
func (c *Console) doOwn(a keys.Action) tea.Cmd {
	switch a.ID {
	case screen.ToBatch, screen.OutOfBatch:
		if _, ok := c.onBatch(); !ok {
			return c.doBatch(a.ID)
		}
	case screen.TakeFile, screen.StopFile:
		return c.doBatch(a.ID)
	case screen.ToPayee:
		row := c.top().Subject().Row
		return screen.GoTo(customer.PlaceOf(row.CustomerID, row.CustomerName))
	case screen.Help:
		return c.help()
	case screen.Palette:
		return c.palette()
	case screen.Leave:
		return c.leave()
	case screen.Quit:
		return c.quit()
	case screen.Exit:
		return c.exit()
	case screen.Undo:
		return c.undo()
	case screen.UndoList:
		return c.undoList()
	case screen.CommandLine:
		return c.showLine()
	case screen.CopyMenu:
		return c.copyMenu()
	case screen.Mouse:
		return c.toggleMouse()
	case screen.Copy:
		return c.copy(string(c.top().Subject().Row.ID))
	case screen.Create:
		return c.create()
	case screen.ToQueue:
		return c.toQueue()
	case screen.NextRequest:
		return c.step(true)
	case screen.PreviousRequest:
		return c.step(false)
	case screen.Earlier:
		return c.walk(c.earlier())
	case screen.Later:
		return c.walk(c.visit + 1)
	case screen.Redraw:
		return tea.ClearScreen
	case screen.Suspend:
		return tea.Suspend
	}
	return c.top().Do(a.ID)
}

// leave closes what is on top: the filter, else the screen.
func (c *Console) leave() tea.Cmd {
	if len(c.stack) > 1 {
		return c.back()
	}
	if c.queue.EndRange() {
		return nil
	}
	if c.queue.Filtered() {
		return c.queue.ClearFilter()
	}
	c.desk.Say("this is the top: q quits", theme.Muted)
	return nil
}

// quit goes one up, and at the top asks.
func (c *Console) quit() tea.Cmd {
	if len(c.stack) > 1 {
		return c.back()
	}
	return c.exit()
}

// exiting is what asks whether to quit.
const exiting = "quit"

func (c *Console) exit() tea.Cmd {
	if run, ok := c.onRun(); ok && run.Why(screen.StopRun) == "" {
		return run.Do(screen.StopRun)
	} else if ok && run.JustEnded() {
		c.desk.Say("the run has ended: there is nothing to stop", theme.Muted)
		return nil
	}
	leaving := text.Safe("quit purser")
	if _, going := c.desk.Exporting(); going {
		leaving = "quit purser and stop the export"
	}
	c.desk.Arm(screen.Subject{}, exiting, leaving+screen.Enter, func() tea.Cmd { return tea.Quit })
	return nil
}

func (c *Console) toQueue() tea.Cmd {
	for len(c.stack) > 1 {
		c.top().Close()
		c.stack = c.stack[:len(c.stack)-1]
	}
	return c.queue.Refresh()
}
