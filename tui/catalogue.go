package tui

import (
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
)

// The scopes. A screen has its own, which is its kind; beyond that a key falls
// to the scopes that the screen shares with others.
const (
	everywhere keys.Scope = "everywhere"
	lists      keys.Scope = "lists"      // where a cursor moves
	tabbed     keys.Scope = "tabs"       // where there are views or tabs
	requests   keys.Scope = "requests"   // where a request is under the keys
	oneRequest keys.Scope = "a request"  // where one is open
	previews   keys.Scope = "previews"   // where a part beside the list is scrolled
	planned    keys.Scope = "planned"    // where a request has a plan
	configured keys.Scope = "configured" // where something configured is under the keys
)

// falls says where a key goes that means nothing on a screen.
var falls = keys.Falls{
	scopeOf(screen.Queue):         {requests, planned, sortable, written, lists, tabbed, previews, everywhere},
	scopeOf(screen.Request):       {requests, planned, oneRequest, written, lists, tabbed, previews, everywhere},
	scopeOf(screen.Allocate):      {oneRequest, planned, lists, everywhere},
	scopeOf(screen.Split):         {everywhere},
	scopeOf(screen.Merge):         {lists, everywhere},
	scopeOf(screen.Gateways):      {configured, lists, previews, everywhere},
	scopeOf(screen.Attention):     {lists, tabbed, previews, everywhere},
	scopeOf(screen.Customers):     {lists, tabbed, previews, everywhere},
	scopeOf(screen.Payee):         {lists, tabbed, previews, everywhere},
	scopeOf(screen.Metrics):       {lists, tabbed, previews, everywhere},
	scopeOf(screen.Draft):         {everywhere},
	scopeOf(screen.Routing):       {configured, lists, tabbed, previews, everywhere},
	scopeOf(screen.Rates):         {configured, lists, previews, everywhere},
	scopeOf(screen.Explain):       {planned, lists, everywhere},
	scopeOf(screen.Configuration): {configured, lists, tabbed, previews, everywhere},
	requests:                      {everywhere}, lists: {everywhere}, tabbed: {everywhere}, oneRequest: {everywhere}, previews: {everywhere}, configured: {everywhere}, planned: {everywhere},
}

func scopeOf(k screen.Kind) keys.Scope { return keys.Scope(k) }

// Roles, as the catalogue names who may.
const (
	support  = "support"
	reviewer = "reviewer"
	senior   = "senior"
	admin    = "admin"
)

// actions is everything that a person can do in the console: what keys, help,
// palette and footer know, and what a test walks.
var actions = slices.Concat(deciding, moving, manyActions)

