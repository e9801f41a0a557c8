package queue

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/tui/screen"
)

// fresh is what the store says now of the rows on the screen.
type fresh struct {
	counts []engine.Count
	match  []engine.RequestRow // still in the list
	left   []engine.RequestRow // not any more
	above  []engine.RequestID  // rows before the first
	below  engine.RequestPage  // new rows after the last
}

// Refresh reads again what is on the screen, after the store changed.
func (q *Queue) Refresh() tea.Cmd { return tea.Batch(q.refreshList(), q.tally()) }

func (q *Queue) refreshList() tea.Cmd {
	switch {
	case q.list.Busy():
		return nil
	case q.problem != nil || q.grid.Len() == 0:
		return q.Load()
	case q.fresh.Busy():
		q.stale = true
		return nil
	}
	q.stale, q.checked = false, map[string]bool{}
	return q.check()
}

// lookAgain reads the rows that came onto the screen and were read before the
// store changed.
func (q *Queue) lookAgain() tea.Cmd {
	if q.checked == nil || q.fresh.Busy() {
		return nil
	}
	for _, id := range q.grid.Visible() {
		if !q.checked[id] {
			return q.check()
		}
	}
	return nil
}

// check reads the rows on the screen and what came in around the list.
func (q *Queue) check() tea.Cmd {
	e, query := q.desk.Engine, engine.RequestQuery{
		Mode: q.desk.Mode, Filter: q.base, Order: q.order(),
		Limit: pageSize, Signals: true,
	}
	ids := q.onScreen()
	for _, id := range ids {
		q.checked[id] = true
	}
	var head, tail engine.Cursor
	above, below := q.grid.More()
	if !above {
		head = q.pages[0].first
	}
	if !below {
		tail = q.pages[len(q.pages)-1].last
	}
	return q.fresh.Start(q.desk.Context, func(ctx context.Context) (any, error) {
		return readFresh(ctx, e, query, ids, head, tail)
	})
}

// onScreen lists the requests on the screen.
func (q *Queue) onScreen() []string {
	ids := q.grid.Visible()
	if row, ok := q.current(); ok && !slices.Contains(ids, string(row.ID)) {
		ids = append(ids, string(row.ID))
	}
	return ids
}

func readFresh(ctx context.Context, e *engine.Engine, query engine.RequestQuery, ids []string, head,
	tail engine.Cursor,
) (f fresh, err error) {
	if f.counts, err = e.Counts(ctx, query.Mode); err != nil {
		return f, err
	}
	narrow := query
	narrow.Limit, narrow.Order = len(ids)+1, newest
	narrow.Filter.Clauses = append(slices.Clip(query.Filter.Clauses), byID(ids, false))
	found, err := e.Requests(ctx, narrow)
	if err != nil {
		return f, err
	}
	f.match = found.Rows
	var gone []engine.RequestID
	for _, id := range ids {
		if !slices.ContainsFunc(f.match, func(r engine.RequestRow) bool { return string(r.ID) == id }) {
			gone = append(gone, engine.RequestID(id))
		}
	}
	if len(gone) > 0 {
		if f.left, err = e.RequestRows(ctx, gone); err != nil {
			return f, err
		}
	}
	if head != (engine.Cursor{}) {
		above := query
		above.After, above.Back, above.Limit, above.Signals = head, true, mostNew, false
		found, err := e.Requests(ctx, above)
		if err != nil {
			return f, err
		}
		for _, row := range found.Rows {
			f.above = append(f.above, row.ID)
		}
	}
	if tail != (engine.Cursor{}) {
		below := query
		below.After = tail
		f.below, err = e.Requests(ctx, below)
	}
	return f, err
}

// byID is the clause that the id is one of these, or none of them.
func byID[ID ~string](ids []ID, not bool) filter.Clause {
	clause := filter.Clause{Field: "id", Kind: filter.ID, Not: not}
	for _, id := range ids {
		clause.Values = append(clause.Values, filter.Value{Text: string(id)})
	}
	return clause
}

func (q *Queue) takeFresh(msg screen.Loaded) tea.Cmd {
	if msg.Err != nil {
		q.stale = true
		return q.desk.Lost(msg.Err)
	}
	q.desk.Found()
	f := msg.Value.(fresh)
	q.counts = f.counts
	var cmds []tea.Cmd
	for _, row := range f.match {
		delete(q.left, row.ID)
		cmds = append(cmds, q.saw(row))
	}
	var gone []string
	for _, row := range f.left {
		q.left[row.ID] = true
		gone = append(gone, string(row.ID))
		cmds = append(cmds, q.saw(row))
	}
	q.grid.Patch(q.gridRows(append(f.match, f.left...)), gone...)
	if len(f.below.Rows) > 0 {
		q.keep(f.below, false)
		q.grid.Append(q.gridRows(f.below.Rows), f.below.More)
	}
	q.grid.SetCounts(q.totalNow(), false, q.unknown(f.above))
	if q.stale {
		cmds = append(cmds, q.refreshList())
	}
	return tea.Batch(append(cmds, q.countMarks(), q.look())...)
}

// unknown counts the requests that are not in the list: one that only moved up
// in it is nothing new.
func (q *Queue) unknown(ids []engine.RequestID) int {
	n := 0
	for _, id := range ids {
		if _, known := q.rows[id]; !known {
			n++
		}
	}
	return n
}

// totalNow is the total, with what can be known of it under a filter.
func (q *Queue) totalNow() int64 {
	n := q.total()
	if above, below := q.grid.More(); n < 0 && !above && !below {
		return int64(q.grid.Len())
	}
	return n
}

// saw takes a row that was read again.
func (q *Queue) saw(row engine.RequestRow) tea.Cmd {
	q.rows[row.ID] = row
	if was, marked := q.marks.seen[row.ID]; marked && q.marks.all == nil && was.Version != row.Version {
		q.marks.moved[row.ID] = true
	}
	return q.desk.Saw(row.Request)
}

// takeDone shows what came of a deed before the store is asked.
func (q *Queue) takeDone(done screen.Done) tea.Cmd {
	if done.Deed.Action == string(screen.SaveView) {
		switch {
		case done.Err != nil:
			q.goal = goal{}
		case q.goal.id == "": // the view was deleted
			q.goal = goal{id: q.views[0].id(), pure: true}
		}
		return nil
	}
	row, ok := q.rows[done.Request.ID]
	switch {
	case !ok || done.Err != nil:
		return nil
	case done.Deed.TakesBack() && !q.grid.Has(string(row.ID)): // it comes back to where it left
		return q.read(string(row.ID))
	}
	row.Request = done.Request
	q.rows[row.ID] = row
	q.grid.Patch(q.gridRows([]engine.RequestRow{row}))
	return q.look()
}
