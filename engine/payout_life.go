package engine

// A PayoutStatus is where a payout stands. A Resolution beside it says what
// the last exchange with the provider was worth.
type PayoutStatus string

// The statuses. A final one can still be contradicted: that is a conflict.
const (
	PayoutCreateFailed       PayoutStatus = "create-failed"       // no route could be found; no provider was called
	PayoutCreated            PayoutStatus = "created"             // made, not yet committed to
	PayoutInvoking           PayoutStatus = "invoking"            // the intent is on disk; the provider is being called
	PayoutProcessing         PayoutStatus = "processing"          // the outcome is unknown
	PayoutPending            PayoutStatus = "pending"             // the provider has it and will answer
	PayoutProcessed          PayoutStatus = "processed"           // paid in full
	PayoutPartiallyProcessed PayoutStatus = "partially-processed" // paid in part
	PayoutProcessFailed      PayoutStatus = "process-failed"      // the provider declined it
	PayoutInvokeFailed       PayoutStatus = "invoke-failed"       // it never reached the provider's processing
	PayoutExpired            PayoutStatus = "expired"
	PayoutCanceling          PayoutStatus = "canceling"
	PayoutCanceled           PayoutStatus = "canceled"
	PayoutCancelFailed       PayoutStatus = "cancel-failed"
)

// PayoutStatuses lists the statuses, in the order of a payout's life.
func PayoutStatuses() []PayoutStatus {
	return []PayoutStatus{
		PayoutCreateFailed, PayoutCreated, PayoutInvoking, PayoutProcessing, PayoutPending,
		PayoutProcessed, PayoutPartiallyProcessed, PayoutProcessFailed, PayoutInvokeFailed,
		PayoutExpired, PayoutCanceling, PayoutCanceled, PayoutCancelFailed,
	}
}
