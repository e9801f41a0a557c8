package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/plan"
	"github.com/purserhq/purser/engine/text"
)

// A ManualAllocation is a reviewer's own choice of where money goes.
type ManualAllocation struct {
	Seen         int
	InstrumentID InstrumentID
	GatewayID    string
	Amount       money.Amount
	Override     string // a senior's reason for breaking the account's instruction
}

// AllocateManually allocates part of a request where a reviewer says. Payout
// limits do not bind it; the limits of service and route, the balance and the
// account's instruction do, the last unless a senior overrides it.
func (e *Engine) AllocateManually(ctx context.Context, c Caller, id RequestID, m ManualAllocation) (r Request, made Allocation, err error) {
	r, err = e.change(ctx, c, VerbAllocate, id, m.Seen, mark(VerbAllocate, id, m.InstrumentID, m.GatewayID, m.Amount, m.Override), func(d *deed) error {
		made, err = d.manual(m)
		if err != nil {
			return err
		}
		made, err = d.allocate(made)
		return err
	})
	if err == nil && made.ID == "" { // the key was seen before
		made, err = e.lastAllocation(ctx, id)
	}
	return r, made, err
}

func (e *Engine) lastAllocation(ctx context.Context, id RequestID) (Allocation, error) {
	all, err := e.Allocations(ctx, id)
	if err != nil || len(all) == 0 {
		return Allocation{}, err
	}
	return all[len(all)-1], nil
}

// AutoAllocate carries out the plan for a request. If shown is given, it is
// carried out only as shown; if the input moved in between, AutoAllocate fails
// with [Stale] and says what moved.
func (e *Engine) AutoAllocate(ctx context.Context, c Caller, id RequestID, seen int, shown *plan.Plan) (r Request, carried plan.Plan, err error) {
	digest := ""
	if shown != nil {
		digest = shown.Digest()
	}
	r, err = e.change(ctx, c, VerbAutoAllocate, id, seen, mark(VerbAutoAllocate, id, digest), func(d *deed) error {
		planned, err := d.plan(d.tx, d.r, task{}, d.now)
		if err != nil {
			return err
		}
		carried = planned.Plan
		if shown != nil {
			if moved := plan.Moved(*shown, carried); len(moved) > 0 {
				return Errorf(Stale, "the plan moved since it was shown: %s", strings.Join(moved, "; ")).
					Or("look at the plan again")
			}
		}
		return d.carryOut(planned)
	})
	return r, carried, err
}

// carryOut makes the plan's allocations.
func (d *deed) carryOut(p Planned) error {
	taken := p.Taken()
	if len(taken) == 0 {
		return nothingPlaced(p.Plan)
	}
	for _, line := range taken {
		if _, err := d.allocate(lineAllocation(line), p.why(line)...); err != nil {
			return err
		}
	}
	d.look = d.look || p.Left.Positive()
	return nil
}

// lineAllocation is the allocation that a line of a plan makes.
func lineAllocation(line plan.Line) Allocation {
	return Allocation{
		InstrumentID: InstrumentID(line.Instrument), GatewayID: line.Gateway, RouteID: line.Route,
		Amount: line.Amount, PayoutAmount: line.Payout, Quote: line.Quote, Fee: line.Fee, Origin: OriginAutomatic,
	}
}

// why is what the journal keeps of the reasons for a line: in words, and the
// decision as it was made.
func (p Planned) why(line plan.Line) []Field {
	details := []Field{{Name: "why", Value: quote(strings.Join(line.Reasons, "; "))}}
	for _, r := range slices.Backward(p.Routed) {
		if string(r.Instrument) == line.Instrument && r.picked(line.Route) {
			return append(details, objectField("decision", r.Decision))
		}
	}
	return details
}

func nothingPlaced(p plan.Plan) error {
	return Errorf(Refused, "nothing of %s can be placed: %s", p.Left.Text(), whyNothing(p)).
		Or("purser request plan tells about every route").Like("nothing of it can be placed")
}

// whyNothing joins the deciding reasons of a plan that places nothing.
func whyNothing(p plan.Plan) string {
	var reasons []string
	for _, line := range p.Lines {
		if len(line.Reasons) > 0 && line.Reasons[0] != notNamed {
			name := line.Gateway
			if name == "" {
				name = line.Instrument
			}
			reasons = append(reasons, name+": "+line.Reasons[len(line.Reasons)-1])
		}
	}
	if len(reasons) == 0 {
		return "the customer has no instrument"
	}
	return strings.Join(reasons, "; ")
}

// allocate makes one allocation of the deed's request.
func (d *deed) allocate(a Allocation, details ...Field) (Allocation, error) {
	a.ID = AllocationID(d.world.IDs.New("pra"))
	a.RequestID, a.CustomerID, a.Mode = d.r.ID, d.r.CustomerID, d.r.Mode
	a.Held = a.Amount
	a.Reserved = a.PayoutAmount.Plus(a.Fee)
	a.Attempt = max(a.Attempt, 1)
	a.CreatedBy, a.CreatedAt = d.actor.ID, d.now
	a = a.zeroed()
	if even(a.Quote) {
		a.Quote = fx.Quote{}
	}
	a.InTurn = a.Origin != OriginManual && d.point.Options.SplitMode && !d.point.Options.Parallel
	d.r.Status = RequestInProgress
	return a, d.moveAllocation(allocationMade, Allocation{}, AllocationPending, &a, details...)
}

