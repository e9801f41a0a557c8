package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) gatewayCommand() *cobra.Command {
	return catalogueCommand(a, catalogue[gatewayRow]{
		noun: "gateway", about: "Look at the accounts that money leaves from, and what they hold",
		kind: gatewayKind(),
		all:  a.gatewayRows,
		mode: func(g gatewayRow) engine.Mode { return g.Mode },
	})
}

func (a *app) gatewayRows(ctx context.Context) ([]gatewayRow, error) {
	var rows []gatewayRow
	for _, account := range values(a.config.Gateways) {
		row := gatewayRow{GatewayAccount: account}
		balance, err := a.engine.Balance(ctx, account.ID)
		if err != nil {
			return nil, err
		}
		if row.Reserved = balance.Reserved; balance.Known {
			row.Balance = &balance.Balance
		}
		rows = append(rows, row)
	}
	return rows, nil
}
