package batch

import (
	"strings"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// headHeight is how many lines say what the batch is.
const headHeight = 3

// Draw implements the console's screen.
func (s *Batch) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, body := r.Top(headHeight)
	tabs, body := body.Top(1)
	rule, body := body.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	if problem := s.source.Problem(); problem != nil {
		drawFace(c, body, "the batch could not be read: "+text.Line(problem.Error()), "ctrl+r tries again   esc back")
		return
	}
	s.drawHead(c, head)
	screen.DrawTabs(c, tabs, s.tabs(), s.at)
	switch {
	case s.at == historyTab:
		s.runs.draw(c, body)
	case s.at >= rowTab:
		s.lines[s.at].draw(c, body)
	default:
		s.face()
		s.requests.total = int64(s.state.Requests)
		s.requests.draw(c, body)
	}
}

func (s *Batch) tabs() []screen.Tab {
	requests, runs, rows, skipped := int64(s.state.Requests), int64(len(s.runs.runs)), int64(s.count.Rows), int64(s.count.Skipped)
	if !s.source.Known() {
		requests, rows, skipped = -1, -1, -1
	}
	if !s.runs.source.Known() {
		runs = -1
	}
	tabs := []screen.Tab{{Name: "Requests", Count: requests}, {Name: "Runs", Count: runs, More: runs == runPage}}
	if !s.ofFile() {
		return tabs
	}
	return append(tabs, screen.Tab{Name: "Rows of the file", Count: rows}, screen.Tab{Name: "Skipped", Count: skipped, Loud: true})
}

// face says why no request is listed.
func (s *Batch) face() {
	switch {
	case s.members.Busy() || !s.source.Known():
		s.requests.face("reading …", "")
	case s.count.Skipped > 0:
		s.requests.face("no row of the file became a request", "4 lists them: enter mends one")
	default:
		s.requests.face("no request is in the batch", "+ adds those that a filter lets through   X deletes the batch")
	}
}

// drawHead says what the batch is and where it stands, what it comes to, and
// what is said of it.
func (s *Batch) drawHead(c *canvas.Canvas, r canvas.Rect) {
	r = r.Inset(1, 0)
	b := s.state
	made := "made " + since(b.CreatedAt, s.desk.Engine.Now()) + " by " + screen.Actor(b.By)
	switch {
	case s.ofFile() && r.W < wide:
		made = "of a file, " + since(b.CreatedAt, s.desk.Engine.Now()) + " by " + screen.Actor(b.By)
	case s.ofFile():
		made += " of a file, for " + text.Line(b.PointID)
	}
	left := beside(c, r.Line(0), made)
	c.Spans(left, canvas.Left, canvas.Span{Text: text.Line(b.Reference), Style: theme.Title}, canvas.Span{Text: "  "},
		batchStatus(b), canvas.Span{Text: "  " + of(b.Requests), Style: theme.Strong},
		canvas.Span{Text: "  " + screen.Plural(b.Totals.Customers, "customer"), Style: theme.Muted})
	order := text.Safe("in the organisation's order")
	if len(b.AllocationOrder) > 0 {
		order = "to " + text.Line(strings.Join(b.AllocationOrder, ", "))
	}
	left = beside(c, r.Line(1), "allocated "+order)
	c.Text(left, sums(b.Totals.Sums).Within(left.W), theme.Strong)
	if b.Description == "" {
		c.Text(r.Line(2), "no description", theme.Muted)
		return
	}
	c.Text(r.Line(2), text.Line(b.Description), theme.Text)
}

// beside writes at the right of a line, and returns what is left of it.
func beside(c *canvas.Canvas, line canvas.Rect, s text.Safe) canvas.Rect {
	s, _ = canvas.Split(s, line.W/2)
	used := c.Put(line, s, theme.Muted, canvas.Right)
	left, _ := line.Left(line.W - used - 2)
	return left
}

// Status implements the console's screen.
func (s *Batch) Status() (left, right []canvas.Span) {
	right = []canvas.Span{{Text: s.grid().Position(), Style: theme.Muted}}
	switch {
	case s.state.Run.ID != "" && !s.state.Status.Ended():
		left = []canvas.Span{{Text: Brief(s.state.Run), Style: theme.Moving}, {Text: ": 2 and enter show it", Style: theme.Muted}}
	case s.at >= rowTab:
		left = []canvas.Span{{Text: "enter opens the request of a row, or mends one that was skipped", Style: theme.Muted}}
	default:
		left = []canvas.Span{{Text: "a decision here is about all of the batch: its plan comes first", Style: theme.Muted}}
	}
	return left, right
}
