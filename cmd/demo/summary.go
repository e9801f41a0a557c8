package demo

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A summary is the counters of a desk by status, with a sum per currency.
type summary struct {
	currencies []money.Currency
	lines      []summaryLine // of the statuses, then of all
}

type summaryLine struct {
	name                         string
	requests, blocked, attention int64
	sums                         map[money.Currency]money.Amount
}

func summaryOf(counts []engine.Count) summary {
	s := summary{}
	all := summaryLine{name: "all", sums: map[money.Currency]money.Amount{}}
	for _, status := range engine.RequestStatuses() {
		line := summaryLine{name: string(status), sums: map[money.Currency]money.Amount{}}
		for _, c := range counts {
			if c.Status == status {
				line.add(c)
				all.add(c)
			}
		}
		s.lines = append(s.lines, line)
	}
	s.lines = append(s.lines, all)
	for c := range all.sums {
		s.currencies = append(s.currencies, c)
	}
	slices.Sort(s.currencies)
	return s
}

func (l *summaryLine) add(c engine.Count) {
	l.requests += c.Requests
	if c.Blocked {
		l.blocked += c.Requests
	}
	if c.Attention != "" {
		l.attention += c.Requests
	}
	l.sums[c.Currency] = l.sums[c.Currency].Plus(money.New(c.Sum, c.Currency))
}

// print writes the summary as a table: words to the left, numbers to the
// right.
func (s summary) print(out io.Writer) error {
	head := []string{"STATUS", "REQUESTS", "BLOCKED", "ATTENTION"}
	for _, c := range s.currencies {
		head = append(head, string(c))
	}
	rows := [][]string{head}
	for _, l := range s.lines {
		row := []string{l.name, fmt.Sprint(l.requests), fmt.Sprint(l.blocked), fmt.Sprint(l.attention)}
		for _, c := range s.currencies {
			sum := l.sums[c]
			sum.Currency = c
			row = append(row, sum.Grouped())
		}
		rows = append(rows, row)
	}
	widths := make([]int, len(head))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for _, row := range rows {
		line := fmt.Sprintf("%-*s", widths[0], row[0])
		for i, cell := range row[1:] {
			line += fmt.Sprintf("  %*s", widths[i+1], cell)
		}
		if _, err := fmt.Fprintln(out, strings.TrimRight(line, " ")); err != nil {
			return err
		}
	}
	return nil
}
