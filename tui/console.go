package tui

import (
	"cmp"
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/allocate"
	"github.com/purserhq/purser/tui/attention"
	"github.com/purserhq/purser/tui/batch"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/configuration"
	"github.com/purserhq/purser/tui/customer"
	"github.com/purserhq/purser/tui/draft"
	"github.com/purserhq/purser/tui/explain"
	"github.com/purserhq/purser/tui/gateway"
	"github.com/purserhq/purser/tui/jobs"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/merge"
	"github.com/purserhq/purser/tui/metrics"
	"github.com/purserhq/purser/tui/queue"
	"github.com/purserhq/purser/tui/rates"
	"github.com/purserhq/purser/tui/request"
	"github.com/purserhq/purser/tui/routing"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/split"
	"github.com/purserhq/purser/tui/theme"
)

// A view is one place where the reviewer can be.
type view interface {
	Load() tea.Cmd            // asks for what is shown
	Take(msg tea.Msg) tea.Cmd // an answer arrived, which may be another screen's
	Refresh() tea.Cmd         // the store changed
	Do(a keys.ID) tea.Cmd     // an action that is not off
	Why(a keys.ID) text.Safe  // why an action of its scope is off, or ""
	Key(k tea.KeyMsg) (cmd tea.Cmd, used bool)
	Typing() bool // characters are text and no keys
	Subject() screen.Subject
	Hints() []keys.ID
	Status() (left, right []canvas.Span)
	Draw(c *canvas.Canvas, r canvas.Rect)
	Place() screen.Place
	Close()
}

// A Console is the one model of a session.
type Console struct {
	desk      *screen.Desk
	catalogue *keys.Catalogue
	typed     keys.Typed
	begun     time.Time // when the sequence of keys began that waits for the next

	queue *queue.Queue
	stack []view // screens one above the other, the queue first

	running screen.Source[going]
	jobs    going       // runs and imports that go on
	feed    *batch.Feed // the file that is being taken in; nil if none is

	visited []screen.Go // requests that were opened
	visit   int         // where among them

	canvas  *canvas.Canvas
	profile termenv.Profile
	w, h    int

	glance glance // what colleagues are told of

	changes   <-chan struct{}
	mayBecome bool
	local     bool
	lesson    lesson
	mouseOn   bool
	clipboard func(string) error
	copied    text.Safe // what was copied last
	after     func(time.Duration, tea.Msg) tea.Cmd
	begin     screen.Place
}

// New opens a session on an engine. It reads the configuration; all else is
// read by commands. The session ends with ctx.
func New(ctx context.Context, o Options) (*Console, error) {
	config, err := o.Engine.Config(ctx)
	if err != nil {
		return nil, err
	}
	actor, err := o.Engine.Reviewer(ctx, o.Caller.By)
	if err != nil {
		return nil, err
	}
	look, err := theme.New(cmp.Or(o.Theme, theme.Auto), o.Profile)
	if err != nil {
		return nil, err
	}
	catalogue, err := catalogueWith(o.Keys)
	if err != nil {
		return nil, err
	}
	c := &Console{
		desk: &screen.Desk{
			Engine: o.Engine, Clock: o.Clock, Caller: o.Caller, Actor: actor, Config: config,
			Mode: cmp.Or(o.Mode, onlyMode(config)), ReadOnly: text.Line(o.ReadOnly), Context: ctx,
			Stays: o.Stays, Labels: catalogue.Label, Columns: o.Columns, KeepColumns: o.KeepColumns, CreateFile: o.CreateFile, OpenFile: o.OpenFile,
		},
		catalogue: catalogue, canvas: canvas.New(look), profile: o.Profile,
		changes: o.Engine.Changed(ctx), mayBecome: o.MayBecome, local: o.Local, mouseOn: o.Mouse, lesson: newLesson(o.Teach, catalogue),
		clipboard: func(string) error { return nil },
		after: func(d time.Duration, msg tea.Msg) tea.Cmd {
			return tea.Tick(d, func(time.Time) tea.Msg { return msg })
		},
		begin: screen.Place{Request: o.Request, View: o.View},
	}
	if o.Clock == nil {
		c.desk.Clock = clock.System{}
	}
	c.queue = queue.New(c.desk, o.View)
	c.running.Read = c.readJobs
	c.stack = []view{c.queue}
	return c, nil
}

// onlyMode is the only mode that the points have, else live.
func onlyMode(config *engine.Config) engine.Mode {
	for _, p := range config.Points {
		if p.Mode != engine.ModeTest {
			return engine.ModeLive
		}
	}
	if len(config.Points) == 0 {
		return engine.ModeLive
	}
	return engine.ModeTest
}

// Init implements tea.Model.
func (c *Console) Init() tea.Cmd {
	return tea.Batch(c.open(), c.watch(), c.after(tickTime, tick{}))
}

