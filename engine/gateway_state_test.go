package engine_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// tellingDesk is a desk whose provider tells balances as tell says.
func tellingDesk(t *testing.T, tell func(engine.GatewayAccount) (money.Amount, error)) *desk {
	t.Helper()
	d := openDesk(t, t.TempDir()+"/desk.db", sandbox.Options{Opening: tell})
	for _, id := range []string{"usd", "earlier"} {
		if err := d.configure("gateway", id, `{"externalId": "`+id+`"}`); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// account is how one gateway account stands.
func (d *desk) account(id string) engine.Account {
	d.t.Helper()
	a, err := d.Account(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

// configure changes an account as its admin.
func (d *desk) configure(kind, id, patch string) error {
	_, err := d.Configure(d.t.Context(), as("admin1"), kind, id, 0, []byte(patch))
	return err
}

// planned is what the plan for a request says of a route.
func (d *desk) planned(r engine.Request, route string) string {
	d.t.Helper()
	p, err := d.Plan(d.t.Context(), r.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, line := range p.Lines {
		if line.Route == route {
			return strings.Join(line.Reasons, "; ")
		}
	}
	return "not considered"
}

func refusedAs(t *testing.T, err error, code engine.Code, says string) {
	t.Helper()
	if engine.CodeOf(err) != code || !strings.Contains(fmt.Sprint(err), says) {
		t.Errorf("got %q (%s), want %s that says %q", fmt.Sprint(err), engine.CodeOf(err), code, says)
	}
}

func TestAPausedAccountKeepsItsQueue(t *testing.T) {
	d := newDesk(t)
	r, _ := d.allocated(d.customer(), "100")
	d.process(r.ID)
	_, err := d.PauseGateway(t.Context(), as("senior1"), "usd", "looking into it")
	refusedAs(t, err, engine.Forbidden, "it takes an admin")
	_, err = d.PauseGateway(t.Context(), as("admin1"), "usd", "")
	refusedAs(t, err, engine.Invalid, "a pause needs its reason")
	_, err = d.PauseGateway(t.Context(), as("admin1"), "nowhere", "x")
	refusedAs(t, err, engine.NotFound, `no gateway account "nowhere"`)
	state, err := d.PauseGateway(t.Context(), as("admin1"), "usd", "looking into it")
	if err != nil || state.Pause == nil || state.Pause.By != "admin1" || !state.Pause.At.Equal(start) {
		t.Fatalf("%+v: %v", state, err)
	}
	_, err = d.PauseGateway(t.Context(), as("admin1"), "usd", "again")
	refusedAs(t, err, engine.Refused, "paused by admin1 since 2026-11-02 09:00Z: looking into it")
	d.work()
	if a := d.allocations(r.ID)[0]; a.Status != engine.AllocationQueued {
		t.Errorf("it is %s, and should wait in the queue", a.Status)
	}
	if says := d.planned(d.approved(d.customer(), "10"), "r-usd"); says != "paused by admin1 since 2026-11-02 09:00Z: looking into it" {
		t.Errorf("the plan says %q", says)
	}
	if says := d.account("usd").Attention; !strings.Contains(says, "looking into it") {
		t.Errorf("attention: %q", says)
	}
	if _, err := d.ResumeGateway(t.Context(), as("admin1"), "usd"); err != nil {
		t.Fatal(err)
	}
	d.work()
	if r = d.now(r.ID); r.Status != engine.RequestFulfilled {
		t.Errorf("resumed, it is %s", r.Status)
	}
	_, err = d.ResumeGateway(t.Context(), as("admin1"), "usd")
	refusedAs(t, err, engine.Refused, "it is not paused")
	events, err := d.Journal(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, e := range events {
		if e.Subject.Kind == engine.KindGatewayState {
			said = append(said, e.Type+" by "+string(e.By))
		}
	}
	if strings.Join(said, ", ") != "gateway-paused by admin1, gateway-resumed by admin1" {
		t.Errorf("the journal says %v", said)
	}
}

func TestParity56Health(t *testing.T) {
	var down error
	d := tellingDesk(t, func(a engine.GatewayAccount) (money.Amount, error) { return money.New(70000, a.Currency), down })
	d.work()
	if s := d.account("usd"); s.Holds.Balance != usd("700") || !s.State.SyncedAt.Equal(start) || s.State.Health() != engine.HealthOperational {
		t.Errorf("synced: %s at %s, %s", s.Holds.Balance, s.State.SyncedAt, s.State.Health())
	}
	if b, err := d.Balance(t.Context(), "earlier"); err != nil || !b.Known {
		t.Errorf("a balance that nobody knew is not known yet: %v", err)
	}
	last, _ := d.LastSeq(t.Context())
	down = errors.New("503 service unavailable")
	d.clock.Advance(5 * time.Minute)
	d.work()
	s := d.account("usd")
	if s.State.Health() != engine.HealthDegraded || !s.State.HealthSince.Equal(d.clock.Now()) || s.Holds.Balance != usd("700") {
		t.Errorf("it is %s since %s with %s", s.State.Health(), s.State.HealthSince, s.Holds.Balance)
	}
	want := "not healthy since 2026-11-02 09:05Z: 503 service unavailable"
	r := d.approved(d.customer(), "100")
	if says := d.planned(r, "r-usd"); says != want || s.Attention != want {
		t.Errorf("the plan says %q, attention %q", says, s.Attention)
	}
	if _, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, nil); engine.CodeOf(err) != engine.Refused {
		t.Errorf("it was placed all the same: %v", err)
	}
	for range 3 { // one outage is one entry for an account, however long
		d.clock.Advance(time.Minute)
		d.work()
	}
	events, err := d.Journal(t.Context(), last, 1000)
	if err != nil {
		t.Fatal(err)
	}
	degraded := 0
	for _, e := range events {
		if e.Type == "gateway-degraded" && e.Subject.ID == "usd" {
			degraded++
		}
	}
	if degraded != 1 {
		t.Errorf("%d entries tell of one outage", degraded)
	}
	down = nil
	if state, err := d.SyncBalance(t.Context(), as("admin1"), "usd"); err != nil || state.Health() != engine.HealthOperational {
		t.Errorf("%+v: %v", state, err)
	}
	if says := d.planned(r, "r-usd"); says != "takes all that is left" {
		t.Errorf("recovered, the plan says %q", says)
	}
}

func TestABalanceFromElsewhereIsReckonedOn(t *testing.T) {
	d := tellingDesk(t, func(a engine.GatewayAccount) (money.Amount, error) { return money.New(50000, a.Currency), nil })
	r, _ := d.allocated(d.customer(), "100")
	d.process(r.ID)
	d.work() // paid and synced, in whatever order
	b, err := d.Balance(t.Context(), "usd")
	if err != nil || b.Balance != usd("399") && b.Balance != usd("400") {
		t.Errorf("the balance is %s: %v", b.Balance, err)
	}
	amount := usd("1000")
	if _, err := d.SetBalance(t.Context(), as("admin1"), "usd", &amount, "topped up"); err != nil {
		t.Fatal(err)
	}
	d.sent()
	if b, _ := d.Balance(t.Context(), "usd"); b.Balance != usd("899") {
		t.Errorf("the balance is %s", b.Balance)
	}
	_, err = d.SetBalance(t.Context(), as("admin1"), "usd", &amount, "")
	refusedAs(t, err, engine.Invalid, "needs its reason")
	yen := amountOf("5", "JPY")
	_, err = d.SetBalance(t.Context(), as("admin1"), "usd", &yen, "x")
	refusedAs(t, err, engine.Invalid, "account usd is in USD")
	_, err = d.SetBalance(t.Context(), as("senior1"), "usd", &amount, "x")
	refusedAs(t, err, engine.Forbidden, "may not set a balance")
	if b, err := d.SetBalance(t.Context(), as("admin1"), "usd", nil, "who knows"); err != nil || b.Known {
		t.Errorf("%+v: %v", b, err)
	}
}

func TestAProviderThatBreaksTakesNothingDown(t *testing.T) {
	for name, tell := range map[string]func(engine.GatewayAccount) (money.Amount, error){
		"it panics":        func(engine.GatewayAccount) (money.Amount, error) { panic("out of cheese") },
		"another currency": func(engine.GatewayAccount) (money.Amount, error) { return money.New(1, "KWD"), nil },
	} {
		t.Run(name, func(t *testing.T) {
			d := tellingDesk(t, tell)
			d.work()
			if s := d.account("usd"); s.State.Health() != engine.HealthDegraded || s.Holds.Balance != usd("1000000") {
				t.Errorf("%s with %s", s.State.Health(), s.Holds.Balance)
			}
		})
	}
	d := newDesk(t)
	_, err := d.SyncBalance(t.Context(), as("admin1"), "usd")
	refusedAs(t, err, engine.Refused, "it has no externalId, by which provider sandbox knows it")
	if err := d.configure("gateway", "usd", `{"provider": "manual", "externalId": "u"}`); err != nil {
		t.Fatal(err)
	}
	_, err = d.SyncBalance(t.Context(), as("admin1"), "usd")
	refusedAs(t, err, engine.Refused, "provider manual does not tell balances")
	_, err = d.SyncBalance(t.Context(), as("rev1"), "usd")
	refusedAs(t, err, engine.Forbidden, "may not sync a balance")
}

func TestParity20MinimalBalanceOverdraftTurnover(t *testing.T) {
	for _, test := range []struct{ name, patch, amount, says string }{
		{"above the minimal balance", `{"minimalBalance": 999000}`, "500", "takes all that is left"},
		{"below it", `{"minimalBalance": 999500}`, "100", "short of balance"},
		{"an overdraft helps", `{"minimalBalance": 999500, "overdraft": 100}`, "100", "takes all that is left"},
		{"within the turnover of a day", `{"turnoverLimit": 500}`, "50", "takes all that is left"},
		{"beyond it", `{"turnoverLimit": 500}`, "100", "daily turnover limit 500.00 USD, 450.00 USD used today"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			r, _ := d.allocated(d.customer(), "450")
			d.process(r.ID)
			d.work()
			if err := d.configure(engine.KindGateway, "usd", test.patch); err != nil {
				t.Fatal(err)
			}
			if says := d.planned(d.approved(d.customer(), test.amount), "r-usd"); !strings.HasPrefix(says, test.says) {
				t.Errorf("the plan says %q, want %q", says, test.says)
			}
		})
	}
}

// The turnover of a day counts what is live as asked and what ended as paid,
// until the day is over in UTC.
func TestTurnoverOfADay(t *testing.T) {
	d := newDesk(t)
	d.clock.Set(time.Date(2026, 11, 2, 23, 0, 0, 0, time.UTC))
	d.sent()                       // 100
	d.sent("script", "partial:60") // 60
	d.sent("script", "declined")   // 0
	d.sent("script", "accept")     // 100, live
	r, made := d.allocated(d.customer(), "100")
	if s := d.account("usd"); s.Turnover != usd("360") || s.Use().Used != 5 || s.Use().Ended != 3 || s.Use().Succeeded != 2 {
		t.Errorf("turnover %s, uses %+v", s.Turnover, s.Uses)
	}
	if _, err := d.CancelAllocation(t.Context(), as("rev1"), made[0].ID); err != nil {
		t.Fatal(err, r)
	}
	if s := d.account("usd"); s.Turnover != usd("260") {
		t.Errorf("after a cancellation it is %s", s.Turnover)
	}
	d.clock.Advance(time.Hour)
	if s := d.account("usd"); !s.Turnover.IsZero() || s.Use().Used != 5 {
		t.Errorf("the next day it is %s, uses %+v", s.Turnover, s.Uses)
	}
	d.clock.Advance(7 * 24 * time.Hour)
	if s := d.account("usd"); s.Use().Used != 0 {
		t.Errorf("a week later: %+v", s.Uses)
	}
}

func TestOnlyWhatIsDisabledAndIdleIsArchived(t *testing.T) {
	d := newDesk(t)
	refusedAs(t, d.configure(engine.KindGateway, "usd", `{"archived": true}`), engine.Invalid, "disable it first")
	refusedAs(t, d.configure(engine.KindRoute, "r-usd", `{"archived": true}`), engine.Invalid, "disable it first")
	r, made := d.allocated(d.customer(), "100")
	refusedAs(t, d.configure(engine.KindGateway, "usd", `{"disabled": true, "archived": true}`), engine.Refused,
		"has 101.00 USD in live allocations")
	if _, err := d.CancelAllocation(t.Context(), as("rev1"), made[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := d.configure(engine.KindRoute, "r-usd", `{"disabled": true}`); err != nil {
		t.Fatal(err)
	}
	if says := d.planned(r, "r-usd"); says != "the route is disabled" {
		t.Errorf("the plan says %q", says)
	}
	for _, patch := range []string{`{"archived": true}`, `{"archived": true}`} { // twice is once
		if err := d.configure(engine.KindRoute, "r-usd", patch); err != nil {
			t.Fatal(err)
		}
	}
	if says := d.planned(r, "r-usd"); says != "not considered" {
		t.Errorf("archived, the plan says %q", says)
	}
	if err := d.configure(engine.KindRoute, "r-usd", `{"archived": null, "disabled": null}`); err != nil {
		t.Fatal(err)
	}
	if says := d.planned(r, "r-usd"); says != "takes all that is left" {
		t.Errorf("brought back, the plan says %q", says)
	}
}

func TestConfigureRefuses(t *testing.T) {
	d := newDesk(t)
	config, err := d.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last, _ := d.LastSeq(t.Context())
	for _, test := range []struct {
		kind, id, patch string
		code            engine.Code
		says            string
	}{
		{engine.KindGateway, "nowhere", `{}`, engine.NotFound, "there is no such gateway"},
		{engine.KindGateway, "usd", `[]`, engine.Invalid, "cannot be read"},
		{engine.KindGateway, "usd", `null`, engine.Invalid, "cannot be read"},
		{engine.KindGateway, "usd", `{"id": "eur"}`, engine.Invalid, "an id never changes"},
		{engine.KindGateway, "usd", `{"balance": 5}`, engine.Invalid, "purser gateway balance sets it"},
		{engine.KindGateway, "usd", `{"colour": "red"}`, engine.Invalid, "colour"},
		{engine.KindGateway, "usd", `{"turnoverLimit": -1}`, engine.Invalid, "turnoverLimit is negative"},
		{engine.KindPoint, "main", `{"options": {"undoSeconds": "soon"}}`, engine.Invalid, "undoSeconds"},
	} {
		refusedAs(t, d.configure(test.kind, test.id, test.patch), test.code, test.says)
	}
	_, err = d.Configure(t.Context(), as("senior1"), engine.KindGateway, "usd", 0, []byte(`{}`))
	refusedAs(t, err, engine.Forbidden, "may not change the configuration")
	if now, _ := d.LastSeq(t.Context()); now != last {
		t.Error("a refusal left a trace")
	}
	if err := d.configure(engine.KindPoint, "main", `{"options": {"undoSeconds": 30}}`); err != nil {
		t.Fatal(err)
	}
	after, _ := d.Config(t.Context())
	if p := after.Points["main"]; p.Options.Undo() != 30*time.Second || !p.Options.AllowPartially || len(p.Approvals) != 2 {
		t.Errorf("the rest of the point changed: %+v", p)
	}
	_, err = d.Configure(t.Context(), as("admin1"), engine.KindGateway, "usd", config.Revision, []byte(`{"name": "x"}`))
	refusedAs(t, err, engine.Stale, "the configuration is at revision")
}

// What a provider tells shows at once what it is too little for, and which
// top-up pays it.
func TestABalanceToldMayBeShort(t *testing.T) {
	told := usd("1000")
	d := tellingDesk(t, func(engine.GatewayAccount) (money.Amount, error) { return told, nil })
	d.applied(`{"gateways": [{"id": "covered", "provider": "sandbox", "mode": "test", "currency": "USD", "instruction": "none"},
		{"id": "earlier", "provider": "sandbox", "mode": "test", "currency": "USD", "instruction": "none"}]}`)
	d.work()
	i := d.customer()
	d.approved(i, "100")
	d.approved(i, "60")
	if lane := d.lanes()[engine.LaneShort]; lane.Count != 0 {
		t.Errorf("it is short: %+v", lane)
	}
	told = usd("120")
	d.clock.Advance(5 * time.Minute)
	d.work()
	lane := d.lanes()[engine.LaneShort]
	if lane.Count != 1 || lane.Items[0].Matter != "2 approved requests want 160.00 USD, and 120.00 USD can be spent: enough for the 1 oldest" ||
		lane.Items[0].Next.Do != "top up usd: 40.00 USD pays all, before fees" {
		t.Errorf("%+v", lane)
	}
}
