package main

import (
	"context"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
)

// longestID bounds what can be looked for by id, in characters.
const longestID = 100

// find returns the one id of a kind that a person means.
func (a *app) find(ctx context.Context, kind, fragment string) (string, error) {
	if err := text.Check("the id of the "+kind, fragment, longestID); err != nil {
		return "", engine.Errorf(engine.Invalid, "%v", err)
	}
	return a.engine.FindID(ctx, kind, fragment)
}

// request returns the request that a person means. Where a mode was asked for,
// it has to be of that mode.
func (a *app) request(ctx context.Context, fragment string) (engine.Request, error) {
	id, err := a.find(ctx, engine.KindRequest, fragment)
	if err != nil {
		return engine.Request{}, err
	}
	r, err := a.engine.Request(ctx, engine.RequestID(id))
	if err == nil && a.flags.mode != "" && a.flags.mode != string(r.Mode) {
		return r, engine.Errorf(engine.NotFound, "request %s is in %s mode", r.ID, r.Mode).
			Or("leave --mode out, or ask for that one")
	}
	return r, err
}

func (a *app) allocationID(ctx context.Context, fragment string) (engine.AllocationID, error) {
	id, err := a.find(ctx, engine.KindAllocation, fragment)
	return engine.AllocationID(id), err
}

func (a *app) instrumentID(ctx context.Context, fragment string) (engine.InstrumentID, error) {
	id, err := a.find(ctx, engine.KindInstrument, fragment)
	return engine.InstrumentID(id), err
}

// customer returns the customer that a person means: by reference or id.
func (a *app) customer(ctx context.Context, fragment string) (engine.Customer, error) {
	if err := text.Check("the customer", fragment, longestID); err != nil {
		return engine.Customer{}, engine.Errorf(engine.Invalid, "%v", err)
	}
	c, err := a.engine.Customer(ctx, fragment)
	if engine.CodeOf(err) != engine.NotFound {
		return c, err
	}
	id, err := a.find(ctx, engine.KindCustomer, fragment)
	if engine.CodeOf(err) == engine.NotFound {
		return c, engine.Errorf(engine.NotFound, "there is no customer %q", fragment).
			Or("give a reference, or an id or a unique beginning or ending of it")
	}
	if err != nil {
		return c, err
	}
	return a.engine.Customer(ctx, id)
}

// pick returns the one of the configured ids that a person means.
func pick[S ~string](noun, fragment string, ids []S) (S, error) {
	if slices.Contains(ids, S(fragment)) {
		return S(fragment), nil
	}
	var found []S
	for _, id := range ids {
		if fragment != "" && (strings.HasPrefix(string(id), fragment) || strings.HasSuffix(string(id), fragment)) {
			found = append(found, id)
		}
	}
	shown := head(fragment, longestID)
	switch len(found) {
	case 0:
		return "", engine.Errorf(engine.NotFound, "there is no %s %q", noun, text.Line(shown)).
			Or("%ss: %s", noun, orNone(ids))
	case 1:
		return found[0], nil
	default:
		return "", engine.Errorf(engine.Invalid, "%q could be more than one %s", text.Line(shown), noun).Or("%s", list(found))
	}
}

// orNone lists a few ids.
func orNone[S ~string](ids []S) string {
	const most = 12
	switch {
	case len(ids) == 0:
		return "none"
	case len(ids) > most:
		return list(ids[:most]) + ", …"
	default:
		return list(ids)
	}
}
