package canvas

import (
	"math/bits"
	"strings"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/theme"
)

// A Part is one stretch of a bar.
type Part struct {
	Value int64 // in the unit of the bar's total; negative counts as zero
	Glyph rune  // █ ▓ ▒ or ░, so that parts differ without colour
	Style theme.Style
}

// Bar draws parts of a total side by side over r's first line, and what is
// left of the total as dots. A part above zero gets at least one cell while there
// are cells, and only parts that reach the total fill the line.
func (c *Canvas) Bar(r Rect, total int64, parts ...Part) {
	r = r.Clip(c.Bounds())
	if r.Empty() {
		return
	}
	row := c.own(r.X, r.Y, r.W)
	for i := range row {
		row[i] = cell{glyph: '·', style: theme.Muted}
	}
	drawn, sum := 0, int64(0)
	for _, p := range parts {
		if p.Value <= 0 || drawn == len(row) {
			continue
		}
		sum += min(p.Value, total-sum)
		end := scale(sum, total, len(row))
		if end <= drawn && sum > 0 {
			end = drawn + 1
		}
		for ; drawn < end; drawn++ {
			row[drawn] = cell{glyph: p.Glyph, style: p.Style}
		}
	}
}

// Progress draws how much of total is done, to an eighth of a cell.
func (c *Canvas) Progress(r Rect, done, total int64, s theme.Style) {
	r = r.Clip(c.Bounds())
	if r.Empty() {
		return
	}
	row := c.own(r.X, r.Y, r.W)
	eighths := scale(min(max(done, 0), total), total, len(row)*8)
	for i := range row {
		row[i] = cell{glyph: '░', style: theme.Muted}
		switch n := eighths - i*8; {
		case n >= 8:
			row[i] = cell{glyph: '█', style: s}
		case n > 0:
			row[i] = cell{glyph: '▏' - int32(n-1), style: s} // ▏▎▍▌▋▊▉
		}
	}
}

// Spark draws the last values as a line of bars between zero and their
// maximum. Zero is the lowest bar; a value above zero is at least the second.
func (c *Canvas) Spark(r Rect, values []int64, s theme.Style) {
	r = r.Clip(c.Bounds())
	if r.Empty() || len(values) == 0 {
		return
	}
	values = values[max(len(values)-r.W, 0):]
	top := int64(0)
	for _, v := range values {
		top = max(top, v)
	}
	row := c.own(r.X, r.Y, len(values))
	for i, v := range values {
		row[i] = cell{glyph: bar(v, top), style: s}
	}
}

// Sparkline is what Spark draws, as text: one character for each value.
func Sparkline(values []int64) text.Safe {
	top := int64(0)
	for _, v := range values {
		top = max(top, v)
	}
	return Sparks(values, top)
}

// Sparks is a line of bars as text, between zero and top; what is below zero
// is a gap.
func Sparks(values []int64, top int64) text.Safe {
	bars := make([]rune, len(values))
	for i, v := range values {
		if bars[i] = bar(min(v, top), top); v < 0 {
			bars[i] = '·'
		}
	}
	return text.Safe(bars)
}

// bar is a bar of v where the highest is top.
func bar(v, top int64) rune {
	if v <= 0 {
		return '▁'
	}
	return '▁' + max(1, rune(scale(v, top, 7)))
}

// scale is part/total of n, rounded down; part lies between zero and total.
func scale(part, total int64, n int) int {
	if part <= 0 || total <= 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(part), uint64(n))
	cells, _ := bits.Div64(high, low, uint64(total))
	return int(cells)
}

// Meter is a bar of w cells as text, for lines of text: how much of total is
// used. What is above zero shows, and only what reaches the total fills it.
func Meter(used, total int64, w int) text.Safe {
	full := scale(min(max(used, 0), total), total, w)
	if used > 0 && full == 0 {
		full = min(1, w)
	}
	return text.Safe(strings.Repeat("█", full) + strings.Repeat("░", w-full))
}
