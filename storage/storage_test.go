package storage_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage"
)

func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	for _, test := range []struct {
		dsn  string
		code engine.Code
		says string
	}{
		{"", engine.Invalid, "which store"},
		{path, engine.NotFound, "there is no store at " + path + " (purser init makes one)"},
		{"postgres://localhost/purser", engine.Unavailable, "not available in this build"},
		{"postgresql://localhost/purser", engine.Unavailable, "not available in this build"},
		{"mysql://localhost/purser", engine.Invalid, "mysql"},
	} {
		store, err := storage.Open(context.Background(), test.dsn, storage.Options{})
		if err == nil || store != nil || engine.CodeOf(err) != test.code || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%q: %v, %v, want %s: %s", test.dsn, store, err, test.code, test.says)
		}
	}
	store, err := storage.Open(context.Background(), path, storage.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if store.ReadOnly() != "" {
		t.Errorf("read-only: %s", store.ReadOnly())
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}
