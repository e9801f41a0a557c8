package table_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/table"
)

func anyName(string) error { return nil }

// onlyAB knows the columns a and b.
func onlyAB(name string) error {
	if name == "a" || name == "b" {
		return nil
	}
	return fmt.Errorf("there is no column %q", name)
}

// read reads a whole file: its rows, and what was wrong.
func read(r table.Reader) (rows []string, wrong []string) {
	for {
		row, err := r.Next()
		var e *table.Error
		switch {
		case errors.Is(err, io.EOF):
			return rows, wrong
		case errors.As(err, &e):
			wrong = append(wrong, err.Error())
			if e.Fatal {
				return rows, wrong
			}
		case err == nil:
			rows = append(rows, fmt.Sprintf("%d %q %q", row.Line, row.Cells["a"], row.Cells["b"]))
		}
	}
}

func TestReadCSV(t *testing.T) {
	tests := []struct{ name, file, rows, wrong string }{
		{"plain", "a,b\n1,2\n3,4\n", `2 "1" "2"|3 "3" "4"`, ""},
		{"from a spreadsheet", "\ufeffa,b\r\n1,2\r\n", `2 "1" "2"`, ""},
		{"no end of line", "b,a\n1,2", `2 "2" "1"`, ""},
		{"over several lines", "a,b\n\"1\n2\",3\n4,5\n", `2 "1\n2" "3"|4 "4" "5"`, ""},
		{"formulas", "a,b\n'=1,'-1+2\n'a,-5\n''=1,'-5\n", `2 "=1" "-1+2"|3 "'a" "-5"|4 "'=1" "'-5"`, ""},
		{"a row too short", "a,b\n1\n3,4\n", `3 "3" "4"`, "line 2: it does not have 2 cells as the first line has"},
		{"a quote astray", "a,b\n1,x\"y\n3,4\n", `3 "3" "4"`, `line 2, column 4: bare " in non-quoted-field`},
		{"no UTF-8", "a,b\n1,\xff\n3,4\n", `3 "3" "4"`, "line 2, column 3: it is not valid UTF-8"},
		{"a quote not closed", "a,b\n1,2\n3,\"4\n5,6\n", `2 "1" "2"`, "line 3: a quote in it is not closed where its cell ends, but in line "},
		{"quotes never closed", "a,b\n1,2\n\"" + strings.Repeat("x", 2*table.MaxRow), `2 "1" "2"`, "perhaps quotes are never closed"},
		{"no rows", "a,b\n", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := table.NewCSVReader(strings.NewReader(test.file), onlyAB)
			if err != nil {
				t.Fatal(err)
			}
			rows, wrong := read(r)
			if got := strings.Join(rows, "|"); got != test.rows {
				t.Errorf("rows %s, want %s", got, test.rows)
			}
			if got := strings.Join(wrong, "|"); !strings.Contains(got, test.wrong) || (test.wrong == "") != (got == "") {
				t.Errorf("wrong %s, want %s", got, test.wrong)
			}
		})
	}
}

func TestReadCSVHead(t *testing.T) {
	for file, want := range map[string]string{
		"":              "the file is empty",
		"a,c\n":         `line 1, column 3: there is no column "c"`,
		"a,b,a\n":       `line 1, column 5: the column "a" stands there twice`,
		"\"a\n":         "line 1",
		"\xff\xfea\x00": "line 1: the file is in UTF-16; save it as UTF-8",
	} {
		if _, err := table.NewCSVReader(strings.NewReader(file), onlyAB); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", file, err, want)
		}
	}
}

func TestReadJSONLines(t *testing.T) {
	tests := []struct{ name, file, rows, wrong string }{
		{"strings and others", `{"a":"x\ny","b":[1,{"c":2}]}` + "\n\n" + `{"a":1.50,"b":null}`, `1 "x\ny" "[1,{\"c\":2}]"|3 "1.50" ""`, ""},
		{"no object", "[1]\n{\"a\":true}\nnull\n", `2 "true" ""`, "line 1: it is no JSON object|line 3: it is no JSON object"},
		{"broken", "{\"a\":}\n{\"b\":\"1\"}\n", `2 "" "1"`, "line 1, column 6: invalid character"},
		{"another property", `{"c":1}`, "", `line 1: there is no column "c"`},
		{"marked", "\ufeff{\"a\":1}", `1 "1" ""`, ""},
		{"UTF-16", "\xfe\xff\x00{", "", "line 1: the file is in UTF-16"},
		{"no UTF-8", "{\"a\":\"\xff\"}\n{}", `2 "" ""`, "line 1: it is not valid UTF-8"},
		{"a line too long", "{\"a\":\"" + strings.Repeat("x", table.MaxRow), "", "line 1: a row has more than"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rows, wrong := read(table.NewJSONLinesReader(strings.NewReader(test.file), onlyAB))
			if got := strings.Join(rows, "|"); got != test.rows {
				t.Errorf("rows %s, want %s", got, test.rows)
			}
			if got := strings.Join(wrong, "|"); !strings.Contains(got, test.wrong) || (test.wrong == "") != (got == "") {
				t.Errorf("wrong %s, want %s", got, test.wrong)
			}
		})
	}
}

// What is written is read again as it was, formulas and all.
func TestRoundTrip(t *testing.T) {
	cell := rapid.OneOf(
		rapid.StringMatching(`'{0,2}[=+\-@＝]?[a-z0-9 ,;"'.]*`),
		rapid.StringMatching(`'{0,2}-?[0-9]{1,3}(\.[0-9]{1,3})?`),
		rapid.String().Filter(func(s string) bool { return !strings.Contains(s, "\r") }), // readers drop it
	)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 2), 1, 5).Draw(t, "rows")
		var file, lines bytes.Buffer
		w, j := table.NewCSVWriter(&file), table.NewJSONLines(&lines)
		for _, row := range append([][]string{{"a", "b"}}, rows...) {
			if err := w.Write(row...); err != nil {
				t.Fatal(err)
			}
		}
		for _, row := range rows {
			if err := j.Write(map[string]string{"a": row[0], "b": row[1]}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		fromCSV, err := table.NewCSVReader(&file, anyName)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []table.Reader{fromCSV, table.NewJSONLinesReader(&lines, anyName)} {
			for _, row := range rows {
				got, err := r.Next()
				if want := map[string]string{"a": row[0], "b": row[1]}; err != nil || !maps.Equal(got.Cells, want) {
					t.Fatalf("%q came back as %q, %v", want, got.Cells, err)
				}
			}
			if _, err := r.Next(); !errors.Is(err, io.EOF) {
				t.Fatalf("after the last: %v", err)
			}
		}
	})
}

// However a file looks, reading it ends, and each row or error has its line.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a\n\"x", "{\"a\":1}\n[", "\ufeffa\r\n'=1", "a,b\n1\n\xff,2", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		readers := []table.Reader{table.NewJSONLinesReader(strings.NewReader(file), anyName)}
		if r, err := table.NewCSVReader(strings.NewReader(file), anyName); err == nil {
			readers = append(readers, r)
		}
		for _, r := range readers {
			last := 0
			for range len(file) + 2 {
				row, err := r.Next()
				if errors.Is(err, io.EOF) {
					return
				}
				var e *table.Error
				line := row.Line
				if errors.As(err, &e) {
					line = e.Line
				} else if err != nil {
					t.Fatalf("%T: %v", err, err)
				}
				if line < last || line < 1 {
					t.Fatalf("line %d after %d: %v", line, last, err)
				}
				if last = line; e != nil && e.Fatal {
					return
				}
			}
			t.Fatal("it never ends")
		}
	})
}
