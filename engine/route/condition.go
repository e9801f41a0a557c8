package route

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/purserhq/purser/engine/money"
)

// A condition is a checked [Condition], with what can be read of its values
// beforehand.
type condition struct {
	Condition
	all, any []condition
	numeric  bool
	ranges   []span         // of a numeric attribute
	pattern  *regexp.Regexp // of a text that matches
}

// A span is a range of numbers, both ends within it. A single number is both
// ends.
type span struct{ low, high decimal.Decimal }

func (c *compiler) condition(from Condition, place string, depth int) (*condition, error) {
	if err := c.count(place, depth); err != nil {
		return nil, err
	}
	compares := from.Attribute != "" || from.Key != "" || from.Operator != "" || from.Value != nil
	kinds := 0
	for _, is := range []bool{compares, from.All != nil, from.Any != nil} {
		if is {
			kinds++
		}
	}
	if kinds != 1 {
		return nil, c.errorf(place, "a condition is either all of a group, any of a group, or one comparison")
	}
	made := &condition{Condition: from}
	if compares {
		return made, c.comparison(made, place)
	}
	var err error
	if from.All != nil {
		made.all, err = c.group(from.All, place+".all", depth+1)
	} else {
		made.any, err = c.group(from.Any, place+".any", depth+1)
	}
	return made, err
}

func (c *compiler) group(from []Condition, place string, depth int) ([]condition, error) {
	if len(from) == 0 {
		return nil, c.errorf(place, "the group is empty")
	}
	group := make([]condition, len(from))
	for i, member := range from {
		made, err := c.condition(member, fmt.Sprintf("%s[%d]", place, i), depth)
		if err != nil {
			return nil, err
		}
		group[i] = *made
	}
	return group, nil
}

// comparison checks the comparison of one attribute and reads its values.
func (c *compiler) comparison(made *condition, place string) error {
	t, known := traits[made.Attribute]
	if !known {
		return c.errorf(place+".attribute", "no attribute is called %q (try %s)",
			made.Attribute, strings.Join(attributes(), ", "))
	}
	made.numeric = t.numeric()
	takesKey := made.Attribute == AttributeMetadata
	switch {
	case takesKey && made.Key == "":
		return c.errorf(place+".key", "say which key of the metadata")
	case !takesKey && made.Key != "":
		return c.errorf(place+".key", "%s has no keys (leave it out)", made.Attribute)
	case !slices.Contains(t.operators(), made.Operator):
		return c.errorf(place+".operator", "%s cannot be compared by %q (try %s)",
			made.Attribute, made.Operator, alternatives(t.operators()))
	}
	if err := c.texts(place+".key", made.Key); err != nil {
		return err
	}
	if err := c.texts(place+".value", made.Value...); err != nil {
		return err
	}
	if problem := made.miscounted(); problem != "" {
		return c.errorf(place+".value", "%s", problem)
	}
	for i, value := range made.Value {
		if problem := made.read(t, value); problem != "" {
			return c.errorf(fmt.Sprintf("%s.value[%d]", place, i), "%s", problem)
		}
	}
	return nil
}

// miscounted says what is wrong with the number of values, or "".
func (made *condition) miscounted() string {
	n, most := len(made.Value), 1
	switch made.Operator {
	case OperatorExists:
		if made.Value != nil {
			return "exists takes no value (leave it out)"
		}
		return ""
	case OperatorIn, OperatorNotIn:
		most = maxValues
	}
	if n < 1 || n > most {
		return fmt.Sprintf("there are %d values (at least 1, at most %d)", n, most)
	}
	return ""
}

// read reads one value, or says what is wrong with it.
func (made *condition) read(t trait, value string) (problem string) {
	switch {
	case t.numeric():
		s, problem := t.span(value, made.Operator == OperatorIn || made.Operator == OperatorNotIn)
		made.ranges = append(made.ranges, s)
		return problem
	case made.Operator == OperatorMatches:
		if _, err := regexp.Compile(value); err != nil {
			return fmt.Sprintf("%q is no pattern: %v", value, err)
		}
		whole, err := regexp.Compile(`\A(?:` + value + `)\z`)
		if err != nil {
			return fmt.Sprintf("%q is no pattern: %v", value, err)
		}
		made.pattern = whole
	case t.kind == countries && !isCountry(value):
		return fmt.Sprintf("%q is no country (write two capital letters)", value)
	case made.Attribute == AttributeCurrency && !money.Currency(value).Known():
		return fmt.Sprintf("no currency is called %q", value)
	case value == "":
		return "the text is empty (exists tells whether there is one)"
	}
	return ""
}

func isCountry(s string) bool {
	outside := func(r rune) bool { return r < 'A' || r > 'Z' }
	return len(s) == 2 && !strings.ContainsFunc(s, outside)
}

