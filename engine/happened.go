package engine

import "strings"

// happened are what events are called wherever people read of them: on
// timelines, in refusals, at the command line.
var happened = map[string]string{
	"payout-request-created":             "created",
	"payout-request-ready":               "made ready",
	"payout-request-returned-to-pending": "returned to pending",
	"payout-request-approved":            "approved",
	"payout-request-approval-given":      "approval given",
	"payout-request-approval-undone":     "approval taken back",
	"payout-request-allocated":           "allocated",
	"payout-request-processing-started":  "processing",
	"payout-request-released":            "released",
	"payout-request-fulfilled":           "fulfilled",
	"payout-request-settled":             "settled short",
	"payout-request-canceled":            "canceled",
	"payout-request-split":               "split",
	"payout-request-merged":              "merged",
	"payout-request-enlarged":            "enlarged by a merge",
	"payout-request-added-to-batch":      "added to a batch",
	"payout-request-removed-from-batch":  "removed from its batch",
	"payout-request-blocked":             "blocked",
	"payout-request-unblocked":           "unblocked",
	"payout-request-modified":            "changed",
	"timeline-comment-created":           "comment",
	"timeline-comment-withdrawn":         "comment withdrawn",
	"allocation-created":                 "allocation made",
	"allocation-queued":                  "allocation queued",
	"allocation-processing":              "a worker took the allocation",
	"allocation-waiting-completion":      "allocation waits for its outcome",
	"allocation-completed":               "allocation completed",
	"allocation-failed":                  "allocation failed",
	"allocation-declined":                "allocation declined",
	"allocation-canceled":                "allocation canceled",
	"allocation-disputed":                "what is said of the allocation contradicts itself",
	"allocation-not-replaced":            "no other route was left",
	"payout-create-failed":               "could be placed nowhere",
	"payout-created":                     "payout made",
	"payout-invoking":                    "handed to the provider",
	"payout-processing":                  "outcome unknown",
	"payout-pending":                     "accepted by the provider",
	"payout-processed":                   "paid by the provider",
	"payout-partially-processed":         "paid in part by the provider",
	"payout-process-failed":              "refused by the provider",
	"payout-invoke-failed":               "never arrived at the provider",
	"payout-expired":                     "expired at the provider",
	"payout-canceling":                   "being taken back",
	"payout-canceled":                    "taken back",
	"payout-cancel-failed":               "could not be taken back",
}

// What says what happened, without who and why: "made ready". A type that this
// version does not know is told by its name.
func (e Event) What() string {
	if said, known := happened[e.Type]; known {
		return said
	}
	return strings.ReplaceAll(strings.TrimPrefix(e.Type, "payout-request-"), "-", " ")
}
