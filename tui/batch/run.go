package batch

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A Run is the screen of one run, while it goes on and afterwards.
type Run struct {
	desk   *screen.Desk
	id     engine.RunID
	run    engine.Run
	source screen.Source[engine.Run]
	pulse  pulse

	at    int // the tab
	lists [tabs]*entries
	place [tabs]int  // of the last item that was read
	whole [tabs]bool // all there were have been read
	items screen.Loader
	rows  screen.Loader
	reads int // the tab that items reads
	ahead bool

	undo   engine.RunPlan // what taking it back would do
	undoes screen.Source[engine.RunPlan]

	left, right screen.Pane
}

// The tabs.
const (
	overview = iota
	refused
	done
	out
	waiting
	tabs
)

// results are the items that tabs list.
var results = [tabs]engine.ItemResult{
	refused: engine.ItemRefused, done: engine.ItemDone, out: engine.ItemSkipped, waiting: engine.ItemWaiting,
}

// NewRun returns the screen of a run; what is known of it is shown until it was
// read.
func NewRun(d *screen.Desk, run engine.Run) *Run {
	r := &Run{desk: d, id: run.ID}
	r.left.Labels, r.right.Labels = labels, labels
	e, id := d.Engine, run.ID
	r.source.Read = func(ctx context.Context) (engine.Run, error) { return e.Run(ctx, id) }
	c := d.Caller
	r.undoes.Read = func(ctx context.Context) (engine.RunPlan, error) { return e.PreviewUndo(ctx, c, id) }
	for i := range r.lists {
		r.lists[i] = newEntries("RESULT")
	}
	if !run.CreatedAt.IsZero() {
		r.take(run)
	}
	return r
}

const labels = 11

// Load implements the console's screen.
func (r *Run) Load() tea.Cmd { return tea.Batch(r.source.Load(r.desk), r.readItems(refused)) }

// Refresh implements the console's screen.
func (r *Run) Refresh() tea.Cmd {
	cmds := []tea.Cmd{r.readItems(r.listed())}
	if !r.run.Status.Ended() {
		cmds = append(cmds, r.source.Refresh(r.desk))
	} else {
		cmds = append(cmds, r.lookBack())
	}
	return tea.Batch(cmds...)
}

// listed is the tab whose items are on the screen.
func (r *Run) listed() int {
	if r.at == overview {
		return refused
	}
	return r.at
}

// retakable bounds what is asked again and again whether it can be taken back.
const retakable = 2000

// lookBack finds out what of an ended run can be taken back.
func (r *Run) lookBack() tea.Cmd {
	_, can := canUndo[r.run.Action.Verb]
	if !can || !r.run.Status.Ended() || r.run.Done == 0 || r.undoes.Known() && r.run.Done > retakable {
		return nil
	}
	return r.undoes.Refresh(r.desk)
}

// page is how many items are read at once.
const page = 500

// readItems reads the next items of a tab.
func (r *Run) readItems(tab int) tea.Cmd {
	if tab == waiting && !r.run.Status.Ended() {
		return nil
	}
	if r.items.Busy() {
		r.ahead = true
		return nil
	}
	r.ahead, r.reads = false, tab
	e, id := r.desk.Engine, r.id
	query := engine.RunItemQuery{Results: []engine.ItemResult{results[tab]}, After: r.place[tab], Limit: page}
	did := verbs[r.run.Action.Verb].did
	return r.items.Start(r.desk.Context, func(ctx context.Context) (any, error) {
		items, err := e.RunItems(ctx, id, query)
		if err != nil {
			return nil, err
		}
		read := make([]entry, len(items))
		for i, item := range items {
			read[i] = entryOf(item, did)
		}
		return read, nil
	})
}

func entryOf(item engine.RunItem, did text.Safe) entry {
	e := entry{place: item.Place, id: item.RequestID, amount: item.Amount}
	switch item.Result {
	case engine.ItemDone:
		e.said = canvas.Span{Text: did, Style: theme.Done}
	case engine.ItemRefused:
		e.said = canvas.Span{Text: text.Line(item.Why), Style: theme.Error}
	case engine.ItemSkipped:
		e.said = canvas.Span{Text: text.Line(item.Why), Style: theme.Warning}
	default:
		e.said = canvas.Span{Text: "its turn never came", Style: theme.Muted}
	}
	return e
}

