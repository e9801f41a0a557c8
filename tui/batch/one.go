package batch

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A Batch is the screen of one batch: its requests in their order, the runs on
// it, and the rows of the file that it was made of. What is decided here is
// decided on all of its requests.
type Batch struct {
	desk   *screen.Desk
	state  engine.BatchState
	count  engine.BatchRowCount
	source screen.Source[batchRead]

	at       int // the tab
	requests *entries
	members  screen.Loader // reads requests of the batch
	rows     screen.Loader // reads what the list shows of them
	again    bool          // those on the screen are to be read again
	whole    bool          // all of them have been read
	runs     *List
	lines    [oneTabs]*lines // of the file, by tab
}

// The tabs.
const (
	requestTab = iota
	historyTab
	rowTab
	skippedTab
	oneTabs
)

// A batchRead is a batch as it was read.
type batchRead struct {
	state engine.BatchState
	count engine.BatchRowCount
}

// NewBatch returns the screen of a batch; what is known of it is shown until it
// was read.
func NewBatch(d *screen.Desk, b engine.Batch) *Batch {
	s := &Batch{desk: d, state: engine.BatchState{Batch: b, Status: engine.RunPending}, requests: newEntries("FLAG"), runs: NewList(d, b.ID)}
	s.requests.say = d.Flag
	s.requests.said = func(e entry) canvas.Span {
		if against := d.Warnings(e.row); e.row.ID != "" && len(against) > 0 {
			return canvas.Span{Text: joined(against), Style: theme.Warning}
		}
		if len(e.row.Signals) > 0 {
			return canvas.Span{Text: e.row.Signals[0].Evidence, Style: theme.Muted}
		}
		return e.said
	}
	e, id := d.Engine, b.ID
	s.source.Read = func(ctx context.Context) (read batchRead, err error) {
		if read.state, err = e.BatchState(ctx, id); err == nil && read.state.PointID != "" {
			read.count, err = e.BatchRowCount(ctx, id)
		}
		return read, err
	}
	s.lines[rowTab], s.lines[skippedTab] = newLines(d, id, false), newLines(d, id, true)
	return s
}

// ofFile reports whether the batch was made of a file.
func (s *Batch) ofFile() bool { return s.state.PointID != "" }

// Load implements the console's screen.
func (s *Batch) Load() tea.Cmd {
	return tea.Batch(s.source.Load(s.desk), s.readMembers(true), s.runs.Load())
}

// Refresh implements the console's screen.
func (s *Batch) Refresh() tea.Cmd {
	s.again = true
	cmds := []tea.Cmd{s.source.Refresh(s.desk), s.readRows()}
	if s.at == historyTab {
		cmds = append(cmds, s.runs.Refresh())
	}
	return tea.Batch(cmds...)
}

// membersRead is a message: requests of the batch in their order.
type membersRead struct {
	entries []entry
	first   bool // from its beginning
	whole   bool
}

// readMembers reads all requests that are loaded again, or those behind them.
func (s *Batch) readMembers(first bool) tea.Cmd {
	after, n := 0, page
	if first {
		n = max(page, len(s.requests.all))
	} else if have := len(s.requests.all); have > 0 {
		after = s.requests.all[have-1].place
	}
	e, id := s.desk.Engine, s.state.ID
	return s.members.Start(s.desk.Context, func(ctx context.Context) (any, error) {
		read := membersRead{first: first}
		for len(read.entries) < n {
			requests, err := e.BatchRequests(ctx, id, after, page)
			if err != nil {
				return nil, err
			}
			for _, r := range requests {
				read.entries = append(read.entries, entry{place: r.BatchPlace, id: r.ID, amount: r.Amount})
				after = r.BatchPlace
			}
			if read.whole = len(requests) < page; read.whole {
				break
			}
		}
		return read, nil
	})
}

// readRows reads the requests on the screen again, and those not read yet.
func (s *Batch) readRows() tea.Cmd {
	if s.at != requestTab || s.rows.Busy() {
		return nil
	}
	ids := s.requests.unread()
	if s.again {
		ids = s.requests.visible()
	}
	s.again = false
	if len(ids) == 0 {
		return nil
	}
	e := s.desk.Engine
	return s.rows.Start(s.desk.Context, func(ctx context.Context) (any, error) { return e.RequestRows(ctx, ids) })
}

