package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
)

func (a *app) payoutCommand() *cobra.Command {
	return group("payout", "Look at what was sent to providers, and say how it ended",
		listOfRequests(a, "payouts", payoutKind(), a.payoutsOf),
		a.payoutShow(),
		a.payoutOpen(),
		a.payoutLookUp(),
		a.payoutStatements(),
		a.payoutWord(word{
			name: "statement", short: "State how a payout ended that nobody knows about, or that it came back",
			long: "It takes a senior. One of --paid, --not-paid and --returned, and how you know it.",
			done: "stated how %s ended: it is %s",
			give: (*engine.Engine).StateOutcome, returned: true,
		}),
		a.payoutWord(word{
			name: "resolve", short: "Decide between statements that contradict each other",
			long: "It takes a senior. Either --paid or --not-paid, and how you know it.",
			done: "resolved the conflict about %s: it is %s",
			give: (*engine.Engine).ResolveConflict,
		}),
		a.payoutCancel(),
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
		Aliases: []string{"pull"},
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
	returned          bool   // it can say that money came back
	give              func(*engine.Engine, context.Context, engine.Caller, engine.AllocationID, engine.Word) (engine.Payout, error)
}

func (a *app) payoutWord(w word) *cobra.Command {
	var said stated
	cmd := &cobra.Command{
		Use:   w.name + " PAYOUT --paid AMOUNT|--not-paid --evidence TEXT",
		Short: w.short,
		Long:  w.long,
		Example: "  purser payout " + w.name + " 4HN0ZD --paid 120.50 --evidence 'bank statement of the 3rd'\n" +
			"  purser payout " + w.name + " 4HN0ZD --not-paid --resolution insufficient-funds --evidence 'ticket 4711'",
		Args:        takes("PAYOUT"),
		Annotations: changing(),
	}
	said.flags(cmd, w.returned)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := said.check(cmd); err != nil {
			return err
		}
		p, err := a.lookPayout(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		word, err := said.word(cmd, p)
		if err != nil {
			return err
		}
		p, err = w.give(a.engine, cmd.Context(), a.caller(), p.AllocationID, word)
		if err != nil {
			return err
		}
		return done(a, payoutKind(), p, w.done, p.ID, statusOfPayout(p))
	}
	return cmd
}

// stated is what a senior says, as flags.
type stated struct {
	paid, returned, status, resolution, evidence, providerID string

	notPaid bool
	sent    int
}

func (s *stated) flags(cmd *cobra.Command, returned bool) {
	f := cmd.Flags()
	f.StringVar(&s.paid, "paid", "", "the `AMOUNT` that was paid, in the account's currency")
	f.BoolVar(&s.notPaid, "not-paid", false, "nothing was paid, nor will be")
	if returned {
		f.StringVar(&s.returned, "returned", "", "the `AMOUNT` that is back in all, of what was paid")
	}
	f.StringVar(&s.status, "status", "", "how it failed: process-failed, invoke-failed or expired (default by the resolution)")
	f.StringVar(&s.resolution, "resolution", "", "why it failed: a fatal `WORD`, as insufficient-funds")
	f.StringVar(&s.evidence, "evidence", "", "how you know, and from whom")
	f.IntVar(&s.sent, "sent", 0, "how often it had been sent when you looked: `N` (default as just read)")
	f.StringVar(&s.providerID, "provider-id", "", "the `ID` of the provider's own record")
	complete(cmd, "status", []engine.PayoutStatus{engine.PayoutProcessFailed, engine.PayoutInvokeFailed, engine.PayoutExpired})
	complete(cmd, "resolution", engine.Resolutions())
}

// check wants exactly one outcome.
func (s *stated) check(cmd *cobra.Command) error {
	given := 0
	for _, name := range []string{"paid", "not-paid", "returned"} {
		if cmd.Flags().Changed(name) {
			given++
		}
	}
	if given != 1 || cmd.Flags().Changed("not-paid") && !s.notPaid {
		if cmd.Flags().Lookup("returned") == nil {
			return misused(cmd, "either --paid AMOUNT or --not-paid")
		}
		return misused(cmd, "one of --paid AMOUNT, --not-paid and --returned AMOUNT")
	}
	return need(cmd, "evidence")
}

// word is what they say about a payout.
func (s *stated) word(cmd *cobra.Command, p engine.Payout) (w engine.Word, err error) {
	w = engine.Word{
		Verdict: engine.VerdictNotPaid, Status: engine.PayoutStatus(s.status), Resolution: engine.Resolution(s.resolution),
		ProviderID: s.providerID, Evidence: s.evidence, Sent: s.sent,
	}
	if !cmd.Flags().Changed("sent") {
		w.Sent = p.Sent
	}
	switch {
	case s.paid != "":
		w.Verdict = engine.VerdictPaid
		w.Amount, err = parseAmount("paid", s.paid, p.Amount.Currency)
	case s.returned != "":
		w.Verdict = engine.VerdictReturned
		w.Amount, err = parseAmount("returned", s.returned, p.Amount.Currency)
	}
	return w, err
}

func (a *app) payoutStatements() *cobra.Command {
	return &cobra.Command{
		Use:         "statements PAYOUT",
		Short:       "List what was ever said about how a payout ended, and by whom",
		Example:     `  purser payout statements 4HN0ZD`,
		Args:        takes("PAYOUT"),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.lookPayout(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			list, err := a.engine.Statements(cmd.Context(), p.AllocationID)
			if err != nil {
				return err
			}
			return answerList(a, statementKind(), list)
		},
	}
}

func statementKind() kind[engine.Statement] {
	return kind[engine.Statement]{
		id: func(s engine.Statement) string { return moment(s.At) },
		columns: []column[engine.Statement]{
			{name: "TIME", cell: func(s engine.Statement) string { return moment(s.At) }},
			{name: "SOURCE", cell: func(s engine.Statement) string { return string(s.Source) }},
			{name: "BY", cell: func(s engine.Statement) string { return string(s.By) }},
			{name: "SAYS", cell: func(s engine.Statement) string { return cmp.Or(string(s.Verdict), "unknown") }},
			{name: "AMOUNT", right: true, cell: func(s engine.Statement) string { return orBlank(s.Amount) }},
			{name: "RESOLUTION", cell: func(s engine.Statement) string { return string(s.Resolution) }},
			{name: "MESSAGE", cell: func(s engine.Statement) string { return text.Masked(s.Message) }},
		},
		csv: []string{"time", "source", "by", "verdict", "currency", "amount", "resolution", "status", "held", "providerId", "message"},
	}
}

func (a *app) payoutCancel() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "cancel PAYOUT --reason TEXT",
		Short: "Ask the provider to take back what it has paid",
		Long: `It takes a senior. Until the provider says that the money is back, or that it stays
where it is, the payout is canceling. What came back of a request that was fulfilled
is paid again with purser request pay-again.`,
		Example:     `  purser payout cancel 4HN0ZD --reason 'the wrong account, says the customer'`,
		Args:        takes("PAYOUT"),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the record")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := need(cmd, "reason"); err != nil {
			return err
		}
		p, err := a.lookPayout(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		p, err = a.engine.CancelPayout(cmd.Context(), a.caller(), p.AllocationID, reason)
		if err != nil {
			return err
		}
		return done(a, payoutKind(), p, "asked to take back %s: it is %s", p.ID,
			join(", ", statusOfPayout(p), text.Masked(p.Message)))
	}
	return cmd
}
