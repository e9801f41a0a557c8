package grid

import (
	"maps"
	"slices"
)

// Marks are the rows chosen for a bulk action.
type Marks struct {
	All  bool     // every row that [Grid.MarkAll] was told of, loaded or not, but Keys
	Keys []string // sorted
}

// Mark marks the row under the cursor, or takes its mark away, and reports
// whether there is one that can be marked.
func (g *Grid) Mark() bool {
	row, ok := g.Cursor()
	return ok && g.set(row.Key, !g.Marked(row.Key))
}

// Range begins a range at the cursor, or ends it. Its rows become what its
// first row would become by [Grid.Mark]: marked, or marked no more.
func (g *Grid) Range() {
	row, ok := g.Cursor()
	switch {
	case g.Ranging():
		g.endRange()
	case ok:
		g.takes = g.Marked(row.Key)
		g.trail, g.ranged = []string{row.Key}, map[string]bool{row.Key: true}
	}
}

// Ranging reports whether a range is being chosen.
func (g *Grid) Ranging() bool { return len(g.trail) > 0 }

// Ranged is how many rows a range has, and whether it takes marks away.
func (g *Grid) Ranged() (rows int, takes bool) { return len(g.trail), g.takes }

// MarkAll marks every row that among tells of, also those that are not loaded,
// and no other.
func (g *Grid) MarkAll(among func(key string) bool) {
	g.Unmark()
	g.among = among
}

// Unmark takes all marks away and drops the range.
func (g *Grid) Unmark() {
	clear(g.marks)
	g.among, g.trail, g.ranged = nil, nil, nil
}

// Marked reports whether the row of that key is marked.
func (g *Grid) Marked(key string) bool {
	can := g.among == nil || g.among(key)
	if g.ranged[key] {
		return can && !g.takes
	}
	return can && g.marks[key] == (g.among == nil)
}

// Marks returns what is marked, a range included.
func (g *Grid) Marks() Marks {
	marks := maps.Clone(g.marks)
	for key := range g.ranged {
		g.setIn(marks, key, !g.takes)
	}
	return Marks{All: g.among != nil, Keys: slices.Sorted(maps.Keys(marks))}
}

// set marks a row or takes its mark away. Of a row that is not among all that
// are marked there is nothing to take away or to give.
func (g *Grid) set(key string, marked bool) bool { return g.setIn(g.marks, key, marked) }

func (g *Grid) setIn(marks map[string]bool, key string, marked bool) bool {
	switch {
	case g.among != nil && !g.among(key):
		return false
	case marked == (g.among == nil):
		marks[key] = true
	default:
		delete(marks, key)
	}
	return true
}

func (g *Grid) endRange() {
	for _, key := range g.trail {
		g.set(key, !g.takes)
	}
	g.trail, g.ranged = nil, nil
}

// extendRange walks the range along with the cursor: forth it grows, back it
// shrinks.
func (g *Grid) extendRange(from, to int) {
	if len(g.trail) == 0 {
		return
	}
	step := 1
	if to < from {
		step = -1
	}
	for i := from; i != to; i += step {
		next := g.window.Rows[i+step].Key
		if n := len(g.trail); n > 1 && g.trail[n-2] == next {
			delete(g.ranged, g.trail[n-1])
			g.trail = g.trail[:n-1]
		} else if !g.ranged[next] {
			g.trail = append(g.trail, next)
			g.ranged[next] = true
		}
	}
}
