package route

import (
	"fmt"
	"slices"

	"github.com/purserhq/purser/engine/text"
)

// Limits of a scheme. People edit schemes; none comes near.
const (
	maxServices = 500
	maxDepth    = 16   // branches, and groups of a condition, one in the other
	maxElements = 1000 // branches, conditions and strategies of one service
	maxValues   = 500  // of one comparison
	maxText     = 256  // characters of a value, a key, a name or an id
	maxRoutes   = 100  // of one strategy
	maxWeight   = 1_000_000
)

// An Error says where a scheme makes no sense. It is the type of every error
// of [Compile] and [Scheme.CheckRoutes].
type Error struct {
	Scheme  string
	Place   string // the way through the JSON: test_usd.tree.else.use[0]
	Problem string
}

// Error returns place and problem in one line.
func (e *Error) Error() string {
	return fmt.Sprintf("routing scheme %q: %s: %s", e.Scheme, e.Place, e.Problem)
}

// A Router is a scheme that can decide. The zero Router has no tree for any
// service.
type Router struct {
	trees map[string]*branch
}

// A branch is a checked [Node]: a leaf if it has no condition.
type branch struct {
	condition       *condition
	then, otherwise *branch
	use             []Strategy
}

// Compile checks a scheme and makes it ready to decide. Every error is an
// [*Error]. It does not know whether the routes exist that the scheme names:
// [Scheme.CheckRoutes] does.
func Compile(s Scheme) (*Router, error) {
	c := compiler{scheme: s.ID}
	if s.ID == "" {
		return nil, c.errorf("id", "is missing")
	}
	if err := c.texts("scheme", s.ID, s.Name); err != nil {
		return nil, err
	}
	if len(s.Services) > maxServices {
		return nil, c.errorf("services", "there are %d (at most %d)", len(s.Services), maxServices)
	}
	r := &Router{trees: make(map[string]*branch, len(s.Services))}
	for i, service := range s.Services {
		place := fmt.Sprintf("services[%d]", i)
		if service.Service == "" {
			return nil, c.errorf(place, "names no service")
		}
		if err := c.texts(place, service.Service); err != nil {
			return nil, err
		}
		if r.trees[service.Service] != nil {
			return nil, c.errorf(place, "%s has a tree already (remove one)", service.Service)
		}
		c.elements = 0
		tree, err := c.node(service.Tree, service.Service+".tree", 1)
		if err != nil {
			return nil, err
		}
		r.trees[service.Service] = tree
	}
	return r, nil
}

// A compiler checks one scheme.
type compiler struct {
	scheme   string
	elements int // of the service so far
}

func (c *compiler) errorf(place, format string, args ...any) error {
	return &Error{Scheme: c.scheme, Place: place, Problem: fmt.Sprintf(format, args...)}
}

// texts checks what people can call things or compare with.
func (c *compiler) texts(place string, list ...string) error {
	for _, s := range list {
		if err := text.Check("the text", s, maxText); err != nil {
			return c.errorf(place, "%v", err)
		}
	}
	return nil
}

// count counts an element, and refuses what is too large or too deep.
func (c *compiler) count(place string, depth int) error {
	c.elements++
	switch {
	case c.elements > maxElements:
		return c.errorf(place, "the tree has more than %d elements (make it simpler)", maxElements)
	case depth > maxDepth:
		return c.errorf(place, "the tree is more than %d deep (make it simpler)", maxDepth)
	}
	return nil
}

func (c *compiler) node(n Node, place string, depth int) (*branch, error) {
	if err := c.count(place, depth); err != nil {
		return nil, err
	}
	isBranch := n.If != nil || n.Then != nil || n.Else != nil
	switch {
	case isBranch && n.Use != nil:
		return nil, c.errorf(place, "has both a branch and strategies to use (remove one)")
	case !isBranch && n.Use == nil:
		return nil, c.errorf(place, "says nothing (an empty list of strategies to use blocks)")
	case !isBranch:
		return c.leaf(n.Use, place, depth)
	case n.If == nil || n.Then == nil || n.Else == nil:
		return nil, c.errorf(place, "a branch needs if, then and else")
	}
	b := &branch{}
	var err error
	if b.condition, err = c.condition(*n.If, place+".if", depth); err != nil {
		return nil, err
	}
	if b.then, err = c.node(*n.Then, place+".then", depth+1); err != nil {
		return nil, err
	}
	b.otherwise, err = c.node(*n.Else, place+".else", depth+1)
	return b, err
}

