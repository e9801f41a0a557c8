package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

// listOfRequests makes the command that lists what hangs on requests: on one,
// or on all that the filter lets through.
func listOfRequests[T any](
	a *app, things string, k kind[T], of func(ctx context.Context, r engine.RequestID) ([]T, error),
) *cobra.Command {
	var request string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the " + things + " of a request, or of all that a filter lets through",
		Example: "  purser " + things[:len(things)-1] + " list --request 8K3QZ2\n" +
			"  purser " + things[:len(things)-1] + " list --filter 'status:in-progress'",
		Args:        takes(),
		Annotations: honours("filter", "sort", "limit"),
	}
	cmd.Flags().StringVar(&request, "request", "", "those of this `REQUEST`")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx := cmd.Context()
		if _, err := a.enter(ctx); err != nil {
			return err
		}
		if request != "" {
			if a.flags.filter != "" || a.flags.sort != "" {
				return misused(cmd, "either --request, or a filter and an order of requests")
			}
			r, err := a.request(ctx, request)
			if err != nil {
				return err
			}
			found, err := of(ctx, r.ID)
			if err != nil {
				return err
			}
			return answerList(a, k, found)
		}
		answer, limit, more := answerWith(a, k), a.atMost(), false
		_, err := a.eachRequest(ctx, engine.View{}, 0, func(r engine.RequestRow) error {
			found, err := of(ctx, r.ID)
			for _, v := range found {
				if limit > 0 && answer.count == limit {
					more = true
					return errEnough
				}
				if err == nil {
					err = answer.add(v)
				}
			}
			return err
		})
		if err != nil && err != errEnough {
			return err
		}
		return a.ended(answer.end(), answer.count, more)
	}
	return cmd
}

// errEnough ends a walk over requests.
var errEnough = engine.Errorf(engine.Internal, "enough was shown")
