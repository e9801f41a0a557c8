package grid_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/canvas/canvastest"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/theme"
)

var keyOnly = grid.Column{ID: "key", Title: "KEY", Min: 4, Max: 12}

// rows makes rows named first, first+1, … below first+n.
func rows(first, n int) []grid.Row {
	made := make([]grid.Row, n)
	for i := range made {
		key := fmt.Sprintf("r%03d", first+i)
		made[i] = grid.Row{Key: key, Cells: []canvas.Span{{Text: text.Safe(key)}}}
	}
	return made
}

// drawn is a grid of that many visible rows which shows the window.
func drawn(t canvastest.T, w grid.Window, height int) *grid.Grid {
	g := grid.New(keyOnly)
	g.Show(w, "")
	draw(t, g, height)
	return g
}

func draw(t canvastest.T, g *grid.Grid, height int) {
	c := canvastest.New(t, theme.Dark, 20, height+1)
	g.Draw(c, c.Bounds())
}

func cursor(g *grid.Grid) string {
	row, ok := g.Cursor()
	if !ok {
		return ""
	}
	return row.Key
}

// line is the screen line of the row, counted from the first row's.
func line(t canvastest.T, g *grid.Grid, key string) int {
	t.Helper()
	r, ok := g.RectOf(key)
	if !ok {
		t.Fatalf("%s is not on the screen: %v", key, g.Visible())
	}
	return r.Y - 1
}

func TestMove(t *testing.T) {
	tests := []struct {
		name    string
		motions []grid.Motion
		cursor  string
		first   string // the first row on the screen
	}{
		{"starts at the top", nil, "r000", "r000"},
		{"down", []grid.Motion{grid.Down, grid.Down}, "r002", "r000"},
		{"not above the first", []grid.Motion{grid.Up}, "r000", "r000"},
		{"scrolls before the edge", slices.Repeat([]grid.Motion{grid.Down}, 8), "r008", "r001"},
		{"half a screen", []grid.Motion{grid.HalfDown}, "r005", "r003"},
		{"and back", []grid.Motion{grid.HalfDown, grid.HalfUp}, "r000", "r000"},
		{"a screen keeps two rows", []grid.Motion{grid.PageDown}, "r008", "r006"},
		{"the last", []grid.Motion{grid.Last}, "r029", "r020"},
		{"not below the last", []grid.Motion{grid.Last, grid.PageDown}, "r029", "r020"},
		{"the first", []grid.Motion{grid.Last, grid.First}, "r000", "r000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := drawn(t, grid.Window{Rows: rows(0, 30)}, 10)
			for _, m := range tt.motions {
				g.Move(m)
			}
			first := g.Visible()[0]
			if cursor(g) != tt.cursor || first != tt.first {
				t.Errorf("cursor %s, first %s; want %s, %s", cursor(g), first, tt.cursor, tt.first)
			}
		})
	}
}

func TestPagesAreAskedForInTime(t *testing.T) {
	g := drawn(t, grid.Window{Rows: rows(100, 30), Above: true, Below: true, First: 100, Total: 500}, 10)
	if got := g.Move(grid.Down); got != grid.LoadAbove {
		t.Errorf("near the upper end: %v, want LoadAbove", got)
	}
	if got := g.Move(grid.Down); got != grid.LoadNothing {
		t.Errorf("asked again: %v", got)
	}
	g.Prepend(rows(80, 20), true)
	if got := cursor(g); got != "r102" {
		t.Errorf("cursor %s after rows came in above, want r102", got)
	}
	if got := g.Position(); got != "rows 101-110 of 500" {
		t.Errorf("position %q", got)
	}
	g.Move(grid.PageDown)
	if got := g.Move(grid.PageDown); got != grid.LoadBelow {
		t.Errorf("near the lower end: %v, want LoadBelow", got)
	}
	g.LoadFailed()
	if got := g.Move(grid.Down); got != grid.LoadBelow {
		t.Errorf("after a failure: %v, want LoadBelow", got)
	}
	g.Append(rows(130, 20), false)
	if _, last := g.Ends(); last != "r149" {
		t.Errorf("last row %s, want r149", last)
	}
	if got := g.Move(grid.First); got != grid.LoadFirst {
		t.Errorf("to the first: %v, want LoadFirst", got)
	}
	if got := g.Move(grid.Last); got != grid.LoadNothing || cursor(g) != "r149" {
		t.Errorf("to the last: %v, cursor %s", got, cursor(g))
	}
}

