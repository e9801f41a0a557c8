package sim

import "runtime"

// A Seam is a place where the engine meets the world outside.
type Seam string

// The seams, in the order in which a payout passes them.
const (
	BeforeUpdate Seam = "before-update" // the store has not heard of it
	BeforeCommit Seam = "before-commit" // the closure succeeded, and nothing of it is kept
	AfterCommit  Seam = "after-commit"  // all of it is kept, and the engine does not know
	BeforePay    Seam = "before-pay"    // the provider has not heard of the order
	AfterPay     Seam = "after-pay"     // the provider acted, and the engine does not know
	BeforeLookUp Seam = "before-look-up"
	AfterLookUp  Seam = "after-look-up" // the provider answered, and the engine does not know
)

// Seams lists the seams.
func Seams() []Seam {
	return []Seam{
		BeforeUpdate, BeforeCommit, AfterCommit, BeforePay, AfterPay, BeforeLookUp, AfterLookUp,
	}
}

// A Fault is what goes wrong at a seam.
type Fault string

// The faults.
const (
	Nothing Fault = ""
	Death   Fault = "death" // the process ends here
	Lost    Fault = "lost"  // the connection: the store fails, a provider's answer never comes

	// Again makes a closure run once more before it is committed, and a call
	// arrive twice. Elsewhere it is nothing.
	Again Fault = "again"

	// Late, before an order is handed over, makes it arrive only once
	// [Gateway.Deliver] is called; whoever sent it hears nothing. Elsewhere it
	// is Lost.
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
