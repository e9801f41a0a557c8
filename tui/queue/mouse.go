package queue

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
)

// Click implements the console's screen: a view, or a row; the row that the
// cursor is on already is opened.
func (q *Queue) Click(x, y int, r canvas.Rect) tea.Cmd {
	if tabs := r.Line(0); tabs.Contains(x, y) {
		if i := screen.TabAt(tabs, q.tabs(), q.at, x); i >= 0 {
			return q.show(i)
		}
		return nil
	}
	key, _ := q.grid.At(x, y)
	if at, ok := q.grid.Cursor(); ok && at.Key == key {
		return q.Do(screen.Open)
	}
	if key == "" || !q.grid.Select(key) {
		return nil
	}
	return tea.Batch(q.need(q.grid.Need()), q.look(), q.lookAgain())
}
