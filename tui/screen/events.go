package screen

import (
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
)

// Sentence says what an event was, by whom and why, in one line.
func Sentence(e engine.Event, d engine.Dossier) text.Safe {
	if e.By == engine.ByEngine {
		return What(e, d)
	}
	what, why := parts(e, d)
	what += " by " + Actor(e.By)
	if why != "" {
		what += ": " + why
	}
	return what
}

// What says what an event was and why, where its actor stands beside.
func What(e engine.Event, d engine.Dossier) text.Safe {
	what, why := parts(e, d)
	if why != "" {
		what += ": " + why
	}
	return what
}

func parts(e engine.Event, d engine.Dossier) (what, why text.Safe) {
	what = text.Line(e.What())
	if words := comment(e, d); words != "" {
		return what, words
	}
	why = particulars(e, d.Request.Amount.Currency)
	if name := piece(e, d); name != "" {
		if why != "" {
			name += ", "
		}
		why = name + why
	}
	return what, why
}

// Telling reports whether an event belongs into the short story of a request:
// not the steps of its allocations, but those that went wrong.
func Telling(e engine.Event) bool {
	switch e.Type {
	case "allocation-failed", "allocation-declined", "allocation-disputed", "payout-processing":
		return true
	}
	return e.Subject.Kind == engine.KindRequest || e.Subject.Kind == engine.KindComment
}

// A Folded event is one that came several times in a row.
type Folded struct {
	At   time.Time // of the last
	Told text.Safe
}

// Fold tells events, those that repeat the one before only once: looked up
// again and again, an outcome stays unknown.
func Fold(events []engine.Event, d engine.Dossier) []Folded {
	var folded []Folded
	var said text.Safe
	times := 0
	for _, e := range events {
		what := Sentence(e, d)
		if what != said {
			folded, said, times = append(folded, Folded{At: e.At, Told: what}), what, 1
			continue
		}
		times++
		folded[len(folded)-1] = Folded{At: e.At, Told: what + " (" + Plural(times, "time") + ")"}
	}
	return folded
}

// Actor is who did something; the engine acts for clocks and customers.
func Actor(by engine.ReviewerID) text.Safe {
	if by == engine.ByEngine {
		return "the engine"
	}
	return text.Line(string(by))
}

// piece names the allocation that an event is about: "497.26 EUR through a".
func piece(e engine.Event, d engine.Dossier) text.Safe {
	id := e.Subject.ID
	switch e.Subject.Kind {
	case engine.KindPayout:
		for _, p := range d.Payouts {
			if string(p.ID) == id {
				id = string(p.AllocationID)
			}
		}
	case engine.KindAllocation:
	default:
		return ""
	}
	for _, a := range d.Allocations {
		if string(a.ID) == id {
			return Money(a.Amount) + " through " + text.Line(a.GatewayID)
		}
	}
	return ""
}

// comment is what somebody wrote, as far as it was not withdrawn.
func comment(e engine.Event, d engine.Dossier) text.Safe {
	if e.Subject.Kind != engine.KindComment || e.Type != "timeline-comment-created" {
		return ""
	}
	c := d.Comments[e.Subject.ID]
	if !c.WithdrawnAt.IsZero() {
		return "(withdrawn by " + Actor(c.WithdrawnBy) + ")"
	}
	return text.Line(c.Text)
}

// details are those that a timeline tells, in that order.
var details = []string{
	"reason", "canceledBy", "of", "into", "verdict", "resolution", "message", "override", "description",
}

// particulars are the reasons of an event, and how it changed an amount.
func particulars(e engine.Event, c money.Currency) text.Safe {
	var told []string
	for _, name := range details {
		switch value := e.Detail(name); {
		case value == "", value == "ok":
		case name == "canceledBy":
			told = append(told, "asked by the "+value)
		case name == "of":
			told = append(told, "of "+value)
		case name == "into":
			told = append(told, "into "+string(Short(value)))
		default:
			told = append(told, text.Masked(value))
		}
	}
	if before, after, ok := e.Change("amount"); ok && e.Subject.Kind == engine.KindRequest {
		grouped := func(number string) string { return string(canvas.Grouped(text.Line(number))) }
		after = grouped(after) + " " + string(c)
		if before != "" {
			after = grouped(before) + " → " + after
		}
		told = append(told, after)
	}
	if _, after, ok := e.Change("batchId"); ok && after == "" && e.Type != "payout-request-removed-from-batch" {
		told = append(told, "left its batch")
	}
	return text.Line(strings.Join(told, ", "))
}
