package engine

import (
	"testing"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// TestJudge: what each word of a provider or a person makes of a payout of
// 100.00 USD that stands as it does.
func TestJudge(t *testing.T) {
	usd := func(minor int64) money.Amount { return money.New(minor, "USD") }
	open := Payout{Amount: usd(10000), Processed: usd(0), Status: PayoutInvoking}
	settled := open
	settled.Verdict, settled.Processed, settled.Status = VerdictPaid, usd(10000), PayoutProcessed
	refused := open
	refused.Verdict, refused.Status = VerdictNotPaid, PayoutProcessFailed
	disputed := settled
	disputed.Conflict = true

	paid := func(minor int64) Statement {
		return Statement{Verdict: VerdictPaid, Amount: usd(minor), Resolution: ResolutionOK}
	}
	notPaid := func(r Resolution) Statement { return Statement{Verdict: VerdictNotPaid, Resolution: r} }

	for _, test := range []struct {
		name     string
		payout   Payout
		says     Statement
		status   PayoutStatus
		verdict  Verdict
		conflict bool
		move     allocationVerb
	}{
		{"paid", open, paid(10000), PayoutProcessed, VerdictPaid, false, allocationPaid},
		{"paid in part", open, paid(6000), PayoutPartiallyProcessed, VerdictPaid, false, allocationPaid},
		{"paid too much", open, paid(12000), PayoutProcessed, VerdictPaid, true, allocationPaid},
		{"declined", open, notPaid(ResolutionDeclined), PayoutProcessFailed, VerdictNotPaid, false, allocationDeclined},
		{"never reached", open, notPaid(ResolutionInvalidRequest), PayoutInvokeFailed, VerdictNotPaid, false, allocationFailed},
		{"expired", open, notPaid(ResolutionOperationExpired), PayoutExpired, VerdictNotPaid, false, allocationFailed},
		{"nothing said", open, Statement{}, PayoutProcessing, "", false, allocationWaits},
		{"accepted", open, Statement{Resolution: ResolutionOK}, PayoutPending, "", false, allocationWaits},

		{"paid nothing is no payment", open, paid(0), PayoutProcessing, "", false, allocationWaits},
		{"paid in another currency is no payment", open, Statement{Verdict: VerdictPaid, Amount: money.New(10000, "EUR"), Resolution: ResolutionOK}, PayoutProcessing, "", false, allocationWaits},
		{"paid and refused at once", open, Statement{Verdict: VerdictPaid, Amount: usd(10000), Resolution: ResolutionDeclined}, PayoutProcessing, "", false, allocationWaits},
		{"a time-out is no refusal", open, notPaid(ResolutionTimeout), PayoutProcessing, "", false, allocationWaits},
		{"a word we do not know is no refusal", open, notPaid("martian"), PayoutProcessing, "", false, allocationWaits},
		{"a key that is known already is no refusal", open, notPaid(ResolutionDuplicatedID), PayoutProcessing, "", false, allocationWaits},

		{"paid again the same", settled, paid(10000), PayoutProcessed, VerdictPaid, false, ""},
		{"another sum", settled, paid(9000), PayoutProcessed, VerdictPaid, true, allocationDisputed},
		{"refused after it was paid", settled, notPaid(ResolutionDeclined), PayoutProcessed, VerdictPaid, true, allocationDisputed},
		{"nothing said about what is settled", settled, Statement{}, PayoutProcessed, VerdictPaid, false, ""},
		{"refused again", refused, notPaid(ResolutionLimitViolation), PayoutProcessFailed, VerdictNotPaid, false, ""},
		{"paid after it was refused", refused, paid(10000), PayoutProcessFailed, VerdictNotPaid, true, allocationDisputed},
		{"whatever is said in a conflict waits for a senior", disputed, notPaid(ResolutionDeclined), PayoutProcessed, VerdictPaid, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := judge(test.payout, test.says)
			if j.payout.Status != test.status || j.payout.Verdict != test.verdict || j.payout.Conflict != test.conflict || j.move != test.move {
				t.Errorf("%s, verdict %q, conflict %v, move %q", j.payout.Status, j.payout.Verdict, j.payout.Conflict, j.move)
			}
		})
	}
}

func TestNotFound(t *testing.T) {
	can := Capabilities{LookUp: true, NotFoundFinalAfter: 60e9, KeyLife: 24 * 3600e9}
	intent := Payout{Sent: 1}
	for _, test := range []struct {
		name string
		can  Capabilities
		p    Payout
		age  int64 // seconds
		want conclusion
	}{
		{"too early", can, intent, 59, provesNothing},
		{"final, and the key lives", can, intent, 60, sendAgain},
		{"final, but sent as often as it may be", can, Payout{Sent: mostSends}, 60, neverArrived},
		{"final, but the key is about to die", can, intent, 24*3600 - 60, neverArrived},
		{"never final", Capabilities{LookUp: true, KeyLife: 24 * 3600e9}, intent, 3600, provesNothing},
		{"a provider that does not deduplicate is sent nothing again", Capabilities{LookUp: true, NotFoundFinalAfter: 60e9}, intent, 60, neverArrived},
		{"it had said that it has it", can, Payout{Sent: 1, Accepted: true}, 3600, provesNothing},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := notFound(test.can, test.p, test.p.IntentAt.Add(secondsOf(test.age))); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func secondsOf(n int64) time.Duration { return time.Duration(n) * time.Second }
