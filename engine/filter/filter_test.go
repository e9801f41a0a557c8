package filter_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/purserhq/purser/engine/filter"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

var fields = []filter.Field{
	{Name: "status", Kind: filter.Enum, Values: []string{
		"pending", "ready", "approved", "in-progress", "fulfilled", "canceled", "split", "merged",
	}},
	{Name: "currency", Kind: filter.Enum, Values: []string{"EUR", "JPY", "USD"}},
	{Name: "customer", Kind: filter.ID},
	{Name: "reference", Kind: filter.Text},
	{Name: "amount", Kind: filter.Amount},
	{Name: "created", Kind: filter.Time},
	{Name: "blocked", Kind: filter.Bool},
	{Name: "age", Kind: filter.Age},
	{Name: "missing", Also: []string{"approvalsMissing"}, Kind: filter.Count},
}

// word is a value of which there is nothing but text to compare.
func word(s string) filter.Value { return filter.Value{Text: s} }

// amount is a value between two numbers; "" is an open end.
func amount(spelling, from, to string) filter.Value {
	v := filter.Value{Text: spelling, Range: strings.Contains(spelling, "..")}
	v.From, v.To = number(from), number(to)
	return v
}

func number(s string) *decimal.Decimal {
	if s == "" {
		return nil
	}
	d := decimal.RequireFromString(s)
	return &d
}

// during is a value between two times or the midnights of two dates; "" is an
// open end.
func during(spelling, after, before string) filter.Value {
	v := filter.Value{Text: spelling, Range: strings.Contains(spelling, "..")}
	v.After, v.Before = instant(after), instant(before)
	return v
}

