// Package canvas draws text to exact cells and prints them as one frame.
//
// The nouns are [Canvas], a screen of w by h cells, and [Rect], a part of it.
// Whoever draws says where, what and with which meaning; nothing drawn reaches
// beyond its rectangle, and what is drawn later covers what was drawn before.
//
// Invariants: a frame has exactly h lines, each of at most w cells, whatever
// was drawn. The only sequences in it are those of the theme and two of our
// own, both about text that terminals measure differently: after every piece
// of text that is not plain ASCII the next cell is addressed by its column
// (CHA), and the room for wide and combined characters is erased before they
// are drawn (ECH), since a terminal that thinks them narrower would leave old
// cells between. Text near the right edge is cut as if every character stood alone, so that no
// terminal wraps it onto the next line and scrolls the screen.
//
// Text comes as [text.Safe]; the package would not let anything else through
// either. It refuses to know what a screen is, what time it is, and colours.
package canvas

import (
	"github.com/purserhq/purser/tui/theme"
)

// A Canvas is the screen being drawn. One canvas serves a whole session: it is
// reset for every frame and keeps its memory. It is not for concurrent use.
type Canvas struct {
	// Isolate wraps right-to-left text in FSI and PDI, for terminals that
	// reorder text: there a name would turn the amount beside it around.
	Isolate bool

	theme    *theme.Theme
	w, h     int
	cells    []cell
	clusters []string // characters of several runes, which cells refer to
	out      []byte
}

// A cell is one position on the screen.
type cell struct {
	glyph int32 // a rune; the tail of a wide character; or ^i for clusters[i]
	style theme.Style
	flags flags
}

// tail marks the second cell of a wide character.
const tail = 0

// flags tell how the terminal may disagree about a cell's width.
type flags uint8

const (
	loose  flags = 1 << iota // part of text that is not plain ASCII
	head                     // where a piece of such text starts
	vague                    // part of a piece that some terminal may think narrower
	turned                   // part of a piece that holds right-to-left characters
)

// New returns a canvas of no size; [Canvas.Reset] gives it one.
func New(t *theme.Theme) *Canvas { return &Canvas{theme: t} }

// SetTheme changes how the next frame looks.
func (c *Canvas) SetTheme(t *theme.Theme) { c.theme = t }

// Reset makes the canvas w by h blank cells.
func (c *Canvas) Reset(w, h int) {
	c.w, c.h = max(w, 0), max(h, 0)
	if n := c.w * c.h; n <= cap(c.cells) {
		c.cells = c.cells[:n]
	} else {
		c.cells = make([]cell, n)
	}
	for i := range c.cells {
		c.cells[i] = cell{glyph: ' '}
	}
	clear(c.clusters)
	c.clusters = c.clusters[:0]
}

// Bounds is the whole canvas.
func (c *Canvas) Bounds() Rect { return Rect{0, 0, c.w, c.h} }

// Fill blanks r in style s, of which only a reversed one can be seen.
func (c *Canvas) Fill(r Rect, s theme.Style) {
	r = r.Clip(c.Bounds())
	for y := range r.H {
		for i, row := 0, c.own(r.X, r.Y+y, r.W); i < len(row); i++ {
			row[i] = cell{glyph: ' ', style: s}
		}
	}
}

// Restyle gives everything in r the style s: the row under the cursor, or the
// screen behind a dialog.
func (c *Canvas) Restyle(r Rect, s theme.Style) {
	r = r.Clip(c.Bounds())
	for y := range r.H {
		for x, row := 0, c.row(r.X, r.Y+y, r.W); x < len(row); x++ {
			row[x].style = s
		}
	}
}

// row returns n cells from x, y on, all of them on the canvas.
func (c *Canvas) row(x, y, n int) []cell {
	from := y*c.w + x
	return c.cells[from : from+n]
}

// own returns n cells to overwrite. A wide character that reaches into them
// from either side loses both its halves, and what is left of a loose piece
// behind them starts anew.
func (c *Canvas) own(x, y, n int) []cell {
	line := c.row(0, y, c.w)
	if n > 0 && x > 0 && line[x].glyph == tail {
		line[x-1].glyph = ' '
	}
	if end := x + n; n > 0 && end < c.w && line[end].flags != 0 {
		line[end].flags |= head
		if line[end].glyph == tail {
			line[end].glyph = ' '
		}
	}
	return line[x : x+n]
}