// open reads the first screen.
func (c *Console) open() tea.Cmd {
	load := c.queue.Load()
	if c.begin.Request != "" {
		return tea.Batch(load, c.find(string(c.begin.Request)))
	}
	return load
}

// top is the screen that is shown.
func (c *Console) top() view { return c.stack[len(c.stack)-1] }

// Messages of the console's own.
type (
	tick      struct{} // a second has passed
	changed   struct{} // something in the store changed
	hesitated struct{} // a sequence of keys has begun and waits for the next
	rested    struct{} // and enough time passed to look again
	settled   struct { // the configuration was read again
		config *engine.Config
		actor  engine.Reviewer
		err    error
	}
	found struct { // a request that was asked for by a part of its id
		id  engine.RequestID
		err error
	}
	sent struct{ err error } // to the clipboard
)

const (
	tickTime = time.Second
	restTime = time.Second / 5 // between two looks at a store that changes
)

// Update implements tea.Model.
func (c *Console) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmds := []tea.Cmd{c.update(msg)}
	for _, deed := range c.desk.Carried() {
		cmds = append(cmds, c.goOn(deed))
	}
	return c, tea.Batch(cmds...)
}

func (c *Console) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		c.w, c.h = msg.Width, msg.Height
		return c.queue.Resize(msg.Width)
	case tea.KeyMsg:
		return c.keyboard(msg)
	case tea.MouseMsg:
		return c.mouse(msg)
	case tick:
		return c.tick()
	case changed:
		return tea.Batch(c.top().Refresh(), c.settle(), c.running.Refresh(c.desk), c.after(restTime, rested{}))
	case rested:
		return c.watch()
	case hesitated: // is drawn
	case settled:
		switch {
		case msg.err != nil:
			return c.desk.Lost(msg.err)
		case msg.actor.ID == c.desk.Caller.By: // who acts may have changed meanwhile
			c.desk.Config, c.desk.Actor = msg.config, msg.actor
			return c.queue.Settle()
		}
	case found:
		if msg.err != nil {
			c.desk.Fail(msg.err)
			return nil
		}
		return c.visitRequest(screen.Go{Place: screen.Place{Kind: screen.Request, Request: msg.id}})
	case sent:
		if msg.err != nil {
			c.desk.Fail(msg.err)
		}
	case turned:
		return c.turn(msg)
	case screen.Go:
		return c.visitRequest(msg)
	case screen.Back:
		return c.back()
	case screen.Changed:
		c.desk.Say(screen.Short(string(msg.Request))+" changed meanwhile: "+msg.What+
			" · nothing was done", theme.Warning)
	case screen.Done:
		return c.done(msg)
	case screen.Exported:
		return c.desk.TakeExported(msg)
	default:
		if cmd, taken := c.takeMany(msg); taken {
			return cmd
		}
		return c.tell(msg)
	}
	return nil
}

// tell gives a message to every screen; each knows its own.
func (c *Console) tell(msg tea.Msg) tea.Cmd {
	jobs, ok, cmd := c.running.Take(c.desk, msg)
	if ok {
		c.jobs = jobs
	}
	cmds := []tea.Cmd{cmd}
	for _, v := range c.stack {
		cmds = append(cmds, v.Take(msg))
	}
	return tea.Batch(cmds...)
}

// tick lets ages pass, and looks whether a lost store is back.
func (c *Console) tick() tea.Cmd {
	again := tea.Batch(c.after(tickTime, tick{}), c.tellPresence())
	if _, gone := c.desk.Gone(); gone != nil {
		return tea.Batch(again, c.top().Refresh())
	}
	return again
}

// watch waits until something in the store changes.
func (c *Console) watch() tea.Cmd {
	changes := c.changes
	return func() tea.Msg {
		if _, open := <-changes; !open {
			return nil
		}
		return changed{}
	}
}

// settle reads the configuration again.
func (c *Console) settle() tea.Cmd {
	ctx, e, by := c.desk.Context, c.desk.Engine, c.desk.Caller.By
	return func() tea.Msg {
		config, err := e.Config(ctx)
		if err != nil {
			return settled{err: err}
		}
		actor, err := e.Reviewer(ctx, by)
		return settled{config: config, actor: actor, err: err}
	}
}

// done tells how a deed went, and goes on.
func (c *Console) done(done screen.Done) tea.Cmd {
	c.desk.Keep(done)
	if done.Err != nil {
		c.desk.Fail(done.Err, done.Deed.Request)
		return tea.Batch(c.tell(done), c.top().Refresh())
	}
	said := done.Deed.Said
	switch done.Deed.Action {
	case string(screen.OpenPlan), string(screen.NewAllocation):
		said += " · " + c.desk.Label(screen.Process) + " sends it"
	}
	if decisions := c.desk.Decisions(); len(decisions) > 0 &&
		decisions[len(decisions)-1].Deed.Request == done.Deed.Request {
		said += " · " + c.desk.Label(screen.Undo) + " takes it back"
	}
	c.desk.Say(said, theme.Done)
	cmds := []tea.Cmd{c.tell(done), c.top().Refresh()}
	switch done.Deed.Action {
	case string(screen.SaveView):
		cmds = append(cmds, c.settle())
	case string(screen.DeleteBatch):
		if _, ok := c.onBatch(); ok {
			cmds = append(cmds, c.back())
		}
	}
	return tea.Batch(cmds...)
}

