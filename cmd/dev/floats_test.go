package dev

import (
	"go/ast"
	"go/token"
	"go/types"
	"testing"
)

// floatTrees are where amounts are at home.
var floatTrees = []string{"engine", "storage", "connectors"}

// floatFiles are the files there whose floats are no money, and why.
var floatFiles = map[string]string{
	"engine/clock/clock.go": "how much faster than the machine's a clock runs",
}

// floats finds the types float32 and float64, and literals that become one, in
// files where they are not allowed; and permissions that nobody needs.
func floats(tr *tree, allowed map[string]string) (found []string) {
	used := map[string]bool{}
	for _, p := range tr.packages {
		if !within(p.dir, floatTrees...) {
			continue
		}
		p.nodes(func(n ast.Node) {
			what, ok := p.float(n)
			if !ok {
				return
			}
			name := tr.fset.Position(n.Pos()).Filename
			used[name] = true
			if allowed[name] == "" {
				found = append(found, tr.at(n)+": "+what)
			}
		})
	}
	return append(found, unneeded("floatFiles", allowed, used)...)
}

func (p *pkg) float(n ast.Node) (text string, ok bool) {
	switch n := n.(type) {
	case *ast.Ident:
		o := p.uses[n]
		return n.Name, o != nil && o.Parent() == types.Universe && isFloat(o.Type())
	case *ast.BasicLit:
		return n.Value, n.Kind == token.FLOAT && isFloat(p.typed[n].Type)
	}
	return "", false
}

// isFloat reports whether t is float32 or float64, rather than a constant that
// may still become a whole number.
func isFloat(t types.Type) bool {
	basic, ok := t.(*types.Basic)
	return ok && (basic.Kind() == types.Float32 || basic.Kind() == types.Float64)
}

func TestFloatsAreFound(t *testing.T) {
	const speed = "package p\nvar speed float64 = 2\n"
	check := func(tr *tree) []string {
		return floats(tr, map[string]string{"engine/clock/c.go": "speed"})
	}
	prove(t, check,
		proof{
			"no amounts, or no floats",
			files{
				"engine/clock/c.go": speed,
				"tui/t.go":          speed,
				"engine/m.go":       "package p\nconst day int = 24 * 36e2\n// float64\ntype s struct{ float64 bool }\n",
			},
			nil,
		},
		proof{
			"in the engine",
			files{
				"engine/clock/c.go":     speed,
				"engine/clock/d.go":     speed,
				"engine/money/m.go":     "package p\nfunc f() {\n\tx := 0.5\n\t_ = x\n}\n",
				"storage/sqlite/s.go":   "package p\ntype amount float32\n",
				"connectors/rates/r.go": "package p\ntype rate struct{ value *float64 }\n",
			},
			[]string{
				"connectors/rates/r.go:2: float64",
				"engine/clock/d.go:2: float64",
				"engine/money/m.go:3: 0.5",
				"storage/sqlite/s.go:2: float32",
			},
		},
		proof{
			"a needless exception",
			files{"engine/clock/c.go": "package p\n"},
			[]string{"engine/clock/c.go needs no row in floatFiles any more: remove it"},
		},
	)
}
