package fx

import (
	"fmt"
	"math/bits"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/purserhq/purser/engine/money"
)

// A Quote is an estimated rate that is kept with whatever was decided by it.
type Quote struct {
	Base       money.Currency `json:"base"`
	Quote      money.Currency `json:"quote"`
	Rate       money.Number   `json:"rate"`                // above zero, at most 8 decimals
	Scheme     string         `json:"scheme,omitempty"`    // that made it, or [System]
	Source     string         `json:"source,omitempty"`    // of the rate behind it
	AsOf       time.Time      `json:"asOf,omitzero"`       // when the source said so; zero for a fixed rate
	ValidUntil time.Time      `json:"validUntil,omitzero"` // from then on it has to be made again
}

// Pair returns what the quote is for.
func (q Quote) Pair() Pair { return Pair{q.Base, q.Quote} }

// Fresh reports whether the quote still holds. Equal currencies always do.
func (q Quote) Fresh(now time.Time) bool { return q.even() || now.Before(q.ValidUntil) }

// even reports whether the quote leaves amounts as they are.
func (q Quote) even() bool { return q.Base == q.Quote }

// Convert returns what a recipient gets for a, rounded down; that can be
// nothing. It fails on an amount that is not in Base, and on a result beyond
// [money.MaxMinor].
func (q Quote) Convert(a money.Amount) (money.Amount, error) { return q.convert(a, money.Down) }

// Cost returns a rounded up: what is at most debited for a, as a part of a
// larger conversion. It fails as Convert does.
func (q Quote) Cost(a money.Amount) (money.Amount, error) { return q.convert(a, money.Up) }

func (q Quote) convert(a money.Amount, r money.Rounding) (money.Amount, error) {
	if q.even() {
		return a, nil
	}
	if a.Currency != q.Base {
		return money.Amount{}, fmt.Errorf("a rate of %s converts no %s", q.Pair(), a.Currency)
	}
	converted, err := money.FromDecimal(a.Decimal().Mul(q.Rate.Decimal), q.Quote, r)
	if err != nil {
		return money.Amount{}, fmt.Errorf("convert %s at %s: %w", a.Text(), q.Rate, err)
	}
	return converted, nil
}

// ConvertParts converts the parts of one whole, each down or up to a whole
// minor unit, so that they sum to one conversion of the whole. Units left over
// by rounding down go to the largest remainders, the earlier of equals first.
// It fails as Convert does, and on a negative part.
func (q Quote) ConvertParts(parts []money.Amount) ([]money.Amount, error) {
	if q.even() {
		return slices.Clone(parts), nil
	}
	whole := money.Zero(q.Base)
	converted := make([]money.Amount, len(parts))
	remainders := make([]decimal.Decimal, len(parts))
	order := make([]int, len(parts))
	for i, part := range parts {
		down, err := q.Convert(part)
		if err != nil {
			return nil, err
		}
		if part.Negative() {
			return nil, fmt.Errorf("convert %s: a part is negative", part.Text())
		}
		whole = whole.Plus(part)
		converted[i], order[i] = down, i
		remainders[i] = part.Decimal().Mul(q.Rate.Decimal).Sub(down.Decimal())
	}
	sum, err := q.Convert(whole)
	if err != nil {
		return nil, err
	}
	for _, part := range converted {
		sum = sum.Minus(part)
	}
	slices.SortStableFunc(order, func(a, b int) int { return remainders[b].Cmp(remainders[a]) })
	for _, i := range order[:sum.Minor] {
		converted[i].Minor++
	}
	return converted, nil
}

// Least returns the least amount of Base that pays at least limit, and more
// than [money.MaxMinor] if there is none.
func (q Quote) Least(limit money.Amount) money.Amount {
	if q.even() {
		return limit
	}
	return q.reach(limit, money.Up)
}

// Most returns the most of Base that costs at most limit, bounded by
// [money.MaxMinor].
func (q Quote) Most(limit money.Amount) money.Amount {
	if q.even() {
		return limit
	}
	most := q.reach(limit, money.Down)
	most.Minor = min(most.Minor, money.MaxMinor)
	return most
}

// reach divides limit by the rate; beyond any amount it is one more than the
// largest.
func (q Quote) reach(limit money.Amount, r money.Rounding) money.Amount {
	a, err := quotient(limit.Decimal(), q.Rate.Decimal, q.Base, r)
	if err != nil {
		return money.New(money.MaxMinor+1, q.Base)
	}
	return a
}

// quotient is a divided by b, rounded as if it had been written out.
func quotient(a, b decimal.Decimal, c money.Currency, r money.Rounding) (money.Amount, error) {
	if !b.IsPositive() {
		return money.Amount{}, fmt.Errorf("nothing can be divided by a rate of %s", b)
	}
	whole, rest := a.QuoRem(b, int32(c.Exponent()))
	if r == money.Up && !rest.IsZero() {
		whole = whole.Add(decimal.New(int64(rest.Sign()), -int32(c.Exponent())))
	}
	return money.FromDecimal(whole, c, money.Exact)
}

// Back returns the share of amount that was really paid, where paid of asked
// went through: rounded up, and never more than amount. Paid and asked are of
// one currency.
func Back(paid, asked, amount money.Amount) money.Amount {
	switch {
	case !paid.Positive():
		return money.Zero(amount.Currency)
	case paid.Cmp(asked) >= 0:
		return amount
	}
	high, low := bits.Mul64(uint64(amount.Minor), uint64(paid.Minor))
	share, rest := bits.Div64(high, low, uint64(asked.Minor))
	if rest > 0 {
		share++
	}
	return money.New(int64(share), amount.Currency)
}
