package enginetest_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/enginetest"
	"github.com/purserhq/purser/engine/money"
)

// A bank is a gateway that keeps its promises, but for one defect.
type bank struct {
	defect string

	mu     sync.Mutex
	orders map[engine.AllocationID]engine.Outcome
	paid   map[engine.AllocationID][]money.Amount
}

func openBank(defect string) *bank {
	return &bank{
		defect: defect,
		orders: make(map[engine.AllocationID]engine.Outcome), paid: make(map[engine.AllocationID][]money.Amount),
	}
}

func (b *bank) Paid(key engine.AllocationID) []money.Amount { return b.paid[key] }

func (b *bank) Capabilities() engine.Capabilities {
	can := engine.Capabilities{LookUp: true, Partial: true, Balance: true, TakeBack: true, Accounts: true, KeyLife: time.Hour, NotFoundFinalAfter: time.Minute}
	if b.defect == "final without look-up" {
		can.LookUp = false
	}
	return can
}

func (b *bank) Pay(ctx context.Context, o engine.PayOrder) engine.Outcome {
	if ctx.Err() != nil {
		if b.defect == "canceled is not paid" {
			return engine.Outcome{Verdict: engine.VerdictNotPaid, Resolution: engine.ResolutionRequestError}
		}
		return engine.Outcome{Resolution: engine.ResolutionConnection}
	}
	if b.defect == "panics" {
		_ = o.Fields["behaviour"][0]
	}
	if o.Key == "" || !o.Amount.Positive() || !o.Amount.Currency.Known() {
		return engine.Outcome{Verdict: engine.VerdictNotPaid, Resolution: engine.ResolutionInvalidRequest}
	}
	behaviour := o.Fields["behaviour"]
	told := b.effect(o, behaviour)
	switch behaviour {
	case enginetest.GatewayLoses:
		return engine.Outcome{Resolution: engine.ResolutionTimeout}
	case enginetest.GatewayHangs:
		if b.defect != "answers those who left" {
			<-ctx.Done()
			return engine.Outcome{Resolution: engine.ResolutionTimeout}
		}
	}
	return told
}

// effect pays unless it did before, and returns what became of the order.
func (b *bank) effect(o engine.PayOrder, behaviour string) engine.Outcome {
	b.mu.Lock()
	defer b.mu.Unlock()
	known, again := b.orders[o.Key]
	if b.defect == "forgets" && behaviour != enginetest.GatewayDeclines {
		again = false
	}
	if again {
		return known
	}
	paid := o.Amount
	told := engine.Outcome{
		Verdict: engine.VerdictPaid, Resolution: engine.ResolutionOK, Paid: paid, ProviderID: "bank-" + string(o.Key),
	}
	switch behaviour {
	case enginetest.GatewayPaysPart:
		told.Paid.Minor /= 2
	case enginetest.GatewayAccepts:
		told = engine.Outcome{Accepted: true, Resolution: engine.ResolutionOK, ProviderID: told.ProviderID}
	case enginetest.GatewayDeclines:
		told = engine.Outcome{Verdict: engine.VerdictNotPaid, Resolution: engine.ResolutionDeclined}
	}
	switch {
	case b.defect == "pays in yen" && told.Verdict == engine.VerdictPaid:
		told.Paid.Currency = "JPY"
	case b.defect == "declines without saying why" && told.Verdict == engine.VerdictNotPaid:
		told.Resolution = engine.ResolutionUnknown
	case b.defect == "one name for all":
		told.ProviderID = "bank"
	}
	if told.Verdict != engine.VerdictNotPaid {
		b.paid[o.Key] = append(b.paid[o.Key], paid)
	}
	b.orders[o.Key] = told
	return told
}

