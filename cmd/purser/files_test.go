package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
)

// A file of an export is there whole or not at all, and nobody else's to read.
func TestCreateFile(t *testing.T) {
	home := t.TempDir()
	a := &app{env: func(name string) string { return map[string]string{"HOME": home}[name] }}
	inside := func() string {
		entries, err := os.ReadDir(home)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		return strings.Join(names, " ")
	}
	write := func(words string, replace, keep bool) error {
		t.Helper()
		file, err := a.createFile("~/out.csv", replace)
		if err != nil {
			return err
		}
		if file.Name() != filepath.Join(home, "out.csv") {
			t.Errorf("the file is %s", file.Name())
		}
		if _, err := file.Write([]byte(words)); err != nil {
			t.Fatal(err)
		}
		if !keep {
			return file.Drop()
		}
		return file.Keep()
	}
	if err := write("dropped", false, false); err != nil || inside() != "" {
		t.Errorf("%v, and there is %q", err, inside())
	}
	if err := write("first", false, true); err != nil || inside() != "out.csv" {
		t.Errorf("%v, and there is %q", err, inside())
	}
	if err := write("second", false, true); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file that is there: %v", err)
	}
	if err := write("third", true, true); err != nil {
		t.Error(err)
	}
	raw, err := os.ReadFile(filepath.Join(home, "out.csv"))
	if err != nil || string(raw) != "third" || inside() != "out.csv" {
		t.Errorf("%q, %v, and there is %q", raw, err, inside())
	}
	if info, err := os.Stat(filepath.Join(home, "out.csv")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	for name, want := range map[string]string{
		"~":                "is a directory (name a file in it)",
		"~/no/where/x.csv": "there is no directory " + filepath.Join(home, "no", "where"),
		os.DevNull:         "is no plain file",
	} {
		if _, err := a.createFile(name, false); err == nil || !strings.Contains(err.Error(), want) || engine.CodeOf(err) == engine.Internal {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// What the console remembers comes back, and a file that somebody broke is only
// forgotten.
func TestRemembered(t *testing.T) {
	home := t.TempDir()
	a := &app{env: func(name string) string { return map[string]string{"XDG_STATE_HOME": home}[name] }}
	if err := a.remember(remembered{Columns: map[string][]string{"ready": {"id", "amount:20"}}}); err != nil {
		t.Fatal(err)
	}
	if got := a.remembered().Columns["ready"]; strings.Join(got, " ") != "id amount:20" {
		t.Errorf("remembered %q", got)
	}
	if err := os.WriteFile(filepath.Join(home, "purser", "console.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := a.remembered().Columns; got != nil {
		t.Errorf("remembered %q", got)
	}
	a.env = func(string) string { return "" }
	if err := a.remember(remembered{}); err == nil {
		t.Error("remembered without a home")
	}
}
