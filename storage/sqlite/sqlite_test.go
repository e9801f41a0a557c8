package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/enginetest"
	"github.com/purserhq/purser/storage/sqlite"
)

func TestStore(t *testing.T) {
	enginetest.TestStore(t, func(t *testing.T) (engine.Store, func() engine.Store) {
		path := filepath.Join(t.TempDir(), "store.db")
		must(t, emptyStore(path))
		store := open(t, path, sqlite.Options{})
		return store, func() engine.Store {
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			return open(t, path, sqlite.Options{})
		}
	})
}

// emptyStore makes the file of a store in which nothing is.
var emptyStore = enginetest.CopiesOf(func(path string) error {
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{Create: true})
	if err != nil {
		return err
	}
	return store.Close()
})

// open opens a store that is closed with the test.
func open(t testing.TB, path string, o sqlite.Options) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}
