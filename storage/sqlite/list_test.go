package sqlite_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/purserhq/purser/storage/sqlite"
)

func TestListsAreJSON(t *testing.T) {
	list := sqlite.AppendRow(nil, "status", `"ready"`, `"approved"`)
	list = sqlite.AppendRow(list, "odd", "a\\b\n\x00", "ü\u2028")
	list = sqlite.AppendRow(list)
	const want = `[["status","\"ready\"","\"approved\""],["odd","a\\b\u000a\u0000","ü` + "\u2028" + `"],[]]`
	if string(list) != want {
		t.Errorf("kept as %s, want %s", list, want)
	}
	if !json.Valid(list) {
		t.Error("which is no JSON")
	}
}

func TestListsThatAreNone(t *testing.T) {
	for _, text := range []string{
		"[", "]", "[[]", "[[]]x", "{}", `[["a]]`, `[["a"]`, `[["a""b"]]`, `[["\n"]]`, `[["\u00"]]`, `[["\u0100"]]`,
		`[["\ud800"]]`, `[["a",]]`, `[[],]`, `[1]`, `["a"]`, " []", `[["\`, `[["\u`,
	} {
		if rows, err := sqlite.ReadRows(text); err == nil {
			t.Errorf("%s was read as %q", text, rows)
		}
	}
}

// FuzzLists checks that whatever is kept comes back, and that nothing read
// makes the reader fall over.
func FuzzLists(f *testing.F) {
	f.Add("status", `"ready"`, "")
	f.Add("\x00\x1f", "\\\"", "\xff\xfe")
	f.Add(`[["`, `"]]`, `\u0041`)
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if rows, err := sqlite.ReadRows(a); err == nil && a != "" && utf8.ValidString(a) && !json.Valid([]byte(a)) {
			t.Errorf("%q is no JSON but was read as %q", a, rows)
		}
		list := sqlite.AppendRow(sqlite.AppendRow(nil, a, b), c)
		rows, err := sqlite.ReadRows(string(list))
		if err != nil || !reflect.DeepEqual(rows, [][]string{{a, b}, {c}}) {
			t.Errorf("kept %q %q %q, read %q (%v)", a, b, c, rows, err)
		}
	})
}
