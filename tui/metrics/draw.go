package metrics

import (
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

const (
	labels     = 26 // how wide the labels of the details stand
	sparkWidth = 24
)

// rows are the lines, the queue first.
func (s *Metrics) rows() []grid.Row {
	m := s.known
	line := func(key string, name text.Safe, now canvas.Span, course []int64, of func([]int64) int64, note ...text.Safe) grid.Row {
		return grid.Row{Key: key, Cells: []canvas.Span{
			{Text: name},
			now,
			{Text: canvas.Sparkline(squeeze(course, sparkWidth, of)), Style: theme.Accent},
			{Text: joined(note...), Style: theme.Muted},
		}}
	}
	count := func(n int64) canvas.Span { return canvas.Span{Text: screen.Count(n), Style: theme.Strong} }
	return []grid.Row{
		line("queue", "ready queue", count(last(m.Queue)), m.Queue, last, s.oldest()),
		line("review", "time to review", canvas.Span{Text: within(m.Median), Style: theme.Strong}, nil, last, slow(m.Slowest)),
		line("came", "came in", count(sum(m.Came)), m.Came, sum),
		line("approved", "approved", count(sum(m.Approved)), m.Approved, sum, s.approvedSums()),
		line("blocked", "blocked", count(sum(m.Blocked)), m.Blocked, sum, blockedFor(m.BlockedFor)),
		line("mine", "your decisions", count(sum(m.Mine)), m.Mine, sum, undone(m.Undone)),
	}
}

func (s *Metrics) oldest() text.Safe {
	if s.known.Oldest.IsZero() {
		return "nobody waits"
	}
	return "the oldest for " + screen.Age(s.known.At.Sub(s.known.Oldest))
}

func (s *Metrics) approvedSums() text.Safe {
	var sums []text.Safe
	for _, a := range s.known.ApprovedSums {
		sums = append(sums, screen.Money(a))
	}
	return joined(sums...)
}

func blockedFor(shares []engine.Share) text.Safe {
	var reasons []text.Safe
	for _, share := range shares {
		reasons = append(reasons, screen.BlockWord(engine.BlockReason(share.Of))+" "+screen.Count(share.Count))
	}
	return joined(reasons...)
}

func undone(n int64) text.Safe {
	if n == 0 {
		return "none taken back"
	}
	return screen.Plural(int(n), "approval") + " taken back"
}

// within says how long half of the reviews took at most.
func within(d time.Duration) text.Safe {
	if d == 0 {
		return "-"
	}
	return "half in " + wait(d)
}

func slow(d time.Duration) text.Safe {
	if d == 0 {
		return "nobody decided on anything"
	}
	return "19 of 20 within " + wait(d)
}

// wait is a bound of how long something took: 90m, 36h, 7d.
func wait(d time.Duration) text.Safe {
	switch {
	case d%(24*time.Hour) == 0 && d > 24*time.Hour:
		return text.Safe(screen.Int(int(d/(24*time.Hour))) + "d")
	case d%time.Hour == 0:
		return text.Safe(screen.Int(int(d/time.Hour)) + "h")
	case d%time.Minute == 0:
		return text.Safe(screen.Int(int(d/time.Minute)) + "m")
	}
	return text.Safe(screen.Int(int(d/time.Second)) + "s")
}

func joined(words ...text.Safe) text.Safe {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return text.Safe(strings.Join(list, "  "))
}

// sum and last are what becomes of a few hours that are drawn as one.
func sum(values []int64) (n int64) {
	for _, v := range values {
		n += v
	}
	return n
}

func last(values []int64) int64 {
	if len(values) == 0 {
		return 0
	}
	return values[len(values)-1]
}

// squeeze makes at most n values of many, of equally many hours each.
func squeeze(values []int64, n int, of func([]int64) int64) []int64 {
	each := max(1, (len(values)+n-1)/n)
	var squeezed []int64
	for end := len(values); end > 0; end -= each {
		squeezed = append([]int64{of(values[max(0, end-each):end])}, squeezed...)
	}
	return squeezed
}

// Draw implements the console's screen.
func (s *Metrics) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, body := r.Top(1)
	rule, body := body.Top(1)
	body, bottom := body.Bottom(1)
	tabs := make([]screen.Tab, len(spans))
	for i, span := range spans {
		tabs[i] = screen.Tab{Name: span.name, Count: -1}
	}
	screen.DrawTabs(c, head, tabs, s.span)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	s.list.Face("the metrics", s.source.Known(), s.source.Problem(), "nothing is counted yet", "")
	s.list.Draw(c, body, s.gateways(), s.hours())
}

