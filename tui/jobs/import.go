package jobs

import (
	"context"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// An Import is the screen of one import, while it goes on and afterwards.
type Import struct {
	desk   *screen.Desk
	id     engine.ImportID
	file   engine.Import
	source screen.Source[engine.Import]

	at     int // the tab
	list   *screen.List
	rows   []engine.ImportedRow // of the tab, as far as they were read
	from   int                  // the first of them in the grid
	whole  bool                 // all there were had been read
	reader screen.Loader
}

// results are what the tabs list.
var results = [][]engine.ImportResult{
	nil, {engine.ImportRefused}, {engine.ImportDiffers}, {engine.ImportMade}, {engine.ImportKnown},
}

var rowColumns = []grid.Column{
	{ID: "line", Title: "LINE", Min: 7, Align: canvas.Right},
	{ID: "result", Title: "RESULT", Min: 10},
	{ID: "id", Title: "WHAT", Min: 8, Max: 8, Priority: 1},
	{ID: "column", Title: "COLUMN", Min: 10, Max: 22},
	{ID: "why", Title: "WHY", Min: 24, Max: 120},
}

// rowPage is how many rows are read at once, and put into the grid.
const rowPage = 200

// NewImport returns the screen of an import.
func NewImport(d *screen.Desk, id engine.ImportID) *Import {
	s := &Import{desk: d, id: id, list: screen.NewList(labels, rowColumns...)}
	e := d.Engine
	s.source.Read = func(ctx context.Context) (engine.Import, error) { return e.FileImport(ctx, id) }
	return s
}

// Place implements the console's screen.
func (s *Import) Place() screen.Place { return PlaceOf(s.id) }

// Load implements the console's screen.
func (s *Import) Load() tea.Cmd { return tea.Batch(s.source.Load(s.desk), s.more()) }

// Refresh implements the console's screen.
func (s *Import) Refresh() tea.Cmd {
	if s.file.Status.Ended() && s.whole {
		return nil
	}
	cmd := s.source.Refresh(s.desk)
	if _, below := s.list.Grid.More(); !below && !s.reader.Busy() {
		cmd = tea.Batch(cmd, s.more())
	}
	return cmd
}

// more reads the rows behind those that were read.
func (s *Import) more() tea.Cmd {
	query := engine.ImportRowQuery{Results: results[s.at], Limit: rowPage}
	if len(s.rows) > 0 {
		query.After = s.rows[len(s.rows)-1].Place
	}
	e, id := s.desk.Engine, s.id
	return s.reader.Start(s.desk.Context, func(ctx context.Context) (any, error) { return e.ImportRows(ctx, id, query) })
}

// Take implements the console's screen.
func (s *Import) Take(msg tea.Msg) tea.Cmd {
	if file, ok, cmd := s.source.Take(s.desk, msg); ok {
		ended := file.Status.Ended() && !s.file.Status.Ended()
		s.file = file
		if ended && !s.reader.Busy() {
			cmd = tea.Batch(cmd, s.more())
		}
		return cmd
	} else if cmd != nil {
		return cmd
	}
	loaded, ok := msg.(screen.Loaded)
	if !ok || !s.reader.Mine(loaded) {
		return nil
	}
	if loaded.Err != nil {
		s.list.Grid.LoadFailed()
		return s.desk.Lost(loaded.Err)
	}
	read := loaded.Value.([]engine.ImportedRow)
	s.whole = len(read) < rowPage && s.file.Status.Ended()
	s.rows = append(s.rows, read...)
	more := len(read) == rowPage
	if s.list.Grid.Len() == 0 {
		s.list.Grid.Show(grid.Window{Rows: cellsOf(read), Below: more, Total: -1}, "")
		return nil
	}
	s.list.Grid.Append(cellsOf(read), more)
	s.trim()
	return nil
}

// trim finds out which of the rows the grid still has.
func (s *Import) trim() {
	first, _ := s.list.Grid.Ends()
	for s.from < len(s.rows) && strconv.Itoa(s.rows[s.from].Place) != first {
		s.from++
	}
}

func cellsOf(list []engine.ImportedRow) []grid.Row {
	rows := make([]grid.Row, len(list))
	for i, r := range list {
		column := text.Line(r.Name)
		if r.Column > 0 {
			column = text.Safe(strconv.Itoa(r.Column)) + " " + column
		}
		rows[i] = grid.Row{Key: strconv.Itoa(r.Place), Cells: []canvas.Span{
			{Text: screen.Count(int64(r.Line)), Style: theme.Muted},
			resultSpan(r.Result),
			{Text: screen.Short(r.ID)},
			{Text: column, Style: theme.Strong},
			{Text: text.Line(r.Why)},
		}}
	}
	return rows
}

// resultSpan is a result in its word.
func resultSpan(r engine.ImportResult) canvas.Span {
	switch r {
	case engine.ImportMade:
		return canvas.Span{Text: "new", Style: theme.Done}
	case engine.ImportKnown:
		return canvas.Span{Text: "there", Style: theme.Muted}
	case engine.ImportDiffers:
		return canvas.Span{Text: "otherwise", Style: theme.Warning}
	}
	return canvas.Span{Text: "refused", Style: theme.Error}
}

// Do implements the console's screen.
func (s *Import) Do(a keys.ID) tea.Cmd {
	if m, ok := screen.Motion(a); ok {
		s.list.Detail.Rewind()
		return s.need(s.list.Grid.Move(m))
	}
	s.list.Do(a)
	switch a {
	case screen.Reload:
		s.show(s.at)
		return s.Load()
	case screen.StopJob:
		return stop(s.desk, job{file: &s.file})
	case screen.NextTab:
		return s.show((s.at + 1) % len(results))
	case screen.PreviousTab:
		return s.show((s.at + len(results) - 1) % len(results))
	}
	if i := screen.TabOf(a); i > 0 {
		return s.show(i - 1)
	}
	return nil
}

// show lists the rows of a tab.
func (s *Import) show(tab int) tea.Cmd {
	s.at, s.rows, s.from, s.whole = tab, nil, 0, false
	s.list.Grid.Show(grid.Window{}, "")
	return s.more()
}

// need gives the grid what it asks for.
func (s *Import) need(load grid.Load) tea.Cmd {
	switch load {
	case grid.LoadBelow, grid.LoadLast:
		return s.more()
	case grid.LoadAbove:
		from := max(0, s.from-rowPage)
		s.list.Grid.Prepend(cellsOf(s.rows[from:s.from]), from > 0)
		s.from = from
		_, last := s.list.Grid.Ends()
		for n := len(s.rows) - 1; n > 0 && strconv.Itoa(s.rows[n].Place) != last; n-- {
			s.rows = s.rows[:n] // they are read again
		}
	case grid.LoadFirst:
		return s.show(s.at)
	}
	return nil
}

// Why implements the console's screen.
func (s *Import) Why(a keys.ID) text.Safe {
	switch {
	case a == screen.StopJob && s.file.Status.Ended():
		return "it has ended: it is " + text.Line(string(s.file.Status))
	case a == screen.StopJob:
		return whyNotAct(s.desk)
	case a == screen.StartImport:
		return "the list of jobs does that"
	case a == screen.Open:
		return "the row is told below"
	case screen.TabOf(a) > len(results):
		return "there is no such tab"
	case a == screen.Filter:
		return "rows are told apart by the tabs"
	}
	return ""
}

// Key implements the console's screen.
func (s *Import) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Typing implements the console's screen.
func (s *Import) Typing() bool { return false }

// Subject implements the console's screen.
func (s *Import) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (s *Import) Hints() []keys.ID {
	hints := []keys.ID{screen.NextTab, screen.PreviewDown, screen.ToJobs, screen.Leave}
	if !s.file.Status.Ended() && s.file.ID != "" {
		hints = append([]keys.ID{screen.StopJob}, hints...)
	}
	return hints
}

// Close implements the console's screen.
func (s *Import) Close() {
	s.source.Stop()
	s.reader.Stop()
}

// Status implements the console's screen.
func (s *Import) Status() (left, right []canvas.Span) {
	return nil, []canvas.Span{{Text: s.list.Grid.Position(), Style: theme.Muted}}
}

// Draw implements the console's screen.
func (s *Import) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, body := r.Top(2)
	tabs, body := body.Top(1)
	rule, body := body.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	if s.file.ID == "" {
		title, help := text.Safe("reading the import …"), text.Safe("")
		if problem := s.source.Problem(); problem != nil {
			title, help = "the import could not be read: "+text.Line(problem.Error()), "ctrl+r tries again   esc goes back"
		}
		screen.DrawFace(c, body, title, help)
		return
	}
	s.drawHead(c, head.Inset(1, 0))
	f := s.file
	screen.DrawTabs(c, tabs, []screen.Tab{
		{Name: "All", Count: int64(f.Taken())},
		{Name: "Refused", Count: int64(f.Refused), Loud: true},
		{Name: "Otherwise", Count: int64(f.Differs), Loud: true},
		{Name: "New", Count: int64(f.Made)},
		{Name: "There", Count: int64(f.Known)},
	}, s.at)
	s.face()
	s.list.Draw(c, body, s.detail(), nil)
}

