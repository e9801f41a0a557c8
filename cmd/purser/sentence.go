package main

import (
	"fmt"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/engine/yaml"
)

// sentence tells an entry of a timeline as a sentence whose subject is who did
// it.
func sentence(e engine.TimelineEntry) string {
	switch e.Subject.Kind {
	case engine.KindAllocation:
		return aboutAllocation(e.Event)
	case engine.KindPayout:
		return aboutPayout(e.Event)
	case engine.KindComment:
		return aboutComment(e)
	default:
		return aboutRequest(e.Event)
	}
}

func aboutComment(e engine.TimelineEntry) string {
	switch {
	case e.Type != "timeline-comment-created":
		return "withdrew a comment"
	case e.Message == "":
		return "commented (withdrawn)"
	default:
		return "commented: " + e.Message
	}
}

// told are the changes of a request that a sentence tells; the others follow
// from what happened.
var told = map[string]string{
	"amount": "amount", "description": "description", "paymentInstrumentId": "instrument",
	"reference": "reference", "status": "status",
}

// why are the details of an entry that a sentence tells, in its order, and
// what stands before each.
var why = []struct{ name, before string }{
	{"canceledBy", " for the "},
	{"of", " of "},
	{"splitFrom", ", split from "},
	{"remainderOf", ", the rest of "},
	{"paysAgain", ", to pay again what came back of "},
	{"into", " into "},
	{"sources", " from "},
	{"reason", " for "},
	{"remainder", ", leaving "},
	{"override", ", overriding: "},
	{"description", ": "},
}

func aboutRequest(e engine.Event) string {
	said := e.What()
	for _, detail := range why {
		value := e.Detail(detail.name)
		if strings.HasPrefix(value, "[") {
			value = yaml.Brief(value)
		}
		if value != "" {
			said += detail.before + value
		}
	}
	var changed []string
	for _, c := range e.Changes {
		name := told[c.Field]
		before, after, _ := e.Change(c.Field)
		switch {
		case name == "":
		case before == "" && name == "amount":
			changed = append(changed, amountIn(e, after))
		case before == "" && name == "status":
			changed = append(changed, after)
		case before == "":
			changed = append(changed, name+" "+after)
		case after == "":
			changed = append(changed, name+" removed")
		default:
			changed = append(changed, fmt.Sprintf("%s %s → %s", name, before, after))
		}
	}
	if len(changed) > 0 {
		said += " (" + strings.Join(changed, ", ") + ")"
	}
	return said
}

func aboutAllocation(e engine.Event) string {
	short := id.Short(e.Subject.ID)
	if _, amount, isNew := e.Change("amount"); isNew && e.Type == "allocation-created" {
		_, gateway, _ := e.Change("gatewayAccountId")
		return because(fmt.Sprintf("allocated %s to %s (%s)", amountIn(e, amount), gateway, short), e.Detail("why"))
	}
	_, reason, _ := e.Change("reason")
	state := strings.ReplaceAll(strings.TrimPrefix(e.Type, "allocation-"), "-", " ")
	return because(fmt.Sprintf("allocation %s: %s", short, state), text.Masked(reason))
}

func aboutPayout(e engine.Event) string {
	said := fmt.Sprintf("payout %s: %s", id.Short(e.Subject.ID),
		strings.ReplaceAll(strings.TrimPrefix(e.Type, "payout-"), "-", " "))
	switch e.Detail("source") {
	case string(engine.SourceLookUp):
		said += ", says the provider when asked"
	case string(engine.SourceAnswer):
		said += ", answers the provider"
	case string(engine.SourcePerson):
		said += ", states " + string(e.By)
	}
	if resolution := e.Detail("resolution"); resolution != "" && resolution != string(engine.ResolutionOK) {
		said += ", " + resolution
	}
	return because(said, text.Masked(e.Detail("message")))
}

// amountIn writes an amount of an entry that also tells the currency.
func amountIn(e engine.Event, literal string) string {
	_, currency, _ := e.Change("currency")
	amount, err := money.Parse(literal, money.Currency(currency))
	if err != nil {
		return literal + " " + currency
	}
	return amount.Text()
}

func because(said, why string) string {
	if why == "" {
		return said
	}
	return said + ": " + why
}
