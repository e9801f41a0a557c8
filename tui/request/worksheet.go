package request

import (
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// The columns of the worksheet; what is left of the line is the note.
const (
	sheetInstrument  = 20
	sheetGateway     = 16
	sheetInstruction = 17
	sheetAmount      = 14
	sheetDay         = 8
	sheetIndent      = 4 // of a note that takes lines of its own

	sheetFrom = 100 // columns from which instruction and payment are told
)

// worksheet tells in w columns how much may go to which instrument through
// which account, and why no more. Where it is narrow, instruction and payment go
// first.
func (s *Request) worksheet(w int) []screen.Line {
	wide := w >= sheetFrom
	if len(s.sheet) == 0 {
		return nil
	}
	lines := screen.Head("WORKSHEET", canvas.Span{Text: "how much may go where now", Style: theme.Muted})
	head := screen.PadRight("to", sheetInstrument) + " " + screen.PadRight("through", sheetGateway)
	if wide {
		head += " " + screen.PadRight("instruction", sheetInstruction) + screen.Pad("exposure", sheetAmount)
	}
	head += screen.Pad("at most", sheetAmount)
	if wide {
		head += screen.Pad("paid in", sheetDay+2)
	}
	lines = append(lines, screen.Line{Spans: []canvas.Span{{Text: head + "  note", Style: theme.Muted}}})
	room := w - canvas.Width(head) - 2
	for _, c := range s.sheet {
		line, note := s.sheetLine(c, wide), s.sheetNote(c)
		if canvas.Width(note.Text) <= room {
			line.Spans = append(line.Spans, canvas.Span{Text: "  "}, note)
			lines = append(lines, line)
			continue
		}
		lines = append(lines, line, screen.Line{Spans: []canvas.Span{note}, Indent: sheetIndent, Wrap: true})
	}
	return lines
}

func (s *Request) sheetLine(c engine.Candidate, wide bool) screen.Line {
	through := text.Line(c.Gateway)
	if through == "" {
		through = "-"
	}
	spans := []canvas.Span{
		{Text: cell(s.desk.InstrumentOf(*s.known, c.Instrument), sheetInstrument) + " "},
		{Text: cell(through, sheetGateway)},
	}
	if wide {
		exposed := money.Most(c.Exposure, money.Zero(c.Exposure.Currency)) // below zero counts as nothing
		spans = append(spans,
			canvas.Span{Text: " " + cell(text.Line(string(c.Instruction)), sheetInstruction), Style: theme.Muted},
			canvas.Span{Text: screen.Pad(screen.OrNothing(exposed), sheetAmount), Style: theme.Muted})
	}
	most := canvas.Span{Text: screen.Pad("-", sheetAmount), Style: theme.Muted}
	if c.Ceiling.Positive() {
		most = canvas.Span{Text: screen.Pad(screen.Amount(c.Ceiling), sheetAmount), Style: theme.Strong}
	}
	spans = append(spans, most)
	if wide {
		paid := text.Safe("never")
		if !c.LastPayment.IsZero() {
			paid = screen.Day(c.LastPayment, s.desk.Engine.Now())
		}
		spans = append(spans, canvas.Span{Text: screen.Pad(paid, sheetDay+2), Style: theme.Muted})
	}
	return screen.Line{Spans: spans}
}

// sheetNote says why so much may go there and no more.
func (s *Request) sheetNote(c engine.Candidate) canvas.Span {
	note := canvas.Span{Text: text.Line(strings.Join(c.Reasons, "; ")), Style: theme.Muted}
	if c.Amount.Positive() {
		note = canvas.Span{Text: "takes " + screen.Amount(c.Amount) + ": " + note.Text}
	}
	if c.PreviouslyAllocated.Positive() {
		note.Text = screen.Amount(c.PreviouslyAllocated) + " went there; " + note.Text
	}
	return note
}

// cell writes something at the left of exactly so many cells.
func cell(words text.Safe, w int) text.Safe {
	head, rest := canvas.Split(words, w)
	if rest != "" {
		head, _ = canvas.Split(words, w-1)
		head += "…"
	}
	return screen.PadRight(head, w)
}
