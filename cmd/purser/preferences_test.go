package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
)

const liked = `# how I like it
console:
  theme: high
  after: stay
  mouse: true
  keys:
    approve: [I]
    queue: [g q, "#"]
    comment: []
`

func TestPreferences(t *testing.T) {
	p, err := readPreferences("config.yaml", []byte(liked))
	if err != nil {
		t.Fatal(err)
	}
	c := p.Console
	if c.Theme != "high" || c.After != "stay" || !c.Mouse || len(c.Keys) != 3 {
		t.Errorf("read %+v", c)
	}
	if got := c.Keys["queue"]; len(got) != 2 || got[0] != "g q" || got[1] != "#" {
		t.Errorf("the keys of queue are %q", got)
	}
	if p, err := readPreferences("config.yaml", nil); err != nil || p.Console.Keys != nil {
		t.Errorf("an empty file is %+v, %v", p, err)
	}
}

func TestPreferencesThatMakeNoSense(t *testing.T) {
	for source, want := range map[string]string{
		"console: {theme: pink}":                        `config.yaml: there is no theme "pink" (themes: auto, dark, light, mono, high)`,
		"console: {after: sleep}":                       `config.yaml: after is "sleep"`,
		"console: {colour: high}":                       `config.yaml:1:11: console has no property "colour"`,
		"console: {keys: {approve: [b]}}":               `config.yaml: the keys do not fit: key "b" of block clashes with "b" of approve`,
		"console: {mouse: 1}":                           "mouse is 1 (give true or false)",
		"console: {keys: {approve: v}}":                 `approve is "v" (give a list)`,
		"console: {keys: [approve]}":                    "keys is no list",
		"console: {keys: {approve: [[a]]}}":             "an entry of approve is no list",
		"console: {keys: {approve: [a], approve: [b]}}": `mapping key "approve" already defined`,
		"theme: high":                                   `the configuration has no property "theme"`,
		"console: &x {}":                                "anchors, aliases and merge keys are not read",
	} {
		if _, err := readPreferences("config.yaml", []byte(source)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", source, err, want)
		}
	}
}

// The file of the home directory need not be there; one that is named must.
func TestWherePreferencesAre(t *testing.T) {
	home := t.TempDir()
	a := &app{env: func(name string) string {
		if name == "XDG_CONFIG_HOME" {
			return home
		}
		return ""
	}}
	if p, err := a.preferences(); err != nil || p.Console.Mouse {
		t.Errorf("without a file: %+v, %v", p, err)
	}
	if err := os.MkdirAll(filepath.Join(home, "purser"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "purser", "config.yaml"), []byte(liked), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := a.preferences(); err != nil || !p.Console.Mouse {
		t.Errorf("with a file: %+v, %v", p, err)
	}
	a.sitting.config = filepath.Join(home, "nothing.yaml")
	if _, err := a.preferences(); engine.CodeOf(err) != engine.NotFound {
		t.Errorf("a file that is not there: %v", err)
	}
}

// The preferences of the README are ones that can be had.
func TestPreferencesOfTheREADME(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "```yaml\nconsole:\n")
	example, _, _ := strings.Cut(rest, "```")
	p, err := readPreferences("README.md", []byte("console:\n"+example))
	if err != nil || !found || len(p.Console.Keys) == 0 {
		t.Errorf("%+v, %v", p, err)
	}
}
