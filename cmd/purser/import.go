package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/table"
)

func (a *app) importCommand() *cobra.Command {
	var commands []*cobra.Command
	for _, kind := range engine.Importables() {
		commands = append(commands, a.importKind(kind))
	}
	return group("import", "Bring in customers, instruments, payments and requests from files", commands...)
}

func (a *app) importKind(kind engine.Importable) *cobra.Command {
	var form, rejected string
	needed, optional := kind.ImportColumns()
	cmd := &cobra.Command{
		Use:   string(kind) + " FILE|-",
		Short: "Bring in " + string(kind) + " from CSV or JSON lines",
		Long: fmt.Sprintf(`Columns: %s%s.
What an export has besides is left alone.

A row that makes no sense is told with its line and column, and does not stop
the others. The same file again changes nothing, so that one that was mended, or
broken off, is simply given again.`, strings.Join(needed, ", "), andOptional(optional)),
		Example: fmt.Sprintf(`  purser import %s %s.csv --rejected bad.csv
  zcat %s.jsonl.gz | purser import %s - --format jsonl`, kind, kind, kind, kind),
		Args:        takes("FILE"),
		Annotations: honours("dry-run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			return a.importFile(cmd.Context(), kind, args[0], form, rejected)
		},
	}
	cmd.Flags().StringVar(&form, "format", "", "csv or jsonl (default by the file's name, else csv)")
	cmd.Flags().StringVar(&rejected, "rejected", "", "write the rows that were refused, and why, to this CSV `FILE`")
	complete(cmd, "format", []string{asCSV, asLines})
	return cmd
}

func andOptional(columns []string) string {
	if len(columns) == 0 {
		return ""
	}
	return "\nand, if you like, " + strings.Join(columns, ", ")
}

// An importing is one import on its way.
type importing struct {
	app      *app
	kind     engine.Importable
	rejected *rejects
	how      *progress
	rows     []engine.ImportRow
	made     int
	known    int
	refused  int
}

func (a *app) importFile(ctx context.Context, kind engine.Importable, path, form, rejected string) (err error) {
	in := a.in
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return engine.Errorf(engine.Invalid, "%v", err)
		}
		defer file.Close()
		in = file
	}
	form = cmp.Or(form, strings.TrimPrefix(filepath.Ext(path), "."))
	rows, err := rowsOf(in, kind, form)
	if err != nil {
		return engine.Errorf(engine.Invalid, "%s: %v", path, err)
	}
	i := &importing{app: a, kind: kind, how: a.progress()}
	if rejected != "" {
		if i.rejected, err = newRejects(rejected, kind); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, i.rejected.close()) }()
	}
	if err := i.run(ctx, rows); err != nil {
		return fmt.Errorf("after %s: %w", i, err)
	}
	return i.end()
}

// rowsOf is the reader of a form.
func rowsOf(in io.Reader, kind engine.Importable, form string) (table.Reader, error) {
	switch form {
	case asLines, "json", "ndjson":
		return table.NewJSONLinesReader(in, kind.KnowsColumn), nil
	default:
		return table.NewCSVReader(bufio.NewReader(in), kind.KnowsColumn)
	}
}

func (i *importing) run(ctx context.Context, rows table.Reader) error {
	defer i.how.end()
	for {
		row, err := rows.Next()
		var unread *table.Error
		switch {
		case errors.Is(err, io.EOF):
			return i.bite(ctx)
		case errors.As(err, &unread):
			if biting := i.bite(ctx); biting != nil {
				return biting
			}
			i.refuse(engine.ImportRow{Line: unread.Line, Cells: row.Cells}, unread.Column, unread.Name, unread.Cause)
			if unread.Fatal {
				return engine.Errorf(engine.Invalid, "%v", unread)
			}
		case err != nil:
			return err
		default:
			i.rows = append(i.rows, engine.ImportRow(row))
			if len(i.rows) == engine.ImportBite {
				if err := i.bite(ctx); err != nil {
					return err
				}
			}
		}
	}
}

// bite takes in the rows that were read.
func (i *importing) bite(ctx context.Context) error {
	if len(i.rows) == 0 {
		return nil
	}
	results, err := i.app.engine.Import(ctx, i.app.caller(), i.kind, i.rows)
	if err != nil {
		return err
	}
	for n, r := range results {
		switch {
		case r.Err != nil:
			var e *engine.Error
			field := ""
			if errors.As(r.Err, &e) {
				field = e.Field
			}
			i.refuse(i.rows[n], 0, field, r.Err)
		case r.New:
			i.made++
		default:
			i.known++
		}
	}
	i.how.tell("line %d: %s", i.rows[len(i.rows)-1].Line, i)
	i.rows = i.rows[:0]
	return nil
}

// mostTold bounds the refusals that are told one by one.
const mostTold = 100

// refuse tells what was wrong with a row, and where.
func (i *importing) refuse(row engine.ImportRow, column int, field string, why error) {
	i.refused++
	if i.rejected != nil {
		i.rejected.add(row, why)
	}
	where := fmt.Sprintf("line %d", row.Line)
	if column > 0 {
		where += fmt.Sprintf(", column %d", column)
	}
	if field != "" {
		where += ", " + field
	}
	switch {
	case i.refused <= mostTold:
		i.how.end()
		i.app.say("%s: %v", where, why)
	case i.refused == mostTold+1:
		i.app.say("more rows were refused; --rejected FILE lists them all")
	}
}

// String says what became of the rows so far.
func (i *importing) String() string {
	return fmt.Sprintf("%d new, %d there already, %d refused", i.made, i.known, i.refused)
}

func (i *importing) end() error {
	i.app.did("imported %s: %s", i.kind, i)
	if i.refused > 0 {
		return engine.Errorf(engine.Invalid, "%s refused; the others are in", countOf(i.refused, "row")).
			Or("mend them and give the file again")
	}
	return nil
}

// rejects is a file of rows that were refused, with why.
type rejects struct {
	file    *os.File
	csv     *table.CSVWriter
	columns []string
	err     error
}

func newRejects(path string, kind engine.Importable) (*rejects, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, engine.Errorf(engine.Invalid, "%v", err)
	}
	needed, optional := kind.ImportColumns()
	r := &rejects{file: file, csv: table.NewCSVWriter(file), columns: append(needed[:len(needed):len(needed)], optional...)}
	r.err = r.csv.Write(append(r.columns[:len(r.columns):len(r.columns)], "line", "why")...)
	return r, nil
}

func (r *rejects) add(row engine.ImportRow, why error) {
	var cells []string
	for _, column := range r.columns {
		cells = append(cells, row.Cells[column])
	}
	cells = append(cells, fmt.Sprint(row.Line), why.Error())
	r.err = errors.Join(r.err, r.csv.Write(cells...))
}

func (r *rejects) close() error { return errors.Join(r.err, r.csv.Flush(), r.file.Close()) }
