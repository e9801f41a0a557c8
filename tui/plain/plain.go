// Package plain is the console for who hears the screen instead of seeing it,
// and for terminals that can only print.
//
// Its noun is the conversation: a line is typed, and sentences answer it. There
// is no alternate screen, no box and no colour, nothing is drawn over, and rows
// and choices are numbered. The actions, the reasons why one is off and the
// decisions are those of the console; what it asks in a dialog is asked here
// line by line.
//
// Invariants: a decision takes a line that names it and another one that
// confirms it, typed after the question was printed; lines that were there
// before, as in a paste, confirm nothing. The engine is told the version of
// which the reviewer heard.
//
// It refuses to know the rules, and who else has a console.
package plain

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
)

// A View is a queue with a name.
type View struct {
	Name, Filter string
	Order        engine.Order
}

// Options say whose conversation it is, and what can be done in it.
type Options struct {
	Desk      *screen.Desk
	Catalogue *keys.Catalogue
	Views     []View // the first is shown first

	Why func(a keys.Action, s screen.Subject) text.Safe // why an action is off, or ""
	Do  func(a keys.ID, s screen.Subject) tea.Cmd       // begins a decision that is not off

	In  io.Reader
	Out io.Writer
}

// A talk is a conversation.
type talk struct {
	Options
	ctx   context.Context
	lines <-chan line
	err   error // of writing

	view   View
	filter string
	rows   []engine.RequestRow // as they were numbered
	after  engine.Cursor
	more   bool

	at screen.Subject // the request that was told of last
}

// A line is what was typed, and when it was there.
type line struct {
	text string
	at   time.Time
}

// longestLine bounds a line, in bytes.
const longestLine = 64 << 10

// Run talks until the line "quit", the end of the input, or the end of ctx.
func Run(ctx context.Context, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t := &talk{Options: o, ctx: ctx, lines: listen(ctx, o), view: o.Views[0]}
	d := o.Desk
	d.Labels = func(id keys.ID) text.Safe {
		a, _ := o.Catalogue.Action(id)
		return "“" + a.Name + "”"
	}
	t.say("Purser, %s mode. You are %s, a %s.", d.Mode, d.Actor.ID, d.Actor.Role)
	if d.ReadOnly != "" {
		t.say("Nothing can be changed: %s.", d.ReadOnly)
	}
	t.list()
	t.say("Type the number of a request, the name of an action, or help.")
	for t.err == nil {
		typed, ok := t.next("> ")
		if !ok {
			break
		}
		if typed.text == "quit" || typed.text == "q" {
			break
		}
		t.obey(typed.text)
	}
	d.Wait()
	return t.err
}

// listen reads lines and notes when each was there.
func listen(ctx context.Context, o Options) <-chan line {
	lines := make(chan line)
	go func() {
		defer close(lines)
		in := bufio.NewScanner(o.In)
		in.Buffer(nil, longestLine)
		for in.Scan() {
			select {
			case lines <- line{strings.TrimSpace(string(text.Line(in.Text()))), o.Desk.Now()}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

// next asks for a line; false is the end.
func (t *talk) next(prompt string) (line, bool) {
	t.print(prompt)
	select {
	case typed, ok := <-t.lines:
		return typed, ok
	case <-t.ctx.Done():
		return line{}, false
	}
}

func (t *talk) print(words string) {
	if t.err == nil {
		_, t.err = io.WriteString(t.Out, words)
	}
}

// say says a sentence on a line of its own.
func (t *talk) say(format string, args ...any) {
	t.print(spoken(fmt.Sprintf(format, args...)) + "\n")
}

// spoken writes words as they are to be heard: marks that a screen shows and
// nobody would say are left out.
func spoken(s string) string {
	return strings.NewReplacer(
		"···· ", "ending ", "···", "", " · ", "; ", "→", "to", "…", "", "? enter", "?",
		"▸ ", "", "↓ ", "", "├ ", "", "└ ", "",
	).Replace(s)
}

// words are what can be typed beside the names of actions.
var words = map[string]struct {
	help string
	do   func(t *talk, rest string)
}{
	"list":     {"list the view again, or another: list pending", (*talk).toView},
	"views":    {"name the views", func(t *talk, _ string) { t.views() }},
	"more":     {"list the next requests", func(t *talk, _ string) { t.page() }},
	"filter":   {"narrow the view, as in filter amount:100..;currency:EUR; filter alone shows all", (*talk).narrow},
	"show":     {"tell of a request by number or id, or of the last one again", (*talk).show},
	"timeline": {"tell what happened to the request, the latest first", (*talk).timeline},
	"batches":  {"tell of the batches, the latest first", func(t *talk, _ string) { t.batches() }},
	"batch":    {"tell of a batch by its name, as in batch monday", (*talk).batch},
	"run":      {"do the same with all of a batch, as in run approve monday; its plan is told first", (*talk).runBatch},
	"runs":     {"tell of the latest runs", func(t *talk, _ string) { t.runs() }},
	"imports":  {"tell of the latest imports, and how far they are", func(t *talk, _ string) { t.imports() }},
	"why":      {"say why an action is off, as in why approve", (*talk).why},
}

// obey does what a line says: a number shows, a word of ours, an action.
func (t *talk) obey(typed string) {
	word, rest, _ := strings.Cut(typed, " ")
	known, ok := words[strings.ToLower(word)]
	switch {
	case typed == "":
	case word == "help" || word == "?":
		t.help()
	case ok:
		known.do(t, strings.TrimSpace(rest))
	case strings.Trim(typed, "0123456789") == "":
		t.show(typed)
	default:
		a, ref, ok := t.action(typed)
		if !ok {
			t.say("There is no action %q. Type help for what there is.", typed)
			return
		}
		t.act(a, ref)
	}
}

// action finds the action that a line begins with, by its name or id.
func (t *talk) action(typed string) (a keys.Action, rest string, ok bool) {
	split := strings.Fields(typed)
	for n := len(split); n > 0; n-- {
		name := strings.ToLower(strings.Join(split[:n], " "))
		for _, a := range t.Catalogue.Actions() {
			if spoke(a.ID) && (string(a.Name) == name || string(a.ID) == strings.ReplaceAll(name, " ", "-")) {
				return a, strings.Join(split[n:], " "), true
			}
		}
	}
	return keys.Action{}, "", false
}

// spoke reports whether an action can be taken in words: those that move a
// cursor or change what a screen looks like mean nothing here.
func spoke(id keys.ID) bool {
	return slices.Contains([]keys.ID{
		screen.Approve, screen.Block, screen.Unblock, screen.MakeReady, screen.Return, screen.UndoApproval,
		screen.OpenPlan, screen.OpenSplit, screen.OpenMerge, screen.NewAllocation, screen.Cancel, screen.Release,
		screen.Edit, screen.Comment, screen.WithdrawComment, screen.Process, screen.CancelAllocation, screen.LookUp,
		screen.Settle, screen.Create, screen.Undo, screen.CommandLine,
	}, id)
}

func (t *talk) help() {
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range words {
			if !yield(name) {
				return
			}
		}
	}) {
		t.say("%s: %s.", name, words[name].help)
	}
	for _, a := range t.Catalogue.Actions() {
		if !spoke(a.ID) {
			continue
		}
		if off := t.Why(a, t.at); off != "" && t.at.Row.ID != "" {
			t.say("%s is off: %s.", a.Name, off)
			continue
		}
		t.say("%s: %s.", a.Name, a.Help)
	}
	t.say("quit: leave.")
}
