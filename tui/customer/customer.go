package customer

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A Customer is the screen of one customer.
type Customer struct {
	desk   *screen.Desk
	place  screen.Place
	source screen.Source[engine.CustomerDossier]
	known  engine.CustomerDossier

	at          int // the tab
	left, right screen.Pane
	paid        screen.Pane
	instruments *screen.List
	requests    *grid.Grid
}

// The tabs.
const (
	overview = iota
	instruments
	requests
	payments
	tabs
)

var instrumentColumns = []grid.Column{
	{ID: "instrument", Title: "INSTRUMENT", Min: 20, Max: 30},
	{ID: "service", Title: "SERVICE", Min: 14, Max: 24, Priority: 1},
	{ID: "status", Title: "STATUS", Min: 10},
	{ID: "by", Title: "ADDED BY", Min: 9, Max: 14, Priority: 2},
	{ID: "verified", Title: "VERIFIED BY", Min: 11, Max: 14, Priority: 3},
	{ID: "exposure", Title: "EXPOSURE", Min: 16, Max: 36, Align: canvas.Right},
}

var requestColumns = []grid.Column{
	{ID: "id", Title: "REQUEST", Min: 7},
	{ID: "created", Title: "CREATED", Min: 12},
	{ID: "amount", Title: "AMOUNT", Min: 12, Max: 16, Align: canvas.Right},
	{ID: "currency", Title: "CUR", Min: 4},
	{ID: "status", Title: "STATUS", Min: 11},
	{ID: "to", Title: "TO", Min: 14, Max: 24, Priority: 1},
	{ID: "flag", Title: "FLAG", Min: 12, Max: 30, Priority: 2},
}

// New returns the screen of a customer.
func New(d *screen.Desk, p screen.Place) *Customer {
	s := &Customer{
		desk: d, place: p, instruments: screen.NewList(labels, instrumentColumns...), requests: grid.New(requestColumns...),
	}
	s.left.Labels, s.right.Labels = labels, labels
	e, mode, id := d.Engine, d.Mode, engine.CustomerID(p.Object.ID)
	s.source.Read = func(ctx context.Context) (engine.CustomerDossier, error) { return e.CustomerDossier(ctx, mode, id) }
	return s
}

// Place implements the console's screen.
func (s *Customer) Place() screen.Place { return s.place }

// Load implements the console's screen.
func (s *Customer) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Customer) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

// Take implements the console's screen.
func (s *Customer) Take(msg tea.Msg) tea.Cmd {
	read, ok, cmd := s.source.Take(s.desk, msg)
	if ok {
		s.known = read
		s.instruments.Set(s.instrumentRows())
		rows := s.requestRows()
		total := int64(len(rows))
		if read.More {
			total = -1
		}
		s.requests.Refresh(grid.Window{Rows: rows, Total: total})
	}
	return cmd
}

func (s *Customer) instrumentRows() []grid.Row {
	rows := make([]grid.Row, len(s.known.Instruments))
	for n, i := range s.known.Instruments {
		var sums screen.Sums
		for _, x := range s.known.Exposures {
			if x.InstrumentID == i.ID {
				sums = sums.Plus(1, x.Amount)
			}
		}
		rows[n] = grid.Row{Key: string(i.ID), Cells: []canvas.Span{
			{Text: s.desk.Instrument(i)},
			{Text: text.Line(i.ServiceID), Style: theme.Muted},
			screen.InstrumentStatus(i),
			{Text: screen.Actor(i.CreatedBy), Style: theme.Muted},
			{Text: text.Line(string(i.VerifiedBy)), Style: theme.Muted},
			{Text: sums.Sorted().Within(36), Style: theme.Strong},
		}}
	}
	return rows
}

func (s *Customer) requestRows() []grid.Row {
	now := s.desk.Engine.Now()
	rows := make([]grid.Row, len(s.known.Requests))
	for i, r := range s.known.Requests {
		rows[i] = grid.Row{Key: string(r.ID), Cells: []canvas.Span{
			{Text: screen.Short(string(r.ID))},
			{Text: screen.Moment(r.CreatedAt, now), Style: theme.Muted},
			{Text: screen.Amount(r.Amount), Style: theme.Strong},
			{Text: text.Line(string(r.Amount.Currency)), Style: theme.Muted},
			screen.Status(r.Request),
			{Text: s.desk.Instrument(r.Instrument)},
			s.desk.Flag(r),
		}}
	}
	return rows
}

// instrument is the instrument under the cursor of its tab.
func (s *Customer) instrument() (engine.Instrument, bool) {
	key := s.instruments.Chosen()
	i := slices.IndexFunc(s.known.Instruments, func(i engine.Instrument) bool { return string(i.ID) == key })
	if s.at != instruments || i < 0 {
		return engine.Instrument{}, false
	}
	return s.known.Instruments[i], true
}

func (s *Customer) request() (engine.RequestRow, bool) {
	row, _ := s.requests.Cursor()
	i := slices.IndexFunc(s.known.Requests, func(r engine.RequestRow) bool { return string(r.ID) == row.Key })
	if s.at != requests || i < 0 {
		return engine.RequestRow{}, false
	}
	return s.known.Requests[i], true
}

