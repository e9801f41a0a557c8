package main

import (
	"context"
	"slices"
	"sort"
	"strings"
	"time"

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
	request, err := a.requestOf(ctx, id)
	if err != nil {
		return engine.Payout{}, err
	}
	payouts, err := a.payoutsOf(ctx, request)
	if err != nil {
		return engine.Payout{}, err
	}
	i := slices.IndexFunc(payouts, func(p engine.Payout) bool { return string(p.ID) == id })
	if i < 0 {
		return engine.Payout{}, engine.Errorf(engine.NotFound, "request %s has no payout %s", request, id)
	}
	return payouts[i], nil
}

func (a *app) payoutsOf(ctx context.Context, r engine.RequestID) ([]engine.Payout, error) {
	d, err := a.engine.Dossier(ctx, r)
	return d.Payouts, err
}

// How the journal is searched for the entry that made a payout: entries stand
// in the order of time, and the payout's id tells the time.
const (
	clockSlack  = time.Minute // that clocks may have gone back or apart
	journalBite = 500         // entries read at a time
)

// requestOf finds the request of a payout in the journal.
func (a *app) requestOf(ctx context.Context, payout string) (engine.RequestID, error) {
	made, err := madeAt(payout)
	if err != nil {
		return "", err
	}
	after, err := a.placeBefore(ctx, made.Add(-clockSlack))
	if err != nil {
		return "", err
	}
	for {
		events, err := a.engine.Journal(ctx, after, journalBite)
		if err != nil {
			return "", err
		}
		for _, e := range events {
			if e.Subject.Kind == engine.KindPayout && e.Subject.ID == payout {
				return engine.RequestID(e.Chain), nil
			}
			after = e.Seq
		}
		if len(events) < journalBite || events[len(events)-1].At.After(made.Add(clockSlack)) {
			return "", engine.Errorf(engine.NotFound, "the journal does not tell of payout %s", payout).
				Or("give the id of its allocation")
		}
	}
}

// placeBefore is a place in the journal before which everything happened
// before t.
func (a *app) placeBefore(ctx context.Context, t time.Time) (int64, error) {
	last, err := a.engine.LastSeq(ctx)
	if err != nil {
		return 0, err
	}
	place := sort.Search(int(last), func(seq int) bool {
		events, readErr := a.engine.Journal(ctx, int64(seq), 1)
		if readErr != nil {
			err = readErr
		}
		return len(events) == 0 || !events[0].At.Before(t)
	})
	return int64(place), err
}

// madeAt is the time that an id tells: ten digits of base 32 after the prefix,
// in milliseconds.
func madeAt(id string) (time.Time, error) {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	const length, timeLength, bits = 26, 10, 5
	if len(id) < length {
		return time.Time{}, engine.Errorf(engine.NotFound, "%s tells no time", id).Or("give the id of its allocation")
	}
	var ms int64
	for _, c := range id[len(id)-length:][:timeLength] {
		ms = ms<<bits | int64(max(0, strings.IndexRune(digits, c)))
	}
	return time.UnixMilli(ms), nil
}
