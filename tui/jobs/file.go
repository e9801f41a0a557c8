package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/table"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A File is the screen of a file before it is imported: its first rows, and
// what would become of them.
type File struct {
	desk   *screen.Desk
	kind   engine.Importable
	path   string
	source screen.Source[trial]
	trial  trial
	list   *screen.List
	begun  bool // it is being copied
}

// A trial is what the first rows of a file would come to.
type trial struct {
	rows    []engine.ImportedRow
	whole   bool // these are all rows
	problem error
}

// tried is how many rows are tried.
const tried = 50

var fileColumns = []grid.Column{
	{ID: "line", Title: "LINE", Min: 5, Align: canvas.Right},
	{ID: "result", Title: "WOULD BE", Min: 10},
	{ID: "cells", Title: "ROW", Min: 24, Max: 80},
	{ID: "why", Title: "WHY", Min: 20, Max: 80},
}

// whyNotImport says why no file can be imported from here.
func whyNotImport(d *screen.Desk) text.Safe {
	switch why := whyNotAct(d); {
	case why != "":
		return why
	case d.OpenFile == nil:
		return "files of this machine are not opened from here: pipe yours through ssh host -- purser import KIND -"
	}
	return ""
}

// askFile asks which file to look at.
func askFile(d *screen.Desk) tea.Cmd {
	var options []form.Option
	for _, kind := range engine.Importables() {
		o := form.Option{Value: string(kind), Label: text.Line(string(kind))}
		if kind == engine.ImportPayments && !d.Actor.Role.AtLeast(engine.RoleAdmin) {
			o.Off = "it takes an admin"
		}
		options = append(options, o)
	}
	asked := form.New(
		form.Field{
			ID: "kind", Label: "KIND", Input: form.NewChoice(options[0].Value, options...), Check: form.Required,
		},
		form.Field{
			ID: "path", Label: "FILE", Input: form.NewText("", 4096), Check: form.Required,
			Help: "CSV, or JSON lines in a .jsonl; ~/ is your home",
		},
	)
	d.Show("import", &overlay.Ask{
		Title: "Import a file", Form: asked, Yes: "look at it",
		Body: []overlay.Line{{Text: "Nothing is imported before you have seen what its first rows would come to.", Style: theme.Muted}},
	}, func(string) tea.Cmd {
		return screen.GoTo(screen.Place{
			Kind: screen.FileToImport, View: "Import of " + filepath.Base(asked.Value("path")),
			Object: screen.Object{Kind: asked.Value("kind"), ID: asked.Value("path")},
		})
	})
	return nil
}

// NewFile returns the screen of a file of a kind, before it is imported.
func NewFile(d *screen.Desk, kind engine.Importable, path string) *File {
	s := &File{desk: d, kind: kind, path: path, list: screen.NewList(labels, fileColumns...)}
	open, e, c := d.OpenFile, d.Engine, d.Caller
	s.source.Read = func(ctx context.Context) (trial, error) {
		if open == nil {
			return trial{problem: errors.New("files of this machine are not opened from here")}, nil
		}
		file, err := open(path)
		if err != nil {
			return trial{problem: err}, nil
		}
		defer file.Close()
		rows, err := table.Open(file, path, kind.KnowsColumn)
		if err != nil {
			return trial{problem: err}, nil
		}
		list, err := e.TryImport(ctx, c, kind, rows, tried)
		if engine.CodeOf(err) == engine.Unavailable && list == nil {
			return trial{}, err
		}
		t := trial{rows: list, whole: errors.Is(err, io.EOF)}
		switch {
		case !t.whole:
			t.problem = err
		case len(list) == 0:
			t.problem = errors.New("the file has no rows")
		}
		return t, nil
	}
	return s
}

// Place implements the console's screen.
func (s *File) Place() screen.Place {
	return screen.Place{Kind: screen.FileToImport, View: "Import of " + filepath.Base(s.path)}
}

// Load implements the console's screen.
func (s *File) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen. What is on the screen stays while it
// is thought about.
func (s *File) Refresh() tea.Cmd { return nil }

// Take implements the console's screen.
func (s *File) Take(msg tea.Msg) tea.Cmd {
	t, ok, cmd := s.source.Take(s.desk, msg)
	if ok {
		s.trial = t
		s.list.Set(s.rows())
	}
	return cmd
}

func (s *File) rows() []grid.Row {
	rows := make([]grid.Row, len(s.trial.rows))
	for i, r := range s.trial.rows {
		rows[i] = grid.Row{Key: screen.Int(i), Cells: []canvas.Span{
			{Text: screen.Count(int64(r.Line)), Style: theme.Muted},
			resultSpan(r.Result),
			{Text: s.cells(r)},
			{Text: text.Line(r.Why)},
		}}
	}
	return rows
}

// cells are the cells of a row, in the order of the columns.
func (s *File) cells(r engine.ImportedRow) text.Safe {
	var cells []string
	for _, name := range s.columns() {
		cells = append(cells, r.Cells[name])
	}
	return text.Line(strings.Join(cells, " · "))
}

// columns are those in which anything stands.
func (s *File) columns() []string {
	needed, optional := s.kind.ImportColumns()
	return slices.DeleteFunc(append(needed[:len(needed):len(needed)], optional...), func(name string) bool {
		return !slices.ContainsFunc(s.trial.rows, func(r engine.ImportedRow) bool { return r.Cells[name] != "" })
	})
}

