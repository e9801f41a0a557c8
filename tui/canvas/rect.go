package canvas

// A Rect is a part of the screen in cells; X and Y count from the top left
// corner. Cutting pieces off a rectangle never makes a negative one: who asks
// for more than there is gets what there is.
type Rect struct{ X, Y, W, H int }

// Empty reports whether r holds no cell.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Contains reports whether the cell at x, y is in r.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

// Top cuts off the first n lines.
func (r Rect) Top(n int) (top, rest Rect) {
	n = within(n, r.H)
	return Rect{r.X, r.Y, r.W, n}, Rect{r.X, r.Y + n, r.W, r.H - n}
}

// Bottom cuts off the last n lines.
func (r Rect) Bottom(n int) (rest, bottom Rect) { return r.Top(max(r.H, 0) - within(n, r.H)) }

// Left cuts off the first n columns.
func (r Rect) Left(n int) (left, rest Rect) {
	n = within(n, r.W)
	return Rect{r.X, r.Y, n, r.H}, Rect{r.X + n, r.Y, r.W - n, r.H}
}

// Right cuts off the last n columns.
func (r Rect) Right(n int) (rest, right Rect) { return r.Left(max(r.W, 0) - within(n, r.W)) }

// Line is the i-th line of r, counted from zero; empty if r has no such line.
func (r Rect) Line(i int) Rect {
	if i < 0 || i >= r.H {
		return Rect{r.X, r.Y, r.W, 0}
	}
	return Rect{r.X, r.Y + i, r.W, 1}
}

// Inset leaves out dx columns left and right and dy lines above and below.
func (r Rect) Inset(dx, dy int) Rect {
	_, r = r.Left(dx)
	r, _ = r.Right(dx)
	_, r = r.Top(dy)
	r, _ = r.Bottom(dy)
	return r
}

// Center is a rectangle of at most w by h cells in the middle of r.
func (r Rect) Center(w, h int) Rect {
	w, h = within(w, r.W), within(h, r.H)
	return Rect{r.X + (r.W-w)/2, r.Y + (r.H-h)/2, w, h}
}

// Clip is the part of r that lies in bounds.
func (r Rect) Clip(bounds Rect) Rect {
	x0, y0 := max(r.X, bounds.X), max(r.Y, bounds.Y)
	x1, y1 := min(r.X+r.W, bounds.X+bounds.W), min(r.Y+r.H, bounds.Y+bounds.H)
	return Rect{x0, y0, max(x1-x0, 0), max(y1-y0, 0)}
}

// Columns cuts r into columns of the given widths with gap columns between
// them. A width of zero or less stands for an equal share of what the others
// leave.
func (r Rect) Columns(gap int, widths ...int) []Rect {
	left, sharers := r.W-gap*(len(widths)-1), 0
	for _, w := range widths {
		left -= max(w, 0)
		if w <= 0 {
			sharers++
		}
	}
	columns := make([]Rect, len(widths))
	for i, w := range widths {
		if w <= 0 {
			w = max(left, 0) / sharers
			left -= w
			sharers--
		}
		columns[i], r = r.Left(w)
		_, r = r.Left(gap)
	}
	return columns
}

func within(n, most int) int { return max(0, min(n, most)) }
