package sim_test

import "testing"

func TestZStats(t *testing.T) {
	payouts, resent, conflicts, reqs, notpaid, evs, unknownStates := 0, 0, 0, 0, 0, 0, 0
	for seed := range uint64(20) {
		w := newWorld(t, seed+1)
		w.run(*duration)
		for _, f := range w.oracle.files {
			reqs++
			evs += f.request.Head.Number
			for _, p := range f.payouts {
				payouts++
				if p.Sent > 1 {
					resent++
				}
				if p.Verdict == "not-paid" {
					notpaid++
				}
			}
			for _, a := range f.allocations {
				if a.Overpaid.Positive() || a.Returned.Positive() {
					conflicts++
				}
			}
		}
	}
	t.Log("requests", reqs, "payouts", payouts, "resent", resent, "notpaid", notpaid, "overpaid/returned", conflicts, "events", evs, unknownStates)
}
