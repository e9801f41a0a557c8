package native_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/purserhq/purser/storage/sqlite/native"
)

// open returns a connection to a file of its own with a table in it.
func open(t testing.TB) *native.Conn {
	t.Helper()
	c, err := native.Open("file:"+filepath.Join(t.TempDir(), "n.db"), native.Create)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if err := c.Script(`CREATE TABLE thing (id TEXT PRIMARY KEY, n INTEGER, raw BLOB) STRICT`); err != nil {
		t.Fatal(err)
	}
	return c
}

func put(t testing.TB, c *native.Conn, id string, n int64, raw []byte) {
	t.Helper()
	s := c.Stmt(`INSERT INTO thing VALUES (?, ?, ?)`)
	s.BindText(id)
	s.BindInt(n)
	s.BindBlob(raw)
	if err := s.Run(); err != nil {
		t.Fatal(err)
	}
}

// TestRoundTrip: what is bound is what is read, however long and odd.
func TestRoundTrip(t *testing.T) {
	c := open(t)
	for i, text := range []string{"", "plain", "nul\x00inside", "bad \xff utf-8", "e\u0301 ✓", strings.Repeat("long ", 50_000)} {
		c.Stmt(`DELETE FROM thing`).Run()
		raw := []byte(text)
		put(t, c, text, int64(i)-3, raw)
		s := c.Stmt(`SELECT id, n, raw FROM thing WHERE n = ?`)
		s.BindInt(int64(i) - 3)
		if !s.Next() {
			t.Fatal(s.Err())
		}
		got := make([]byte, len(raw)+1)
		if id, n := s.Text(), s.Int(); id != text || n != int64(i)-3 {
			t.Errorf("%.20q came back as %.20q, %d", text, id, n)
		}
		if n := s.Blob(got); n != len(raw) || string(got[:n]) != text {
			t.Errorf("%.20q came back as %d bytes", text, n)
		}
		s.Reset()
	}
}

func TestFailures(t *testing.T) {
	c := open(t)
	put(t, c, "a", 1, nil)
	var e *native.Error
	again := c.Stmt(`INSERT INTO thing VALUES (?, 1, NULL)`)
	again.BindText("a")
	if err := again.Run(); !errors.As(err, &e) || e.Primary() != native.Constraint {
		t.Errorf("the same key again: %v", err)
	}
	if err := c.Stmt(`SELECT ? + ?`).Run(); err == nil || !strings.Contains(err.Error(), "0 of 2 parameters are bound") {
		t.Errorf("unbound: %v", err)
	}
	if err := c.Stmt(`SELEC`).Run(); !errors.As(err, &e) {
		t.Errorf("not SQL: %v", err)
	}
	if put(t, c, "b", 2, nil); c.InTransaction() {
		t.Error("a failure left a transaction open")
	}
}

func TestInterrupt(t *testing.T) {
	c := open(t)
	s := c.Stmt(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n`)
	var err error
	for i := 0; s.Next(); i++ {
		if i == 10 {
			c.Interrupt()
		}
	}
	var e *native.Error
	if err = s.Err(); !errors.As(err, &e) || e.Primary() != native.Interrupt {
		t.Errorf("interrupted: %v", err)
	}
}

// BenchmarkRow reads one row by its key and changes it, through this package
// and through database/sql, over the same engine and file format, inside one
// transaction: what a statement costs without its commit.
func BenchmarkRow(b *testing.B) {
	const rows = 1000
	b.Run("native", func(b *testing.B) {
		c := open(b)
		for i := range rows {
			put(b, c, fmt.Sprint("id", i), 1, []byte("raw"))
		}
		raw := make([]byte, 8)
		if err := c.Script(`BEGIN`); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			s := c.Stmt(`SELECT id, n, raw FROM thing WHERE id = ?`)
			s.BindText("id7")
			if !s.Next() {
				b.Fatal(s.Err())
			}
			_, n, _ := s.Text(), s.Int(), s.Blob(raw)
			s.Reset()
			s = c.Stmt(`UPDATE thing SET n = ? WHERE id = ?`)
			s.BindInt(n + 1)
			s.BindText("id7")
			if err := s.Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("database-sql", func(b *testing.B) {
		db, err := sql.Open("sqlite", filepath.Join(b.TempDir(), "n.db"))
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		prepare := func(statement string) *sql.Stmt {
			s, err := db.Prepare(statement)
			if err != nil {
				b.Fatal(err)
			}
			return s
		}
		if _, err := db.Exec(`CREATE TABLE thing (id TEXT PRIMARY KEY, n INTEGER, raw BLOB) STRICT`); err != nil {
			b.Fatal(err)
		}
		insert := prepare(`INSERT INTO thing VALUES (?, ?, ?)`)
		for i := range rows {
			if _, err := insert.Exec(fmt.Sprint("id", i), 1, []byte("raw")); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := db.Exec(`BEGIN`); err != nil {
			b.Fatal(err)
		}
		get, set := prepare(`SELECT id, n, raw FROM thing WHERE id = ?`), prepare(`UPDATE thing SET n = ? WHERE id = ?`)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			var id string
			var n int64
			var raw []byte
			if err := get.QueryRow("id7").Scan(&id, &n, &raw); err != nil {
				b.Fatal(err)
			}
			if _, err := set.Exec(n+1, "id7"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
