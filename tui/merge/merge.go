// Package merge is the picker with which requests of one customer are joined.
//
// Its noun is [Merge], the screen: the customer's open requests, which of them
// is the target, and which go into it. Each says why it cannot, if it cannot.
// The target gets the sum, the others are final then.
//
// It refuses to know the rules; the engine is asked about each pair.
package merge

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A Merge is the screen. Only its session's Update and View touch it.
type Merge struct {
	desk *screen.Desk
	row  engine.RequestRow // the request that it was opened on

	target engine.RequestID
	rows   []engine.RequestRow // the target among them
	picked map[engine.RequestID]bool
	reason *form.Choice

	source screen.Source[[]engine.RequestRow]
	grid   *grid.Grid
}

var columns = []grid.Column{
	{ID: "pick", Title: "", Min: 3},
	{ID: "id", Title: "REQUEST", Min: 7},
	{ID: "amount", Title: "AMOUNT", Min: 12, Max: 16, Align: canvas.Right},
	{ID: "currency", Title: "CUR", Min: 4},
	{ID: "status", Title: "STATUS", Min: 11},
	{ID: "age", Title: "AGE", Min: 4, Align: canvas.Right},
	{ID: "instrument", Title: "TO", Min: 16, Max: 24, Priority: 1},
	{ID: "why", Title: "CAN MERGE", Min: 16, Max: 60},
}

// New returns the picker, with a request as the target.
func New(d *screen.Desk, row engine.RequestRow) *Merge {
	var options []form.Option
	for _, reason := range engine.MergeReasons() {
		options = append(options, form.Option{Value: string(reason), Label: text.Line(string(reason))})
	}
	s := &Merge{
		desk: d, row: row, target: row.ID, picked: map[engine.RequestID]bool{},
		reason: form.NewChoice("", options...), grid: grid.New(columns...),
	}
	s.source.Read = func(ctx context.Context) ([]engine.RequestRow, error) { return tell(ctx, d.Engine, row.ID) }
	return s
}

// Place implements the console's screen.
func (s *Merge) Place() screen.Place { return screen.Place{Kind: screen.Merge, Request: s.row.ID} }

// Load implements the console's screen.
func (s *Merge) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Merge) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

// tell reads a request and the other open ones of its customer.
func tell(ctx context.Context, e *engine.Engine, id engine.RequestID) ([]engine.RequestRow, error) {
	own, err := e.RequestRows(ctx, []engine.RequestID{id})
	if err != nil || len(own) == 0 {
		return own, err
	}
	others, err := screen.OpenOf(ctx, e, own[0].Request)
	return append(own, others...), err
}

// Take implements the console's screen.
func (s *Merge) Take(msg tea.Msg) tea.Cmd {
	if done, ok := msg.(screen.Done); ok {
		if done.Err == nil && done.Deed.Action == string(screen.OpenMerge) && done.Deed.Request == s.target {
			return func() tea.Msg { return screen.Back{} }
		}
		return nil
	}
	rows, ok, cmd := s.source.Take(s.desk, msg)
	if !ok {
		return cmd
	}
	s.rows = rows
	cmds := []tea.Cmd{cmd}
	for _, row := range rows {
		cmds = append(cmds, s.desk.Saw(row.Request))
	}
	s.forget()
	s.fill()
	return tea.Batch(cmds...)
}

// forget leaves out what cannot be merged any more.
func (s *Merge) forget() {
	for id := range s.picked {
		if row, ok := s.find(id); !ok || s.whyNot(row) != "" {
			delete(s.picked, id)
		}
	}
}

func (s *Merge) find(id engine.RequestID) (engine.RequestRow, bool) {
	i := slices.IndexFunc(s.rows, func(r engine.RequestRow) bool { return r.ID == id })
	if i < 0 {
		return engine.RequestRow{}, false
	}
	return s.rows[i], true
}

// whyNot says why a request cannot go into the target, or "".
func (s *Merge) whyNot(row engine.RequestRow) text.Safe {
	target, _ := s.find(s.target)
	if err := engine.Mergeable(s.desk.Standing(target.Request), s.desk.Standing(row.Request)); err != nil {
		return text.Line(err.Error())
	}
	return ""
}

