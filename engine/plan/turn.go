package plan

import (
	"cmp"
	"slices"

	"github.com/purserhq/purser/engine/money"
)

// A turn is an instrument taking what it can, with a line for each of its
// routes.
type turn struct {
	*planner
	place
	lines  []entry
	closed []bool     // routes that take no more, for a reason that stands
	bounds []Bound    // of each route, when the chooser was last asked
	cuts   [][]string // the reasons for them
	ranked bool       // by a scheme
}

func newTurn(p *planner, place place) *turn {
	n := len(place.Routes)
	t := &turn{planner: p, place: place, lines: make([]entry, n), closed: make([]bool, n), bounds: make([]Bound, n), cuts: make([][]string, n)}
	zero := money.Zero(p.left.Currency)
	for i, route := range place.Routes {
		own := money.Zero(route.currency(p.left.Currency))
		t.lines[i].Line = Line{
			Instrument: place.ID, Route: route.ID, Gateway: route.Gateway, Amount: zero, Payout: own, Fee: own,
			Ceiling: zero, Exposure: route.Exposure, LastPayment: route.LastPayment,
		}
		if why := cmp.Or(route.WhyNot, route.Forbids); why != "" {
			t.close(i, why)
		}
	}
	return t
}

// close takes a route out for good.
func (t *turn) close(i int, why string) {
	t.closed[i] = true
	t.lines[i].Reasons = []string{why}
}

// walk lets one route after the other take its portion. The chooser is asked
// again for what is left then: another may fit that.
func (t *turn) walk() {
	for range t.Routes {
		if t.left.IsZero() {
			return
		}
		q, open := t.question()
		if !open || !t.takeFirst(t.asked(q)) {
			return
		}
	}
}

// takeFirst gives the first of the chosen routes that can have it its portion.
func (t *turn) takeFirst(order []Chosen) bool {
	for _, chosen := range order {
		i := t.index(chosen.Route)
		portion := t.portion(i)
		if why := t.settle(part{route: &t.Routes[i], amount: portion}); why != "" {
			t.lines[i].Reasons = append(slices.Clone(t.cuts[i]), why)
			continue
		}
		t.takes(i, chosen, portion, len(t.taken))
		for n, other := range t.Routes {
			if !t.closed[n] && other.Gateway == t.Routes[i].Gateway {
				t.close(n, "the account takes one portion already")
			}
		}
		return true
	}
	return false
}

// divide lets the routes take the instrument's portion in parts.
func (t *turn) divide() {
	q, open := t.question()
	if !open {
		return
	}
	q.Parts = t.parts - len(t.taken)
	order := t.asked(q)
	parts := make([]part, len(order))
	for n, chosen := range order {
		parts[n] = part{route: &t.Routes[t.index(chosen.Route)], amount: chosen.Amount}
	}
	first := len(t.taken) + 1
	why := t.settle(parts...)
	for n, chosen := range order {
		if i := t.index(chosen.Route); why != "" {
			t.lines[i].Reasons = []string{why}
		} else {
			t.takes(i, chosen, chosen.Amount, first+n)
		}
	}
}

// takes enters that a route takes an amount, as part number n of the plan.
func (t *turn) takes(i int, chosen Chosen, amount money.Amount, n int) {
	line := t.lines[i]
	again := line.Amount.Positive()
	line.Amount, line.part = amount, n
	t.left = t.left.Minus(amount)
	line.Reasons = slices.Clone(t.cuts[i])
	if chosen.Why != "" {
		line.Reasons = append(line.Reasons, chosen.Why)
	}
	switch {
	case len(t.cuts[i]) > 0:
	case t.parts > 0 && (n > 1 || !t.left.IsZero()):
		line.Reasons = append(line.Reasons, "takes a part")
	default:
		line.Reasons = append(line.Reasons, "takes all that is left")
	}
	if again { // another part of the route
		t.lines = append(t.lines, line)
		return
	}
	t.lines[i], t.closed[i] = line, true
}

// asked asks the chooser, and enters what it says of each route.
func (t *turn) asked(q Question) []Chosen {
	choice := t.choose(q)
	if len(choice.Way) > 0 && !t.ranked {
		t.ranked = true
		t.routing = append(t.routing, Routing{Instrument: t.ID, Way: choice.Way})
	}
	for n, chosen := range choice.Order {
		if line := &t.lines[t.index(chosen.Route)]; line.Place == 0 {
			line.Place = n + 1
		}
	}
	for _, out := range choice.Out {
		if i := t.index(out.Route); i >= 0 && !t.closed[i] {
			t.lines[i].Reasons = append(slices.Clone(t.cuts[i]), out.Why)
		}
	}
	return choice.Order
}

