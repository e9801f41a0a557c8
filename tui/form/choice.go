package form

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// An Option is one of the answers of a [Choice].
type Option struct {
	Value string
	Label text.Safe
	Off   text.Safe // why it cannot be chosen; "" if it can
}

// Choice is an input for one of a few options, each with its digit.
type Choice struct {
	// Compact shows the chosen option alone, on one line.
	Compact bool

	options []Option
	chosen  int // -1 for none yet
	problem text.Safe
}

// NewChoice returns an input with the option of that value chosen, or none if
// there is no such option.
func NewChoice(value string, options ...Option) *Choice {
	c := &Choice{options: options, chosen: -1}
	for i, o := range options {
		if o.Value == value && o.Off == "" {
			c.chosen = i
		}
	}
	return c
}

// Options are those to choose from, counted from one by their digits.
func (c *Choice) Options() []Option { return c.options }

// Key implements [Input]: a digit chooses, arrows and their letters go on.
func (c *Choice) Key(k tea.KeyMsg) bool {
	switch name := k.String(); name {
	case "right", "l", " ":
		c.step(1)
	case "left", "h":
		c.step(-1)
	case "down", "j":
		return c.step(1)
	case "up", "k":
		return c.step(-1)
	default:
		i, err := strconv.Atoi(name)
		if err != nil || i < 1 || i > len(c.options) {
			return false
		}
		c.problem = ""
		if off := c.options[i-1].Off; off != "" {
			c.problem = c.options[i-1].Label + ": " + off
		} else {
			c.chosen = i - 1
		}
	}
	return true
}

// step chooses the next option that can be chosen and reports whether there
// is one.
func (c *Choice) step(by int) bool {
	c.problem = ""
	for i := c.chosen + by; i >= 0 && i < len(c.options); i += by {
		if c.options[i].Off == "" {
			c.chosen = i
			return true
		}
	}
	return false
}

// Value implements [Input].
func (c *Choice) Value() string {
	if c.chosen < 0 {
		return ""
	}
	return c.options[c.chosen].Value
}

// Typing implements [Input].
func (c *Choice) Typing() bool { return false }

// Problem implements [Input].
func (c *Choice) Problem() text.Safe { return c.problem }

// Height implements [Input].
func (c *Choice) Height(w int) int {
	if c.Compact {
		return 1
	}
	_, rows := c.shape(w)
	return rows
}

// shape returns how many cells an option takes, and in how many rows they
// stand side by side in w cells.
func (c *Choice) shape(w int) (cells, rows int) {
	for _, o := range c.options {
		cells = max(cells, canvas.Width(o.Label)+len("1 ( ) "))
	}
	columns := max(1, (w+2)/(cells+2))
	return cells, max(1, (len(c.options)+columns-1)/columns)
}

// Draw implements [Input].
func (c *Choice) Draw(to *canvas.Canvas, r canvas.Rect, focused bool) {
	if c.Compact {
		c.drawCompact(to, r, focused)
		return
	}
	cells, rows := c.shape(r.W)
	for i, o := range c.options {
		_, at := r.Line(i % rows).Left(i / rows * (cells + 2))
		at, _ = at.Left(cells)
		circle, style := text.Safe(" ( ) "), theme.Text
		if i == c.chosen {
			circle, style = " (•) ", theme.Strong
		}
		digit := canvas.Span{Text: text.Safe(strconv.Itoa(i + 1)), Style: theme.Key}
		if o.Off != "" {
			style, digit.Style = theme.Dim, theme.Dim
		}
		n := to.Spans(at, canvas.Left, digit, canvas.Span{Text: circle + o.Label, Style: style})
		if i == c.chosen && focused {
			at, _ = at.Left(n)
			to.Restyle(at, theme.Selected)
		}
	}
}

func (c *Choice) drawCompact(to *canvas.Canvas, r canvas.Rect, focused bool) {
	label, style := text.Safe("none of "+strconv.Itoa(len(c.options))), theme.Muted
	if c.chosen >= 0 {
		place := text.Safe(strconv.Itoa(c.chosen+1) + " of " + strconv.Itoa(len(c.options)))
		label, style = "("+place+") "+c.options[c.chosen].Label, theme.Strong
	}
	n := to.Text(r, label, style)
	at, rest := r.Left(n)
	if focused {
		to.Restyle(at.Line(0), theme.Selected)
		_, rest = rest.Left(2)
		to.Spans(rest, canvas.Left, canvas.Span{Text: "← →", Style: theme.Key},
			canvas.Span{Text: " change", Style: theme.Muted})
	}
}