func (s *Merge) fill() {
	rows := make([]grid.Row, len(s.rows))
	for i, row := range s.rows {
		rows[i] = grid.Row{Key: string(row.ID), Cells: s.cells(row)}
	}
	s.grid.Refresh(grid.Window{Rows: rows, Total: int64(len(rows))})
}

func (s *Merge) cells(row engine.RequestRow) []canvas.Span {
	box, can := canvas.Span{Text: "[ ]"}, canvas.Span{Text: "yes", Style: theme.Muted}
	why := s.whyNot(row)
	target, _ := s.find(s.target)
	switch {
	case row.ID == s.target:
		box, can = canvas.Span{Text: "[•]", Style: theme.Accent}, canvas.Span{
			Text:  "the target",
			Style: theme.Accent,
		}
	case why != "":
		box, can = canvas.Span{Text: "[-]", Style: theme.Muted}, canvas.Span{Text: why, Style: theme.Muted}
	case s.picked[row.ID]:
		box = canvas.Span{Text: "[x]", Style: theme.Marked}
		if row.InstrumentID != target.InstrumentID {
			can = canvas.Span{Text: "yes; it would go to the target's instrument", Style: theme.Warning}
		}
	case row.InstrumentID != target.InstrumentID:
		can = canvas.Span{Text: "yes, but another instrument", Style: theme.Warning}
	}
	style := theme.Text
	if why != "" && row.ID != s.target {
		style = theme.Muted
	}
	return []canvas.Span{
		box,
		{Text: screen.Short(string(row.ID)), Style: style},
		{
			Text:  screen.Amount(row.Amount),
			Style: theme.Strong,
		},
		{Text: text.Line(string(row.Amount.Currency)), Style: theme.Muted},
		screen.Status(row.Request),
		{Text: screen.Age(s.desk.Engine.Now().Sub(row.CreatedAt)), Style: theme.Muted},
		{Text: s.desk.Instrument(row.Instrument), Style: theme.Muted},
		can,
	}
}

// current is the request under the cursor.
func (s *Merge) current() (engine.RequestRow, bool) {
	row, ok := s.grid.Cursor()
	if !ok {
		return engine.RequestRow{}, false
	}
	return s.find(engine.RequestID(row.Key))
}

// Subject implements the console's screen: the target, for the keys are about
// what becomes of it.
func (s *Merge) Subject() screen.Subject {
	row, ok := s.find(s.target)
	if !ok {
		row = s.row
	}
	return screen.Subject{Row: row}
}

// Why implements the console's screen.
func (s *Merge) Why(a keys.ID) text.Safe {
	row, some := s.current()
	switch a {
	case screen.Pick:
		switch {
		case !some:
			return "there is no request under the cursor"
		case row.ID == s.target:
			return "it is the target; " + s.desk.Label(screen.MakeTarget) + " makes another one the target"
		}
		return s.whyNot(row)
	case screen.MakeTarget:
		if !some {
			return "there is no request under the cursor"
		}
		return s.desk.Why(engine.VerbAbsorb, row.Request)
	case screen.MergeNow:
		switch {
		case len(s.picked) == 0:
			return "no request is picked: space picks the one under the cursor"
		case s.reason.Value() == "":
			return "the reason is missing: 1 to 4"
		}
		return s.desk.Why(engine.VerbAbsorb, s.Subject().Row.Request)
	}
	return ""
}

// Do implements the console's screen.
func (s *Merge) Do(a keys.ID) tea.Cmd {
	if m, ok := screen.Motion(a); ok {
		s.grid.Move(m)
		return nil
	}
	row, _ := s.current()
	switch a {
	case screen.Pick:
		if s.picked[row.ID] {
			delete(s.picked, row.ID)
		} else {
			s.picked[row.ID] = true
		}
		s.fill()
		s.grid.Move(grid.Down)
	case screen.MakeTarget:
		delete(s.picked, row.ID)
		s.target = row.ID
		s.forget()
		s.fill()
	case screen.MergeNow:
		s.review()
	case screen.Reload:
		return s.Load()
	}
	return nil
}

