package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) payoutCommand() *cobra.Command {
	return group("payout", "Look at what was sent to providers, and say how it ended",
		listOfRequests(a, "payouts", payoutKind(), a.payoutsOf),
		a.payoutShow(),
		a.payoutLookUp(),
		a.payoutWord(word{
			name: "statement", short: "State how a payout ended that nobody knows about",
			long: "It takes a senior. Either --paid or --not-paid, and how you know it.",
			done: "stated how %s ended: it is %s",
			give: (*engine.Engine).StateOutcome,
		}),
		a.payoutWord(word{
			name: "resolve", short: "Decide between statements that contradict each other",
			long: "It takes a senior. Either --paid or --not-paid, and how you know it.",
			done: "resolved the conflict about %s: it is %s",
			give: (*engine.Engine).ResolveConflict,
		}),
	)
}

func (a *app) payoutShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show PAYOUT",
		Short:   "Show a payout, by its id or that of its allocation",
		Example: `  purser payout show 4HN0ZD`,
		Args:    takes("PAYOUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.lookPayout(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return answerOne(a, payoutKind(), p)
		},
	}
}

func (a *app) lookPayout(ctx context.Context, fragment string) (engine.Payout, error) {
	if _, err := a.enter(ctx); err != nil {
		return engine.Payout{}, err
	}
	return a.payout(ctx, fragment)
}

func (a *app) payoutLookUp() *cobra.Command {
	return &cobra.Command{
		Use:     "lookup PAYOUT",
		Short:   "Ask the provider how a payout stands, and keep the answer",
		Example: `  purser payout lookup 4HN0ZD`,
		Args:    takes("PAYOUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.lookPayout(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			p, err = a.engine.LookUp(cmd.Context(), a.caller(), p.AllocationID)
			if err != nil {
				return err
			}
			return done(a, payoutKind(), p, "asked about %s: it is %s", p.ID,
				join(", ", statusOfPayout(p), string(p.Resolution), p.Message))
		},
	}
}

// A word is one of the two ways in which a senior says how a payout ended.
type word struct {
	name, short, long string
	done              string // a participle with places for the id and the status
	give              func(*engine.Engine, context.Context, engine.Caller, engine.AllocationID, engine.Word) (engine.Payout, error)
}

func (a *app) payoutWord(w word) *cobra.Command {
	var paid, evidence, providerID string
	var notPaid bool
	var sent int
	cmd := &cobra.Command{
		Use:   w.name + " PAYOUT --paid AMOUNT|--not-paid --evidence TEXT",
		Short: w.short,
		Long:  w.long,
		Example: "  purser payout " + w.name + " 4HN0ZD --paid 120.50 --evidence 'bank statement of the 3rd'\n" +
			"  purser payout " + w.name + " 4HN0ZD --not-paid --evidence 'ticket 4711 with the provider'",
		Args:        takes("PAYOUT"),
		Annotations: changing(),
	}
	f := cmd.Flags()
	f.StringVar(&paid, "paid", "", "the `AMOUNT` that was paid, in the account's currency")
	f.BoolVar(&notPaid, "not-paid", false, "nothing was paid, nor will be")
	f.StringVar(&evidence, "evidence", "", "how you know, and from whom")
	f.IntVar(&sent, "sent", 0, "how often it had been sent when you looked: `N` (default as just read)")
	f.StringVar(&providerID, "provider-id", "", "the `ID` of the provider's own record")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("paid") == notPaid {
			return misused(cmd, "either --paid AMOUNT or --not-paid")
		}
		if err := need(cmd, "evidence"); err != nil {
			return err
		}
		p, err := a.lookPayout(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		said := engine.Word{Verdict: engine.VerdictNotPaid, ProviderID: providerID, Evidence: evidence, Sent: sent}
		if !cmd.Flags().Changed("sent") {
			said.Sent = p.Sent
		}
		if !notPaid {
			said.Verdict = engine.VerdictPaid
			if said.Amount, err = parseAmount("paid", paid, p.Amount.Currency); err != nil {
				return err
			}
		}
		p, err = w.give(a.engine, cmd.Context(), a.caller(), p.AllocationID, said)
		if err != nil {
			return err
		}
		return done(a, payoutKind(), p, w.done, p.ID, statusOfPayout(p))
	}
	return cmd
}
