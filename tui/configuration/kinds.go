package configuration

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

var points = kind{
	name: "Points", kind: engine.KindPoint, empty: "there is no point: no request can come in",
	columns: []grid.Column{
		{ID: "id", Title: "POINT", Min: 12, Max: 24},
		{ID: "currencies", Title: "CURRENCIES", Min: 12, Max: 30},
		{ID: "readiness", Title: "READY", Min: 14, Max: 30},
		{ID: "approvals", Title: "APPROVALS", Min: 9, Max: 12, Priority: 2},
		{ID: "scheme", Title: "ROUTING", Min: 10, Max: 20, Priority: 1},
		{ID: "rates", Title: "RATES", Min: 8, Max: 20, Priority: 3},
	},
	rows: func(v view) []grid.Row {
		var rows []grid.Row
		for _, p := range sorted(v.Points) {
			if p.Mode != v.mode {
				continue
			}
			rules := screen.Plural(len(p.Approvals), "rule")
			if len(p.Approvals) == 0 {
				rules = "one"
			}
			rows = append(rows, grid.Row{Key: p.ID, Cells: []canvas.Span{
				{Text: text.Line(p.ID)},
				{Text: words(p.Currencies)},
				{Text: readiness(p.Readiness)},
				{Text: rules, Style: theme.Muted},
				{Text: orElse(p.Scheme, "file order"), Style: theme.Muted},
				{Text: orElse(p.Rates, "system"), Style: theme.Muted},
			}})
		}
		return rows
	},
	about: func(v view, id string) (detail, beside []screen.Line) {
		p := v.Points[id]
		detail = []screen.Line{
			title(p.ID, p.Name, string(p.Mode)+" point"),
			said("currencies", words(p.Currencies)),
			said("ready", readiness(p.Readiness)),
			said("routing", orElse(p.Scheme, "none: routes in file order")),
			said("rates", orElse(p.Rates, "the system scheme")),
		}
		for i, rule := range p.Approvals {
			detail = append(detail, said(first(i, "approvals"), screen.Plural(rule.Need, "approval")+" above "+
				screen.Money(rule.Above.In(rule.Currency))))
		}
		if len(p.Approvals) == 0 {
			detail = append(detail, said("approvals", "one for any amount"))
		}
		return detail, append(screen.Head("OPTIONS"), options(p.Options)...)
	},
}

// readiness says how requests at a point become ready.
func readiness(r engine.Readiness) text.Safe {
	switch r.Policy {
	case engine.ReadinessTimed:
		said := "after " + screen.Count(int64(r.PendingPeriodHours)) + " h"
		if r.Time != "" {
			said += ", at " + text.Line(r.Time)
		}
		return said
	case engine.ReadinessImmediate:
		return "at once"
	}
	return "by a reviewer"
}

// options says what the engine does at a point by itself.
func options(o engine.Options) []screen.Line {
	number := func(n int, none, unit text.Safe) text.Safe {
		if n == 0 {
			return none
		}
		return screen.Count(int64(n)) + unit
	}
	return []screen.Line{
		said("allocates", choose(o.AutoAllocate, "by itself", "when a reviewer says so")),
		said("processes", choose(o.AutoProcess, "by itself", "when a reviewer says so")),
		said("splits", choose(o.SplitMode, "one amount over several routes", "no: a route takes all of a portion")),
		said("pays partly", choose(o.AllowPartially, "allowed", "not allowed")),
		said("tries again", number(o.AttemptsLimit, "never", " times after a payout that failed")),
		said("undo", number(int(o.Undo()/time.Second), "no waiting for it", " s before the engine goes on")),
		said("expires", number(o.ExpireAfterHours, "never", " h after it came in")),
	}
}

var services = kind{
	name: "Services", kind: engine.KindService, empty: "there is no service: nobody can be paid",
	columns: []grid.Column{
		{ID: "id", Title: "SERVICE", Min: 16, Max: 26},
		{ID: "method", Title: "METHOD", Min: 12, Max: 24},
		{ID: "min", Title: "FROM", Min: 11, Max: 14, Align: canvas.Right, Priority: 1},
		{ID: "max", Title: "UP TO", Min: 13, Max: 16, Align: canvas.Right},
		{ID: "currency", Title: "CUR", Min: 4},
		{ID: "fields", Title: "FIELDS", Min: 12, Max: 40},
	},
	rows: func(v view) []grid.Row {
		var rows []grid.Row
		for _, s := range sorted(v.Services) {
			var fields []string
			for _, f := range s.Fields {
				fields = append(fields, f.Key)
			}
			rows = append(rows, grid.Row{Key: s.ID, Cells: []canvas.Span{
				{Text: text.Line(s.ID)},
				{Text: text.Line(s.Method), Style: theme.Muted},
				{Text: screen.Amount(s.Min.In(s.Currency)), Style: theme.Muted},
				{Text: screen.Amount(s.Max.In(s.Currency))},
				{Text: text.Line(string(s.Currency)), Style: theme.Muted},
				{Text: words(fields)},
			}})
		}
		return rows
	},
	about: func(v view, id string) (detail, beside []screen.Line) {
		s := v.Services[id]
		detail = []screen.Line{
			title(s.ID, "", s.Method+" in "+string(s.Currency)),
			said("pays", "from "+screen.Amount(s.Min.In(s.Currency))+" to "+screen.Money(s.Max.In(s.Currency))),
		}
		var paidBy []string
		for _, r := range v.Routes {
			if r.Service == id && v.Gateways[r.Gateway].Mode == v.mode {
				paidBy = append(paidBy, r.Gateway)
			}
		}
		if len(paidBy) == 0 {
			detail = append(detail, screen.Fact("paid by", canvas.Span{
				Text: "no account in " + text.Line(string(v.mode)) + " mode", Style: theme.Warning,
			}))
		} else {
			line := said("paid by", words(slices.Compact(slices.Sorted(slices.Values(paidBy)))))
			line.Wrap = true
			detail = append(detail, line)
		}
		return detail, fields(s.Fields)
	},
}

