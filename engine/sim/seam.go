package sim

import "runtime"

// A Seam is a place where the engine meets the world outside.
type Seam string

// The seams, in the order in which a payout passes them.
const (
	BeforeUpdate Seam = "before-update" // the store has not heard of it
	BeforeCommit Seam = "before-commit" // the closure succeeded, and nothing of it is kept
	AfterCommit  Seam = "after-commit"  // all of it is kept, and the engine does not know
	BeforeCall   Seam = "before-call"   // the provider has not heard of it
	AfterCall    Seam = "after-call"    // the provider acted, and the engine does not know
)

// Seams lists the seams.
func Seams() []Seam {
	return []Seam{BeforeUpdate, BeforeCommit, AfterCommit, BeforeCall, AfterCall}
}

// A Fault is what goes wrong at a seam.
type Fault string

// The faults.
const (
	Nothing Fault = ""
	Death   Fault = "death" // the process ends here
	Lost    Fault = "lost"  // the connection: the store fails, a provider's answer never comes

	// Again makes a closure run once more before it is committed, and an order
	// arrive once more before its answer. Elsewhere it is nothing.
	Again Fault = "again"

	// Late makes an order arrive only once [Gateway.Deliver] is called; whoever
	// sent it hears nothing. At other seams, and for look-ups, it is Lost.
	Late Fault = "late"
)

// Faults lists the faults.
func Faults() []Fault { return []Fault{Nothing, Death, Lost, Again, Late} }

// A Meeting says which fault happens at a seam. At BeforeCommit it is asked
// while the store is locked, and may not wait for anybody who needs it.
type Meeting func(Seam) Fault

// Die ends the goroutine that calls it, and so the process that it stands for.
// It is the Death of a [Store] or [Gateway] that has none of its own.
func Die() { runtime.Goexit() }

// mortal is what can meet faults, and die of one.
type mortal struct {
	meeting Meeting
	death   func()
}

// meet returns the fault at a seam, unless that is death.
func (m mortal) meet(at Seam) Fault {
	fault := m.meeting(at)
	if fault == Death {
		m.death()
	}
	return fault
}