func TestWindowStaysSmall(t *testing.T) {
	g := drawn(t, grid.Window{Rows: rows(0, 200), Below: true, Total: -1}, 10)
	for page := 1; page < 5; page++ {
		for g.Move(grid.PageDown) != grid.LoadBelow {
		}
		at := cursor(g)
		g.Append(rows(page*200, 200), true)
		if cursor(g) != at {
			t.Errorf("the cursor went from %s to %s", at, cursor(g))
		}
	}
	if g.Len() > 600 {
		t.Errorf("%d rows are held", g.Len())
	}
	first, last := g.Ends()
	if first != "r400" || last != "r999" {
		t.Errorf("rows %s to %s, want r400 to r999", first, last)
	}
	for g.Move(grid.PageUp) != grid.LoadAbove {
	}
	at := cursor(g)
	g.Prepend(rows(200, 200), true)
	if first, last := g.Ends(); first != "r200" || last != "r799" || cursor(g) != at {
		t.Errorf("rows %s to %s, cursor %s; want r200 to r799, %s", first, last, cursor(g), at)
	}
}

func TestNewRowsNeverMoveTheScreen(t *testing.T) {
	g := drawn(t, grid.Window{Rows: rows(100, 30)}, 10)
	before := g.Visible()
	g.Refresh(grid.Window{Rows: rows(95, 35)})
	if got := g.Visible(); !slices.Equal(got, before) || cursor(g) != "r100" {
		t.Errorf("the screen shows %v, cursor %s; want %v, r100", got, cursor(g), before)
	}
}

func TestRowThatLeftStaysUntilTheCursorLeaves(t *testing.T) {
	g := drawn(t, grid.Window{Rows: rows(0, 6)}, 10)
	g.Move(grid.Down)
	g.Mark()

	g.Patch(nil, "r001", "r003")
	if got, want := g.Visible(), []string{"r000", "r001", "r002", "r004", "r005"}; !slices.Equal(got, want) {
		t.Fatalf("the screen shows %v, want %v", got, want)
	}
	if _, ok := g.Cursor(); ok {
		t.Error("an action would hit a row that left")
	}
	if row, ok := g.Gone(); !ok || row.Key != "r001" {
		t.Errorf("gone: %v %v", row.Key, ok)
	}
	g.Refresh(grid.Window{Rows: slices.Concat(rows(0, 1), rows(2, 1), rows(4, 2))})
	if at := line(t, g, "r001"); at != 1 {
		t.Errorf("after reading again it is on line %d, want 1", at)
	}
	g.Move(grid.Down)
	if got, want := g.Visible(), []string{"r000", "r002", "r004", "r005"}; !slices.Equal(got, want) {
		t.Errorf("the screen shows %v, want %v", got, want)
	}
	if cursor(g) != "r002" || line(t, g, "r002") != 1 {
		t.Errorf("cursor %s, want r002 where the row was that left", cursor(g))
	}
	if got := g.Marks().Keys; !slices.Equal(got, []string{"r001"}) {
		t.Errorf("marks %v: they belong to keys, not to places", got)
	}
}

func TestRowThatLeftCanComeBack(t *testing.T) {
	g := drawn(t, grid.Window{Rows: rows(0, 3)}, 10)
	g.Patch(nil, "r000")
	g.Patch(rows(0, 1))
	if cursor(g) != "r000" {
		t.Error("the row is back but cannot be acted on")
	}
}

