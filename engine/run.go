package engine

import (
	"slices"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// A RunID names a run, as run_ and 26 characters that sort by time.
type RunID string

// A Run is one action on many requests, with a result for each. Its items are
// kept with the version of each request that was seen when it was decided on;
// the engine's step then takes them one by one through the door, each for
// itself, in the name of who started the run.
type Run struct {
	ID      RunID
	Mode    Mode
	Of      string // what was selected, in words or as a filter
	BatchID BatchID
	Action  RunAction
	Digest  string // of the plan that was seen
	Status  RunStatus

	By     ReviewerID // who started it, and by which door
	Door   Door
	OSUser string

	Items   int // all of them
	Kept    int // how many are in the store; the run begins once all are
	Place   int // of the last item that was taken on
	Done    int
	Refused int
	Skipped int     // stayed out by the plan
	Sums    []Total // what was to run, by currency
	OutSums []Total // what stayed out by the plan

	DoneSums    []Total // what was done so far, in the amounts that were seen
	RefusedSums []Total // what was refused so far

	LeftAlone int64        // the journal's entry up to which others did nothing that could warn of its items; 0 for unknown
	Touched   []CustomerID // but of these customers

	Failure   string     // why it failed, if it did
	StoppedBy ReviewerID // who stopped it, if somebody did
	Undoes    RunID      // the run whose effects it takes back, if it does

	CreatedAt time.Time
	UpdatedAt time.Time // last item taken on
	EndedAt   time.Time // zero while it has not
}

// Waiting is how many items have no result yet: they never will once the run
// has ended.
func (r Run) Waiting() int { return r.Items - r.Done - r.Refused - r.Skipped }

// A RunStatus is where a run stands.
type RunStatus string

// The statuses.
const (
	RunPending    RunStatus = "pending"    // no item was taken on yet
	RunProcessing RunStatus = "processing" // some were
	RunCompleted  RunStatus = "completed"  // every item has its result, refused ones too
	RunFailed     RunStatus = "failed"     // it was stopped, or could not go on
)

// RunStatuses lists the statuses, in the order of a run's life.
func RunStatuses() []RunStatus {
	return []RunStatus{RunPending, RunProcessing, RunCompleted, RunFailed}
}

// Ended reports whether nothing follows s.
func (s RunStatus) Ended() bool { return s == RunCompleted || s == RunFailed }

// runVerb is what moves a run.
type runVerb string

const (
	runBegins runVerb = "begin"
	runEnds   runVerb = "end"
	runFails  runVerb = "fail"
)

// runLife is every move of a run.
var runLife = lifecycle[RunStatus, runVerb]{
	{RunPending, runBegins}:   {RunProcessing},
	{RunPending, runFails}:    {RunFailed},
	{RunProcessing, runEnds}:  {RunCompleted},
	{RunProcessing, runFails}: {RunFailed},
}

// A RunItem is one request of a run.
type RunItem struct {
	Place     int // from 1
	RequestID RequestID
	Version   int          // of the request, as it was seen
	Amount    money.Amount // of the request, as it was seen
	Saw       string       // of an approval, the signals that were seen; else a digest of the allocations made or processed
	Overruled []string     // the warnings that were named before it started, as Warnings names them
	Result    ItemResult
	Code      Code   // of why it was refused
	Why       string // it was refused or stayed out
	Now       int    // the request's version after it was done
}

// An ItemResult is what became of an item of a run.
type ItemResult string

// The results.
const (
	ItemWaiting ItemResult = "waiting"
	ItemDone    ItemResult = "done"
	ItemRefused ItemResult = "refused" // by a rule, or because the request had changed
	ItemSkipped ItemResult = "skipped" // stayed out by the plan
)

// ItemResults lists the results.
func ItemResults() []ItemResult {
	return []ItemResult{ItemWaiting, ItemDone, ItemRefused, ItemSkipped}
}

// A Total is how many requests of one currency there are, and what they amount
// to.
type Total struct {
	Requests int
	Amount   money.Amount
}

// plusTotal adds one request to its currency's total. Totals are in the order
// in which their currencies came up.
func plusTotal(totals []Total, a money.Amount) []Total {
	i := slices.IndexFunc(totals, func(t Total) bool { return t.Amount.Currency == a.Currency })
	if i < 0 {
		return append(totals, Total{1, a})
	}
	totals[i].Requests++
	totals[i].Amount = totals[i].Amount.Plus(a)
	return totals
}

// A RunQuery asks for a page of runs, the latest first.
type RunQuery struct {
	Mode   Mode
	Batch  BatchID // empty for those of any batch, or none
	Before RunID   // where the page before this one ended; empty for the first page
	Limit  int     // 1 to 1000
}

// A RunItemQuery asks for a page of a run's items.
type RunItemQuery struct {
	Results []ItemResult // empty for any
	After   int          // the place of the last item seen; 0 for the first page
	Limit   int          // 1 to 1000
}

// fields lists what the journal records of a run. How far it is follows from
// the entries of its items.
func (r Run) fields() []Field {
	return []Field{
		textField("id", string(r.ID)),
		textField("mode", string(r.Mode)),
		textField("of", r.Of),
		textField("batchId", string(r.BatchID)),
		objectField("action", r.Action),
		textField("digest", r.Digest),
		textField("status", string(r.Status)),
		textField("by", string(r.By)),
		numberField("items", r.Items),
		textField("failure", r.Failure),
		textField("stoppedBy", string(r.StoppedBy)),
		textField("undoesRunId", string(r.Undoes)),
	}
}
