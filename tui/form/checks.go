package form

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// Checks is an input for any number of options: columns to show, events to
// hear of.
type Checks struct {
	options []Option
	on      []bool
	at      int
	problem text.Safe
}

// NewChecks returns an input with the options of those values on.
func NewChecks(values []string, options ...Option) *Checks {
	c := &Checks{options: options, on: make([]bool, len(options))}
	for i, o := range options {
		for _, v := range values {
			c.on[i] = c.on[i] || v == o.Value
		}
	}
	return c
}

// Key implements [Input]: arrows move, space turns on and off, and so does an
// option's digit.
func (c *Checks) Key(k tea.KeyMsg) bool {
	c.problem = ""
	switch name := k.String(); name {
	case "down", "j":
		return c.move(1)
	case "up", "k":
		return c.move(-1)
	case " ":
		c.toggle(c.at)
	default:
		i, err := strconv.Atoi(name)
		if err != nil || i < 1 || i > len(c.options) {
			return false
		}
		c.toggle(i - 1)
	}
	return true
}

func (c *Checks) move(by int) bool {
	if c.at+by < 0 || c.at+by >= len(c.options) {
		return false
	}
	c.at += by
	return true
}

func (c *Checks) toggle(i int) {
	if i >= len(c.options) {
		return
	}
	c.at = i
	if off := c.options[i].Off; off != "" {
		c.problem = c.options[i].Label + ": " + off
		return
	}
	c.on[i] = !c.on[i]
}

// Value implements [Input]: the values that are on, with commas between.
func (c *Checks) Value() string {
	var on []string
	for i, o := range c.options {
		if c.on[i] {
			on = append(on, o.Value)
		}
	}
	return strings.Join(on, ",")
}

// Typing implements [Input].
func (c *Checks) Typing() bool { return false }

// Problem implements [Input].
func (c *Checks) Problem() text.Safe { return c.problem }

// Height implements [Input].
func (c *Checks) Height(int) int { return max(len(c.options), 1) }

// Draw implements [Input].
func (c *Checks) Draw(to *canvas.Canvas, r canvas.Rect, focused bool) {
	top := max(0, c.at-r.H+1)
	for i := top; i < len(c.options); i++ {
		at := r.Line(i - top)
		box, style := text.Safe("[ ] "), theme.Text
		if c.on[i] {
			box, style = "[x] ", theme.Strong
		}
		if c.options[i].Off != "" {
			style = theme.Dim
		}
		at, _ = at.Left(to.Text(at, box+c.options[i].Label, style))
		if focused && i == c.at {
			to.Restyle(at, theme.Selected)
		}
	}
}
