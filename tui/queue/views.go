package queue

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A view is one of the engine's, with what the queue knows beyond.
type view struct {
	saved engine.View
	kept  bool // somebody saved it; every desk has the others
	face
}

// A face is how a view counts, and what it says while nothing is in it.
type face struct {
	counts func(engine.Count) bool // nil where no counter knows
	empty  text.Safe               // what it means that nothing is in it
	help   text.Safe               // what to press then
}

// Orders that put whatever comes into a view at its top, so that what is new
// can be counted there and moves nothing.
var (
	latest  = engine.Order{Key: "since", Descending: true}
	newest  = engine.Order{Key: "created", Descending: true}
	changed = engine.Order{Key: "updated", Descending: true}
)

// faces of the views that every desk has, by the names of a command line.
var faces = map[string]face{
	"ready": {
		func(c engine.Count) bool { return c.Status == engine.RequestReady && !c.Blocked },
		"nothing waits for a review", "2 what is pending   8 all requests   ? keys",
	},
	"pending": {
		func(c engine.Count) bool { return c.Status == engine.RequestPending && !c.Blocked },
		"nothing is pending", "1 what is ready   8 all requests   ? keys",
	},
	"approved": {
		func(c engine.Count) bool { return c.Status == engine.RequestApproved && !c.Blocked },
		"nothing approved waits for its allocation", "4 what is being paid   8 all requests   ? keys",
	},
	"in-progress": {
		func(c engine.Count) bool { return c.Status == engine.RequestInProgress },
		"no money is on its way", "3 what is approved   8 all requests   ? keys",
	},
	"attention": {
		func(c engine.Count) bool { return c.Attention != "" },
		"nothing needs a person's attention", "1 what is ready   8 all requests   ? keys",
	},
	"blocked": {
		func(c engine.Count) bool { return c.Blocked },
		"nothing is blocked", "1 what is ready   8 all requests   ? keys",
	},
	"closed": {
		func(c engine.Count) bool { return c.Status.Final() },
		"nothing has been paid, canceled, split or merged yet", "1 what is ready   8 all requests   ? keys",
	},
	"all": {
		func(engine.Count) bool { return true },
		"no request has come in yet", "purser request create makes one; purser demo shows a desk at work",
	},
	"mine": {
		nil,
		"you have claimed nothing", "o claims the request under the cursor, so that nobody else starts on it",
	},
}

// viewsOf are the views that the reviewer sees: those of every desk, then the
// saved ones.
func viewsOf(d *screen.Desk) []view {
	var all []view
	for _, v := range engine.BuiltInViews() {
		all = append(all, view{saved: v, face: faces[v.Slug()]})
	}
	for _, v := range d.Config.ViewsOf(d.Caller.By) {
		all = append(all, view{saved: v, kept: true, face: face{
			empty: "nothing is in this view now", help: "W changes the view   8 all requests   ? keys",
		}})
	}
	return all
}

func (v view) name() text.Safe { return text.Line(v.saved.Name) }

// id tells views apart: a reviewer's own can have the name of a shared one.
func (v view) id() string {
	if v.saved.Private {
		return "/" + v.saved.Slug()
	}
	return v.saved.Slug()
}

// same reports whether two views list the same.
func (v view) same(o view) bool {
	return v.id() == o.id() && v.saved.Filter == o.saved.Filter && v.saved.Sort == o.saved.Sort
}

// view is the one that is shown.
func (q *Queue) view() view { return q.views[q.at] }

// viewAt finds a view by its name, the reviewer's own first; below zero if there
// is none.
func (q *Queue) viewAt(name string) int {
	slug := engine.View{Name: name}.Slug()
	for _, id := range []string{"/" + slug, slug} {
		if i := q.viewOf(id); i >= 0 {
			return i
		}
	}
	return -1
}

func (q *Queue) viewOf(id string) int {
	return slices.IndexFunc(q.views, func(v view) bool { return v.id() == id })
}

// Views lists the names of the views, as the command line takes them.
func (q *Queue) Views() []string {
	var names []string
	for _, v := range q.views {
		names = append(names, v.saved.Slug())
	}
	return slices.Compact(names)
}

// A goal is the view to show once the configuration has it.
type goal struct {
	id   string // "" for none
	pure bool   // what was typed is in its filter now
}