// deciding are those about what is on a screen.
var deciding = []keys.Action{
	{
		ID: screen.Approve, Keys: []string{"a"}, Scope: requests, Role: reviewer, Danger: keys.Pays,
		Name: "approve", CLI: "request approve",
		Help: "give your yes; enter confirms, and the next request is there",
	},
	{
		ID: screen.Block, Keys: []string{"b"}, Scope: requests, Role: reviewer, Danger: keys.Stops,
		Name: "block", CLI: "request block",
		Help: "stop every further step until somebody unblocks; a digit for the reason, enter",
	},
	{
		ID: screen.Unblock, Keys: []string{"B"}, Scope: requests, Role: reviewer, Danger: keys.Pays,
		Name: "unblock", CLI: "request unblock",
		Help: "let a blocked request go on",
	},
	{
		ID: screen.MakeReady, Keys: []string{"r"}, Scope: requests, Role: reviewer, Danger: keys.Pays,
		Name: "ready", CLI: "request ready",
		Help: "bring a pending request up for review",
	},
	{
		ID: screen.Return, Keys: []string{"R"}, Scope: requests, Role: reviewer, Danger: keys.Stops,
		Name: "return", CLI: "request return",
		Help: "send a ready request back to pending; its approvals are void",
	},
	{
		ID: screen.UndoApproval, Keys: []string{"U"}, Scope: requests, Role: reviewer, Danger: keys.Stops,
		Name: "undo approval", CLI: "request undo-approval",
		Help: "take an approval back while nothing is allocated",
	},
	{
		ID: screen.OpenPlan, Keys: []string{"A"}, Scope: planned,
		Name: "plan", CLI: "request plan",
		Help: "see where automatic allocation would send the money and why, and allocate",
	},
	{
		ID: screen.OpenExplain, Keys: []string{"H"}, Scope: planned,
		Name: "explain", CLI: "request plan",
		Help: "how it would be routed: which branch, which routes are out and why, in which order",
	},
	{
		ID: screen.OpenSplit, Keys: []string{"x"}, Scope: requests, Role: reviewer, Danger: keys.Final,
		Name: "split", CLI: "request split",
		Help: "replace a request by parts, each approved and paid on its own",
	},
	{
		ID: screen.OpenMerge, Keys: []string{"m"}, Scope: requests, Role: reviewer, Danger: keys.Final,
		Name: "merge", CLI: "request merge",
		Help: "join other requests of the customer to this one",
	},
	{
		ID: screen.Cancel, Keys: []string{"C"}, Scope: requests, Role: reviewer, Danger: keys.Final,
		Name: "cancel", CLI: "request cancel",
		Help: "call a request off for good; the word is typed",
	},
	{
		ID: screen.Release, Keys: []string{"F"}, Scope: requests, Role: reviewer, Danger: keys.Stops,
		Name: "release", CLI: "request release",
		Help: "take a request whose payouts all failed back to approved, free for a new plan",
	},
	{
		ID: screen.Edit, Keys: []string{"e"}, Scope: oneRequest, Role: reviewer, Danger: keys.Noted,
		Name: "change", CLI: "request set",
		Help: "change instrument and description before an approval",
	},
	{
		ID: screen.Comment, Keys: []string{"t"}, Scope: requests, Role: support, Danger: keys.Noted,
		Name: "comment", CLI: "request comment",
		Help: "write on the timeline, for colleagues",
	},
	{
		ID: screen.Copy, Keys: []string{"y"}, Scope: requests,
		Name: "copy id", CLI: "request show",
		Help: "send the request's id to the terminal's clipboard (OSC 52)",
	},
	{
		ID: screen.CopyMenu, Keys: []string{"Y"}, Scope: requests,
		Name: "copy …", CLI: "request show",
		Help: "copy id, reference, customer, instrument, a link or a command line; :show prints what was copied",
	},

	{
		ID: screen.Process, Keys: []string{"P"}, Scope: planned, Role: reviewer, Danger: keys.Pays,
		Name: "process", CLI: "allocation process",
		Help: "send what is allocated to the providers",
	},
	{
		ID: screen.NewAllocation, Keys: []string{"N"}, Scope: oneRequest, Role: reviewer, Danger: keys.Noted,
		Name: "allocate by hand", CLI: "request allocate",
		Help: "choose yourself how much goes where",
	},
	{
		ID: screen.CancelAllocation, Keys: []string{"X"}, Scope: oneRequest, Role: reviewer, Danger: keys.Stops,
		Name: "cancel allocation", CLI: "allocation cancel",
		Help: "call off the allocation under the cursor before a worker takes it",
	},
	{
		ID: screen.Claim, Keys: []string{"o"}, Scope: requests, Role: reviewer, Danger: keys.Noted,
		Name: "claim", CLI: "request claim",
		Help: "say that you are at work on it, or not any more; others are asked before they act on it",
	},
	{
		ID: screen.ToPayee, Keys: []string{"g p"}, Scope: requests,
		Name: "payee", CLI: "customer show",
		Help: "the customer who asks: instruments, exposure, all requests, earlier blocks",
	},
	{
		ID: screen.Verify, Keys: []string{"v"}, Scope: scopeOf(screen.Payee), Role: reviewer, Danger: keys.Pays,
		Name: "verify", CLI: "instrument verify",
		Help: "vouch for the instrument under the cursor, which somebody else added",
	},
	{
		ID: screen.SetPayouts, Keys: []string{"p"}, Scope: scopeOf(screen.Payee), Role: reviewer, Danger: keys.Stops,
		Name: "payouts on or off", CLI: "customer set",
		Help: "stop payouts to the customer, or allow them again; what is at a provider goes on",
	},
	{
		ID: screen.LookUp, Keys: []string{"L"}, Scope: oneRequest, Role: reviewer, Danger: keys.Noted,
		Name: "ask provider", CLI: "payout lookup",
		Help: "ask the provider how a payout ended",
	},
	{
		ID: screen.Settle, Keys: []string{"S"}, Scope: oneRequest, Role: senior, Danger: keys.Final,
		Name: "settle", CLI: "request settle",
		Help: "state how an unknown payout ended, decide a conflict, or settle short; the word is typed",
	},
	{
		ID: screen.TakeBack, Keys: []string{"V"}, Scope: oneRequest, Role: senior, Danger: keys.Final,
		Name: "take back", CLI: "payout cancel",
		Help: "ask the provider to take back what it has paid; the word is typed",
	},
	{
		ID: screen.PayAgain, Keys: []string{"E"}, Scope: oneRequest, Role: reviewer, Danger: keys.Stops,
		Name: "pay again", CLI: "request pay-again",
		Help: "make a new pending request of money that came back after it was paid",
	},
	{
		ID: screen.WithdrawComment, Keys: []string{"T"}, Scope: oneRequest, Role: support, Danger: keys.Noted,
		Name: "withdraw comment", CLI: "request comment",
		Help: "take your comment under the cursor back; a tombstone stays",
	},
	{
		ID: screen.WhatChanged, Keys: []string{"D"}, Scope: oneRequest,
		Name: "what changed", CLI: "request timeline",
		Help: "what has changed since you opened the request",
	},
	{
		ID: screen.NextRequest, Keys: []string{"J"}, Scope: oneRequest,
		Name: "next", CLI: "request show",
		Help: "the next request of the queue, without going back",
	},
	{
		ID: screen.PreviousRequest, Keys: []string{"K"}, Scope: oneRequest,
		Name: "previous", CLI: "request show",
		Help: "the request before it in the queue",
	},

	{
		ID: screen.Filter, Keys: []string{"/"}, Scope: tabbed,
		Name: "filter", CLI: "request list --filter",
		Help: "narrow the view, or a request's timeline, as you type; up recalls earlier filters, esc restores",
	},
	{
		ID: screen.Sort, Keys: []string{"s"}, Scope: sortable,
		Name: "sort", CLI: "request list --sort",
		Help: "choose the order of the list",
	},
	{
		ID: screen.Columns, Keys: []string{"c"}, Scope: scopeOf(screen.Queue),
		Name: "columns", CLI: "request list --columns",
		Help: "choose, order and size what the view shows, with its requests as a sample; it is remembered",
	},
	{
		ID: screen.SavedViews, Keys: []string{"0"}, Scope: scopeOf(screen.Queue),
		Name: "saved views", CLI: "view list",
		Help: "choose one of the saved views: 0 and its digit",
	},
	{
		ID: screen.Export, Keys: []string{"w"}, Scope: written,
		Name: "export", CLI: "export requests",
		Help: "write what is marked, or all that view and filter show, to a file; of a request its timeline or its customer's requests, of a batch the rows of its file",
	},
	{
		ID: screen.SaveView, Keys: []string{"W"}, Scope: scopeOf(screen.Queue),
		Name: "save view", CLI: "view create",
		Help: "keep filter and order as a view of yours or of everybody; change, share or delete one that is saved",
	},
	{
		ID: screen.ShowNew, Keys: []string{"."}, Scope: scopeOf(screen.Queue),
		Name: "show new",
		Help: "show what came in above since the list was read",
	},
	{
		ID: screen.PreviewDown, Keys: []string{"}"}, Scope: previews, Moves: true,
		Name: "preview down",
		Help: "scroll what stands beside or below the list",
	},
	{
		ID: screen.PreviewUp, Keys: []string{"{"}, Scope: previews, Moves: true,
		Name: "preview up",
		Help: "scroll it back",
	},
	{
		ID: screen.Create, Scope: scopeOf(screen.Queue), Role: reviewer, Danger: keys.Noted,
		Name: "new request", CLI: "request create",
		Help: "take in a request for a customer",
	},

	{
		ID: screen.AllocateNow, Keys: []string{"enter"}, Scope: scopeOf(screen.Allocate),
		Role: reviewer, Danger: keys.Noted,
		Name: "allocate as shown", CLI: "request auto-allocate",
		Help: "allocate as the plan shows, or hear what moved since; nothing is sent yet",
	},

	{
		ID: screen.SplitNow, Keys: []string{"ctrl+s"}, Scope: scopeOf(screen.Split),
		Role: reviewer, Danger: keys.Final,
		Name: "review and split", CLI: "request split",
		Help: "see what would happen, and then split",
	},
	{
		ID: screen.AddPart, Keys: []string{"+"}, Scope: scopeOf(screen.Split),
		Name: "add", CLI: "request split",
		Help: "one more part, of what is left",
	},
	{
		ID: screen.DropPart, Keys: []string{"-"}, Scope: scopeOf(screen.Split),
		Name: "remove", CLI: "request split",
		Help: "leave out the part under the cursor",
	},
	{
		ID: screen.EvenParts, Keys: []string{"e"}, Scope: scopeOf(screen.Split),
		Name: "even parts", CLI: "request split",
		Help: "share the amount evenly among the parts there are",
	},
	{
		ID: screen.CapParts, Keys: []string{"c"}, Scope: scopeOf(screen.Split),
		Name: "cap", CLI: "request split",
		Help: "parts of at most the amount under the cursor",
	},
	{
		ID: screen.RestHere, Keys: []string{"r"}, Scope: scopeOf(screen.Split),
		Name: "rest here", CLI: "request split",
		Help: "put what is left into the part under the cursor",
	},
	{
		ID: screen.Propose, Keys: []string{"p"}, Scope: scopeOf(screen.Split),
		Name: "propose", CLI: "request split",
		Help: "the next proposal: by the limits of gateways, by what it was merged from, in halves",
	},

	{
		ID: screen.MergeNow, Keys: []string{
			"enter",
			"ctrl+s",
		}, Scope: scopeOf(screen.Merge), Role: reviewer, Danger: keys.Final,
		Name: "review and merge", CLI: "request merge",
		Help: "see what would happen, and then merge",
	},
	{
		ID: screen.Pick, Keys: []string{"space"}, Scope: scopeOf(screen.Merge),
		Name: "pick", CLI: "request merge",
		Help: "pick the request under the cursor, or leave it out again",
	},
	{
		ID: screen.MakeTarget, Keys: []string{"T"}, Scope: scopeOf(screen.Merge),
		Name: "make target", CLI: "request merge",
		Help: "merge into the request under the cursor instead",
	},

	{
		ID: screen.Open, Keys: []string{"enter"}, Scope: tabbed,
		Name: "open", CLI: "request show",
		Help: "see all of what the cursor is on",
	},
	{
		ID: screen.NextTab, Keys: []string{"tab"}, Scope: tabbed,
		Name: "next tab",
		Help: "the next view or tab",
	},
	{
		ID: screen.PreviousTab, Keys: []string{"shift+tab"}, Scope: tabbed,
		Name: "previous tab",
		Help: "the view or tab before",
	},
	tabAction(1), tabAction(2), tabAction(3), tabAction(4), tabAction(5),
	tabAction(6), tabAction(7), tabAction(8), tabAction(9),

	{
		ID: screen.EditText, Keys: []string{"e"}, Scope: configured, Role: admin,
		Name: "edit as text", CLI: "apply -f",
		Help: "change it as YAML or JSON; it is checked, and what would change is shown first",
	},
	{
		ID: screen.NewText, Keys: []string{"N"}, Scope: configured, Role: admin,
		Name: "new", CLI: "apply -f",
		Help: "write a new one as text; nothing is kept before it was checked and shown",
	},
	{
		ID: screen.Restore, Keys: []string{"R"}, Scope: scopeOf(screen.Routing), Role: admin, Danger: keys.PaysMany,
		Name: "restore", CLI: "scheme restore",
		Help: "let the revision under the cursor count again, as a new one",
	},
	{
		ID: screen.SetRate, Keys: []string{"s"}, Scope: scopeOf(screen.Rates), Role: admin, Danger: keys.PaysMany,
		Name: "set rate", CLI: "rate set",
		Help: "enter what the source says of the pair under the cursor from now on",
	},
	{
		ID: screen.WhatIf, Keys: []string{"w"}, Scope: scopeOf(screen.Rates),
		Name: "what if", CLI: "rate quote",
		Help: "type an amount: what would be paid for it, with its rounding",
	},
	{
		ID: screen.KeepDraft, Keys: []string{"ctrl+s"}, Scope: scopeOf(screen.Draft), Role: admin, Danger: keys.PaysMany,
		Name: "check and keep", CLI: "apply -f",
		Help: "check the text and see what would change; enter there keeps it",
	},
	{
		ID: screen.PauseUse, Keys: []string{"p"}, Scope: configured, Role: admin, Danger: keys.Stops,
		Name: "pause", CLI: "gateway pause",
		Help: "let nothing leave through the account, with a reason, or disable the route",
	},
	{
		ID: screen.ResumeUse, Keys: []string{"r"}, Scope: configured, Role: admin, Danger: keys.PaysMany,
		Name: "resume", CLI: "gateway resume",
		Help: "let the account pay again, or enable the route",
	},
	{
		ID: screen.Archive, Keys: []string{"X"}, Scope: configured, Role: admin, Danger: keys.Final,
		Name: "archive", CLI: "gateway archive",
		Help: "take the account or the route out of every list; its record stays",
	},
	{
		ID: screen.Sync, Keys: []string{"s"}, Scope: scopeOf(screen.Gateways), Role: admin, Danger: keys.Noted,
		Name: "ask for the balance", CLI: "gateway sync",
		Help: "ask the provider now what the account holds",
	},
	{
		ID: screen.SetBalance, Keys: []string{"b"}, Scope: scopeOf(screen.Gateways), Role: admin, Danger: keys.Noted,
		Name: "set the balance", CLI: "gateway balance",
		Help: "say what the account holds and how you know, where the provider cannot be asked",
	},
}

