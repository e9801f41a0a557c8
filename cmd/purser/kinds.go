package main

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// moment writes a time as tables and pages do: to the minute, UTC.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04Z")
}

// orBlank writes an amount, and nothing for nothing.
func orBlank(a money.Amount) string {
	if a.IsZero() {
		return ""
	}
	return a.Text()
}

// paying writes an amount, and what an account in another currency pays for it.
func paying(amount, pays money.Amount) string {
	if pays.Currency == amount.Currency || pays.IsZero() {
		return orBlank(amount)
	}
	return amount.Text() + " → " + pays.Text()
}

// named is a name with the reference behind it.
func named(name, reference string) string {
	switch {
	case name == "":
		return reference
	case reference == "":
		return name
	}
	return name + " (" + reference + ")"
}

func requestKind() kind[engine.RequestRow] {
	return kind[engine.RequestRow]{
		id: func(r engine.RequestRow) string { return string(r.ID) },
		columns: []column[engine.RequestRow]{
			{name: "ID", cell: func(r engine.RequestRow) string { return string(r.ID) }},
			{name: "STATUS", cell: func(r engine.RequestRow) string { return statusOfRequest(r.Request) }},
			{name: "AMOUNT", right: true, cell: func(r engine.RequestRow) string { return r.Amount.Text() }},
			{name: "CUSTOMER", cell: func(r engine.RequestRow) string { return named(r.CustomerName, r.CustomerReference) }},
			{name: "INSTRUMENT", cell: func(r engine.RequestRow) string { return instrumentName(r.Instrument) }},
			{name: "CREATED", cell: func(r engine.RequestRow) string { return moment(r.CreatedAt) }},
			{name: "ATTENTION", cell: func(r engine.RequestRow) string { return string(r.Attention) }},
		},
		csv: engine.RequestProperties(),
	}
}

func statusOfRequest(r engine.Request) string {
	if r.Block != nil {
		return string(r.Status) + ", blocked"
	}
	return string(r.Status)
}

// rowOf is a request without what a list shows besides.
func rowOf(r engine.Request) engine.RequestRow { return engine.RequestRow{Request: r} }

func allocationKind() kind[engine.Allocation] {
	return kind[engine.Allocation]{
		id: func(a engine.Allocation) string { return string(a.ID) },
		columns: []column[engine.Allocation]{
			{name: "ID", cell: func(a engine.Allocation) string { return string(a.ID) }},
			{name: "REQUEST", cell: func(a engine.Allocation) string { return string(a.RequestID) }},
			{name: "STATUS", cell: statusOfAllocation},
			{name: "AMOUNT", right: true, cell: func(a engine.Allocation) string { return paying(a.Amount, a.PayoutAmount) }},
			{name: "PAID", right: true, cell: func(a engine.Allocation) string { return orBlank(a.Paid) }},
			{name: "FEE", right: true, cell: func(a engine.Allocation) string { return orBlank(a.Fee) }},
			{name: "ACCOUNT", cell: func(a engine.Allocation) string { return a.GatewayID }},
			{name: "REASON", cell: func(a engine.Allocation) string { return text.Masked(a.Reason) }},
		},
		csv: []string{
			"id", "payoutRequestId", "paymentInstrumentId", "gatewayAccountId", "routeId", "currency",
			"amount", "heldAmount", "paidAmount", "overpaidAmount", "returnedAmount", "payoutCurrency",
			"payoutAmount", "fee", "status", "origin", "attempt", "replacesId", "reason", "override",
			"conflict", "createdBy", "createdTime", "updatedTime",
		},
	}
}

func statusOfAllocation(a engine.Allocation) string {
	if a.Conflict {
		return string(a.Status) + ", in conflict"
	}
	return string(a.Status)
}

