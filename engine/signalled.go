package engine

import (
	"slices"

	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/signal"
)

// What a signal is depends on what else there is and on the configuration, so
// none is kept on a row and no index knows any: it would be stale whenever a
// neighbour changed. A filter that asks for signals is answered in bites
// instead: as many requests as still have room on the page are read and looked
// at, until the page is nearly full or this many were looked at, and the page
// says where that was.
const (
	mostSignalled = 2000
	mostBites     = 40
)

// requestsIn returns a page of requests. It answers what stores cannot: signals.
func requestsIn(tx ReadTx, q RequestQuery) (RequestPage, error) {
	rest, wanted := withoutSignals(q.Filter)
	if len(wanted) == 0 {
		page, err := tx.Requests(q)
		dropLapsed(page.Rows, q.Now)
		if err == nil && q.Signals {
			err = addSignals(tx, page.Rows)
		}
		return page, err
	}
	found, looked := RequestPage{}, 0
	bite := q
	bite.Filter = rest
	for range mostBites {
		bite.Limit = q.Limit - len(found.Rows)
		page, err := tx.Requests(bite)
		if err == nil {
			err = addSignals(tx, page.Rows)
		}
		if err != nil {
			return found, err
		}
		dropLapsed(page.Rows, q.Now)
		looked += len(page.Rows)
		found.take(page, q.Back, wanted)
		bite.After = page.Next(q.Back)
		if found.More = page.More; !page.More {
			return found, nil
		}
		if page.Searched != (Cursor{}) || len(found.Rows) > q.Limit*3/4 || looked >= mostSignalled {
			break
		}
	}
	if len(found.Rows) < q.Limit {
		found.Searched = bite.After
	}
	return found, nil
}

// take adds those of a page's rows that have the wanted signals.
func (p *RequestPage) take(page RequestPage, back bool, wanted []filter.Clause) {
	kept := slices.DeleteFunc(slices.Clone(page.Rows), func(row RequestRow) bool {
		return slices.ContainsFunc(wanted, func(c filter.Clause) bool { return !signalled(row.Signals, c) })
	})
	if back {
		p.Rows = append(kept, p.Rows...)
	} else {
		p.Rows = append(p.Rows, kept...)
	}
	if p.First == (Cursor{}) || back {
		p.First = page.First
	}
	if p.Last == (Cursor{}) || !back {
		p.Last = page.Last
	}
}

// withoutSignals parts the clauses that ask for signals from a filter.
func withoutSignals(f filter.Expr) (rest filter.Expr, wanted []filter.Clause) {
	rest = filter.Expr{Words: f.Words}
	for _, c := range f.Clauses {
		if c.Field == "signal" {
			wanted = append(wanted, c)
		} else {
			rest.Clauses = append(rest.Clauses, c)
		}
	}
	return rest, wanted
}

// signalled reports whether signals are what a clause wants. A weight is that
// of the strongest; a hint alone is nothing that any would mean.
func signalled(all []signal.Signal, c filter.Clause) bool {
	has := slices.ContainsFunc(c.Values, func(v filter.Value) bool {
		telling := len(all) > 0 && all[0].Weight != signal.Hint
		switch v.Text {
		case "any":
			return telling
		case "none":
			return !telling
		}
		return len(all) > 0 && v.Text == string(all[0].Weight) ||
			slices.ContainsFunc(all, func(s signal.Signal) bool { return v.Text == string(s.Kind) })
	})
	return has != c.Not
}
