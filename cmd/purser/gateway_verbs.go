package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// gatewayVerb is a command that does something to one account, and answers
// with the account as it stands then.
func (a *app) gatewayVerb(cmd *cobra.Command, said string, do func(ctx context.Context, id string, args []string) error) *cobra.Command {
	cmd.Annotations = changing()
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		if reason := cmd.Flags().Lookup("reason"); reason != nil {
			if err := need(cmd, "reason"); err != nil {
				return err
			}
		}
		if _, err := a.enter(ctx); err != nil {
			return err
		}
		id, err := pick("gateway account", args[0], ids(a.config.Gateways))
		if err != nil {
			return err
		}
		if err := do(ctx, id, args); err != nil {
			return err
		}
		account, err := a.engine.Account(ctx, id)
		if err != nil {
			return err
		}
		return done(a, gatewayKind(), rowOfAccount(account), "%s %s", said, id)
	}
	return cmd
}

func (a *app) gatewayPause() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "pause GATEWAY --reason WORDS",
		Short: "Let nothing leave from an account for now",
		Long: "No plan counts on it, and what is queued there waits. What is at the provider goes\n" +
			"on.",
		Example: `  purser gateway pause sandbox-usd --reason 'maintenance at the provider until 18:00'`,
		Args:    takes("GATEWAY"),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in `WORDS` that colleagues read wherever it is passed over")
	return a.gatewayVerb(cmd, "paused", func(ctx context.Context, id string, _ []string) error {
		_, err := a.engine.PauseGateway(ctx, a.caller(), id, reason)
		return err
	})
}

func (a *app) gatewayResume() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "resume GATEWAY",
		Short:   "Lift the pause of an account",
		Example: `  purser gateway resume sandbox-usd`,
		Args:    takes("GATEWAY"),
	}
	return a.gatewayVerb(cmd, "resumed", func(ctx context.Context, id string, _ []string) error {
		_, err := a.engine.ResumeGateway(ctx, a.caller(), id)
		return err
	})
}

func (a *app) gatewaySync() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "sync GATEWAY",
		Short:   "Ask the provider now what an account holds",
		Example: `  purser gateway sync sandbox-usd`,
		Args:    takes("GATEWAY"),
	}
	return a.gatewayVerb(cmd, "asked for the balance of", func(ctx context.Context, id string, _ []string) error {
		_, err := a.engine.SyncBalance(ctx, a.caller(), id)
		return err
	})
}

func (a *app) gatewayBalance() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "balance GATEWAY AMOUNT --reason WORDS",
		Short: "Say what an account holds",
		Long: "For accounts whose provider cannot be asked. The amount is in the account's currency and\n" +
			"includes what is reserved; unknown makes it one that nothing is held against.",
		Example: `  purser gateway balance sandbox-usd 250000 --reason 'bank statement of Monday'
  purser gateway balance sandbox-usd unknown --reason 'the statements stopped'`,
		Args: takes("GATEWAY", "AMOUNT"),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "where the figure is from, in `WORDS`: it stays in the record")
	return a.gatewayVerb(cmd, "set the balance of", func(ctx context.Context, id string, args []string) error {
		var balance *money.Amount
		if args[1] != "unknown" {
			amount, err := money.Parse(args[1], a.config.Gateways[id].Currency)
			if err != nil {
				return engine.Errorf(engine.Invalid, "%v", err)
			}
			balance = &amount
		}
		_, err := a.engine.SetBalance(ctx, a.caller(), id, balance, reason)
		return err
	})
}

func (a *app) gatewayArchive() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "archive GATEWAY",
		Short: "Disable an account and take it out of sight",
		Long: "Its payouts and its record stay. The configuration file brings it back, with\n" +
			"archived: false.",
		Example: `  purser gateway archive sandbox-usd`,
		Args:    takes("GATEWAY"),
	}
	return a.gatewayVerb(cmd, "archived", func(ctx context.Context, id string, _ []string) error {
		_, err := a.engine.Configure(ctx, a.caller(), engine.KindGateway, id, 0, []byte(`{"disabled": true, "archived": true}`))
		return err
	})
}
