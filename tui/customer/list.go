// Package customer is the screens of who is paid: all customers, found as one
// types, and one of them with all that is known.
//
// The nouns are [List] and [Customer], the screens.
//
// Invariants: the list holds a few screens of rows however many customers there
// are, and what is typed is looked up by an index; of one customer all is read
// at one moment.
//
// It refuses to know how requests are decided on: each opens on its own screen.
package customer

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// page is how many customers are read at once.
const page = 100

// A List is the screen of all customers, the latest first, or of those that a
// search finds.
type List struct {
	desk   *screen.Desk
	list   *screen.List
	rows   []engine.CustomerRow
	more   bool
	source screen.Source[engine.CustomerPage]
	older  screen.Loader

	prompt form.Prompt
	typing bool
	typed  text.Safe
	anew   bool // what is read next is for another search
}

var columns = []grid.Column{
	{ID: "name", Title: "NAME", Min: 18, Max: 34},
	{ID: "reference", Title: "REFERENCE", Min: 10, Max: 24},
	{ID: "email", Title: "EMAIL", Min: 16, Max: 34, Priority: 2},
	{ID: "country", Title: "COUNTRY", Min: 7, Priority: 3},
	{ID: "payouts", Title: "PAYOUTS", Min: 8, Priority: 1},
	{ID: "requests", Title: "REQUESTS", Min: 8, Align: canvas.Right},
	{ID: "latest", Title: "LATEST", Min: 9, Align: canvas.Right, Priority: 4},
	{ID: "since", Title: "SINCE", Min: 12, Priority: 5},
}

// labels is how wide the labels of details stand.
const labels = 11

// NewList returns the screen of all customers.
func NewList(d *screen.Desk) *List {
	s := &List{desk: d, list: screen.NewList(labels, columns...)}
	s.prompt.Label, s.prompt.Note = "/ ", "enter keeps it  esc restores"
	return s
}

// reading reads the page behind a customer; of a search there is one.
func (s *List) reading(before engine.CustomerID) func(context.Context) (engine.CustomerPage, error) {
	e := s.desk.Engine
	query := engine.CustomerQuery{Mode: s.desk.Mode, Search: string(s.typed), Before: before, Limit: page}
	return func(ctx context.Context) (engine.CustomerPage, error) { return e.CustomerRows(ctx, query) }
}

// Place implements the console's screen.
func (s *List) Place() screen.Place { return screen.Place{Kind: screen.Customers} }

// Load implements the console's screen.
func (s *List) Load() tea.Cmd {
	s.source.Read = s.reading("")
	return s.source.Load(s.desk)
}

// Refresh implements the console's screen. A list that was read further stays
// as it is.
func (s *List) Refresh() tea.Cmd {
	if len(s.rows) > page {
		return nil
	}
	return s.source.Refresh(s.desk)
}

// Take implements the console's screen.
func (s *List) Take(msg tea.Msg) tea.Cmd {
	if read, ok, cmd := s.source.Take(s.desk, msg); ok {
		s.rows, s.more = read.Rows, read.More
		window := grid.Window{Rows: s.cells(s.rows), Below: s.more && s.typed == "", Total: s.total()}
		if s.anew {
			s.list.Grid.Show(window, s.list.Chosen())
			s.anew = false
			return cmd
		}
		s.list.Grid.Refresh(window)
		return cmd
	} else if cmd != nil {
		return cmd
	}
	loaded, ok := msg.(screen.Loaded)
	if !ok || !s.older.Mine(loaded) {
		return nil
	}
	if loaded.Err != nil {
		s.list.Grid.LoadFailed()
		return s.desk.Lost(loaded.Err)
	}
	read := loaded.Value.(engine.CustomerPage)
	s.rows, s.more = append(s.rows, read.Rows...), read.More
	s.list.Grid.Append(s.cells(read.Rows), s.more)
	return nil
}

// total is how many there are, below zero if nobody counted.
func (s *List) total() int64 {
	if s.more {
		return -1
	}
	return int64(len(s.rows))
}

func (s *List) cells(list []engine.CustomerRow) []grid.Row {
	now := s.desk.Engine.Now()
	rows := make([]grid.Row, len(list))
	for i, c := range list {
		payouts, latest := canvas.Span{Text: "on", Style: theme.Muted}, text.Safe("")
		if !c.PayoutEnabled {
			payouts = canvas.Span{Text: "off", Style: theme.Warning}
		}
		if !c.Latest.IsZero() {
			latest = screen.Age(now.Sub(c.Latest))
		}
		rows[i] = grid.Row{Key: string(c.ID), Cells: []canvas.Span{
			{Text: text.Line(c.Name)},
			{Text: text.Line(c.Reference)},
			{Text: s.desk.Email(c.Email), Style: theme.Muted},
			{Text: text.Line(c.Country)},
			payouts,
			{Text: counted(c), Style: theme.Strong},
			{Text: latest, Style: theme.Muted},
			{Text: screen.Day(c.CreatedAt, now), Style: theme.Muted},
		}}
	}
	return rows
}

