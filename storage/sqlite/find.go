package sqlite

import (
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
)

// tailLength is how many characters of an id's end are indexed, the last one
// first.
const tailLength = 6

// backwards is the indexed expression, as the schema has it.
const backwards = `(substr(id,-1)||substr(id,-2,1)||substr(id,-3,1)||substr(id,-4,1)||substr(id,-5,1)||substr(id,-6,1))`

// Find implements engine.ReadTx.
func (t *reader) Find(kind, fragment string, limit int) ([]string, error) {
	switch kind {
	case engine.KindRequest, engine.KindAllocation, engine.KindPayout, engine.KindCustomer, engine.KindInstrument,
		engine.KindRun, engine.KindBatch, engine.KindImport:
	default:
		return nil, engine.Errorf(engine.Invalid, "nothing of the kind %q is found by its id", kind)
	}
	if fragment == "" || limit <= 0 {
		return nil, nil
	}
	s := t.with(findBeginning(kind), fragment, fragment+afterAll)
	s.BindInt(int64(limit))
	found, err := all(s, scanText)
	if err != nil || len(found) == limit {
		return found, err
	}
	tail := reversed(fragment)
	tail = tail[:min(len(tail), tailLength)]
	s = t.with(findEnding(kind), tail, tail+afterAll, fragment, fragment, fragment+afterAll)
	s.BindInt(int64(limit - len(found)))
	ends, err := all(s, scanText)
	return append(found, ends...), err
}

// The kinds are the tables' names too.

func findBeginning(kind string) string {
	return `SELECT id FROM ` + kind + ` WHERE id >= ? AND id < ? ORDER BY id LIMIT ?`
}

func findEnding(kind string) string {
	return `SELECT id FROM ` + kind + ` WHERE ` + backwards + ` >= ?1 AND ` + backwards + ` < ?2
		AND substr(id, -length(?3)) = ?3 AND NOT (id >= ?4 AND id < ?5) LIMIT ?6`
}

// afterAll sorts after every character of an id.
const afterAll = "\x7f"

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return strings.ToValidUTF8(string(b), "")
}