// drawHead says what is imported, and how far it is.
func (s *Import) drawHead(c *canvas.Canvas, r canvas.Rect) {
	f, now := s.file, s.desk.Engine.Now()
	at := "started " + since(f.CreatedAt, now) + " by " + screen.Actor(f.By)
	c.Put(r.Line(0), at, theme.Muted, canvas.Right)
	first, _ := r.Line(0).Left(r.W - canvas.Width(at) - 2)
	c.Spans(first, canvas.Left, canvas.Span{Text: "Import " + text.Line(string(f.Kind)), Style: theme.Title},
		canvas.Span{Text: "  " + text.Line(f.File), Style: theme.Muted})
	status := importStatus(f, now)
	figures := percent(f.Taken(), f.Rows) + "  " + screen.Count(int64(f.Taken())) + " / " + screen.Count(int64(f.Rows)) + "  " + status.Text
	bar, rest := r.Line(1).Left(max(10, r.W-canvas.Width(figures)-2))
	c.Progress(bar, int64(f.Taken()), int64(max(f.Rows, 1)), status.Style)
	c.Put(rest, figures, theme.Strong, canvas.Right)
}

// face says why there are no rows.
func (s *Import) face() {
	g := s.list.Grid
	g.Title, g.Help = "", "esc goes back"
	switch {
	case s.reader.Busy():
		g.Title, g.Help = "reading …", ""
	case s.file.Cleared():
		g.Title = "results are kept for 30 days after an import has ended: these are cleared away"
	case s.file.Left(s.desk.Engine.Now()):
		g.Title = "it was left when " + screen.Plural(s.file.Rows, "row") + " were copied: nothing of it is taken in yet"
		g.Help = "the same file given again goes on   " + s.desk.Label(screen.StopJob) + " discards the copy"
	case !s.file.Status.Ended() && s.file.Taken() == 0:
		g.Title = "no row has had its turn yet"
	default:
		g.Title = []text.Safe{
			"no row was taken in", "nothing was refused", "nothing is there otherwise", "nothing was new", "nothing was there already",
		}[s.at]
	}
	if why := s.file.Failure; why != "" && s.list.Grid.Len() == 0 {
		g.Help = text.Line(why) + "   " + g.Help
	}
}

