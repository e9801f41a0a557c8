package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/text"
)

// The exit statuses, which scripts can rely on.
const (
	exitDone    = 0
	exitFailed  = 1 // could not, whoever asks: store, disk, provider, record broken, a mistake of ours
	exitUsage   = 2 // the command or its input makes no sense
	exitRefused = 3 // a rule forbids it as things stand
	exitNone    = 4 // there is no such thing
	exitMayNot  = 5 // this reviewer may not
	exitStale   = 6 // it changed meanwhile
)

// statusOf says how the program ends with err.
func statusOf(err error) int {
	if err == nil {
		return exitDone
	}
	switch engine.CodeOf(err) {
	case engine.Invalid:
		return exitUsage
	case engine.Refused:
		return exitRefused
	case engine.NotFound:
		return exitNone
	case engine.Forbidden:
		return exitMayNot
	case engine.Stale:
		return exitStale
	default:
		return exitFailed
	}
}

var errInterrupted = errors.New("interrupted; what was not acknowledged did not happen")

// longestFailure bounds what is printed of one error, in columns.
const longestFailure = 1000

// fail tells a person about err and returns the exit status for it.
func (a *app) fail(err error) int {
	if err == nil {
		return exitDone
	}
	fmt.Fprintln(a.err, "purser:", ansi.Truncate(string(text.Line(err.Error())), longestFailure, "…"))
	var unread unreadFilter
	if errors.As(err, &unread) {
		fmt.Fprint(a.err, unread.caret())
	}
	return statusOf(err)
}

// say tells a person something that is no answer to what was asked.
func (a *app) say(format string, args ...any) {
	fmt.Fprintln(a.err, text.Line(fmt.Sprintf(format, args...)))
}

// An unreadFilter is a filter that makes no sense, and where.
type unreadFilter struct {
	expr string
	err  *filter.Error
}

func (f unreadFilter) Error() string { return f.err.Error() }

func (f unreadFilter) Unwrap() error { return engine.Invalid }

// caret shows the filter, or the part of it around the fault, with a caret
// under the fault.
func (f unreadFilter) caret() string {
	const around = 60
	runes := []rune(f.expr)
	at := min(f.err.At, len(runes))
	from, to := max(0, at-around), min(len(runes), at+around)
	before := text.Line(string(runes[from:at]))
	after := text.Line(string(runes[at:to]))
	return fmt.Sprintf("  %s%s\n  %s^\n", before, after, strings.Repeat(" ", ansi.StringWidth(string(before))))
}

// parseFilter reads a filter over requests; relative times in it count from now.
func parseFilter(expr string, now time.Time) (filter.Expr, error) {
	parsed, err := filter.Parse(expr, engine.RequestFields(), now)
	var fault *filter.Error
	if errors.As(err, &fault) {
		return parsed, unreadFilter{expr: expr, err: fault}
	}
	return parsed, err
}
