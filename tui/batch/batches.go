package batch

import (
	"cmp"
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A Batches is the screen of all batches, and of all runs, whether of a batch
// or of what somebody marked.
type Batches struct {
	desk   *screen.Desk
	feed   func() *Feed // the file that is being taken in here; nil if none is
	at     int          // the tab
	list   *roll[engine.BatchState]
	runs   *List
	order  int // which of batchOrders
	source screen.Source[[]engine.BatchState]
	older  screen.Loader
	more   bool // the store has older ones than were read
}

// The tabs.
const (
	batchTab = iota
	runTab
)

// batchPage is how many batches are read at once.
const batchPage = 200

var batchColumns = []grid.Column{
	{ID: "reference", Title: "BATCH", Min: 20, Max: 28},
	{ID: "status", Title: "STATUS", Min: 12, Max: 24},
	{ID: "requests", Title: "REQUESTS", Min: 8, Align: canvas.Right},
	{ID: "sum", Title: "SUM", Min: 24, Max: 44, Priority: 1},
	{ID: "made", Title: "MADE", Min: 8, Max: 12, Priority: 2},
	{ID: "by", Title: "BY", Min: 8, Max: 12, Priority: 3},
	{ID: "of", Title: "OF", Min: 8, Priority: 5},
	{ID: "description", Title: "DESCRIPTION", Min: 16, Max: 50, Priority: 4},
}

// batchOrders are the orders in which batches are listed; the first is as they
// are read.
var batchOrders = []struct {
	name    text.Safe
	column  string
	descent bool
	compare func(a, b engine.BatchState) int
}{
	{"newest first", "made", true, func(a, b engine.BatchState) int { return b.CreatedAt.Compare(a.CreatedAt) }},
	{"oldest first", "made", false, func(a, b engine.BatchState) int { return a.CreatedAt.Compare(b.CreatedAt) }},
	{"by name", "reference", false, func(a, b engine.BatchState) int { return cmp.Compare(a.Reference, b.Reference) }},
	{"most requests first", "requests", true, func(a, b engine.BatchState) int { return cmp.Compare(b.Requests, a.Requests) }},
	{"by status, what goes on first", "status", false, func(a, b engine.BatchState) int {
		return cmp.Compare(rankOf(a.Status), rankOf(b.Status))
	}},
}

func rankOf(s engine.RunStatus) int {
	return slices.Index([]engine.RunStatus{engine.RunProcessing, engine.RunFailed, engine.RunPending, engine.RunCompleted}, s)
}

// Runs is the view of the screen that shows all runs.
const Runs = "runs"

// NewBatches returns the screen; feed tells which file is being taken in.
func NewBatches(d *screen.Desk, feed func() *Feed, show string) *Batches {
	b := &Batches{desk: d, feed: feed, runs: NewList(d, "")}
	if show == Runs {
		b.at = runTab
	}
	b.list = &roll[engine.BatchState]{
		grid: grid.New(batchColumns...), at: map[string]int{},
		key:   func(s engine.BatchState) string { return string(s.ID) },
		cells: b.cells, said: func(s engine.BatchState) canvas.Span { return lastOf(s, d) },
	}
	b.list.grid.SortedBy("made", true)
	b.source.Read = func(ctx context.Context) ([]engine.BatchState, error) {
		return d.Engine.Batches(ctx, engine.BatchQuery{Mode: d.Mode, Limit: batchPage})
	}
	return b
}

func (b *Batches) cells(s engine.BatchState) []canvas.Span {
	made := text.Safe("requests")
	if s.PointID != "" {
		made = "a file"
	}
	return []canvas.Span{
		{Text: text.Line(s.Reference), Style: theme.Strong},
		batchStatus(s),
		{Text: screen.Count(int64(s.Requests))},
		{Text: sums(s.Totals.Sums).Within(26), Style: theme.Text},
		{Text: since(s.CreatedAt, b.desk.Engine.Now()), Style: theme.Muted},
		{Text: screen.Actor(s.By), Style: theme.Muted},
		{Text: made, Style: theme.Muted},
		{Text: text.Line(s.Description), Style: theme.Muted},
	}
}

// batchStatus is where a batch stands: its latest run, which says how far it is
// while it goes on.
func batchStatus(s engine.BatchState) canvas.Span {
	switch {
	case s.Run.ID == "":
		return canvas.Span{Text: text.Line(string(s.Status)), Style: theme.Muted}
	case !s.Status.Ended():
		return canvas.Span{Text: Brief(s.Run), Style: theme.Moving}
	}
	span := status(s.Run)
	if s.Run.Refused > 0 && s.Run.StoppedBy == "" {
		span.Text += ", " + screen.Count(int64(s.Run.Refused)) + " refused"
	}
	return span
}

// lastOf says what was done last with a batch.
func lastOf(s engine.BatchState, d *screen.Desk) canvas.Span {
	if s.Run.ID == "" {
		return canvas.Span{Text: "nothing was run on it yet: enter opens it, then " + d.Label(screen.Approve) + ", " +
			d.Label(screen.OpenPlan) + ", " + d.Label(screen.Process) + " … show what would happen", Style: theme.Muted}
	}
	told := capital(named(s.Run.Action)) + ", " + since(s.Run.CreatedAt, d.Engine.Now()) + " by " + screen.Actor(s.Run.By) + ": " +
		screen.Count(int64(s.Run.Done)) + " " + verbs[s.Run.Action.Verb].did
	for _, more := range []struct {
		n    int
		word text.Safe
	}{{s.Run.Refused, " refused"}, {s.Run.Skipped, " stayed out"}, {s.Run.Waiting(), " waiting"}} {
		if more.n > 0 {
			told += ", " + screen.Count(int64(more.n)) + more.word
		}
	}
	return canvas.Span{Text: told, Style: theme.Muted}
}

// Load implements the console's screen.
func (b *Batches) Load() tea.Cmd { return tea.Batch(b.source.Load(b.desk), b.runs.Load()) }

// Refresh implements the console's screen.
func (b *Batches) Refresh() tea.Cmd {
	if b.at == runTab {
		return b.runs.Refresh()
	}
	return b.source.Refresh(b.desk)
}

// Take implements the console's screen.
func (b *Batches) Take(msg tea.Msg) tea.Cmd {
	runs := b.runs.Take(msg)
	batches, ok, cmd := b.source.Take(b.desk, msg)
	if ok {
		b.take(batches)
		return tea.Batch(runs, cmd)
	}
	if loaded, is := msg.(screen.Loaded); is && b.older.Mine(loaded) {
		if loaded.Err != nil {
			b.list.grid.LoadFailed()
			return b.desk.Lost(loaded.Err)
		}
		older := loaded.Value.([]engine.BatchState)
		b.more = len(older) == batchPage
		b.sorted(append(slices.Clip(b.list.all), older...))
	}
	return tea.Batch(runs, cmd)
}

// take shows the latest batches over those that were read before. One that is
// not among them any more was deleted.
func (b *Batches) take(batches []engine.BatchState) {
	known := map[engine.BatchID]bool{}
	for _, s := range batches {
		known[s.ID] = true
	}
	if len(b.list.all) == 0 || len(batches) < batchPage {
		b.more = len(batches) == batchPage
	}
	var older []engine.BatchState
	if len(batches) == batchPage {
		last := batches[len(batches)-1].ID
		older = slices.DeleteFunc(slices.Clone(b.list.all), func(s engine.BatchState) bool { return known[s.ID] || s.ID >= last })
	}
	b.sorted(append(slices.Clip(batches), older...))
}

func (b *Batches) sorted(all []engine.BatchState) {
	slices.SortStableFunc(all, func(x, y engine.BatchState) int {
		return cmp.Or(batchOrders[b.order].compare(x, y), cmp.Compare(y.ID, x.ID))
	})
	b.list.replace(all)
}

// Do implements the console's screen.
func (b *Batches) Do(a keys.ID) tea.Cmd {
	switch i := screen.TabOf(a); {
	case i > 0:
		return b.show(i - 1)
	case a == screen.NextTab, a == screen.PreviousTab:
		return b.show(1 - b.at)
	case b.at == runTab:
		return b.runs.Do(a)
	}
	if m, ok := screen.Motion(a); ok {
		return b.need(b.list.grid.Move(m))
	}
	switch a {
	case screen.Open:
		s, _ := b.list.cursor()
		return openBatch(b.desk, s.Batch)
	case screen.Sort:
		b.askSort()
	case screen.Reload:
		return b.Load()
	}
	return nil
}

// openBatch shows a batch.
func openBatch(d *screen.Desk, b engine.Batch) tea.Cmd {
	to := NewBatch(d, b)
	return func() tea.Msg { return Open{to} }
}

func (b *Batches) show(tab int) tea.Cmd {
	b.at = tab
	return b.Refresh()
}

// need obeys the grid, and reads older batches where it stands at the end.
func (b *Batches) need(load grid.Load) tea.Cmd {
	b.list.need(load)
	_, below := b.list.grid.More()
	if below || !b.more || b.older.Busy() || (load != grid.LoadBelow && load != grid.LoadLast && !b.atEnd()) {
		return nil
	}
	last := slices.MinFunc(b.list.all, func(x, y engine.BatchState) int { return cmp.Compare(x.ID, y.ID) })
	e, mode := b.desk.Engine, b.desk.Mode
	return b.older.Start(b.desk.Context, func(ctx context.Context) (any, error) {
		return e.Batches(ctx, engine.BatchQuery{Mode: mode, Before: last.ID, Limit: batchPage})
	})
}

// atEnd reports whether the cursor is on the last batch that was read.
func (b *Batches) atEnd() bool {
	s, ok := b.list.cursor()
	return ok && s.ID == b.list.all[len(b.list.all)-1].ID
}

func (b *Batches) askSort() {
	menu := &overlay.Menu{Title: "Order of the batches"}
	for i, o := range batchOrders {
		item := overlay.Item{ID: screen.Int(i), Key: text.Safe(screen.Int(i + 1)), Name: o.name}
		if i == b.order {
			item.Help = "as it is now"
		}
		menu.Items = append(menu.Items, item)
	}
	b.desk.Show("sort", menu, func(choice string) tea.Cmd {
		for i, o := range batchOrders {
			if choice == screen.Int(i) {
				b.order = i
				b.list.grid.SortedBy(o.column, o.descent)
			}
		}
		b.sorted(slices.Clone(b.list.all))
		return nil
	})
}

// Why implements the console's screen.
func (b *Batches) Why(a keys.ID) text.Safe {
	feeding := b.feed() != nil
	switch {
	case screen.TabOf(a) > 2:
		return "there is no such tab"
	case a == screen.Filter:
		return "nothing narrows this list: " + b.desk.Label(screen.Sort) + " orders it"
	case a == screen.TakeFile && feeding:
		return "a file is being taken in: wait for it, or " + b.desk.Label(screen.StopFile) + " stops it"
	case a == screen.TakeFile:
		return WhyNotFile(b.desk)
	case a == screen.StopFile && !feeding:
		return "no file is being taken in here"
	case a == screen.Sort && b.at == runTab:
		return "runs are listed the latest first"
	case b.at == runTab:
		return b.runs.Why(a)
	}
	if _, some := b.list.cursor(); !some && a == screen.Open {
		return "there is no batch under the cursor"
	}
	return ""
}

// Key implements the console's screen.
func (b *Batches) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Typing implements the console's screen.
func (b *Batches) Typing() bool { return false }

// Subject implements the console's screen.
func (b *Batches) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (b *Batches) Hints() []keys.ID {
	hints := []keys.ID{screen.Open, screen.NextTab}
	if b.at == batchTab {
		hints = append(hints, screen.TakeFile, screen.Sort)
	}
	if b.feed() != nil {
		hints = append(hints, screen.StopFile)
	}
	return append(hints, screen.ToQueue, screen.Leave)
}

// Place implements the console's screen.
func (b *Batches) Place() screen.Place { return screen.Place{Kind: screen.Batches} }

// Status implements the console's screen.
func (b *Batches) Status() (left, right []canvas.Span) {
	if b.at == runTab {
		return nil, []canvas.Span{{Text: b.runs.position(), Style: theme.Muted}}
	}
	right = []canvas.Span{{Text: b.list.grid.Position(), Style: theme.Muted}}
	if f := b.feed(); f != nil {
		left = []canvas.Span{{Text: f.Said(), Style: theme.Moving}}
	}
	return left, right
}

// Click shows a tab, or opens what is clicked once the cursor is on it.
func (b *Batches) Click(x, y int, r canvas.Rect) tea.Cmd {
	tabs, _ := r.Top(1)
	if tab := screen.TabAt(tabs, b.tabs(), b.at, x); tab >= 0 && tabs.Contains(x, y) {
		return b.show(tab)
	}
	if b.at == runTab {
		return clicked(b.runs.grid, x, y, func() tea.Cmd { return b.runs.Do(screen.Open) })
	}
	return clicked(b.list.grid, x, y, func() tea.Cmd { return b.Do(screen.Open) })
}

// clicked puts the cursor on the row that was clicked, and opens it if it was
// there already.
func clicked(g *grid.Grid, x, y int, open func() tea.Cmd) tea.Cmd {
	key, _ := g.At(x, y)
	if row, ok := g.Cursor(); ok && key != "" && row.Key == key {
		return open()
	}
	if key != "" {
		g.Select(key)
	}
	return nil
}

func (b *Batches) tabs() []screen.Tab {
	n, runs := int64(len(b.list.all)), int64(len(b.runs.runs))
	if !b.source.Known() {
		n = -1
	}
	if !b.runs.source.Known() {
		runs = -1
	}
	return []screen.Tab{{Name: "Batches", Count: n, More: b.more}, {Name: "Runs", Count: runs, More: runs == runPage}}
}

// Draw implements the console's screen.
func (b *Batches) Draw(c *canvas.Canvas, r canvas.Rect) {
	tabs, r := r.Top(1)
	rule, body := r.Top(1)
	body, bottom := body.Bottom(1)
	screen.DrawTabs(c, tabs, b.tabs(), b.at)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	if b.at == runTab {
		b.runs.draw(c, body)
		return
	}
	switch problem := b.source.Problem(); {
	case problem != nil:
		b.list.face("the batches could not be read: "+text.Line(problem.Error()), "ctrl+r tries again")
	case !b.source.Known():
		b.list.face("reading …", "")
	default:
		b.list.face("no requests were put together yet",
			"in the queue: space or * marks, + puts them into a batch; here: N takes in a file")
	}
	b.list.draw(c, body)
}

// Close implements the console's screen.
func (b *Batches) Close() {
	b.source.Stop()
	b.older.Stop()
	b.runs.Close()
}
