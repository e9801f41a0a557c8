package engine

import (
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
)

// RequestFields is what the filter language knows of requests; doors, views
// and stores share it. A field's name is its name in JSON.
func RequestFields() []filter.Field {
	return []filter.Field{
		{Name: "id", Kind: filter.ID, Help: "the request's id"},
		{Name: "reference", Kind: filter.Text, Help: "the merchant's reference"},
		{Name: "status", Kind: filter.Enum, Values: words(RequestStatuses()), Help: "where it stands"},
		{Name: "blocked", Kind: filter.Bool, Help: "blocked or not"},
		{Name: "blockReason", Kind: filter.Enum, Values: words(BlockReasons()), Help: "why it is blocked"},
		{Name: "attention", Kind: filter.Enum, Values: append(words(Attentions()), "any", "none"), Help: "what a person must look at"},
		{Name: "currency", Kind: filter.Enum, Values: words(money.Currencies()), Help: "ISO 4217 code"},
		{Name: "amount", Kind: filter.Amount, Help: "in whole units of its currency"},
		{Name: "customer", Kind: filter.ID, Help: "the customer's id or reference"},
		{Name: "point", Kind: filter.ID, Help: "the point it came in at"},
		{Name: "instrument", Kind: filter.ID, Help: "the selected instrument's id"},
		{Name: "created", Kind: filter.Time, Help: "when it was created"},
		{Name: "updated", Kind: filter.Time, Help: "when anything of it last changed"},
		{Name: "since", Kind: filter.Time, Help: "when it came into its status"},
		{Name: "claimedBy", Kind: filter.ID, Help: "who has claimed it: a reviewer, me, any or none"},
		{Name: "splitFrom", Kind: filter.ID, Help: "the request it was split from"},
		{Name: "mergedInto", Kind: filter.ID, Help: "the request it was merged into"},
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
