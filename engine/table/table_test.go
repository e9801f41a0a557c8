package table_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/table"
	"github.com/purserhq/purser/engine/text"
)

func TestCSV(t *testing.T) {
	tests := []struct {
		name  string
		cells []string
		want  string
	}{
		{"plain", []string{"pout_1", "120.50", "USD"}, "pout_1,120.50,USD\n"},
		{"quoted", []string{"a,b", `say "hi"`, "two\nlines"}, "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\n"},
		{"formulas", []string{`=LINK("x")`, "@SUM(A1)", "+1", "-1+2"}, `"'=LINK(""x"")",'@SUM(A1),'+1,'-1+2` + "\n"},
		{"formulas after a tab, a return, a line end", []string{"\t=1", "\r=1", "\n=1"}, "'\t=1,\"'\r=1\",\"'\n=1\"\n"},
		{"formulas in wide letters", []string{"＝1", "＋1", "－1", "＠A"}, "'＝1,'＋1,'－1,'＠A\n"},
		{"negative numbers stay", []string{"-12.50", "-7", "-0.00000001"}, "-12.50,-7,-0.00000001\n"},
		{"what only resembles one", []string{"-", "-.5", "-5.", "-1e3", "--1", "-١"}, "'-,'-.5,'-5.,'-1e3,'--1,'-١\n"},
		{"nor does a grouped one", []string{"-1,250.00"}, "\"'-1,250.00\"\n"},
		{"nothing is cleaned", []string{"Bob\x1b[2J", "\u202ez"}, "Bob\x1b[2J,\u202ez\n"},
		{"inside a cell all may stand", []string{"a=b", "a@example.com", "4+4"}, "a=b,a@example.com,4+4\n"},
		{"empty cells", []string{"", ""}, ",\n"},
		{"one empty cell", []string{""}, "\"\"\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var file bytes.Buffer
			w := table.NewCSVWriter(&file)
			if err := errors.Join(w.Write(test.cells...), w.Flush()); err != nil {
				t.Fatal(err)
			}
			if got := file.String(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

var (
	formula = regexp.MustCompile(`^[=+\-@＝＋－＠\t\r\n]`)
	number  = regexp.MustCompile(`^-[0-9]+(\.[0-9]+)?$`)
)

// What is read back is what was written, but for apostrophes before formulas,
// and no cell can be taken for one.
func TestCSVRoundTrip(t *testing.T) {
	cell := rapid.OneOf(
		rapid.StringMatching(`[=+\-@＝\t]?[a-z0-9 ,;"'.]*`),
		rapid.StringMatching(`-?[0-9]{1,3}(\.[0-9]{1,3})?`),
		rapid.String().Filter(func(s string) bool { return !strings.Contains(s, "\r") }), // readers drop it
	)
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 4).Draw(t, "columns")
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, columns, columns), 1, 5).Draw(t, "rows")
		var file bytes.Buffer
		w := table.NewCSVWriter(&file)
		for _, row := range rows {
			if err := w.Write(row...); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		back, err := csv.NewReader(&file).ReadAll()
		if err != nil || len(back) != len(rows) {
			t.Fatalf("read back %q, %v, want %q", back, err, rows)
		}
		for i, row := range back {
			for j, got := range row {
				if formula.MatchString(got) && !number.MatchString(got) {
					t.Fatalf("%q is a formula", got)
				}
				if want := rows[i][j]; got != want && got != "'"+want {
					t.Fatalf("%q came back as %q", want, got)
				}
			}
		}
	})
}

func TestJSONLines(t *testing.T) {
	type row struct {
		ID     string       `json:"id"`
		Amount money.Amount `json:"amount"`
		Name   string       `json:"name"`
	}
	var file bytes.Buffer
	w := table.NewJSONLines(&file)
	for _, v := range []any{
		row{"pout_1", money.New(12050, "USD"), "Tom & <Jerry> Zoë 張偉"},
		row{"pout_2", money.New(7, "JPY"), "\x1b]0;paid\a \x7f\u009b31m \u202e \U000f0000 \xff\n"},
		nil,
	} {
		if err := w.Write(v); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		`{"id":"pout_1","amount":120.50,"name":"Tom & <Jerry> Zoë 張偉"}`,
		`{"id":"pout_2","amount":7,"name":"\u001b]0;paid\u0007 \u007f\u009b31m \u202e \udb80\udc00 \ufffd\n"}`,
		`null`,
		``,
	}
	if got := strings.Split(file.String(), "\n"); !slices.Equal(got, want) {
		t.Errorf("\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A line holds nothing that a terminal could obey, and decodes to the text that
// went in.
func TestJSONLinesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(
			rapid.String(),
			rapid.StringOf(rapid.RuneFrom([]rune("a\x1b\x7f\u009b\u202e\u2028\ufeff\ue000\U0010fffd\\\"<"))),
		).Draw(t, "text")
		var file bytes.Buffer
		if err := table.NewJSONLines(&file).Write(s); err != nil {
			t.Fatal(err)
		}
		line, ended := strings.CutSuffix(file.String(), "\n")
		if !ended || text.HasControl(line) {
			t.Fatalf("%+q is no line for a terminal", file.String())
		}
		var back string
		if err := json.Unmarshal([]byte(line), &back); err != nil || back != s {
			t.Fatalf("%+q came back as %+q, %v", s, back, err)
		}
	})
}

func TestWhatCannotBeEncodedWritesNothing(t *testing.T) {
	var file bytes.Buffer
	if err := table.NewJSONLines(&file).Write(make(chan int)); err == nil || file.Len() > 0 {
		t.Errorf("%v, %q written", err, file.String())
	}
}

func TestFullDiskIsReported(t *testing.T) {
	w := table.NewCSVWriter(full{})
	if err := errors.Join(w.Write("a", "b"), w.Flush()); !errors.Is(err, errFull) {
		t.Errorf("CSV: %v", err)
	}
	if err := table.NewCSVWriter(full{}).Write(""); !errors.Is(err, errFull) {
		t.Errorf("CSV, empty row: %v", err)
	}
	if err := table.NewJSONLines(full{}).Write(1); !errors.Is(err, errFull) {
		t.Errorf("JSON: %v", err)
	}
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
