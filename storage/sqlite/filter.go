package sqlite

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
)

// conditions is a filter as SQL: what must hold, and the arguments of its
// question marks. All that people wrote is among the arguments.
type conditions struct {
	where      []string
	args       []any
	statuses   []string // those wanted; not yet part of where
	currencies []string // those named, nil for any; also part of where

	by  engine.ReviewerID // who asks
	now time.Time         // when
}

// add adds what a filter wants.
func (c *conditions) add(f filter.Expr) error {
	for _, s := range engine.RequestStatuses() {
		if wanted(f, "status", string(s)) {
			c.statuses = append(c.statuses, string(s))
		}
	}
	c.currencies = slices.DeleteFunc(named(f, "currency"), func(currency string) bool {
		return !wanted(f, "currency", currency)
	})
	for _, clause := range f.Clauses {
		if clause.Field == "status" {
			continue
		}
		if err := c.clause(clause); err != nil {
			return err
		}
	}
	for _, word := range f.Words {
		c.word(word)
	}
	return nil
}

// anyStatus reports whether every status will do.
func (c *conditions) anyStatus() bool { return len(c.statuses) == len(engine.RequestStatuses()) }

// wanted reports whether the clauses on a field let a value pass.
func wanted(f filter.Expr, field, value string) bool {
	for _, clause := range f.Clauses {
		named := slices.ContainsFunc(clause.Values, func(v filter.Value) bool { return v.Text == value })
		if clause.Field == field && named == clause.Not {
			return false
		}
	}
	return true
}

// named returns the values of the first clause that asks for a field, nil if
// there is none.
func named(f filter.Expr, field string) []string {
	for _, clause := range f.Clauses {
		if clause.Field == field && !clause.Not {
			return texts(clause)
		}
	}
	return nil
}

// filterColumns are the columns of fields that are one column.
var filterColumns = map[string]string{
	"id": "id", "reference": "reference COLLATE NOCASE", "blockReason": "block_reason", "currency": "currency",
	"point": "point_id", "instrument": "instrument_id", "splitFrom": "split_from", "mergedInto": "merged_into",
	"created": "created_at", "updated": "updated_at", "since": "status_since",
}

func (c *conditions) clause(clause filter.Clause) error {
	from, column := len(c.where), filterColumns[clause.Field]
	switch clause.Field {
	case "id", "reference", "blockReason", "currency", "point", "instrument", "splitFrom", "mergedInto":
		c.oneOf(column, texts(clause))
	case "created", "updated", "since":
		c.anyOf(clause, func(v filter.Value) string { return c.during(column, v) })
	case "customer":
		c.customer(texts(clause))
	case "attention":
		c.anyOf(clause, c.attention)
	case "claimedBy":
		c.anyOf(clause, c.claimed)
	case "blocked":
		c.anyOf(clause, c.blocked)
	case "amount":
		c.anyOf(clause, c.between)
	default:
		return engine.Errorf(engine.Invalid, "requests cannot be filtered by %q", clause.Field)
	}
	if clause.Not {
		c.where[from] = "NOT (" + c.where[from] + ")"
	}
	return nil
}

// oneOf wants a column to have one of the values.
func (c *conditions) oneOf(column string, values []string) {
	for _, v := range values {
		c.args = append(c.args, v)
	}
	if len(values) == 1 {
		c.where = append(c.where, column+" = ?")
		return
	}
	c.where = append(c.where, column+" IN ("+marks(len(values))+")")
}

// anyOf wants what one makes of any of the clause's values.
func (c *conditions) anyOf(clause filter.Clause, one func(filter.Value) string) {
	alternatives := make([]string, len(clause.Values))
	for i, v := range clause.Values {
		alternatives[i] = one(v)
	}
	c.where = append(c.where, "("+strings.Join(alternatives, " OR ")+")")
}

// customer wants a customer by id or by reference.
func (c *conditions) customer(names []string) {
	for range 2 {
		for _, name := range names {
			c.args = append(c.args, name)
		}
	}
	c.where = append(c.where, "(customer_id IN ("+marks(len(names))+`) OR customer_id IN (
		SELECT id FROM customer WHERE reference <> '' AND reference IN (`+marks(len(names))+")))")
}

func (c *conditions) attention(v filter.Value) string {
	switch v.Text {
	case "any":
		return "attention <> ''"
	case "none":
		return "attention = ''"
	}
	c.args = append(c.args, v.Text)
	return "attention = ?"
}

