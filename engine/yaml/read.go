// Package yaml reads and writes configurations as people do.
//
// [ReadConfig] reads YAML, of which JSON is a part, in three steps: its tokens
// are looked through for what no configuration needs and what would cost the
// parser too much; the tree is written as JSON, each value checked against the
// property that it is for; the engine reads that JSON. [Marshal] writes
// anything that has a JSON form as YAML that a person likes to read. [Read]
// reads other files of a person's own in the same way.
//
// Invariants: what Marshal writes, ReadConfig reads back as the same; numbers
// stay as they are written; an error says line and column, and its chain holds
// the [Place].
//
// It refuses to know what makes a configuration sound: the engine does.
package yaml

import (
	"encoding/json"
	"fmt"
	"reflect"
	"unicode/utf8"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
)

// ReadConfig reads a configuration. Errors name it, the line and the column.
func ReadConfig(name string, source []byte) (engine.ConfigFile, error) {
	raw, err := toJSON(name, source, reflect.TypeFor[engine.ConfigFile]())
	if err != nil {
		return engine.ConfigFile{}, err
	}
	return engine.ReadConfigFile(raw)
}

// Read reads a text into a pointer to a struct, by the names that its fields
// have in JSON. Errors name the text, the line and the column.
func Read(name string, source []byte, into any) error {
	raw, err := toJSON(name, source, reflect.TypeOf(into).Elem())
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return engine.Errorf(engine.Invalid, "%s: %v", name, err)
	}
	return nil
}

// Patch reads some properties of a T, by the names that its fields have in
// JSON, and returns them as a JSON object. Errors name the text, the line and
// the column.
func Patch[T any](name string, source []byte) ([]byte, error) {
	return toJSON(name, source, reflect.TypeFor[T]())
}

// toJSON writes a text as the JSON of a value of type t.
func toJSON(name string, source []byte, t reflect.Type) (raw []byte, err error) {
	y := yamlSource{name: name}
	defer func() {
		if failure := recover(); failure != nil { // in the parser: it reads what strangers write
			raw, err = nil, engine.Errorf(engine.Invalid, "%s cannot be read: %v", name, failure)
		}
	}()
	if !utf8.Valid(source) {
		return nil, engine.Errorf(engine.Invalid, "%s is no UTF-8 text", name)
	}
	tokens := lexer.Tokenize(string(source))
	if err := y.screen(tokens); err != nil {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, y.syntax(err)
	}
	if len(file.Docs) > 1 {
		return nil, engine.Errorf(engine.Invalid, "%s holds %d documents", name, len(file.Docs)).Or("one is read")
	}
	return y.json(file, t)
}

// A yamlSource is where a configuration comes from.
type yamlSource struct{ name string }

// A Place is where in a text something is wrong.
type Place struct {
	Line, Column int // both from 1; columns are characters
}

// Error implements error.
func (p Place) Error() string { return fmt.Sprintf("line %d, column %d", p.Line, p.Column) }

// at is an error at a token.
func (y yamlSource) at(t *token.Token, format string, args ...any) *engine.Error {
	why := fmt.Sprintf(format, args...)
	if t == nil || t.Position == nil {
		return engine.Errorf(engine.Invalid, "%s: %s", y.name, why)
	}
	place := Place{Line: t.Position.Line, Column: t.Position.Column}
	err := engine.Errorf(engine.Invalid, "%s:%d:%d: %s", y.name, place.Line, place.Column, why)
	err.Cause = place
	return err
}

// syntax says where the parser stumbled. Its own words come with a picture of
// the file, which is too much for one line.
func (y yamlSource) syntax(err error) error {
	if e, ok := err.(interface {
		GetToken() *token.Token
		GetMessage() string
	}); ok {
		return y.at(e.GetToken(), "%s", e.GetMessage())
	}
	return engine.Errorf(engine.Invalid, "%s: %v", y.name, err)
}

// Limits of a configuration's shape. The deepest routing scheme fits; no other
// part of a configuration comes near them, and the parser's work grows with the
// square of what they bound.
const (
	mostNested     = 48
	mostProperties = 200 // of one object
)

// screen refuses what no configuration needs, before it costs anything.
func (y yamlSource) screen(tokens token.Tokens) error {
	shape := shape{properties: map[int]int{}}
	for _, t := range tokens {
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			return y.at(t, "anchors, aliases and merge keys are not read").Or("write it out")
		case token.TagType, token.DirectiveType:
			return y.at(t, "tags and directives are not read").Or("leave them out")
		case token.MappingKeyType:
			return y.at(t, "a ? for a key is not read").Or("write key: value")
		case token.InvalidType:
			return y.at(t, "%s", t.Error)
		}
		if text.HasControl(t.Value) && !oneOfLines(t.Type) {
			return y.at(t, "there is a character that cannot be shown").Or("remove it")
		}
		if why := shape.grow(t); why != "" {
			return y.at(t, "%s", why)
		}
	}
	return nil
}

// oneOfLines reports whether the value of a token can hold line ends: a text
// of several lines is checked by what becomes of it.
func oneOfLines(t token.Type) bool {
	switch t {
	case token.StringType, token.SpaceType, token.CommentType, token.DoubleQuoteType, token.SingleQuoteType:
		return true
	default:
		return false
	}
}

// A shape is how deep and wide a file is so far.
type shape struct {
	flow       []int       // what is open in brackets and braces, and its properties
	properties map[int]int // of the block at each column
	line       int         // of the last dash
	dashes     int         // on that line
}

func (s *shape) grow(t *token.Token) string {
	inner, properties := len(s.flow)-1, 0
	switch {
	case t.Type == token.MappingStartType || t.Type == token.SequenceStartType:
		s.flow = append(s.flow, 0)
	case (t.Type == token.MappingEndType || t.Type == token.SequenceEndType) && inner >= 0:
		s.flow = s.flow[:inner]
	case t.Type == token.MappingValueType && inner >= 0:
		s.flow[inner]++
		properties = s.flow[inner]
	case t.Type == token.MappingValueType && t.Prev != nil:
		column := t.Prev.Position.Column
		s.leave(column)
		s.properties[column]++
		properties = s.properties[column]
	case t.Type == token.SequenceEntryType && inner < 0:
		if t.Position.Line != s.line {
			s.line, s.dashes = t.Position.Line, 0
		}
		s.dashes++
		s.leave(t.Position.Column)
	}
	switch {
	case len(s.flow)+len(s.properties) > mostNested || s.dashes > mostNested:
		return fmt.Sprintf("it is nested more than %d deep", mostNested)
	case properties > mostProperties:
		return fmt.Sprintf("more than %d properties in one place", mostProperties)
	}
	return ""
}

// leave forgets the blocks that end where something stands at a column.
func (s *shape) leave(column int) {
	for c := range s.properties {
		if c > column {
			delete(s.properties, c)
		}
	}
}
