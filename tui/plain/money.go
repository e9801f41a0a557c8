package plain

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// sure asks for a word before a deed that cannot be taken back, and carries it
// out.
func (t *talk) sure(s screen.Subject, title, yes text.Safe, word string, body []overlay.Line, deed screen.Deed) {
	t.Desk.Ask(s, "sure", &overlay.Sheet{
		Title: title, Style: theme.Danger, Body: body, Yes: yes, Word: word,
	}, func(string) tea.Cmd { return t.Desk.Carry(deed) })
}

// plan tells where automatic allocation would send the money and why, and
// carries that out.
func (t *talk) plan(s screen.Subject) {
	d := t.Desk
	p, err := d.Engine.Plan(t.ctx, s.Row.ID)
	if err != nil {
		t.fail(err)
		return
	}
	for _, line := range p.Lines {
		through := ""
		if line.Gateway != "" {
			through = " through " + line.Gateway
		}
		takes := "nothing"
		if line.Amount.Positive() {
			takes = string(screen.Money(line.Amount))
		}
		t.say("%s%s takes %s: %s.", d.InstrumentOf(*s.Dossier, line.Instrument), text.Line(through), takes,
			text.Line(strings.Join(line.Reasons, "; ")))
	}
	if p.Left.Positive() {
		t.say("%s cannot be placed.", screen.Money(p.Left))
	}
	if why := d.Why(engine.VerbAutoAllocate, s.Row.Request); why != "" {
		t.say("It cannot be carried out now: %s.", why)
		return
	}
	if len(p.Taken()) == 0 {
		return
	}
	if t.confirm("Allocate "+string(screen.Money(p.Placed()))+" as told? Nothing is sent yet.", "yes") {
		t.run(d.Carry(screen.Allocating(s.Row.Request, p, s.Dossier.Allocations)))
	}
}

// allocate asks how much goes where, by hand.
func (t *talk) allocate(s screen.Subject) {
	d := t.Desk
	sheet, err := d.Engine.Worksheet(t.ctx, s.Row.ID)
	if err != nil {
		t.fail(err)
		return
	}
	var can []engine.Candidate
	for _, c := range sheet {
		if c.Gateway != "" {
			can = append(can, c)
			t.say("%d. %s through %s, %s, at most %s.", len(can), d.InstrumentOf(*s.Dossier, c.Instrument),
				text.Line(c.Gateway), c.Instruction, screen.Money(c.Ceiling))
		}
	}
	if len(can) == 0 {
		t.say("No account could pay it.")
		return
	}
	n, ok := t.number("Through which", len(can))
	if !ok {
		return
	}
	available := s.Row.Available()
	asked := form.New(form.Field{
		ID: "amount", Label: "AMOUNT", Check: form.Required, Help: screen.Money(available) + " is available",
		Input: form.NewAmount("", text.Line(string(available.Currency)), available.Currency.Exponent()),
	}, form.Field{
		ID: "override", Label: "OVERRIDE", Input: form.NewText("", 255),
		Help: "a senior's reason, only to break the account's instruction; may be empty",
	})
	d.Ask(s, "allocate", &overlay.Ask{Title: "Allocate by hand", Form: asked}, func(string) tea.Cmd {
		amount, err := money.Parse(asked.Value("amount"), available.Currency)
		if err != nil {
			t.fail(err)
			return nil
		}
		c := can[n-1]
		deed := screen.AllocatingByHand(s.Row.Request, engine.ManualAllocation{
			Seen: s.Row.Version, InstrumentID: engine.InstrumentID(c.Instrument), GatewayID: c.Gateway,
			Amount: amount, Override: asked.Value("override"),
		}, s.Dossier.Allocations)
		t.sure(s, "Allocate "+screen.Money(amount)+" through "+text.Line(c.Gateway), "Allocate", "", nil, deed)
		return nil
	})
}

// split asks into what a request is divided.
func (t *talk) split(s screen.Subject) {
	var reasons []form.Option
	for _, r := range engine.SplitReasons() {
		reasons = append(reasons, form.Option{Value: string(r), Label: text.Line(string(r))})
	}
	asked := form.New(
		form.Field{
			ID: "amounts", Label: "AMOUNTS", Input: form.NewText("", 4000),
			Help:  "each part, as in 3000, 1000; or a number of even parts, as in 3 parts",
			Check: func(v string) text.Safe { _, why := parts(v, s.Row.Amount); return why },
		},
		form.Field{ID: "reason", Label: "REASON", Input: form.NewChoice("", reasons...), Check: form.Required},
		form.Field{ID: "note", Label: "NOTE", Input: form.NewText("", 255), Help: "for the record; may be empty"},
	)
	t.Desk.Ask(s, "split", &overlay.Ask{
		Title: "Split " + screen.Money(s.Row.Amount) + " of " + screen.Customer(s.Row), Form: asked,
	}, func(string) tea.Cmd {
		amounts, _ := parts(asked.Value("amounts"), s.Row.Amount)
		var body []overlay.Line
		for i, a := range amounts {
			body = append(body, labelled(text.Safe("part "+screen.Int(i+1)), screen.Money(a)+", pending"))
		}
		body = append(body, labelled("", "A split is final; untouched parts can be merged again"))
		t.sure(s, "Split it into "+screen.Plural(len(amounts), "part"), "Split it", "split", body,
			screen.Splitting(s.Row, engine.Splitting{
				Seen: s.Row.Version, Amounts: amounts, Reason: engine.SplitReason(asked.Value("reason")),
				Description: asked.Value("note"),
			}))
		return nil
	})
}

