package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// lease is how long a worker that took a payout is left alone with it. Whoever
// drives the steps gives a provider less time than that to answer.
const lease = 2 * time.Minute

// ProviderTimeout is how long a provider is given to answer one call: short of
// the lease, so that a slow answer is recorded by who asked.
const ProviderTimeout = lease / 2

// stepPayout takes one queued allocation and pays it: the intent is committed
// under the key before the provider hears of it, the provider is called
// between transactions, and what it answered is committed after. A crash
// anywhere leads back to the same key.
func (e *Engine) stepPayout(ctx context.Context) (more bool, err error) {
	waiting, err := view(ctx, e, func(tx ReadTx) (bool, error) {
		queue, err := e.queued(tx)
		return len(queue) > 0, err
	})
	if err != nil || !waiting {
		return false, err
	}
	order, found, err := e.claim(ctx)
	if err != nil || !found {
		return false, err
	}
	if order.Key == "" { // it failed its checks: done
		return true, nil
	}
	return true, e.send(ctx, order)
}

// send hands an order to its provider and commits what that answers. Whoever
// slept through the lease since the intent sends nothing any more: others may
// have found out by now that the order never arrived.
func (e *Engine) send(ctx context.Context, order PayOrder) error {
	if !e.Now().Before(order.IntentAt.Add(lease)) {
		return nil
	}
	outcome := e.call(ctx, order.Gateway.Provider, func(g Gateway) Outcome { return g.Pay(ctx, order) })
	return e.recordAfter(ctx, order.Key, SourceAnswer, outcome)
}

// queued returns the allocation that a worker of this process should take next,
// if any. Those of accounts that nothing leaves from now stay queued.
func (e *Engine) queued(tx ReadTx) ([]Allocation, error) {
	config, err := tx.Config()
	if err != nil {
		return nil, err
	}
	var skip []string
	for id, g := range config.Gateways {
		if g.Disabled || e.world.Gateways[g.Provider] == nil {
			skip = append(skip, id)
		}
	}
	for {
		queue, err := tx.Queued(skip, 1)
		if err != nil || len(queue) == 0 {
			return nil, err
		}
		state, err := tx.GatewayState(queue[0].GatewayID)
		if err != nil || state.Pause == nil {
			return queue, err
		}
		skip = append(skip, queue[0].GatewayID)
	}
}

// claim takes a queued allocation for this worker and commits the intent to
// pay it, after checking again what may have changed since it was queued. An
// allocation that can no longer be paid fails; the order is empty then.
func (e *Engine) claim(ctx context.Context) (order PayOrder, found bool, err error) {
	_, err = e.do(ctx, engineCaller, "", func(w *work) error {
		order, found = PayOrder{}, false
		queue, err := e.queued(w.tx)
		if err != nil || len(queue) == 0 { // another worker was quicker
			return err
		}
		found = true
		_, err = w.change(VerbClaim, queue[0].RequestID, anyVersion, func(d *deed) error {
			a := queue[0]
			ready, why, err := d.order(a)
			if err == nil && why == "" && !a.Quote.Fresh(d.now) {
				why, err = d.requote(&a)
				ready.Amount = a.PayoutAmount
			}
			switch {
			case err != nil:
				return err
			case why != "":
				if !queue[0].Quote.Fresh(d.now) { // another route may do without
					d.afterwards(a.ID)
				}
				return d.failUnsent(queue[0], why)
			}
			order = ready
			return d.intend(queue[0], a, ready)
		})
		return err
	})
	return order, found, err
}

