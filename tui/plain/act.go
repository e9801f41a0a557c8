package plain

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
)

// act takes an action on a request, or says why it is off.
func (t *talk) act(a keys.Action, ref string) {
	s := screen.Subject{}
	switch a.ID {
	case screen.Create, screen.Undo:
	case screen.CommandLine:
		t.say("%s", cmp.Or(t.Desk.LastLine(), "Nothing was done yet."))
		return
	default:
		var ok bool
		if s, ok = t.subject(ref); !ok {
			return
		}
		t.at = s
		s = t.point(a.ID, s)
	}
	if off := t.Why(a, s); off != "" {
		t.say("%s is off: %s.", a.Name, off)
		return
	}
	switch a.ID {
	case screen.OpenPlan:
		t.plan(s)
	case screen.OpenSplit:
		t.split(s)
	case screen.OpenMerge:
		t.merge(s)
	case screen.NewAllocation:
		t.allocate(s)
	default:
		cmd := t.Do(a.ID, s)
		t.toast()
		t.run(cmd)
	}
	t.answer()
}

// subject is a request as it was heard of. One that changed since is told
// again, and nothing is decided on it before.
func (t *talk) subject(ref string) (screen.Subject, bool) {
	row, ok := t.find(ref)
	if !ok {
		return screen.Subject{}, false
	}
	s, ok := t.look(row.ID)
	if !ok {
		return s, false
	}
	if s.Row.Version != row.Version {
		t.say("It changed since you heard of it.")
		t.refresh(s.Row)
		t.show(string(row.ID))
		return s, false
	}
	if t.at.Row.ID == row.ID {
		s.Saw = t.at.Saw
	}
	return s, true
}

// refresh puts a request as it is now in place of what was heard of it.
func (t *talk) refresh(row engine.RequestRow) {
	for i := range t.rows {
		if t.rows[i].ID == row.ID {
			t.rows[i] = row
		}
	}
	if t.at.Row.ID == row.ID {
		t.at.Row = row
	}
}

// point adds the part of a request that an action is about: there is no cursor
// that could say which.
func (t *talk) point(a keys.ID, s screen.Subject) screen.Subject {
	if s.Dossier == nil {
		return s
	}
	switch a {
	case screen.LookUp, screen.Settle:
		for _, p := range s.Dossier.Payouts {
			if p.Conflict || screen.Unknown(p) || p.Accepted && p.Verdict == "" {
				s.Payout = p
			}
		}
	case screen.CancelAllocation:
		for _, x := range s.Dossier.Allocations {
			if x.Status == engine.AllocationPending || x.Status == engine.AllocationQueued {
				s.Allocation = x
			}
		}
	case screen.WithdrawComment:
		for _, e := range s.Dossier.Timeline {
			if e.Subject.Kind == engine.KindComment && e.By == t.Desk.Actor.ID &&
				s.Dossier.Comments[e.Subject.ID].WithdrawnAt.IsZero() {
				s.Event = e
			}
		}
	}
	return s
}

// run carries a command out, and tells how it went.
func (t *talk) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, cmd := range msg {
			t.run(cmd)
		}
	case screen.Done:
		t.Desk.Keep(msg)
		if msg.Err != nil {
			t.fail(msg.Err)
			return
		}
		t.refresh(engine.RequestRow{Request: msg.Request})
		if s, ok := t.look(msg.Request.ID); ok {
			t.refresh(s.Row)
		}
		t.say("Done: %s.", msg.Deed.Said)
	}
}

// answer asks for whatever a decision still wants to know, in a sentence or in
// a dialog, until nothing is asked.
func (t *talk) answer() {
	for t.err == nil {
		t.toast()
		if sentence, fire, ok := t.Desk.TakeArmed(); ok {
			if t.confirm(string(sentence), "yes") {
				t.run(fire())
			}
			continue
		}
		dialog, open := t.Desk.Dialogs.Showing()
		if !open {
			return
		}
		t.run(t.Desk.Dialogs.Answer(t.ask(dialog)))
	}
}

// toast says what a screen would show for a while.
func (t *talk) toast() {
	if said, ok := t.Desk.Toast.Shown(t.Desk.Now()); ok {
		t.say("%s.", strings.TrimRight(string(said.Text), " …"))
		t.Desk.Toast = overlay.Toast{}
	}
}

// thought is the least time between a question and an answer to it. A line that
// was there before is no answer.
const thought = 300 * time.Millisecond

