package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

// listOfCustomer is the list of things that customers have.
func listOfCustomer[T any](
	a *app, things string, k kind[T], of func(ctx context.Context, c engine.CustomerID) ([]T, error),
) *cobra.Command {
	var customer string
	cmd := &cobra.Command{
		Use:         "list --customer CUSTOMER",
		Short:       "List a customer's " + things,
		Example:     "  purser " + things[:len(things)-1] + " list --customer c-1",
		Args:        takes(),
		Annotations: honours("limit"),
	}
	cmd.Flags().StringVar(&customer, "customer", "", "reference or id")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := need(cmd, "customer"); err != nil {
			return err
		}
		ctx := cmd.Context()
		if _, err := a.enter(ctx); err != nil {
			return err
		}
		c, err := a.customer(ctx, customer)
		if err != nil {
			return err
		}
		list, err := of(ctx, c.ID)
		if err != nil {
			return err
		}
		return answerList(a, k, list)
	}
	return cmd
}
