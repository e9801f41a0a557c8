package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/plan"
	"github.com/purserhq/purser/engine/route"
	"github.com/purserhq/purser/engine/text"
)

// Planned is a plan with every decision that led to it.
type Planned struct {
	plan.Plan
	Routed []Routed // in the order in which they were made
}

// Routed is how routes were chosen for a portion that an instrument was to be
// paid.
type Routed struct {
	Instrument InstrumentID
	Service    string
	Portion    money.Amount
	Decision   route.Decision
	Parts      []route.Part // of a portion that was divided
	Resolution route.Resolution
	Why        string // it was not divided
}

// MarshalJSON implements json.Marshaler.
func (r Routed) MarshalJSON() ([]byte, error) {
	type part struct {
		RouteID          string       `json:"routeId"`
		GatewayAccountID string       `json:"gatewayAccountId"`
		Amount           money.Amount `json:"amount"`
	}
	parts := make([]part, len(r.Parts))
	for i, p := range r.Parts {
		parts[i] = part{p.Route, p.Gateway, p.Amount}
	}
	return json.Marshal(struct {
		PaymentInstrumentID InstrumentID     `json:"paymentInstrumentId,omitempty"`
		Service             string           `json:"service"`
		Currency            money.Currency   `json:"currency"`
		Amount              money.Amount     `json:"amount"`
		Decision            route.Decision   `json:"decision"`
		Parts               []part           `json:"parts,omitempty"`
		Resolution          route.Resolution `json:"resolution,omitempty"`
		Why                 string           `json:"why,omitempty"`
	}{r.Instrument, r.Service, r.Portion.Currency, r.Portion, r.Decision, parts, r.Resolution, r.Why})
}

// Explain says what automatic allocation would do with a request now, with
// every decision that leads to it.
func (e *Engine) Explain(ctx context.Context, id RequestID) (Planned, error) {
	return e.planned(ctx, id)
}

// A RoutingTrial is a request that nobody made, for which a point's routing is
// tried out. What a trial has no say in is as if nobody had paid or been paid
// before.
type RoutingTrial struct {
	Point    string
	Amount   money.Amount
	Service  string
	Request  route.Request // what else conditions can ask about; ID draws the chances
	At       time.Time     // zero for now
	Scheme   *route.Scheme // instead of the point's
	Division bool          // as if the point had splitMode on
}

// TryRouting says where a request that nobody made would go.
func (e *Engine) TryRouting(ctx context.Context, t RoutingTrial) (Planned, error) {
	return view(ctx, e, func(tx ReadTx) (p Planned, err error) {
		config, err := tx.Config()
		if err != nil {
			return p, err
		}
		point, err := config.point(t.Point)
		if err != nil {
			return p, err
		}
		service, err := config.service(t.Service)
		if err != nil {
			return p, err
		}
		if !t.Amount.Currency.Known() || !t.Amount.Positive() {
			return p, invalid("amount", "%s cannot be paid", t.Amount.Text()).Or("try an amount above zero")
		}
		point.Options.SplitMode = point.Options.SplitMode || t.Division
		now := t.At
		if now.IsZero() {
			now = e.Now()
		}
		s := &sheet{
			tx: tx, config: config, point: point, now: now, customer: Customer{PayoutEnabled: true},
			r:    Request{ID: RequestID(t.Request.ID), PointID: point.ID, Mode: point.Mode, Amount: t.Amount},
			used: map[string]money.Amount{}, quotes: map[money.Currency]quoted{},
		}
		c, err := e.chooser(s, task{})
		if err != nil {
			return p, err
		}
		if t.Scheme != nil {
			if c.router, err = config.compiled(*t.Scheme); err != nil {
				return p, err
			}
		}
		c.request.CustomerCountry, c.request.Tags = t.Request.CustomerCountry, t.Request.Tags
		c.request.Metadata, c.request.CardCountry = t.Request.Metadata, t.Request.CardCountry
		return c.try(s, service, t.Request.CardBrand)
	})
}

// compiled makes a scheme that is not kept ready to decide.
func (c *Config) compiled(s route.Scheme) (*route.Router, error) {
	router, err := route.Compile(s)
	if err == nil {
		err = s.CheckRoutes(c.routeServices())
	}
	if err != nil {
		return nil, invalid("scheme", "%v", err)
	}
	return router, nil
}

