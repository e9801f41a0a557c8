package request

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

var allocationColumns = []grid.Column{
	{ID: "id", Title: "ALLOC", Min: 6},
	{ID: "instrument", Title: "TO", Min: 13, Max: 24, Priority: 1},
	{ID: "gateway", Title: "THROUGH", Min: 11, Max: 20},
	{ID: "amount", Title: "AMOUNT", Min: 12, Max: 16, Align: canvas.Right},
	{ID: "status", Title: "STATUS", Min: 18, Max: 22},
	{ID: "result", Title: "RESULT", Min: 12, Max: 60},
}

var payoutColumns = []grid.Column{
	{ID: "id", Title: "KEY", Min: 6},
	{ID: "gateway", Title: "THROUGH", Min: 10, Max: 20},
	{ID: "asked", Title: "ASKED FOR", Min: 12, Max: 16, Align: canvas.Right},
	{ID: "paid", Title: "PAID", Min: 12, Max: 16, Align: canvas.Right, Priority: 3},
	{ID: "status", Title: "STATUS", Min: 19, Max: 28},
	{ID: "resolution", Title: "RESOLUTION", Min: 12, Max: 26, Priority: 2},
	{ID: "sent", Title: "SENT", Min: 4, Align: canvas.Right, Priority: 4},
	{ID: "lookups", Title: "LOOKED UP", Min: 9, Align: canvas.Right, Priority: 5},
}

var timelineColumns = []grid.Column{
	{ID: "time", Title: "TIME", Min: 13},
	{ID: "by", Title: "BY", Min: 8, Max: 12, Priority: 1},
	{ID: "door", Title: "DOOR", Min: 7, Priority: 2},
	{ID: "what", Title: "WHAT", Min: 46, Max: 200},
}

// fill writes the lists anew.
func (s *Request) fill() {
	var made []grid.Row
	for _, a := range s.known.Allocations {
		made = append(made, grid.Row{Key: string(a.ID), Cells: s.allocationCells(a)})
	}
	refill(s.lists[allocations], made)
	s.lists[allocations].Title, s.lists[allocations].Help = s.whyNoAllocations()
	var sent []grid.Row
	for _, p := range s.known.Payouts {
		sent = append(sent, grid.Row{Key: string(p.ID), Cells: payoutCells(p)})
	}
	refill(s.lists[payouts], sent)
	s.lists[payouts].Title, s.lists[payouts].Help = s.whyNoPayouts()
	refill(s.lists[timeline], s.told())
	s.lists[timeline].Title, s.lists[timeline].Help = "no event holds these words", "esc shows all again"
}

// told are the rows of the timeline, the newest first, as far as the search
// finds them.
func (s *Request) told() []grid.Row {
	var told []grid.Row
	events := s.known.Timeline
	for i := len(events) - 1; i >= 0; i-- {
		if s.search.finds(events[i], *s.known) {
			told = append(told, grid.Row{Key: eventKey(events[i]), Cells: s.eventCells(events[i])})
		}
	}
	return told
}

func refill(g *grid.Grid, rows []grid.Row) {
	g.Refresh(grid.Window{Rows: rows, Total: int64(len(rows))})
}

func (s *Request) whyNoAllocations() (title, help text.Safe) {
	switch s.row.Status {
	case engine.RequestApproved:
		return "approved, and nothing is allocated yet", "A shows the plan and allocates"
	case engine.RequestPending, engine.RequestReady:
		return "nothing is allocated before the approval", "1 overview has the plan"
	}
	return "nothing was allocated", "4 timeline tells why"
}

func (s *Request) whyNoPayouts() (title, help text.Safe) {
	if len(s.known.Allocations) == 0 {
		_, help = s.whyNoAllocations()
		return "nothing is allocated that could be sent", help
	}
	title = "nothing was sent to a provider yet"
	waits := func(a engine.Allocation) bool { return a.Status == engine.AllocationPending }
	if !slices.ContainsFunc(s.known.Allocations, waits) || s.desk.Why(engine.VerbProcess, s.row.Request) != "" {
		return title, "2 allocations tells how they stand"
	}
	return title, s.desk.Label(screen.Process) + " sends what is allocated   2 allocations"
}

