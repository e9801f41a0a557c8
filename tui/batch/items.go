package batch

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// An entry is one request of a plan or of a run, with what is said of it.
type entry struct {
	place  int
	id     engine.RequestID
	amount money.Amount      // as it was seen
	row    engine.RequestRow // zero until it was read
	said   canvas.Span
}

// columns of requests. What is said of them takes the rest.
func columns(said text.Safe) []grid.Column {
	return []grid.Column{
		{ID: "id", Title: "REQUEST", Min: 7},
		{ID: "customer", Title: "CUSTOMER", Min: 14, Max: 26, Priority: 1},
		{ID: "amount", Title: "AMOUNT", Min: 12, Max: 14, Align: canvas.Right},
		{ID: "currency", Title: "CUR", Min: 4},
		{ID: "status", Title: "STATUS", Min: 11, Priority: 2},
		{ID: "why", Title: said, Min: 20, Max: 100},
	}
}

// entries are requests, each with what is said of it.
type entries struct {
	roll[entry]
	say func(engine.RequestRow) canvas.Span // what is said of a request once it was read; nil where that is known before
}

// newEntries returns an empty list; said is the title over what is said.
func newEntries(said text.Safe) *entries {
	return &entries{roll: roll[entry]{
		grid: grid.New(columns(said)...), at: map[string]int{},
		key: func(e entry) string { return string(e.id) }, cells: entry.cells, said: func(e entry) canvas.Span { return e.said },
	}}
}

func (e entry) cells() []canvas.Span {
	return []canvas.Span{
		{Text: screen.Short(string(e.id))},
		{Text: screen.Customer(e.row)},
		{Text: screen.Amount(e.amount), Style: theme.Strong},
		{Text: text.Line(string(e.amount.Currency)), Style: theme.Muted},
		screen.Status(e.row.Request),
		e.said,
	}
}

// visible are the requests on the screen.
func (l *entries) visible() []engine.RequestID {
	var ids []engine.RequestID
	for _, key := range l.grid.Visible() {
		ids = append(ids, engine.RequestID(key))
	}
	return ids
}

// unread are the visible entries whose requests were not read yet.
func (l *entries) unread() []engine.RequestID {
	var ids []engine.RequestID
	for _, key := range l.grid.Visible() {
		if i, ok := l.at[key]; ok && l.all[i].row.ID == "" {
			ids = append(ids, l.all[i].id)
		}
	}
	return ids
}

// read takes requests that were read.
func (l *entries) read(rows []engine.RequestRow) {
	var changed []grid.Row
	for _, row := range rows {
		if i, ok := l.at[string(row.ID)]; ok {
			l.all[i].row = row
			if l.say != nil {
				l.all[i].amount, l.all[i].said = row.Amount, l.say(row)
			}
			changed = append(changed, l.row(l.all[i]))
		}
	}
	l.grid.Patch(changed)
}

// open goes to the request under the cursor.
func (l *entries) open() screen.Go {
	e, _ := l.cursor()
	return screen.Go{Place: screen.Place{Kind: screen.Request, Request: e.id}, Row: e.row}
}
