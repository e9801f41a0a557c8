package demo

import (
	"slices"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// Stories of requests that money was sent for.

func paid(s *story) {
	s.enter()
	point := app
	if s.err == nil && s.dice.IntN(2) == 0 && slices.Contains(inShops, s.who.currency()) {
		point = shop
	}
	s.ask(point, 30, 400)
	s.send()
	if s.err == nil && s.r.Status == engine.RequestFulfilled {
		s.who.paid = true
	}
}

// sent is approved and sent; the provider does what the script says.
func sent(s *story) {
	s.enter()
	s.ask(app, 40, 600)
	s.send()
}

// send brings a request through review and to its provider.
func (s *story) send() {
	s.wait(2*minute, 40*minute)
	if s.err == nil && s.r.Status == engine.RequestPending {
		s.makeReady()
		s.wait(2*minute, 40*minute)
	}
	s.approve()
	s.pay()
}

// justSent is at its provider since a moment ago, who is slow but fine.
func justSent(s *story) {
	s.enter()
	s.ask(app, 40, 300)
	s.wait(minute, 2*minute)
	s.approve()
	s.untilAgo(4*minute, 20*time.Second)
	s.allocate()
	s.process()
}

func allocated(s *story) {
	s.enter()
	s.ask(app, 40, 600)
	s.wait(5*minute, 40*minute)
	s.approve()
	s.wait(minute, 20*minute)
	s.allocate()
}

// allocationCanceled was called off before it was sent.
func allocationCanceled(s *story) {
	allocated(s)
	s.wait(minute, hour)
	key := s.only().ID
	if s.err == nil {
		_, s.err = s.CancelAllocation(s.ctx, by(rev1), key)
	}
}

// partSent is half paid, and half allocated.
func partSent(s *story) {
	s.enter()
	s.ask(app, 60, 600)
	s.wait(5*minute, 30*minute)
	s.approve()
	if s.err != nil {
		return
	}
	half := money.New(s.r.Amount.Minor/2, s.r.Amount.Currency)
	account := intake(s.config, s.who.ways[0].ServiceID)
	s.allocateTo(account, half)
	s.wait(minute, 10*minute)
	s.process()
	s.wait(minute, 10*minute)
	s.allocate()
}

// stuckQueue waits for an account whose contract ended.
func stuckQueue(s *story) {
	s.enter()
	s.ask(app, 40, 300)
	s.wait(5*minute, hour)
	s.approve()
	if s.err != nil {
		return
	}
	s.allocateTo(oldAccount, s.r.Amount)
	s.untilAgo(contractEnded-hour, contractEnded-5*hour)
	s.process()
}

// contradicted is a payout about which the provider changed its mind.
func contradicted(s *story) {
	sent(s)
	s.wait(20*minute, 90*minute)
	s.lookUp()
}

// overpaid is a payout of more than was asked, which a senior confirmed.
func overpaid(s *story) {
	sent(s)
	s.wait(hour, 3*hour)
	key := s.only().ID
	if s.err != nil {
		return
	}
	payout, err := s.Payout(s.ctx, key)
	if err != nil {
		s.err = err
		return
	}
	s.resolve(engine.VerdictPaid, payout.Processed, "the account statement shows the larger amount")
}

// cameBack is a payout that the bank returned after it was paid.
func cameBack(s *story) {
	contradicted(s)
	s.wait(hour, 2*hour)
	s.resolve(engine.VerdictNotPaid, money.Amount{}, "the bank's statement shows the amount returned")
}

func customerDisabled(s *story) {
	allocated(s)
	s.wait(minute, 10*minute)
	if s.err == nil {
		_, s.err = s.EnablePayouts(s.ctx, by(rev1), s.who.ID, false)
	}
	s.wait(minute, 10*minute)
	s.process()
}

func blockedOnItsWay(s *story) {
	allocated(s)
	s.wait(minute, hour)
	s.block()
}

func settledShort(s *story) {
	sent(s)
	s.wait(hour, 3*hour)
	s.settle(nil)
}

func settledRestCanceled(s *story) {
	sent(s)
	s.wait(hour, 3*hour)
	s.settle(&engine.Cancellation{By: engine.CanceledByMerchant, Description: "the customer keeps the rest"})
}

func (s *story) settle(rest *engine.Cancellation) {
	s.do(func(r engine.Request) (engine.Request, error) {
		r, _, err := s.SettleShort(s.ctx, by(senior2), r.ID, engine.Settling{Seen: r.Version, CancelRest: rest})
		return r, err
	})
}

// Stories of several requests that become one, and of one that becomes several.

func split(s *story) {
	s.enter()
	s.ask(shop, 800, 3900)
	s.wait(20*minute, 2*hour)
	var children []engine.Request
	s.do(func(r engine.Request) (parent engine.Request, err error) {
		parent, children, err = s.Split(s.ctx, by(rev2), r.ID, engine.Splitting{
			Seen: r.Version, Reason: pick(s.dice, engine.SplitReasons()),
			Amounts: s.parts(r.Amount, s.plot.requests-1),
		})
		return parent, err
	})
	for _, child := range children[:len(children)*2/3] {
		s.wait(minute, 20*minute)
		s.r = child
		s.makeReady()
	}
}

// parts draws n amounts that sum to a.
func (s *story) parts(a money.Amount, n int) (parts []money.Amount) {
	for ; n > 1; n-- {
		part := money.New(a.Minor*(60+s.dice.Int64N(50))/100/int64(n), a.Currency)
		parts, a = append(parts, part), a.Minus(part)
	}
	return append(parts, a)
}

func merged(s *story) {
	s.enter()
	var sources []engine.RequestID
	for range s.plot.requests - 1 {
		s.ask(shop, 20, 150)
		s.wait(10*minute, 40*minute)
		sources = append(sources, s.r.ID)
	}
	s.ask(shop, 20, 150)
	s.wait(20*minute, hour)
	s.do(func(r engine.Request) (engine.Request, error) {
		return s.Merge(s.ctx, by(rev2), r.ID, engine.Merging{
			Seen: r.Version, Sources: sources, Reason: pick(s.dice, engine.MergeReasons()),
		})
	})
}