// span reads a number or, where that is allowed, a range.
func (t trait) span(value string, ranges bool) (s span, problem string) {
	low, high, isRange := strings.Cut(value, "..")
	if isRange && !ranges {
		return s, fmt.Sprintf("%q is a range, which only in and not-in take", value)
	}
	if s.low, problem = t.bound(low); problem != "" {
		return s, problem
	}
	s.high = s.low
	if isRange {
		s.high, problem = t.bound(high)
	}
	if problem == "" && s.low.GreaterThan(s.high) {
		problem = fmt.Sprintf("%q goes backwards (the smaller end comes first)", value)
	}
	return s, problem
}

func (t trait) bound(value string) (decimal.Decimal, string) {
	n, err := money.NumberOf(value)
	if err != nil || n.Exponent() < smallestExponent {
		return decimal.Zero, fmt.Sprintf("%q is no number", value)
	}
	switch {
	case t.kind == amounts && n.IsNegative():
		return decimal.Zero, fmt.Sprintf("%s is never negative", t.name)
	case t.kind == wholes && (!n.IsInteger() ||
		n.LessThan(decimal.NewFromInt(t.least)) || n.GreaterThan(decimal.NewFromInt(t.most))):
		return decimal.Zero, fmt.Sprintf("%s is a whole number from %d to %d", t.name, t.least, t.most)
	}
	return n.Decimal, ""
}

// An Outcome is what a condition came to, with all conditions of its group.
type Outcome struct {
	All []Outcome `json:"all,omitzero"`
	Any []Outcome `json:"any,omitzero"`

	Attribute Attribute `json:"attribute,omitempty"`
	Key       string    `json:"key,omitempty"`
	Operator  Operator  `json:"operator,omitempty"`
	Value     Values    `json:"value,omitzero"`
	Actual    Values    `json:"actual,omitzero"` // what the request has, shortened; none if it has none

	Holds bool `json:"holds"`
}

// ask finds out whether a condition holds. All members of a group are asked,
// so that the outcome tells about each.
func (c *condition) ask(in *Input) Outcome {
	switch {
	case c.all != nil:
		o := Outcome{All: askEach(c.all, in)}
		o.Holds = !slices.ContainsFunc(o.All, func(member Outcome) bool { return !member.Holds })
		return o
	case c.any != nil:
		o := Outcome{Any: askEach(c.any, in)}
		o.Holds = slices.ContainsFunc(o.Any, func(member Outcome) bool { return member.Holds })
		return o
	}
	o := Outcome{Attribute: c.Attribute, Key: c.Key, Operator: c.Operator, Value: c.Value}
	if c.numeric {
		n, has := in.number(c.Attribute)
		if has {
			o.Actual = Values{n.String()}
		}
		o.Holds = c.compare(n, has)
		return o
	}
	texts := in.texts(c.Attribute, c.Key)
	o.Actual, o.Holds = shortened(texts), c.find(texts)
	return o
}

func askEach(group []condition, in *Input) []Outcome {
	outcomes := make([]Outcome, len(group))
	for i := range group {
		outcomes[i] = group[i].ask(in)
	}
	return outcomes
}

// compare compares a number, if the request has it.
func (c *condition) compare(n decimal.Decimal, has bool) bool {
	within := func(s span) bool { return n.Cmp(s.low) >= 0 && n.Cmp(s.high) <= 0 }
	switch c.Operator {
	case OperatorExists:
		return has
	case OperatorNotEqual, OperatorNotIn:
		return !has || !slices.ContainsFunc(c.ranges, within)
	case OperatorEqual, OperatorIn:
		return has && slices.ContainsFunc(c.ranges, within)
	}
	order := n.Cmp(c.ranges[0].low)
	switch c.Operator {
	case OperatorLess:
		return has && order < 0
	case OperatorAtMost:
		return has && order <= 0
	case OperatorMore:
		return has && order > 0
	default:
		return has && order >= 0
	}
}

// find looks for the values among the texts that the request has.
func (c *condition) find(texts []string) bool {
	listed := func(s string) bool { return slices.Contains(c.Value, s) }
	switch c.Operator {
	case OperatorExists:
		return len(texts) > 0
	case OperatorMatches:
		return slices.ContainsFunc(texts, c.pattern.MatchString)
	case OperatorNotEqual, OperatorNotIn:
		return !slices.ContainsFunc(texts, listed)
	default:
		return slices.ContainsFunc(texts, listed)
	}
}

// longestActual bounds how much of a text an outcome keeps: metadata can be
// long.
const longestActual = 64 // characters

func shortened(texts []string) Values {
	var short Values
	for _, s := range texts {
		if runes := []rune(s); len(runes) > longestActual {
			s = string(runes[:longestActual]) + "…"
		}
		short = append(short, s)
	}
	return short
}
