package engine

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// A RunPlan is what a run would do and why, seen before anything happens.
// StartRun then does exactly that: a request that has changed since is refused
// as changed, and one that matches only since then is not touched.
type RunPlan struct {
	Selection Selection
	Mode      Mode
	Action    RunAction
	At        time.Time
	Items     []PlannedItem // in the order in which they run, those that stay out among them

	Runs      []Total        // what would run, by currency
	Out       []Total        // what stays out, by currency
	Reasons   []ReasonCount  // why it stays out, what is most common first
	Biggest   []PlannedItem  // of what would run, at most ten in each currency, the biggest first
	FirstSeen []Total        // of what would run, to instruments that nothing was paid to before
	Warned    []WarningCount // what warns of those that would run, what is most common first
	Customers int            // distinct ones of what would run
	Digest    string         // of everything that was seen: the action, every item, its version, what would become of it

	lookedAt int64 // the journal's last entry when the first of it was read
}

// Count is how many items would run.
func (p RunPlan) Count() int {
	n := 0
	for _, t := range p.Runs {
		n += t.Requests
	}
	return n
}

// A PlannedItem is what a run would do with one request.
type PlannedItem struct {
	ID      RequestID
	Version int
	Amount  money.Amount
	Why     string // it stays out; empty if it runs

	To          RequestStatus // what it would be then
	Missing     int           // approvals that it would need still
	Placed      money.Amount  // what would be allocated, or sent, of it
	Allocations int           // that would be made, or processed
	Saw         string        // digest of those allocations; of an approval, the signals that were seen

	Overruled []string    // what warns of it where it runs, as Warnings names it
	Warnings  []text.Safe // the same, in sentences
}

// Runs reports whether the item would run.
func (i PlannedItem) Runs() bool { return i.Why == "" }

// A ReasonCount is a reason to stay out, and for how many it is.
type ReasonCount struct {
	Why      string
	Requests int
}

// mostBiggest is how many of the biggest a plan names in each currency.
const mostBiggest = 10

// PreviewRun says for every selected request what the action would do with it
// for this caller, and why not. It decides as the door does, but changes
// nothing. The requests are read in bites: what changes while it reads is seen
// as it is when its bite is read.
func (e *Engine) PreviewRun(ctx context.Context, c Caller, s Selection, a RunAction) (RunPlan, error) {
	if err := a.check(); err != nil {
		return RunPlan{}, fmt.Errorf("cannot preview: %w", err)
	}
	p, err := e.preview(ctx, c, s, a, nil)
	if err != nil {
		return RunPlan{}, fmt.Errorf("cannot preview: %w", err)
	}
	return p, nil
}

// preview makes a plan. Requests at another version than expected stay out.
func (e *Engine) preview(
	ctx context.Context, c Caller, s Selection, a RunAction, expected map[RequestID]int,
) (RunPlan, error) {
	actor, err := e.Reviewer(ctx, c.By)
	if err != nil {
		return RunPlan{}, err
	}
	p := previewer{
		engine: e,
		plan:   RunPlan{Selection: s, Mode: s.Mode, Action: a, At: e.Now()},
		actor:  actor, now: e.Now(), expected: expected, ahead: newForesight(),
		customers: map[CustomerID]bool{}, reasons: map[string]int{}, digest: sha256.New(),
	}
	fmt.Fprintf(p.digest, "%#v", a)
	s.by = c.By
	p.plan.lookedAt, err = view(ctx, e, ReadTx.LastSeq)
	if err != nil {
		return RunPlan{}, err
	}
	if err := e.each(ctx, s, p.take); err != nil {
		return RunPlan{}, err
	}
	return p.finish(), nil
}

// A previewer decides on requests bite by bite.
type previewer struct {
	engine    *Engine
	plan      RunPlan
	actor     Reviewer
	now       time.Time
	expected  map[RequestID]int // nil for any
	ahead     *foresight
	customers map[CustomerID]bool
	reasons   map[string]int
	digest    hash.Hash
}

func (p *previewer) take(tx ReadTx, requests []Request) error {
	config, err := tx.Config()
	if err != nil {
		return err
	}
	var paying []Request // those that would run
	items := make([]PlannedItem, 0, len(requests))
	for _, r := range requests {
		if p.plan.Mode == "" {
			p.plan.Mode = r.Mode
		}
		if r.Mode != p.plan.Mode {
			return invalid("selection", "%s is a %s request, others are %s", r.ID, r.Mode, p.plan.Mode).
				Or("live and test requests never go into one run")
		}
		item, err := p.item(foreseen{tx, p.ahead}, config, r)
		if err != nil {
			return err
		}
		items = append(items, item)
		if item.Runs() {
			paying = append(paying, r)
		}
	}
	if err := p.warn(tx, items); err != nil {
		return err
	}
	for _, item := range items {
		p.add(item)
	}
	return p.newcomers(tx, paying)
}

