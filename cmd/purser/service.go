package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) serviceCommand() *cobra.Command {
	return catalogueCommand(a, catalogue[engine.Service]{
		noun: "service", about: "Look at the payout methods, and the details that they need",
		kind: serviceKind(),
		all:  func(context.Context) ([]engine.Service, error) { return values(a.config.Services), nil },
	})
}
