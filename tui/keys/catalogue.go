// Package keys says what the keyboard means.
//
// The nouns are [Action], everything a person can do with all that help,
// palette, footer, documentation and record say about it; [Catalogue], the
// table of them; [Trigger], which guards the decision of two keys; and
// [Repair], which makes single keys of what a terminal sends.
//
// Invariants: in no place does one key mean two things, nor start a sequence
// where it means something alone; a catalogue that breaks this is not made.
// Keys that arrive together move the cursor or do nothing.
//
// It refuses to know what an action does, whether it is possible now, and time.
package keys

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine/text"
)

// An ID names an action in configuration and in the record.
type ID string

// A Scope is a place where keys have a meaning: a screen, a list, a dialog.
type Scope string

// A Danger is how an action has to be confirmed.
type Danger string

// The dangers, from none to what is final.
const (
	Harmless Danger = ""      // look around
	Noted    Danger = "note"  // can be undone at once: comment, claim
	Stops    Danger = "hold"  // stops something: block
	Pays     Danger = "money" // brings one payment nearer: approve
	PaysMany Danger = "bulk"  // the same for many
	Final    Danger = "final" // cannot be taken back: split, merge, cancel
)

// An Action is something a person can do.
type Action struct {
	ID     ID
	Keys   []string // as [Name] spells them; "g q" is g, then q; the first is the one shown
	Scope  Scope
	Role   string // the least role that may; "" for everybody
	Danger Danger
	Name   text.Safe // a word or two, for footer and palette
	Help   text.Safe // a sentence
	CLI    string    // the command line that does the same; "" where there is none
	Moves  bool      // only moves the cursor, and so may come in bursts
}

// Falls says where a key goes that means nothing in a scope: to which other
// scopes, in that order. A modal scope has none.
type Falls map[Scope][]Scope

// A Catalogue is the table of all actions. It never changes.
type Catalogue struct {
	actions []Action
	falls   Falls
	in      map[Scope][]Action
}

// New makes a catalogue. The error names everything wrong with it: keys that
// mean two things in one place, keys no terminal sends, ids used twice.
func New(actions []Action, falls Falls) (*Catalogue, error) {
	c := &Catalogue{actions: slices.Clone(actions), falls: falls, in: map[Scope][]Action{}}
	for _, scope := range c.scopes() {
		c.in[scope] = c.within(scope)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return c, nil
}

// Remap returns the catalogue with other keys for some actions. The error
// names unknown actions and clashes, so that it can be told at start.
func (c *Catalogue) Remap(keys map[ID][]string) (*Catalogue, error) {
	var unknown []error
	actions := slices.Clone(c.actions)
	for _, id := range slices.Sorted(maps.Keys(keys)) {
		i := slices.IndexFunc(actions, func(a Action) bool { return a.ID == id })
		if i < 0 {
			unknown = append(unknown, fmt.Errorf("keys for %q: there is no such action", id))
			continue
		}
		actions[i].Keys = keys[id]
	}
	if err := errors.Join(unknown...); err != nil {
		return nil, err
	}
	return New(actions, c.falls)
}

// Actions returns all actions in the order of the table.
func (c *Catalogue) Actions() []Action { return slices.Clone(c.actions) }

// Action returns the action of that id.
func (c *Catalogue) Action(id ID) (Action, bool) {
	i := slices.IndexFunc(c.actions, func(a Action) bool { return a.ID == id })
	if i < 0 {
		return Action{}, false
	}
	return c.actions[i], true
}

// In returns the actions whose keys have a meaning in scope, its own first. The
// slice is the catalogue's own: it is not to be changed.
func (c *Catalogue) In(scope Scope) []Action { return c.in[scope] }

func (c *Catalogue) within(scope Scope) []Action {
	var found []Action
	for _, s := range append([]Scope{scope}, c.falls[scope]...) {
		for _, a := range c.actions {
			if a.Scope == s {
				found = append(found, a)
			}
		}
	}
	return found
}

// scopes are those of actions and those that keys fall from, in order.
func (c *Catalogue) scopes() []Scope {
	seen := map[Scope]bool{}
	for _, a := range c.actions {
		seen[a.Scope] = true
	}
	for scope := range c.falls {
		seen[scope] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// Moves returns what [Repair] asks: whether a key only moves in scope.
func (c *Catalogue) Moves(scope Scope) func(key string) bool {
	return func(key string) bool {
		a, _ := c.lookup(scope, []string{key})
		return a.Moves
	}
}

// lookup returns the action that the keys mean in scope, or else those whose
// sequence goes on from there.
func (c *Catalogue) lookup(scope Scope, typed []string) (found Action, next []Action) {
	for _, a := range c.In(scope) {
		for _, k := range a.Keys {
			sequence := strings.Fields(k)
			switch {
			case len(sequence) < len(typed) || !slices.Equal(sequence[:len(typed)], typed):
			case len(sequence) == len(typed):
				return a, nil
			default:
				next = append(next, a)
			}
		}
	}
	return Action{}, next
}

func (c *Catalogue) check() error {
	var wrong []error
	seen := map[ID]bool{}
	for _, a := range c.actions {
		if seen[a.ID] || a.ID == "" {
			wrong = append(wrong, fmt.Errorf("action %q: the id is empty or used twice", a.ID))
		}
		seen[a.ID] = true
		if a.Moves && a.Danger != Harmless {
			wrong = append(wrong, fmt.Errorf("action %q: what moves must be harmless", a.ID))
		}
		for _, k := range a.Keys {
			sequence := strings.Fields(k)
			unknown := func(k string) bool { return !valid(k) }
			if len(sequence) == 0 || slices.ContainsFunc(sequence, unknown) {
				wrong = append(wrong,
					fmt.Errorf("key %q for %s: no terminal sends it reliably", k, a.ID))
			}
		}
	}
	told := map[[3]string]bool{}
	for _, scope := range c.scopes() {
		wrong = append(wrong, c.clashes(scope, told)...)
	}
	return errors.Join(wrong...)
}

// clashes names the keys that mean two things in scope and were not told yet.
func (c *Catalogue) clashes(scope Scope, told map[[3]string]bool) []error {
	type use struct {
		sequence []string
		by       ID
	}
	var uses []use
	var wrong []error
	for _, a := range c.In(scope) {
		for _, k := range a.Keys {
			mine := strings.Fields(k)
			for _, other := range uses {
				n := min(len(mine), len(other.sequence))
				clash := [3]string{k, string(other.by), string(a.ID)}
				if n == 0 || told[clash] || !slices.Equal(mine[:n], other.sequence[:n]) {
					continue
				}
				told[clash] = true
				wrong = append(wrong, fmt.Errorf("key %q of %s clashes with %q of %s in %s",
					k, a.ID, strings.Join(other.sequence, " "), other.by, scope))
			}
			uses = append(uses, use{mine, a.ID})
		}
	}
	return wrong
}