// item decides on one request.
func (p *previewer) item(tx ReadTx, config *Config, r Request) (PlannedItem, error) {
	item := PlannedItem{ID: r.ID, Version: r.Version, Amount: r.Amount, To: r.Status}
	point, err := config.point(r.PointID)
	if err != nil {
		return item, err
	}
	why := Standing{Request: r, Point: point, Actor: p.actor}.Why(p.plan.Action.Verb)
	if seen, ok := p.expected[r.ID]; ok && seen != r.Version {
		why = stale(tx, r, seen)
	}
	if why == nil {
		why = p.outcome(tx, &item, r, point)
	}
	if why != nil {
		var known *Error
		if !errors.As(why, &known) || known.Code == Internal || known.Code == Unavailable {
			return item, why
		}
		item.Why = why.Error()
		p.reasons[kindOf(why)]++
	}
	return item, nil
}

// outcome says what would become of a request that may go on.
func (p *previewer) outcome(tx ReadTx, item *PlannedItem, r Request, point Point) error {
	switch p.plan.Action.Verb {
	case VerbReady:
		item.To = RequestReady
		if point.needed(r.PolicyAmount) == 0 {
			item.To = RequestApproved
		}
	case VerbApprove:
		if item.Missing = max(0, point.needed(r.PolicyAmount)-len(r.Approvals)-1); item.Missing == 0 {
			item.To = RequestApproved
		}
	case VerbUndoApproval:
		item.To = RequestReady
	case VerbReturn:
		item.To = RequestPending
	case VerbCancel:
		item.To = RequestCanceled
	case VerbAutoAllocate:
		return p.placed(tx, item, r)
	case VerbProcess:
		return p.processed(tx, item, r)
	}
	return nil
}

// newcomers counts what goes to instruments that nothing was paid to before.
func (p *previewer) newcomers(tx ReadTx, paying []Request) error {
	var customers []CustomerID
	for _, r := range paying {
		p.customers[r.CustomerID] = true
		customers = append(customers, r.CustomerID)
	}
	slices.Sort(customers)
	known, err := tx.PaidTo(slices.Compact(customers))
	if err != nil {
		return err
	}
	paid := make(map[InstrumentID]bool, len(known))
	for _, id := range known {
		paid[id] = true
	}
	for _, r := range paying {
		if r.InstrumentID != "" && !paid[r.InstrumentID] {
			p.plan.FirstSeen = plusTotal(p.plan.FirstSeen, r.Amount)
		}
	}
	return nil
}

func (p *previewer) add(item PlannedItem) {
	fmt.Fprintf(p.digest, "\n%s %d %t %s %s", item.ID, item.Version, item.Runs(), item.Saw, item.Overruled)
	p.plan.Items = append(p.plan.Items, item)
	if !item.Runs() {
		p.plan.Out = plusTotal(p.plan.Out, item.Amount)
		return
	}
	p.plan.Runs = plusTotal(p.plan.Runs, item.Amount)
	p.plan.Biggest = withBiggest(p.plan.Biggest, item)
}

// withBiggest keeps the biggest of each currency, sorted.
func withBiggest(list []PlannedItem, item PlannedItem) []PlannedItem {
	same, smallest := 0, -1
	for i, other := range list {
		if other.Amount.Currency == item.Amount.Currency {
			same++
			smallest = i
		}
	}
	if same == mostBiggest {
		if item.Amount.Cmp(list[smallest].Amount) <= 0 {
			return list
		}
		list = slices.Delete(list, smallest, smallest+1)
	}
	at, _ := slices.BinarySearchFunc(list, item, func(a, b PlannedItem) int {
		return cmp.Or(cmp.Compare(a.Amount.Currency, b.Amount.Currency), cmp.Compare(b.Amount.Minor, a.Amount.Minor))
	})
	return slices.Insert(list, at, item)
}

func (p *previewer) finish() RunPlan {
	p.plan.Customers = len(p.customers)
	for _, why := range keys(p.reasons) {
		p.plan.Reasons = append(p.plan.Reasons, ReasonCount{why, p.reasons[why]})
	}
	slices.SortStableFunc(p.plan.Reasons, func(a, b ReasonCount) int { return b.Requests - a.Requests })
	slices.SortStableFunc(p.plan.Warned, func(a, b WarningCount) int {
		return cmp.Or(b.Requests-a.Requests, cmp.Compare(a.Name, b.Name))
	})
	p.plan.Digest = hex.EncodeToString(p.digest.Sum(nil))
	return p.plan
}
