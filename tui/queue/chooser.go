package queue

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A chooser is the dialog in which columns are chosen, ordered and sized, with
// the requests of the queue beneath as they would look.
type chooser struct {
	title   text.Safe
	columns []pick // those that are shown first, in their order
	at, top int
	usual   []engine.ShownColumn
	sample  func() []engine.RequestRow // those on the screen
	cells   func([]engine.ShownColumn, engine.RequestRow) []canvas.Span
	width   int // of the queue's list

	adding bool // a metadata key is being typed
	prompt form.Prompt
	note   text.Safe
}

// A pick is a column that can be shown.
type pick struct {
	engine.ShownColumn
	shown bool
}

// sampled is how many requests are shown as a sample.
const sampled = 8

// newChooser offers columns, those that are shown now first.
func newChooser(title text.Safe, now, usual []engine.ShownColumn) *chooser {
	c := &chooser{title: title, usual: usual}
	c.choose(now)
	return c
}

// choose shows just these columns.
func (c *chooser) choose(shown []engine.ShownColumn) {
	rest := c.columns
	if rest == nil {
		for _, column := range engine.RequestColumns() {
			rest = append(rest, pick{ShownColumn: engine.ShownColumn{Column: column}})
		}
	}
	c.columns = nil
	for _, column := range shown {
		c.columns = append(c.columns, pick{column, true})
	}
	for _, p := range rest {
		if !slices.ContainsFunc(shown, func(s engine.ShownColumn) bool { return s.Name == p.Name }) {
			c.columns = append(c.columns, pick{engine.ShownColumn{Column: p.Column}, false})
		}
	}
	c.at = 0
}

// chosen are the columns that are shown, in their order.
func (c *chooser) chosen() []engine.ShownColumn {
	var shown []engine.ShownColumn
	for _, p := range c.columns {
		if p.shown {
			shown = append(shown, p.ShownColumn)
		}
	}
	return shown
}

// Frame implements [overlay.Dialog].
func (c *chooser) Frame() (text.Safe, theme.Style) { return c.title, theme.Border }

// Guarded implements [overlay.Dialog].
func (c *chooser) Guarded() bool { return false }

// Typing implements [overlay.Dialog].
func (c *chooser) Typing() bool { return c.adding }

// Size implements [overlay.Dialog].
func (c *chooser) Size(w, h int) (int, int) { return w, h }

// Key implements [overlay.Dialog].
func (c *chooser) Key(k tea.KeyMsg, alone bool) overlay.Outcome {
	if c.adding {
		c.typeKey(k)
		return overlay.Outcome{}
	}
	c.note = ""
	switch name := k.String(); name {
	case "esc":
		return overlay.Outcome{Closes: true}
	case "enter":
		switch {
		case !alone:
		case len(c.chosen()) == 0:
			c.note = "nothing would be shown: space shows the column under the cursor"
		default:
			return overlay.Outcome{Closes: true, Choice: overlay.Yes}
		}
	case "j", "down":
		c.at = min(c.at+1, len(c.columns)-1)
	case "k", "up":
		c.at = max(c.at-1, 0)
	case "g", "home":
		c.at = 0
	case "G", "end":
		c.at = len(c.columns) - 1
	case " ":
		c.toggle()
	case "J", "shift+down":
		c.move(1)
	case "K", "shift+up":
		c.move(-1)
	case "l", "right", "+":
		c.size(1)
	case "h", "left", "-":
		c.size(-1)
	case "=":
		c.columns[c.at].Width = 0
	case "r":
		c.choose(c.usual)
	case "m":
		c.adding = true
		c.prompt = form.Prompt{Label: "metadata key: ", Note: "enter adds it  esc leaves"}
		c.prompt.Open("")
	}
	return overlay.Outcome{}
}

// typeKey takes what is typed of a metadata key.
func (c *chooser) typeKey(k tea.KeyMsg) {
	switch c.prompt.Key(k) {
	case form.Stay:
		return
	case form.Submit:
		columns, err := engine.ReadColumns([]string{"metadata." + c.prompt.Value()})
		if err != nil {
			c.prompt.Blame(text.Line(err.Error()), 0)
			return
		}
		at := slices.IndexFunc(c.columns, func(p pick) bool { return p.Name == columns[0].Name })
		if at >= 0 {
			c.columns = slices.Delete(c.columns, at, at+1)
		}
		last := len(c.chosen())
		c.columns = slices.Insert(c.columns, last, pick{columns[0], true})
		c.at = last
	}
	c.adding = false
}

// toggle shows the column under the cursor as the last one, or shows it no more.
func (c *chooser) toggle() {
	p := c.columns[c.at]
	p.shown = !p.shown
	c.columns = slices.Delete(c.columns, c.at, c.at+1)
	last := len(c.chosen())
	c.columns = slices.Insert(c.columns, last, p)
	if p.shown { // to be ordered now
		c.at = last
	}
}

