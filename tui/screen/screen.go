// Package screen is what the screens of the console share.
//
// The nouns are [Desk], where one reviewer works: who acts, on what, and the
// dialogs, the toast and the trigger that all screens speak through; [Subject],
// the request that keys are about; [Deed], a verb on its way to the engine, and
// [Done], what came of it; [Loader], which reads for a screen and drops answers
// that nobody waits for any more; and the words in which the engine's nouns are
// written on a screen.
//
// Invariants: nothing here reads or writes a store but inside a command; a
// decision that is armed, and a dialog about a request, do not outlive the
// version of the request that was on the screen.
//
// It refuses to know any screen, and what is on it.
package screen

import (
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/keys"
)

// A Kind is one of the screens there are.
type Kind string

// The screens.
const (
	Queue    Kind = "queue"
	Request  Kind = "request"
	Allocate Kind = "allocate" // the plan of a request, and allocating by hand
	Split    Kind = "split"
	Merge    Kind = "merge"

	Gateways      Kind = "gateways"
	Attention     Kind = "attention" // in lanes
	Metrics       Kind = "metrics"
	Configuration Kind = "configuration" // points, services, routes, reviewers
	Draft         Kind = "draft"         // something configured, as text
	Routing       Kind = "routing"
	Rates         Kind = "rates"
	Explain       Kind = "explain" // why a request is routed the way it is

	ManyPlan Kind = "many"    // what a decision on many would do
	StaysOut Kind = "out"     // what stays out of it
	ManyRun  Kind = "run"     // how it goes
	Batches  Kind = "batches" // all of them, and all runs
	Batch    Kind = "batch"

	Customers Kind = "customers"
	Payee     Kind = "customer" // one of them

	Jobs         Kind = "jobs"           // all runs and imports
	FileImport   Kind = "import"         // one import
	FileToImport Kind = "file to import" // a file of which nothing was taken in yet
)

// A Place is where in the console somebody is.
type Place struct {
	Kind    Kind
	Request engine.RequestID // of the kinds that are about one
	Object  Object           // of a draft or an import; of a file to import its kind and path
	View    string           // of the queue; the name of one among many plans and runs
}

// An Object is something configured: its kind, as the journal calls it, and id.
type Object struct{ Kind, ID string }

// Crumb is how a place is written in the first line.
func (p Place) Crumb() text.Safe {
	switch p.Kind {
	case Request:
		return Short(string(p.Request))
	case Draft:
		if p.Object.ID == "" {
			return "new " + text.Line(p.Object.Kind)
		}
		return text.Line(p.Object.Kind + " " + p.Object.ID)
	case ManyPlan, ManyRun, StaysOut, Batch, FileImport, FileToImport, Payee:
		return text.Line(p.View)
	}
	return text.Line(strings.ToUpper(string(p.Kind[:1])) + string(p.Kind[1:]))
}

// Go is a message: somebody wants to be elsewhere. Row is what is known of the
// request until it is read.
type Go struct {
	Place Place
	Row   engine.RequestRow
}

// Back is a message: a screen is done.
type Back struct{}

// A Subject is what the keys of a screen are about.
type Subject struct {
	Row engine.RequestRow // the request as it is on the screen

	Saw string // names the plan that is on the screen; "" if none is

	Dossier    *engine.Dossier   // everything about it, where the screen has that
	Allocation engine.Allocation // the one under the cursor; zero where there is none
	Payout     engine.Payout     // of that allocation; zero before there is one
	Event      engine.Event      // under the cursor on the timeline; zero elsewhere
}

// Target names a subject as it stands: another version is another name.
func (s Subject) Target() string { return string(s.Row.ID) + "@" + Int(s.Row.Version) }

