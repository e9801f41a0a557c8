package sqlite

import (
	"cmp"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// A walk is how the places of a page are found: along one index, once for each
// of its arms, which differ in the value of one column, or among given rows. We
// name the index, for SQLite plans without knowing a rare status from a common
// one.
type walk struct {
	index string  // "" among rows
	among string  // what all rows of the index are; "" if it has every request
	rows  []int64 // those to choose from, where there is no index
	key   string  // the column to sort by
	down  bool    // towards smaller keys
	after engine.Cursor
	until engine.Cursor // the last place to look at; zero for the end
	limit int           // of places

	fits []term // what the index knows of a row
	rest []term // what is only known once the row is read

	armColumn string // "" for one arm
	arms      []string
	byArm     []term // what is known by the arms
}

// places returns the places of all arms in the order of the walk, up to the
// limit.
func (t *reader) places(w walk) ([]engine.Cursor, error) {
	if w.armColumn == "" {
		return t.arm(w, "")
	}
	var places []engine.Cursor
	for _, arm := range w.arms {
		found, err := t.arm(w, arm)
		if err != nil {
			return nil, err
		}
		places = append(places, found...)
	}
	if len(w.arms) > 1 {
		slices.SortFunc(places, w.compare)
	}
	return places[:min(len(places), w.limit)], nil
}

// compare tells which of two places the walk comes to first.
func (w walk) compare(a, b engine.Cursor) int {
	if w.down {
		a, b = b, a
	}
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Row, b.Row))
}

// arm returns the places of one arm.
func (t *reader) arm(w walk, arm string) (places []engine.Cursor, err error) {
	for _, s := range w.stretches() {
		found, err := all(t.bound(w, arm, s, w.key+", row", w.limit-len(places), 0), scanCursor)
		if places = append(places, found...); err != nil || len(places) == w.limit {
			return places, err
		}
	}
	return places, nil
}

// horizon returns the place that is so many places of the index on, whether or
// not what is there passes the filter; zero if the index ends before.
func (t *reader) horizon(w walk, places int) (horizon engine.Cursor, err error) {
	w.rest = nil
	arms := w.arms
	if w.armColumn == "" {
		arms = []string{""}
	}
	for _, arm := range arms {
		end, err := t.horizonOf(w, arm, max(1, places/len(arms)))
		if err != nil {
			return end, err
		}
		if end != (engine.Cursor{}) && (horizon == engine.Cursor{} || w.compare(end, horizon) < 0) {
			horizon = end
		}
	}
	return horizon, nil
}

func (t *reader) horizonOf(w walk, arm string, places int) (engine.Cursor, error) {
	for _, s := range w.stretches() {
		found, err := all(t.bound(w, arm, s, w.key+", row", 1, places-1), scanCursor)
		if err != nil {
			return engine.Cursor{}, err
		}
		if len(found) == 1 {
			return found[0], nil
		}
		passed, err := all(t.bound(w, arm, s, "count(*)", 1, 0), scanInt)
		if err != nil {
			return engine.Cursor{}, err
		}
		if len(passed) == 1 {
			places -= int(passed[0])
		}
	}
	return engine.Cursor{}, nil
}

func scanCursor(s *native.Stmt) (engine.Cursor, error) {
	return engine.Cursor{Key: s.Int(), Row: s.Int()}, nil
}

// A stretch is a part of a walk that one range of an index holds.
type stretch struct {
	sql    string
	bounds []int64
}

// stretches divides a walk where it begins and ends in the midst of places
// that share a key: SQLite steps over as many as there are otherwise, and an
// import can have made thousands in one instant.
func (w walk) stretches() []stretch {
	none := engine.Cursor{}
	beyond, before := " > ?", " < ?"
	if w.down {
		beyond, before = before, beyond
	}
	var list []stretch
	middle := stretch{}
	if w.after != none {
		first := stretch{w.key + " = ? AND row" + beyond, []int64{w.after.Key, w.after.Row}}
		if w.until != none && w.until.Key == w.after.Key {
			first.and("row"+before[:2]+"= ?", w.until.Row)
			return []stretch{first}
		}
		list = append(list, first)
		middle.and(w.key+beyond, w.after.Key)
	}
	if w.until == none {
		return append(list, middle)
	}
	middle.and(w.key+before, w.until.Key)
	return append(list, middle, stretch{w.key + " = ? AND row" + before[:2] + "= ?", []int64{w.until.Key, w.until.Row}})
}

func (s *stretch) and(sql string, bound int64) {
	if s.sql != "" {
		s.sql += " AND "
	}
	s.sql += sql
	s.bounds = append(s.bounds, bound)
}

// bound returns the query for columns of an arm's rows in one stretch, its
// parameters bound.
func (t *reader) bound(w walk, arm string, of stretch, columns string, limit, skip int) *native.Stmt {
	s := t.stmt(w.sql(columns, of))
	if w.index == "" {
		s.BindText(jsonList(w.rows))
	}
	if w.armColumn != "" {
		s.BindText(arm)
	}
	for _, bound := range of.bounds {
		s.BindInt(bound)
	}
	for _, terms := range [][]term{w.fits, w.rest} {
		for _, term := range terms {
			bindTerm(s, term)
		}
	}
	s.BindInt(int64(limit))
	s.BindInt(int64(skip))
	return s
}

func bindTerm(s *native.Stmt, t term) {
	for _, arg := range t.args {
		switch arg := arg.(type) {
		case string:
			s.BindText(arg)
		case int64:
			s.BindInt(arg)
		}
	}
}

// sql is the query of one stretch.
func (w walk) sql(columns string, of stretch) string {
	direction := ""
	if w.down {
		direction = " DESC"
	}
	var b strings.Builder
	b.WriteString("SELECT " + columns + " FROM request")
	var where []string
	if w.index == "" {
		b.WriteString(" NOT INDEXED")
		where = append(where, "row IN (SELECT value FROM json_each(?))")
	} else {
		b.WriteString(" INDEXED BY " + w.index)
	}
	if w.among != "" {
		where = append(where, w.among)
	}
	if w.armColumn != "" {
		where = append(where, w.armColumn+" = ?")
	}
	if of.sql != "" { // before the filter: of two bounds of a key SQLite begins at the first
		where = append(where, of.sql)
	}
	for _, terms := range [][]term{w.fits, w.rest} {
		for _, t := range terms {
			where = append(where, t.sql)
		}
	}
	b.WriteString(" WHERE " + strings.Join(where, " AND "))
	b.WriteString(" ORDER BY " + w.key + direction + ", row" + direction + " LIMIT ? OFFSET ?")
	return b.String()
}
