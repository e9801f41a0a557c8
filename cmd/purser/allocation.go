package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) allocationCommand() *cobra.Command {
	return group("allocation", "Look at allocations, and have them paid",
		listOfRequests(a, "allocations", allocationKind(),
			func(ctx context.Context, r engine.RequestID) ([]engine.Allocation, error) {
				return a.engine.Allocations(ctx, r)
			}),
		a.allocationShow(),
		a.allocationProcess(),
		a.allocationCancel(),
	)
}

func (a *app) allocationShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show ALLOCATION",
		Short:   "Show an allocation",
		Example: `  purser allocation show B2M7RW`,
		Args:    takes("ALLOCATION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			id, err := a.allocationID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			allocation, err := a.engine.Allocation(cmd.Context(), id)
			if err != nil {
				return err
			}
			return answerOne(a, allocationKind(), allocation)
		},
	}
}

func (a *app) allocationProcess() *cobra.Command {
	var request string
	cmd := &cobra.Command{
		Use:   "process ALLOCATION… | --request REQUEST",
		Short: "Queue pending allocations, so that a worker pays them",
		Long: `Those that are not pending, or whose request is blocked, are left as they are and
told about; if nothing could be queued, that is a refusal.`,
		Example: `  purser allocation process --request 8K3QZ2
  purser allocation process B2M7RW V09JXA`,
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&request, "request", "", "all pending allocations of this `REQUEST`")
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		switch named := cmd.Flags().Changed("request"); {
		case named && len(args) > 0:
			return misused(cmd, "either allocations or --request")
		case !named && len(args) == 0:
			return misused(cmd, "ALLOCATION is missing")
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if _, err := a.enter(cmd.Context()); err != nil {
			return err
		}
		ids, err := a.toProcess(cmd.Context(), request, args)
		if err != nil {
			return err
		}
		return a.process(cmd.Context(), ids)
	}
	return cmd
}

// toProcess are the allocations that a person means.
func (a *app) toProcess(ctx context.Context, request string, args []string) (ids []engine.AllocationID, err error) {
	if request == "" {
		for _, arg := range args {
			id, err := a.allocationID(ctx, arg)
			if err != nil {
				return nil, err
			}
			ids = append(ids, id)
		}
		return ids, nil
	}
	r, err := a.request(ctx, request)
	if err != nil {
		return nil, err
	}
	all, err := a.engine.Allocations(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, allocation := range all {
		if allocation.Status == engine.AllocationPending {
			ids = append(ids, allocation.ID)
		}
	}
	if len(ids) == 0 {
		return nil, engine.Errorf(engine.Refused, "cannot process %s: it has no pending allocation", r.ID).
			Or("purser request auto-allocate %s makes some", r.ID)
	}
	return ids, nil
}

func (a *app) process(ctx context.Context, ids []engine.AllocationID) error {
	queued, skipped, err := a.engine.Process(ctx, a.caller(), ids)
	if err != nil {
		return err
	}
	for _, s := range skipped {
		a.say("left %s: %s", s.ID, s.Why)
	}
	if len(queued) == 0 && len(skipped) > 0 {
		return engine.Errorf(engine.Refused, "nothing was queued")
	}
	a.did("queued %s", countOf(len(queued), "allocation"))
	if a.flags.output == asTable {
		return nil
	}
	rows := make([]engine.Allocation, len(queued))
	for i, id := range queued {
		if rows[i], err = a.engine.Allocation(ctx, id); err != nil {
			return err
		}
	}
	return answerList(a, allocationKind(), rows)
}

func (a *app) allocationCancel() *cobra.Command {
	return &cobra.Command{
		Use:         "cancel ALLOCATION",
		Short:       "Call off an allocation that no worker has taken yet",
		Long:        "Its amount is available again; the request stays in progress.",
		Example:     `  purser allocation cancel B2M7RW`,
		Args:        takes("ALLOCATION"),
		Annotations: changing(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			id, err := a.allocationID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			canceled, err := a.engine.CancelAllocation(cmd.Context(), a.caller(), id)
			if err != nil {
				return err
			}
			return done(a, allocationKind(), canceled, "canceled %s; %s is available again", canceled.ID, canceled.Amount.Text())
		},
	}
}
