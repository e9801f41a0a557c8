// Package allocate is the screen on which money is placed: the plan that
// automatic allocation would carry out, with a line for everything it
// considered and why, and allocating by hand from the same list.
//
// Its noun is [Allocate], the screen. What was shown is carried out as shown,
// or the engine says what moved in between, and the screen shows the new plan.
//
// It refuses to know how a plan is made.
package allocate

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/plan"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// An Allocate is the screen. Only its session's Update and View touch it.
type Allocate struct {
	desk *screen.Desk
	row  engine.RequestRow

	known *engine.Dossier
	plan  plan.Plan
	sheet []engine.Candidate

	source screen.Source[read]
	grid   *grid.Grid
	pane   screen.Pane
}

var columns = []grid.Column{
	{ID: "instrument", Title: "TO", Min: 14, Max: 20},
	{ID: "gateway", Title: "THROUGH", Min: 11, Max: 18},
	{ID: "instruction", Title: "INSTRUCTION", Min: 14, Max: 18, Priority: 2},
	{ID: "exposure", Title: "EXPOSURE", Min: 11, Max: 14, Align: canvas.Right, Priority: 1},
	{ID: "takes", Title: "TAKES", Min: 12, Max: 14, Align: canvas.Right},
	{ID: "why", Title: "WHY", Min: 24, Max: 80},
}

// New returns the screen for a request.
func New(d *screen.Desk, row engine.RequestRow) *Allocate {
	s := &Allocate{desk: d, row: row, grid: grid.New(columns...), pane: screen.Pane{Labels: 15}}
	s.source.Read = func(ctx context.Context) (read, error) { return tell(ctx, d.Engine, row.ID) }
	return s
}

// Place implements the console's screen.
func (s *Allocate) Place() screen.Place {
	return screen.Place{Kind: screen.Allocate, Request: s.row.ID}
}

// read is what the screen shows, read at nearly one moment; what is carried out
// is checked against the plan.
type read struct {
	dossier engine.Dossier
	plan    plan.Plan
	sheet   []engine.Candidate
}

// Load implements the console's screen.
func (s *Allocate) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Allocate) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

func tell(ctx context.Context, e *engine.Engine, id engine.RequestID) (r read, err error) {
	if r.dossier, err = e.Dossier(ctx, id); err != nil {
		return r, err
	}
	if r.plan, err = e.Plan(ctx, id); err != nil {
		return r, err
	}
	r.sheet, err = e.Worksheet(ctx, id)
	return r, err
}

// Take implements the console's screen.
func (s *Allocate) Take(msg tea.Msg) tea.Cmd {
	r, ok, cmd := s.source.Take(s.desk, msg)
	if !ok {
		return cmd
	}
	s.known, s.plan, s.sheet = &r.dossier, r.plan, r.sheet
	s.row.Request = r.dossier.Request
	s.fill()
	return tea.Batch(s.desk.Saw(r.dossier.Request), cmd)
}

func (s *Allocate) fill() {
	rows := make([]grid.Row, len(s.sheet))
	for i, candidate := range s.sheet {
		rows[i] = grid.Row{Key: keyOf(candidate), Cells: s.cells(candidate)}
	}
	s.grid.Refresh(grid.Window{Rows: rows, Total: int64(len(rows))})
	s.grid.Title, s.grid.Help = "the customer has no instrument", "esc goes back"
}

func keyOf(c engine.Candidate) string { return c.Instrument + " " + c.Route + " " + c.Gateway }

func (s *Allocate) cells(c engine.Candidate) []canvas.Span {
	takes := canvas.Span{Text: "-", Style: theme.Muted}
	if c.Amount.Positive() {
		takes = canvas.Span{Text: screen.Amount(c.Amount), Style: theme.Strong}
	}
	exposure := canvas.Span{Text: screen.Amount(c.Exposure)}
	if !c.Exposure.Positive() {
		exposure.Style = theme.Muted
	}
	why := canvas.Span{Text: text.Line(strings.Join(c.Reasons, "; ")), Style: theme.Muted}
	if c.Amount.Positive() {
		why.Style = theme.Text
	}
	return []canvas.Span{
		{Text: s.desk.InstrumentOf(*s.known, c.Instrument)},
		{Text: text.Line(c.Gateway)},
		{Text: text.Line(string(c.Instruction)), Style: theme.Muted},
		exposure, takes, why,
	}
}