// sources are the picked requests in the order of the list.
func (s *Merge) sources() []engine.RequestRow {
	var found []engine.RequestRow
	for _, row := range s.rows {
		if s.picked[row.ID] {
			found = append(found, row)
		}
	}
	return found
}

// sum is what the target would amount to.
func (s *Merge) sum() money.Amount { return screen.Sum(s.Subject().Row, s.sources()) }

// pending reports whether the target would have to become ready again.
func (s *Merge) pending() bool {
	waits := func(r engine.RequestRow) bool { return r.Status == engine.RequestPending }
	return waits(s.Subject().Row) || slices.ContainsFunc(s.sources(), waits)
}

// otherInstrument reports whether a picked request selected another instrument.
func (s *Merge) otherInstrument() bool {
	target := s.Subject().Row.InstrumentID
	return slices.ContainsFunc(s.sources(), func(r engine.RequestRow) bool { return r.InstrumentID != target })
}

// review shows what would happen; enter there does it.
func (s *Merge) review() {
	subject := s.Subject()
	becomes := screen.Money(subject.Row.Amount) + " → " + screen.Money(s.sum()) + ", " + s.status()
	body := []overlay.Line{
		{Label: "target", Text: screen.Short(string(subject.Row.ID)) + " of " + screen.Customer(subject.Row)},
		{Label: "becomes", Text: becomes, Style: theme.Strong},
		{Label: "to", Text: s.desk.Instrument(subject.Row.Instrument)},
	}
	for i, row := range s.sources() {
		label := text.Safe("")
		if i == 0 {
			label = "takes in"
		}
		takes := screen.Short(string(row.ID)) + screen.Pad(screen.Money(row.Amount), 18)
		if row.BatchID != "" {
			takes += ", leaves batch " + text.Line(row.BatchReference)
		}
		body = append(body, overlay.Line{Label: label, Text: takes})
	}
	body = append(body, overlay.Line{Label: "reason", Text: text.Line(s.reason.Value())})
	if s.otherInstrument() {
		body = append(body, overlay.Line{
			Label: "!",
			Text:  "some asked to be paid elsewhere: all goes to the target's instrument", Style: theme.Warning,
		})
	}
	if n := len(subject.Row.Approvals); n > 0 {
		body = append(body, overlay.Line{Label: "!", Text: screen.Plural(n, "approval") +
			" of the target are void", Style: theme.Warning})
	}
	body = append(body, overlay.Line{}, overlay.Line{
		Text: "A merge is final; the target can be split again.", Style: theme.Muted,
	})
	s.desk.Ask(subject, "merge "+subject.Target(), &overlay.Sheet{
		Title: "Merge into " + screen.Short(string(subject.Row.ID)), Style: theme.Danger,
		Body: body, Yes: "Merge them", Considered: true,
	}, func(string) tea.Cmd { return s.desk.Carry(s.deed()) })
}

// status is where the target would stand.
func (s *Merge) status() text.Safe {
	if s.pending() {
		return "pending"
	}
	return "ready"
}

func (s *Merge) deed() screen.Deed {
	return screen.Merging(s.Subject().Row, s.sources(), engine.MergeReason(s.reason.Value()))
}

// Hints implements the console's screen.
func (s *Merge) Hints() []keys.ID {
	return []keys.ID{screen.Pick, screen.MakeTarget, screen.MergeNow, screen.Leave}
}

// Typing implements the console's screen.
func (s *Merge) Typing() bool { return false }

// Key implements the console's screen: digits choose the reason.
func (s *Merge) Key(k tea.KeyMsg) (tea.Cmd, bool) {
	if name := k.String(); len(name) == 1 && name >= "1" && name <= "9" {
		return nil, s.reason.Key(k)
	}
	return nil, false
}

// Close implements the console's screen.
func (s *Merge) Close() { s.source.Stop() }
