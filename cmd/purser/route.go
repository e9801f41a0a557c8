package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) routeCommand() *cobra.Command {
	g := catalogueCommand(a, catalogue[routeRow]{
		noun: "route", about: "Look at which account can pay which service",
		kind: routeKind(),
		all: func(context.Context) ([]routeRow, error) {
			var rows []routeRow
			for _, r := range a.config.Routes {
				rows = append(rows, routeRow{r, a.config.Gateways[r.Gateway]})
			}
			return rows, nil
		},
		mode:     func(r routeRow) engine.Mode { return r.account.Mode },
		archived: func(r routeRow) bool { return r.Archived },
	})
	g.AddCommand(configureCommands[engine.Route](a, "route", "max=5000 fee.rate=0.015", routeIDs(a),
		"enable", "disable", "archive", "unarchive")...)
	return g
}
