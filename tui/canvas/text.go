package canvas

import (
	"strings"
	"unicode/utf8"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/theme"
)

// An Align says at which side of its rectangle text stands.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Right
	Center
)

// A Span is a piece of text with one meaning.
type Span struct {
	Text  text.Safe
	Style theme.Style
}

// Text draws s at the left of r's first line and returns how many cells it
// took. Text that does not fit ends in an ellipsis.
func (c *Canvas) Text(r Rect, s text.Safe, style theme.Style) int {
	return c.Put(r, s, style, Left)
}

// Put draws s on r's first line, aligned, and returns how many cells it took.
// The rest of the line stays as it is.
func (c *Canvas) Put(r Rect, s text.Safe, style theme.Style, align Align) int {
	r = r.Clip(c.Bounds())
	if r.Empty() || s == "" {
		return 0
	}
	p := piece{source: string(s), style: style}
	if !utf8.ValidString(p.source) {
		p.source = strings.ToValidUTF8(p.source, "\uFFFD")
	}
	p.extent = measure(p.source)
	if p.cells > r.W || r.X+p.reach > c.w {
		return c.drawCut(r, p)
	}
	r.X += min(shift(align, r.W-p.cells), c.w-r.X-p.reach)
	return c.draw(r, p)
}

// Spans draws pieces one after the other on r's first line and returns how
// many cells they took. The piece that does not fit ends in an ellipsis, and
// those after it are left out.
func (c *Canvas) Spans(r Rect, align Align, spans ...Span) int {
	if align != Left {
		total := 0
		for _, s := range spans {
			total += Width(s.Text)
		}
		_, r = r.Left(shift(align, r.W-total))
	}
	used := 0
	for _, s := range spans {
		_, rest := r.Left(used)
		n := c.Text(rest, s.Text, s.Style)
		if used += n; n < Width(s.Text) {
			break
		}
	}
	return used
}

// Paragraph draws s wrapped at words into r and returns how many lines it
// took. If they are more than r has, the last one ends in an ellipsis.
func (c *Canvas) Paragraph(r Rect, s text.Safe, style theme.Style) int {
	lines := Wrap(s, r.W)
	if len(lines) > r.H && r.H > 0 {
		lines = lines[:r.H]
		lines[r.H-1] += " …"
	}
	for i, line := range lines {
		c.Text(r.Line(i), line, style)
	}
	return min(len(lines), max(r.H, 0))
}

// Wrap breaks s into lines of at most w cells, at words where it can. Line
// feeds in s, where a caller put some, end a line. Empty text has no lines.
func Wrap(s text.Safe, w int) []text.Safe {
	if s == "" || w <= 0 {
		return nil
	}
	var lines []text.Safe
	for paragraph := range strings.SplitSeq(string(s), "\n") {
		lines = wrapParagraph(lines, paragraph, w)
	}
	return lines
}

func wrapParagraph(lines []text.Safe, paragraph string, w int) []text.Safe {
	line, used := "", 0
	for word := range strings.FieldsSeq(paragraph) {
		n := measure(word).cells
		if used > 0 && used+1+n <= w {
			line, used = line+" "+word, used+1+n
			continue
		}
		if used > 0 {
			lines = append(lines, text.Safe(line))
		}
		for n > w { // a word longer than a line
			first, rest := Split(text.Safe(word), w)
			lines = append(lines, first)
			word, n = string(rest), Width(rest)
		}
		line, used = word, n
	}
	return append(lines, text.Safe(line))
}

// Split cuts s after as many characters as fit into w cells, but at least one.
func Split(s text.Safe, w int) (first, rest text.Safe) {
	used, at := 0, 0
	for at < len(s) {
		character, n := next(string(s[at:]))
		if at > 0 && used+n > w {
			break
		}
		used += n
		at += len(character)
	}
	return s[:at], s[at:]
}

func shift(align Align, room int) int {
	switch {
	case room <= 0 || align == Left:
		return 0
	case align == Center:
		return room / 2
	}
	return room
}

// A piece is text on its way to the cells.
type piece struct {
	source string
	style  theme.Style
	extent
}

// drawCut draws as much of p as surely fits, and an ellipsis.
func (c *Canvas) drawCut(r Rect, p piece) int {
	if p.plain {
		p.source = p.source[:min(r.W-1, len(p.source))]
		n := c.draw(r, p)
		c.own(r.X+n, r.Y, 1)[0] = cell{glyph: '…', style: p.style, flags: loose | head}
		return n + 1
	}
	cells, reach, end := 0, 0, 0
	for end < len(p.source) {
		cluster, n := next(p.source[end:])
		if n > 0 {
			reach += max(n, apart(cluster))
		}
		if cells+n > r.W-1 || r.X+reach > c.w-1 {
			break
		}
		cells += n
		end += len(cluster)
	}
	p.source = p.source[:end] + "…"
	return c.draw(r, p)
}

// draw puts p, which fits, into the cells from the left of r on.
func (c *Canvas) draw(r Rect, p piece) int {
	if p.plain {
		row := c.own(r.X, r.Y, len(p.source))
		for i := range row {
			row[i] = cell{glyph: int32(p.source[i]), style: p.style}
		}
		return len(row)
	}
	used, mark := 0, p.flags|head
	for rest := p.source; rest != ""; {
		cluster, n := next(rest)
		rest = rest[len(cluster):]
		if n == 0 { // controls and marks without a base; what follows stands alone
			mark = p.flags | head
			continue
		}
		if used+n > r.W {
			break
		}
		row := c.own(r.X+used, r.Y, n)
		row[0] = cell{glyph: c.glyphOf(cluster), style: p.style, flags: mark}
		for i := 1; i < n; i++ {
			row[i] = cell{glyph: tail, style: p.style, flags: p.flags}
		}
		used, mark = used+n, p.flags
	}
	return used
}

// glyphOf returns what a cell holds for a cluster.
func (c *Canvas) glyphOf(cluster string) int32 {
	r, size := utf8.DecodeRuneInString(cluster)
	if size == len(cluster) {
		return r
	}
	c.clusters = append(c.clusters, cluster)
	return ^int32(len(c.clusters) - 1)
}
