package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
)

func (a *app) batchCommand() *cobra.Command {
	return group("batch", "Do the same with many requests at once",
		a.batchList(),
		a.batchShow(),
		a.batchCreate(),
		a.batchImport(),
		a.batchRows(),
		a.batchEdit(),
		a.batchExport(),
		a.batchAdd(),
		a.batchRemove(),
		a.batchSet(),
		a.batchOrder(),
		a.batchDelete(),
		a.batchPreview(),
		a.batchRun(),
		a.batchRuns(),
		a.batchStop(),
		a.batchUndo(),
	)
}

// batch returns the batch that a person means: by reference or id.
func (a *app) batch(ctx context.Context, fragment string) (engine.Batch, error) {
	if err := text.Check("the batch", fragment, longestID); err != nil {
		return engine.Batch{}, engine.Errorf(engine.Invalid, "%v", err)
	}
	b, err := a.engine.BatchByReference(ctx, a.mode(), fragment)
	if engine.CodeOf(err) != engine.NotFound {
		return b, err
	}
	id, err := a.find(ctx, engine.KindBatch, fragment)
	if err != nil {
		return b, err
	}
	b, err = a.engine.Batch(ctx, engine.BatchID(id))
	if err == nil && b.Deleted {
		err = engine.Errorf(engine.NotFound, "batch %s was deleted", b.ID)
	}
	return b, err
}

// lookBatch opens the desk and reads the batch that a person means.
func (a *app) lookBatch(ctx context.Context, fragment string) (engine.Batch, error) {
	if _, err := a.enter(ctx); err != nil {
		return engine.Batch{}, err
	}
	return a.batch(ctx, fragment)
}

func (a *app) batchList() *cobra.Command {
	return &cobra.Command{
		Use:         "list",
		Short:       "List batches, newest first",
		Example:     `  purser batch list`,
		Args:        takes(),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			query := engine.BatchQuery{Mode: a.mode(), Limit: pageLimit}
			return listPages(a, batchKind(), func() ([]engine.BatchState, error) {
				page, err := a.engine.Batches(cmd.Context(), query)
				if len(page) > 0 {
					query.Before = page[len(page)-1].ID
				}
				return page, err
			})
		},
	}
}

// listPages answers with a list that is read page by page until one is empty.
func listPages[T any](a *app, k kind[T], next func() ([]T, error)) error {
	answer, limit := answerWith(a, k), a.atMost()
	for {
		page, err := next()
		if err != nil {
			return err
		}
		for _, v := range page {
			if limit > 0 && answer.count == limit {
				return a.ended(answer.end(), answer.count, true)
			}
			if err := answer.add(v); err != nil {
				return err
			}
		}
		if len(page) == 0 {
			return a.ended(answer.end(), answer.count, false)
		}
	}
}

func (a *app) batchShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show BATCH",
		Short:   "Show a batch, by its reference or id",
		Example: `  purser batch show monday`,
		Args:    takes("BATCH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.lookBatch(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			state, err := a.engine.BatchState(cmd.Context(), b.ID)
			if err != nil {
				return err
			}
			return answerOne(a, batchKind(), state)
		},
	}
}

// selection reads which requests are meant: by their ids, or by the filter.
func (a *app) selection(cmd *cobra.Command, ids []string) (engine.Selection, error) {
	switch {
	case len(ids) > 0 && a.flags.filter != "":
		return engine.Selection{}, misused(cmd, "either requests or a filter")
	case len(ids) == 0 && !cmd.Flags().Changed("filter"):
		return engine.Selection{}, misused(cmd, "it needs requests, or --filter")
	case len(ids) == 0:
		f, err := parseFilter(a.flags.filter, a.engine.Now())
		return engine.Selection{Filter: &f, Mode: a.mode()}, err
	}
	var s engine.Selection
	for _, fragment := range ids {
		id, err := a.find(cmd.Context(), engine.KindRequest, fragment)
		if err != nil {
			return s, err
		}
		s.IDs = append(s.IDs, engine.RequestID(id))
	}
	return s, nil
}

// doneBatch tells what was done to a batch, as it is now.
func (a *app) doneBatch(ctx context.Context, b engine.Batch, left []engine.LeftOut, format string, args ...any) error {
	for _, l := range left {
		a.say("left out %s: %s", l.ID, l.Why)
	}
	state := engine.BatchState{Batch: b, Status: engine.RunPending}
	if !a.flags.dryRun {
		var err error
		if state, err = a.engine.BatchState(ctx, b.ID); err != nil {
			return err
		}
	}
	return done(a, batchKind(), state, format, args...)
}

