package grid_test

import (
	"fmt"
	"testing"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/canvas/canvastest"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/theme"
)

var queueColumns = []grid.Column{
	{ID: "id", Title: "REQUEST", Min: 9, Max: 10},
	{ID: "customer", Title: "CUSTOMER", Min: 10, Max: 26, Priority: 1},
	{ID: "amount", Title: "AMOUNT", Min: 12, Max: 14, Align: canvas.Right},
	{ID: "currency", Title: "CUR", Min: 3, Priority: 2},
	{ID: "status", Title: "STATUS", Min: 11},
	{ID: "signal", Title: "SIGNAL", Min: 9, Max: 18, Priority: 3},
	{ID: "age", Title: "AGE", Min: 4, Align: canvas.Right, Priority: 4},
	{ID: "point", Title: "POINT", Min: 8, Max: 12, Priority: 8},
	{ID: "reviewer", Title: "REVIEWER", Min: 8, Max: 10, Priority: 7},
}

// queueRows are sample requests as a queue shows them.
func queueRows(n int) []grid.Row {
	statuses := []canvas.Span{
		{Text: "ready", Style: theme.Text},
		{Text: "in-progress", Style: theme.Moving},
		{Text: "blocked", Style: theme.Held},
		{Text: "fulfilled", Style: theme.Done},
	}
	signals := []canvas.Span{{}, {}, {Text: "duplicate", Style: theme.Warning}, {}, {Text: "first instrument", Style: theme.Muted}}
	made := make([]grid.Row, n)
	for i := range made {
		id := fmt.Sprintf("pout_%04d", i+1)
		made[i] = grid.Row{Key: id, Cells: []canvas.Span{
			{Text: text.Safe(id)},
			{Text: text.Safe(fmt.Sprintf("Sample Customer %d", i%17+1))},
			{Text: canvas.Grouped(text.Safe(fmt.Sprintf("%d.%02d", (i*7919)%50000, i%100))), Style: theme.Strong},
			{Text: "EUR", Style: theme.Muted},
			statuses[i%7%4], signals[i%5],
			{Text: text.Safe(fmt.Sprintf("%dm", i*3+4)), Style: theme.Muted},
			{Text: "main", Style: theme.Muted},
			{Text: "rev1", Style: theme.Muted},
		}}
	}
	return made
}

func TestGoldenQueue(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 36}} {
		name := fmt.Sprintf("queue_%dx%d", size.w, size.h)
		t.Run(name, func(t *testing.T) {
			g := grid.New(queueColumns...)
			g.SortedBy("age", false)
			g.Show(grid.Window{Rows: queueRows(60), Below: true, Total: 4812, About: true, New: 26}, "pout_0004")
			g.Mark()
			g.Move(grid.Down)
			g.Mark()
			g.Move(grid.Down)
			g.Patch(nil, "pout_0006")
			c := canvastest.New(t, theme.Dark, size.w, size.h)
			g.Draw(c, c.Bounds())
			canvastest.Golden(t, name, canvastest.Plain(c.String()))
		})
	}
}

func TestGoldenEmpty(t *testing.T) {
	g := grid.New(queueColumns...)
	g.Title, g.Help = "nothing is waiting for you", "2 all that is ready   / filter   ? keys"
	c := canvastest.New(t, theme.Dark, 80, 12)
	g.Draw(c, c.Bounds())
	canvastest.Golden(t, "empty_80x12", canvastest.Plain(c.String()))
}

func BenchmarkFrame(b *testing.B) {
	g := grid.New(append(queueColumns,
		grid.Column{Title: "INSTRUMENT", Min: 16, Max: 24}, grid.Column{Title: "NOTE", Min: 20, Max: 60})...)
	rows := queueRows(180)
	for i := range rows {
		rows[i].Cells = append(rows[i].Cells,
			canvas.Span{Text: "card ···· 4417"}, canvas.Span{Text: "asked by phone", Style: theme.Muted})
	}
	g.Show(grid.Window{Rows: rows}, "")
	c := canvastest.New(b, theme.Dark, 200, 60)
	motion := grid.Down
	b.ReportAllocs()
	for b.Loop() {
		at, _ := g.Cursor()
		switch first, last := g.Ends(); at.Key {
		case first:
			motion = grid.Down
		case last:
			motion = grid.Up
		}
		g.Move(motion)
		c.Reset(200, 60)
		g.Draw(c, c.Bounds())
		if len(c.String()) < 200*60/2 {
			b.Fatal("the frame is too short")
		}
	}
}
