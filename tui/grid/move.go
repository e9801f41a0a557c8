package grid

import "slices"

// A Motion is a way to move the cursor.
type Motion uint8

// The motions.
const (
	Down Motion = iota
	Up
	HalfDown
	HalfUp
	PageDown
	PageUp
	First
	Last
)

// A Load is a page that the grid needs. It is asked for once, until rows
// arrive or [Grid.LoadFailed] is told.
type Load uint8

// The loads.
const (
	LoadNothing Load = iota
	LoadAbove        // the page before the first row: Prepend it
	LoadBelow        // the page after the last row: Append it
	LoadFirst        // the first page of the result: Show it
	LoadLast         // the last page: Show it with its last key
)

// context is how many rows stay visible beyond the cursor, so that one sees
// where it goes.
const context = 2

// Cursor returns the row under the cursor; none if there are no rows, or if
// that row left the result and nothing can be done with it here.
func (g *Grid) Cursor() (Row, bool) {
	if len(g.window.Rows) == 0 || g.gone {
		return Row{}, false
	}
	return g.window.Rows[g.at], true
}

// Gone returns the row under the cursor if it left the result.
func (g *Grid) Gone() (Row, bool) {
	if len(g.window.Rows) == 0 || !g.gone {
		return Row{}, false
	}
	return g.window.Rows[g.at], true
}

// Move moves the cursor as far as rows are loaded, and says which page is
// needed now. A range never jumps over rows that are not loaded.
func (g *Grid) Move(m Motion) Load {
	if len(g.window.Rows) == 0 {
		return LoadNothing
	}
	screen := max(g.body.H, 1)
	switch m {
	case Down:
		g.moveBy(1, 0)
	case Up:
		g.moveBy(-1, 0)
	case HalfDown:
		g.moveBy(max(screen/2, 1), max(screen/2, 1))
	case HalfUp:
		g.moveBy(-max(screen/2, 1), -max(screen/2, 1))
	case PageDown:
		g.moveBy(max(screen-context, 1), max(screen-context, 1))
	case PageUp:
		g.moveBy(-max(screen-context, 1), -max(screen-context, 1))
	case First:
		if g.window.Above && !g.Ranging() {
			return g.ask(LoadFirst)
		}
		g.moveBy(-g.at, 0)
	case Last:
		if g.window.Below && !g.Ranging() {
			return g.ask(LoadLast)
		}
		g.moveBy(len(g.window.Rows)-1-g.at, 0)
	}
	return g.Need()
}

// Select puts the cursor on a loaded row and reports whether there is one of
// that key.
func (g *Grid) Select(key string) bool {
	i, ok := g.index[key]
	if ok {
		g.moveBy(i-g.at, 0)
	}
	return ok
}

// Next puts the cursor on the nearest row below that suits, else above, and
// reports whether there is one: after a decision, the next request to decide.
func (g *Grid) Next(suits func(Row) bool) bool {
	rows := g.window.Rows
	for i := g.at + 1; i < len(rows); i++ {
		if suits(rows[i]) {
			g.moveBy(i-g.at, 0)
			return true
		}
	}
	for i := g.at - 1; i >= 0 && i < len(rows); i-- {
		if suits(rows[i]) {
			g.moveBy(i-g.at, 0)
			return true
		}
	}
	return false
}

// LoadFailed says that a page did not come; the next movement asks again.
func (g *Grid) LoadFailed() { clear(g.asked) }

// moveBy moves the cursor by n rows and the view by scroll rows.
func (g *Grid) moveBy(n, scroll int) {
	from, to := g.at, max(0, min(g.at+n, len(g.window.Rows)-1))
	if from == to {
		return
	}
	g.extendRange(from, to)
	g.at = to
	g.top += scroll
	if g.gone { // the cursor has left it
		delete(g.index, g.window.Rows[from].Key)
		g.window.Rows = slices.Delete(g.window.Rows, from, from+1)
		g.gone = false
		if from < to {
			g.at--
		}
		g.reindex()
	}
	g.scroll(context)
}

// scroll keeps the view on the rows, and the cursor in the view with margin
// rows around it. Only movement asks for a margin; what arrives must not move
// the screen for it.
func (g *Grid) scroll(margin int) {
	rows, screen := len(g.window.Rows), max(g.body.H, 1)
	g.at = max(0, min(g.at, rows-1))
	margin = min(margin, (screen-1)/2)
	g.top = min(g.top, g.at-margin)
	g.top = max(g.top, g.at+margin-screen+1)
	g.top = max(0, min(g.top, rows-screen))
}

// Need says which page to load so that the next screen is there in time.
func (g *Grid) Need() Load {
	screen := max(g.body.H, 1)
	switch {
	case g.window.Below && len(g.window.Rows)-(g.top+screen) < screen:
		return g.ask(LoadBelow)
	case g.window.Above && g.top < screen:
		return g.ask(LoadAbove)
	}
	return LoadNothing
}

func (g *Grid) ask(l Load) Load {
	if g.asked[l] {
		return LoadNothing
	}
	g.asked[l] = true
	return l
}
