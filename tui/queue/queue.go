// Package queue is the screen on which requests wait: views with their counts,
// a filter, the list, and beside it everything that is needed to decide on the
// request under the cursor.
//
// The nouns are [Queue], the screen; a view, a filter with a name and an order;
// and the preview. The list is a window of a few pages; what the store has
// beyond is read when the cursor comes near.
//
// Invariants: the cursor belongs to a request, whatever is read. A change in the
// store re-reads the rows on the screen and counts what came in above them, and
// moves nothing. Only one page, one refresh and one preview are on their way at
// any time.
//
// The queue refuses to know how a decision is taken; it says which request the
// keys are about.
package queue

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
)

// A Queue is the screen. Only its session's Update and View touch it.
type Queue struct {
	desk *screen.Desk
	grid *grid.Grid

	views   []view
	at      int                     // the view that is shown
	orders  map[string]engine.Order // of views that are sorted otherwise for now
	counts  []engine.Count
	tallies map[string]tallied // of saved views
	counter screen.Source[map[string]tallied]
	goal    goal // where a view that was saved is gone to

	columns []engine.ShownColumn // of the view

	rows  map[engine.RequestID]engine.RequestRow // those that are loaded
	left  map[engine.RequestID]bool              // of those: do not match any more
	pages []page                                 // in order

	searched engine.Cursor // how far down, if the store stopped there

	base    filter.Expr // what the view and the typed filter want together
	since   time.Time   // when the list was asked for
	other   bool        // the rows are still those of another view
	counted bool        // counts were read

	typing bool
	prompt form.Prompt
	typed  text.Safe   // the filter that narrows the view
	past   []text.Safe // earlier ones

	list, more, fresh screen.Loader
	wanted            grid.Load       // which page more is reading
	stale             bool            // the store changed while fresh was busy
	checked           map[string]bool // read since the store changed; nil if it did not since the list was read
	problem           error           // why the list could not be read
	wrong             text.Safe       // why the filter cannot be read, while it is typed

	editing *editor // of a view; the last one that was open
	preview preview
	marks   marks
	width   int
}

// New returns the queue at the view of that name; the first if there is none.
func New(d *screen.Desk, view string) *Queue {
	q := &Queue{desk: d, rows: map[engine.RequestID]engine.RequestRow{}, left: map[engine.RequestID]bool{}}
	q.grid = grid.New()
	q.orders, q.views = map[string]engine.Order{}, viewsOf(d)
	q.at = max(0, q.viewAt(view))
	q.wear()
	q.preview.pane.Labels, q.preview.pane.Keys = previewLabels, d.Label(screen.PreviewDown)
	return q
}

// Place implements the console's screen.
func (q *Queue) Place() screen.Place {
	return screen.Place{Kind: screen.Queue, View: q.view().saved.Slug()}
}

// Subject implements the console's screen: the request under the cursor, as it
// is on the screen.
func (q *Queue) Subject() screen.Subject {
	row, ok := q.current()
	if !ok {
		return screen.Subject{}
	}
	s := screen.Subject{Row: row}
	if known := &q.preview.told.dossier; known.Request.ID == row.ID && known.Request.Version == row.Version {
		s.Dossier = known
		if q.preview.shown {
			s.Saw = q.preview.told.saw
		}
	}
	return s
}

// current is the request under the cursor, also one that left the view.
func (q *Queue) current() (engine.RequestRow, bool) {
	row, ok := q.grid.Cursor()
	if !ok {
		if row, ok = q.grid.Gone(); !ok {
			return engine.RequestRow{}, false
		}
	}
	found, ok := q.rows[engine.RequestID(row.Key)]
	return found, ok
}

// Do implements the console's screen.
func (q *Queue) Do(a keys.ID) tea.Cmd {
	if i := screen.TabOf(a); i > 0 {
		return q.show(i - 1)
	}
	if m, ok := screen.Motion(a); ok {
		return q.move(m)
	}
	switch a {
	case screen.NextTab:
		return q.show((q.at + 1) % len(q.views))
	case screen.PreviousTab:
		return q.show((q.at + len(q.views) - 1) % len(q.views))
	case screen.Open:
		row, _ := q.current()
		return func() tea.Msg {
			return screen.Go{Place: screen.Place{Kind: screen.Request, Request: row.ID}, Row: row}
		}
	case screen.MarkOne:
		return q.mark()
	case screen.MarkRange:
		return q.markRange()
	case screen.MarkAll:
		return q.markAll()
	case screen.Unmark:
		q.Unmark()
	case screen.Filter:
		q.startFilter()
	case screen.Sort:
		q.askSort()
	case screen.SaveView:
		return q.saveView()
	case screen.Columns:
		return q.askColumns()
	case screen.Export:
		q.askExport()
	case screen.SavedViews:
		q.askSaved()
	case screen.ShowNew:
		if q.grid.NewAbove() == 0 && q.searching() {
			return q.need(grid.LoadBelow)
		}
		return q.read("")
	case screen.Reload:
		return q.Load()
	case screen.PreviewDown:
		q.preview.pane.Scroll(previewStep)
	case screen.PreviewUp:
		q.preview.pane.Scroll(-previewStep)
	}
	return nil
}

