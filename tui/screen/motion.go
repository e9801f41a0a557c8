package screen

import (
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
)

// motions are the actions that move a cursor.
var motions = map[keys.ID]grid.Motion{
	Down: grid.Down, Up: grid.Up, HalfDown: grid.HalfDown, HalfUp: grid.HalfUp,
	PageDown: grid.PageDown, PageUp: grid.PageUp, Top: grid.First, Bottom: grid.Last,
}

// Motion returns how an action moves a cursor, if it does.
func Motion(a keys.ID) (m grid.Motion, ok bool) {
	m, ok = motions[a]
	return m, ok
}

// lines is by how many lines an action moves something to read.
var lines = map[keys.ID]int{
	Down: 1, Up: -1, HalfDown: 8, HalfUp: -8, PageDown: 16, PageUp: -16, Top: -1 << 20, Bottom: 1 << 20,
}

// Lines returns by how many lines an action scrolls something to read.
func Lines(a keys.ID) int { return lines[a] }
