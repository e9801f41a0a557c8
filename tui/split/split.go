// Package split is the editor in which a request is divided into parts.
//
// Its noun is [Split], the screen: amounts that have to sum to the request's, a
// reason, and beside them what would happen. It proposes amounts: by what
// gateway accounts take at once, by what a merged request was made of, in
// halves. Nothing is kept until the sheet at the end is confirmed.
//
// It refuses to know what the parts will be approved and paid by; that is
// decided on each of them.
package split

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// How many parts a split can have.
const (
	fewest = 2
	most   = 100
)

// A focus is where the keyboard is: a part below the number of parts, else
// what comes after them.
type focus int

// A Split is the screen. Only its session's Update and View touch it.
type Split struct {
	desk   *screen.Desk
	row    engine.RequestRow
	known  *engine.Dossier
	sheet  []engine.Candidate // what could pay it
	source screen.Source[read]

	parts  []*form.Amount
	at     focus
	top    int // the first part shown
	reason *form.Choice
	note   *form.Text

	proposal int
	leaving  bool // esc was pressed with something edited
	edited   bool
}

// New returns the editor for a request.
func New(d *screen.Desk, row engine.RequestRow) *Split {
	var options []form.Option
	for _, reason := range engine.SplitReasons() {
		options = append(options, form.Option{Value: string(reason), Label: text.Line(string(reason))})
	}
	s := &Split{desk: d, row: row, reason: form.NewChoice("", options...), note: form.NewText("", 255)}
	s.source.Read = func(ctx context.Context) (read, error) { return tell(ctx, d.Engine, row.ID) }
	s.propose(0)
	return s
}

// Place implements the console's screen.
func (s *Split) Place() screen.Place { return screen.Place{Kind: screen.Split, Request: s.row.ID} }

// read is what the editor knows of the request.
type read struct {
	dossier engine.Dossier
	sheet   []engine.Candidate
}

// Load implements the console's screen.
func (s *Split) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Split) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

func tell(ctx context.Context, e *engine.Engine, id engine.RequestID) (r read, err error) {
	if r.dossier, err = e.Dossier(ctx, id); err != nil {
		return r, err
	}
	r.sheet, err = e.Worksheet(ctx, id)
	return r, err
}

// Take implements the console's screen. What was typed stays, whatever changes;
// once the request cannot be split any more, the reason is shown.
func (s *Split) Take(msg tea.Msg) tea.Cmd {
	if done, ok := msg.(screen.Done); ok {
		if done.Err == nil && done.Deed.Action == string(screen.OpenSplit) && done.Deed.Request == s.row.ID {
			return func() tea.Msg { return screen.Back{} }
		}
		return nil
	}
	r, ok, cmd := s.source.Take(s.desk, msg)
	if !ok {
		return cmd
	}
	first := s.known == nil
	s.known, s.sheet, s.row.Request = &r.dossier, r.sheet, r.dossier.Request
	if first && !s.edited {
		s.propose(0)
	}
	return tea.Batch(s.desk.Saw(r.dossier.Request), cmd)
}

// Subject implements the console's screen.
func (s *Split) Subject() screen.Subject { return screen.Subject{Row: s.row, Dossier: s.known} }

// amounts are the parts as far as they can be read; a part that cannot is zero.
func (s *Split) amounts() []money.Amount {
	amounts := make([]money.Amount, len(s.parts))
	for i, part := range s.parts {
		amounts[i] = s.amount(part)
	}
	return amounts
}

func (s *Split) amount(part *form.Amount) money.Amount {
	a, err := money.Parse(part.Value(), s.row.Amount.Currency)
	if err != nil {
		return money.Zero(s.row.Amount.Currency)
	}
	return a
}

// sum is what the parts amount to, and how much is left to place; below zero if
// they are too much.
func (s *Split) sum() (sum, left money.Amount) {
	sum = money.Zero(s.row.Amount.Currency)
	for _, a := range s.amounts() {
		sum = sum.Plus(a)
	}
	return sum, s.row.Amount.Minus(sum)
}

// Why implements the console's screen.
func (s *Split) Why(a keys.ID) text.Safe {
	switch a {
	case screen.SplitNow:
		return s.whyNot()
	case screen.RestHere, screen.CapParts, screen.DropPart:
		if int(s.at) >= len(s.parts) {
			return "put the cursor on a part first"
		}
		if a == screen.DropPart && len(s.parts) <= fewest {
			return "a split has at least two parts"
		}
		if a == screen.CapParts && !s.amount(s.parts[s.at]).Positive() {
			return "type the largest amount of a part first"
		}
	case screen.AddPart:
		if len(s.parts) >= most {
			return "a split has at most a hundred parts"
		}
	}
	return ""
}

