// Package plan decides how the available amount of a payout request is
// allocated to instruments and routes. It is a pure function: the same input
// gives the same plan, so that the plan a person was shown is the plan that is
// carried out. Every instrument and route that was considered has a line that
// says what it takes and why it takes no more.
//
// Instruments come in the allocation order, within one of its tokens by
// exposure. All but the selected instrument get at most their exposure, for
// money goes back to where it came from first. Instructions, exposure and
// payout limits cut what a route could take; then the limits of service and
// route and the account's balance decide whether it can take that portion at
// all. An account takes one portion per instrument. What could not be placed
// stays available.
//
// The package knows no requests, stores or clocks: its caller says what is
// enabled, exposed, spent and left.
package plan

import (
	"cmp"
	"time"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
)

// The tokens of an allocation order beside the names of methods.
const (
	Cards        = "payment-card"
	Alternatives = "alternative-payment-methods" // every method that the order does not name
	Selected     = "selected-payment-instrument"
)

// Input is all that a plan depends on.
type Input struct {
	Available   money.Amount
	Order       []string
	Selected    string // id of the instrument that the customer asked for; may be empty
	Instruments []Instrument
}

// An Instrument is a way in which the customer can be paid.
type Instrument struct {
	ID     string
	Method string
	WhyNot string // why it cannot be paid to at all; empty if it can
	Routes []Route
}

// A Route is a gateway account that could pay an instrument. Amounts are in
// the request's currency, which is also the account's.
type Route struct {
	ID      string
	Gateway string
	WhyNot  string // why it cannot be used at all; empty if it can
	Forbids string // why the account's instruction forbids it, which a senior can override; empty if it does not

	Covered        bool         // the account pays at most the exposure
	Exposure       money.Amount // payments less payouts of the customer, here and on this instrument; may be negative
	LastPayment    time.Time    // zero for none
	PerTransaction money.Amount // zero for no limit
	Per24Hours     money.Amount // zero for no limit
	Used24Hours    money.Amount
	TurnoverLimit  money.Amount // of the account for a day; zero for no limit
	TurnoverUsed   money.Amount // today
	Min, Max       money.Amount // of service and route together; zero for no limit
	Spendable      money.Amount // what the account could spend; meaningless unless known
	BalanceKnown   bool
	Fee            fx.Fee
}

// A Plan says who takes what.
type Plan struct {
	Lines []Line
	Left  money.Amount // stays available
}

// A Line is one instrument and route that was considered; an instrument that
// could not be considered at all has one line without a route.
type Line struct {
	Instrument  string
	Route       string
	Gateway     string
	Amount      money.Amount // taken; zero if none
	Fee         money.Amount // for paying Amount
	Ceiling     money.Amount // the most it could have taken
	Exposure    money.Amount
	LastPayment time.Time
	Reasons     []string // why it takes what it takes, or none
}

// Placed is what the plan allocates in all.
func (p Plan) Placed() money.Amount {
	sum := money.Zero(p.Left.Currency)
	for _, line := range p.Lines {
		sum = sum.Plus(line.Amount)
	}
	return sum
}

// Taken are the lines that take something.
func (p Plan) Taken() []Line {
	var taken []Line
	for _, line := range p.Lines {
		if line.Amount.Positive() {
			taken = append(taken, line)
		}
	}
	return taken
}

// Make plans.
func Make(in Input) Plan {
	p := planner{
		left:  in.Available,
		spent: map[string]money.Amount{},
		used:  map[string]money.Amount{},
		took:  map[turn]bool{},
	}
	for _, place := range arrange(in) {
		p.consider(place)
	}
	return Plan{Lines: p.lines, Left: p.left}
}

// A planner walks the instruments and keeps what is left.
type planner struct {
	left  money.Amount
	spent map[string]money.Amount // by gateway: planned amounts and fees
	used  map[string]money.Amount // by gateway: planned amounts
	took  map[turn]bool
	lines []Line
}

// A turn is an instrument at an account: it takes one portion.
type turn struct{ instrument, gateway string }

// consider lets one instrument take what it can.
func (p *planner) consider(place place) {
	instrument := place.Instrument
	if instrument.WhyNot != "" {
		p.lines = append(p.lines, Line{
			Instrument: instrument.ID, Amount: money.Zero(p.left.Currency),
			Fee: money.Zero(p.left.Currency), Ceiling: money.Zero(p.left.Currency),
			Exposure: money.Zero(p.left.Currency), Reasons: []string{instrument.WhyNot},
		})
		return
	}
	for _, route := range instrument.Routes {
		p.lines = append(p.lines, p.take(place, route))
	}
}

