package sandbox_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/enginetest"
	"github.com/purserhq/purser/engine/money"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// order returns an order for 100.00 USD that is steered by pairs of field and
// value.
func order(key engine.AllocationID, pairs ...string) engine.PayOrder {
	fields := make(map[string]string)
	for pair := range slices.Chunk(pairs, 2) {
		fields[pair[0]] = pair[1]
	}
	return engine.PayOrder{
		Key: key, RequestID: "pout_req_1", Amount: money.New(10000, "USD"), Service: "test_usd", Fields: fields,
		Gateway:  engine.GatewayAccount{ID: "sandbox-usd", Provider: "sandbox", Mode: engine.ModeTest, Currency: "USD"},
		IntentAt: start,
	}
}

// at returns a sandbox in memory at a clock that stands, and does not wait.
func at(now clock.Clock, o sandbox.Options) *sandbox.Sandbox {
	o.Clock = now
	o.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return sandbox.Memory(o)
}

func fresh() *sandbox.Sandbox { return at(clock.NewManual(start), sandbox.Options{}) }

// effects returns what was paid under key.
func effects(t *testing.T, s *sandbox.Sandbox, key engine.AllocationID) []string {
	t.Helper()
	list, err := s.EffectsOf(key)
	if err != nil {
		t.Fatal(err)
	}
	var paid []string
	for _, e := range list {
		paid = append(paid, e.Paid.String())
	}
	return paid
}

// counted is a sandbox that enginetest can count.
type counted struct {
	*sandbox.Sandbox
	t *testing.T
}

func (c counted) Paid(key engine.AllocationID) (paid []money.Amount) {
	list, err := c.EffectsOf(key)
	if err != nil {
		c.t.Error(err)
	}
	for _, e := range list {
		paid = append(paid, e.Paid)
	}
	return paid
}

func steer(behaviour string) map[string]string {
	return map[string]string{sandbox.FieldScript: map[string]string{
		enginetest.GatewayPays: "processed", enginetest.GatewayPaysPart: "partial:60",
		enginetest.GatewayAccepts: "accept", enginetest.GatewayDeclines: "declined",
		enginetest.GatewayLoses: "timeout,found", enginetest.GatewayHangs: "processed",
	}[behaviour], sandbox.FieldDelay: map[string]string{enginetest.GatewayHangs: "1h"}[behaviour]}
}

func TestGateway(t *testing.T) {
	openers := map[string]func(t *testing.T) *sandbox.Sandbox{
		"memory": func(*testing.T) *sandbox.Sandbox { return sandbox.Memory(sandbox.Options{}) },
		"file": func(t *testing.T) *sandbox.Sandbox {
			return open(t, filepath.Join(t.TempDir(), "ledger"), sandbox.Options{})
		},
		"no look-ups": func(*testing.T) *sandbox.Sandbox {
			can := engine.Capabilities{KeyLife: time.Hour}
			return sandbox.Memory(sandbox.Options{Capabilities: &can})
		},
		"no keys": func(*testing.T) *sandbox.Sandbox {
			can := engine.Capabilities{LookUp: true}
			return sandbox.Memory(sandbox.Options{Capabilities: &can})
		},
	}
	for name, opened := range openers {
		t.Run(name, func(t *testing.T) {
			enginetest.TestGateway(t, func(t *testing.T) engine.Gateway { return counted{opened(t), t} }, steer)
		})
	}
}

