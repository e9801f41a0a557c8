package dev

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers says who may import whom: a package imports from layers before its
// own, never from a later one and never from a neighbour in the same. A
// package is in the layer of the longest name here that it has or lies below.
//
// Do not change this to make the build pass. Change the build.
var layers = [][]string{
	{"engine/clock", "engine/id", "engine/money", "engine/text"},
	{"engine/fx", "engine/filter", "engine/table"},
	{"engine/route", "engine/plan", "engine/signal"},
	{"engine"},
	{"engine/yaml"},
	{"engine/enginetest"},
	{"engine/sim", "storage", "connectors", "tui"},
	{"cmd"},
}

// families are the names above that have packages below them. There a parent
// may import what lies below it, and anybody the shared parts; two screens,
// two stores, two gateways never meet.
var families = []string{"storage", "connectors", "tui", "cmd"}

// parts are what the members of a family share.
var parts = []string{
	"tui/canvas", "tui/grid", "tui/form", "tui/overlay", "tui/theme", "tui/keys", "tui/screen",
	"connectors/call",
	"cmd/runner", "cmd/demo", // libraries of purser, which wires everything
}

func TestImports(t *testing.T) {
	obey(t, `Layers: a package imports only from the layers before its own (layers in cmd/dev).
That keeps the engine true under any store, screen and provider: each can be
replaced, tested or read without the others. Move the code, or hand in what it
needs from above.`,
		imports(thisTree(t)))
}

// imports finds what is imported against the layers.
func imports(tr *tree) (found []string) {
	for _, p := range tr.packages {
		if _, _, ok := layerOf(p.dir); !ok {
			found = append(found, p.dir+" stands in no layer: give it a place in the table")
			continue
		}
		for _, file := range p.files {
			for _, spec := range file.Imports {
				name, _ := strconv.Unquote(spec.Path.Value)
				to, ours := strings.CutPrefix(name, tr.module+"/")
				if !ours {
					continue
				}
				if why := forbidden(p.dir, to); why != "" {
					found = append(found,
						fmt.Sprintf("%s: %s imports %s: %s", tr.at(spec), p.dir, to, why))
				}
			}
		}
	}
	return found
}

// forbidden says why from may not import to, or nothing.
func forbidden(from, to string) string {
	fromLayer, fromName, _ := layerOf(from)
	toLayer, toName, ok := layerOf(to)
	switch {
	case !ok:
		return "that stands in no layer"
	case toLayer < fromLayer:
		return ""
	case toLayer > fromLayer:
		return "that is above it"
	case toName != fromName:
		return "neighbours never meet"
	case within(to, from), within(to, parts...):
		return ""
	default:
		return "members of a family share only its parts"
	}
}

// layerOf returns the layer of a package, counted from the bottom, and the
// name that put it there.
func layerOf(dir string) (layer int, name string, ok bool) {
	for i, names := range layers {
		for _, n := range names {
			if within(dir, n) && len(n) > len(name) {
				layer, name = i, n
			}
		}
	}
	return layer, name, name == dir || slices.Contains(families, name)
}

// isEngine reports whether a package is the engine or below it in the layers.
func isEngine(dir string) bool {
	top, _, _ := layerOf("engine")
	layer, _, ok := layerOf(dir)
	return ok && layer <= top
}

func TestImportsAreFound(t *testing.T) {
	importing := func(names ...string) string {
		text := "package p\n"
		for _, name := range names {
			text += "import _ " + strconv.Quote(name) + "\n"
		}
		return text
	}
	prove(t, imports,
		proof{
			"downwards is fine",
			files{
				"engine/money/m.go":       importing("errors"),
				"engine/fx/f.go":          importing("example.com/m/engine/money"),
				"engine/e.go":             importing("example.com/m/engine/fx", "example.com/other/engine/sim"),
				"storage/sqlite/s.go":     importing("example.com/m/engine", "example.com/m/engine/enginetest"),
				"cmd/purser/m.go":         importing("example.com/m/tui/queue", "example.com/m/storage/sqlite"),
				"engine/money/m_test.go":  importing("example.com/m/engine/sim"), // tests may
				"engine/testdata/bad.go":  importing("example.com/m/cmd/purser"), // no code of ours
				"engine/enginetest/et.go": importing("example.com/m/engine"),
			},
			nil,
		},
		proof{
			"upwards",
			files{"engine/plan/p.go": importing("errors", "example.com/m/engine")},
			[]string{"engine/plan/p.go:3: engine/plan imports engine: that is above it"},
		},
		proof{
			"a neighbour",
			files{
				"engine/id/i.go":  importing("example.com/m/engine/clock"),
				"engine/sim/s.go": importing("example.com/m/storage/sqlite"),
			},
			[]string{
				"engine/id/i.go:2: engine/id imports engine/clock: neighbours never meet",
				"engine/sim/s.go:2: engine/sim imports storage/sqlite: neighbours never meet",
			},
		},
		proof{
			"families",
			files{
				"storage/s.go":            importing("example.com/m/storage/sqlite"),
				"tui/queue/q.go":          importing("example.com/m/tui/canvas", "example.com/m/tui/request"),
				"tui/canvas/c.go":         importing("example.com/m/tui/theme", "example.com/m/tui/queue"),
				"connectors/sandbox/s.go": importing("example.com/m/connectors/call", "example.com/m/connectors/manual"),
				"cmd/purser/m.go":         importing("example.com/m/cmd/dev"),
			},
			[]string{
				"cmd/purser/m.go:2: cmd/purser imports cmd/dev: members of a family share only its parts",
				"connectors/sandbox/s.go:3: connectors/sandbox imports connectors/manual: members of a family share only its parts",
				"tui/canvas/c.go:3: tui/canvas imports tui/queue: members of a family share only its parts",
				"tui/queue/q.go:3: tui/queue imports tui/request: members of a family share only its parts",
			},
		},
		proof{
			"no layer",
			files{
				"helpers/h.go":        importing("errors"),
				"engine/util/u.go":    importing("errors"),
				"engine/money/m.go":   importing("example.com/m/helpers"),
				"engine/money/x/x.go": importing("errors"),
			},
			[]string{
				"engine/money/m.go:2: engine/money imports helpers: that stands in no layer",
				"engine/money/x stands in no layer: give it a place in the table",
				"engine/util stands in no layer: give it a place in the table",
				"helpers stands in no layer: give it a place in the table",
			},
		},
	)
}