// try plans a request that nobody made, for one service.
func (c *chooser) try(s *sheet, service Service, brand string) (p Planned, err error) {
	const nobody = "trial"
	planned, err := s.instrument(Instrument{ID: nobody, ServiceID: service.ID, Method: service.Method, Status: InstrumentActive})
	if err != nil {
		return p, err
	}
	for i := range planned.Routes {
		planned.Routes[i].Forbids, planned.Routes[i].Covered = "", false
	}
	c.payees[nobody] = payee{service.ID, brand}
	in := plan.Input{
		Available: s.r.Amount, Selected: nobody, Order: []string{plan.Selected},
		Instruments: []plan.Instrument{planned}, Choose: c.choose,
	}
	if s.point.Options.SplitMode {
		in.Parts = route.MaxParts
	}
	p.Plan = plan.Make(in)
	p.Routed = c.routed
	return p, nil
}

// A chooser asks a point's routing scheme which routes take a portion.
type chooser struct {
	router  *route.Router
	request route.Request // without what an instrument says
	payees  map[string]payee
	uses    map[string]RouteUse // by route
	failed  []string            // routes
	now     time.Time
	seed    uint64
	routed  []Routed
}

// A payee is what conditions ask of an instrument.
type payee struct{ service, cardBrand string }

// chooser makes the chooser for a worksheet.
func (e *Engine) chooser(s *sheet, t task) (*chooser, error) {
	c := &chooser{
		router: s.config.routers[s.point.Scheme], payees: map[string]payee{}, uses: map[string]RouteUse{},
		failed: t.failed, now: s.now, seed: e.world.Seed,
		request: route.Request{
			ID: string(s.r.ID), Amount: s.r.Amount, AmountUSD: s.inCurrency("USD"), AmountEUR: s.inCurrency("EUR"),
			CustomerCountry: s.customer.Country, Tags: s.customer.Tags, Metadata: s.r.Metadata,
		},
	}
	if t.router != nil {
		c.router = t.router
	}
	if c.router == nil {
		c.router = &route.Router{}
	}
	uses, err := lately(s.tx, s.now)
	for _, use := range uses {
		sum := c.uses[use.RouteID] // of every account that it ever led to
		sum.Used += use.Used
		sum.Ended += use.Ended
		sum.Succeeded += use.Succeeded
		c.uses[use.RouteID] = sum
	}
	return c, err
}

// inCurrency is the request's amount in c, and the zero Amount if nobody knows.
func (s *sheet) inCurrency(c money.Currency) money.Amount {
	q, why := s.quote(c)
	if why != "" {
		return money.Amount{}
	}
	a, err := q.Convert(s.r.Amount)
	if err != nil {
		return money.Amount{}
	}
	return a
}

// choose implements [plan.Chooser].
func (c *chooser) choose(q plan.Question) plan.Choice {
	payee := c.payees[q.Instrument]
	in := route.Input{Request: c.request, Portion: q.Portion, Split: q.Parts > 0, Now: c.now, Seed: c.seed}
	in.Request.Service, in.Request.CardBrand = payee.service, payee.cardBrand
	in.Routes = make([]route.Route, len(q.Routes))
	for i, candidate := range q.Routes {
		in.Routes[i] = c.route(candidate, payee.service, in.Split)
	}
	decided := Routed{
		Instrument: InstrumentID(q.Instrument), Service: payee.service, Portion: q.Portion, Decision: c.router.Decide(in),
	}
	if in.Split {
		decided.divide(c.router, in, q.Parts)
	}
	choice := decided.choice(q, c.router.Routes(payee.service))
	c.routed = append(c.routed, decided)
	return choice
}

