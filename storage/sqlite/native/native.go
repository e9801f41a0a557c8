// Package native calls SQLite without database/sql in between.
//
// A [Conn] is one connection and a [Stmt] one prepared statement. Parameters
// are bound and columns read one after the other, each by its type, so that a
// row costs no interface values, no reflection and no memory but its strings:
// about half of what the same statement costs through database/sql.
//
// In return everything belongs to one goroutine at a time: the caller sees to
// that, and SQLite's own locks around each call are off. [Conn.Interrupt] is
// the exception.
//
// The package knows no tables, no pools and no transactions.
package native

import (
	"fmt"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// A Conn is a connection to one database.
type Conn struct {
	tls   *libc.TLS
	db    uintptr
	cache map[string]*Stmt
}

// Flags say how a database is opened.
type Flags int32

// The flags. Create is for those that may be missing or empty.
const (
	ReadOnly  Flags = sqlite3.SQLITE_OPEN_READONLY
	ReadWrite Flags = sqlite3.SQLITE_OPEN_READWRITE
	Create    Flags = sqlite3.SQLITE_OPEN_READWRITE | sqlite3.SQLITE_OPEN_CREATE
)

// Open opens the database that uri names, in the form file:path?key=value.
func Open(uri string, flags Flags) (*Conn, error) {
	c := &Conn{tls: libc.NewTLS(), cache: make(map[string]*Stmt)}
	name, err := libc.CString(uri)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", uri, err)
	}
	defer libc.Xfree(c.tls, name)
	out := c.allocate(pointerSize)
	if out == 0 {
		return nil, errMemory
	}
	defer c.release(out)
	all := int32(flags) | sqlite3.SQLITE_OPEN_URI | sqlite3.SQLITE_OPEN_NOMUTEX | sqlite3.SQLITE_OPEN_EXRESCODE
	rc := sqlite3.Xsqlite3_open_v2(c.tls, name, out, all, 0)
	c.db = *pointerAt(out)
	if rc != sqlite3.SQLITE_OK {
		err := c.failure(rc)
		c.Close()
		return nil, err
	}
	c.configure()
	return c, nil
}

// configure makes a plan depend on the statement alone. Otherwise a statement
// is compiled again whenever a range is bound that could make another index
// better, which means at every use, at five times the cost.
func (c *Conn) configure() {
	arguments := c.allocate(2 * pointerSize)
	if arguments == 0 {
		return
	}
	defer c.release(arguments)
	const on, noAnswer = int32(1), uintptr(0)
	sqlite3.Xsqlite3_db_config(c.tls, c.db, sqlite3.SQLITE_DBCONFIG_ENABLE_QPSG,
		libc.VaList(arguments, on, noAnswer))
}

// Close closes the connection. Its statements are of no use afterwards.
func (c *Conn) Close() {
	if c.db != 0 {
		for _, s := range c.cache {
			s.close()
		}
		sqlite3.Xsqlite3_close_v2(c.tls, c.db)
		c.db = 0
	}
	c.tls.Close()
}

// Script runs statements that take no parameters and whose rows nobody wants.
func (c *Conn) Script(sql string) error {
	text, err := libc.CString(sql)
	if err != nil {
		return err
	}
	defer libc.Xfree(c.tls, text)
	if rc := sqlite3.Xsqlite3_exec(c.tls, c.db, text, 0, 0, 0); rc != sqlite3.SQLITE_OK {
		return c.failure(rc)
	}
	return nil
}

// Number runs a query that answers with one number, such as a pragma.
func (c *Conn) Number(sql string) (int64, error) {
	return single(c, sql, (*Stmt).Int)
}

// Text runs a query that answers with one text.
func (c *Conn) Text(sql string) (string, error) {
	return single(c, sql, (*Stmt).Text)
}

func single[T any](c *Conn, sql string, read func(*Stmt) T) (answer T, err error) {
	s := c.prepare(sql)
	defer s.close()
	if s.Next() {
		return read(s), nil
	}
	return answer, s.Err()
}

// Patience sets for how many milliseconds a statement waits for another
// process's lock.
func (c *Conn) Patience(milliseconds int32) {
	sqlite3.Xsqlite3_busy_timeout(c.tls, c.db, milliseconds)
}

// InTransaction reports whether a transaction is open. Some failures end it
// without being asked.
func (c *Conn) InTransaction() bool {
	return sqlite3.Xsqlite3_get_autocommit(c.tls, c.db) == 0
}

// Interrupt makes the statement that is running fail. It may be called from
// any goroutine.
func (c *Conn) Interrupt() { sqlite3.Xsqlite3_interrupt(c.tls, c.db) }

// Version is SQLite's version, as 3051003 for 3.51.3.
func Version() int {
	tls := libc.NewTLS()
	defer tls.Close()
	return int(sqlite3.Xsqlite3_libversion_number(tls))
}

// failure describes the last failure of the connection.
func (c *Conn) failure(rc int32) error {
	e := &Error{Code: int(rc)}
	if c.db == 0 {
		e.Message = libc.GoString(sqlite3.Xsqlite3_errstr(c.tls, rc))
		return e
	}
	if rc&0xff == rc { // a result without detail: the connection knows more
		e.Code = int(sqlite3.Xsqlite3_extended_errcode(c.tls, c.db))
	}
	e.Message = libc.GoString(sqlite3.Xsqlite3_errmsg(c.tls, c.db))
	return e
}

// An Error is what SQLite says of a failure.
type Error struct {
	Code    int // the extended result code
	Message string
}

// Error is SQLite's message.
func (e *Error) Error() string { return fmt.Sprintf("sqlite: %s (%d)", e.Message, e.Code) }

// Primary is the code without its detail.
func (e *Error) Primary() int { return e.Code & 0xff }

// The codes that callers tell apart, primary ones but for the last.
const (
	Busy       = sqlite3.SQLITE_BUSY
	Interrupt  = sqlite3.SQLITE_INTERRUPT
	ReadOnlyDB = sqlite3.SQLITE_READONLY
	IOError    = sqlite3.SQLITE_IOERR
	Corrupt    = sqlite3.SQLITE_CORRUPT
	Full       = sqlite3.SQLITE_FULL
	CantOpen   = sqlite3.SQLITE_CANTOPEN
	NotADB     = sqlite3.SQLITE_NOTADB
	Constraint = sqlite3.SQLITE_CONSTRAINT

	NotUnique  = sqlite3.SQLITE_CONSTRAINT_UNIQUE
	NotPrimary = sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
)