// take lets one route take what it can.
func (p *planner) take(place place, route Route) Line {
	line := Line{
		Instrument: place.ID, Route: route.ID, Gateway: route.Gateway,
		Amount: money.Zero(p.left.Currency), Fee: money.Zero(p.left.Currency), Ceiling: money.Zero(p.left.Currency),
		Exposure: route.Exposure, LastPayment: route.LastPayment,
	}
	if route.WhyNot != "" || route.Forbids != "" {
		line.Reasons = []string{cmp.Or(route.WhyNot, route.Forbids)}
		return line
	}
	ceiling, cuts := p.ceiling(place, route)
	line.Ceiling = ceiling.amount
	if p.left.IsZero() {
		line.Reasons = []string{"nothing is left to place"}
		return line
	}
	if p.took[turn{place.ID, route.Gateway}] {
		line.Reasons = []string{"the account takes one portion already"}
		return line
	}
	portion := p.left
	if ceiling.bounded {
		portion = money.Least(portion, ceiling.amount)
	}
	if !portion.Positive() {
		line.Reasons = cuts
		return line
	}
	if why := p.unfit(route, portion); why != "" {
		line.Reasons = append(cuts, why)
		return line
	}
	line.Amount, line.Fee = portion, route.Fee.Of(portion)
	line.Reasons = cuts
	if len(cuts) == 0 {
		line.Reasons = []string{"takes all that is left"}
	}
	p.took[turn{place.ID, route.Gateway}] = true
	p.left = p.left.Minus(portion)
	p.spent[route.Gateway] = p.spent[route.Gateway].Plus(portion).Plus(line.Fee)
	p.used[route.Gateway] = p.used[route.Gateway].Plus(portion)
	return line
}

// A bound is the most that a route may take; unbounded is "any".
type bound struct {
	amount  money.Amount
	bounded bool
}

// cut lowers the bound to limit, which is at least zero, and reports whether
// that changed what portion can be taken.
func (b *bound) cut(limit money.Amount) bool {
	if limit.Negative() {
		limit = money.Zero(limit.Currency)
	}
	if b.bounded && b.amount.Cmp(limit) <= 0 {
		return false
	}
	b.amount, b.bounded = limit, true
	return true
}

// ceiling is the most that a route may take of the instrument's portion, with
// the reasons that bite.
func (p *planner) ceiling(place place, route Route) (bound, []string) {
	b := bound{amount: p.left}
	var reasons []string
	cut := func(limit money.Amount, format string, args ...any) {
		if b.cut(limit) && limit.Cmp(p.left) < 0 {
			reasons = append(reasons, sentence(format, args...))
		}
	}
	switch {
	case !place.selected:
		cut(route.Exposure, "at most the exposure there, %s", nonNegative(route.Exposure).Text())
	case route.Covered:
		cut(route.Exposure, "the account pays at most what it took in, %s", nonNegative(route.Exposure).Text())
	}
	if route.PerTransaction.Positive() {
		cut(route.PerTransaction, "payout limit %s a transaction", route.PerTransaction.Text())
	}
	if route.Per24Hours.Positive() {
		used := route.Used24Hours.Plus(p.used[route.Gateway])
		cut(route.Per24Hours.Minus(used), "payout limit %s in 24 hours, %s used", route.Per24Hours.Text(), used.Text())
	}
	return b, reasons
}

// unfit says why a route cannot take a portion as a whole, beside what was
// planned before, or "".
func (p *planner) unfit(route Route, portion money.Amount) string {
	if spent, ok := p.spent[route.Gateway]; ok {
		route.Spendable = route.Spendable.Minus(spent)
		route.TurnoverUsed = route.TurnoverUsed.Plus(p.used[route.Gateway])
	}
	return Unfit(route, portion)
}

// Unfit says why a route cannot take a portion as a whole, by the limits of
// service and route and the account's balance, or "".
func Unfit(route Route, portion money.Amount) string {
	switch {
	case route.Min.Positive() && portion.Cmp(route.Min) < 0:
		return sentence("%s is below its minimum of %s", portion.Text(), route.Min.Text())
	case route.Max.Positive() && portion.Cmp(route.Max) > 0:
		return sentence("%s is above its maximum of %s", portion.Text(), route.Max.Text())
	}
	if route.TurnoverLimit.Positive() && route.TurnoverUsed.Plus(portion).Cmp(route.TurnoverLimit) > 0 {
		return sentence("daily turnover limit %s, %s used today", route.TurnoverLimit.Text(), route.TurnoverUsed.Text())
	}
	fee := route.Fee.Of(portion)
	if route.BalanceKnown && portion.Plus(fee).Cmp(route.Spendable) > 0 {
		return sentence("short of balance: %s and a fee of %s against %s spendable",
			portion.Text(), fee, nonNegative(route.Spendable).Text())
	}
	return ""
}
