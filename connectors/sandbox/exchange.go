package sandbox

import (
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A call is a question that the provider is asked.
type call string

const (
	callPay    call = "pay"
	callLookUp call = "look-up"
	callCancel call = "cancel"
)

// meet lets an order meet the provider: its books change as the step of this
// exchange says, and the answer follows from the books. Both are on disk when
// it returns.
func (s *Sandbox) meet(c call, o engine.PayOrder) (
	answer engine.Outcome, delay time.Duration, changed bool, err error,
) {
	wanted, wrong := s.behaviour(o)
	err = s.ledger.update(func(books map[engine.AllocationID]*account) *entry {
		now := s.options.Clock.Now()
		known := books[o.Key]
		if known == nil {
			known = &account{}
		}
		order := known.order()
		if c == callPay && order != nil && s.forgotten(order, now) {
			order = nil
		}
		switch {
		case c != callPay && known.exchanges == 0:
			answer = standing(nil)
			return nil
		case wrong != nil && c == callPay && order == nil:
			answer = refusal(engine.ResolutionInvalidDetails, wrong)
			return nil
		case wrong != nil: // the fields were changed since; the order was not
			wanted = behaviour{script: script{{word: "found", reply: theTruth}}}
		}
		if c == callPay && order != nil && order.Asked != o.Amount {
			answer = duplicated(order)
			return nil
		}
		after := s.advance(c, o, order, wanted, known, now)
		if after != nil {
			order, changed = after, true
		}
		here := wanted.script.at(known.exchanges)
		answer, delay = s.answer(c, o, here, order, known.told, now), wanted.delay
		return &entry{
			At: now, Call: c, Key: o.Key, Step: here.word, Answer: summary(answer), Order: after,
		}
	})
	return answer, delay, changed, err
}

// forgotten reports whether the key of an order no longer protects it from
// being paid again. A clock that stepped back forgets nothing.
func (s *Sandbox) forgotten(order *Effect, now time.Time) bool {
	return now.Sub(order.At) >= s.capabilities.KeyLife
}

// advance returns what this exchange makes of an order, nil if nothing. A new
// one arrives, unless it gets lost; a pending one may end.
func (s *Sandbox) advance(
	c call, o engine.PayOrder, order *Effect, wanted behaviour, known *account, now time.Time,
) *Effect {
	end := wanted.script.at(known.exchanges)
	if order.back(c, end) {
		return order.takenBack(c, end)
	}
	switch {
	case c == callPay && order == nil:
		end = wanted.script.fateAt(known.exchanges)
		order = &Effect{
			Key: o.Key, RequestID: o.RequestID, Account: o.Gateway.ID, ProviderID: known.nextID(o.Key), Asked: o.Amount, At: now,
		}
	case order == nil || order.Status != engine.PayoutPending || end.fate == pending:
		return nil
	}
	next := *order
	next.Paid, next.Resolution = money.Zero(next.Asked.Currency), engine.ResolutionOK
	switch end.fate {
	case pending:
		next.Status, next.Paid = engine.PayoutPending, wanted.full
	case back:
		next.Paid, next.Status = wanted.full, engine.PayoutProcessed
		return next.takenBack(c, end)
	case paid:
		next.Paid = portion(next.Asked, wanted.full, end.percent)
		next.Status = engine.PayoutProcessed
		if next.Paid.Cmp(next.Asked) < 0 {
			next.Status = engine.PayoutPartiallyProcessed
		}
	case refused:
		next.Status, next.Resolution = engine.PayoutProcessFailed, end.resolution
	default:
		return nil
	}
	return &next
}

// back reports whether an exchange is about money that is to come back of an
// order that was paid.
func (e *Effect) back(c call, here step) bool {
	switch {
	case e == nil || !e.Paid.Positive() || e.Status == engine.PayoutPending || e.Returned.Positive():
		return false
	case e.Status == engine.PayoutCanceling, c == callCancel:
		return true
	default:
		return here.fate == back
	}
}

// takenBack returns what an exchange makes of an order that was paid; nil if
// the money stays where it is.
func (e *Effect) takenBack(c call, here step) *Effect {
	next := *e
	switch {
	case here.fate == lost:
		return nil
	case here.fate == pending:
		next.Status = engine.PayoutCanceling
		return &next
	case here.keeps && e.Status == engine.PayoutCanceling:
		next.Status = engine.PayoutProcessed
		return &next
	case here.keeps:
		return nil
	case c != callCancel && here.fate == back && here.percent > 0:
		next.Returned = portion(next.Paid, next.Paid, here.percent)
		return &next
	}
	next.Status, next.Returned = engine.PayoutCanceled, next.Paid
	return &next
}

// portion returns what is paid: percent of what was asked, or all that is to
// be paid where percent is 0. More than all is rounded up and less is rounded
// down, but for the smallest unit.
func portion(asked, full money.Amount, percent int64) money.Amount {
	minor := full.Minor
	switch {
	case percent > 100:
		minor = (asked.Minor*percent + 99) / 100
	case percent > 0:
		minor = max(asked.Minor*percent/100, 1)
	}
	return money.New(min(minor, money.MaxMinor), asked.Currency)
}

// answer returns what is heard of an order in this exchange.
func (s *Sandbox) answer(
	c call, o engine.PayOrder, here step, order *Effect, told bool, now time.Time,
) engine.Outcome {
	switch here.reply {
	case nothing:
		return unknown(here.resolution, here.message)
	case sameKey:
		return duplicated(order)
	case noSuchKey:
		if c == callPay {
			return unknown(engine.ResolutionGeneral, "404 not found")
		}
		if order == nil || !s.final(o, order, now) {
			return standing(nil)
		}
	case theOpposite:
		if c == callLookUp && told {
			return opposite(order)
		}
	}
	return standing(order)
}

// final reports whether "not found" is proof by now.
func (s *Sandbox) final(o engine.PayOrder, order *Effect, now time.Time) bool {
	intent := o.IntentAt
	if intent.IsZero() {
		intent = order.At
	}
	after := s.capabilities.NotFoundFinalAfter
	return after > 0 && now.Sub(intent) >= after
}

// standing is the honest answer.
func standing(order *Effect) engine.Outcome {
	switch {
	case order == nil:
		return engine.Outcome{
			NotFound: true, Resolution: engine.ResolutionUnknown, Message: "no order has this key",
		}
	case order.Status == engine.PayoutPending:
		return engine.Outcome{
			Accepted: true, Resolution: engine.ResolutionOK,
			ProviderID: order.ProviderID, Message: "accepted",
		}
	case order.Status == engine.PayoutCanceling:
		return engine.Outcome{
			Accepted: true, Resolution: engine.ResolutionOK,
			ProviderID: order.ProviderID, Message: "being taken back",
		}
	case order.Returned.Positive():
		return engine.Outcome{
			Verdict: engine.VerdictReturned, Resolution: engine.ResolutionOK, Paid: order.Returned,
			ProviderID: order.ProviderID, Message: "returned " + order.Returned.Text(),
		}
	case order.Paid.Positive():
		return engine.Outcome{
			Verdict: engine.VerdictPaid, Resolution: engine.ResolutionOK, Paid: order.Paid,
			ProviderID: order.ProviderID, Message: "paid " + order.Paid.Text(),
		}
	}
	return engine.Outcome{
		Verdict: engine.VerdictNotPaid, Resolution: order.Resolution,
		ProviderID: order.ProviderID, Message: "refused",
	}
}

// opposite is what a provider says that changed its mind.
func opposite(order *Effect) engine.Outcome {
	if order == nil || order.Status == engine.PayoutPending {
		return standing(order)
	}
	changed := *order
	changed.Resolution, changed.Paid = engine.ResolutionDeclined, money.Zero(order.Asked.Currency)
	if !order.Paid.Positive() {
		changed.Paid = order.Asked
	}
	return standing(&changed)
}

// duplicated is how providers refuse a key that they have an order for. It
// says nothing about how that one ended.
func duplicated(order *Effect) engine.Outcome {
	refused := engine.Outcome{
		Verdict: engine.VerdictNotPaid, Resolution: engine.ResolutionDuplicatedID,
		Message: "an order has this key already",
	}
	if order != nil {
		refused.ProviderID = order.ProviderID
	}
	return refused
}

// summary is an answer in a word, for the ledger.
func summary(answer engine.Outcome) string {
	switch {
	case answer.Verdict != "" && answer.Resolution != engine.ResolutionDuplicatedID:
		return string(answer.Verdict)
	case answer.Accepted:
		return "accepted"
	case answer.NotFound:
		return "not-found"
	case answer.Resolution != "":
		return string(answer.Resolution)
	}
	return "nothing"
}
