package request

import (
	"strings"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// labels is how wide the labels of properties stand.
const labels = 14

// tabsLine is where the tabs stand: below the head and a rule.
const tabsLine = 3

// Draw implements the console's screen.
func (s *Request) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, r := r.Top(2)
	rule, r := r.Top(1)
	tabsAt, r := r.Top(1)
	under, body := r.Top(1)
	body, bottom := body.Bottom(1)
	for _, at := range []canvas.Rect{rule, under, bottom} {
		c.HRule(at, theme.Border)
	}
	s.drawHead(c, head.Inset(1, 0))
	if sentence, id, ok := s.desk.Armed(); ok && id == s.id {
		screen.DrawArmed(c, head.Line(0), sentence)
	}
	screen.DrawTabs(c, tabsAt, s.tabs(), int(s.tab))
	switch {
	case s.source.Problem() != nil:
		s.drawFace(c, body, "the request could not be read: "+text.Line(s.source.Problem().Error()),
			"ctrl+r tries again   esc goes back")
	case s.known == nil:
		s.drawFace(c, body, "reading …", "")
	default:
		s.drawTab(c, body.Inset(1, 0), body)
	}
}

func (s *Request) drawFace(c *canvas.Canvas, r canvas.Rect, title, help text.Safe) {
	middle := r.Inset(2, 0).Center(r.W-4, 3)
	c.Put(middle.Line(0), title, theme.Strong, canvas.Center)
	c.Put(middle.Line(2), help, theme.Muted, canvas.Center)
}

func (s *Request) tabs() []screen.Tab {
	list := []screen.Tab{
		overview: {Name: "Overview", Count: -1}, allocations: {Name: "Allocations", Count: -1},
		payouts: {Name: "Payouts", Count: -1}, timeline: {Name: "Timeline", Count: -1},
		customer: {Name: "Customer", Count: -1}, raw: {Name: "Raw", Count: -1},
	}
	if s.known != nil {
		list[allocations].Count = int64(len(s.known.Allocations))
		list[payouts].Count = int64(len(s.known.Payouts))
		list[timeline].Count = int64(len(s.known.Timeline))
		list[payouts].Loud = s.troubled().ID != ""
	}
	return list
}

// drawHead says in two lines what it is and how its money fares.
func (s *Request) drawHead(c *canvas.Canvas, r canvas.Rect) {
	row, now := s.row, s.desk.Engine.Now()
	if row.ID == "" {
		c.Text(r.Line(0), screen.Short(string(s.id)), theme.Title)
		return
	}
	line := r.Line(0)
	if version := text.Safe("version " + screen.Int(row.Version)); r.W >= 100 {
		var at canvas.Rect
		line, at = line.Right(canvas.Width(version) + 2)
		c.Put(at, version, theme.Muted, canvas.Right)
	}
	status := screen.Status(row.Request)
	spans := []canvas.Span{
		{Text: screen.Customer(row), Style: theme.Title},
		{Text: "   "},
		{Text: screen.Money(row.Amount), Style: theme.Strong},
		{Text: "   "},
		status,
		{Text: " for " + screen.Age(now.Sub(row.StatusSince)), Style: theme.Muted},
	}
	flag := s.desk.Flag(row)
	if row.Attention != "" {
		flag.Text = text.Line(strings.ReplaceAll(string(row.Attention), "-", " "))
	}
	if flag.Text != "" {
		spans = append(spans, canvas.Span{Text: "   "}, flag)
	}
	c.Spans(line, canvas.Left, spans...)
	s.drawMoney(c, r.Line(1))
}

// drawMoney draws what was paid, what is on its way and what is left.
func (s *Request) drawMoney(c *canvas.Canvas, r canvas.Rect) {
	q := s.row.Request
	paid := canvas.Span{Text: "paid " + screen.OrNothing(q.Paid) + " ", Style: theme.Muted}
	if q.Paid.Positive() {
		paid.Style = theme.Done
	}
	rest := []canvas.Span{
		{Text: " on its way ", Style: theme.Muted},
		{Text: screen.OrNothing(q.Live), Style: theme.Muted},
	}
	if q.Live.Positive() {
		rest[1].Style = theme.Moving
	}
	rest = append(rest, canvas.Span{Text: "   available ", Style: theme.Muted},
		canvas.Span{Text: screen.OrNothing(q.Available())})
	width := 0
	for _, span := range rest {
		width += canvas.Width(span.Text)
	}
	left, bar := r.Left(canvas.Width(paid.Text))
	c.Spans(left, canvas.Left, paid)
	bar, right := bar.Left(min(44, bar.W-width))
	c.Bar(bar, q.Amount.Minor,
		canvas.Part{Value: q.Paid.Minor, Glyph: '█', Style: theme.Done},
		canvas.Part{Value: q.Live.Minor, Glyph: '▒', Style: theme.Moving})
	c.Spans(right, canvas.Left, rest...)
}

// drawTab draws what the tab shows; lists take the whole width.
func (s *Request) drawTab(c *canvas.Canvas, r, wide canvas.Rect) {
	switch s.tab {
	case overview:
		s.drawOverview(c, r)
	case allocations, payouts:
		list, below := s.share(wide)
		s.lists[s.tab].Draw(c, list)
		c.HRule(below.Line(0), theme.Border)
		_, below = below.Top(1)
		s.panes[s.tab].Set(s.details(r.W))
		s.panes[s.tab].Draw(c, below.Inset(1, 0))
	case timeline:
		if s.search.shown() {
			var line canvas.Rect
			line, wide = wide.Top(1)
			s.search.prompt.Draw(c, line.Inset(1, 0), s.search.typing)
		}
		s.lists[timeline].Draw(c, wide)
	case customer:
		s.panes[customer].Set(s.customerLines())
		s.panes[customer].Draw(c, r)
	case raw:
		s.panes[raw].Set(s.rawLines())
		s.panes[raw].Draw(c, r)
	}
}

// share divides the room between a list and what is told of its row.
func (s *Request) share(r canvas.Rect) (list, below canvas.Rect) {
	rows := s.lists[s.tab].Len()
	if rows == 0 {
		rows = 4 // says why, and what to press
	}
	return r.Top(min(rows+1, max(r.H/2, 4)))
}

// drawOverview draws the facts, and where there is room beside them what to
// think of them.
func (s *Request) drawOverview(c *canvas.Canvas, r canvas.Rect) {
	facts, judgement := s.facts(), s.judgement()
	if r.W < 100 {
		s.panes[overview].Set(append(facts, judgement...))
		s.panes[overview].Draw(c, r)
		return
	}
	left, right := r.Left(r.W * 9 / 20)
	_, right = right.Left(2)
	pane := screen.Pane{Labels: labels}
	pane.Set(facts)
	pane.Draw(c, left)
	if len(judgement) > 0 && judgement[0].Label == "" {
		judgement = judgement[1:] // the blank line before the first heading
	}
	s.panes[overview].Set(judgement)
	s.panes[overview].Draw(c, right)
	c.VRule(canvas.Rect{X: right.X - 2, Y: r.Y - 1, W: 1, H: r.H + 2}, theme.Border)
}
