package route_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/route"
)

// written is a scheme as people write it.
const written = `{
  "id": "main",
  "services": [
    {"service": "test_usd", "tree": {
      "if": {"any": [
        {"attribute": "day-of-week", "operator": "in", "value": "1..5"},
        {"all": [
          {"attribute": "amount", "operator": "<=", "value": 1000.0},
          {"attribute": "customer-country", "operator": "=", "value": "US"}
        ]}
      ]},
      "then": {"use": [
        {"strategy": "direct", "routes": ["r1"]},
        {"strategy": "weight", "routes": ["r1", "r2", "r3"], "weights": [3, 1, 1]},
        {"strategy": "balance"}
      ]},
      "else": {
        "if": {"attribute": "metadata", "key": "risk level", "operator": "in", "value": ["high", "1e3", 1e3]},
        "then": {"use": []},
        "else": {"use": [{"strategy": "optimal"}]}
      }
    }},
    {"service": "card", "tree": {"use": [{"strategy": "priority", "routes": ["r4", "r5"]}]}}
  ]
}`

func parse(t testing.TB, raw string) route.Scheme {
	t.Helper()
	s, err := route.Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCanonical(t *testing.T) {
	const want = `{"id":"main","services":[{"service":"test_usd","tree":{` +
		`"if":{"any":[{"attribute":"day-of-week","operator":"in","value":"1..5"},{"all":[` +
		`{"attribute":"amount","operator":"<=","value":1000},` +
		`{"attribute":"customer-country","operator":"=","value":"US"}]}]},` +
		`"then":{"use":[{"strategy":"direct","routes":["r1"]},` +
		`{"strategy":"weight","routes":["r1","r2","r3"],"weights":[3,1,1]},{"strategy":"balance"}]},` +
		`"else":{"if":{"attribute":"metadata","key":"risk level","operator":"in","value":["high","1e3",1000]},` +
		`"then":{"use":[]},"else":{"use":[{"strategy":"optimal"}]}}}},` +
		`{"service":"card","tree":{"use":[{"strategy":"priority","routes":["r4","r5"]}]}}]}`
	s := parse(t, written)
	if got := string(s.Canonical()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if again := parse(t, want); !reflect.DeepEqual(again, s) {
		t.Errorf("read back as %+v", again)
	}
}

func TestDescribe(t *testing.T) {
	want := []string{
		`routing scheme main`,
		`service test_usd`,
		`  if day of week in 1..5 or (amount ≤ 1000 and customer country = US)`,
		`    directly: r1`,
		`    by weight: r1 (3), r2 (1), r3 (1)`,
		`    by balance: all routes`,
		`  else`,
		`    if metadata "risk level" in high, 1e3, 1000`,
		`      blocked`,
		`    else`,
		`      optimally: all routes`,
		`service card`,
		`  in this order: r4, r5`,
		`any other service: all its routes, in file order`,
	}
	if got := route.Describe(parse(t, written)); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestExplain(t *testing.T) {
	r, err := route.Compile(parse(t, written))
	if err != nil {
		t.Fatal(err)
	}
	in := ask(t, "1000.01")
	in.Now, in.Request.CustomerCountry = monday.AddDate(0, 0, -1), "US"
	in.Request.Metadata = map[string]string{"risk level": "high\x1b[31m"}
	for _, test := range []struct {
		name string
		risk string
		want []string
	}{
		{"routed", "\x1b[31m", []string{
			`day of week in 1..5 or (amount ≤ 1000 and customer country = US)? no (day of week 7, amount 1000.01, customer country US)`,
			`metadata "risk level" in high, 1e3, 1000? no (metadata "risk level" "\x1b[31m")`,
			`strategy 1 of 1: optimally: all routes`,
			`r2 is out (insufficient-balance): short of balance: 1,000.01 USD and a fee of 5.01 against 34.00 USD spendable`,
			`1. r1 from account-of-r1, optimal: used 0× lately, costs 10.01 USD`,
			`2. r3 from account-of-r3, optimal: used 0× lately, costs 20.01 USD`,
		}},
		{"blocked", "high", []string{
			`day of week in 1..5 or (amount ≤ 1000 and customer country = US)? no (day of week 7, amount 1000.01, customer country US)`,
			`metadata "risk level" in high, 1e3, 1000? yes (metadata "risk level" high)`,
			`no route may pay: the scheme blocks such requests`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			in.Request.Metadata["risk level"] = test.risk
			if got := route.Explain(r.Decide(in)); !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
	for _, test := range []struct {
		name, service string
		want          string
	}{
		{"no route left", "card", "no route may pay: all that the scheme names are out"},
		{"no route at all", "sepa", "no route may pay: the service has none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			in.Request.Service = test.service
			got := route.Explain(r.Decide(in))
			if got[len(got)-1] != test.want {
				t.Errorf("got\n%s\nwant last\n%s", strings.Join(got, "\n"), test.want)
			}
		})
	}
}

// A decision that was kept says the same when it is read back.
func TestDecisionJSON(t *testing.T) {
	r, err := route.Compile(parse(t, written))
	if err != nil {
		t.Fatal(err)
	}
	d := r.Decide(ask(t, "20"))
	raw, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var back route.Decision
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, d) {
		t.Errorf("got  %+v\nwant %+v", back, d)
	}
}

func TestParseRefuses(t *testing.T) {
	tree := func(tree string) string {
		return `{"id":"main","services":[{"service":"test_usd","tree":` + tree + `}]}`
	}
	branch := func(condition string) string {
		return tree(`{"if":` + condition + `,"then":{"use":[]},"else":{"use":[]}}`)
	}
	compare := func(attribute, operator, value string) string {
		return branch(fmt.Sprintf(`{"attribute":%q,"operator":%q,"value":%s}`, attribute, operator, value))
	}
	use := func(strategy string) string { return tree(`{"use":[` + strategy + `]}`) }
	for _, test := range []struct{ raw, want string }{
		{``, `the scheme cannot be read: EOF`},
		{`{"id":"main"} {}`, `the scheme cannot be read: something follows it`},
		{`{"id":"main","trees":[]}`, `the scheme cannot be read: json: unknown field "trees"`},
		{`{"services":[]}`, `routing scheme "": id: is missing`},
		{`{"id":"a\u202eb"}`, `routing scheme "a\u202eb": scheme: the text holds U+202E at character 2, which cannot be shown (remove it)`},
		{`{"id":"main","services":[{"tree":{"use":[]}}]}`, `routing scheme "main": services[0]: names no service`},
		{
			`{"id":"main","services":[{"service":"card","tree":{"use":[]}},{"service":"card","tree":{"use":[]}}]}`,
			`routing scheme "main": services[1]: card has a tree already (remove one)`,
		},
		{tree(`{}`), `routing scheme "main": test_usd.tree: says nothing (an empty list of strategies to use blocks)`},
		{tree(`{"use":null}`), `routing scheme "main": test_usd.tree: says nothing (an empty list of strategies to use blocks)`},
		{tree(`{"then":{"use":[]}}`), `routing scheme "main": test_usd.tree: a branch needs if, then and else`},
		{tree(`{"then":{"use":[]},"use":[]}`), `routing scheme "main": test_usd.tree: has both a branch and strategies to use (remove one)`},
		{branch(`{}`), `routing scheme "main": test_usd.tree.if: a condition is either all of a group, any of a group, or one comparison`},
		{branch(`{"all":[],"any":[]}`), `routing scheme "main": test_usd.tree.if: a condition is either all of a group, any of a group, or one comparison`},
		{branch(`{"all":[]}`), `routing scheme "main": test_usd.tree.if.all: the group is empty`},
		{
			branch(`{"all":[{"any":[{"attribute":"currency","operator":"=","value":"USD"},{"attribute":"amout"}]}]}`),
			`routing scheme "main": test_usd.tree.if.all[0].any[1].attribute: no attribute is called "amout" (try amount, amount-eur, amount-usd, ` +
				`card-brand, card-country, currency, customer-country, day-of-month, day-of-week, day-of-year, hour, metadata, month, ` +
				`random-percent, service, tag)`,
		},
		{compare("amount", "matches", `"1|2"`), `routing scheme "main": test_usd.tree.if.operator: amount cannot be compared by "matches" (try =, !=, <, <=, >, >=, in, not-in)`},
		{compare("tag", "<", `"a"`), `routing scheme "main": test_usd.tree.if.operator: tag cannot be compared by "<" (try =, !=, matches, in, not-in, exists)`},
		{compare("currency", "exists", `null`), `the scheme cannot be read: a value is a number, a text, or a list of them`},
		{branch(`{"attribute":"hour","operator":"exists"}`), `routing scheme "main": test_usd.tree.if.operator: hour cannot be compared by "exists" (try =, !=, <, <=, >, >=, in, not-in)`},
		{compare("tag", "exists", `"a"`), `routing scheme "main": test_usd.tree.if.value: exists takes no value (leave it out)`},
		{compare("amount", "=", `[1,2]`), `routing scheme "main": test_usd.tree.if.value: there are 2 values (at least 1, at most 1)`},
		{compare("amount", "in", `[]`), `routing scheme "main": test_usd.tree.if.value: there are 0 values (at least 1, at most 500)`},
		{compare("amount", "=", `"1..2"`), `routing scheme "main": test_usd.tree.if.value[0]: "1..2" is a range, which only in and not-in take`},
		{compare("amount", "in", `[5,"2..1"]`), `routing scheme "main": test_usd.tree.if.value[1]: "2..1" goes backwards (the smaller end comes first)`},
		{compare("amount", "in", `"2.."`), `routing scheme "main": test_usd.tree.if.value[0]: "" is no number`},
		{compare("amount", "=", `"much"`), `routing scheme "main": test_usd.tree.if.value[0]: "much" is no number`},
		{compare("amount", "=", `-1`), `routing scheme "main": test_usd.tree.if.value[0]: amount is never negative`},
		{compare("amount", "=", `1e-31`), `the scheme cannot be read: 1e-31 is no number that could be compared`},
		{compare("amount", "=", `true`), `the scheme cannot be read: a value is a number, a text, or a list of them`},
		{compare("day-of-week", "=", `0`), `routing scheme "main": test_usd.tree.if.value[0]: day of week is a whole number from 1 to 7`},
		{compare("hour", "in", `"20..24"`), `routing scheme "main": test_usd.tree.if.value[0]: hour is a whole number from 0 to 23`},
		{compare("month", "=", `1.5`), `routing scheme "main": test_usd.tree.if.value[0]: month is a whole number from 1 to 12`},
		{compare("currency", "=", `"USX"`), `routing scheme "main": test_usd.tree.if.value[0]: no currency is called "USX"`},
		{compare("customer-country", "in", `["US","usa"]`), `routing scheme "main": test_usd.tree.if.value[1]: "usa" is no country (write two capital letters)`},
		{compare("card-brand", "=", `""`), `routing scheme "main": test_usd.tree.if.value[0]: the text is empty (exists tells whether there is one)`},
		{compare("tag", "matches", `"a)(b"`), `routing scheme "main": test_usd.tree.if.value[0]: "a)(b" is no pattern: error parsing regexp: unexpected ): ` + "`a)(b`"},
		{compare("metadata", "=", `"a"`), `routing scheme "main": test_usd.tree.if.key: say which key of the metadata`},
		{branch(`{"attribute":"tag","key":"a","operator":"=","value":"b"}`), `routing scheme "main": test_usd.tree.if.key: tag has no keys (leave it out)`},
		{use(`{"strategy":"best"}`), `routing scheme "main": test_usd.tree.use[0]: no strategy is called "best" (try direct, priority, weight, balance, fee, conversion, optimal)`},
		{use(`{"strategy":"fee"},{"strategy":"direct"}`), `routing scheme "main": test_usd.tree.use[1]: direct takes exactly one route`},
		{use(`{"strategy":"weight","routes":["a","b"],"weights":[1]}`), `routing scheme "main": test_usd.tree.use[0]: weight takes routes, and a weight for each`},
		{use(`{"strategy":"weight"}`), `routing scheme "main": test_usd.tree.use[0]: weight takes routes, and a weight for each`},
		{use(`{"strategy":"weight","routes":["a"],"weights":[0]}`), `routing scheme "main": test_usd.tree.use[0]: a weight is a whole number from 1 to 1000000`},
		{use(`{"strategy":"fee","weights":[1]}`), `routing scheme "main": test_usd.tree.use[0]: fee takes no weights`},
		{use(`{"strategy":"fee","routes":[]}`), `routing scheme "main": test_usd.tree.use[0]: the list of routes is empty (leave it out for all routes)`},
		{use(`{"strategy":"fee","routes":["a","b","a"]}`), `routing scheme "main": test_usd.tree.use[0]: route "a" stands there twice or has no name`},
		{
			tree(strings.Repeat(`{"if":{"attribute":"hour","operator":"=","value":1},"then":{"use":[]},"else":`, 16) + `{"use":[]}` + strings.Repeat(`}`, 16)),
			`routing scheme "main": test_usd.tree` + strings.Repeat(".else", 15) + `.then: the tree is more than 16 deep (make it simpler)`,
		},
		{use(strings.Repeat(`{"strategy":"fee"},`, 1000) + `{"strategy":"fee"}`), `routing scheme "main": test_usd.tree.use[999]: the tree has more than 1000 elements (make it simpler)`},
		{strings.Repeat(" ", 1<<20+1), `the scheme is longer than 1048576 bytes (divide it)`},
	} {
		_, err := route.Parse([]byte(test.raw))
		if err == nil || err.Error() != test.want {
			t.Errorf("%.200s\ngot  %v\nwant %s", test.raw, err, test.want)
		}
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	_, err := route.Compile(route.Scheme{ID: "main", Services: []route.Service{{Service: "card"}}})
	var e *route.Error
	if !errors.As(err, &e) || e.Scheme != "main" || e.Place != "card.tree" {
		t.Errorf("got %#v", err)
	}
}

func TestCheckRoutes(t *testing.T) {
	s := parse(t, written)
	services := map[string]string{"r1": "test_usd", "r2": "test_usd", "r3": "test_usd", "r4": "card", "r5": "card"}
	if err := s.CheckRoutes(services); err != nil {
		t.Error(err)
	}
	services["r5"] = "sepa"
	want := `routing scheme "main": card.tree.use[0].routes[1]: route "r5" pays sepa`
	if err := s.CheckRoutes(services); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	delete(services, "r3")
	want = `routing scheme "main": test_usd.tree.then.use[1].routes[2]: there is no route "r3"`
	if err := s.CheckRoutes(services); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// Whatever scheme passes is read back as it was written, through plain JSON
// and the canonical one alike.
func TestSchemeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScheme().Draw(t, "scheme")
		plain, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range [][]byte{plain, s.Canonical()} {
			back, err := route.Parse(raw)
			if err != nil {
				t.Fatalf("%s: %v", raw, err)
			}
			if !reflect.DeepEqual(back, s) {
				t.Fatalf("%s\nread back as %s", raw, back.Canonical())
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(written))
	f.Add(parse(f, written).Canonical())
	f.Add([]byte(`{"id":"m","services":[{"service":"s","tree":{"if":{"attribute":"amount","operator":"in","value":[1,"2..3",0.10]},"then":{"use":[]},"else":{"use":[{"strategy":"fee"}]}}}]}`))
	f.Add([]byte(`{"id":"m","services":[{"service":"s","tree":{"if":{"all":[{"attribute":"metadata","key":"k","operator":"exists"}]},"then":{"use":[]},"else":{"use":[]}}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := route.Parse(raw)
		if err != nil {
			return
		}
		canonical := s.Canonical()
		back, err := route.Parse(canonical)
		if err != nil {
			t.Fatalf("%q became %q: %v", raw, canonical, err)
		}
		if again := back.Canonical(); !bytes.Equal(again, canonical) {
			t.Fatalf("%q became %q", canonical, again)
		}
		for _, line := range route.Describe(s) {
			if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' }) {
				t.Fatalf("%q would steer a terminal", line)
			}
		}
		r, err := route.Compile(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, service := range s.Services {
			in := sampleInput()
			in.Request.Service = service.Service
			route.Explain(r.Decide(in))
		}
	})
}
