package engine

import (
	"slices"

	"github.com/purserhq/purser/engine/signal"
)

// nearing are the actions that bring money nearer to leaving. What warns of a
// request is named before such a run, as it is before an approval of that
// request alone.
var nearing = []Verb{VerbApprove, VerbAutoAllocate, VerbProcess, VerbUnblock}

// A WarningCount is a warning that a run would go over, and for how many.
type WarningCount struct {
	Name     string // a kind of signal, or whose claim it is, as Warnings names it
	Requests int
	Sums     []Total // by currency
}

// warn looks at what warns of those that would run, and counts it.
func (p *previewer) warn(tx ReadTx, items []PlannedItem) error {
	if !slices.Contains(nearing, p.plan.Action.Verb) {
		return nil
	}
	var ids []RequestID
	for _, item := range items {
		if item.Runs() {
			ids = append(ids, item.ID)
		}
	}
	found, err := cautions(tx, ids)
	if err != nil {
		return err
	}
	for i, item := range items {
		if !item.Runs() {
			continue
		}
		items[i].Overruled, items[i].Warnings = Warnings(found[item.ID].signals, found[item.ID].claim, p.actor.ID, p.now)
		for _, name := range items[i].Overruled {
			p.plan.Warned = plusWarning(p.plan.Warned, name, item)
		}
		if p.plan.Action.Verb == VerbApprove {
			items[i].Saw = Saw("", found[item.ID].signals)
		}
	}
	return nil
}

func plusWarning(counts []WarningCount, name string, item PlannedItem) []WarningCount {
	i := slices.IndexFunc(counts, func(c WarningCount) bool { return c.Name == name })
	if i < 0 {
		i, counts = len(counts), append(counts, WarningCount{Name: name})
	}
	counts[i].Requests++
	counts[i].Sums = plusTotal(counts[i].Sums, item.Amount)
	return counts
}

// approveAsSeen approves an item of a run as if it had been approved alone: the
// record says what was seen, and which warnings were overruled; one that has
// come up since refuses.
func (d *deed) approveAsSeen(run Run, item RunItem) error {
	a := Approving{Saw: "plan " + run.Digest, Overruled: item.Overruled}
	if item.Saw != "" {
		a.Saw += ", " + item.Saw
	}
	if err := d.named(a); err != nil {
		return err
	}
	return d.approve(a)
}

// A caution is what can warn of a request.
type caution struct {
	signals []signal.Signal
	claim   Claim
}

func cautions(tx ReadTx, ids []RequestID) (map[RequestID]caution, error) {
	signals, err := signalsOf(tx, ids)
	if err != nil {
		return nil, err
	}
	claims, err := tx.Claims(ids)
	if err != nil {
		return nil, err
	}
	found := make(map[RequestID]caution, len(ids))
	for _, id := range ids {
		found[id] = caution{signals: signals[id]}
	}
	for _, c := range claims {
		found[c.RequestID] = caution{signals[c.RequestID], c}
	}
	return found, nil
}
