package engine_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
)

// connectable is a desk whose provider has the accounts that tell tells of.
func connectable(t *testing.T, tell func(engine.Mode) ([]engine.ProviderAccount, error)) *desk {
	t.Helper()
	return openDesk(t, t.TempDir()+"/desk.db", sandbox.Options{Accounts: tell})
}

// connect connects the sandbox and returns what changed, as "create route r1".
func (d *desk) connect(c engine.Caller) (made []string) {
	d.t.Helper()
	changed, err := d.ConnectProvider(d.t.Context(), c, "sandbox", engine.ModeTest)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, change := range changed {
		made = append(made, fmt.Sprintf("%s %s %s", change.Op, change.Kind, change.ID))
	}
	return made
}

func wantLines(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestParity55ProviderConnect: connecting a provider makes its accounts, one
// for a currency, and their routes; a new currency there is a new account when
// it is connected again.
func TestParity55ProviderConnect(t *testing.T) {
	told := []engine.ProviderAccount{
		{ExternalID: "Main/1", Currency: "USD", Name: "Main", Services: []string{"test_usd", "payment_card_usd", "elsewhere"}},
	}
	d := connectable(t, func(engine.Mode) ([]engine.ProviderAccount, error) { return told, nil })
	last, _ := d.LastSeq(t.Context())
	first := []string{
		"create gateway sandbox-main-1-usd",
		"create route sandbox-main-1-usd-payment_card_usd", "create route sandbox-main-1-usd-test_usd",
	}
	trial := as("admin1")
	trial.DryRun = true
	wantLines(t, "a dry run", d.connect(trial), first...)
	wantLines(t, "connected", d.connect(as("admin1")), first...)
	wantLines(t, "connected again", d.connect(as("admin1")))
	account := d.account("sandbox-main-1-usd")
	if account.Instruction != engine.InstructionNone || account.ExternalID != "Main/1" || account.Holds.Known || account.Name != "Main" {
		t.Errorf("the account is %+v", account)
	}
	i := d.customer()
	if says := d.planned(d.approved(i, "10"), "sandbox-main-1-usd-test_usd"); says != "its payout instruction is none" {
		t.Errorf("before an admin says so, the plan says %q", says)
	}
	events, err := d.Journal(t.Context(), last, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var journal []string
	for _, e := range events {
		if e.Subject.ID == account.ID || strings.HasPrefix(e.Subject.ID, account.ID) {
			journal = append(journal, e.Type+" by "+string(e.By))
		}
	}
	wantLines(t, "the journal", journal, "gateway-balance-opened by admin1", "gateway-created by admin1",
		"route-created by admin1", "route-created by admin1")

	told = append(told, engine.ProviderAccount{ExternalID: "Main/1", Currency: "JPY", Services: []string{"test_jpy"}})
	wantLines(t, "a new currency at the provider", d.connect(as("admin1")),
		"create gateway sandbox-main-1-jpy", "create route sandbox-main-1-jpy-test_jpy")
}

// TestReconnectingChangesNothingThatIsThere: what an admin disabled, renamed or
// gave out of sight stays so, and no new route pays from an account in use.
func TestReconnectingChangesNothingThatIsThere(t *testing.T) {
	told := []engine.ProviderAccount{
		{ExternalID: "b", Currency: "USD", Services: []string{"test_usd"}},
		{ExternalID: "a", Currency: "JPY", Services: []string{"test_jpy"}},
		{ExternalID: "a", Currency: "USD"},
	}
	d := connectable(t, func(engine.Mode) ([]engine.ProviderAccount, error) { return told, nil })
	if err := d.configure("gateway", "usd", `{"externalId": "a"}`); err != nil { // written by hand
		t.Fatal(err)
	}
	wantLines(t, "connected", d.connect(as("admin1")), "create gateway sandbox-b-usd", "create gateway sandbox-a-jpy",
		"create route sandbox-b-usd-test_usd", "create route sandbox-a-jpy-test_jpy")
	for _, step := range []struct{ kind, id, patch string }{
		{"route", "sandbox-b-usd-test_usd", `{"disabled": true}`},
		{"gateway", "sandbox-b-usd", `{"name": "Mine", "instruction": "all"}`},
		{"gateway", "sandbox-a-jpy", `{"disabled": true, "archived": true}`},
	} {
		if err := d.configure(step.kind, step.id, step.patch); err != nil {
			t.Fatal(err)
		}
	}
	wantLines(t, "connected again", d.connect(as("admin1")))
	for i := range told {
		told[i].Services = append(told[i].Services, "payment_card_usd")
	}
	wantLines(t, "a new service", d.connect(as("admin1")),
		"create route sandbox-b-usd-payment_card_usd", "create route usd-payment_card_usd")
	told = nil
	_, err := d.ConnectProvider(t.Context(), as("admin1"), "sandbox", engine.ModeTest)
	refusedAs(t, err, engine.Refused, "it has no test account")
	config, err := d.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range config.Routes {
		if r.Service == "payment_card_usd" && r.Gateway != "covered" && !r.Disabled {
			t.Errorf("route %s pays at once from an account in use", r.ID)
		}
	}
	if g := config.Gateways["sandbox-b-usd"]; g.Name != "Mine" || g.Instruction != engine.InstructionAll {
		t.Errorf("the account is %+v", g)
	}
}

func TestConnectingRefuses(t *testing.T) {
	one := engine.ProviderAccount{ExternalID: "x", Currency: "USD"}
	var told []engine.ProviderAccount
	var down error
	d := connectable(t, func(engine.Mode) ([]engine.ProviderAccount, error) {
		if told == nil && down == nil {
			panic("no such page")
		}
		return told, down
	})
	before, _ := d.LastSeq(t.Context())
	for _, test := range []struct {
		by       engine.ReviewerID
		provider string
		mode     engine.Mode
		told     []engine.ProviderAccount
		down     error
		code     engine.Code
		says     string
	}{
		{"senior1", "sandbox", "test", nil, nil, engine.Forbidden, "it takes an admin"},
		{"admin1", "bank\n", "test", nil, nil, engine.NotFound, "there is no such provider (providers: sandbox)"},
		{"admin1", "sandbox", "maybe", nil, nil, engine.Invalid, `the mode is "maybe"; live or test`},
		{"admin1", "sandbox", "test", nil, nil, engine.Unavailable, "the connector failed: no such page"},
		{"admin1", "sandbox", "test", nil, errors.New("access was revoked"), engine.Unavailable, "access was revoked"},
		{"admin1", "sandbox", "test", []engine.ProviderAccount{one, one}, nil, engine.Unavailable, "x in USD is there twice"},
		{"admin1", "sandbox", "test", []engine.ProviderAccount{one, {Currency: "USD"}}, nil, engine.Unavailable, "account 2 has no external id"},
		{"admin1", "sandbox", "test", []engine.ProviderAccount{{ExternalID: "x"}}, nil, engine.Unavailable, `account 1 is in "", which is no currency`},
		{"admin1", "sandbox", "test", []engine.ProviderAccount{{ExternalID: "\x1b[2J", Currency: "USD"}}, nil, engine.Unavailable, "account 1: external id"},
		{"admin1", "sandbox", "test", make([]engine.ProviderAccount, 1001), nil, engine.Unavailable, "there are 1001 accounts"},
		{"admin1", "sandbox", "live", []engine.ProviderAccount{one}, nil, engine.Invalid, "the sandbox exists only in test"},
	} {
		told, down = test.told, test.down
		_, err := d.ConnectProvider(t.Context(), as(test.by), test.provider, test.mode)
		refusedAs(t, err, test.code, test.says)
	}
	if after, _ := d.LastSeq(t.Context()); after != before {
		t.Errorf("%d entries were made", after-before)
	}

	long := strings.Repeat("n", 60)
	told = []engine.ProviderAccount{{ExternalID: long + "1", Currency: "USD"}, {ExternalID: long + "2", Currency: "USD"}}
	made := d.connect(as("admin1"))
	if len(made) != 2 || !strings.HasPrefix(made[1], made[0]) || !strings.HasSuffix(made[1], "-2") {
		t.Errorf("accounts with long names are %q", made)
	}
}
