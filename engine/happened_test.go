package engine

import "testing"

// Whatever a request, its allocations and payouts go through has a name that
// people can read.
func TestWhatHappenedIsSaidInWords(t *testing.T) {
	types := []string{
		"payout-request-approval-given", "allocation-created", "allocation-disputed", "allocation-not-replaced",
	}
	for _, rule := range rules {
		types = append(types, rule.event)
	}
	for _, status := range AllocationStatuses() {
		if status != AllocationPending { // as such it is made
			types = append(types, "allocation-"+string(status))
		}
	}
	for _, status := range PayoutStatuses() {
		types = append(types, "payout-"+string(status))
	}
	for _, name := range types {
		if happened[name] == "" {
			t.Errorf("%s has no words", name)
		}
	}
	if said := (Event{Type: "payout-request-moved-elsewhere"}).What(); said != "moved elsewhere" {
		t.Errorf("of a later version: %q", said)
	}
}
