package batch

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A List is runs, the latest first: all of them, or those of one batch.
type List struct {
	desk   *screen.Desk
	batch  engine.BatchID // empty for any
	grid   *grid.Grid
	source screen.Source[[]engine.Run]
	runs   []engine.Run
	older  screen.Loader
}

// runPage is how many runs are read at once.
const runPage = 200

var runColumns = []grid.Column{
	{ID: "id", Title: "RUN", Min: 7},
	{ID: "action", Title: "ACTION", Min: 16, Max: 30},
	{ID: "status", Title: "STATUS", Min: 10},
	{ID: "progress", Title: "DONE", Min: 14, Max: 18, Align: canvas.Right},
	{ID: "refused", Title: "REFUSED", Min: 7, Align: canvas.Right},
	{ID: "by", Title: "BY", Min: 8, Max: 12, Priority: 2},
	{ID: "started", Title: "STARTED", Min: 8, Max: 12, Priority: 1},
	{ID: "sum", Title: "DONE SUM", Min: 18, Max: 40, Priority: 4},
	{ID: "of", Title: "OF", Min: 16, Max: 50, Priority: 3},
}

// NewList returns the list of the runs of a batch, or of all.
func NewList(d *screen.Desk, of engine.BatchID) *List {
	l := &List{desk: d, batch: of, grid: grid.New(runColumns...)}
	l.source.Read = func(ctx context.Context) ([]engine.Run, error) {
		return d.Engine.Runs(ctx, engine.RunQuery{Mode: d.Mode, Batch: of, Limit: runPage})
	}
	return l
}

// Load implements the console's screen.
func (l *List) Load() tea.Cmd { return l.source.Load(l.desk) }

// Refresh implements the console's screen.
func (l *List) Refresh() tea.Cmd { return l.source.Refresh(l.desk) }

// Take implements the console's screen.
func (l *List) Take(msg tea.Msg) tea.Cmd {
	runs, ok, cmd := l.source.Take(l.desk, msg)
	if ok {
		l.take(runs)
		return cmd
	}
	if loaded, is := msg.(screen.Loaded); is && l.older.Mine(loaded) {
		if loaded.Err != nil {
			l.grid.LoadFailed()
			return l.desk.Lost(loaded.Err)
		}
		older := loaded.Value.([]engine.Run)
		l.runs = append(l.runs, older...)
		l.grid.Append(l.rows(older), len(older) == runPage)
	}
	return cmd
}

// take shows the latest runs over those that were read before.
func (l *List) take(runs []engine.Run) {
	_, below := l.grid.More()
	if l.grid.Len() == 0 {
		below = len(runs) == runPage
	}
	known := map[engine.RunID]bool{}
	for _, r := range runs {
		known[r.ID] = true
	}
	older := slices.DeleteFunc(l.runs, func(r engine.Run) bool { return known[r.ID] })
	l.runs = append(slices.Clip(runs), older...)
	l.grid.Refresh(grid.Window{Rows: l.rows(l.runs), Below: below, Total: -1})
}

func (l *List) rows(runs []engine.Run) []grid.Row {
	now := l.desk.Engine.Now()
	rows := make([]grid.Row, len(runs))
	for i, r := range runs {
		refused := canvas.Span{Text: screen.Count(int64(r.Refused)), Style: theme.Muted}
		if r.Refused > 0 {
			refused.Style = theme.Attention
		}
		rows[i] = grid.Row{Key: string(r.ID), Cells: []canvas.Span{
			{Text: screen.Short(string(r.ID))},
			{Text: named(r.Action)},
			status(r),
			{Text: screen.Count(int64(r.Done)) + " of " + screen.Count(int64(r.Items-r.Skipped)), Style: theme.Strong},
			refused,
			{Text: screen.Actor(r.By), Style: theme.Muted},
			{Text: since(r.CreatedAt, now), Style: theme.Muted},
			{Text: sums(r.DoneSums).Within(36), Style: theme.Muted},
			{Text: text.Line(r.Of), Style: theme.Muted},
		}}
	}
	return rows
}

// status is where a run stands, in its own word.
func status(r engine.Run) canvas.Span {
	span := canvas.Span{Text: text.Line(string(r.Status)), Style: theme.Moving}
	switch {
	case r.StoppedBy != "":
		return canvas.Span{Text: "stopped", Style: theme.Attention}
	case r.Status == engine.RunCompleted:
		span.Style = theme.Done
	case r.Status == engine.RunFailed:
		span.Style = theme.Error
	}
	return span
}

// Do implements the console's screen.
func (l *List) Do(a keys.ID) tea.Cmd {
	if m, ok := screen.Motion(a); ok {
		return l.need(l.grid.Move(m))
	}
	switch a {
	case screen.Open:
		run, _ := l.cursor()
		to := NewRun(l.desk, run)
		return func() tea.Msg { return Open{to} }
	case screen.Reload:
		return l.Load()
	}
	return nil
}

// need reads older runs; of all others the grid has every one.
func (l *List) need(load grid.Load) tea.Cmd {
	if load != grid.LoadBelow && load != grid.LoadLast || len(l.runs) == 0 {
		return nil
	}
	e, mode, of, before := l.desk.Engine, l.desk.Mode, l.batch, l.runs[len(l.runs)-1].ID
	return l.older.Start(l.desk.Context, func(ctx context.Context) (any, error) {
		return e.Runs(ctx, engine.RunQuery{Mode: mode, Batch: of, Before: before, Limit: runPage})
	})
}

func (l *List) cursor() (engine.Run, bool) {
	row, ok := l.grid.Cursor()
	i := slices.IndexFunc(l.runs, func(r engine.Run) bool { return string(r.ID) == row.Key })
	if !ok || i < 0 {
		return engine.Run{}, false
	}
	return l.runs[i], true
}

// Why implements the console's screen.
func (l *List) Why(a keys.ID) text.Safe {
	if _, some := l.cursor(); a == screen.Open && !some {
		return "there is no run under the cursor"
	}
	return ""
}

// position says which of how many runs are on the screen.
func (l *List) position() text.Safe { return l.grid.Position() }

// draw draws the runs, or why there are none.
func (l *List) draw(c *canvas.Canvas, r canvas.Rect) {
	switch problem := l.source.Problem(); {
	case problem != nil:
		l.grid.Title, l.grid.Help = "the runs could not be read: "+text.Line(problem.Error()), "ctrl+r tries again"
	case !l.source.Known():
		l.grid.Title, l.grid.Help = "reading …", ""
	case l.batch != "":
		l.grid.Title = "nothing was run on the batch yet"
		l.grid.Help = "a approve, A plan, P process, b block …: what would happen comes first"
	default:
		l.grid.Title = "nothing was decided on many requests at once yet"
		l.grid.Help = "in the queue: space marks, * marks all that match, then a, b, A …   esc back"
	}
	l.grid.Draw(c, r)
}

// Close implements the console's screen.
func (l *List) Close() {
	l.source.Stop()
	l.older.Stop()
}