// whyNot says why the request cannot be split so, or "".
func (s *Split) whyNot() text.Safe {
	if why := s.desk.Why(engine.VerbSplit, s.row.Request); why != "" {
		return why
	}
	for i, a := range s.amounts() {
		if !a.Positive() {
			return "part " + text.Safe(screen.Int(i+1)) + " has no amount"
		}
	}
	switch _, left := s.sum(); {
	case left.Positive():
		return screen.Money(left) + " is left to place"
	case left.Negative():
		return screen.Money(money.New(-left.Minor, left.Currency)) + " is too much"
	case s.reason.Value() == "":
		return "the reason is missing"
	}
	return ""
}

// Do implements the console's screen.
func (s *Split) Do(a keys.ID) tea.Cmd {
	s.leaving = false
	switch a {
	case screen.EvenParts:
		s.even()
	case screen.CapParts:
		s.cap()
	case screen.RestHere:
		s.rest()
	case screen.Propose:
		s.propose(s.proposal + 1)
	case screen.AddPart:
		s.add()
	case screen.DropPart:
		s.parts = append(s.parts[:s.at:s.at], s.parts[s.at+1:]...)
		s.at = min(s.at, focus(len(s.parts)-1))
	case screen.SplitNow:
		s.review()
	case screen.Reload:
		return s.Load()
	}
	s.edited = true
	return nil
}

// review shows what would happen; enter there does it.
func (s *Split) review() {
	amounts := s.amounts()
	body := []overlay.Line{
		{Label: "becomes", Text: screen.Plural(len(amounts), "part") +
			", each pending, approved and paid on its own", Style: theme.Strong},
	}
	for i, a := range amounts {
		if i == 12 {
			body = append(body, overlay.Line{
				Text:  "and " + screen.Count(int64(len(amounts)-i)) + " more",
				Style: theme.Muted,
			})
			break
		}
		body = append(body, overlay.Line{Text: screen.Pad(screen.Money(a), 18)})
	}
	body = append(body, overlay.Line{Label: "reason", Text: text.Line(s.reason.Value())})
	if s.note.Value() != "" {
		body = append(body, overlay.Line{Label: "note", Text: text.Line(s.note.Value())})
	}
	if n := len(s.row.Approvals); n > 0 {
		body = append(body, overlay.Line{Label: "!", Text: screen.Plural(n, "approval") +
			" of it do not count for the parts", Style: theme.Warning})
	}
	body = append(body, overlay.Line{}, overlay.Line{
		Text: "A split is final; parts can be merged again while they are untouched.", Style: theme.Muted,
	})
	s.desk.Ask(s.Subject(), "split "+s.Subject().Target(), &overlay.Sheet{
		Title: "Split " + screen.Short(string(s.row.ID)) + "  " +
			screen.Money(s.row.Amount), Style: theme.Danger,
		Body: body, Yes: "Split it", Considered: true,
	}, func(string) tea.Cmd { return s.desk.Carry(s.deed(amounts)) })
}

func (s *Split) deed(amounts []money.Amount) screen.Deed {
	return screen.Splitting(s.row, engine.Splitting{
		Seen: s.row.Version, Amounts: amounts,
		Reason: engine.SplitReason(s.reason.Value()), Description: s.note.Value(),
	})
}

// Hints implements the console's screen.
func (s *Split) Hints() []keys.ID {
	return []keys.ID{
		screen.SplitNow, screen.AddPart, screen.DropPart, screen.EvenParts, screen.CapParts, screen.RestHere,
		screen.Propose, screen.Leave,
	}
}

// Status implements the console's screen.
func (s *Split) Status() (left, right []canvas.Span) {
	switch why := s.whyNot(); {
	case s.leaving:
		left = []canvas.Span{{Text: "esc again to leave: what you entered is lost", Style: theme.Warning}}
	case s.source.Problem() != nil:
		left = []canvas.Span{{Text: text.Line(s.source.Problem().Error()), Style: theme.Error}}
	case why != "":
		left = []canvas.Span{{Text: "ctrl+s is off: ", Style: theme.Muted}, {Text: why}}
	default:
		left = []canvas.Span{{Text: "ctrl+s shows what would happen, and splits", Style: theme.Done}}
	}
	return left, []canvas.Span{{Text: "nothing is kept yet", Style: theme.Muted}}
}

// Close implements the console's screen.
func (s *Split) Close() { s.source.Stop() }
