package batch

import (
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/signal"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// Draw implements the console's screen.
func (p *Plan) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, body := r.Top(2)
	rule, body := body.Top(1)
	body, foot := body.Bottom(2)
	bottom, foot := foot.Top(1)
	p.drawHead(c, head)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	switch {
	case p.problem != nil:
		drawFace(c, body, "there is no plan: "+text.Line(p.problem.Error()), "ctrl+r tries again   esc back to the marks")
		return
	case !p.known():
		drawFace(c, body, "planning: looking at every request of "+p.intent.Of+" …", "esc gives up; nothing was done")
		return
	}
	p.drawAsk(c, foot.Inset(1, 0))
	left, warned, right := p.lines()
	if r.W < wide {
		p.left.Set(slices.Concat(warned, left, []screen.Line{{}}, right))
		p.left.Draw(c, body.Inset(1, 0))
		return
	}
	body, side := body.Right(min(60, r.W/2-2))
	c.VRule(canvas.Rect{X: side.X, Y: rule.Y, W: 1, H: side.H + 2}, theme.Border)
	p.left.Set(left)
	p.left.Draw(c, body.Inset(1, 0))
	p.right.Set(append(warned, right...))
	p.right.Draw(c, side.Inset(2, 0))
}

func drawFace(c *canvas.Canvas, r canvas.Rect, title, help text.Safe) {
	middle := r.Center(r.W, 3)
	c.Put(middle.Line(0), title, theme.Strong, canvas.Center)
	c.Put(middle.Line(2), help, theme.Muted, canvas.Center)
}

// drawHead says in two lines what runs and what stays out.
func (p *Plan) drawHead(c *canvas.Canvas, r canvas.Rect) {
	r = r.Inset(1, 0)
	at := canvas.Span{}
	if p.known() {
		at = canvas.Span{Text: "as of " + screen.Clock(p.plan.At), Style: theme.Muted}
	}
	_, first := r.Line(0).Right(canvas.Width(at.Text) + 2)
	first = canvas.Rect{X: r.X, Y: r.Y, W: r.W - first.W, H: 1}
	c.Put(r.Line(0), at.Text, at.Style, canvas.Right)
	c.Spans(first, canvas.Left, canvas.Span{Text: capital(named(p.intent.Action)), Style: theme.Title},
		canvas.Span{Text: "  " + p.intent.Of, Style: theme.Muted})
	if !p.known() {
		return
	}
	n, out := p.plan.Count(), screen.Sums(p.plan.Out).Requests()
	spans := []canvas.Span{{Text: screen.Count(int64(n)) + " run", Style: theme.Strong}}
	if n > 0 {
		spans = append(spans, canvas.Span{Text: "  " + sums(p.plan.Runs).Within(r.W/2-14), Style: theme.Strong},
			canvas.Span{Text: "  " + screen.Plural(p.plan.Customers, "customer"), Style: theme.Muted})
	}
	if out > 0 {
		stay := text.Safe(" stay out  ")
		if out == 1 {
			stay = " stays out  "
		}
		spans = append(spans, canvas.Span{Text: "   " + screen.Count(int64(out)) + stay, Style: theme.Warning},
			canvas.Span{Text: sums(p.plan.Out).Within(r.W/2 - 24), Style: theme.Warning})
	}
	c.Spans(r.Line(1), canvas.Left, spans...)
}

// drawAsk asks for what has to be typed.
func (p *Plan) drawAsk(c *canvas.Canvas, r canvas.Rect) {
	if p.plan.Count() == 0 {
		c.Text(r, "none of it can run: n says why for each, esc goes back to the marks", theme.Warning)
		return
	}
	word := text.Line(p.Word())
	c.Fill(r, theme.Text)
	used := c.Spans(r, canvas.Left, canvas.Span{Text: "to " + p.does() + " type "},
		canvas.Span{Text: word, Style: theme.Key}, canvas.Span{Text: " and enter: "})
	_, r = r.Left(used)
	field, rest := r.Left(len(word) + 4)
	p.typed.Draw(c, field, true)
	switch {
	case p.wrong != "":
		c.Text(rest, "! "+p.wrong, theme.Error)
	case p.typed.Value() == p.Word():
		c.Text(rest, "enter starts the run", theme.Accent)
	case r.W > 60:
		c.Text(rest, p.meaning(), theme.Muted)
	}
}

