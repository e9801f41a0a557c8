package queue

import (
	"context"
	"maps"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// marks are the requests that a bulk action would be about. The grid knows
// which keys; here stands what was seen of them, which outlives their rows.
type marks struct {
	seen  map[engine.RequestID]engine.Request // as it was when it was marked
	moved map[engine.RequestID]bool           // of those: changed since

	all     *everything // all that match are marked; then seen is of those left out
	counted tally
	loader  screen.Loader
	stale   bool // something changed while loader was busy
}

// everything is a query whose every match is marked: not a list, so what comes
// to match it later is marked as well, until a plan is made of it.
type everything struct {
	view    view
	typed   text.Safe
	expr    filter.Expr
	members map[engine.RequestID]bool // of what other lists show: which match
}

// A tally says how many requests are marked and what they amount to.
type tally struct {
	known    bool
	requests int64
	more     bool // there are more than were counted
	sums     screen.Sums
	payees   int // how many customers; 0 where they were not counted
}

// mostLeftOut bounds how many can be left out of all: beyond, a filter says it
// better, and the store is asked by name for each.
const mostLeftOut = 500

// mostCounted is how many requests are counted one by one, where no counter
// does it.
const mostCounted = 1000

// mark marks what the cursor is on and goes on; it ends a range.
func (q *Queue) mark() tea.Cmd {
	if q.grid.Ranging() {
		q.grid.Range()
		return q.marked()
	}
	q.grid.Mark()
	return tea.Batch(q.marked(), q.move(grid.Down))
}

func (q *Queue) markRange() tea.Cmd {
	q.grid.Range()
	return q.marked()
}

// markAll marks all that match the view and its filter, now and later.
func (q *Queue) markAll() tea.Cmd {
	all := &everything{view: q.view(), typed: q.typed, expr: q.base, members: map[engine.RequestID]bool{}}
	clear(q.marks.seen)
	q.marks.all, q.marks.counted = all, tally{}
	q.grid.MarkAll(func(key string) bool {
		id := engine.RequestID(key)
		if q.listsAll() {
			return !q.left[id]
		}
		return all.members[id]
	})
	return q.marked()
}

// Unmark takes all marks away.
func (q *Queue) Unmark() {
	q.grid.Unmark()
	q.marks.loader.Stop()
	q.marks = marks{loader: q.marks.loader}
}

// listsAll reports whether the list is of the query that is marked.
func (q *Queue) listsAll() bool {
	all := q.marks.all
	return all != nil && all.view.same(q.view()) && all.typed == q.typed && !q.other
}

// marked takes note of what is marked now, and counts it.
func (q *Queue) marked() tea.Cmd {
	m := &q.marks
	if m.seen == nil {
		m.seen, m.moved = map[engine.RequestID]engine.Request{}, map[engine.RequestID]bool{}
	}
	now := map[engine.RequestID]bool{}
	for _, key := range q.grid.Marks().Keys {
		id := engine.RequestID(key)
		now[id] = true
		if _, known := m.seen[id]; !known {
			m.seen[id] = q.rows[id].Request
		}
	}
	gone := func(id engine.RequestID) bool { return !now[id] }
	maps.DeleteFunc(m.seen, func(id engine.RequestID, _ engine.Request) bool { return gone(id) })
	maps.DeleteFunc(m.moved, func(id engine.RequestID, _ bool) bool { return gone(id) })
	if m.all != nil {
		return q.countMarks()
	}
	m.counted = tally{known: true, requests: int64(len(m.seen))}
	payees := map[engine.CustomerID]bool{}
	for _, r := range m.seen {
		m.counted.sums = m.counted.sums.Plus(1, r.Amount)
		payees[r.CustomerID] = true
	}
	m.counted.sums = m.counted.sums.Sorted()
	m.counted.payees = len(payees)
	return nil
}

// countMarks counts what matches the query that is marked, but for what was
// left out; and which of the rows that another list shows match it.
func (q *Queue) countMarks() tea.Cmd {
	m := &q.marks
	if m.all == nil {
		return nil
	}
	if m.loader.Busy() {
		m.stale = true
		return nil
	}
	m.stale = false
	e, mode, expr := q.desk.Engine, q.desk.Mode, m.all.expr
	var counts func(engine.Count) bool
	if m.all.typed == "" {
		counts = m.all.view.counts
	}
	but := slices.Collect(maps.Keys(m.seen))
	var others []engine.RequestID
	if !q.listsAll() {
		others = q.loaded()
	}
	return m.loader.Start(q.desk.Context, func(ctx context.Context) (any, error) {
		t, err := count(ctx, e, mode, expr, counts, but)
		if err != nil {
			return nil, err
		}
		members, err := matching(ctx, e, mode, expr, others)
		return markedNow{t, members}, err
	})
}

// loaded lists the requests of the list around the screen.
func (q *Queue) loaded() []engine.RequestID {
	var ids []engine.RequestID
	for _, p := range q.pages {
		ids = append(ids, p.ids...)
	}
	return ids[:min(len(ids), filter.MaxValues-mostLeftOut)]
}

// markedNow is a message: what the store says of a query that is marked.
type markedNow struct {
	tally   tally
	members []engine.RequestRow
}

func (q *Queue) takeMarks(msg screen.Loaded) tea.Cmd {
	if msg.Err != nil {
		return q.desk.Lost(msg.Err)
	}
	now, m := msg.Value.(markedNow), &q.marks
	m.counted = now.tally
	clear(m.all.members)
	for _, row := range now.members {
		m.all.members[row.ID] = true
	}
	if m.stale {
		return q.countMarks()
	}
	return nil
}

// count counts what matches but for some: by the counters where they count
// just that, else one by one up to a bound.
func count(ctx context.Context, e *engine.Engine, mode engine.Mode, expr filter.Expr,
	counts func(engine.Count) bool, but []engine.RequestID,
) (tally, error) {
	t := tally{known: true}
	if counts == nil {
		query := engine.RequestQuery{Mode: mode, Filter: expr, Order: newest, Limit: mostCounted}
		if len(but) > 0 {
			query.Filter.Clauses = append(slices.Clip(expr.Clauses), byID(but, true))
		}
		page, err := e.Requests(ctx, query)
		for _, row := range page.Rows {
			t.requests++
			t.sums = t.sums.Plus(1, row.Amount)
		}
		t.more = page.More
		t.sums = t.sums.Sorted()
		return t, err
	}
	counters, err := e.Counts(ctx, mode)
	if err != nil {
		return t, err
	}
	for _, c := range counters {
		if counts(c) {
			t.requests += c.Requests
			t.sums = t.sums.Plus(int(c.Requests), money.New(c.Sum, c.Currency))
		}
	}
	out, err := matching(ctx, e, mode, expr, but)
	var left screen.Sums
	for _, row := range out {
		left = left.Plus(1, row.Amount)
		t.requests--
	}
	t.sums = t.sums.Minus(left).Sorted()
	return t, err
}

// matching returns which of some requests match.
func matching(ctx context.Context, e *engine.Engine, mode engine.Mode, expr filter.Expr,
	ids []engine.RequestID,
) ([]engine.RequestRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	expr.Clauses = append(slices.Clip(expr.Clauses), byID(ids, false))
	page, err := e.Requests(ctx, engine.RequestQuery{
		Mode: mode, Filter: expr, Order: newest, Limit: len(ids),
	})
	return page.Rows, err
}

// Marking reports whether requests are marked, which decisions are about then.
func (q *Queue) Marking() bool { return q.marks.all != nil || len(q.marks.seen) > 0 }

// Selection is what is marked, as the engine takes it, and which versions were
// seen; of a query none were.
func (q *Queue) Selection() (engine.Selection, map[engine.RequestID]int) {
	m := &q.marks
	ids := slices.Sorted(maps.Keys(m.seen))
	if m.all == nil {
		seen := make(map[engine.RequestID]int, len(ids))
		for _, id := range ids {
			seen[id] = m.seen[id].Version
		}
		return engine.Selection{IDs: ids}, seen
	}
	expr := m.all.expr
	if len(ids) > 0 {
		expr.Clauses = append(slices.Clip(expr.Clauses), byID(ids, true))
	}
	return engine.Selection{Filter: &expr, Mode: q.desk.Mode}, nil
}

// Named is what is marked, in words.
func (q *Queue) Named() text.Safe {
	if q.marks.all != nil {
		return "all " + q.marks.all.name()
	}
	return screen.Plural(len(q.marks.seen), "marked request")
}

// EndRange ends a range that is being chosen, and reports whether one was.
func (q *Queue) EndRange() bool {
	if !q.grid.Ranging() {
		return false
	}
	q.grid.Range()
	q.marked()
	return true
}

// whyNotMark says why the cursor's row cannot be marked.
func (q *Queue) whyNotMark(a keys.ID) text.Safe {
	row, some := q.grid.Cursor()
	switch {
	case a == screen.MarkAll && q.grid.Len() == 0:
		return "there is nothing to mark"
	case a == screen.MarkAll:
		return ""
	case a == screen.Unmark && !q.Marking():
		return "nothing is marked"
	case a == screen.Unmark:
		return ""
	case !some && q.grid.Len() > 0:
		return "the request has left this view: move on first"
	case !some:
		return "there is no request under the cursor"
	}
	all := q.marks.all
	switch {
	case all == nil || q.grid.Ranging():
		return ""
	case !q.listsAll() && !all.members[engine.RequestID(row.Key)]:
		return "all " + all.name() + " are marked, and this is none of them: u unmarks"
	case len(q.marks.seen) >= mostLeftOut:
		return text.Safe(screen.Int(mostLeftOut)) + " are left out already: a filter says it better"
	}
	return ""
}

// name is what all are marked of: the view, with its filter.
func (a *everything) name() text.Safe {
	switch of := a.view; {
	case of.saved.Filter == "" && a.typed == "":
		return "requests"
	case of.saved.Filter == "":
		return a.typed
	case a.typed == "":
		return "of " + of.name()
	default:
		return "of " + of.name() + " / " + a.typed
	}
}

// Marks says what is marked, in as many cells as there are.
func (q *Queue) Marks(room int) []canvas.Span {
	if !q.Marking() && !q.grid.Ranging() {
		return nil
	}
	m := &q.marks
	t := m.counted
	n := screen.Count(t.requests)
	switch {
	case !t.known:
		n = "…"
	case t.more:
		n += "+"
	}
	spans := []canvas.Span{{Text: n + " marked", Style: theme.Marked}}
	add := func(s text.Safe, style theme.Style) {
		spans = append(spans, canvas.Span{Text: s, Style: style})
		room -= canvas.Width(s)
	}
	room -= canvas.Width(spans[0].Text)
	if rows, takes := q.grid.Ranged(); rows > 0 {
		does := text.Safe("  range of ")
		if takes {
			does = "  unmarking range of "
		}
		add(does+screen.Count(int64(rows))+", v ends it", theme.Accent)
	}
	if m.all != nil {
		add(", all "+m.all.name(), theme.Text)
	}
	if t.known && len(t.sums) > 0 {
		least := text.Safe("  ")
		if t.more {
			least = "  at least "
		}
		add(least+t.sums.Within(room-2), theme.Strong)
	}
	if n := len(m.moved); n > 0 {
		add("  "+screen.Count(int64(n))+" changed since", theme.Warning)
	}
	switch {
	case t.payees == 1 && t.requests > 1:
		add("  one customer", theme.Muted)
	case t.payees > 1:
		add("  "+screen.Plural(t.payees, "customer"), theme.Muted)
	}
	return spans
}
