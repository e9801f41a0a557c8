package engine

import (
	"slices"
	"time"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/plan"
)

// A sheet is the allocation worksheet of one request.
type sheet struct {
	tx          ReadTx
	config      *Config
	point       Point
	r           Request
	now         time.Time
	customer    Customer
	payments    []Payment
	allocations []Allocation
	used        map[string]money.Amount // of 24 hours, by gateway account
	quotes      map[money.Currency]quoted
}

// A quoted is what the request's currency is worth in another, or why nobody
// knows.
type quoted struct {
	fx.Quote
	why string
}

// quote is what the request's currency is worth in c, or why nobody knows.
func (s *sheet) quote(c money.Currency) (fx.Quote, string) {
	q, ok := s.quotes[c]
	if !ok {
		var err error
		if q.Quote, err = s.config.quote(s.point, fx.Pair{Base: s.r.Amount.Currency, Quote: c}, s.now); err != nil {
			q.why = err.Error()
		}
		s.quotes[c] = q
	}
	return q.Quote, q.why
}

// instrument is what the plan needs to know of one instrument.
func (s *sheet) instrument(i Instrument) (plan.Instrument, error) {
	planned := plan.Instrument{ID: string(i.ID), Method: i.Method, WhyNot: s.unpayable(i)}
	if planned.WhyNot != "" {
		return planned, nil
	}
	for _, route := range s.config.Routes {
		if route.Service != i.ServiceID || route.Archived {
			continue
		}
		candidate, err := s.route(i, route)
		if err != nil {
			return planned, err
		}
		planned.Routes = append(planned.Routes, candidate)
	}
	if len(planned.Routes) == 0 {
		planned.WhyNot = "no route pays " + i.ServiceID
	}
	return planned, nil
}

// unpayable says why an instrument cannot be paid to at all, or "".
func (s *sheet) unpayable(i Instrument) string {
	switch {
	case !s.customer.PayoutEnabled:
		return "payouts to the customer are disabled"
	case i.Status == InstrumentUnverified:
		return "unverified: somebody other than " + string(i.CreatedBy) + " has to vouch for it"
	case i.Status != InstrumentActive:
		return "the instrument is " + string(i.Status)
	default:
		return ""
	}
}

// route is what the plan needs to know of one route for one instrument.
func (s *sheet) route(i Instrument, route Route) (plan.Route, error) {
	zero := money.Zero(s.r.Amount.Currency)
	planned := plan.Route{ID: route.ID, Gateway: route.Gateway, Exposure: zero}
	account, ok := s.config.Gateways[route.Gateway]
	if planned.WhyNot = s.unusable(&planned, route, account, ok); planned.WhyNot != "" {
		return planned, nil
	}
	state, err := s.tx.GatewayState(account.ID)
	if planned.WhyNot = state.Stopped(); planned.WhyNot != "" || err != nil {
		return planned, err
	}
	planned.Covered = account.Instruction == InstructionCoveredPayout
	if account.Instruction == InstructionApprovedPayment && !s.paidThere(account.ID) {
		planned.Forbids = "no earlier payment of the customer there in " + string(s.r.Amount.Currency)
	}
	planned.Exposure = s.exposure(i.ID, account.ID)
	planned.LastPayment = s.lastPayment(i.ID, account.ID)
	planned.PerTransaction, _ = limitIn(account.Limits.PerTransaction, s.r.Amount.Currency)
	planned.Per24Hours, _ = limitIn(account.Limits.Per24Hours, s.r.Amount.Currency)
	if planned.Per24Hours.Positive() {
		used, err := s.used24Hours(account.ID)
		if err != nil {
			return planned, err
		}
		planned.Used24Hours = used
	}
	planned.Fee = route.Fee
	if planned.TurnoverLimit = account.TurnoverLimit.In(account.Currency); planned.TurnoverLimit.Positive() {
		if planned.TurnoverUsed, err = s.tx.Turnover(account.ID, account.Currency, day(s.now)); err != nil {
			return planned, err
		}
	}
	balance, err := s.tx.Balance(account.ID)
	if err != nil {
		return planned, err
	}
	planned.BalanceKnown = balance.Known
	planned.Spendable = spendable(account, balance)
	return planned, nil
}

