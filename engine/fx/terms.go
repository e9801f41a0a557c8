package fx

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/purserhq/purser/engine/money"
)

// A FeeStrategy says what a fee is a share of.
type FeeStrategy string

// The fee strategies.
const (
	FeeInternal FeeStrategy = "internal" // of what is written off: it comes out of that
	FeeExternal FeeStrategy = "external" // of what the recipient gets: it comes on top
)

// Terms say what a request costs whoever asks for it. What is asked for is what
// is written off under internal terms, and what the recipient gets under
// external ones. Reverse turns that round; the fee stays a share of the same.
type Terms struct {
	Fee      Fee         `json:"fee"` // in the currency of what is paid
	Strategy FeeStrategy `json:"strategy"`
	Reverse  bool        `json:"reverse,omitempty"`
}

// A FeeQuote is what terms make of an amount: in the currency of the account
// that is written off, and in that of the service that pays. In both, amount
// and fee add up to what is written off. The two fees are rounded up
// separately and need not be worth the same.
type FeeQuote struct {
	Amount          money.Amount `json:"amount"`
	Writeoff        money.Amount `json:"writeoff"`
	Fee             money.Amount `json:"fee"`
	ServiceAmount   money.Amount `json:"serviceAmount"` // what the recipient gets
	ServiceWriteoff money.Amount `json:"serviceWriteoff"`
	ServiceFee      money.Amount `json:"serviceFee"`
}

// Check says what is wrong with terms, before they are kept.
func (t Terms) Check() error {
	switch {
	case t.Strategy != FeeInternal && t.Strategy != FeeExternal:
		return fmt.Errorf("no fee strategy is called %q (try internal or external)", t.Strategy)
	case t.Fee.Rate.IsNegative() || t.Fee.Fixed.IsNegative() || t.Fee.Min.IsNegative() || t.Fee.Max.IsNegative():
		return errors.New("a part of the fee is negative (give zero or more)")
	case t.Fee.Rate.GreaterThanOrEqual(one):
		return fmt.Errorf("a fee rate of %s takes everything (write 0.01 for one percent)", t.Fee.Rate)
	}
	return nil
}

// Quote works out what asking for an amount means. The amount is in either
// currency of q, whose Base is the account's and whose Quote is the service's;
// a zero q makes both the amount's own. It fails where the fee leaves nothing
// to pay.
func (t Terms) Quote(asked money.Amount, q Quote) (FeeQuote, error) {
	if q.even() {
		q = Quote{Base: asked.Currency, Quote: asked.Currency, Rate: money.Number{Decimal: one}}
	}
	f, err := t.quote(asked, q)
	if err != nil {
		return FeeQuote{}, fmt.Errorf("quote the fee of %s: %w", asked.Text(), err)
	}
	return f, nil
}

func (t Terms) quote(asked money.Amount, q Quote) (FeeQuote, error) {
	if err := t.Check(); err != nil {
		return FeeQuote{}, err
	}
	side := t.serviceSide
	if asked.Currency != q.Quote {
		side = t.accountSide
	}
	f, err := side(asked, q)
	switch {
	case err != nil:
		return FeeQuote{}, err
	case !asked.Positive():
		return FeeQuote{}, errors.New("there is nothing to pay (ask for more than zero)")
	case !f.ServiceAmount.Positive() || f.Amount.Negative():
		return FeeQuote{}, errors.New("the fee leaves nothing to pay (ask for more)")
	}
	return f, nil
}

// serviceSide quotes an amount in the service's currency. The account's side
// follows from the service's: what is written off rounded up, what is paid
// rounded down, and the fee is what lies between.
func (t Terms) serviceSide(asked money.Amount, q Quote) (f FeeQuote, err error) {
	if f, err = t.withService(asked); err != nil {
		return f, err
	}
	rate := q.Rate.Decimal
	if f.Writeoff, err = quotient(f.ServiceWriteoff.Decimal(), rate, q.Base, money.Up); err != nil {
		return f, err
	}
	if f.Amount, err = quotient(f.ServiceAmount.Decimal(), rate, q.Base, money.Down); err != nil {
		return f, err
	}
	f.Fee = f.Writeoff.Minus(f.Amount)
	return f, nil
}

// accountSide quotes an amount in the account's currency. The fee there is
// worked out of the amount itself: the service's fee is rounded already.
func (t Terms) accountSide(asked money.Amount, q Quote) (f FeeQuote, err error) {
	convert := q.Convert
	if t.fixesWriteoff() {
		convert = q.Cost
	}
	known, err := convert(asked)
	if err != nil {
		return f, err
	}
	if f, err = t.withService(known); err != nil {
		return f, err
	}
	rate := q.Rate.Decimal
	fee, divisor := t.share(asked.Decimal().Mul(rate))
	if f.Fee, err = quotient(fee, divisor.Mul(rate), q.Base, money.Up); err != nil {
		return f, err
	}
	f.Amount, f.Writeoff = t.around(asked, f.Fee)
	return f, nil
}

// withService fills in the service's side.
func (t Terms) withService(known money.Amount) (f FeeQuote, err error) {
	fee, divisor := t.share(known.Decimal())
	if f.ServiceFee, err = quotient(fee, divisor, known.Currency, money.Up); err != nil {
		return f, err
	}
	f.ServiceAmount, f.ServiceWriteoff = t.around(known, f.ServiceFee)
	return f, nil
}

// fixesWriteoff reports whether what is asked for is what is written off.
func (t Terms) fixesWriteoff() bool { return (t.Strategy == FeeInternal) != t.Reverse }

// around returns what is paid and what is written off, one of which is known.
func (t Terms) around(known, fee money.Amount) (amount, writeoff money.Amount) {
	if t.fixesWriteoff() {
		return known.Minus(fee), known
	}
	return known, known.Plus(fee)
}

// share returns the fee on v, an amount in the service's currency, as an exact
// fraction.
//
// Directly the fee is r·v + x. Reversed it is a share of what v does not say:
// what v and an internal fee are a remainder of, (r·v + x) / (1 − r), or what
// v without an external fee was, (r·v + x) / (1 + r).
func (t Terms) share(v decimal.Decimal) (fee, divisor decimal.Decimal) {
	fee, divisor = v.Mul(t.Fee.Rate.Decimal).Add(t.Fee.Fixed.Decimal), one
	switch {
	case t.Reverse && t.Strategy == FeeInternal:
		divisor = one.Sub(t.Fee.Rate.Decimal)
	case t.Reverse:
		divisor = one.Add(t.Fee.Rate.Decimal)
	}
	if fee.LessThan(t.Fee.Min.Mul(divisor)) {
		fee, divisor = t.Fee.Min.Decimal, one
	}
	if t.Fee.Max.IsPositive() && fee.GreaterThan(t.Fee.Max.Mul(divisor)) {
		fee, divisor = t.Fee.Max.Decimal, one
	}
	return fee, divisor
}
