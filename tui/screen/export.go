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
	if why := d.WhyNotExport(); why != "" {
		d.Say(why+": wait for it, or stop it", theme.Warning)
		return nil
	}
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

// askStopExport offers to stop the export that goes on.
func (d *Desk) askStopExport() {
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

// A Sending is what can be exported from a screen.
type Sending struct {
	Of, What text.Safe // "Ready", and "all of Ready that match amount:100.."
	File     string    // the name that is offered
	Columns  []string  // that are shown; nil where all there is is written

	// Out makes the export, of some columns or of everything.
	Out func(columns []string, form engine.ExportForm) Outgoing
}

// AskExport asks for a file, and whether all is written or what is shown, and
// begins the export. While one goes on, it offers to stop that.
func (d *Desk) AskExport(s Sending) {
	if d.exporting != nil {
		d.askStopExport()
		return
	}
	if d.CreateFile == nil { // its disk is not the reviewer's
		o := s.Out(s.Columns, engine.ExportCSV)
		d.Did(o.Line)
		d.Show("export", &overlay.Sheet{Title: "Export of " + s.Of, Body: []overlay.Line{
			{Text: "here it would land on the server; on your own machine:"},
			{},
			{Text: "ssh HOST -- " + text.Line(strings.TrimPrefix(o.Line, "purser ")) + " > " + text.Line(s.File), Style: theme.Strong},
		}}, nil)
		return
	}
	fields := []form.Field{{
		ID: "file", Label: "FILE", Input: form.NewText(text.Line(s.File), 0), Help: "CSV, or JSON lines if it ends in .jsonl",
		Check: func(name string) text.Safe {
			if name == "" {
				return "name it"
			}
			return ""
		},
	}}
	body := []overlay.Line{{Label: "ROWS", Text: s.What}}
	if s.Columns != nil {
		fields = append(fields, form.Field{
			ID: "fields", Label: "FIELDS", Check: form.Required,
			Input: form.NewChoice(shownFields, form.Option{Value: shownFields, Label: "the columns shown"}, form.Option{Value: allFields, Label: "all there are"}),
		})
		body = append(body, overlay.Line{Label: "COLUMNS", Text: text.Line(strings.Join(s.Columns, " "))})
	}
	asked := form.New(fields...)
	asked.Quick = true
	d.Show("export", &overlay.Ask{Title: "Export of " + s.Of, Form: asked, Yes: "export", Body: body}, func(string) tea.Cmd {
		columns, file := s.Columns, asked.Value("file")
		if asked.Value("fields") == allFields {
			columns = nil
		}
		o := s.Out(columns, formOf(file))
		if o.Line != "" {
			d.Did(o.Line + " > " + Quote(file))
		}
		return d.Export(file, false, o)
	})
}

// formOf is the form that the name of a file asks for.
func formOf(name string) engine.ExportForm {
	if strings.HasSuffix(strings.ToLower(name), ".jsonl") {
		return engine.ExportLines
	}
	return engine.ExportCSV
}
