package split

import (
	"slices"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
)

// set makes the parts these amounts.
func (s *Split) set(amounts []money.Amount) {
	s.parts = nil
	for _, a := range amounts {
		s.parts = append(s.parts, s.part(a))
	}
	s.at = max(0, min(s.at, focus(len(s.parts)-1)))
}

func (s *Split) part(a money.Amount) *form.Amount {
	value := text.Safe("")
	if a.Positive() {
		value = text.Safe(a.String())
	}
	c := s.row.Amount.Currency
	return form.NewAmount(value, text.Line(string(c)), c.Exponent())
}

// propose shows the i-th proposal, around the end.
func (s *Split) propose(i int) {
	all := s.proposals()
	s.proposal = i % len(all)
	s.set(all[s.proposal])
}

// proposals are the amounts that suggest themselves, the best first.
func (s *Split) proposals() [][]money.Amount {
	var all [][]money.Amount
	if made := s.madeOf(); made != nil {
		all = append(all, made)
	}
	if most := s.most(); most.Positive() && most.Cmp(s.row.Amount) < 0 {
		if parts := capped(s.row.Amount, most); parts != nil {
			all = append(all, parts)
		}
	}
	return append(all, shares(s.row.Amount, fewest))
}

// madeOf is what a request that others were merged into was made of.
func (s *Split) madeOf() []money.Amount {
	if s.known == nil {
		return nil
	}
	own := s.row.Amount
	var parts []money.Amount
	for _, other := range s.known.Relatives {
		if other.MergedInto == s.row.ID {
			own = own.Minus(other.Amount)
			parts = append(parts, other.Amount)
		}
	}
	if len(parts) == 0 || !own.Positive() {
		return nil
	}
	return append([]money.Amount{own}, parts...)
}

// An account is a gateway account that could pay a part, and how much at once.
type account struct {
	id          string
	least, most money.Amount // zero for no limit
}

// accounts lists those that could pay the request's instrument.
func (s *Split) accounts() []account {
	var found []account
	config, r := s.desk.Config, s.row
	service := config.Services[r.Instrument.ServiceID]
	for _, route := range config.Routes {
		g := config.Gateways[route.Gateway]
		if !s.usable(route) {
			continue
		}
		a := account{id: g.ID, least: money.Most(route.Min.In(g.Currency), service.Min.In(g.Currency))}
		limits := []money.Number{route.Max, service.Max}
		for _, l := range g.Limits.PerTransaction {
			if l.Currency == g.Currency {
				limits = append(limits, l.Amount)
			}
		}
		for _, l := range limits {
			if limit := l.In(g.Currency); limit.Positive() && (a.most.IsZero() || limit.Cmp(a.most) < 0) {
				a.most = limit
			}
		}
		found = append(found, a)
	}
	return found
}

// usable reports whether a route could take anything of the request: the plan
// found a ceiling for it.
func (s *Split) usable(route engine.Route) bool {
	return slices.ContainsFunc(s.sheet, func(c engine.Candidate) bool {
		return c.Instrument == string(s.row.InstrumentID) && c.Route == route.ID && c.Ceiling.Positive()
	})
}

// most is the most that any account takes at once; zero if one takes all, or
// none takes anything.
func (s *Split) most() money.Amount {
	most := money.Zero(s.row.Amount.Currency)
	for _, a := range s.accounts() {
		if a.most.IsZero() {
			return money.Zero(most.Currency)
		}
		most = money.Most(most, a.most)
	}
	return most
}

// fits says which account takes a part at once, or why none does.
func (s *Split) fits(part money.Amount) (account text.Safe, ok bool) {
	accounts := s.accounts()
	for _, a := range accounts {
		if part.Cmp(a.least) >= 0 && (a.most.IsZero() || part.Cmp(a.most) <= 0) {
			return text.Line(a.id), true
		}
	}
	switch {
	case !part.Positive():
		return "no amount", false
	case len(accounts) == 0:
		return "no account pays it", false
	case s.most().Positive() && part.Cmp(s.most()) > 0:
		return "over " + text.Safe(s.most().Grouped()), false
	}
	return "below every minimum", false
}

// capped divides a total into parts of at most so much; nil if they are too many.
func capped(total, at money.Amount) []money.Amount {
	if !at.Positive() || total.Minor/at.Minor >= most {
		return nil
	}
	var parts []money.Amount
	for left := total; left.Positive(); {
		part := money.Least(left, at)
		parts, left = append(parts, part), left.Minus(part)
	}
	return parts
}

// shares divides a total into parts that are as even as can be.
func shares(total money.Amount, n int) []money.Amount {
	var parts []money.Amount
	for _, minor := range money.Even(total.Minor, n) {
		parts = append(parts, money.New(minor, total.Currency))
	}
	return parts
}

func (s *Split) even() { s.set(shares(s.row.Amount, max(len(s.parts), fewest))) }

// cap makes parts of at most the amount under the cursor.
func (s *Split) cap() {
	if parts := capped(s.row.Amount, s.amount(s.parts[s.at])); len(parts) >= fewest {
		s.set(parts)
		return
	}
	s.desk.Say("that would be more than a hundred parts, or one", warning)
}

// rest puts what is left into the part under the cursor.
func (s *Split) rest() {
	_, left := s.sum()
	with := s.amount(s.parts[s.at]).Plus(left)
	if !with.Positive() {
		s.desk.Say("the other parts are too much already", warning)
		return
	}
	s.parts[s.at] = s.part(with)
}

// add makes one more part after the one under the cursor, of what is left.
func (s *Split) add() {
	_, left := s.sum()
	i := min(int(s.at)+1, len(s.parts))
	s.parts = slices.Insert(s.parts, i, s.part(left))
	s.at = focus(i)
}
