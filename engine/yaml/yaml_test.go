package yaml_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/route"
	"github.com/purserhq/purser/engine/yaml"
)

func TestConfigIsReadAsItIsWritten(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "cmd", "purser", "testdata", "desk.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := yaml.ReadConfig("desk.yaml", source)
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]string{
		"a number":      {c.Services[0].Min.String(), "0.01"},
		"a rate":        {c.Routes[0].Fee.Rate.String(), "0.01"},
		"text in quote": {c.Services[0].Fields[0].Pattern, `^[\w.-]{1,64}$`},
		"a list":        {fmt.Sprint(c.Points[0].Currencies), "[USD EUR]"},
		"a flag":        {fmt.Sprint(c.Points[0].Options.AllowPartially), "true"},
		"a count":       {fmt.Sprint(c.Points[0].Options.AttemptsLimit), "2"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %s, want %s", what, pair[0], pair[1])
		}
	}
}

func TestConfigsThatMeanTheSame(t *testing.T) {
	want, err := yaml.ReadConfig("a", []byte("reviewers:\n- id: 'r 1'\n  role: admin\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{
		`{"reviewers": [{"id": "r 1", "role": "admin"}]}`,
		"reviewers: [{id: r 1, role: admin}] # with a comment",
		"# first\nreviewers:\n  # then\n  -\n    role: \"admin\"\n    id: \"r\\u00201\"\n",
		"---\nreviewers:\n- {id: r 1, role: admin}\npoints:\n...\n",
	} {
		if got, err := yaml.ReadConfig("b", []byte(source)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, %v", source, got, err)
		}
	}
	for _, empty := range []string{"", "\n", "# nothing\n", "---\n", "{}", "points: []\n"} {
		if got, err := yaml.ReadConfig("c", []byte(empty)); err != nil || len(got.Points) > 0 {
			t.Errorf("%q: %+v, %v", empty, got, err)
		}
	}
}

func TestConfigsThatAreRefused(t *testing.T) {
	for source, want := range map[string]string{
		"points: 3":                                                "f:1:9: points is 3 (give a list)",
		"points: {id: main}":                                       "f:1:9: points cannot have properties (give a list)",
		"points: [main]":                                           `f:1:10: an entry of points is "main" (give properties)`,
		"points: [{id: [a]}]":                                      "f:1:15: id is no list (give text, in quotes if it looks like something else)",
		"points: [{id: yes, mode: true}]":                          "f:1:26: mode is true (give text, in quotes if it looks like something else)",
		"points: [{id:}]":                                          "f:1:14: id is empty (give text, in quotes if it looks like something else, or leave it out)",
		"routes: [{id: r, min: .5}]":                               "f:1:23: min is .5 (give a plain number, as 0.01 or 3000)",
		"routes: [{id: r, min: 0x1F}]":                             "f:1:23: min is 0x1F (give a plain number, as 0.01 or 3000)",
		"routes: [{id: r, min: 1_000}]":                            "f:1:23: min is 1_000 (give a plain number, as 0.01 or 3000)",
		"routes: [{id: r, min: 010}]":                              "f:1:23: min is 010 (give a plain number, as 0.01 or 3000)",
		"routes: [{id: r, min: .inf}]":                             "f:1:23: min is .inf (give a plain number, as 0.01 or 3000)",
		"routes: [{id: r, min: .nan}]":                             "f:1:23: min is .nan (give a plain number, as 0.01 or 3000)",
		"routes: [{id: r, min: 1e999}]":                            `f:1:23: min is "1e999"` + " (give a plain number, as 0.01 or 3000)",
		"points: [{options: {undoSeconds: 1.5}}]":                  "f:1:34: undoSeconds is 1.5 (give a whole number)",
		"points: [{options: {undoSeconds: 99999999999999999999}}]": `f:1:34: undoSeconds is "99999999999999999999" (give a whole number)`,
		"points: [{options: {splitMode: yes}}]":                    `f:1:32: splitMode is "yes" (give true or false)`,
		"points: [{id: a, id: b}]":                                 `f:1:18: mapping key "id" already defined at [1:11]`,
		"points: !!seq []":                                         "f:1:9: tags and directives are not read (leave them out)",
		"points: &a []":                                            "f:1:9: anchors, aliases and merge keys are not read (write it out)",
		"points: [{<<: {id: a}}]":                                  "f:1:11: anchors, aliases and merge keys are not read (write it out)",
		"? points\n: []":                                           "f:1:1: a ? for a key is not read (write key: value)",
		"points: []\n---\npoints: []":                              "f holds 2 documents (one is read)",
		`points: [{id: "a\u001b[2J"}]`:                             "f:1:15: id holds a character that cannot be shown (remove it)",
		"points:\n- id: |\n    a\n    b\n":                         "f:2:7: id holds a character that cannot be shown (remove it)",
		"points: \xff":                                             "f is no UTF-8 text",
		"[":                                                        "f:1:1: ",
		"just words":                                               "f:1:1: the configuration is \"just words\" (give properties)",
		strings.Repeat("[", 50):                                    "f:1:49: it is nested more than 48 deep",
		strings.Repeat("- ", 50):                                   "f:1:97: it is nested more than 48 deep",
		manyProperties(1000):                                       "f:201:5: more than 200 properties in one place",
		"{" + strings.ReplaceAll(manyProperties(1000), "\n", ", ") + "}": "f:1:1806: more than 200 properties in one place",
	} {
		_, err := yaml.ReadConfig("f", []byte(source))
		if engine.CodeOf(err) != engine.Invalid || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.60q:\n %v, want\n %s", source, err, want)
		}
		var at yaml.Place
		if named := errors.As(err, &at); named && !strings.HasPrefix(want, fmt.Sprintf("f:%d:%d: ", at.Line, at.Column)) {
			t.Errorf("%.60q: %v is wrong, want\n %s", source, at, want)
		} else if !named && strings.HasPrefix(want, "f:") {
			t.Errorf("%.60q: %v names no place", source, err)
		}
	}
}

