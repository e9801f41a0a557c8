package engine

// A RequestStatus is where a payout request stands in its life. The spelling
// is also the wire and the disk format, and never changes.
type RequestStatus string

// The statuses, in the order of a long and happy life.
const (
	RequestPending    RequestStatus = "pending"     // not up for review yet; an instrument may still be chosen
	RequestReady      RequestStatus = "ready"       // waits for a reviewer
	RequestApproved   RequestStatus = "approved"    // all approvals are in; no money is on its way
	RequestInProgress RequestStatus = "in-progress" // allocated, at least in part
	RequestFulfilled  RequestStatus = "fulfilled"   // what was paid equals the amount
	RequestCanceled   RequestStatus = "canceled"    // called off before any money moved
	RequestSplit      RequestStatus = "split"       // replaced by its children
	RequestMerged     RequestStatus = "merged"      // replaced by the request it joined
)

// RequestStatuses lists the statuses, in the order of a request's life.
func RequestStatuses() []RequestStatus {
	return []RequestStatus{
		RequestPending, RequestReady, RequestApproved, RequestInProgress,
		RequestFulfilled, RequestCanceled, RequestSplit, RequestMerged,
	}
}

// Final reports whether no move leads out of s.
func (s RequestStatus) Final() bool {
	switch s {
	case RequestFulfilled, RequestCanceled, RequestSplit, RequestMerged:
		return true
	default:
		return false
	}
}

// A Verb is what a person or the engine does to a payout request.
type Verb string

// The verbs. Those of the second group leave the status as it is.
const (
	VerbCreate       Verb = "create"
	VerbReady        Verb = "ready"
	VerbReturn       Verb = "return"
	VerbApprove      Verb = "approve"
	VerbUndoApproval Verb = "undo-approval"
	VerbAllocate     Verb = "allocate"
	VerbAutoAllocate Verb = "auto-allocate"
	VerbRelease      Verb = "release"
	VerbRecord       Verb = "record"  // the engine keeps what a provider said
	VerbState        Verb = "state"   // a senior says how an unknown payout ended
	VerbResolve      Verb = "resolve" // a senior decides between contradicting statements
	VerbSettle       Verb = "settle"
	VerbCancel       Verb = "cancel"
	VerbSplit        Verb = "split"
	VerbMerge        Verb = "merge"
	VerbAbsorb       Verb = "absorb" // what a merge does to its target

	VerbBlock            Verb = "block"
	VerbUnblock          Verb = "unblock"
	VerbSet              Verb = "set"
	VerbProcess          Verb = "process"
	VerbClaim            Verb = "claim"     // a worker takes a queued allocation
	VerbFailOver         Verb = "fail-over" // the engine places again what ended unpaid
	VerbCancelAllocation Verb = "cancel-allocation"
	VerbCancelPayout     Verb = "cancel-payout" // what was paid is to come back
	VerbPayAgain         Verb = "pay-again"     // what came back becomes a new request
	VerbLookUp           Verb = "lookup"
	VerbComment          Verb = "comment"
	VerbWithdrawComment  Verb = "withdraw-comment"
	VerbAddToBatch       Verb = "add-to-batch"
	VerbRemoveFromBatch  Verb = "remove-from-batch"
)

// Verbs lists every verb, in the order of the constants.
func Verbs() []Verb {
	return []Verb{
		VerbCreate, VerbReady, VerbReturn, VerbApprove, VerbUndoApproval, VerbAllocate, VerbAutoAllocate,
		VerbRelease, VerbRecord, VerbState, VerbResolve, VerbSettle, VerbCancel, VerbSplit, VerbMerge,
		VerbAbsorb, VerbBlock, VerbUnblock, VerbSet, VerbProcess, VerbClaim, VerbFailOver, VerbCancelAllocation,
		VerbCancelPayout, VerbPayAgain,
		VerbLookUp, VerbComment, VerbWithdrawComment, VerbAddToBatch, VerbRemoveFromBatch,
	}
}

