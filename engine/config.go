package engine

import (
	"regexp"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/plan"
	"github.com/purserhq/purser/engine/route"
)

// A Mode keeps money and play apart: live and test never share requests,
// accounts or routes.
type Mode string

// The modes.
const (
	ModeLive Mode = "live"
	ModeTest Mode = "test"
)

// A Config is everything that people configure rather than review: it changes
// seldom, is small, and is read whole. A Config that a store returned is
// shared and must not be changed.
type Config struct {
	Revision        int64
	Points          map[string]Point
	Services        map[string]Service
	Gateways        map[string]GatewayAccount
	Routes          []Route // in file order
	Schemes         map[string]route.Scheme
	Rates           map[string]fx.Scheme
	Sources         map[string]RateSource
	Reviewers       map[ReviewerID]Reviewer
	Views           map[string]View // saved ones, by what they are kept under
	AllocationOrder []string

	routers map[string]*route.Router // of the schemes

	forms map[string]*regexp.Regexp // compiled, by their patterns
}

// A Point is where requests come in, and the settings that apply to them.
type Point struct {
	ID         string           `json:"id"`
	Name       string           `json:"name,omitempty"`
	Mode       Mode             `json:"mode"`
	Currencies []money.Currency `json:"currencies"`
	Readiness  Readiness        `json:"readiness"`
	Approvals  []ApprovalRule   `json:"approvals,omitempty"`
	Scheme     string           `json:"scheme,omitempty"` // routing scheme; none: routes in file order
	Rates      string           `json:"rates,omitempty"`  // rate scheme; none: the system scheme
	Options    Options          `json:"options"`
	Disabled   bool             `json:"disabled,omitempty"` // takes in nothing new; what is there goes on
}

// An ApprovalRule asks for more (or fewer) approvals above an amount. Of the
// rules that match, the one with the highest threshold counts.
type ApprovalRule struct {
	Currency money.Currency `json:"currency"`
	Above    money.Number   `json:"above"`
	Need     int            `json:"need"` // 0 to 10; zero lets the engine approve
}

// Options of a point: what the engine may do there by itself.
type Options struct {
	AutoAllocate     bool   `json:"autoallocate,omitempty"`
	AutoProcess      bool   `json:"autoprocess,omitempty"`
	SplitMode        bool   `json:"splitMode,omitempty"` // a portion may be paid in parts
	Parallel         bool   `json:"parallel,omitempty"`  // its parts at once, not one after the other
	AllowPartially   bool   `json:"allowPartially,omitempty"`
	AttemptsLimit    int    `json:"attemptsLimit,omitempty"`    // extra attempts after a payout that failed
	Descriptor       string `json:"descriptor,omitempty"`       // what recipients read; see placeholders. Empty: defaultDescriptor
	SkipRouteHistory bool   `json:"skipRouteHistory,omitempty"` // such attempts may use a route that failed
	ExpireAfterHours int    `json:"expireAfterHours,omitempty"` // 0: never
	UndoSeconds      *int   `json:"undoSeconds,omitempty"`      // see Undo
}

// Undo is how long what the engine would do by itself is held back, so that
// what brought it about can be undone: a minute where it allocates, unless the
// point says otherwise.
func (o Options) Undo() time.Duration {
	switch {
	case o.UndoSeconds != nil:
		return time.Duration(*o.UndoSeconds) * time.Second
	case o.AutoAllocate:
		return time.Minute
	default:
		return 0
	}
}

// A Service is a payout method in one currency, with the fields it needs.
type Service struct {
	ID       string         `json:"id"`
	Method   string         `json:"method"`
	Currency money.Currency `json:"currency"`
	Min      money.Number   `json:"min"`
	Max      money.Number   `json:"max"`
	Fields   []ServiceField `json:"fields"`
	Disabled bool           `json:"disabled,omitempty"` // no new instruments, and no plan pays by it
}

// A ServiceField is one detail that a service needs to pay somebody.
type ServiceField struct {
	Key      string `json:"key"`
	Label    string `json:"label,omitempty"`
	Pattern  string `json:"pattern,omitempty"` // RE2, on the whole value
	Required bool   `json:"required,omitempty"`
	Luhn     bool   `json:"luhn,omitempty"`
}

