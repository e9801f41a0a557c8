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
	case engine.KindRequest, engine.KindAllocation, engine.KindPayout, engine.KindCustomer, engine.KindInstrument:
	default:
		return nil, engine.Errorf(engine.Invalid, "nothing of the kind %q is found by its id", kind)
	}
	if fragment == "" || limit <= 0 {
		return nil, nil
	}
	// kind is one of the constants above, which are the tables' names too.
	s := t.with(`SELECT id FROM `+kind+` WHERE id >= ? AND id < ? ORDER BY id LIMIT ?`,
		fragment, fragment+afterAll)
	s.BindInt(int64(limit))
	found, err := all(s, scanText)
	if err != nil || len(found) == limit {
		return found, err
	}
	tail := reversed(fragment)
	tail = tail[:min(len(tail), tailLength)]
	s = t.with(`SELECT id FROM `+kind+` WHERE `+backwards+` >= ? AND `+backwards+` < ?
		AND substr(id, -length(?)) = ? AND NOT (id >= ? AND id < ?) LIMIT ?`,
		tail, tail+afterAll, fragment, fragment, fragment, fragment+afterAll)
	s.BindInt(int64(limit - len(found)))
	ends, err := all(s, scanText)
	return append(found, ends...), err
}

// afterAll sorts after every character of an id.
const afterAll = "\x7f"

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return strings.ToValidUTF8(string(b), "")
}