// does says in a few words what enter would do.
func (p *Plan) does() text.Safe {
	n := of(p.plan.Count())
	if p.plan.Count() == 1 {
		n = "it"
	}
	return verbs[p.plan.Action.Verb].will + " " + n
}

// meaning says what the numbers are that have to be typed.
func (p *Plan) meaning() text.Safe {
	if p.Word() == screen.Int(p.plan.Count()) {
		return "how many"
	}
	return "how many, and the whole " + text.Line(string(major(p.plan.Runs).Amount.Currency)) + " of them"
}

// lines are what the plan tells: the figures, and what to look at before.
func (p *Plan) lines() (left, warned, right []screen.Line) {
	plan := p.plan
	if len(p.moved) > 0 {
		left = append(left, screen.Line{Label: "MOVED SINCE YOU SAW IT", Head: true})
		for i, what := range p.moved {
			if i == told {
				left = append(left, note("and "+screen.Count(int64(len(p.moved)-told))+" more", theme.Attention))
				break
			}
			left = append(left, note(what, theme.Attention))
		}
		left = append(left, screen.Line{})
	}
	if plan.Count() > 0 {
		left = append(left, screen.Line{Label: "WHAT RUNS", Head: true})
		left = append(left, table(plan.Runs)...)
		left = append(left, p.outcome()...)
	}
	left = append(left, p.out()...)
	if plan.Count() == 0 {
		return left, nil, nil
	}
	if len(plan.FirstSeen) > 0 {
		left = append(left, screen.Head("FIRST PAYOUT TO THEIR INSTRUMENT")...)
		left = append(left, table(plan.FirstSeen)...)
	}
	left = append(left, screen.Head("SAME AS")...)
	left = append(left, note(text.Line(p.intent.line()), theme.Muted))
	return left, p.warnings(), p.biggest()
}

// outcome says what becomes of those that run.
func (p *Plan) outcome() []screen.Line {
	var lines []screen.Line
	missing, allocations := 0, 0
	var placed screen.Sums
	for _, item := range p.plan.Items {
		if !item.Runs() {
			continue
		}
		if item.Missing > 0 {
			missing++
		}
		if allocations += item.Allocations; item.Allocations > 0 {
			placed = placed.Plus(1, item.Placed)
		}
	}
	switch {
	case missing == 1:
		lines = append(lines, note("one of them needs another approval still, and stays ready", theme.Warning))
	case missing > 1:
		lines = append(lines, note(screen.Count(int64(missing))+" of them need another approval still, and stay ready",
			theme.Warning))
	}
	switch p.plan.Action.Verb {
	case engine.VerbAutoAllocate:
		lines = append(lines, note(screen.Plural(allocations, "allocation")+" of "+placed.Sorted().Within(60)+
			"; nothing is sent yet", theme.Muted))
	case engine.VerbProcess:
		lines = append(lines, note(screen.Plural(allocations, "allocation")+" of "+placed.Sorted().Within(60)+
			" go to their providers", theme.Warning))
	case engine.VerbBlock:
		lines = append(lines, note("no further step on any of them until somebody unblocks", theme.Muted))
	case engine.VerbCancel:
		lines = append(lines, note("final: none of them can ever be paid", theme.Warning))
	}
	return lines
}

