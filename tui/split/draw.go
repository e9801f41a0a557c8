package split

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

const warning = theme.Warning

// sideFrom is the width from which what will happen stands beside the parts.
const sideFrom = 100

func (s *Split) onReason() bool { return int(s.at) == len(s.parts) }
func (s *Split) onNote() bool   { return int(s.at) > len(s.parts) }

// Typing implements the console's screen: a run of digits is an amount.
func (s *Split) Typing() bool { return true }

// Key implements the console's screen: what is no digit in an amount, and no
// choice, is a key of the catalogue.
func (s *Split) Key(k tea.KeyMsg) (tea.Cmd, bool) {
	leaving := s.leaving
	s.leaving = false
	switch k.String() {
	case "esc":
		if s.edited && !leaving {
			s.leaving = true
			return nil, true
		}
		return nil, false
	case "tab":
		s.focusOn(s.next(1))
		return nil, true
	case "shift+tab":
		s.focusOn(s.next(-1))
		return nil, true
	case "ctrl+s", "ctrl+c", "ctrl+r", "ctrl+l", "ctrl+z":
		return nil, false
	case "enter":
		return s.enter()
	case "up":
		s.focusOn(s.at - 1)
		return nil, true
	case "down":
		s.focusOn(s.at + 1)
		return nil, true
	}
	return nil, s.typed(k)
}

// typed gives a key to the field that has the keyboard and reports whether it
// took it.
func (s *Split) typed(k tea.KeyMsg) bool {
	var used bool
	switch {
	case s.onNote():
		used = s.note.Key(k)
	case s.onReason():
		used = s.reason.Key(k)
	case isLetter(k):
		switch k.String() {
		case "j":
			s.focusOn(s.at + 1)
			return true
		case "k":
			s.focusOn(s.at - 1)
			return true
		}
		return false
	default:
		used = s.parts[s.at].Key(k)
	}
	s.edited = s.edited || used
	return used
}

// isLetter reports whether a key means nothing in an amount.
func isLetter(k tea.KeyMsg) bool {
	if k.Type == tea.KeySpace {
		return true
	}
	if k.Type != tea.KeyRunes || k.Paste {
		return false
	}
	for _, r := range k.Runes {
		if r != '.' && r != ',' && (r < '0' || r > '9') {
			return true
		}
	}
	return false
}

// enter goes on; from the last part it makes another while something is left.
func (s *Split) enter() (tea.Cmd, bool) {
	if _, left := s.sum(); int(s.at) == len(s.parts)-1 && left.Positive() && len(s.parts) < most {
		s.add()
		s.edited = true
		return nil, true
	}
	s.focusOn(min(s.at+1, focus(len(s.parts)+1)))
	return nil, true
}

// next is where tab leads: from the parts to the reason, the note, and back.
func (s *Split) next(by int) focus {
	n := focus(len(s.parts))
	switch {
	case by > 0 && s.at < n:
		return n
	case by > 0 && s.at == n:
		return n + 1
	case by < 0 && s.at == n+1:
		return n
	case by < 0 && s.at < n:
		return n + 1
	}
	return 0
}

func (s *Split) focusOn(to focus) {
	s.at = max(0, min(to, focus(len(s.parts)+1)))
	if int(s.at) < len(s.parts) {
		s.parts[s.at].Select()
	}
}

// Draw implements the console's screen.
func (s *Split) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, r := r.Top(1)
	rule, body := r.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	c.Spans(head.Inset(1, 0), canvas.Left,
		canvas.Span{Text: screen.Customer(s.row), Style: theme.Title}, canvas.Span{Text: "   "},
		canvas.Span{Text: screen.Money(s.row.Amount), Style: theme.Strong}, canvas.Span{Text: "   "},
		screen.Status(s.row.Request), canvas.Span{
			Text:  "   to " + s.desk.Instrument(s.row.Instrument),
			Style: theme.Muted,
		})
	result := 0
	switch {
	case r.W < sideFrom && body.H >= resultFrom:
		result = resultLines
	case r.W >= sideFrom:
		var side canvas.Rect
		body, side = body.Right(r.W * 2 / 5)
		c.VRule(canvas.Rect{X: side.X, Y: rule.Y, W: 1, H: side.H + 2}, theme.Border)
		s.drawEffect(c, side.Inset(2, 0))
	}
	body = body.Inset(1, 0)
	s.reason.Compact = false
	reasons := s.reason.Height(body.W - reasonLabels)
	if body.H-reasons-result < min(len(s.parts), 4)+6 {
		s.reason.Compact = true
		reasons = 1
	}
	fields, foot := body.Bottom(reasons + 2 + result)
	foot, below := foot.Top(reasons + 2)
	s.drawParts(c, fields)
	s.drawReason(c, foot, reasons)
	if result > 0 {
		s.drawResult(c, below)
	}
}