func TestNextGoesOn(t *testing.T) {
	g := drawn(t, grid.Window{Rows: rows(0, 5)}, 10)
	g.Select("r002")
	odd := func(r grid.Row) bool { return strings.ContainsAny(r.Key[3:], "13") }
	for _, want := range []string{"r003", "r001", "r003"} {
		if !g.Next(odd) || cursor(g) != want {
			t.Fatalf("cursor %s, want %s", cursor(g), want)
		}
	}
	if g.Next(func(grid.Row) bool { return false }) || cursor(g) != "r003" {
		t.Error("the cursor moved though nothing suits")
	}
}

// every is that all rows are among those marked.
func every(string) bool { return true }

func TestRangeStopsWhereRowsAreNotLoaded(t *testing.T) {
	g := drawn(t, grid.Window{Rows: rows(0, 30), Below: true, Total: 500}, 10)
	g.Range()
	if got := g.Move(grid.Last); got != grid.LoadBelow || cursor(g) != "r029" {
		t.Errorf("to the last: %v, cursor %s", got, cursor(g))
	}
	g.Append(rows(30, 10), false)
	g.Move(grid.Last)
	g.Range()
	if got := g.Marks().Keys; len(got) != 40 {
		t.Errorf("%d marked, want 40", len(got))
	}
}

