package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine/table"
	"github.com/purserhq/purser/engine/text"
)

// How much of a file is copied in one transaction, whichever comes first, and
// how many of its rows are kept together.
const (
	copyRows  = 1000
	copyBytes = 1 << 20
	biteRows  = 200
)

// A NewImport is what is told of a file besides its rows.
type NewImport struct {
	Kind Importable
	File string // what it is called; folders are left out
}

// CopyImport copies the rows of a file into the store, as they come; told, which
// may be nil, hears how far it is. Once all are there, the engine's step takes
// them in, in c's name. Broken off, the copy stays and says so; the same file
// given again by the same reviewer goes on where it was.
//
// What takes a whole card number is checked here, for none is kept.
func (e *Engine) CopyImport(ctx context.Context, c Caller, n NewImport, rows table.Reader, told func(Import)) (Import, error) {
	cp, err := e.newCopier(ctx, c, n)
	if err != nil {
		return Import{}, fmt.Errorf("cannot import %s: %w", n.Kind, err)
	}
	for {
		row, err := rows.Next()
		var unread *table.Error
		switch {
		case errors.Is(err, io.EOF):
			err = cp.flush(ctx, true)
			return cp.at, cp.explain(err)
		case errors.As(err, &unread) && !unread.Fatal:
			cp.add(ImportRow{Line: unread.Line, Cells: row.Cells}, unread)
		case err != nil:
			return cp.at, cp.explain(Errorf(Invalid, "%v", err))
		default:
			cp.add(ImportRow(row), nil)
		}
		if !cp.full() {
			continue
		}
		if err := cp.flush(ctx, false); err != nil || cp.at.Status != ImportCopying {
			return cp.at, cp.explain(err)
		}
		if told != nil {
			told(cp.at)
		}
	}
}

// A copier copies one file.
type copier struct {
	*Engine
	caller Caller
	what   NewImport
	config *Config

	at      Import // as it stood last; zero before the first rows are kept
	place   int    // of the last row that was read
	rows    []ImportedRow
	digests []string // of the file up to before these rows, and up to each of them
	bytes   int
}

func (e *Engine) newCopier(ctx context.Context, c Caller, n NewImport) (*copier, error) {
	if err := n.Kind.check(); err != nil {
		return nil, err
	}
	n.File = string(text.Line(clip(path.Base(strings.ReplaceAll(n.File, `\`, "/")))))
	config, err := e.Config(ctx)
	if err != nil {
		return nil, err
	}
	actor, err := config.actor(c.By)
	if err != nil {
		return nil, err
	}
	return &copier{Engine: e, caller: c.again(), what: n, config: config, digests: []string{""}},
		mayAct(actor, n.Kind.least(), n.Kind.doing())
}

// add takes up a row that was read, or could not be.
func (c *copier) add(row ImportRow, unread *table.Error) {
	c.place++
	read := c.config.readRow(c.what.Kind, row, unread)
	read.Place = c.place
	c.rows = append(c.rows, read)
	last := c.digests[len(c.digests)-1]
	c.digests = append(c.digests, chained(last, c.what.Kind, row))
	for _, cell := range read.Cells {
		c.bytes += len(cell)
	}
}

// chained is the digest of a file up to a row. It is made of masked cells, so
// that nobody gets at a card number through it.
func chained(before string, kind Importable, row ImportRow) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s %d", before, row.Line)
	for _, name := range keys(row.Cells) {
		if slices.Contains(importColumns[kind].read, columnOf(kind, name)) {
			hash.Write([]byte("\x00" + name + "\x00" + text.Masked(strings.TrimSpace(row.Cells[name]))))
		}
	}
	return hex.EncodeToString(hash.Sum(nil)[:16])
}

func (c *copier) full() bool { return len(c.rows) >= copyRows || c.bytes >= copyBytes }

// flush keeps the rows that were read, but for those that are kept already.
func (c *copier) flush(ctx context.Context, last bool) error {
	if c.place == 0 {
		return Errorf(Invalid, "the file has no rows")
	}
	if c.at.Rows <= c.place || last {
		var kept Import
		_, err := c.doIn(ctx, c.store.Bulk, c.caller, "", func(w *work) (err error) {
			kept, err = c.keep(w, last)
			return err
		})
		if err != nil {
			return err
		}
		c.at = kept
	}
	c.digests = c.digests[len(c.digests)-1:]
	c.rows, c.bytes = c.rows[:0], 0
	return nil
}

// keep keeps rows within a transaction. That another process copies the same
// file meanwhile does no harm: whoever comes second finds the rows there.
func (c *copier) keep(w *work, last bool) (Import, error) {
	i, err := c.found(w)
	switch {
	case err != nil:
		return i, err
	case i.Status == ImportFailed:
		return i, Errorf(Refused, "it is failed: %s", i.Failure)
	case i.Status != ImportCopying:
		return i, nil // it was copied elsewhere
	case i.Rows > c.place && !last:
		return i, nil // all of these rows are there
	}
	from := c.place - len(c.rows)
	if i.Rows < from || i.Rows > c.place || c.digests[i.Rows-from] != i.Digest {
		return i, Errorf(Refused, "the file begins as what was copied as %s, but does not go on so", i.ID).
			Or("give that file again, or discard it: purser import stop %s", i.ID)
	}
	for bite := range slices.Chunk(c.rows[i.Rows-from:], biteRows) {
		w.tx.PutImportBite(i.ID, ImportBite{First: bite[0].Place, Rows: bite})
		i.Rows += len(bite)
		i.Bites++
	}
	i.Digest, i.UpdatedAt = c.digests[len(c.digests)-1], w.now
	if last {
		return i, w.moveImport(importCopied, i, ImportPending, &i)
	}
	w.tx.PutImport(i)
	return i, nil
}

// found is the import that the file is copied to: the one it was, one of a file
// that begins so and was left in the middle, or a new one.
func (c *copier) found(w *work) (Import, error) {
	if c.at.ID != "" {
		return w.tx.Import(c.at.ID)
	}
	if err := w.least(c.what.Kind.least(), c.what.Kind.doing()); err != nil {
		return Import{}, err
	}
	const most = 1000
	copying, err := w.tx.CopyingImports(most)
	if err != nil {
		return Import{}, err
	}
	head := c.digests[len(c.digests)-1]
	for _, i := range copying {
		if i.Kind == c.what.Kind && i.By == w.actor.ID && i.Head == head {
			return i, nil
		}
	}
	i := Import{
		ID: ImportID(w.world.IDs.New("imp")), Kind: c.what.Kind, File: c.what.File, Status: ImportCopying,
		By: w.actor.ID, Door: w.caller.Door, OSUser: w.caller.OSUser, Head: head, CreatedAt: w.now, UpdatedAt: w.now,
	}
	w.tx.PutImport(i)
	return i, w.appendDesk(KindImport, string(i.ID), "import-created", changes(nil, i.fields()))
}

// explain says of a copy that was broken off how it goes on.
func (c *copier) explain(err error) error {
	if err == nil {
		return nil
	}
	if c.at.Status == ImportCopying && CodeOf(err) != Refused {
		return fmt.Errorf("%d rows are copied as %s, which goes on when the file is given again (purser import stop discards it): %w",
			c.at.Rows, c.at.ID, err)
	}
	return fmt.Errorf("cannot import %s: %w", c.what.Kind, err)
}
