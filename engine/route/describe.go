package route

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Describe returns a scheme in words, one line each, indented by two spaces a
// level. Names that people gave stand in quotes unless they are plain words.
func Describe(s Scheme) []string {
	lines := []string{"routing scheme " + quoted(s.ID)}
	if s.Name != "" {
		lines[0] += ", " + quoted(s.Name)
	}
	for _, service := range s.Services {
		lines = append(lines, "service "+quoted(service.Service))
		lines = append(lines, service.Tree.describe("  ")...)
	}
	return append(lines, "any other service: all its routes, in file order")
}

func (n Node) describe(indent string) []string {
	if n.If == nil || n.Then == nil || n.Else == nil {
		return describeUse(n.Use, indent)
	}
	lines := []string{indent + "if " + n.If.String()}
	lines = append(lines, n.Then.describe(indent+"  ")...)
	lines = append(lines, indent+"else")
	return append(lines, n.Else.describe(indent+"  ")...)
}

func describeUse(use []Strategy, indent string) []string {
	if len(use) == 0 {
		return []string{indent + "blocked"}
	}
	lines := make([]string, len(use))
	for i, s := range use {
		lines[i] = indent + s.String()
	}
	return lines
}

// String returns the strategy in words: "by weight: r1 (3), r2 (1)".
func (s Strategy) String() string {
	routes := make([]string, len(s.Routes))
	for i, id := range s.Routes {
		routes[i] = quoted(id)
		if i < len(s.Weights) {
			routes[i] += fmt.Sprintf(" (%d)", s.Weights[i])
		}
	}
	list := strings.Join(routes, ", ")
	if s.Routes == nil {
		list = "all routes"
	}
	switch s.Kind {
	case StrategyDirect:
		return "directly: " + list
	case StrategyPriority:
		return "in this order: " + list
	case StrategyOptimal:
		return "optimally: " + list
	default:
		return fmt.Sprintf("by %s: %s", s.Kind, list)
	}
}

// String returns the condition in words: "amount ≤ 1000 and tag in gold, vip".
func (c Condition) String() string {
	switch {
	case c.All != nil:
		return joined(c.All, " and ")
	case c.Any != nil:
		return joined(c.Any, " or ")
	}
	return compared(c.Attribute, c.Key, c.Operator, c.Value)
}

// joined joins a group, with parentheses around groups in it.
func joined(group []Condition, by string) string {
	parts := make([]string, len(group))
	for i, c := range group {
		parts[i] = c.String()
		if len(group) > 1 && (len(c.All) > 1 || len(c.Any) > 1) {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, by)
}

// signs are operators as people write them; the others are words.
var signs = map[Operator]string{
	OperatorNotEqual: "≠", OperatorAtMost: "≤", OperatorAtLeast: "≥", OperatorNotIn: "not in",
}

func compared(a Attribute, key string, operator Operator, values Values) string {
	words := []string{named(a, key), string(operator)}
	if sign, ok := signs[operator]; ok {
		words[1] = sign
	}
	if len(values) > 0 {
		words = append(words, listed(values))
	}
	return strings.Join(words, " ")
}

// named is an attribute for people.
func named(a Attribute, key string) string {
	name := string(a)
	if t, ok := traits[a]; ok {
		name = t.name
	}
	if key != "" {
		name += " " + quoted(key)
	}
	return name
}

func listed(values Values) string {
	list := make([]string, len(values))
	for i, value := range values {
		list[i] = quoted(value)
	}
	return strings.Join(list, ", ")
}

// plainWord is text that can be told from what stands around it.
var plainWord = regexp.MustCompile(`^[\w.|-]+$`)

func quoted(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}

// Explain returns a decision in sentences, one line each: how the tree was
// walked, which routes are out and why, and the others in order.
func Explain(d Decision) []string {
	lines := Way(d)
	for _, f := range d.Filtered {
		lines = append(lines, fmt.Sprintf("%s is out (%s): %s", quoted(f.Route), f.Reason, f.Why))
	}
	for i, c := range d.Candidates {
		lines = append(lines, fmt.Sprintf("%d. %s from %s, %s: %s",
			i+1, quoted(c.Route), quoted(c.Gateway), c.Strategy, c.Why))
	}
	if verdict := d.Verdict(); verdict != "" {
		lines = append(lines, verdict)
	}
	return lines
}

// Verdict says why no route may pay, or "".
func (d Decision) Verdict() string {
	switch {
	case d.Resolution == NoRoutes && len(d.Strategies) == 0:
		return "no route may pay: the scheme blocks such requests"
	case d.Resolution == NoRoutes:
		return "no route may pay: the service has none"
	case d.Resolution == AllFiltered:
		return "no route may pay: all that the scheme names are out"
	}
	return ""
}

// Way returns how the tree was walked and what stands at its leaf, one line
// each.
func Way(d Decision) []string {
	var lines []string
	for _, outcome := range d.Path {
		lines = append(lines, outcome.explain())
	}
	for i, s := range d.Strategies {
		lines = append(lines, fmt.Sprintf("strategy %d of %d: %s", i+1, len(d.Strategies), s))
	}
	return lines
}

// explain says what a condition came to, and what the request has of all that
// was asked.
func (o Outcome) explain() string {
	verdict := "no"
	if o.Holds {
		verdict = "yes"
	}
	return fmt.Sprintf("%s? %s (%s)", o.condition(), verdict, strings.Join(o.actual(nil), ", "))
}

// condition is the condition that the outcome is of.
func (o Outcome) condition() Condition {
	return Condition{
		All: conditions(o.All), Any: conditions(o.Any),
		Attribute: o.Attribute, Key: o.Key, Operator: o.Operator, Value: o.Value,
	}
}

func conditions(outcomes []Outcome) []Condition {
	if outcomes == nil {
		return nil
	}
	list := make([]Condition, len(outcomes))
	for i, o := range outcomes {
		list[i] = o.condition()
	}
	return list
}

// actual adds to said what the request has of each attribute, once.
func (o Outcome) actual(said []string) []string {
	for _, member := range slices.Concat(o.All, o.Any) {
		said = member.actual(said)
	}
	if o.Attribute == "" {
		return said
	}
	has := "none"
	if len(o.Actual) > 0 {
		has = listed(o.Actual)
	}
	if fact := named(o.Attribute, o.Key) + " " + has; !slices.Contains(said, fact) {
		said = append(said, fact)
	}
	return said
}