// claimed wants a claim that holds. Few do at any time.
func (c *conditions) claimed(v filter.Value) string {
	const holding = "SELECT request_id FROM claim WHERE until > ?"
	by := v.Text
	switch by {
	case "any":
		c.args = append(c.args, micros(c.now))
		return "id IN (" + holding + ")"
	case "none":
		c.args = append(c.args, micros(c.now))
		return "id NOT IN (" + holding + ")"
	case "me":
		by = string(c.by)
	}
	c.args = append(c.args, micros(c.now), by)
	return "id IN (" + holding + ` AND "by" = ?)`
}

func (c *conditions) blocked(v filter.Value) string {
	if v.Bool {
		return "blocked = 1"
	}
	return "blocked = 0"
}

// during wants a time within the bounds of v.
func (c *conditions) during(column string, v filter.Value) string {
	bounds := []string{"1"}
	if v.After != nil {
		bounds = append(bounds, column+" >= ?")
		c.args = append(c.args, micros(*v.After))
	}
	if v.Before != nil {
		bounds = append(bounds, column+" < ?")
		c.args = append(c.args, micros(*v.Before))
	}
	return strings.Join(bounds, " AND ")
}

// between wants an amount of as many major units as v says. How many minor
// units that is depends on the row's currency, unless the filter names one.
func (c *conditions) between(v filter.Value) string {
	bounds := []string{"1"}
	if v.From != nil {
		bounds = append(bounds, "amount >= "+c.minorUnits(*v.From, decimal.Decimal.Ceil))
	}
	if v.To != nil {
		bounds = append(bounds, "amount <= "+c.minorUnits(*v.To, decimal.Decimal.Floor))
	}
	return strings.Join(bounds, " AND ")
}

// minorUnits is the SQL of an amount of major units in the row's currency, its
// fractions rounded.
func (c *conditions) minorUnits(major decimal.Decimal, round func(decimal.Decimal) decimal.Decimal) string {
	bind := func(exponent int) {
		c.args = append(c.args, clamp(round(major.Shift(int32(exponent)))))
	}
	if len(c.currencies) == 1 {
		bind(money.Currency(c.currencies[0]).Exponent())
		return "?"
	}
	var b strings.Builder
	b.WriteString("CASE")
	for _, group := range byExponent {
		bind(group.exponent)
		b.WriteString(" WHEN currency IN (" + group.codes + ") THEN ?")
	}
	bind(usualExponent)
	return b.String() + " ELSE ? END"
}

// clamp returns d as an int64, or the nearest there is.
func clamp(d decimal.Decimal) int64 {
	switch {
	case d.GreaterThan(decimal.NewFromInt(math.MaxInt64)):
		return math.MaxInt64
	case d.LessThan(decimal.NewFromInt(math.MinInt64)):
		return math.MinInt64
	}
	return d.IntPart()
}

// usualExponent is what most currencies have; byExponent lists the others, as
// SQL does.
const usualExponent = 2

var byExponent = unusualExponents()

type exponentGroup struct {
	exponent int
	codes    string // 'JPY','KRW'
}

func unusualExponents() []exponentGroup {
	var groups []exponentGroup
	for exponent := range 10 {
		var codes []string
		for _, c := range money.Currencies() {
			if c.Exponent() == exponent && exponent != usualExponent {
				codes = append(codes, fmt.Sprintf("'%s'", c))
			}
		}
		if len(codes) > 0 {
			groups = append(groups, exponentGroup{exponent, strings.Join(codes, ",")})
		}
	}
	return groups
}

// word wants a word somewhere in what people know a request by.
func (c *conditions) word(word string) {
	pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word) + "%"
	for range 4 {
		c.args = append(c.args, pattern)
	}
	c.where = append(c.where, `(reference LIKE ? ESCAPE '\'
		OR EXISTS (SELECT 1 FROM customer WHERE id = request.customer_id
			AND (name LIKE ? ESCAPE '\' OR email LIKE ? ESCAPE '\'))
		OR EXISTS (SELECT 1 FROM instrument WHERE id = request.instrument_id
			AND ending LIKE ? ESCAPE '\'))`)
}

// texts returns the values of a clause as they are compared.
func texts(clause filter.Clause) []string {
	list := make([]string, len(clause.Values))
	for i, v := range clause.Values {
		list[i] = v.Text
	}
	return list
}

// marks is n question marks with commas between.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }
