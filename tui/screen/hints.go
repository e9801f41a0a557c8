package screen

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui/keys"
)

// HintsFor lists the decisions that a request most likely waits for.
func HintsFor(r engine.Request) []keys.ID {
	if r.Block != nil {
		return []keys.ID{Unblock, Comment}
	}
	switch r.Status {
	case engine.RequestPending:
		return []keys.ID{MakeReady, Block, OpenSplit}
	case engine.RequestReady:
		return []keys.ID{Approve, Block, Return}
	case engine.RequestApproved:
		return []keys.ID{OpenPlan, UndoApproval, Block}
	case engine.RequestInProgress:
		return []keys.ID{Process, OpenPlan, Block}
	}
	return []keys.ID{Comment}
}
