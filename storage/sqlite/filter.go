package sqlite

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
)

// A term is something that must hold, as SQL, with the arguments of its
// question marks. All that people wrote is among the arguments.
type term struct {
	field string // of the filter; "" for a word, and for what we add ourselves
	sql   string
	args  []any // strings and int64s
	plain bool  // one value or one range of a column, which an index can look up
}

// bind adds an argument and returns the mark that stands for it.
func (t *term) bind(v any) string {
	t.args = append(t.args, v)
	return "?"
}

// conditions is a filter on its way to SQL.
type conditions struct {
	terms      []term
	statuses   []string // those wanted; not among the terms
	currencies []string // those named, nil for any; also among the terms
	config     func() (*engine.Config, error)

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
	if lacks(f) {
		c.statuses = slices.DeleteFunc(c.statuses, func(s string) bool {
			return s != string(engine.RequestPending) && s != string(engine.RequestReady)
		})
	}
	for _, clause := range f.Clauses {
		if clause.Field == "status" {
			continue
		}
		if err := c.clause(clause); err != nil {
			return err
		}
	}
	for _, word := range f.Words {
		c.terms = append(c.terms, wordTerm(word))
	}
	return nil
}

// anyStatus reports whether every status will do.
func (c *conditions) anyStatus() bool { return len(c.statuses) == len(engine.RequestStatuses()) }

// lacks reports whether only what lacks an approval passes a filter.
func lacks(f filter.Expr) bool {
	clause, ok := asked(f, "missing")
	return ok && !slices.ContainsFunc(clause.Values, func(v filter.Value) bool { return whole(v.From, 0) < 1 })
}

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
	if clause, ok := asked(f, field); ok {
		return texts(clause)
	}
	return nil
}

// asked returns the first clause that asks for a field and negates nothing.
func asked(f filter.Expr, field string) (filter.Clause, bool) {
	i := slices.IndexFunc(f.Clauses, func(c filter.Clause) bool { return c.Field == field && !c.Not })
	if i < 0 {
		return filter.Clause{}, false
	}
	return f.Clauses[i], true
}

// filterColumns are the columns of fields that are compared with a value or a
// range of them.
var filterColumns = map[string]string{
	"id": "id", "blockReason": "block_reason", "blockedBy": "block_by",
	"currency": "currency", "point": "point_id", "instrument": "instrument_id", "splitFrom": "split_from",
	"mergedInto": "merged_into", "remainderOf": "remainder_of", "amount": "amount",
	"created": "created_at", "updated": "updated_at", "since": "status_since", "age": "status_since",
	"available": "(CASE WHEN status IN ('split', 'merged', 'canceled') THEN 0 ELSE amount - live - paid END)",
}

// otherColumns are those of fields that stand in the row of a customer, of the
// selected instrument or of an allocation; %s is what their column must be.
var otherColumns = map[string]string{
	"name":    "EXISTS (SELECT 1 FROM customer WHERE id = customer_id AND %s)",
	"email":   "EXISTS (SELECT 1 FROM customer WHERE id = customer_id AND %s)",
	"country": "EXISTS (SELECT 1 FROM customer WHERE id = customer_id AND country COLLATE NOCASE %s)",
	"ending":  "EXISTS (SELECT 1 FROM instrument WHERE id = instrument_id AND ending COLLATE NOCASE %s)",
	"method":  "EXISTS (SELECT 1 FROM instrument WHERE id = instrument_id AND method COLLATE NOCASE %s)",
	"service": "EXISTS (SELECT 1 FROM instrument WHERE id = instrument_id AND service_id %s)",
	"gateway": "EXISTS (SELECT 1 FROM allocation WHERE request_id = request.id AND gateway_id %s)",
	// A chain begins with the entry of who created what it is about.
	"createdBy": `EXISTS (SELECT 1 FROM event WHERE chain = request.id AND number = 1 AND "by" %s)`,
}

