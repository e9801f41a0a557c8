package table_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine/table"
)

func TestProperties(t *testing.T) {
	tests := []struct {
		cell  string
		want  map[string]string
		wrong string
	}{
		{cell: "", want: map[string]string{}},
		{cell: "account:123", want: map[string]string{"account": "123"}},
		{cell: " a : 1 ;b:2; ;", want: map[string]string{"a": "1", "b": "2"}},
		{cell: "url:https://example.com:80/x", want: map[string]string{"url": "https://example.com:80/x"}},
		{cell: "a:", want: map[string]string{"a": ""}},
		{cell: "account", wrong: `"account" has no value`},
		{cell: "a:1;:2", wrong: `":2" has no name before the colon`},
		{cell: "a:1;a:2", wrong: `"a" stands there twice`},
	}
	for _, test := range tests {
		got, err := table.Properties(test.cell)
		if test.wrong != "" {
			if err == nil || err.Error() != test.wrong {
				t.Errorf("%q: %v, want %s", test.cell, err, test.wrong)
			}
			continue
		}
		if err != nil || !maps.Equal(got, test.want) {
			t.Errorf("%q: %q, %v", test.cell, got, err)
		}
	}
}

// What was understood of a cell says the same when it is written again.
func FuzzProperties(f *testing.F) {
	for _, seed := range []string{"a:1;b:2", "a:b:c", ";;", ":", "a", "\xff:\x00", " a\t: =1 ;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		first, err := table.Properties(cell)
		if err != nil {
			return
		}
		var pairs []string
		for _, key := range slices.Sorted(maps.Keys(first)) {
			if key == "" || strings.ContainsAny(key, ":;") || strings.Contains(first[key], ";") {
				t.Fatalf("%q has the property %q: %q", cell, key, first[key])
			}
			pairs = append(pairs, key+":"+first[key])
		}
		again, err := table.Properties(strings.Join(pairs, ";"))
		if err != nil || !maps.Equal(first, again) {
			t.Fatalf("%q: %q, again %q, %v", cell, first, again, err)
		}
	})
}
