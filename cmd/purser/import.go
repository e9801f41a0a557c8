package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/table"
)

func (a *app) importCommand() *cobra.Command {
	var commands []*cobra.Command
	for _, kind := range engine.Importables() {
		commands = append(commands, a.importOf(kind))
	}
	commands = append(commands, a.importList(), a.importShow(), a.importRows(), a.importStop())
	return group("import", "Bring in customers, instruments, payments and requests from files", commands...)
}

// importOptions are how a file is brought in.
type importOptions struct {
	form     string
	rejected string
	noWait   bool
}

func (a *app) importOf(kind engine.Importable) *cobra.Command {
	var o importOptions
	needed, optional := kind.ImportColumns()
	cmd := &cobra.Command{
		Use:   string(kind) + " FILE|-",
		Short: "Bring in " + string(kind) + " from CSV or JSON lines",
		Long: fmt.Sprintf(`Columns: %s%s.
What an export has besides is left alone.

The file is copied into the store first; then its rows are taken in, here and
wherever else this store is worked on. Interrupted while it copies, it goes on
when the file is given again; after that it goes on by itself.

A row that makes no sense is told with its line and column, and does not stop
the others. The same file again changes nothing, so that one that was mended is
simply given again. Card numbers are kept masked.`, strings.Join(needed, ", "), andOptional(optional)),
		Example: fmt.Sprintf(`  purser import %s %s.csv --rejected bad.csv
  zcat %s.jsonl.gz | purser import %s - --format jsonl`, kind, kind, kind, kind),
		Args:        takes("FILE"),
		Annotations: honours("dry-run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.noWait && o.rejected != "" {
				return misused(cmd, "--rejected has to wait")
			}
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			return a.importFile(cmd.Context(), kind, args[0], o)
		},
	}
	cmd.Flags().StringVar(&o.form, "format", "", "csv or jsonl (default by the file's name, else csv)")
	cmd.Flags().StringVar(&o.rejected, "rejected", "", "write the rows that were refused, and why, to this CSV `FILE`")
	cmd.Flags().BoolVar(&o.noWait, "no-wait", false, "leave the rows to whoever works on this store")
	complete(cmd, "format", []string{asCSV, asLines})
	return cmd
}

func andOptional(columns []string) string {
	if len(columns) == 0 {
		return ""
	}
	return "\nand, if you like, " + strings.Join(columns, ", ")
}

func (a *app) importFile(ctx context.Context, kind engine.Importable, path string, o importOptions) error {
	in := a.in
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return engine.Errorf(engine.Invalid, "%v", err)
		}
		defer file.Close()
		in = file
	}
	rows, err := table.Open(in, cmp.Or(o.form, path), kind.KnowsColumn)
	if err != nil {
		return engine.Errorf(engine.Invalid, "%s: %v", path, err)
	}
	if a.flags.dryRun {
		return a.tryImport(ctx, kind, rows, o)
	}
	how := a.progress()
	i, err := a.engine.CopyImport(ctx, a.caller(), engine.NewImport{Kind: kind, File: path}, rows, func(i engine.Import) {
		how.tell("copied %d rows", i.Rows)
	})
	how.end()
	if err != nil {
		return err
	}
	if o.noWait {
		return done(a, importKind(), i, "copied %s as import %s", countOf(i.Rows, "row"), i.ID)
	}
	if i, err = a.followImport(ctx, i); err != nil {
		return err
	}
	return a.endImport(ctx, i, o.rejected)
}

// followImport takes in rows, beside whoever else does, and says how far it is.
func (a *app) followImport(ctx context.Context, i engine.Import) (engine.Import, error) {
	how := a.progress()
	defer how.end()
	for !i.Status.Ended() {
		if err := a.engine.Work(ctx, "imports"); err != nil {
			if ctx.Err() != nil {
				how.end()
				a.say("import %s goes on wherever this store is worked on: %s", i.ID, imported(i))
			}
			return i, err
		}
		var err error
		if i, err = a.engine.FileImport(ctx, i.ID); err != nil {
			return i, err
		}
		how.tell("%d of %d rows: %s", i.Taken(), i.Rows, imported(i))
	}
	return i, nil
}

