package sqlite_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// TestSQLiteVersion keeps out the versions that can lose pages when two
// checkpoints meet.
func TestSQLiteVersion(t *testing.T) {
	if native.Version() < 3_051_003 {
		t.Errorf("SQLite %d is older than 3.51.3", native.Version())
	}
}

func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new folder?", "50%#.db")
	store := open(t, path, sqlite.Options{Create: true})
	must(t, store.Update(context.Background(), func(tx engine.Tx) error { tx.PutCustomer(customer("c")); return nil }))
	for _, file := range []string{path, path + "-wal", path + "-shm", filepath.Dir(path)} {
		info, err := os.Stat(file)
		must(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be reached by others: %s", file, info.Mode())
		}
	}
	if store.ReadOnly() != "" || store.Path() != path {
		t.Errorf("read only %q, at %q", store.ReadOnly(), store.Path())
	}
	healthy(t, store)
	again := open(t, path, sqlite.Options{Create: true}) // while it is open
	if got := customers(t, again); len(got) != 1 {
		t.Errorf("customers %q", got)
	}
}

// TestWhatIsNoStore opens what cannot be opened, and looks whether it was left
// as it was.
func TestWhatIsNoStore(t *testing.T) {
	for _, test := range []struct {
		name string
		make func(t *testing.T, path string)
		code engine.Code
		says string
	}{
		{"nothing", func(*testing.T, string) {}, engine.NotFound, "there is no store"},
		{"an empty file", func(t *testing.T, path string) { must(t, os.WriteFile(path, nil, 0o600)) }, engine.NotFound, "there is no store"},
		{"a folder", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }, engine.Invalid, "is a directory"},
		{"a text", func(t *testing.T, path string) {
			must(t, os.WriteFile(path, []byte(strings.Repeat("sample text\n", 100)), 0o600))
		}, engine.Invalid, "no Purser store"},
		{"another database", func(t *testing.T, path string) {
			script(t, path, "CREATE TABLE t (x); INSERT INTO t VALUES (1)")
		}, engine.Invalid, "another program"},
		{"another program's empty database", func(t *testing.T, path string) {
			script(t, path, "PRAGMA application_id = 7; CREATE TABLE t (x); DROP TABLE t")
		}, engine.Invalid, "another program"},
		{"a newer store", func(t *testing.T, path string) {
			closedStore(t, path)
			script(t, path, "PRAGMA user_version = 99")
		}, engine.Unavailable, "format 99"},
		{"a store cut short", func(t *testing.T, path string) {
			closedStore(t, path)
			must(t, os.Truncate(path, 10_000))
		}, engine.Unavailable, "damaged"},
		{"a store cut to a page", func(t *testing.T, path string) {
			closedStore(t, path)
			must(t, os.Truncate(path, 4096))
		}, engine.Unavailable, "damaged"},
		{"a store with another header", func(t *testing.T, path string) {
			closedStore(t, path)
			file, err := os.OpenFile(path, os.O_WRONLY, 0)
			must(t, err)
			_, err = file.WriteAt([]byte("sqlite FORMAT 9"), 0)
			must(t, err)
			must(t, file.Close())
		}, engine.Invalid, "no Purser store"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			test.make(t, path)
			before, _ := os.ReadFile(path)
			for _, o := range []sqlite.Options{{}, {ReadOnly: true}} {
				store, err := sqlite.Open(context.Background(), path, o)
				if err == nil {
					must(t, store.Close())
				}
				if err == nil || engine.CodeOf(err) != test.code || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%+v: %v, want %s: %s", o, err, test.code, test.says)
				}
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

// script runs SQL on a database file by hand.
func script(t testing.TB, path, sql string) {
	t.Helper()
	conn, err := native.Open("file:"+path, native.Create)
	must(t, err)
	defer conn.Close()
	must(t, conn.Script(sql))
}

// closedStore makes a store of a few customers.
func closedStore(t testing.TB, path string) {
	t.Helper()
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{Create: true})
	must(t, err)
	must(t, store.Update(context.Background(), func(tx engine.Tx) error {
		for _, id := range []string{"a", "b", "c"} {
			tx.PutCustomer(customer(id))
		}
		return nil
	}))
	must(t, store.Close())
}

// TestDamageInside flips bytes in every page of a store. It may open or not,
// but it must say so or show what was there.
func TestDamageInside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	closedStore(t, path)
	whole, err := os.ReadFile(path)
	must(t, err)
	noticed := 0
	for page := 0; page < len(whole); page += 4096 {
		damaged := bytes.Clone(whole)
		for i := page; i < page+16; i++ {
			damaged[i] ^= 0x5a
		}
		must(t, os.WriteFile(path, damaged, 0o600))
		if !opensWhole(t, path) {
			noticed++
		}
		_ = os.Remove(path + "-wal")
		_ = os.Remove(path + "-shm")
	}
	if pages := len(whole) / 4096; noticed < pages*9/10 {
		t.Errorf("%d of %d damaged pages were noticed", noticed, pages)
	}
}

// opensWhole opens a store, checks it and writes to it.
func opensWhole(t *testing.T, path string) bool {
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		if code := engine.CodeOf(err); code != engine.Unavailable && code != engine.Invalid {
			t.Errorf("opening it failed with %s: %v", code, err)
		}
		return false
	}
	defer store.Close()
	problems, err := store.Check(context.Background())
	return err == nil && len(problems) == 0
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	closedStore(t, path)
	before, err := os.ReadFile(path)
	must(t, err)
	store := open(t, path, sqlite.Options{ReadOnly: true})
	if store.ReadOnly() == "" {
		t.Error("it does not say that it is read-only")
	}
	err = store.Update(context.Background(), func(engine.Tx) error { t.Error("it ran"); return nil })
	if err == nil || engine.CodeOf(err) != engine.Unavailable || !strings.Contains(err.Error(), store.ReadOnly()) {
		t.Errorf("update: %v", err)
	}
	if got := len(customers(t, store)); got != 3 {
		t.Errorf("%d customers", got)
	}
	healthy(t, store)
	must(t, store.Close())
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
}

// TestReadOnlySeesWriters opens a store for reading while it is written to.
func TestReadOnlySeesWriters(t *testing.T) {
	store := fresh(t)
	readOnly := open(t, store.Path(), sqlite.Options{ReadOnly: true})
	changed := readOnly.Changed(context.Background())
	must(t, store.Update(context.Background(), func(tx engine.Tx) error { tx.PutCustomer(customer("c")); return nil }))
	<-changed
	if got := len(customers(t, readOnly)); got != 1 {
		t.Errorf("%d customers", got)
	}
}

// TestNewerWhileOpen is what happens when another process brings the store to
// a format of its own.
func TestOldFormat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	script(t, path, "PRAGMA application_id = 0x50555253")
	_, err := sqlite.Open(context.Background(), path, sqlite.Options{ReadOnly: true})
	if err == nil || engine.CodeOf(err) != engine.Unavailable || !strings.Contains(err.Error(), "old format 0") {
		t.Errorf("read-only: %v", err)
	}
	healthy(t, open(t, path, sqlite.Options{}))
}

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	if err != nil {
		t.Helper()
		t.Fatal(err)
	}
}