// requestLife is every move that a payout request can make; the numbers are
// the rows of the design's table. Row 10 (fulfilled once what was paid equals
// the amount) is reached by whatever tells how a payout ended. A block is no
// move: it is a flag that stops them, except those that tell of money that is
// already on its way.
var requestLife = lifecycle[RequestStatus, Verb]{
	{"", VerbCreate}:                    {RequestPending, RequestReady},        // 1, 2, 3
	{RequestPending, VerbReady}:         {RequestReady},                        // 4
	{RequestReady, VerbReturn}:          {RequestPending},                      // 5
	{RequestReady, VerbApprove}:         {RequestReady, RequestApproved},       // 6; ready while more are needed
	{RequestReady, VerbUndoApproval}:    {RequestReady},                        // one's own, while more are needed
	{RequestApproved, VerbUndoApproval}: {RequestReady},                        // 7
	{RequestApproved, VerbAllocate}:     {RequestInProgress},                   // 8
	{RequestApproved, VerbAutoAllocate}: {RequestInProgress},                   // 8
	{RequestInProgress, VerbRelease}:    {RequestApproved},                     // 9
	{RequestInProgress, VerbRecord}:     {RequestInProgress, RequestFulfilled}, // 10
	{RequestInProgress, VerbLookUp}:     {RequestInProgress, RequestFulfilled}, // 10
	{RequestInProgress, VerbState}:      {RequestInProgress, RequestFulfilled}, // 10
	{RequestInProgress, VerbResolve}:    {RequestInProgress, RequestFulfilled}, // 10
	{RequestInProgress, VerbSettle}:     {RequestFulfilled},                    // 11
	{RequestPending, VerbCancel}:        {RequestCanceled},                     // 12
	{RequestReady, VerbCancel}:          {RequestCanceled},                     // 12
	{RequestApproved, VerbCancel}:       {RequestCanceled},                     // 12
	{RequestPending, VerbSplit}:         {RequestSplit},                        // 13
	{RequestReady, VerbSplit}:           {RequestSplit},                        // 13
	{RequestApproved, VerbSplit}:        {RequestSplit},                        // 13
	{RequestPending, VerbMerge}:         {RequestMerged},                       // 14
	{RequestReady, VerbMerge}:           {RequestMerged},                       // 14
	{RequestApproved, VerbMerge}:        {RequestMerged},                       // 14
	{RequestPending, VerbAbsorb}:        {RequestPending},                      // a pending target stays so
	{RequestReady, VerbAbsorb}:          {RequestReady, RequestPending},        // 15
	{RequestApproved, VerbAbsorb}:       {RequestReady, RequestPending},        // 15

	{RequestPending, VerbBlock}:      {RequestPending},
	{RequestReady, VerbBlock}:        {RequestReady},
	{RequestApproved, VerbBlock}:     {RequestApproved},
	{RequestInProgress, VerbBlock}:   {RequestInProgress},
	{RequestPending, VerbUnblock}:    {RequestPending},
	{RequestReady, VerbUnblock}:      {RequestReady},
	{RequestApproved, VerbUnblock}:   {RequestApproved},
	{RequestInProgress, VerbUnblock}: {RequestInProgress},

	{RequestPending, VerbSet}:                 {RequestPending},
	{RequestReady, VerbSet}:                   {RequestReady},
	{RequestInProgress, VerbAllocate}:         {RequestInProgress},
	{RequestInProgress, VerbAutoAllocate}:     {RequestInProgress},
	{RequestInProgress, VerbProcess}:          {RequestInProgress},
	{RequestInProgress, VerbClaim}:            {RequestInProgress},
	{RequestInProgress, VerbFailOver}:         {RequestInProgress},
	{RequestInProgress, VerbCancelAllocation}: {RequestInProgress},

	// A late word about a payout that was thought settled is kept whatever
	// became of its request. Where it says that money may have moved after all,
	// an open request is in progress again.
	{RequestPending, VerbRecord}:          {RequestPending, RequestInProgress},
	{RequestReady, VerbRecord}:            {RequestReady, RequestInProgress},
	{RequestApproved, VerbRecord}:         {RequestApproved, RequestInProgress},
	{RequestFulfilled, VerbRecord}:        {RequestFulfilled},
	{RequestCanceled, VerbRecord}:         {RequestCanceled},
	{RequestSplit, VerbRecord}:            {RequestSplit},
	{RequestMerged, VerbRecord}:           {RequestMerged},
	{RequestPending, VerbLookUp}:          {RequestPending, RequestInProgress},
	{RequestReady, VerbLookUp}:            {RequestReady, RequestInProgress},
	{RequestApproved, VerbLookUp}:         {RequestApproved, RequestInProgress},
	{RequestFulfilled, VerbLookUp}:        {RequestFulfilled},
	{RequestCanceled, VerbLookUp}:         {RequestCanceled},
	{RequestSplit, VerbLookUp}:            {RequestSplit},
	{RequestMerged, VerbLookUp}:           {RequestMerged},
	{RequestInProgress, VerbCancelPayout}: {RequestInProgress},
	{RequestFulfilled, VerbCancelPayout}:  {RequestFulfilled},
	{RequestCanceled, VerbCancelPayout}:   {RequestCanceled},
	{RequestSplit, VerbCancelPayout}:      {RequestSplit},
	{RequestMerged, VerbCancelPayout}:     {RequestMerged},
	{RequestFulfilled, VerbPayAgain}:      {RequestFulfilled},
	{RequestFulfilled, VerbState}:         {RequestFulfilled},
	{RequestCanceled, VerbState}:          {RequestCanceled},
	{RequestSplit, VerbState}:             {RequestSplit},
	{RequestMerged, VerbState}:            {RequestMerged},
	{RequestFulfilled, VerbResolve}:       {RequestFulfilled},
	{RequestCanceled, VerbResolve}:        {RequestCanceled},
	{RequestSplit, VerbResolve}:           {RequestSplit},
	{RequestMerged, VerbResolve}:          {RequestMerged},
}