// Why implements the console's screen.
func (s *File) Why(a keys.ID) text.Safe {
	switch {
	case a == screen.ImportNow && s.begun:
		return "it is being copied"
	case a == screen.ImportNow && !s.source.Known():
		return "the file is still being looked at"
	case a == screen.ImportNow && s.trial.problem != nil:
		return text.Line(s.trial.problem.Error())
	case a == screen.ImportNow:
		return whyNotImport(s.desk)
	case a == screen.StartImport:
		return whyNotImport(s.desk)
	}
	return ""
}

// Copied is a message: a file was copied, or was not.
type Copied struct {
	Import engine.Import
	Err    error
	from   *File
}

// From reports whether a file was copied from a screen.
func (c Copied) From(s any) bool { return c.from == s }

// Do implements the console's screen.
func (s *File) Do(a keys.ID) tea.Cmd {
	if s.list.Do(a) {
		return nil
	}
	switch a {
	case screen.Reload:
		return s.Load()
	case screen.StartImport:
		return askFile(s.desk)
	case screen.ImportNow:
		return s.copy()
	}
	return nil
}

// copy copies the file. It goes on if the screen is left, and stops with the
// session.
func (s *File) copy() tea.Cmd {
	s.begun = true
	s.desk.Did("purser import " + string(s.kind) + " " + screen.Quote(s.path))
	s.desk.Say("copying "+text.Line(filepath.Base(s.path))+" … "+s.desk.Label(screen.ToJobs)+" shows how far it is", theme.Moving)
	open, e, c, ctx, kind, path := s.desk.OpenFile, s.desk.Engine, s.desk.Caller, s.desk.Context, s.kind, s.path
	return func() tea.Msg {
		file, err := open(path)
		if err != nil {
			return Copied{Err: engine.Errorf(engine.Invalid, "%v", err), from: s}
		}
		defer file.Close()
		rows, err := table.Open(file, path, kind.KnowsColumn)
		if err != nil {
			return Copied{Err: engine.Errorf(engine.Invalid, "%v", err), from: s}
		}
		i, err := e.CopyImport(ctx, c, engine.NewImport{Kind: kind, File: path}, rows, nil)
		return Copied{Import: i, Err: err, from: s}
	}
}

// Again lets a file be copied that was not.
func (s *File) Again() { s.begun = false }

// Key implements the console's screen.
func (s *File) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Typing implements the console's screen.
func (s *File) Typing() bool { return false }

// Subject implements the console's screen.
func (s *File) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (s *File) Hints() []keys.ID {
	return []keys.ID{screen.ImportNow, screen.StartImport, screen.PreviewDown, screen.Leave}
}

// Close implements the console's screen.
func (s *File) Close() { s.source.Stop() }

// Status implements the console's screen.
func (s *File) Status() (left, right []canvas.Span) {
	return nil, []canvas.Span{{Text: s.list.Grid.Position(), Style: theme.Muted}}
}

// Draw implements the console's screen.
func (s *File) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, body := r.Top(2)
	rule, body := body.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	head = head.Inset(1, 0)
	c.Spans(head.Line(0), canvas.Left, canvas.Span{Text: "Import " + text.Line(string(s.kind)), Style: theme.Title},
		canvas.Span{Text: "  " + text.Line(s.path), Style: theme.Muted})
	if problem := s.trial.problem; s.source.Known() && problem != nil && len(s.trial.rows) == 0 {
		screen.DrawFace(c, body, "", "mend the file, then ctrl+r looks again   esc goes back")
		middle := body.Inset(2, 0).Center(body.W-4, 4)
		c.Paragraph(middle, "the file cannot be read: "+text.Line(problem.Error()), theme.Error)
		return
	}
	c.Spans(head.Line(1), canvas.Left, s.outcome())
	s.list.Face("the file", s.source.Known(), s.source.Problem(), "the file has no rows", "esc goes back")
	s.list.Draw(c, body, s.detail(), nil)
}

// outcome says what the first rows would come to.
func (s *File) outcome() canvas.Span {
	if !s.source.Known() {
		return canvas.Span{}
	}
	var sum engine.Import
	for _, r := range s.trial.rows {
		sum.Count(r)
	}
	sum.Rows = len(s.trial.rows)
	of := text.Safe(fmt.Sprintf("of the first %s: ", screen.Plural(sum.Rows, "row")))
	if s.trial.whole {
		of = "of " + screen.Plural(sum.Rows, "row") + ": "
	}
	span := canvas.Span{Text: of + told(sum), Style: theme.Text}
	if sum.Refused+sum.Differs > 0 {
		span.Style = theme.Attention
	}
	if s.trial.problem != nil {
		span = canvas.Span{Text: text.Line(s.trial.problem.Error()), Style: theme.Error}
	}
	return span
}

// detail tells of the row under the cursor, and which columns were recognised.
func (s *File) detail() []screen.Line {
	known, missing := s.columns(), 0
	needed, _ := s.kind.ImportColumns()
	for _, name := range needed {
		if !slices.Contains(known, name) {
			missing++
		}
	}
	lines := []screen.Line{fact("columns", text.Line(strings.Join(known, ", ")), theme.Text)}
	if missing > 0 {
		lines = append(lines, fact("needed", text.Line(strings.Join(needed, ", ")), theme.Warning))
	}
	for i, r := range s.trial.rows {
		if screen.Int(i) != s.list.Chosen() {
			continue
		}
		lines = append(lines, fact("line", text.Safe(screen.Int(r.Line)), theme.Strong))
		if r.Why != "" {
			lines = append(lines, fact("why", text.Line(r.Why), theme.Error))
		}
		lines = append(lines, cellLines(s.kind, r.Cells)...)
	}
	return lines
}