// Take implements the console's screen.
func (r *Run) Take(msg tea.Msg) tea.Cmd {
	if run, ok, cmd := r.source.Take(r.desk, msg); ok {
		r.take(run)
		if run.Status.Ended() && !r.undoes.Known() {
			return tea.Batch(cmd, r.lookBack(), r.readItems(r.listed()))
		}
		return cmd
	} else if cmd != nil {
		return cmd
	}
	loaded, ok := msg.(screen.Loaded)
	switch {
	case !ok:
		return nil
	case r.items.Mine(loaded):
		return r.takeItems(loaded)
	case r.rows.Mine(loaded):
		if loaded.Err != nil {
			return r.desk.Lost(loaded.Err)
		}
		for _, list := range r.lists {
			list.read(loaded.Value.([]engine.RequestRow))
		}
		return r.readRows()
	}
	return r.takeUndo(msg)
}

// takeUndo takes what can be taken back, or why nothing can.
func (r *Run) takeUndo(msg tea.Msg) tea.Cmd {
	plan, ok, cmd := r.undoes.Take(r.desk, msg)
	if ok {
		r.undo = plan
	}
	return cmd
}

func (r *Run) take(run engine.Run) {
	r.run = run
	r.pulse.beat(run.Done+run.Refused, r.desk.Now())
}

func (r *Run) takeItems(loaded screen.Loaded) tea.Cmd {
	if loaded.Err != nil {
		return r.desk.Lost(loaded.Err)
	}
	read := loaded.Value.([]entry)
	if r.whole[r.reads] = len(read) < page; len(read) > 0 {
		r.place[r.reads] = read[len(read)-1].place
		r.lists[r.reads].add(read...)
	}
	var more tea.Cmd
	if r.ahead || r.reads == refused && !r.whole[refused] {
		more = r.readItems(r.listed())
	}
	return tea.Batch(more, r.readRows())
}

// readRows reads the requests on the screen.
func (r *Run) readRows() tea.Cmd { return readRows(r.desk, &r.rows, r.lists[r.listed()]) }

// Do implements the console's screen.
func (r *Run) Do(a keys.ID) tea.Cmd {
	if i := screen.TabOf(a); i > 0 {
		return r.show(i - 1)
	}
	switch a {
	case screen.NextTab:
		return r.show((r.at + 1) % tabs)
	case screen.PreviousTab:
		return r.show((r.at + tabs - 1) % tabs)
	case screen.ListOut:
		return r.show(out)
	case screen.StopRun:
		r.askStop()
		return nil
	case screen.Reload:
		return r.Load()
	case screen.Open:
		if r.at == overview {
			return r.show(refused)
		}
		to := r.lists[r.at].open()
		return func() tea.Msg { return to }
	}
	if r.at == overview {
		r.left.Scroll(screen.Lines(a))
		r.right.Scroll(screen.Lines(a))
		return nil
	}
	if m, ok := screen.Motion(a); ok {
		list := r.lists[r.at]
		list.need(list.grid.Move(m))
		if _, below := list.grid.More(); !below && !r.whole[r.at] {
			return tea.Batch(r.readItems(r.at), r.readRows())
		}
		return r.readRows()
	}
	return nil
}

func (r *Run) show(tab int) tea.Cmd {
	r.at = tab
	return tea.Batch(r.readItems(r.listed()), r.readRows())
}

// JustEnded reports whether the run ended so lately that somebody may have
// meant to stop it.
func (r *Run) JustEnded() bool {
	const lately = 5 * time.Second
	return r.run.Status.Ended() && r.desk.Engine.Now().Sub(r.run.EndedAt) < lately
}

// askStop asks whether to stop the run.
func (r *Run) askStop() {
	e, c, id, ctx := r.desk.Engine, r.desk.Caller, r.id, r.desk.Context
	left := r.run.Waiting()
	r.desk.Arm(screen.Subject{}, string(screen.StopRun)+string(id),
		"stop now: "+of(left)+" or a few less stay as they are"+screen.Enter,
		func() tea.Cmd {
			return func() tea.Msg {
				run, err := e.StopRun(ctx, c, id, "")
				return Stopped{run, err}
			}
		})
}

// Stopped is a message: somebody stopped a run.
type Stopped struct {
	Run engine.Run
	Err error
}

