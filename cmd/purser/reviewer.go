package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) reviewerCommand() *cobra.Command {
	return catalogueCommand(a, catalogue[engine.Reviewer]{
		noun: "reviewer", about: "Look at who may do what",
		kind: reviewerKind(),
		all:  func(context.Context) ([]engine.Reviewer, error) { return values(a.config.Reviewers), nil },
	})
}
