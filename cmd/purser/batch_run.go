package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/purserhq/purser/engine"
)

// An actionFlags is what the action of a run takes.
type actionFlags struct{ reason, by, description string }

func actionsOf(cmd *cobra.Command) *actionFlags {
	f := &actionFlags{}
	cmd.Flags().StringVar(&f.reason, "reason", "", "why, of block")
	cmd.Flags().StringVar(&f.by, "by", "", "on behalf of `WHOM`, of cancel: "+list(engine.CanceledBys()))
	cmd.Flags().StringVar(&f.description, "description", "", "more of why, of block and cancel")
	complete(cmd, "reason", engine.BlockReasons())
	complete(cmd, "by", engine.CanceledBys())
	return f
}

const actionHelp = `Actions: ready, approve, auto-allocate, process, block, unblock, cancel. What
they are done with is a batch, or all requests that a filter lets through.`

// runPlan previews what the arguments ask for: BATCH ACTION, or ACTION with a
// filter.
func (a *app) runPlan(cmd *cobra.Command, args []string, f *actionFlags) (p engine.RunPlan, err error) {
	if _, err := a.enter(cmd.Context()); err != nil {
		return p, err
	}
	var s engine.Selection
	switch filtered := cmd.Flags().Changed("filter"); {
	case filtered && len(args) > 1:
		return p, misused(cmd, "either a batch or a filter")
	case filtered:
		if s, err = a.selection(cmd, nil); err != nil {
			return p, err
		}
	case len(args) < 2:
		return p, misused(cmd, "it needs a batch and an action, or an action and --filter")
	default:
		b, err := a.batch(cmd.Context(), args[0])
		if err != nil {
			return p, err
		}
		s.Batch = b.ID
	}
	action := engine.RunAction{
		Verb: engine.Verb(args[len(args)-1]), Reason: engine.BlockReason(f.reason),
		CanceledBy: engine.CanceledBy(f.by), Description: f.description,
	}
	return a.engine.PreviewRun(cmd.Context(), a.caller(), s, action)
}

// takesAction wants one argument or two.
func takesAction(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return takes("BATCH", "ACTION")(cmd, args)
}

func (a *app) batchPreview() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "preview BATCH ACTION | preview ACTION --filter EXPR",
		Short: "Say for every request what an action would do, and why not",
		Long:  actionHelp,
		Example: `  purser batch preview monday approve
  purser batch preview approve --filter 'status:ready;currency:USD' -o csv`,
		Args:        takesAction,
		Annotations: honours("filter", "limit"),
	}
	f := actionsOf(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := a.runPlan(cmd, args, f)
		if err != nil {
			return err
		}
		a.tellPlan(p)
		answer, limit := answerWith(a, plannedKind()), a.atMost()
		for _, item := range p.Items {
			if limit > 0 && answer.count == limit {
				break
			}
			if err := answer.add(item); err != nil {
				return err
			}
		}
		return a.ended(answer.end(), answer.count, answer.count < len(p.Items))
	}
	return cmd
}

// tellPlan says what a run would do, in a few lines.
func (a *app) tellPlan(p engine.RunPlan) {
	a.say("%s: %d of %s would run, for %s", p.Action, p.Count(), countOf(len(p.Items), "request"), countOf(p.Customers, "customer"))
	for _, t := range p.Runs {
		a.say("  runs       %s  %s", t.Amount.Text(), countOf(t.Requests, "request"))
	}
	for _, t := range p.Out {
		a.say("  stays out  %s  %s", t.Amount.Text(), countOf(t.Requests, "request"))
	}
	for _, r := range p.Reasons {
		a.say("  %d: %s", r.Requests, r.Why)
	}
	for _, t := range p.FirstSeen {
		a.say("  to instruments never paid to before: %s  %s", t.Amount.Text(), countOf(t.Requests, "request"))
	}
	for _, w := range p.Warned {
		a.say("  warning %s: %s, %s: %s", w.Name, countOf(w.Requests, "request"), totals(w.Sums), whoIsWarned(p, w))
	}
}

// whoIsWarned names the first requests that a warning is about.
func whoIsWarned(p engine.RunPlan, w engine.WarningCount) string {
	const most = 5
	var ids []string
	for _, item := range p.Items {
		if !slices.Contains(item.Overruled, w.Name) {
			continue
		}
		if ids = append(ids, string(item.ID)); len(ids) == most {
			break
		}
	}
	if w.Requests > len(ids) {
		ids = append(ids, "…")
	}
	return strings.Join(ids, ", ")
}

func (a *app) batchRun() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run BATCH ACTION | run ACTION --filter EXPR",
		Short: "Do the same with many requests: exactly what the preview says",
		Long: actionHelp + `

The plan is shown first. A request that changes before its turn comes is refused,
and the others go on. Interrupted, the run goes on wherever else is worked.`,
		Example: `  purser batch run monday approve
  purser batch run block --filter 'customer:c-1' --reason fraud-suspected --yes`,
		Args:        takesAction,
		Annotations: honours("filter", "dry-run", "key", "yes"),
	}
	f := actionsOf(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := a.runPlan(cmd, args, f)
		if err != nil {
			return err
		}
		a.tellPlan(p)
		return a.start(cmd.Context(), p, func(ctx context.Context) (engine.Run, error) {
			return a.engine.StartRun(ctx, a.caller(), p)
		})
	}
	return cmd
}