// resultLines is how much room the result takes where it has no side of its own,
// and resultFrom how much there has to be for the parts to come first.
const resultLines, resultFrom = 3, 13

// drawResult says in few lines what would happen.
func (s *Split) drawResult(c *canvas.Canvas, r canvas.Rect) {
	c.HRule(canvas.Rect{X: r.X - 1, Y: r.Y, W: r.W + 3, H: 1}, theme.Border)
	label, at := r.Left(reasonLabels)
	c.Text(label.Line(1), "RESULT", theme.Muted)
	c.Spans(at.Line(1), canvas.Left,
		canvas.Span{Text: screen.Short(string(s.row.ID)) + " → split for good, "},
		canvas.Span{Text: screen.Plural(len(s.parts), "new pending request"), Style: theme.Strong})
	if notes := s.notes(); len(notes) > 0 {
		c.Text(at.Line(2), notes[0].words, notes[0].style)
	}
}

// A note is something to know before splitting.
type note struct {
	words text.Safe
	style theme.Style
}

// notes say what becomes of approvals, and who cannot give them, the most
// important first.
func (s *Split) notes() []note {
	var notes []note
	if n := len(s.row.Approvals); n > 0 {
		notes = append(notes, note{
			screen.Plural(n, "approval") + " given so far do not count for the parts", theme.Warning,
		})
	}
	if need := s.desk.Config.Needed(s.row.Request); need > 1 {
		notes = append(notes, note{"each part needs " + screen.Plural(need, "approval") + ", as " +
			screen.Money(s.row.PolicyAmount) + " does: splitting dodges nobody's eyes", theme.Text})
	}
	return append(notes, note{"whoever made or splits it cannot approve a part", theme.Text},
		note{"final; untouched parts can be merged again", theme.Text})
}

const reasonLabels = 10

func (s *Split) drawReason(c *canvas.Canvas, r canvas.Rect, reasons int) {
	c.HRule(canvas.Rect{X: r.X - 1, Y: r.Y, W: r.W + 3, H: 1}, theme.Border)
	_, r = r.Top(1)
	field := func(at canvas.Rect, label text.Safe, focused bool) canvas.Rect {
		style := theme.Muted
		if focused {
			style = theme.Accent
		}
		left, right := at.Left(reasonLabels)
		c.Text(left, label, style)
		return right
	}
	choice, rest := r.Top(reasons)
	s.reason.Draw(c, field(choice, "REASON", s.onReason()), s.onReason())
	at := field(rest.Line(0), "NOTE", s.onNote())
	s.note.Draw(c, at, s.onNote())
	if !s.onNote() && s.note.Value() == "" {
		c.Text(at, "for the record; customers never see it", theme.Muted)
	}
}

// amountWidth is where amounts stand, and shares beside them.
const amountWidth = 22

// drawParts draws the amounts, their sum, and what is left.
func (s *Split) drawParts(c *canvas.Canvas, r canvas.Rect) {
	currency := text.Line(string(s.row.Amount.Currency))
	c.Spans(r.Line(0), canvas.Left, canvas.Span{
		Text: " #  " + column("AMOUNT "+currency) + screen.Pad("SHARE", 10) +
			"   AT ONCE BY", Style: theme.Heading,
	})
	_, r = r.Top(1)
	list, foot := r.Bottom(3)
	s.scroll(list.H)
	for i := s.top; i < min(len(s.parts), s.top+list.H); i++ {
		s.drawPart(c, list.Line(i-s.top), i)
	}
	if n := len(s.parts) - s.top; n < list.H {
		c.Spans(list.Line(n), canvas.Left, canvas.Span{Text: screen.Pad("+", 4), Style: theme.Key},
			canvas.Span{Text: " adds a part", Style: theme.Muted})
	}
	sum, left := s.sum()
	c.Spans(foot.Line(0), canvas.Left, canvas.Span{Text: "sum ", Style: theme.Muted},
		canvas.Span{Text: column(screen.Amount(sum)), Style: theme.Strong})
	rest := canvas.Span{Text: column(screen.Amount(left)), Style: theme.Done}
	remark := canvas.Span{Text: "  it adds up", Style: theme.Done}
	if !left.IsZero() {
		rest.Style = theme.Error
		remark = canvas.Span{Text: "  has to be nothing before you can go on", Style: theme.Error}
	}
	c.Spans(foot.Line(1), canvas.Left, canvas.Span{Text: "left", Style: theme.Muted}, rest, remark)
}