const previewStep = 3

// Why implements the console's screen.
func (q *Queue) Why(a keys.ID) text.Safe {
	_, some := q.current()
	switch {
	case screen.TabOf(a) > len(q.views):
		return "there is no such view"
	case a == screen.SaveView && q.desk.ReadOnly != "":
		return "read-only: " + q.desk.ReadOnly
	case a == screen.SavedViews && len(q.views) == len(engine.BuiltInViews()):
		return "none is saved yet: " + q.desk.Label(screen.SaveView) + " saves what you see"
	case a == screen.Open && !some:
		return "there is no request under the cursor"
	case a == screen.ShowNew && q.grid.NewAbove() == 0 && !q.searching():
		return "nothing new has come in above"
	case a == screen.MarkOne, a == screen.MarkRange, a == screen.MarkAll, a == screen.Unmark:
		return q.whyNotMark(a)
	case (a == screen.PreviewDown || a == screen.PreviewUp) && !q.preview.shown:
		return "the preview needs a screen of " + text.Safe(screen.Int(previewFrom)) + " columns"
	}
	return ""
}

// Hints implements the console's screen.
func (q *Queue) Hints() []keys.ID {
	row, ok := q.current()
	switch {
	case q.grid.Ranging():
		return []keys.ID{screen.MarkRange, screen.Unmark, screen.Leave}
	case q.Marking():
		return []keys.ID{
			screen.Approve, screen.Block, screen.OpenPlan, screen.Process, screen.MakeReady, screen.Cancel,
			screen.Unmark, screen.ToBatch, screen.Filter, screen.Palette,
		}
	case !ok:
		return []keys.ID{screen.Filter, screen.NextTab, screen.Palette}
	}
	return append(screen.HintsFor(row.Request), screen.Open, screen.MarkOne, screen.Filter, screen.Sort, screen.Palette)
}

// Typing implements the console's screen.
func (q *Queue) Typing() bool { return q.typing }

// Close implements the console's screen.
func (q *Queue) Close() {
	q.list.Stop()
	q.more.Stop()
	q.fresh.Stop()
	q.preview.loader.Stop()
	q.marks.loader.Stop()
	q.counter.Stop()
	if q.editing != nil {
		q.editing.loader.Stop()
	}
}

// show goes to a view.
func (q *Queue) show(i int) tea.Cmd {
	if i == q.at || i >= len(q.views) {
		return nil
	}
	q.at, q.other = i, true
	return q.read("")
}

// ShowView goes to the view of that name and reports whether there is one.
func (q *Queue) ShowView(name string) (tea.Cmd, bool) {
	i := q.viewAt(name)
	if i < 0 {
		return nil, false
	}
	return q.show(i), true
}

// forget empties the list for another one.
func (q *Queue) forget() {
	clear(q.rows)
	clear(q.left)
	q.pages, q.searched = nil, engine.Cursor{}
	q.grid.Show(grid.Window{}, "")
}

// move moves the cursor and reads what it needs.
func (q *Queue) move(m grid.Motion) tea.Cmd {
	need := q.grid.Move(m)
	var marked tea.Cmd
	if q.grid.Ranging() {
		marked = q.marked()
	}
	return tea.Batch(q.need(need), q.look(), q.lookAgain(), marked)
}

// Step moves the cursor by one row and returns the request there.
func (q *Queue) Step(down bool) (engine.RequestRow, tea.Cmd, bool) {
	before, _ := q.current()
	m := grid.Up
	if down {
		m = grid.Down
	}
	cmd := q.move(m)
	row, ok := q.current()
	return row, cmd, ok && row.ID != before.ID
}

// Next puts the cursor on the next request that the reviewer can approve, and
// returns it.
func (q *Queue) Next() (engine.RequestRow, tea.Cmd, bool) {
	ok := q.grid.Next(func(r grid.Row) bool {
		row := q.rows[engine.RequestID(r.Key)]
		return !q.desk.Busy(row.ID) && !q.left[row.ID] && q.desk.Approvable(row)
	})
	row, _ := q.current()
	return row, tea.Batch(q.need(q.grid.Need()), q.look(), q.lookAgain()), ok
}

// Position says which request of how many the cursor is on: "3 of 212".
func (q *Queue) Position() text.Safe { return q.grid.Place() }

// Restart begins anew, for another mode.
func (q *Queue) Restart() tea.Cmd {
	q.forget()
	q.Unmark()
	q.counted, q.tallies = false, nil
	return tea.Batch(q.read(""), q.tally())
}
