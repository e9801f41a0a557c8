package main

import "github.com/spf13/cobra"

func (a *app) requestPayAgain() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pay-again REQUEST",
		Short: "Make a new pending request of what came back after it was paid",
		Long: `Of a fulfilled request only: one in progress pays again by itself what came back.
The new request is linked to it, and has to be approved like any other.`,
		Example:     `  purser request pay-again 8K3QZ2`,
		Args:        takes("REQUEST"),
		Annotations: changing(),
	}
	version := seenFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		r, err := a.look(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		seen, err := version.or(r)
		if err != nil {
			return err
		}
		again, err := a.engine.PayAgain(cmd.Context(), a.caller(), r.ID, seen)
		if err != nil {
			return err
		}
		return done(a, requestKind(), rowOf(again), "asked again for %s that came back of %s: %s", again.Amount.Text(), r.ID, again.ID)
	}
	return cmd
}
