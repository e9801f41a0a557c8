package engine

import (
	"bufio"
	"context"
	"errors"
	"io"

	"github.com/purserhq/purser/engine/table"
)

// WriteBatch writes the file that a batch was made of out again, as CSV with the
// columns of [BatchColumns] and with what was mended. Card numbers are masked.
// It tells after each page how many rows were written.
func (e *Engine) WriteBatch(ctx context.Context, id BatchID, to io.Writer, tell func(Exported)) (done Exported, err error) {
	out := bufio.NewWriter(to)
	rows := table.NewCSVWriter(out)
	columns, _ := BatchColumns()
	err = rows.Write(columns...)
	const page = 500
	for query := (BatchRowQuery{Limit: page}); err == nil; {
		var read []BatchRow
		if read, err = e.BatchRows(ctx, id, query); err != nil || len(read) == 0 {
			break
		}
		for _, row := range read {
			cells := make([]string, len(columns))
			for i, column := range columns {
				cells[i] = row.Cells[column]
			}
			err = errors.Join(err, rows.Write(cells...))
		}
		query.After = read[len(read)-1].Line
		done.Rows += len(read)
		tell(done)
	}
	return done, errors.Join(err, rows.Flush(), out.Flush())
}
