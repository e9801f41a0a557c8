package enginetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// What a provider can be asked to do with an order, so that the promises of
// its gateway can be tested. See [TestGateway].
const (
	GatewayPays     = "pays"     // in full, and says so at once
	GatewayPaysPart = "part"     // less than asked, and says so
	GatewayAccepts  = "accepts"  // and says no more
	GatewayDeclines = "declines" // and says so
	GatewayLoses    = "loses"    // pays in full, but its answer never comes
	GatewayHangs    = "hangs"    // its answer takes longer than anybody waits
)

// A GatewayLedger is a gateway that can tell what its provider did. Fakes
// usually can; then TestGateway counts instead of believing.
type GatewayLedger interface {
	// Paid returns the amount of every payment made under the key.
	Paid(key engine.AllocationID) []money.Amount
}

// TestGateway tests what every [engine.Gateway] promises. open returns one
// whose provider has seen nothing yet and takes orders in USD; steer returns
// the fields of an instrument that make the provider behave in one of the ways
// above, or nil where it cannot be made to.
func TestGateway(
	t *testing.T, open func(t *testing.T) engine.Gateway, steer func(behaviour string) map[string]string,
) {
	tests := []struct {
		name string
		run  func(b gatewayBench)
	}{
		{"capabilities make sense", gatewayBench.capabilities},
		{"an outcome says what is certain", gatewayBench.outcomes},
		{"the same order twice has one effect and one answer", gatewayBench.twice},
		{"many at once have one effect", gatewayBench.atOnce},
		{"another amount under the same key is not paid", gatewayBench.otherAmount},
		{"other keys are other payments", gatewayBench.otherKeys},
		{"a look-up finds what became of an order", gatewayBench.lookUp},
		{"a look-up has no effect", gatewayBench.lookUpOnly},
		{"a call that was broken off leaves the outcome unknown", gatewayBench.brokenOff},
		{"no order makes it panic", gatewayBench.strangeOrders},
		{"what was paid can be taken back", gatewayBench.cancel},
		{"a balance is in the account's currency", gatewayBench.balance},
		{"accounts have names and currencies of their own", gatewayBench.accounts},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.run(gatewayBench{T: t, gateway: open(t), steer: steer})
		})
	}
}

// CheckOutcome returns what is wrong with the outcome of a call about an
// order, whatever came of it: one that contradicts itself proves nothing.
func CheckOutcome(o engine.PayOrder, got engine.Outcome) error {
	group := got.Resolution.Group()
	var wrong []error
	complain := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	complain((got.Accepted || got.NotFound) && got.Verdict != "", "%s, and still open", got.Verdict)
	complain(got.Accepted && got.NotFound, "accepted and not found")
	complain(got.Verdict != engine.VerdictPaid && got.Verdict != engine.VerdictReturned && got.Paid.Minor != 0,
		"%q, with an amount of %s", got.Verdict, got.Paid.Text())
	switch got.Verdict {
	case engine.VerdictPaid, engine.VerdictReturned:
		complain(!got.Paid.Positive(), "paid nothing")
		complain(got.Paid.Currency != o.Amount.Currency,
			"asked in %s and paid in %s", o.Amount.Currency, got.Paid.Currency)
		complain(group != engine.GroupOK, "paid with resolution %s", got.Resolution)
	case engine.VerdictNotPaid:
		complain(group != engine.GroupFatal,
			"not paid with resolution %q, which proves nothing", got.Resolution)
	case "":
		complain(group == engine.GroupFatal, "unknown with resolution %s", got.Resolution)
		complain(group == engine.GroupOK && !got.Accepted, "ok, and neither an outcome nor accepted")
	default:
		complain(true, "%q is no verdict", got.Verdict)
	}
	return errors.Join(wrong...)
}

// A gatewayBench is one gateway under test.
type gatewayBench struct {
	*testing.T
	gateway engine.Gateway
	steer   func(behaviour string) map[string]string
}

// order returns an order that makes the provider behave so. The test is
// skipped where it cannot be made to.
func (b gatewayBench) order(key engine.AllocationID, behaviour string) engine.PayOrder {
	b.Helper()
	fields := b.steer(behaviour)
	if fields == nil {
		b.Skipf("the provider cannot be made to do this: %s", behaviour)
	}
	account := engine.GatewayAccount{
		ID: "account-usd", Mode: engine.ModeTest, Currency: "USD", Instruction: engine.InstructionAll,
	}
	return engine.PayOrder{
		Key: key, RequestID: "pout_req_1", Gateway: account, Amount: money.New(10000, "USD"),
		Service: "test_usd", Fields: fields, Recipient: "Sample Customer 12",
		IntentAt: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	}
}