func payoutKind() kind[engine.Payout] {
	return kind[engine.Payout]{
		id: func(p engine.Payout) string { return string(p.ID) },
		columns: []column[engine.Payout]{
			{name: "ID", cell: func(p engine.Payout) string { return string(p.ID) }},
			{name: "REQUEST", cell: func(p engine.Payout) string { return string(p.RequestID) }},
			{name: "STATUS", cell: statusOfPayout},
			{name: "AMOUNT", right: true, cell: func(p engine.Payout) string { return p.Amount.Text() }},
			{name: "PROCESSED", right: true, cell: func(p engine.Payout) string { return orBlank(p.Processed) }},
			{name: "RESOLUTION", cell: func(p engine.Payout) string { return string(p.Resolution) }},
			{name: "ACCOUNT", cell: func(p engine.Payout) string { return p.GatewayID }},
			{name: "MESSAGE", cell: func(p engine.Payout) string { return text.Masked(p.Message) }},
		},
		csv: []string{
			"id", "allocationId", "payoutRequestId", "gatewayAccountId", "currency", "amount",
			"processedAmount", "returnedAmount", "status", "resolution", "verdict", "conflict", "providerId", "message",
			"sent", "lookUps", "lookUpTime", "createdTime", "updatedTime",
		},
	}
}

func statusOfPayout(p engine.Payout) string {
	if p.Conflict {
		return string(p.Status) + ", in conflict"
	}
	return string(p.Status)
}

func customerKind() kind[engine.Customer] {
	return kind[engine.Customer]{
		id: func(c engine.Customer) string { return string(c.ID) },
		columns: []column[engine.Customer]{
			{name: "ID", cell: func(c engine.Customer) string { return string(c.ID) }},
			{name: "REFERENCE", cell: func(c engine.Customer) string { return c.Reference }},
			{name: "NAME", cell: func(c engine.Customer) string { return c.Name }},
			{name: "EMAIL", cell: func(c engine.Customer) string { return c.Email }},
			{name: "COUNTRY", cell: func(c engine.Customer) string { return c.Country }},
			{name: "PAYOUTS", cell: func(c engine.Customer) string { return onOff(c.PayoutEnabled) }},
		},
		csv: []string{"id", "reference", "name", "email", "country", "tags", "payoutEnabled", "createdTime"},
	}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func instrumentKind() kind[engine.Instrument] {
	return kind[engine.Instrument]{
		id: func(i engine.Instrument) string { return string(i.ID) },
		columns: []column[engine.Instrument]{
			{name: "ID", cell: func(i engine.Instrument) string { return string(i.ID) }},
			{name: "SERVICE", cell: func(i engine.Instrument) string { return i.ServiceID }},
			{name: "DETAILS", cell: details},
			{name: "STATUS", cell: func(i engine.Instrument) string { return string(i.Status) }},
			{name: "ADDED BY", cell: func(i engine.Instrument) string { return string(i.CreatedBy) }},
			{name: "VERIFIED BY", cell: func(i engine.Instrument) string { return string(i.VerifiedBy) }},
		},
		csv: []string{
			"id", "customerId", "service", "method", "currency", "fields", "status", "verifiedBy",
			"createdBy", "createdTime",
		},
	}
}

// instrumentName is how people call an instrument: its service, and the end of
// its number.
func instrumentName(i engine.Instrument) string {
	if i.ID == "" {
		return ""
	}
	return strings.TrimSpace(i.ServiceID + " " + details(i))
}

// details are the fields of an instrument with all but their endings masked;
// what steers the sandbox is no detail of anybody.
func details(i engine.Instrument) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(i.Fields)) {
		if strings.HasPrefix(key, "test_details_") {
			continue
		}
		const shown = 4
		value := i.Fields[key]
		if len([]rune(value)) > shown {
			value = "···· " + text.Ending(value)
		}
		parts = append(parts, key+" "+value)
	}
	return strings.Join(parts, ", ")
}

func paymentKind() kind[engine.Payment] {
	return kind[engine.Payment]{
		id: func(p engine.Payment) string { return string(p.ID) },
		columns: []column[engine.Payment]{
			{name: "ID", cell: func(p engine.Payment) string { return string(p.ID) }},
			{name: "KIND", cell: func(p engine.Payment) string { return string(p.Kind) }},
			{name: "AMOUNT", right: true, cell: func(p engine.Payment) string { return p.Amount.Text() }},
			{name: "INSTRUMENT", cell: func(p engine.Payment) string { return string(p.InstrumentID) }},
			{name: "ACCOUNT", cell: func(p engine.Payment) string { return p.GatewayID }},
			{name: "TIME", cell: func(p engine.Payment) string { return moment(p.At) }},
		},
		csv: []string{
			"id", "customerId", "paymentInstrumentId", "gatewayAccountId", "kind", "currency", "amount", "time",
		},
	}
}

