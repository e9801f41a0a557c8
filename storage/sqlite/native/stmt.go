package native

import (
	"fmt"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// A Stmt is a prepared statement. Binding fills its parameters from the first;
// Next moves to a row and reading takes its columns from the first:
//
//	s.BindText(id)
//	for s.Next() {
//		name, amount := s.Text(), s.Int()
//	}
//	err := s.Err()
//
// After the last row, and after an error, the statement is ready to be bound
// again; a reader that stops earlier says so by Reset.
type Stmt struct {
	c      *Conn
	handle uintptr
	params int32
	at     int32 // parameter or column that comes next, from 0
	open   bool  // it was stepped and not reset
	err    error

	memory uintptr // holds bound text until the statement is reset
	size   int
	used   int
	large  []uintptr // what did not fit into memory
}

// maxCached bounds how many statements a connection keeps. Ours are about a
// hundred; the rest are filters that people wrote.
const maxCached = 200

// Stmt returns the statement that sql is, compiled now or earlier. If it cannot
// be compiled, its Err says so, as if running it had failed.
func (c *Conn) Stmt(sql string) *Stmt {
	if s, ok := c.cache[sql]; ok {
		return s
	}
	if len(c.cache) >= maxCached {
		c.evict()
	}
	s := c.prepare(sql)
	if s.handle != 0 {
		c.cache[sql] = s
	}
	return s
}

// evict forgets some statement that nobody is in the middle of.
func (c *Conn) evict() {
	for sql, s := range c.cache {
		if !s.open && s.at == 0 {
			s.close()
			delete(c.cache, sql)
			return
		}
	}
}

func (c *Conn) prepare(sql string) *Stmt {
	s := &Stmt{c: c}
	text, err := libc.CString(sql)
	if err != nil {
		s.err = err
		return s
	}
	defer libc.Xfree(c.tls, text)
	out := c.allocate(pointerSize)
	if out == 0 {
		s.err = errMemory
		return s
	}
	defer c.release(out)
	rc := sqlite3.Xsqlite3_prepare_v3(c.tls, c.db, text, int32(len(sql)), sqlite3.SQLITE_PREPARE_PERSISTENT, out, 0)
	if rc != sqlite3.SQLITE_OK {
		s.err = fmt.Errorf("%w in %s", c.failure(rc), sql)
		return s
	}
	s.handle = *pointerAt(out)
	s.params = sqlite3.Xsqlite3_bind_parameter_count(c.tls, s.handle)
	return s
}

// close frees the statement.
func (s *Stmt) close() {
	s.Reset()
	sqlite3.Xsqlite3_finalize(s.c.tls, s.handle)
	s.c.release(s.memory)
	s.handle, s.memory, s.size = 0, 0, 0
}

// BindInt binds the next parameter.
func (s *Stmt) BindInt(v int64) {
	s.at++
	s.bound(sqlite3.Xsqlite3_bind_int64(s.c.tls, s.handle, s.at, v))
}

// BindBool binds the next parameter to 1 or 0.
func (s *Stmt) BindBool(v bool) {
	var n int64
	if v {
		n = 1
	}
	s.BindInt(n)
}

// BindText binds the next parameter.
func (s *Stmt) BindText(v string) {
	s.at++
	p := s.keep(v)
	s.bound(sqlite3.Xsqlite3_bind_text(s.c.tls, s.handle, s.at, p, int32(len(v)), static))
}

// BindBlob binds the next parameter.
func (s *Stmt) BindBlob(v []byte) {
	s.at++
	p := s.keep(unsafe.String(unsafe.SliceData(v), len(v)))
	s.bound(sqlite3.Xsqlite3_bind_blob(s.c.tls, s.handle, s.at, p, int32(len(v)), static))
}

// BindNull binds the next parameter.
func (s *Stmt) BindNull() {
	s.at++
	s.bound(sqlite3.Xsqlite3_bind_null(s.c.tls, s.handle, s.at))
}

// static tells SQLite that what it is given stays where it is.
const static = 0

func (s *Stmt) bound(rc int32) {
	if s.handle == 0 {
		return // it was never compiled, and err says why
	}
	if rc != sqlite3.SQLITE_OK && s.err == nil {
		s.err = s.c.failure(rc)
	}
}

// Run executes a statement that has no rows.
func (s *Stmt) Run() error {
	for s.Next() {
	}
	return s.Err()
}

// Changed returns how many rows the last statement to finish on the connection
// inserted, updated or deleted.
func (s *Stmt) Changed() int { return int(sqlite3.Xsqlite3_changes(s.c.tls, s.c.db)) }

// Written returns how many rows were inserted, updated or deleted on the
// connection so far, those among them that were undone since.
func (c *Conn) Written() int64 { return sqlite3.Xsqlite3_total_changes64(c.tls, c.db) }

// LastRow returns the number of the row that was last inserted on the connection.
func (c *Conn) LastRow() int64 { return sqlite3.Xsqlite3_last_insert_rowid(c.tls, c.db) }

// Next moves to the next row and reports whether there is one.
func (s *Stmt) Next() bool {
	if !s.open {
		if s.at != s.params && s.err == nil {
			s.err = fmt.Errorf("sqlite: %d of %d parameters are bound", s.at, s.params)
		}
		if s.err != nil {
			err := s.err
			s.Reset()
			s.err = err
			return false
		}
		s.open = true
	}
	s.at = 0
	rc := sqlite3.Xsqlite3_step(s.c.tls, s.handle)
	if rc == sqlite3.SQLITE_ROW {
		return true
	}
	var err error
	if rc != sqlite3.SQLITE_DONE {
		err = s.c.failure(rc)
	}
	s.Reset()
	s.err = err
	return false
}

// Err returns why Next found no more rows, nil if there were none, and forgets
// it.
func (s *Stmt) Err() error {
	err := s.err
	s.err = nil
	return err
}

// Reset makes the statement ready to be bound again.
func (s *Stmt) Reset() {
	if s.open {
		sqlite3.Xsqlite3_reset(s.c.tls, s.handle)
		s.open = false
	}
	for _, p := range s.large {
		s.c.release(p)
	}
	if s.used > s.size {
		s.grow()
	}
	s.at, s.used, s.err, s.large = 0, 0, nil, s.large[:0]
}

// Int reads the next column.
func (s *Stmt) Int() int64 {
	s.at++
	return sqlite3.Xsqlite3_column_int64(s.c.tls, s.handle, s.at-1)
}

// Bool reads the next column.
func (s *Stmt) Bool() bool { return s.Int() != 0 }

// Text reads the next column.
func (s *Stmt) Text() string {
	s.at++
	p := sqlite3.Xsqlite3_column_text(s.c.tls, s.handle, s.at-1)
	if p == 0 {
		return ""
	}
	return string(bytesAt(p, int(sqlite3.Xsqlite3_column_bytes(s.c.tls, s.handle, s.at-1))))
}

// Blob reads the next column into b and returns how many bytes it has; those
// that b has no room for are left out.
func (s *Stmt) Blob(b []byte) int {
	s.at++
	p := sqlite3.Xsqlite3_column_blob(s.c.tls, s.handle, s.at-1)
	if p == 0 {
		return 0
	}
	n := int(sqlite3.Xsqlite3_column_bytes(s.c.tls, s.handle, s.at-1))
	copy(b, bytesAt(p, n))
	return n
}

// Null reports whether the next column is NULL, and stays before it.
func (s *Stmt) Null() bool {
	return sqlite3.Xsqlite3_column_type(s.c.tls, s.handle, s.at) == sqlite3.SQLITE_NULL
}

// Skip leaves columns out.
func (s *Stmt) Skip(columns int) { s.at += int32(columns) }
