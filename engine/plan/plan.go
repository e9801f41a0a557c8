// Package plan decides how the available amount of a payout request is
// allocated to instruments and routes. It is a pure function: the same input
// gives the same plan, so that the plan a person was shown is the plan that is
// carried out. Every instrument and route that was considered has a line that
// says what it takes and why it takes no more.
//
// Instruments come in the allocation order, within one of its tokens by
// exposure. All but the selected instrument get at most their exposure, for
// money goes back to where it came from first. Instructions, exposure and
// payout limits cut what a route could take; then a [Chooser] says which of the
// routes take that portion, and in which order. An account takes one portion
// per instrument, unless portions may be divided. What could not be placed
// stays available.
//
// Limits, exposure and what is placed are in the request's currency; what an
// account pays, can spend and has as bounds is in its own. What is placed into
// one currency sums to one conversion, whatever its parts.
//
// The package knows no requests, stores or clocks: its caller says what is
// enabled, exposed, spent and left.
package plan

import (
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
	Choose      Chooser // nil: routes in their order
	Parts       int     // into how many portions may be divided in all; 0: not at all
}

// An Instrument is a way in which the customer can be paid.
type Instrument struct {
	ID     string
	Method string
	WhyNot string // why it cannot be paid to at all; empty if it can
	Routes []Route
}

// A Route is a gateway account that could pay an instrument. Exposure and
// payout limits are in the request's currency, all else in the account's.
type Route struct {
	ID      string
	Gateway string
	WhyNot  string   // why it cannot be used at all; empty if it can
	Forbids string   // why the account's instruction forbids it, which a senior can override; empty if it does not
	Quote   fx.Quote // from the request's currency to the account's; zero if they are the same

	Covered        bool         // the account pays at most the exposure
	Exposure       money.Amount // payments less payouts of the customer, here and on this instrument; may be negative
	LastPayment    time.Time    // zero for none
	PerTransaction money.Amount // zero for no limit
	Per24Hours     money.Amount // zero for no limit
	Used24Hours    money.Amount
	Min, Max       money.Amount // of service and route together; zero for no limit
	Spendable      money.Amount // what the account could spend; meaningless unless known
	BalanceKnown   bool
	TurnoverLimit  money.Amount // of the account for a day; zero for no limit
	TurnoverUsed   money.Amount // today
	Fee            fx.Fee
}

// A Plan says who takes what.
type Plan struct {
	Lines   []Line
	Left    money.Amount // stays available
	Routing []Routing    // where a scheme was asked
}

// A Line is one instrument and route that was considered, or one part that a
// route takes; an instrument that could not be considered at all has one line
// without a route.
type Line struct {
	Instrument  string
	Route       string
	Gateway     string
	Place       int          // among the routes that the chooser put in order, from 1; 0 if it did not
	Amount      money.Amount // taken; zero if none
	Payout      money.Amount // what the account pays for it, in its currency
	Quote       fx.Quote     // by which that was converted; zero in one currency
	Fee         money.Amount // for paying it, in the account's currency
	Ceiling     money.Amount // the most it could have taken
	Exposure    money.Amount
	LastPayment time.Time
	Reasons     []string // why it takes what it takes, or none
}

// Routing is how the routes of an instrument were chosen, in sentences.
type Routing struct {
	Instrument string
	Way        []string
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
	p := planner{left: in.Available, choose: in.Choose, parts: in.Parts}
	if p.choose == nil {
		p.choose = inOrder
	}
	for _, place := range arrange(in) {
		p.consider(place)
	}
	return Plan{Lines: p.written(), Left: p.left, Routing: p.routing}
}

// A planner walks the instruments and keeps what is left.
type planner struct {
	choose  Chooser
	parts   int
	left    money.Amount
	taken   []part
	lines   []entry
	routing []Routing
}

// An entry is a line in the making. What is paid for a part is not known before
// all are taken that are converted with it.
type entry struct {
	Line
	part int // the number of the part that it takes, from 1
}

// written are the lines with what is paid for each.
func (p *planner) written() []Line {
	lines := make([]Line, len(p.lines))
	for i, entry := range p.lines {
		if lines[i] = entry.Line; entry.part > 0 {
			part := p.taken[entry.part-1]
			lines[i].Payout, lines[i].Fee, lines[i].Quote = part.payout, part.fee(), part.route.Quote
		}
	}
	return lines
}

// consider lets one instrument take what it can.
func (p *planner) consider(place place) {
	if place.WhyNot != "" {
		zero := money.Zero(p.left.Currency)
		p.lines = append(p.lines, entry{Line: Line{
			Instrument: place.ID, Amount: zero, Payout: zero, Fee: zero, Ceiling: zero, Exposure: zero,
			Reasons: []string{place.WhyNot},
		}})
		return
	}
	t := newTurn(p, place)
	switch {
	case p.left.IsZero():
		t.bind()
	case p.parts > 0:
		t.divide()
	default:
		t.walk()
	}
	t.finish()
}
