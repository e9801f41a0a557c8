package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/yaml"
)

func (a *app) applyCommand() *cobra.Command {
	var file string
	var prune bool
	cmd := &cobra.Command{
		Use:   "apply -f FILE",
		Short: "Bring the configuration to what a YAML file says",
		Long: `Prints what it is going to change, asks, and changes it: all of it or nothing.
What the file does not name stays as it is; --prune takes out of use what it does
not name of the kinds that it names. A gateway account's balance counts only when
the account is first made.`,
		Example: `  purser apply -f desk.yaml
  purser export config | purser apply -f - --dry-run`,
		Args:        takes(),
		Annotations: honours("dry-run", "key", "yes"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := need(cmd, "file"); err != nil {
				return err
			}
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			config, err := a.readConfig(file)
			if err != nil {
				return err
			}
			return a.apply(cmd, config, prune)
		},
	}
	cmd.Flags().StringVarP(&file, "file", "f", "", "the YAML `FILE`; - for stdin")
	cmd.Flags().BoolVar(&prune, "prune", false, "take out of use what the file does not name")
	return cmd
}

// apply plans, shows the plan, asks, and carries it out.
func (a *app) apply(cmd *cobra.Command, config engine.ConfigFile, prune bool) error {
	trial := a.caller()
	trial.DryRun, trial.Key = true, ""
	plan, err := a.engine.Apply(cmd.Context(), trial, config, prune)
	if err != nil {
		return err
	}
	if err := a.showChanges(plan); err != nil {
		return err
	}
	switch {
	case len(plan) == 0:
		a.say("nothing to change")
		return nil
	case a.flags.dryRun:
		a.say("dry run, nothing was changed: would have made %s", countOf(len(plan), "change"))
		return nil
	}
	if err := a.confirm(cmd.Context(), fmt.Sprintf("apply %s?", countOf(len(plan), "change"))); err != nil {
		return err
	}
	made, err := a.engine.Apply(cmd.Context(), a.caller(), config, prune)
	if err != nil {
		return err
	}
	if !sameChanges(plan, made) {
		a.say("the configuration changed meanwhile; what was done:")
		return a.showChanges(made)
	}
	a.say("applied %s", countOf(len(made), "change"))
	return nil
}

func sameChanges(plan, made []engine.ConfigChange) bool {
	said, did := fmt.Sprint(plan), fmt.Sprint(made)
	return said == did
}

func countOf(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// errUnasked says that nobody could be asked.
var errUnasked = engine.Errorf(engine.Invalid, "it asks before it changes anything, and nobody can be asked here").
	Or("--yes goes ahead without asking, --dry-run only tells")

// confirm asks a person on a terminal, unless --yes answers.
func (a *app) confirm(ctx context.Context, question string) error {
	if a.flags.yes {
		return nil
	}
	terminal, ok := a.in.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		return errUnasked
	}
	fmt.Fprintf(a.err, "%s [y/N] ", question)
	replied := make(chan string, 1)
	go func() { // a terminal that is not answered would keep ctrl+c waiting
		reply, _ := bufio.NewReader(a.in).ReadString('\n') // what is no answer is no
		replied <- strings.ToLower(strings.TrimSpace(reply))
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case reply := <-replied:
		if reply == "y" || reply == "yes" {
			return nil
		}
		return engine.Errorf(engine.Refused, "not confirmed; nothing was changed")
	}
}

// longestConfig bounds a configuration, in bytes: a desk with a thousand
// reviewers and their keys is half of it.
const longestConfig = 1 << 20

// readConfig reads a configuration from a file, or from stdin for "-".
func (a *app) readConfig(name string) (engine.ConfigFile, error) {
	in, shown := a.in, "stdin"
	if name != "-" {
		shown = name
		file, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return engine.ConfigFile{}, engine.Errorf(engine.NotFound, "there is no file %s", name)
		}
		if err != nil {
			return engine.ConfigFile{}, engine.Errorf(engine.Invalid, "%v", err)
		}
		defer file.Close()
		in = file
	}
	source, err := io.ReadAll(io.LimitReader(in, longestConfig+1))
	if err != nil {
		return engine.ConfigFile{}, engine.Errorf(engine.Invalid, "%s: %v", shown, err)
	}
	if len(source) > longestConfig {
		return engine.ConfigFile{}, engine.Errorf(engine.Invalid, "%s is longer than %d bytes", shown, longestConfig).
			Or("apply it in parts")
	}
	return yaml.ReadConfig(shown, source)
}

// showChanges prints what changes of the configuration.
func (a *app) showChanges(changes []engine.ConfigChange) error {
	if len(changes) == 0 && a.flags.output == asTable {
		return nil
	}
	rows := make([]changeRow, len(changes))
	for i, c := range changes {
		rows[i] = changeRow{c}
	}
	return answerList(a, kind[changeRow]{
		id: func(c changeRow) string { return c.ID },
		columns: []column[changeRow]{
			{name: "CHANGE", cell: func(c changeRow) string { return string(c.Op) }},
			{name: "KIND", cell: func(c changeRow) string { return c.Kind }},
			{name: "ID", cell: func(c changeRow) string { return c.ID }},
			{name: "WHAT", cell: changeRow.what},
		},
		csv: []string{"change", "kind", "id", "properties"},
	}, rows)
}

// A changeRow is one change of the configuration on its way out.
type changeRow struct{ engine.ConfigChange }

// MarshalJSON implements json.Marshaler.
func (c changeRow) MarshalJSON() ([]byte, error) {
	type change struct {
		Before json.RawMessage `json:"before"`
		After  json.RawMessage `json:"after"`
	}
	properties := map[string]change{}
	for _, p := range c.Changes {
		properties[p.Field] = change{rawOrNull(p.Before), rawOrNull(p.After)}
	}
	return json.Marshal(struct {
		Change     engine.ConfigOp   `json:"change"`
		Kind       string            `json:"kind"`
		ID         string            `json:"id"`
		Properties map[string]change `json:"properties,omitempty"`
	}{c.Op, c.Kind, c.ID, properties})
}

func rawOrNull(value string) json.RawMessage {
	if value == "" {
		return json.RawMessage("null")
	}
	return json.RawMessage(value)
}

// what tells an update property by property.
func (c changeRow) what() string {
	if c.Op != engine.ConfigUpdate {
		return ""
	}
	parts := make([]string, len(c.Changes))
	for i, p := range c.Changes {
		parts[i] = fmt.Sprintf("%s %s → %s", p.Field, yaml.Brief(p.Before), yaml.Brief(p.After))
	}
	return strings.Join(parts, "; ")
}
