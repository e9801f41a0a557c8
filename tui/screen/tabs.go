package screen

import (
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// A Tab is one of several things that a screen can show.
type Tab struct {
	Name  text.Safe
	Count int64 // below zero where nothing is counted
	Loud  bool  // its count asks for attention while it is not zero
}

// between is the room between tabs.
const between = 0

// DrawTabs draws tabs with the numbers that choose them. Where it is narrow,
// counts go before names.
func DrawTabs(c *canvas.Canvas, r canvas.Rect, tabs []Tab, active int) {
	counts := func(i int) bool { return tabs[i].Count >= 0 }
	if tabsWidth(tabs, counts) > r.W {
		counts = func(i int) bool {
			return tabs[i].Count >= 0 && (i == active || tabs[i].Loud &&
				tabs[i].Count > 0)
		}
	}
	for i, tab := range tabs {
		label := tabLabel(tab, i, counts(i))
		width := canvas.Width(label)
		var at canvas.Rect
		if rest := len(tabs) - i; i > active && (width > r.W || width+between+3 > r.W && rest > 1) {
			c.Text(r, text.Safe(" +"+Int(rest)), theme.Muted)
			return
		}
		at, r = r.Left(width)
		_, r = r.Left(between)
		drawTab(c, at, tab, i, i == active, counts(i))
	}
}

func drawTab(c *canvas.Canvas, r canvas.Rect, tab Tab, i int, active, counted bool) {
	name, count := theme.Text, theme.Muted
	if tab.Loud && tab.Count > 0 {
		count = theme.Attention
	}
	if active {
		name, count = theme.Accent, theme.Accent
	}
	open, end := text.Safe(" "), text.Safe(" ")
	if active {
		open, end = "[", "]"
	}
	spans := []canvas.Span{
		{Text: open, Style: name}, {Text: text.Safe(Int(i + 1)), Style: theme.Key}, {
			Text:  " " + tab.Name,
			Style: name,
		},
	}
	if counted {
		spans = append(spans, canvas.Span{Text: " " + Count(tab.Count), Style: count})
	}
	c.Spans(r, canvas.Left, append(spans, canvas.Span{Text: end, Style: name})...)
}

func tabLabel(tab Tab, i int, counted bool) text.Safe {
	label := text.Safe(" "+Int(i+1)+" ") + tab.Name + " "
	if counted {
		label += Count(tab.Count) + " "
	}
	return label
}

func tabsWidth(tabs []Tab, counted func(int) bool) int {
	w := -between
	for i, tab := range tabs {
		w += canvas.Width(tabLabel(tab, i, counted(i))) + between
	}
	return w
}
