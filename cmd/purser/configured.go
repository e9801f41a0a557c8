package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

// A catalogue is one kind of configured things, as list and show need it.
type catalogue[T any] struct {
	noun, about string
	kind        kind[T]
	all         func(context.Context) ([]T, error) // in a fixed order
	mode        func(T) engine.Mode                // nil where things are of both
	archived    func(T) bool                       // nil where nothing is
}

// catalogueCommand makes the commands that look at a catalogue.
func catalogueCommand[T any](a *app, c catalogue[T]) *cobra.Command {
	var archived bool
	listing := &cobra.Command{
		Use:         "list",
		Short:       "List the " + c.noun + "s",
		Example:     "  purser " + c.noun + " list",
		Args:        takes(),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			all, err := c.read(cmd.Context(), a)
			if err != nil {
				return err
			}
			if !archived && c.archived != nil {
				all = slices.DeleteFunc(slices.Clone(all), c.archived)
			}
			shown := slices.DeleteFunc(slices.Clone(all), func(v T) bool { return c.mode != nil && c.mode(v) != a.mode() })
			if hidden := len(all) - len(shown); hidden > 0 && a.flags.mode == "" {
				a.say("%s of the other mode not shown (--mode shows them)", countOf(hidden, c.noun))
			}
			return answerList(a, c.kind, shown)
		},
	}
	if c.archived != nil {
		listing.Flags().BoolVar(&archived, "archived", false, "with those that were archived")
	}
	return group(c.noun, c.about,
		listing,
		&cobra.Command{
			Use:     "show ID",
			Short:   "Show a " + c.noun,
			Example: "  purser " + c.noun + " show ID",
			Args:    takes("ID"),
			RunE: func(cmd *cobra.Command, args []string) error {
				all, err := c.read(cmd.Context(), a)
				if err != nil {
					return err
				}
				ids := make([]string, len(all))
				for i, v := range all {
					ids[i] = c.kind.id(v)
				}
				id, err := pick(c.noun, args[0], ids)
				if err != nil {
					return err
				}
				return answerOne(a, c.kind, all[slices.Index(ids, id)])
			},
		})
}

func (c catalogue[T]) read(ctx context.Context, a *app) ([]T, error) {
	if _, err := a.enter(ctx); err != nil {
		return nil, err
	}
	return c.all(ctx)
}

// values are configured things in the order of their ids.
func values[K ~string, V any](m map[K]V) []V {
	var list []V
	for _, id := range ids(m) {
		list = append(list, m[id])
	}
	return list
}
