package engine_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
)

func read(t *testing.T, raw string) engine.ConfigFile {
	t.Helper()
	f, err := engine.ReadConfigFile([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestApplyTwiceChangesNothing(t *testing.T) {
	d := newDesk(t)
	last, _ := d.LastSeq(t.Context())
	changed, err := d.Apply(t.Context(), as("admin1"), read(t, deskConfig), true)
	if err != nil || len(changed) != 0 {
		t.Errorf("changed %+v: %v", changed, err)
	}
	if now, _ := d.LastSeq(t.Context()); now != last {
		t.Error("it left a trace")
	}
}

func TestExportIntoAnEmptyStoreIsTheIdentity(t *testing.T) {
	first, second := newDesk(t), newDesk(t)
	exported, err := first.ExportConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(exported)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.Apply(t.Context(), as("admin1"), read(t, string(raw)), true); err != nil {
		t.Fatal(err)
	}
	again, err := second.ExportConfig(t.Context())
	if err != nil || !reflect.DeepEqual(exported, again) {
		t.Errorf("exported %+v\nagain %+v: %v", exported, again, err)
	}
}

func TestApplyNeverChangesABalance(t *testing.T) {
	d := newDesk(t)
	_, err := d.Apply(t.Context(), as("admin1"), read(t, `{"gateways": [
		{"id": "usd", "provider": "sandbox", "mode": "test", "currency": "USD", "balance": 5, "instruction": "all"}]}`), false)
	if err != nil {
		t.Fatal(err)
	}
	if balance, err := d.Balance(t.Context(), "usd"); err != nil || balance.Balance != usd("1000000") {
		t.Errorf("the balance is %s: %v", balance.Balance, err)
	}
}

func TestPruneArchivesAndKeepsTheLastAdmin(t *testing.T) {
	d := newDesk(t)
	changed, err := d.Apply(t.Context(), as("admin1"), read(t, `{"routes": [
		{"id": "r-usd", "service": "test_usd", "gateway": "usd", "min": 1, "max": 50000, "fee": {"rate": 0.01}}]}`), true)
	if err != nil || len(changed) != 4 || changed[0].Op != engine.ConfigArchive {
		t.Errorf("%+v: %v", changed, err)
	}
	_, err = d.Apply(t.Context(), as("admin1"), read(t, `{"reviewers": [{"id": "rev1", "role": "reviewer"}]}`), true)
	if engine.CodeOf(err) != engine.Refused || !strings.Contains(err.Error(), "nobody would be an admin any more") {
		t.Errorf("without an admin: %v", err)
	}
}

func TestApplyRefuses(t *testing.T) {
	d := newDesk(t)
	last, _ := d.LastSeq(t.Context())
	for _, test := range []struct{ name, file, says string }{
		{"an unknown currency", `{"points": [{"id": "p", "mode": "test", "currencies": ["XXX"], "readiness": {"policy": "manual"}}]}`, `"XXX" is no currency`},
		{"no currency", `{"points": [{"id": "p", "mode": "test", "currencies": [], "readiness": {"policy": "manual"}}]}`, "at least one currency"},
		{"an unknown mode", `{"points": [{"id": "p", "mode": "demo", "currencies": ["USD"], "readiness": {"policy": "manual"}}]}`, "live or test"},
		{"a limit of nothing", `{"reviewers": [{"id": "a", "role": "viewer", "limits": [{"currency": "USD", "amount": 0}]}]}`, "above zero"},
		{"two limits in one currency", `{"reviewers": [{"id": "a", "role": "viewer", "limits": [{"currency": "USD", "amount": 1}, {"currency": "USD", "amount": 2}]}]}`, "two limits in USD"},
		{"a threshold of half a cent", `{"points": [{"id": "p", "mode": "test", "currencies": ["USD"], "readiness": {"policy": "manual"}, "approvals": [{"currency": "USD", "above": 0.005, "need": 2}]}]}`, "point p: above"},
		{"the sandbox with real money", `{"gateways": [{"id": "g", "provider": "sandbox", "mode": "live", "currency": "USD"}]}`, "only in test"},
		{"a route to nowhere", `{"routes": [{"id": "r", "service": "test_usd", "gateway": "nowhere"}]}`, `no gateway account "nowhere"`},
		{"a pattern that is none", `{"services": [{"id": "s", "method": "m", "currency": "USD", "fields": [{"key": "k", "pattern": "("}]}]}`, "the pattern of k"},
		{"the same twice", `{"reviewers": [{"id": "a", "role": "viewer"}, {"id": "a", "role": "admin"}]}`, "stands there twice"},
		{"the engine as a reviewer", `{"reviewers": [{"id": "engine", "role": "admin"}]}`, "cannot be the name of a reviewer"},
		{"an order without the selected instrument", `{"allocationOrder": ["payment-card", "paypal"]}`, "lacks selected-payment-instrument"},
		{"an order of one", `{"allocationOrder": ["selected-payment-instrument"]}`, "2 to 25 can be"},
		{"an order that repeats", `{"allocationOrder": ["paypal", "paypal", "selected-payment-instrument"]}`, "names something twice"},
		{"control characters", `{"points": [{"id": "p", "name": "a\u001b[2J", "mode": "test", "currencies": ["USD"], "readiness": {"policy": "manual"}}]}`, "U+001B"},
		{"what this version cannot do", `{"webhooks": [{}]}`, "keeps no webhooks"},
		{"a view without a name", `{"views": [{}]}`, `"" cannot be the name of a view`},
		{"a private view of nobody", `{"views": [{"name": "x", "private": true}]}`, "private and nobody's"},
		{"a view with a filter that makes no sense", `{"views": [{"name": "x", "filter": "status:red"}]}`, `view x: filter, character 8: status is never "red"`},
		{"a scheme without a name", `{"schemes": [{"services": []}]}`, `cannot be the id of a routing-scheme`},
		{"a scheme for a service that is none", `{"schemes": [{"id": "s", "services": [{"service": "test_eur", "tree": {"use": []}}]}]}`, `routing scheme s: there is no service "test_eur"`},
		{"a scheme with a route that is none", `{"schemes": [{"id": "s", "services": [{"service": "test_usd", "tree": {"use": [{"strategy": "direct", "routes": ["r"]}]}}]}]}`, `test_usd.tree.use[0].routes[0]: there is no route "r"`},
		{"a scheme with another service's route", `{"schemes": [{"id": "s", "services": [{"service": "test_usd", "tree": {"use": [{"strategy": "direct", "routes": ["r-jpy"]}]}}]}]}`, `route "r-jpy" pays test_jpy`},
		{"a tree that says nothing", `{"schemes": [{"id": "s", "services": [{"service": "test_usd", "tree": {}}]}]}`, "says nothing"},
		{"a rate of nothing", `{"sources": [{"id": "desk", "rates": [{"base": "USD", "quote": "EUR", "rate": 0}]}]}`, "give a number above zero"},
		{"a rate twice", `{"sources": [{"id": "desk", "rates": [{"base": "USD", "quote": "EUR", "rate": 1}, {"base": "USD", "quote": "EUR", "rate": 2}]}]}`, "lists USD/EUR twice"},
		{"two system sources", `{"sources": [{"id": "a", "system": true, "rates": []}, {"id": "b", "system": true, "rates": []}]}`, "both a and b"},
		{"a rate scheme without its source", `{"rates": [{"id": "fx", "rules": [{"base": "USD", "quote": "EUR", "source": "desk"}]}]}`, `no rate source "desk"`},
		{"a rate scheme with the system's name", `{"rates": [{"id": "system", "rules": []}]}`, `cannot be called "system"`},
		{"a point with a scheme that is none", `{"points": [{"id": "p", "mode": "test", "currencies": ["USD"], "readiness": {"policy": "manual"}, "scheme": "s"}]}`, `no routing scheme "s"`},
		{"a point with rates that are none", `{"points": [{"id": "p", "mode": "test", "currencies": ["USD"], "readiness": {"policy": "manual"}, "rates": "fx"}]}`, `no rate scheme "fx"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := d.Apply(t.Context(), as("admin1"), read(t, test.file), false)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := d.Apply(t.Context(), as("senior1"), read(t, deskConfig), false); engine.CodeOf(err) != engine.Forbidden {
		t.Errorf("a senior: %v", err)
	}
	if _, err := engine.ReadConfigFile([]byte(`{"point": []}`)); engine.CodeOf(err) != engine.Invalid {
		t.Errorf("an unknown property: %v", err)
	}
	if now, _ := d.LastSeq(t.Context()); now != last {
		t.Error("a refused file left a trace")
	}
}
