package fx

import (
	"sort"

	"github.com/purserhq/purser/engine/money"
)

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
	fee := a.Decimal().Mul(f.Rate.Decimal)
	if !f.Fixed.IsZero() {
		fee = fee.Add(f.Fixed.Decimal)
	}
	if f.Min.IsPositive() && fee.LessThan(f.Min.Decimal) {
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

// Affordable returns the most that can be paid out of spendable together with
// its fee, and nothing if not even one minor unit can.
func (f Fee) Affordable(spendable money.Amount) money.Amount {
	if !spendable.Positive() {
		return money.Zero(spendable.Currency)
	}
	// No smaller amount has a higher fee, so what this fee leaves is affordable.
	low := max(spendable.Minor-f.Of(spendable).Minor, 0)
	more := sort.Search(int(spendable.Minor-low), func(n int) bool {
		a := money.New(low+int64(n)+1, spendable.Currency)
		return a.Plus(f.Of(a)).Cmp(spendable) > 0
	})
	return money.New(low+int64(more), spendable.Currency)
}
