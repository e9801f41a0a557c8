package plain

import (
	"strconv"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/screen"
)

// pageRows is how many requests are told of at once.
const pageRows = 10

// latest is how many events a request is told with.
const latest = 5

func (t *talk) views() {
	for _, v := range t.Views {
		t.say("%s.", v.Name)
	}
}

// toView lists a view from its beginning.
func (t *talk) toView(name string) {
	for _, v := range t.Views {
		if strings.EqualFold(v.Name, strings.ReplaceAll(name, " ", "-")) {
			t.view, name = v, ""
		}
	}
	if name != "" {
		t.say("There is no view %q. Type views for what there is.", name)
		return
	}
	t.list()
}

func (t *talk) narrow(expr string) {
	if _, err := filter.Parse(expr, engine.RequestFields(), t.Desk.Engine.Now()); err != nil {
		t.fail(err)
		return
	}
	t.filter = expr
	t.list()
}

func (t *talk) list() {
	t.rows, t.after, t.more = nil, engine.Cursor{}, true
	words := "View " + t.view.Name
	if t.filter != "" {
		words += " with the filter " + t.filter
	}
	t.say("%s", words)
	t.page()
}

// page tells of the next requests, each in a sentence with its number.
func (t *talk) page() {
	if !t.more {
		t.say("That was the last.")
		return
	}
	e := t.Desk.Engine
	expr, err := t.Desk.ReadFilter(t.filter, e.Now())
	if err != nil {
		t.fail(err)
		return
	}
	of, err := t.Desk.ReadFilter(t.view.Filter, e.Now())
	if err != nil {
		t.fail(err)
		return
	}
	expr.Clauses = append(of.Clauses, expr.Clauses...)
	page, err := e.Requests(t.ctx, engine.RequestQuery{
		Mode: t.Desk.Mode, Filter: expr, Order: t.view.Order, After: t.after, Limit: pageRows, Signals: true,
	})
	if err != nil {
		t.fail(err)
		return
	}
	t.after, t.more = page.Last, page.More
	for _, row := range page.Rows {
		t.rows = append(t.rows, row)
		t.say("%d. %s", len(t.rows), t.sentence(row))
	}
	switch {
	case len(t.rows) == 0:
		t.say("Nothing is in it.")
	case t.more:
		t.say("There are more: type more.")
	}
}

// sentence tells of a request in one.
func (t *talk) sentence(row engine.RequestRow) string {
	d := t.Desk
	words := screen.Money(row.Amount) + " to " + d.Instrument(row.Instrument) + " of " + screen.Customer(row) +
		", " + text.Line(string(row.Status)) + " for " + screen.Age(d.Engine.Now().Sub(row.StatusSince))
	if flag := d.Flag(row); flag.Text != "" {
		words += ", " + flag.Text
	}
	return string(words) + ". Id " + string(screen.Short(string(row.ID))) + "."
}

// find returns the request that a number or a part of an id means, as it was
// told of; the last one for nothing.
func (t *talk) find(ref string) (engine.RequestRow, bool) {
	if ref == "" {
		if t.at.Row.ID == "" {
			t.say("Which request? Give its number or id, as in show 1.")
		}
		return t.at.Row, t.at.Row.ID != ""
	}
	if n, err := strconv.Atoi(ref); err == nil && n >= 1 && n <= len(t.rows) {
		return t.rows[n-1], true
	}
	id, err := t.Desk.Engine.FindID(t.ctx, engine.KindRequest, ref)
	if err != nil {
		t.fail(err)
		return engine.RequestRow{}, false
	}
	rows, err := t.Desk.Engine.RequestRows(t.ctx, []engine.RequestID{engine.RequestID(id)})
	if err != nil || len(rows) == 0 {
		t.fail(err)
		return engine.RequestRow{}, false
	}
	return rows[0], true
}

// look reads all about a request as it is now.
func (t *talk) look(id engine.RequestID) (screen.Subject, bool) {
	rows, err := t.Desk.Engine.RequestRows(t.ctx, []engine.RequestID{id})
	if err == nil && len(rows) == 0 {
		err = engine.Errorf(engine.NotFound, "there is no request %s", id)
	}
	var dossier engine.Dossier
	if err == nil {
		dossier, err = t.Desk.Engine.Dossier(t.ctx, id)
	}
	if err != nil {
		t.fail(err)
		return screen.Subject{}, false
	}
	row := rows[0]
	row.Request = dossier.Request
	return screen.Subject{Row: row, Dossier: &dossier}, true
}

