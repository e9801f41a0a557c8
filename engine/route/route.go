package route

import (
	"time"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
)

// Input is all that a decision depends on.
type Input struct {
	Request     Request
	Portion     money.Amount // to be paid, in the request's currency, above zero
	Routes      []Route      // all there are, in file order
	Split       bool         // the portion may be divided
	SkipHistory bool         // a route that failed this request may be tried again
	Now         time.Time
	Seed        uint64
}

// A Request is what conditions can ask about.
type Request struct {
	ID              string       // chance depends on it
	Amount          money.Amount // the whole of it
	AmountUSD       money.Amount // the same converted; the zero Amount if there is no rate
	AmountEUR       money.Amount
	Service         string
	CustomerCountry string // two capital letters; this and what follows may be empty
	Tags            []string
	Metadata        map[string]string
	CardBrand       string
	CardCountry     string
}

// A Route is a service that a gateway account can pay. Its amounts are in the
// account's currency.
type Route struct {
	ID      string
	Gateway string
	Service string
	WhyNot  string   // why it cannot be used at all (disabled, another mode, no rate); empty if it can
	Quote   fx.Quote // from the request's currency to the account's; zero if they are the same
	Cut     Cut      // of the portion

	Min, Max      money.Amount // of service and route together; zero for no limit
	Fee           fx.Fee
	BalanceKnown  bool
	Spendable     money.Amount // what the account could spend; meaningless unless known
	TurnoverLimit money.Amount // of the account for a day; zero for no limit
	TurnoverUsed  money.Amount // today
	Unhealthy     bool         // the account

	Used      int  // how often it was chosen lately
	Attempts  int  // payouts lately that ended
	Successes int  // and went through
	Failed    bool // in this request's history
}

// A Cut bounds what an account takes of a portion, in the request's currency.
// The zero Cut is none. Where the portion may not be divided, the route is held
// against the filters with what is left of it.
type Cut struct {
	Bounded bool
	Most    money.Amount // of all parts together
}

// of is what a cut leaves of a portion.
func (c Cut) of(portion money.Amount) money.Amount {
	if c.Bounded {
		return money.Least(portion, c.Most)
	}
	return portion
}

// A Decision says which routes may pay, and everything that led to it. It can
// be kept as JSON and read back.
type Decision struct {
	Path       []Outcome   `json:"path,omitempty"`       // of each branch; one that holds leads to then
	Strategies []Strategy  `json:"strategies,omitempty"` // of the leaf; none where it blocks
	Candidates []Candidate `json:"candidates,omitempty"` // in order
	Filtered   []Filtered  `json:"filtered,omitempty"`   // in the order in which they were looked at
	Resolution Resolution  `json:"resolution,omitempty"`
}

// A Candidate is a route that may pay.
type Candidate struct {
	Route    string       `json:"route"`
	Gateway  string       `json:"gateway"`
	Strategy StrategyKind `json:"strategy"`
	Why      string       `json:"why"` // it has its place
}

// A Filtered is a route that a strategy listed and that cannot pay.
type Filtered struct {
	Route   string `json:"route"`
	Gateway string `json:"gateway,omitempty"`
	Reason  Reason `json:"reason"`
	Why     string `json:"why"` // the reason with its numbers
}

// A Resolution says why nothing can be paid.
type Resolution string

// The resolutions; the empty one is that something can.
const (
	NoRoutes       Resolution = "strategy-received-no-routes"              // none is listed
	AllFiltered    Resolution = "strategy-configured-routes-were-filtered" // none that is listed can pay
	LimitViolation Resolution = "limit-violation"                          // it would take too many parts
)

// Pick returns the routes of the candidates, in their order.
func (d Decision) Pick(routes []Route) []Route {
	picked := make([]Route, 0, len(d.Candidates))
	for _, candidate := range d.Candidates {
		for i := range routes {
			if routes[i].ID == candidate.Route {
				picked = append(picked, routes[i])
				break
			}
		}
	}
	return picked
}

// Decide routes a portion of a request.
func (r *Router) Decide(in Input) Decision {
	s := sorter{in: &in, entries: make([]entry, len(in.Routes))}
	leaf := r.leaf(&s)
	s.decision.Strategies = leaf.use
	s.decision.Candidates = make([]Candidate, 0, len(in.Routes))
	for i, strategy := range leaf.use {
		s.run(i, strategy)
	}
	switch {
	case len(s.decision.Candidates) > 0:
	case len(s.decision.Filtered) > 0:
		s.decision.Resolution = AllFiltered
	default:
		s.decision.Resolution = NoRoutes
	}
	return s.decision
}

// fileOrder is for services without a tree.
var fileOrder = &branch{use: []Strategy{{Kind: StrategyPriority}}}

// Routes reports whether the scheme has a tree for a service.
func (r *Router) Routes(service string) bool { return r.trees[service] != nil }

// leaf follows the tree of the request's service to its end.
func (r *Router) leaf(s *sorter) *branch {
	at, ok := r.trees[s.in.Request.Service]
	if !ok {
		return fileOrder
	}
	for at.condition != nil {
		outcome := at.condition.ask(s.in)
		s.decision.Path = append(s.decision.Path, outcome)
		if outcome.Holds {
			at = at.then
		} else {
			at = at.otherwise
		}
	}
	return at
}
