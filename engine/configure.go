package engine

import (
	"context"
	"encoding/json"
	"fmt"
)

// Configure changes properties of one configured object: patch is a JSON merge
// patch (RFC 7396) of it, as a configuration file writes it. seen is the
// revision of the configuration that the caller looked at, 0 if they did not
// look; if anything was configured since, it fails with [Stale].
func (e *Engine) Configure(ctx context.Context, c Caller, kind, id string, seen int64, patch []byte) (changed []ConfigChange, err error) {
	_, err = e.do(ctx, c, mark("configure", kind, id, string(patch)), func(w *work) error {
		if err := MayConfigure(w.actor); err != nil {
			return err
		}
		w.result = id
		was, ok := find(w.config.objects(), kind, id)
		if !ok {
			return Errorf(NotFound, "there is no such %s", kind).Or("purser %s list tells which there are", kind)
		}
		if seen != 0 && seen != w.config.Revision {
			return Errorf(Stale, "the configuration is at revision %d, not %d", w.config.Revision, seen).Or("look at it again")
		}
		file, err := patched(was, patch)
		if err != nil {
			return err
		}
		changed, err = w.apply(file, false)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot change %s %s: %w", kind, id, err)
	}
	return changed, nil
}

// sections names the part of a configuration file that holds objects of a kind.
var sections = map[string]string{
	KindPoint: "points", KindService: "services", KindGateway: "gateways", KindRoute: "routes", KindReviewer: "reviewers",
	KindScheme: "schemes", KindRates: "rates", KindSource: "sources",
}

// patched is a configuration file with one object as a patch leaves it.
func patched(was configObject, patch []byte) (f ConfigFile, err error) {
	section, ok := sections[was.kind]
	if !ok {
		return f, Errorf(Internal, "a %s is in no section", was.kind)
	}
	var properties map[string]json.RawMessage
	if err := json.Unmarshal(patch, &properties); err != nil || properties == nil {
		return f, invalid("properties", "what is to change of it cannot be read")
	}
	for _, fixed := range []string{"id", "balance"} {
		if _, ok := properties[fixed]; ok && fixed == "balance" {
			return f, invalid(fixed, "the balance is no setting").Or("purser gateway balance sets it")
		} else if ok {
			return f, invalid(fixed, "an id never changes")
		}
	}
	body, err := mergePatch(was.body, patch)
	if err != nil {
		return f, err
	}
	return ReadConfigFile(mustJSON(map[string][]json.RawMessage{section: {body}}))
}

// mergePatch is RFC 7396: null removes a property, objects are merged, all else
// replaces what was there.
func mergePatch(target, patch json.RawMessage) (json.RawMessage, error) {
	var changed map[string]json.RawMessage
	if json.Unmarshal(patch, &changed) != nil || changed == nil {
		return patch, nil
	}
	merged := map[string]json.RawMessage{}
	if json.Unmarshal(target, &merged) != nil || merged == nil {
		merged = map[string]json.RawMessage{}
	}
	for name, value := range changed {
		if string(value) == "null" {
			delete(merged, name)
			continue
		}
		value, err := mergePatch(merged[name], value)
		if err != nil {
			return nil, err
		}
		merged[name] = value
	}
	return json.Marshal(merged)
}
