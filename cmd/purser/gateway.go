package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

func (a *app) gatewayCommand() *cobra.Command {
	g := catalogueCommand(a, catalogue[gatewayRow]{
		noun: "gateway", about: "Look at the accounts that money leaves from, pause and resume them, and set their balances",
		kind:     gatewayKind(),
		all:      a.gatewayRows,
		mode:     func(g gatewayRow) engine.Mode { return g.Mode },
		archived: func(g gatewayRow) bool { return g.Archived },
	})
	g.AddCommand(configureCommands[engine.GatewayAccount](a, "gateway", "turnoverLimit=50000 instruction=all", gatewayIDs(a),
		"enable", "disable", "archive", "unarchive")...)
	g.AddCommand(a.gatewayPause(), a.gatewayResume(), a.gatewayBalance(), a.gatewaySync(), a.gatewayConnect())
	return g
}

func (a *app) gatewayRows(ctx context.Context) ([]gatewayRow, error) {
	var rows []gatewayRow
	for _, id := range ids(a.config.Gateways) {
		account, err := a.engine.Account(ctx, id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, rowOfGateway(account))
	}
	return rows, nil
}

// A gatewayRow is a gateway account with what it holds now, and how it fares.
type gatewayRow struct {
	engine.GatewayAccount
	Balance   *money.Amount `json:"balance"` // null while nobody knows it
	Reserved  money.Amount  `json:"reserved"`
	Spendable *money.Amount `json:"spendable"` // null while the balance is not known
	Turnover  money.Amount  `json:"turnoverToday"`
	Health    engine.Health `json:"health"`
	Unhealthy string        `json:"unhealthy,omitempty"`
	Pause     *engine.Pause `json:"pause"`
	Used      int           `json:"used7Days"`
	Ended     int           `json:"ended7Days"`
	Succeeded int           `json:"succeeded7Days"`
	Attention string        `json:"attention,omitempty"`
}

func rowOfGateway(account engine.Account) gatewayRow {
	use := account.Use()
	row := gatewayRow{
		GatewayAccount: account.GatewayAccount, Reserved: account.Holds.Reserved, Turnover: account.Turnover,
		Health: account.State.Health(), Unhealthy: account.State.Unhealthy, Pause: account.State.Pause,
		Used: use.Used, Ended: use.Ended, Succeeded: use.Succeeded, Attention: account.Attention,
	}
	if account.Holds.Known {
		row.Balance, row.Spendable = &account.Holds.Balance, &account.Spendable
	}
	return row
}

func gatewayKind() kind[gatewayRow] {
	return kind[gatewayRow]{
		id: func(g gatewayRow) string { return g.ID },
		columns: []column[gatewayRow]{
			{name: "ID", cell: func(g gatewayRow) string { return g.ID }},
			{name: "PROVIDER", cell: func(g gatewayRow) string { return g.Provider }},
			{name: "MODE", cell: func(g gatewayRow) string { return string(g.Mode) }},
			{name: "BALANCE", right: true, cell: balanceOf},
			{name: "RESERVED", right: true, cell: func(g gatewayRow) string { return orBlank(g.Reserved) }},
			{name: "TODAY", right: true, cell: turnoverOf},
			{name: "PAID", right: true, cell: func(g gatewayRow) string { return outOf(g.Succeeded, g.Ended) }},
			{name: "INSTRUCTION", cell: func(g gatewayRow) string { return string(g.Instruction) }},
			{name: "STATE", cell: stateOfGateway},
		},
		csv: []string{
			"id", "name", "provider", "externalId", "mode", "currency", "balance", "reserved", "spendable", "minimalBalance",
			"overdraft", "turnoverLimit", "turnoverToday", "preventFailure", "instruction", "limits", "health", "pause",
			"used7Days", "ended7Days", "succeeded7Days", "disabled", "archived", "attention",
		},
	}
}

func balanceOf(g gatewayRow) string {
	if g.Balance == nil {
		return "unknown"
	}
	return g.Balance.Text()
}

// turnoverOf is what left an account today, of what may.
func turnoverOf(g gatewayRow) string {
	if g.TurnoverLimit.IsZero() {
		return orBlank(g.Turnover)
	}
	return g.Turnover.Grouped() + " of " + g.TurnoverLimit.In(g.Currency).Grouped()
}

// outOf is how many payouts went through, of those that ended.
func outOf(succeeded, ended int) string {
	if ended == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d", succeeded, ended)
}

func stateOfGateway(g gatewayRow) string {
	switch {
	case g.Archived:
		return "archived"
	case g.Disabled:
		return "disabled"
	default:
		return cmp.Or(g.Attention, "enabled")
	}
}

