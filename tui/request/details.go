package request

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// details tell of the allocation or payout under the cursor.
func (s *Request) details(w int) []screen.Line {
	if s.tab == payouts {
		return s.payoutLines(s.payoutAt())
	}
	lines := s.totals()
	if w >= sheetFrom {
		lines = append(lines, s.worksheet(w)...)
	}
	lines = append(lines, s.allocationLines(s.allocationAt())...)
	if w < sheetFrom {
		lines = append(lines, s.worksheet(w)...)
	}
	return append(lines, screen.Verdict(s.desk, s.row, *s.known)...)
}

// allocationLines tell of one allocation and its payout.
func (s *Request) allocationLines(a engine.Allocation) []screen.Line {
	if a.ID == "" {
		return nil
	}
	lines := screen.Head("ALLOCATION " + screen.Short(string(a.ID)))
	now := s.desk.Engine.Now()
	lines = append(lines, plainly("key", text.Line(string(a.ID)))...)
	origin := text.Line(string(a.Origin)) + ", " + screen.Moment(a.CreatedAt, now) + " by " +
		screen.Actor(a.CreatedBy)
	if a.Replaces != "" {
		origin += ", attempt " + text.Safe(screen.Int(a.Attempt)) + " after " + screen.Short(string(a.Replaces))
	}
	lines = append(lines, plainly("made", origin)...)
	asks := screen.Money(a.PayoutAmount) + ", fee " + screen.Money(a.Fee) + ", by route " + text.Line(a.RouteID)
	lines = append(lines, plainly("asks for", asks)...)
	lines = append(lines, plainly("override", text.Line(a.Override))...)
	lines = append(lines, plainly("reason", text.Line(text.Masked(a.Reason)))...)
	if p := s.payoutOf(a.ID); p.ID != "" {
		lines = append(lines, screen.Head("PAYOUT", canvas.Span{Text: "enter shows it", Style: theme.Muted})...)
		lines = append(lines, s.payoutLines(p)...)
	}
	return lines
}

// totals sum up the allocations.
func (s *Request) totals() []screen.Line {
	r := s.row.Request
	part := func(words text.Safe, a money.Amount, style theme.Style) canvas.Span {
		if a.IsZero() {
			return canvas.Span{Text: "nothing " + words, Style: theme.Muted}
		}
		return canvas.Span{Text: screen.Money(a) + " " + words, Style: style}
	}
	return []screen.Line{screen.Fact("of "+screen.Amount(r.Amount),
		part("paid", r.Paid, theme.Done), canvas.Span{Text: ", "},
		part("on its way", r.Live, theme.Moving), canvas.Span{Text: ", "},
		part("available", r.Available(), theme.Text),
	)}
}

// payoutLines tell of one payout what is known, and how it came to be known.
func (s *Request) payoutLines(p engine.Payout) []screen.Line {
	if p.ID == "" {
		return nil
	}
	now := s.desk.Engine.Now()
	lines := []screen.Line{screen.Fact("status", screen.PayoutStatus(p),
		canvas.Span{Text: "  " + s.meaning(p), Style: theme.Muted})}
	lines = append(lines, plainly("they said", text.Line(text.Masked(p.Message)))...)
	lines = append(lines, plainly("their id", text.Line(p.ProviderID))...)
	lines = append(lines, plainly("our key", text.Line(string(p.AllocationID)))...)
	lines = append(lines, plainly("sent", times(p.Sent)+", first "+screen.Moment(p.CreatedAt, now))...)
	asked := times(p.LookUps)
	if !p.LookUpAt.IsZero() && p.Verdict == "" {
		asked += ", next in " + screen.Age(p.LookUpAt.Sub(now))
	}
	lines = append(lines, plainly("looked up", asked)...)
	var about []engine.Event
	for _, e := range s.known.Timeline {
		if e.Subject.ID == string(p.ID) {
			about = append(about, e)
		}
	}
	for _, e := range screen.Fold(about, *s.known) {
		lines = append(lines, screen.Line{
			Mark: canvas.Span{Text: screen.Moment(e.At, now), Style: theme.Muted}, Indent: labels,
			Spans: []canvas.Span{{Text: e.Told}}, Wrap: true,
		})
	}
	return lines
}

func times(n int) text.Safe {
	if n == 0 {
		return "never"
	}
	return screen.Plural(n, "time")
}

// meaning says what a payout's status means for the money.
func (s *Request) meaning(p engine.Payout) text.Safe {
	switch {
	case p.Conflict:
		return "what was said about it contradicts itself: a senior decides (" + s.desk.Label(screen.Settle) + ")"
	case p.Verdict == engine.VerdictPaid:
		return screen.Money(p.Processed) + " has moved"
	case p.Verdict == engine.VerdictNotPaid:
		return "certain that no money moved"
	case p.Accepted:
		return "the provider has it and will answer"
	case screen.Unknown(p):
		return "money may have moved: it is looked up, and never sent again under another key"
	}
	return "the provider is being called"
}
