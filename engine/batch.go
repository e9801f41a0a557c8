package engine

import (
	"slices"
	"time"

	"github.com/purserhq/purser/engine/text"
)

// A BatchID names a batch, as preq_batch_ and 26 characters that sort by time.
type BatchID string

// A Batch is a list of requests on which runs act together. A request is in
// one batch at most: its own row says in which, and at what place.
type Batch struct {
	ID              BatchID
	Reference       string // what people call it, unique within its mode
	Mode            Mode
	Description     string
	AllocationOrder []string // goes before the organisation's; empty for that
	Requests        int      // that are in it
	LastPlace       int      // that was given to a request
	LastRun         RunID    // the latest; empty before any
	By              ReviewerID
	CreatedAt       time.Time
	UpdatedAt       time.Time
	Deleted         bool   // its requests have left it; it stays for the record
	PointID         string // of a batch of a file: whose requests its rows become
}

// A BatchQuery asks for a page of batches, the latest first.
type BatchQuery struct {
	Mode   Mode
	Before BatchID // where the page before this one ended; empty for the first page
	Limit  int     // 1 to 1000
}

// BatchTotals are what the requests of a batch come to.
type BatchTotals struct {
	Sums      []Total // by currency
	Customers int     // distinct ones
}

// mayJoin refuses a request that is in a batch already.
func mayJoin(s Standing) error {
	if s.Request.BatchID == "" {
		return nil
	}
	return Errorf(Refused, "it is in batch %s", s.Request.BatchID).
		Or("a request is in one batch at most; remove it there first").Like("in a batch already")
}

func mayLeave(s Standing) error {
	if s.Request.BatchID != "" {
		return nil
	}
	return Errorf(Refused, "it is in no batch")
}

// longestBatchReference leaves room for what rows of an import are called.
const longestBatchReference = 60

func (b Batch) check() error {
	if err := text.Check("reference", b.Reference, longestBatchReference); err != nil {
		return invalid("reference", "%v", err)
	}
	if err := checkDescription(b.Description); err != nil {
		return err
	}
	if len(b.AllocationOrder) == 0 {
		return nil
	}
	return checkOrder(b.AllocationOrder)
}

// fields lists what the journal records of a batch. How many requests are in
// it follows from their own entries.
func (b Batch) fields() []Field {
	return []Field{
		textField("id", string(b.ID)),
		textField("reference", b.Reference),
		textField("mode", string(b.Mode)),
		textField("description", b.Description),
		objectField("allocationOrder", b.AllocationOrder),
		textField("createdBy", string(b.By)),
		flagField("deleted", b.Deleted),
		textField("pointId", b.PointID),
	}
}

// membership are the fields of a request that say where it is listed. They
// change nothing of it, and so not its version.
var membership = []string{"batchId", "batchPlace"}

// onlyMembership reports whether nothing but its batch changed of a request,
// and the version that such a change would not have.
func onlyMembership(changed []Change) bool {
	return !slices.ContainsFunc(changed, func(c Change) bool { return c.Field != "version" && !slices.Contains(membership, c.Field) })
}
