package canvas

import (
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/theme"
)

// The four directions in which a line can leave a cell.
const (
	up uint8 = 1 << iota
	right
	down
	left
)

// joints is the character for each set of directions.
var joints = [16]rune{' ', '╵', '╶', '└', '╷', '│', '┌', '├', '╴', '┘', '─', '┴', '┐', '┤', '┬', '┼'}

// directions is what leaves a cell that holds a line, and 0 for other cells.
func directions(glyph int32) uint8 {
	if glyph < '─' || glyph > '╷' {
		return 0
	}
	for d, joint := range joints {
		if rune(glyph) == joint {
			return uint8(d)
		}
	}
	return 0
}

// HRule draws a horizontal line through the first line of r. Where it meets
// vertical lines they join; draw a line that ends on another after that one.
func (c *Canvas) HRule(r Rect, s theme.Style) {
	r = r.Clip(c.Bounds())
	if r.Empty() {
		return
	}
	for i := range r.W {
		c.join(r.X+i, r.Y, s, left|right, ends(i, r.W, right, left))
	}
}

// VRule draws a vertical line through the first column of r. Where it meets
// horizontal lines they join: let it start and end on the rules above and
// below, and they become tees.
func (c *Canvas) VRule(r Rect, s theme.Style) {
	r = r.Clip(c.Bounds())
	if r.Empty() {
		return
	}
	for i := range r.H {
		c.join(r.X, r.Y+i, s, up|down, ends(i, r.H, down, up))
	}
}

// ends is what the i-th of n cells of a line adds to a line it meets: at the
// ends of the line only the direction back into it.
func ends(i, n int, first, last uint8) uint8 {
	switch {
	case n == 1:
		return 0
	case i == 0:
		return first
	case i == n-1:
		return last
	}
	return first | last
}

// join draws a line through a cell: alone if the cell is no line yet, meeting
// if it is.
func (c *Canvas) join(x, y int, s theme.Style, alone, meeting uint8) {
	at := &c.own(x, y, 1)[0]
	d := directions(at.glyph)
	if d == 0 {
		d = alone
	}
	*at = cell{glyph: joints[d|meeting], style: s}
}

// Box blanks r, draws a frame around it with the title in its upper edge, and
// returns what is inside, one column away from the frame.
func (c *Canvas) Box(r Rect, title text.Safe, s theme.Style) Rect {
	r = r.Clip(c.Bounds())
	c.Fill(r, theme.Text)
	inside := r.Inset(2, 1)
	if r.W < 2 || r.H < 2 {
		return inside
	}
	for i := range r.W {
		c.line(r.X+i, r.Y, s, left|right)
		c.line(r.X+i, r.Y+r.H-1, s, left|right)
	}
	for i := range r.H {
		c.line(r.X, r.Y+i, s, up|down)
		c.line(r.X+r.W-1, r.Y+i, s, up|down)
	}
	c.line(r.X, r.Y, s, right|down)
	c.line(r.X+r.W-1, r.Y, s, left|down)
	c.line(r.X, r.Y+r.H-1, s, right|up)
	c.line(r.X+r.W-1, r.Y+r.H-1, s, left|up)
	if title != "" && r.W > 6 {
		n := c.Text(Rect{r.X + 3, r.Y, r.W - 6, 1}, title, theme.Title)
		c.Fill(Rect{r.X + 2, r.Y, 1, 1}, theme.Text)
		c.Fill(Rect{r.X + 3 + n, r.Y, 1, 1}, theme.Text)
	}
	return inside
}

func (c *Canvas) line(x, y int, s theme.Style, d uint8) {
	c.own(x, y, 1)[0] = cell{glyph: joints[d], style: s}
}
