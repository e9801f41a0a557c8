package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/purserhq/purser/engine"
)

// help prints what a command does, how it is called, an example, and the flags
// that mean something to it.
func help(cmd *cobra.Command, _ []string) {
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s.\n", strings.TrimSuffix(cmd.Short, "."))
	if cmd.Long != "" {
		fmt.Fprintf(out, "\n%s\n", cmd.Long)
	}
	usage := cmd.UseLine()
	if cmd.HasAvailableSubCommands() {
		usage = cmd.CommandPath() + " COMMAND"
	}
	fmt.Fprintf(out, "\nUsage:\n  %s\n", usage)
	if cmd.Example != "" {
		fmt.Fprintf(out, "\nExample:\n%s\n", cmd.Example)
	}
	helpCommands(out, cmd)
	if cmd.HasParent() && cmd.HasAvailableSubCommands() {
		fmt.Fprintf(out, "\n%s COMMAND --help tells more.\n", cmd.CommandPath())
	}
	own, global := pflag.NewFlagSet("", 0), pflag.NewFlagSet("", 0)
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		of := cmd.HasParent() || f.Name != "version" && cmd.PersistentFlags().Lookup(f.Name) == nil
		if f.Name != "help" && of {
			own.AddFlag(f)
		}
	})
	cmd.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) {
		if means(cmd, f.Name) {
			global.AddFlag(f)
		}
	})
	title := "Flags"
	if !cmd.HasParent() {
		title = "Flags of the console"
	}
	helpFlags(out, title, own)
	if !cmd.HasParent() || !cmd.HasAvailableSubCommands() {
		helpFlags(out, "Global flags", global)
	}
	if !cmd.HasParent() {
		fmt.Fprint(out, exitHelp)
	}
}

// helpCommand tells about a command by its name.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND | filter]",
		Short: "Tell how a command is used, or what a filter can ask for",
		Example: `  purser help request approve
  purser help filter`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "filter" {
				return helpFilter(cmd.OutOrStdout())
			}
			about, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return noSuchCommand(about, rest)
			}
			return about.Help()
		},
		Args: cobra.ArbitraryArgs,
	}
}

// helpFilter tells what a filter can ask for.
func helpFilter(out io.Writer) error {
	fmt.Fprint(out, `What requests can be filtered by.

A filter is clauses with ; or a space between them, and all must hold:
  status:ready;currency:USD,EUR;amount:100..5000;created:-7d..;customer:!c-1
A comma is or, ! before the first value means none of them, a..b is a range with
either end open, and quotes go around what has spaces. Free words search
reference, customer name and email, and the end of the instrument's number.

`)
	w := newCells(out)
	w.column("FIELD", false)
	w.column("MEANING", false)
	w.column("FOR EXAMPLE", false)
	for _, f := range engine.RequestFields() {
		if err := w.row([]string{f.Name, f.Help, list(f.Examples())}); err != nil {
			return err
		}
	}
	return w.flush()
}

// reasons lists the reasons that a command takes.
func reasons[S ~string](all []S) string {
	const columns = 80
	return strings.TrimRight(ansi.Wordwrap("Reasons: "+list(all)+".", columns, ""), " ")
}

const exitHelp = `
Ids can be given by any unique beginning or ending; customers also by reference.

Exit status: 0 done, 1 failed, 2 usage, 3 refused by a rule, 4 not found,
5 not allowed, 6 changed meanwhile.
`

// means reports whether a global flag does something for a command.
func means(cmd *cobra.Command, flag string) bool {
	if !cmd.HasParent() {
		return true
	}
	for _, name := range particular {
		if name == flag {
			return obeys(cmd, flag)
		}
	}
	return flag != "yes" || obeys(cmd, "yes")
}

func helpCommands(out io.Writer, cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	fmt.Fprint(out, "\nCommands:\n")
	width := 0
	for _, c := range cmd.Commands() {
		width = max(width, len(c.Name()))
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			fmt.Fprintf(out, "  %-*s  %s\n", width, c.Name(), c.Short)
		}
	}
}

func helpFlags(out io.Writer, title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(out, "\n%s:\n", title)
	width := 0
	flags.VisitAll(func(f *pflag.Flag) { width = max(width, len(spelling(f))) })
	flags.VisitAll(func(f *pflag.Flag) {
		_, usage := pflag.UnquoteUsage(f)
		fmt.Fprintf(out, "  %-*s  %s\n", width, spelling(f), usage)
	})
}

// spelling is how a flag is written: with its value in capitals, called as the
// flag unless its usage has a better name in backquotes.
func spelling(f *pflag.Flag) string {
	written := "    --" + f.Name
	if f.Shorthand != "" {
		written = "-" + f.Shorthand + ", --" + f.Name
	}
	switch {
	case strings.Contains(f.Usage, "`"):
		name, _ := pflag.UnquoteUsage(f)
		return written + " " + name
	case f.NoOptDefVal != "": // a switch
		return written
	default:
		return written + " " + strings.ToUpper(f.Name)
	}
}
