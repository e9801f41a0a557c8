package canvas_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// The screen both sides of the comparison draw: 60 rows of 11 cells, a name in
// another script in every fourth.
const benchWidth, benchHeight = 200, 60

var benchColumns = []int{10, 24, 14, 4, 12, 6, 8, 20, 16, 30, 40}

func benchRows() [][]text.Safe {
	names := []text.Safe{"Sample Customer", "Другой Клиент", "Sample Customer 3", "示例客户"}
	rows := make([][]text.Safe, benchHeight)
	for y := range rows {
		name := names[0]
		if y%4 == 0 {
			name = names[1+y/4%3]
		}
		rows[y] = []text.Safe{
			text.Safe(fmt.Sprintf("pout_%04d", y)), name, "1,250.00", "EUR", "ready", "first",
			"4m", "card .... 4417", "acquirer-a", "sample description", "nothing unusual about this one",
		}
	}
	return rows
}

func BenchmarkFrame(b *testing.B) {
	t, err := theme.New(theme.Dark, termenv.ANSI)
	if err != nil {
		b.Fatal(err)
	}
	rows, c := benchRows(), canvas.New(t)
	b.Run("canvas", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.Reset(benchWidth, benchHeight)
			for y, row := range rows {
				rest := c.Bounds().Line(y)
				for x, cell := range row {
					var at canvas.Rect
					at, rest = rest.Left(benchColumns[x])
					style := theme.Text
					if x == 4 {
						style = theme.Done
					}
					c.Put(at, cell, style, canvas.Left)
					_, rest = rest.Left(1)
				}
			}
			if len(c.String()) < benchWidth*benchHeight/2 {
				b.Fatal("the frame is too short")
			}
		}
	})
	b.Run("lipgloss style per cell", func(b *testing.B) {
		renderer := lipgloss.NewRenderer(nil)
		renderer.SetColorProfile(termenv.ANSI)
		b.ReportAllocs()
		for b.Loop() {
			lines := make([]string, 0, len(rows))
			for _, row := range rows {
				cells := make([]string, 0, len(row))
				for x, cell := range row {
					style := renderer.NewStyle().Width(benchColumns[x] + 1).MaxHeight(1)
					if x == 4 {
						style = style.Foreground(lipgloss.Color("10"))
					}
					cells = append(cells, style.Render(string(cell)))
				}
				lines = append(lines, lipgloss.JoinHorizontal(lipgloss.Top, cells...))
			}
			if len(strings.Join(lines, "\n")) < benchWidth*benchHeight {
				b.Fatal("the frame is too short")
			}
		}
	})
}