// confirm asks for a word, and reports whether it was typed after the question.
func (t *talk) confirm(question, word string) bool {
	t.say("%s Type %s to confirm, anything else leaves it.", question, word)
	asked := t.Desk.Now()
	typed, ok := t.next("? ")
	switch {
	case ok && typed.at.Sub(asked) < thought:
		t.say("That came too fast to be an answer. Nothing was done.")
	case ok && typed.text == word:
		return true
	default:
		t.say("Nothing was done.")
	}
	return false
}

// ask asks what a dialog asks; "" if it was left.
func (t *talk) ask(d overlay.Dialog) (choice string) {
	title, _ := d.Frame()
	t.say("%s.", title)
	switch d := d.(type) {
	case *overlay.Ask:
		t.body(d.Body)
		if t.fill(d.Form) {
			return overlay.Yes
		}
	case *overlay.Sheet:
		t.body(d.Body)
		switch {
		case d.Yes == "":
		case d.Off != "":
			t.say("%s is off: %s.", d.Yes, d.Off)
		case t.confirm(string(d.Yes)+"?", cmp.Or(d.Word, "yes")):
			return overlay.Yes
		}
	case *overlay.Menu:
		for i, item := range d.Items {
			t.say("%d. %s. %s", i+1, item.Name, cmp.Or(string(item.Off), string(item.Help)))
		}
		if n, ok := t.number("Which", len(d.Items)); ok && d.Items[n-1].Off == "" {
			return d.Items[n-1].ID
		}
	}
	return ""
}

func (t *talk) body(lines []overlay.Line) {
	for _, l := range lines {
		words := strings.TrimSpace(string(l.Text))
		if label := strings.ToLower(strings.Trim(string(l.Label), "! ")); label != "" {
			words = label + ": " + words
		}
		if words != "" {
			t.say("%s.", strings.TrimSuffix(words, "."))
		}
	}
}

// number asks for one of so many; a period leaves.
func (t *talk) number(what string, most int) (int, bool) {
	for {
		typed, ok := t.next(what + ", 1 to " + strconv.Itoa(most) + ", or a period to leave: ")
		if !ok || typed.text == "." {
			t.say("Nothing was done.")
			return 0, false
		}
		if n, err := strconv.Atoi(typed.text); err == nil && n >= 1 && n <= most {
			return n, true
		}
		t.say("That is no number from 1 to %d.", most)
	}
}

// fill asks for the fields of a form one after the other, each until its check
// passes, and reports whether all are in.
func (t *talk) fill(f *form.Form) bool {
	for _, field := range f.Fields() {
		label := strings.ToLower(string(field.Label))
		if field.Help != "" && !strings.HasPrefix(string(field.Help), "a digit") { // the numbers tell that
			t.say("%s: %s.", label, field.Help)
		}
		if choice, ok := field.Input.(*form.Choice); ok {
			for i, o := range choice.Options() {
				if o.Off != "" {
					t.say("%d. %s is off: %s.", i+1, o.Label, o.Off)
					continue
				}
				t.say("%d. %s.", i+1, o.Label)
			}
		}
		if !t.fillOne(label, field) {
			t.say("Nothing was done.")
			return false
		}
	}
	return f.Key(tea.KeyMsg{Type: tea.KeyCtrlS}) == form.Submit
}

// fillOne asks for one field. An empty line keeps what it holds, a period
// leaves.
func (t *talk) fillOne(label string, field *form.Field) bool {
	for {
		prompt := label
		if held := field.Input.Value(); held != "" {
			prompt += ", now " + held
		}
		typed, ok := t.next(spoken(prompt) + ", a period leaves: ")
		if !ok || typed.text == "." {
			return false
		}
		if typed.text != "" {
			enter(field.Input, typed.text)
		}
		problem := field.Input.Problem()
		if problem == "" && field.Check != nil {
			problem = field.Check(field.Input.Value())
		}
		if problem == "" {
			return true
		}
		t.say("%s: %s.", label, problem)
	}
}

// enter puts words into an input in place of what it holds.
func enter(input form.Input, words string) {
	if _, ok := input.(*form.Choice); !ok {
		input.Key(tea.KeyMsg{Type: tea.KeyEnd})
		input.Key(tea.KeyMsg{Type: tea.KeyCtrlU})
	}
	input.Key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(words)})
}

// labelled is a line of a sheet.
func labelled(label, words text.Safe) overlay.Line { return overlay.Line{Label: label, Text: words} }
