package yaml

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/purserhq/purser/engine/table"
	"github.com/purserhq/purser/engine/text"
)

// An object is a JSON object with its members in their order.
type object []member

type member struct {
	name  string
	value any // object, []any, string, json.Number, bool or nil
}

// ordered turns v into its JSON as a tree. Numbers stay as they are written.
func ordered(v any) (any, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return decodeNext(decoder)
}

func decodeNext(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := object{}
		for decoder.More() {
			name, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			value, err := decodeNext(decoder)
			if err != nil {
				return nil, err
			}
			o = append(o, member{name.(string), value}) // what stands before a colon is a string
		}
		_, err = decoder.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for decoder.More() {
			value, err := decodeNext(decoder)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err = decoder.Token()
		return list, err
	}
	return token, nil
}

// widestLine is how long a structure may be to stand on one line.
const widestLine = 100

// Marshal writes v, by way of its JSON, as YAML that a person likes to read.
func Marshal(v any) ([]byte, error) {
	tree, err := ordered(v)
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	writeBlock(&page, tree, "", "")
	return page.Bytes(), nil
}

// Brief writes a value of JSON on one line, as people do; "" is nothing.
func Brief(value string) string {
	if value == "" {
		return "nothing"
	}
	decoder := json.NewDecoder(strings.NewReader(value))
	decoder.UseNumber()
	tree, err := decodeNext(decoder)
	if err != nil {
		return string(text.Line(value))
	}
	return inline(tree)
}

// writeBlock writes v in lines: the first after first, the others after
// indent.
func writeBlock(out io.Writer, v any, first, indent string) {
	switch v := v.(type) {
	case object:
		for _, m := range v {
			fmt.Fprint(out, first, plain(m.name), ":")
			writeAfter(out, m.value, indent)
			first = indent
		}
	case []any:
		for _, element := range v {
			if flow := inline(element); isScalar(element) || len(flow) <= widestLine {
				fmt.Fprintf(out, "%s- %s\n", first, flow)
			} else {
				writeBlock(out, element, first+"- ", indent+"  ")
			}
			first = indent
		}
	default:
		fmt.Fprintf(out, "%s%s\n", first, inline(v))
	}
}

// writeAfter writes the value of a member: on its line if it is short, else
// below.
func writeAfter(out io.Writer, v any, indent string) {
	list, isList := v.([]any)
	tall := isList && len(list) > 0 && !isScalar(list[0])
	if flow := inline(v); isScalar(v) || !tall && ansi.StringWidth(flow) <= widestLine {
		fmt.Fprintf(out, " %s\n", flow)
		return
	}
	fmt.Fprintln(out)
	if isList { // a dash is indent enough
		writeBlock(out, v, indent, indent)
		return
	}
	writeBlock(out, v, indent+"  ", indent+"  ")
}

func isScalar(v any) bool {
	switch v.(type) {
	case object, []any:
		return false
	default:
		return true
	}
}

// inline writes v on one line.
func inline(v any) string {
	switch v := v.(type) {
	case object:
		parts := make([]string, len(v))
		for i, m := range v {
			parts[i] = plain(m.name) + ": " + inline(m.value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		parts := make([]string, len(v))
		for i, element := range v {
			parts[i] = inline(element)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return plain(v)
	case nil:
		return "null"
	default:
		return fmt.Sprint(v)
	}
}

// bare is what needs no quotes in any YAML: words that cannot be taken for a
// number, a date or anything but text.
var (
	bare     = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./@+-]*( [A-Za-z0-9_./@+-]+)*$`)
	reserved = regexp.MustCompile(`(?i)^(true|false|null|yes|no|on|off|y|n)$`)
)

// plain writes a string, in quotes unless it needs none.
func plain(s string) string {
	if bare.MatchString(s) && !reserved.MatchString(s) && !text.HasControl(s) {
		return s
	}
	var b bytes.Buffer
	if err := table.NewJSONLines(&b).Write(s); err != nil {
		panic(err) // strings are JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}
