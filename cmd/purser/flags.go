package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// particular are the global flags that only some commands honour. To ignore
// --dry-run where nothing obeys it would be worse than to refuse it.
var particular = []string{"filter", "sort", "limit", "dry-run", "key"}

const honoured = "purser.flags"

// honours marks a command with the particular flags that it obeys.
func honours(names ...string) map[string]string {
	return map[string]string{honoured: strings.Join(names, " ")}
}

// changing are the flags of commands that change something.
func changing() map[string]string { return honours("dry-run", "key") }

func obeys(cmd *cobra.Command, flag string) bool {
	return slices.Contains(strings.Fields(cmd.Annotations[honoured]), flag)
}

// longestKey bounds an idempotency key, in characters.
const longestKey = 255

// check refuses flags that make no sense, for any command or for this one.
func (g globals) check(cmd *cobra.Command) error {
	for _, name := range particular {
		if cmd.Flags().Changed(name) && !obeys(cmd, name) {
			return misused(cmd, "it has no use for --%s", name)
		}
	}
	switch {
	case !slices.Contains(outputs(), g.output):
		return misused(cmd, "there is no output %q; %s", text.Line(g.output), strings.Join(outputs(), ", "))
	case g.mode != "" && g.mode != string(engine.ModeLive) && g.mode != string(engine.ModeTest):
		return misused(cmd, "there is no mode %q; live or test", text.Line(g.mode))
	case g.limit < 0:
		return misused(cmd, "--limit is %d; it has to be above zero", g.limit)
	case cmd.Flags().Changed("limit") && g.limit == 0:
		return misused(cmd, "--limit is 0; leave it out for all")
	}
	if err := text.Check("--key", g.key, longestKey); err != nil {
		return misused(cmd, "%v", err)
	}
	return nil
}

// misused is an error in how a command was called.
func misused(cmd *cobra.Command, format string, args ...any) error {
	name := strings.TrimPrefix(cmd.CommandPath(), "purser ")
	return engine.Errorf(engine.Invalid, "%s: %s", name, fmt.Sprintf(format, args...)).
		Or("%s --help tells how it is used", cmd.CommandPath())
}

// misread is an error about a flag, in our words where the parser's are those
// of its language.
func misread(cmd *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	if !errors.As(err, &value) {
		return misused(cmd, "%v", err)
	}
	kinds := map[string]string{
		"int": "a whole number", "uint64": "a whole number", "float64": "a number", "bool": "true or false",
	}
	flag := value.GetFlag()
	return misused(cmd, "--%s is %q; it takes %s", flag.Name, text.Line(head(value.GetValue(), longestID)),
		cmp.Or(kinds[flag.Value.Type()], "something else"))
}

// takes wants exactly the arguments that it names.
func takes(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return misused(cmd, "%s is missing", names[len(args)])
		case len(args) > len(names):
			return misused(cmd, "%q is one argument too many", text.Line(args[len(names)]))
		}
		return nil
	}
}

// group makes a command that only holds others.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(cmd.ErrOrStderr())
			help(cmd, nil)
			return misused(cmd, "it needs a command")
		},
	}
	g.AddCommand(commands...)
	return g
}

// noSuchCommand refuses what is not the name of a command, and tells which
// names look like it.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	e := engine.Errorf(engine.Invalid, "%s has no command %q", cmd.CommandPath(), text.Line(args[0]))
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return e.Or("perhaps %s", strings.Join(near, ", "))
	}
	return e.Or("%s --help lists what it has", cmd.CommandPath())
}

// need refuses a call without flags that the command cannot do without.
func need(cmd *cobra.Command, names ...string) error {
	var missing []string
	for _, name := range names {
		if !cmd.Flags().Changed(name) {
			missing = append(missing, "--"+name)
		}
	}
	if len(missing) > 0 {
		return misused(cmd, "it needs %s", strings.Join(missing, ", "))
	}
	return nil
}

// A seen is the version of a request that a caller looked at.
type seen struct {
	flag    *pflag.Flag
	version int
}

// seenFlag adds --version to a command that changes what somebody looked at.
func seenFlag(cmd *cobra.Command) *seen {
	s := &seen{}
	cmd.Flags().IntVar(&s.version, "version", 0, "the version `N` that you saw (default as it is now)")
	s.flag = cmd.Flags().Lookup("version")
	return s
}

// or returns the version that was given, else the one just read.
func (s *seen) or(r engine.Request) (int, error) {
	if !s.flag.Changed {
		return r.Version, nil
	}
	if s.version < 1 {
		return 0, engine.Errorf(engine.Invalid, "--version is %d; versions count from 1", s.version)
	}
	return s.version, nil
}

// parseAmount reads an amount of c that a person wrote.
func parseAmount(flag, s string, c money.Currency) (money.Amount, error) {
	amount, err := money.Parse(s, c)
	if err != nil {
		return amount, engine.Errorf(engine.Invalid, "--%s: %v", flag, err)
	}
	return amount, nil
}

func parseCurrency(s string) (money.Currency, error) {
	c, err := money.ParseCurrency(s)
	if err != nil {
		return c, engine.Errorf(engine.Invalid, "--currency: %v", err)
	}
	return c, nil
}

// parseOrder reads a sort key; a minus puts the highest first.
func parseOrder(s string) (engine.Order, error) {
	key, descending := strings.CutPrefix(cmp.Or(s, "-created"), "-")
	if !slices.Contains(engine.OrderKeys(), key) {
		return engine.Order{}, engine.Errorf(engine.Invalid, "--sort: nothing is sorted by %q", text.Line(key)).
			Or("one of %s, with - before it for the highest first", strings.Join(engine.OrderKeys(), ", "))
	}
	return engine.Order{Key: key, Descending: descending}, nil
}

func descending(keys []string) []string {
	list := make([]string, len(keys))
	for i, key := range keys {
		list[i] = "-" + key
	}
	return list
}

// complete lets a shell complete the values of a flag.
func complete[S ~string](cmd *cobra.Command, flag string, values []S) {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // there is no such flag
	}
}

// list joins words for a sentence.
func list[S ~string](words []S) string {
	joined := make([]string, len(words))
	for i, w := range words {
		joined[i] = string(w)
	}
	return strings.Join(joined, ", ")
}
