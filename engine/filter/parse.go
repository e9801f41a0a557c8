package filter

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/purserhq/purser/engine/text"
)

// Parse reads a filter over fields. Relative times and ages count from now.
// Whatever is wrong is an [*Error].
func Parse(expr string, fields []Field, now time.Time) (Expr, error) {
	if err := screen(expr); err != nil {
		return Expr{}, err
	}
	p := parser{
		source: []rune(expr),
		fields: fields,
		now:    now.UTC().Truncate(time.Microsecond),
	}
	for p.skip(); p.at < len(p.source); p.skip() {
		if err := p.term(); err != nil {
			return Expr{}, err
		}
	}
	return p.expr, nil
}

// screen refuses what cannot be read, and what could not be shown if it were.
func screen(expr string) error {
	if len(expr) > MaxLength {
		err := problemf("a filter has at most %d bytes, this one %d", MaxLength, len(expr))
		err.At = utf8.RuneCountInString(expr[:MaxLength])
		return err
	}
	at := 0
	for rest := expr; rest != ""; at++ {
		r, size := utf8.DecodeRuneInString(rest)
		if text.HasControl(rest[:size]) && !unicode.IsSpace(r) {
			err := problemf("U+%04X cannot stand in a filter", r)
			if r == utf8.RuneError {
				err = problemf("byte 0x%02X is no valid UTF-8", rest[0])
			}
			err.At = at
			return err
		}
		rest = rest[size:]
	}
	return nil
}

// A parser reads source from at on, adding to expr.
type parser struct {
	source []rune
	at     int
	fields []Field
	now    time.Time
	expr   Expr
	values int // in all clauses so far
}

// fail places e at a rune of the source.
func fail(at int, e *Error) error {
	e.At = at
	return e
}

// skip moves past spaces and semicolons.
func (p *parser) skip() {
	for p.at < len(p.source) && separates(p.source[p.at]) {
		p.at++
	}
}

func separates(r rune) bool { return r == ';' || unicode.IsSpace(r) }

// next reports whether r comes next, and if so moves past it.
func (p *parser) next(r rune) bool {
	if p.at == len(p.source) || p.source[p.at] != r {
		return false
	}
	p.at++
	return true
}

// term reads a clause or a free word.
func (p *parser) term() error {
	start := p.at
	if len(p.expr.Clauses)+len(p.expr.Words) == MaxClauses {
		return fail(start, problemf("a filter has at most %d clauses and words", MaxClauses))
	}
	word, quoted, err := p.piece(":")
	if err != nil {
		return err
	}
	switch {
	case p.next(':'):
		return p.clause(start, word)
	case word == "":
		return fail(start, problemf("the quotes hold no word"))
	case !quoted && word[0] == '!':
		return fail(start, problemf("a free word cannot be negated (in quotes the ! is searched for)"))
	}
	p.expr.Words = append(p.expr.Words, word)
	return nil
}

// clause reads the values of a field whose name and colon were read.
func (p *parser) clause(start int, name string) error {
	field, problem := p.field(name)
	if problem != nil {
		return fail(start, problem)
	}
	clause := Clause{Field: field.Name, Kind: field.Kind, Not: p.next('!')}
	for more := true; more; more = p.next(',') {
		if p.values++; p.values > MaxValues {
			return fail(p.at, problemf("a filter has at most %d values", MaxValues))
		}
		v, err := p.value(field)
		if err != nil {
			return err
		}
		clause.Values = append(clause.Values, v)
	}
	p.expr.Clauses = append(p.expr.Clauses, clause)
	return nil
}

func (p *parser) field(name string) (Field, *Error) {
	names := make([]string, len(p.fields))
	for i, f := range p.fields {
		if f.isCalled(name) {
			return f, nil
		}
		names[i] = f.Name
	}
	if name == "" {
		return Field{}, problemf("a field is missing before the colon").suggest(nearest("", names)...)
	}
	return Field{}, problemf("no field is called %s", quote(name)).suggest(nearest(name, names)...)
}

func (f Field) isCalled(name string) bool {
	same := func(own string) bool { return strings.EqualFold(own, name) }
	return same(f.Name) || slices.ContainsFunc(f.Also, same)
}

func (p *parser) value(f Field) (Value, error) {
	start := p.at
	s, quoted, err := p.piece(",")
	switch {
	case err != nil:
		return Value{}, err
	case s == "":
		return Value{}, fail(start, problemf("%s has no value here", f.Name).suggest(f.Examples()...))
	case !quoted && s[0] == '!':
		return Value{}, fail(start, problemf("one ! before the first value negates them all"))
	}
	v, problem := f.read(s, p.now)
	if problem != nil {
		return Value{}, fail(start, problem)
	}
	return v, nil
}

// piece reads a word or value: in quotes, or up to a separator or one of the
// characters in stop.
func (p *parser) piece(stop string) (s string, quoted bool, err error) {
	if p.next('"') {
		s, err = p.quoted()
		if err == nil && p.at < len(p.source) && !p.ends(stop) {
			err = fail(p.at, problemf("a space is missing after the closing quotes"))
		}
		return s, true, err
	}
	start := p.at
	for p.at < len(p.source) && !p.ends(stop) {
		if p.source[p.at] == '"' {
			return "", false, fail(p.at, problemf("quotes go around the whole word or value"))
		}
		p.at++
	}
	return string(p.source[start:p.at]), false, nil
}

// ends reports whether what comes next ends a word or value.
func (p *parser) ends(stop string) bool {
	r := p.source[p.at]
	return separates(r) || strings.ContainsRune(stop, r)
}

// quoted reads up to the closing quotes; the opening ones were read.
func (p *parser) quoted() (string, error) {
	opened := p.at - 1
	var s strings.Builder
	for ; p.at < len(p.source); p.at++ {
		r := p.source[p.at]
		switch {
		case r == '"':
			p.at++
			return s.String(), nil
		case r == '\\' && p.at+1 < len(p.source):
			p.at++
			r = p.source[p.at]
		}
		if text.HasControl(string(r)) {
			return "", fail(p.at, problemf("U+%04X cannot stand inside quotes", r))
		}
		s.WriteRune(r)
	}
	return "", fail(opened, problemf("the quotes opened here are never closed"))
}