func (c *conditions) clause(clause filter.Clause) error {
	t := term{field: clause.Field}
	column := filterColumns[clause.Field]
	switch clause.Field {
	case "id", "blockReason", "blockedBy", "currency", "point", "instrument", "splitFrom", "mergedInto", "remainderOf":
		t.sql = column + " " + t.oneOf(texts(clause))
	case "reference":
		t.sql = t.inAnyCase("reference", texts(clause), ascii)
	case "name", "email":
		t.sql = fmt.Sprintf(otherColumns[clause.Field], t.inAnyCase(clause.Field, texts(clause), plainCase))
	case "country", "ending", "method", "service", "gateway", "createdBy":
		t.sql = fmt.Sprintf(otherColumns[clause.Field], t.oneOf(texts(clause)))
	case "created", "updated", "since", "age":
		t.anyOf(clause, func(v filter.Value) string { return t.during(column, v) })
	case "amount", "available":
		t.anyOf(clause, func(v filter.Value) string { return t.between(column, v, c.currencies) })
	case "customer":
		t.sql = "(customer_id " + t.oneOf(texts(clause)) + ` OR customer_id IN (
			SELECT id FROM customer WHERE reference <> '' AND reference ` + t.oneOf(texts(clause)) + "))"
	case "number":
		t.anyOf(clause, func(v filter.Value) string { return t.number(v.Text) })
	case "tag", "maker", "approvedBy", "canceledBy", "splitReason":
		t.anyOf(clause, func(v filter.Value) string { return t.inList(clause.Field, v.Text) })
	case "attention":
		t.anyOf(clause, t.attention)
	case "batch":
		t.anyOf(clause, t.batch)
	case "claimedBy":
		t.anyOf(clause, func(v filter.Value) string { return t.claimed(v.Text, c) })
	case "blocked":
		t.anyOf(clause, blockedOrNot)
	case "missing":
		config, err := c.config()
		if err != nil {
			return err
		}
		t.anyOf(clause, func(v filter.Value) string {
			return "n BETWEEN " + t.bind(whole(v.From, 0)) + " AND " + t.bind(whole(v.To, math.MaxInt64))
		})
		t.sql = "(SELECT " + t.sql + " FROM (SELECT " + t.lacking(config) + " AS n))"
	default:
		return engine.Errorf(engine.Invalid, "requests cannot be filtered by %q", clause.Field)
	}
	t.plain = !clause.Not && len(clause.Values) == 1
	if clause.Not {
		t.sql = "NOT (" + t.sql + ")"
	}
	c.terms = append(c.terms, t)
	return nil
}

// oneOf is what a column that has one of the values is.
func (t *term) oneOf(values []string) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = t.bind(v)
	}
	if len(values) == 1 {
		return "= " + list[0]
	}
	return "IN (" + strings.Join(list, ",") + ")"
}

// inAnyCase wants a column to have one of the values, in any case. Those that are
// plain are compared as an index has them.
func (t *term) inAnyCase(column string, values []string, isPlain func(string) bool) string {
	var plain, others []string
	for _, v := range values {
		if isPlain(v) {
			plain = append(plain, v)
		} else {
			others = append(others, v)
		}
	}
	var alternatives []string
	if len(plain) > 0 {
		alternatives = append(alternatives, column+" COLLATE NOCASE "+t.oneOf(plain))
	}
	for _, v := range others {
		alternatives = append(alternatives, column+" GLOB "+t.bind(pattern(v)))
	}
	return "(" + strings.Join(alternatives, " OR ") + ")"
}

// anyOf wants what one makes of any of the clause's values.
func (t *term) anyOf(clause filter.Clause, one func(filter.Value) string) {
	alternatives := make([]string, len(clause.Values))
	for i, v := range clause.Values {
		alternatives[i] = one(v)
	}
	t.sql = "(" + strings.Join(alternatives, " OR ") + ")"
}

func (t *term) attention(v filter.Value) string {
	switch v.Text {
	case "any":
		return "attention <> ''"
	case "none":
		return "attention = ''"
	}
	return "attention = " + t.bind(v.Text)
}

func (t *term) batch(v filter.Value) string {
	switch v.Text {
	case "any":
		return "batch_id <> ''"
	case "none":
		return "batch_id = ''"
	}
	return "batch_id = " + t.bind(v.Text) + " OR batch_id IN (" + batchesCalled + "= " + t.bind(v.Text) + ")"
}

// batchesCalled begins a query for the batches of a reference, in any mode: no
// request is in a batch of the other.
const batchesCalled = `SELECT id FROM batch WHERE deleted = 0 AND mode IN ('live', 'test') AND reference `

