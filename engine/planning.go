package engine

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/plan"
)

// Plan says what automatic allocation would do with a request now, and why,
// without doing it.
func (e *Engine) Plan(ctx context.Context, id RequestID) (p plan.Plan, err error) {
	err = e.store.View(ctx, func(tx ReadTx) error {
		r, err := tx.Request(id)
		if err != nil {
			return err
		}
		input, err := planInput(tx, r, e.Now())
		p = plan.Make(input)
		return err
	})
	return p, err
}

// planInput gathers what a plan for r depends on.
func planInput(tx ReadTx, r Request, now time.Time) (plan.Input, error) {
	in := plan.Input{Available: r.Available(), Selected: string(r.InstrumentID)}
	config, err := tx.Config()
	if err != nil {
		return in, err
	}
	in.Order = config.order()
	sheet := sheet{tx: tx, config: config, r: r, now: now, used: map[string]money.Amount{}}
	if sheet.customer, err = tx.Customer(r.CustomerID); err != nil {
		return in, err
	}
	if sheet.payments, err = tx.Payments(r.CustomerID); err != nil {
		return in, err
	}
	if sheet.allocations, err = tx.CustomerAllocations(r.CustomerID, r.Amount.Currency); err != nil {
		return in, err
	}
	instruments, err := tx.Instruments(r.CustomerID)
	if err != nil {
		return in, err
	}
	for _, i := range instruments {
		planned, err := sheet.instrument(i)
		if err != nil {
			return in, err
		}
		in.Instruments = append(in.Instruments, planned)
	}
	return in, nil
}

// A sheet is the allocation worksheet of one request.
type sheet struct {
	tx          ReadTx
	config      *Config
	r           Request
	now         time.Time
	customer    Customer
	payments    []Payment
	allocations []Allocation
	used        map[string]money.Amount // of 24 hours, by gateway account
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
	if planned.WhyNot = s.unusable(route, account, ok); planned.WhyNot != "" {
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
	service := s.config.Services[route.Service]
	planned.Min, planned.Max = limits(service, route)
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

// unusable says why a route cannot be used for the request at all, or "".
func (s *sheet) unusable(route Route, account GatewayAccount, known bool) string {
	switch {
	case !known:
		return "there is no gateway account " + route.Gateway
	case route.Disabled:
		return "the route is disabled"
	case account.Disabled:
		return "the gateway account is disabled"
	case account.Mode != s.r.Mode:
		return "a " + string(account.Mode) + " account"
	case account.Currency != s.r.Amount.Currency:
		return "no exchange rate from " + string(s.r.Amount.Currency) + " to " + string(account.Currency)
	case s.config.Services[route.Service].Currency != account.Currency:
		return "no exchange rate to " + string(s.config.Services[route.Service].Currency)
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
			sum = sum.Minus(a.Paid).Minus(a.Held).Minus(a.Overpaid).Plus(a.Returned)
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

// limits are the limits of service and route together, in the route's
// currency; zero for none.
func limits(service Service, route Route) (least, most money.Amount) {
	c := service.Currency
	least = money.Most(service.Min.In(c), route.Min.In(c))
	for _, limit := range []money.Amount{service.Max.In(c), route.Max.In(c)} {
		if limit.Positive() && (most.IsZero() || limit.Cmp(most) < 0) {
			most = limit
		}
	}
	return least, most
}

// A Candidate is one row of the worksheet from which people allocate: an
// instrument and an account that could pay it.
type Candidate struct {
	plan.Line
	Instruction         Instruction
	PreviouslyAllocated money.Amount // of this request, to this pair
	LastPayout          time.Time    // zero for none
}

// Worksheet lists every instrument of the request's customer with every
// account that could pay it, in the order of the plan.
func (e *Engine) Worksheet(ctx context.Context, id RequestID) (rows []Candidate, err error) {
	err = e.store.View(ctx, func(tx ReadTx) error {
		r, err := tx.Request(id)
		if err != nil {
			return err
		}
		config, err := tx.Config()
		if err != nil {
			return err
		}
		input, err := planInput(tx, r, e.Now())
		if err != nil {
			return err
		}
		allocations, err := tx.CustomerAllocations(r.CustomerID, r.Amount.Currency)
		if err != nil {
			return err
		}
		rows = nil
		for _, line := range plan.Make(input).Lines {
			rows = append(rows, candidate(config, r, allocations, line))
		}
		return nil
	})
	return rows, err
}

func candidate(config *Config, r Request, allocations []Allocation, line plan.Line) Candidate {
	row := Candidate{Line: line, PreviouslyAllocated: money.Zero(r.Amount.Currency)}
	row.Instruction = cmp.Or(config.Gateways[line.Gateway].Instruction, InstructionNone)
	for _, a := range allocations {
		if string(a.InstrumentID) != line.Instrument || a.GatewayID != line.Gateway {
			continue
		}
		if a.RequestID == r.ID {
			row.PreviouslyAllocated = row.PreviouslyAllocated.Plus(a.Held).Plus(a.Paid)
		}
		if a.Paid.Positive() && a.UpdatedAt.After(row.LastPayout) {
			row.LastPayout = a.UpdatedAt
		}
	}
	return row
}
