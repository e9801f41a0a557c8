// Package table writes rows for other programs and reads theirs: CSV for
// spreadsheets, JSON lines for scripts.
//
// Both stream, one row at a time, so an export of ten million rows needs the
// memory of one. Cells hold text from outside, and what opens the file may be
// a spreadsheet that calculates or a terminal that obeys: [CSVWriter] disarms
// formulas, [JSONLines] escapes what a terminal could take for a command.
// Otherwise nothing is changed, shortened or cleaned, and what was written is
// read again as it was. A row that makes no sense says where, and the next one
// can be read.
//
// The package knows no columns and no files; it writes to an io.Writer and
// reads from an io.Reader.
package table

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/purserhq/purser/engine/text"
)

// A CSVWriter writes rows as RFC 4180 has them, with lines ending in "\n".
type CSVWriter struct {
	file io.Writer
	rows *csv.Writer // buffers rows and writes them to file
	row  []string
}

// NewCSVWriter returns a writer of rows to w. Rows are buffered: call Flush.
func NewCSVWriter(w io.Writer) *CSVWriter { return &CSVWriter{file: w, rows: csv.NewWriter(w)} }

// Write adds one row. A cell that a spreadsheet would calculate gets an
// apostrophe in front.
func (c *CSVWriter) Write(cells ...string) error {
	if len(cells) == 1 && cells[0] == "" {
		return c.blank()
	}
	c.row = c.row[:0]
	for _, cell := range cells {
		c.row = append(c.row, disarm(cell))
	}
	return c.rows.Write(c.row)
}

// blank writes a row of one empty cell in quotes: an empty line, which is what
// encoding/csv makes of it, is no row to those who read it.
func (c *CSVWriter) blank() error {
	if err := c.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(c.file, `""`+"\n")
	return err
}

// Flush writes what is buffered, and returns the first error of any Write.
func (c *CSVWriter) Flush() error {
	c.rows.Flush()
	return c.rows.Error()
}

// disarm puts an apostrophe before a cell that starts a formula, in whatever
// width of letters, and before one that looks as if that had been done. A
// negative number starts like one, but is none.
func disarm(cell string) string {
	bare := strings.TrimLeft(cell, "'")
	first, _ := utf8.DecodeRuneInString(bare)
	if bare == "" || !strings.ContainsRune("=+-@＝＋－＠\t\r\n", first) || negativeNumber(bare) {
		return cell
	}
	return "'" + cell
}

// negativeNumber reports whether cell is a minus, digits, and perhaps a point
// and more digits.
func negativeNumber(cell string) bool {
	unsigned, minus := strings.CutPrefix(cell, "-")
	whole, fraction, point := strings.Cut(unsigned, ".")
	return minus && digits(whole) && (!point || digits(fraction))
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Cells returns some properties of v's JSON as cells: strings as text that can be
// shown, everything else as JSON, what is null or missing empty.
func Cells(v any, names []string) ([]string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	object := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, err
	}
	row := make([]string, len(names))
	for i, name := range names {
		value := object[name]
		switch {
		case len(value) == 0 || string(value) == "null":
		case value[0] == '"':
			err = json.Unmarshal(value, &row[i])
			row[i] = string(text.Clean(row[i]))
		default:
			row[i] = string(value)
		}
	}
	return row, err
}

// JSONLines writes values as JSON, one to a line.
type JSONLines struct {
	out  io.Writer
	line bytes.Buffer
}

// NewJSONLines returns a writer of values to w, which gets one Write per line.
func NewJSONLines(w io.Writer) *JSONLines { return &JSONLines{out: w} }

// Write adds one line. What a terminal could obey, and JSON would let pass,
// is written as an escape; whoever decodes the line gets the same text.
func (j *JSONLines) Write(v any) error {
	j.line.Reset()
	encoder := json.NewEncoder(&j.line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	line := strings.TrimSuffix(j.line.String(), "\n")
	if text.HasControl(line) {
		line = escape(line)
	}
	_, err := io.WriteString(j.out, line+"\n")
	return err
}

// escape writes the characters that must not be shown as JSON escapes. In a
// line of JSON they can stand inside strings only.
func escape(line string) string {
	var out strings.Builder
	for _, r := range line {
		if !text.HasControl(string(r)) {
			out.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&out, `\u%04x`, unit)
		}
	}
	return out.String()
}