func instant(s string) *time.Time {
	if s == "" {
		return nil
	}
	if len(s) == len(time.DateOnly) {
		s += "T00:00:00Z"
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return &t
}

// aged is a range of ages in hours, and the times between which such things
// began.
func aged(spelling, from, to, after, before string) filter.Value {
	v := during(spelling, after, before)
	v.From, v.To = number(from), number(to)
	return v
}

func clause(field string, kind filter.Kind, values ...filter.Value) filter.Clause {
	return filter.Clause{Field: field, Kind: kind, Values: values}
}

func created(spelling, after, before string) filter.Clause {
	return clause("created", filter.Time, during(spelling, after, before))
}

func age(spelling, from, to, after, before string) filter.Clause {
	return clause("age", filter.Age, aged(spelling, from, to, after, before))
}

func not(c filter.Clause) filter.Clause {
	c.Not = true
	return c
}

// Trees hold decimals, which are equal in more than one form; these compare
// them by value.
func sameTree(a, b filter.Expr) bool {
	return slices.Equal(a.Words, b.Words) && slices.EqualFunc(a.Clauses, b.Clauses, func(a, b filter.Clause) bool {
		return a.Field == b.Field && a.Kind == b.Kind && a.Not == b.Not && slices.EqualFunc(a.Values, b.Values, sameValue)
	})
}

func sameValue(a, b filter.Value) bool {
	same := func(a, b *decimal.Decimal) bool {
		return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
	}
	return a.Text == b.Text && a.Range == b.Range && a.Bool == b.Bool &&
		same(a.From, b.From) && same(a.To, b.To) &&
		reflect.DeepEqual(a.After, b.After) && reflect.DeepEqual(a.Before, b.Before)
}

func TestValues(t *testing.T) {
	tests := []struct {
		expr string
		want filter.Clause
	}{
		{"status:ready", clause("status", filter.Enum, word("ready"))},
		{"STATUS:Ready,IN-PROGRESS", clause("status", filter.Enum, word("ready"), word("in-progress"))},
		{"status:!ready,split", not(clause("status", filter.Enum, word("ready"), word("split")))},
		{`"status":ready`, clause("status", filter.Enum, word("ready"))},
		{"currency:usd", clause("currency", filter.Enum, word("USD"))},

		{"customer:cus_1", clause("customer", filter.ID, word("cus_1"))},
		{"customer:!cus_1", not(clause("customer", filter.ID, word("cus_1")))},
		{"customer:a..b@c~d-e", clause("customer", filter.ID, word("a..b@c~d-e"))},

		{"reference:R:1/2..3", clause("reference", filter.Text, word("R:1/2..3"))},
		{`reference:"two words","a,b;c"`, clause("reference", filter.Text, word("two words"), word("a,b;c"))},
		{`reference:"say \"hi\" \\ \x"`, clause("reference", filter.Text, word(`say "hi" \ x`))},
		{`reference:"!x"`, clause("reference", filter.Text, word("!x"))},
		{`reference:!"x"`, not(clause("reference", filter.Text, word("x")))},
		{`reference:a\b`, clause("reference", filter.Text, word(`a\b`))},
		{"reference:張偉", clause("reference", filter.Text, word("張偉"))},

		{"amount:100", clause("amount", filter.Amount, amount("100", "100", "100"))},
		{"amount:99.50..5000", clause("amount", filter.Amount, amount("99.5..5000", "99.5", "5000"))},
		{"amount:100..", clause("amount", filter.Amount, amount("100..", "100", ""))},
		{"amount:..0.000000001", clause("amount", filter.Amount, amount("..0.000000001", "", "0.000000001"))},
		{"amount:-5..-0.0", clause("amount", filter.Amount, amount("-5..0", "-5", "0"))},
		{"amount:7..7", clause("amount", filter.Amount, amount("7..7", "7", "7"))},
		{"amount:1000000000000000", clause("amount", filter.Amount, amount("1000000000000000", "1e15", "1e15"))},
		{"amount:!1,2..3", not(clause("amount", filter.Amount, amount("1", "1", "1"), amount("2..3", "2", "3")))},

		{"created:2026-11-01", created("2026-11-01", "2026-11-01", "2026-11-02")},
		{"created:2026-11-01..", created("2026-11-01..", "2026-11-01", "")},
		{"created:..2026-11-30", created("..2026-11-30", "", "2026-12-01")},
		{"created:2026-11-01..2026-11-01", created("2026-11-01..2026-11-01", "2026-11-01", "2026-11-02")},
		{"created:2028-02-29", created("2028-02-29", "2028-02-29", "2028-03-01")},
		{"created:2026-11-01T09:30:00Z", created("2026-11-01T09:30:00Z", "2026-11-01T09:30:00Z", "2026-11-01T09:30:01Z")},
		{"created:2026-11-01T09:30:00+02:00..", created("2026-11-01T07:30:00Z..", "2026-11-01T07:30:00Z", "")},
		{"created:..2026-11-01T09:30:00.123456789Z", created("..2026-11-01T09:30:00.123456Z", "", "2026-11-01T09:30:00.123456Z")},
		{"created:-7d..", created("-7d..", "2026-11-13T12:00:00Z", "")},
		{"created:-2w..-090m", created("-2w..-90m", "2026-11-06T12:00:00Z", "2026-11-20T10:30:00Z")},
		{"created:2026-11-01..-1h", created("2026-11-01..-1h", "2026-11-01", "2026-11-20T11:00:00Z")},

		{"blocked:false", clause("blocked", filter.Bool, word("false"))},
		{"blocked:TRUE", clause("blocked", filter.Bool, filter.Value{Text: "true", Bool: true})},

		{"age:48h..", age("48h..", "48", "", "", "2026-11-18T12:00:00.000001Z")},
		{"age:..2d", age("..2d", "", "48", "2026-11-18T12:00:00Z", "")},
		{"age:020m..1w", age("20m..1w", "0.333333", "168", "2026-11-13T12:00:00Z", "2026-11-20T11:40:00.000001Z")},
		{"missing:0", clause("missing", filter.Count, amount("0", "0", "0"))},
		{"APPROVALSmissing:1..", clause("missing", filter.Count, amount("1..", "1", ""))},
		{"missing:!2..3,9", not(clause("missing", filter.Count, amount("2..3", "2", "3"), amount("9", "9", "9")))},

		{"age:1h..1h", age("1h..1h", "1", "1", "2026-11-20T11:00:00Z", "2026-11-20T11:00:00.000001Z")},
	}
	for _, test := range tests {
		t.Run(test.expr, func(t *testing.T) {
			got, err := filter.Parse(test.expr, fields, now)
			if err != nil {
				t.Fatal(err)
			}
			if want := (filter.Expr{Clauses: []filter.Clause{test.want}}); !sameTree(got, want) {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

func TestExpressions(t *testing.T) {
	ready := clause("status", filter.Enum, word("ready"))
	usd := clause("currency", filter.Enum, word("USD"), word("EUR"))
	tests := []struct {
		expr, canonical string
		want            filter.Expr
	}{
		{"", "", filter.Expr{}},
		{" ;; ", "", filter.Expr{}},
		{"sample", "sample", filter.Expr{Words: []string{"sample"}}},
		{"4417;sample", "4417 sample", filter.Expr{Words: []string{"4417", "sample"}}},
		{`"two words" c1@example.com`, `"two words" c1@example.com`, filter.Expr{Words: []string{"two words", "c1@example.com"}}},
		{`a,b ".." "x:y" "!" \`, `a,b .. "x:y" "!" \`, filter.Expr{Words: []string{"a,b", "..", "x:y", "!", `\`}}},
		{"status:ready;currency:USD,EUR", "status:ready;currency:USD,EUR", filter.Expr{Clauses: []filter.Clause{ready, usd}}},
		{"status:ready currency:USD,EUR;", "status:ready;currency:USD,EUR", filter.Expr{Clauses: []filter.Clause{ready, usd}}},
		{"free status:ready\twords;;currency:usd,eur", "status:ready;currency:USD,EUR free words", filter.Expr{
			Clauses: []filter.Clause{ready, usd}, Words: []string{"free", "words"},
		}},
		{"status:ready;status:ready", "status:ready;status:ready", filter.Expr{Clauses: []filter.Clause{ready, ready}}},
		{`reference:"a b","c","!d","e\"f","g,h",i:j`, `reference:"a b",c,"!d","e\"f","g,h",i:j`, filter.Expr{Clauses: []filter.Clause{
			clause("reference", filter.Text, word("a b"), word("c"), word("!d"), word(`e"f`), word("g,h"), word("i:j")),
		}}},
		{
			"status:ready;currency:USD,EUR;amount:100..5000;created:2026-11-01..;blocked:false;customer:!cus_1 free words",
			"status:ready;currency:USD,EUR;amount:100..5000;created:2026-11-01..;blocked:false;customer:!cus_1 free words",
			filter.Expr{
				Clauses: []filter.Clause{
					ready, usd,
					clause("amount", filter.Amount, amount("100..5000", "100", "5000")),
					created("2026-11-01..", "2026-11-01", ""),
					clause("blocked", filter.Bool, word("false")),
					not(clause("customer", filter.ID, word("cus_1"))),
				},
				Words: []string{"free", "words"},
			},
		},
	}
	for _, test := range tests {
		t.Run(test.expr, func(t *testing.T) {
			got, err := filter.Parse(test.expr, fields, now)
			if err != nil {
				t.Fatal(err)
			}
			if !sameTree(got, test.want) {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			if got.String() != test.canonical {
				t.Errorf("spelled %s, want %s", got, test.canonical)
			}
			if got.Empty() != (test.canonical == "") {
				t.Errorf("Empty is %v", got.Empty())
			}
		})
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		expr string
		at   int
		says string
	}{
		{"statsu:ready", 0, `filter, character 1: no field is called "statsu" (try status, `},
		{"x;customr:1", 2, `filter, character 3: no field is called "customr" (try customer, `},
		{":ready", 0, "a field is missing before the colon (try age, amount, "},
		{"status:", 7, "filter, character 8: status has no value here (try approved, canceled, "},
		{"status: ready", 7, "status has no value here"},
		{"status:ready,", 13, "status has no value here"},
		{"status:,ready", 7, "status has no value here"},
		{"status:!", 8, "status has no value here"},
		{`reference:""`, 10, "reference has no value here"},
		{"status:reddy", 7, `status is never "reddy" (try ready, `},
		{"status:ready,aproved", 13, `status is never "aproved" (try approved, `},
		{"status:in", 7, `status is never "in" (try in-progress, `},
		{"status:a..b", 7, `status is never "a..b"`},
		{"status:ready,!split", 13, "one ! before the first value negates them all"},
		{"status:!!ready", 8, "one ! before the first value"},
		{"!sample", 0, "a free word cannot be negated (in quotes"},
		{"customer:a/b", 9, `customer: id "a/b" has U+002F`},
		{"blocked:yes", 8, `blocked is never "yes" (try true, false)`},

		{"amount:ten", 7, `"ten" is no amount or range of amounts (try 100, 99.50..5000, 100.., ..5000)`},
		{"amount:..", 7, "is no amount"},
		{"amount:1...5", 7, "is no amount"},
		{"amount:1e3", 7, "is no amount"},
		{"amount:+1", 7, "is no amount"},
		{"amount:.5", 7, "is no amount"},
		{"amount:1.", 7, "is no amount"},
		{"amount:NaN", 7, "is no amount"},
		{"amount:1,000", 9, `"000" is no amount`},
		{"amount:12345678901234567", 7, "is no amount"},
		{"amount:0.0000000001", 7, "is no amount"},
		{"amount:5000..100", 7, `"5000..100" runs backwards (try 100..5000)`},

		{"created:yesterday", 8, `"yesterday" is no time or range of times (try 2026-11-01, `},
		{"created:..", 8, "is no time"},
		{"created:2026-02-30", 8, "is no time"},
		{"created:2026-11-01T09:30:00", 8, "is no time"},
		{"created:0000-01-01", 8, "is no time"},
		{"created:0001-01-01T00:00:00+02:00", 8, "is no time"},
		{"created:-7y..", 8, "is no time"},
		{"created:-d..", 8, "is no time"},
		{"created:7d..", 8, "is no time"},
		{"created:-36501d..", 8, "is no time"},
		{"created:-9999999999m..", 8, "is no time"},
		{"created:-7d", 8, `"-7d" alone is a single instant (try -7d.., ..-7d)`},
		{"created:2026-11-30..2026-11-01", 8, "runs backwards (try 2026-11-01..2026-11-30)"},
		{"created:-1d..-7d", 8, "runs backwards (try -7d..-1d)"},
		{"created:-1d..-1d", 8, `"-1d..-1d" ends where it starts and holds nothing`},

		{"age:48h", 4, `"48h" alone is a single instant (try 48h.., ..48h)`},
		{"age:-48h..", 4, "is no range of ages (try 48h.., ..2d, 30m..2h)"},
		{"age:..", 4, "is no range of ages"},
		{"age:h..", 4, "is no range of ages"},
		{"age:2d..1h", 4, "runs backwards (try 1h..2d)"},

		{"missing:one", 8, `"one" is no whole number or range of them (try 0, 2, 1.., 1..3)`},
		{"missing:1.0", 8, "is no whole number"},
		{"missing:-1..", 8, "is no whole number"},
		{"missing:01", 8, "is no whole number"},
		{"missing:..", 8, "is no whole number"},
		{"missing:1234567", 8, "is no whole number"},
		{"missing:3..1", 8, "runs backwards (try 1..3)"},

		{`a "b`, 2, "filter, character 3: the quotes opened here are never closed"},
		{`"`, 0, "never closed"},
		{`"a\"`, 0, "never closed"},
		{`""`, 0, "the quotes hold no word"},
		{`a"b"`, 1, "quotes go around the whole word or value"},
		{`reference:a"b"`, 11, "quotes go around the whole word or value"},
		{`"a"b`, 3, "a space is missing after the closing quotes"},
		{`reference:"a"b`, 13, "a space is missing after the closing quotes"},
		{"\"a\nb\"", 2, "U+000A cannot stand inside quotes"},
		{"é\x1b[2J", 1, "filter, character 2: U+001B cannot stand in a filter"},
		{"ab\u202e", 2, "U+202E cannot stand in a filter"},
		{"é\xff", 1, "byte 0xFF is no valid UTF-8"},

		{strings.Repeat("é", filter.MaxLength/2) + "x", filter.MaxLength / 2, "a filter has at most 4096 bytes, this one 4097"},
		{strings.Repeat("x ", filter.MaxClauses) + "y", 2 * filter.MaxClauses, "a filter has at most 64 clauses and words"},
		{"amount:" + strings.Repeat("1,", filter.MaxValues) + "2", 7 + 2*filter.MaxValues, "a filter has at most 1000 values"},
		{"created:" + strings.Repeat("9", 100), 8, `"99999999999999999999999999999999…" is no time`},
	}
	for _, test := range tests {
		t.Run(test.expr[:min(len(test.expr), 40)], func(t *testing.T) {
			got, err := filter.Parse(test.expr, fields, now)
			var problem *filter.Error
			if !errors.As(err, &problem) || !got.Empty() {
				t.Fatalf("%+v, %v, want a *filter.Error", got, err)
			}
			if problem.At != test.at || !strings.Contains(err.Error(), test.says) {
				t.Errorf("at %d: %s\nwant %d: %s", problem.At, err, test.at, test.says)
			}
		})
	}
}

// An error offers the nearest first, and no more than a line's worth.
func TestNearestFirst(t *testing.T) {
	var many []string
	for letter := 'a'; letter <= 'z'; letter++ {
		many = append(many, strings.Repeat(string(letter), 3), strings.Repeat(string(letter), 6))
	}
	tests := []struct {
		name, written string
		values, first []string
	}{
		{"what it is the beginning of", "q", many, []string{"qqq", "qqqqqq", "aaa"}},
		{"in any case", "QQQQQ", many, []string{"qqqqqq", "qqq", "aaa"}},
		{"fewer letters replaced", "xxy", many, []string{"xxx", "yyy", "aaa"}},
		{"two swapped are one slip", "abcd", []string{"abxy", "abdc"}, []string{"abdc", "abxy"}},
		{"one moved is no swap", "ab", []string{"bx", "zb"}, []string{"zb", "bx"}},
		{"the given order for nothing", "", many, []string{"aaa", "aaaaaa", "bbb"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code := filter.Field{Name: "code", Kind: filter.Enum, Values: test.values}
			_, err := filter.Parse("code:"+test.written, []filter.Field{code}, now)
			var problem *filter.Error
			if !errors.As(err, &problem) {
				t.Fatal(err)
			}
			got, want := problem.Allowed, min(len(test.values), 12)
			if len(got) != want || !slices.Equal(got[:len(test.first)], test.first) {
				t.Errorf("%q, want %d that begin with %q", got, want, test.first)
			}
		})
	}
}

// Relative times keep their spelling, so that a view that was saved yesterday
// means today's last seven days.
func TestRelativeTimesMoveWithTheClock(t *testing.T) {
	e, err := filter.Parse("created:-7d..", fields, now)
	if err != nil {
		t.Fatal(err)
	}
	later, err := filter.Parse(e.String(), fields, now.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := *later.Clauses[0].Values[0].After, now.Add(-6*24*time.Hour); got != want {
		t.Errorf("a day later it starts at %v, want %v", got, want)
	}
}