func (s *Request) allocationCells(a engine.Allocation) []canvas.Span {
	return []canvas.Span{
		{Text: screen.Short(string(a.ID))},
		{Text: s.desk.InstrumentOf(*s.known, string(a.InstrumentID))},
		{Text: text.Line(a.GatewayID)},
		{Text: screen.Amount(a.Amount), Style: theme.Strong},
		screen.AllocationStatus(a), s.result(a),
	}
}

// result says in a few words what became of an allocation.
func (s *Request) result(a engine.Allocation) canvas.Span {
	p := s.payoutOf(a.ID)
	switch {
	case a.Overpaid.Positive():
		return canvas.Span{Text: screen.Money(a.Overpaid) + " overpaid", Style: theme.Attention}
	case a.Returned.Positive():
		return canvas.Span{Text: screen.Money(a.Returned) + " came back", Style: theme.Attention}
	case a.Paid.Positive() && a.Paid.Cmp(a.Amount) < 0:
		return canvas.Span{Text: screen.Money(a.Paid) + " paid", Style: theme.Done}
	case a.Paid.Positive():
		return canvas.Span{Text: "paid", Style: theme.Done}
	case a.Reason != "":
		return canvas.Span{Text: text.Line(text.Masked(a.Reason)), Style: theme.Muted}
	case screen.Unknown(p):
		return canvas.Span{Text: "unknown: " + s.desk.Label(screen.LookUp) + " asks", Style: theme.Attention}
	case a.Status == engine.AllocationPending:
		return canvas.Span{Text: s.desk.Label(screen.Process) + " sends it", Style: theme.Muted}
	case p.Accepted:
		return canvas.Span{Text: "accepted, not settled yet", Style: theme.Muted}
	case a.Live():
		return canvas.Span{Text: "for " + screen.Age(s.desk.Engine.Now().Sub(a.UpdatedAt)), Style: theme.Muted}
	}
	return canvas.Span{}
}

func payoutCells(p engine.Payout) []canvas.Span {
	paid := canvas.Span{Text: "-", Style: theme.Muted}
	if p.Processed.Positive() {
		paid = canvas.Span{Text: screen.Amount(p.Processed), Style: theme.Done}
	}
	return []canvas.Span{
		{Text: screen.Short(string(p.AllocationID))},
		{Text: text.Line(p.GatewayID)},
		{Text: screen.Amount(p.Amount), Style: theme.Strong},
		paid, screen.PayoutStatus(p),
		{Text: text.Line(string(p.Resolution)), Style: theme.Muted},
		{Text: text.Safe(screen.Int(p.Sent)), Style: theme.Muted},
		{Text: text.Safe(screen.Int(p.LookUps)), Style: theme.Muted},
	}
}

func (s *Request) eventCells(e engine.Event) []canvas.Span {
	by := canvas.Span{Text: text.Line(string(e.By))}
	if e.By == engine.ByEngine {
		by.Style = theme.Muted
	}
	what := canvas.Span{Text: screen.What(e, *s.known)}
	if !screen.Telling(e) {
		what.Style = theme.Muted
	}
	return []canvas.Span{
		{Text: when(e.At, s.desk.Engine.Now()), Style: theme.Muted}, by, {
			Text:  text.Line(string(e.Door)),
			Style: theme.Muted,
		}, what,
	}
}

// when is a time to the second today, and to the minute before.
func when(t, now time.Time) text.Safe {
	if t.UTC().Format(time.DateOnly) == now.UTC().Format(time.DateOnly) {
		return screen.Clock(t)
	}
	return screen.Moment(t, now)
}

func eventKey(e engine.Event) string { return screen.Int(e.Number) }

