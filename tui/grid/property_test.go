package grid_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/canvas/canvastest"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/theme"
)

// A result is a list somewhere else that changes while the grid shows a
// stretch of it.
type result struct {
	keys  []int
	fresh int
}

func (r *result) page(from, to int) []grid.Row {
	var page []grid.Row
	for _, n := range r.keys[max(0, from):min(to, len(r.keys))] {
		page = append(page, rows(n, 1)...)
	}
	return page
}

// around is the window of at most n rows that starts at from.
func (r *result) around(from, n int) grid.Window {
	from = max(0, min(from, len(r.keys)-n))
	return grid.Window{
		Rows: r.page(from, from+n), Above: from > 0, Below: from+n < len(r.keys),
		First: int64(from), Total: int64(len(r.keys)),
	}
}

func (r *result) place(key string) int {
	return slices.IndexFunc(r.keys, func(n int) bool { return fmt.Sprintf("r%03d", n) == key })
}

// Whatever is loaded, read again, added or removed around the cursor: it stays
// on its row, and the row on its line as long as there are rows to fill the screen.
func TestCursorStaysWithItsRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &result{fresh: 500}
		for n := range rapid.IntRange(1, 80).Draw(t, "rows") {
			r.keys = append(r.keys, n)
		}
		height := rapid.IntRange(1, 12).Draw(t, "height")
		g := drawn(t, r.around(0, 30), height)

		stays := func(do func()) {
			key, at := under(g), -1
			if rect, ok := g.RectOf(key); ok {
				at = rect.Y - 1
			}
			do()
			if got := under(g); got != key {
				t.Fatalf("the cursor went from %s to %s", key, got)
			}
			draw(t, g, height)
			now := line(t, g, key)
			if full := len(g.Visible()) == height; now != at && full && !atEdge(g) {
				t.Fatalf("%s went from line %d to %d of %v", key, at, now, g.Visible())
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { check(t, g) },
			"move": func(t *rapid.T) {
				obey(g, r, g.Move(grid.Motion(rapid.IntRange(0, 7).Draw(t, "motion"))))
			},
			"mark":   func(t *rapid.T) { stays(func() { g.Mark() }) },
			"range":  func(t *rapid.T) { stays(g.Range) },
			"resize": func(t *rapid.T) { height = rapid.IntRange(1, 12).Draw(t, "height"); draw(t, g, height) },
			"come in above": func(t *rapid.T) {
				r.fresh++
				r.keys = slices.Insert(r.keys, 0, r.fresh)
			},
			"leave": func(t *rapid.T) {
				i := rapid.IntRange(0, len(r.keys)-1).Draw(t, "which")
				key := fmt.Sprintf("r%03d", r.keys[i])
				if len(r.keys) > 1 {
					r.keys = slices.Delete(r.keys, i, i+1)
					stays(func() { g.Patch(nil, key) })
				}
			},
			"read again": func(t *rapid.T) {
				first, _ := g.Ends()
				stays(func() { g.Refresh(r.around(r.place(first)-3, 40)) })
			},
			"read the visible again": func(t *rapid.T) {
				stays(func() { g.Patch(r.page(0, 40)) })
			},
		})
	})
}

// under is the key under the cursor, also of a row that left.
func under(g *grid.Grid) string {
	if row, ok := g.Gone(); ok {
		return row.Key
	}
	return cursor(g)
}

// atEdge reports whether the view stands at an end of the rows, where lines
// have to move when rows go.
func atEdge(g *grid.Grid) bool {
	first, last := g.Ends()
	visible := g.Visible()
	return visible[0] == first || visible[len(visible)-1] == last
}

// obey does what a screen does when a page is needed.
func obey(g *grid.Grid, r *result, load grid.Load) {
	first, last := g.Ends()
	from, to := r.place(first), r.place(last)
	switch load {
	case grid.LoadAbove:
		if from < 0 { // the row that the page would end before has left
			g.LoadFailed()
			return
		}
		g.Prepend(r.page(from-20, from), from > 20)
	case grid.LoadBelow:
		if to < 0 {
			g.LoadFailed()
			return
		}
		g.Append(r.page(to+1, to+21), to+21 < len(r.keys))
	case grid.LoadFirst:
		g.Show(r.around(0, 30), "")
	case grid.LoadLast:
		w := r.around(len(r.keys), 30)
		g.Show(w, w.Rows[len(w.Rows)-1].Key)
	}
}

func check(t *rapid.T, g *grid.Grid) {
	visible := g.Visible()
	if !slices.Contains(visible, under(g)) {
		t.Fatalf("the cursor %s is not on the screen: %v", under(g), visible)
	}
	if keys := slices.Compact(slices.Sorted(slices.Values(visible))); len(keys) != len(visible) {
		t.Fatalf("a row is there twice: %v", visible)
	}
}

func TestFrameIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 300).Draw(t, "width"), rapid.IntRange(1, 300).Draw(t, "height")
		g := grid.New(rapid.SliceOfN(rapid.Custom(column), 0, 8).Draw(t, "columns")...)
		g.SortedBy("b", true)
		g.Title, g.Help = outside(t), outside(t)
		g.Blurred = rapid.Bool().Draw(t, "blurred")
		window := grid.Window{Rows: rows(0, rapid.IntRange(0, 40).Draw(t, "rows"))}
		for i := range window.Rows {
			window.Rows[i].Cells = []canvas.Span{{Text: outside(t)}, {Text: "1,250.00"}, {Text: outside(t)}}
		}
		g.Show(window, "r003")
		g.Mark()
		g.Patch(nil, rapid.SampledFrom([]string{"r003", "none"}).Draw(t, "left"))
		c := canvastest.New(t, theme.Dark, w, h)
		r := canvas.Rect{X: rapid.IntRange(0, w).Draw(t, "x"), Y: rapid.IntRange(0, h).Draw(t, "y"), W: w, H: h}
		g.Draw(c, r.Clip(c.Bounds()))
		lines := strings.Split(c.String(), "\n")
		if len(lines) != h {
			t.Fatalf("%d lines, want %d", len(lines), h)
		}
		for _, line := range lines {
			if n := ansi.StringWidth(line); n > w {
				t.Fatalf("%d cells, want at most %d: %q", n, w, line)
			}
		}
	})
}

func column(t *rapid.T) grid.Column {
	return grid.Column{
		ID:    rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id"),
		Title: outside(t),
		Align: canvas.Align(rapid.IntRange(0, 2).Draw(t, "align")),
		Min:   rapid.IntRange(-1, 30).Draw(t, "min"), Max: rapid.IntRange(0, 60).Draw(t, "max"),
		Priority: rapid.IntRange(0, 3).Draw(t, "priority"),
	}
}

// outside is text as others might write it, not even cleaned.
func outside(t *rapid.T) text.Safe {
	hostile := []string{"張偉", "محمد علي", "क्षत्रिय", "👨‍👩‍👧‍👦", "\x1b[2J", "e\u0301\u0301", "\u202e", "\r\n", "\xff"}
	return text.Safe(rapid.OneOf(rapid.String(), rapid.SampledFrom(hostile)).Draw(t, "text"))
}
