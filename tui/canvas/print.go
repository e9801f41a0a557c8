package canvas

import (
	"strconv"
	"unicode/utf8"

	"github.com/purserhq/purser/tui/theme"
)

const (
	firstStrongIsolate = "\u2068"
	popIsolate         = "\u2069"
)

// String prints the frame: exactly h lines joined by line feeds.
func (c *Canvas) String() string {
	out := c.out[:0]
	for y := range c.h {
		if y > 0 {
			out = append(out, '\n')
		}
		out = c.appendLine(out, c.row(0, y, c.w))
	}
	c.out = out
	return string(out)
}

// A pen is what the terminal thinks while a line is printed.
type pen struct {
	style    theme.Style
	sequence string // of that style
	drifting bool   // a loose piece was printed: nobody knows the column
	isolated bool   // it is in an isolate
}

// appendLine prints one line without the blanks at its end. The style is
// changed only where it looks different, and is plain again at the end.
func (c *Canvas) appendLine(out []byte, line []cell) []byte {
	plain := c.theme.Sequence(theme.Text)
	line = c.trim(line, plain)
	p := pen{style: theme.Text, sequence: plain}
	for x, at := range line {
		if at.glyph == tail {
			continue
		}
		if at.style != p.style || at.flags != 0 || p.drifting {
			out = c.prepare(out, &p, line, x)
		}
		switch {
		case at.glyph < 0:
			out = append(out, c.clusters[^at.glyph]...)
		case at.glyph < utf8.RuneSelf: // most cells
			out = append(out, byte(at.glyph))
		default:
			out = utf8.AppendRune(out, at.glyph)
		}
	}
	if p.isolated {
		out = append(out, popIsolate...)
	}
	if p.sequence != plain {
		out = append(out, plain...)
	}
	return out
}

// prepare appends what has to come before the cell at x: its column after a
// loose piece, its style, and if it starts a loose piece, room for that.
func (c *Canvas) prepare(out []byte, p *pen, line []cell, x int) []byte {
	at := line[x]
	starts := at.flags != 0 && (!p.drifting || at.flags&head != 0)
	if p.drifting && (starts || at.flags == 0) {
		if p.isolated {
			out = append(out, popIsolate...)
		}
		out = appendCommand(out, x+1, 'G')
		p.drifting, p.isolated = false, false
	}
	if at.style != p.style {
		p.style = at.style
		if next := c.theme.Sequence(at.style); next != p.sequence {
			p.sequence = next
			out = append(out, next...)
		}
	}
	if !starts {
		return out
	}
	p.drifting = true
	if at.flags&vague != 0 {
		out = appendCommand(out, pieceLength(line[x:]), 'X')
	}
	if at.flags&turned != 0 && c.Isolate {
		out = append(out, firstStrongIsolate...)
		p.isolated = true
	}
	return out
}

// trim leaves out the blanks at the end that look like nothing.
func (c *Canvas) trim(line []cell, plain string) []cell {
	end := len(line)
	for end > 0 {
		last := line[end-1]
		if last.glyph != ' ' || last.style != theme.Text && c.theme.Sequence(last.style) != plain {
			break
		}
		end--
	}
	return line[:end]
}

// pieceLength counts the cells of the loose piece that line starts with.
func pieceLength(line []cell) int {
	n := 1
	for n < len(line) && line[n].flags != 0 && line[n].flags&head == 0 {
		n++
	}
	return n
}

// appendCommand appends CSI n final.
func appendCommand(out []byte, n int, final byte) []byte {
	out = append(out, "\x1b["...)
	out = strconv.AppendInt(out, int64(n), 10)
	return append(out, final)
}