// claimed wants a claim that holds. Few do at any time.
func (t *term) claimed(by string, c *conditions) string {
	const holding = "SELECT request_id FROM claim WHERE until > "
	until := t.bind(micros(c.now))
	switch by {
	case "any":
		return "id IN (" + holding + until + ")"
	case "none":
		return "id NOT IN (" + holding + until + ")"
	case "me":
		by = string(c.by)
	}
	return "id IN (" + holding + until + ` AND "by" = ` + t.bind(by) + ")"
}

func blockedOrNot(v filter.Value) string {
	if v.Bool {
		return "blocked = 1"
	}
	return "blocked = 0"
}

// inList wants a value in a list that is kept as text; what is looked for is
// how the list writes it, quotes and all.
func (t *term) inList(field, value string) string {
	row := func(cells ...string) string {
		list := appendRow(nil, cells...)
		return string(list[1 : len(list)-1])
	}
	switch open := strings.TrimSuffix(row(value), "]") + ","; field {
	case "tag":
		return "EXISTS (SELECT 1 FROM customer WHERE id = customer_id AND tags GLOB " + t.bind(within(row(value))) + ")"
	case "maker":
		return "instr(makers, " + t.bind(row(value)) + ") > 0"
	case "approvedBy":
		return "instr(approvals, " + t.bind(open) + ") > 0"
	case "canceledBy":
		return "instr(cancellation, " + t.bind(open) + ") > 0"
	default: // the reason is in the entry of the split
		return "(status = 'split' AND EXISTS (SELECT 1 FROM event WHERE chain = request.id" +
			" AND type = 'payout-request-split' AND instr(details, " + t.bind(row("reason", `"`+value+`"`)) + ") > 0))"
	}
}

// lacking is how many approvals a request still needs. How many an amount needs
// is said by the thresholds of its point.
func (t *term) lacking(config *engine.Config) string {
	var need strings.Builder
	for _, id := range slices.Sorted(maps.Keys(config.Points)) {
		for _, step := range config.Points[id].NeedSteps() {
			fmt.Fprintf(&need, " WHEN point_id = %s AND currency = %s AND policy_amount > %s THEN %d",
				t.bind(id), t.bind(string(step.Above.Currency)), t.bind(step.Above.Minor), step.Need)
		}
	}
	needed := "1"
	if need.Len() > 0 {
		needed = "CASE" + need.String() + " ELSE 1 END"
	}
	return "(CASE WHEN status IN ('pending', 'ready') THEN max(0, " + needed +
		" - json_array_length(iif(approvals = '', '[]', approvals))) ELSE 0 END)"
}

// during wants a time within the bounds of v.
func (t *term) during(column string, v filter.Value) string {
	var bounds []string
	if v.After != nil {
		bounds = append(bounds, column+" >= "+t.bind(micros(*v.After)))
	}
	if v.Before != nil {
		bounds = append(bounds, column+" < "+t.bind(micros(*v.Before)))
	}
	return "(" + strings.Join(bounds, " AND ") + ")"
}

// between wants an amount of as many major units as v says. How many minor
// units that is depends on the row's currency, unless the filter names one.
func (t *term) between(column string, v filter.Value, currencies []string) string {
	var bounds []string
	if v.From != nil {
		bounds = append(bounds, column+" >= "+t.minorUnits(*v.From, decimal.Decimal.Ceil, currencies))
	}
	if v.To != nil {
		bounds = append(bounds, column+" <= "+t.minorUnits(*v.To, decimal.Decimal.Floor, currencies))
	}
	return "(" + strings.Join(bounds, " AND ") + ")"
}

// minorUnits is the SQL of an amount of major units in the row's currency, its
// fractions rounded.
func (t *term) minorUnits(major decimal.Decimal, round func(decimal.Decimal) decimal.Decimal, currencies []string) string {
	in := func(exponent int) string {
		return t.bind(clamp(round(major.Shift(int32(exponent)))))
	}
	if len(currencies) == 1 {
		return in(money.Currency(currencies[0]).Exponent())
	}
	var b strings.Builder
	b.WriteString("CASE")
	for _, group := range byExponent {
		b.WriteString(" WHEN currency IN (" + group.codes + ") THEN " + in(group.exponent))
	}
	return b.String() + " ELSE " + in(usualExponent) + " END"
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

// whole is the end of a range of whole numbers; open if there is none.
func whole(d *decimal.Decimal, open int64) int64 {
	if d == nil {
		return open
	}
	return clamp(*d)
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