// at is the candidate under the cursor.
func (s *Allocate) at() (engine.Candidate, bool) {
	row, ok := s.grid.Cursor()
	for _, c := range s.sheet {
		if ok && keyOf(c) == row.Key {
			return c, true
		}
	}
	return engine.Candidate{}, false
}

// Subject implements the console's screen.
func (s *Allocate) Subject() screen.Subject { return screen.Subject{Row: s.row, Dossier: s.known} }

// Do implements the console's screen.
func (s *Allocate) Do(a keys.ID) tea.Cmd {
	if m, ok := screen.Motion(a); ok {
		s.grid.Move(m)
		s.pane.Rewind()
		return nil
	}
	switch a {
	case screen.AllocateNow:
		if !s.desk.Rested() {
			s.desk.Say("too fast after another key: look at the plan, then press enter", theme.Warning)
			return nil
		}
		return s.desk.Carry(screen.Allocating(s.row.Request, s.plan, s.known.Allocations))
	case screen.NewAllocation:
		s.ask()
	case screen.Reload:
		return s.Load()
	}
	return nil
}

// Why implements the console's screen.
func (s *Allocate) Why(a keys.ID) text.Safe {
	switch a {
	case screen.AllocateNow:
		switch {
		case s.known == nil:
			return "the plan is still being read"
		case s.desk.Why(engine.VerbAutoAllocate, s.row.Request) != "":
			return s.desk.Why(engine.VerbAutoAllocate, s.row.Request)
		case len(s.plan.Taken()) == 0:
			return "the plan places nothing: " + screen.WhyLeft(s.plan)
		}
	case screen.NewAllocation:
		if why := s.desk.Why(engine.VerbAllocate, s.row.Request); why != "" {
			return why
		}
		if c, ok := s.at(); !ok || c.Gateway == "" {
			return "put the cursor on a gateway account first"
		}
	case screen.WhatChanged:
		return "go back to the request first"
	}
	return ""
}

// ask asks how much goes through the account under the cursor.
func (s *Allocate) ask() {
	c, _ := s.at()
	available := s.row.Available()
	proposed := available
	if c.Ceiling.Positive() {
		proposed = money.Least(available, c.Ceiling)
	}
	currency := available.Currency
	fields := []form.Field{{
		ID: "amount", Label: "AMOUNT", Check: form.Required, Help: screen.Money(available) + " is available",
		Input: form.NewAmount(text.Safe(proposed.String()), text.Line(string(currency)), currency.Exponent()),
	}}
	if s.desk.Actor.Role.AtLeast(engine.RoleSenior) {
		fields = append(fields, form.Field{
			ID: "override", Label: "OVERRIDE", Input: form.NewText("", 255),
			Help: "a reason, only to break the account's instruction " + text.Line(string(c.Instruction)),
		})
	}
	asked := form.New(fields...)
	body := []overlay.Line{
		{Label: "TO", Text: s.desk.InstrumentOf(*s.known, c.Instrument)},
		{Label: "THROUGH", Text: text.Line(c.Gateway) + ", " + text.Line(string(c.Instruction))},
	}
	if len(c.Reasons) > 0 {
		body = append(body, overlay.Line{Label: "THE PLAN", Text: text.Line(strings.Join(c.Reasons, "; "))})
	}
	s.desk.Ask(s.Subject(), "allocate "+s.Subject().Target(), &overlay.Ask{
		Title: "Allocate by hand", Form: asked, Yes: "allocate", Body: body,
	}, func(string) tea.Cmd {
		amount, err := money.Parse(asked.Value("amount"), currency)
		if err != nil {
			s.desk.Fail(err)
			return nil
		}
		return s.desk.Carry(s.byHand(c, amount, asked.Value("override")))
	})
}

func (s *Allocate) byHand(c engine.Candidate, amount money.Amount, override string) screen.Deed {
	return screen.AllocatingByHand(s.row.Request, engine.ManualAllocation{
		Seen: s.row.Version, InstrumentID: engine.InstrumentID(c.Instrument), GatewayID: c.Gateway,
		Amount: amount, Override: override,
	}, s.known.Allocations)
}

// Hints implements the console's screen.
func (s *Allocate) Hints() []keys.ID {
	return []keys.ID{screen.AllocateNow, screen.NewAllocation, screen.Process, screen.Leave}
}

// Typing implements the console's screen.
func (s *Allocate) Typing() bool { return false }

// Key implements the console's screen.
func (s *Allocate) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Close implements the console's screen.
func (s *Allocate) Close() { s.source.Stop() }
