package queue

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/screen"
)

const (
	pageSize  = 100
	firstSize = 50  // of the page that somebody waits for
	mostNew   = 100 // new rows are counted up to here
)

// A page is what one query brought, by which the pages beside it are found.
type page struct {
	ids         []engine.RequestID
	first, last engine.Cursor
}

// A list is a first or last page and the counters beside it.
type list struct {
	page   engine.RequestPage
	counts []engine.Count
	base   filter.Expr
	cursor string
	last   bool
}

// Load reads the list again, with the cursor where it is.
func (q *Queue) Load() tea.Cmd {
	row, _ := q.current()
	return q.read(string(row.ID))
}

// read reads the first page and puts the cursor on a request of it.
func (q *Queue) read(cursor string) tea.Cmd { return q.readList(cursor, false) }

func (q *Queue) readList(cursor string, last bool) tea.Cmd {
	base, err := q.wants(string(q.typed), q.desk.Engine.Now())
	if err != nil {
		q.problem = err
		return nil
	}
	if q.order().Key == "amount" && !oneCurrency(base) {
		delete(q.orders, q.view().id())
	}
	e, mode, order := q.desk.Engine, q.desk.Mode, q.order()
	q.since, q.checked = q.desk.Now(), nil
	q.more.Stop()
	q.fresh.Stop()
	return q.list.Start(q.desk.Context, func(ctx context.Context) (any, error) {
		counts, err := e.Counts(ctx, mode)
		if err != nil {
			return nil, err
		}
		found, err := e.Requests(ctx, engine.RequestQuery{
			Mode: mode, Filter: base, Order: order, Limit: firstSize, Back: last, Signals: true,
		})
		return list{page: found, counts: counts, base: base, cursor: cursor, last: last}, err
	})
}

// order is how the view is sorted now.
func (q *Queue) order() engine.Order {
	if o, chosen := q.orders[q.view().id()]; chosen {
		return o
	}
	return q.view().saved.Order()
}

// need reads the page that the grid asked for.
func (q *Queue) need(l grid.Load) tea.Cmd {
	query := engine.RequestQuery{Mode: q.desk.Mode, Filter: q.base, Order: q.order(), Limit: pageSize, Signals: true}
	switch l {
	case grid.LoadNothing:
		return nil
	case grid.LoadFirst:
		return q.read("")
	case grid.LoadLast:
		return q.readList("", true)
	case grid.LoadBelow:
		query.After = q.pages[len(q.pages)-1].last
	case grid.LoadAbove:
		query.After, query.Back = q.upper(), true
	}
	e := q.desk.Engine
	q.wanted = l
	return q.more.Start(q.desk.Context, func(ctx context.Context) (any,
		error,
	) {
		return e.Requests(ctx, query)
	})
}

// upper is a place at or just below the first row of the grid, which drops
// rows far away from the screen.
func (q *Queue) upper() engine.Cursor {
	first, _ := q.grid.Ends()
	at := slices.IndexFunc(q.pages, func(p page) bool {
		return slices.Contains(p.ids,
			engine.RequestID(first))
	})
	if at < 0 {
		return q.pages[0].first
	}
	q.pages = q.pages[at:]
	switch p := q.pages[0]; {
	case string(p.ids[0]) == first:
		return p.first
	case len(q.pages) > 1:
		return q.pages[1].first
	default:
		return p.last
	}
}

// lower drops the pages that the grid dropped below its last row.
func (q *Queue) lower() {
	_, last := q.grid.Ends()
	for i, p := range q.pages {
		if slices.Contains(p.ids, engine.RequestID(last)) {
			q.pages = q.pages[:i+1]
			if string(p.ids[len(p.ids)-1]) != last { // go on from a place that is loaded
				q.pages[i].last = p.first
			}
			return
		}
	}
}

