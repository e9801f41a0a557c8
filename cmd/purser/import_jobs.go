package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func importKind() kind[engine.Import] {
	number := func(of func(engine.Import) int) func(engine.Import) string {
		return func(i engine.Import) string { return fmt.Sprint(of(i)) }
	}
	return kind[engine.Import]{
		id: func(i engine.Import) string { return string(i.ID) },
		columns: []column[engine.Import]{
			{name: "ID", cell: func(i engine.Import) string { return string(i.ID) }},
			{name: "KIND", cell: func(i engine.Import) string { return string(i.Kind) }},
			{name: "FILE", cell: func(i engine.Import) string { return i.File }},
			{name: "STATUS", cell: func(i engine.Import) string { return join(": ", string(i.Status), i.Failure) }},
			{name: "ROWS", right: true, cell: number(func(i engine.Import) int { return i.Rows })},
			{name: "NEW", right: true, cell: number(func(i engine.Import) int { return i.Made })},
			{name: "THERE", right: true, cell: number(func(i engine.Import) int { return i.Known })},
			{name: "OTHERWISE", right: true, cell: number(func(i engine.Import) int { return i.Differs })},
			{name: "REFUSED", right: true, cell: number(func(i engine.Import) int { return i.Refused })},
			{name: "WAITING", right: true, cell: number(engine.Import.Waiting)},
			{name: "BY", cell: func(i engine.Import) string { return string(i.By) }},
			{name: "STARTED", cell: func(i engine.Import) string { return moment(i.CreatedAt) }},
		},
		csv: []string{
			"id", "kind", "file", "status", "failure", "rows", "made", "known", "differs", "refused", "waiting", "cleared",
			"startedBy", "stoppedBy", "createdTime", "updatedTime", "endedTime",
		},
	}
}

func importedKind() kind[engine.ImportedRow] {
	return kind[engine.ImportedRow]{
		id: func(r engine.ImportedRow) string { return r.ID },
		columns: []column[engine.ImportedRow]{
			{name: "LINE", right: true, cell: func(r engine.ImportedRow) string { return fmt.Sprint(r.Line) }},
			{name: "RESULT", cell: func(r engine.ImportedRow) string { return string(r.Result) }},
			{name: "ID", cell: func(r engine.ImportedRow) string { return r.ID }},
			{name: "COLUMN", cell: func(r engine.ImportedRow) string {
				if r.Column > 0 {
					return strings.TrimSpace(fmt.Sprintf("%d %s", r.Column, r.Name))
				}
				return r.Name
			}},
			{name: "WHY", cell: func(r engine.ImportedRow) string { return r.Why }},
		},
		csv: []string{"line", "result", "id", "column", "columnName", "why", "cells"},
	}
}

// lookImport opens the desk and reads an import.
func (a *app) lookImport(ctx context.Context, fragment string) (engine.Import, error) {
	if _, err := a.enter(ctx); err != nil {
		return engine.Import{}, err
	}
	id, err := a.find(ctx, engine.KindImport, fragment)
	if err != nil {
		return engine.Import{}, err
	}
	return a.engine.FileImport(ctx, engine.ImportID(id))
}

func (a *app) importList() *cobra.Command {
	return &cobra.Command{
		Use:         "list",
		Short:       "List imports, newest first",
		Example:     `  purser import list -o jsonl`,
		Args:        takes(),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			query := engine.ImportQuery{Limit: pageLimit}
			return listPages(a, importKind(), func() ([]engine.Import, error) {
				page, err := a.engine.Imports(cmd.Context(), query)
				if len(page) > 0 {
					query.Before = page[len(page)-1].ID
				}
				return page, err
			})
		},
	}
}

func (a *app) importShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show IMPORT",
		Short:   "Show how far an import is, or how it ended",
		Example: `  purser import show 4F7K2M`,
		Args:    takes("IMPORT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			i, err := a.lookImport(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if i.Left(a.engine.Now()) {
				a.say("it was left when %s were copied; give the file again, or discard it: purser import stop %s", countOf(i.Rows, "row"), i.ID)
			}
			return answerOne(a, importKind(), i)
		},
	}
}

func (a *app) importRows() *cobra.Command {
	var refused bool
	var result string
	cmd := &cobra.Command{
		Use:   "rows IMPORT",
		Short: "List the rows of an import, and what became of each",
		Long: `Results: made, known (it is there already), differs (it is there otherwise, and
stays so), refused. They are kept for 30 days after an import has ended; what it
brought stands in the record for ever.`,
		Example: `  purser import rows 4F7K2M --refused
  purser import rows 4F7K2M --result made -o csv`,
		Args:        takes("IMPORT"),
		Annotations: honours("limit"),
	}
	cmd.Flags().BoolVar(&refused, "refused", false, "only those that were not taken in")
	cmd.Flags().StringVar(&result, "result", "", "only those with this result")
	complete(cmd, "result", engine.ImportResults())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		query := engine.ImportRowQuery{Limit: pageLimit}
		switch {
		case refused && result != "":
			return misused(cmd, "either --refused or --result")
		case refused:
			query.Results = []engine.ImportResult{engine.ImportDiffers, engine.ImportRefused}
		case result != "":
			if !slices.Contains(engine.ImportResults(), engine.ImportResult(result)) {
				return misused(cmd, "%q is no result; one of %s", result, list(engine.ImportResults()))
			}
			query.Results = []engine.ImportResult{engine.ImportResult(result)}
		}
		i, err := a.lookImport(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if i.Cleared() {
			a.say("results are kept for 30 days after an import has ended; these are cleared away")
		}
		return listPages(a, importedKind(), func() ([]engine.ImportedRow, error) {
			page, err := a.engine.ImportRows(cmd.Context(), i.ID, query)
			if len(page) > 0 {
				query.After = page[len(page)-1].Place
			}
			return page, err
		})
	}
	return cmd
}

func (a *app) importStop() *cobra.Command {
	var why string
	cmd := &cobra.Command{
		Use:         "stop IMPORT",
		Short:       "Keep an import from going on, or discard a copy; what was taken in stays in",
		Example:     `  purser import stop 4F7K2M --reason 'wrong file'`,
		Args:        takes("IMPORT"),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&why, "reason", "", "why")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		i, err := a.lookImport(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if i, err = a.engine.StopImport(cmd.Context(), a.caller(), i.ID, why); err != nil {
			return err
		}
		return done(a, importKind(), i, "stopped import %s: %s", i.ID, imported(i))
	}
	return cmd
}
