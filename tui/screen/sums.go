package screen

import (
	"cmp"
	"slices"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
)

// Sums are exact sums of money, one of each currency.
type Sums []engine.Total

// Plus returns the sums with those of n requests added.
func (s Sums) Plus(n int, a money.Amount) Sums {
	for i := range s {
		if s[i].Amount.Currency == a.Currency {
			s[i].Requests += n
			s[i].Amount = s[i].Amount.Plus(a)
			return s
		}
	}
	return append(s, engine.Total{Requests: n, Amount: a})
}

// Minus returns the sums without those of other requests.
func (s Sums) Minus(others Sums) Sums {
	left := slices.Clone(s)
	for _, o := range others {
		o.Amount.Minor = -o.Amount.Minor
		left = left.Plus(-o.Requests, o.Amount)
	}
	return left
}

// Sorted returns the sums that are of something, the currency of most requests
// first.
func (s Sums) Sorted() Sums {
	some := slices.DeleteFunc(slices.Clone(s), func(t engine.Total) bool { return t.Requests == 0 && t.Amount.IsZero() })
	slices.SortFunc(some, func(a, b engine.Total) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), cmp.Compare(a.Amount.Currency, b.Amount.Currency))
	})
	return some
}

// Requests is how many requests the sums are of.
func (s Sums) Requests() int {
	n := 0
	for _, t := range s {
		n += t.Requests
	}
	return n
}

// Within writes as many sums as there is room for, at least one, and how many
// others there are: "1,250.00 EUR  86.20 USD  +2".
func (s Sums) Within(room int) text.Safe {
	var told text.Safe
	for i, sum := range s {
		next, more := Money(sum.Amount), text.Safe("")
		if i > 0 {
			next = "  " + next
		}
		if rest := len(s) - i - 1; rest > 0 {
			more = "  +" + Count(int64(rest))
		}
		if i > 0 && canvas.Width(told+next+more) > room {
			return told + "  +" + Count(int64(len(s)-i))
		}
		told += next
	}
	return told
}