// zeroed gives the amounts that are still nothing their currency.
func (a Allocation) zeroed() Allocation {
	zero := money.Zero(a.Amount.Currency)
	a.Paid, a.Overpaid, a.Returned, a.Reopened = zero, zero, zero, zero
	return a
}

// moveAllocation takes an allocation to a status if its table has the move,
// and keeps everything that follows: the projection on its request, the
// account's reservation, the journal.
func (d *deed) moveAllocation(verb allocationVerb, was Allocation, to AllocationStatus, a *Allocation, details ...Field) error {
	if !allocationLife.allows(was.Status, verb, to) {
		return Errorf(Refused, "allocation %s is %s", a.ID, was.Status)
	}
	a.Status = to
	a.UpdatedAt = d.now
	if !a.Live() {
		a.Reserved = money.Zero(a.PayoutAmount.Currency)
	}
	d.r.Live = d.r.Live.Minus(was.Held).Plus(a.Held)
	d.r.Paid = d.r.Paid.Minus(was.Paid).Plus(a.Paid)
	if err := d.reserve(a.GatewayID, a.Reserved.Minus(was.Reserved)); err != nil {
		return err
	}
	d.tx.PutAllocation(*a)
	var before []Field
	event := "allocation-" + string(to)
	switch verb {
	case allocationMade:
		event = "allocation-created"
	case allocationDisputed:
		event, before = "allocation-disputed", was.fields()
	case allocationReturned:
		event, before = "allocation-returned", was.fields()
	default:
		before = was.fields()
	}
	d.others = append(d.others, Event{
		Type: event, Subject: Subject{Kind: KindAllocation, ID: string(a.ID)},
		Changes: changes(before, a.fields()), Details: details,
	})
	return nil
}

// reserve changes what live allocations reserve of an account's balance.
func (d *deed) reserve(gateway string, by money.Amount) error {
	if by.IsZero() {
		return nil
	}
	balance, err := d.tx.Balance(gateway)
	if err != nil {
		return err
	}
	balance.Reserved = balance.Reserved.Plus(by)
	d.tx.PutBalance(balance)
	return nil
}

// manual is the allocation that a reviewer wants, or why it cannot be made.
func (d *deed) manual(m ManualAllocation) (a Allocation, err error) {
	if err := d.checkManual(m); err != nil {
		return a, err
	}
	instrument, err := d.tx.Instrument(m.InstrumentID)
	if err != nil {
		return a, err
	}
	if instrument.CustomerID != d.r.CustomerID {
		return a, invalid("paymentInstrumentId", "instrument %s is not one of the customer", instrument.ID)
	}
	account, err := d.config.gateway(m.GatewayID)
	if err != nil {
		return a, err
	}
	input, _, err := d.planInput(d.tx, d.r, task{}, d.now)
	if err != nil {
		return a, err
	}
	why := fmt.Sprintf("no route pays %s from %s", instrument.ServiceID, account.ID)
	for _, i := range input.Instruments {
		if i.ID != string(instrument.ID) {
			continue
		}
		if i.WhyNot != "" {
			return a, Errorf(Refused, "%s: %s", instrument.ID, i.WhyNot)
		}
		for _, route := range i.Routes {
			if route.Gateway != account.ID {
				continue
			}
			a := Allocation{
				InstrumentID: m.InstrumentID, GatewayID: m.GatewayID, RouteID: route.ID,
				Amount: m.Amount, Quote: route.Quote, Origin: OriginManual, Override: text.Masked(m.Override),
			}
			if a.PayoutAmount, a.Fee, why = m.fit(account, route); why == "" {
				return a, nil
			}
		}
	}
	return a, Errorf(Refused, "%s cannot pay it: %s", account.ID, why)
}

func (d *deed) checkManual(m ManualAllocation) error {
	available := d.r.Available()
	switch {
	case m.Amount.Currency != d.r.Amount.Currency:
		return invalid("amount", "the amount is in %s, the request in %s", m.Amount.Currency, d.r.Amount.Currency)
	case !m.Amount.Positive():
		return invalid("amount", "the amount is %s; it has to be above zero", m.Amount)
	case m.Amount.Cmp(available) > 0:
		return invalid("amount", "%s is more than the %s that is available", m.Amount.Text(), available.Text())
	}
	if err := text.Check("override", m.Override, longestDescription); err != nil {
		return invalid("override", "%v", err)
	}
	if m.Override != "" {
		return d.least(RoleSenior, "override an account's instruction")
	}
	return nil
}

// fit is what a route pays for a manual allocation, and its fee, or why it
// cannot.
func (m ManualAllocation) fit(account GatewayAccount, route plan.Route) (payout, fee money.Amount, why string) {
	beyond := route.Covered && m.Amount.Cmp(route.Exposure) > 0
	switch {
	case route.WhyNot != "":
		return payout, fee, route.WhyNot
	case (beyond || route.Forbids != "") && m.Override == "":
		return payout, fee, fmt.Sprintf("its instruction is %s, which a senior can override with a reason", account.Instruction)
	default:
		return route.Pay(m.Amount)
	}
}
