package queue

import (
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
)

// Where no index fits the filter, a page can end before it is full. The search
// goes on from there as the cursor comes near, or when it is told to.

// searching reports whether the list was read only as far as a search came.
func (q *Queue) searching() bool { return q.searched != engine.Cursor{} }

// ends are the places from which reading goes on around a page.
func ends(p engine.RequestPage, above bool) (first, last engine.Cursor) {
	if above {
		return p.Next(true), p.Last
	}
	return p.First, p.Next(false)
}

// passOver remembers how far a page without rows was searched.
func (q *Queue) passOver(at engine.Cursor, above bool) {
	switch {
	case at == engine.Cursor{}:
	case len(q.pages) == 0:
		q.pages = []page{{first: at, last: at}}
	case above:
		q.pages[0].first = at
	default:
		q.pages[len(q.pages)-1].last = at
	}
}

// howFar says how far the list was searched.
func (q *Queue) howFar() text.Safe {
	day := text.Line(q.searched.Time().Format(time.DateOnly))
	switch o := q.order(); {
	case o.Key == "amount":
		return "searched in part"
	case o.Descending:
		return "searched back to " + day
	default:
		return "searched up to " + day
	}
}
