package dev

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// root is the repository, seen from the directory in which go test runs this
// package.
const root = "../.."

// A tree is a repository as the rules see it. Paths are slash-separated and
// begin below its root.
type tree struct {
	fs.FS
	paths    []string // every file that git would commit, in order
	module   string
	packages []*pkg
	fset     *token.FileSet
}

// A pkg is what one directory holds of Go that is no test.
type pkg struct {
	dir   string
	files []*ast.File
	lines map[*ast.File]int
	types *types.Package
	uses  map[*ast.Ident]types.Object
	typed map[ast.Expr]types.TypeAndValue
}

// repository is this repository, read once.
var repository = sync.OnceValues(func() (*tree, error) {
	return read(os.DirFS(root), listed(root))
})

func thisTree(t *testing.T) *tree {
	t.Helper()
	tr, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// listed returns the files that git would commit from dir, or nil if dir is no
// checkout or there is no git to ask: then every file counts.
func listed(dir string) map[string]bool {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return nil
	}
	out, err := exec.Command("git", "-C", dir, "ls-files", "-z",
		"--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		return nil
	}
	files := map[string]bool{}
	for name := range strings.SplitSeq(string(out), "\x00") {
		files[name] = true
	}
	return files
}

// read reads a tree; only restricts it to some files, unless nil.
func read(files fs.FS, only map[string]bool) (*tree, error) {
	tr := &tree{FS: files, fset: token.NewFileSet()}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name == ".git":
			return fs.SkipDir
		case !d.IsDir() && name != ".git" && (only == nil || only[name]):
			tr.paths = append(tr.paths, name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if tr.module, err = tr.modulePath(); err != nil {
		return nil, err
	}
	return tr, tr.parse()
}

var moduleLine = regexp.MustCompile(`(?m)^module\s+(\S+)`)

func (tr *tree) modulePath() (string, error) {
	text, err := fs.ReadFile(tr, "go.mod")
	if err != nil {
		return "", err
	}
	found := moduleLine.FindSubmatch(text)
	if found == nil {
		return "", errors.New("go.mod names no module")
	}
	return string(found[1]), nil
}

// parse fills the packages of tr from its Go files.
func (tr *tree) parse() error {
	byDir := map[string]*pkg{}
	for _, name := range tr.paths {
		if !isProduct(name) {
			continue
		}
		src, err := fs.ReadFile(tr, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(tr.fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		p := byDir[path.Dir(name)]
		if p == nil {
			p = &pkg{dir: path.Dir(name), lines: map[*ast.File]int{}}
			byDir[p.dir] = p
			tr.packages = append(tr.packages, p)
		}
		p.files = append(p.files, file)
		p.lines[file] = bytes.Count(src, []byte("\n"))
	}
	slices.SortFunc(tr.packages, func(a, b *pkg) int { return strings.Compare(a.dir, b.dir) })
	for _, p := range tr.packages {
		p.resolve(tr.fset)
	}
	return nil
}

// isProduct reports whether a file is Go that is built and no test.
func isProduct(name string) bool {
	if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
		return false
	}
	return !slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool {
		return part == "testdata" || strings.HasPrefix(part, ".") || strings.HasPrefix(part, "_")
	})
}

// resolve finds what each name in p stands for. Imports are not read: names
// from other packages resolve to the import alone, and what does not type-check
// for that reason is no concern of ours.
func (p *pkg) resolve(fset *token.FileSet) {
	info := types.Info{Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: unread{}, Error: func(error) {}}
	p.types, _ = config.Check(p.dir, fset, p.files, &info)
	p.uses, p.typed = info.Uses, info.Types
}

type unread struct{}

func (unread) Import(name string) (*types.Package, error) {
	return nil, fmt.Errorf("%s is not read", name)
}

// nodes calls visit for every node of every file of p.
func (p *pkg) nodes(visit func(ast.Node)) {
	for _, file := range p.files {
		ast.Inspect(file, func(n ast.Node) bool {
			if n != nil {
				visit(n)
			}
			return true
		})
	}
}

// imported returns the path of the package that e names, if it names one.
func (p *pkg) imported(e ast.Expr) (string, bool) {
	name, ok := e.(*ast.Ident)
	if !ok {
		return "", false
	}
	of, ok := p.uses[name].(*types.PkgName)
	if !ok {
		return "", false
	}
	return of.Imported().Path(), true
}

// within reports whether dir is one of tops or lies below it.
func within(dir string, tops ...string) bool {
	return slices.ContainsFunc(tops, func(top string) bool {
		return dir == top || strings.HasPrefix(dir, top+"/")
	})
}

// at is where n stands, as file:line.
func (tr *tree) at(n ast.Node) string {
	where := tr.fset.Position(n.Pos())
	return where.Filename + ":" + strconv.Itoa(where.Line)
}

// obey fails t with all that a check of rule found. The rule says why it is one.
func obey(t *testing.T, rule string, found []string) {
	t.Helper()
	if len(found) > 0 {
		t.Errorf("%s\n\n  %s", rule, strings.Join(found, "\n  "))
	}
}

// unneeded finds rows of a table of exceptions that no file makes use of.
func unneeded(table string, rows map[string]string, used map[string]bool) (found []string) {
	for name := range rows {
		if !used[name] {
			found = append(found, name+" needs no row in "+table+" any more: remove it")
		}
	}
	slices.Sort(found)
	return found
}

// A proof shows that a check sees what it is there for, or that it leaves the
// innocent alone: what it says of a small tree, line by line.
type proof struct {
	name string
	tree files
	want []string
}

// files are a tree in memory. It gets a go.mod if it has none.
type files map[string]string

func prove(t *testing.T, check func(*tree) []string, proofs ...proof) {
	t.Helper()
	for _, p := range proofs {
		t.Run(p.name, func(t *testing.T) {
			if found := check(p.tree.read(t)); !slices.Equal(found, p.want) {
				t.Errorf("found\n  %s\nwant\n  %s",
					strings.Join(found, "\n  "), strings.Join(p.want, "\n  "))
			}
		})
	}
}

func (f files) read(t *testing.T) *tree {
	t.Helper()
	fsys := fstest.MapFS{"go.mod": {Data: []byte("module example.com/m\n")}}
	for name, text := range f {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	tr, err := read(fsys, nil)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestGitDecidesWhatCounts(t *testing.T) {
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
			t.Skipf("git %s: %v\n%s", args[0], err, out)
		}
	}
	written := files{
		"go.mod":     "module example.com/m\n",
		".gitignore": "/built\n",
		"built":      "what a build left",
		"new.txt":    "not added yet",
	}
	for name, text := range written {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name string
		init bool
		want []string
	}{
		{"no checkout", false, []string{".gitignore", "built", "go.mod", "new.txt"}},
		{"a checkout", true, []string{".gitignore", "go.mod", "new.txt"}},
	} {
		if step.init {
			git("init", "--quiet")
		}
		tr, err := read(os.DirFS(dir), listed(dir))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(tr.paths, step.want) {
			t.Errorf("%s: %v, want %v", step.name, tr.paths, step.want)
		}
	}
}