func (b gatewayBench) pay(o engine.PayOrder) engine.Outcome {
	b.Helper()
	got := b.gateway.Pay(context.Background(), o)
	if err := CheckOutcome(o, got); err != nil {
		b.Errorf("pay: %v: %+v", err, got)
	}
	if got.NotFound {
		b.Errorf("pay: not found is an answer to a look-up: %+v", got)
	}
	return got
}

func (b gatewayBench) ask(o engine.PayOrder) engine.Outcome {
	b.Helper()
	got := b.gateway.LookUp(context.Background(), o)
	if err := CheckOutcome(o, got); err != nil {
		b.Errorf("look up: %v: %+v", err, got)
	}
	return got
}

// effects checks how many payments the provider made under a key, where it can
// tell.
func (b gatewayBench) effects(key engine.AllocationID, want int) {
	b.Helper()
	if provider, ok := b.gateway.(GatewayLedger); ok {
		if paid := provider.Paid(key); len(paid) != want {
			b.Errorf("%d payments under %s, want %d: %v", len(paid), key, want, paid)
		}
	}
}

func (b gatewayBench) capabilities() {
	can := b.gateway.Capabilities()
	switch {
	case can.KeyLife < 0 || can.NotFoundFinalAfter < 0 || can.Settling < 0:
		b.Errorf("times are not negative: %+v", can)
	case can.NotFoundFinalAfter > 0 && !can.LookUp:
		b.Errorf("nobody can ask, so nothing is final: %+v", can)
	}
	if again := b.gateway.Capabilities(); again != can {
		b.Errorf("they changed from %+v to %+v", can, again)
	}
}

// outcomes checks what is heard of each way to end, and what it was worth.
func (b gatewayBench) outcomes() {
	for behaviour, want := range map[string]struct {
		verdict  engine.Verdict
		accepted bool
		effects  int
	}{
		GatewayPays:     {engine.VerdictPaid, false, 1},
		GatewayPaysPart: {engine.VerdictPaid, false, 1},
		GatewayAccepts:  {"", true, 1},
		GatewayDeclines: {engine.VerdictNotPaid, false, 0},
		GatewayLoses:    {"", false, 1},
	} {
		b.Run(behaviour, func(t *testing.T) {
			b := b
			b.T = t
			o := b.order(engine.AllocationID("outcome-"+behaviour), behaviour)
			got := b.pay(o)
			if got.Verdict != want.verdict || got.Accepted != want.accepted {
				t.Errorf("%+v, want %q, accepted %t", got, want.verdict, want.accepted)
			}
			if behaviour == GatewayPays && got.Paid != o.Amount {
				t.Errorf("paid %s of %s", got.Paid.Text(), o.Amount.Text())
			}
			if behaviour == GatewayPaysPart && got.Paid.Cmp(o.Amount) >= 0 {
				t.Errorf("paid %s of %s, want less", got.Paid.Text(), o.Amount.Text())
			}
			b.effects(o.Key, want.effects)
		})
	}
}

func (b gatewayBench) twice() {
	if b.gateway.Capabilities().KeyLife == 0 {
		b.Skip("the provider does not deduplicate")
	}
	for _, behaviour := range []string{GatewayPays, GatewayPaysPart, GatewayDeclines, GatewayAccepts} {
		if b.steer(behaviour) == nil {
			continue
		}
		o := b.order(engine.AllocationID("twice-"+behaviour), behaviour)
		first, second := b.pay(o), b.pay(o)
		if first != second {
			b.Errorf("%s: first %+v, then %+v", behaviour, first, second)
		}
		effects := 1
		if behaviour == GatewayDeclines {
			effects = 0
		}
		b.effects(o.Key, effects)
	}
}

func (b gatewayBench) atOnce() {
	if b.gateway.Capabilities().KeyLife == 0 {
		b.Skip("the provider does not deduplicate")
	}
	o := b.order("at-once", GatewayPays)
	outcomes := make([]engine.Outcome, 16)
	var all sync.WaitGroup
	for i := range outcomes {
		all.Go(func() { outcomes[i] = b.gateway.Pay(context.Background(), o) })
	}
	all.Wait()
	names := make(map[string]bool)
	for _, got := range outcomes {
		if err := CheckOutcome(o, got); err != nil || got.Verdict == engine.VerdictNotPaid {
			b.Errorf("%+v, want paid or unknown (%v)", got, err)
		}
		if got.Verdict == engine.VerdictPaid {
			names[got.ProviderID] = true
		}
	}
	if len(names) > 1 {
		b.Errorf("%d payments: %v", len(names), names)
	}
	b.effects(o.Key, 1)
}

