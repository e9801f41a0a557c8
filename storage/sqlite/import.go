package sqlite

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

const (
	importColumns = `id, kind, file, status, "by", door, os_user, head, digest, rows, place, bites, kept,
		made, known, differs, refused, failure, stopped_by, created_at, updated_at, ended_at`

	importByID    = `SELECT ` + importColumns + ` FROM import WHERE id = ?`
	latestImports = `SELECT ` + importColumns + ` FROM import
		WHERE row < coalesce((SELECT row FROM import WHERE id = ?), 9223372036854775807) ORDER BY row DESC LIMIT ?`
	activeImports = `SELECT ` + importColumns + ` FROM import WHERE status IN ('pending', 'processing') AND updated_at > 0
		ORDER BY updated_at, row LIMIT ?`
	copyingImports = `SELECT ` + importColumns + ` FROM import WHERE status = 'copying' AND updated_at > 0
		ORDER BY updated_at, row LIMIT ?`
	clearableImports = `SELECT ` + importColumns + ` FROM import
		WHERE ended_at > 0 AND (bites > 0 OR kept > 0) AND (bites > 0 OR ended_at < ?) ORDER BY ended_at LIMIT ?`

	// What file it is of never changes.
	putImport = `INSERT INTO import (` + importColumns + `) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, digest = excluded.digest, rows = excluded.rows,
		place = excluded.place, bites = excluded.bites, kept = excluded.kept, made = excluded.made,
		known = excluded.known, differs = excluded.differs, refused = excluded.refused, failure = excluded.failure,
		stopped_by = excluded.stopped_by, updated_at = excluded.updated_at, ended_at = excluded.ended_at
		WHERE kind = excluded.kind AND file = excluded.file AND "by" = excluded."by" AND head = excluded.head
		AND created_at = excluded.created_at`

	importBites   = `SELECT first, rows FROM import_bite WHERE import = (SELECT row FROM import WHERE id = ?) ORDER BY first LIMIT ?`
	putImportBite = `INSERT INTO import_bite (import, first, rows) VALUES ((SELECT row FROM import WHERE id = ?),?,?)`
	dropBite      = `DELETE FROM import_bite WHERE import = (SELECT row FROM import WHERE id = ?) AND first = ?`

	importRowColumns = `place, line, result, id, code, "column", name, why, cells`

	importRows = `SELECT ` + importRowColumns + ` FROM import_row
		WHERE import = (SELECT row FROM import WHERE id = ?) AND place > ? ORDER BY place LIMIT ?`
	wrongImportRows = `SELECT ` + importRowColumns + ` FROM import_row INDEXED BY import_row_wrong
		WHERE import = (SELECT row FROM import WHERE id = ?) AND place > ? AND result IN ('differs', 'refused') ORDER BY place LIMIT ?`
	putImportRow = `INSERT INTO import_row (import, ` + importRowColumns + `)
		VALUES ((SELECT row FROM import WHERE id = ?),?,?,?,?,?,?,?,?,?)`
	dropImportRows = `DELETE FROM import_row WHERE import = (SELECT row FROM import WHERE id = ?) AND place <= ?`
)

// Import implements engine.ReadTx.
func (t *reader) Import(id engine.ImportID) (engine.Import, error) {
	return one(t.with(importByID, string(id)), scanImport, "import", string(id))
}

// Imports implements engine.ReadTx.
func (t *reader) Imports(q engine.ImportQuery) ([]engine.Import, error) {
	s := t.with(latestImports, string(q.Before))
	s.BindInt(int64(q.Limit))
	return all(s, scanImport)
}

// ActiveImports implements engine.ReadTx.
func (t *reader) ActiveImports(limit int) ([]engine.Import, error) {
	s := t.stmt(activeImports)
	s.BindInt(int64(limit))
	return all(s, scanImport)
}

// CopyingImports implements engine.ReadTx.
func (t *reader) CopyingImports(limit int) ([]engine.Import, error) {
	s := t.stmt(copyingImports)
	s.BindInt(int64(limit))
	return all(s, scanImport)
}

// ClearableImports implements engine.ReadTx.
func (t *reader) ClearableImports(before time.Time, limit int) ([]engine.Import, error) {
	s := t.stmt(clearableImports)
	bindInstant(s, before)
	s.BindInt(int64(limit))
	return all(s, scanImport)
}

func scanImport(s *native.Stmt) (i engine.Import, err error) {
	i.ID = word[engine.ImportID](s)
	i.Kind = word[engine.Importable](s)
	i.File = s.Text()
	i.Status = word[engine.ImportStatus](s)
	i.By = word[engine.ReviewerID](s)
	i.Door = word[engine.Door](s)
	i.OSUser, i.Head, i.Digest = s.Text(), s.Text(), s.Text()
	for _, n := range importNumbers(&i) {
		*n = int(s.Int())
	}
	i.Failure = s.Text()
	i.StoppedBy = word[engine.ReviewerID](s)
	i.CreatedAt, i.UpdatedAt, i.EndedAt = instant(s), instant(s), instant(s)
	return i, nil
}

// importNumbers are the counts of an import, in the order of its columns.
func importNumbers(i *engine.Import) []*int {
	return []*int{&i.Rows, &i.Place, &i.Bites, &i.Kept, &i.Made, &i.Known, &i.Differs, &i.Refused}
}