func (c *compiler) leaf(use []Strategy, place string, depth int) (*branch, error) {
	for i, s := range use {
		at := fmt.Sprintf("%s.use[%d]", place, i)
		if err := c.count(at, depth); err != nil {
			return nil, err
		}
		if problem := s.problem(); problem != "" {
			return nil, c.errorf(at, "%s", problem)
		}
		if err := c.texts(at, s.Routes...); err != nil {
			return nil, err
		}
	}
	return &branch{use: use}, nil
}

var strategies = []StrategyKind{
	StrategyDirect, StrategyPriority, StrategyWeight, StrategyBalance,
	StrategyFee, StrategyConversion, StrategyOptimal,
}

// problem says what is wrong with a strategy, or "".
func (s Strategy) problem() string {
	tooHeavy := func(w int) bool { return w < 1 || w > maxWeight }
	switch {
	case !slices.Contains(strategies, s.Kind):
		return fmt.Sprintf("no strategy is called %q (try %s)", s.Kind, alternatives(strategies))
	case s.Kind == StrategyDirect && len(s.Routes) != 1:
		return "direct takes exactly one route"
	case s.Kind == StrategyWeight && (len(s.Weights) == 0 || len(s.Weights) != len(s.Routes)):
		return "weight takes routes, and a weight for each"
	case s.Kind != StrategyWeight && s.Weights != nil:
		return fmt.Sprintf("%s takes no weights", s.Kind)
	case slices.ContainsFunc(s.Weights, tooHeavy):
		return fmt.Sprintf("a weight is a whole number from 1 to %d", maxWeight)
	case s.Routes != nil && len(s.Routes) == 0:
		return "the list of routes is empty (leave it out for all routes)"
	case len(s.Routes) > maxRoutes:
		return fmt.Sprintf("there are %d routes (at most %d)", len(s.Routes), maxRoutes)
	}
	for i, id := range s.Routes {
		if id == "" || slices.Contains(s.Routes[:i], id) {
			return fmt.Sprintf("route %q stands there twice or has no name", id)
		}
	}
	return ""
}

// CheckRoutes says which route a scheme names that does not exist or pays
// another service. The services of all routes are given by the routes' ids.
// Every error is an [*Error].
func (s Scheme) CheckRoutes(services map[string]string) error {
	c := compiler{scheme: s.ID}
	for _, service := range s.Services {
		pays := func(place, id string) error {
			switch serves, exists := services[id]; {
			case !exists:
				return c.errorf(place, "there is no route %q", id)
			case serves != service.Service:
				return c.errorf(place, "route %q pays %s", id, serves)
			}
			return nil
		}
		if err := service.Tree.eachRoute(service.Service+".tree", pays); err != nil {
			return err
		}
	}
	return nil
}

// Routes lists the routes that a scheme names, each once, by id.
func (s Scheme) Routes() []string {
	var named []string
	for _, service := range s.Services {
		_ = service.Tree.eachRoute("", func(_, id string) error { // it never fails
			named = append(named, id)
			return nil
		})
	}
	slices.Sort(named)
	return slices.Compact(named)
}

// eachRoute calls visit with every route that a tree names, and its place,
// until one fails.
func (n Node) eachRoute(place string, visit func(place, id string) error) error {
	for i, strategy := range n.Use {
		for j, id := range strategy.Routes {
			if err := visit(fmt.Sprintf("%s.use[%d].routes[%d]", place, i, j), id); err != nil {
				return err
			}
		}
	}
	if n.Then != nil {
		if err := n.Then.eachRoute(place+".then", visit); err != nil {
			return err
		}
	}
	if n.Else != nil {
		return n.Else.eachRoute(place+".else", visit)
	}
	return nil
}
