package demo

import (
	"math/rand/v2"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// natural draws an amount as people ask for it, between two percentages of what
// is usual: most are near the usual (or the middle, if that is far off), a few
// far above, and many are round.
func natural(dice *rand.Rand, c money.Currency, least, most int64) money.Amount {
	low, high := usual[c]*least/100, usual[c]*most/100
	middle := usual[c]
	if middle < low || middle > high {
		middle = (low + high) / 2
	}
	for range 40 {
		minor := rounded(dice, accidental(dice, middle))
		if minor >= low && minor <= high {
			return money.New(minor, c)
		}
	}
	return money.New(low+dice.Int64N(high-low+1), c)
}

// accidental multiplies many small accidents, as life does: their product is
// spread like what people own and ask for, and needs no fractions.
func accidental(dice *rand.Rand, minor int64) int64 {
	const accidents = 12
	for range accidents {
		minor = minor * (66 + dice.Int64N(73)) / 100
	}
	return max(minor, 1)
}

// rounded keeps one, two or three digits of most amounts, and all of some.
func rounded(dice *rand.Rand, minor int64) int64 {
	keep := []int64{10, 100, 100, 1000, 1000}
	i := dice.IntN(len(keep) + 2)
	if i >= len(keep) {
		return minor
	}
	step := int64(1)
	for minor/step >= keep[i] {
		step *= 10
	}
	return max((minor+step/2)/step*step, step)
}

// between draws a time from least to most.
func between(dice *rand.Rand, least, most time.Duration) time.Duration {
	return (least + time.Duration(dice.Int64N(int64(most-least)+1))).Truncate(time.Millisecond)
}

// pick draws one of a list.
func pick[T any](dice *rand.Rand, list []T) T { return list[dice.IntN(len(list))] }
