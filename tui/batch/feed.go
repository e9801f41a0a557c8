package batch

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
)

// A Feed is a file that this console takes into a batch, a few bites at a time,
// whatever screen is shown. Left half way, the same file under the same name
// goes on.
type Feed struct {
	desk   *screen.Desk
	ctx    context.Context
	cancel context.CancelFunc
	path   string
	into   engine.BatchFile
	file   *counted
	rows   *engine.BatchFeed // read by one command at a time

	at Fed // as far as is known
}

// Fed is a message: how far a feed is.
type Fed struct {
	Feed    *Feed
	Batch   engine.Batch
	Line    int
	New     int
	Skipped int
	Percent int
	Err     error // io.EOF once all is in
}

// counted is a file that counts what was read of it.
type counted struct {
	*os.File
	size int64
	read atomic.Int64
}

// Read implements io.Reader.
func (c *counted) Read(b []byte) (int, error) {
	n, err := c.File.Read(b)
	c.read.Add(int64(n))
	return n, err
}

// Feeding is a message: a file is to be taken in.
type Feeding struct{ Feed *Feed }

// WhyNotFile says why no file can be taken in here, or "".
func WhyNotFile(d *screen.Desk) text.Safe {
	if why := WhyNotChange(d); why != "" {
		return why
	}
	if len(pointsOf(d)) == 0 {
		return "no point takes requests in " + text.Line(string(d.Mode)) + " mode: an admin adds one with purser apply"
	}
	return WhyNotHere(d)
}

// pointsOf are the points whose requests the rows of a file can become.
func pointsOf(d *screen.Desk) []form.Option {
	var options []form.Option
	for id, p := range d.Config.Points {
		if p.Mode == d.Mode && !p.Disabled {
			options = append(options, form.Option{Value: id, Label: text.Line(id)})
		}
	}
	slices.SortFunc(options, func(a, b form.Option) int { return strings.Compare(a.Value, b.Value) })
	return options
}

// AskFile asks which file is taken in.
func AskFile(d *screen.Desk) tea.Cmd {
	options := pointsOf(d)
	columns, needed := engine.BatchColumns()
	asked := form.New(
		form.Field{ID: "path", Label: "FILE", Input: form.NewText("", longestPath), Check: whyNotRead, Help: "CSV, with the names of its columns in the first line"},
		form.Field{ID: "point", Label: "POINT", Input: form.NewChoice(options[0].Value, options...), Check: form.Required},
		form.Field{ID: "reference", Label: "BATCH", Input: form.NewText("", longestReference), Help: "what to call it; empty for the time. A file that was broken off goes on under its name"},
		form.Field{ID: "description", Label: "DESCRIPTION", Input: form.NewText("", longestDescription)},
	)
	d.Show("file", &overlay.Ask{
		Title: "Take in a file as a batch", Form: asked, Yes: "take it in",
		Body: []overlay.Line{
			{Label: "COLUMNS", Text: text.Line(strings.Join(columns[:needed], ", ") + "; and if you like " + strings.Join(columns[needed:], ", "))},
			{Label: "EFFECT", Text: "each row becomes a request; one that makes no sense is kept as skipped, with what is wrong, and can be mended"},
		},
	}, func(string) tea.Cmd {
		f := &Feed{desk: d, path: asked.Value("path"), into: engine.BatchFile{
			Reference: strings.TrimSpace(asked.Value("reference")), Description: asked.Value("description"), PointID: asked.Value("point"),
		}}
		f.ctx, f.cancel = context.WithCancel(d.Context)
		return func() tea.Msg { return Feeding{f} }
	})
	return nil
}

// whyNotRead says why a file cannot be read, or "".
func whyNotRead(path string) text.Safe {
	if path == "" {
		return "is needed"
	}
	about, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "there is no such file"
	case err != nil:
		return text.Line(err.Error())
	case !about.Mode().IsRegular():
		return "is no file"
	}
	return ""
}

// fewBites is how much is taken in before the screen is told.
const fewBites = 3

// Next takes in some more.
func (f *Feed) Next() tea.Cmd {
	return func() tea.Msg {
		err := f.open()
		for i := 0; i < fewBites && err == nil; i++ {
			_, err = f.rows.Next(f.ctx)
		}
		now := Fed{Feed: f, Err: err}
		if f.rows != nil {
			now.Batch, now.Line, now.New, now.Skipped = f.rows.Batch, f.rows.Line, f.rows.Taken-f.rows.Skipped, f.rows.Skipped
		}
		if f.file != nil && f.file.size > 0 {
			now.Percent = int(f.file.read.Load() * 100 / f.file.size)
		}
		if err != nil && f.file != nil {
			if closed := f.file.Close(); closed != nil && errors.Is(err, io.EOF) {
				now.Err = closed
			}
		}
		return now
	}
}

// open opens the file, at first.
func (f *Feed) open() error {
	if f.rows != nil {
		return nil
	}
	file, err := os.Open(f.path)
	if err != nil {
		return engine.Errorf(engine.Invalid, "%v", err)
	}
	f.file = &counted{File: file}
	if about, err := file.Stat(); err == nil {
		f.file.size = about.Size()
	}
	f.rows, err = f.desk.Engine.FeedBatch(f.desk.Caller, f.into, f.file)
	return err
}

// Take takes note of how far it is, and goes on unless it has ended.
func (f *Feed) Take(now Fed) (cmd tea.Cmd, ended bool) {
	f.at = now
	if now.Err != nil {
		f.cancel()
		return nil, true
	}
	return f.Next(), false
}

// Stop ends it after the bite at work.
func (f *Feed) Stop() { f.cancel() }

// name is the file without its folder.
func (f *Feed) name() text.Safe { return text.Line(filepath.Base(f.path)) }

// Said says how far it is, or how it ended.
func (f *Feed) Said() text.Safe {
	told := screen.Count(int64(f.at.New)) + " new, " + screen.Count(int64(f.at.Skipped)) + " skipped"
	switch {
	case f.at.Err == nil:
		return "taking in " + f.name() + ": line " + screen.Count(int64(f.at.Line)) + ", " + told + ", " + text.Safe(screen.Int(f.at.Percent)) + "%"
	case errors.Is(f.at.Err, io.EOF):
		return "took in " + f.name() + " as batch " + text.Line(f.at.Batch.Reference) + ": " + told
	case errors.Is(f.at.Err, context.Canceled):
		return "stopped at line " + screen.Count(int64(f.at.Line)) + " of " + f.name() + ": " + told +
			"; the same file as batch " + text.Line(f.at.Batch.Reference) + " goes on"
	}
	said := f.name() + ": " + text.Line(f.at.Err.Error())
	if f.at.Batch.ID != "" {
		said += "; batch " + text.Line(f.at.Batch.Reference) + " has " + told
	}
	return said
}

// Whole reports whether all of the file is in, and as which batch.
func (f *Feed) Whole() (engine.Batch, bool) { return f.at.Batch, errors.Is(f.at.Err, io.EOF) }

// Line is the command line that does the same.
func (f *Feed) Line() string {
	line := "purser batch import " + screen.Quote(f.path) + " --point " + f.into.PointID
	if f.at.Batch.Reference != "" {
		line += " --reference " + screen.Quote(f.at.Batch.Reference)
	}
	return line
}

// Brief is how far it is, in a word and a figure.
func (f *Feed) Brief() []canvas.Span {
	return []canvas.Span{{Text: "taking in " + text.Safe(screen.Int(f.at.Percent)) + "%"}}
}