// Take implements the console's screen.
func (q *Queue) Take(msg tea.Msg) tea.Cmd {
	if tallies, ok, cmd := q.counter.Take(q.desk, msg); ok || cmd != nil {
		if ok {
			q.tallies = tallies
		}
		return cmd
	}
	switch msg := msg.(type) {
	case screen.Loaded:
		switch {
		case q.list.Mine(msg):
			return q.takeList(msg)
		case q.more.Mine(msg):
			return q.takePage(msg)
		case q.fresh.Mine(msg):
			return q.takeFresh(msg)
		case q.marks.loader.Mine(msg):
			return q.takeMarks(msg)
		case q.editing != nil && q.editing.loader.Mine(msg):
			return q.editing.take(msg)
		case q.preview.loader.Mine(msg):
			return q.takePreview(msg)
		}
	case screen.Done:
		return q.takeDone(msg)
	case columnsKept:
		q.takeKept(msg)
	}
	return nil
}

func (q *Queue) takeList(msg screen.Loaded) tea.Cmd {
	if q.problem = msg.Err; msg.Err != nil {
		if q.other {
			q.forget()
		}
		return q.desk.Lost(msg.Err)
	}
	q.desk.Found()
	l := msg.Value.(list)
	q.counts, q.counted, q.base, q.other = l.counts, true, l.base, false
	clear(q.rows)
	clear(q.left)
	q.pages = nil
	q.wear()
	q.keep(l.page, l.last)
	if q.searched = l.page.Searched; l.last {
		q.searched = engine.Cursor{}
	}
	window := grid.Window{Rows: q.gridRows(l.page.Rows), Below: l.page.More, Total: q.total()}
	cursor := l.cursor
	if l.last {
		window.Above, window.Below, window.First = l.page.More, false, -1
		if n := len(l.page.Rows); n > 0 {
			cursor = string(l.page.Rows[n-1].ID)
			if window.Total >= 0 {
				window.First = max(0, window.Total-int64(n))
			}
		}
	}
	if window.Total < 0 && !l.page.More {
		window.Total = int64(len(l.page.Rows))
	}
	q.grid.Show(window, cursor)
	if !q.counter.Known() {
		return tea.Batch(q.look(), q.countMarks(), q.tally())
	}
	return tea.Batch(q.look(), q.countMarks())
}

// total is how many requests the list has; below zero while a filter narrows
// the view, for which nothing is counted.
func (q *Queue) total() int64 {
	if q.typed != "" {
		return -1
	}
	return q.count(q.view())
}

// keep remembers a page.
func (q *Queue) keep(p engine.RequestPage, above bool) {
	if len(p.Rows) == 0 {
		q.passOver(p.Searched, above)
		return
	}
	kept := page{}
	kept.first, kept.last = ends(p, above)
	for _, row := range p.Rows {
		kept.ids = append(kept.ids, row.ID)
		q.rows[row.ID] = row
	}
	if above {
		q.pages = append([]page{kept}, q.pages...)
	} else {
		q.pages = append(q.pages, kept)
	}
}

func (q *Queue) takePage(msg screen.Loaded) tea.Cmd {
	if msg.Err != nil {
		q.grid.LoadFailed()
		q.desk.Fail(msg.Err)
		return nil
	}
	p := msg.Value.(engine.RequestPage)
	q.keep(p, q.wanted == grid.LoadAbove)
	if q.wanted == grid.LoadAbove {
		q.grid.Prepend(q.gridRows(p.Rows), p.More)
		q.lower()
	} else {
		q.grid.Append(q.gridRows(p.Rows), p.More)
		q.searched = p.Searched
	}
	q.drop()
	if q.listsAll() {
		return nil
	}
	return q.countMarks()
}

// drop forgets the rows that the grid dropped, once they are many.
func (q *Queue) drop() {
	const enough = 2000
	if len(q.rows) < enough {
		return
	}
	kept := map[engine.RequestID]bool{}
	for _, p := range q.pages {
		for _, id := range p.ids {
			kept[id] = true
		}
	}
	for id := range q.rows {
		if !kept[id] {
			delete(q.rows, id)
		}
	}
}