// start asks, starts a run, and follows it to its end.
func (a *app) start(ctx context.Context, p engine.RunPlan, start func(context.Context) (engine.Run, error)) error {
	if !a.flags.dryRun && p.Count() > 0 {
		if err := a.confirm(ctx, fmt.Sprintf("%s %s?", p.Action, countOf(p.Count(), "request"))); err != nil {
			return err
		}
	}
	run, err := start(ctx)
	if err != nil {
		return err
	}
	if a.flags.dryRun {
		a.say("dry run, nothing was changed")
		return nil
	}
	if run, err = a.follow(ctx, run); err != nil {
		return err
	}
	a.did("ended run %s: %s", run.ID, outcome(run))
	if a.flags.output != asTable {
		return answerOne(a, runKind(), run)
	}
	return nil
}

// outcome says how far a run is, or how it ended.
func outcome(r engine.Run) string {
	words := fmt.Sprintf("%s, %d done, %d refused, %d left out", r.Status, r.Done, r.Refused, r.Skipped)
	if r.Waiting() > 0 {
		words += fmt.Sprintf(", %d waiting", r.Waiting())
	}
	return join(": ", words, r.Failure)
}

// follow works on a run, beside whoever else does, and says once a second how
// far it is.
func (a *app) follow(ctx context.Context, run engine.Run) (engine.Run, error) {
	told := a.engine.Now()
	terminal, _ := a.err.(*os.File)
	live := terminal != nil && term.IsTerminal(int(terminal.Fd()))
	for !run.Status.Ended() {
		if err := a.engine.Work(ctx, "runs"); err != nil {
			if ctx.Err() != nil {
				a.say("run %s goes on wherever this store is worked on: %s", run.ID, outcome(run))
			}
			return run, err
		}
		var err error
		if run, err = a.engine.Run(ctx, run.ID); err != nil {
			return run, err
		}
		if now := a.engine.Now(); now.Sub(told) >= time.Second {
			told = now
			switch {
			case live:
				fmt.Fprintf(a.err, "\r%s\x1b[K", outcome(run))
			default:
				a.say("%s", outcome(run))
			}
		}
	}
	if live {
		fmt.Fprint(a.err, "\r\x1b[K")
	}
	return run, nil
}

func (a *app) runID(ctx context.Context, fragment string) (engine.RunID, error) {
	id, err := a.find(ctx, engine.KindRun, fragment)
	return engine.RunID(id), err
}

func (a *app) batchRuns() *cobra.Command {
	var of string
	var refused bool
	cmd := &cobra.Command{
		Use:   "runs [RUN]",
		Short: "List runs, newest first, or what became of each request of one",
		Example: `  purser batch runs --batch monday
  purser batch runs 4F7K2M --refused`,
		Args: func(cmd *cobra.Command, args []string) error {
			return takes([]string{"RUN"}[:min(1, len(args))]...)(cmd, args)
		},
		Annotations: honours("limit"),
	}
	cmd.Flags().StringVar(&of, "batch", "", "those of this `BATCH`")
	cmd.Flags().BoolVar(&refused, "refused", false, "only what was refused")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		if _, err := a.enter(ctx); err != nil {
			return err
		}
		if len(args) == 1 {
			return a.runItems(ctx, args[0], refused)
		}
		query := engine.RunQuery{Mode: a.mode(), Limit: pageLimit}
		if of != "" {
			b, err := a.batch(ctx, of)
			if err != nil {
				return err
			}
			query.Batch = b.ID
		}
		return listPages(a, runKind(), func() ([]engine.Run, error) {
			page, err := a.engine.Runs(ctx, query)
			if len(page) > 0 {
				query.Before = page[len(page)-1].ID
			}
			return page, err
		})
	}
	return cmd
}

func (a *app) runItems(ctx context.Context, fragment string, refused bool) error {
	id, err := a.runID(ctx, fragment)
	if err != nil {
		return err
	}
	run, err := a.engine.Run(ctx, id)
	if err != nil {
		return err
	}
	if a.flags.output == asTable {
		a.say("%s of %s by %s: %s", run.Action, run.Of, run.By, outcome(run))
	}
	query := engine.RunItemQuery{Limit: pageLimit}
	if refused {
		query.Results = []engine.ItemResult{engine.ItemRefused}
	}
	return listPages(a, runItemKind(), func() ([]engine.RunItem, error) {
		page, err := a.engine.RunItems(ctx, id, query)
		if len(page) > 0 {
			query.After = page[len(page)-1].Place
		}
		return page, err
	})
}

func (a *app) batchStop() *cobra.Command {
	var why string
	cmd := &cobra.Command{
		Use:         "stop RUN",
		Short:       "Keep a run from going on; what was done stays done",
		Example:     `  purser batch stop 4F7K2M --reason 'wrong list'`,
		Args:        takes("RUN"),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&why, "reason", "", "why")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		if _, err := a.enter(ctx); err != nil {
			return err
		}
		id, err := a.runID(ctx, args[0])
		if err != nil {
			return err
		}
		run, err := a.engine.StopRun(ctx, a.caller(), id, why)
		if err != nil {
			return err
		}
		return done(a, runKind(), run, "stopped run %s: %s", run.ID, outcome(run))
	}
	return cmd
}

func (a *app) batchUndo() *cobra.Command {
	return &cobra.Command{
		Use:   "undo RUN",
		Short: "Take back what a run did, where nothing has happened since",
		Long: `Approvals are taken back while nothing is allocated, requests that were made ready
are pending again, blocks are lifted. It is a run of its own.`,
		Example:     `  purser batch undo 4F7K2M`,
		Args:        takes("RUN"),
		Annotations: honours("dry-run", "key", "yes"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if _, err := a.enter(ctx); err != nil {
				return err
			}
			id, err := a.runID(ctx, args[0])
			if err != nil {
				return err
			}
			p, err := a.engine.PreviewUndo(ctx, a.caller(), id)
			if err != nil {
				return err
			}
			a.tellPlan(p)
			return a.start(ctx, p, func(ctx context.Context) (engine.Run, error) {
				return a.engine.UndoRun(ctx, a.caller(), id)
			})
		},
	}
}
