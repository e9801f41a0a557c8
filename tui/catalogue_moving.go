package tui

import (
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
)

// moving are the actions that mean the same on every screen: where the cursor
// goes, where one goes, and what the console itself does.
var moving = []keys.Action{
	{
		ID: screen.Down, Keys: []string{"j", "down"}, Scope: lists, Moves: true,
		Name: "down",
		Help: "one down",
	},
	{
		ID: screen.Up, Keys: []string{"k", "up"}, Scope: lists, Moves: true,
		Name: "up",
		Help: "one up",
	},
	{
		ID: screen.HalfDown, Keys: []string{"ctrl+d"}, Scope: lists, Moves: true,
		Name: "half a screen down",
		Help: "half a screen down",
	},
	{
		ID: screen.HalfUp, Keys: []string{"ctrl+u"}, Scope: lists, Moves: true,
		Name: "half a screen up",
		Help: "half a screen up",
	},
	{
		ID: screen.PageDown, Keys: []string{"pgdown"}, Scope: lists, Moves: true,
		Name: "a screen down",
		Help: "a screen down",
	},
	{
		ID: screen.PageUp, Keys: []string{"pgup"}, Scope: lists, Moves: true,
		Name: "a screen up",
		Help: "a screen up",
	},
	{
		ID: screen.Top, Keys: []string{"g g", "home"}, Scope: lists, Moves: true,
		Name: "first",
		Help: "the first",
	},
	{
		ID: screen.Bottom, Keys: []string{"G", "end"}, Scope: lists, Moves: true,
		Name: "last",
		Help: "the last",
	},

	{
		ID: screen.Help, Keys: []string{"?"}, Scope: everywhere,
		Name: "keys",
		Help: "every key that means something here, and why some are off",
	},
	{
		ID: screen.Palette, Keys: []string{":"}, Scope: everywhere,
		Name: "command",
		Help: "everything by name; :go ID, :view NAME, :theme NAME",
	},
	{
		ID: screen.Leave, Keys: []string{"esc"}, Scope: everywhere,
		Name: "back",
		Help: "close, clear the filter, or go one up",
	},
	{
		ID: screen.Quit, Keys: []string{"q"}, Scope: everywhere,
		Name: "quit",
		Help: "one up; at the top it asks whether to quit",
	},
	{
		ID: screen.Exit, Keys: []string{"ctrl+c"}, Scope: everywhere,
		Name: "leave purser",
		Help: "stops the run on the screen; elsewhere asks whether to quit; twice quits",
	},
	{
		ID: screen.Undo, Keys: []string{"z"}, Scope: everywhere, Role: reviewer, Danger: keys.Stops,
		Name: "undo", CLI: "request undo-approval",
		Help: "take your last decision back",
	},
	{
		ID: screen.UndoList, Keys: []string{"Z"}, Scope: everywhere, Role: reviewer, Danger: keys.Stops,
		Name: "undo one of", CLI: "request undo-approval",
		Help: "all of your decisions that can perhaps still be taken back",
	},
	{
		ID: screen.CommandLine, Keys: []string{"!"}, Scope: everywhere,
		Name: "command line",
		Help: "the command line that does what you did last",
	},
	{
		ID: screen.ToQueue, Keys: []string{"g q"}, Scope: everywhere,
		Name: "to the queue",
		Help: "back to the queue from anywhere",
	},
	{
		ID: screen.ToAttention, Keys: []string{"g a"}, Scope: everywhere,
		Name: "attention", CLI: "attention",
		Help: "all that a person must look at, in lanes, with the next step and who can take it",
	},
	{
		ID: screen.ToCustomers, Keys: []string{"g u"}, Scope: everywhere,
		Name: "customers", CLI: "customer list",
		Help: "everybody who is paid, found by reference, name or email address as one types",
	},
	{
		ID: screen.ToMetrics, Keys: []string{"g m"}, Scope: everywhere,
		Name: "metrics", CLI: "metrics",
		Help: "how the work goes: the queue, times to review, approvals, blocks, gateways, your day",
	},
	{
		ID: screen.ToGateways, Keys: []string{"g w"}, Scope: everywhere,
		Name: "gateways", CLI: "gateway list",
		Help: "the accounts that money leaves from: what they hold, their limits, how they fare",
	},
	{
		ID: screen.ToRouting, Keys: []string{"g r"}, Scope: everywhere,
		Name: "routing", CLI: "scheme list",
		Help: "routing schemes as trees, their revisions, and what each changed",
	},
	{
		ID: screen.ToRates, Keys: []string{"g x"}, Scope: everywhere,
		Name: "rates", CLI: "rate list",
		Help: "exchange rates: what sources say, what schemes make of it, and what an amount would come to",
	},
	{
		ID: screen.ToConfiguration, Keys: []string{"g c"}, Scope: everywhere,
		Name: "configuration", CLI: "export config",
		Help: "points, services with their fields, routes, reviewers",
	},
	{
		ID: screen.Earlier, Keys: []string{"["}, Scope: everywhere,
		Name: "earlier request", CLI: "request show",
		Help: "the request that you looked at before",
	},
	{
		ID: screen.Later, Keys: []string{"]"}, Scope: everywhere,
		Name: "later request", CLI: "request show",
		Help: "and forth again",
	},
	{
		ID: screen.Reload, Keys: []string{"ctrl+r"}, Scope: everywhere,
		Name: "read again",
		Help: "read what is shown from the store again",
	},
	{
		ID: screen.Redraw, Keys: []string{"ctrl+l"}, Scope: everywhere,
		Name: "redraw",
		Help: "draw the screen anew, should something have written over it",
	},
	{
		ID: screen.Mouse, Keys: []string{"M"}, Scope: everywhere,
		Name: "mouse",
		Help: "listen to the mouse, or leave it to the terminal for selecting text",
	},
	{
		ID: screen.Suspend, Keys: []string{"ctrl+z"}, Scope: everywhere,
		Name: "suspend",
		Help: "back to the shell for a while; fg returns",
	},
}
