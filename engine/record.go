package engine

import (
	"context"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// record commits a statement about a payout and everything that follows from
// it, in one transaction.
func (e *Engine) record(ctx context.Context, c Caller, verb Verb, key AllocationID, source Source, o Outcome) error {
	return e.recordStatement(ctx, c, verb, key, "", func(d *deed, p Payout) (judgement, Statement, error) {
		s := Statement{
			Source: source, By: d.actor.ID, At: d.now, Verdict: o.Verdict, Resolution: o.Resolution,
			Amount: o.Paid, ProviderID: o.ProviderID, Message: clip(text.Masked(o.Message)),
		}
		if o.Accepted && s.Verdict == "" {
			s.Resolution = ResolutionOK
		}
		s.Held = s.Verdict == VerdictNotPaid && d.config.Gateways[p.GatewayID].PreventFailure
		return judge(p, s), s, nil
	})
}

// recordStatement is the frame of every verb that says how a payout ended.
func (e *Engine) recordStatement(
	ctx context.Context, c Caller, verb Verb, key AllocationID, mark string,
	weigh func(d *deed, p Payout) (judgement, Statement, error),
) error {
	known, err := e.Allocation(ctx, key)
	if err != nil {
		return err
	}
	_, err = e.change(ctx, c, verb, known.RequestID, anyVersion, mark, func(d *deed) error {
		p, err := d.tx.Payout(key)
		if err != nil {
			return err
		}
		j, s, err := weigh(d, p)
		if err != nil {
			return err
		}
		if s.Source == SourceLookUp {
			j.payout.LookUps++
		}
		j.payout.LeaseUntil, j.payout.LeaseBy = time.Time{}, ""
		j.payout.LookUpAt = d.lookUpAt(j.payout)
		d.putPayout(&p, j.payout, s.fields()...)
		d.look = true
		return d.follow(p, j)
	})
	return err
}

// fields are a statement as details of its journal entry.
func (s Statement) fields() []Field {
	list := []Field{textField("source", string(s.Source)), textField("verdict", string(s.Verdict))}
	if s.Amount.Positive() {
		list = append(list, amountField("amount", s.Amount))
	}
	return append(list,
		textField("resolution", string(s.Resolution)), textField("status", string(s.Status)), flagField("held", s.Held),
		textField("providerId", s.ProviderID), textField("message", s.Message))
}

// longestMessage bounds what is kept of a provider's words.
const longestMessage = 500

func clip(message string) string {
	runes := []rune(message)
	if len(runes) <= longestMessage {
		return message
	}
	return string(runes[:longestMessage]) + "…"
}

// follow moves the allocation as its payout was judged, and the money with it.
func (d *deed) follow(was Payout, j judgement) error {
	if j.move == "" {
		return nil
	}
	before, err := d.tx.Allocation(was.AllocationID)
	if err != nil {
		return err
	}
	a := before
	a.Conflict = j.payout.Conflict
	room := d.r.Available().Plus(before.Held).Plus(before.Paid)
	zero := money.Zero(a.Amount.Currency)
	to := j.to
	switch j.move {
	case allocationPaid:
		a.Held, a.Reason = zero, ""
		a.Paid, a.Overpaid = count(a.share(j.payout.Processed), a.Amount, room)
		a.Returned, a.Reopened = zero, zero
		if less := before.Paid.Minus(a.Paid); d.r.Status.Final() && less.Positive() {
			a.Paid, a.Returned = before.Paid, less // it keeps what it was fulfilled with
		}
	case allocationReturned:
		d.countReturned(&a, before, j.payout, room)
	case allocationDeclined, allocationFailed:
		a.Held, a.Reason = zero, j.reason
	case allocationDisputed:
		to = before.Status
		if before.Status != AllocationCompleted {
			d.reopen(&a)
		}
	case allocationNotPaid:
		to = d.takeBack(&a, j.reason)
	}
	spent, err := d.capture(a, was, j.payout)
	if err != nil {
		return err
	}
	if err := d.moveAllocation(j.move, before, to, &a, spent...); err != nil {
		return err
	}
	if ended := j.move == allocationPaid || j.move == allocationDeclined || j.move == allocationFailed; ended {
		d.afterwards(a.ID)
	}
	return d.fulfill()
}

// reopen holds what a payout that was thought unpaid may have paid.
func (d *deed) reopen(a *Allocation) {
	a.Held = money.Least(a.Amount, d.r.Available())
	a.Reserved = a.PayoutAmount.Plus(a.Fee)
	if a.Held.Positive() {
		d.r.Status = RequestInProgress
	}
}

// holdDisputed lets allocations in dispute hold what became available since:
// while nobody knows whether they were paid, nobody else is to have it.
func (d *deed) holdDisputed() error {
	if d.r.Attention != AttentionConflict || d.r.Status != RequestInProgress {
		return nil
	}
	allocations, err := d.tx.Allocations(d.r.ID)
	if err != nil {
		return err
	}
	for _, was := range allocations {
		more := money.Least(was.Amount.Minus(was.Held), d.r.Available())
		if !was.Conflict || !was.Live() || !more.Positive() {
			continue
		}
		a := was
		a.Held = was.Held.Plus(more)
		if err := d.moveAllocation(allocationDisputed, was, was.Status, &a); err != nil {
			return err
		}
	}
	return nil
}

// takeBack undoes what counted as paid. A final request keeps what it was
// fulfilled with, and the allocation is marked as returned.
func (d *deed) takeBack(a *Allocation, reason string) AllocationStatus {
	zero := money.Zero(a.Amount.Currency)
	a.Held, a.Overpaid, a.Reopened = zero, zero, zero
	switch {
	case a.Status != AllocationCompleted:
		a.Reason = reason
		return a.Status
	case d.r.Status.Final():
		a.Returned = a.Paid
		return AllocationCompleted
	default:
		a.Paid, a.Reason = zero, reason
		return AllocationFailed
	}
}

// capture takes what was really paid, and its fee, from the account's balance
// (or gives it back, where it turns out not to have been). What it took is a
// detail of the journal's entry, from which balances are reckoned again.
func (d *deed) capture(a Allocation, was, now Payout) ([]Field, error) {
	spent := d.spent(a, now).Minus(d.spent(a, was))
	if spent.IsZero() {
		return nil, nil
	}
	details := []Field{{Name: detailSpent, Value: spent.String()}}
	balance, err := d.tx.Balance(a.GatewayID)
	if err != nil || !balance.Known {
		return details, err
	}
	balance.Balance = balance.Balance.Minus(spent)
	d.tx.PutBalance(balance)
	return details, nil
}

// detailSpent names what an entry took from an account's balance.
const detailSpent = "spent"

// settled is what is known to have left the account for good.
func (p Payout) settled() money.Amount {
	if p.Verdict != VerdictPaid {
		return money.Zero(p.Amount.Currency)
	}
	return p.Processed.Minus(p.Returned)
}

// spent is what a payout has cost with its fee, which stays spent whatever
// comes back. What was paid as planned costs what was reserved.
func (d *deed) spent(a Allocation, p Payout) money.Amount {
	switch {
	case p.Verdict != VerdictPaid:
		return money.Zero(p.Amount.Currency)
	case p.Processed == a.PayoutAmount:
		return p.settled().Plus(a.Fee)
	default:
		return p.settled().Plus(d.config.route(a.RouteID).Fee.Of(p.Processed))
	}
}

// fulfill ends the request once what was paid equals its amount; that lifts a
// block, too.
func (d *deed) fulfill() error {
	if d.r.Status != RequestInProgress || d.r.Paid != d.r.Amount {
		return nil
	}
	d.r.Status = RequestFulfilled
	d.r.Block = nil
	d.r.stopClocks()
	return nil
}

// attend looks again at what a person must look at.
func (d *deed) attend() error {
	allocations, err := d.tx.Allocations(d.r.ID)
	if err != nil {
		return err
	}
	payouts, err := d.tx.Payouts(d.r.ID)
	if err != nil {
		return err
	}
	owed := outstanding(allocations, d.r.Amount.Currency)
	if owed.Positive() {
		again, err := d.paidAgain()
		if err != nil {
			return err
		}
		owed = owed.Minus(again)
	}
	d.r.Attention = attentionOf(d.r, allocations, payouts, owed, d.now, d.settling)
	return nil
}

// lookUpAt is when a payout is asked about next. Where nobody can be asked, that
// is when it should have settled, so that a person hears of it.
func (d *deed) lookUpAt(p Payout) time.Time {
	gateway := d.world.Gateways[d.config.Gateways[p.GatewayID].Provider]
	if gateway == nil || gateway.Capabilities().LookUp || p.Verdict != "" {
		return nextLookUp(p, d.now)
	}
	settled := p.IntentAt.Add(gateway.Capabilities().Settling)
	if !p.Accepted || !settled.After(d.now) {
		return time.Time{}
	}
	return settled
}

// settling is how long an accepted payout may take at a gateway account.
func (d *deed) settling(gateway string) time.Duration {
	if g := d.world.Gateways[d.config.Gateways[gateway].Provider]; g != nil {
		return g.Capabilities().Settling
	}
	return 0
}