func (b gatewayBench) otherAmount() {
	if b.gateway.Capabilities().KeyLife == 0 {
		b.Skip("the provider does not deduplicate")
	}
	o := b.order("other-amount", GatewayPays)
	first := b.pay(o)
	o.Amount.Minor++
	got := b.pay(o)
	if got.Verdict == engine.VerdictPaid && got.Paid != first.Paid {
		b.Errorf("%+v, after %+v", got, first)
	}
	b.effects(o.Key, 1)
}

func (b gatewayBench) otherKeys() {
	seen := make(map[string]engine.AllocationID)
	for i := range 5 {
		o := b.order(engine.AllocationID(fmt.Sprintf("key-%d", i)), GatewayPays)
		got := b.pay(o)
		if other, taken := seen[got.ProviderID]; taken || got.ProviderID == "" {
			b.Errorf("%s and %q are both %q at the provider", o.Key, other, got.ProviderID)
		}
		seen[got.ProviderID] = o.Key
		b.effects(o.Key, 1)
	}
}

func (b gatewayBench) lookUp() {
	if !b.gateway.Capabilities().LookUp {
		b.Skip("the provider cannot be asked")
	}
	all := []string{GatewayPays, GatewayPaysPart, GatewayAccepts, GatewayDeclines, GatewayLoses}
	for _, behaviour := range all {
		if b.steer(behaviour) == nil {
			continue
		}
		o := b.order(engine.AllocationID("look-up-"+behaviour), behaviour)
		told := b.pay(o)
		if behaviour == GatewayLoses {
			told = engine.Outcome{Verdict: engine.VerdictPaid, Paid: o.Amount}
		}
		found := b.ask(o)
		if found.Verdict != told.Verdict || found.Accepted != told.Accepted || found.Paid != told.Paid {
			b.Errorf("%s: found %+v, want %+v", behaviour, found, told)
		}
	}
}

func (b gatewayBench) lookUpOnly() {
	o := b.order("never-paid", GatewayPays)
	for range 2 {
		got := b.ask(o)
		if got.Verdict != "" || got.Accepted {
			b.Errorf("%+v of an order that nobody made", got)
		}
		if can := b.gateway.Capabilities(); got.NotFound != can.LookUp {
			b.Errorf("%+v, want not found to be %t", got, can.LookUp)
		}
	}
	b.effects(o.Key, 0)
}

// brokenOff cancels before a call and, where the provider hangs, during it.
func (b gatewayBench) brokenOff() {
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	o := b.order("canceled", GatewayPays)
	for name, got := range map[string]engine.Outcome{
		"pay": b.gateway.Pay(canceled, o), "look up": b.gateway.LookUp(canceled, o),
	} {
		if got.Verdict != "" || got.NotFound || got.Accepted || CheckOutcome(o, got) != nil {
			b.Errorf("%s: %+v, want an unknown outcome", name, got)
		}
	}
	hanging := b.order("hanging", GatewayHangs)
	background, cancel := context.WithCancel(context.Background())
	defer cancel()
	during := leaving{background, cancel}
	if got := b.gateway.Pay(during, hanging); got.Verdict != "" || CheckOutcome(hanging, got) != nil {
		b.Errorf("hanging: %+v, want an unknown outcome", got)
	}
}

// A leaving context ends as soon as somebody waits for its end: in the middle
// of a call, then, and never before it.
type leaving struct {
	context.Context
	cancel context.CancelFunc
}

// Done implements context.Context.
func (l leaving) Done() <-chan struct{} {
	l.cancel()
	return l.Context.Done()
}

