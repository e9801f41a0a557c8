package grid

import (
	"slices"
	"strconv"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// A Column is one column of a grid.
type Column struct {
	ID       string // names it for sorting and for the mouse
	Title    text.Safe
	Align    canvas.Align
	Min, Max int // cells; a Max below Min counts as Min
	Priority int // the highest is dropped first when it gets narrow; zero never is
}

// gutter is the room for cursor and mark before the first column; gap that
// between columns.
const gutter, gap = 3, 1

// SetColumns changes the columns. Rows already loaded must be shown again with
// cells to match.
func (g *Grid) SetColumns(columns ...Column) {
	g.columns, g.widths = slices.Clone(columns), nil
}

// SortedBy puts an arrow at the title of a column; an unknown one takes it
// away.
func (g *Grid) SortedBy(column string, descending bool) {
	g.sorted, g.arrow = column, "↑"
	if descending {
		g.arrow = "↓"
	}
}

// Draw draws titles and rows into r.
func (g *Grid) Draw(c *canvas.Canvas, r canvas.Rect) {
	g.layout(r)
	head, _ := r.Top(r.H - g.body.H)
	g.drawTitles(c, head)
	if len(g.window.Rows) == 0 {
		g.drawEmpty(c)
		return
	}
	for i, row := range g.visible() {
		g.drawRow(c, g.body.Line(i), row, g.top+i == g.at)
	}
}

// layout decides what goes where; the rows are scrolled if their room changed.
func (g *Grid) layout(r canvas.Rect) {
	if g.widths == nil || r.W != g.rect.W {
		g.widths = fit(g.columns, r.W-gutter)
	}
	g.rect = r
	_, body := r.Top(1)
	if r.H < 2 {
		body = r
	}
	resized := body.H != g.body.H
	g.body = body
	if resized {
		g.scroll(context)
	}
}

// Divide tells which columns there is room for in w cells, and which go.
func Divide(columns []Column, w int) (shown, dropped []Column) {
	for i, width := range fit(columns, w-gutter) {
		if width > 0 {
			shown = append(shown, columns[i])
		} else {
			dropped = append(dropped, columns[i])
		}
	}
	return shown, dropped
}

// fit returns the width of each column, zero for those dropped. What is left
// over is dealt out one cell at a time to columns below their maximum.
func fit(columns []Column, room int) []int {
	widths := make([]int, len(columns))
	used := -gap
	for i, column := range columns {
		widths[i] = max(column.Min, 1)
		used += widths[i] + gap
	}
	for used > room {
		drop := -1
		for i, column := range columns {
			if widths[i] > 0 && column.Priority > 0 &&
				(drop < 0 || column.Priority >= columns[drop].Priority) {
				drop = i
			}
		}
		if drop < 0 {
			break
		}
		used -= widths[drop] + gap
		widths[drop] = 0
	}
	for grown := true; grown && used < room; {
		grown = false
		for i, column := range columns {
			if widths[i] > 0 && widths[i] < column.Max && used < room {
				widths[i]++
				used++
				grown = true
			}
		}
	}
	return widths
}

func (g *Grid) drawTitles(c *canvas.Canvas, r canvas.Rect) {
	_, r = r.Left(gutter)
	for i, column := range g.columns {
		if g.widths[i] == 0 {
			continue
		}
		var at canvas.Rect
		at, r = r.Left(g.widths[i])
		_, r = r.Left(gap)
		if column.ID != g.sorted || column.ID == "" {
			c.Put(at, column.Title, theme.Heading, column.Align)
			continue
		}
		title, arrow := at.Right(1)
		if room := at.W - 1 - canvas.Width(column.Title); column.Align == canvas.Left && room > 0 {
			title, arrow = at.Left(at.W - 1 - room)
		}
		c.Put(title, column.Title, theme.Accent, column.Align)
		c.Text(arrow, g.arrow, theme.Accent)
	}
}

func (g *Grid) drawRow(c *canvas.Canvas, r canvas.Rect, row Row, cursor bool) {
	marked := g.Marked(row.Key)
	marker, cells := r.Left(gutter)
	if cursor {
		c.Text(marker, ">", theme.Strong)
	}
	_, marker = marker.Left(1)
	switch {
	case cursor && g.gone:
		c.Text(marker, "-", theme.Dim)
	case marked:
		c.Text(marker, "*", theme.Marked)
	}
	for i, span := range row.Cells {
		if i >= len(g.columns) || g.widths[i] == 0 {
			continue
		}
		var at canvas.Rect
		at, cells = cells.Left(g.widths[i])
		_, cells = cells.Left(gap)
		if marked && span.Style == theme.Text {
			span.Style = theme.Marked
		}
		c.Put(at, span.Text, span.Style, g.columns[i].Align)
	}
	switch {
	case cursor && g.gone:
		c.Restyle(r, theme.Dim)
	case cursor && !g.Blurred:
		c.Restyle(r, theme.Selected)
	}
}

func (g *Grid) drawEmpty(c *canvas.Canvas) {
	middle := g.body.Center(g.body.W, 3)
	c.Put(middle.Line(0), g.Title, theme.Strong, canvas.Center)
	c.Put(middle.Line(2), g.Help, theme.Muted, canvas.Center)
}

// Position says which rows of how many are on the screen: "rows 1-16 of ~4,812".
func (g *Grid) Position() text.Safe {
	w := g.window
	n := int64(len(g.visible()))
	if n == 0 {
		return ""
	}
	total := count(w.Total)
	if w.About {
		total = "~" + total
	}
	if w.First < 0 {
		if w.Total < 0 {
			return ""
		}
		return "of " + total
	}
	first := w.First + int64(g.top)
	position := "rows " + count(first+1) + "-" + count(first+n)
	if w.Total < first+n { // unknown, or counted before these rows came
		return position
	}
	return position + " of " + total
}

// Place says which row of how many the cursor is on: "3 of 4,812".
func (g *Grid) Place() text.Safe {
	w := g.window
	if len(w.Rows) == 0 || w.First < 0 || w.Total <= w.First+int64(g.at) {
		return ""
	}
	return count(w.First+int64(g.at)+1) + " of " + count(w.Total)
}

func count(n int64) text.Safe {
	return canvas.Grouped(text.Safe(strconv.FormatInt(n, 10)))
}

// At returns the key of the row drawn at that cell, or the id of the column
// whose title stands there; for the mouse.
func (g *Grid) At(x, y int) (key, column string) {
	if !g.rect.Contains(x, y) {
		return "", ""
	}
	if g.body.Contains(x, y) {
		if rows := g.visible(); y-g.body.Y < len(rows) {
			return rows[y-g.body.Y].Key, ""
		}
		return "", ""
	}
	left := g.rect.X + gutter
	for i, width := range g.widths {
		if width == 0 {
			continue
		}
		if x >= left && x < left+width {
			return "", g.columns[i].ID
		}
		left += width + gap
	}
	return "", ""
}

// RectOf returns where the row of that key was drawn, for a screen that has
// something else to say there: the sentence before a decision.
func (g *Grid) RectOf(key string) (canvas.Rect, bool) {
	i, ok := g.index[key]
	if !ok || i < g.top || i >= g.top+g.body.H {
		return canvas.Rect{}, false
	}
	return g.body.Line(i - g.top), true
}
