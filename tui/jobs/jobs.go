// Package jobs is the screens of what the engine does by and by: all runs and
// imports, one import with its rows, and a file before it is imported.
//
// The nouns are [Jobs], the list; [Import], one import; [File], a file of which
// nothing was taken in yet.
//
// Invariants: a job belongs to the engine: no screen is needed for it to go on,
// and every console shows the same of it. A file is copied only after its first
// rows, and what would become of them, were on the screen.
//
// It refuses to know how a run is shown, and where files are.
package jobs

import (
	"cmp"
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// latest bounds how many runs, and how many imports, are listed.
const latest = 300

// A job is a run or an import.
type job struct {
	run  *engine.Run
	file *engine.Import
}

func (j job) id() string {
	if j.run != nil {
		return string(j.run.ID)
	}
	return string(j.file.ID)
}

func (j job) started() time.Time {
	if j.run != nil {
		return j.run.CreatedAt
	}
	return j.file.CreatedAt
}

func (j job) ended() bool {
	if j.run != nil {
		return j.run.Status.Ended()
	}
	return j.file.Status.Ended()
}

// figures are how many of its items had their turn, out of how many, and how
// many of those were refused.
func (j job) figures() (had, all, refused int) {
	if j.run != nil {
		return j.run.Done + j.run.Refused, j.run.Items - j.run.Skipped, j.run.Refused
	}
	return j.file.Taken(), j.file.Rows, j.file.Refused + j.file.Differs
}

// read reads the latest jobs, the latest first.
func read(ctx context.Context, e *engine.Engine, mode engine.Mode) ([]job, error) {
	runs, err := e.Runs(ctx, engine.RunQuery{Mode: mode, Limit: latest})
	if err != nil {
		return nil, err
	}
	imports, err := e.Imports(ctx, engine.ImportQuery{Limit: latest})
	if err != nil {
		return nil, err
	}
	var all []job
	for i := range runs {
		all = append(all, job{run: &runs[i]})
	}
	for i := range imports {
		all = append(all, job{file: &imports[i]})
	}
	slices.SortStableFunc(all, func(a, b job) int {
		return cmp.Or(b.started().Compare(a.started()), cmp.Compare(b.id(), a.id()))
	})
	return all, nil
}

// A Jobs is the screen of all jobs.
type Jobs struct {
	desk   *screen.Desk
	source screen.Source[[]job]
	all    []job
	at     int // the tab
	list   *screen.List
}

// The tabs.
const (
	every = iota
	going
	wrong
	jobTabs
)

var jobColumns = []grid.Column{
	{ID: "id", Title: "JOB", Min: 7},
	{ID: "what", Title: "WHAT", Min: 18, Max: 30},
	{ID: "status", Title: "STATUS", Min: 10},
	{ID: "progress", Title: "PROGRESS", Min: 15, Max: 15, Priority: 1},
	{ID: "had", Title: "DONE", Min: 8, Max: 18, Align: canvas.Right},
	{ID: "refused", Title: "REFUSED", Min: 7, Align: canvas.Right},
	{ID: "by", Title: "BY", Min: 8, Max: 12, Priority: 2},
	{ID: "started", Title: "STARTED", Min: 8, Max: 12, Priority: 3},
	{ID: "of", Title: "OF", Min: 14, Max: 50, Priority: 4},
}

// labels is how wide the labels of details stand.
const labels = 11

// New returns the screen of all jobs.
func New(d *screen.Desk) *Jobs {
	s := &Jobs{desk: d, list: screen.NewList(labels, jobColumns...)}
	e, mode := d.Engine, d.Mode
	s.source.Read = func(ctx context.Context) ([]job, error) { return read(ctx, e, mode) }
	return s
}

// Place implements the console's screen.
func (s *Jobs) Place() screen.Place { return screen.Place{Kind: screen.Jobs} }

// Load implements the console's screen.
func (s *Jobs) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Jobs) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

// Take implements the console's screen.
func (s *Jobs) Take(msg tea.Msg) tea.Cmd {
	all, ok, cmd := s.source.Take(s.desk, msg)
	if ok {
		s.all = all
		s.list.Set(s.rows())
	}
	return cmd
}

// in reports whether a tab lists a job.
func (j job) in(tab int) bool {
	_, _, refused := j.figures()
	switch tab {
	case going:
		return !j.ended()
	case wrong:
		return refused > 0 || j.failure() != ""
	}
	return true
}

func (j job) failure() string {
	if j.run != nil {
		return j.run.Failure
	}
	return j.file.Failure
}

// chosen is the job under the cursor.
func (s *Jobs) chosen() (job, bool) {
	key := s.list.Chosen()
	i := slices.IndexFunc(s.all, func(j job) bool { return j.id() == key })
	if i < 0 {
		return job{}, false
	}
	return s.all[i], true
}

// Why implements the console's screen.
func (s *Jobs) Why(a keys.ID) text.Safe {
	chosen, some := s.chosen()
	switch {
	case a == screen.StartImport:
		return whyNotImport(s.desk)
	case (a == screen.Open || a == screen.StopJob) && !some:
		return "there is no job under the cursor"
	case a == screen.StopJob:
		return s.whyNotStop(chosen)
	case screen.TabOf(a) > jobTabs:
		return "there is no such tab"
	case a == screen.Filter:
		return "jobs are told apart by the tabs"
	}
	return ""
}

func (s *Jobs) whyNotStop(j job) text.Safe {
	if j.ended() {
		return "it has ended"
	}
	return whyNotAct(s.desk)
}

