package filter_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/text"
)

// Whatever tree was read, its spelling reads back as the same tree, and that
// one is spelled the same.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := rapid.SliceOfN(term(), 0, 8).Draw(t, "terms")
		expr := strings.Join(terms, rapid.SampledFrom([]string{";", " ", " ; "}).Draw(t, "gap"))
		tree, err := filter.Parse(expr, fields, now)
		if err != nil {
			t.Fatalf("%q: %v", expr, err)
		}
		requireRoundTrip(t, tree)
	})
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func requireRoundTrip(t failer, tree filter.Expr) {
	t.Helper()
	spelled := tree.String()
	back, err := filter.Parse(spelled, fields, now)
	if err != nil {
		t.Fatalf("%q: %v", spelled, err)
	}
	if !sameTree(back, tree) {
		t.Fatalf("%q is %+v, want %+v", spelled, back, tree)
	}
	if again := back.String(); again != spelled {
		t.Fatalf("%q became %q", spelled, again)
	}
}

// term draws a clause or a word as people write them.
func term() *rapid.Generator[string] {
	return rapid.OneOf(
		values("status", rapid.SampledFrom([]string{"ready", "Split", "IN-PROGRESS"})),
		values("customer", rapid.StringMatching(`[@~\-.a-zA-Z0-9_]{1,50}`)),
		values("reference", rapid.Map(phrase(), quoted)),
		values("amount", sides(rapid.StringMatching(`[1-4][0-9]{0,3}(\.[0-9]{1,9})?`), rapid.StringMatching(`[5-9][0-9]{4,14}`))),
		values("created", sides(rapid.StringMatching(`-[6-9]0d|2025-0[1-9]-1[0-9](T1[0-9]:30:00(\.[0-9]{1,9})?Z)?`),
			rapid.StringMatching(`-[0-9]{1,2}m|2026-10-0[1-9]|2026-12-01T00:00:00\+01:00`)).
			Filter(func(s string) bool { return strings.Contains(s, "..") })),
		values("blocked", rapid.SampledFrom([]string{"true", "FALSE"})),
		values("age", sides(rapid.StringMatching(`[0-9]{1,2}m`), rapid.StringMatching(`[2-9][0-9]?[hdw]`)).
			Filter(func(s string) bool { return strings.Contains(s, "..") })),
		rapid.Map(phrase(), quoted),
		rapid.StringMatching(`[a-z0-9.@\\-]{1,10}`),
	)
}

func values(field string, value *rapid.Generator[string]) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		not := rapid.SampledFrom([]string{"", "!"}).Draw(t, "not")
		return field + ":" + not + strings.Join(rapid.SliceOfN(value, 1, 3).Draw(t, "values"), ",")
	})
}

// sides draws one of the values, or a range of one or both.
func sides(low, high *rapid.Generator[string]) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		l, h := low.Draw(t, "low"), high.Draw(t, "high")
		return rapid.SampledFrom([]string{l, h, l + "..", ".." + h, l + ".." + h}).Draw(t, "sides")
	})
}

// phrase draws any text that a filter takes.
func phrase() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringN(1, 12, 40),
		rapid.StringOfN(rapid.RuneFrom([]rune(`a"\;:,!. `)), 1, 8, -1),
	).Filter(func(s string) bool { return !text.HasControl(s) })
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(s) + `"`
}

func FuzzParse(f *testing.F) {
	for _, expr := range []string{
		"", "status:ready;currency:USD,EUR;amount:100..5000;created:2026-11-01..;blocked:false;customer:!cus_1 free words",
		`reference:"a \"b\" \\",!c`, "created:-7d..2026-11-01T00:00:00.5+01:00", "age:20m..2w", "amount:-0.0..1", "a;:;b", `"`,
		"status:!", "amount:1,000", "\x1b[2J", "\xff", "x:y", `"a"b`, "created:9999-12-31", "created:9999-12-31T23:59:59-01:00",
	} {
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		tree, err := filter.Parse(expr, fields, now)
		if err == nil {
			requireRoundTrip(t, tree)
			return
		}
		var problem *filter.Error
		switch {
		case !errors.As(err, &problem):
			t.Fatalf("%q: %T", expr, err)
		case problem.At < 0 || problem.At > utf8.RuneCountInString(expr):
			t.Fatalf("%q: %v points outside", expr, err)
		case text.HasControl(err.Error()) || len(err.Error()) > 1000:
			t.Fatalf("%q is no line for a terminal", err)
		}
	})
}

func ExampleParse() {
	fields := []filter.Field{
		{Name: "status", Kind: filter.Enum, Values: []string{"pending", "ready", "approved"}},
		{Name: "amount", Kind: filter.Amount},
	}
	expr, _ := filter.Parse("sample status:Ready;amount:100.00..", fields, now)
	fmt.Println(expr)

	_, err := filter.Parse("status:reddy", fields, now)
	fmt.Println(err)
	// Output:
	// status:ready;amount:100.. sample
	// filter, character 8: status is never "reddy" (try ready, approved, pending)
}
