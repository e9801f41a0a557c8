package main

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

// globals are the flags that every command knows. Some mean something to some
// commands only, and are refused by the others.
type globals struct {
	store  string
	as     string
	mode   string
	output string
	filter string
	sort   string
	limit  int
	dryRun bool
	yes    bool
	key    string
}

// root makes the tree of commands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "purser",
		Short: "The desk at which payout requests are reviewed, and the engine that pays them",
		Example: `  purser init                       # makes a store; you are its admin
  purser apply -f desk.yaml         # points, services, accounts, routes, reviewers
  purser request list --filter 'status:ready;amount:1000..'
  purser work                       # pays what was processed, until ctrl+c`,
		Args:              noSuchCommand,
		Version:           version(),
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.flags.check(cmd) },
		RunE:              func(cmd *cobra.Command, _ []string) error { return a.console(cmd.Context()) },
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(misread)
	root.SetHelpFunc(help)
	root.SetHelpCommand(helpCommand())
	a.globalFlags(root)
	a.consoleFlags(root)
	root.AddCommand(
		a.initCommand(),
		a.applyCommand(),
		a.exportCommand(),
		a.importCommand(),
		a.requestCommand(),
		a.batchCommand(),
		a.allocationCommand(),
		a.payoutCommand(),
		a.customerCommand(),
		a.instrumentCommand(),
		a.paymentCommand(),
		a.pointCommand(),
		a.serviceCommand(),
		a.gatewayCommand(),
		a.routeCommand(),
		a.schemeCommand(),
		a.rateCommand(),
		a.reviewerCommand(),
		a.viewCommand(),
		a.attentionCommand(),
		a.metricsCommand(),
		a.workCommand(),
		a.demoCommand(),
		a.actionsCommand(),
		a.auditCommand(),
		a.doctorCommand(),
		a.versionCommand(),
	)
	return root
}

func (a *app) globalFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&a.flags.store, "store", "", "the store's `FILE` (PURSER_STORE; default in $XDG_DATA_HOME/purser)")
	f.StringVar(&a.flags.as, "as", "", "the `REVIEWER` who acts (PURSER_AS; default the system's user)")
	f.StringVar(&a.flags.mode, "mode", "", "live or test (default the only one that points have, else live)")
	f.StringVarP(&a.flags.output, "output", "o", "table",
		"the `FORM` of the answer: table, json, jsonl, csv or id (default table)")
	f.StringVar(&a.flags.filter, "filter", "", "what they have to fit, as in 'status:ready;amount:100..5000'")
	f.StringVar(&a.flags.sort, "sort", "", "created, updated, since or amount; - before it for the highest first")
	f.IntVar(&a.flags.limit, "limit", 0, "at most `N` (default 100 in a table, else all)")
	f.BoolVar(&a.flags.dryRun, "dry-run", false, "say what would be done, and do nothing")
	f.BoolVar(&a.flags.yes, "yes", false, "do not ask")
	f.StringVar(&a.flags.key, "key", "", "the same key again changes nothing")
	complete(root, "output", outputs())
	complete(root, "mode", []string{"live", "test"})
	complete(root, "sort", slices.Concat(engine.OrderKeys(), descending(engine.OrderKeys())))
}