func open(t *testing.T, path string, o sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// heard puts an outcome in a word: the verdict, or why there is none.
func heard(o engine.Outcome) string {
	switch {
	case o.Verdict == engine.VerdictPaid:
		return "paid " + o.Paid.String()
	case o.Verdict != "":
		return string(o.Verdict) + " " + string(o.Resolution)
	case o.Accepted:
		return "accepted"
	case o.NotFound:
		return "not-found"
	case o.Resolution == "":
		return "nothing"
	}
	return string(o.Resolution)
}

// exchange pays once and then looks up, and returns what was heard; the last
// answer stands for all that were like it.
func exchange(s *sandbox.Sandbox, o engine.PayOrder, lookUps int) string {
	said := []string{heard(s.Pay(context.Background(), o))}
	for range lookUps {
		said = append(said, heard(s.LookUp(context.Background(), o)))
	}
	for len(said) > 1 && said[len(said)-1] == said[len(said)-2] {
		said = said[:len(said)-1]
	}
	return strings.Join(said, " | ")
}

func TestFields(t *testing.T) {
	tests := []struct {
		name   string
		fields string // field=value, separated by semicolons; "test_details_" left out
		heard  string // of a submission and two look-ups
		paid   string
	}{
		{"nothing steers", "account=587964", "paid 100.00", "100.00"},
		{"processed", "payout_status=processed", "paid 100.00", "100.00"},
		{"in part", "payout_status=partially processed", "paid 50.00", "50.00"},
		{"pending for good", "payout_status=PENDING", "accepted", "100.00"},
		{"processing for good", "payout_status=processing", "unknown", "100.00"},
		{"failed", "payout_status=process-failed", "not-paid processing-error", ""},
		{
			"PayCore 58: test provider steering", "payout_status=process-failed;payout_resolution=insufficient funds",
			"not-paid insufficient-funds", "",
		},
		{
			"the same in capitals", "payout_status= PROCESS_FAILED ;payout_resolution=INSUFFICIENT-FUNDS",
			"not-paid insufficient-funds", "",
		},
		{"never invoked", "payout_status=invoke-failed", "not-paid request-error", ""},
		{"expired", "payout_status=expired", "not-paid operation-expired", ""},
		{"a fatal resolution refuses", "payout_resolution=antifraud", "not-paid antifraud-error", ""},
		{"ok changes nothing", "payout_resolution=ok", "paid 100.00", "100.00"},
		{"unknown for good", "payout_resolution=general error", "general-error", "100.00"},
		{
			"unknown, then found", "payout_status=processed;payout_resolution=connection timeout",
			"connection-timeout-error | paid 100.00", "100.00",
		},
		{
			"unknown, then refused", "payout_status=process failed;payout_resolution=unknown",
			"unknown | not-paid processing-error", "",
		},
		{"always lucky", "success_rate=100", "paid 100.00", "100.00"},
		{"never lucky", "success_rate=0 %;payout_resolution=limit violation", "not-paid limit-violation", ""},
		{"less", "processed_amount=12.34", "paid 12.34", "12.34"},
		{"more", "processed_amount=100.01", "paid 100.01", "100.01"},
		{"in part, and how much", "payout_status=partially-processed;processed_amount=1", "paid 1.00", "1.00"},
		{"the script goes before the rest", "script=declined;payout_status=processed", "not-paid declined-error", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, o := fresh(), order("alloc_1")
			for pair := range strings.SplitSeq(test.fields, ";") {
				field, value, _ := strings.Cut(pair, "=")
				o.Fields["test_details_"+field] = value
			}
			if got := exchange(s, o, 2); got != test.heard {
				t.Errorf("heard %s\nwant  %s", got, test.heard)
			}
			if got := strings.Join(effects(t, s, o.Key), " "); got != test.paid {
				t.Errorf("paid %q, want %q", got, test.paid)
			}
		})
	}
}

func TestCards(t *testing.T) {
	const good, masked, bad = "5123817234060000", "551928******0000", "4412 3972 1208 0000"
	tests := []struct{ number, expiry, heard string }{
		{good, "05/29", "paid 100.00"},
		{masked, "", "paid 100.00"},
		{good, "07/77", "accepted"},
		{bad, "05/29", "not-paid insufficient-funds"},
		{bad, "05/2029", "not-paid insufficient-funds"},
		{"4302912837020000", "0238", "not-paid invalid-amount"},
		{bad, "01/37", "not-paid limit-violation"},
		{bad, "06/42", "not-paid antifraud-error"},
		{bad, "09 / 33", "not-paid declined-error"},
		{bad, "05/53", "unknown"},
		{bad, "06/54", "provider-internal-error"},
		{bad, "08/56", "not-paid access-denied"},
		{bad, "12/30", "not-paid general-fatal-error"},
		{"4111111111111111", "05/29", "paid 100.00"},
	}
	for _, test := range tests {
		t.Run(test.number+" "+test.expiry, func(t *testing.T) {
			s, o := fresh(), order("alloc_1", sandbox.FieldCardNumber, test.number, sandbox.FieldExpiry, test.expiry)
			if got := exchange(s, o, 0); got != test.heard {
				t.Errorf("%s, want %s", got, test.heard)
			}
			sums := len(effects(t, s, o.Key)) > 0
			if want := strings.HasPrefix(test.heard, "paid") || test.heard == "accepted"; sums != want {
				t.Errorf("paid: %t, want %t", sums, want)
			}
		})
	}
}