// move moves the column under the cursor among those that are shown.
func (c *chooser) move(by int) {
	to := c.at + by
	switch {
	case !c.columns[c.at].shown:
		c.note = "it is not shown: space shows it"
	case to < 0 || to >= len(c.chosen()):
	default:
		c.columns[c.at], c.columns[to] = c.columns[to], c.columns[c.at]
		c.at = to
	}
}

// size makes the column under the cursor wider or narrower.
func (c *chooser) size(by int) {
	p := &c.columns[c.at]
	if !p.shown {
		c.note = "it is not shown: space shows it"
		return
	}
	width := p.Width
	if width == 0 {
		width = gridColumns([]engine.ShownColumn{p.ShownColumn}, true)[0].Min
	}
	p.Width = max(engine.NarrowestColumn, min(width+by, engine.WidestColumn))
}

// Draw implements [overlay.Dialog].
func (c *chooser) Draw(to *canvas.Canvas, r canvas.Rect) {
	sample := c.sample()
	rows := min(sampled, max(2, r.H/4), max(1, len(sample)))
	list, below := r.Bottom(rows + 6)
	c.drawList(to, list)
	rule, below := below.Top(1)
	to.HRule(rule, theme.Border)
	lines, foot := below.Top(rows + 1)
	c.drawSample(to, lines, sample)
	c.drawFit(to, foot.Line(0), 80)
	if c.width != 80 {
		c.drawFit(to, foot.Line(1), c.width)
	}
	last := foot.Line(3)
	switch {
	case c.adding:
		c.prompt.Draw(to, last, true)
	case c.note != "":
		to.Text(last, "! "+c.note, theme.Warning)
	default:
		overlay.DrawKeys(to, foot.Line(2), "space", "show or hide", "J K", "order", "h l", "narrower, wider", "=", "own width")
		overlay.DrawKeys(to, last, "m", "a metadata key", "r", "the usual ones", "enter", "keep", "esc", "leave")
	}
}

// drawList draws the columns that there are.
func (c *chooser) drawList(to *canvas.Canvas, r canvas.Rect) {
	if r.H <= 0 {
		return
	}
	c.top = max(0, min(c.top, c.at, len(c.columns)-r.H))
	c.top = max(c.top, c.at-r.H+1)
	for i := c.top; i < min(len(c.columns), c.top+r.H); i++ {
		p := c.columns[i]
		box, style := text.Safe("[ ] "), theme.Muted
		if p.shown {
			box, style = "[x] ", theme.Strong
		}
		width := text.Safe("")
		if p.Width > 0 {
			width = text.Line(p.String()[len(p.Name)+1:]) + " wide"
		}
		line := r.Line(i - c.top)
		mark, at := line.Left(4)
		to.Text(mark, box, style)
		name, at := at.Left(22)
		to.Text(name, text.Line(p.Name), style)
		sized, help := at.Left(9)
		to.Text(sized, width, theme.Accent)
		to.Text(help, text.Line(p.Help), theme.Muted)
		if i == c.at {
			to.Restyle(line, theme.Selected)
		}
	}
}

// drawSample draws requests as the columns would show them.
func (c *chooser) drawSample(to *canvas.Canvas, r canvas.Rect, sample []engine.RequestRow) {
	shown := c.chosen()
	g := grid.New(c.gridColumns()...)
	g.Blurred, g.Title = true, "no request to show as a sample"
	r, _ = r.Left(min(r.W, c.width))
	var rows []grid.Row
	for _, row := range sample[:min(len(sample), sampled)] {
		rows = append(rows, grid.Row{Key: string(row.ID), Cells: c.cells(shown, row)})
	}
	g.Show(grid.Window{Rows: rows}, "")
	g.Draw(to, r)
}

// gridColumns are those that are shown, as the list would have them.
func (c *chooser) gridColumns() []grid.Column {
	shown := c.chosen()
	return gridColumns(shown, !slices.Equal(words(shown), words(c.usual)))
}

// drawFit says what a list of that width has room for.
func (c *chooser) drawFit(to *canvas.Canvas, r canvas.Rect, w int) {
	columns := c.gridColumns()
	shown, dropped := grid.Divide(columns, w)
	said := text.Safe(screen.Int(w)) + " wide: "
	if len(dropped) == 0 {
		to.Text(r, said+"all "+text.Safe(screen.Int(len(shown)))+" fit", theme.Muted)
		return
	}
	said += text.Safe(screen.Int(len(shown))) + " of " + text.Safe(screen.Int(len(columns))) + " fit, without"
	for _, column := range dropped {
		said += " " + column.Title
	}
	to.Text(r, said, theme.Warning)
}
