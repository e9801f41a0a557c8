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
	More  bool  // there are more than were counted
	Loud  bool  // its count asks for attention while it is not zero
}

// DrawTabs draws tabs with the numbers that choose them. Where it is narrow,
// counts go before names, and then tabs from the right; never the active one,
// nor one that asks for attention.
func DrawTabs(c *canvas.Canvas, r canvas.Rect, tabs []Tab, active int) {
	places, counted := layTabs(r, tabs, active)
	hidden := 0
	for i, at := range places {
		if at.Empty() {
			hidden++
			continue
		}
		drawTab(c, at, tabs[i], i, i == active, counted(i))
		_, r = r.Left(at.W)
	}
	if hidden > 0 {
		c.Text(r, text.Safe(" +"+Int(hidden)), theme.Muted)
	}
}

// TabAt returns which tab stands at column x of r; below zero if none does.
func TabAt(r canvas.Rect, tabs []Tab, active, x int) int {
	places, _ := layTabs(r, tabs, active)
	return slices.IndexFunc(places, func(at canvas.Rect) bool { return at.Contains(x, r.Y) })
}

// layTabs returns where the tabs stand, an empty place for those that have no
// room, and which show a count.
func layTabs(r canvas.Rect, tabs []Tab, active int) (places []canvas.Rect, counted func(int) bool) {
	silent := make([]bool, len(tabs))
	counted = func(i int) bool { return tabs[i].Count >= 0 && !silent[i] }
	width := func(i int) int { return canvas.Width(tabLabel(tabs[i], i, counted(i))) }
	room := func(hidden []bool) int {
		w, more := 0, 0
		for i := range tabs {
			if hidden[i] {
				more = len(" +" + Int(len(tabs)))
			} else {
				w += width(i)
			}
		}
		return r.W - w - more
	}
	hidden := make([]bool, len(tabs))
	for i := len(tabs) - 1; i >= 0 && room(hidden) < 0; i-- {
		silent[i] = i != active && (!tabs[i].Loud || tabs[i].Count == 0)
	}
	for i := len(tabs) - 1; i >= 0 && room(hidden) < 0; i-- {
		hidden[i] = i != active && !tabs[i].Loud
	}
	places = make([]canvas.Rect, len(tabs))
	for i := range tabs {
		if !hidden[i] {
			places[i], r = r.Left(width(i))
		}
	}
	return places, counted
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
	spans := []canvas.Span{{Text: open, Style: name}, {Text: digit(i), Style: theme.Key}, {Text: tab.Name, Style: name}}
	if counted {
		spans = append(spans, canvas.Span{Text: " " + tab.count(), Style: count})
	}
	c.Spans(r, canvas.Left, append(spans, canvas.Span{Text: end, Style: name})...)
}

func tabLabel(tab Tab, i int, counted bool) text.Safe {
	label := " " + digit(i) + tab.Name + " "
	if counted {
		label += tab.count() + " "
	}
	return label
}

// digit is what chooses a tab, with a space after it: a key, or 0 and another;
// "" where nothing does.
func digit(i int) text.Safe {
	switch {
	case i < 9:
		return text.Safe(Int(i+1)) + " "
	case i < 18:
		return "0" + text.Safe(Int(i-8)) + " "
	}
	return ""
}

func (t Tab) count() text.Safe {
	if t.More {
		return Count(t.Count) + "+"
	}
	return Count(t.Count)
}
