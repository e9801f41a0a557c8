package plan

import (
	"slices"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
)

// A part is an amount that a route takes.
type part struct {
	route  *Route
	amount money.Amount // in the request's currency
	payout money.Amount // in the account's
}

func (p part) fee() money.Amount { return p.route.Fee.Of(p.payout) }

// currency is what the account pays in, for a request in c.
func (r *Route) currency(c money.Currency) money.Currency {
	if r.Quote.Quote != "" {
		return r.Quote.Quote
	}
	return c
}

// settle takes parts if, converted together with those before, all stay within
// what their routes and accounts can; or says why not.
func (p *planner) settle(parts ...part) (why string) {
	all := slices.Concat(p.taken, parts)
	for i := range all {
		if all[i].payout.Currency == "" { // with it all of its quote are converted again
			if why := convert(all, all[i].route.Quote); why != "" {
				return why
			}
		}
	}
	for i, part := range all {
		if i < len(p.taken) && p.taken[i].payout == part.payout {
			continue
		}
		spent, paid := money.Amount{}, money.Amount{}
		for n, other := range all {
			if n != i && other.route.Gateway == part.route.Gateway {
				spent, paid = spent.Plus(other.payout).Plus(other.fee()), paid.Plus(other.payout)
			}
		}
		if why := part.route.beside(spent, paid).unfit(part.payout); why != "" {
			return why
		}
	}
	p.taken = all
	return ""
}

// spent is what is planned from the account of a route so far, with its fees
// and without.
func (p *planner) spent(route *Route) (spent, paid money.Amount) {
	for _, part := range p.taken {
		if part.route.Gateway == route.Gateway {
			spent, paid = spent.Plus(part.payout).Plus(part.fee()), paid.Plus(part.payout)
		}
	}
	return spent, paid
}

// convert converts all parts of one quote together.
func convert(all []part, q fx.Quote) (why string) {
	var amounts []money.Amount
	var places []int
	for i, part := range all {
		if part.route.Quote.Pair() == q.Pair() {
			amounts, places = append(amounts, part.amount), append(places, i)
		}
	}
	converted, err := q.ConvertParts(amounts)
	if err != nil {
		return err.Error()
	}
	for n, i := range places {
		all[i].payout = converted[n]
	}
	return ""
}

// beside is the route with what is left once something was taken from its
// account.
func (r *Route) beside(spent, paid money.Amount) *Route {
	if spent.IsZero() {
		return r
	}
	left := *r
	if r.BalanceKnown {
		left.Spendable = r.Spendable.Minus(spent)
	}
	if r.TurnoverLimit.Positive() {
		left.TurnoverUsed = r.TurnoverUsed.Plus(paid)
	}
	return &left
}

// Pay returns what the route pays for an amount by itself, and its fee, or why
// it cannot: by the limits of service and route, the account's balance and
// turnover.
func (r *Route) Pay(amount money.Amount) (payout, fee money.Amount, why string) {
	payout, err := r.Quote.Convert(amount)
	if err != nil {
		return payout, fee, err.Error()
	}
	return payout, r.Fee.Of(payout), r.unfit(payout)
}

// unfit says why the route cannot pay an amount of its account's currency, or
// "".
func (r *Route) unfit(payout money.Amount) string {
	fee := r.Fee.Of(payout)
	switch {
	case !payout.Positive():
		return sentence("that is nothing in %s", payout.Currency)
	case r.Min.Positive() && payout.Cmp(r.Min) < 0:
		return sentence("%s is below its minimum of %s", payout.Text(), r.Min.Text())
	case r.Max.Positive() && payout.Cmp(r.Max) > 0:
		return sentence("%s is above its maximum of %s", payout.Text(), r.Max.Text())
	case r.BalanceKnown && payout.Plus(fee).Cmp(r.Spendable) > 0:
		return sentence("short of balance: %s and a fee of %s against %s spendable",
			payout.Text(), fee, nonNegative(r.Spendable).Text())
	case r.TurnoverLimit.Positive() && r.TurnoverUsed.Plus(payout).Cmp(r.TurnoverLimit) > 0:
		return sentence("daily turnover limit %s, %s used today", r.TurnoverLimit.Text(), r.TurnoverUsed.Text())
	}
	return ""
}