// column writes an amount where the digits of the one being typed stand, which
// leaves a cell for the cursor after it.
func column(s text.Safe) text.Safe { return screen.Pad(s, amountWidth-1) + " " }

func (s *Split) drawPart(c *canvas.Canvas, r canvas.Rect, i int) {
	focused := int(s.at) == i
	number, style := screen.Pad(text.Safe(screen.Int(i+1)), 2), theme.Muted
	if focused {
		number, style = ">"+screen.Pad(text.Safe(screen.Int(i+1)), 1), theme.Strong
	}
	at, rest := r.Left(4)
	c.Text(at, number, style)
	amount := s.amount(s.parts[i])
	at, rest = rest.Left(amountWidth)
	if focused {
		_, input := at.Right(amountWidth)
		s.drawInput(c, input, i)
	} else {
		c.Text(at, column(screen.Amount(amount)), theme.Text)
	}
	at, rest = rest.Left(10)
	c.Put(at, share(amount, s.row.Amount), theme.Muted, canvas.Right)
	_, rest = rest.Left(3)
	by, ok := s.fits(amount)
	if ok {
		c.Text(rest, by, theme.Text)
	} else {
		c.Text(rest, by, theme.Warning)
	}
	if problem := s.parts[i].Problem(); focused && problem != "" {
		c.Put(rest, "! "+problem, theme.Error, canvas.Right)
	}
}

// drawInput draws the amount being typed so that its digits stand where they
// stand in the others.
func (s *Split) drawInput(c *canvas.Canvas, r canvas.Rect, i int) {
	unit := 1 + canvas.Width(text.Line(string(s.row.Amount.Currency)))
	r.W += unit // its currency is in the heading: it is drawn over
	s.parts[i].Draw(c, r, true)
	_, over := r.Right(unit)
	c.Fill(over, theme.Text)
}

// share is a part's share of the whole, to a hundredth of a percent.
func share(part, whole money.Amount) text.Safe {
	if part.Cmp(whole) > 0 {
		return "over all"
	}
	hundredths := part.Decimal().Shift(4).Div(whole.Decimal()).Round(0).IntPart()
	fraction := strconv.FormatInt(hundredths%100, 10)
	if len(fraction) < 2 {
		fraction = "0" + fraction
	}
	return text.Safe(strconv.FormatInt(hundredths/100, 10) + "." + fraction + "%")
}

// scroll keeps the part with the keyboard in view.
func (s *Split) scroll(lines int) {
	at := min(int(s.at), len(s.parts)-1)
	s.top = max(0, min(s.top, at, len(s.parts)-lines+1))
	s.top = max(s.top, at-lines+1)
}

// drawEffect says what would happen.
func (s *Split) drawEffect(c *canvas.Canvas, r canvas.Rect) {
	pane := screen.Pane{Labels: 12}
	lines := []screen.Line{
		{Label: "WHAT WILL HAPPEN", Head: true},
		{Spans: []canvas.Span{
			{Text: screen.Short(string(s.row.ID)) + " "},
			{Text: screen.Pad(screen.Amount(s.row.Amount),
				13), Style: theme.Strong},
			{Text: "  " + text.Line(string(s.row.Status)) + " → split", Style: theme.Muted},
		}},
	}
	amounts := s.amounts()
	for i, a := range amounts {
		branch := text.Safe(" ├ ")
		if i == len(amounts)-1 {
			branch = " └ "
		}
		lines = append(lines, screen.Line{Spans: []canvas.Span{
			{Text: branch, Style: theme.Muted},
			{Text: screen.Pad("new",
				3)},
			{Text: screen.Pad(screen.Amount(a), 14), Style: theme.Strong},
			{Text: "  pending", Style: theme.Muted},
		}})
	}
	lines = append(lines, screen.Line{})
	for _, n := range s.notes() {
		lines = append(lines, screen.Line{
			Mark:  canvas.Span{Text: "·", Style: theme.Muted},
			Spans: []canvas.Span{{Text: n.words, Style: n.style}}, Wrap: true,
		})
	}
	pane.Set(lines)
	pane.Draw(c, r)
}
