// Package route decides which routes may pay a request, and in which order.
//
// A [Scheme] has a tree per service. A branch of it asks a [Condition] of the
// request: an attribute compared with values, or a group of which all or any
// hold. A leaf is an ordered set of strategies; an empty set blocks. [Compile]
// checks a scheme and makes a [Router] of it, which decides about any number
// of requests. Without a tree for a service, routes come in the order in which
// they are given.
//
// A route that a strategy lists is first held against the filters: whether it
// can be used and pays the service, its limits, its account's balance, turnover
// and health, and what failed before. The strategy puts those that are left in
// order. The strategies of a set run top to bottom, each adding what the ones
// before it left out. If the whole portion is too much for each route, and it
// may be split, [Divide] cuts it up.
//
// Every decision is data: the branch that was taken with the outcome of each
// condition, the routes that were filtered out and why, the others in order and
// why there. [Describe] and [Explain] say it in words. The same input always
// gives the same decision; chance comes from a seed and the request's id.
//
// What a request does not have, such as a card's country, equals nothing: for
// it ≠ and "not in" hold, and nothing else does.
//
// The package knows no stores, clocks or providers: its caller says what is
// usable, spendable, used up and healthy.
package route
