package screen

import (
	"maps"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// known is a property, left out if it is empty.
func known(label, words text.Safe) []Line {
	if words == "" {
		return nil
	}
	return []Line{{Label: label, Spans: []canvas.Span{{Text: words}}, Wrap: true}}
}

// CustomerLines tell who a customer is.
func CustomerLines(d *Desk, c engine.Customer) []Line {
	lines := slices.Concat(
		known("name", text.Line(c.Name)), known("reference", text.Line(c.Reference)), known("email", d.Email(c.Email)),
		known("country", text.Line(c.Country)), known("tags", text.Line(strings.Join(c.Tags, ", "))),
		known("since", Moment(c.CreatedAt, d.Engine.Now())),
	)
	payouts := canvas.Span{Text: "enabled"}
	if !c.PayoutEnabled {
		payouts = canvas.Span{Text: "disabled: nothing of theirs is sent", Style: theme.Warning}
	}
	return append(append(lines, Fact("payouts", payouts)), known("id", text.Line(string(c.ID)))...)
}

// InstrumentLines tell of an instrument, with a word behind it.
func InstrumentLines(d *Desk, i engine.Instrument, word text.Safe) []Line {
	spans := []canvas.Span{
		{Text: PadRight(d.Instrument(i), 20) + " "},
		{Text: text.Line(i.ServiceID), Style: theme.Muted},
		InstrumentStatus(i),
	}
	spans[2].Text = "  " + spans[2].Text
	if word != "" {
		spans = append(spans, canvas.Span{Text: "  " + word, Style: theme.Accent})
	}
	lines := []Line{{Spans: spans}}
	for _, key := range slices.Sorted(maps.Keys(i.Fields)) {
		lines = append(lines, Line{
			Mark: canvas.Span{Text: "  " + text.Line(key), Style: theme.Muted}, Indent: 34,
			Spans: []canvas.Span{{Text: d.Detail(i.Fields[key])}},
		})
	}
	return lines
}

// InstrumentStatus is whether an instrument can be paid to.
func InstrumentStatus(i engine.Instrument) canvas.Span {
	if i.Status == engine.InstrumentActive {
		return canvas.Span{Text: text.Line(string(i.Status)), Style: theme.Muted}
	}
	return canvas.Span{Text: text.Line(string(i.Status)), Style: theme.Warning}
}

// PaymentLines tell what a customer paid in, the latest first.
func PaymentLines(d *Desk, payments []engine.Payment, instrument func(engine.InstrumentID) text.Safe) []Line {
	lines := Head("PAID IN", canvas.Span{Text: Plural(len(payments), "payment"), Style: theme.Muted})
	for _, p := range slices.Backward(payments) {
		lines = append(lines, Line{Spans: []canvas.Span{
			{Text: PadRight(Moment(p.At, d.Engine.Now()), 13), Style: theme.Muted},
			{Text: Pad(Money(p.Amount), 17)},
			{Text: "  " + text.Line(string(p.Kind)) + "  "},
			{Text: instrument(p.InstrumentID)},
			{Text: " by " + text.Line(p.GatewayID), Style: theme.Muted},
		}})
	}
	return lines
}
