package main

import (
	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) requestClaim() *cobra.Command {
	var take bool
	cmd := &cobra.Command{
		Use:   "claim REQUEST",
		Short: "Say that you are at work on a request, so that nobody else is",
		Long: `A claim lasts five minutes, and longer while you act on the request. It forbids
nothing: others are asked before they act on what you have claimed.`,
		Example: `  purser request claim 8K3QZ2
  purser request list --filter claimedBy:me`,
		Args:        takes("REQUEST"),
		Annotations: changing(),
	}
	cmd.Flags().BoolVar(&take, "take", false, "take it over from whoever has claimed it")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		r, err := a.look(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		claim, err := a.engine.Claim(cmd.Context(), a.caller(), r.ID, take)
		if err != nil {
			return err
		}
		return done(a, requestKind(), engine.RequestRow{Request: r, Claim: claim},
			"claimed %s until %s", r.ID, claim.Until.Format("15:04Z"))
	}
	return cmd
}

func (a *app) requestUnclaim() *cobra.Command {
	return &cobra.Command{
		Use:         "unclaim REQUEST",
		Short:       "Release your claim on a request",
		Example:     `  purser request unclaim 8K3QZ2`,
		Args:        takes("REQUEST"),
		Annotations: changing(),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := a.look(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := a.engine.Unclaim(cmd.Context(), a.caller(), r.ID); err != nil {
				return err
			}
			return done(a, requestKind(), rowOf(r), "released %s", r.ID)
		},
	}
}