func manyProperties(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%03d: 1\n", i)
	}
	return b.String()
}

// What is written for people to read can be read back.
func TestWrittenConfigsAreRead(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "cmd", "purser", "testdata", "desk.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := yaml.ReadConfig("desk.yaml", source)
	if err != nil {
		t.Fatal(err)
	}
	want.Points[0].Name = "no: it's \"quoted\", [and] {braced} # é ✓"
	want.Reviewers[0].Name = "true"
	want.Reviewers[1].Name = "- 1e3"
	page, err := yaml.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := yaml.ReadConfig("page", page)
	if err != nil {
		t.Fatalf("%v\n%s", err, page)
	}
	before, _ := json.Marshal(want)
	after, _ := json.Marshal(got)
	if !bytes.Equal(before, after) {
		t.Errorf("wrote\n%s\nread\n%s", before, after)
	}
}

// The deepest routing schemes that the engine takes can be written and read.
func TestTheDeepestSchemesAreRead(t *testing.T) {
	leaf := route.Node{Use: []route.Strategy{{Kind: route.StrategyWeight, Routes: []string{"a", "b"}, Weights: []int{3, 1}}}}
	asked := route.Condition{
		Attribute: route.AttributeMetadata, Key: "k", Operator: route.OperatorIn, Value: route.Values{"1", "true", "x|y", "1e3"},
	}
	branches, groups := leaf, asked
	deepest := 0
	for n := leaf; ; deepest++ {
		inner := n
		n = route.Node{If: &asked, Then: &inner, Else: &leaf}
		if _, err := route.Compile(schemeOf(n)); err != nil {
			break
		}
	}
	if deepest < 10 {
		t.Fatalf("only %d branches, one in the other", deepest)
	}
	for range deepest {
		inner := branches
		branches = route.Node{If: &asked, Then: &leaf, Else: &inner}
		groups = route.Condition{Any: []route.Condition{groups, asked}}
	}
	for what, n := range map[string]route.Node{
		"branches": branches, "groups": {If: &groups, Then: &leaf, Else: &leaf}, "a block": {Use: []route.Strategy{}},
	} {
		want := schemeOf(n)
		if _, err := route.Compile(want); err != nil {
			t.Fatal(err)
		}
		page, err := yaml.Marshal(engine.ConfigFile{Schemes: []route.Scheme{want}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := yaml.ReadConfig("page", page)
		if err != nil || len(got.Schemes) != 1 || !bytes.Equal(got.Schemes[0].Canonical(), want.Canonical()) {
			t.Errorf("%s: %v\n%s", what, err, page)
		}
	}
}

func schemeOf(n route.Node) route.Scheme {
	return route.Scheme{ID: "s", Services: []route.Service{{Service: "test_usd", Tree: n}}}
}

// FuzzReadConfig proves that whatever is in a file, it is read or refused in
// one line that can be shown, and that numbers never change on the way.
func FuzzReadConfig(f *testing.F) {
	desk, err := os.ReadFile(filepath.Join("..", "..", "cmd", "purser", "testdata", "desk.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(desk))
	for _, seed := range []string{
		"", "a: [", "points: [{id: 'x'}]", "routes: [{fee: {rate: 0.1}}]", "? a\n: b", "- - - a", "a: |\n  b", "\"\\u0000\": 1",
		"points:\n- id: >\n    a\n", "%YAML 1.2\n---\n{}", "a: &b c\nd: *b", "points: {<<: x}", "{a: {b: {c: d}}}", "a: b: c", "\t- a",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		config, err := yaml.ReadConfig("f", []byte(source))
		if err != nil {
			if engine.CodeOf(err) != engine.Invalid || !utf8.ValidString(err.Error()) {
				t.Fatalf("%v", err)
			}
			return
		}
		raw, err := json.Marshal(config)
		if err != nil {
			t.Fatal(err)
		}
		again, err := engine.ReadConfigFile(raw)
		if err != nil {
			t.Fatalf("what was read cannot be read: %v\n%s", err, raw)
		}
		if twice, _ := json.Marshal(again); !bytes.Equal(raw, twice) {
			t.Fatalf("%s\n%s", raw, twice)
		}
	})
}