func (s *Request) allocationAt() engine.Allocation {
	row, _ := s.lists[allocations].Cursor()
	return s.allocation(engine.AllocationID(row.Key))
}

func (s *Request) allocation(id engine.AllocationID) engine.Allocation {
	for _, a := range s.known.Allocations {
		if a.ID == id {
			return a
		}
	}
	return engine.Allocation{}
}

func (s *Request) payoutOf(id engine.AllocationID) engine.Payout {
	for _, p := range s.known.Payouts {
		if p.AllocationID == id {
			return p
		}
	}
	return engine.Payout{}
}

func (s *Request) payoutAt() engine.Payout {
	row, _ := s.lists[payouts].Cursor()
	for _, p := range s.known.Payouts {
		if string(p.ID) == row.Key {
			return p
		}
	}
	return engine.Payout{}
}

func (s *Request) eventAt() engine.Event {
	row, _ := s.lists[timeline].Cursor()
	for _, e := range s.known.Timeline {
		if eventKey(e) == row.Key {
			return e
		}
	}
	return engine.Event{}
}

// open shows more of what the cursor is on.
func (s *Request) open() {
	switch s.tab {
	case allocations:
		p := s.payoutOf(s.allocationAt().ID)
		if p.ID == "" {
			s.desk.Say("nothing was sent for it yet", theme.Warning)
			return
		}
		s.tab = payouts
		s.lists[payouts].Select(string(p.ID))
	case timeline:
		if e := s.eventAt(); e.Seq > 0 {
			s.desk.Show("event", &overlay.Sheet{Title: "Event " + text.Safe(screen.Int(e.Number)) +
				" of " + screen.Short(string(s.id)), Body: s.eventLines(e)}, nil)
		}
	}
}

// eventLines tell all that the journal keeps of an event.
func (s *Request) eventLines(e engine.Event) []overlay.Line {
	who := screen.Actor(e.By) + " through " + text.Line(string(e.Door))
	if e.OSUser != "" {
		who += " as " + text.Line(e.OSUser)
	}
	lines := []overlay.Line{
		{Label: "what", Text: screen.Sentence(e, *s.known), Style: theme.Strong},
		{Label: "when", Text: text.Safe(e.At.UTC().Format("2006-01-02 15:04:05.000 UTC"))},
		{Label: "who", Text: who},
		{Label: "of", Text: text.Line(e.Subject.Kind) + " " + text.Line(e.Subject.ID)},
		{},
	}
	for _, change := range e.Changes {
		before, after, _ := e.Change(change.Field)
		words := s.desk.Detail(after)
		if before != "" {
			words = s.desk.Detail(before) + " → " + words
		}
		lines = append(lines, overlay.Line{Label: text.Line(change.Field), Text: words})
	}
	for _, detail := range e.Details {
		lines = append(lines, overlay.Line{
			Label: text.Line(detail.Name),
			Text:  s.desk.Detail(e.Detail(detail.Name)),
		})
	}
	return append(lines, overlay.Line{}, overlay.Line{
		Label: "entry", Text: screen.Count(e.Seq) + " of the journal, hash " +
			text.Safe(e.Hash.String()[:16]) + "…", Style: theme.Muted,
	})
}

// Click implements the console's screen: a tab, or a row; the row that the
// cursor is on already is opened.
func (s *Request) Click(x, y int, r canvas.Rect) tea.Cmd {
	if tabsAt := r.Line(tabsLine); tabsAt.Contains(x, y) {
		if i := screen.TabAt(tabsAt, s.tabs(), int(s.tab), x); i >= 0 {
			s.tab = tab(i)
		}
		return nil
	}
	list := s.lists[s.tab]
	if list == nil || s.known == nil {
		return nil
	}
	key, _ := list.At(x, y)
	if at, ok := list.Cursor(); ok && at.Key == key {
		s.open()
		return nil
	}
	list.Select(key)
	return nil
}
