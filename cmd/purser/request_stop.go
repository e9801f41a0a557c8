package main

import (
	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) requestBlock() *cobra.Command {
	var reason, description string
	cmd := &cobra.Command{
		Use:   "block REQUEST --reason REASON",
		Short: "Stop every move of a request until somebody lifts the block",
		Long: "What is already at a provider goes on. It is never refused because the request\nchanged meanwhile.\n" +
			reasons(engine.BlockReasons()),
		Example:     `  purser request block 8K3QZ2 --reason aml-review --description 'case 812'`,
		Args:        takes("REQUEST"),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	cmd.Flags().StringVar(&description, "description", "", "more of why")
	complete(cmd, "reason", engine.BlockReasons())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := need(cmd, "reason"); err != nil {
			return err
		}
		r, err := a.look(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		r, err = a.engine.Block(cmd.Context(), a.caller(), r.ID, engine.BlockReason(reason), description)
		if err != nil {
			return err
		}
		return done(a, requestKind(), rowOf(r), "blocked %s for %s", r.ID, reason)
	}
	return cmd
}

func (a *app) requestCancel() *cobra.Command {
	var by, description string
	cmd := &cobra.Command{
		Use:         "cancel REQUEST --by WHOM",
		Short:       "Call a request off; this is final",
		Example:     `  purser request cancel 8K3QZ2 --by merchant --description 'asked by phone'`,
		Args:        takes("REQUEST"),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&by, "by", "", "on behalf of `WHOM`: "+list(engine.CanceledBys()))
	cmd.Flags().StringVar(&description, "description", "", "why")
	complete(cmd, "by", engine.CanceledBys())
	version := seenFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := need(cmd, "by"); err != nil {
			return err
		}
		r, err := a.look(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		seen, err := version.or(r)
		if err != nil {
			return err
		}
		why := engine.Cancellation{By: engine.CanceledBy(by), Description: description}
		if r, err = a.engine.Cancel(cmd.Context(), a.caller(), r.ID, seen, why); err != nil {
			return err
		}
		return done(a, requestKind(), rowOf(r), "canceled %s for the %s", r.ID, by)
	}
	return cmd
}