// Settle takes the views as they are now. Whoever looks at one that changed
// sees what it lists now; of one that is gone they hear.
func (q *Queue) Settle() tea.Cmd {
	was, order := q.view(), q.order()
	q.views = viewsOf(q.desk)
	to, reached := q.goal, false
	if to.id != "" && q.viewOf(to.id) >= 0 {
		q.goal, reached = goal{}, true
		q.at = q.viewOf(to.id)
	} else {
		q.at = q.viewOf(was.id())
	}
	if q.at < 0 {
		q.at, q.goal = 0, goal{}
		if to.id == "" { // else the reviewer has just made it its owner's alone
			q.desk.Say("the view "+was.name()+" is gone: it was renamed, deleted or taken back by its owner", theme.Warning)
		}
	}
	now := q.view()
	switch {
	case reached && to.pure:
		q.typed = ""
		delete(q.orders, now.id())
	case reached && now.saved.Filter == was.saved.Filter: // under another name
		q.orders[now.id()] = order
	}
	if now.same(was) && !(reached && to.pure) {
		q.wear()
		return q.tally()
	}
	q.other = q.other || !reached && now.id() != was.id()
	row, _ := q.current()
	return tea.Batch(q.read(string(row.ID)), q.tally())
}

// count is how many requests are in a view; below zero where no counter knows.
func (q *Queue) count(v view) int64 {
	if v.counts == nil {
		return -1
	}
	var n int64
	for _, c := range q.counts {
		if v.counts(c) {
			n += c.Requests
		}
	}
	return n
}

// tallied is how many requests a saved view has.
type tallied struct {
	n    int
	more bool
	slow bool      // it was given up
	at   time.Time // when it was begun
	of   string    // the filter
}

// countingTime bounds how long one saved view is counted: where no index fits,
// it has more than were found until then, perhaps.
const countingTime = 2 * time.Second

// slowRest is how long a view rests whose counting was given up: a store that
// changes all day would be read through all day.
const slowRest = 30 * time.Second

// tally counts the saved views in the background.
func (q *Queue) tally() tea.Cmd {
	filters := map[string]string{}
	queries, rested, now := map[string]engine.RequestQuery{}, map[string]tallied{}, q.desk.Now()
	for _, v := range q.views {
		if t, known := q.tallies[v.id()]; known && t.slow && now.Sub(t.at) < slowRest && t.of == v.saved.Filter {
			rested[v.id()] = t
			continue
		}
		if expr, err := q.desk.ReadFilter(v.saved.Filter, q.desk.Engine.Now()); v.kept && err == nil {
			filters[v.id()] = v.saved.Filter
			queries[v.id()] = engine.RequestQuery{Mode: q.desk.Mode, Filter: expr, Order: v.saved.Order()}
		}
	}
	if len(queries) == 0 {
		q.tallies = rested
		return nil
	}
	e := q.desk.Engine
	q.counter.Read = func(ctx context.Context) (map[string]tallied, error) {
		tallies := maps.Clone(rested)
		for id, query := range queries {
			t, err := tallyOf(ctx, e, query)
			if err != nil {
				return nil, err
			}
			t.at, t.of = now, filters[id]
			tallies[id] = t
		}
		return tallies, nil
	}
	return q.counter.Refresh(q.desk)
}

func tallyOf(ctx context.Context, e *engine.Engine, query engine.RequestQuery) (tallied, error) {
	short, cancel := context.WithTimeout(ctx, countingTime)
	defer cancel()
	n, more, err := e.CountView(short, query)
	if err != nil && short.Err() != nil && ctx.Err() == nil {
		return tallied{n: n, more: true, slow: true}, nil
	}
	return tallied{n: n, more: more}, err
}

// wants reads the view's filter and the typed one together.
func (q *Queue) wants(typed string, now time.Time) (filter.Expr, error) {
	expr, err := q.desk.ReadFilter(typed, now)
	if err != nil {
		return expr, err
	}
	of, err := q.desk.ReadFilter(q.view().saved.Filter, now)
	return of.And(expr), err
}

// shown is what is listed now as a view: its filter with what is typed, and how
// it is sorted.
func (q *Queue) shown() engine.View {
	v := q.view().saved
	v.Filter = strings.Trim(v.Filter+";"+string(q.typed), ";")
	v.Sort = sortFlag(q.order())
	return v
}

// A Queued is a view as it is read where there is no list on a screen.
type Queued struct {
	Name, Filter string
	Order        engine.Order
}

// All are the views that the reviewer sees, the first the one to begin with.
func All(d *screen.Desk) []Queued {
	var all []Queued
	for _, v := range viewsOf(d) {
		all = append(all, Queued{Name: v.saved.Slug(), Filter: v.saved.Filter, Order: v.saved.Order()})
	}
	return all
}
