package gateway

import (
	"slices"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// labels is how wide the labels of an account's properties stand.
const labels = 14

func (s *Gateways) cells(a engine.Account) []canvas.Span {
	unknown := canvas.Span{Text: "unknown", Style: theme.Muted}
	balance, spendable := unknown, unknown
	if a.Holds.Known {
		balance = canvas.Span{Text: screen.Amount(a.Holds.Balance)}
		spendable = canvas.Span{Text: screen.Amount(a.Spendable), Style: theme.Strong}
		if !a.Spendable.Positive() {
			spendable.Style = theme.Attention
		}
	}
	reserved := canvas.Span{Text: screen.OrNothing(a.Holds.Reserved), Style: theme.Muted}
	if a.Holds.Reserved.Positive() {
		reserved.Style = theme.Moving
	}
	return []canvas.Span{
		{Text: text.Line(a.ID)},
		{Text: text.Line(a.Provider), Style: theme.Muted},
		balance, reserved, spendable,
		{Text: text.Line(string(a.Currency)), Style: theme.Muted},
		s.fullest(a),
		success(a),
		state(a),
	}
}

// fullest is the limit of a day that is used most, as a bar and a share.
func (s *Gateways) fullest(a engine.Account) canvas.Span {
	used := a.Used
	if turnover, ok := turnover(a); ok {
		used = append(slices.Clone(used), turnover)
	}
	if len(used) == 0 {
		return canvas.Span{Text: "no limit", Style: theme.Muted}
	}
	most := used[0]
	for _, u := range used[1:] {
		if percent(u.Used, u.Limit) > percent(most.Used, most.Limit) {
			most = u
		}
	}
	return meter(most, 8)
}

// turnover is how much of the limit of a calendar day is used.
func turnover(a engine.Account) (u engine.Usage, limited bool) {
	limit := a.TurnoverLimit.In(a.Currency)
	return engine.Usage{Used: a.Turnover, Limit: limit}, limit.Positive()
}

// success is how often payouts went through, in words and by day.
func success(a engine.Account) canvas.Span {
	use := a.Use()
	if use.Ended == 0 {
		return canvas.Span{Text: "none ended", Style: theme.Muted}
	}
	days := make([]int64, len(a.Days))
	for i, day := range a.Days {
		days[i] = -1
		if day.Ended > 0 {
			days[i] = int64(100 * day.Succeeded / day.Ended)
		}
	}
	share, style := 100*use.Succeeded/use.Ended, theme.Text
	switch {
	case share < 50:
		style = theme.Attention
	case share < 90:
		style = theme.Warning
	}
	return canvas.Span{
		Text: screen.Pad(text.Safe(screen.Int(share))+"%", 4) + " " + canvas.Sparks(days, 100), Style: style,
	}
}

// percent is a share of a whole, rounded down: only what is full is 100.
func percent(part, whole money.Amount) int64 {
	if !part.Positive() || !whole.Positive() {
		return 0
	}
	return part.Decimal().Div(whole.Decimal()).Shift(2).IntPart()
}

// meter draws how much of a limit is used.
func meter(u engine.Usage, w int) canvas.Span {
	share, style := percent(u.Used, u.Limit), theme.Text
	said := screen.Count(share)
	switch {
	case share == 0 && u.Used.Positive():
		said = "<1"
	case share >= 100:
		style = theme.Attention
	case share >= 80:
		style = theme.Warning
	}
	return canvas.Span{
		Text:  canvas.Meter(u.Used.Minor, u.Limit.Minor, w) + " " + screen.Pad(said+"%", 4),
		Style: style,
	}
}

// state says in a word or two whether an account pays.
func state(a engine.Account) canvas.Span {
	switch {
	case a.Disabled:
		return canvas.Span{Text: "disabled", Style: theme.Held}
	case a.State.Pause != nil:
		return canvas.Span{Text: "paused", Style: theme.Held}
	case a.State.Health() != engine.HealthOperational:
		return canvas.Span{Text: text.Line(string(a.State.Health())), Style: theme.Attention}
	case a.Instruction == engine.InstructionNone:
		return canvas.Span{Text: "pays nothing", Style: theme.Muted}
	case a.Holds.Known && !a.Spendable.Positive():
		return canvas.Span{Text: "no money", Style: theme.Attention}
	case a.Attention != "":
		return canvas.Span{Text: "limit reached", Style: theme.Attention}
	case len(a.Routes) == 0:
		return canvas.Span{Text: "no route", Style: theme.Warning}
	}
	return canvas.Span{Text: "pays", Style: theme.Done}
}

// Draw implements the console's screen.
func (s *Gateways) Draw(c *canvas.Canvas, r canvas.Rect) {
	rule, body := r.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	s.list.Face("the accounts", s.source.Known(), s.source.Problem(),
		"there is no gateway account in "+text.Line(string(s.desk.Mode))+" mode: no request can be paid",
		"purser apply -f FILE brings one   esc goes back")
	var about, routes []screen.Line
	if a, ok := s.at(); ok {
		about, routes = s.about(a), s.routes(a)
	}
	s.list.Draw(c, body, about, routes)
}

// about tells all of an account.
func (s *Gateways) about(a engine.Account) []screen.Line {
	said := func(label, words text.Safe, style theme.Style) screen.Line {
		return screen.Fact(label, canvas.Span{Text: words, Style: style})
	}
	amount := func(n money.Number) text.Safe { return screen.Pad(screen.Amount(n.In(a.Currency)), amountWidth) }
	name := a.Name
	if name == "" {
		name = a.ID
	}
	lines := []screen.Line{{Spans: []canvas.Span{
		{Text: text.Line(name), Style: theme.Title},
		{Text: "   " + text.Line(string(a.Mode)+" account at "+a.Provider), Style: theme.Muted},
	}}}
	if a.Holds.Known {
		balance := screen.Fact("balance", canvas.Span{Text: screen.Pad(screen.Amount(a.Holds.Balance), amountWidth)})
		if !a.State.SyncedAt.IsZero() {
			balance.Spans = append(balance.Spans, canvas.Span{
				Text:  "  told " + screen.Age(s.desk.Engine.Now().Sub(a.State.SyncedAt)) + " ago",
				Style: theme.Muted,
			})
		}
		lines = append(lines, balance)
	} else {
		lines = append(lines, said("balance", "unknown: nothing is held against it", theme.Muted))
	}
	lines = append(lines, said("reserved", screen.Pad(screen.Amount(a.Holds.Reserved), amountWidth), theme.Moving))
	if !a.MinimalBalance.IsZero() {
		lines = append(lines, said("keeps back", amount(a.MinimalBalance), theme.Text))
	}
	if !a.Overdraft.IsZero() {
		lines = append(lines, said("overdraft", amount(a.Overdraft), theme.Text))
	}
	if a.Holds.Known {
		lines = append(lines, screen.Fact("spendable",
			canvas.Span{Text: screen.Pad(screen.Amount(a.Spendable), amountWidth), Style: theme.Strong},
			canvas.Span{Text: " " + text.Line(string(a.Currency)), Style: theme.Muted}))
	}
	lines = append(lines, said("instruction", instruction(a.Instruction), theme.Text))
	for _, limit := range a.Limits.PerTransaction {
		lines = append(lines, said("a payout", "at most "+screen.Money(limit.Amount.In(limit.Currency)), theme.Text))
	}
	for _, u := range a.Used {
		lines = append(lines, screen.Fact("last 24 hours", meter(u, 12),
			canvas.Span{Text: "  " + screen.Amount(u.Used) + " of " + screen.Money(u.Limit), Style: theme.Muted}))
	}
	if u, ok := turnover(a); ok {
		lines = append(lines, screen.Fact("today (UTC)", meter(u, 12),
			canvas.Span{Text: "  " + screen.Amount(u.Used) + " of " + screen.Money(u.Limit), Style: theme.Muted}))
	}
	if use := a.Use(); use.Used > 0 {
		lines = append(lines, screen.Fact("went through", success(a), canvas.Span{
			Text:  text.Safe("  " + screen.Int(use.Succeeded) + " of " + screen.Int(use.Ended) + " payouts, seven days"),
			Style: theme.Muted,
		}))
	}
	if a.ExternalID != "" {
		lines = append(lines, said("known as", text.Line(a.ExternalID), theme.Text))
	}
	lines = append(lines, screen.Fact("state", state(a)))
	if a.Attention != "" {
		lines = append(lines, screen.Line{
			Spans: []canvas.Span{{Text: text.Line(a.Attention), Style: theme.Attention}}, Wrap: true, Indent: labels,
		})
	}
	return lines
}

const amountWidth = 18

// instruction says what an account's instruction means.
func instruction(i engine.Instruction) text.Safe {
	switch i {
	case engine.InstructionAll:
		return "all: any payout"
	case engine.InstructionCoveredPayout:
		return "covered-payout: at most what came in there"
	case engine.InstructionApprovedPayment:
		return "approved-payment: who paid in there before"
	}
	return "none: no payouts"
}

// routes tells which services an account can pay.
func (s *Gateways) routes(a engine.Account) []screen.Line {
	lines := screen.Head("ROUTES", canvas.Span{Text: "went through, seven days", Style: theme.Muted})
	if len(a.Routes) == 0 {
		return append(lines, screen.Line{Spans: []canvas.Span{{
			Text: "no route leads here, so it pays nothing", Style: theme.Warning,
		}}})
	}
	for _, r := range a.Routes {
		fares := canvas.Span{Text: through(a, r.ID), Style: theme.Muted}
		if r.Disabled {
			fares = canvas.Span{Text: "disabled", Style: theme.Held}
		}
		lines = append(lines, screen.Line{Spans: []canvas.Span{
			{Text: screen.PadRight(text.Line(r.ID), 14) + " "},
			{Text: screen.PadRight(text.Line(r.Service), 17) + " ", Style: theme.Muted},
			{Text: screen.PadRight(screen.Fee(r.Fee, a.Currency), 16) + " "},
			fares,
		}})
	}
	return lines
}

// through is how often payouts of a route went through.
func through(a engine.Account, route string) text.Safe {
	for _, use := range a.Uses {
		if use.RouteID == route && use.Ended > 0 {
			return text.Safe(screen.Int(use.Succeeded) + "/" + screen.Int(use.Ended))
		}
	}
	return "-"
}

// Status implements the console's screen.
func (s *Gateways) Status() (left, right []canvas.Span) {
	return nil, []canvas.Span{{Text: s.list.Grid.Position(), Style: theme.Muted}}
}