// Take implements the console's screen.
func (s *Batch) Take(msg tea.Msg) tea.Cmd {
	cmds := []tea.Cmd{s.runs.Take(msg)}
	for _, l := range s.lines {
		if l != nil {
			cmds = append(cmds, l.take(msg))
		}
	}
	read, ok, cmd := s.source.Take(s.desk, msg)
	cmds = append(cmds, cmd)
	if ok {
		cmds = append(cmds, s.take(read))
	}
	loaded, is := msg.(screen.Loaded)
	switch {
	case !is:
	case s.members.Mine(loaded):
		cmds = append(cmds, s.takeMembers(loaded))
	case s.rows.Mine(loaded):
		if loaded.Err != nil {
			cmds = append(cmds, s.desk.Lost(loaded.Err))
			break
		}
		s.requests.read(loaded.Value.([]engine.RequestRow))
		cmds = append(cmds, s.readRows())
	}
	return tea.Batch(cmds...)
}

// take takes a batch that was read. Where others are in it now, or other rows
// were mended, they are read as well.
func (s *Batch) take(read batchRead) tea.Cmd {
	was := s.state
	s.state, s.count = read.state, read.count
	var cmds []tea.Cmd
	if s.state.Requests != was.Requests || s.state.LastPlace != was.LastPlace {
		cmds = append(cmds, s.readMembers(true))
	}
	if !s.state.UpdatedAt.Equal(was.UpdatedAt) && s.at >= rowTab {
		cmds = append(cmds, s.lines[s.at].load())
	}
	return tea.Batch(cmds...)
}

func (s *Batch) takeMembers(loaded screen.Loaded) tea.Cmd {
	if loaded.Err != nil {
		s.requests.grid.LoadFailed()
		return s.desk.Lost(loaded.Err)
	}
	read := loaded.Value.(membersRead)
	s.whole = read.whole
	if !read.first {
		s.requests.add(read.entries...)
		return s.readRows()
	}
	for i, e := range read.entries {
		if at, known := s.requests.at[string(e.id)]; known {
			read.entries[i].row, read.entries[i].said = s.requests.all[at].row, s.requests.all[at].said
		}
	}
	s.requests.replace(read.entries)
	return s.readRows()
}

// Do implements the console's screen.
func (s *Batch) Do(a keys.ID) tea.Cmd {
	switch i := screen.TabOf(a); {
	case i > 0:
		return s.show(i - 1)
	case a == screen.NextTab:
		return s.show((s.at + 1) % len(s.tabs()))
	case a == screen.PreviousTab:
		return s.show((s.at + len(s.tabs()) - 1) % len(s.tabs()))
	}
	switch a {
	case screen.Reload:
		return s.Load()
	case screen.EditBatch:
		s.askEdit()
		return nil
	case screen.ToBatch:
		s.askAdd()
		return nil
	case screen.OutOfBatch:
		return s.askRemove()
	case screen.DeleteBatch:
		return s.askDelete()
	case screen.Export:
		s.askExport()
		return nil
	}
	switch {
	case s.at == historyTab:
		return s.runs.Do(a)
	case s.at >= rowTab:
		return s.doLine(a)
	}
	if m, ok := screen.Motion(a); ok {
		s.requests.need(s.requests.grid.Move(m))
		if _, below := s.requests.grid.More(); !below && !s.whole && !s.members.Busy() {
			return tea.Batch(s.readMembers(false), s.readRows())
		}
		return s.readRows()
	}
	if a == screen.Open {
		to := s.requests.open()
		return func() tea.Msg { return to }
	}
	return nil
}

// doLine does what is about the row of the file under the cursor: one that is a
// request is opened, one that was skipped is mended.
func (s *Batch) doLine(a keys.ID) tea.Cmd {
	l := s.lines[s.at]
	if m, ok := screen.Motion(a); ok {
		return l.move(m)
	}
	row, ok := l.cursor()
	if !ok || a != screen.Open {
		return nil
	}
	if row.Status == engine.BatchRowSkipped {
		s.askMend(row, "")
		return nil
	}
	to := screen.Go{Place: screen.Place{Kind: screen.Request, Request: row.RequestID}}
	return func() tea.Msg { return to }
}

func (s *Batch) show(tab int) tea.Cmd {
	s.at = tab
	switch {
	case tab == historyTab:
		return s.runs.Refresh()
	case tab >= rowTab:
		return s.lines[tab].load()
	}
	return s.readRows()
}

