package main

import (
	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) requestSettle() *cobra.Command {
	var cancelRest bool
	var override, description string
	cmd := &cobra.Command{
		Use:   "settle REQUEST",
		Short: "Fulfill a request with what was paid; the rest leaves as a new one",
		Long:  "It takes a senior. Answers with the settled request and the one that is the rest.",
		Example: `  purser request settle 8K3QZ2
  purser request settle 8K3QZ2 --cancel-rest --description 'the customer took less'`,
		Args:        takes("REQUEST"),
		Annotations: changing(),
	}
	cmd.Flags().BoolVar(&cancelRest, "cancel-rest", false, "cancel the rest at once, for the merchant")
	cmd.Flags().StringVar(&description, "description", "", "why the rest is canceled")
	cmd.Flags().StringVar(&override, "override", "", "the `REASON`, where the point does not allow partial payouts")
	version := seenFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("description") && !cancelRest {
			return misused(cmd, "--description says why the rest is canceled; it needs --cancel-rest")
		}
		r, err := a.look(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		s := engine.Settling{Override: override}
		if s.Seen, err = version.or(r); err != nil {
			return err
		}
		if cancelRest {
			s.CancelRest = &engine.Cancellation{By: engine.CanceledByMerchant, Description: description}
		}
		settled, rest, err := a.engine.SettleShort(cmd.Context(), a.caller(), r.ID, s)
		if err != nil {
			return err
		}
		if rest.ID == "" { // settled before, under the same key
			return done(a, requestKind(), rowOf(settled), "settled %s", settled.ID)
		}
		a.did("settled %s with %s; the rest is %s, %s",
			settled.ID, settled.Amount.Text(), rest.Amount.Text(), statusOfRequest(rest))
		return a.answerRequests([]engine.Request{settled, rest})
	}
	return cmd
}
