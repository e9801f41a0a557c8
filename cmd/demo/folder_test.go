package demo

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestFoldersOfTheDeadAreSwept(t *testing.T) {
	parent := t.TempDir()
	living, err := newFolder(parent)
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	make := func(name string, made time.Time) string {
		path := filepath.Join(parent, name)
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{lockName, "desk.db"} {
			if err := os.WriteFile(filepath.Join(path, file), []byte("sample"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(filepath.Join(path, file), made, made); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	if err := os.Chtimes(living.file(lockName), old, old); err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{
		living.path:                          true, // it lives
		make("purser-demo-old", old):         false,
		make("purser-demo-new", time.Now()):  true, // it may be about to take its lock
		make("somebody-elses-demo-old", old): true,
	}
	another, err := newFolder(parent)
	if err != nil {
		t.Fatal(err)
	}
	for path, stays := range want {
		if _, err := os.Stat(path); (err == nil) != stays {
			t.Errorf("%s: stays %t, want %t", filepath.Base(path), err == nil, stays)
		}
	}
	for _, f := range []*folder{living, another} {
		if err := f.remove(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(f.path); err == nil {
			t.Errorf("%s is still there", f.path)
		}
	}
}
