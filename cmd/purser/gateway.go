package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) gatewayCommand() *cobra.Command {
	cmd := catalogueCommand(a, catalogue[gatewayRow]{
		noun: "gateway", about: "The accounts that money leaves from, what they hold, and whether they pay",
		kind: gatewayKind(),
		all:  a.gatewayRows,
		mode: func(g gatewayRow) engine.Mode { return g.Mode },
	})
	cmd.AddCommand(a.gatewayPause(), a.gatewayResume(), a.gatewaySync(), a.gatewayBalance(), a.gatewayArchive())
	return cmd
}

func (a *app) gatewayRows(ctx context.Context) ([]gatewayRow, error) {
	var rows []gatewayRow
	for _, id := range ids(a.config.Gateways) {
		account, err := a.engine.Account(ctx, id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, rowOfAccount(account))
	}
	return rows, nil
}

func rowOfAccount(account engine.Account) gatewayRow {
	row := gatewayRow{
		GatewayAccount: account.GatewayAccount, Reserved: account.Holds.Reserved,
		Pause: account.State.Pause, Unhealthy: account.State.Unhealthy, Attention: account.Attention,
	}
	if account.Holds.Known {
		row.Balance, row.Spendable = &account.Holds.Balance, &account.Spendable
	}
	return row
}
