// Package filter reads the language in which people and programs say which
// things they want to see.
//
//	status:ready;currency:USD,EUR;amount:100..5000;created:-7d..;customer:!cus_1 "two words"
//
// A clause is a field, a colon and values: any of the values will do, and an
// exclamation mark before the first means none of them. Clauses and free words
// stand in any order with spaces or semicolons between, and all must hold.
// Double quotes go around a word or value that has spaces, semicolons, commas,
// quotes or, in a word, a colon; inside them a backslash makes the next
// character stand for itself.
//
// What a value looks like depends on the field's [Kind]. Amounts and times can
// be ranges a..b, a.. and ..b; a date as the upper end includes its whole day.
// Relative times (-7d) and ages (48h) count minutes, hours, days and weeks back
// from the time of reading, so the same text means something else tomorrow:
// keep the text, read it again.
//
// [Parse] makes a tree in which nothing is left to read. A store turns it into
// its own query, comparing what is typed and binding what is text; it never
// looks at the spelling. [Expr.String] gives the canonical spelling of a tree,
// and reading that at the same time gives the same tree.
//
// The caller brings the table of fields. The package does not know what the
// fields belong to, nor which currency an amount is in.
package filter

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"
)

// Limits of one filter. A filter is typed by a person or kept in a view; long
// lists of ids belong in a batch.
const (
	MaxLength  = 4096 // bytes
	MaxClauses = 64   // clauses and free words: each becomes a condition of the query
	MaxValues  = 1000 // values in all clauses
)

// A Kind says how the values of a field are written and compared.
type Kind int

// The kinds.
const (
	Enum   Kind = iota // one of the field's own values, in any case
	ID                 // an id, exactly
	Text               // any text, the whole of it, in any case
	Amount             // a number or range of major units: 100, 99.50..5000
	Time               // a day, a UTC time or a range: 2026-11-01, -7d..
	Bool               // true or false
	Age                // a range of time passed: 48h.., ..2d
	Count              // a whole number or range: 0, 1..
)

// A Field is something that can be filtered by.
type Field struct {
	Name   string   // as written before the colon, in any case
	Also   []string // other names for it, which are read and never written
	Kind   Kind
	Values []string // of an Enum, in canonical spelling
	Help   string   // a sentence for whoever asks what this is
}

// An Expr is a filter that has been read. All its clauses and words must hold;
// one that is empty lets everything pass.
type Expr struct {
	Clauses []Clause
	Words   []string // searched for in whatever the caller deems searchable
}

// A Clause holds where one of its values matches; with Not, where none does.
type Clause struct {
	Field  string // Field.Name
	Kind   Kind
	Not    bool
	Values []Value // at least one
}

// A Value is what a field is compared with. Text is its canonical spelling; the
// bounds say what an amount, time or age means, written as a range or not, and
// nil is an open end.
type Value struct {
	Text  string // all there is to compare of an Enum, ID or Text
	Range bool   // written with ".."
	Bool  bool   // of a Bool

	// From and To are inclusive: major units of an Amount, hours of an Age, the
	// numbers of a Count.
	From, To *decimal.Decimal

	// After is inclusive, Before exclusive, both in UTC and whole microseconds.
	// They are the bounds of a Time; of an Age, those of the time it counts from.
	After, Before *time.Time
}

// Empty reports whether e lets everything pass.
func (e Expr) Empty() bool { return len(e.Clauses) == 0 && len(e.Words) == 0 }

// And returns what both want.
func (e Expr) And(other Expr) Expr {
	return Expr{Clauses: slices.Concat(e.Clauses, other.Clauses), Words: slices.Concat(e.Words, other.Words)}
}

// String returns the canonical spelling: clauses, then words.
func (e Expr) String() string {
	clauses := make([]string, len(e.Clauses))
	for i, c := range e.Clauses {
		clauses[i] = c.String()
	}
	var terms []string
	if len(clauses) > 0 {
		terms = append(terms, strings.Join(clauses, ";"))
	}
	for _, word := range e.Words {
		terms = append(terms, spell(word, ":;"))
	}
	return strings.Join(terms, " ")
}

// String returns the clause as it stands in a filter.
func (c Clause) String() string {
	not := ""
	if c.Not {
		not = "!"
	}
	values := make([]string, len(c.Values))
	for i, v := range c.Values {
		values[i] = spell(v.Text, ",;")
	}
	return c.Field + ":" + not + strings.Join(values, ",")
}

// spell puts s into quotes if it could be read as something else without.
func spell(s, special string) string {
	bare := s != "" && s[0] != '!' && !strings.ContainsAny(s, special+`"`) &&
		!strings.ContainsFunc(s, unicode.IsSpace)
	if bare {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
