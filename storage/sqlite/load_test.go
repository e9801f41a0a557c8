package sqlite_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// A store that was loaded and indexed has the schema of one that grew, and
// finds what is in it.
func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := sqlite.Load(t.Context(), path)
	must(t, err)
	must(t, s.Update(t.Context(), func(tx engine.Tx) error {
		tx.PutOrganisation(engine.Organisation{ID: "org_1", CreatedAt: noon})
		tx.PutCustomer(engine.Customer{ID: "cus_1", Name: "Sample Customer 1", CreatedAt: noon})
		return nil
	}))
	ctx, stop := context.WithCancel(t.Context())
	told := 0
	err = s.Index(ctx, func(string) {
		if told++; told == 10 {
			stop()
		}
	})
	if err == nil {
		t.Error("it was not broken off")
	}
	must(t, s.Close())

	if _, err := sqlite.Open(t.Context(), path, sqlite.Options{}); engine.CodeOf(err) != engine.Unavailable {
		t.Errorf("half a store was opened: %v", err)
	}
	s, err = sqlite.Load(t.Context(), path)
	must(t, err)
	must(t, s.Index(t.Context(), func(string) {}))
	must(t, s.Close())
	if _, err := sqlite.Load(t.Context(), path); engine.CodeOf(err) != engine.Refused {
		t.Errorf("a store in use was loaded: %v", err)
	}

	s = open(t, path, sqlite.Options{})
	if loaded, grown := schemaOf(t, s), schemaOf(t, fresh(t)); !slices.Equal(loaded, grown) {
		t.Errorf("loaded:\n%s\ngrown:\n%s", strings.Join(loaded, "\n"), strings.Join(grown, "\n"))
	}
	must(t, s.View(t.Context(), func(tx engine.ReadTx) error {
		ids, err := tx.Find(engine.KindCustomer, "1", 2)
		if !slices.Equal(ids, []string{"cus_1"}) {
			t.Errorf("found %q", ids)
		}
		return err
	}))
}

func schemaOf(t *testing.T, s *sqlite.Store) (list []string) {
	t.Helper()
	conn, err := native.Open("file:"+s.Path(), native.ReadOnly)
	must(t, err)
	defer conn.Close()
	rows := conn.Stmt(`SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1`)
	for rows.Next() {
		list = append(list, rows.Text())
	}
	must(t, rows.Err())
	return list
}