// out says what stays out and why, in groups.
func (p *Plan) out() []screen.Line {
	n := screen.Sums(p.plan.Out).Requests()
	if n == 0 {
		return nil
	}
	lines := screen.Head("STAYS OUT", canvas.Span{Text: "n ", Style: theme.Key},
		canvas.Span{Text: "lists the " + screen.Count(int64(n)), Style: theme.Muted})
	for _, why := range p.plan.Reasons {
		lines = append(lines, screen.Line{
			Mark:   canvas.Span{Text: screen.Pad(screen.Count(int64(why.Requests)), countWidth)},
			Indent: countWidth + 2, Spans: []canvas.Span{{Text: text.Line(why.Why)}}, Wrap: true,
		})
	}
	return append(lines, table(p.plan.Out)...)
}

// biggest are the largest of each currency.
func (p *Plan) biggest() []screen.Line {
	look := canvas.Span{Text: "look before you run", Style: theme.Muted}
	if p.plan.Count() <= few {
		lines := []screen.Line{{Label: "EACH OF THEM", Head: true, Spans: []canvas.Span{look}}}
		for _, item := range p.plan.Items {
			if item.Runs() {
				to := "  " + p.desk.Instrument(p.rows[item.ID].Instrument)
				lines = append(lines, p.item(item, 13, canvas.Span{Text: to, Style: theme.Muted}))
			}
		}
		return lines
	}
	lines := []screen.Line{{Label: "BIGGEST", Head: true, Spans: []canvas.Span{look}}}
	for i, total := range sums(p.plan.Runs) {
		most := mostOfOthers
		if i == 0 {
			most = len(p.plan.Biggest)
		}
		for _, item := range p.plan.Biggest {
			if item.Amount.Currency == total.Amount.Currency && most > 0 {
				lines = append(lines, p.item(item, 28))
				most--
			}
		}
	}
	return lines
}

// mostOfOthers is how many of the biggest are told of each currency but that of
// most requests.
const mostOfOthers = 3

// item is a line about one request: how much, and to whom.
func (p *Plan) item(item engine.PlannedItem, room int, more ...canvas.Span) screen.Line {
	name, _ := canvas.Split(screen.Customer(p.rows[item.ID]), room)
	return screen.Line{Spans: append([]canvas.Span{
		{Text: screen.Short(string(item.ID)), Style: theme.Muted},
		{Text: screen.Pad(screen.Amount(item.Amount), 13), Style: theme.Strong},
		{Text: " " + screen.PadRight(text.Line(string(item.Amount.Currency)), 4), Style: theme.Muted},
		{Text: " " + screen.PadRight(name, room)},
	}, more...)}
}

// warnings are what speaks against some of those that run: how many each kind is
// about, and where they are few, each of them.
func (p *Plan) warnings() []screen.Line {
	var lines []screen.Line
	for _, w := range p.plan.Warned {
		lines = append(lines, screen.Line{
			Mark: canvas.Span{Text: screen.Pad(screen.Count(int64(w.Requests)), 5), Style: theme.Warning}, Indent: 7,
			Spans: []canvas.Span{
				{Text: screen.PadRight(warning(w.Name), 18), Style: theme.Warning},
				{Text: sums(w.Sums).Within(30), Style: theme.Muted},
			},
		})
	}
	for _, item := range p.plan.Items {
		if row, known := p.rows[item.ID]; known && item.Runs() && p.plan.Count() <= few {
			for _, warning := range p.desk.Warnings(row) {
				lines = append(lines, note(screen.Short(string(item.ID))+": "+warning, theme.Warning))
			}
		}
	}
	if lines == nil {
		return nil
	}
	head := screen.Line{Label: "LOOK TWICE", Head: true}
	if len(p.plan.Warned) > 0 {
		head.Spans = []canvas.Span{{Text: p.desk.Label(screen.ListWarned) + " ", Style: theme.Key}, {Text: "lists them", Style: theme.Muted}}
	}
	return append(append([]screen.Line{head}, lines...), screen.Line{})
}

// warning is a warning in few words: a kind of signal, or who is at work on it.
func warning(name string) text.Safe {
	if by, ok := strings.CutPrefix(name, "claimed-by "); ok {
		return "claimed by " + text.Line(by)
	}
	return screen.SignalWord(signal.Kind(name))
}
