package screen

import (
	"slices"

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
// counts go before names, and the names before the active one, which always has
// room.
func DrawTabs(c *canvas.Canvas, r canvas.Rect, tabs []Tab, active int) {
	tabs, places, counted := layTabs(r, tabs, active)
	for i, at := range places {
		drawTab(c, at, tabs[i], i, i == active, counted(i))
		_, r = r.Left(at.W + between)
	}
	if hidden := len(tabs) - len(places); hidden > 0 {
		c.Text(r, text.Safe(" +"+Int(hidden)), theme.Muted)
	}
}

// TabAt returns which tab stands at column x of r; below zero if none does.
func TabAt(r canvas.Rect, tabs []Tab, active, x int) int {
	_, places, _ := layTabs(r, tabs, active)
	return slices.IndexFunc(places, func(at canvas.Rect) bool { return at.Contains(x, r.Y) })
}

// layTabs returns the tabs with the names they have room for, where those stand
// that are shown, and which show a count.
func layTabs(r canvas.Rect, all []Tab, active int) (tabs []Tab, places []canvas.Rect, counted func(int) bool) {
	tabs = slices.Clone(all)
	counted = func(i int) bool { return tabs[i].Count >= 0 }
	if tabsWidth(tabs, counted) > r.W {
		counted = func(i int) bool {
			return tabs[i].Count >= 0 && (i == active || tabs[i].Loud && tabs[i].Count > 0)
		}
	}
	for i := 0; i < active && tabsWidth(tabs[:active+1], counted) > r.W; i++ {
		tabs[i].Name, tabs[i].Count = "", -1
	}
	for i, tab := range tabs {
		width := canvas.Width(tabLabel(tab, i, counted(i)))
		if rest := len(tabs) - i; i > active && (width > r.W || width+between+3 > r.W && rest > 1) {
			break
		}
		var at canvas.Rect
		at, r = r.Left(width)
		_, r = r.Left(between)
		places = append(places, at)
	}
	return tabs, places, counted
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
