package screen

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/theme"
)

// A File takes what is exported. It is there under its name once it is kept,
// whole, and else not at all.
type File interface {
	io.Writer
	Name() string // in full
	Keep() error
	Drop() error
}

// CreateFile begins a file. One that is there already fails with [fs.ErrExist],
// unless it is to be replaced.
type CreateFile func(name string, replace bool) (File, error)

// An Outgoing is a list on its way to a file.
type Outgoing struct {
	Of    text.Safe // what it is of: "Ready"
	Line  string    // the command line that writes the same; "" if none says as much
	Write func(ctx context.Context, e *engine.Engine, out io.Writer, tell func(engine.Exported)) (engine.Exported, error)
}

// An exporting is an export that goes on.
type exporting struct {
	of      text.Safe
	rows    atomic.Int64
	looking atomic.Bool // for more rows, and none come
	stop    context.CancelFunc
	done    sync.WaitGroup
}

// Exported is a message: what came of an export.
type Exported struct {
	Of   text.Safe
	File string
	Rows int
	Err  error

	again func() tea.Cmd // the same over the file that is there
}

// WhyNotExport says why nothing can be exported now, or "".
func (d *Desk) WhyNotExport() text.Safe {
	if d.exporting != nil {
		return "one export is on its way"
	}
	return ""
}

// Export writes a list to a file while the console goes on.
func (d *Desk) Export(name string, replace bool, o Outgoing) tea.Cmd {
	ctx, stop := context.WithCancel(d.Context)
	x := &exporting{of: o.Of, stop: stop}
	x.done.Add(1)
	d.exporting = x
	e, create := d.Engine, d.CreateFile
	return func() tea.Msg {
		defer x.done.Done()
		defer stop()
		ended := Exported{Of: o.Of, File: name, again: func() tea.Cmd { return d.Export(name, true, o) }}
		file, err := create(name, replace)
		if err != nil {
			ended.Err = err
			return ended
		}
		ended.File = file.Name()
		done, err := o.Write(ctx, e, file, func(at engine.Exported) {
			x.rows.Store(int64(at.Rows))
			x.looking.Store(at.Searched != engine.Cursor{})
		})
		if ended.Rows = done.Rows; err == nil {
			err = file.Keep()
		} else {
			err = errors.Join(err, file.Drop())
		}
		ended.Err = err
		return ended
	}
}

// Exporting says how far the export is that goes on, and whether one does.
func (d *Desk) Exporting() (said text.Safe, going bool) {
	x := d.exporting
	if x == nil {
		return "", false
	}
	said = "exporting, " + Plural(int(x.rows.Load()), "row")
	if x.looking.Load() {
		said += ", looking for more"
	}
	return said, true
}

// AskStopExport offers to stop the export that goes on.
func (d *Desk) AskStopExport() {
	said, _ := d.Exporting()
	x := d.exporting
	d.Show("export", &overlay.Sheet{
		Title: "Export of " + x.of, Yes: "stop it", Considered: true,
		Body: []overlay.Line{{Label: "NOW", Text: said}, {Label: "IF STOPPED", Text: "no file is left behind"}},
	}, func(string) tea.Cmd {
		x.stop()
		return nil
	})
}

// StopExport stops an export at the end of a session, and waits until nothing of
// it is left behind.
func (d *Desk) StopExport() {
	if x := d.exporting; x != nil {
		x.stop()
		x.done.Wait()
	}
}

// TakeExported tells how an export went. Where the file was there already, it
// asks whether to replace it.
func (d *Desk) TakeExported(x Exported) tea.Cmd {
	d.exporting = nil
	file := text.Line(x.File)
	switch {
	case errors.Is(x.Err, context.Canceled):
		d.Say("stopped: nothing was written", theme.Warning)
	case errors.Is(x.Err, fs.ErrExist) && x.again != nil:
		d.Show("replace", &overlay.Sheet{
			Title: "Export of " + x.Of, Yes: "replace it", Style: theme.Warning,
			Body: []overlay.Line{{Text: "there is a file " + file + " already", Style: theme.Strong}, {Text: "what is in it would be gone"}},
		}, func(string) tea.Cmd { return x.again() })
	case x.Err != nil:
		d.Say("not exported: "+text.Line(x.Err.Error()), theme.Error)
	default:
		d.Say("exported "+Plural(x.Rows, "row")+" to "+file, theme.Done)
	}
	return nil
}

// What is written of a request.
const (
	shownFields = "shown"
	allFields   = "all"
)

// AskExport asks for a file, and whether all is written or what is shown, and
// begins the export. Columns are those that are shown; out makes the export of
// some, or of everything for none.
func (d *Desk) AskExport(of text.Safe, what text.Safe, file string, columns []string, out func(columns []string, form engine.ExportForm) Outgoing) {
	chosen := func(f *form.Form) Outgoing {
		names := columns
		if f.Value("fields") == allFields {
			names = nil
		}
		return out(names, formOf(f.Value("file")))
	}
	if d.CreateFile == nil { // its disk is not the reviewer's
		o := out(columns, engine.ExportCSV)
		d.Did(o.Line)
		d.Show("export", &overlay.Sheet{Title: "Export of " + of, Body: []overlay.Line{
			{Text: "here it would land on the server; on your own machine:"},
			{},
			{Text: "ssh HOST -- " + text.Line(strings.TrimPrefix(o.Line, "purser ")) + " > " + text.Line(file), Style: theme.Strong},
		}}, nil)
		return
	}
	asked := form.New(
		form.Field{
			ID: "file", Label: "FILE", Input: form.NewText(text.Line(file), 0), Help: "CSV, or JSON lines if it ends in .jsonl",
			Check: func(name string) text.Safe {
				if name == "" {
					return "name it"
				}
				return ""
			},
		},
		form.Field{
			ID: "fields", Label: "FIELDS", Check: form.Required,
			Input: form.NewChoice(shownFields, form.Option{Value: shownFields, Label: "the columns shown"}, form.Option{Value: allFields, Label: "all there are"}),
		},
	)
	asked.Quick = true
	d.Show("export", &overlay.Ask{
		Title: "Export of " + of, Form: asked, Yes: "export",
		Body: []overlay.Line{{Label: "ROWS", Text: what}, {Label: "COLUMNS", Text: text.Line(strings.Join(columns, " "))}},
	}, func(string) tea.Cmd {
		o := chosen(asked)
		if o.Line != "" {
			d.Did(o.Line + " > " + Quote(asked.Value("file")))
		}
		return d.Export(asked.Value("file"), false, o)
	})
}

// formOf is the form that the name of a file asks for.
func formOf(name string) engine.ExportForm {
	if strings.HasSuffix(strings.ToLower(name), ".jsonl") {
		return engine.ExportLines
	}
	return engine.ExportCSV
}
