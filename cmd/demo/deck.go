package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// A plot is a kind of story, and how many of a desk's requests are of its kind.
type plot struct {
	name     string
	share    int           // of a thousand requests
	requests int           // that one story makes
	from, to time.Duration // how long before the present the first of them is made
	cast     cast
	script   string           // what the instrument of a stranger makes the provider do
	in       []money.Currency // that it can be in; all if empty
	tell     func(*story)
}

// A cast says whose request a story tells of.
type cast int

const (
	aRegular  cast = iota // who was paid before, and has paid in more than it asks for
	inTurn                // a regular too, paid before or not
	aStranger             // who joined some weeks before, for this story
	aNewcomer             // who joined within the hour
	nobodyYet             // the story brings its own
)

// Where requests can be made: dollars and euros more often than others.
var (
	everywhere = []money.Currency{"USD", "EUR", "USD", "EUR", "GBP", "JPY", "BTC"}
	inShops    = []money.Currency{"USD", "EUR", "GBP"}
	inMarkets  = []money.Currency{"USD", "EUR"}
	common     = []money.Currency{"USD", "EUR", "GBP", "JPY"}
)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
)

// deal decides how many stories of each plot make exactly so many requests: at
// least one of each as far as there is room, in the order of the table, then
// their shares, then more of the first.
func deal(requests int) []int {
	counts, left := make([]int, len(plots)), requests
	add := func(i, n int) {
		n = max(min(n, left/plots[i].requests), 0)
		counts[i] += n
		left -= n * plots[i].requests
	}
	for i := range plots {
		add(i, 1)
	}
	for i, p := range plots {
		add(i, requests*p.share/1000/p.requests-1)
	}
	add(0, left)
	return counts
}

// regularsFor is how many customers come again and again.
func regularsFor(requests int) int { return max(requests/6, 10) }

// stories are everything that will happen, not yet in order.
func (p *past) stories() (all []*story) {
	begin := func(plot plot, at time.Time) *story {
		s := &story{past: p, plot: plot, number: len(all), at: at}
		s.dice = rand.New(rand.NewPCG(p.options.Seed, uint64(s.number)))
		all = append(all, s)
		return s
	}
	for i := range regularsFor(p.options.Requests) {
		s := begin(plot{name: "regular", tell: func(s *story) { s.becomeRegular(regularIn(i)) }}, p.clock.Now())
		s.at = p.present.Add(-between(s.dice, 90*day, founded))
	}
	for i, n := range deal(p.options.Requests) {
		for range n {
			s := begin(plots[i], time.Time{})
			s.asks = p.present.Add(-between(s.dice, s.plot.to, s.plot.from))
			s.at = s.asks.Add(-s.lead())
		}
	}
	ends := plot{name: "contract", tell: (*story).oldContractEnds}
	begin(ends, p.present.Add(-contractEnded))
	return all
}

// lead is how long before its request a story begins.
func (s *story) lead() time.Duration {
	switch s.plot.cast {
	case aStranger:
		return between(s.dice, 9*day, 80*day)
	case aNewcomer:
		return between(s.dice, 2*minute, 50*minute)
	default:
		return 0
	}
}

// regularIn is the currency of the i-th regular.
func regularIn(i int) money.Currency {
	return []money.Currency{"USD", "EUR", "GBP", "USD", "EUR", "JPY", "USD", "EUR", "BTC", "USD"}[i%10]
}

// becomeRegular is how a regular comes to be one: it joins, pays in far more
// than it will ask for, and has a second way to be paid in some cases.
func (s *story) becomeRegular(c money.Currency) {
	s.newcomer()
	s.way(customer, pick(s.dice, services[c]), "")
	if len(services[c]) > 1 && s.dice.IntN(3) == 0 {
		s.way(customer, services[c][1], "")
	}
	for range 2 + s.dice.IntN(3) {
		s.wait(day, 10*day)
		s.payIn(0, 4000)
	}
	if s.err == nil {
		s.regulars = append(s.regulars, s.who)
	}
}

// enter brings the customer of a story on, and waits until it asks.
func (s *story) enter() {
	in := s.plot.in
	if len(in) == 0 {
		in = everywhere
	}
	switch s.plot.cast {
	case aStranger, aNewcomer:
		s.join(pick(s.dice, in), s.plot.script)
	}
	s.until(s.asks)
	switch s.plot.cast {
	case aRegular, inTurn:
		s.who = s.regular(in)
	}
}

// regular is the next regular of one of the currencies who was paid before, or
// else the next of any.
func (s *story) regular(in []money.Currency) *payee {
	turn := &s.turn
	if s.plot.cast == inTurn {
		turn = &s.turnToBePaid
	}
	var first *payee
	for range s.regulars {
		who := s.regulars[*turn%len(s.regulars)]
		*turn++
		if !slices.Contains(in, who.currency()) {
			continue
		}
		if who.paid || s.plot.cast == inTurn {
			return who
		}
		if first == nil {
			first = who
		}
	}
	return first
}
