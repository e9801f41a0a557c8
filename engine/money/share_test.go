package money_test

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/money"
)

func TestShare(t *testing.T) {
	const most = 1<<63 - 1
	tests := []struct {
		name    string
		total   int64
		weights []int64
		want    []int64
	}{
		{"in proportion", 100, []int64{1, 3}, []int64{25, 75}},
		{"the first of equals gets the odd unit", 100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{"the largest remainder gets it", 10, []int64{1, 6}, []int64{1, 9}},
		{"nothing for a zero weight", 5, []int64{0, 1, 1}, []int64{0, 3, 2}},
		{"even where all are zero", 5, []int64{0, 0}, []int64{3, 2}},
		{"fewer units than shares", 2, []int64{1, 1, 1}, []int64{1, 1, 0}},
		{"a debt mirrors", -100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{"nothing", 0, []int64{2, 5}, []int64{0, 0}},
		{"nothing for nobody", 0, nil, []int64{}},
		{"beyond 64 bits between", most, []int64{most, most}, []int64{1 << 62, 1<<62 - 1}},
		{"the least int64", -most - 1, []int64{1}, []int64{-most - 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := money.Share(test.total, test.weights); !slices.Equal(got, test.want) {
				t.Errorf("%d, want %d", got, test.want)
			}
		})
	}
}

func TestEven(t *testing.T) {
	if got, want := money.Even(1000, 3), []int64{334, 333, 333}; !slices.Equal(got, want) {
		t.Errorf("%d, want %d", got, want)
	}
	if got := money.Even(0, 0); len(got) != 0 {
		t.Errorf("%d, want no parts", got)
	}
}

// Shares sum to the total, none is a whole unit off its exact value, and none
// with a smaller remainder was served before one with a larger.
func TestSharesAreFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64().Draw(t, "total")
		weights := rapid.SliceOfN(weight(), 1, 40).Draw(t, "weights")
		shares := money.Share(total, weights)

		sum, weightSum := new(big.Int), new(big.Int)
		for i := range weights {
			sum.Add(sum, big.NewInt(shares[i]))
			weightSum.Add(weightSum, big.NewInt(weights[i]))
		}
		if sum.Cmp(big.NewInt(total)) != 0 {
			t.Fatalf("%d sum to %v", shares, sum)
		}
		if weightSum.Sign() == 0 {
			if slices.Max(shares)-slices.Min(shares) > 1 {
				t.Fatalf("%d are not even", shares)
			}
			return
		}
		for i, w := range weights {
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(total), big.NewInt(w)), weightSum)
			off := new(big.Rat).Sub(new(big.Rat).SetInt64(shares[i]), exact)
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("share %d is %d, exactly %v", i, shares[i], exact)
			}
			if w == 0 && shares[i] != 0 {
				t.Fatalf("zero weight %d got %d", i, shares[i])
			}
		}
	})
}

func weight() *rapid.Generator[int64] {
	return rapid.OneOf(
		rapid.Int64Range(0, 9),
		rapid.Int64Range(0, money.MaxMinor),
		rapid.Just(int64(0)),
	)
}

// A share does not depend on who else was served first: equal weights differ by
// one unit at most, and the earlier is never the smaller.
func TestEqualWeightsAreTreatedEqually(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(0, money.MaxMinor).Draw(t, "total")
		weights := rapid.SliceOfN(rapid.Int64Range(0, 5), 1, 20).Draw(t, "weights")
		shares := money.Share(total, weights)
		for i := range weights {
			for j := i + 1; j < len(weights); j++ {
				if gap := shares[i] - shares[j]; weights[i] == weights[j] && (gap < 0 || gap > 1) {
					t.Fatalf("%d of weights %d", shares, weights)
				}
			}
		}
	})
}