// question is what the chooser is asked now, and whether any route is open.
func (t *turn) question() (q Question, open bool) {
	q = Question{Instrument: t.ID, Portion: t.left, Routes: make([]Candidate, len(t.Routes))}
	for i := range t.Routes {
		route := &t.Routes[i]
		c := Candidate{Route: route}
		if t.closed[i] {
			c.WhyNot = t.lines[i].Reasons[0]
			q.Routes[i] = c
			continue
		}
		c.Cut, t.cuts[i] = t.ceiling(route, t.parts == 0)
		t.bounds[i] = c.Cut
		t.lines[i].Ceiling = c.Cut.Amount
		if c.Cut.Bounded && !c.Cut.Amount.Positive() {
			t.lines[i].Reasons = t.cuts[i]
			c.WhyNot = t.cuts[i][len(t.cuts[i])-1]
		} else {
			open = true
		}
		c.Spent, c.Paid = t.spent(route)
		q.Routes[i] = c
	}
	return q, open
}

// bind finds what bounds each route, where nothing is left to ask about.
func (t *turn) bind() {
	for i := range t.Routes {
		t.bounds[i], _ = t.ceiling(&t.Routes[i], true)
	}
}

// portion is what a route may take of what is left.
func (t *turn) portion(i int) money.Amount {
	cut, _ := t.ceiling(&t.Routes[i], true)
	return money.Least(t.left, cut.Amount)
}

func (t *turn) index(route string) int {
	return slices.IndexFunc(t.Routes, func(r Route) bool { return r.ID == route })
}

// finish completes the lines and adds them to the plan's: in the order of the
// scheme, if there is one.
func (t *turn) finish() {
	order := make([]int, len(t.lines))
	for i := range order {
		order[i] = i
	}
	for i := range t.Routes {
		if t.closed[i] || !t.left.IsZero() && len(t.lines[i].Reasons) > 0 {
			continue
		}
		if t.lines[i].Ceiling = t.left; t.bounds[i].Bounded {
			t.lines[i].Ceiling = t.bounds[i].Amount
		}
		t.lines[i].Reasons = []string{"nothing is left to place"}
	}
	if t.ranked {
		slices.SortStableFunc(order, func(i, j int) int {
			a, b := &t.lines[i], &t.lines[j]
			return cmp.Or(cmp.Compare(last(a.part), last(b.part)), cmp.Compare(last(a.Place), last(b.Place)))
		})
	}
	t.planner.lines = slices.Grow(t.planner.lines, len(order))
	for _, i := range order {
		t.planner.lines = append(t.planner.lines, t.lines[i])
	}
}

// last puts what has no number behind what has one.
func last(n int) int {
	if n == 0 {
		return 1 << 30
	}
	return n
}

// A Bound is the most that a route may take; unbounded is "any".
type Bound struct {
	Amount  money.Amount
	Bounded bool
}

// cut lowers the bound to limit, which is at least zero, and reports whether
// that changed what portion can be taken.
func (b *Bound) cut(limit money.Amount) bool {
	limit = nonNegative(limit)
	if b.Bounded && b.Amount.Cmp(limit) <= 0 {
		return false
	}
	b.Amount, b.Bounded = limit, true
	return true
}

// ceiling is the most that a route may take of the instrument's portion, with
// the reasons that bite. What bounds each transaction bounds only what is not
// divided.
func (t *turn) ceiling(route *Route, whole bool) (Bound, []string) {
	b := Bound{Amount: t.left}
	var reasons []string
	cut := func(limit money.Amount, format string, amounts ...money.Amount) {
		if !b.cut(limit) || limit.Cmp(t.left) >= 0 {
			return
		}
		args := make([]any, len(amounts))
		for i, a := range amounts {
			args[i] = nonNegative(a).Text()
		}
		reasons = append(reasons, sentence(format, args...))
	}
	switch {
	case !t.selected:
		cut(route.Exposure, "at most the exposure there, %s", route.Exposure)
	case route.Covered:
		cut(route.Exposure, "the account pays at most what it took in, %s", route.Exposure)
	}
	if route.PerTransaction.Positive() && whole {
		cut(route.PerTransaction, "payout limit %s a transaction", route.PerTransaction)
	}
	if route.Per24Hours.Positive() {
		used := route.Used24Hours
		for _, part := range t.taken {
			if part.route.Gateway == route.Gateway {
				used = used.Plus(part.amount)
			}
		}
		cut(route.Per24Hours.Minus(used), "payout limit %s in 24 hours, %s used", route.Per24Hours, used)
	}
	return b, reasons
}