// show tells all that it takes to judge a request.
func (t *talk) show(ref string) {
	row, ok := t.find(ref)
	if !ok {
		return
	}
	s, ok := t.look(row.ID)
	if !ok {
		return
	}
	d, r := t.Desk, s.Row.Request
	t.say("%s", t.sentence(s.Row))
	t.say("Paid %s, on its way %s, available %s.", screen.Money(r.Paid), screen.Money(r.Live), screen.Money(r.Available()))
	for _, fact := range []struct{ label, value string }{
		{"Reference", r.Reference},
		{"Description", r.Description},
		{"Came in at", r.PointID},
		{"Made by", maker(r)},
	} {
		if fact.value != "" {
			t.say("%s: %s.", fact.label, text.Line(fact.value))
		}
	}
	lines := screen.Verdict(d, s.Row, *s.Dossier)
	if others, err := screen.OpenOf(t.ctx, d.Engine, r); err == nil {
		lines = append(lines, screen.Siblings(d, s.Row, others)...)
	}
	if !r.Status.Final() {
		if p, err := d.Engine.Plan(t.ctx, r.ID); err == nil {
			s.Saw = p.Digest()
			lines = append(lines, screen.PlanLines(d, *s.Dossier, p)...)
		}
	}
	t.tell(append(lines, screen.Latest(d, *s.Dossier, latest)...))
	t.at = s
	t.offer()
}

func maker(r engine.Request) string {
	if len(r.Makers) == 0 {
		return ""
	}
	return string(screen.People(r.Makers))
}

// tell tells the lines of a pane.
func (t *talk) tell(lines []screen.Line) {
	for _, line := range lines {
		words := string(line.Label)
		if line.Label == "" {
			words = string(line.Mark.Text)
		}
		for _, span := range line.Spans {
			words += " " + string(span.Text)
		}
		if line.Head { // some voices spell what is all in capitals
			words = strings.ToLower(words) + ":"
		}
		if words = strings.Join(strings.Fields(words), " "); words != "" {
			for _, mark := range []string{"ok ", "- ", "· ", "@ "} { // which only the eye needs
				words = strings.TrimPrefix(words, mark)
			}
			t.say("%s", words)
		}
	}
}

// offer names what can be done with the request now.
func (t *talk) offer() {
	var can []string
	for _, a := range t.Catalogue.Actions() {
		switch {
		case a.ID == screen.Create, a.ID == screen.Undo, a.ID == screen.CommandLine:
		case spoke(a.ID) && t.Why(a, t.point(a.ID, t.at)) == "":
			can = append(can, string(a.Name))
		}
	}
	if len(can) == 0 {
		t.say("There is nothing that you can do with it.")
		return
	}
	t.say("You can: %s.", strings.Join(can, ", "))
}

func (t *talk) timeline(ref string) {
	row, ok := t.find(ref)
	if !ok {
		return
	}
	s, ok := t.look(row.ID)
	if !ok {
		return
	}
	now := t.Desk.Engine.Now()
	for i := len(s.Dossier.Timeline) - 1; i >= 0; i-- {
		event := s.Dossier.Timeline[i]
		t.say("%s: %s.", screen.Moment(event.At, now), screen.Sentence(event, *s.Dossier))
	}
}

func (t *talk) why(name string) {
	a, ref, ok := t.action(name)
	if !ok {
		t.say("There is no action %q. Type help for what there is.", name)
		return
	}
	row, ok := t.find(ref)
	if !ok {
		return
	}
	s, ok := t.look(row.ID)
	if !ok {
		return
	}
	if off := t.Why(a, t.point(a.ID, s)); off != "" {
		t.say("%s is off: %s.", a.Name, off)
		return
	}
	t.say("%s is not off: %s.", a.Name, a.Help)
}

// fail tells what did not work.
func (t *talk) fail(err error) {
	if err != nil {
		t.say("That did not work: %s.", text.Line(err.Error()))
	}
}