// detail tells of the row under the cursor.
func (s *Import) detail() []screen.Line {
	key := s.list.Chosen()
	for _, r := range s.rows[s.from:] {
		if strconv.Itoa(r.Place) != key {
			continue
		}
		where := "line " + text.Safe(screen.Int(r.Line))
		if r.Column > 0 {
			where += ", column " + text.Safe(screen.Int(r.Column))
		}
		if r.Name != "" {
			where += ", " + text.Line(r.Name)
		}
		lines := []screen.Line{fact("where", where, theme.Strong), {Label: "result", Spans: []canvas.Span{resultSpan(r.Result)}}}
		if r.ID != "" {
			lines = append(lines, fact("what", text.Line(r.ID), theme.Text))
		}
		if r.Why != "" {
			lines = append(lines, fact("why", text.Line(r.Why), theme.Error))
		}
		return append(lines, cellLines(s.file.Kind, r.Cells)...)
	}
	return nil
}

// cellLines are the cells of a row that was not taken in.
func cellLines(kind engine.Importable, cells map[string]string) []screen.Line {
	needed, optional := kind.ImportColumns()
	var lines []screen.Line
	for _, name := range append(needed[:len(needed):len(needed)], optional...) {
		if cells[name] != "" {
			lines = append(lines, fact(text.Line(name), text.Line(cells[name]), theme.Muted))
		}
	}
	return lines
}