// strangeOrders are none that the engine makes. A gateway may refuse or try
// them; it may not panic, contradict itself, or pay nothing.
func (b gatewayBench) strangeOrders() {
	plain := b.order("strange", GatewayPays)
	strange := map[string]func(o *engine.PayOrder){
		"zero":             func(o *engine.PayOrder) { *o = engine.PayOrder{} },
		"no key":           func(o *engine.PayOrder) { o.Key = "" },
		"no fields":        func(o *engine.PayOrder) { o.Fields = nil },
		"no account":       func(o *engine.PayOrder) { o.Gateway = engine.GatewayAccount{} },
		"nothing":          func(o *engine.PayOrder) { o.Amount.Minor = 0 },
		"less than that":   func(o *engine.PayOrder) { o.Amount.Minor = -1 },
		"all there is":     func(o *engine.PayOrder) { o.Amount.Minor = 1<<63 - 1 },
		"no currency":      func(o *engine.PayOrder) { o.Amount.Currency = "" },
		"an unknown one":   func(o *engine.PayOrder) { o.Amount.Currency = "XXX" },
		"another currency": func(o *engine.PayOrder) { o.Amount.Currency = "JPY" },
		"hostile text": func(o *engine.PayOrder) {
			o.Recipient, o.Service = "\x1b]0;\a\u202e\xff\x00", strings.Repeat("\xf0\x9f", 1<<12)
			o.Key += "\n\x00\xff"
		},
	}
	for name, change := range strange {
		b.Run(name, func(t *testing.T) {
			o := plain
			o.Key += engine.AllocationID("-" + name)
			change(&o)
			for call, act := range map[string]func(context.Context, engine.PayOrder) engine.Outcome{
				"pay": b.gateway.Pay, "look up": b.gateway.LookUp,
			} {
				got, failure := surviving(act, o)
				if failure != nil {
					t.Errorf("%s panics: %v", call, failure)
				} else if err := CheckOutcome(o, got); err != nil {
					t.Errorf("%s: %v: %+v", call, err, got)
				}
			}
			if !o.Amount.Positive() {
				b.effects(o.Key, 0)
			}
		})
	}
}

// cancel asks to take back what was paid, and what was not.
func (b gatewayBench) cancel() {
	if !b.gateway.Capabilities().TakeBack {
		b.Skip("the provider takes nothing back")
	}
	o := b.order("cancel", GatewayPays)
	b.pay(o)
	got := b.gateway.TakeBack(context.Background(), o)
	if err := CheckOutcome(o, got); err != nil {
		b.Errorf("cancel: %v: %+v", err, got)
	}
	if got.Verdict == engine.VerdictReturned {
		if asked := b.ask(o); asked.Verdict != engine.VerdictReturned || asked.Paid != got.Paid {
			b.Errorf("canceled with %+v, and asked: %+v", got, asked)
		}
		if again := b.pay(o); again.Verdict == engine.VerdictPaid {
			b.Errorf("the same order is paid again after it was taken back: %+v", again)
		}
	}
	b.effects(o.Key, 1)
	never := b.order("never-paid", GatewayPays)
	if got := b.gateway.TakeBack(context.Background(), never); got.Verdict == engine.VerdictReturned {
		b.Errorf("what was never paid is back: %+v", got)
	}
	b.effects(never.Key, 0)
}

// balance asks what an account holds, where the provider tells.
func (b gatewayBench) balance() {
	account := engine.GatewayAccount{ID: "account-usd", Mode: engine.ModeTest, Currency: "USD"}
	told, err := b.gateway.Balance(context.Background(), account)
	switch can := b.gateway.Capabilities().Balance; {
	case can && err == nil && told.Currency != account.Currency:
		b.Errorf("told %s of an account in %s", told.Text(), account.Currency)
	case !can && err == nil:
		b.Errorf("it declares that it tells none, and told %s", told.Text())
	}
}

// accounts asks which accounts there are, where the provider tells.
func (b gatewayBench) accounts() {
	told, err := b.gateway.Accounts(context.Background(), engine.ModeTest)
	switch can := b.gateway.Capabilities().Accounts; {
	case can && err != nil:
		b.Errorf("it declares that it tells of accounts, and says %v", err)
	case !can && err == nil:
		b.Errorf("it declares that it tells of none, and told %v", told)
	}
	for i, account := range told {
		same := func(other engine.ProviderAccount) bool {
			return other.ExternalID == account.ExternalID && other.Currency == account.Currency
		}
		if account.ExternalID == "" || !account.Currency.Known() || slices.ContainsFunc(told[:i], same) {
			b.Errorf("account %d cannot be told from others: %+v", i+1, account)
		}
	}
}

// surviving makes a call and returns what it panicked with, if it did.
func surviving(
	act func(context.Context, engine.PayOrder) engine.Outcome, o engine.PayOrder,
) (got engine.Outcome, failure any) {
	defer func() { failure = recover() }()
	return act(context.Background(), o), nil
}
