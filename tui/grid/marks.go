package grid

import (
	"maps"
	"slices"
)

// Marks are the rows chosen for a bulk action.
type Marks struct {
	All  bool     // every row of the result, loaded or not, but Keys
	Keys []string // sorted
}

// Mark marks the row under the cursor, or takes its mark away.
func (g *Grid) Mark() {
	if row, ok := g.Cursor(); ok {
		g.set(row.Key, !g.Marked(row.Key))
	}
}

// Range begins a range at the cursor, or ends it: its rows are marked then.
func (g *Grid) Range() {
	if len(g.trail) > 0 {
		g.endRange()
	} else if row, ok := g.Cursor(); ok {
		g.trail = []string{row.Key}
	}
}

// Ranging reports whether a range is being chosen.
func (g *Grid) Ranging() bool { return len(g.trail) > 0 }

// MarkAll marks every row of the result, also those that are not loaded.
func (g *Grid) MarkAll() {
	g.Unmark()
	g.inverted = true
}

// Unmark takes all marks away and drops the range.
func (g *Grid) Unmark() {
	clear(g.marks)
	g.inverted, g.trail = false, nil
}

// Marked reports whether the row of that key is marked.
func (g *Grid) Marked(key string) bool {
	return g.marks[key] != g.inverted || slices.Contains(g.trail, key)
}

// Marks returns what is marked, a range included.
func (g *Grid) Marks() Marks {
	marks := maps.Clone(g.marks)
	for _, key := range g.trail {
		if g.inverted {
			delete(marks, key)
		} else {
			marks[key] = true
		}
	}
	return Marks{All: g.inverted, Keys: slices.Sorted(maps.Keys(marks))}
}

// Chosen returns what an action is about: what is marked, else the row under
// the cursor. Nothing marked never means everything.
func (g *Grid) Chosen() Marks {
	marks := g.Marks()
	if row, ok := g.Cursor(); ok && !marks.All && len(marks.Keys) == 0 {
		marks.Keys = []string{row.Key}
	}
	return marks
}

func (g *Grid) set(key string, marked bool) {
	if marked == g.inverted {
		delete(g.marks, key)
	} else {
		g.marks[key] = true
	}
}

func (g *Grid) endRange() {
	for _, key := range g.trail {
		g.set(key, true)
	}
	g.trail = nil
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
			g.trail = g.trail[:n-1]
		} else {
			g.trail = append(g.trail, next)
		}
	}
}
