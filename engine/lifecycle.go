package engine

import "slices"

// A lifecycle is the table of every legal move of one kind of thing: in state
// from, verb may lead to one of the listed states. A pair that is not in the
// table cannot happen.
type lifecycle[S, V ~string] map[move[S, V]][]S

type move[S, V ~string] struct {
	from S
	verb V
}

// allows reports whether verb may lead from the state from to the state to.
func (l lifecycle[S, V]) allows(from S, verb V, to S) bool {
	return slices.Contains(l[move[S, V]{from, verb}], to)
}

// leads reports whether verb leads anywhere from the state from.
func (l lifecycle[S, V]) leads(from S, verb V) bool {
	return len(l[move[S, V]{from, verb}]) > 0
}

// sources lists the states in which verb is possible.
func (l lifecycle[S, V]) sources(order []S, verb V) []S {
	var states []S
	for _, s := range order {
		if l.leads(s, verb) {
			states = append(states, s)
		}
	}
	return states
}
