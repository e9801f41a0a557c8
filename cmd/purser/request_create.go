package main

import (
	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) requestCreate() *cobra.Command {
	var point, customer, instrument, amount, currency, reference, description, id string
	var metadata []string
	cmd := &cobra.Command{
		Use:         "create",
		Short:       "Take in a payout request",
		Example:     `  purser request create --point main --customer c-1 --instrument 7QX2 --amount 120.50 --currency USD`,
		Args:        takes(),
		Annotations: changing(),
	}
	f := cmd.Flags()
	f.StringVar(&point, "point", "", "the point it comes in at")
	f.StringVar(&customer, "customer", "", "who is to be paid: reference or id")
	f.StringVar(&instrument, "instrument", "", "how the customer wants to be paid (may be chosen later)")
	f.StringVar(&amount, "amount", "", "how much, as in 120.50")
	f.StringVar(&currency, "currency", "", "of the amount, as in USD")
	f.StringVar(&reference, "reference", "", "the merchant's own, unique at the point")
	f.StringVar(&description, "description", "", "what reviewers should know")
	f.StringArrayVar(&metadata, "metadata", nil, "what the merchant keeps with it, as `KEY=VALUE`; may be repeated")
	f.StringVar(&id, "id", "", "one of your own (default one is made)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := need(cmd, "point", "customer", "amount", "currency"); err != nil {
			return err
		}
		ctx := cmd.Context()
		if _, err := a.enter(ctx); err != nil {
			return err
		}
		n := engine.NewRequest{ID: engine.RequestID(id), Reference: reference, Description: description}
		var err error
		if n.Metadata, err = parseFields("metadata", "tier=gold", metadata); err != nil {
			return err
		}
		if n.PointID, err = pick("point", point, ids(a.config.Points)); err != nil {
			return err
		}
		c, err := parseCurrency(currency)
		if err != nil {
			return err
		}
		if n.Amount, err = parseAmount("amount", amount, c); err != nil {
			return err
		}
		payee, err := a.customer(ctx, customer)
		if err != nil {
			return err
		}
		n.CustomerID = payee.ID
		if instrument != "" {
			if n.InstrumentID, err = a.instrumentID(ctx, instrument); err != nil {
				return err
			}
		}
		r, err := a.engine.Create(ctx, a.caller(), n)
		if err != nil {
			return err
		}
		return done(a, requestKind(), rowOf(r), "created %s, %s; %s", r.ID, r.Amount.Text(), a.standing(r))
	}
	return cmd
}

func (a *app) requestSet() *cobra.Command {
	var instrument, description string
	cmd := &cobra.Command{
		Use:   "set REQUEST",
		Short: "Change a request's instrument or description before it is approved",
		Example: `  purser request set 8K3QZ2 --instrument 7QX2
  purser request set 8K3QZ2 --instrument '' --description 'asked to wait'`,
		Args:        takes("REQUEST"),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&instrument, "instrument", "", "one of the customer's; '' for none")
	cmd.Flags().StringVar(&description, "description", "", "what reviewers should know")
	version := seenFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !cmd.Flags().Changed("instrument") && !cmd.Flags().Changed("description") {
			return misused(cmd, "it needs --instrument or --description")
		}
		r, err := a.look(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		seen, err := version.or(r)
		if err != nil {
			return err
		}
		var details engine.Details
		if cmd.Flags().Changed("description") {
			details.Description = &description
		}
		if cmd.Flags().Changed("instrument") {
			var chosen engine.InstrumentID
			if instrument != "" {
				if chosen, err = a.instrumentID(cmd.Context(), instrument); err != nil {
					return err
				}
			}
			details.InstrumentID = &chosen
		}
		if r, err = a.engine.Set(cmd.Context(), a.caller(), r.ID, seen, details); err != nil {
			return err
		}
		return done(a, requestKind(), rowOf(r), "changed %s; %s", r.ID, a.standing(r))
	}
	return cmd
}
