package batch

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// An Out is the screen that lists some of a plan, each with its reason: what
// stays out, or what warns of those that run.
type Out struct {
	desk   *screen.Desk
	title  string
	list   *entries
	sums   screen.Sums
	loader screen.Loader
}

// NewOut returns the list of what stays out of a plan.
func NewOut(d *screen.Desk, plan engine.RunPlan) *Out {
	o := &Out{desk: d, title: "Stays out", list: newEntries("WHY"), sums: sums(plan.Out)}
	var out []entry
	for _, item := range plan.Items {
		if !item.Runs() {
			out = append(out, entry{id: item.ID, amount: item.Amount, said: canvas.Span{Text: text.Line(item.Why), Style: theme.Warning}})
		}
	}
	o.list.add(out...)
	return o
}

// NewWarned returns the list of those that would run and are warned of.
func NewWarned(d *screen.Desk, plan engine.RunPlan) *Out {
	o := &Out{desk: d, title: "Look twice", list: newEntries("WARNING")}
	var warned []entry
	for _, item := range plan.Items {
		if len(item.Overruled) > 0 {
			o.sums = o.sums.Plus(1, item.Amount)
			said := canvas.Span{Text: joined(item.Warnings), Style: theme.Warning}
			warned = append(warned, entry{id: item.ID, amount: item.Amount, said: said})
		}
	}
	o.sums = o.sums.Sorted()
	o.list.add(warned...)
	return o
}

// Load implements the console's screen.
func (o *Out) Load() tea.Cmd { return readRows(o.desk, &o.loader, o.list) }

// readRows reads the requests on the screen that were not read yet.
func readRows(d *screen.Desk, loader *screen.Loader, list *entries) tea.Cmd {
	ids := list.unread()
	if len(ids) == 0 || loader.Busy() {
		return nil
	}
	e := d.Engine
	return loader.Start(d.Context, func(ctx context.Context) (any, error) { return e.RequestRows(ctx, ids) })
}

// Take implements the console's screen.
func (o *Out) Take(msg tea.Msg) tea.Cmd {
	loaded, ok := msg.(screen.Loaded)
	if !ok || !o.loader.Mine(loaded) {
		return nil
	}
	if loaded.Err != nil {
		return o.desk.Lost(loaded.Err)
	}
	o.list.read(loaded.Value.([]engine.RequestRow))
	return o.Load()
}

// Refresh implements the console's screen: a plan is of one moment.
func (o *Out) Refresh() tea.Cmd { return nil }

// Do implements the console's screen.
func (o *Out) Do(a keys.ID) tea.Cmd {
	if m, ok := screen.Motion(a); ok {
		o.list.need(o.list.grid.Move(m))
		return o.Load()
	}
	if a == screen.OpenItem {
		to := o.list.open()
		return func() tea.Msg { return to }
	}
	return nil
}

// Why implements the console's screen.
func (o *Out) Why(keys.ID) text.Safe { return "" }

// Key implements the console's screen.
func (o *Out) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Typing implements the console's screen.
func (o *Out) Typing() bool { return false }

// Subject implements the console's screen.
func (o *Out) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (o *Out) Hints() []keys.ID {
	return []keys.ID{screen.OpenItem, screen.Down, screen.Up, screen.Leave}
}

// Place implements the console's screen.
func (o *Out) Place() screen.Place { return screen.Place{Kind: screen.StaysOut, View: o.title} }

// Status implements the console's screen.
func (o *Out) Status() (left, right []canvas.Span) {
	left = []canvas.Span{
		{Text: of(len(o.list.all)) + "  ", Style: theme.Muted},
		{Text: o.sums.Within(60), Style: theme.Muted},
	}
	return left, []canvas.Span{{Text: o.list.grid.Position(), Style: theme.Muted}}
}

// Draw implements the console's screen.
func (o *Out) Draw(c *canvas.Canvas, r canvas.Rect) {
	body, bottom := r.Bottom(1)
	c.HRule(bottom, theme.Border)
	o.list.draw(c, body)
}

// Close implements the console's screen.
func (o *Out) Close() { o.loader.Stop() }