// screenOf makes the screen of a place.
func (c *Console) screenOf(to screen.Go) view {
	id := to.Place.Request
	switch to.Place.Kind {
	case screen.Request:
		return request.New(c.desk, id, to.Row)
	case screen.Allocate:
		return allocate.New(c.desk, to.Row)
	case screen.Split:
		return split.New(c.desk, to.Row)
	case screen.Merge:
		return merge.New(c.desk, to.Row)
	case screen.Gateways:
		return gateway.New(c.desk)
	case screen.Attention:
		return attention.New(c.desk)
	case screen.Metrics:
		return metrics.New(c.desk)
	case screen.Configuration:
		return configuration.New(c.desk)
	case screen.Routing:
		return routing.New(c.desk)
	case screen.Rates:
		return rates.New(c.desk)
	case screen.Explain:
		return explain.New(c.desk, to.Row)
	case screen.Draft:
		return draft.New(c.desk, to.Place.Object)
	case screen.Batches:
		return batch.NewBatches(c.desk, c.feeding, cmp.Or(to.Place.View, c.goesOn()))
	case screen.Customers:
		return customer.NewList(c.desk)
	case screen.Payee:
		return customer.New(c.desk, to.Place)
	case screen.Jobs:
		return jobs.New(c.desk)
	case screen.FileImport:
		return jobs.NewImport(c.desk, engine.ImportID(to.Place.Object.ID))
	case screen.FileToImport:
		return jobs.NewFile(c.desk, engine.Importable(to.Place.Object.Kind), to.Place.Object.ID)
	}
	return c.queue
}

// push shows a screen above the others.
func (c *Console) push(v view) tea.Cmd {
	c.stack = append(c.stack, v)
	c.locate()
	return v.Load()
}

// back closes the screen on top.
func (c *Console) back() tea.Cmd {
	if len(c.stack) == 1 {
		return nil
	}
	c.top().Close()
	c.stack = slices.Delete(c.stack, len(c.stack)-1, len(c.stack))
	return c.top().Refresh()
}

// visitKind goes to a screen about no request: back to it where it is open below,
// else above what is shown.
func (c *Console) visitKind(kind screen.Kind) tea.Cmd {
	below := slices.IndexFunc(c.stack, func(v view) bool { return v.Place().Kind == kind })
	if below < 0 {
		return c.push(c.screenOf(screen.Go{Place: screen.Place{Kind: kind}}))
	}
	for len(c.stack) > below+1 {
		c.top().Close()
		c.stack = c.stack[:len(c.stack)-1]
	}
	return c.top().Refresh()
}

// mostVisited is how many requests one can go back to.
const mostVisited = 100

// visitRequest goes to a place; a request takes the place of one that is open.
func (c *Console) visitRequest(to screen.Go) tea.Cmd {
	if to.Place.Kind == screen.Queue {
		home := c.toQueue()
		cmd, _ := c.queue.ShowView(to.Place.View)
		return tea.Batch(home, cmd)
	}
	if to.Place.Kind != screen.Request {
		return c.push(c.screenOf(to))
	}
	c.visited = append(c.visited[:min(c.visit+1, len(c.visited))], to)
	c.visited = c.visited[max(0, len(c.visited)-mostVisited):]
	c.visit = len(c.visited) - 1
	return c.showRequest(to)
}

// showRequest shows a request instead of all that is above the queue.
func (c *Console) showRequest(to screen.Go) tea.Cmd {
	for len(c.stack) > 1 && !keeps[c.top().Place().Kind] {
		c.top().Close()
		c.stack = c.stack[:len(c.stack)-1]
	}
	return c.push(c.screenOf(to))
}

// keeps are the screens that a request is opened above, since one comes back to
// them.
var keeps = map[screen.Kind]bool{
	screen.Attention: true, screen.Batches: true, screen.Batch: true, screen.Jobs: true, screen.Customers: true, screen.Payee: true, screen.ManyPlan: true, screen.ManyRun: true, screen.StaysOut: true,
}

// locate tells the request on top where in the queue it stands.
func (c *Console) locate() {
	r, ok := c.top().(*request.Request)
	if !ok {
		return
	}
	r.Position = ""
	if c.queue.Subject().Row.ID == r.Place().Request {
		r.Position = c.queue.Position()
	}
}