// order makes what the provider will be told, or says why the allocation can
// no longer be paid.
func (d *deed) order(a Allocation) (order PayOrder, why string, err error) {
	account, ok := d.config.Gateways[a.GatewayID]
	if !ok || account.Disabled {
		return order, "", Errorf(Refused, "gateway account %s is disabled", a.GatewayID)
	}
	if state, err := d.tx.GatewayState(a.GatewayID); err != nil || state.Pause != nil {
		return order, "", cmp.Or(err, error(Errorf(Refused, "gateway account %s is %s", a.GatewayID, state.Stopped())))
	}
	customer, err := d.tx.Customer(a.CustomerID)
	if err != nil {
		return order, "", err
	}
	instrument, err := d.tx.Instrument(a.InstrumentID)
	if err != nil {
		return order, "", err
	}
	switch {
	case !customer.PayoutEnabled:
		return order, "payouts to the customer are disabled", nil
	case instrument.Status != InstrumentActive:
		return order, fmt.Sprintf("the instrument is %s", instrument.Status), nil
	}
	return PayOrder{
		Key: a.ID, RequestID: a.RequestID, Gateway: account, Amount: a.PayoutAmount,
		Service: instrument.ServiceID, Fields: instrument.Fields, Recipient: customer.Name,
		Descriptor: descriptor(d.point.Options.Descriptor, d.r, account), IntentAt: d.now,
	}, "", nil
}

// intend moves the allocation to processing and writes its payout.
func (d *deed) intend(was, a Allocation, order PayOrder) error {
	if err := d.moveAllocation(allocationClaimed, was, AllocationProcessing, &a); err != nil {
		return err
	}
	p := Payout{
		ID: PayoutID(d.world.IDs.New("po")), AllocationID: a.ID, RequestID: a.RequestID, CustomerID: a.CustomerID,
		GatewayID: a.GatewayID, Amount: a.PayoutAmount, Processed: money.Zero(a.PayoutAmount.Currency),
		Status: PayoutInvoking, Sent: 1, IntentAt: d.now,
		LeaseUntil: d.now.Add(lease), LeaseBy: d.world.Worker, CreatedAt: d.now,
	}
	d.putPayout(nil, p)
	return nil
}

// failUnsent ends an allocation that never left.
func (d *deed) failUnsent(was Allocation, why string) error {
	a := was
	a.Held, a.Reason = money.Zero(a.Amount.Currency), why
	d.look = true
	return d.moveAllocation(allocationFailed, was, AllocationFailed, &a)
}

// putPayout keeps a payout and journals what changed of it.
func (d *deed) putPayout(was *Payout, p Payout, details ...Field) {
	p.UpdatedAt = d.now
	d.tx.PutPayout(p)
	var before []Field
	if was != nil {
		before = was.fields()
	}
	changed := changes(before, p.fields())
	if len(changed) == 0 && len(details) == 0 {
		return
	}
	d.others = append(d.others, Event{
		Type: "payout-" + string(p.Status), Subject: Subject{Kind: KindPayout, ID: string(p.ID)},
		Changes: changed, Details: details,
	})
}

// call lets one gateway act, and never lets it take the engine down: whatever
// goes wrong in a connector, the outcome is unknown.
func (e *Engine) call(ctx context.Context, provider string, act func(Gateway) Outcome) (outcome Outcome) {
	gateway := e.world.Gateways[provider]
	if gateway == nil {
		return Outcome{Resolution: ResolutionUnknown, Message: "this process has no connector for " + provider}
	}
	defer func() {
		if failure := recover(); failure != nil {
			outcome = Outcome{Resolution: ResolutionUnknown, Message: fmt.Sprint("the connector failed: ", failure)}
		}
	}()
	return act(gateway)
}

// recordAfter commits what a call told. When we were told to stop and know
// nothing, it is left to whoever finds the lease expired; what is known is
// committed even then.
func (e *Engine) recordAfter(ctx context.Context, key AllocationID, source Source, o Outcome) error {
	if errors.Is(ctx.Err(), context.Canceled) && o.Verdict == "" && !o.Accepted {
		return ctx.Err()
	}
	return e.record(context.WithoutCancel(ctx), engineCaller, VerbRecord, key, source, o)
}
