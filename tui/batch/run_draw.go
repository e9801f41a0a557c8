package batch

import (
	"strconv"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// Draw implements the console's screen.
func (r *Run) Draw(c *canvas.Canvas, rect canvas.Rect) {
	head, body := rect.Top(2)
	line, body := body.Top(1)
	rule, body := body.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	if r.run.CreatedAt.IsZero() {
		words := text.Safe("reading the run …")
		if problem := r.source.Problem(); problem != nil {
			words = "the run could not be read: " + text.Line(problem.Error())
		}
		drawFace(c, body, words, "ctrl+r tries again   esc back")
		return
	}
	r.drawHead(c, head)
	screen.DrawTabs(c, line, r.tabs(), r.at)
	if r.at != overview {
		r.face()
		r.lists[r.at].total = r.tabs()[r.at].Count
		r.lists[r.at].draw(c, body)
		return
	}
	left, right := r.lines()
	if rect.W < wide {
		r.left.Set(append(append(left, screen.Line{}), right...))
		r.left.Draw(c, body.Inset(1, 0))
		return
	}
	body, side := body.Right(min(52, rect.W/2-4))
	c.VRule(canvas.Rect{X: side.X, Y: rule.Y, W: 1, H: side.H + 2}, theme.Border)
	r.left.Set(left)
	r.left.Draw(c, body.Inset(1, 0))
	r.right.Set(right)
	r.right.Draw(c, side.Inset(2, 0))
}

func (r *Run) tabs() []screen.Tab {
	never := r.run.Waiting()
	return []screen.Tab{
		{Name: "Overview", Count: -1},
		{Name: "Refused", Count: int64(r.run.Refused), Loud: true},
		{Name: "Done", Count: int64(r.run.Done)},
		{Name: "Stayed out", Count: int64(r.run.Skipped)},
		{Name: "Waiting", Count: int64(never)},
	}
}

// face says why a tab is empty.
func (r *Run) face() {
	g := r.lists[r.at].grid
	g.Title, g.Help = "", ""
	switch {
	case r.items.Busy():
	case r.at == refused:
		g.Title, g.Help = "nothing was refused", "1 how it went   3 what was done"
	case r.at == done:
		g.Title, g.Help = "nothing was done yet", "1 how it goes"
	case r.at == out:
		g.Title, g.Help = "nothing stayed out of the plan", "1 how it went"
	case !r.run.Status.Ended():
		g.Title, g.Help = of(r.run.Waiting())+" have not had their turn yet", "1 how it goes"
	default:
		g.Title, g.Help = "every request had its turn", "1 how it went   3 what was done"
	}
}

// drawHead says what runs, and how far it is.
func (r *Run) drawHead(c *canvas.Canvas, rect canvas.Rect) {
	rect = rect.Inset(1, 0)
	at := "started " + since(r.run.CreatedAt, r.desk.Engine.Now()) + " by " + screen.Actor(r.run.By)
	c.Put(rect.Line(0), at, theme.Muted, canvas.Right)
	first, _ := rect.Line(0).Left(rect.W - canvas.Width(at) - 2)
	c.Spans(first, canvas.Left, canvas.Span{Text: capital(named(r.run.Action)), Style: theme.Title},
		canvas.Span{Text: "  " + text.Line(r.run.Of), Style: theme.Muted})
	had, all := r.run.Done+r.run.Refused, r.run.Items-r.run.Skipped
	figures := r.figures(had, all)
	bar, rest := rect.Line(1).Left(max(10, rect.W-canvas.Width(figures)-2))
	if steps := r.pulse.steps(); !r.run.Status.Ended() && len(steps) > 1 {
		var at canvas.Rect
		bar, at = bar.Right(sparkWidth)
		c.Spark(at.Inset(1, 0), steps, theme.Moving)
	}
	style := theme.Moving
	switch r.run.Status {
	case engine.RunCompleted:
		style = theme.Done
	case engine.RunFailed:
		style = theme.Attention
	}
	c.Progress(bar, int64(had), int64(all), style)
	c.Put(rest, figures, theme.Strong, canvas.Right)
}

// sparkWidth is the room for how fast a run went of late.
const sparkWidth = 14

// figures are how far a run is, and how fast it goes or how it ended.
func (r *Run) figures(had, all int) text.Safe {
	percent := 100
	if all > 0 {
		percent = had * 100 / all
	}
	told := text.Safe(strconv.Itoa(percent)) + "%  " + screen.Count(int64(had)) + " / " + screen.Count(int64(all))
	switch {
	case r.run.Status.Ended() && r.run.StoppedBy != "":
		return told + "  stopped"
	case r.run.Status.Ended():
		return told + "  " + text.Line(string(r.run.Status))
	case r.run.Kept < r.run.Items:
		return told + "  being kept: " + screen.Count(int64(r.run.Kept))
	}
	if rate := r.pulse.rate(); rate > 0 {
		left := time.Duration(int64(r.run.Waiting())*1000/rate) * time.Millisecond
		return told + "  " + screen.Count(rate) + "/s  ~" + screen.Age(left+time.Second)
	}
	return told + "  " + text.Line(string(r.run.Status))
}

// lines are what the overview tells.
func (r *Run) lines() (left, right []screen.Line) {
	run := r.run
	left = append(left, r.sums(verbs[run.Action.Verb].did, run.Done, run.DoneSums, theme.Done)...)
	left = append(left, r.sums("refused", run.Refused, run.RefusedSums, theme.Error)...)
	left = append(left, r.sums("waiting", run.Waiting(), screen.Sums(run.Sums).Minus(run.DoneSums).Minus(run.RefusedSums), theme.Moving)...)
	left = append(left, r.sums("stayed out", run.Skipped, run.OutSums, theme.Muted)...)
	if run.Failure != "" {
		left = append(left, screen.Line{}, note(text.Line(run.Failure), theme.Attention))
	}
	left = append(left, r.errors()...)
	right = append(right, screen.Line{Label: "RUN", Head: true},
		screen.Fact("run", canvas.Span{Text: text.Line(string(run.ID))}),
		screen.Fact("action", canvas.Span{Text: named(run.Action)}),
		screen.Fact("of", canvas.Span{Text: text.Line(run.Of)}),
		screen.Fact("by", canvas.Span{Text: screen.Actor(run.By) + ", " + text.Line(string(run.Door))}),
		screen.Fact("started", canvas.Span{Text: since(run.CreatedAt, r.desk.Engine.Now())}))
	if !run.EndedAt.IsZero() {
		right = append(right, screen.Fact("ended", canvas.Span{Text: since(run.EndedAt, r.desk.Engine.Now()) + ", after " +
			text.Safe(run.EndedAt.Sub(run.CreatedAt).Round(100*time.Millisecond).String())}))
	}
	if run.Undoes != "" {
		right = append(right, screen.Fact("takes back", canvas.Span{Text: screen.Short(string(run.Undoes))}))
	}
	right = append(right, screen.Head("TAKING IT BACK")...)
	right = append(right, note(r.undoable(), theme.Text))
	if !run.Status.Ended() {
		right = append(right, screen.Head("STOP")...)
		right = append(right, note("ctrl+c stops after the bite at work: what was done stays done, the rest stays as it is",
			theme.Text))
	}
	right = append(right, screen.Head("SAME AS")...)
	return left, append(right, note("purser batch runs "+text.Line(string(run.ID)), theme.Muted))
}

// sums are what became of some items, by currency.
func (r *Run) sums(what text.Safe, n int, totals []engine.Total, style theme.Style) []screen.Line {
	if n == 0 {
		style = theme.Muted
	}
	head := screen.Line{Label: what, Spans: []canvas.Span{{Text: screen.Pad(screen.Count(int64(n)), 7), Style: style}}}
	var lines []screen.Line
	for _, total := range sums(totals) {
		a := total.Amount
		line := screen.Line{Label: " ", Spans: []canvas.Span{{Text: screen.Pad("", 7)}}}
		if lines == nil {
			line = head
		}
		line.Spans = append(line.Spans, canvas.Span{Text: screen.Pad(screen.Amount(a), amountWidth), Style: theme.Strong},
			canvas.Span{Text: " " + text.Line(string(a.Currency)), Style: theme.Muted})
		lines = append(lines, line)
	}
	if lines == nil {
		return []screen.Line{head}
	}
	return lines
}

// lastErrors is how many of those refused the overview tells.
const lastErrors = 12

// errors are the last that were refused.
func (r *Run) errors() []screen.Line {
	if r.run.Refused == 0 {
		return nil
	}
	lines := screen.Head("LAST REFUSED", canvas.Span{Text: "enter ", Style: theme.Key},
		canvas.Span{Text: "lists them all", Style: theme.Muted})
	all := r.lists[refused].all
	for i := len(all) - 1; i >= max(0, len(all)-lastErrors); i-- {
		lines = append(lines, screen.Line{
			Mark: canvas.Span{Text: screen.Short(string(all[i].id)), Style: theme.Muted}, Indent: 8,
			Spans: []canvas.Span{all[i].said}, Wrap: true,
		})
	}
	return lines
}

// undoable says what can be taken back, and until when.
func (r *Run) undoable() text.Safe {
	switch _, can := canUndo[r.run.Action.Verb]; {
	case !can:
		return "a run that does this cannot be taken back as a whole"
	case !r.run.Status.Ended():
		return canUndo[r.run.Action.Verb] + ", once it has ended"
	}
	if why := r.WhyNotUndo(); why != "" {
		return why
	}
	told := "z takes back " + screen.Count(int64(r.undo.Count()))
	if kept := r.run.Done - r.undo.Count(); kept > 0 {
		told += " of " + screen.Count(int64(r.run.Done))
		if len(r.undo.Reasons) > 0 {
			told += "; the others: " + text.Line(r.undo.Reasons[0].Why)
		}
	} else {
		told += ", " + canUndo[r.run.Action.Verb]
	}
	if until, some := r.until(); some {
		told += ", before " + screen.Clock(until) + " where points allocate by themselves"
	}
	return told
}

// canUndo says how long what a run did can be taken back.
var canUndo = map[engine.Verb]text.Safe{
	engine.VerbApprove: "while nothing is allocated",
	engine.VerbReady:   "while nobody has approved",
	engine.VerbBlock:   "while nobody has unblocked",
}

// until is when the engine begins to allocate by itself what was approved.
func (r *Run) until() (until time.Time, some bool) {
	if r.run.Action.Verb != engine.VerbApprove {
		return until, false
	}
	for _, p := range r.desk.Config.Points {
		if p.Mode == r.run.Mode && p.Options.AutoAllocate {
			if at := r.run.CreatedAt.Add(p.Options.Undo()); !some || at.Before(until) {
				until, some = at, true
			}
		}
	}
	return until, some && until.After(r.desk.Engine.Now())
}

// Status implements the console's screen.
func (r *Run) Status() (left, right []canvas.Span) {
	if r.at != overview {
		right = append(right, canvas.Span{Text: r.lists[r.at].grid.Position(), Style: theme.Muted})
	}
	switch {
	case r.run.CreatedAt.IsZero():
	case !r.run.Status.Ended():
		left = []canvas.Span{
			{Text: "it goes on without this screen: ", Style: theme.Muted},
			{Text: "g b", Style: theme.Key},
			{Text: " finds it again", Style: theme.Muted},
		}
	case r.WhyNotUndo() == "":
		left = []canvas.Span{{Text: r.undoable(), Style: theme.Text}}
	}
	return left, right
}
