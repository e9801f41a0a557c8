package demo

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/money"
)

func TestDealMakesExactlyAsManyRequests(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.IntRange(1, MostRequests).Draw(t, "requests")
		got := 0
		for i, n := range deal(want) {
			if n < 0 {
				t.Errorf("%s: %d stories", plots[i].name, n)
			}
			got += n * plots[i].requests
		}
		if got != want {
			t.Errorf("%d requests, want %d", got, want)
		}
	})
}

func TestDealKeepsTheShares(t *testing.T) {
	const many = 100_000
	for i, n := range deal(many) {
		want := many * plots[i].share / 1000
		if got := n * plots[i].requests; i > 0 && (got > want || got < want-plots[i].requests) {
			t.Errorf("%s makes %d requests, want %d", plots[i].name, got, want)
		}
	}
}

func TestPlotsEndBeforeThePresent(t *testing.T) {
	names := map[string]bool{}
	for _, p := range plots {
		if names[p.name] || p.from <= p.to || p.to <= 0 || p.requests < 1 {
			t.Errorf("%s: from %v to %v before the present, %d requests", p.name, p.from, p.to, p.requests)
		}
		names[p.name] = true
	}
}

func TestNaturalAmountsKeepWithinTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(everywhere).Draw(t, "currency")
		least := rapid.Int64Range(5, 20_000).Draw(t, "least")
		most := least + rapid.Int64Range(1, 20_000).Draw(t, "more")
		dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		got := natural(dice, c, least, most)
		low, high := money.New(usual[c]*least/100, c), money.New(usual[c]*most/100, c)
		if got.Cmp(low) < 0 || got.Cmp(high) > 0 || !got.Positive() {
			t.Errorf("%s is not from %s to %s", got.Text(), low.Text(), high.Text())
		}
	})
}

func TestPartsSumUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := money.New(rapid.Int64Range(1000, 1e9).Draw(t, "amount"), "USD")
		n := rapid.IntRange(2, 8).Draw(t, "parts")
		s := &story{dice: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))}
		sum := money.Zero("USD")
		for _, part := range s.parts(whole, n) {
			if !part.Positive() {
				t.Errorf("a part of %s", part.Text())
			}
			sum = sum.Plus(part)
		}
		if sum != whole {
			t.Errorf("the parts sum to %s of %s", sum.Text(), whole.Text())
		}
	})
}