func TestMarks(t *testing.T) {
	const d, u = grid.Down, grid.Up
	move := func(g *grid.Grid, motions ...grid.Motion) {
		for _, m := range motions {
			g.Move(m)
		}
	}
	tests := []struct {
		name string
		do   func(g *grid.Grid)
		want grid.Marks
	}{
		{"nothing marked is nothing", func(g *grid.Grid) { move(g, d) }, grid.Marks{}},
		{
			"marked rows", func(g *grid.Grid) { g.Mark(); move(g, d, d); g.Mark(); move(g, d) },
			grid.Marks{Keys: []string{"r000", "r002"}},
		},
		{
			"marked twice is unmarked", func(g *grid.Grid) { g.Mark(); g.Mark(); move(g, d) },
			grid.Marks{},
		},
		{
			"range", func(g *grid.Grid) { move(g, d); g.Range(); move(g, d, d) },
			grid.Marks{Keys: []string{"r001", "r002", "r003"}},
		},
		{
			"range shrinks on the way back", func(g *grid.Grid) { move(g, d); g.Range(); move(g, d, d, u) },
			grid.Marks{Keys: []string{"r001", "r002"}},
		},
		{
			"range turns around", func(g *grid.Grid) { move(g, d, d); g.Range(); move(g, d, u, u) },
			grid.Marks{Keys: []string{"r001", "r002"}},
		},
		{
			"range ends", func(g *grid.Grid) { g.Range(); move(g, d); g.Range(); move(g, d, d) },
			grid.Marks{Keys: []string{"r000", "r001"}},
		},
		{"range survives a new result", func(g *grid.Grid) {
			g.Range()
			move(g, d)
			g.Show(grid.Window{Rows: rows(50, 3)}, "")
		}, grid.Marks{Keys: []string{"r000", "r001"}}},
		{
			"a range from a marked row takes marks away",
			func(g *grid.Grid) {
				g.Range()
				move(g, d, d, d)
				g.Range()
				move(g, u)
				g.Range()
				move(g, u)
			},
			grid.Marks{Keys: []string{"r000", "r003"}},
		},
		{"all", func(g *grid.Grid) { g.MarkAll(every) }, grid.Marks{All: true, Keys: nil}},
		{
			"all but one", func(g *grid.Grid) { g.MarkAll(every); move(g, d); g.Mark() },
			grid.Marks{All: true, Keys: []string{"r001"}},
		},
		{
			"all but a range", func(g *grid.Grid) { g.MarkAll(every); move(g, d); g.Range(); move(g, d); g.Range() },
			grid.Marks{All: true, Keys: []string{"r001", "r002"}},
		},
		{
			"all but one and one back", func(g *grid.Grid) { g.MarkAll(every); g.Mark(); move(g, d); g.Mark(); g.Mark() },
			grid.Marks{All: true, Keys: []string{"r000"}},
		},
		{
			"what is not among all cannot be marked with them",
			func(g *grid.Grid) { g.MarkAll(func(key string) bool { return key > "r000" }); g.Mark() },
			grid.Marks{All: true},
		},
		{"none", func(g *grid.Grid) { g.MarkAll(every); g.Mark(); g.Unmark() }, grid.Marks{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := drawn(t, grid.Window{Rows: rows(0, 9)}, 10)
			tt.do(g)
			if got := g.Marks(); got.All != tt.want.All || !slices.Equal(got.Keys, tt.want.Keys) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestColumnsGiveWay(t *testing.T) {
	g := grid.New(
		grid.Column{ID: "id", Title: "ID", Min: 4},
		grid.Column{ID: "customer", Title: "CUSTOMER", Min: 8, Max: 12, Priority: 1},
		grid.Column{ID: "amount", Title: "AMOUNT", Min: 8, Align: canvas.Right},
		grid.Column{ID: "age", Title: "AGE", Min: 4, Align: canvas.Right, Priority: 3},
		grid.Column{ID: "flag", Title: "FLAG", Min: 4, Max: 9, Priority: 2},
	)
	g.SortedBy("age", true)
	g.Show(grid.Window{Rows: []grid.Row{{Key: "p1", Cells: []canvas.Span{
		{Text: "p1"}, {Text: "Sample Customer"}, {Text: "1,250.00"}, {Text: "4m"}, {Text: "first"},
	}}}}, "")
	tests := []struct {
		w    int
		want string
	}{
		{50, "   ID   CUSTOMER       AMOUNT AGE↓ FLAG\n>  p1   Sample Cust… 1,250.00   4m first"},
		{40, "   ID   CUSTOMER      AMOUNT AGE↓ FLAG\n>  p1   Sample Cus… 1,250.00   4m first"},
		{33, "   ID   CUSTOMER     AMOUNT FLAG\n>  p1   Sample Cu… 1,250.00 first"},
		{27, "   ID   CUSTOMER     AMOUNT\n>  p1   Sample Cu… 1,250.00"},
		{16, "   ID     AMOUNT\n>  p1   1,250.00"},
		{12, "   ID   AMO…\n>  p1   1,2…"},
		{2, "\n>"},
	}
	for _, tt := range tests {
		c := canvastest.New(t, theme.Dark, tt.w, 2)
		g.Draw(c, c.Bounds())
		if got := canvastest.Plain(c.String()); got != tt.want {
			t.Errorf("%d wide:\n%s\nwant\n%s", tt.w, got, tt.want)
		}
	}
}

func TestMouse(t *testing.T) {
	g := drawn(t, grid.Window{Rows: rows(0, 3)}, 10)
	tests := []struct {
		x, y        int
		key, column string
	}{
		{5, 1, "r000", ""},
		{0, 3, "r002", ""},
		{5, 4, "", ""},
		{4, 0, "", "key"},
		{0, 0, "", ""},
		{99, 1, "", ""},
	}
	for _, tt := range tests {
		if key, column := g.At(tt.x, tt.y); key != tt.key || column != tt.column {
			t.Errorf("at %d,%d: %q %q, want %q %q", tt.x, tt.y, key, column, tt.key, tt.column)
		}
	}
}

func TestPosition(t *testing.T) {
	tests := []struct {
		name string
		w    grid.Window
		want text.Safe
	}{
		{"all", grid.Window{Rows: rows(0, 5), Total: 5}, "rows 1-5 of 5"},
		{"estimate", grid.Window{Rows: rows(0, 30), Below: true, Total: 4812, About: true}, "rows 1-10 of ~4,812"},
		{"unknown total", grid.Window{Rows: rows(0, 30), Below: true, Total: -1}, "rows 1-10"},
		{"a total that lags behind", grid.Window{Rows: rows(0, 30), Below: true, Total: 7}, "rows 1-10"},
		{"unknown place", grid.Window{Rows: rows(0, 30), Above: true, First: -1, Total: 40}, "of 40"},
		{"nothing", grid.Window{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := drawn(t, tt.w, 10).Position(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
