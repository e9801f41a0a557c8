package dev

import (
	"fmt"
	"go/ast"
	"slices"
	"strconv"
	"testing"
)

func TestBans(t *testing.T) {
	tr := thisTree(t)
	t.Run("imports", func(t *testing.T) {
		obey(t, `The engine decides; it does not do. What it needs from outside is handed in
(Store, Gateway, clock, entropy), so that the simulation can be all of it.`,
			bannedImports(tr))
	})
	t.Run("goroutines", func(t *testing.T) {
		obey(t, `The engine starts no goroutine: it has Steps. Whoever loops owns the loop, its
stop and its wait.`,
			goroutines(tr))
	})
	t.Run("clocks", func(t *testing.T) {
		obey(t, `Only engine/clock and cmd read the machine's time, and only cmd, connectors and
storage wait for it. Everybody else is told, so that a test and the demo can
have their own time.`,
			clocks(tr))
	})
	t.Run("init", func(t *testing.T) {
		obey(t, `Nobody declares init: what a program does begins in main, where it can be read
and handed its errors.`,
			inits(tr))
	})
	t.Run("variables", func(t *testing.T) {
		obey(t, `A package variable is a table, a pattern, an error or an embedded file, made
where it is declared and never changed: two engines in one process must not
feel each other. State belongs into a struct that somebody holds.`,
			variables(tr))
	})
	t.Run("floats", func(t *testing.T) {
		obey(t, `No amount, rate or fee is ever a float: 0.1 is not one. money.Amount counts whole
minor units, and decimals do the arithmetic that needs fractions. A file whose
floats are no money stands in floatFiles with the reason.`,
			floats(tr, floatFiles))
	})
}

// A ban is on a package and all below it, or on it alone.
type ban struct {
	name, why string
	alone     bool
}

var engineBans = []ban{
	{name: "database/sql", why: "how things are kept is the store's business"},
	{name: "net", why: "the engine has no network", alone: true},
	{name: "net/http", why: "what HTTP is, doors and connectors know"},
	{name: "os", why: "the engine has no files, environment or processes"},
	{name: "math/rand", why: "chance is handed in, or a run could not be repeated"},
	{name: "crypto/rand", why: "chance is handed in, or a run could not be repeated"},
}

func bannedImports(tr *tree) (found []string) {
	for _, p := range tr.packages {
		if !isEngine(p.dir) {
			continue
		}
		for _, file := range p.files {
			for _, spec := range file.Imports {
				name, _ := strconv.Unquote(spec.Path.Value)
				for _, b := range engineBans {
					if name == b.name || !b.alone && within(name, b.name) {
						found = append(found,
							fmt.Sprintf("%s: %s imports %s: %s", tr.at(spec), p.dir, name, b.why))
					}
				}
			}
		}
	}
	return found
}

// goroutines finds go statements in the engine, and methods called Go, which
// is what groups call theirs.
func goroutines(tr *tree) (found []string) {
	for _, p := range tr.packages {
		if !isEngine(p.dir) {
			continue
		}
		p.nodes(func(n ast.Node) {
			switch n := n.(type) {
			case *ast.GoStmt:
				found = append(found, tr.at(n)+": starts a goroutine")
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Go" {
					found = append(found, tr.at(n)+": starts a goroutine in a group")
				}
			}
		})
	}
	return found
}

// A watch is what package time offers, and who may use it.
type watch struct {
	does  string
	names []string
	users []string
}

var watches = []watch{
	{
		"reads the clock",
		[]string{"Now", "Since", "Until"},
		[]string{"engine/clock", "cmd"},
	},
	{
		"waits",
		[]string{"Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"},
		[]string{"cmd", "connectors", "storage"},
	},
}

// clocks finds who reads the machine's time or waits for it and should not.
func clocks(tr *tree) (found []string) {
	for _, p := range tr.packages {
		p.nodes(func(n ast.Node) {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return
			}
			if name, ok := p.imported(sel.X); !ok || name != "time" {
				return
			}
			for _, w := range watches {
				if slices.Contains(w.names, sel.Sel.Name) && !within(p.dir, w.users...) {
					found = append(found, fmt.Sprintf("%s: time.%s %s", tr.at(sel), sel.Sel.Name, w.does))
				}
			}
		})
	}
	return found
}

