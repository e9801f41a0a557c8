package route

import (
	"fmt"
	"math"
	"slices"

	"github.com/purserhq/purser/engine/money"
)

// MaxParts is the most parts that a request may be paid in.
const MaxParts = 100

// A Division is how a portion is paid in parts, in the order in which they are
// paid; or it has no parts, and says why.
type Division struct {
	Parts      []Part
	Resolution Resolution
	Why        string
}

// A Part is paid by one route. Its amount is in the portion's currency;
// [fx.Quote.ConvertParts] makes payout amounts of all that a quote is for.
type Part struct {
	Route   string
	Gateway string
	Amount  money.Amount
}

// Divide cuts a portion into at most so many parts for routes that may pay, in
// their order, within the limits of each and what their accounts can spend.
//
// A part goes to the first route that can pay all that is left. While there is
// none, the routes take turns, each paying as much as it can without leaving a
// rest that is too small for those that follow. So what one route can pay is
// not divided at all. If that leads nowhere, it is tried without the first
// route. Of several routes whose minima are close to their maxima, it can miss
// a combination that would do; of one it misses none.
func Divide(portion money.Amount, routes []Route, parts int) Division {
	whole := Input{Portion: portion}
	for i := range routes {
		if e := (&entry{Route: &routes[i]}); e.Cut.of(portion) == portion && e.withinLimits(&whole) && e.affordable(&whole) {
			return Division{Parts: []Part{{e.ID, e.Gateway, portion}}}
		}
	}
	first := newDivider(portion, routes).divide(parts)
	for rest := routes; first.Parts == nil && len(rest) > 1; {
		rest = rest[1:]
		if d := newDivider(portion, rest).divide(parts); d.Parts != nil {
			return d
		}
	}
	return first
}

// divide looks for parts, one after the other.
func (d *divider) divide(parts int) Division {
	var chosen []int // of the rooms, part by part
	turn, reach := 0, int64(0)
	for len(chosen) < parts {
		for i, room := range d.rooms {
			if reach+room.most < d.portion.Minor {
				continue
			}
			if amounts, sum := d.place(append(chosen, i), d.portion.Minor); sum == d.portion.Minor {
				return Division{Parts: d.parts(append(chosen, i), amounts)}
			}
		}
		next, further := d.next(chosen, turn, reach)
		if next < 0 {
			return Division{
				Resolution: AllFiltered,
				Why: fmt.Sprintf("%s is more than the routes can take even in parts: %s at most",
					d.portion.Text(), money.New(reach, d.portion.Currency).Text()),
			}
		}
		chosen, turn, reach = append(chosen, next), next+1, further
	}
	return Division{
		Resolution: LimitViolation,
		Why: fmt.Sprintf("%s would take more than %d parts: %d pay %s at most",
			d.portion.Text(), parts, parts, money.New(reach, d.portion.Currency).Text()),
	}
}

// A divider tries out parts. Where nothing else is said, its numbers are minor
// units of the portion's currency.
type divider struct {
	portion  money.Amount
	rooms    []room
	accounts []account
}

// A room is what a route can take as one part.
type room struct {
	*Route
	account     int
	from, to    money.Currency // of the portion, of the account
	least, most int64
	ofLeast     cost
	ofMost      cost
}

// A cost is what a part takes out of an account: the part itself, and in minor
// units of the account's currency at most what is paid, and that with its fee.
type cost struct{ part, paid, total int64 }

// An account is what a gateway account has left for parts, in minor units of
// its currency, and how much of the portion it may take.
type account struct {
	gateway             string
	spendable, turnover int64
	cut                 int64
}

// unlimited is more than any number of parts cost, and can be calculated with.
const unlimited = math.MaxInt64 / 2

func newDivider(portion money.Amount, routes []Route) *divider {
	d := &divider{portion: portion}
	for i := range routes {
		r := &routes[i]
		room := room{Route: r, account: d.account(r), from: portion.Currency, to: r.Quote.Quote}
		if room.to == "" {
			room.to = portion.Currency
		}
		highest := r.Max
		if !highest.Positive() {
			highest = money.New(money.MaxMinor, room.to)
		}
		room.least = r.Quote.Least(smallest(r, room.to)).Minor
		room.most = min(portion.Minor, r.Quote.Most(highest).Minor)
		if room.least > room.most {
			continue
		}
		room.ofLeast, room.ofMost = room.work(room.least), room.work(room.most)
		d.rooms = append(d.rooms, room)
	}
	return d
}

