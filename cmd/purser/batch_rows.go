package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func batchRowKind() kind[engine.BatchRow] {
	cell := func(name string) func(engine.BatchRow) string {
		return func(r engine.BatchRow) string { return r.Cells[name] }
	}
	return kind[engine.BatchRow]{
		id: func(r engine.BatchRow) string { return string(r.RequestID) },
		columns: []column[engine.BatchRow]{
			{name: "LINE", right: true, cell: func(r engine.BatchRow) string { return fmt.Sprint(r.Line) }},
			{name: "STATUS", cell: func(r engine.BatchRow) string { return string(r.Status) }},
			{name: "REFERENCE", cell: cell("reference_id")},
			{name: "SERVICE", cell: cell("service")},
			{name: "AMOUNT", right: true, cell: cell("service_amount")},
			{name: "REQUEST", cell: func(r engine.BatchRow) string { return string(r.RequestID) }},
			{name: "SKIPPED BECAUSE", cell: func(r engine.BatchRow) string { return r.Why }},
		},
		csv: []string{"line", "status", "cells", "payoutRequestId", "why"},
	}
}

func (a *app) batchRows() *cobra.Command {
	var skipped bool
	cmd := &cobra.Command{
		Use:         "rows BATCH",
		Short:       "List the rows of the file that a batch was made of, and what became of them",
		Example:     `  purser batch rows monday --skipped`,
		Args:        takes("BATCH"),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.lookFileBatch(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			query := engine.BatchRowQuery{Skipped: skipped, Limit: pageLimit}
			return listPages(a, batchRowKind(), func() ([]engine.BatchRow, error) {
				page, err := a.engine.BatchRows(cmd.Context(), b.ID, query)
				if len(page) > 0 {
					query.After = page[len(page)-1].Line
				}
				return page, err
			})
		},
	}
	cmd.Flags().BoolVar(&skipped, "skipped", false, "only those that have to be mended")
	return cmd
}

// lookFileBatch opens the desk and reads a batch that was made of a file.
func (a *app) lookFileBatch(ctx context.Context, fragment string) (engine.Batch, error) {
	b, err := a.lookBatch(ctx, fragment)
	if err == nil && b.PointID == "" {
		err = engine.Errorf(engine.Refused, "batch %s was made of requests, not of a file", b.Reference).
			Or("purser request list --filter batch:%s lists them", b.ID)
	}
	return b, err
}

func (a *app) batchEdit() *cobra.Command {
	return &cobra.Command{
		Use:   "edit BATCH LINE COLUMN=VALUE...",
		Short: "Mend a row that was skipped; good by then, it becomes a request",
		Example: `  purser batch edit monday 3 service_amount=14.80
  purser batch edit monday 4 'fields_data=account:123' reference_id=BI31`,
		Args:        takesAtLeast("BATCH", "LINE", "COLUMN=VALUE"),
		Annotations: changing(),
		RunE: func(cmd *cobra.Command, args []string) error {
			line, err := strconv.Atoi(args[1])
			if err != nil || line < 1 {
				return misused(cmd, "%q is no line", args[1])
			}
			cells := map[string]string{}
			for _, arg := range args[2:] {
				column, value, ok := strings.Cut(arg, "=")
				if !ok {
					return misused(cmd, "%q is not column=value", arg)
				}
				if _, twice := cells[column]; twice {
					return misused(cmd, "%s is given twice", column)
				}
				cells[column] = value
			}
			b, err := a.lookFileBatch(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			row, err := a.engine.EditBatchRow(cmd.Context(), a.caller(), b.ID, line, cells)
			if err != nil {
				return err
			}
			if row.Status == engine.BatchRowSkipped {
				return engine.Errorf(engine.Invalid, "line %d is still skipped: %s", line, row.Why)
			}
			return done(a, batchRowKind(), row, "mended line %d of batch %s: it is request %s", line, b.Reference, row.RequestID)
		},
	}
}

func (a *app) batchExport() *cobra.Command {
	return &cobra.Command{
		Use:     "export BATCH",
		Short:   "Write the file of a batch out again, with what was mended",
		Long:    `CSV with the columns of purser batch import. Card numbers are masked.`,
		Example: `  purser batch export monday > monday.csv`,
		Args:    takes("BATCH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.lookFileBatch(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			_, err = a.engine.WriteBatch(cmd.Context(), b.ID, a.out, func(engine.Exported) {})
			return err
		},
	}
}
