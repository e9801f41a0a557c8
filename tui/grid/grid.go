// Package grid is the list that everything long is shown in: a window of rows
// out of as many as there are.
//
// The nouns are [Row], named by a key; [Window], the stretch of a result that
// is loaded; [Column]; and [Grid], which keeps cursor, marks and scroll
// position over them. The screen loads rows and hands them in; the grid says
// which page it needs next.
//
// Invariants: cursor, marks and range belong to keys and never to row numbers,
// so they stay with their rows whatever is loaded around them. What arrives
// never moves the line under the cursor. A row that left the result while the
// cursor is on it stays, dimmed, until the cursor leaves it. At most
// [maxRows] rows are held.
//
// The grid refuses to know what a row means, where rows come from, and keys of
// the keyboard.
package grid

import (
	"slices"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
)

// maxRows bounds the window: a few screens of the tallest terminal.
const maxRows = 600

// A Row is one line. Its cells stand in the order of the columns.
type Row struct {
	Key   string // the id of what the row shows; unique in the result
	Cells []canvas.Span
}

// A Window is the loaded stretch of a result.
type Window struct {
	Rows         []Row
	Above, Below bool  // whether the result goes on beyond the rows
	First        int64 // how many rows of the result come before; below zero if unknown
	Total        int64 // how many rows the result has; below zero if unknown
	About        bool  // Total is an estimate
	New          int   // rows that came in above since the result was read; shown when asked for
}

// A Grid is a list on the screen. It is not for concurrent use.
type Grid struct {
	// Blurred says that the keyboard acts elsewhere: the cursor is only marked.
	Blurred bool

	// Title and Help are shown instead of rows when there are none: what this
	// means, and what to press.
	Title, Help text.Safe

	columns []Column
	sorted  string
	arrow   text.Safe

	window Window
	index  map[string]int // key to its place in window.Rows
	at     int            // the cursor's place; any value when there are no rows
	gone   bool           // the row under the cursor left the result
	top    int            // the place of the first row on the screen
	asked  map[Load]bool

	marks  map[string]bool       // or all among those that among tells of but these
	among  func(key string) bool // nil unless all are marked
	trail  []string              // the range from where it began to the cursor
	ranged map[string]bool       // the same as a set
	takes  bool                  // the range takes marks away

	rect, body canvas.Rect
	widths     []int
}

// New returns a grid without rows.
func New(columns ...Column) *Grid {
	g := &Grid{marks: map[string]bool{}, asked: map[Load]bool{}, body: canvas.Rect{H: 20}}
	g.SetColumns(columns...)
	return g
}

// Show shows a new result with the cursor on the row of that key, or on the
// first row if there is none. Marks stay; a range ends.
func (g *Grid) Show(w Window, key string) {
	g.endRange()
	g.take(w)
	g.at, g.top, g.gone = 0, 0, false
	if i, ok := g.index[key]; ok {
		g.at = i
	}
	g.scroll(context)
}

// Refresh shows the same result, read again. The cursor stays on its row and
// the row on its line.
func (g *Grid) Refresh(w Window) {
	if len(g.window.Rows) == 0 {
		g.Show(w, "")
		return
	}
	before, at, line := g.window.Rows, g.at, g.at-g.top
	g.take(w)
	cursor := before[at]
	i, ok := g.index[cursor.Key]
	if !ok {
		i = g.placeOf(before, at)
		g.window.Rows = slices.Insert(g.window.Rows, i, cursor)
		g.reindex()
	}
	g.at, g.gone = i, !ok
	g.top = g.at - line
	g.scroll(0)
}

// placeOf says where among the rows that are there now the row at that place
// among those before would stand: next to the nearest neighbour that stayed.
func (g *Grid) placeOf(before []Row, at int) int {
	for i := at + 1; i < len(before); i++ {
		if place, ok := g.index[before[i].Key]; ok {
			return place
		}
	}
	for i := at - 1; i >= 0; i-- {
		if place, ok := g.index[before[i].Key]; ok {
			return place + 1
		}
	}
	return min(at, len(g.window.Rows))
}

// Patch replaces the rows that were read again and removes those that left the
// result. Rows that are not loaded are ignored.
func (g *Grid) Patch(rows []Row, left ...string) {
	if len(g.window.Rows) == 0 {
		return
	}
	cursor, line := g.window.Rows[g.at].Key, g.at-g.top
	for _, row := range rows {
		if i, ok := g.index[row.Key]; ok {
			g.window.Rows[i] = row
			g.gone = g.gone && row.Key != cursor
		}
	}
	for _, key := range left {
		if _, ok := g.index[key]; ok && key == cursor {
			g.gone = true
		}
	}
	g.window.Rows = slices.DeleteFunc(g.window.Rows, func(r Row) bool {
		return r.Key != cursor && slices.Contains(left, r.Key)
	})
	g.reindex()
	g.at = g.index[cursor]
	g.top = g.at - line
	g.scroll(0)
}