// counted is how many requests a customer has, as far as they are counted.
func counted(c engine.CustomerRow) text.Safe {
	if c.Requests >= engine.CountedRequests {
		return screen.Count(int64(c.Requests)) + "+"
	}
	return screen.Count(int64(c.Requests))
}

// chosen is the customer under the cursor.
func (s *List) chosen() (engine.CustomerRow, bool) {
	key := s.list.Chosen()
	i := slices.IndexFunc(s.rows, func(c engine.CustomerRow) bool { return string(c.ID) == key })
	if i < 0 {
		return engine.CustomerRow{}, false
	}
	return s.rows[i], true
}

// PlaceOf is where a customer is seen.
func PlaceOf(id engine.CustomerID, name string) screen.Place {
	if name == "" {
		name = string(screen.Short(string(id)))
	}
	return screen.Place{Kind: screen.Payee, Object: screen.Object{Kind: engine.KindCustomer, ID: string(id)}, View: name}
}

// Why implements the console's screen.
func (s *List) Why(a keys.ID) text.Safe {
	if _, some := s.chosen(); a == screen.Open && !some {
		return "there is nobody under the cursor"
	}
	return ""
}

// Do implements the console's screen.
func (s *List) Do(a keys.ID) tea.Cmd {
	if m, ok := screen.Motion(a); ok {
		s.list.Detail.Rewind()
		return s.need(s.list.Grid.Move(m))
	}
	s.list.Do(a)
	switch a {
	case screen.Reload:
		return s.Load()
	case screen.Open:
		c, _ := s.chosen()
		return screen.GoTo(PlaceOf(c.ID, c.Name))
	case screen.Filter:
		s.typing = true
		s.prompt.Open(s.typed)
	}
	return nil
}

// need reads what comes behind, or begins anew.
func (s *List) need(load grid.Load) tea.Cmd {
	switch load {
	case grid.LoadBelow, grid.LoadLast:
		if len(s.rows) == 0 || s.typed != "" {
			return nil
		}
		read := s.reading(s.rows[len(s.rows)-1].ID)
		return s.older.Start(s.desk.Context, func(ctx context.Context) (any, error) { return read(ctx) })
	case grid.LoadAbove, grid.LoadFirst:
		s.list.Grid.Show(grid.Window{Rows: s.cells(s.rows), Below: s.more, Total: s.total()}, s.list.Chosen())
	}
	return nil
}

// Key implements the console's screen: what is typed narrows the list at once.
func (s *List) Key(k tea.KeyMsg) (tea.Cmd, bool) {
	if !s.typing {
		if k.Type == tea.KeyEsc && s.typed != "" {
			return s.look(""), true
		}
		return nil, false
	}
	if s.prompt.Key(k) != form.Stay {
		s.typing = false
	}
	return s.look(text.Line(text.Masked(s.prompt.Value()))), true
}

// look shows who fits what is typed.
func (s *List) look(typed text.Safe) tea.Cmd {
	if typed == s.typed {
		return nil
	}
	s.typed, s.anew = typed, true
	s.older.Stop()
	return s.Load()
}

// Typing implements the console's screen.
func (s *List) Typing() bool { return s.typing }

// Subject implements the console's screen.
func (s *List) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (s *List) Hints() []keys.ID {
	return []keys.ID{screen.Open, screen.Filter, screen.PreviewDown, screen.Leave}
}

// Close implements the console's screen.
func (s *List) Close() {
	s.source.Stop()
	s.older.Stop()
}

// Status implements the console's screen.
func (s *List) Status() (left, right []canvas.Span) {
	if s.typed != "" && s.more {
		left = append(left, canvas.Span{Text: "there are more: type on", Style: theme.Attention})
	}
	return left, []canvas.Span{{Text: s.list.Grid.Position(), Style: theme.Muted}}
}

// Draw implements the console's screen.
func (s *List) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, body := r.Top(1)
	rule, body := body.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	switch head = head.Inset(1, 0); {
	case s.typing:
		s.prompt.Draw(c, head, true)
	case s.typed != "":
		c.Spans(head, canvas.Left, canvas.Span{Text: "/ ", Style: theme.Key}, canvas.Span{Text: s.typed})
	default:
		c.Spans(head, canvas.Left, canvas.Span{Text: "customers, the latest first   ", Style: theme.Muted},
			canvas.Span{Text: "/", Style: theme.Key}, canvas.Span{Text: " finds one", Style: theme.Muted})
	}
	empty, help := text.Safe("there is no customer yet"), text.Safe("purser customer create, or import a file: g j, i   esc goes back")
	if s.typed != "" {
		empty = "nobody fits " + s.typed
		help = "references from their beginning, names from three characters on   esc shows all"
	}
	s.list.Face("the customers", s.source.Known(), s.source.Problem(), empty, help)
	s.list.Draw(c, body, s.detail(), nil)
}

func (s *List) detail() []screen.Line {
	c, ok := s.chosen()
	if !ok {
		return nil
	}
	return screen.CustomerLines(s.desk, c.Customer)
}
