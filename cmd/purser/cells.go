package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/purserhq/purser/engine/text"
)

const (
	pageRows = 1000 // of a table are aligned with each other
	widest   = 60   // columns of a terminal that a cell takes, but for the last of a row
	between  = "  "
)

// cells are a table on its way to a terminal: columns are as wide as their
// widest cell, and text from outside can do nothing but be read.
type cells struct {
	out    io.Writer
	names  []string
	right  []bool
	widths []int
	page   [][]string
	headed bool
}

func newCells(out io.Writer) *cells { return &cells{out: out} }

func (c *cells) column(name string, right bool) {
	c.names = append(c.names, name)
	c.right = append(c.right, right)
	c.widths = append(c.widths, ansi.StringWidth(name))
}

// row adds one row, and writes a page when it is full.
func (c *cells) row(row []string) error {
	for i := range row {
		row[i] = string(text.Line(row[i]))
		if i == len(row)-1 {
			break
		}
		row[i] = ansi.Truncate(row[i], widest, "…")
		c.widths[i] = max(c.widths[i], ansi.StringWidth(row[i]))
	}
	c.page = append(c.page, row)
	if len(c.page) < pageRows {
		return nil
	}
	return c.flush()
}

// flush writes what is held, under the names of the columns if there is
// anything.
func (c *cells) flush() error {
	if !c.headed && len(c.page) > 0 {
		c.headed = true
		c.page = append([][]string{c.names}, c.page...)
	}
	for _, row := range c.page {
		if _, err := fmt.Fprintln(c.out, c.line(row)); err != nil {
			return err
		}
	}
	c.page = c.page[:0]
	return nil
}

func (c *cells) line(row []string) string {
	var b strings.Builder
	for i, cell := range row {
		gap := strings.Repeat(" ", max(0, c.widths[i]-ansi.StringWidth(cell)))
		if c.right[i] {
			b.WriteString(gap + cell)
		} else {
			b.WriteString(cell + gap)
		}
		b.WriteString(between)
	}
	return strings.TrimRight(b.String(), " ")
}