// A GatewayAccount is an account at a provider that money leaves from, in one
// currency.
type GatewayAccount struct {
	ID             string         `json:"id"`
	Name           string         `json:"name,omitempty"`
	Provider       string         `json:"provider"`
	Mode           Mode           `json:"mode"`
	Currency       money.Currency `json:"currency"`
	Balance        *money.Number  `json:"balance,omitempty"` // used only when the account is first made
	MinimalBalance money.Number   `json:"minimalBalance"`
	Overdraft      money.Number   `json:"overdraft"`
	TurnoverLimit  money.Number   `json:"turnoverLimit,omitzero"`   // that may leave on one day (UTC); zero for no limit
	PreventFailure bool           `json:"preventFailure,omitempty"` // a payout fails only when a person says so
	Instruction    Instruction    `json:"instruction"`
	Limits         PayoutLimits   `json:"limits"`
	ExternalID     string         `json:"externalId,omitempty"` // the provider's own name for it; without one it is not asked about it
	Disabled       bool           `json:"disabled,omitempty"`
	Archived       bool           `json:"archived,omitempty"` // out of sight; only what is disabled can be
}

// An Instruction says how far an account may be used for payouts.
type Instruction string

// The instructions.
const (
	InstructionNone            Instruction = "none" // the default: never
	InstructionAll             Instruction = "all"
	InstructionCoveredPayout   Instruction = "covered-payout"   // at most the exposure there
	InstructionApprovedPayment Instruction = "approved-payment" // after a payment there in the same currency
)

// Instructions lists the instructions.
func Instructions() []Instruction {
	return []Instruction{
		InstructionAll, InstructionCoveredPayout, InstructionApprovedPayment, InstructionNone,
	}
}

// PayoutLimits bind automatic allocation, per currency.
type PayoutLimits struct {
	PerTransaction []Limit `json:"perTransaction,omitempty"`
	Per24Hours     []Limit `json:"per24Hours,omitempty"` // rolling
}

// A Route is a service that a gateway account can pay. Its amounts are in the
// account's currency.
type Route struct {
	ID       string       `json:"id"`
	Service  string       `json:"service"`
	Gateway  string       `json:"gateway"`
	Min      money.Number `json:"min"`
	Max      money.Number `json:"max"` // zero for no limit of its own
	Fee      fx.Fee       `json:"fee"`
	Disabled bool         `json:"disabled,omitempty"`
	Archived bool         `json:"archived,omitempty"` // out of sight; only what is disabled can be
}

// DefaultAllocationOrder pays back where money came from before it pays to
// where the customer wants it.
func DefaultAllocationOrder() []string {
	return []string{plan.Cards, plan.Alternatives, plan.Selected}
}

// order returns the organisation's allocation order.
func (c *Config) order() []string {
	if len(c.AllocationOrder) == 0 {
		return DefaultAllocationOrder()
	}
	return c.AllocationOrder
}

// point returns a point by id.
func (c *Config) point(id string) (Point, error) {
	if p, ok := c.Points[id]; ok {
		return p, nil
	}
	return Point{}, Errorf(NotFound, "there is no point %q", id).
		Or("points: %s", orNone(keys(c.Points)))
}

// service returns a service by id.
func (c *Config) service(id string) (Service, error) {
	if s, ok := c.Services[id]; ok {
		return s, nil
	}
	return Service{}, Errorf(NotFound, "there is no service %q", id).
		Or("services: %s", orNone(keys(c.Services)))
}

// gateway returns a gateway account by id.
func (c *Config) gateway(id string) (GatewayAccount, error) {
	if g, ok := c.Gateways[id]; ok {
		return g, nil
	}
	return GatewayAccount{}, Errorf(NotFound, "there is no gateway account %q", id).
		Or("gateway accounts: %s", orNone(keys(c.Gateways)))
}

// route returns a route by id, or the zero Route.
func (c *Config) route(id string) Route {
	i := slices.IndexFunc(c.Routes, func(r Route) bool { return r.ID == id })
	if i < 0 {
		return Route{}
	}
	return c.Routes[i]
}

// payable reports whether some enabled account of mode m can be paid from.
func (c *Config) payable(m Mode) bool {
	for _, g := range c.Gateways {
		if g.Mode == m && !g.Disabled {
			return true
		}
	}
	return false
}

// needed returns how many approvals a request at point p needs for amount a. It
// says what NeedSteps do, and is asked for every row of a screen.
func (p Point) needed(a money.Amount) int {
	need, above := 1, money.Amount{}
	for _, rule := range p.Approvals {
		if rule.Currency != a.Currency {
			continue
		}
		threshold := rule.Above.In(rule.Currency)
		if a.Cmp(threshold) > 0 && (above.Currency == "" || threshold.Cmp(above) >= 0) {
			need, above = rule.Need, threshold
		}
	}
	return need
}

// takes reports whether requests in c come in at the point.
func (p Point) takes(c money.Currency) bool { return slices.Contains(p.Currencies, c) }