func TestScripts(t *testing.T) {
	tests := []struct {
		script string
		heard  string // of a submission and three look-ups
		paid   string
	}{
		{"processed", "paid 100.00", "100.00"},
		{"timeout,found", "connection-timeout-error | paid 100.00", "100.00"},
		{"timeout,not-found", "connection-timeout-error | not-found", ""},
		{"timeout", "connection-timeout-error", "100.00"},
		{"timeout,found:declined", "connection-timeout-error | not-paid declined-error", ""},
		{"timeout-before,found", "connection-timeout-error | not-found", ""},
		{"reset", "connection-error", ""},
		{"reset,processed", "connection-error | not-found", ""},
		{"reset-after,reset,found", "connection-error | connection-error | paid 100.00", "100.00"},
		{"accept,silence,processed", "accepted | nothing | paid 100.00", "100.00"},
		{"accept,silence", "accepted | nothing", "100.00"},
		{"accept,process-failed", "accepted | not-paid processing-error", ""},
		{"accept,partial:60", "accepted | paid 60.00", "60.00"},
		{"decline", "not-paid declined-error", ""},
		{"declined:insufficient-funds", "not-paid insufficient-funds", ""},
		{"garbage,found", "general-error | paid 100.00", "100.00"},
		{"error-500,found", "provider-internal-error | not-found", ""},
		{"error-500-after,found", "provider-internal-error | paid 100.00", "100.00"},
		{"error-429,error-429,found", "general-error | general-error | not-found", ""},
		{"partial:60", "paid 60.00", "60.00"},
		{"over:120", "paid 120.00", "120.00"},
		{"timeout,over:101", "connection-timeout-error | paid 101.00", "101.00"},
		{"duplicate,found", "not-paid duplicated-id | paid 100.00", "100.00"},
		{"not-found,not-found,found", "general-error | not-found | paid 100.00", "100.00"},
		{"contradict", "paid 100.00 | not-paid declined-error", "100.00"},
		{"declined,contradict", "not-paid declined-error | paid 100.00", ""},
		{"timeout,contradict", "connection-timeout-error | paid 100.00 | not-paid declined-error", "100.00"},
		{"unknown:provider internal error,found", "provider-internal-error | paid 100.00", "100.00"},
		{"unknown-before", "unknown", ""},
		{" Error 500_After , TIMEOUT,partial: 60 ", "provider-internal-error | connection-timeout-error | paid 60.00", "60.00"},
	}
	for _, test := range tests {
		t.Run(test.script, func(t *testing.T) {
			s, o := fresh(), order("alloc_1", sandbox.FieldScript, test.script)
			if got := exchange(s, o, 3); got != test.heard {
				t.Errorf("heard %s\nwant  %s", got, test.heard)
			}
			if got := strings.Join(effects(t, s, o.Key), " "); got != test.paid {
				t.Errorf("paid %q, want %q", got, test.paid)
			}
		})
	}
}

func TestBadDetailsAreRefusedWithoutEffect(t *testing.T) {
	tests := []struct{ field, value, says string }{
		{sandbox.FieldScript, "timeout,fuond", `no step is called "fuond" (write one of processed, found`},
		{sandbox.FieldScript, "timeout,", `no step is called ""`},
		{sandbox.FieldScript, "partial", `step partial: "" is no percentage (write one from 1 to 99, as partial:1)`},
		{sandbox.FieldScript, "partial:100", `"100" is no percentage`},
		{sandbox.FieldScript, "over:1e9", `"1e9" is no percentage (write one from 101 to 200`},
		{sandbox.FieldScript, "timeout:5s", `step timeout: it takes no argument, such as "5s"`},
		{sandbox.FieldScript, "declined:connection-error", "connection-error is of the group unknown (name one of the group fatal)"},
		{sandbox.FieldScript, "unknown:declined", "declined-error is of the group fatal"},
		{sandbox.FieldScript, "declined:bad luck", `no resolution is called "bad-luck"`},
		{sandbox.FieldScript, "\x1b[2J" + strings.Repeat("x", 99), `no step is called "␛[2jxxx`},
		{sandbox.FieldScript, strings.Repeat("found,", 64) + "found", "too long (at most 64 steps)"},
		{sandbox.FieldStatus, "canceling", `test_details_payout_status: "canceling" cannot be asked for (write one of expired, `},
		{sandbox.FieldResolution, "nope", `test_details_payout_resolution: no resolution is called "nope"`},
		{sandbox.FieldSuccessRate, "101", `"101" is no percentage (write one from 0 to 100)`},
		{sandbox.FieldSuccessRate, "-1", `is no percentage`},
		{sandbox.FieldProcessedAmount, "12.345", "test_details_processed_amount: amount"},
		{sandbox.FieldProcessedAmount, "0", "nothing cannot be paid"},
		{sandbox.FieldProcessedAmount, "-5", "nothing cannot be paid"},
		{sandbox.FieldDelay, "soon", `"soon" is no delay (write one from 0s to 1h, as 2s)`},
		{sandbox.FieldDelay, "2h", "is no delay"},
		{sandbox.FieldDelay, "-1s", "is no delay"},
	}
	for _, test := range tests {
		t.Run(test.value, func(t *testing.T) {
			s, o := fresh(), order("alloc_1", test.field, test.value)
			got := s.Pay(context.Background(), o)
			if got.Verdict != engine.VerdictNotPaid || got.Resolution != engine.ResolutionInvalidDetails {
				t.Errorf("%+v, want invalid details", got)
			}
			if !strings.Contains(got.Message, test.says) {
				t.Errorf("says %q, want %q", got.Message, test.says)
			}
			if paid := effects(t, s, o.Key); len(paid) > 0 {
				t.Errorf("paid %v", paid)
			}
		})
	}
	t.Run("contradicting", func(t *testing.T) {
		o := order("alloc_1", sandbox.FieldStatus, "processed", sandbox.FieldResolution, "declined")
		got := fresh().Pay(context.Background(), o)
		if got.Resolution != engine.ResolutionInvalidDetails || !strings.Contains(got.Message, "leave one out") {
			t.Errorf("%+v, want invalid details", got)
		}
	})
}

