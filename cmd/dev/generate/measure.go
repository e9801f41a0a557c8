package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/filter"
)

// measured are the lists whose pages are read.
var measured = []struct {
	expr  string
	order string
}{
	{"", "-created"},
	{"status:ready;blocked:false", "-since"},
	{"status:canceled", "-updated"},
	{"currency:USD;status:ready", "-amount"},
	{"blocked:true", "-updated"},
	{"missing:1..", "-since"},
	{"sample", "-created"},
	{"customer777@example.com", "-created"},
	{"order-777-", "-created"},
	{"no-such-thing", "-created"},
	{"gateway:nowhere", "-created"},
	{"country:JP;amount:..2;currency:EUR", "-created"},
}

// measure reads the first page of each list again and again, and tells what is
// usual and what is not.
func measure(ctx context.Context, out io.Writer, e *engine.Engine) error {
	const times, rows = 200, 50
	fmt.Fprintf(out, "%-45s %-9s %10s %10s  %s\n", "filter", "order", "p50", "p99", "rows of the first page")
	for _, m := range measured {
		expr, err := filter.Parse(m.expr, engine.RequestFields(), e.Now())
		if err != nil {
			return err
		}
		key, down := strings.CutPrefix(m.order, "-")
		q := engine.RequestQuery{
			Mode: engine.ModeTest, By: reviewers[3], Filter: expr, Order: engine.Order{Key: key, Descending: down}, Limit: rows,
		}
		var took []time.Duration
		var page engine.RequestPage
		for begin := (clock.System{}).Now(); len(took) < times && (clock.System{}).Now().Sub(begin) < 3*time.Second; {
			start := clock.System{}.Now()
			if page, err = e.Requests(ctx, q); err != nil {
				return err
			}
			took = append(took, clock.System{}.Now().Sub(start))
		}
		slices.Sort(took)
		far := ""
		if page.Searched != (engine.Cursor{}) {
			far = ", searched back to " + page.Searched.Time().Format(time.DateOnly)
		}
		fmt.Fprintf(out, "%-45s %-9s %10v %10v  %d%s\n", m.expr, m.order,
			took[len(took)/2], took[len(took)*99/100], len(page.Rows), far)
	}
	return nil
}