// route is what the router needs to know of a candidate.
func (c *chooser) route(from plan.Candidate, service string, split bool) route.Route {
	use := c.uses[from.ID]
	to := route.Route{
		ID: from.ID, Gateway: from.Gateway, Service: service, WhyNot: from.WhyNot, Quote: from.Quote,
		Cut: route.Cut{Bounded: from.Cut.Bounded, Most: from.Cut.Amount},
		Min: from.Min, Max: from.Max, Fee: from.Fee, BalanceKnown: from.BalanceKnown, Spendable: from.Spendable,
		TurnoverLimit: from.TurnoverLimit, TurnoverUsed: from.TurnoverUsed,
		Used: use.Used, Attempts: use.Ended, Successes: use.Succeeded, Failed: slices.Contains(c.failed, from.ID),
	}
	if from.BalanceKnown && from.Spent.Positive() {
		to.Spendable = to.Spendable.Minus(from.Spent)
	}
	if from.TurnoverLimit.Positive() && from.Paid.Positive() {
		to.TurnoverUsed = to.TurnoverUsed.Plus(from.Paid)
	}
	if split && from.PerTransaction.Positive() {
		if most, err := from.Quote.Convert(from.PerTransaction); err == nil && (!to.Max.Positive() || most.Cmp(to.Max) < 0) {
			to.Max = most
		}
	}
	return to
}

// divide cuts the portion up for the routes that may pay; if these may not take
// all of it, what they may.
func (r *Routed) divide(router *route.Router, in route.Input, parts int) {
	for range in.Routes {
		picked := r.Decision.Pick(in.Routes)
		most := reach(picked, r.Portion)
		if most == r.Portion {
			break
		}
		r.Portion, in.Portion = most, most
		if !most.Positive() {
			return
		}
		r.Decision = router.Decide(in)
	}
	if len(r.Decision.Candidates) == 0 {
		return
	}
	division := route.Divide(r.Portion, r.Decision.Pick(in.Routes), parts)
	r.Parts, r.Resolution, r.Why = division.Parts, division.Resolution, division.Why
}

// reach is how much of a portion the accounts of routes may take together.
func reach(routes []route.Route, portion money.Amount) money.Amount {
	if len(routes) == 0 {
		return portion
	}
	sum := money.Zero(portion.Currency)
	seen := map[string]bool{}
	for _, r := range routes {
		if !r.Cut.Bounded {
			return portion
		}
		if !seen[r.Gateway] {
			seen[r.Gateway] = true
			sum = sum.Plus(r.Cut.Most)
		}
	}
	return money.Least(sum, portion)
}

// choice is the decision as the plan takes it.
func (r *Routed) choice(q plan.Question, scheme bool) (c plan.Choice) {
	r.Resolution = cmp.Or(r.Resolution, r.Decision.Resolution)
	if scheme {
		c.Way = route.Way(r.Decision)
		if verdict := r.Decision.Verdict(); verdict != "" {
			c.Way = append(c.Way, verdict)
		}
	}
	why := map[string]string{}
	for _, candidate := range r.Decision.Candidates {
		if scheme {
			why[candidate.Route] = candidate.Why
		}
		if q.Parts == 0 {
			c.Order = append(c.Order, plan.Chosen{Route: candidate.Route, Why: why[candidate.Route]})
		} else if len(r.Parts) == 0 {
			c.Out = append(c.Out, plan.Reason{Route: candidate.Route, Why: r.Why})
		}
	}
	for _, part := range r.Parts {
		c.Order = append(c.Order, plan.Chosen{Route: part.Route, Amount: part.Amount, Why: why[part.Route]})
	}
	for _, candidate := range q.Routes {
		if candidate.WhyNot == "" && !r.picked(candidate.ID) {
			c.Out = append(c.Out, plan.Reason{Route: candidate.ID, Why: r.whyOut(candidate.ID)})
		}
	}
	return c
}

func (r *Routed) picked(id string) bool {
	return slices.ContainsFunc(r.Decision.Candidates, func(c route.Candidate) bool { return c.Route == id })
}

// whyOut is why a route may not pay.
func (r *Routed) whyOut(id string) string {
	i := slices.IndexFunc(r.Decision.Filtered, func(f route.Filtered) bool { return f.Route == id })
	switch {
	case i >= 0:
		return r.Decision.Filtered[i].Why
	case len(r.Decision.Strategies) == 0:
		return "the routing scheme blocks such requests"
	default:
		return notNamed
	}
}

// notNamed is why a route stays out of which a scheme says nothing.
const notNamed = "the routing scheme does not name it here"

// cardBrand is the brand of a card by its number, or "".
func (i Instrument) cardBrand() string {
	for _, value := range i.Fields {
		if brand := text.CardBrand(value); brand != "" {
			return brand
		}
	}
	return ""
}
