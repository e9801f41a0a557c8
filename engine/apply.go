package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/purserhq/purser/engine/money"
)

// A ConfigChange is what applying a file does to one object.
type ConfigChange struct {
	Kind, ID string
	Op       ConfigOp
	Changes  []Change
}

// A ConfigOp is what happens to an object.
type ConfigOp string

// The operations.
const (
	ConfigCreate  ConfigOp = "create"
	ConfigUpdate  ConfigOp = "update"
	ConfigArchive ConfigOp = "archive"
)

// Apply brings the desk's configuration to what a file says, in one
// transaction, and returns what changed; applying the same again changes
// nothing. With prune, what the file does not name of the kinds that it holds
// is taken out of use. A caller's DryRun only plans.
func (e *Engine) Apply(ctx context.Context, c Caller, f ConfigFile, prune bool) (changed []ConfigChange, err error) {
	_, err = e.do(ctx, c, mark("apply", string(mustJSON(f)), prune), func(w *work) error {
		if err := MayConfigure(w.actor); err != nil {
			return err
		}
		changed, err = w.apply(f, prune)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot apply the configuration: %w", err)
	}
	return changed, nil
}

// apply is the inside of Apply.
func (w *work) apply(f ConfigFile, prune bool) (changed []ConfigChange, err error) {
	want, err := f.objects()
	if err != nil {
		return nil, err
	}
	have := w.config.objects()
	if prune {
		want = append(want, w.config.pruned(f, want)...)
	}
	after := merged(have, want, prune, f)
	if err := checkConfig(after); err != nil {
		return nil, err
	}
	for _, o := range want {
		change, err := w.bring(o, have)
		if err != nil {
			return nil, err
		}
		if change.Op != "" {
			changed = append(changed, change)
		}
	}
	gone, err := w.archive(have, after)
	return append(changed, gone...), err
}

// pruned are the accounts and routes that a file does not name although it
// names others, archived: they stay known, for payouts went through them.
func (c *Config) pruned(f ConfigFile, want []configObject) []configObject {
	var gone ConfigFile
	for _, g := range inOrder(c.Gateways) {
		if _, named := find(want, KindGateway, g.ID); !named && f.Gateways != nil {
			g.Disabled, g.Archived = true, true
			gone.Gateways = append(gone.Gateways, g)
		}
	}
	for _, r := range c.Routes {
		if _, named := find(want, KindRoute, r.ID); !named && f.Routes != nil {
			r.Disabled, r.Archived = true, true
			gone.Routes = append(gone.Routes, r)
		}
	}
	list, err := gone.objects()
	if err != nil { // what was kept can be kept
		panic(err)
	}
	return list
}

// merged is the configuration as it will be.
func merged(have, want []configObject, prune bool, f ConfigFile) []configObject {
	after := slices.Clone(want)
	named := map[string]bool{
		KindPoint: f.Points != nil, KindService: f.Services != nil, KindGateway: f.Gateways != nil,
		KindRoute: f.Routes != nil, KindReviewer: f.Reviewers != nil,
		KindScheme: f.Schemes != nil, KindRates: f.Rates != nil, KindSource: f.Sources != nil, KindView: f.Views != nil,
	}
	for _, o := range have {
		if _, again := find(want, o.kind, o.id); !again && (!prune || !named[o.kind] || private(o)) {
			after = append(after, o)
		}
	}
	return after
}

// private reports whether an object is one reviewer's own, which no file takes
// from them.
func private(o configObject) bool {
	return o.kind == KindView && string(properties(o.body)["private"]) == "true"
}

// bring keeps one object if it differs from what is kept.
func (w *work) bring(o configObject, have []configObject) (ConfigChange, error) {
	old, exists := find(have, o.kind, o.id)
	if exists && bytes.Equal(old.body, o.body) {
		return ConfigChange{}, nil
	}
	change := ConfigChange{Kind: o.kind, ID: o.id, Op: ConfigCreate}
	if exists {
		change.Op = ConfigUpdate
	}
	change.Changes = bodyChanges(old.body, o.body)
	if archives(old.body, o.body) {
		change.Op = ConfigArchive
		if err := w.idle(o); err != nil {
			return change, err
		}
	}
	if o.kind == KindGateway && !exists {
		if err := w.openBalance(o); err != nil {
			return change, err
		}
	}
	return change, w.putConfig(o.kind, o.id, old.body, o.body)
}

// archives reports whether an object is archived by becoming after.
func archives(before, after []byte) bool {
	const yes = "true"
	return string(properties(after)["archived"]) == yes && before != nil && string(properties(before)["archived"]) != yes
}

// idle refuses to archive an account from which money may still leave.
func (w *work) idle(o configObject) error {
	if o.kind != KindGateway {
		return nil
	}
	b, err := w.tx.Balance(o.id)
	if err != nil || b.Reserved.IsZero() {
		return err
	}
	return Errorf(Refused, "gateway account %s has %s in live allocations", o.id, b.Reserved.Text()).
		Or("wait for them, or cancel them")
}

// openBalance gives a new account its balance. One that was archived keeps the
// balance it had.
func (w *work) openBalance(o configObject) error {
	if _, err := w.tx.Balance(o.id); err == nil {
		return nil
	} else if CodeOf(err) != NotFound {
		return err
	}
	var g GatewayAccount
	if err := json.Unmarshal(o.body, &g); err != nil {
		return err
	}
	balance := Balance{GatewayID: o.id, Balance: money.Zero(g.Currency), Reserved: money.Zero(g.Currency)}
	if o.balance != nil {
		balance.Known, balance.Balance = true, o.balance.In(g.Currency)
	}
	return w.putBalance(balance, "gateway-balance-opened")
}

// archive takes out of use what is not in after.
func (w *work) archive(have, after []configObject) (gone []ConfigChange, err error) {
	for _, o := range have {
		if _, stays := find(after, o.kind, o.id); stays {
			continue
		}
		gone = append(gone, ConfigChange{Kind: o.kind, ID: o.id, Op: ConfigArchive})
		if err := w.putConfig(o.kind, o.id, o.body, nil); err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// putConfig keeps one object and journals what changed of it, and why.
func (w *work) putConfig(kind, id string, before, after []byte, details ...Field) error {
	w.tx.PutConfig(kind, id, after)
	if kind == KindScheme && after != nil {
		revision, err := w.revise(id, after)
		if err != nil {
			return err
		}
		details = append(details, numberField("revision", revision))
	}
	event := kind + "-modified"
	switch {
	case after == nil, archives(before, after):
		event = kind + "-archived"
	case before == nil:
		event = kind + "-created"
	}
	return w.appendDesk(kind, id, event, bodyChanges(before, after), details...)
}

// bodyChanges compares two JSON objects property by property.
func bodyChanges(before, after []byte) []Change {
	old, now := properties(before), properties(after)
	names := slices.Collect(maps.Keys(old))
	names = append(names, slices.Collect(maps.Keys(now))...)
	slices.Sort(names)
	var list []Change
	for _, name := range slices.Compact(names) {
		if was, is := string(old[name]), string(now[name]); was != is {
			list = append(list, Change{Field: name, Before: was, After: is})
		}
	}
	return list
}

func properties(body []byte) map[string]json.RawMessage {
	object := map[string]json.RawMessage{}
	if body != nil {
		if err := json.Unmarshal(body, &object); err != nil { // our own writing
			panic(err)
		}
	}
	return object
}