// unusable says why a route cannot be used for the request at all, or "" and
// fills in how it converts and within which limits.
func (s *sheet) unusable(planned *plan.Route, route Route, account GatewayAccount, known bool) (why string) {
	switch {
	case !known:
		return "there is no gateway account " + route.Gateway
	case s.config.Services[route.Service].Disabled:
		return "the service is disabled"
	case route.Disabled:
		return "the route is disabled"
	case account.Disabled:
		return "the gateway account is disabled"
	case account.Mode != s.r.Mode:
		return "a " + string(account.Mode) + " account"
	}
	if planned.Quote, why = s.quote(account.Currency); why != "" {
		return why
	}
	if planned.Min, planned.Max, why = s.limits(route, account.Currency, planned.Quote); why != "" {
		return why
	}
	if account.Instruction == InstructionNone {
		return "its payout instruction is none"
	}
	return ""
}

// paidThere reports whether the customer ever paid through an account in the
// request's currency.
func (s *sheet) paidThere(gateway string) bool {
	return slices.ContainsFunc(s.payments, func(p Payment) bool {
		return p.GatewayID == gateway && p.Amount.Currency == s.r.Amount.Currency
	})
}

// exposure is what the customer paid with an instrument through an account,
// less what was or is being paid back that way.
func (s *sheet) exposure(instrument InstrumentID, gateway string) money.Amount {
	sum := money.Zero(s.r.Amount.Currency)
	for _, p := range s.payments {
		if p.InstrumentID == instrument && p.GatewayID == gateway && p.Amount.Currency == sum.Currency {
			sum = sum.Plus(p.Amount)
		}
	}
	for _, a := range s.allocations {
		if a.InstrumentID == instrument && a.GatewayID == gateway {
			sum = sum.Minus(a.Paid).Minus(a.Held).Minus(a.Overpaid).Plus(a.Outstanding())
		}
	}
	return sum
}

func (s *sheet) lastPayment(instrument InstrumentID, gateway string) time.Time {
	var last time.Time
	for _, p := range s.payments {
		if p.InstrumentID == instrument && p.GatewayID == gateway && p.At.After(last) {
			last = p.At
		}
	}
	return last
}

// used24Hours is what counts towards an account's rolling limit.
func (s *sheet) used24Hours(gateway string) (money.Amount, error) {
	if used, ok := s.used[gateway]; ok {
		return used, nil
	}
	used, err := s.tx.AllocatedSince(gateway, s.r.Amount.Currency, s.now.Add(-24*time.Hour))
	s.used[gateway] = used
	return used, err
}

// limits are the limits of service and route together, in the currency c of
// the route's account, zero for none; or why they cannot be told. Those of a
// service are in its own currency.
func (s *sheet) limits(route Route, c money.Currency, q fx.Quote) (least, most money.Amount, why string) {
	service := s.config.Services[route.Service]
	least, most = service.Min.In(service.Currency), service.Max.In(service.Currency)
	if service.Currency != c {
		own, why := s.quote(service.Currency)
		if why != "" {
			return least, most, why
		}
		if least, most, why = inRequest(own, q, least, most); why != "" {
			return least, most, why
		}
	}
	least = money.Most(least, route.Min.In(c))
	if limit := route.Max.In(c); limit.Positive() && (most.IsZero() || limit.Cmp(most) < 0) {
		most = limit
	}
	if most.IsZero() {
		most = money.Zero(c)
	}
	return least, most, ""
}

// inRequest turns the limits of a service by way of the request's currency into
// what an account pays at them.
func inRequest(service, account fx.Quote, least, most money.Amount) (money.Amount, money.Amount, string) {
	from, err := account.Convert(service.Least(least))
	if err == nil && most.Positive() {
		most, err = account.Convert(service.Most(most))
	}
	if err != nil {
		return least, most, "its service's limits cannot be converted: " + err.Error()
	}
	return from, most, ""
}
