package batch

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// An Intent is what somebody wants done with what they marked.
type Intent struct {
	Selection engine.Selection
	Action    engine.RunAction
	Of        text.Safe                // what is marked, in words: "3 marked"
	Seen      map[engine.RequestID]int // versions that were on the screen; of a query none were
	Batch     string                   // what the batch is called that the selection is
}

// A Plan is the screen that says what a run would do before it does: what runs,
// what stays out and why. It starts once what it asks for was typed.
type Plan struct {
	desk   *screen.Desk
	intent Intent
	plan   engine.RunPlan
	rows   map[engine.RequestID]engine.RequestRow // of the biggest, and of all that a person can look through
	plain  bool                                   // nothing speaks against any of those that would run
	moved  []text.Safe                            // what is not as it was seen before

	made, check, start screen.Loader
	since              time.Time // the plan was asked for, or drawn
	problem            error

	typed  *form.Text
	wrong  text.Safe
	keyed  time.Time // when the last key came
	before time.Time // and the one before it

	left, right screen.Pane
}

// Few is up to how many plain requests of one currency are confirmed by their
// number alone.
const few = 25

// looked is up to how many requests a plan is made again whenever the store
// changes; a larger one is made again when it is confirmed.
const looked = 500

// apart is the least time between two keys that a person presses one after the
// other.
const apart = 50 * time.Millisecond

// NewPlan returns the plan of an intent.
func NewPlan(d *screen.Desk, i Intent) *Plan {
	return &Plan{desk: d, intent: i, typed: form.NewText("", 40), since: d.Now()}
}

// drawn is a message: a plan, with the requests that its screen names.
type drawn struct {
	plan  engine.RunPlan
	rows  map[engine.RequestID]engine.RequestRow
	moved []text.Safe
}

// Started is a message: a run goes on from here.
type Started struct {
	Run  engine.Run
	Line string // the command line that does the same
}

// Load implements the console's screen: it plans anew, from what was marked.
func (p *Plan) Load() tea.Cmd {
	p.check.Stop()
	p.moved, p.problem, p.since = nil, nil, p.desk.Now()
	e, c, i := p.desk.Engine, p.desk.Caller, p.intent
	return p.made.Start(p.desk.Context, func(ctx context.Context) (any, error) {
		plan, err := e.PreviewRun(ctx, c, i.Selection, i.Action)
		if err != nil {
			return nil, err
		}
		var moved []text.Safe
		for _, item := range plan.Items {
			if seen, ok := i.Seen[item.ID]; ok && seen != item.Version {
				moved = append(moved, whatMoved(ctx, e, item, engine.PlannedItem{Version: seen}, len(moved)))
			}
		}
		rows, err := rowsOf(ctx, e, plan)
		return drawn{plan, rows, moved}, err
	})
}

// rowsOf reads the requests that the screen of a plan names; all of a small
// one.
func rowsOf(ctx context.Context, e *engine.Engine, plan engine.RunPlan) (map[engine.RequestID]engine.RequestRow, error) {
	var ids []engine.RequestID
	for _, item := range plan.Biggest {
		ids = append(ids, item.ID)
	}
	if plan.Count() <= few {
		for _, item := range plan.Items {
			if item.Runs() {
				ids = append(ids, item.ID)
			}
		}
	}
	found, err := e.RequestRows(ctx, ids)
	rows := make(map[engine.RequestID]engine.RequestRow, len(found))
	for _, row := range found {
		rows[row.ID] = row
	}
	return rows, err
}

// Refresh implements the console's screen: a plan that a person can look
// through is looked at again whenever something changed.
func (p *Plan) Refresh() tea.Cmd {
	switch {
	case p.problem != nil:
		return p.Load()
	case !p.known(), len(p.plan.Items) > looked, p.check.Busy(), p.start.Busy():
		return nil
	}
	e, c, was := p.desk.Engine, p.desk.Caller, p.plan
	return p.check.Start(p.desk.Context, func(ctx context.Context) (any, error) { return again(ctx, e, c, was) })
}

// known reports whether the plan was made.
func (p *Plan) known() bool { return !p.plan.At.IsZero() }

// Take implements the console's screen.
func (p *Plan) Take(msg tea.Msg) tea.Cmd {
	loaded, ok := msg.(screen.Loaded)
	switch {
	case !ok:
	case p.made.Mine(loaded):
		if p.problem = loaded.Err; p.problem == nil {
			p.desk.Found()
			p.take(loaded.Value.(drawn))
			return nil
		}
		return p.desk.Lost(loaded.Err)
	case p.check.Mine(loaded), p.start.Mine(loaded):
		if loaded.Err != nil {
			p.desk.Fail(loaded.Err)
			return nil
		}
		switch now := loaded.Value.(type) {
		case drawn:
			if len(now.moved) > 0 {
				p.take(now)
			}
		case engine.Run:
			return func() tea.Msg { return Started{now, p.intent.line()} }
		}
	}
	return nil
}

// take shows a plan; whatever was typed was about another one.
func (p *Plan) take(d drawn) {
	p.plan, p.rows, p.moved = d.plan, d.rows, d.moved
	p.since, p.wrong = p.desk.Now(), ""
	p.typed = form.NewText("", 40)
	p.plain = len(d.moved) == 0
	for _, item := range d.plan.Items {
		if item.Runs() && (len(d.plan.Items) > looked || len(item.Overruled) > 0 || len(p.desk.Warnings(d.rows[item.ID])) > 0) {
			p.plain = false
		}
	}
	p.left.Rewind()
	p.right.Rewind()
}

