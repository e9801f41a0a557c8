package batch

import (
	"context"
	"io"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
)

// How long what is typed can be.
const (
	longestReference   = 60
	longestDescription = 255
	longestCell        = 500
	longestPath        = 500
)

// changed is a deed on a batch that changes no request.
func changed(action string, said text.Safe, line string, do func(context.Context, *engine.Engine, engine.Caller) error) screen.Deed {
	return screen.Deed{
		Action: action, Said: said, Line: line,
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			return engine.Request{}, do(ctx, e, c)
		},
	}
}

// askEdit asks what the batch is called, what is said of it, and in which order
// its requests are allocated.
func (s *Batch) askEdit() {
	b := s.state.Batch
	order := strings.Join(b.AllocationOrder, ", ")
	var asked *form.Form
	asked = form.New(
		form.Field{ID: "reference", Label: "NAME", Input: form.NewText(text.Line(b.Reference), longestReference), Check: form.Required},
		form.Field{ID: "description", Label: "DESCRIPTION", Input: form.NewText(text.Line(b.Description), longestDescription)},
		form.Field{
			ID: "order", Label: "ORDER", Input: form.NewText(text.Line(order), longestPath),
			Help: "of instruments, with commas; empty for the organisation's",
			Check: func(string) text.Safe {
				if err := detailsOf(asked, b).Check(b); err != nil {
					return text.Line(err.Error())
				}
				return ""
			},
		},
	)
	s.desk.Show("batch", &overlay.Ask{
		Title: "Batch " + text.Line(b.Reference), Form: asked, Yes: "keep",
		Body: []overlay.Line{{Label: "NAMES", Text: "methods and the words alternative-payment-methods and selected-payment-instrument, which has to be among them"}},
	}, func(string) tea.Cmd {
		now := detailsOf(asked, b)
		if now == (engine.BatchDetails{}) {
			return nil
		}
		return s.desk.Carry(changed(string(screen.EditBatch), "changed the batch "+text.Line(asked.Value("reference")), setLine(b, now),
			func(ctx context.Context, e *engine.Engine, c engine.Caller) error {
				_, err := e.SetBatch(ctx, c, b.ID, now)
				return err
			}))
	})
}

// detailsOf are those that a form says otherwise than the batch.
func detailsOf(f *form.Form, b engine.Batch) (d engine.BatchDetails) {
	if v := strings.TrimSpace(f.Value("reference")); v != b.Reference {
		d.Reference = &v
	}
	if v := f.Value("description"); v != b.Description {
		d.Description = &v
	}
	order := strings.FieldsFunc(f.Value("order"), func(r rune) bool { return r == ',' || r == ' ' })
	if !slices.Equal(order, b.AllocationOrder) {
		d.AllocationOrder = &order
	}
	return d
}

func setLine(b engine.Batch, d engine.BatchDetails) string {
	if d.AllocationOrder != nil && d.Reference == nil && d.Description == nil {
		return "purser batch order " + screen.Quote(b.Reference) + " " + strings.Join(*d.AllocationOrder, " ")
	}
	line := "purser batch set " + screen.Quote(b.Reference)
	if d.Reference != nil {
		line += " --reference " + screen.Quote(*d.Reference)
	}
	if d.Description != nil {
		line += " --description " + screen.Quote(*d.Description)
	}
	return line
}

// askAdd asks which requests are added.
func (s *Batch) askAdd() {
	asked := form.New(form.Field{
		ID: "filter", Label: "FILTER", Input: form.NewText("", longestPath), Help: "such as status:ready;currency:EUR, or id:A,B",
		Check: func(v string) text.Safe {
			if strings.TrimSpace(v) == "" {
				return "say which"
			}
			if _, err := s.desk.ReadFilter(v, s.desk.Engine.Now()); err != nil {
				return text.Line(err.Error())
			}
			return ""
		},
	})
	b := s.state.Batch
	s.desk.Show("batch", &overlay.Ask{
		Title: "Add to batch " + text.Line(b.Reference), Form: asked, Yes: "add",
		Body: []overlay.Line{{Label: "EFFECT", Text: "those that match and are in no batch yet come behind the others, oldest first; nothing else of them changes"}},
	}, func(string) tea.Cmd {
		expr, err := s.desk.ReadFilter(asked.Value("filter"), s.desk.Engine.Now())
		if err != nil {
			s.desk.Fail(err)
			return nil
		}
		return fill(s.desk, Filling{Into: b, Of: engine.Selection{Filter: &expr, Mode: s.desk.Mode}})
	})
}

// askRemove asks whether to take the request under the cursor out.
func (s *Batch) askRemove() tea.Cmd {
	e, _ := s.requests.cursor()
	return Remove(s.desk, e.id, s.state.Batch, screen.Money(e.amount)+" of "+screen.Customer(e.row))
}

// Remove asks whether to take a request out of its batch; what names it.
func Remove(d *screen.Desk, id engine.RequestID, b engine.Batch, what text.Safe) tea.Cmd {
	deed := changed(string(screen.OutOfBatch), "took "+what+" out of batch "+text.Line(b.Reference),
		"purser batch remove "+screen.Quote(b.Reference)+" "+string(id),
		func(ctx context.Context, e *engine.Engine, c engine.Caller) error {
			_, err := e.RemoveFromBatch(ctx, c, b.ID, []engine.RequestID{id})
			return err
		})
	return d.ArmOn("take "+what+" out of batch "+text.Line(b.Reference), deed)
}

