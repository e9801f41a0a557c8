package queue

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/plan"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

const (
	previewFrom   = 110 // columns of the screen from which there is a preview
	previewLabels = 12
	lastEvents    = 20 // of a timeline
)

// previewWidth is how much of a screen the preview takes.
func previewWidth(w int) int { return max(38, min(w/3-2, 60)) }

// A preview shows the request under the cursor.
type preview struct {
	loader screen.Loader
	pane   screen.Pane
	shown  bool // there is room for it
	told   told
	reads  engine.RequestID // which request was read last, or could not be
	err    error
}

// told is what the preview knows of a request.
type told struct {
	dossier engine.Dossier
	plan    plan.Plan
	saw     string              // names the plan
	others  []engine.RequestRow // open ones of the same customer
}

// knows reports whether the preview was read since a request last changed.
func (p *preview) knows(r engine.Request) bool {
	known := p.told.dossier.Request
	return r.ID != "" && known.ID == r.ID && !r.UpdatedAt.After(known.UpdatedAt)
}

// look reads the request under the cursor, one at a time: while one is being
// read, the cursor may pass over many.
func (q *Queue) look() tea.Cmd {
	row, ok := q.current()
	p := &q.preview
	if !ok || !p.shown || p.knows(row.Request) || p.loader.Busy() {
		return nil
	}
	if p.told.dossier.Request.ID != row.ID {
		p.pane.Rewind()
	}
	e, id := q.desk.Engine, row.ID
	p.reads = id
	return p.loader.Start(q.desk.Context, func(ctx context.Context) (any, error) { return tell(ctx, e, id) })
}

// Resize says how wide the screen is, which decides on the preview.
func (q *Queue) Resize(w int) tea.Cmd {
	q.width, q.preview.shown = w, w >= previewFrom
	return q.look()
}

func tell(ctx context.Context, e *engine.Engine, id engine.RequestID) (t told, err error) {
	if t.dossier, err = e.Dossier(ctx, id); err != nil {
		return t, err
	}
	r := t.dossier.Request
	if !r.Status.Final() {
		if t.plan, err = e.Plan(ctx, id); err != nil {
			return t, err
		}
		t.saw = t.plan.Digest()
	}
	t.others, err = screen.OpenOf(ctx, e, r)
	return t, err
}

func (q *Queue) takePreview(msg screen.Loaded) tea.Cmd {
	p := &q.preview
	if p.err = msg.Err; msg.Err != nil {
		return nil
	}
	p.told = msg.Value.(told)
	return q.look() // the cursor may have gone on
}

func (q *Queue) drawPreview(c *canvas.Canvas, r canvas.Rect) {
	row, ok := q.current()
	if !ok {
		return
	}
	head, body := r.Top(3)
	c.Text(head.Line(0), screen.Short(string(row.ID)), theme.Title)
	c.Put(head.Line(0), q.grid.Place(), theme.Muted, canvas.Right)
	c.Text(head.Line(1), screen.Customer(row), theme.Strong)
	lines := q.facts(row)
	t := &q.preview.told
	switch {
	case q.preview.err != nil && q.preview.reads == row.ID:
		why := canvas.Span{Text: text.Line(q.preview.err.Error()), Style: theme.Error}
		lines = append(lines, screen.Line{}, screen.Line{Spans: []canvas.Span{why}, Wrap: true})
	case t.dossier.Request.ID == row.ID:
		lines = append(lines, screen.Verdict(q.desk, row, t.dossier)...)
		lines = append(lines, screen.Siblings(q.desk, row, t.others)...)
		lines = append(lines, screen.PlanLines(q.desk, t.dossier, t.plan)...)
		lines = append(lines, screen.Latest(q.desk, t.dossier, lastEvents)...)
	}
	q.preview.pane.Set(lines)
	q.preview.pane.Draw(c, body)
}

// facts are what the row knows already.
func (q *Queue) facts(row engine.RequestRow) []screen.Line {
	r, now := row.Request, q.desk.Engine.Now()
	lines := []screen.Line{
		screen.Fact("amount", canvas.Span{Text: screen.Money(r.Amount), Style: theme.Strong}),
		screen.Fact("to", canvas.Span{Text: q.desk.Instrument(row.Instrument)}),
		screen.Fact("status", screen.Status(r), canvas.Span{Text: " for " +
			screen.Age(now.Sub(r.StatusSince)), Style: theme.Muted}),
	}
	if r.Available() != r.Amount && !r.Status.Final() {
		lines = append(lines, screen.Fact("available", canvas.Span{Text: screen.Money(r.Available())}))
	}
	lines = append(lines, screen.Fact("came in", canvas.Span{
		Text: screen.Moment(r.CreatedAt, now) + " at " + text.Line(r.PointID), Style: theme.Text,
	}))
	if r.Reference != "" {
		lines = append(lines, screen.Fact("reference", canvas.Span{Text: text.Line(r.Reference)}))
	}
	if row.BatchReference != "" {
		lines = append(lines, screen.Fact("batch", canvas.Span{Text: text.Line(row.BatchReference)}))
	}
	return lines
}
