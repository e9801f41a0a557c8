package plan

import "github.com/purserhq/purser/engine/money"

// A Chooser says which routes take a portion, and in which order. It is a pure
// function of the question.
type Chooser func(Question) Choice

// A Question is which of an instrument's routes take a portion.
type Question struct {
	Instrument string
	Portion    money.Amount // in the request's currency
	Routes     []Candidate  // all that the instrument has
	Parts      int          // into how many it may be divided; 0: not at all
}

// A Candidate is a route as it is at that moment of the plan.
type Candidate struct {
	*Route
	WhyNot string       // why it takes nothing now; empty if it might
	Cut    Bound        // the most that its account takes of the portion
	Spent  money.Amount // planned from its account so far, with fees, in its currency
	Paid   money.Amount // the same without fees
}

// A Choice is the answer.
type Choice struct {
	Order []Chosen // who takes it, the first who can; of a divided portion, all who do
	Out   []Reason // routes that cannot, and why
	Way   []string // how a scheme came to that; none if no scheme was asked
}

// Chosen is a route in its place.
type Chosen struct {
	Route  string
	Amount money.Amount // of a divided portion
	Why    string       // it has its place; may be empty
}

// A Reason is why a route cannot take a portion.
type Reason struct{ Route, Why string }

// inOrder chooses the routes in the order in which they are given. It divides
// nothing.
func inOrder(q Question) (c Choice) {
	for _, route := range q.Routes {
		if route.WhyNot == "" {
			c.Order = append(c.Order, Chosen{Route: route.ID})
		}
	}
	return c
}
