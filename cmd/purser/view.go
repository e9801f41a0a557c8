package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/purserhq/purser/engine"
)

func (a *app) viewCommand() *cobra.Command {
	return group("view", "Look at saved views of requests, and save them",
		a.viewList(), a.viewShow(), a.viewCreate(), a.viewSet(), a.viewDelete())
}

func viewKind() kind[engine.View] {
	return kind[engine.View]{
		id: func(v engine.View) string { return v.Slug() },
		columns: []column[engine.View]{
			{name: "NAME", cell: func(v engine.View) string { return v.Name }},
			{name: "OWNER", cell: func(v engine.View) string { return string(v.Owner) }},
			{name: "SEEN BY", cell: seenBy},
			{name: "SORT", cell: func(v engine.View) string { return cmp.Or(v.Sort, "-created") }},
			{name: "COLUMNS", cell: func(v engine.View) string { return list(v.Columns) }},
			{name: "FILTER", cell: func(v engine.View) string { return v.Filter }},
		},
		csv: []string{"name", "owner", "private", "place", "sort", "columns", "filter"},
	}
}

func seenBy(v engine.View) string {
	if v.Private {
		return string(v.Owner)
	}
	return "everybody"
}

func (a *app) viewList() *cobra.Command {
	return &cobra.Command{
		Use:         "list",
		Short:       "List the saved views that you see",
		Example:     "  purser view list",
		Args:        takes(),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			views, err := a.engine.Views(cmd.Context(), a.as())
			if err != nil {
				return err
			}
			return answerList(a, viewKind(), views)
		},
	}
}

func (a *app) viewShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show NAME",
		Short: "Show a view, and how many requests it has",
		Long:  "Requests are counted exactly up to 1,000.",
		Example: `  purser view show 'Big EUR'
  purser view show big-eur -o json`,
		Args: takes("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			v, err := a.savedView(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := answerOne(a, viewKind(), v); err != nil || a.flags.output != asTable {
				return err
			}
			return a.sayCount(cmd.Context(), v)
		},
	}
}

// sayCount says how many requests a view has.
func (a *app) sayCount(ctx context.Context, v engine.View) error {
	expr, err := v.Expr(a.engine.Now())
	if err != nil {
		return err
	}
	n, more, err := a.engine.CountView(ctx, engine.RequestQuery{
		Mode: a.mode(), By: a.as(), Filter: expr, Order: v.Order(),
	})
	if err != nil {
		return err
	}
	if more {
		a.say("1,000+ requests in %s mode", a.mode())
		return nil
	}
	a.say("%s in %s mode", countOf(n, "request"), a.mode())
	return nil
}

// savedView enters the desk and returns one of its views.
func (a *app) savedView(ctx context.Context, name string) (engine.View, error) {
	if _, err := a.enter(ctx); err != nil {
		return engine.View{}, err
	}
	return a.engine.View(ctx, a.as(), name)
}

// A viewFlags is what is said about a view.
type viewFlags struct {
	name, columns   string
	place           int
	private, shared bool
}

func (f *viewFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.columns, columnsFlag, "", "the `COLUMNS` it shows, with commas between, customer:24 for its width: "+list(columnNames()))
	flags.IntVar(&f.place, "place", 0, "where it stands among the saved ones, `N` from 1; 0 for behind the others")
	flags.BoolVar(&f.private, "private", false, "only its owner sees it")
	flags.BoolVar(&f.shared, "shared", false, "everybody sees it")
}

// onto changes what the flags that were given say.
func (f *viewFlags) onto(cmd *cobra.Command, a *app, v *engine.View) error {
	given := cmd.Flags().Changed
	if f.private && f.shared {
		return misused(cmd, "--private and --shared contradict each other")
	}
	switch {
	case f.private:
		v.Private = true
	case f.shared:
		v.Private = false
	}
	if given("filter") {
		v.Filter = a.flags.filter
	}
	if given("sort") {
		v.Sort = a.flags.sort
	}
	if given(columnsFlag) {
		v.Columns = columnWords(f.columns)
	}
	if given("place") {
		v.Place = f.place
	}
	if given("name") {
		v.Name = f.name
	}
	// Where a filter makes no sense, the caret under the fault helps.
	_, err := parseFilter(v.Filter, a.engine.Now())
	return err
}

func (a *app) viewCreate() *cobra.Command {
	var f viewFlags
	cmd := &cobra.Command{
		Use:   "create NAME",
		Short: "Save a filter, an order and columns under a name",
		Long: `A view is private unless --shared. Relative times in its filter are read anew each
time it is used.`,
		Example: `  purser view create 'Big EUR' --filter 'status:ready;currency:EUR;amount:1000..' --sort -amount
  purser view create 'Last week' --filter 'created:-7d..' --columns id,customer,amount,status --shared`,
		Args:        takes("NAME"),
		Annotations: honours("filter", "sort", "dry-run", "key"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			v := engine.View{Name: args[0], Private: true}
			if err := f.onto(cmd, a, &v); err != nil {
				return err
			}
			saved, err := a.engine.SaveView(cmd.Context(), a.caller(), "", v)
			if err != nil {
				return err
			}
			return done(a, viewKind(), saved, "saved the view %s", saved.Slug())
		},
	}
	f.add(cmd.Flags())
	return cmd
}

func (a *app) viewSet() *cobra.Command {
	var f viewFlags
	cmd := &cobra.Command{
		Use:   "set NAME",
		Short: "Change a view: what is not said stays as it is",
		Example: `  purser view set big-eur --filter 'currency:EUR;amount:5000..' --shared
  purser view set big-eur --name 'Very big EUR'`,
		Args:        takes("NAME"),
		Annotations: honours("filter", "sort", "dry-run", "key"),
		RunE: func(cmd *cobra.Command, args []string) error {
			v, err := a.savedView(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := f.onto(cmd, a, &v); err != nil {
				return err
			}
			saved, err := a.engine.SaveView(cmd.Context(), a.caller(), args[0], v)
			if err != nil {
				return err
			}
			return done(a, viewKind(), saved, "changed the view %s", saved.Slug())
		},
	}
	f.add(cmd.Flags())
	cmd.Flags().StringVar(&f.name, "name", "", "another `NAME` for it")
	return cmd
}

func (a *app) viewDelete() *cobra.Command {
	return &cobra.Command{
		Use:         "delete NAME",
		Short:       "Delete a view; the requests in it stay",
		Example:     "  purser view delete big-eur",
		Args:        takes("NAME"),
		Annotations: changing(),
		RunE: func(cmd *cobra.Command, args []string) error {
			v, err := a.savedView(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := a.engine.DeleteView(cmd.Context(), a.caller(), args[0]); err != nil {
				return err
			}
			a.did("deleted the view %s", v.Slug())
			return nil
		},
	}
}
