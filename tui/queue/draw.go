package queue

import (
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// Draw implements the console's screen.
func (q *Queue) Draw(c *canvas.Canvas, r canvas.Rect) {
	tabs, r := r.Top(1)
	line, r := r.Top(1)
	rule, body := r.Top(1)
	body, bottom := body.Bottom(1)
	screen.DrawTabs(c, tabs, q.tabs(), q.at)
	q.drawFilter(c, line)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	if q.preview.shown {
		var side canvas.Rect
		body, side = body.Right(previewWidth(r.W))
		c.VRule(canvas.Rect{X: side.X, Y: rule.Y, W: 1, H: side.H + 2}, theme.Border)
		q.drawPreview(c, side.Inset(2, 0))
	}
	q.face()
	if q.waiting() {
		c.Put(body.Center(body.W, 3).Line(0), "reading …", theme.Muted, canvas.Center)
		return
	}
	q.rewrite()
	q.grid.Draw(c, body)
	if sentence, id, ok := q.desk.Armed(); ok {
		if at, visible := q.grid.RectOf(string(id)); visible {
			screen.DrawArmed(c, at, sentence)
		}
	}
}

func (q *Queue) tabs() []screen.Tab {
	tabs := make([]screen.Tab, len(q.views))
	for i, v := range q.views {
		tabs[i] = screen.Tab{Name: v.name(), Count: q.count(v), Loud: v.saved.Name == "Attention"}
		if !q.counted {
			tabs[i].Count = -1
		}
		if t, known := q.tallies[v.id()]; known {
			tabs[i].Count, tabs[i].More = int64(t.n), t.more
		}
	}
	return tabs
}

// drawFilter draws what narrows the list, and how it is sorted.
func (q *Queue) drawFilter(c *canvas.Canvas, r canvas.Rect) {
	r = r.Inset(1, 0)
	of := text.Line(q.view().saved.Filter)
	if q.typing {
		q.prompt.Label = "/ "
		if of != "" {
			q.prompt.Label += of + ";"
		}
		q.prompt.Draw(c, r, true)
		return
	}
	r, sorted := r.Right(canvas.Width(q.sortName()) + 2)
	c.Put(sorted, q.sortName(), theme.Muted, canvas.Right)
	spans := []canvas.Span{{Text: "/ ", Style: theme.Key}, {Text: of, Style: theme.Muted}}
	switch {
	case q.typed != "" && of != "":
		spans = append(spans, canvas.Span{Text: ";", Style: theme.Muted},
			canvas.Span{Text: q.typed, Style: theme.Strong})
	case q.typed != "":
		spans = append(spans, canvas.Span{Text: q.typed, Style: theme.Strong})
	case of == "":
		spans = append(spans, canvas.Span{
			Text:  "everything; type status:, amount:, customer: or a name",
			Style: theme.Muted,
		})
	}
	c.Spans(r, canvas.Left, spans...)
}

// patience is how long the rows of another view stay while those asked for are
// being read: most are there sooner, and nothing flickers.
const patience = 150 * time.Millisecond

func (q *Queue) waiting() bool {
	return q.list.Busy() && (q.other || q.grid.Len() == 0) && q.desk.Now().Sub(q.since) > patience
}

// face says why there are no rows, and what to press.
func (q *Queue) face() {
	v := q.view()
	switch {
	case q.problem != nil:
		q.grid.Title = "the queue could not be read: " + text.Line(q.problem.Error())
		q.grid.Help = "ctrl+r tries again"
	case q.wrong != "":
		q.grid.Title, q.grid.Help = q.wrong, "esc restores the view"
	case q.list.Busy():
		q.grid.Title, q.grid.Help = "", ""
	case q.searching():
		q.grid.Title, q.grid.Help = "nothing found so far: "+q.howFar(), ". continues   esc clears the filter   / changes it"
	case q.typed != "":
		q.grid.Title = "nothing in " + v.name() + " matches the filter"
		q.grid.Help = "esc clears it   / changes it   8 looks in all requests"
	default:
		q.grid.Title, q.grid.Help = v.empty, v.help
	}
}

// Status implements the console's screen.
func (q *Queue) Status() (left, right []canvas.Span) {
	if n := q.grid.NewAbove(); n > 0 {
		more := screen.Count(int64(n))
		if n == mostNew {
			more += "+"
		}
		right = append(right, canvas.Span{Text: "↑ " + more + " new ", Style: theme.Accent},
			canvas.Span{Text: "(.)", Style: theme.Key}, canvas.Span{Text: "   "})
	}
	if q.searching() && q.grid.Len() > 0 {
		right = append(right, canvas.Span{Text: q.howFar() + ", ", Style: theme.Muted},
			canvas.Span{Text: ".", Style: theme.Key}, canvas.Span{Text: " continues   ", Style: theme.Muted})
	}
	if gone, ok := q.grid.Gone(); ok {
		r := q.rows[engine.RequestID(gone.Key)].Request
		now := text.Line(string(r.Status))
		if r.Block != nil {
			now += ", blocked"
		}
		left = append(left, canvas.Span{Text: "it left this view: " + now, Style: theme.Muted})
	}
	right = append(right, canvas.Span{Text: q.grid.Position(), Style: theme.Muted})
	if q.Marking() || q.grid.Ranging() {
		used := 4
		for _, span := range right {
			used += canvas.Width(span.Text)
		}
		left = q.Marks(q.width - used)
	}
	if q.typing && q.wrong != "" && !q.prompt.Fits(q.width) {
		return []canvas.Span{{Text: q.wrong, Style: theme.Error}}, nil
	}
	return left, right
}