func (b *bank) LookUp(ctx context.Context, o engine.PayOrder) engine.Outcome {
	if ctx.Err() != nil {
		return engine.Outcome{Resolution: engine.ResolutionConnection}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	told, ok := b.orders[o.Key]
	switch {
	case !ok && b.defect == "never heard is not paid":
		return engine.Outcome{Verdict: engine.VerdictNotPaid, Resolution: engine.ResolutionRequestError}
	case !ok, b.defect == "blind":
		return engine.Outcome{NotFound: true, Resolution: engine.ResolutionUnknown}
	}
	return told
}

func (b *bank) TakeBack(_ context.Context, o engine.PayOrder) engine.Outcome {
	b.mu.Lock()
	defer b.mu.Unlock()
	told, ok := b.orders[o.Key]
	switch {
	case b.defect == "takes back what it never paid":
		return engine.Outcome{Verdict: engine.VerdictReturned, Resolution: engine.ResolutionOK, Paid: o.Amount}
	case !ok || told.Verdict != engine.VerdictPaid:
		return engine.Outcome{Resolution: engine.ResolutionUnknown}
	case b.defect != "forgets what it took back":
		told.Verdict = engine.VerdictReturned
		b.orders[o.Key] = told
	}
	return engine.Outcome{Verdict: engine.VerdictReturned, Resolution: engine.ResolutionOK, Paid: told.Paid}
}

func (b *bank) Balance(_ context.Context, account engine.GatewayAccount) (money.Amount, error) {
	if b.defect == "tells balances in yen" {
		return money.New(1, "JPY"), nil
	}
	return money.New(1, account.Currency), nil
}

func (b *bank) Accounts(_ context.Context, mode engine.Mode) ([]engine.ProviderAccount, error) {
	told := []engine.ProviderAccount{{ExternalID: "main", Currency: "USD"}}
	if b.defect == "tells of an account twice" {
		told = append(told, told[0])
	}
	return told, nil
}

// defects is what TestGateway has to notice.
var defects = []string{
	"forgets", "pays in yen", "declines without saying why", "one name for all", "canceled is not paid",
	"answers those who left", "panics", "blind", "never heard is not paid", "final without look-up",
	"tells balances in yen", "takes back what it never paid", "forgets what it took back",
	"tells of an account twice",
}

const defectVariable = "PURSER_TEST_BANK_DEFECT"

// TestGatewayOfBank runs the suite on a bank, which has a defect only where
// TestGatewayNoticesDefects says so.
func TestGatewayOfBank(t *testing.T) {
	enginetest.TestGateway(t,
		func(*testing.T) engine.Gateway { return openBank(os.Getenv(defectVariable)) },
		func(behaviour string) map[string]string { return map[string]string{"behaviour": behaviour} })
}

func TestGatewayNoticesDefects(t *testing.T) {
	for _, defect := range defects {
		t.Run(defect, func(t *testing.T) {
			t.Parallel()
			child := exec.Command(os.Args[0], "-test.run=^TestGatewayOfBank$")
			child.Env = append(os.Environ(), defectVariable+"="+defect)
			output, err := child.CombinedOutput()
			if err == nil || !strings.Contains(string(output), "--- FAIL: TestGatewayOfBank/") {
				t.Errorf("nothing was noticed (%v):\n%s", err, output)
			}
		})
	}
}

func TestCheckOutcome(t *testing.T) {
	order := engine.PayOrder{Key: "alloc_1", Amount: money.New(10000, "USD")}
	paid, notPaid := engine.VerdictPaid, engine.VerdictNotPaid
	tests := []struct {
		name    string
		outcome engine.Outcome
		says    string // "" for nothing
	}{
		{"zero", engine.Outcome{}, ""},
		{"paid", engine.Outcome{Verdict: paid, Resolution: engine.ResolutionOK, Paid: order.Amount}, ""},
		{"overpaid", engine.Outcome{Verdict: paid, Resolution: engine.ResolutionOK, Paid: money.New(10001, "USD")}, ""},
		{"declined", engine.Outcome{Verdict: notPaid, Resolution: engine.ResolutionDeclined}, ""},
		{"accepted", engine.Outcome{Accepted: true, Resolution: engine.ResolutionOK}, ""},
		{"not found", engine.Outcome{NotFound: true, Resolution: engine.ResolutionUnknown}, ""},
		{"paid nothing", engine.Outcome{Verdict: paid, Resolution: engine.ResolutionOK, Paid: money.Zero("USD")}, "paid nothing"},
		{"paid in euro", engine.Outcome{Verdict: paid, Resolution: engine.ResolutionOK, Paid: money.New(1, "EUR")}, "asked in USD and paid in EUR"},
		{"paid after a time-out", engine.Outcome{Verdict: paid, Resolution: engine.ResolutionTimeout, Paid: order.Amount}, "paid with resolution"},
		{"not paid, ok", engine.Outcome{Verdict: notPaid, Resolution: engine.ResolutionOK}, "proves nothing"},
		{"not paid, timed out", engine.Outcome{Verdict: notPaid, Resolution: engine.ResolutionTimeout}, "proves nothing"},
		{"not paid, an amount", engine.Outcome{Verdict: notPaid, Resolution: engine.ResolutionDeclined, Paid: order.Amount}, "with an amount"},
		{"unknown, declined", engine.Outcome{Resolution: engine.ResolutionDeclined}, "unknown with resolution"},
		{"ok, and nothing", engine.Outcome{Resolution: engine.ResolutionOK}, "neither an outcome nor accepted"},
		{"accepted and not found", engine.Outcome{Accepted: true, NotFound: true}, "accepted and not found"},
		{"paid and accepted", engine.Outcome{Verdict: paid, Resolution: engine.ResolutionOK, Paid: order.Amount, Accepted: true}, "still open"},
		{"a word of its own", engine.Outcome{Verdict: "maybe"}, "is no verdict"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := enginetest.CheckOutcome(order, test.outcome)
			if test.says == "" {
				if err != nil {
					t.Error(err)
				}
			} else if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v, want %q", err, test.says)
			}
		})
	}
}