// imported says what became of the rows of an import.
func imported(i engine.Import) string {
	words := fmt.Sprintf("%d new, %d there already, %d refused", i.Made, i.Known, i.Refused)
	if i.Differs > 0 {
		words = fmt.Sprintf("%d new, %d there already, %d otherwise, %d refused", i.Made, i.Known, i.Differs, i.Refused)
	}
	if i.Waiting() > 0 {
		words += fmt.Sprintf(", %d waiting", i.Waiting())
	}
	return words
}

// mostTold bounds the refusals that are told one by one.
const mostTold = 100

// endImport tells how an import ended, and which rows were refused.
func (a *app) endImport(ctx context.Context, i engine.Import, rejected string) (err error) {
	told := 0
	tell := func(row engine.ImportedRow) error {
		if told++; told > mostTold {
			return errEnough
		}
		a.say("%s", refusal(row))
		return nil
	}
	if err := a.eachWrong(ctx, i.ID, tell); err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if told > mostTold {
		a.say("more rows were refused; purser import rows %s --refused lists them all", i.ID)
	}
	if rejected != "" {
		if err := a.writeRejected(ctx, i, rejected); err != nil {
			return err
		}
	}
	a.did("imported %s: %s", i.Kind, imported(i))
	if a.flags.output != asTable {
		err = answerOne(a, importKind(), i)
	}
	switch {
	case err != nil:
		return err
	case i.Status == engine.ImportFailed:
		return engine.Errorf(engine.Refused, "import %s ended before all rows were taken in: %s", i.ID, i.Failure)
	case i.Refused+i.Differs > 0:
		return rowsRefused(i.Refused + i.Differs)
	}
	return nil
}

func rowsRefused(rows int) error {
	return engine.Errorf(engine.Invalid, "%s refused; the others are in", countOf(rows, "row")).
		Or("mend them and give the file again")
}

// eachWrong hands over every row of an import that was not taken in.
func (a *app) eachWrong(ctx context.Context, id engine.ImportID, do func(engine.ImportedRow) error) error {
	query := engine.ImportRowQuery{Results: []engine.ImportResult{engine.ImportDiffers, engine.ImportRefused}, Limit: pageLimit}
	for {
		page, err := a.engine.ImportRows(ctx, id, query)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, row := range page {
			if err := do(row); err != nil {
				return err
			}
		}
		query.After = page[len(page)-1].Place
	}
}

// refusal says what was wrong with a row, and where.
func refusal(row engine.ImportedRow) string {
	where := fmt.Sprintf("line %d", row.Line)
	if row.Column > 0 {
		where += fmt.Sprintf(", column %d", row.Column)
	}
	if row.Name != "" {
		where += ", " + row.Name
	}
	return where + ": " + row.Why
}

// writeRejected writes the rows that were not taken in as a file to mend.
func (a *app) writeRejected(ctx context.Context, i engine.Import, path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return engine.Errorf(engine.Invalid, "%v", err)
	}
	buffered := bufio.NewWriter(file)
	out := table.NewCSVWriter(buffered)
	needed, optional := i.Kind.ImportColumns()
	columns := append(needed[:len(needed):len(needed)], optional...)
	err = out.Write(append(columns[:len(columns):len(columns)], "line", "why")...)
	if err == nil {
		err = a.eachWrong(ctx, i.ID, func(row engine.ImportedRow) error {
			var cells []string
			for _, column := range columns {
				cells = append(cells, row.Cells[column])
			}
			return out.Write(append(cells, fmt.Sprint(row.Line), row.Why)...)
		})
	}
	return errors.Join(err, out.Flush(), buffered.Flush(), file.Close())
}

// tryImport says what an import would make of a file.
func (a *app) tryImport(ctx context.Context, kind engine.Importable, rows table.Reader, o importOptions) error {
	var sum engine.Import
	told := 0
	for {
		const bite = 200
		tried, err := a.engine.TryImport(ctx, a.caller(), kind, rows, bite)
		for _, row := range tried {
			sum.Count(row)
			if row.Result.Wrong() && told < mostTold {
				told++
				a.say("%s", refusal(row))
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			a.did("imported %s: %s", kind, imported(sum))
			if wrong := sum.Refused + sum.Differs; wrong > 0 {
				return rowsRefused(wrong)
			}
			return nil
		case err != nil:
			return err
		}
	}
}
