package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/purserhq/purser/engine/table"
	"github.com/purserhq/purser/engine/yaml"
)

// The forms in which a command answers.
const (
	asTable = "table"
	asJSON  = "json"
	asLines = "jsonl"
	asCSV   = "csv"
	asIDs   = "id"
)

func outputs() []string { return []string{asTable, asJSON, asLines, asCSV, asIDs} }

// A kind says how things of one kind are written.
type kind[T any] struct {
	id      func(T) string
	columns []column[T] // of a table
	csv     []string    // properties of the JSON, in the order of a CSV file
}

// A column of a table.
type column[T any] struct {
	name  string
	right bool // as amounts are
	cell  func(T) string
}

// An answer is a list on its way to stdout, in the form that was asked for. It
// holds a page of a table, and of the other forms nothing.
type answer[T any] struct {
	kind  kind[T]
	form  string
	out   *bufio.Writer
	lines *table.JSONLines
	csv   *table.CSVWriter
	cells *cells
	count int
}

// answerWith begins a list.
func answerWith[T any](a *app, k kind[T]) *answer[T] {
	w := &answer[T]{kind: k, form: a.flags.output, out: bufio.NewWriter(a.out)}
	switch w.form {
	case asTable:
		w.cells = newCells(w.out)
		for _, c := range k.columns {
			w.cells.column(c.name, c.right)
		}
	case asLines:
		w.lines = table.NewJSONLines(w.out)
	case asCSV:
		w.csv = table.NewCSVWriter(w.out)
	}
	return w
}

// add adds one thing to the list.
func (w *answer[T]) add(v T) error {
	w.count++
	switch w.form {
	case asIDs:
		_, err := fmt.Fprintln(w.out, w.kind.id(v))
		return err
	case asLines:
		return w.lines.Write(v)
	case asCSV:
		return w.addCSV(v)
	case asJSON:
		return w.addJSON(v)
	default:
		row := make([]string, len(w.kind.columns))
		for i, c := range w.kind.columns {
			row[i] = c.cell(v)
		}
		return w.cells.row(row)
	}
}

func (w *answer[T]) addJSON(v T) error {
	separator := ",\n  "
	if w.count == 1 {
		separator = "[\n  "
	}
	raw, err := indented(v, "  ")
	if err == nil {
		_, err = fmt.Fprintf(w.out, "%s%s", separator, raw)
	}
	return err
}

func (w *answer[T]) addCSV(v T) error {
	if w.count == 1 {
		if err := w.csv.Write(w.kind.csv...); err != nil {
			return err
		}
	}
	row, err := table.Cells(v, w.kind.csv)
	if err != nil {
		return err
	}
	return w.csv.Write(row...)
}

// end writes what is still held. A list of nothing has its head all the same.
func (w *answer[T]) end() error {
	var err error
	switch w.form {
	case asJSON:
		tail := "\n]\n"
		if w.count == 0 {
			tail = "[]\n"
		}
		_, err = w.out.WriteString(tail)
	case asCSV:
		if w.count == 0 {
			err = w.csv.Write(w.kind.csv...)
		}
		if flushing := w.csv.Flush(); err == nil {
			err = flushing
		}
	case asTable:
		err = w.cells.flush()
	}
	if flushing := w.out.Flush(); err == nil {
		err = flushing
	}
	return err
}

// answerList answers with a whole list.
func answerList[T any](a *app, k kind[T], list []T) error {
	w := answerWith(a, k)
	for _, v := range list {
		if a.flags.limit > 0 && w.count == a.flags.limit {
			break
		}
		if err := w.add(v); err != nil {
			return err
		}
	}
	return w.end()
}

// answerOne answers with one thing: in table form as a page of its properties.
func answerOne[T any](a *app, k kind[T], v T) error {
	switch a.flags.output {
	case asTable:
		page, err := yaml.Marshal(v)
		if err != nil {
			return err
		}
		_, err = a.out.Write(page)
		return err
	case asJSON:
		raw, err := indented(v, "")
		if err == nil {
			_, err = fmt.Fprintf(a.out, "%s\n", raw)
		}
		return err
	default:
		return answerList(a, k, []T{v})
	}
}

// done tells what a command changed: a person in a sentence that begins with
// a participle, a program by the thing as it is now.
func done[T any](a *app, k kind[T], v T, format string, args ...any) error {
	a.did(format, args...)
	if a.flags.output == asTable || a.flags.dryRun && a.flags.output == asIDs {
		return nil // an id that was not kept would only mislead
	}
	return answerOne(a, k, v)
}

// did says what was done, or would have been.
func (a *app) did(format string, args ...any) {
	switch {
	case a.flags.dryRun:
		a.say("dry run, nothing was changed: would have "+format, args...)
	case a.flags.output == asTable:
		a.say(format, args...)
	}
}

// line is the JSON of v on one line, with nothing in it that a terminal obeys.
func line(v any) ([]byte, error) {
	var b bytes.Buffer
	err := table.NewJSONLines(&b).Write(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func indented(v any, prefix string) ([]byte, error) {
	raw, err := line(v)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = json.Indent(&b, raw, prefix, "  ")
	return b.Bytes(), err
}

// head is a few words of a long text.
func head(s string, most int) string {
	runes := []rune(strings.TrimSpace(s))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most-1]) + "…"
}
