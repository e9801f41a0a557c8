package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) pointCommand() *cobra.Command {
	g := catalogueCommand(a, catalogue[engine.Point]{
		noun: "point", about: "Look at where requests come in",
		kind: pointKind(),
		all:  func(context.Context) ([]engine.Point, error) { return values(a.config.Points), nil },
		mode: func(p engine.Point) engine.Mode { return p.Mode },
	})
	g.AddCommand(configureCommands[engine.Point](a, "point", "options.undoSeconds=30", func() []string { return ids(a.config.Points) },
		"enable", "disable")...)
	return g
}