// fields tells which details a service needs.
func fields(list []engine.ServiceField) []screen.Line {
	lines := screen.Head("FIELDS", canvas.Span{Text: "checked at every door", Style: theme.Muted})
	if len(list) == 0 {
		return append(lines, screen.Line{Spans: []canvas.Span{{Text: "none", Style: theme.Muted}}})
	}
	for _, f := range list {
		need, style := text.Safe("optional"), theme.Muted
		if f.Required {
			need, style = "required", theme.Text
		}
		if f.Luhn {
			need += ", Luhn"
		}
		lines = append(lines, screen.Line{Spans: []canvas.Span{
			{Text: screen.PadRight(text.Line(f.Key), 20) + " ", Style: theme.Strong},
			{Text: screen.PadRight(need, 15) + " ", Style: style},
			{Text: text.Line(f.Label), Style: theme.Muted},
		}})
		if f.Pattern != "" {
			lines = append(lines, screen.Line{Indent: 2, Spans: []canvas.Span{
				{Text: "matches ", Style: theme.Muted}, {Text: text.Line(f.Pattern)},
			}})
		}
	}
	return lines
}

var routes = kind{
	name: "Routes", kind: engine.KindRoute, empty: "there is no route: nothing can be paid",
	columns: []grid.Column{
		{ID: "id", Title: "ROUTE", Min: 14, Max: 24},
		{ID: "service", Title: "SERVICE", Min: 16, Max: 24},
		{ID: "gateway", Title: "ACCOUNT", Min: 15, Max: 24},
		{ID: "min", Title: "FROM", Min: 10, Max: 14, Align: canvas.Right, Priority: 2},
		{ID: "max", Title: "UP TO", Min: 11, Max: 14, Align: canvas.Right, Priority: 1},
		{ID: "fee", Title: "FEE", Min: 12, Max: 20},
		{ID: "state", Title: "STATE", Min: 9},
	},
	rows: func(v view) []grid.Row {
		var rows []grid.Row
		for _, r := range v.Routes {
			account := v.Gateways[r.Gateway]
			if account.Mode != v.mode || r.Archived {
				continue
			}
			rows = append(rows, grid.Row{Key: r.ID, Cells: []canvas.Span{
				{Text: text.Line(r.ID)},
				{Text: text.Line(r.Service)},
				{Text: text.Line(r.Gateway)},
				{Text: orNone(r.Min, account.Currency), Style: theme.Muted},
				{Text: orNone(r.Max, account.Currency)},
				{Text: screen.Fee(r.Fee, account.Currency)},
				state(r, account),
			}})
		}
		return rows
	},
	about: aboutRoute,
}

// state says whether a route can be used, as far as it is configured.
func state(r engine.Route, account engine.GatewayAccount) canvas.Span {
	switch {
	case r.Disabled:
		return canvas.Span{Text: "disabled", Style: theme.Held}
	case account.Disabled:
		return canvas.Span{Text: "no account", Style: theme.Held}
	}
	return canvas.Span{Text: "enabled", Style: theme.Done}
}