// Word is what has to be typed: the number of requests, and for many, for those
// of several currencies, and where something speaks against one, also the sum
// in whole units of the currency that most of them are in. Who stops them types
// the number.
func (p *Plan) Word() string {
	n := screen.Int(p.plan.Count())
	stops := p.plan.Action.Verb == engine.VerbBlock
	if stops || p.plain && p.plan.Count() <= few && len(p.plan.Runs) == 1 && p.plan.Action.Verb != engine.VerbCancel {
		return n
	}
	return n + " " + whole(major(p.plan.Runs).Amount)
}

// ready reports whether the plan listens: it was on the screen long enough to
// be seen, and something would run.
func (p *Plan) ready() bool {
	return p.known() && p.plan.Count() > 0 && !p.made.Busy() && p.desk.Now().Sub(p.since) >= overlay.Quiet
}

// Key implements the console's screen: digits are typed, a paste is not.
func (p *Plan) Key(k tea.KeyMsg) (tea.Cmd, bool) {
	p.before, p.keyed = p.keyed, p.desk.Now()
	if p.start.Busy() {
		return nil, true
	}
	digits := len(k.Runes) > 0
	for _, r := range k.Runes {
		digits = digits && (r >= '0' && r <= '9' || r == ' ')
	}
	switch {
	case k.Paste:
		p.wrong = "type it: a paste does not count"
	case k.Type == tea.KeyBackspace, digits && (k.Type == tea.KeyRunes || k.Type == tea.KeySpace):
		if p.wrong = ""; !p.ready() {
			return nil, true
		}
		p.typed.Key(k)
	case k.Type == tea.KeyRunes && len(k.Runes) > 1:
		p.scroll(k.Runes)
	default:
		return nil, false
	}
	return nil, true
}

// scroll obeys a key that is held down and moves.
func (p *Plan) scroll(run []rune) {
	by := 0
	for _, r := range run {
		switch r {
		case 'j':
			by++
		case 'k':
			by--
		default:
			p.wrong = "keys that came together: nothing was done"
			return
		}
	}
	p.left.Scroll(by)
}

// Do implements the console's screen.
func (p *Plan) Do(a keys.ID) tea.Cmd {
	switch a {
	case screen.RunNow:
		return p.confirm()
	case screen.ListOut:
		out := NewOut(p.desk, p.plan)
		return func() tea.Msg { return Open{out} }
	case screen.ListWarned:
		warned := NewWarned(p.desk, p.plan)
		return func() tea.Msg { return Open{warned} }
	case screen.Reload:
		return p.Load()
	}
	p.left.Scroll(screen.Lines(a))
	p.right.Scroll(screen.Lines(a))
	return nil
}

// confirm starts the run if what was asked for was typed, and nothing moved.
func (p *Plan) confirm() tea.Cmd {
	switch {
	case !p.ready() || p.start.Busy():
		return nil
	case p.typed.Value() != p.Word():
		p.wrong = "type the figures at the left"
		return nil
	case p.keyed.Sub(p.before) < apart:
		p.wrong = "enter came together with another key: press it again"
		return nil
	}
	e, c, was := p.desk.Engine, p.desk.Caller, p.plan
	return p.start.Start(p.desk.Context, func(ctx context.Context) (any, error) {
		now, err := again(ctx, e, c, was)
		if err != nil {
			return nil, err
		}
		if now := now.(drawn); len(now.moved) > 0 {
			return now, nil
		}
		return e.StartRun(ctx, c, was)
	})
}

// Why implements the console's screen.
func (p *Plan) Why(a keys.ID) text.Safe {
	switch {
	case a == screen.RunNow && p.start.Busy():
		return "it is being started"
	case a == screen.RunNow && !p.known():
		return "the plan is still being made"
	case a == screen.RunNow && p.plan.Count() == 0:
		return "none of it can run"
	case a == screen.ListOut && screen.Sums(p.plan.Out).Requests() == 0:
		return "nothing stays out"
	case a == screen.ListWarned && len(p.plan.Warned) == 0:
		return "no signal warns of any that would run, and nobody else is at work on one"
	}
	return ""
}

// Typing implements the console's screen: digits may come together.
func (p *Plan) Typing() bool { return true }

// Subject implements the console's screen.
func (p *Plan) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (p *Plan) Hints() []keys.ID {
	hints := []keys.ID{screen.RunNow}
	if len(p.plan.Warned) > 0 {
		hints = append(hints, screen.ListWarned)
	}
	return append(hints, screen.ListOut, screen.Down, screen.Reload, screen.Leave)
}

// Place implements the console's screen.
func (p *Plan) Place() screen.Place {
	return screen.Place{Kind: screen.ManyPlan, View: string(capital(verbs[p.intent.Action.Verb].will)) + " many"}
}

// Status implements the console's screen.
func (p *Plan) Status() (left, right []canvas.Span) {
	switch {
	case p.start.Busy():
		left = []canvas.Span{{Text: "looking once more, and starting …", Style: theme.Moving}}
	case p.made.Busy():
		left = []canvas.Span{{Text: "planning …", Style: theme.Muted}}
	case p.known():
		left = []canvas.Span{{Text: p.undoable(), Style: theme.Muted}}
	}
	return left, right
}

// undoable says whether it can be taken back.
func (p *Plan) undoable() text.Safe {
	switch p.intent.Action.Verb {
	case engine.VerbApprove:
		return "z takes the run back while nothing is allocated"
	case engine.VerbReady:
		return "z takes the run back while nobody has approved"
	case engine.VerbBlock:
		return "z takes the run back"
	case engine.VerbCancel:
		return "canceling is final: nothing takes it back"
	}
	return "the run cannot be taken back as a whole"
}

// Close implements the console's screen.
func (p *Plan) Close() {
	p.made.Stop()
	p.check.Stop()
	p.start.Stop()
}

// Open is a message: show this screen above the others.
type Open struct{ Screen any }