func tabAction(i int) keys.Action {
	n := text.Safe(screen.Int(i))
	return keys.Action{
		ID: screen.ShowTab(i), Keys: []string{string(n)}, Scope: tabbed, Name: "tab " +
			n, Help: "the view or tab with this number",
	}
}

// destinations are the actions that lead to a screen about no request.
var destinations = map[keys.ID]screen.Kind{
	screen.ToGateways: screen.Gateways, screen.ToBatches: screen.Batches, screen.ToConfiguration: screen.Configuration,
	screen.ToRouting: screen.Routing, screen.ToRates: screen.Rates,
	screen.ToJobs: screen.Jobs, screen.ToCustomers: screen.Customers, screen.ToMetrics: screen.Metrics, screen.ToAttention: screen.Attention,
}

// journeys are the actions that lead to a screen about the request.
var journeys = map[keys.ID]screen.Kind{
	screen.OpenPlan: screen.Allocate, screen.NewAllocation: screen.Allocate,
	screen.OpenSplit: screen.Split, screen.OpenMerge: screen.Merge, screen.OpenExplain: screen.Explain,
}

// Actions lists everything that a person can do in the console, with other keys
// for those that are named.
func Actions(other map[keys.ID][]string) ([]keys.Action, error) {
	c, err := catalogueWith(other)
	if err != nil {
		return nil, err
	}
	return c.Actions(), nil
}

// catalogueWith is the catalogue with other keys. What does not fit is named.
func catalogueWith(other map[keys.ID][]string) (*keys.Catalogue, error) {
	c, err := keys.New(actions, allFalls())
	if err != nil {
		return nil, err
	}
	if c, err = c.Remap(other); err != nil {
		return nil, engine.Errorf(engine.Invalid, "the keys do not fit: %s",
			strings.ReplaceAll(err.Error(), "\n", "; ")).Or("purser actions lists what there is")
	}
	return c, nil
}