func (a *app) batchCreate() *cobra.Command {
	var n engine.NewBatch
	cmd := &cobra.Command{
		Use:   "create [REQUEST...] | --filter EXPR",
		Short: "Put requests into a new batch",
		Long: `Of a filter those are taken that are in no batch yet, oldest first. Of requests
that are named, one that is in a batch refuses all.`,
		Example: `  purser batch create --filter 'status:ready;currency:USD' --reference monday
  purser batch create 8K3QZ2 9XW4T1 --description 'asked for by phone'`,
		Args:        cobra.ArbitraryArgs,
		Annotations: honours("dry-run", "key", "filter"),
	}
	f := cmd.Flags()
	f.StringVar(&n.Reference, "reference", "", "what to call it (default the time)")
	f.StringVar(&n.Description, "description", "", "what it is for")
	f.StringSliceVar(&n.AllocationOrder, "order", nil, "the allocation `ORDER`, which goes before the organisation's")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if _, err := a.enter(cmd.Context()); err != nil {
			return err
		}
		if n.Of, err = a.selection(cmd, args); err != nil {
			return err
		}
		b, left, err := a.engine.CreateBatch(cmd.Context(), a.caller(), n)
		if err != nil {
			return err
		}
		return a.doneBatch(cmd.Context(), b, left, "created batch %s (%s) of %s", b.Reference, b.ID, countOf(b.Requests, "request"))
	}
	return cmd
}

func (a *app) batchAdd() *cobra.Command {
	return &cobra.Command{
		Use:         "add BATCH [REQUEST...] | --filter EXPR",
		Short:       "Put requests into a batch, behind those that are in it",
		Example:     `  purser batch add monday 8K3QZ2`,
		Args:        takesAtLeast("BATCH"),
		Annotations: honours("dry-run", "key", "filter"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.lookBatch(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			s, err := a.selection(cmd, args[1:])
			if err != nil {
				return err
			}
			before := b.Requests
			b, left, err := a.engine.AddToBatch(cmd.Context(), a.caller(), b.ID, s)
			if err != nil {
				return err
			}
			return a.doneBatch(cmd.Context(), b, left, "added to batch %s: %d before, %d now", b.Reference, before, b.Requests)
		},
	}
}

// takesAtLeast wants the arguments that it names, and lets more follow.
func takesAtLeast(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		return takes(names...)(cmd, args[:min(len(args), len(names))])
	}
}

func (a *app) batchRemove() *cobra.Command {
	return &cobra.Command{
		Use:         "remove BATCH REQUEST...",
		Short:       "Take requests out of a batch; nothing else of them changes",
		Example:     `  purser batch remove monday 8K3QZ2`,
		Args:        takesAtLeast("BATCH", "REQUEST"),
		Annotations: changing(),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.lookBatch(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			s, err := a.selection(cmd, args[1:])
			if err != nil {
				return err
			}
			if b, err = a.engine.RemoveFromBatch(cmd.Context(), a.caller(), b.ID, s.IDs); err != nil {
				return err
			}
			return a.doneBatch(cmd.Context(), b, nil, "removed %s from batch %s", countOf(len(s.IDs), "request"), b.Reference)
		},
	}
}

func (a *app) batchSet() *cobra.Command {
	var reference, description string
	cmd := &cobra.Command{
		Use:         "set BATCH",
		Short:       "Change what a batch is called and what is said of it",
		Example:     `  purser batch set monday --description 'second half'`,
		Args:        takes("BATCH"),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&reference, "reference", "", "what to call it")
	cmd.Flags().StringVar(&description, "description", "", "what it is for")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var details engine.BatchDetails
		if cmd.Flags().Changed("reference") {
			details.Reference = &reference
		}
		if cmd.Flags().Changed("description") {
			details.Description = &description
		}
		if details == (engine.BatchDetails{}) {
			return misused(cmd, "it needs --reference or --description")
		}
		return a.setBatch(cmd.Context(), args[0], details, "changed batch %s")
	}
	return cmd
}

func (a *app) setBatch(ctx context.Context, fragment string, details engine.BatchDetails, format string) error {
	b, err := a.lookBatch(ctx, fragment)
	if err != nil {
		return err
	}
	if b, err = a.engine.SetBatch(ctx, a.caller(), b.ID, details); err != nil {
		return err
	}
	return a.doneBatch(ctx, b, nil, format, b.Reference)
}

func (a *app) batchOrder() *cobra.Command {
	return &cobra.Command{
		Use:   "order BATCH [METHOD...]",
		Short: "Set in which order the requests of a batch are allocated to instruments",
		Long: `Methods and the words alternative-payment-methods and selected-payment-instrument;
the last has to be among them. Without any, the organisation's order holds again.`,
		Example:     `  purser batch order monday payment-card alternative-payment-methods selected-payment-instrument`,
		Args:        takesAtLeast("BATCH"),
		Annotations: changing(),
		RunE: func(cmd *cobra.Command, args []string) error {
			order := args[1:]
			said := "the order of batch %s is " + strings.Join(order, ", ")
			if len(order) == 0 {
				said = "batch %s has the organisation's order"
			}
			return a.setBatch(cmd.Context(), args[0], engine.BatchDetails{AllocationOrder: &order}, "set: "+said)
		},
	}
}

func (a *app) batchDelete() *cobra.Command {
	return &cobra.Command{
		Use:         "delete BATCH",
		Short:       "Take a batch off the list; its requests stay as they are",
		Example:     `  purser batch delete monday`,
		Args:        takes("BATCH"),
		Annotations: changing(),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.lookBatch(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			had := b.Requests
			if b, err = a.engine.DeleteBatch(cmd.Context(), a.caller(), b.ID); err != nil {
				return err
			}
			return a.doneBatch(cmd.Context(), b, nil, "deleted batch %s of %s", b.Reference, countOf(had, "request"))
		},
	}
}
