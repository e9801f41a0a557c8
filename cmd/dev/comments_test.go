package dev

import (
	"fmt"
	"go/ast"
	"regexp"
	"testing"
)

func TestPackageComments(t *testing.T) {
	tr := thisTree(t)
	t.Run("packages", func(t *testing.T) {
		obey(t, `Each package has one package comment of at least two sentences. It is the
package's design: its nouns, what always holds, what it refuses to know.`,
			packageComments(tr))
	})
	t.Run("engine", func(t *testing.T) {
		obey(t, `What the engine exports has a comment that tells what name and type do not:
units, currency, zone, bounds, errors. It is the part of the engine that its
users read.`,
			bareExports(tr))
	})
}

// sentenceEnd is where a sentence stops, quotes and brackets included.
var sentenceEnd = regexp.MustCompile(`[.!?]["')\]]*(\s|$)`)

func packageComments(tr *tree) (found []string) {
	for _, p := range tr.packages {
		var comments []*ast.CommentGroup
		for _, file := range p.files {
			if file.Doc != nil {
				comments = append(comments, file.Doc)
			}
		}
		switch {
		case len(comments) == 0:
			found = append(found, p.dir+" has no package comment")
		case len(comments) > 1:
			found = append(found, fmt.Sprintf("%s: %s has another one at %s",
				tr.at(comments[1]), p.dir, tr.at(comments[0])))
		case len(sentenceEnd.FindAllString(comments[0].Text(), 2)) < 2:
			found = append(found, fmt.Sprintf("%s: the comment of %s is no two sentences",
				tr.at(comments[0]), p.dir))
		}
	}
	return found
}

// bareExports finds exported names below engine without a comment.
func bareExports(tr *tree) (found []string) {
	for _, p := range tr.packages {
		if !within(p.dir, "engine") {
			continue
		}
		for _, file := range p.files {
			for _, decl := range file.Decls {
				for _, name := range bare(decl) {
					found = append(found, fmt.Sprintf("%s: %s has no comment", tr.at(name), name.Name))
				}
			}
		}
	}
	return found
}

// bare returns the exported names that decl leaves without a comment.
func bare(decl ast.Decl) (names []*ast.Ident) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
			names = append(names, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				alone := !d.Lparen.IsValid() && d.Doc != nil
				if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && !alone {
					names = append(names, s.Name)
				}
			case *ast.ValueSpec:
				if d.Doc != nil || s.Doc != nil || s.Comment != nil {
					continue
				}
				for _, name := range s.Names {
					if name.IsExported() {
						names = append(names, name)
					}
				}
			}
		}
	}
	return names
}

// receiver returns the name of the type that f is a method of.
func receiver(f *ast.FuncDecl) string {
	e := f.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			panic(fmt.Sprintf("%T is no receiver", e))
		}
	}
}

func TestPackageCommentsAreMissed(t *testing.T) {
	prove(t, packageComments,
		proof{
			"two sentences, once",
			files{
				"engine/id/a.go":      "// Package id makes names.\n//\n// It has no dice (see below).\npackage id\n",
				"engine/id/b.go":      "// Not for it.\n\npackage id\n",
				"engine/id/b_test.go": "// Package id_test\npackage id_test\n",
			},
			nil,
		},
		proof{
			"none, short, twice",
			files{
				"engine/fx/a.go": "//go:build !ignore\n\npackage fx\n",
				"engine/id/a.go": "// Package id makes version 1.2 of names.\npackage id\n",
				"tui/a.go":       "// Package tui is one. It draws.\npackage tui\n",
				"tui/b.go":       "// Package tui is two. It draws.\npackage tui\n",
			},
			[]string{
				"engine/fx has no package comment",
				"engine/id/a.go:1: the comment of engine/id is no two sentences",
				"tui/b.go:1: tui has another one at tui/a.go:1",
			},
		},
	)
}

func TestBareExportsAreFound(t *testing.T) {
	prove(t, bareExports,
		proof{
			"not exported, not the engine, or told",
			files{
				"tui/t.go": "package p\nfunc Draw() {}\n",
				"engine/e.go": `package p
// The units.
const ( One = 1; Two = 2 )
const Three = 3 // in cents
// A Pair is two.
type Pair[A, B any] struct{ First A; Second B }
// Swap swaps.
func (p *Pair[A, B]) Swap() {}
type quiet int
func (quiet) Error() string { return "" }
`,
			},
			nil,
		},
		proof{
			"bare",
			files{"engine/id/e.go": `package p
// Types.
type (
	Pair[A, B any] struct{}
	// One is told.
	One int
)
func (p *Pair[A, B]) Swap() {}
const Limit, limit = 1, 2
func New() {}
`},
			[]string{
				"engine/id/e.go:4: Pair has no comment",
				"engine/id/e.go:8: Swap has no comment",
				"engine/id/e.go:9: Limit has no comment",
				"engine/id/e.go:10: New has no comment",
			},
		},
	)
}
