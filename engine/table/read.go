package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxRow bounds one row that is read, in bytes.
const MaxRow = 1 << 20

// A Row is one row of a file: cells by the names of their columns.
type Row struct {
	Line  int // where it begins, from 1
	Cells map[string]string
}

// An Error says where a file cannot be read. One that has Fatal set ends the
// reading; after any other, the next row can be read.
type Error struct {
	Line   int    // from 1
	Column int    // in bytes from 1; 0 if it is about the whole line
	Name   string // of the column, where it is about one
	Fatal  bool
	Cause  error
}

// Error names the place and what is wrong there.
func (e *Error) Error() string {
	where := fmt.Sprintf("line %d", e.Line)
	if e.Column > 0 {
		where += fmt.Sprintf(", column %d", e.Column)
	}
	return fmt.Sprintf("%s: %v", where, e.Cause)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// A Reader reads rows, one at a time. Next returns io.EOF after the last one,
// and an [*Error] for one that makes no sense.
type Reader interface {
	Next() (Row, error)
}

// Open returns the reader of a form, which may be a file's name: JSON lines if it
// ends so, else CSV.
func Open(r io.Reader, form string, known func(name string) error) (Reader, error) {
	switch form[strings.LastIndexByte(form, '.')+1:] {
	case "jsonl", "json", "ndjson":
		return NewJSONLinesReader(r, known), nil
	}
	return NewCSVReader(bufio.NewReader(r), known)
}

// A CSVReader reads what a [CSVWriter] wrote, and CSV of other programs: the
// first row names the columns.
type CSVReader struct {
	in    *csv.Reader
	meter *meter
	names []string
	line  int // of the last row
}

// NewCSVReader reads the names of the columns; known says which there can be.
func NewCSVReader(r io.Reader, known func(name string) error) (*CSVReader, error) {
	m := &meter{in: r, left: MaxRow}
	buffered, err := unmarked(m)
	if err != nil {
		return nil, err
	}
	in := csv.NewReader(buffered)
	in.ReuseRecord = true
	c := &CSVReader{in: in, meter: m}
	head, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, &Error{Line: 1, Fatal: true, Cause: errors.New("the file is empty, not even columns are named")}
	}
	if err != nil {
		return nil, c.failure(err)
	}
	for i, name := range head {
		name = strings.TrimSpace(name)
		line, column := in.FieldPos(i)
		err := known(name)
		if slices.Contains(c.names, name) {
			err = fmt.Errorf("the column %q stands there twice", name)
		}
		if err != nil {
			return nil, &Error{Line: line, Column: column, Name: name, Fatal: true, Cause: err}
		}
		c.names = append(c.names, name)
	}
	return c, nil
}

// unmarked is r behind its byte order mark, if it has one. What the mark says
// is UTF-16 is refused in words that help.
func unmarked(r io.Reader) (*bufio.Reader, error) {
	buffered := bufio.NewReader(r)
	mark, _ := buffered.Peek(3) // an error comes again with the first read
	switch {
	case string(mark) == "\ufeff":
		_, _ = buffered.Discard(len(mark)) // it was peeked at
	case bytes.HasPrefix(mark, []byte("\xff\xfe")), bytes.HasPrefix(mark, []byte("\xfe\xff")):
		return nil, &Error{Line: 1, Fatal: true, Cause: errors.New("the file is in UTF-16; save it as UTF-8")}
	}
	return buffered, nil
}

// Next implements [Reader].
func (c *CSVReader) Next() (Row, error) {
	c.meter.left = MaxRow
	cells, err := c.in.Read()
	if err != nil {
		return Row{}, c.failure(err)
	}
	c.line, _ = c.in.FieldPos(0)
	row := Row{Line: c.line, Cells: make(map[string]string, len(cells))}
	for i, cell := range cells {
		if !utf8.ValidString(cell) {
			line, column := c.in.FieldPos(i)
			return row, &Error{Line: line, Column: column, Name: c.names[i], Cause: errors.New("it is not valid UTF-8")}
		}
		row.Cells[c.names[i]] = arm(strings.Clone(cell))
	}
	return row, nil
}

