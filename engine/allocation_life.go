package engine

// An AllocationStatus is where an allocation stands in its life.
type AllocationStatus string

// The statuses. The first four are live: money may still move.
const (
	AllocationPending    AllocationStatus = "pending"            // decided; nobody asked for it to be processed
	AllocationQueued     AllocationStatus = "queued"             // waits for a worker
	AllocationProcessing AllocationStatus = "processing"         // a worker has committed the intent to pay
	AllocationWaiting    AllocationStatus = "waiting-completion" // with the provider, or its outcome is unknown
	AllocationCompleted  AllocationStatus = "completed"          // paid, wholly or in part
	AllocationFailed     AllocationStatus = "failed"             // certain that no money moved
	AllocationCanceled   AllocationStatus = "canceled"           // called off before it was processed
	AllocationDeclined   AllocationStatus = "declined"           // the provider said no
)

// AllocationStatuses lists the statuses, in the order of an allocation's life.
func AllocationStatuses() []AllocationStatus {
	return []AllocationStatus{
		AllocationPending, AllocationQueued, AllocationProcessing, AllocationWaiting,
		AllocationCompleted, AllocationFailed, AllocationCanceled, AllocationDeclined,
	}
}

// allocationVerb is what happens to an allocation.
type allocationVerb string

const (
	allocationMade     allocationVerb = "make"
	allocationQueued   allocationVerb = "queue"
	allocationClaimed  allocationVerb = "claim"
	allocationCanceled allocationVerb = "cancel"
	allocationWaits    allocationVerb = "wait"
	allocationPaid     allocationVerb = "paid"
	allocationDeclined allocationVerb = "declined"
	allocationFailed   allocationVerb = "failed"
	allocationDisputed allocationVerb = "dispute" // a statement contradicts an earlier one
	allocationNotPaid  allocationVerb = "not-paid"
	allocationReturned allocationVerb = "return" // what was paid came back, in all or in part
)

// allocationLife is every move that an allocation can make.
var allocationLife = lifecycle[AllocationStatus, allocationVerb]{
	{"", allocationMade}:                       {AllocationPending},
	{AllocationPending, allocationQueued}:      {AllocationQueued},
	{AllocationQueued, allocationClaimed}:      {AllocationProcessing},
	{AllocationPending, allocationCanceled}:    {AllocationCanceled},
	{AllocationQueued, allocationCanceled}:     {AllocationCanceled},
	{AllocationQueued, allocationFailed}:       {AllocationFailed},
	{AllocationProcessing, allocationWaits}:    {AllocationWaiting},
	{AllocationWaiting, allocationWaits}:       {AllocationWaiting},
	{AllocationProcessing, allocationPaid}:     {AllocationCompleted},
	{AllocationWaiting, allocationPaid}:        {AllocationCompleted},
	{AllocationProcessing, allocationDeclined}: {AllocationDeclined},
	{AllocationWaiting, allocationDeclined}:    {AllocationDeclined},
	{AllocationProcessing, allocationFailed}:   {AllocationFailed},
	{AllocationWaiting, allocationFailed}:      {AllocationFailed},
	{AllocationCompleted, allocationDisputed}:  {AllocationCompleted},
	{AllocationDeclined, allocationDisputed}:   {AllocationDeclined},
	{AllocationFailed, allocationDisputed}:     {AllocationFailed},
	{AllocationDeclined, allocationPaid}:       {AllocationCompleted}, // a conflict resolved to paid
	{AllocationFailed, allocationPaid}:         {AllocationCompleted},
	{AllocationCompleted, allocationPaid}:      {AllocationCompleted},                   // more, or the same, confirmed
	{AllocationCompleted, allocationNotPaid}:   {AllocationFailed, AllocationCompleted}, // completed (returned) once the request is final
	{AllocationProcessing, allocationReturned}: {AllocationCompleted},                   // paid and back before anybody heard
	{AllocationWaiting, allocationReturned}:    {AllocationCompleted},
	{AllocationCompleted, allocationReturned}:  {AllocationCompleted},
	{AllocationDeclined, allocationNotPaid}:    {AllocationDeclined},
	{AllocationFailed, allocationNotPaid}:      {AllocationFailed},
}