// The actions, by the names that configuration, palette and record use. What
// they are and which keys they have stands in the console's catalogue.
const (
	Approve          keys.ID = "approve"
	Block            keys.ID = "block"
	Unblock          keys.ID = "unblock"
	MakeReady        keys.ID = "ready"
	Return           keys.ID = "return"
	UndoApproval     keys.ID = "undo-approval"
	Cancel           keys.ID = "cancel"
	Comment          keys.ID = "comment"
	WithdrawComment  keys.ID = "withdraw-comment"
	OpenSplit        keys.ID = "split"
	OpenMerge        keys.ID = "merge"
	OpenPlan         keys.ID = "plan"
	NewAllocation    keys.ID = "allocate"
	Process          keys.ID = "process"
	CancelAllocation keys.ID = "cancel-allocation"
	Release          keys.ID = "release"
	LookUp           keys.ID = "look-up"
	Claim            keys.ID = "claim"
	Settle           keys.ID = "settle"
	TakeBack         keys.ID = "take-back"
	PayAgain         keys.ID = "pay-again"
	Edit             keys.ID = "set"
	Create           keys.ID = "create"

	Undo        keys.ID = "undo"
	UndoList    keys.ID = "undo-list"
	CommandLine keys.ID = "command-line"
	WhatChanged keys.ID = "what-changed"

	Open        keys.ID = "open"
	MarkOne     keys.ID = "mark"
	MarkRange   keys.ID = "mark-range"
	MarkAll     keys.ID = "mark-all"
	Unmark      keys.ID = "unmark"
	RunNow      keys.ID = "run"
	ListOut     keys.ID = "not-included"
	ListWarned  keys.ID = "look-twice"
	StopRun     keys.ID = "stop-run"
	OpenItem    keys.ID = "open-item"
	ToBatches   keys.ID = "batches"
	ToBatch     keys.ID = "to-batch"
	OutOfBatch  keys.ID = "out-of-batch"
	EditBatch   keys.ID = "edit-batch"
	DeleteBatch keys.ID = "delete-batch"
	TakeFile    keys.ID = "take-file"
	StopFile    keys.ID = "stop-file"
	ToJobs      keys.ID = "jobs"
	ToCustomers keys.ID = "customers"
	ToPayee     keys.ID = "payee" // the customer of the request under the keys
	Verify      keys.ID = "verify-instrument"
	SetPayouts  keys.ID = "set-payouts"
	StartImport keys.ID = "import"
	ImportNow   keys.ID = "import-now"
	StopJob     keys.ID = "stop-job"
	Filter      keys.ID = "filter"
	Sort        keys.ID = "sort"
	SaveView    keys.ID = "save-view"
	Columns     keys.ID = "columns"
	Export      keys.ID = "export"
	SavedViews  keys.ID = "saved-views"
	ShowNew     keys.ID = "show-new"
	Copy        keys.ID = "copy"
	CopyMenu    keys.ID = "copy-menu"
	Mouse       keys.ID = "mouse"
	PreviewDown keys.ID = "preview-down"
	PreviewUp   keys.ID = "preview-up"

	Down     keys.ID = "down"
	Up       keys.ID = "up"
	HalfDown keys.ID = "half-down"
	HalfUp   keys.ID = "half-up"
	PageDown keys.ID = "page-down"
	PageUp   keys.ID = "page-up"
	Top      keys.ID = "top"
	Bottom   keys.ID = "bottom"

	NextRequest     keys.ID = "next-request"
	PreviousRequest keys.ID = "previous-request"
	NextTab         keys.ID = "next-tab"
	PreviousTab     keys.ID = "previous-tab"

	// In the editor of a split.
	EvenParts keys.ID = "even-parts"
	CapParts  keys.ID = "cap-parts"
	RestHere  keys.ID = "rest-here"
	Propose   keys.ID = "propose"
	AddPart   keys.ID = "add-part"
	DropPart  keys.ID = "drop-part"
	SplitNow  keys.ID = "split-now"

	// In the merge picker.
	Pick       keys.ID = "pick"
	MakeTarget keys.ID = "make-target"
	MergeNow   keys.ID = "merge-now"

	AllocateNow keys.ID = "auto-allocate" // the plan as it is shown

	Help        keys.ID = "help"
	Palette     keys.ID = "palette"
	Leave       keys.ID = "leave"
	Quit        keys.ID = "quit"
	Exit        keys.ID = "exit"
	Reload      keys.ID = "reload"
	Redraw      keys.ID = "redraw"
	Suspend     keys.ID = "suspend"
	ToQueue     keys.ID = "queue"
	ToMetrics   keys.ID = "metrics"
	ToAttention keys.ID = "attention"
	Earlier     keys.ID = "earlier"
	Later       keys.ID = "later"
)

// ShowTab is the action that shows the i-th view or tab, counted from one.
func ShowTab(i int) keys.ID { return keys.ID("tab-" + string(rune('0'+i))) }

// TabOf returns which tab an action shows; 0 for other actions.
func TabOf(a keys.ID) int {
	if len(a) == len("tab-1") && a[:len("tab-")] == "tab-" {
		return int(a[len(a)-1] - '0')
	}
	return 0
}