// parts reads the amounts of a split, or says why they are none.
func parts(typed string, whole money.Amount) (amounts []money.Amount, why text.Safe) {
	if n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(typed, "parts"))); err == nil &&
		strings.HasSuffix(typed, "parts") {
		if n < 2 || n > 100 {
			return nil, "a split has 2 to 100 parts"
		}
		for _, minor := range money.Even(whole.Minor, n) {
			amounts = append(amounts, money.New(minor, whole.Currency))
		}
		return amounts, ""
	}
	left := whole
	for one := range strings.FieldsFuncSeq(typed, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
		amount, err := money.Parse(one, whole.Currency)
		if err != nil {
			return nil, text.Line(err.Error())
		}
		if !amount.Positive() {
			return nil, "each part is more than nothing"
		}
		amounts, left = append(amounts, amount), left.Minus(amount)
	}
	switch {
	case len(amounts) < 2 || len(amounts) > 100:
		return nil, "a split has 2 to 100 parts"
	case left.Positive():
		return nil, screen.Money(left) + " is left to place"
	case left.Negative():
		return nil, screen.Money(money.New(-left.Minor, left.Currency)) + " is too much"
	}
	return amounts, ""
}

// merge asks which other requests of the customer are joined to this one.
func (t *talk) merge(s screen.Subject) {
	others, err := screen.OpenOf(t.ctx, t.Desk.Engine, s.Row.Request)
	if err != nil {
		t.fail(err)
		return
	}
	var can []engine.RequestRow
	for _, row := range others {
		if err := engine.Mergeable(t.Desk.Standing(s.Row.Request), t.Desk.Standing(row.Request)); err != nil {
			t.say("%s of %s cannot: %s.", screen.Money(row.Amount), screen.Short(string(row.ID)), text.Line(err.Error()))
			continue
		}
		can = append(can, row)
		t.say("%d. %s", len(can), t.sentence(row))
	}
	if len(can) == 0 {
		t.say("There is no other request of the customer that can be merged into it.")
		return
	}
	var reasons []form.Option
	for _, r := range engine.MergeReasons() {
		reasons = append(reasons, form.Option{Value: string(r), Label: text.Line(string(r))})
	}
	asked := form.New(
		form.Field{
			ID: "which", Label: "WHICH", Input: form.NewText("", 400), Help: "numbers, as in 1 3",
			Check: func(v string) text.Safe { _, why := chosen(v, can); return why },
		},
		form.Field{ID: "reason", Label: "REASON", Input: form.NewChoice("", reasons...), Check: form.Required},
	)
	t.Desk.Ask(s, "merge", &overlay.Ask{
		Title: "Merge into " + screen.Money(s.Row.Amount) + " of " + screen.Customer(s.Row), Form: asked,
	}, func(string) tea.Cmd {
		sources, _ := chosen(asked.Value("which"), can)
		body := []overlay.Line{labelled("becomes", screen.Money(screen.Sum(s.Row, sources))+
			", to "+t.Desk.Instrument(s.Row.Instrument))}
		for _, row := range sources {
			body = append(body, labelled("takes in", screen.Money(row.Amount)+" to "+t.Desk.Instrument(row.Instrument)))
		}
		if n := len(s.Row.Approvals); n > 0 {
			body = append(body, labelled("", screen.Plural(n, "approval")+" of the target are void"))
		}
		body = append(body, labelled("", "A merge is final; the target can be split again"))
		t.sure(s, "Merge "+screen.Plural(len(sources), "request"), "Merge them", "merge", body,
			screen.Merging(s.Row, sources, engine.MergeReason(asked.Value("reason"))))
		return nil
	})
}

// chosen are the requests whose numbers were typed, or why they are none.
func chosen(typed string, from []engine.RequestRow) (rows []engine.RequestRow, why text.Safe) {
	picked := map[int]bool{}
	for one := range strings.FieldsFuncSeq(typed, func(r rune) bool { return r == ' ' || r == ',' }) {
		n, err := strconv.Atoi(one)
		if err != nil || n < 1 || n > len(from) {
			return nil, text.Line(one) + " is no number of a request"
		}
		if !picked[n] {
			picked[n] = true
			rows = append(rows, from[n-1])
		}
	}
	if len(rows) == 0 {
		return nil, "is needed"
	}
	return rows, ""
}
