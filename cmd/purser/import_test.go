package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestImportStreams brings in 64 MB and writes them out again, with a bound on
// the memory that is in use meanwhile.
func TestImportStreams(t *testing.T) {
	if testing.Short() {
		t.Skip("64 MB are for the long run")
	}
	const (
		size  = 64 << 20
		most  = 96 << 20
		known = 2000 // customers; the rest of the file repeats them
	)
	store := filepath.Join(t.TempDir(), "desk.db")
	env := func(name string) string {
		return map[string]string{"PURSER_STORE": store, "PURSER_AS": "admin1"}[name]
	}
	call := func(in io.Reader, out io.Writer, args ...string) {
		t.Helper()
		var said bytes.Buffer
		if status := run(args, in, out, &said, env); status != exitDone {
			t.Fatalf("%v ended with %d: %s", args, status, said.String())
		}
	}
	call(nil, io.Discard, "init")

	file := &generated{left: size, row: func(n int) string {
		name := strings.Repeat("Sample, \"quoted\" 張 ", 12)
		return fmt.Sprintf("c-%d,\"%s%d\",c%d@%s.example.com,US\n",
			n%known, strings.ReplaceAll(name, `"`, `""`), n%known, n%known, strings.Repeat("x", 200))
	}}
	file.buffer.WriteString("reference,name,email,country\n")
	call(file, io.Discard, "import", "customers", "-")
	out := &counting{}
	call(nil, out, "export", "customers")
	if out.lines != known+1 {
		t.Errorf("%d lines came out, want %d", out.lines, known+1)
	}
	if file.peak > most {
		t.Errorf("%d MB were in use at most, want at most %d", file.peak>>20, most>>20)
	}
	t.Logf("%d rows, at most %d MB in use", file.rows, file.peak>>20)
}

// A generated file is made as it is read, and looks at the memory meanwhile.
type generated struct {
	buffer bytes.Buffer
	row    func(n int) string
	rows   int
	left   int
	peak   uint64
}

func (g *generated) Read(b []byte) (int, error) {
	const sample = 1000 // rows
	for g.buffer.Len() < len(b) && g.left > 0 {
		row := g.row(g.rows)
		g.buffer.WriteString(row)
		g.left -= len(row)
		if g.rows++; g.rows%sample == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			g.peak = max(g.peak, m.HeapInuse)
		}
	}
	return g.buffer.Read(b)
}

// counting counts lines and keeps none.
type counting struct{ lines int }

func (c *counting) Write(b []byte) (int, error) {
	c.lines += bytes.Count(b, []byte("\n"))
	return len(b), nil
}
