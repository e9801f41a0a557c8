package dev

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// top is what stands at the top of the repository, besides dot files.
var top = []string{
	"cmd", "tui", "engine", "storage", "connectors",
	"go.mod", "go.sum", "README.md", "LICENSE",
}

func TestTopLevel(t *testing.T) {
	obey(t, `The top of the repository is its table of contents: five directories, go.mod,
go.sum, README.md and LICENSE. Documentation is doc.go beside the code, tools are
in cmd/dev.`,
		strangers(thisTree(t)))
}

func strangers(tr *tree) (found []string) {
	for _, name := range tr.paths {
		first, _, _ := strings.Cut(name, "/")
		line := first + " does not belong at the top"
		if !slices.Contains(top, first) && !strings.HasPrefix(first, ".") && !slices.Contains(found, line) {
			found = append(found, line)
		}
	}
	return found
}

func TestStrangersAreFound(t *testing.T) {
	prove(t, strangers,
		proof{"the usual", files{".ci/run": "", ".gitignore": "", "README.md": "", "tui/docs/a.md": ""}, nil},
		proof{
			"strangers",
			files{"Makefile": "", "docs/a.md": "", "docs/b.md": "", "engine.go": "package m\n"},
			[]string{
				"Makefile does not belong at the top",
				"docs does not belong at the top",
				"engine.go does not belong at the top",
			},
		},
	)
}

const (
	later  = "left for later: do it, or open an issue"
	home   = "somebody's home directory"
	server = "a server of packages: the reader's own settings name it"
)

// words are what no file of the repository says, and why. Each pattern is
// written so that it does not match itself.
var words = []struct {
	what    string
	pattern *regexp.Regexp
}{
	// In quotes the last one is a currency: ISO 4217's word for "none".
	{later, regexp.MustCompile(`\b(TO[D]O|FIX[M]E)\b|(^|[^"'\x60\w])XX[X]($|[^"'\x60\w])`)},
	{home, regexp.MustCompile(`(^|[^\w.~}-])/(home|Users|root)/\w`)},
	{server, regexp.MustCompile(`\b((proxy|sum)\.golang\.org|goproxy\.(io|cn)|registry\.(npmjs|yarnpkg)\.\w+` +
		`|pypi\.org|(registry\.hub|index)\.docker\.\w+|ghcr\.io|quay\.io|gcr\.io)\b`)},
}

func TestWords(t *testing.T) {
	obey(t, `A file is finished when it is committed, and means the same on every machine: it
leaves nothing for later and names neither somebody's directories nor a server
that packages come from.`,
		saidWords(thisTree(t)))
}

// saidWords looks for words in every text file.
func saidWords(tr *tree) (found []string) {
	for _, name := range tr.paths {
		text, err := fs.ReadFile(tr, name)
		if err != nil || bytes.IndexByte(text, 0) >= 0 || !utf8.Valid(text) {
			continue // gone meanwhile, or no text
		}
		number := 0
		for line := range bytes.Lines(text) {
			number++
			for _, w := range words {
				if w.pattern.Match(line) {
					found = append(found, fmt.Sprintf("%s:%d: %s", name, number, w.what))
				}
			}
		}
	}
	return found
}

func TestSaidWordsAreFound(t *testing.T) {
	prove(t, saidWords,
		proof{
			"innocent",
			files{
				"README.md": "https://example.com/home/page, $HOME/desk.db, ~/root/desk.db, proxy.example.com\n",
				"a.txt":     `"XX` + `X" is no currency, XX` + `XL is a size` + "\n",
				"b.bin":     "\x00 TO" + "DO",
			},
			nil,
		},
		proof{
			"said",
			files{
				"a.txt":      "TO" + "DO: more\n\n// XX" + "X: really?\nFIX" + "ME",
				"b.yaml":     "store: /ho" + "me/sample/desk.db\n",
				"ci/run":     "cd /ro" + "ot/desk\nexport PROXY=https://proxy" + ".golang.org\n",
				"d/Users.md": "see \"/Use" + "rs/sample\"\n",
			},
			[]string{
				"a.txt:1: " + later,
				"a.txt:3: " + later,
				"a.txt:4: " + later,
				"b.yaml:1: " + home,
				"ci/run:1: " + home,
				"ci/run:2: " + server,
				"d/Users.md:1: " + home,
			},
		},
	)
}

// commands are what a README tells a newcomer to type first.
var commands = []struct {
	what    string
	pattern *regexp.Regexp
}{
	{
		"to start it (go run ./cmd/purser demo, or a build of it)",
		regexp.MustCompile(`\bgo (run|build|install) [^\n]*\./cmd/purser\b`),
	},
	{
		"to test it (go test ./...)",
		regexp.MustCompile(`\bgo test \./\.\.\.`),
	},
}

func TestReadme(t *testing.T) {
	obey(t, `README.md tells the two commands that a newcomer types first: one starts the
program, one proves that it works.`,
		missingCommands(thisTree(t)))
}

// missingCommands finds what README.md, if there is one, does not tell.
func missingCommands(tr *tree) (found []string) {
	if !slices.Contains(tr.paths, "README.md") {
		return nil
	}
	text, err := fs.ReadFile(tr, "README.md")
	if err != nil {
		return []string{err.Error()}
	}
	for _, c := range commands {
		if !c.pattern.Match(text) {
			found = append(found, "README.md names no command "+c.what)
		}
	}
	return found
}

func TestMissingCommandsAreFound(t *testing.T) {
	prove(t, missingCommands,
		proof{"no README", files{}, nil},
		proof{"both", files{"README.md": "    go run ./cmd/purser demo\n    go test ./...\n"}, nil},
		proof{
			"neither",
			files{"README.md": "Build it with go build ./..., test it.\n"},
			[]string{
				"README.md names no command to start it (go run ./cmd/purser demo, or a build of it)",
				"README.md names no command to test it (go test ./...)",
			},
		},
	)
}