// Rewrite replaces the cells of every loaded row, as for other columns; a row
// that the caller knows nothing of keeps its own.
func (g *Grid) Rewrite(cells func(key string) []canvas.Span) {
	for i, row := range g.window.Rows {
		if written := cells(row.Key); written != nil {
			g.window.Rows[i].Cells = written
		}
	}
}

// Retouch lets change the cells of the rows on the screen where they stand, as
// for what passes with time. Everything else about the rows stays.
func (g *Grid) Retouch(change func(key string, cells []canvas.Span)) {
	for _, row := range g.visible() {
		change(row.Key, row.Cells)
	}
}

// Append adds the page after the last row; more says whether the result goes
// on after it.
func (g *Grid) Append(rows []Row, more bool) {
	g.asked[LoadBelow] = false
	g.window.Below = more
	g.window.Rows = append(g.window.Rows, g.unknown(rows)...)
	if extra := min(len(g.window.Rows)-maxRows, g.top-g.body.H); extra > 0 {
		g.window.Rows = slices.Delete(g.window.Rows, 0, extra)
		g.window.Above = true
		g.at, g.top = g.at-extra, g.top-extra
		g.shiftFirst(int64(extra))
	}
	g.reindex()
	g.scroll(0)
}

// Prepend adds the page before the first row; more says whether the result
// begins before it.
func (g *Grid) Prepend(rows []Row, more bool) {
	g.asked[LoadAbove] = false
	g.window.Above = more
	rows = g.unknown(rows)
	g.window.Rows = append(slices.Clip(rows), g.window.Rows...)
	g.at, g.top = g.at+len(rows), g.top+len(rows)
	g.shiftFirst(-int64(len(rows)))
	if extra := min(len(g.window.Rows)-maxRows, len(g.window.Rows)-g.top-2*g.body.H); extra > 0 {
		g.window.Rows = g.window.Rows[:len(g.window.Rows)-extra]
		g.window.Below = true
	}
	g.reindex()
	g.scroll(0)
}

// SetCounts tells the grid what was counted since: as in [Window].
func (g *Grid) SetCounts(total int64, about bool, newAbove int) {
	g.window.Total, g.window.About, g.window.New = total, about, newAbove
}

// Len is how many rows are loaded.
func (g *Grid) Len() int { return len(g.window.Rows) }

// Has reports whether the row of that key is loaded.
func (g *Grid) Has(key string) bool {
	_, loaded := g.index[key]
	return loaded
}

// More reports whether the result goes on above the loaded rows, and below.
func (g *Grid) More() (above, below bool) { return g.window.Above, g.window.Below }

// NewAbove is how many rows came in above and wait to be shown.
func (g *Grid) NewAbove() int { return g.window.New }

// Ends returns the keys of the first and the last loaded row, between which a
// page is appended or prepended.
func (g *Grid) Ends() (first, last string) {
	if rows := g.window.Rows; len(rows) > 0 {
		first, last = rows[0].Key, rows[len(rows)-1].Key
	}
	return first, last
}

// Visible returns the keys of the rows on the screen: those to read again when
// the store has changed.
func (g *Grid) Visible() []string {
	rows := g.visible()
	keys := make([]string, len(rows))
	for i, row := range rows {
		keys[i] = row.Key
	}
	return keys
}

func (g *Grid) visible() []Row {
	return g.window.Rows[g.top:min(g.top+g.body.H, len(g.window.Rows))]
}

// take replaces the window, keeping the first of rows with the same key.
func (g *Grid) take(w Window) {
	g.index = map[string]int{}
	g.window = w
	g.window.Rows = nil
	g.window.Rows = g.unknown(w.Rows)
	if !w.Above {
		g.window.First = 0
	}
	clear(g.asked)
	g.reindex()
}

// unknown returns the rows that are not loaded yet, each once.
func (g *Grid) unknown(rows []Row) []Row {
	fresh := make([]Row, 0, len(rows))
	seen := make(map[string]bool, len(rows))
	for _, row := range rows {
		if _, loaded := g.index[row.Key]; !loaded && !seen[row.Key] {
			seen[row.Key] = true
			fresh = append(fresh, row)
		}
	}
	return fresh
}

func (g *Grid) reindex() {
	clear(g.index)
	for i, row := range g.window.Rows {
		g.index[row.Key] = i
	}
}

func (g *Grid) shiftFirst(n int64) {
	if !g.window.Above {
		g.window.First = 0
	} else if g.window.First >= 0 {
		g.window.First = max(0, g.window.First+n)
	}
}