// failure is an error of the CSV reader, as one of ours.
func (c *CSVReader) failure(err error) error {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.Is(err, errTooLong):
		return &Error{Line: c.line + 1, Fatal: true, Cause: errTooLong}
	case errors.Is(err, csv.ErrFieldCount):
		c.line, _ = c.in.FieldPos(0)
		return &Error{Line: c.line, Cause: fmt.Errorf("it does not have %d cells as the first line has", len(c.names))}
	case errors.As(err, &parse) && parse.Line > parse.StartLine:
		return &Error{Line: parse.StartLine, Cause: fmt.Errorf("a quote in it is not closed where its cell ends, but in line %d: %w", parse.Line, parse.Err)}
	case errors.As(err, &parse):
		return &Error{Line: parse.Line, Column: parse.Column, Cause: parse.Err}
	}
	return &Error{Line: c.line + 1, Fatal: true, Cause: err}
}

var errTooLong = fmt.Errorf("a row has more than %d bytes; perhaps quotes are never closed", MaxRow)

// A meter lets so many bytes through, and then fails.
type meter struct {
	in   io.Reader
	left int
}

func (m *meter) Read(b []byte) (int, error) {
	if m.left <= 0 {
		return 0, errTooLong
	}
	n, err := m.in.Read(b[:min(len(b), m.left)])
	m.left -= n
	return n, err
}

// arm takes off the apostrophe that disarm puts before a formula.
func arm(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && disarm(rest) == cell {
		return rest
	}
	return cell
}

// A JSONLinesReader reads an object from each line. Its strings are cells as
// they are, everything else as JSON writes it, null as an empty one.
type JSONLinesReader struct {
	lines *bufio.Scanner
	line  int
	known func(name string) error
	err   error // of the file's beginning
}

// NewJSONLinesReader reads from r; known says which properties there can be.
func NewJSONLinesReader(r io.Reader, known func(name string) error) *JSONLinesReader {
	in, err := unmarked(r)
	if err != nil {
		return &JSONLinesReader{err: err}
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, MaxRow)
	return &JSONLinesReader{lines: lines, known: known}
}

// Next implements [Reader]. Empty lines are left out.
func (j *JSONLinesReader) Next() (Row, error) {
	if j.err != nil {
		return Row{}, j.err
	}
	for j.lines.Scan() {
		j.line++
		if raw := bytes.TrimSpace(j.lines.Bytes()); len(raw) > 0 {
			return j.row(raw)
		}
	}
	switch err := j.lines.Err(); {
	case err == nil:
		return Row{}, io.EOF
	case errors.Is(err, bufio.ErrTooLong):
		return Row{}, &Error{Line: j.line + 1, Fatal: true, Cause: errTooLong}
	default:
		return Row{}, &Error{Line: j.line + 1, Fatal: true, Cause: err}
	}
}

func (j *JSONLinesReader) row(raw []byte) (Row, error) {
	row := Row{Line: j.line}
	if !utf8.Valid(raw) {
		return row, &Error{Line: j.line, Cause: errors.New("it is not valid UTF-8")}
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil || object == nil {
		e := &Error{Line: j.line, Cause: errors.New("it is no JSON object")}
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			e.Column, e.Cause = int(syntax.Offset), syntax
		}
		return row, e
	}
	row.Cells = make(map[string]string, len(object))
	for name, value := range object {
		if err := j.known(name); err != nil {
			return row, &Error{Line: j.line, Name: name, Cause: err}
		}
		row.Cells[name] = cellOf(value)
	}
	return row, nil
}

func cellOf(value json.RawMessage) string {
	var text string
	switch {
	case string(value) == "null":
		return ""
	case json.Unmarshal(value, &text) == nil:
		return text
	}
	return string(value)
}