func reviewerKind() kind[engine.Reviewer] {
	return kind[engine.Reviewer]{
		id: func(r engine.Reviewer) string { return string(r.ID) },
		columns: []column[engine.Reviewer]{
			{name: "ID", cell: func(r engine.Reviewer) string { return string(r.ID) }},
			{name: "NAME", cell: func(r engine.Reviewer) string { return r.Name }},
			{name: "ROLE", cell: func(r engine.Reviewer) string { return string(r.Role) }},
			{name: "LIMITS", cell: func(r engine.Reviewer) string { return limits(r.Limits) }},
		},
		csv: []string{"id", "name", "role", "limits", "sshKeys"},
	}
}

func limits(list []engine.Limit) string {
	words := make([]string, len(list))
	for i, l := range list {
		words[i] = l.Amount.In(l.Currency).Text()
	}
	return strings.Join(words, ", ")
}

func serviceKind() kind[engine.Service] {
	return kind[engine.Service]{
		id: func(s engine.Service) string { return s.ID },
		columns: []column[engine.Service]{
			{name: "ID", cell: func(s engine.Service) string { return s.ID }},
			{name: "METHOD", cell: func(s engine.Service) string { return s.Method }},
			{name: "MIN", right: true, cell: func(s engine.Service) string { return orBlank(s.Min.In(s.Currency)) }},
			{name: "MAX", right: true, cell: func(s engine.Service) string { return orBlank(s.Max.In(s.Currency)) }},
			{name: "FIELDS", cell: func(s engine.Service) string { return list(fieldKeys(s)) }},
		},
		csv: []string{"id", "method", "currency", "min", "max", "fields"},
	}
}

func fieldKeys(s engine.Service) []string {
	keys := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		keys[i] = f.Key
	}
	return keys
}

func pointKind() kind[engine.Point] {
	return kind[engine.Point]{
		id: func(p engine.Point) string { return p.ID },
		columns: []column[engine.Point]{
			{name: "ID", cell: func(p engine.Point) string { return p.ID }},
			{name: "NAME", cell: func(p engine.Point) string { return p.Name }},
			{name: "MODE", cell: func(p engine.Point) string { return string(p.Mode) }},
			{name: "CURRENCIES", cell: func(p engine.Point) string { return list(p.Currencies) }},
			{name: "READINESS", cell: func(p engine.Point) string { return string(p.Readiness.Policy) }},
		},
		csv: []string{"id", "name", "mode", "currencies", "readiness", "approvals", "options"},
	}
}

// A routeRow is a route with what it takes its mode and currency from.
type routeRow struct {
	engine.Route
	account engine.GatewayAccount
}

func routeKind() kind[routeRow] {
	return kind[routeRow]{
		id: func(r routeRow) string { return r.ID },
		columns: []column[routeRow]{
			{name: "ID", cell: func(r routeRow) string { return r.ID }},
			{name: "SERVICE", cell: func(r routeRow) string { return r.Service }},
			{name: "ACCOUNT", cell: func(r routeRow) string { return r.Gateway }},
			{name: "MIN", right: true, cell: func(r routeRow) string { return orBlank(r.Min.In(r.account.Currency)) }},
			{name: "MAX", right: true, cell: func(r routeRow) string { return orBlank(r.Max.In(r.account.Currency)) }},
			{name: "MODE", cell: func(r routeRow) string { return string(r.account.Mode) }},
			{name: "STATE", cell: func(r routeRow) string { return inUse(r.Disabled, r.Archived) }},
		},
		csv: []string{"id", "service", "gateway", "min", "max", "fee", "disabled", "archived"},
	}
}

func inUse(disabled, archived bool) string {
	switch {
	case archived:
		return "archived"
	case disabled:
		return "disabled"
	default:
		return "enabled"
	}
}