// Why implements the console's screen.
func (s *Batch) Why(a keys.ID) text.Safe {
	e, some := s.requests.cursor()
	switch {
	case screen.TabOf(a) > len(s.tabs()):
		return "there is no such tab: the batch was made of requests, not of a file"
	case a == screen.Filter:
		return "nothing narrows it: in the queue, / batch:any narrows to requests of batches"
	case slices.Contains(changing, a):
		if why := WhyNotChange(s.desk); why != "" {
			return why
		}
	}
	switch a {
	case screen.OutOfBatch:
		if s.at != requestTab || !some {
			return "put the cursor on one of its requests first"
		}
		if e.row.ID != "" && e.row.BatchID != s.state.ID {
			return "it has left the batch"
		}
	case screen.DeleteBatch:
		if s.state.Run.ID != "" && !s.state.Status.Ended() {
			return "its run goes on: wait for it, or stop it first"
		}
	case screen.Export:
		if !s.ofFile() {
			return "it was made of requests: in the queue, / batch:" + text.Line(string(s.state.ID)) + " lists them"
		}
		if masked(s.desk) {
			return "details are hidden from viewers: it takes a support"
		}
		if why := WhyNotHere(s.desk); why != "" {
			return why
		}
		return s.desk.WhyNotExport()
	case screen.Open:
		return s.whyNotOpen(some)
	}
	return ""
}

func (s *Batch) whyNotOpen(some bool) text.Safe {
	switch {
	case s.at == historyTab:
		return s.runs.Why(screen.Open)
	case s.at >= rowTab:
		row, ok := s.lines[s.at].cursor()
		if !ok {
			return "there is no row under the cursor"
		}
		if row.Status == engine.BatchRowSkipped {
			return WhyNotChange(s.desk)
		}
	case !some:
		return "there is no request under the cursor"
	}
	return ""
}

// changing are the actions that change a batch.
var changing = []keys.ID{screen.EditBatch, screen.ToBatch, screen.OutOfBatch, screen.DeleteBatch}

// WhyNotChange says why the reviewer cannot change batches, or "".
func WhyNotChange(d *screen.Desk) text.Safe {
	switch {
	case d.ReadOnly != "":
		return "read-only: " + d.ReadOnly
	case !d.Actor.Role.AtLeast(engine.RoleReviewer):
		return text.Line(string(d.Actor.ID)) + " is a " + text.Line(string(d.Actor.Role)) + ": it takes a reviewer"
	}
	return ""
}

// Intent is a decision on all requests of the batch.
func (s *Batch) Intent() Intent {
	return Intent{Selection: engine.Selection{Batch: s.state.ID}, Of: "batch " + text.Line(s.state.Reference), Batch: s.state.Reference}
}

// WhyNotDecide says why nothing can be decided on the batch, or "".
func (s *Batch) WhyNotDecide() text.Safe {
	if s.source.Known() && s.state.Requests == 0 {
		return "no request is in the batch"
	}
	return ""
}

// Key implements the console's screen.
func (s *Batch) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Typing implements the console's screen.
func (s *Batch) Typing() bool { return false }

// Subject implements the console's screen: the request under the cursor.
func (s *Batch) Subject() screen.Subject {
	if e, ok := s.requests.cursor(); ok && s.at == requestTab {
		return screen.Subject{Row: e.row}
	}
	return screen.Subject{}
}

// Hints implements the console's screen.
func (s *Batch) Hints() []keys.ID {
	decide := []keys.ID{screen.Approve, screen.OpenPlan, screen.Process, screen.Block, screen.MakeReady}
	var own []keys.ID
	switch s.at {
	case requestTab:
		own = []keys.ID{screen.Open, screen.ToBatch, screen.OutOfBatch, screen.EditBatch}
	case historyTab:
		own = []keys.ID{screen.Open}
	default:
		own = []keys.ID{screen.Open, screen.Export, screen.EditBatch}
		return append(own, screen.NextTab, screen.Leave)
	}
	return append(append(decide, own...), screen.NextTab, screen.Leave)
}

// Place implements the console's screen.
func (s *Batch) Place() screen.Place {
	return screen.Place{Kind: screen.Batch, View: s.state.Reference}
}

// Click shows a tab, or opens what is clicked once the cursor is on it.
func (s *Batch) Click(x, y int, r canvas.Rect) tea.Cmd {
	if line := r.Line(headHeight); line.Contains(x, y) {
		if tab := screen.TabAt(line, s.tabs(), s.at, x); tab >= 0 {
			return s.show(tab)
		}
		return nil
	}
	return clicked(s.grid(), x, y, func() tea.Cmd {
		if s.whyNotOpen(true) != "" {
			return nil
		}
		return s.Do(screen.Open)
	})
}

// grid is the list of the tab.
func (s *Batch) grid() *grid.Grid {
	switch {
	case s.at == historyTab:
		return s.runs.grid
	case s.at >= rowTab:
		return s.lines[s.at].grid
	}
	return s.requests.grid
}

// Close implements the console's screen.
func (s *Batch) Close() {
	s.source.Stop()
	s.members.Stop()
	s.rows.Stop()
	s.runs.Close()
	for _, l := range s.lines {
		if l != nil {
			l.loader.Stop()
		}
	}
}