func (a *app) gatewayPause() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "pause ID --reason TEXT",
		Short: "Let nothing leave from an account for now",
		Long:  "No plan counts on it, and what is queued waits. What the provider has goes on.",
		Example: `  purser gateway pause sandbox-usd --reason 'they cannot be reached'
  purser gateway resume sandbox-usd`,
		Args:        takes("ID"),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for everybody who meets it")
	cmd.RunE = a.onGateway(func(ctx context.Context, id string, _ []string) (string, error) {
		if err := need(cmd, "reason"); err != nil {
			return "", err
		}
		_, err := a.engine.PauseGateway(ctx, a.caller(), id, reason)
		return "paused " + id, err
	})
	return cmd
}

func (a *app) gatewayResume() *cobra.Command {
	return &cobra.Command{
		Use:         "resume ID",
		Short:       "Lift a pause",
		Example:     `  purser gateway resume sandbox-usd`,
		Args:        takes("ID"),
		Annotations: changing(),
		RunE: a.onGateway(func(ctx context.Context, id string, _ []string) (string, error) {
			_, err := a.engine.ResumeGateway(ctx, a.caller(), id)
			return "resumed " + id, err
		}),
	}
}

func (a *app) gatewayBalance() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "balance ID AMOUNT|unknown --reason TEXT",
		Short: "Say what an account holds, where its provider cannot be asked",
		Long:  "An unknown balance is not checked before money leaves.",
		Example: `  purser gateway balance sandbox-usd 25000 --reason 'topped up today'
  purser gateway balance sandbox-usd unknown --reason 'nobody keeps count'`,
		Args:        takes("ID", "AMOUNT"),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "where the figure is from")
	cmd.RunE = a.onGateway(func(ctx context.Context, id string, args []string) (string, error) {
		if err := need(cmd, "reason"); err != nil {
			return "", err
		}
		var told *money.Amount
		if args[1] != "unknown" {
			amount, err := money.Parse(args[1], a.config.Gateways[id].Currency)
			if err != nil {
				return "", engine.Errorf(engine.Invalid, "%v", err)
			}
			told = &amount
		}
		_, err := a.engine.SetBalance(ctx, a.caller(), id, told, reason)
		return "set the balance of " + id + " to " + args[1], err
	})
	return cmd
}

func (a *app) gatewaySync() *cobra.Command {
	return &cobra.Command{
		Use:   "sync ID",
		Short: "Ask the provider now what an account holds",
		Long: `Workers ask by themselves every five minutes, about accounts that have the
provider's own name for them as their externalId. Exit status 1 if it could not
tell.`,
		Example:     `  purser gateway sync sandbox-usd`,
		Args:        takes("ID"),
		Annotations: changing(),
		RunE: a.onGateway(func(ctx context.Context, id string, _ []string) (string, error) {
			state, err := a.engine.SyncBalance(ctx, a.caller(), id)
			if err == nil && state.Unhealthy != "" {
				err = engine.Errorf(engine.Unavailable, "%s could not tell what %s holds: %s",
					a.config.Gateways[id].Provider, id, state.Unhealthy)
			}
			return "asked what " + id + " holds", err
		}),
	}
}

func (a *app) gatewayConnect() *cobra.Command {
	return &cobra.Command{
		Use:   "connect PROVIDER",
		Short: "Make the accounts and routes of what a provider has, in one --mode",
		Long: `Asks the provider for its accounts and makes those that are missing here, with
a route to each service that they can pay. Done again, it adds what is new: a
currency, a service. It never changes, enables or removes what is there. Nothing
is paid by what is new before you say so: an account comes with the instruction
none, and a new route of an account in use comes disabled. An account that was
written by hand is known again by its externalId and currency.`,
		Example: `  purser gateway connect sandbox --mode test --dry-run
  purser gateway connect sandbox --mode test
  purser gateway set sandbox-main-eur instruction=all`,
		Args:        takes("PROVIDER"),
		Annotations: changing(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			changed, err := a.engine.ConnectProvider(cmd.Context(), a.caller(), args[0], a.mode())
			if err != nil {
				return err
			}
			if len(changed) == 0 {
				a.say("nothing to change: all that %s has is here", args[0])
			} else {
				a.did("connected %s: %s", args[0], countOf(len(changed), "change"))
			}
			return a.showChanges(changed)
		},
	}
}

// gatewayID is the account that a person means.
func (a *app) gatewayID(ctx context.Context, fragment string) (string, error) {
	if _, err := a.enter(ctx); err != nil {
		return "", err
	}
	return pick("gateway", fragment, ids(a.config.Gateways))
}

// onGateway is what a command runs that does something to one account, and
// answers with how the account stands then.
func (a *app) onGateway(act func(ctx context.Context, id string, args []string) (said string, err error)) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		id, err := a.gatewayID(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		said, err := act(cmd.Context(), id, args)
		if err != nil {
			return err
		}
		account, err := a.engine.Account(cmd.Context(), id)
		if err != nil {
			return err
		}
		return done(a, gatewayKind(), rowOfGateway(account), "%s", said)
	}
}
