package route

import (
	"fmt"

	"github.com/purserhq/purser/engine/money"
)

// A Reason is why a route cannot pay.
type Reason string

// The reasons, in the order in which routes are held against them.
const (
	ReasonUnknown      Reason = "unknown-route" // the scheme names it, and it does not exist
	ReasonUnusable     Reason = "unusable"      // whatever the caller says
	ReasonOtherService Reason = "other-service"
	ReasonBelowMinimum Reason = "below-minimum"
	ReasonAboveMaximum Reason = "above-maximum"
	ReasonBalance      Reason = "insufficient-balance"
	ReasonTurnover     Reason = "turnover-limit"
	ReasonUnhealthy    Reason = "unhealthy"
	ReasonFailed       Reason = "failed-before"
)

// An entry is a route that was held against the filters, with the portion and
// its fee in the account's currency.
type entry struct {
	*Route
	portion money.Amount
	fee     money.Amount
	out     Reason // empty if it may pay
	why     string
	placed  bool // among the candidates
	weight  int  // in the strategy that is running, where it has weights
}

// filter finds out whether the route can pay the portion or, where that may be
// divided, the smallest part of it.
func (e *entry) filter(in *Input) {
	if !e.usable(in) || !e.withinLimits(in) || !e.affordable(in) {
		return
	}
	switch {
	case e.Unhealthy:
		e.drop(ReasonUnhealthy, "its gateway account is not healthy")
	case e.Failed && !in.SkipHistory:
		e.drop(ReasonFailed, "it failed this request before")
	}
}

// drop takes a route out, and returns false.
func (e *entry) drop(reason Reason, format string, args ...any) bool {
	e.out, e.why = reason, fmt.Sprintf(format, args...)
	return false
}

func (e *entry) usable(in *Input) bool {
	switch {
	case e.WhyNot != "":
		return e.drop(ReasonUnusable, "%s", e.WhyNot)
	case e.Service != in.Request.Service:
		return e.drop(ReasonOtherService, "it pays %s", e.Service)
	}
	return true
}

func (e *entry) withinLimits(in *Input) bool {
	asked := e.Cut.of(in.Portion)
	portion, err := e.Quote.Convert(asked)
	if err != nil {
		return e.drop(ReasonAboveMaximum, "%v", err)
	}
	e.portion = portion
	switch {
	case !asked.Positive():
		return e.drop(ReasonUnusable, "it takes nothing of it")
	case !portion.Positive():
		return e.drop(ReasonBelowMinimum, "%s is nothing in %s", asked.Text(), e.Quote.Quote)
	case portion.Cmp(e.Min) < 0:
		return e.drop(ReasonBelowMinimum, "%s is below its minimum of %s", portion.Text(), e.Min.Text())
	case !in.Split && e.Max.Positive() && portion.Cmp(e.Max) > 0:
		return e.drop(ReasonAboveMaximum, "%s is above its maximum of %s", portion.Text(), e.Max.Text())
	}
	return true
}

// affordable holds the route against the account's balance and turnover.
func (e *entry) affordable(in *Input) bool {
	e.fee = e.Fee.Of(e.portion)
	least, fee := e.portion, e.fee
	if in.Split {
		least = smallest(e.Route, e.portion.Currency)
		fee = e.Fee.Of(least)
	}
	if e.BalanceKnown && least.Plus(fee).Cmp(e.Spendable) > 0 {
		return e.drop(ReasonBalance, "short of balance: %s and a fee of %s against %s spendable",
			least.Text(), fee, money.Most(e.Spendable, money.Zero(e.Spendable.Currency)).Text())
	}
	if e.TurnoverLimit.Positive() && e.TurnoverUsed.Plus(least).Cmp(e.TurnoverLimit) > 0 {
		return e.drop(ReasonTurnover, "daily turnover limit %s, %s used today",
			e.TurnoverLimit.Text(), e.TurnoverUsed.Text())
	}
	return true
}

// smallest is the least that a route pays, in its account's currency c.
func smallest(r *Route, c money.Currency) money.Amount {
	return money.Most(r.Min, money.New(1, c))
}
