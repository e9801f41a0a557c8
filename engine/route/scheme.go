package route

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/purserhq/purser/engine/money"
)

// A Scheme says which routes pay which requests. Its JSON is what is kept,
// shown and edited; the YAML of a configuration file has the same shape.
type Scheme struct {
	ID       string    `json:"id"`
	Name     string    `json:"name,omitempty"`
	Services []Service `json:"services"`
}

// A Service is the tree for the requests that one service pays.
type Service struct {
	Service string `json:"service"`
	Tree    Node   `json:"tree"`
}

// A Node is a branch, with If, Then and Else, or a leaf, with Use. An empty Use
// that is not nil blocks; a node with neither is refused.
type Node struct {
	If   *Condition `json:"if,omitempty"`
	Then *Node      `json:"then,omitempty"`
	Else *Node      `json:"else,omitempty"`
	Use  []Strategy `json:"use,omitzero"`
}

// A Condition is a group of conditions, of which all or any have to hold, or
// compares one attribute.
type Condition struct {
	All []Condition `json:"all,omitzero"`
	Any []Condition `json:"any,omitzero"`

	Attribute Attribute `json:"attribute,omitempty"`
	Key       string    `json:"key,omitempty"` // of [AttributeMetadata]
	Operator  Operator  `json:"operator,omitempty"`
	Value     Values    `json:"value,omitzero"` // none for exists, several for in and not-in
}

// An Operator compares an attribute with values.
type Operator string

// The operators. Numbers and texts can be equal, in, and exist; the others are
// for one of the two.
const (
	OperatorEqual    Operator = "="
	OperatorNotEqual Operator = "!="
	OperatorLess     Operator = "<"
	OperatorAtMost   Operator = "<="
	OperatorMore     Operator = ">"
	OperatorAtLeast  Operator = ">="
	OperatorMatches  Operator = "matches" // an RE2 pattern, on the whole text: US|DE
	OperatorIn       Operator = "in"      // one of the values or, of numbers, in a range 1..5
	OperatorNotIn    Operator = "not-in"
	OperatorExists   Operator = "exists"
)

// A Strategy puts routes in order.
type Strategy struct {
	Kind    StrategyKind `json:"strategy"`
	Routes  []string     `json:"routes,omitzero"`  // none for all of the service, in their order
	Weights []int        `json:"weights,omitzero"` // of [StrategyWeight]: one for each of Routes
}

// A StrategyKind is what a strategy goes by.
type StrategyKind string

// The kinds. What ties stays in the order of Routes.
const (
	StrategyDirect     StrategyKind = "direct"     // exactly one route
	StrategyPriority   StrategyKind = "priority"   // as listed
	StrategyWeight     StrategyKind = "weight"     // drawn, each in proportion to its weight
	StrategyBalance    StrategyKind = "balance"    // the most spendable first; unknown balances last
	StrategyFee        StrategyKind = "fee"        // the cheapest first
	StrategyConversion StrategyKind = "conversion" // what most often went through first; untried ones last
	StrategyOptimal    StrategyKind = "optimal"    // the least used first, then the cheapest, then by id
)

// Values are what an attribute is compared with. In JSON one value stands
// alone and several make a list; numbers may be written as numbers.
type Values []string

// UnmarshalJSON reads a number, a text, or a list of them. Numbers lose zeros
// and exponents that say nothing: 1e3 is 1000.
func (v *Values) UnmarshalJSON(raw []byte) error {
	raw = bytes.TrimSpace(raw)
	list := []json.RawMessage{raw}
	if len(raw) > 0 && raw[0] == '[' {
		list = nil
		if err := json.Unmarshal(raw, &list); err != nil {
			return err
		}
	}
	read := make(Values, len(list))
	for i, element := range list {
		value, err := readValue(element)
		if err != nil {
			return err
		}
		read[i] = value
	}
	*v = read
	return nil
}

// smallestExponent bounds the decimals of a number, which would all be written
// out.
const smallestExponent = -30

func readValue(raw json.RawMessage) (value string, err error) {
	switch raw[0] {
	case '"':
		err = json.Unmarshal(raw, &value)
		return value, err
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		n, err := money.NumberOf(string(raw))
		if err != nil || n.Exponent() < smallestExponent {
			return "", fmt.Errorf("%.40s is no number that could be compared", raw)
		}
		return n.String(), nil
	}
	return "", errors.New("a value is a number, a text, or a list of them")
}

// MarshalJSON writes what UnmarshalJSON reads back as the same values.
func (v Values) MarshalJSON() ([]byte, error) {
	elements := make([]json.RawMessage, len(v))
	for i, value := range v {
		elements[i] = json.RawMessage(value)
		if !isNumber(value) {
			raw, err := json.Marshal(value)
			if err != nil {
				return nil, err
			}
			elements[i] = raw
		}
	}
	if len(elements) == 1 {
		return elements[0], nil
	}
	return json.Marshal(elements)
}

// isNumber reports whether s, written as a number, would be read as s.
func isNumber(s string) bool {
	n, err := money.NumberOf(s)
	return err == nil && n.Exponent() >= smallestExponent && n.String() == s
}

// longestScheme bounds the JSON of a scheme, in bytes. A thousand conditions
// are a fifth of it.
const longestScheme = 1 << 20

// Parse reads the JSON of a scheme and checks it as [Compile] does. Properties
// that a scheme does not have are refused.
func Parse(raw []byte) (Scheme, error) {
	if len(raw) > longestScheme {
		return Scheme{}, fmt.Errorf("the scheme is longer than %d bytes (divide it)", longestScheme)
	}
	var s Scheme
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&s); err != nil {
		return Scheme{}, fmt.Errorf("the scheme cannot be read: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Scheme{}, errors.New("the scheme cannot be read: something follows it")
	}
	if _, err := Compile(s); err != nil {
		return Scheme{}, err
	}
	return s, nil
}

// Canonical returns the one JSON of a scheme, without spaces. Two schemes are
// the same exactly if their canonical JSON is; Parse reads it back as the same
// scheme.
func (s Scheme) Canonical() []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // operators stay legible
	if err := encoder.Encode(s); err != nil {
		panic(fmt.Sprintf("route: scheme %s: %v", s.ID, err)) // it is made of strings and numbers
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
