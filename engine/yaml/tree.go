package yaml

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// json writes a YAML file as the JSON of a value of type t.
func (y yamlSource) json(file *ast.File, t reflect.Type) ([]byte, error) {
	var b bytes.Buffer
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return []byte("{}"), nil
	}
	body := file.Docs[0].Body
	if body.Type() == ast.NullType || body.Type() == ast.CommentType {
		return []byte("{}"), nil
	}
	err := y.value(&b, body, t, "the configuration")
	return b.Bytes(), err
}

// value writes a node that stands for a Go value of type t; a nil t takes
// anything.
func (y yamlSource) value(b *bytes.Buffer, n ast.Node, t reflect.Type, name string) error {
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if readsItself(t) {
		t = nil
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		return y.mapping(b, n.Values, n, t, name)
	case *ast.MappingValueNode:
		return y.mapping(b, []*ast.MappingValueNode{n}, n, t, name)
	case *ast.SequenceNode:
		return y.sequence(b, n, t, name)
	case *ast.NullNode:
		if t != nil && t.Kind() != reflect.Slice {
			return y.at(n.GetToken(), "%s is empty", name).Or("give %s, or leave it out", wanted(t))
		}
		b.WriteString("null")
		return nil
	case ast.ScalarNode:
		return y.scalar(b, n, t, name)
	}
	return y.at(n.GetToken(), "%s cannot be read", name)
}

// readsItself reports whether a type has its own mind about what it takes: the
// engine tells what is wrong then. Numbers are checked here, where they stand.
func readsItself(t reflect.Type) bool {
	return t != nil && t != reflect.TypeFor[money.Number]() &&
		reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]())
}

func (y yamlSource) mapping(
	b *bytes.Buffer, values []*ast.MappingValueNode, n ast.Node, t reflect.Type, name string,
) error {
	if t != nil && (t.Kind() != reflect.Struct && t.Kind() != reflect.Map || t == reflect.TypeFor[money.Number]()) {
		return y.at(n.GetToken(), "%s cannot have properties", name).Or("give %s", wanted(t))
	}
	seen := map[string]bool{}
	b.WriteByte('{')
	for i, v := range values {
		key := v.Key.GetToken()
		if seen[key.Value] {
			return y.at(key, "%s stands there twice", key.Value)
		}
		seen[key.Value] = true
		if i > 0 {
			b.WriteByte(',')
		}
		property, err := y.property(v, t, name)
		if err != nil {
			return err
		}
		writeText(b, key.Value)
		b.WriteByte(':')
		if err := y.value(b, v.Value, property, key.Value); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

// property is the type of the property that v gives, nil where t takes any.
func (y yamlSource) property(v *ast.MappingValueNode, t reflect.Type, name string) (reflect.Type, error) {
	key := v.Key.GetToken()
	if t == nil {
		return nil, nil
	}
	if t.Kind() == reflect.Map {
		return t.Elem(), nil
	}
	var known []string
	for i := range t.NumField() {
		field := t.Field(i)
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tag == key.Value {
			return field.Type, nil
		}
		known = append(known, tag)
	}
	return nil, y.at(key, "%s has no property %q", name, text.Line(head(key.Value))).
		Or("it has %s", strings.Join(known, ", "))
}

func (y yamlSource) sequence(b *bytes.Buffer, n *ast.SequenceNode, t reflect.Type, name string) error {
	var element reflect.Type
	if t != nil {
		if t.Kind() != reflect.Slice {
			return y.at(n.GetToken(), "%s is no list", name).Or("give %s", wanted(t))
		}
		element = t.Elem()
	}
	b.WriteByte('[')
	for i, v := range n.Values {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := y.value(b, v, element, "an entry of "+name); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

// A number is what JSON takes for one; wholly is one without a fraction.
var (
	number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$`)
	wholly = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
)

// scalar writes a value without parts: numbers as they stand in the file, so
// that none is ever rounded.
func (y yamlSource) scalar(b *bytes.Buffer, n ast.ScalarNode, t reflect.Type, name string) error {
	written := n.GetToken().Value
	isText := false
	switch n := n.(type) {
	case *ast.StringNode:
		written, isText = n.Value, true
	case *ast.LiteralNode:
		written, isText = n.Value.Value, true
	}
	switch {
	case isText && text.HasControl(written):
		return y.at(n.GetToken(), "%s holds a character that cannot be shown", name).Or("remove it")
	case !fits(n, t, written, isText):
		return y.at(n.GetToken(), "%s is %s", name, quoted(written, isText)).Or("give %s", wanted(t))
	case isText:
		writeText(b, written)
	default:
		b.WriteString(written)
	}
	return nil
}

// fits reports whether a scalar can stand for a value of type t.
func fits(n ast.ScalarNode, t reflect.Type, written string, isText bool) bool {
	_, isBool := n.(*ast.BoolNode)
	isNumber := !isText && number.MatchString(written)
	switch {
	case t == nil:
		return isText || isBool && (written == "true" || written == "false") || isNumber
	case t == reflect.TypeFor[money.Number]():
		_, err := money.NumberOf(written)
		return number.MatchString(written) && err == nil
	}
	switch t.Kind() {
	case reflect.String:
		return isText
	case reflect.Bool:
		return isBool && (written == "true" || written == "false")
	case reflect.Int:
		_, err := strconv.Atoi(written)
		return isNumber && wholly.MatchString(written) && err == nil
	default:
		return false
	}
}

func quoted(written string, isText bool) string {
	shown := string(text.Line(head(written)))
	if isText {
		return strconv.Quote(shown)
	}
	return shown
}

// wanted says what a property of type t takes.
func wanted(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[money.Number]():
		return "a plain number, as 0.01 or 3000"
	case t.Kind() == reflect.String:
		return "text, in quotes if it looks like something else"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int:
		return "a whole number"
	case t.Kind() == reflect.Slice:
		return "a list"
	default:
		return "properties"
	}
}

// writeText writes a JSON string.
func writeText(b *bytes.Buffer, s string) {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings are JSON
	}
	b.Write(raw)
}

// head is the beginning of a long text, enough to recognise it by.
func head(s string) string {
	const enough = 100
	runes := []rune(strings.TrimSpace(s))
	if len(runes) <= enough {
		return string(runes)
	}
	return string(runes[:enough-1]) + "…"
}
