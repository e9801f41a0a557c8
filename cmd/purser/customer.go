package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) customerCommand() *cobra.Command {
	return group("customer", "Look at customers, and take them in",
		a.customerList(),
		a.customerShow(),
		a.customerCreate(),
		a.customerSet(),
	)
}

func (a *app) customerList() *cobra.Command {
	var search string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List customers, oldest first, or those that a search finds",
		Example: `  purser customer list -o csv
  purser customer list --search example.com`,
		Args:        takes(),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			if search != "" {
				return a.searchCustomers(cmd.Context(), search)
			}
			answer, limit, more := answerWith(a, customerKind()), a.atMost(), true
			for after := engine.CustomerID(""); more && (limit == 0 || answer.count < limit); {
				page, err := a.engine.Customers(cmd.Context(), after, pageLimit)
				if err != nil {
					return err
				}
				more = len(page) == pageLimit
				for i, c := range page {
					if limit > 0 && answer.count == limit {
						more = i < len(page)
						break
					}
					if err := answer.add(c); err != nil {
						return err
					}
					after = c.ID
				}
			}
			return a.ended(answer.end(), answer.count, more)
		},
	}
	cmd.Flags().StringVar(&search, "search", "", "what a reference begins with, or a name or email address contains")
	return cmd
}

// searchCustomers lists who a search finds.
func (a *app) searchCustomers(ctx context.Context, search string) error {
	limit := a.atMost()
	if limit == 0 || limit > pageLimit {
		limit = pageLimit
	}
	page, err := a.engine.CustomerRows(ctx, engine.CustomerQuery{Mode: a.mode(), Search: search, Limit: limit})
	if err != nil {
		return err
	}
	answer := answerWith(a, customerKind())
	for _, row := range page.Rows {
		if err := answer.add(row.Customer); err != nil {
			return err
		}
	}
	return a.ended(answer.end(), answer.count, page.More)
}

func (a *app) customerShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show CUSTOMER",
		Short:   "Show a customer",
		Example: `  purser customer show c-1`,
		Args:    takes("CUSTOMER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			c, err := a.customer(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return answerOne(a, customerKind(), c)
		},
	}
}

func (a *app) customerCreate() *cobra.Command {
	var n engine.NewCustomer
	cmd := &cobra.Command{
		Use:         "create",
		Short:       "Take in a customer, who can be paid at once",
		Example:     `  purser customer create --reference c-1 --name 'Sample Customer' --email c1@example.com --country US`,
		Args:        takes(),
		Annotations: changing(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			c, err := a.engine.CreateCustomer(cmd.Context(), a.caller(), n)
			if err != nil {
				return err
			}
			return done(a, customerKind(), c, "created %s, %s", c.ID, named(c.Name, c.Reference))
		},
	}
	f := cmd.Flags()
	f.StringVar(&n.Reference, "reference", "", "the merchant's own, unique")
	f.StringVar(&n.Name, "name", "", "as on the customer's account")
	f.StringVar(&n.Email, "email", "", "where mail reaches the customer")
	f.StringVar(&n.Country, "country", "", "two letters, as US")
	f.StringSliceVar(&n.Tags, "tag", nil, "a `WORD` to find the customer by; may be repeated")
	return cmd
}

func (a *app) customerSet() *cobra.Command {
	var payouts string
	cmd := &cobra.Command{
		Use:         "set CUSTOMER --payouts on|off",
		Short:       "Allow or stop payouts to a customer",
		Long:        "Stopped, nothing of theirs is sent any more; what is at a provider goes on.",
		Example:     `  purser customer set c-1 --payouts off`,
		Args:        takes("CUSTOMER"),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&payouts, "payouts", "", "on or off")
	complete(cmd, "payouts", []string{"on", "off"})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if payouts != "on" && payouts != "off" {
			return misused(cmd, "it needs --payouts on or --payouts off")
		}
		if _, err := a.enter(cmd.Context()); err != nil {
			return err
		}
		c, err := a.customer(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if c, err = a.engine.EnablePayouts(cmd.Context(), a.caller(), c.ID, payouts == "on"); err != nil {
			return err
		}
		return done(a, customerKind(), c, "turned payouts to %s %s", named(c.Name, c.Reference), payouts)
	}
	return cmd
}
