package main

import (
	"context"

	"github.com/purserhq/purser/engine"
)

// payout returns the payout that a person means: by its own id, or by that of
// its allocation, which is what its provider knows it by.
func (a *app) payout(ctx context.Context, fragment string) (engine.Payout, error) {
	id, err := a.find(ctx, engine.KindPayout, fragment)
	if engine.CodeOf(err) == engine.NotFound {
		key, keyErr := a.allocationID(ctx, fragment)
		if engine.CodeOf(keyErr) == engine.NotFound {
			return engine.Payout{}, err
		}
		if keyErr != nil {
			return engine.Payout{}, keyErr
		}
		return a.engine.Payout(ctx, key)
	}
	if err != nil {
		return engine.Payout{}, err
	}
	return a.engine.PayoutByID(ctx, engine.PayoutID(id))
}

func (a *app) payoutsOf(ctx context.Context, r engine.RequestID) ([]engine.Payout, error) {
	d, err := a.engine.Dossier(ctx, r)
	return d.Payouts, err
}
