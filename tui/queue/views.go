package queue

import (
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/text"
)

// A view is a filter with a name and an order. Its count comes from the
// store's counters.
type view struct {
	name   text.Safe
	filter string
	order  engine.Order
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

// views are the queues that every desk has.
var views = []view{
	{
		"Ready", "status:ready;blocked:false", latest,
		func(c engine.Count) bool { return c.Status == engine.RequestReady && !c.Blocked },
		"nothing waits for a review", "2 what is pending   8 all requests   ? keys",
	},
	{
		"Pending", "status:pending;blocked:false", latest,
		func(c engine.Count) bool { return c.Status == engine.RequestPending && !c.Blocked },
		"nothing is pending", "1 what is ready   8 all requests   ? keys",
	},
	{
		"Approved", "status:approved;blocked:false", latest,
		func(c engine.Count) bool { return c.Status == engine.RequestApproved && !c.Blocked },
		"nothing approved waits for its allocation", "4 what is being paid   8 all requests   ? keys",
	},
	{
		"In progress", "status:in-progress",
		changed,
		func(c engine.Count) bool { return c.Status == engine.RequestInProgress },
		"no money is on its way", "3 what is approved   8 all requests   ? keys",
	},
	{
		"Attention", "attention:any",
		changed,
		func(c engine.Count) bool { return c.Attention != "" },
		"nothing needs a person's attention", "1 what is ready   8 all requests   ? keys",
	},
	{
		"Blocked", "blocked:true",
		changed,
		func(c engine.Count) bool { return c.Blocked },
		"nothing is blocked", "1 what is ready   8 all requests   ? keys",
	},
	{
		"Closed", "status:fulfilled,canceled,split,merged",
		changed,
		func(c engine.Count) bool { return c.Status.Final() },
		"nothing has been paid, canceled, split or merged yet", "1 what is ready   8 all requests   ? keys",
	},
	{
		"All", "", newest,
		func(engine.Count) bool { return true },
		"no request has come in yet", "purser request create makes one; purser demo shows a desk at work",
	},
	{
		"Mine", "claimedBy:me", latest, nil,
		"you have claimed nothing", "o claims the request under the cursor, so that nobody else starts on it",
	},
}

// slug is the view's name on a command line.
func (v view) slug() string { return strings.ReplaceAll(strings.ToLower(string(v.name)), " ", "-") }

// Views lists the names of the views, as the command line takes them.
func Views() []string {
	var names []string
	for _, v := range views {
		names = append(names, v.slug())
	}
	return names
}

// count is how many requests are in a view; below zero where nothing counts
// them.
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

// wants reads the view's filter and the typed one together.
func (q *Queue) wants(typed string, now time.Time) (filter.Expr, error) {
	expr, err := q.desk.ReadFilter(typed, now)
	if err != nil {
		return expr, err
	}
	of, err := q.desk.ReadFilter(views[q.at].filter, now)
	expr.Clauses = append(of.Clauses, expr.Clauses...)
	return expr, err
}

// A Queued is a view as it is read where there is no list on a screen.
type Queued struct {
	Name, Filter string
	Order        engine.Order
}

// All are the views that every desk has, the first the one to begin with.
func All() []Queued {
	var all []Queued
	for _, v := range views {
		all = append(all, Queued{Name: v.slug(), Filter: v.filter, Order: v.order})
	}
	return all
}