// gateways tells how the accounts fared.
func (s *Metrics) gateways() []screen.Line {
	lines := screen.Head("GATEWAYS", canvas.Span{Text: "payouts of 7 days that went through", Style: theme.Muted})[1:]
	for _, a := range s.known.accounts {
		ended, succeeded := int64(0), int64(0)
		for _, use := range a.Uses {
			ended, succeeded = ended+int64(use.Ended), succeeded+int64(use.Succeeded)
		}
		if ended == 0 {
			lines = append(lines, screen.Fact(text.Line(a.ID), canvas.Span{Text: "none ended", Style: theme.Muted}))
			continue
		}
		share := succeeded * 100 / ended
		style := theme.Done
		switch {
		case share < 80:
			style = theme.Attention
		case share < 95:
			style = theme.Warning
		}
		lines = append(lines, screen.Fact(text.Line(a.ID),
			canvas.Span{Text: canvas.Meter(succeeded, ended, 10) + " " + screen.Pad(screen.Count(share)+"%", 4), Style: style},
			canvas.Span{Text: "  " + screen.Count(succeeded) + " of " + screen.Count(ended), Style: theme.Muted}))
	}
	return lines
}

// hours tells the course of the line under the cursor in words and numbers, for
// those to whom a row of bars says nothing.
func (s *Metrics) hours() []screen.Line {
	series, of, name := s.chosen()
	if len(series) == 0 {
		return nil
	}
	const steps = 12
	each := max(1, (len(series)+steps-1)/steps)
	unit := text.Safe("by the hour")
	if each > 1 {
		unit = "every " + screen.Age(time.Duration(each)*time.Hour)
	}
	lines := screen.Head(text.Safe(strings.ToUpper(string(name))), canvas.Span{Text: unit + ", UTC", Style: theme.Muted})
	squeezed := squeeze(series, steps, of)
	top := int64(1)
	for _, v := range squeezed {
		top = max(top, v)
	}
	end := s.known.From.Add(time.Duration(len(series)) * time.Hour)
	for i := len(squeezed) - 1; i >= 0; i-- {
		begin := end.Add(-time.Duration((len(squeezed)-i)*each) * time.Hour)
		lines = append(lines, screen.Fact("from "+screen.Moment(begin, s.known.At),
			canvas.Span{Text: canvas.Meter(squeezed[i], top, 12) + " ", Style: theme.Accent},
			canvas.Span{Text: screen.Pad(screen.Count(squeezed[i]), 8)}))
	}
	return lines
}

// chosen is the course of the line under the cursor.
func (s *Metrics) chosen() (series []int64, of func([]int64) int64, name text.Safe) {
	switch s.list.Chosen() {
	case "queue", "review":
		return s.known.Queue, last, "ready queue"
	case "came":
		return s.known.Came, sum, "came in"
	case "approved":
		return s.known.Approved, sum, "approved"
	case "blocked":
		return s.known.Blocked, sum, "blocked"
	}
	return s.known.Mine, sum, "your decisions"
}

// Status implements the console's screen.
func (s *Metrics) Status() (left, right []canvas.Span) {
	return nil, []canvas.Span{{Text: "hours are counted in UTC", Style: theme.Muted}}
}