func inits(tr *tree) (found []string) {
	for _, p := range tr.packages {
		p.nodes(func(n ast.Node) {
			if f, ok := n.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				found = append(found, tr.at(f)+": declares init")
			}
		})
	}
	return found
}

func TestBannedImportsAreFound(t *testing.T) {
	prove(t, bannedImports,
		proof{
			"above the engine and in tests it is fine",
			files{
				"engine/fx/f.go":      `package fx; import ("net/url"; "math/big"; "osmosis")`,
				"engine/e_test.go":    `package engine; import "os"`,
				"engine/sim/s.go":     `package sim; import ("math/rand/v2"; "os")`,
				"storage/sqlite/s.go": `package sqlite; import "database/sql"`,
			},
			nil,
		},
		proof{
			"in the engine",
			files{"engine/fx/f.go": "package fx\n" + `import ("database/sql"; "database/sql/driver"
				"net"; "net/http/httptest"
				"os/exec"; "math/rand/v2"; "crypto/rand")`},
			[]string{
				"engine/fx/f.go:2: engine/fx imports database/sql: how things are kept is the store's business",
				"engine/fx/f.go:2: engine/fx imports database/sql/driver: how things are kept is the store's business",
				"engine/fx/f.go:3: engine/fx imports net: the engine has no network",
				"engine/fx/f.go:3: engine/fx imports net/http/httptest: what HTTP is, doors and connectors know",
				"engine/fx/f.go:4: engine/fx imports os/exec: the engine has no files, environment or processes",
				"engine/fx/f.go:4: engine/fx imports math/rand/v2: chance is handed in, or a run could not be repeated",
				"engine/fx/f.go:4: engine/fx imports crypto/rand: chance is handed in, or a run could not be repeated",
			},
		},
	)
}

func TestGoroutinesAreFound(t *testing.T) {
	const start = "package p\nfunc f(g group) {\n\tgo f(g)\n\tg.Go(func() { f(g) })\n}\n"
	prove(t, goroutines,
		proof{"above the engine", files{"storage/s.go": start, "engine/sim/s.go": start}, nil},
		proof{
			"in the engine",
			files{"engine/plan/p.go": start},
			[]string{
				"engine/plan/p.go:3: starts a goroutine",
				"engine/plan/p.go:4: starts a goroutine in a group",
			},
		},
	)
}

func TestClocksAreFound(t *testing.T) {
	const read = "package p\nimport hours \"time\"\nvar now = hours.Now\n"
	const wait = "package p\nimport \"time\"\nfunc f() { time.Sleep(time.Second); <-time.After(1) }\n"
	prove(t, clocks,
		proof{
			"those who may",
			files{
				"engine/clock/c.go":       read,
				"cmd/purser/m.go":         read,
				"cmd/purser/w.go":         wait,
				"connectors/webhook/w.go": wait,
				"storage/sqlite/s.go":     wait,
				"tui/t_test.go":           read,
				"tui/clock.go":            "package p\nfunc f(time clock) { time.Now() }\n", // not that time
			},
			nil,
		},
		proof{
			"those who may not",
			files{"connectors/api/a.go": read, "engine/clock/c.go": wait, "tui/t.go": read},
			[]string{
				"connectors/api/a.go:3: time.Now reads the clock",
				"engine/clock/c.go:3: time.Sleep waits",
				"engine/clock/c.go:3: time.After waits",
				"tui/t.go:3: time.Now reads the clock",
			},
		},
	)
}

func TestInitsAreFound(t *testing.T) {
	prove(t, inits,
		proof{"a method may be called so", files{"cmd/purser/m.go": "package main\nfunc (s store) init() {}\n"}, nil},
		proof{
			"anywhere",
			files{"cmd/purser/m.go": "package main\nfunc init() {}\n"},
			[]string{"cmd/purser/m.go:2: declares init"},
		},
	)
}
