package main

import (
	"bufio"
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

func (a *app) batchImport() *cobra.Command {
	var f engine.BatchFile
	columns, needed := engine.BatchColumns()
	cmd := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Make a batch of new requests from a CSV file",
		Long: fmt.Sprintf(`Columns: %s
and, if you like, %s. The cells fields_data, customer and
customer_metadata hold key:value;key:value. Customers are known by the
reference_id in customer; those, and instruments, that are not there are made.
Phone and metadata stay with the row.

A request is called by the batch's reference, "_" and the row's. A row that
makes no sense is kept as skipped, and does not stop the others: purser batch
rows lists them, purser batch edit mends them. The same file under the same
reference again changes nothing, so one that was broken off is given again.
Card numbers are kept masked.`, strings.Join(columns[:needed], ", "), strings.Join(columns[needed:], ", ")),
		Example:     `  purser batch import payouts.csv --point main --reference monday`,
		Args:        takes("FILE"),
		Annotations: honours("dry-run"),
	}
	cmd.Flags().StringVar(&f.PointID, "point", "", "the `POINT` whose requests the rows become")
	cmd.Flags().StringVar(&f.Reference, "reference", "", "what to call the batch (default the time)")
	cmd.Flags().StringVar(&f.Description, "description", "", "what it is for")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if _, err := a.enter(cmd.Context()); err != nil {
			return err
		}
		if f.PointID == "" {
			return misused(cmd, "it needs --point")
		}
		return a.importBatch(cmd.Context(), f, args[0])
	}
	return cmd
}

// A batchFile is a file on its way into a batch.
type batchFile struct {
	app     *app
	file    engine.BatchFile
	batch   engine.Batch
	rows    []engine.FileRow
	how     *progress
	taken   int
	skipped int
}

func (a *app) importBatch(ctx context.Context, f engine.BatchFile, path string) error {
	in := a.in
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return engine.Errorf(engine.Invalid, "%v", err)
		}
		defer file.Close()
		in = file
	}
	rows, err := table.NewCSVReader(bufio.NewReader(in), engine.KnowsBatchColumn)
	if err != nil {
		return engine.Errorf(engine.Invalid, "%s: %v", path, err)
	}
	i := &batchFile{app: a, file: f, how: a.progress()}
	err = i.read(ctx, rows)
	i.how.end()
	if err != nil {
		if i.batch.ID != "" && !a.flags.dryRun {
			a.say("batch %s has %s; give the file again with --reference %s", i.batch.Reference, i, i.batch.Reference)
		}
		return err
	}
	if i.batch.ID == "" {
		return engine.Errorf(engine.Invalid, "%s: no row follows the names of the columns", path)
	}
	return i.end()
}

func (i *batchFile) read(ctx context.Context, rows table.Reader) error {
	for {
		row, err := rows.Next()
		var unread *table.Error
		switch {
		case errors.Is(err, io.EOF):
			return i.bite(ctx)
		case errors.As(err, &unread) && unread.Fatal:
			return errors.Join(i.bite(ctx), engine.Errorf(engine.Invalid, "%v", unread))
		case errors.As(err, &unread):
			bad := engine.FileRow{ImportRow: engine.ImportRow{Line: unread.Line, Cells: row.Cells}, Unread: unread.Cause.Error()}
			if unread.Name != "" {
				bad.Unread = "[" + unread.Name + "] " + bad.Unread
			}
			i.rows = append(i.rows, bad)
		case err != nil:
			return err
		default:
			if err := i.hasColumns(row); err != nil {
				return err
			}
			i.rows = append(i.rows, engine.FileRow{ImportRow: engine.ImportRow(row)})
		}
		if len(i.rows) == engine.BatchImportBite {
			if err := i.bite(ctx); err != nil {
				return err
			}
		}
	}
}

// hasColumns refuses a file without a column that every row needs.
func (i *batchFile) hasColumns(row table.Row) error {
	columns, needed := engine.BatchColumns()
	for _, name := range columns[:needed] {
		if _, ok := row.Cells[name]; !ok {
			return engine.Errorf(engine.Invalid, "the file has no column %q", name).
				Or("it needs %s", strings.Join(columns[:needed], ", "))
		}
	}
	return nil
}

// bite hands on the rows that were read.
func (i *batchFile) bite(ctx context.Context) error {
	if len(i.rows) == 0 {
		return nil
	}
	b, taken, err := i.app.engine.ImportBatch(ctx, i.app.caller(), i.file, i.rows)
	if err != nil {
		return err
	}
	i.batch, i.file.Reference, i.rows = b, b.Reference, i.rows[:0]
	for _, row := range taken {
		if i.taken++; row.Status != engine.BatchRowSkipped {
			continue
		}
		switch i.skipped++; i.skipped {
		case mostTold + 1:
			i.how.end()
			i.app.say("more rows were skipped; purser batch rows %s --skipped lists them all", b.Reference)
		default:
			if i.skipped <= mostTold {
				i.how.end()
				i.app.say("line %d: %s", row.Line, row.Why)
			}
		}
	}
	i.how.tell("line %d: %s", taken[len(taken)-1].Line, i)
	return nil
}

// String says what became of the rows so far.
func (i *batchFile) String() string {
	return fmt.Sprintf("%d new, %d skipped", i.taken-i.skipped, i.skipped)
}

func (i *batchFile) end() error {
	i.app.did("imported batch %s (%s): %s", i.batch.Reference, i.batch.ID, i)
	if i.skipped > 0 {
		return engine.Errorf(engine.Invalid, "%s skipped; the others are requests", countOf(i.skipped, "row")).
			Or("mend them with purser batch edit %s LINE column=value", i.batch.Reference)
	}
	return nil
}
