package engine

import (
	"testing"

	"github.com/purserhq/purser/engine/money"
)

func dollars(n int64) money.Amount { return money.New(n*100, "USD") }

// TestPayCoreViewOfARequest is the table of the two projections, and what it
// does not say: FAILED and PARTIALLY_PROCESSED.
func TestPayCoreViewOfARequest(t *testing.T) {
	request := func(status RequestStatus, live, paid int64) Request {
		return Request{
			Status: status, InstrumentID: "inst_1", Amount: dollars(100), OriginalAmount: dollars(100),
			Live: dollars(live), Paid: dollars(paid),
		}
	}
	with := func(r Request, edit func(*Request)) Request { edit(&r); return r }
	allocation := func(status AllocationStatus, paid int64) []Allocation {
		return []Allocation{{Status: status, Amount: dollars(100), Paid: dollars(paid), Returned: dollars(0), Reopened: dollars(0)}}
	}
	returned := func(n int64) []Allocation {
		list := allocation(AllocationCompleted, 100)
		list[0].Returned = dollars(n)
		return list
	}
	payout := func(status PayoutStatus, r Resolution, v Verdict) []Payout {
		return []Payout{{Status: status, Resolution: r, Verdict: v}}
	}
	for _, test := range []struct {
		name        string
		r           Request
		allocations []Allocation
		payouts     []Payout
		paycore     Projection
		rebilly     string
	}{
		{"pending", request(RequestPending, 0, 0), nil, nil, Projection{Status: "CREATED", Resolution: "OK"}, "pending"},
		{"pending, no instrument", with(request(RequestPending, 0, 0), func(r *Request) { r.InstrumentID = "" }), nil, nil, Projection{Status: "WAITING_DETAILS", Resolution: "OK"}, "pending"},
		{"ready", request(RequestReady, 0, 0), nil, nil, Projection{Status: "READY", Resolution: "OK", Held: true}, "ready"},
		{"approved", request(RequestApproved, 0, 0), nil, nil, Projection{Status: "READY", Resolution: "OK"}, "approved"},
		{"approved and blocked", with(request(RequestApproved, 0, 0), func(r *Request) { r.Block = &Block{} }), nil, nil, Projection{Status: "READY", Resolution: "OK", Held: true}, "approved"},
		{"in progress, active", request(RequestInProgress, 100, 0), allocation(AllocationQueued, 0), nil, Projection{Status: "DISPATCHING", Resolution: "OK"}, "in-progress"},
		{"in progress, only waiting", request(RequestInProgress, 100, 0), allocation(AllocationWaiting, 0), payout(PayoutPending, ResolutionOK, ""), Projection{Status: "PENDING", Resolution: "OK"}, "in-progress"},
		{"in progress, outcome unknown", request(RequestInProgress, 100, 0), allocation(AllocationWaiting, 0), payout(PayoutProcessing, ResolutionTimeout, ""), Projection{Status: "PENDING", Resolution: "CONNECTION_TIMEOUT_ERROR", Held: true}, "in-progress"},
		{"in progress, failure prevented", request(RequestInProgress, 100, 0), allocation(AllocationWaiting, 0), payout(PayoutPending, ResolutionDeclined, ""), Projection{Status: "PENDING", Resolution: "DECLINED_ERROR", Held: true}, "in-progress"},
		{"in progress and blocked", with(request(RequestInProgress, 100, 0), func(r *Request) { r.Block = &Block{} }), allocation(AllocationQueued, 0), nil, Projection{Status: "PENDING", Resolution: "OK", Held: true}, "in-progress"},
		{"fulfilled", request(RequestFulfilled, 0, 100), allocation(AllocationCompleted, 100), payout(PayoutProcessed, ResolutionOK, VerdictPaid), Projection{Status: "PROCESSED", Resolution: "OK"}, "fulfilled"},
		{"paid in part, and nothing goes on", request(RequestInProgress, 0, 60), allocation(AllocationCompleted, 60), payout(PayoutPartiallyProcessed, ResolutionOK, VerdictPaid), Projection{Status: "PARTIALLY_PROCESSED", Resolution: "OK"}, "in-progress"},
		{"settled short", with(request(RequestFulfilled, 0, 60), func(r *Request) { r.Amount = dollars(60) }), allocation(AllocationCompleted, 60), payout(PayoutPartiallyProcessed, ResolutionOK, VerdictPaid), Projection{Status: "PARTIALLY_PROCESSED", Resolution: "OK"}, "fulfilled"},
		{"failed", request(RequestInProgress, 0, 0), allocation(AllocationDeclined, 0), payout(PayoutProcessFailed, ResolutionDeclined, VerdictNotPaid), Projection{Status: "FAILED", Resolution: "DECLINED_ERROR"}, "in-progress"},
		{"failed while blocked: something is left to try", with(request(RequestInProgress, 0, 0), func(r *Request) { r.Block = &Block{} }), allocation(AllocationDeclined, 0), payout(PayoutProcessFailed, ResolutionDeclined, VerdictNotPaid), Projection{Status: "PENDING", Resolution: "DECLINED_ERROR", Held: true}, "in-progress"},
		{"no route was found", request(RequestInProgress, 0, 0), nil, payout(PayoutCreateFailed, "", VerdictNotPaid), Projection{Status: "FAILED", Resolution: "OK"}, "in-progress"},
		{"every allocation called off", request(RequestInProgress, 0, 0), allocation(AllocationCanceled, 0), nil, Projection{Status: "PENDING", Resolution: "OK"}, "in-progress"},
		{"canceled by a human", with(request(RequestCanceled, 0, 0), func(r *Request) { r.Cancellation = &Cancellation{By: CanceledByCustomer} }), nil, nil, Projection{Status: "TERMINATED", Resolution: "OK"}, "canceled"},
		{"canceled by its lifetime", with(request(RequestCanceled, 0, 0), func(r *Request) { r.Cancellation = &Cancellation{By: CanceledBySystem} }), nil, nil, Projection{Status: "EXPIRED", Resolution: "OK"}, "canceled"},
		{"split", request(RequestSplit, 0, 0), nil, nil, Projection{Status: "TERMINATED", Resolution: "SPLIT"}, "split"},
		{"merged", request(RequestMerged, 0, 0), nil, nil, Projection{Status: "TERMINATED", Resolution: "MERGED"}, "merged"},
		{"canceling", request(RequestFulfilled, 0, 100), allocation(AllocationCompleted, 100), payout(PayoutCanceling, "", VerdictPaid), Projection{Status: "CANCELING", Resolution: "OK"}, "fulfilled"},
		{"taken back", request(RequestFulfilled, 0, 100), returned(100), payout(PayoutCanceled, ResolutionOK, VerdictPaid), Projection{Status: "CANCELED", Resolution: "OK"}, "fulfilled"},
		{"taken back in part", request(RequestFulfilled, 0, 100), returned(30), payout(PayoutPartiallyProcessed, ResolutionOK, VerdictPaid), Projection{Status: "PARTIALLY_CANCELED", Resolution: "OK"}, "fulfilled"},
		{"not taken back", request(RequestFulfilled, 0, 100), allocation(AllocationCompleted, 100), payout(PayoutCancelFailed, ResolutionOK, VerdictPaid), Projection{Status: "CANCEL_FAILED", Resolution: "OK"}, "fulfilled"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := ViewsOfRequest(test.r, test.allocations, test.payouts)
			if v.PayCore != test.paycore || v.Rebilly.Status != test.rebilly {
				t.Errorf("got %+v", v)
			}
			if refunded := len(test.allocations) > 0 && test.allocations[0].Returned.Positive(); v.Rebilly.Refunded != refunded {
				t.Errorf("refunded %t", v.Rebilly.Refunded)
			}
		})
	}
}