func aboutRoute(v view, id string) (detail, beside []screen.Line) {
	i := slices.IndexFunc(v.Routes, func(r engine.Route) bool { return r.ID == id })
	if i < 0 {
		return nil, nil
	}
	r := v.Routes[i]
	account := v.Gateways[r.Gateway]
	c := account.Currency
	detail = []screen.Line{
		title(r.ID, "", "pays "+r.Service+" from "+r.Gateway),
		said("from", orNone(r.Min, c)), said("up to", orNone(r.Max, c)), said("fee", screen.Fee(r.Fee, c)),
		screen.Fact("state", state(r, account)),
	}
	if least := r.Fee.Min; !least.IsZero() {
		detail = append(detail, said("least fee", screen.Money(least.In(c))))
	}
	if most := r.Fee.Max; !most.IsZero() {
		detail = append(detail, said("highest fee", screen.Money(most.In(c))))
	}
	beside = screen.Head("NAMED BY")
	for _, s := range sorted(v.Schemes) {
		if slices.Contains(s.Routes(), id) {
			beside = append(beside, screen.Line{Spans: []canvas.Span{{Text: "routing scheme " + text.Line(s.ID)}}})
		}
	}
	if len(beside) == 2 {
		beside = append(beside, screen.Line{Spans: []canvas.Span{{
			Text: "no routing scheme names it; those that take all routes may use it", Style: theme.Muted,
		}}, Wrap: true})
	}
	return detail, beside
}

var reviewers = kind{
	name: "Reviewers", kind: engine.KindReviewer, empty: "there is no reviewer",
	columns: []grid.Column{
		{ID: "id", Title: "REVIEWER", Min: 14, Max: 24},
		{ID: "name", Title: "NAME", Min: 16, Max: 30, Priority: 1},
		{ID: "role", Title: "ROLE", Min: 10},
		{ID: "limits", Title: "APPROVES UP TO", Min: 20, Max: 50},
		{ID: "keys", Title: "SSH KEYS", Min: 8, Align: canvas.Right, Priority: 2},
	},
	rows: func(v view) []grid.Row {
		var rows []grid.Row
		for _, r := range sorted(v.Reviewers) {
			rows = append(rows, grid.Row{Key: string(r.ID), Cells: []canvas.Span{
				{Text: text.Line(string(r.ID))},
				{Text: text.Line(r.Name), Style: theme.Muted},
				{Text: text.Line(string(r.Role)), Style: theme.Strong},
				{Text: limits(r)},
				{Text: text.Safe(screen.Int(len(r.SSHKeys))), Style: theme.Muted},
			}})
		}
		return rows
	},
	about: func(v view, id string) (detail, beside []screen.Line) {
		r := v.Reviewers[engine.ReviewerID(id)]
		detail = []screen.Line{title(string(r.ID), r.Name, string(r.Role)), said("approves", limits(r))}
		beside = screen.Head("EACH ROLE MAY ALL THAT THOSE BEFORE IT MAY")
		for _, role := range engine.Roles() {
			style := theme.Muted
			if role == r.Role {
				style = theme.Strong
			}
			beside = append(beside, screen.Line{
				Label: text.Line(string(role)), Wrap: true,
				Spans: []canvas.Span{{Text: duties[role], Style: style}},
			})
		}
		return detail, beside
	},
}

// duties say in words what each role adds.
var duties = map[engine.Role]text.Safe{
	engine.RoleViewer:   "reads, with details masked",
	engine.RoleSupport:  "comments",
	engine.RoleReviewer: "reviews, approves within limits, allocates, processes, runs batches",
	engine.RoleSenior:   "overrides with a reason, states outcomes, decides conflicts, settles short",
	engine.RoleAdmin:    "configures, records payments, pauses accounts",
}

func limits(r engine.Reviewer) text.Safe {
	if !r.Role.AtLeast(engine.RoleReviewer) {
		return "nothing"
	}
	if len(r.Limits) == 0 {
		return "any amount"
	}
	said := make([]string, len(r.Limits))
	for i, l := range r.Limits {
		said[i] = l.Amount.In(l.Currency).Text()
	}
	return text.Line(strings.Join(said, ", "))
}

// sorted are the values of a map by their keys.
func sorted[K ~string, V any](m map[K]V) []V {
	var list []V
	for _, id := range slices.Sorted(maps.Keys(m)) {
		list = append(list, m[id])
	}
	return list
}

func words[S ~string](list []S) text.Safe {
	joined := make([]string, len(list))
	for i, w := range list {
		joined[i] = string(w)
	}
	return text.Line(strings.Join(joined, ", "))
}

func said(label, words text.Safe) screen.Line { return screen.Fact(label, canvas.Span{Text: words}) }

// title names an object by its name, where it has one, and says what it is.
func title(id, name, what string) screen.Line {
	if name == "" {
		name = id
	}
	return screen.Line{Spans: []canvas.Span{
		{Text: text.Line(name), Style: theme.Title}, {Text: "   " + text.Line(what), Style: theme.Muted},
	}}
}

func orElse(word string, none text.Safe) text.Safe {
	if word == "" {
		return none
	}
	return text.Line(word)
}

func orNone(n money.Number, c money.Currency) text.Safe {
	if n.IsZero() {
		return "no limit"
	}
	return screen.Amount(n.In(c))
}

func choose(on bool, yes, no text.Safe) text.Safe {
	if on {
		return yes
	}
	return no
}

// first is the label of the first of several lines.
func first(i int, label text.Safe) text.Safe {
	if i == 0 {
		return label
	}
	return " "
}
