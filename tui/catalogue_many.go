package tui

import (
	"maps"

	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
)

// The scopes that the screens about many requests share.
const (
	ofMany   keys.Scope = "plans and runs"
	listed   keys.Scope = "lists of runs" // and of their requests
	sortable keys.Scope = "sorted lists"
	written  keys.Scope = "lists that are exported"
	ofJobs   keys.Scope = "a job" // a run or an import
)

// manyFalls says where a key goes that means nothing on one of those screens.
var manyFalls = keys.Falls{
	scopeOf(screen.ManyPlan): {ofMany, lists, everywhere},
	scopeOf(screen.ManyRun):  {ofMany, lists, tabbed, everywhere},
	scopeOf(screen.StaysOut): {listed, lists, everywhere},
	scopeOf(screen.Batches):  {sortable, lists, tabbed, everywhere},
	scopeOf(screen.Batch):    {requests, planned, written, lists, tabbed, everywhere},
	ofMany:                   {everywhere}, listed: {everywhere}, sortable: {everywhere}, written: {everywhere},
	scopeOf(screen.Jobs):         {ofJobs, lists, tabbed, previews, everywhere},
	scopeOf(screen.FileImport):   {ofJobs, lists, tabbed, previews, everywhere},
	scopeOf(screen.FileToImport): {ofJobs, lists, previews, everywhere},
	ofJobs:                       {everywhere},
}

// allFalls are those of all screens.
func allFalls() keys.Falls {
	all := maps.Clone(falls)
	maps.Copy(all, manyFalls)
	return all
}

// manyActions are those by which many requests are decided on at once.
var manyActions = []keys.Action{
	{
		ID: screen.MarkOne, Keys: []string{"space"}, Scope: scopeOf(screen.Queue),
		Name: "mark", CLI: "batch create",
		Help: "mark the request for a decision on many, or take its mark away, and go on",
	},
	{
		ID: screen.MarkRange, Keys: []string{"v"}, Scope: scopeOf(screen.Queue),
		Name: "range", CLI: "batch create",
		Help: "mark all that the cursor passes until v again; from a marked one it unmarks",
	},
	{
		ID: screen.MarkAll, Keys: []string{"*"}, Scope: scopeOf(screen.Queue),
		Name: "mark all", CLI: "batch create --filter",
		Help: "mark all that match view and filter, also what comes to match until you see the plan",
	},
	{
		ID: screen.Unmark, Keys: []string{"u"}, Scope: scopeOf(screen.Queue),
		Name: "unmark all", CLI: "batch delete",
		Help: "take all marks away; then keys are about the cursor's request alone",
	},

	{
		ID: screen.RunNow, Keys: []string{"enter"}, Scope: scopeOf(screen.ManyPlan),
		Role: reviewer, Danger: keys.PaysMany,
		Name: "run as planned", CLI: "batch run",
		Help: "start what the plan says, once the figures that it asks for were typed",
	},
	{
		ID: screen.ListOut, Keys: []string{"n"}, Scope: ofMany,
		Name: "not included", CLI: "batch preview",
		Help: "what stays out, each with its reason",
	},
	{
		ID: screen.ListWarned, Keys: []string{"l"}, Scope: scopeOf(screen.ManyPlan),
		Name: "look twice", CLI: "batch preview",
		Help: "those that would run although something warns of them, each with what it is",
	},
	{
		ID: screen.StopRun, Keys: []string{"X"}, Scope: scopeOf(screen.ManyRun), Role: reviewer, Danger: keys.Stops,
		Name: "stop", CLI: "batch stop",
		Help: "stop the run after the bite at work, as ctrl+c does; what was done stays done",
	},
	{
		ID: screen.OpenItem, Keys: []string{"enter"}, Scope: listed,
		Name: "open", CLI: "batch runs",
		Help: "see the run, or the request, under the cursor",
	},
	{
		ID: screen.StartImport, Keys: []string{"i"}, Scope: ofJobs, Role: reviewer, Danger: keys.Noted,
		Name: "import a file", CLI: "import customers",
		Help: "look at a file of customers, instruments, payments or requests, and what it would come to",
	},
	{
		ID: screen.ImportNow, Keys: []string{"enter"}, Scope: scopeOf(screen.FileToImport), Role: reviewer, Danger: keys.Noted,
		Name: "import all of it", CLI: "import customers",
		Help: "copy the file into the store; then its rows are taken in, wherever the store is worked on",
	},
	{
		ID: screen.StopJob, Keys: []string{"X"}, Scope: ofJobs, Role: reviewer, Danger: keys.Stops,
		Name: "stop", CLI: "import stop",
		Help: "keep a run or an import from going on, or discard a copy; what was done stays done",
	},
	{
		ID: screen.ToJobs, Keys: []string{"g j"}, Scope: everywhere,
		Name: "jobs", CLI: "import list",
		Help: "runs and imports: what goes on, who started it, how the others went",
	},
	{
		ID: screen.ToBatches, Keys: []string{"g b"}, Scope: everywhere,
		Name: "batches", CLI: "batch runs",
		Help: "requests that are put together, and the runs on them: those that go on, and how the others went",
	},

	{
		ID: screen.ToBatch, Keys: []string{"+"}, Scope: requests, Role: reviewer, Danger: keys.Noted,
		Name: "into batch", CLI: "batch create",
		Help: "put what is marked, or the request under the cursor, into a new batch or one there is; in a batch, add to it",
	},
	{
		ID: screen.OutOfBatch, Keys: []string{"-"}, Scope: requests, Role: reviewer, Danger: keys.Noted,
		Name: "out of batch", CLI: "batch remove",
		Help: "take the request under the cursor out of the batch that it is in; nothing else of it changes",
	},
	{
		ID: screen.EditBatch, Keys: []string{"e"}, Scope: scopeOf(screen.Batch), Role: reviewer, Danger: keys.Noted,
		Name: "change the batch", CLI: "batch set",
		Help: "what it is called, what is said of it, and in which order its requests are allocated",
	},
	{
		ID: screen.DeleteBatch, Keys: []string{"X"}, Scope: scopeOf(screen.Batch), Role: reviewer, Danger: keys.Stops,
		Name: "delete the batch", CLI: "batch delete",
		Help: "take it off the list; its requests stay as they are",
	},
	{
		ID: screen.TakeFile, Keys: []string{"N"}, Scope: scopeOf(screen.Batches), Role: reviewer, Danger: keys.Noted,
		Name: "new from a file", CLI: "batch import",
		Help: "make a batch of new requests from a CSV file; rows that make no sense are kept, to be mended",
	},
	{
		ID: screen.StopFile, Keys: []string{"X"}, Scope: scopeOf(screen.Batches), Role: reviewer, Danger: keys.Noted,
		Name: "stop taking it in", CLI: "batch import",
		Help: "stop the file that is being taken in; what came in stays, and the same file goes on later",
	},
}
