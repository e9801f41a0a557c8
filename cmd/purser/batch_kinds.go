package main

import (
	"fmt"
	"strings"

	"github.com/purserhq/purser/engine"
)

func batchKind() kind[engine.BatchState] {
	return kind[engine.BatchState]{
		id: func(b engine.BatchState) string { return string(b.ID) },
		columns: []column[engine.BatchState]{
			{name: "REFERENCE", cell: func(b engine.BatchState) string { return b.Reference }},
			{name: "STATUS", cell: func(b engine.BatchState) string { return string(b.Status) }},
			{name: "REQUESTS", right: true, cell: func(b engine.BatchState) string { return fmt.Sprint(b.Requests) }},
			{name: "AMOUNTS", cell: func(b engine.BatchState) string { return totals(b.Totals.Sums) }},
			{name: "CUSTOMERS", right: true, cell: func(b engine.BatchState) string { return fmt.Sprint(b.Totals.Customers) }},
			{name: "CREATED", cell: func(b engine.BatchState) string { return moment(b.CreatedAt) }},
			{name: "ID", cell: func(b engine.BatchState) string { return string(b.ID) }},
			{name: "DESCRIPTION", cell: func(b engine.BatchState) string { return b.Description }},
		},
		csv: []string{
			"id", "reference", "mode", "description", "status", "allocationOrder", "totalCount", "customerCount",
			"totalAmountByCurrency", "runId", "createdBy", "createdTime", "updatedTime",
		},
	}
}

// totals writes sums by currency.
func totals(list []engine.Total) string {
	sums := make([]string, len(list))
	for i, t := range list {
		sums[i] = t.Amount.Text()
	}
	return strings.Join(sums, ", ")
}

func runKind() kind[engine.Run] {
	return kind[engine.Run]{
		id: func(r engine.Run) string { return string(r.ID) },
		columns: []column[engine.Run]{
			{name: "ID", cell: func(r engine.Run) string { return string(r.ID) }},
			{name: "ACTION", cell: func(r engine.Run) string { return r.Action.String() }},
			{name: "OF", cell: func(r engine.Run) string { return r.Of }},
			{name: "STATUS", cell: func(r engine.Run) string { return join(": ", string(r.Status), r.Failure) }},
			{name: "DONE", right: true, cell: func(r engine.Run) string { return fmt.Sprint(r.Done) }},
			{name: "REFUSED", right: true, cell: func(r engine.Run) string { return fmt.Sprint(r.Refused) }},
			{name: "LEFT OUT", right: true, cell: func(r engine.Run) string { return fmt.Sprint(r.Skipped) }},
			{name: "WAITING", right: true, cell: func(r engine.Run) string { return fmt.Sprint(r.Waiting()) }},
			{name: "BY", cell: func(r engine.Run) string { return string(r.By) }},
			{name: "STARTED", cell: func(r engine.Run) string { return moment(r.CreatedAt) }},
		},
		csv: []string{
			"id", "mode", "batchId", "of", "action", "status", "failure", "items", "done", "refused", "skipped",
			"waiting", "sums", "undoesRunId", "startedBy", "stoppedBy", "createdTime", "updatedTime", "endedTime",
		},
	}
}

func runItemKind() kind[engine.RunItem] {
	return kind[engine.RunItem]{
		id: func(i engine.RunItem) string { return string(i.RequestID) },
		columns: []column[engine.RunItem]{
			{name: "PLACE", right: true, cell: func(i engine.RunItem) string { return fmt.Sprint(i.Place) }},
			{name: "REQUEST", cell: func(i engine.RunItem) string { return string(i.RequestID) }},
			{name: "RESULT", cell: func(i engine.RunItem) string { return string(i.Result) }},
			{name: "WHY", cell: func(i engine.RunItem) string { return i.Why }},
		},
		csv: []string{"place", "payoutRequestId", "version", "result", "why", "overruled"},
	}
}

func plannedKind() kind[engine.PlannedItem] {
	return kind[engine.PlannedItem]{
		id: func(i engine.PlannedItem) string { return string(i.ID) },
		columns: []column[engine.PlannedItem]{
			{name: "REQUEST", cell: func(i engine.PlannedItem) string { return string(i.ID) }},
			{name: "AMOUNT", right: true, cell: func(i engine.PlannedItem) string { return i.Amount.Text() }},
			{name: "WOULD BE", cell: wouldBe},
			{name: "STAYS OUT BECAUSE", cell: func(i engine.PlannedItem) string { return i.Why }},
			{name: "WARNING", cell: func(i engine.PlannedItem) string { return strings.Join(i.Overruled, ", ") }},
		},
		csv: []string{
			"payoutRequestId", "version", "currency", "amount", "runs", "why", "status", "approvalsMissing",
			"placedAmount", "allocations", "overruled", "warnings",
		},
	}
}

// wouldBe says what a run would make of a request.
func wouldBe(i engine.PlannedItem) string {
	switch {
	case !i.Runs():
		return ""
	case i.Missing > 0:
		return fmt.Sprintf("%s, %s missing", i.To, countOf(i.Missing, "approval"))
	case i.Allocations > 0:
		return fmt.Sprintf("%s, %s in %s", i.To, i.Placed.Text(), countOf(i.Allocations, "allocation"))
	default:
		return string(i.To)
	}
}
