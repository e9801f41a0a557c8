package dev

import (
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver whose SQLite is asked for its version
)

// pinned are the versions that are known to work together. Modules that
// nothing imports yet may be missing from go.mod.
var pinned = map[string]string{
	"github.com/charmbracelet/bubbles":       "v1.0.0",
	"github.com/charmbracelet/bubbletea":     "v1.3.10",
	"github.com/charmbracelet/keygen":        "v0.5.3",
	"github.com/charmbracelet/lipgloss":      "v1.1.0",
	"github.com/charmbracelet/ssh":           "v0.0.0-20250128164007-98fd5ae11894", // newer tags are older
	"github.com/charmbracelet/wish":          "v1.4.7",
	"github.com/charmbracelet/x/ansi":        "v0.11.9",
	"github.com/charmbracelet/x/exp/teatest": "v0.0.0-20251215102626-e0db08df7383",
	"github.com/jackc/pgx/v5":                "v5.12.0",
	"github.com/muesli/termenv":              "v0.16.0",
	"github.com/rogpeppe/go-internal":        "v1.16.0",
	"github.com/shopspring/decimal":          "v1.6.0", // from here on it refuses absurd exponents
	"github.com/spf13/cobra":                 "v1.10.2",
	"golang.org/x/crypto":                    "v0.58.0",
	"modernc.org/sqlite":                     "v1.60.1", // v1.61 does not tidy
	"pgregory.net/rapid":                     "v1.3.0",
}

// leastSQLite is the first SQLite in which two checkpoints and a commit that
// resets the log can no longer lose pages.
const leastSQLite = "3.51.3"

func TestModules(t *testing.T) {
	tr := thisTree(t)
	t.Run("pinned", func(t *testing.T) {
		obey(t, `go.mod names the versions that are known to work together (pinned in cmd/dev).
Raise one on purpose, in a change of its own, after trying it with the others.`,
			unpinned(tr))
	})
	t.Run("libc", func(t *testing.T) {
		obey(t, `modernc.org/libc is exactly the version that modernc.org/sqlite was made and
tested with: SQLite's C became Go against that one. Set it with go get.`,
			otherLibc(tr, requiredBySQLite(t)))
	})
	t.Run("sqlite", func(t *testing.T) {
		if v := bundledSQLite(t); !atLeast(v, leastSQLite) {
			t.Errorf(`The SQLite inside modernc.org/sqlite is %s or newer: before, two connections
that use one log can lose pages. This one is %s.`, leastSQLite, v)
		}
	})
}

func unpinned(tr *tree) (found []string) {
	for module, version := range tr.required() {
		if want := pinned[module]; want != "" && version != want {
			found = append(found, fmt.Sprintf("%s is %s, pinned is %s", module, version, want))
		}
	}
	slices.Sort(found)
	return found
}

// otherLibc compares the libc of tr with the one in sqlite's requirements.
func otherLibc(tr *tree, sqlite map[string]string) []string {
	const libc = "modernc.org/libc"
	if got, want := tr.required()[libc], sqlite[libc]; got != want || want == "" {
		return []string{fmt.Sprintf("%s is %q, sqlite names %q", libc, got, want)}
	}
	return nil
}

func (tr *tree) required() map[string]string {
	text, err := fs.ReadFile(tr, "go.mod")
	if err != nil {
		panic(err) // read found it
	}
	return required(string(text))
}

// required returns the version of each module that a go.mod requires.
func required(gomod string) map[string]string {
	versions := map[string]string{}
	block := ""
	for line := range strings.Lines(gomod) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		switch {
		case len(words) == 2 && words[1] == "(":
			block = words[0]
		case len(words) == 1 && words[0] == ")":
			block = ""
		case len(words) == 2 && block == "require":
			versions[words[0]] = words[1]
		case len(words) == 3 && words[0] == "require":
			versions[words[1]] = words[2]
		}
	}
	return versions
}

// requiredBySQLite reads the go.mod of the modernc.org/sqlite that we build with.
func requiredBySQLite(t *testing.T) map[string]string {
	t.Helper()
	list := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("asking where modernc.org/sqlite is: %v", err)
	}
	text, err := os.ReadFile(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	return required(string(text))
}

func bundledSQLite(t *testing.T) (version string) {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("SELECT sqlite_version()").Scan(&version); err != nil {
		t.Fatal(err)
	}
	return version
}

// atLeast compares versions such as 3.51.3 number by number.
func atLeast(version, least string) bool {
	return slices.Compare(numbers(version), numbers(least)) >= 0
}

func numbers(version string) (n []int) {
	for part := range strings.SplitSeq(version, ".") {
		i, err := strconv.Atoi(part)
		if err != nil {
			i = -1 // what is no number is older than any
		}
		n = append(n, i)
	}
	return n
}

func TestUnpinnedAreFound(t *testing.T) {
	prove(t, unpinned,
		proof{
			"as pinned, or not ours to pin",
			files{"go.mod": `module example.com/m
require pgregory.net/rapid v1.3.0 // indirect
require (
	example.com/other v0.1.0
	github.com/spf13/cobra v1.10.2
)
exclude (
	modernc.org/sqlite v1.61.0
)
replace github.com/spf13/pflag => example.com/pflag v1.0.0
`},
			nil,
		},
		proof{
			"others",
			files{"go.mod": `module example.com/m
require pgregory.net/rapid v1.3.1
require (
	modernc.org/sqlite v1.61.0 // indirect
)
`},
			[]string{
				"modernc.org/sqlite is v1.61.0, pinned is v1.60.1",
				"pgregory.net/rapid is v1.3.1, pinned is v1.3.0",
			},
		},
	)
}

func TestOtherLibcIsFound(t *testing.T) {
	check := func(tr *tree) []string {
		return otherLibc(tr, map[string]string{"modernc.org/libc": "v1.77.1"})
	}
	prove(t, check,
		proof{"the same", files{"go.mod": "module example.com/m\nrequire modernc.org/libc v1.77.1\n"}, nil},
		proof{
			"another",
			files{"go.mod": "module example.com/m\nrequire modernc.org/libc v1.78.0\n"},
			[]string{`modernc.org/libc is "v1.78.0", sqlite names "v1.77.1"`},
		},
		proof{
			"none",
			files{},
			[]string{`modernc.org/libc is "", sqlite names "v1.77.1"`},
		},
	)
}

func TestVersionsCompareAsNumbers(t *testing.T) {
	for version, want := range map[string]bool{
		"3.51.3": true, "3.51.10": true, "3.52.0": true, "4.0.0": true,
		"3.51.2": false, "3.9.9": false, "3.51": false, "unknown": false, "": false,
	} {
		if got := atLeast(version, leastSQLite); got != want {
			t.Errorf("atLeast(%q, %q) = %v", version, leastSQLite, got)
		}
	}
}