func TestPayCoreViewOfAPayout(t *testing.T) {
	for _, test := range []struct {
		allocation AllocationStatus
		payout     PayoutStatus // empty: never sent
		paycore    string
	}{
		{AllocationPending, "", "CREATED"},
		{AllocationQueued, "", "READY"},
		{AllocationProcessing, PayoutInvoking, "INVOKING"},
		{AllocationProcessing, PayoutProcessing, "PROCESSING"},
		{AllocationWaiting, PayoutPending, "PENDING"},
		{AllocationWaiting, PayoutProcessing, "PENDING"},
		{AllocationCompleted, PayoutProcessed, "PROCESSED"},
		{AllocationCompleted, PayoutPartiallyProcessed, "PARTIALLY_PROCESSED"},
		{AllocationDeclined, PayoutProcessFailed, "PROCESS_FAILED"},
		{AllocationFailed, "", "CREATE_FAILED"},
		{AllocationFailed, PayoutInvokeFailed, "INVOKE_FAILED"},
		{AllocationFailed, PayoutExpired, "EXPIRED"},
		{AllocationCanceled, "", "TERMINATED"},
		{AllocationCompleted, PayoutCanceling, "CANCELING"},
		{AllocationCompleted, PayoutCanceled, "CANCELED"},
		{AllocationCompleted, PayoutCancelFailed, "CANCEL_FAILED"},
	} {
		a := Allocation{Status: test.allocation, Amount: dollars(100), Returned: dollars(0)}
		var p *Payout
		if test.payout != "" {
			p = &Payout{Status: test.payout, Resolution: ResolutionOK}
		}
		if v := ViewsOfPayout(a, p); v.PayCore.Status != test.paycore || v.Rebilly.Status != string(test.allocation) {
			t.Errorf("%s, %s: got %+v, want %s", test.allocation, test.payout, v, test.paycore)
		}
	}
	held := ViewsOfPayout(Allocation{Status: AllocationWaiting}, &Payout{Status: PayoutProcessing, Resolution: ResolutionTimeout})
	if !held.PayCore.Held || held.PayCore.Resolution != "CONNECTION_TIMEOUT_ERROR" {
		t.Errorf("an unknown outcome: %+v", held)
	}
}