// PutImport implements engine.Tx.
func (t *tx) PutImport(i engine.Import) {
	t.put(putImport, func(s *native.Stmt) {
		for _, text := range []string{
			string(i.ID), string(i.Kind), i.File, string(i.Status), string(i.By), string(i.Door), i.OSUser, i.Head, i.Digest,
		} {
			s.BindText(text)
		}
		for _, n := range importNumbers(&i) {
			s.BindInt(int64(*n))
		}
		s.BindText(i.Failure)
		s.BindText(string(i.StoppedBy))
		bindInstant(s, i.CreatedAt)
		bindInstant(s, i.UpdatedAt)
		bindInstant(s, i.EndedAt)
	}, "import", string(i.ID))
}

// ImportBites implements engine.ReadTx.
func (t *reader) ImportBites(id engine.ImportID, limit int) ([]engine.ImportBite, error) {
	s := t.with(importBites, string(id))
	s.BindInt(int64(limit))
	return all(s, func(s *native.Stmt) (b engine.ImportBite, err error) {
		b.First = int(s.Int())
		list, err := readRows(s.Text())
		if err != nil {
			return b, err
		}
		b.Rows = make([]engine.ImportedRow, len(list))
		for n, cells := range list {
			b.Rows[n] = engine.ImportedRow{Place: b.First + n}
			if err := readWaiting(cells, &b.Rows[n]); err != nil {
				return b, err
			}
		}
		return b, nil
	})
}

// PutImportBite implements engine.Tx.
func (t *tx) PutImportBite(id engine.ImportID, b engine.ImportBite) {
	var list []byte
	var cells []string
	for _, row := range b.Rows {
		cells = append(cells[:0], strconv.Itoa(row.Line), string(row.Result), string(row.Code), strconv.Itoa(row.Column), row.Name, row.Why)
		for name, cell := range row.Cells {
			cells = append(cells, name, cell)
		}
		list = appendRow(list, cells...)
	}
	t.put(putImportBite, func(s *native.Stmt) {
		s.BindText(string(id))
		s.BindInt(int64(b.First))
		s.BindText(string(list))
	}, "bite of import", string(id))
}

// readWaiting reads a row as PutImportBite wrote it.
func readWaiting(cells []string, row *engine.ImportedRow) (err error) {
	const before = 6 // the cells of the file
	if len(cells) < before || len(cells)%2 != 0 {
		return errList
	}
	if row.Line, err = strconv.Atoi(cells[0]); err != nil {
		return errList
	}
	if row.Column, err = strconv.Atoi(cells[3]); err != nil {
		return errList
	}
	row.Result, row.Code, row.Name, row.Why = engine.ImportResult(cells[1]), engine.Code(cells[2]), cells[4], cells[5]
	row.Cells = make(map[string]string, (len(cells)-before)/2)
	for n := before; n < len(cells); n += 2 {
		row.Cells[cells[n]] = cells[n+1]
	}
	return nil
}

// DropImportBite implements engine.Tx.
func (t *tx) DropImportBite(id engine.ImportID, first int) {
	t.put(dropBite, func(s *native.Stmt) {
		s.BindText(string(id))
		s.BindInt(int64(first))
	}, "bite of import", string(id))
}

// ImportRows implements engine.ReadTx.
func (t *reader) ImportRows(id engine.ImportID, q engine.ImportRowQuery) ([]engine.ImportedRow, error) {
	sql := importRows
	if len(q.Results) > 0 && !slices.ContainsFunc(q.Results, func(r engine.ImportResult) bool { return !r.Wrong() }) {
		sql = wrongImportRows
	}
	if len(q.Results) > 0 {
		sql = strings.Replace(sql, " ORDER BY", " AND result IN ("+marks(len(q.Results))+") ORDER BY", 1)
	}
	s := t.with(sql, string(id))
	s.BindInt(int64(q.After))
	for _, r := range q.Results {
		s.BindText(string(r))
	}
	s.BindInt(int64(q.Limit))
	return all(s, func(s *native.Stmt) (r engine.ImportedRow, err error) {
		r.Place, r.Line = int(s.Int()), int(s.Int())
		r.Result = word[engine.ImportResult](s)
		r.ID = s.Text()
		r.Code = word[engine.Code](s)
		r.Column = int(s.Int())
		r.Name, r.Why = s.Text(), s.Text()
		r.Cells, err = readFields(s.Text())
		return r, err
	})
}

// PutImportRow implements engine.Tx.
func (t *tx) PutImportRow(id engine.ImportID, r engine.ImportedRow) {
	t.put(putImportRow, func(s *native.Stmt) {
		s.BindText(string(id))
		s.BindInt(int64(r.Place))
		s.BindInt(int64(r.Line))
		s.BindText(string(r.Result))
		s.BindText(r.ID)
		s.BindText(string(r.Code))
		s.BindInt(int64(r.Column))
		s.BindText(r.Name)
		s.BindText(r.Why)
		s.BindText(writeFields(r.Cells))
	}, "row of import", string(id))
}

// DropImportRows implements engine.Tx.
func (t *tx) DropImportRows(id engine.ImportID, through int) {
	if t.err != nil {
		return
	}
	s := t.with(dropImportRows, string(id))
	s.BindInt(int64(through))
	if err := s.Run(); err != nil {
		t.fail(err, "rows of import", string(id))
	}
}
