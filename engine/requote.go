package engine

import (
	"fmt"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
)

// requote converts an allocation whose quote is no longer fresh again, and
// reserves what it comes to now; or says why it cannot be paid at that rate.
// What was planned together with it keeps what it was quoted.
func (d *deed) requote(a *Allocation) (why string, err error) {
	pair := a.Quote.Pair()
	was := *a
	if a.Quote, err = d.config.quote(d.point, pair, d.now); err != nil {
		return fmt.Sprintf("its quote of %s went stale: %v", pair, err), nil
	}
	if a.Quote.Rate.Equal(was.Quote.Rate.Decimal) { // the parts of one conversion stay what they are
		return "", nil
	}
	if a.PayoutAmount, err = a.Quote.Convert(a.Amount); err != nil {
		return fmt.Sprintf("its quote of %s went stale: %v", pair, err), nil
	}
	route, account := d.config.route(a.RouteID), d.config.Gateways[a.GatewayID]
	a.Fee = route.Fee.Of(a.PayoutAmount)
	a.Reserved = a.PayoutAmount.Plus(a.Fee)
	why, err = d.affords(account, route, was, *a)
	if why != "" {
		why = fmt.Sprintf("at %s, the rate of %s now, %s", a.Quote.Rate, pair, why)
	}
	return why, err
}

// affords says why an account cannot pay an allocation as it is instead of as
// it was, or "".
func (d *deed) affords(account GatewayAccount, route Route, was, a Allocation) (string, error) {
	s := &sheet{
		tx: d.tx, config: d.config, point: d.point, r: d.r, now: d.now, quotes: map[money.Currency]quoted{},
	}
	least, most, why := s.limits(route, account.Currency, a.Quote)
	switch {
	case why != "":
		return why, nil
	case !a.PayoutAmount.Positive():
		return "that is nothing in " + string(account.Currency), nil
	case least.Positive() && a.PayoutAmount.Cmp(least) < 0:
		return fmt.Sprintf("%s is below its minimum of %s", a.PayoutAmount.Text(), least.Text()), nil
	case most.Positive() && a.PayoutAmount.Cmp(most) > 0:
		return fmt.Sprintf("%s is above its maximum of %s", a.PayoutAmount.Text(), most.Text()), nil
	}
	balance, err := d.tx.Balance(account.ID)
	if err != nil {
		return "", err
	}
	more := a.Reserved.Minus(was.Reserved)
	if balance.Known && more.Positive() && more.Cmp(spendable(account, balance)) > 0 {
		return "short of balance: it takes " + more.Text() + " more than was reserved", nil
	}
	return "", nil
}

// even reports whether a quote leaves amounts as they are.
func even(q fx.Quote) bool { return q.Base == q.Quote }
