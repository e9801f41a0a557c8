// Package batch is the screens on which many requests are decided on at once:
// the batches that they are put together in; the plan, which comes first; the
// run, live and afterwards; what stays out of either, or is warned of; and the
// list of all runs.
//
// The nouns are the engine's: a batch holds requests, and the rows of the file
// that it may come from; a plan says for every request what would become of it
// and why it stays out, a run does what the plan said. [Batches], [Batch],
// [Plan], [Out], [Run] and [List] are the screens, a [Feed] is a file on its way
// in.
//
// Invariants: nothing runs that was not in a plan on the screen; what confirms
// it is typed, never pasted, and looked at once more before it starts. A run
// belongs to the engine: no screen is needed for it to go on, and every console
// shows the same of it.
//
// It refuses to know how requests are marked, and what a run does with one.
package batch

import (
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// wide is from how many columns there are two panes.
const wide = 110

// verbs say what is done with requests: before, while and after it is.
var verbs = map[engine.Verb]struct{ will, doing, did text.Safe }{
	engine.VerbApprove:      {"approve", "approving", "approved"},
	engine.VerbReady:        {"make ready", "making ready", "made ready"},
	engine.VerbAutoAllocate: {"allocate", "allocating", "allocated"},
	engine.VerbProcess:      {"process", "processing", "queued"},
	engine.VerbBlock:        {"block", "blocking", "blocked"},
	engine.VerbUnblock:      {"unblock", "unblocking", "unblocked"},
	engine.VerbCancel:       {"cancel", "canceling", "canceled"},
	engine.VerbUndoApproval: {"take back approvals", "taking back approvals", "taken back"},
	engine.VerbReturn:       {"return", "returning", "returned"},
}

// named is an action with what it takes: "block for aml-review".
func named(a engine.RunAction) text.Safe {
	does := verbs[a.Verb].will
	switch {
	case a.Reason != "":
		return does + " for " + text.Line(string(a.Reason))
	case a.CanceledBy != "":
		return does + " for the " + text.Line(string(a.CanceledBy))
	}
	return does
}

// capital makes the first letter of an action large, for a title.
func capital(s text.Safe) text.Safe {
	first, rest := canvas.Split(s, 1)
	return text.Safe(strings.ToUpper(string(first))) + rest
}

// of counts requests: "1 request", "2,003 requests".
func of(n int) text.Safe { return screen.Plural(n, "request") }

// sums are totals in the order in which they are told.
func sums(totals []engine.Total) screen.Sums { return screen.Sums(totals).Sorted() }

// major is the total of most requests, by whose sum a plan is confirmed; one
// whose whole units say something, if there is any.
func major(totals []engine.Total) engine.Total {
	sorted := sums(totals)
	for _, t := range sorted {
		if whole(t.Amount) != "0" {
			return t
		}
	}
	if len(sorted) > 0 {
		return sorted[0]
	}
	return engine.Total{}
}

// whole is an amount's whole units, without its decimals.
func whole(a money.Amount) string { return a.Decimal().Truncate(0).String() }

// table writes totals under each other: count, amount, currency.
func table(totals []engine.Total) []screen.Line {
	var lines []screen.Line
	for _, t := range sums(totals) {
		lines = append(lines, screen.Line{Spans: []canvas.Span{
			{Text: screen.Pad(screen.Count(int64(t.Requests)), countWidth)},
			{Text: screen.Pad(screen.Amount(t.Amount), amountWidth), Style: theme.Strong},
			{Text: " " + text.Line(string(t.Amount.Currency)), Style: theme.Muted},
		}})
	}
	return lines
}

const (
	countWidth  = 9
	amountWidth = 18
)

// note is a line to read, wrapped.
func note(words text.Safe, style theme.Style) screen.Line {
	return screen.Line{Spans: []canvas.Span{{Text: words, Style: style}}, Wrap: true, Indent: 1}
}

// since says at which time of day something was, with the day if that was
// another.
func since(t, now time.Time) text.Safe {
	if t.UTC().Format(time.DateOnly) == now.UTC().Format(time.DateOnly) {
		return screen.Clock(t)
	}
	return screen.Moment(t, now)
}