func TestOrdersThatAreRefused(t *testing.T) {
	tests := []struct {
		name   string
		change func(o *engine.PayOrder)
		want   engine.Resolution
	}{
		{"live", func(o *engine.PayOrder) { o.Gateway.Mode = engine.ModeLive }, engine.ResolutionAccessDenied},
		{"no mode", func(o *engine.PayOrder) { o.Gateway.Mode = "" }, engine.ResolutionAccessDenied},
		{"no key", func(o *engine.PayOrder) { o.Key = "" }, engine.ResolutionInvalidRequest},
		{"a key of control characters", func(o *engine.PayOrder) { o.Key = "a\nb" }, engine.ResolutionInvalidRequest},
		{"another currency", func(o *engine.PayOrder) { o.Amount.Currency = "EUR" }, engine.ResolutionInvalidRequest},
		{"nothing", func(o *engine.PayOrder) { o.Amount.Minor = 0 }, engine.ResolutionInvalidAmount},
		{"less", func(o *engine.PayOrder) { o.Amount.Minor = -1 }, engine.ResolutionInvalidAmount},
		{"too much", func(o *engine.PayOrder) { o.Amount.Minor = money.MaxMinor + 1 }, engine.ResolutionInvalidAmount},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, o := fresh(), order("alloc_1")
			test.change(&o)
			got := s.Pay(context.Background(), o)
			if got.Verdict != engine.VerdictNotPaid || got.Resolution != test.want || got.Message == "" {
				t.Errorf("%+v, want %s", got, test.want)
			}
			if paid, err := s.Effects(); err != nil || len(paid) > 0 {
				t.Errorf("paid %v, %v", paid, err)
			}
		})
	}
}

// What an account holds is what it opened with, less what was paid from it and
// did not come back.
func TestBalances(t *testing.T) {
	s := sandbox.Memory(standing())
	account := order("alloc_1").Gateway
	balance := func() string {
		t.Helper()
		told, err := s.Balance(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		return told.Text()
	}
	if got := balance(); got != "1,000,000.00 USD" {
		t.Errorf("it opens with %s", got)
	}
	for key, script := range map[engine.AllocationID]string{
		"alloc_1": "processed", "alloc_2": "declined", "alloc_3": "accept", "alloc_4": "partial:60", "alloc_5": "returned-part:40",
	} {
		s.Pay(t.Context(), order(key, sandbox.FieldScript, script))
	}
	if got := balance(); got != "999,780.00 USD" { // 100, nothing, nothing yet, 60, 100 less 40
		t.Errorf("then it holds %s", got)
	}
	account.ID = "another"
	if got := balance(); got != "1,000,000.00 USD" {
		t.Errorf("another holds %s", got)
	}
	account.Mode = engine.ModeLive
	if told, err := s.Balance(t.Context(), account); err == nil {
		t.Errorf("it told %s of an account in live mode", told.Text())
	}
}
