package tui

import (
	"slices"
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/queue"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// The smallest screen there is room to work on.
const (
	leastWidth  = 60
	leastHeight = 15
)

// The lines above and below a screen.
const headLines, footLines = 1, 2

func tooSmall(w, h int) bool { return w < leastWidth || h < leastHeight }

// View implements tea.Model.
func (c *Console) View() string {
	c.canvas.Reset(c.w, c.h)
	all := c.canvas.Bounds()
	if tooSmall(c.w, c.h) {
		c.canvas.Text(all, text.Safe("purser needs "+screen.Int(leastWidth)+"x"+screen.Int(leastHeight)+
			", this is "+screen.Int(c.w)+"x"+screen.Int(c.h)+" (q quits)"), theme.Text)
		return c.canvas.String()
	}
	head, body := all.Top(headLines)
	body, foot := body.Bottom(footLines)
	c.drawHead(head.Inset(1, 0))
	c.top().Draw(c.canvas, body)
	said, pressed := foot.Line(0).Inset(1, 0), foot.Line(1).Inset(1, 0)
	if !c.drawContinuations(said, pressed) {
		c.drawStatus(said)
		c.drawHints(pressed)
	}
	c.desk.Dialogs.Draw(c.canvas)
	return c.canvas.String()
}

// freshly is how long after a decision its undo is always in sight.
const freshly = time.Minute

// drawHead says where one is, who one is, and what nobody may miss.
func (c *Console) drawHead(r canvas.Rect) {
	d := c.desk
	who := []canvas.Span{
		{Text: text.Line(string(d.Actor.ID)), Style: theme.Strong},
		{Text: " · " + text.Line(string(d.Actor.Role)), Style: theme.Muted},
		{Text: "   " + screen.Clock(d.Engine.Now()), Style: theme.Muted},
	}
	if r.W >= 100 {
		who[2].Text += " UTC"
	}
	if r.W < 70 {
		who[1].Text = ""
	}
	used := c.canvas.Spans(r, canvas.Right, who...)
	r, _ = r.Right(used + 2)
	var spans []canvas.Span
	if r.W >= 75 {
		spans = append(spans, canvas.Span{Text: "purser   ", Style: theme.Title})
	}
	spans = append(spans, modeSpan(d.Mode), canvas.Span{Text: " "})
	if since, gone := d.Gone(); gone != nil {
		spans = append(spans, canvas.Span{
			Text:  " STORE GONE since " + screen.Clock(since) + " ",
			Style: theme.Banner,
		}, canvas.Span{Text: " "})
	}
	if d.ReadOnly != "" {
		spans = append(spans, canvas.Span{Text: " READ-ONLY ", Style: theme.Banner}, canvas.Span{Text: " "})
	}
	position := canvas.Span{Style: theme.Muted}
	if at := c.position(); at != "" {
		position.Text = "  " + at
	}
	way := c.crumbs()
	crumbs := way
	wide := func() int { return widthOf(spans) + widthOf(crumbs) + 2*len(crumbs) + canvas.Width(position.Text) }
	for left := 2; left < len(way) && wide() > r.W; left++ { // where one is counts more than how one came there
		crumbs = append([]canvas.Span{way[0], {Text: "… ", Style: theme.Muted}}, way[left:]...)
	}
	for _, crumb := range crumbs {
		spans = append(spans, canvas.Span{Text: "▸ ", Style: theme.Muted}, crumb)
	}
	c.canvas.Spans(r, canvas.Left, append(spans, position)...)
}

// crumbs are the places from the queue to where one is.
func (c *Console) crumbs() []canvas.Span {
	var crumbs []canvas.Span
	for i, v := range c.stack {
		at, style := v.Place(), theme.Muted
		if i == len(c.stack)-1 {
			style = theme.Title
		}
		if i == 1 && at.Kind != screen.Request && at.Request != "" {
			crumbs = append(crumbs, canvas.Span{Text: screen.Short(string(at.Request)) + " ", Style: theme.Muted})
		}
		crumbs = append(crumbs, canvas.Span{Text: at.Crumb() + " ", Style: style})
	}
	return crumbs
}

func modeSpan(m engine.Mode) canvas.Span {
	if m == engine.ModeLive {
		return canvas.Span{Text: "live", Style: theme.Strong}
	}
	return canvas.Span{Text: " " + text.Safe(strings.ToUpper(string(m))) + " ", Style: theme.Banner}
}

// drawStatus draws the line that says how it goes: the last word, else the
// lesson, else what the screen has to say.
func (c *Console) drawStatus(r canvas.Rect) {
	left, right := c.top().Status()
	said, saying := c.desk.Toast.Shown(c.desk.Now())
	if marking := c.top() == view(c.queue) && c.queue.Marking(); marking && saying {
		marked := c.canvas.Spans(r, canvas.Left, c.queue.Marks(r.W/3)...)
		_, r = r.Left(marked + 3)
		right = nil
	}
	if saying && widthOf(right)+canvas.Width(said.Text)+2 > r.W {
		right = nil // what was just said is worth more than where one is
	}
	right = append(c.jobHint(), right...)
	used := c.canvas.Spans(r, canvas.Right, right...)
	if used > 0 {
		r, _ = r.Right(used + 2)
	}
	if saying {
		screen.DrawSentence(c.canvas, r, said)
		return
	}
	if _, gone := c.desk.Gone(); gone != nil {
		left = []canvas.Span{{
			Text:  "the store is gone, this is old: " + text.Line(gone.Error()),
			Style: theme.Error,
		}}
	} else if len(left) == 0 && c.desk.ReadOnly != "" {
		left = []canvas.Span{{Text: "nothing can be changed: " + c.desk.ReadOnly, Style: theme.Warning}}
	} else if _, first := c.top().(*queue.Queue); first && len(left) == 0 {
		left = c.lesson.spans(r.W) // its keys are the queue's
	}
	c.canvas.Spans(r, canvas.Left, left...)
}

func widthOf(spans []canvas.Span) int {
	w := 0
	for _, s := range spans {
		w += canvas.Width(s.Text)
	}
	return w
}

// drawHints draws what can be pressed: the sentence that waits for enter, else
// what the screen is for.
func (c *Console) drawHints(r canvas.Rect) {
	if sentence, _, ok := c.desk.Armed(); ok {
		screen.DrawQuestion(c.canvas, r, sentence)
		return
	}
	keys.DrawHints(c.canvas, r, c.hints())
}

func (c *Console) hints() []keys.Hint {
	var hints, never []keys.Hint
	here := c.catalogue.In(c.scope())
	for _, id := range c.top().Hints() {
		a, _ := c.catalogue.Action(id)
		if !slices.ContainsFunc(here, func(b keys.Action) bool { return b.ID == id }) {
			continue
		}
		if hint, ok := c.catalogue.Hint(id, c.why(a) != ""); ok {
			hint.Pinned = id == screen.Leave // the way out is never left out
			if c.neverOn(a) {
				never = append(never, hint)
				continue
			}
			hints = append(hints, hint)
		}
	}
	hints = append(hints, never...)
	if c.whyNotUndo(screen.Undo) == "" {
		if hint, ok := c.catalogue.Hint(screen.Undo, false); ok {
			decisions := c.desk.Decisions()
			if _, run := c.onRun(); run {
				hint.Pinned = true // the screen says until when
			} else {
				last := decisions[len(decisions)-1]
				if left := last.Until.Sub(c.desk.Now()); left > 0 {
					hint.Name += " " + screen.Age(left)
				}
				hint.Pinned = c.desk.Now().Sub(last.At) < freshly
			}
			hints = append(hints, hint)
		}
	}
	if hint, ok := c.catalogue.Hint(screen.Help, false); ok && c.top().Place().Kind != screen.Draft {
		hint.Pinned = true
		hints = append(hints, hint)
	}
	return hints
}

// neverOn reports whether nothing that is on the screen would make an action
// possible: what one can press comes before what one cannot.
func (c *Console) neverOn(a keys.Action) bool {
	changes := a.Danger != keys.Harmless
	return changes && c.desk.ReadOnly != "" || a.Role != "" && !c.desk.Actor.Role.AtLeast(engine.Role(a.Role))
}

// drawContinuations draws the keys that go on from those typed, on both lines,
// if any were typed a moment ago.
func (c *Console) drawContinuations(first, second canvas.Rect) bool {
	typed := c.typed.Pending()
	if len(typed) == 0 || c.desk.Now().Sub(c.begun) < hintTime {
		return false
	}
	begun := keys.Label(strings.Join(typed, " "))
	left := keys.DrawHints(c.canvas, first, append([]keys.Hint{{Key: begun, Name: "…"}}, c.continuations(typed)...))
	keys.DrawHints(c.canvas, second, left)
	return true
}

// continuations are the keys that go on from those typed.
func (c *Console) continuations(typed []string) []keys.Hint {
	var hints []keys.Hint
	for _, a := range c.catalogue.In(c.scope()) {
		for _, k := range a.Keys {
			sequence := strings.Fields(k)
			if len(sequence) > len(typed) && slices.Equal(sequence[:len(typed)], typed) {
				hints = append(hints, keys.Hint{Key: keys.Label(strings.Join(sequence[len(typed):], " ")), Name: a.Name})
			}
		}
	}
	return hints
}