// whyNotAct says why a job can be neither started nor stopped here.
func whyNotAct(d *screen.Desk) text.Safe {
	switch {
	case d.ReadOnly != "":
		return "read-only: " + d.ReadOnly
	case !d.Actor.Role.AtLeast(engine.RoleReviewer):
		return text.Line(string(d.Actor.ID)) + " is " + text.Line(d.Actor.Role.WithArticle()) + ": it takes a reviewer"
	}
	return ""
}

// Do implements the console's screen.
func (s *Jobs) Do(a keys.ID) tea.Cmd {
	if s.list.Do(a) {
		return nil
	}
	chosen, _ := s.chosen()
	switch a {
	case screen.Reload:
		return s.Load()
	case screen.Open:
		return s.open(chosen)
	case screen.StartImport:
		return askFile(s.desk)
	case screen.StopJob:
		return stop(s.desk, chosen)
	case screen.NextTab:
		s.show((s.at + 1) % jobTabs)
	case screen.PreviousTab:
		s.show((s.at + jobTabs - 1) % jobTabs)
	}
	if i := screen.TabOf(a); i > 0 {
		s.show(i - 1)
	}
	return nil
}

func (s *Jobs) show(tab int) {
	s.at = tab
	rows := s.rows()
	s.list.Grid.Show(grid.Window{Rows: rows, Total: int64(len(rows))}, "")
}

// OpenRun is a message: somebody wants to see a run, which has a screen of its
// own.
type OpenRun struct{ Run engine.Run }

func (s *Jobs) open(j job) tea.Cmd {
	if j.run != nil {
		return func() tea.Msg { return OpenRun{*j.run} }
	}
	return screen.GoTo(PlaceOf(j.file.ID))
}

// PlaceOf is where an import is seen.
func PlaceOf(id engine.ImportID) screen.Place {
	return screen.Place{
		Kind: screen.FileImport, Object: screen.Object{Kind: engine.KindImport, ID: string(id)},
		View: "Import " + string(screen.Short(string(id))),
	}
}

// stop asks whether to stop a job.
func stop(d *screen.Desk, j job) tea.Cmd {
	had, all, _ := j.figures()
	if j.run != nil {
		id := j.run.ID
		return d.ArmOn("stop now: "+screen.Plural(all-had, "request")+" or a few less stay as they are", screen.Deed{
			Action: string(screen.StopJob), Said: "stopped run " + screen.Short(string(id)),
			Line: "purser batch stop " + string(id),
			Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
				_, err := e.StopRun(ctx, c, id, "")
				return engine.Request{}, err
			},
		})
	}
	id, sentence := j.file.ID, "stop now: "+screen.Plural(all-had, "row")+" or a few less are not taken in"
	if j.file.Status == engine.ImportCopying {
		sentence = "discard the copy of " + text.Line(j.file.File) + ": nothing of it was taken in"
	}
	return d.ArmOn(sentence, screen.Deed{
		Action: string(screen.StopJob), Said: "stopped import " + screen.Short(string(id)),
		Line: "purser import stop " + string(id),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			_, err := e.StopImport(ctx, c, id, "")
			return engine.Request{}, err
		},
	})
}

// Key implements the console's screen.
func (s *Jobs) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Typing implements the console's screen.
func (s *Jobs) Typing() bool { return false }

// Subject implements the console's screen.
func (s *Jobs) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (s *Jobs) Hints() []keys.ID {
	hints := []keys.ID{screen.StartImport, screen.NextTab, screen.Leave}
	chosen, some := s.chosen()
	if some && !chosen.ended() {
		hints = append([]keys.ID{screen.StopJob}, hints...)
	}
	if some {
		hints = append([]keys.ID{screen.Open}, hints...)
	}
	return hints
}

// Close implements the console's screen.
func (s *Jobs) Close() { s.source.Stop() }

// Brief is an import that goes on, in a word and a figure.
func Brief(i engine.Import) text.Safe {
	if i.Status == engine.ImportCopying {
		return "copying " + screen.Count(int64(i.Rows)) + " rows"
	}
	return "importing " + text.Line(string(i.Kind)) + " " + percent(i.Taken(), i.Rows)
}

func percent(had, all int) text.Safe {
	if all == 0 {
		return "0%"
	}
	return text.Safe(screen.Int(had*100/all)) + "%"
}

// status is where a job stands, in its own word.
func (s *Jobs) status(j job) canvas.Span {
	if j.file != nil {
		return importStatus(*j.file, s.desk.Engine.Now())
	}
	span := canvas.Span{Text: text.Line(string(j.run.Status)), Style: theme.Moving}
	switch {
	case j.run.StoppedBy != "":
		return canvas.Span{Text: "stopped", Style: theme.Attention}
	case j.run.Status == engine.RunCompleted:
		span.Style = theme.Done
	case j.run.Status == engine.RunFailed:
		span.Style = theme.Error
	}
	return span
}

func importStatus(i engine.Import, now time.Time) canvas.Span {
	span := canvas.Span{Text: text.Line(string(i.Status)), Style: theme.Moving}
	switch {
	case i.StoppedBy != "":
		return canvas.Span{Text: "stopped", Style: theme.Attention}
	case i.Left(now):
		return canvas.Span{Text: "left", Style: theme.Attention}
	case i.Status == engine.ImportCompleted:
		span.Style = theme.Done
	case i.Status == engine.ImportFailed:
		span.Style = theme.Error
	}
	return span
}
