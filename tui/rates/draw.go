package rates

import (
	"strings"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

const labels = 14

func (s *Rates) cells(r row) []canvas.Span {
	said := canvas.Span{Text: "nothing", Style: theme.Warning}
	if r.said.Source != "" {
		said = canvas.Span{Text: text.Line(r.said.Rate.String()), Style: theme.Muted}
	}
	estimate := canvas.Span{Text: "none", Style: theme.Attention}
	if r.why == nil {
		estimate = canvas.Span{Text: text.Line(r.quote.Rate.String()), Style: theme.Strong}
	}
	return []canvas.Span{
		{Text: text.Line(r.rule.Pair().String())},
		{Text: text.Line(r.scheme), Style: theme.Muted},
		{Text: text.Line(r.rule.Source), Style: theme.Muted},
		said,
		{Text: way(r.rule), Style: theme.Muted},
		{Text: fee(r.rule)},
		estimate, s.age(r),
	}
}

// way says which way round the source lists a pair.
func way(r fx.Rule) text.Safe {
	if r.Inverse {
		return "inverse"
	}
	return "direct"
}

// fee is what a rule adds to what its source says.
func fee(r fx.Rule) text.Safe {
	var parts []string
	if !r.FeeRate.IsZero() {
		parts = append(parts, r.FeeRate.String()+" %")
	}
	if !r.FeeFixed.IsZero() {
		parts = append(parts, r.FeeFixed.String())
	}
	if len(parts) == 0 {
		return "none"
	}
	return text.Line(strings.Join(parts, " and "))
}

// age is how old what the source says is.
func (s *Rates) age(r row) canvas.Span {
	switch {
	case r.said.Source == "":
		return canvas.Span{Text: "-", Style: theme.Muted}
	case r.said.AsOf.IsZero():
		return canvas.Span{Text: "fixed", Style: theme.Muted}
	}
	return canvas.Span{Text: screen.Age(s.desk.Engine.Now().Sub(r.said.AsOf))}
}

// Draw implements the console's screen.
func (s *Rates) Draw(c *canvas.Canvas, r canvas.Rect) {
	rule, body := r.Top(1)
	body, bottom := body.Bottom(1)
	body, what := body.Bottom(2)
	body, above := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(above, theme.Border)
	c.HRule(bottom, theme.Border)
	s.list.Face("the rates", s.source.Known(), s.source.Problem(),
		"nothing is converted here: there is no rate scheme and no system source", "N writes a scheme   esc goes back")
	var detail []screen.Line
	if at, ok := s.at(); ok {
		detail = s.about(at)
		s.drawWhatIf(c, what.Inset(1, 0), at)
	}
	s.list.Draw(c, body, detail, nil)
}

// about tells all of a pair.
func (s *Rates) about(r row) []screen.Line {
	said := func(label, words text.Safe) screen.Line {
		return screen.Line{Label: label, Spans: []canvas.Span{{Text: words}}, Wrap: true}
	}
	lines := []screen.Line{{Spans: []canvas.Span{
		{Text: text.Line(r.rule.Pair().String()), Style: theme.Title},
		{Text: "   rate scheme " + text.Line(r.scheme), Style: theme.Muted},
	}}}
	if r.said.Source != "" {
		lines = append(lines, said("the source", text.Line(r.rule.Source+" says 1 "+string(r.said.Base)+" = "+
			r.said.Rate.String()+" "+string(r.said.Quote))))
	}
	lines = append(lines, said("fee", fee(r.rule)+feeMeans(r.rule)))
	if r.why != nil {
		line := said("estimated", text.Line(r.why.Error()))
		line.Spans[0].Style = theme.Attention
		return append(lines, line)
	}
	lines = append(lines,
		said("estimated", text.Line("1 "+string(r.rule.Base)+" = "+r.quote.Rate.String()+" "+string(r.rule.Quote))),
		said("a quote holds", screen.Age(r.life)))
	var points []string
	for _, p := range s.config.Points {
		if p.Rates == r.scheme || p.Rates == "" && r.scheme == fx.System {
			points = append(points, p.ID)
		}
	}
	if len(points) > 0 {
		lines = append(lines, said("at", text.Line(strings.Join(sorted(points), ", "))))
	}
	return lines
}

// feeMeans says for whom a rule's fee is.
func feeMeans(r fx.Rule) text.Safe {
	switch {
	case r.FeeRate.IsPositive():
		return text.Line(": whoever is paid in " + string(r.Quote) + " gets more")
	case r.FeeRate.IsNegative():
		return text.Line(": whoever is paid in " + string(r.Quote) + " gets less")
	}
	return ""
}

// drawWhatIf says what an amount would come to, and what rounding takes off.
func (s *Rates) drawWhatIf(c *canvas.Canvas, r canvas.Rect, at row) {
	base, quote := at.rule.Base, at.rule.Quote
	left, right := r.Line(0).Left(30)
	s.amount.Draw(c, left, s.asking)
	c.Text(right, " "+text.Line(string(base))+" were asked for", theme.Muted)
	said := canvas.Span{Style: theme.Error}
	amount, err := money.Parse(s.amount.Value(), base)
	if err == nil {
		err = at.why
	}
	var paid money.Amount
	if err == nil {
		paid, err = at.quote.Convert(amount)
	}
	if err != nil {
		said.Text = "! " + text.Line(err.Error())
		c.Spans(r.Line(1), canvas.Left, said)
		return
	}
	exact := amount.Decimal().Mul(at.quote.Rate.Decimal)
	c.Spans(r.Line(1), canvas.Left,
		canvas.Span{Text: "pays    "}, canvas.Span{Text: screen.Money(paid), Style: theme.Strong},
		canvas.Span{Text: text.Line("   rounded down to " + screen.Int(quote.Exponent()) + " decimals: " + amount.Grouped() +
			" × " + at.quote.Rate.String() + " = " + exact.String()), Style: theme.Muted})
}

// Status implements the console's screen.
func (s *Rates) Status() (left, right []canvas.Span) {
	if s.asking {
		left = []canvas.Span{{Text: "type an amount; up and down choose the pair; enter is done", Style: theme.Muted}}
	}
	return left, []canvas.Span{{Text: s.list.Grid.Position(), Style: theme.Muted}}
}
