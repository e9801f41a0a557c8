package money

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
)

// Share divides total in proportion to weights, so that the shares sum to
// total exactly and each is within one unit of its exact value. Units left
// over go to the largest remainders, the earlier of equals first. A zero
// weight gets nothing, unless all are zero: then the shares are even. Shares of
// a negative total are those of the positive one, negated.
//
// Share panics on a negative weight, on weights whose sum leaves uint64, and
// where there is something to share and nobody to share it.
func Share(total int64, weights []int64) []int64 {
	if len(weights) == 0 && total != 0 {
		panic(fmt.Sprintf("money: %d to share among nobody", total))
	}
	sum := sumWeights(weights)
	if sum == 0 {
		weights, sum = slices.Repeat([]int64{1}, len(weights)), uint64(len(weights))
	}
	magnitude := uint64(total)
	if total < 0 {
		magnitude = -magnitude
	}
	shares := make([]int64, len(weights))
	remainders := make([]uint64, len(weights))
	left := magnitude
	for i, w := range weights {
		high, low := bits.Mul64(magnitude, uint64(w))
		share, remainder := bits.Div64(high, low, sum)
		shares[i], remainders[i] = int64(share), remainder
		left -= share
	}
	for _, i := range byRemainder(remainders)[:left] {
		shares[i]++
	}
	if total < 0 {
		for i := range shares {
			shares[i] = -shares[i]
		}
	}
	return shares
}

// Even divides total into parts that differ by one unit at most, the larger
// ones first. It panics where there is something to share and no part.
func Even(total int64, parts int) []int64 {
	return Share(total, make([]int64, max(parts, 0)))
}

func sumWeights(weights []int64) uint64 {
	var sum, carry uint64
	for _, w := range weights {
		if w < 0 {
			panic(fmt.Sprintf("money: negative weight %d", w))
		}
		if sum, carry = bits.Add64(sum, uint64(w), 0); carry != 0 {
			panic("money: weights are too large to sum")
		}
	}
	return sum
}

// byRemainder returns the positions in the order in which they are served.
func byRemainder(remainders []uint64) []int {
	order := make([]int, len(remainders))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(remainders[b], remainders[a])
	})
	return order
}
