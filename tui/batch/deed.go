package batch

import (
	"context"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/screen"
)

// Deeds are a run as something that somebody decided, and what takes it back;
// a zero one where nothing does. The line is the command line that does it.
func Deeds(run engine.Run, line string) (done, back screen.Deed) {
	id := engine.RequestID(run.ID) // names the decision among those on requests
	what := of(screen.Sums(run.Sums).Requests()) + ", " + sums(run.Sums).Within(40)
	done = screen.Deed{
		Action: "run", Request: id, Said: named(run.Action) + " " + what,
		Line: line,
	}
	if _, can := canUndo[run.Action.Verb]; can {
		back = screen.Deed{
			Action: "undo-run", Request: id, Said: "taking back: " + named(run.Action) + " " + what + " · g b shows it",
			Line: "purser batch undo " + string(run.ID),
			Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
				_, err := e.UndoRun(ctx, c, run.ID)
				return engine.Request{}, err
			},
		}
	}
	return done, back
}

// Brief is a run that goes on, in a word and a figure: "approving 58%".
func Brief(run engine.Run) text.Safe {
	percent := 0
	if all := run.Items - run.Skipped; all > 0 {
		percent = (run.Done + run.Refused) * 100 / all
	}
	return verbs[run.Action.Verb].doing + " " + text.Safe(screen.Int(percent)) + "%"
}

// line is the command line that does the same; of many ids it shows the first.
func (i Intent) line() string {
	line := "purser batch run "
	if i.Batch != "" {
		line += screen.Quote(i.Batch) + " "
	}
	line += string(i.Action.Verb)
	if i.Action.Reason != "" {
		line += " --reason " + string(i.Action.Reason)
	}
	if i.Action.CanceledBy != "" {
		line += " --by " + string(i.Action.CanceledBy)
	}
	switch {
	case i.Batch != "":
		return line
	case i.Selection.Filter != nil:
		return line + " --filter '" + i.Selection.Filter.String() + "'"
	}
	const most = 3
	var ids []string
	for _, id := range i.Selection.IDs[:min(most, len(i.Selection.IDs))] {
		ids = append(ids, string(id))
	}
	if len(i.Selection.IDs) > most {
		ids = append(ids, "…")
	}
	return line + " --filter 'id:" + strings.Join(ids, ",") + "'"
}
