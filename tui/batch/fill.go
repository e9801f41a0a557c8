package batch

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
)

// A Filling is requests on their way into a batch.
type Filling struct {
	Into        engine.Batch // that they are added to; zero where the name says which, or a new one is made
	Reference   string
	Description string
	Of          engine.Selection
}

// AskFill asks into which batch requests are put; what says which they are.
func AskFill(d *screen.Desk, of engine.Selection, what text.Safe) tea.Cmd {
	asked := form.New(
		form.Field{
			ID: "reference", Label: "BATCH", Input: form.NewText("", longestReference),
			Help: "a new name, or that of a batch there is; empty for the time",
		},
		form.Field{ID: "description", Label: "DESCRIPTION", Input: form.NewText("", longestDescription), Help: "of a new one"},
	)
	asked.Quick = true
	effect := text.Safe("a request is in one batch at most; one that is in a batch already refuses all")
	if of.Filter != nil {
		effect = "those that are in no batch yet, oldest first; nothing else of them changes"
	}
	d.Show("batch", &overlay.Ask{
		Title: "Put " + what + " into a batch", Form: asked, Yes: "put",
		Body: []overlay.Line{{Label: "EFFECT", Text: effect}},
	}, func(string) tea.Cmd {
		return fill(d, Filling{
			Reference: strings.TrimSpace(asked.Value("reference")), Description: asked.Value("description"), Of: of,
		})
	})
	return nil
}

// Filled is a message: requests were put into a batch, or why not.
type Filled struct {
	Batch   engine.Batch
	Made    bool // for them
	Of      engine.Selection
	before  int // requests that it had
	Left    []engine.LeftOut
	Err     error
	Filling Filling
}

// fill puts requests into a batch.
func fill(d *screen.Desk, f Filling) tea.Cmd {
	ctx, e, c, mode := d.Context, d.Engine, d.Caller, d.Mode
	return func() tea.Msg {
		done := Filled{Of: f.Of, Filling: f}
		into := f.Into
		if into.ID == "" && f.Reference != "" {
			found, err := e.BatchByReference(ctx, mode, f.Reference)
			if err != nil && engine.CodeOf(err) != engine.NotFound {
				done.Err = err
				return done
			}
			into = found
		}
		if done.Made = into.ID == ""; done.Made {
			done.Batch, done.Left, done.Err = e.CreateBatch(ctx, c, engine.NewBatch{
				Reference: f.Reference, Description: f.Description, Of: f.Of,
			})
			return done
		}
		done.before = into.Requests
		done.Batch, done.Left, done.Err = e.AddToBatch(ctx, c, into.ID, f.Of)
		return done
	}
}

// Said says what was put where.
func (f Filled) Said() text.Safe {
	name := text.Line(f.Batch.Reference)
	said := "put " + of(f.Batch.Requests-f.before) + " into the new batch " + name
	if !f.Made {
		said = "added " + of(f.Batch.Requests-f.before) + " to batch " + name
	}
	if len(f.Left) > 0 {
		said += ", left out " + screen.Count(int64(len(f.Left))) + ": " + text.Line(f.Left[0].Why)
	}
	return said
}

// Deeds are what was done, and what takes it back; a zero one where nothing
// does.
func (f Filled) Deeds() (done, back screen.Deed) {
	id, ids := f.Batch.ID, f.Of.IDs
	name := screen.Quote(f.Batch.Reference)
	line := "purser batch add " + name
	if f.Made {
		line = "purser batch create --reference " + name
	}
	if f.Of.Filter != nil {
		line += " --filter " + screen.Quote(f.Of.Filter.String())
	}
	for _, request := range ids {
		line += " " + string(request)
	}
	done = screen.Deed{Action: string(screen.ToBatch), Request: engine.RequestID(id), Said: f.Said(), Line: line}
	back = changed(string(screen.ToBatch), "taking out of batch "+text.Line(f.Batch.Reference)+" what was put there", "", nil)
	back.Request = engine.RequestID(id)
	const most = 1000 // that can be removed at once
	switch {
	case f.Made:
		back.Line = "purser batch delete " + name
		back.Run = func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			_, err := e.DeleteBatch(ctx, c, id)
			return engine.Request{}, err
		}
	case len(ids) > 0 && len(ids) <= most:
		back.Line = "purser batch remove " + name
		back.Run = func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			_, err := e.RemoveFromBatch(ctx, c, id, ids)
			return engine.Request{}, err
		}
	default:
		back.Run = nil
	}
	return done, back
}
