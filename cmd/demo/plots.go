package demo

import (
	"strconv"
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// plots are all that happens at a desk. Each is told from the request's being
// made to where it stands now; what it would do after the present is not told.
// A small desk has the first ones only.
var plots = []plot{
	{"small and plain", 100, 1, 28 * hour, hour, aRegular, "", nil, smallAndPlain},
	{"waiting in the shop", 40, 1, 60 * hour, 5 * minute, aRegular, "", inShops, asked(shop)},
	{"allocated", 20, 1, 50 * hour, 3 * hour, aRegular, "", common, allocated},
	{"paid", 170, 1, 30 * day, 31 * hour, inTurn, "", nil, paid},
	{"approved", 32, 1, 40 * hour, 2 * hour, aRegular, "", nil, approved},
	{"canceled by its customer", 18, 1, 9 * day, 4 * hour, aRegular, "", inShops, canceledByCustomer},
	{"outcome unknown", 6, 1, 3 * day, 2 * hour, aStranger, "timeout,silence", common, sent},
	{"blocked", 24, 1, 5 * day, 2 * hour, aRegular, "", nil, blocked},
	{"half approved", 20, 1, 26 * hour, 2 * hour, aRegular, "", inMarkets, halfApproved},
	{"duplicate", 16, 2, 20 * hour, hour, aRegular, "", nil, duplicate},
	{"declined", 16, 1, 4 * day, 3 * hour, aStranger, "declined:recipient-not-found", common, sent},
	{"split", 24, 4, 26 * hour, 5 * hour, aRegular, "", inShops, split},
	{"merged", 15, 3, 5 * day, 5 * hour, aRegular, "", inShops, merged},

	// The newest and the oldest of the queue are plain, so that somebody who
	// starts at either end can approve many in a row.
	{"plain, newest", 48, 1, 55 * minute, minute, aRegular, "", nil, smallAndPlain},
	{"plain, oldest", 48, 1, 31 * hour, 28 * hour, aRegular, "", nil, smallAndPlain},

	{"ready in the shop", 46, 1, 27 * hour, 3 * hour, aRegular, "", inShops, readyInShop},
	{"for two", 20, 1, 26 * hour, hour, aRegular, "", inMarkets, forTwo},
	{"for three", 4, 1, 26 * hour, 3 * hour, aStranger, "", inMarkets, forThree},
	{"just under the threshold", 16, 1, 26 * hour, hour, aStranger, "", inMarkets, justUnder},
	{"newcomer", 24, 1, 20 * hour, hour, aNewcomer, "", nil, newcomer},
	{"more than was paid in", 14, 1, 26 * hour, hour, aStranger, "", common, beyondExposure},
	{"many in a day", 10, 5, 20 * hour, 8 * hour, aRegular, "", inMarkets, manyInADay},
	{"shared instrument", 8, 2, 20 * hour, hour, nobodyYet, "", nil, sharedInstrument},
	{"another's name", 6, 1, 26 * hour, hour, nobodyYet, "", nil, anothersName},
	{"instrument added by staff", 8, 1, 20 * hour, hour, nobodyYet, "", nil, addedByStaff},
	{"made by you", 8, 1, 20 * hour, hour, aRegular, "", nil, madeByYou},
	{"talked about", 16, 1, 20 * hour, hour, aRegular, "", nil, talkedAbout},

	{"waiting in the market", 32, 1, 22 * hour, minute, aRegular, "", inMarkets, asked(market)},
	{"without an instrument", 12, 1, 50 * hour, hour, aNewcomer, "", nil, withoutInstrument},
	{"returned", 8, 1, 40 * hour, 2 * hour, aRegular, "", inShops, returned},

	{"approved by rule", 10, 1, 20 * hour, hour, aRegular, "", []money.Currency{"JPY"}, verySmall},
	{"cannot be placed", 6, 1, 30 * hour, 2 * hour, aStranger, "", []money.Currency{"BTC"}, cannotBePlaced},
	{"released", 4, 1, 4 * day, 3 * hour, aStranger, "declined:limit-violation", common, released},

	{"part sent", 10, 1, 3 * day, 3 * hour, aRegular, "", []money.Currency{"EUR"}, partSent},
	{"queued where nothing leaves", 8, 1, 4 * day, 2 * day, aStranger, "", []money.Currency{"GBP"}, stuckQueue},
	{"with the provider", 12, 1, 70 * minute, 30 * minute, aStranger, slowly, common, justSent},
	{"accepted and silent", 6, 1, 2 * day, 2 * hour, aStranger, "accept", common, sent},
	{"lost connection", 6, 1, 2 * day, 2 * hour, aStranger, "reset-after,garbage,silence", common, sent},
	{"conflict before payment", 4, 1, 4 * day, 3 * hour, aStranger, "declined,contradict", common, contradicted},
	{"conflict after payment", 4, 1, 4 * day, 3 * hour, aStranger, "contradict", common, contradicted},
	{"failed", 5, 1, 4 * day, 3 * hour, aStranger, "declined:operation-expired", common, sent},
	{"malformed", 3, 1, 4 * day, 3 * hour, aStranger, "declined:invalid-request", common, sent},
	{"allocation canceled", 4, 1, 3 * day, 3 * hour, aRegular, "", common, allocationCanceled},
	{"customer disabled", 4, 1, 3 * day, 3 * hour, aStranger, "", common, customerDisabled},
	{"paid in part", 12, 1, 4 * day, 3 * hour, aStranger, "partial:40", common, sent},
	{"blocked on its way", 6, 1, 3 * day, 3 * hour, aRegular, "", common, blockedOnItsWay},

	{"paid after a time-out", 14, 1, 20 * day, 5 * hour, aStranger, "timeout,found", common, sent},
	{"paid the second time", 6, 1, 20 * day, 5 * hour, aStranger, "reset,processed", common, sent},
	{"overpaid", 4, 1, 6 * day, 5 * hour, aStranger, "over:120", common, overpaid},
	{"came back", 4, 1, 6 * day, 5 * hour, aStranger, "contradict", common, cameBack},
	{"settled short", 8, 2, 9 * day, 5 * hour, aStranger, "partial:60", common, settledShort},
	{"settled, rest canceled", 6, 2, 9 * day, 5 * hour, aStranger, "partial:85", common, settledRestCanceled},

	{"canceled by the merchant", 12, 1, 9 * day, 4 * hour, aRegular, "", nil, canceledByMerchant},
	{"nobody is left to approve", 2, 1, 30 * hour, 8 * hour, aRegular, "", []money.Currency{"EUR"}, nobodyLeft},
	{"expired", 10, 1, 20 * day, 8 * day, aRegular, "", inMarkets, asked(market)},
}

// slowly is an order that its provider takes some look-ups to pay.
const slowly = "accept,accept,accept,accept,processed"

// Ready, and why one should look.

func smallAndPlain(s *story) {
	s.enter()
	s.ask(app, 30, 250)
}

// asked is a request that nobody has touched.
func asked(point string) func(*story) {
	return func(s *story) {
		s.enter()
		s.ask(point, 20, 400)
	}
}

func readyInShop(s *story) {
	s.enter()
	s.ask(shop, 20, 350)
	s.wait(10*minute, 2*hour)
	s.makeReady()
}

func forTwo(s *story) {
	s.enter()
	s.ask(app, 1000, 3900)
}

func forThree(s *story) {
	s.enter()
	s.ask(shop, 9000, 20_000)
	s.wait(10*minute, 2*hour)
	s.makeReady()
}

// nobodyLeft needs five people, and four may approve that much.
func nobodyLeft(s *story) {
	s.enter()
	if s.err != nil {
		return
	}
	s.askFor(customer, shop, money.New(31_000_00+100*int64(s.dice.IntN(2000)), "EUR"))
	s.wait(10*minute, hour)
	s.makeReady()
	for _, who := range []engine.ReviewerID{senior2, rev2, admin, You} {
		s.wait(10*minute, hour)
		s.approveBy(who)
	}
}

func halfApproved(s *story) {
	s.enter()
	s.ask(app, 1000, 3900)
	s.wait(5*minute, hour)
	s.approveBy(pick(s.dice, []engine.ReviewerID{rev2, senior2}))
}

// justUnder asks for what needs no second approval, by a hair.
func justUnder(s *story) {
	s.enter()
	if s.err != nil {
		return
	}
	threshold := money.New(1000_00, s.who.currency())
	hair := pick(s.dice, []int64{1, 50, 100, 500, 999})
	s.askFor(customer, app, threshold.Minus(money.New(hair, threshold.Currency)))
}

func newcomer(s *story) {
	s.enter()
	s.ask(app, 40, 700)
}

func beyondExposure(s *story) {
	s.enter()
	s.payIn(0, 60)
	s.wait(minute, 10*minute)
	s.ask(app, 200, 800)
}

func duplicate(s *story) {
	s.enter()
	s.ask(app, 40, 500)
	s.wait(minute, 50*minute)
	s.askFor(customer, app, s.r.Amount)
}

func manyInADay(s *story) {
	s.enter()
	for range s.plot.requests {
		s.ask(app, 35, 400)
		s.wait(10*minute, 90*minute)
	}
}

// sharedInstrument is two customers who are paid to one account.
func sharedInstrument(s *story) {
	account := details(s.dice, "bank_eur", s.number, "")
	for range s.plot.requests {
		s.until(s.asks.Add(-40 * minute))
		s.newcomer()
		s.wayTo(customer, "bank_eur", account)
		s.wait(minute, 30*minute)
		s.ask(app, 50, 500)
	}
}

// anothersName is a request to an account that is held by somebody else.
func anothersName(s *story) {
	s.until(s.asks.Add(-30 * minute))
	s.newcomer()
	another := "Sample Payee " + strconv.Itoa(s.number)
	account := details(s.dice, "bank_eur", s.customers, another)
	account["iban"] = strings.Replace(account["iban"], "XX", "LT", 1) // and in another country
	s.wayTo(customer, "bank_eur", account)
	s.until(s.asks)
	s.ask(app, 50, 600)
}

// addedByStaff is a request to an account that a colleague typed in.
func addedByStaff(s *story) {
	s.until(s.asks.Add(-30 * minute))
	s.newcomer()
	s.way(rev1, "wallet_usd", "")
	s.until(s.asks)
	if s.err == nil {
		s.askFor(rev1, app, natural(s.dice, s.who.currency(), 30, 500))
	}
}

// madeByYou cannot be approved by you.
func madeByYou(s *story) {
	s.enter()
	if s.err == nil {
		s.askFor(You, app, natural(s.dice, s.who.currency(), 40, 300))
	}
}

func talkedAbout(s *story) {
	s.enter()
	s.ask(app, 60, 900)
	for range 1 + s.dice.IntN(3) {
		s.wait(10*minute, 90*minute)
		s.remark()
	}
}

func blocked(s *story) {
	s.enter()
	if s.dice.IntN(4) > 0 {
		s.ask(app, 50, 900)
	} else {
		s.ask(app, 50, 200)
		s.wait(minute, hour)
		s.approve()
	}
	s.wait(10*minute, 90*minute)
	s.block()
	s.wait(hour, 4*hour)
	s.remark()
}

// Pending.

func withoutInstrument(s *story) {
	s.enter()
	if s.err == nil {
		s.create(customer, engine.NewRequest{
			PointID: app, CustomerID: s.who.ID, Amount: natural(s.dice, s.who.currency(), 30, 300),
		})
	}
}

func returned(s *story) {
	s.enter()
	s.ask(shop, 30, 300)
	s.wait(10*minute, hour)
	s.makeReady()
	s.wait(10*minute, hour)
	s.do(func(r engine.Request) (engine.Request, error) {
		return s.Return(s.ctx, by(rev2), r.ID, r.Version)
	})
	s.remark()
}

// Approved.

func approved(s *story) {
	s.enter()
	s.ask(app, 30, 600)
	s.wait(10*minute, hour)
	s.approve()
}

// verySmall is what the point's rule lets the engine approve.
func verySmall(s *story) {
	s.enter()
	s.ask(app, 5, 24)
}

// cannotBePlaced is more than its account holds.
func cannotBePlaced(s *story) {
	s.enter()
	s.ask(app, 10_000, 25_000)
	s.wait(10*minute, 30*minute)
	s.approve()
	s.allocate()
}

func released(s *story) {
	sent(s)
	s.wait(10*minute, 2*hour)
	s.do(func(r engine.Request) (engine.Request, error) {
		return s.Release(s.ctx, by(rev2), r.ID, r.Version)
	})
}

// Canceled.

func canceledByCustomer(s *story) {
	s.enter()
	s.ask(shop, 20, 400)
	s.wait(5*minute, 3*hour)
	s.cancel(customer, engine.CanceledByCustomer, "")
}

func canceledByMerchant(s *story) {
	s.enter()
	s.ask(app, 30, 400)
	s.wait(30*minute, 3*hour)
	s.cancel(rev2, engine.CanceledByMerchant, "asked by phone")
}

// contractEnded is how long before the present the old account was disabled.
const contractEnded = 26 * time.Hour

func (s *story) oldContractEnds() {
	account := s.config.Gateways[oldAccount]
	account.Disabled = true
	_, s.err = s.Apply(s.ctx, by(admin), engine.ConfigFile{Gateways: []engine.GatewayAccount{account}}, false)
	if s.err == nil {
		s.config, s.err = s.Config(s.ctx)
	}
}
