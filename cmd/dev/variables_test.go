package dev

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// variables finds package variables that can only be meant to change, and
// whatever changes one, here or in another package.
func variables(tr *tree) (found []string) {
	for _, p := range tr.packages {
		for _, file := range p.files {
			for _, decl := range file.Decls {
				if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
					found = append(found, p.changeable(tr, d)...)
				}
			}
		}
		p.nodes(func(n ast.Node) {
			for _, target := range p.written(n) {
				if name := p.packageVariable(target); name != "" {
					found = append(found, tr.at(n)+": changes package variable "+name)
				}
			}
		})
	}
	return found
}

// changeable finds variables of d without a value, and ones whose value is a
// lock, a counter, a channel or an empty map.
func (p *pkg) changeable(tr *tree, d *ast.GenDecl) (found []string) {
	for _, spec := range d.Specs {
		spec := spec.(*ast.ValueSpec)
		first := spec.Names[0].Name
		if len(spec.Values) == 0 && first != "_" && !isEmbedded(d.Doc) && !isEmbedded(spec.Doc) {
			found = append(found,
				tr.at(spec)+": "+first+" is declared without a value, so somebody has to change it")
		}
		for i, value := range spec.Values {
			if what := p.stateful(value); what != "" {
				found = append(found, tr.at(value)+": "+spec.Names[i].Name+" is "+what)
			}
		}
	}
	return found
}

func isEmbedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//go:embed ")
	})
}

// stateful says what kind of state a value is, or nothing.
func (p *pkg) stateful(value ast.Expr) string {
	switch v := value.(type) {
	case *ast.UnaryExpr:
		return p.stateful(v.X)
	case *ast.CallExpr:
		if f, ok := v.Fun.(*ast.Ident); ok && (f.Name == "make" || f.Name == "new") {
			return "made empty, so somebody has to fill it"
		}
	case *ast.CompositeLit:
		if typ, ok := v.Type.(*ast.SelectorExpr); ok {
			if name, ok := p.imported(typ.X); ok && within(name, "sync") {
				return "of type " + name + "." + typ.Sel.Name + ", which is state"
			}
		}
	}
	return ""
}

// written returns what a statement or call writes to.
func (p *pkg) written(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return []ast.Expr{n.Key, n.Value}
		}
	case *ast.SendStmt:
		return []ast.Expr{n.Chan}
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.Ident)
		if !ok || len(n.Args) == 0 {
			return nil
		}
		b, ok := p.uses[f].(*types.Builtin)
		if ok && slices.Contains([]string{"clear", "copy", "delete"}, b.Name()) {
			return n.Args[:1]
		}
	}
	return nil
}

// packageVariable returns the name of the package variable that e is part of,
// if it is.
func (p *pkg) packageVariable(e ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.SelectorExpr:
			if name, ok := p.imported(x.X); ok {
				return name + "." + x.Sel.Name
			}
			e = x.X
		case *ast.Ident:
			if v, ok := p.uses[x].(*types.Var); ok && v.Parent() == p.types.Scope() {
				return x.Name
			}
			return ""
		default:
			return ""
		}
	}
}

func TestVariablesAreFound(t *testing.T) {
	prove(t, variables,
		proof{
			"tables, patterns, errors, embedded files, local names",
			files{"tui/t.go": `package p
import ("errors"; "regexp"; "sync")
var table = map[string]int{"a": 1}
var pattern, errGone = regexp.MustCompile("a"), errors.New("gone")
//go:embed help.txt
var help string
var (
	//go:embed man.txt
	man string
	_   = sync.OnceValue(f)
)
func f() int {
	table := map[string]int{}
	table["a"], table["b"] = 1, 2
	delete(table, "a")
	help := help
	help = "else"
	var s struct{ pattern int }
	s.pattern++
	return len(help)
}
`},
			nil,
		},
		proof{
			"state",
			files{"tui/t.go": `package p
import ("sync"; "sync/atomic")
var count int
var seen = make(map[string]bool)
var calls = new(atomic.Int64)
var name, lock = "", &sync.Mutex{}
`},
			[]string{
				"tui/t.go:3: count is declared without a value, so somebody has to change it",
				"tui/t.go:4: seen is made empty, so somebody has to fill it",
				"tui/t.go:5: calls is made empty, so somebody has to fill it",
				"tui/t.go:6: lock is of type sync.Mutex, which is state",
			},
		},
		proof{
			"changes",
			files{
				"tui/a.go": `package p
type row struct{ at *int; cells []int }
var table, first = map[string]row{}, row{}
`,
				"tui/b.go": `package p
import "net/http"
func f(keys []string) {
	table = nil
	table["a"] = row{}
	first.cells[1]++
	*first.at = 2
	for _, first.cells[0] = range []int{1} {
	}
	clear(first.cells[1:])
	http.DefaultClient.Timeout = 1
}
`,
			},
			[]string{
				"tui/b.go:4: changes package variable table",
				"tui/b.go:5: changes package variable table",
				"tui/b.go:6: changes package variable first",
				"tui/b.go:7: changes package variable first",
				"tui/b.go:8: changes package variable first",
				"tui/b.go:10: changes package variable first",
				"tui/b.go:11: changes package variable net/http.DefaultClient",
			},
		},
	)
}
