package engine

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/purserhq/purser/engine/table"
)

// A BatchFeed takes a file into a batch, a bite at a time, so that whoever
// feeds can say how far it is, and stop. The same file given again under the
// same reference goes on where it was left. It is not for concurrent use.
type BatchFeed struct {
	Batch   Batch // zero before the first bite
	Line    int   // of the last row that was taken
	Taken   int   // rows so far
	Skipped int   // of them

	engine *Engine
	caller Caller
	file   BatchFile
	rows   table.Reader
	looked bool // whether all columns are there that every row needs
	ended  error
}

// FeedBatch begins to take a CSV file into a batch. Nothing of it is kept
// before the first bite.
func (e *Engine) FeedBatch(c Caller, f BatchFile, in io.Reader) (*BatchFeed, error) {
	rows, err := table.NewCSVReader(bufio.NewReader(in), KnowsBatchColumn)
	if err != nil {
		return nil, Errorf(Invalid, "%v", err)
	}
	return &BatchFeed{engine: e, caller: c, file: f, rows: rows}, nil
}

// Next takes the next bite and returns what became of its rows; [io.EOF] after
// the last one. Another error ends it: what was taken before stays.
func (f *BatchFeed) Next(ctx context.Context) ([]BatchRow, error) {
	if f.ended != nil {
		return nil, f.ended
	}
	var bite []FileRow
	for len(bite) < BatchImportBite && f.ended == nil {
		row, err := f.read()
		if f.ended = err; err == nil {
			bite = append(bite, row)
		}
	}
	if len(bite) == 0 {
		if errors.Is(f.ended, io.EOF) && f.Taken == 0 {
			f.ended = Errorf(Invalid, "no row follows the names of the columns")
		}
		return nil, f.ended
	}
	b, taken, err := f.engine.ImportBatch(ctx, f.caller, f.file, bite)
	if err != nil {
		f.ended = err
		return nil, err
	}
	f.Batch, f.file.Reference = b, b.Reference
	for _, row := range taken {
		f.Line = row.Line
		if f.Taken++; row.Status == BatchRowSkipped {
			f.Skipped++
		}
	}
	return taken, nil
}

// read reads a row. One that makes no sense is kept with what is wrong with it.
func (f *BatchFeed) read() (FileRow, error) {
	row, err := f.rows.Next()
	var unread *table.Error
	switch {
	case errors.As(err, &unread) && unread.Fatal:
		return FileRow{}, Errorf(Invalid, "%v", unread)
	case errors.As(err, &unread):
		bad := FileRow{ImportRow: ImportRow{Line: unread.Line, Cells: row.Cells}, Unread: unread.Cause.Error()}
		if unread.Name != "" {
			bad.Unread = "[" + unread.Name + "] " + bad.Unread
		}
		return bad, nil
	case err != nil:
		return FileRow{}, err
	case !f.looked:
		f.looked = true
		columns, needed := BatchColumns()
		for _, name := range columns[:needed] {
			if _, ok := row.Cells[name]; !ok {
				return FileRow{}, Errorf(Invalid, "the file has no column %q", name).
					Or("it needs %s", strings.Join(columns[:needed], ", "))
			}
		}
	}
	return FileRow{ImportRow: ImportRow(row)}, nil
}
