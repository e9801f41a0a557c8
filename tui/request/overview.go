package request

import (
	"encoding/json"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// plainly is a property in ordinary text; none if it is empty.
func plainly(label text.Safe, value text.Safe) []screen.Line {
	if value == "" {
		return nil
	}
	return []screen.Line{{Label: label, Spans: []canvas.Span{{Text: value}}, Wrap: true}}
}

// facts say what the request is.
func (s *Request) facts() []screen.Line {
	r, d, now := s.row.Request, s.known, s.desk.Engine.Now()
	amount := []canvas.Span{{Text: screen.Money(r.Amount), Style: theme.Strong}}
	if r.OriginalAmount != r.Amount {
		amount = append(amount, canvas.Span{
			Text:  "  came in as " + screen.Amount(r.OriginalAmount),
			Style: theme.Muted,
		})
	}
	if r.PolicyAmount != r.Amount {
		amount = append(amount, canvas.Span{
			Text:  "  approved as " + screen.Amount(r.PolicyAmount),
			Style: theme.Muted,
		})
	}
	lines := []screen.Line{screen.Fact("amount", amount...)}
	lines = append(lines, plainly("to", s.desk.Instrument(s.row.Instrument))...)
	if status := s.row.Instrument.Status; status != "" && status != engine.InstrumentActive {
		lines = append(lines, screen.Fact("", canvas.Span{Text: text.Safe(strings.Repeat(" ", labels)) +
			text.Line(string(status)), Style: theme.Warning}))
	}
	lines = append(lines, plainly("customer", customerName(d.Customer))...)
	lines = append(lines, plainly("point", text.Line(r.PointID)+", "+text.Line(string(r.Mode))+" mode")...)
	lines = append(lines, plainly("reference", text.Line(r.Reference))...)
	lines = append(lines, plainly("description", text.Line(r.Description))...)
	lines = append(lines, plainly("batch", text.Line(d.Batch.Reference))...)
	lines = append(lines, plainly("came in", screen.Moment(r.CreatedAt,
		now)+", "+screen.Age(now.Sub(r.CreatedAt))+" ago")...)
	lines = append(lines, plainly("makers", makers(r))...)
	lines = append(lines, s.clocks()...)
	lines = append(lines, s.approvals()...)
	if c := r.Cancellation; c != nil {
		why := text.Safe("by the " + text.Line(string(c.By)))
		if c.Description != "" {
			why += ": " + text.Line(c.Description)
		}
		lines = append(lines, plainly("canceled", why)...)
	}
	lines = append(lines, s.family()...)
	return append(lines, plainly("id", text.Line(string(r.ID)))...)
}

func customerName(c engine.Customer) text.Safe {
	name := text.Line(c.Name)
	for _, more := range []string{c.Reference, c.Country} {
		if more != "" {
			name += ", " + text.Line(more)
		}
	}
	return text.Safe(strings.TrimPrefix(string(name), ", "))
}

func makers(r engine.Request) text.Safe {
	if len(r.Makers) == 0 {
		return ""
	}
	if r.Status != engine.RequestPending && r.Status != engine.RequestReady {
		return screen.People(r.Makers)
	}
	return screen.People(r.Makers) + ", who cannot approve it"
}

// clocks say what happens by itself, and when.
func (s *Request) clocks() []screen.Line {
	r, now := s.row.Request, s.desk.Engine.Now()
	var lines []screen.Line
	switch {
	case r.Status != engine.RequestPending:
	case !r.ReadyAt.IsZero():
		lines = plainly("becomes ready", screen.Moment(r.ReadyAt, now)+", in "+screen.Age(r.ReadyAt.Sub(now)))
	case r.HeldBack:
		lines = plainly("becomes ready", "when a reviewer says so: it was returned once")
	default:
		lines = plainly("becomes ready", "when a reviewer says so")
	}
	if !r.ExpireAt.IsZero() && !r.Status.Final() {
		lines = append(lines, plainly("expires", screen.Moment(r.ExpireAt,
			now)+", in "+screen.Age(r.ExpireAt.Sub(now)))...)
	}
	return lines
}

func (s *Request) approvals() []screen.Line {
	r, need := s.row.Request, s.known.Needed
	if r.Status == engine.RequestPending && need == 1 {
		return nil
	}
	given := text.Safe(screen.Int(len(r.Approvals)) + " of " + screen.Int(need))
	for _, a := range r.Approvals {
		given += ", " + screen.Actor(a.By) + " " + screen.Moment(a.At, s.desk.Engine.Now())
	}
	return plainly("approvals", given)
}

// family names the requests that this one came of or went into.
func (s *Request) family() []screen.Line {
	r := s.row.Request
	var lines []screen.Line
	for _, link := range []struct {
		label text.Safe
		id    engine.RequestID
	}{{"part of", r.SplitFrom}, {"merged into", r.MergedInto}, {"the rest of", r.RemainderOf}, {"pays again", r.PaysAgain}} {
		if link.id != "" {
			lines = append(lines, screen.Fact(link.label, canvas.Span{Text: screen.Short(string(link.id))},
				canvas.Span{Text: "  :go " + screen.Short(string(link.id)), Style: theme.Muted}))
		}
	}
	for _, other := range s.known.Relatives {
		label := text.Safe("part")
		switch r.ID {
		case other.MergedInto:
			label = "merged in"
		case other.RemainderOf:
			label = "remainder"
		case other.PaysAgain:
			label = "paid again by"
		}
		lines = append(lines, screen.Fact(label, canvas.Span{Text: screen.Short(string(other.ID)) + "  "},
			canvas.Span{Text: screen.Money(other.Amount) + "  "}, screen.Status(other)))
	}
	return lines
}

// latest is how many events the overview tells.
const latest = 30

// judgement is what to think of it.
func (s *Request) judgement() []screen.Line {
	lines := screen.Verdict(s.desk, s.row, *s.known)
	lines = append(lines, screen.Siblings(s.desk, s.row, s.others)...)
	lines = append(lines, screen.PlanLines(s.desk, *s.known, s.plan)...)
	return append(lines, screen.Latest(s.desk, *s.known, latest)...)
}

// customerLines tell who is paid, how they can be, and what they paid in.
func (s *Request) customerLines() []screen.Line {
	lines := screen.CustomerLines(s.desk, s.known.Customer)
	lines = append(lines, screen.Head("INSTRUMENTS",
		canvas.Span{Text: screen.Count(int64(len(s.known.Instruments))), Style: theme.Muted})...)
	for _, i := range s.known.Instruments {
		word := text.Safe("")
		if i.ID == s.row.InstrumentID {
			word = "selected"
		}
		lines = append(lines, screen.InstrumentLines(s.desk, i, word)...)
	}
	lines = append(lines, screen.PaymentLines(s.desk, s.known.Payments, func(id engine.InstrumentID) text.Safe {
		return s.desk.InstrumentOf(*s.known, string(id))
	})...)
	return append(lines, s.otherLines()...)
}

// otherLines tell of the customer's other requests, open and closed.
func (s *Request) otherLines() []screen.Line {
	lines := screen.Siblings(s.desk, s.row, s.others)
	if len(s.closed) == 0 {
		return lines
	}
	lines = append(lines, screen.Head("HISTORY", canvas.Span{Text: "the latest closed", Style: theme.Muted})...)
	for _, row := range s.closed {
		lines = append(lines, screen.Line{Spans: []canvas.Span{
			{Text: screen.PadRight(screen.Moment(row.CreatedAt, s.desk.Engine.Now()), 13), Style: theme.Muted},
			{Text: screen.Pad(screen.Money(row.Amount), 17)},
			{Text: "  " + screen.Short(string(row.ID)) + "  "},
			screen.Status(row.Request),
			{Text: "  to " + s.desk.Instrument(row.Instrument), Style: theme.Muted},
		}})
	}
	return lines
}

// rawLines are the record as the API gives it.
func (s *Request) rawLines() []screen.Line {
	raw, err := json.MarshalIndent(s.row.Request, "", "  ")
	if err != nil {
		return plainly("", text.Line(err.Error()))
	}
	var lines []screen.Line
	for line := range strings.SplitSeq(string(raw), "\n") {
		lines = append(lines, screen.Line{Spans: []canvas.Span{{Text: text.Line(line)}}})
	}
	return lines
}
