package route

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/purserhq/purser/engine/money"
)

// A sorter brings routes into order, strategy by strategy.
type sorter struct {
	in       *Input
	entries  []entry // one for each of in.Routes; its Route is nil until it is looked at
	decision Decision
}

// run adds what a strategy makes of its routes.
func (s *sorter) run(number int, strategy Strategy) {
	left := slices.DeleteFunc(s.listed(strategy), func(e *entry) bool { return e.out != "" || e.placed })
	switch strategy.Kind {
	case StrategyWeight:
		chance := s.in.chance("weight " + strconv.Itoa(number))
		left = draw(left, &chance)
	case StrategyBalance:
		slices.SortStableFunc(left, byBalance)
	case StrategyFee:
		slices.SortStableFunc(left, byFee)
	case StrategyConversion:
		slices.SortStableFunc(left, byConversion)
	case StrategyOptimal:
		slices.SortStableFunc(left, byUse)
	}
	for _, e := range left {
		e.placed = true
		s.decision.Candidates = append(s.decision.Candidates, Candidate{
			Route: e.ID, Gateway: e.Gateway, Strategy: strategy.Kind, Why: why(strategy, e),
		})
	}
}

// listed returns the routes that a strategy lists and that exist, filtered or
// not; their weights are set.
func (s *sorter) listed(strategy Strategy) []*entry {
	if strategy.Routes == nil {
		all := make([]*entry, 0, len(s.entries))
		for i := range s.in.Routes {
			if s.in.Routes[i].Service == s.in.Request.Service {
				all = append(all, s.look(i))
			}
		}
		return all
	}
	listed := make([]*entry, 0, len(strategy.Routes))
	for n, id := range strategy.Routes {
		i := slices.IndexFunc(s.in.Routes, func(r Route) bool { return r.ID == id })
		if i < 0 {
			s.missing(id)
			continue
		}
		e := s.look(i)
		if strategy.Weights != nil {
			e.weight = strategy.Weights[n]
		}
		listed = append(listed, e)
	}
	return listed
}

// look holds a route against the filters when it is first listed.
func (s *sorter) look(i int) *entry {
	e := &s.entries[i]
	if e.Route != nil {
		return e
	}
	e.Route = &s.in.Routes[i]
	if e.filter(s.in); e.out != "" {
		s.decision.Filtered = append(s.decision.Filtered, Filtered{e.ID, e.Gateway, e.out, e.why})
	}
	return e
}

// missing tells, once, about a route that does not exist.
func (s *sorter) missing(id string) {
	told := func(f Filtered) bool { return f.Route == id }
	if !slices.ContainsFunc(s.decision.Filtered, told) {
		s.decision.Filtered = append(s.decision.Filtered, Filtered{id, "", ReasonUnknown, "there is no such route"})
	}
}

// draw draws the routes one after the other, each in proportion to its weight
// among those that are left.
func draw(left []*entry, chance *chance) []*entry {
	total := 0
	for _, e := range left {
		total += e.weight
	}
	drawn := make([]*entry, 0, len(left))
	for len(left) > 0 {
		ticket, i := int(chance.below(uint64(total))), 0
		for ticket >= left[i].weight {
			ticket -= left[i].weight
			i++
		}
		total -= left[i].weight
		drawn = append(drawn, left[i])
		left = slices.Delete(left, i, i+1)
	}
	return drawn
}

// byBalance puts first the account that could pay the portion most often. In
// one currency that is the largest balance; across currencies it compares them
// at the portion's own rates.
func byBalance(a, b *entry) int {
	switch {
	case !a.BalanceKnown || !b.BalanceKnown:
		return -compareBool(a.BalanceKnown, b.BalanceKnown)
	default:
		return compareShares(b.Spendable, b.portion, a.Spendable, a.portion)
	}
}

// byFee puts first the smallest share of the portion.
func byFee(a, b *entry) int { return compareShares(a.fee, a.portion, b.fee, b.portion) }

// byUse puts first what was chosen least.
func byUse(a, b *entry) int {
	return cmp.Or(cmp.Compare(a.Used, b.Used), byFee(a, b), strings.Compare(a.ID, b.ID))
}

// byConversion puts first the largest share of payouts that went through.
func byConversion(a, b *entry) int {
	if a.Attempts == 0 || b.Attempts == 0 {
		return -compareBool(a.Attempts > 0, b.Attempts > 0)
	}
	return compareProducts(b.Successes, a.Attempts, a.Successes, b.Attempts)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// compareShares compares a of x with b of y, all above zero or zero.
func compareShares(a, x, b, y money.Amount) int {
	return compareProducts(int(a.Minor), int(y.Minor), int(b.Minor), int(x.Minor))
}

// compareProducts compares a × b with c × d, none of which is negative.
func compareProducts(a, b, c, d int) int {
	high, low := bits.Mul64(uint64(a), uint64(b))
	otherHigh, otherLow := bits.Mul64(uint64(c), uint64(d))
	return cmp.Or(cmp.Compare(high, otherHigh), cmp.Compare(low, otherLow))
}

// why says why a route has its place.
func why(strategy Strategy, e *entry) string {
	switch strategy.Kind {
	case StrategyDirect:
		return "the one that is named"
	case StrategyWeight:
		return fmt.Sprintf("drawn with a weight of %d", e.weight)
	case StrategyBalance:
		if !e.BalanceKnown {
			return "its balance is unknown, which comes last"
		}
		return e.Spendable.Text() + " spendable"
	case StrategyFee:
		return "costs " + e.fee.Text()
	case StrategyConversion:
		if e.Attempts == 0 {
			return "no payout ended lately, which comes last"
		}
		return fmt.Sprintf("%d of %d payouts went through", e.Successes, e.Attempts)
	case StrategyOptimal:
		return fmt.Sprintf("used %d× lately, costs %s", e.Used, e.fee.Text())
	}
	if strategy.Routes == nil {
		return "in file order"
	}
	return fmt.Sprintf("place %d of the list", 1+slices.Index(strategy.Routes, e.ID))
}
