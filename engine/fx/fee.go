// Package fx turns money into other money: what a route costs. Everything in
// it is a pure function of its input. Charges are rounded up, so that a fee is
// never reserved too small.
package fx

import "github.com/purserhq/purser/engine/money"

// A Fee is what a route costs: rate × amount + fixed, within minimum and
// maximum. All but the rate are in the currency of what is paid.
type Fee struct {
	Rate  money.Number `json:"rate"` // a fraction: 0.01 is one percent
	Fixed money.Number `json:"fixed"`
	Min   money.Number `json:"min"`
	Max   money.Number `json:"max"` // zero for none
}

// Of returns the fee for paying a, rounded up to whole minor units. A fee
// beyond any amount is the largest amount: such a route cannot be afforded.
func (f Fee) Of(a money.Amount) money.Amount {
	fee := a.Decimal().Mul(f.Rate.Decimal).Add(f.Fixed.Decimal)
	if fee.LessThan(f.Min.Decimal) {
		fee = f.Min.Decimal
	}
	if f.Max.IsPositive() && fee.GreaterThan(f.Max.Decimal) {
		fee = f.Max.Decimal
	}
	rounded, err := money.FromDecimal(fee, a.Currency, money.Up)
	if err != nil {
		return money.New(money.MaxMinor, a.Currency)
	}
	return rounded
}
