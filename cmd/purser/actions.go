package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/tui"
	"github.com/purserhq/purser/tui/keys"
)

// An actionRow is an action of the console on its way out.
type actionRow struct {
	ID      keys.ID    `json:"id"`
	Keys    []string   `json:"keys"`
	Where   keys.Scope `json:"where"`
	Help    string     `json:"help"`
	Command string     `json:"command"`
}

func (a *app) actionsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "actions",
		Short: "List what the console can do, by which keys, and the command that does the same",
		Long: `What the configuration calls an action, to give it other keys:

  console:
    keys: {approve: [v], queue: [g q, "0"]}`,
		Example: `  purser actions
  purser actions -o json | jq -r '.[].id'`,
		Args:        takes(),
		Annotations: honours("limit"),
		RunE: func(*cobra.Command, []string) error {
			prefers, err := a.preferences()
			if err != nil {
				return err
			}
			actions, err := tui.Actions(prefers.Console.Keys)
			if err != nil {
				return err
			}
			return answerList(a, actionKind(), actionRows(actions))
		},
	}
}

func actionRows(actions []keys.Action) []actionRow {
	rows := make([]actionRow, len(actions))
	for i, x := range actions {
		rows[i] = actionRow{
			ID: x.ID, Keys: append([]string{}, x.Keys...), Where: x.Scope, Help: string(x.Help), Command: x.CLI,
		}
		if x.CLI != "" {
			rows[i].Command = "purser " + x.CLI
		}
	}
	return rows
}

func actionKind() kind[actionRow] {
	return kind[actionRow]{
		id: func(r actionRow) string { return string(r.ID) },
		columns: []column[actionRow]{
			{name: "ACTION", cell: func(r actionRow) string { return string(r.ID) }},
			{name: "KEYS", cell: func(r actionRow) string { return strings.Join(slices.Clone(r.Keys), ", ") }},
			{name: "WHERE", cell: func(r actionRow) string { return string(r.Where) }},
			{name: "DOES", cell: func(r actionRow) string { return r.Help }},
			{name: "COMMAND", cell: func(r actionRow) string { return r.Command }},
		},
		csv: []string{"id", "keys", "where", "help", "command"},
	}
}