// askDelete asks whether to delete the batch.
func (s *Batch) askDelete() tea.Cmd {
	b := s.state.Batch
	deed := changed(string(screen.DeleteBatch), "deleted the batch "+text.Line(b.Reference)+": its requests are as they were",
		"purser batch delete "+screen.Quote(b.Reference),
		func(ctx context.Context, e *engine.Engine, c engine.Caller) error {
			_, err := e.DeleteBatch(ctx, c, b.ID)
			return err
		})
	return s.desk.ArmOn("delete the batch "+text.Line(b.Reference)+"; its "+of(s.state.Requests)+" stay as they are", deed)
}

// askMend asks for the cells of a row that was skipped, and tries it again.
func (s *Batch) askMend(row engine.BatchRow, still text.Safe) {
	names, needed := engine.BatchColumns()
	var fields []form.Field
	for i, name := range names {
		field := form.Field{ID: name, Label: text.Line(name), Input: form.NewText(text.Line(row.Cells[name]), longestCell)}
		if i < needed {
			field.Check = form.Required
		}
		fields = append(fields, field)
	}
	asked := form.New(fields...)
	wrong, why := row.Why, text.Safe("is wrong")
	if column, rest, ok := strings.Cut(strings.TrimPrefix(wrong, "["), "] "); ok && slices.Contains(names, column) {
		asked.Focus(column)
		asked.Refuse(column, text.Line(rest))
		why = text.Line(rest)
	}
	title := "Mend line " + text.Safe(screen.Int(row.Line))
	if still != "" {
		title += ": " + still
	}
	b, line := s.state.Batch, row.Line
	s.desk.Show("row", &overlay.Ask{
		Title: title, Form: asked, Yes: "try it again",
		Body: []overlay.Line{{Label: "WRONG", Text: why}, {Label: "EFFECT", Text: "good by then, it becomes a request of the batch; if not, what you changed is kept"}},
	}, func(string) tea.Cmd {
		cells := map[string]string{}
		for _, name := range names {
			if v := asked.Value(name); v != row.Cells[name] {
				cells[name] = v
			}
		}
		if len(cells) == 0 {
			return nil
		}
		e, c, ctx := s.desk.Engine, s.desk.Caller, s.desk.Context
		return func() tea.Msg {
			mended, err := e.EditBatchRow(ctx, c, b.ID, line, cells)
			return Mended{s, mended, cells, err}
		}
	})
}

// Mended is a message: a row of a file was tried again.
type Mended struct {
	Screen *Batch
	Row    engine.BatchRow
	cells  map[string]string
	Err    error
}

// Said says what became of the row, and the command line that does the same.
// One that is wrong still is asked for again.
func (m Mended) Said() (said text.Safe, line string, good bool) {
	s := m.Screen
	line = "purser batch edit " + screen.Quote(s.state.Reference) + " " + screen.Int(m.Row.Line)
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range m.cells {
			if !yield(name) {
				return
			}
		}
	}) {
		line += " " + screen.Quote(name+"="+text.Masked(m.cells[name]))
	}
	said = "line " + text.Safe(screen.Int(m.Row.Line)) + " is request " + screen.Short(string(m.Row.RequestID)) + " now"
	if m.Row.Status != engine.BatchRowSkipped {
		return said, line, true
	}
	s.askMend(m.Row, "still skipped")
	return "line " + text.Safe(screen.Int(m.Row.Line)) + " is still skipped: " + text.Line(m.Row.Why), line, false
}

// askExport asks where the rows of the file are written to.
func (s *Batch) askExport() {
	b := s.state.Batch
	asked := form.New(form.Field{
		ID: "path", Label: "FILE", Input: form.NewText(text.Line(b.Reference+".csv"), longestPath), Check: form.Required,
	})
	asked.Quick = true
	s.desk.Show("export", &overlay.Ask{
		Title: "Write the rows of " + text.Line(b.Reference), Form: asked, Yes: "write",
		Body: []overlay.Line{{Label: "EFFECT", Text: "CSV with the columns that it came with, and what was mended; card numbers are masked"}},
	}, func(string) tea.Cmd {
		path := asked.Value("path")
		line := "purser batch export " + screen.Quote(b.Reference) + " > " + screen.Quote(path)
		s.desk.Did(line)
		return s.desk.Export(path, false, screen.Outgoing{
			Of: text.Line(b.Reference), Line: line,
			Write: func(ctx context.Context, e *engine.Engine, out io.Writer, tell func(engine.Exported)) (engine.Exported, error) {
				return e.WriteBatch(ctx, b.ID, out, tell)
			},
		})
	})
}

// WhyNotHere says why no file can be read or written here, or "".
func WhyNotHere(d *screen.Desk) text.Safe {
	if d.CreateFile == nil {
		return "only where the console runs on your own machine: purser batch does it there"
	}
	return ""
}