// Why implements the console's screen.
func (s *Customer) Why(a keys.ID) text.Safe {
	i, some := s.instrument()
	_, request := s.request()
	switch {
	case a == screen.Verify && !some:
		return "no instrument is under the cursor: " + text.Safe(screen.Int(instruments+1)) + " lists them"
	case (a == screen.Verify || a == screen.SetPayouts) && s.desk.ReadOnly != "":
		return "read-only: " + s.desk.ReadOnly
	case a == screen.Verify:
		if err := engine.WhyNotVerify(s.desk.Actor, i); err != nil {
			return text.Line(err.Error())
		}
	case a == screen.SetPayouts && !s.source.Known():
		return "the customer is still being read"
	case a == screen.SetPayouts && !s.desk.Actor.Role.AtLeast(engine.RoleReviewer):
		return text.Line(string(s.desk.Actor.ID)) + " is " + text.Line(s.desk.Actor.Role.WithArticle()) + ": it takes a reviewer"
	case a == screen.Open && !request:
		return "no request is under the cursor: " + text.Safe(screen.Int(requests+1)) + " lists them"
	case a == screen.Filter:
		return "the queue filters requests: customer:" + text.Line(s.place.Object.ID)
	case screen.TabOf(a) > tabs:
		return "there is no such tab"
	}
	return ""
}

// Do implements the console's screen.
func (s *Customer) Do(a keys.ID) tea.Cmd {
	switch a {
	case screen.Reload:
		return s.Load()
	case screen.NextTab:
		s.at = (s.at + 1) % tabs
	case screen.PreviousTab:
		s.at = (s.at + tabs - 1) % tabs
	case screen.Open:
		row, _ := s.request()
		to := screen.Go{Place: screen.Place{Kind: screen.Request, Request: row.ID}, Row: row}
		return func() tea.Msg { return to }
	case screen.Verify:
		return s.verify()
	case screen.SetPayouts:
		return s.setPayouts()
	}
	if i := screen.TabOf(a); i > 0 {
		s.at = i - 1
		return nil
	}
	s.move(a)
	return nil
}

// move moves the cursor, or scrolls what there is to read.
func (s *Customer) move(a keys.ID) {
	switch s.at {
	case instruments:
		s.instruments.Do(a)
	case requests:
		if m, ok := screen.Motion(a); ok {
			s.requests.Move(m)
		}
	case payments:
		s.paid.Scroll(screen.Lines(a))
	default:
		s.left.Scroll(screen.Lines(a))
		s.right.Scroll(screen.Lines(a))
	}
}

// verify asks whether to vouch for the instrument under the cursor.
func (s *Customer) verify() tea.Cmd {
	i, _ := s.instrument()
	name := s.desk.Instrument(i)
	return s.desk.ArmOn("vouch for "+name+", which "+screen.Actor(i.CreatedBy)+" added", screen.Deed{
		Action: string(screen.Verify), Said: "verified " + name, Line: "purser instrument verify " + string(i.ID),
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			_, err := e.VerifyInstrument(ctx, c, i.ID)
			return engine.Request{}, err
		},
	})
}

// setPayouts asks whether to stop payouts to the customer, or to allow them
// again.
func (s *Customer) setPayouts() tea.Cmd {
	c := s.known.Customer
	return s.desk.ArmOn(switching(c), payoutDeed(c.ID, text.Line(s.place.View), !c.PayoutEnabled))
}

func switching(c engine.Customer) text.Safe {
	if c.PayoutEnabled {
		return "stop payouts to this customer: nothing of theirs is sent any more"
	}
	return "allow payouts to this customer again"
}

func payoutDeed(id engine.CustomerID, name text.Safe, on bool) screen.Deed {
	said, word := "stopped payouts to "+name, "off"
	if on {
		said, word = "allowed payouts to "+name, "on"
	}
	return screen.Deed{
		Action: string(screen.SetPayouts), Said: said, Line: "purser customer set " + string(id) + " --payouts " + word,
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			_, err := e.EnablePayouts(ctx, c, id, on)
			return engine.Request{}, err
		},
		Undo: func(engine.Request) *screen.Deed {
			back := payoutDeed(id, name, !on)
			return &back
		},
	}
}

// Key implements the console's screen.
func (s *Customer) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Typing implements the console's screen.
func (s *Customer) Typing() bool { return false }

// Subject implements the console's screen.
func (s *Customer) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (s *Customer) Hints() []keys.ID {
	hints := []keys.ID{screen.NextTab, screen.SetPayouts, screen.ToCustomers, screen.Leave}
	switch s.at {
	case instruments:
		hints = append([]keys.ID{screen.Verify}, hints...)
	case requests:
		hints = append([]keys.ID{screen.Open}, hints...)
	}
	return hints
}

// Close implements the console's screen.
func (s *Customer) Close() { s.source.Stop() }

// Status implements the console's screen.
func (s *Customer) Status() (left, right []canvas.Span) {
	if s.known.More {
		left = append(left, canvas.Span{
			Text:  "of the latest " + screen.Count(int64(len(s.known.Requests))) + " requests; the queue has all: / customer:" + text.Line(s.known.Customer.Reference),
			Style: theme.Muted,
		})
	}
	switch s.at {
	case instruments:
		right = []canvas.Span{{Text: s.instruments.Grid.Position(), Style: theme.Muted}}
	case requests:
		right = []canvas.Span{{Text: s.requests.Position(), Style: theme.Muted}}
	}
	return left, right
}
