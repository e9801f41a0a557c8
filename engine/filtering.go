package engine

import (
	"cmp"
	"slices"

	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
)

// RequestFields is what the filter language knows of requests; doors, views
// and stores share it. A field answers to its name in JSON and in the review
// dialect, too, where those differ.
func RequestFields() []filter.Field {
	return slices.Concat(fieldsOfItself(), fieldsOfPeople(), fieldsOfPayment(), fieldsOfTime())
}

// fieldsOfItself is what a request is, and how it stands.
func fieldsOfItself() []filter.Field {
	return []filter.Field{
		{Name: "id", Kind: filter.ID, Help: "the request's id"},
		{Name: "reference", Kind: filter.Text, Help: "the merchant's reference"},
		{Name: "status", Kind: filter.Enum, Values: words(RequestStatuses()), Help: "where it stands"},
		{Name: "blocked", Kind: filter.Bool, Help: "blocked or not"},
		{Name: "blockReason", Kind: filter.Enum, Values: words(BlockReasons()), Help: "why it is blocked"},
		{Name: "blockedBy", Kind: filter.ID, Help: "who blocked it"},
		{Name: "attention", Kind: filter.Enum, Values: append(words(Attentions()), "any", "none"), Help: "what a person must look at"},
		{Name: "signal", Kind: filter.Enum, Values: SignalWords(), Help: "what is worth a look: a signal, the weight of the strongest, any note or warning, or none"},
		{Name: "currency", Kind: filter.Enum, Values: words(money.Currencies()), Help: "ISO 4217 code"},
		{Name: "amount", Kind: filter.Amount, Help: "in whole units of its currency"},
		{Name: "available", Also: []string{"availableAmount"}, Kind: filter.Amount, Help: "what can still be allocated"},
		{Name: "point", Also: []string{"pointId", "websiteId"}, Kind: filter.ID, Help: "the point it came in at"},
		{Name: "missing", Also: []string{"approvalsMissing"}, Kind: filter.Count, Help: "approvals that it still lacks, while pending or ready"},
		{Name: "batch", Also: []string{"batchId"}, Kind: filter.ID, Help: "the batch it is in: its id or reference, any or none"},
		{Name: "canceledBy", Kind: filter.Enum, Values: words(CanceledBys()), Help: "for whom it was canceled"},
		{Name: "splitReason", Kind: filter.Enum, Values: words(SplitReasons()), Help: "why it was split"},
		{Name: "splitFrom", Also: []string{"splitFromPayoutRequestId"}, Kind: filter.ID, Help: "the request it was split from"},
		{Name: "mergedInto", Also: []string{"mergedIntoPayoutRequestId"}, Kind: filter.ID, Help: "the request it was merged into"},
		{Name: "remainderOf", Also: []string{"remainderOfPayoutRequestId"}, Kind: filter.ID, Help: "the settled request it is the rest of"},
	}
}

// fieldsOfPeople is whose it is, and who had a hand in it.
func fieldsOfPeople() []filter.Field {
	return []filter.Field{
		{Name: "customer", Also: []string{"customerId"}, Kind: filter.ID, Help: "the customer's id or reference"},
		{Name: "name", Kind: filter.Text, Help: "the customer's whole name"},
		{Name: "email", Kind: filter.Text, Help: "the customer's email address"},
		{Name: "country", Kind: filter.Text, Help: "the customer's country, as US"},
		{Name: "tag", Kind: filter.Text, Help: "one of the customer's tags"},
		{Name: "createdBy", Kind: filter.ID, Help: "who created it"},
		{Name: "maker", Kind: filter.ID, Help: "who made it what it is, and so may not approve it"},
		{Name: "claimedBy", Kind: filter.ID, Help: "who has claimed it: a reviewer, me, any or none"},
		{Name: "approvedBy", Kind: filter.ID, Help: "who approved it as it stands"},
	}
}

// fieldsOfPayment is how it would be paid, or is.
func fieldsOfPayment() []filter.Field {
	return []filter.Field{
		{Name: "instrument", Also: []string{"paymentInstrumentId"}, Kind: filter.ID, Help: "the selected instrument's id"},
		{Name: "ending", Kind: filter.Text, Help: "the last four characters of the selected instrument's number"},
		{Name: "number", Kind: filter.Text, Help: "the number of an instrument it selects or was allocated to, * for what is hidden"},
		{Name: "method", Kind: filter.Text, Help: "the selected instrument's method"},
		{Name: "service", Kind: filter.ID, Help: "the selected instrument's service"},
		{Name: "gateway", Also: []string{"gatewayAccountId"}, Kind: filter.ID, Help: "an account that some of it was allocated to"},
	}
}

// fieldsOfTime is when things happened to it.
func fieldsOfTime() []filter.Field {
	return []filter.Field{
		{Name: "created", Also: []string{"createdTime"}, Kind: filter.Time, Help: "when it was created"},
		{Name: "updated", Also: []string{"updatedTime"}, Kind: filter.Time, Help: "when anything of it last changed"},
		{Name: "since", Also: []string{"statusTime"}, Kind: filter.Time, Help: "when it came into its status"},
		{Name: "age", Kind: filter.Age, Help: "how long it has been in its status"},
	}
}

// words turns a list of typed words into strings.
func words[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// A NeedStep says how many approvals an amount above a threshold needs.
type NeedStep struct {
	Above money.Amount
	Need  int
}

// NeedSteps are the thresholds of a point's approval policy, so that the first
// one that an amount of the same currency is above says what it needs; an
// amount above none needs one approval.
func (p Point) NeedSteps() []NeedStep {
	steps := make([]NeedStep, len(p.Approvals))
	for i, rule := range p.Approvals {
		steps[len(steps)-1-i] = NeedStep{rule.Above.In(rule.Currency), rule.Need} // of two alike, the later counts
	}
	slices.SortStableFunc(steps, func(a, b NeedStep) int { return cmp.Compare(b.Above.Minor, a.Above.Minor) })
	return steps
}