// Why implements the console's screen.
func (r *Run) Why(a keys.ID) text.Safe {
	some := r.at != overview && r.lists[r.at].grid.Len() > 0
	switch {
	case a == screen.StopRun && r.run.Status.Ended():
		return "the run has ended: it is " + text.Line(string(r.run.Status))
	case a == screen.StopRun && r.desk.ReadOnly != "":
		return "read-only: " + r.desk.ReadOnly
	case a == screen.StopRun && !r.desk.Actor.Role.AtLeast(engine.RoleReviewer):
		return text.Line(string(r.desk.Actor.ID)) + " is a " + text.Line(string(r.desk.Actor.Role)) + ": it takes a reviewer"
	case a == screen.ListOut && r.run.Skipped == 0:
		return "nothing stayed out"
	case a == screen.Open && r.at == overview && r.run.Refused == 0:
		return "nothing was refused: the tabs list the requests"
	case a == screen.Open && r.at != overview && !some:
		return "there is no request under the cursor"
	case screen.TabOf(a) > tabs:
		return "there is no such tab"
	}
	return ""
}

// WhyNotUndo says why the run cannot be taken back, or "".
func (r *Run) WhyNotUndo() text.Safe {
	switch {
	case !r.run.Status.Ended():
		return "it still runs: ctrl+c stops it first"
	case r.run.Done == 0:
		return "nothing was done by it"
	case !r.undoes.Known():
		return "what can be taken back is still being found out"
	case r.undo.Count() == 0:
		return "nothing of it can be taken back any more"
	}
	return ""
}

// Undo asks whether to take back what the run did.
func (r *Run) Undo() tea.Cmd {
	e, c, id, ctx := r.desk.Engine, r.desk.Caller, r.id, r.desk.Context
	n := r.undo.Count()
	sentence := "take back what the run did to " + of(n) + ", " + sums(r.undo.Runs).Within(40) + screen.Enter
	r.desk.Arm(screen.Subject{}, "undo "+string(id), sentence, func() tea.Cmd {
		return func() tea.Msg {
			run, err := e.UndoRun(ctx, c, id)
			return Undone{run, err}
		}
	})
	return nil
}

// Undone is a message: a run takes another one back.
type Undone struct {
	Run engine.Run
	Err error
}

// Key implements the console's screen.
func (r *Run) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Typing implements the console's screen.
func (r *Run) Typing() bool { return false }

// Subject implements the console's screen.
func (r *Run) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (r *Run) Hints() []keys.ID {
	hints := []keys.ID{screen.Open, screen.ListOut, screen.NextTab}
	if !r.run.Status.Ended() {
		hints = append(hints, screen.StopRun)
	}
	return append(hints, screen.ToBatches, screen.Leave)
}

// Place implements the console's screen.
func (r *Run) Place() screen.Place {
	return screen.Place{Kind: screen.ManyRun, View: "Run " + string(screen.Short(string(r.id)))}
}

// Close implements the console's screen.
func (r *Run) Close() {
	r.source.Stop()
	r.undoes.Stop()
	r.items.Stop()
	r.rows.Stop()
}

// A pulse is how fast a run goes.
type pulse struct {
	beats []beat
}

type beat struct {
	at   time.Time
	done int
}

const (
	mostBeats = 40
	steady    = 3 * time.Second // over which a rate is taken
)

// beat takes note of how far a run is.
func (p *pulse) beat(done int, now time.Time) {
	if n := len(p.beats); n > 0 && !now.After(p.beats[n-1].at) {
		p.beats[n-1].done = done
		return
	}
	p.beats = append(p.beats, beat{now, done})
	p.beats = p.beats[max(0, len(p.beats)-mostBeats):]
}

// rate is how many items had their turn in a second, lately; 0 while nobody
// knows.
func (p *pulse) rate() int64 {
	if len(p.beats) < 2 {
		return 0
	}
	last := p.beats[len(p.beats)-1]
	first := p.beats[len(p.beats)-2]
	for _, b := range p.beats {
		if last.at.Sub(b.at) <= steady {
			first = b
			break
		}
	}
	passed := last.at.Sub(first.at).Milliseconds()
	if passed <= 0 {
		passed = 1
	}
	return int64(last.done-first.done) * 1000 / passed
}

// steps are how many items had their turn between two beats.
func (p *pulse) steps() []int64 {
	var steps []int64
	for i := 1; i < len(p.beats); i++ {
		steps = append(steps, int64(p.beats[i].done-p.beats[i-1].done))
	}
	return steps
}
