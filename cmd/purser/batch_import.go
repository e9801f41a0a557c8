package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
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

// A batchFile is a file on its way into a batch, as it is told of.
type batchFile struct {
	app *app
	*engine.BatchFeed
	how *progress
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
	feed, err := a.engine.FeedBatch(a.caller(), f, in)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	i := &batchFile{app: a, BatchFeed: feed, how: a.progress()}
	err = i.all(ctx)
	i.how.end()
	switch {
	case errors.Is(err, io.EOF):
		return i.end()
	case i.Batch.ID != "" && !a.flags.dryRun:
		a.say("batch %s has %s; give the file again with --reference %s", i.Batch.Reference, i, i.Batch.Reference)
	case i.Batch.ID == "":
		err = fmt.Errorf("%s: %w", path, err)
	}
	return err
}

// all takes the whole file, and tells of the first rows that are skipped.
func (i *batchFile) all(ctx context.Context) error {
	told := 0
	for {
		taken, err := i.Next(ctx)
		if err != nil {
			return err
		}
		for _, row := range taken {
			if row.Status != engine.BatchRowSkipped || told > mostTold {
				continue
			}
			i.how.end()
			if told++; told > mostTold {
				i.app.say("more rows were skipped; purser batch rows %s --skipped lists them all", i.Batch.Reference)
				continue
			}
			i.app.say("line %d: %s", row.Line, row.Why)
		}
		i.how.tell("line %d: %s", i.Line, i)
	}
}

// String says what became of the rows so far.
func (i *batchFile) String() string {
	return fmt.Sprintf("%d new, %d skipped", i.Taken-i.Skipped, i.Skipped)
}

func (i *batchFile) end() error {
	i.app.did("imported batch %s (%s): %s", i.Batch.Reference, i.Batch.ID, i)
	if i.Skipped > 0 {
		return engine.Errorf(engine.Invalid, "%s skipped; the others are requests", countOf(i.Skipped, "row")).
			Or("mend them with purser batch edit %s LINE column=value", i.Batch.Reference)
	}
	return nil
}
