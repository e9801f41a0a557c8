package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) serviceCommand() *cobra.Command {
	g := catalogueCommand(a, catalogue[engine.Service]{
		noun: "service", about: "Look at the payout methods, and the details that they need",
		kind: serviceKind(),
		all:  func(context.Context) ([]engine.Service, error) { return values(a.config.Services), nil },
	})
	g.AddCommand(configureCommands[engine.Service](a, "service", "min=5 max=20000", func() []string { return ids(a.config.Services) },
		"enable", "disable")...)
	return g
}
