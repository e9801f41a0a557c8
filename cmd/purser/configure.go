package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/engine/yaml"
)

// configureCommands are the commands that change configured things one by one,
// each a short way to write what apply does with a file.
func configureCommands[T any](a *app, noun, example string, ids func() []string, toggles ...string) []*cobra.Command {
	set := &cobra.Command{
		Use:   "set ID PROPERTY=VALUE…",
		Short: "Change properties of a " + noun,
		Long: `Properties and values are written as in a configuration file; a dot leads into a
property, and null takes a property away. Whatever else is configured stays as it is.`,
		Example:     "  purser " + noun + " set ID " + example,
		Annotations: changing(),
		Args: func(cmd *cobra.Command, args []string) error {
			switch len(args) {
			case 0:
				return misused(cmd, "ID is missing")
			case 1:
				return misused(cmd, "PROPERTY=VALUE is missing")
			}
			return nil
		},
	}
	set.RunE = func(cmd *cobra.Command, args []string) error {
		patch, err := patchOf[T](cmd, args[1:])
		if err != nil {
			return err
		}
		return a.configure(cmd, noun, args[0], ids, patch)
	}
	commands := []*cobra.Command{set}
	for _, name := range toggles {
		t := toggle[name]
		commands = append(commands, &cobra.Command{
			Use: name + " ID", Short: fmt.Sprintf(t.short, noun), Long: t.long, Example: "  purser " + noun + " " + name + " ID",
			Args: takes("ID"), Annotations: changing(),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.configure(cmd, noun, args[0], ids, []byte(t.patch))
			},
		})
	}
	return commands
}

// toggle are the changes that have commands of their own.
var toggle = map[string]struct{ short, long, patch string }{
	"enable":    {"Put a %s into use", "", `{"disabled": null}`},
	"disable":   {"Take a %s out of use", "What a provider has goes on; what is queued waits.", `{"disabled": true}`},
	"archive":   {"Put a disabled %s out of sight", "Nothing is deleted: its history stays, and unarchive brings it back.", `{"archived": true}`},
	"unarchive": {"Bring an archived %s back, still disabled", "", `{"archived": null}`},
}

// configure changes one configured thing.
func (a *app) configure(cmd *cobra.Command, noun, fragment string, ids func() []string, patch []byte) error {
	if _, err := a.enter(cmd.Context()); err != nil {
		return err
	}
	id, err := pick(noun, fragment, ids())
	if err != nil {
		return err
	}
	changed, err := a.engine.Configure(cmd.Context(), a.caller(), noun, id, a.config.Revision, patch)
	if err != nil {
		return err
	}
	if len(changed) == 0 {
		a.say("%s %s is so already", noun, id)
		return nil
	}
	a.did("changed %s %s", noun, id)
	return a.showChanges(changed)
}

// patchOf reads properties into a merge patch of a T.
func patchOf[T any](cmd *cobra.Command, args []string) ([]byte, error) {
	var page strings.Builder
	var seen, gone []string
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok || name == "" {
			return nil, misused(cmd, "%q is no PROPERTY=VALUE", text.Line(head(arg, longestID)))
		}
		top, rest, nested := strings.Cut(name, ".")
		if slices.Contains(seen, top) {
			return nil, misused(cmd, "%s is given twice; write it as one value", text.Line(top))
		}
		seen = append(seen, top)
		if value == "null" && !nested {
			gone = append(gone, top)
			continue
		}
		if nested {
			parts := strings.Split(rest, ".")
			value = strings.Repeat("}", len(parts)-1) + "}"
			value = "{" + strings.Join(parts, ": {") + ": " + arg[len(name)+1:] + value
		}
		fmt.Fprintf(&page, "%s: %s\n", top, value)
	}
	if page.Len() == 0 {
		page.WriteString("{}")
	}
	raw, err := yaml.Patch[T]("properties", []byte(page.String()))
	if err != nil || len(gone) == 0 {
		return raw, err
	}
	patch := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &patch); err != nil {
		return nil, err
	}
	for _, name := range gone {
		patch[name] = json.RawMessage("null")
	}
	return json.Marshal(patch)
}

func gatewayIDs(a *app) func() []string {
	return func() []string { return ids(a.config.Gateways) }
}

func routeIDs(a *app) func() []string {
	return func() []string {
		var list []string
		for _, r := range a.config.Routes {
			list = append(list, r.ID)
		}
		return list
	}
}
