package screen

import (
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// A Line is one line of a pane: a heading, a property with its label, a remark
// behind a mark, or pieces side by side. The zero Line is a blank one.
type Line struct {
	Label text.Safe
	Mark  canvas.Span // before a remark
	Spans []canvas.Span

	Head   bool // the label is a heading, and the spans stand at the right
	Wrap   bool // the first span takes as many lines as it needs
	Indent int  // of a remark; 0 for what its mark takes
}

// A Pane is lines to read, more than there may be room for.
type Pane struct {
	Labels int       // the width of the labels
	Keys   text.Safe // what scrolls, where it is no key of movement

	lines []Line
	top   int
	rest  int // lines below what was drawn
}

// Set shows other lines from where it stands.
func (p *Pane) Set(lines []Line) { p.lines = lines }

// Rewind goes back to the first line.
func (p *Pane) Rewind() { p.top = 0 }

// Scroll moves by n lines, as far as there are any.
func (p *Pane) Scroll(n int) { p.top = max(0, min(p.top+n, p.top+p.rest)) }

// Draw draws what fits, and says at the lower right how much more there is.
func (p *Pane) Draw(c *canvas.Canvas, r canvas.Rect) {
	lines := p.wrapped(r.W)
	p.top = max(0, min(p.top, len(lines)-r.H))
	p.rest = max(0, len(lines)-p.top-r.H)
	for i, line := range lines[p.top:min(len(lines), p.top+max(r.H, 0))] {
		p.draw(c, r.Line(i), line)
	}
	if p.rest > 0 {
		more := "↓ " + Count(int64(p.rest)) + " more"
		if p.Keys != "" {
			more += " " + p.Keys
		}
		_, at := r.Line(r.H - 1).Right(canvas.Width(more) + 1)
		c.Fill(at, theme.Text)
		c.Put(at, more, theme.Muted, canvas.Right)
	}
}

func (p *Pane) draw(c *canvas.Canvas, r canvas.Rect, line Line) {
	if line.Head {
		_, right := r.Left(c.Text(r, line.Label, theme.Heading) + 2)
		c.Spans(right, canvas.Right, line.Spans...)
		return
	}
	mark, at := r.Left(p.indent(line))
	mark, _ = mark.Right(1)
	if line.Label != "" {
		c.Text(mark, line.Label, theme.Muted)
	} else {
		c.Text(mark, line.Mark.Text, line.Mark.Style)
	}
	c.Spans(at, canvas.Left, line.Spans...)
}

// indent is where the spans of a line begin.
func (p *Pane) indent(line Line) int {
	switch {
	case line.Label != "":
		return p.Labels
	case line.Indent > 0:
		return line.Indent
	case line.Mark.Text != "":
		return markWidth
	}
	return 0
}

const markWidth = 3

// wrapped breaks the lines that may take several.
func (p *Pane) wrapped(w int) []Line {
	lines := make([]Line, 0, len(p.lines))
	for _, line := range p.lines {
		if !line.Wrap || len(line.Spans) == 0 {
			lines = append(lines, line)
			continue
		}
		span, indent := line.Spans[0], p.indent(line)
		for i, part := range canvas.Wrap(span.Text, max(w-indent, 1)) {
			next := Line{Spans: []canvas.Span{{Text: part, Style: span.Style}}, Indent: indent}
			if i == 0 {
				next.Label, next.Mark = line.Label, line.Mark
			}
			lines = append(lines, next)
		}
	}
	return lines
}
