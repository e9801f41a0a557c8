package engine

import (
	"slices"

	"github.com/purserhq/purser/engine/money"
)

// A ReviewerID names a reviewer. Operators choose it, as they choose a login.
type ReviewerID string

// ByEngine is who acts when no person does: clocks, workers, policies.
const ByEngine ReviewerID = "engine"

// A Role says what a reviewer may do. Each may all that those before it may.
type Role string

// The roles, from least to most.
const (
	RoleViewer   Role = "viewer"   // read, details masked
	RoleSupport  Role = "support"  // comment
	RoleReviewer Role = "reviewer" // review, allocate, process
	RoleSenior   Role = "senior"   // override, state outcomes, resolve conflicts, settle short
	RoleAdmin    Role = "admin"    // configuration, payments, reviewers
	roleEngine   Role = "engine"   // the engine itself; nobody can be given it
)

// Roles lists the roles that a reviewer can have, from least to most.
func Roles() []Role {
	return []Role{RoleViewer, RoleSupport, RoleReviewer, RoleSenior, RoleAdmin}
}

// WithArticle is the role in a sentence: a senior, an admin.
func (r Role) WithArticle() string {
	if r == RoleAdmin {
		return "an admin"
	}
	return "a " + string(r)
}

// AtLeast reports whether r may all that least may. An unknown role may nothing.
func (r Role) AtLeast(least Role) bool {
	if r == roleEngine {
		return true
	}
	have := slices.Index(Roles(), r)
	return have >= 0 && have >= slices.Index(Roles(), least)
}

// A Reviewer is a person with a role, acting through any door.
type Reviewer struct {
	ID      ReviewerID `json:"id"`
	Name    string     `json:"name,omitempty"`
	Role    Role       `json:"role"`
	Limits  []Limit    `json:"limits,omitempty"` // with any, only these currencies can be approved
	SSHKeys []string   `json:"sshKeys,omitempty"`
}

// A Limit is an amount of one currency.
type Limit struct {
	Currency money.Currency `json:"currency"`
	Amount   money.Number   `json:"amount"`
}

// limitIn returns the limit in currency c among limits.
func limitIn(limits []Limit, c money.Currency) (limit money.Amount, ok bool) {
	for _, l := range limits {
		if l.Currency == c {
			return l.Amount.In(c), true
		}
	}
	return money.Amount{}, false
}

// A Door is the way by which a caller came in.
type Door string

// The doors.
const (
	DoorConsole Door = "console"
	DoorSSH     Door = "ssh"
	DoorCLI     Door = "cli"
	DoorAPI     Door = "api"
	DoorEngine  Door = "engine"
)

// A Caller is who asks for a change, and how. The role is not part of it: the
// engine looks it up in the transaction that makes the change.
type Caller struct {
	By     ReviewerID
	Door   Door
	OSUser string // the operating system's user, for the record
	Key    string // idempotency key, "" for none: the same key again changes nothing
	DryRun bool   // do everything but commit

	imports bool     // a file says so: what it brings is known elsewhere
	file    ImportID // of which it is a row that was copied: what is masked in it was checked before
}

// engineCaller is the engine acting by itself.
var engineCaller = Caller{By: ByEngine, Door: DoorEngine}
