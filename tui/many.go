package tui

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/batch"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/decide"
	"github.com/purserhq/purser/tui/jobs"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// marking reports whether keys are about what is marked, or about a whole batch,
// and not about the request under the cursor.
func (c *Console) marking(a keys.ID) bool {
	if _, leads := journeys[a]; !leads && !decide.Knows(a) {
		return false
	}
	_, batched := c.onBatch()
	return batched || c.top() == view(c.queue) && c.queue.Marking()
}

// onBatch is the batch on the screen, if one is.
func (c *Console) onBatch() (*batch.Batch, bool) {
	b, ok := c.top().(*batch.Batch)
	return b, ok
}

// feeding is the file that is being taken in.
func (c *Console) feeding() *batch.Feed { return c.feed }

// whyNotMany says why a decision is off for all that is marked, or for the
// batch on the screen.
func (c *Console) whyNotMany(a keys.ID) text.Safe {
	b, ok := c.onBatch()
	if !ok {
		return decide.WhyNotMany(c.desk, a, c.desk.Label(screen.Unmark)+" unmarks, and it is about the cursor's")
	}
	if why := decide.WhyNotMany(c.desk, a, c.desk.Label(screen.Open)+" opens the cursor's"); why != "" {
		return why
	}
	return b.WhyNotDecide()
}

// many shows the plan of a decision on all that is marked.
func (c *Console) many(a keys.ID) tea.Cmd {
	intent := c.intent()
	return decide.Many(c.desk, a, intent.Of, func(action engine.RunAction) tea.Cmd {
		intent.Action = action
		return c.push(batch.NewPlan(c.desk, intent))
	})
}

// intent is what a decision on many is about.
func (c *Console) intent() batch.Intent {
	if b, ok := c.onBatch(); ok {
		return b.Intent()
	}
	c.queue.EndRange()
	intent := batch.Intent{Of: c.queue.Named()}
	intent.Selection, intent.Seen = c.queue.Selection()
	return intent
}

// takeMany takes what the screens about many requests tell.
func (c *Console) takeMany(msg tea.Msg) (cmd tea.Cmd, taken bool) {
	switch msg := msg.(type) {
	case batch.Open:
		if v, ok := msg.Screen.(view); ok {
			return c.push(v), true
		}
	case batch.Started:
		return c.started(msg), true
	case batch.Stopped:
		if msg.Err != nil {
			c.desk.Fail(msg.Err)
		}
		return c.top().Refresh(), true
	case batch.Undone:
		if msg.Err != nil {
			c.desk.Fail(msg.Err)
			return c.top().Refresh(), true
		}
		return c.push(batch.NewRun(c.desk, msg.Run)), true
	case jobs.OpenRun:
		return c.push(batch.NewRun(c.desk, msg.Run)), true
	case jobs.Copied:
		return c.fileCopied(msg), true
	default:
		return c.takeBatch(msg)
	}
	return nil, true
}

// started shows a run in the place of its plan. What was marked is spent.
func (c *Console) started(msg batch.Started) tea.Cmd {
	if msg.Run.BatchID == "" {
		c.queue.Unmark()
	}
	if _, planned := c.top().(*batch.Plan); planned {
		c.top().Close()
		c.stack = c.stack[:len(c.stack)-1]
	}
	done, back := batch.Deeds(msg.Run, msg.Line)
	c.desk.Remember(done, back)
	return c.push(batch.NewRun(c.desk, msg.Run))
}

// onRun is the run on the screen, if one is.
func (c *Console) onRun() (*batch.Run, bool) {
	run, ok := c.top().(*batch.Run)
	return run, ok
}

// going are runs and imports that go on.
type going struct {
	runs    []engine.Run
	imports []engine.Import
}

// readJobs looks which runs and imports go on.
func (c *Console) readJobs(ctx context.Context) (g going, err error) {
	const latest = 20
	runs, err := c.desk.Engine.Runs(ctx, engine.RunQuery{Mode: c.desk.Mode, Limit: latest})
	if err != nil {
		return g, err
	}
	imports, err := c.desk.Engine.Imports(ctx, engine.ImportQuery{Limit: latest})
	if err != nil {
		return g, err
	}
	for _, run := range runs {
		if !run.Status.Ended() {
			g.runs = append(g.runs, run)
		}
	}
	for _, i := range imports {
		if !i.Status.Ended() && !i.Left(c.desk.Engine.Now()) {
			g.imports = append(g.imports, i)
		}
	}
	return g, nil
}

// goesOn is where a run is found that goes on and is of no batch.
func (c *Console) goesOn() string {
	if slices.ContainsFunc(c.jobs.runs, func(r engine.Run) bool { return r.BatchID == "" }) {
		return batch.Runs
	}
	return ""
}

// jobHint says that something goes on, and where to find it; or how far an
// export is.
func (c *Console) jobHint() []canvas.Span {
	if said, going := c.desk.Exporting(); going {
		return []canvas.Span{{Text: said + " ", Style: theme.Moving}, {Text: c.desk.Label(screen.Export), Style: theme.Key}, {Text: "   "}}
	}
	switch c.top().Place().Kind {
	case screen.ManyRun, screen.Batches, screen.Jobs, screen.FileImport:
		return nil
	}
	n := len(c.jobs.runs) + len(c.jobs.imports)
	var told text.Safe
	key := screen.ToBatches
	switch {
	case len(c.jobs.runs) > 0:
		told = batch.Brief(c.jobs.runs[0])
	case n > 0:
		told, key = jobs.Brief(c.jobs.imports[0]), screen.ToJobs
	case c.feed != nil:
		return append(c.feed.Brief(), canvas.Span{Text: c.desk.Label(screen.ToBatches), Style: theme.Key}, canvas.Span{Text: "   "})
	default:
		return nil
	}
	if n > 1 {
		told += " +" + text.Safe(screen.Int(n-1))
		key = screen.ToJobs
	}
	return []canvas.Span{
		{Text: told + " ", Style: theme.Moving}, {Text: c.desk.Label(key), Style: theme.Key}, {Text: "   "},
	}
}

// fileCopied tells how the copy of a file went, and shows the import where somebody
// waits for it.
func (c *Console) fileCopied(msg jobs.Copied) tea.Cmd {
	file, waits := c.top().(*jobs.File)
	waits = waits && msg.From(file)
	if msg.Err != nil {
		c.desk.Fail(msg.Err)
		if waits {
			file.Again()
		}
		return nil
	}
	c.desk.Say(screen.Plural(msg.Import.Rows, "row")+" of "+text.Line(msg.Import.File)+" copied: they are taken in by and by", theme.Done)
	if !waits {
		return nil
	}
	file.Close()
	c.stack = c.stack[:len(c.stack)-1]
	return c.push(jobs.NewImport(c.desk, msg.Import.ID))
}