// account finds the account of a route, or opens it.
func (d *divider) account(r *Route) int {
	i := slices.IndexFunc(d.accounts, func(a account) bool { return a.gateway == r.Gateway })
	if i >= 0 {
		return i
	}
	a := account{gateway: r.Gateway, spendable: unlimited, turnover: unlimited, cut: unlimited}
	if r.Cut.Bounded {
		a.cut = r.Cut.Most.Minor
	}
	if r.BalanceKnown {
		a.spendable = r.Spendable.Minor
	}
	if r.TurnoverLimit.Positive() {
		a.turnover = r.TurnoverLimit.Minus(r.TurnoverUsed).Minor
	}
	d.accounts = append(d.accounts, a)
	return len(d.accounts) - 1
}

// place gives the chosen rooms, part by part, as much of amount as they take
// while those that follow keep their least. The sum is below amount if that is
// more than they take, and zero if they cannot even have their least.
func (d *divider) place(chosen []int, amount int64) (amounts []int64, sum int64) {
	accounts := slices.Clone(d.accounts)
	for _, i := range chosen {
		room := &d.rooms[i]
		amount -= room.least
		if !accounts[room.account].take(room.ofLeast) || amount < 0 {
			return nil, 0
		}
	}
	amounts = make([]int64, len(chosen))
	for n, i := range chosen {
		room := &d.rooms[i]
		account := &accounts[room.account]
		account.giveBack(room.ofLeast)
		part := account.most(room, min(room.most, room.least+amount))
		account.take(room.cost(part))
		amount -= part - room.least
		amounts[n], sum = part, sum+part
	}
	return amounts, sum
}

// next returns the room whose turn it is, the first from turn on that reaches
// further, and how far; -1 if there is none.
func (d *divider) next(chosen []int, turn int, reach int64) (next int, further int64) {
	least := int64(0)
	for _, i := range chosen {
		least += d.rooms[i].least
	}
	for n := range d.rooms {
		i := (turn + n) % len(d.rooms)
		if least+d.rooms[i].least > d.portion.Minor {
			continue
		}
		if _, sum := d.place(append(chosen, i), unlimited); sum > reach {
			return i, sum
		}
	}
	return -1, reach
}

func (d *divider) parts(chosen []int, amounts []int64) []Part {
	parts := make([]Part, len(chosen))
	for n, i := range chosen {
		parts[n] = Part{
			Route:   d.rooms[i].ID,
			Gateway: d.rooms[i].Gateway,
			Amount:  money.New(amounts[n], d.portion.Currency),
		}
	}
	return parts
}

// cost is what a part of a room costs its account.
func (r *room) cost(part int64) cost {
	switch part {
	case r.least:
		return r.ofLeast
	case r.most:
		return r.ofMost
	}
	return r.work(part)
}

// work works out a cost. A part that is converted together with others can come
// to a minor unit more than alone, so it is that of the amount rounded up.
func (r *room) work(part int64) cost {
	paid, err := r.Quote.Cost(money.New(part, r.from))
	if err != nil {
		return cost{part, unlimited, unlimited} // cannot be: no part is above the most
	}
	return cost{part, paid.Minor, paid.Minor + r.Fee.Of(paid).Minor}
}

// most is how much of part a room can take, by what is left of its account.
func (a *account) most(r *room, part int64) int64 {
	part = min(part, a.cut)
	if c := r.cost(part); c.total <= a.spendable && c.paid <= a.turnover {
		return part
	}
	left := r.Fee.Affordable(money.New(a.spendable, r.to))
	left.Minor = min(left.Minor, a.turnover)
	return min(part, r.Quote.Most(left).Minor)
}

// take takes a cost out of the account, and reports whether that was there.
func (a *account) take(c cost) bool {
	a.spendable -= c.total
	a.turnover -= c.paid
	a.cut -= c.part
	return a.spendable >= 0 && a.turnover >= 0 && a.cut >= 0
}

func (a *account) giveBack(c cost) {
	a.spendable += c.total
	a.turnover += c.paid
	a.cut += c.part
}
