package engine

import (
	"context"
	"slices"

	"github.com/purserhq/purser/engine/text"
)

// Block stops every move of a request until somebody lifts it; what is already
// at a provider goes on. It is never refused because the request changed
// meanwhile: stopping must not be slow.
func (e *Engine) Block(ctx context.Context, c Caller, id RequestID, reason BlockReason, description string) (Request, error) {
	return e.change(ctx, c, VerbBlock, id, anyVersion, mark(VerbBlock, id, reason, description), func(d *deed) error {
		return d.block(reason, description)
	})
}

func (d *deed) block(reason BlockReason, description string) error {
	if err := checkBlock(reason, description); err != nil {
		return err
	}
	description = text.Masked(description)
	d.r.Block = &Block{Reason: reason, Description: description, By: d.actor.ID, At: d.now}
	d.details = append(d.details, textField("reason", string(reason)), textField("description", description))
	return nil
}

func checkBlock(reason BlockReason, description string) error {
	if !slices.Contains(BlockReasons(), reason) {
		return invalid("blockReason", "%q is no reason to block", reason).
			Or("reasons: %s", orNone(words(BlockReasons())))
	}
	return checkDescription(description)
}

// Unblock lifts a block.
func (e *Engine) Unblock(ctx context.Context, c Caller, id RequestID, seen int) (Request, error) {
	return e.change(ctx, c, VerbUnblock, id, seen, mark(VerbUnblock, id), (*deed).unblock)
}

func (d *deed) unblock() error {
	allocations, err := d.tx.Allocations(d.r.ID)
	if err == nil {
		d.afterwards(endedSince(allocations, d.r.Block.At)...)
	}
	d.r.Block = nil
	return err
}
