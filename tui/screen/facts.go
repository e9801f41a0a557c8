package screen

import (
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/plan"
	"github.com/purserhq/purser/engine/signal"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// Fact is a line that tells one property.
func Fact(label text.Safe, spans ...canvas.Span) Line { return Line{Label: label, Spans: spans} }

// Head is a heading above lines, with a blank one before it.
func Head(title text.Safe, right ...canvas.Span) []Line {
	return []Line{{}, {Label: title, Spans: right, Head: true}}
}

// sign is a line that starts with a mark and may take several.
func sign(mark, words text.Safe, style theme.Style) Line {
	return Line{Mark: canvas.Span{Text: mark, Style: style}, Spans: []canvas.Span{{
		Text:  words,
		Style: style,
	}}, Wrap: true}
}

// Verdict says what speaks for and against a request, as far as it is known
// without asking anybody.
func Verdict(d *Desk, row engine.RequestRow, known engine.Dossier) []Line {
	r := row.Request
	lines := Head("CHECKS")
	if r.Block != nil {
		why := "blocked for " + text.Line(string(r.Block.Reason)) + " by " + Actor(r.Block.By) + " " +
			Moment(r.Block.At, d.Engine.Now())
		if r.Block.Description != "" {
			why += ": " + text.Line(r.Block.Description)
		}
		lines = append(lines, sign("!", why, theme.Held))
	}
	for _, warning := range d.Warnings(row) {
		lines = append(lines, sign("!", warning, theme.Warning))
	}
	lines = append(lines, Signals(row.Signals, signal.Note)...)
	if !known.Customer.PayoutEnabled && known.Customer.ID != "" {
		lines = append(lines, sign("!", "payouts to this customer are disabled", theme.Warning))
	}
	if next := Next(d, r.Attention); next != "" {
		lines = append(lines, sign(" ", next, theme.Text))
	}
	if r.Status == engine.RequestReady && r.Block == nil {
		if why := d.Why(engine.VerbApprove, r); why != "" {
			lines = append(lines, sign("-", "you cannot approve it: "+why, theme.Muted))
		}
	}
	if len(lines) == 2 && r.Status != engine.RequestInProgress && !r.Status.Final() {
		lines = append(lines, sign("ok", "nothing speaks against it", theme.Done))
	}
	lines = append(lines, Signals(row.Signals, signal.Hint)...)
	if others := d.Others(known); len(others) > 0 {
		lines = append(lines, sign("@", Here(others), theme.Accent))
	}
	if need := d.Config.Needed(r); r.Status == engine.RequestReady && need != 1 {
		given := text.Safe(Int(len(r.Approvals)) + " of " + Int(need) + " approvals given")
		for i, a := range r.Approvals {
			given += joint(i, ": ", ", ") + Actor(a.By)
		}
		lines = append(lines, sign("·", given, theme.Text))
	}
	if len(lines) == 2 {
		return nil
	}
	return lines
}

// Signals are the signals of some weights, with their evidence.
func Signals(all []signal.Signal, weights ...signal.Weight) []Line {
	var lines []Line
	for _, s := range all {
		if !slices.Contains(weights, s.Weight) {
			continue
		}
		switch s.Weight {
		case signal.Warning:
			lines = append(lines, sign("!", s.Evidence, theme.Warning))
		case signal.Note:
			lines = append(lines, sign("·", s.Evidence, theme.Text))
		case signal.Hint:
			lines = append(lines, sign("·", s.Evidence, theme.Muted))
		}
	}
	return lines
}

// Others are the other reviewers who have a request open.
func (d *Desk) Others(known engine.Dossier) []engine.ReviewerID {
	var others []engine.ReviewerID
	for _, p := range known.Present {
		if p.By != d.Actor.ID && d.Engine.Now().Before(p.Until) {
			others = append(others, p.By)
		}
	}
	return others
}

// Here says who is here, too: "rev1, rev2 are here".
func Here(others []engine.ReviewerID) text.Safe {
	if len(others) == 1 {
		return People(others) + " is here"
	}
	return People(others) + " are here"
}

// joint is what stands before the i-th of several.
func joint(i int, first, others text.Safe) text.Safe {
	if i == 0 {
		return first
	}
	return others
}

// Next says what a person can do about a reason for attention.
func Next(d *Desk, a engine.Attention) text.Safe {
	switch a {
	case engine.AttentionUnknown:
		return d.Label(LookUp) + " asks the provider; a senior can state the outcome with " + d.Label(Settle)
	case engine.AttentionConflict:
		return "a senior decides with " + d.Label(Settle) + " what is true"
	case engine.AttentionOverpaid:
		return "more was paid than asked: take it up with the customer and the provider"
	case engine.AttentionReturned:
		return "money came back after it was paid: ask the customer for other details"
	case engine.AttentionFailed:
		return d.Label(OpenPlan) + " makes a new plan; " + d.Label(Release) + " releases it; a senior can settle it short"
	case engine.AttentionUnplaced:
		return d.Label(OpenPlan) + " plans the rest; a senior can settle it short with " + d.Label(Settle)
	case engine.AttentionNoApprover:
		return "nobody is left who may approve it: an admin adds a reviewer with a higher limit, who did not make it"
	}
	return ""
}

// Siblings tells of other open requests of the same customer.
func Siblings(d *Desk, row engine.RequestRow, others []engine.RequestRow) []Line {
	if len(others) == 0 {
		return nil
	}
	const shown = 4
	lines := Head("OF THE SAME CUSTOMER", canvas.Span{
		Text:  Count(int64(len(others))) + " open",
		Style: theme.Muted,
	})
	for i, other := range others {
		if i == shown {
			lines = append(lines, sign(" ", Count(int64(len(others)-shown))+" more", theme.Muted))
			break
		}
		same := canvas.Span{}
		if other.Amount == row.Amount {
			same = canvas.Span{Text: "  same amount", Style: theme.Warning}
		}
		lines = append(lines, Line{Spans: []canvas.Span{
			{Text: Short(string(other.ID)) + " "},
			{Text: Pad(Amount(other.Amount), 11), Style: theme.Strong},
			{Text: " " + text.Line(string(other.Amount.Currency)) + " ", Style: theme.Muted},
			Status(other.Request),
			{
				Text:  " " + Age(d.Engine.Now().Sub(other.CreatedAt)),
				Style: theme.Muted,
			},
			same,
		}})
	}
	return lines
}

// Pad writes something at the right of so many cells.
func Pad(s text.Safe, w int) text.Safe {
	return text.Safe(strings.Repeat(" ", max(0, w-canvas.Width(s)))) + s
}

// PadRight writes something at the left of so many cells.
func PadRight(s text.Safe, w int) text.Safe {
	return s + text.Safe(strings.Repeat(" ", max(0, w-canvas.Width(s))))
}

// PlanLines tells what automatic allocation would do now.
func PlanLines(d *Desk, known engine.Dossier, p plan.Plan) []Line {
	r := known.Request
	if r.Status.Final() || !r.Available().Positive() {
		return nil
	}
	lines := Head("PLAN", canvas.Span{Text: "what allocating would do now", Style: theme.Muted})
	for _, line := range p.Taken() {
		spans := []canvas.Span{
			{Text: Pad(Amount(line.Amount), 11), Style: theme.Strong},
			{Text: "  " + text.Line(line.Gateway)},
		}
		if line.Instrument != string(r.InstrumentID) {
			spans = append(spans, canvas.Span{
				Text:  " to " + d.InstrumentOf(known, line.Instrument),
				Style: theme.Warning,
			})
		}
		lines = append(lines, Line{Spans: spans})
	}
	if p.Left.Positive() {
		lines = append(lines, sign("!", Money(p.Left)+" cannot be placed: "+WhyLeft(p), theme.Warning))
	}
	return lines
}

// WhyLeft is why a plan leaves something: the reasons of what takes nothing.
func WhyLeft(p plan.Plan) text.Safe {
	var why []string
	for _, line := range p.Lines {
		if !line.Amount.Positive() && len(line.Reasons) > 0 {
			name := line.Gateway
			if name == "" {
				name = "instrument"
			}
			why = append(why, name+": "+line.Reasons[len(line.Reasons)-1])
		}
	}
	if len(why) == 0 {
		return "what pays it takes no more"
	}
	return text.Line(strings.Join(why, "; "))
}

// InstrumentOf writes an instrument of the customer by its id.
func (d *Desk) InstrumentOf(known engine.Dossier, id string) text.Safe {
	for _, i := range known.Instruments {
		if string(i.ID) == id {
			return d.Instrument(i)
		}
	}
	return Short(id)
}

// Latest tells the last of the events that matter, the newest first.
func Latest(d *Desk, known engine.Dossier, most int) []Line {
	lines := Head("TIMELINE")
	var telling []engine.Event
	for _, e := range known.Timeline {
		if Telling(e) {
			telling = append(telling, e)
		}
	}
	folded := Fold(telling, known)
	for i := len(folded) - 1; i >= max(0, len(folded)-most); i-- {
		lines = append(lines, Line{
			Mark: canvas.Span{Text: Day(folded[i].At, d.Engine.Now()), Style: theme.Muted}, Indent: 8,
			Spans: []canvas.Span{{Text: folded[i].Told}}, Wrap: true,
		})
	}
	return lines
}
