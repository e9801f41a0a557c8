package tui_test

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage"
	"github.com/purserhq/purser/tui"
)

// A listener hears what is printed and types a line whenever it is asked for
// one, a second later.
type listener struct {
	d     *desk
	lines []string // typed one after the other; several in one are a paste
	heard strings.Builder
	asked chan struct{}
	rest  []byte
}

// Write implements io.Writer.
func (l *listener) Write(words []byte) (int, error) {
	l.heard.Write(words)
	if !strings.HasSuffix(string(words), "\n") { // a prompt
		l.asked <- struct{}{}
	}
	return len(words), nil
}

// Read implements io.Reader.
func (l *listener) Read(into []byte) (int, error) {
	if len(l.rest) == 0 {
		<-l.asked
		if len(l.lines) == 0 {
			return 0, io.EOF
		}
		l.d.clock.Advance(time.Second)
		l.rest, l.lines = []byte(l.lines[0]+"\n"), l.lines[1:]
	}
	n := copy(into, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// talk has a conversation and returns what was heard.
func (d *desk) talk(by engine.ReviewerID, lines ...string) string {
	d.t.Helper()
	l := &listener{d: d, lines: lines, asked: make(chan struct{}, 100)}
	err := tui.RunPlain(d.t.Context(), tui.Options{
		Engine: d.Engine, Clock: d.clock, In: l, Out: l,
		Caller: engine.Caller{By: by, Door: engine.DoorConsole},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return l.heard.String()
}

// hears fails the test unless all words were heard, in that order.
func hears(t *testing.T, heard string, words ...string) {
	t.Helper()
	rest := heard
	for _, w := range words {
		_, after, ok := strings.Cut(rest, w)
		if !ok {
			t.Fatalf("%q was not heard:\n%s", w, heard)
		}
		rest = after
	}
	for _, r := range heard {
		if r != '\n' && r < ' ' || strings.ContainsRune("─│┌└·▸→…█▒", r) {
			t.Errorf("%q is nothing that one can hear:\n%s", r, heard)
		}
	}
}

func TestPlainApproval(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	heard := d.talk("senior1", "1", "approve", "yes", "approve", "undo", "yes", "quit")
	hears(t, heard, "Purser, test mode. You are senior1, a senior.",
		"1. 120.50 EUR to card ending 1111 of Sample Customer 1, ready for 0s. Id ",
		"You can: approve, block,",
		"approve 120.50 EUR to card ending 1111 of Sample Customer 1? Type yes to confirm",
		"Done: approved 120.50 EUR of Sample Customer 1.",
		"approve is off: it is approved",
		"take back: approved 120.50 EUR of Sample Customer 1",
		"Done: took back the approval")
	if got := d.now(id).Status; got != engine.RequestReady {
		t.Errorf("it is %s", got)
	}
}

// Two lines that come together are a paste, and confirm nothing.
func TestPlainNeedsTwoInputs(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	for _, lines := range [][]string{
		{"approve 1\nyes\nyes"},
		{"approve 1", "no"},
		{"approve 1", ""},
		{"approve 1", "approve 1", "approve"},
		{"approve 1"},
		{"yes"},
	} {
		heard := d.talk("senior1", lines...)
		if d.now(id).Status != engine.RequestReady {
			t.Fatalf("%q approved it:\n%s", lines, heard)
		}
	}
	hears(t, d.talk("senior1", "approve 1\nyes"), "That came too fast to be an answer. Nothing was done.")
}

// What changed since it was heard of is told again before anything is decided.
func TestPlainChecksWhatWasHeard(t *testing.T) {
	d := newDesk(t)
	r := d.ready(d.card(), "120.50")
	l := &listener{d: d, lines: []string{"1", "approve", "quit"}, asked: make(chan struct{}, 100)}
	changing := writerFunc(func(words []byte) (int, error) {
		if strings.HasPrefix(string(words), "You can") && d.now(r.ID).Version == r.Version {
			returned := must(d.Return(t.Context(), as("rev2"), r.ID, r.Version))
			must(d.Ready(t.Context(), as("rev2"), r.ID, returned.Version))
		}
		return l.Write(words)
	})
	err := tui.RunPlain(t.Context(), tui.Options{
		Engine: d.Engine, Clock: d.clock, In: l, Out: changing, Caller: engine.Caller{By: "senior1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	hears(t, l.heard.String(), "It changed since you heard of it.", "120.50 EUR")
}

type writerFunc func([]byte) (int, error)

// Write implements io.Writer.
func (f writerFunc) Write(words []byte) (int, error) { return f(words) }

func TestPlainDialogs(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	blocked, canceled := d.ready(i, "10").ID, d.ready(d.card(), "20").ID
	heard := d.talk("senior1",
		"block 2", "9", "3", "case 812",
		"cancel 1", "1", "asked by phone", "cancel",
		"comment", "left a message",
		"list blocked", "unblock 1", "yes", "command line", "nonsense")
	hears(t, heard, "Block", "3. aml-review.", "Done: blocked for aml-review: 10.00 EUR",
		"Type cancel to confirm", "Done: canceled 20.00 EUR", "Done: commented on 20.00 EUR",
		"View blocked", "Done: unblocked 10.00 EUR", "purser request unblock", `There is no action "nonsense"`)
	if r := d.now(blocked); r.Block != nil || r.Status != engine.RequestReady {
		t.Errorf("%+v", r)
	}
	if r := d.now(canceled); r.Status != engine.RequestCanceled {
		t.Errorf("it is %s", r.Status)
	}
}

func TestPlainSplitAndMerge(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	d.ready(i, "10")
	target := d.ready(i, "20").ID
	parent := d.ready(d.card(), "100").ID
	heard := d.talk("senior1",
		"split 1", "60, 30", "60, 30, 10", "7", "", "split",
		"merge 2", "1", "2", "merge", "quit")
	hears(t, heard, "10.00 EUR is left to place", "part 3: 10.00 EUR, pending", "Done: split 100.00 EUR",
		"becomes: 30.00 EUR", "Done: merged 1 request into")
	if d.now(parent).Status != engine.RequestSplit || d.now(target).Amount != eur("30") {
		t.Error(heard)
	}
}

func TestPlainMoney(t *testing.T) {
	d := newDesk(t)
	r := d.approved(d.account("script", "unknown:general,unknown:general"), "120.50")
	heard := d.talk("senior1", "list approved", "plan 1", "yes", "process 1", "yes")
	hears(t, heard, "takes 120.50 EUR", "Done: allocated 120.50 EUR in 1 part.",
		"process 1 allocation, 120.50 EUR through sandbox-eur", "Done: processing 120.50 EUR")
	d.work()
	heard = d.talk("senior1", "list in-progress", "1", "ask provider", "settle", "1", "", "", "their support said so", "paid")
	hears(t, heard, "outcome unknown", "Done: sandbox-eur answered", "State how", "A wrong statement can pay a customer twice",
		"Done: stated for")
	if got := d.now(r.ID).Status; got != engine.RequestFulfilled {
		t.Errorf("it is %s:\n%s", got, heard)
	}
}

func TestPlainLooksAround(t *testing.T) {
	d := newDesk(t)
	for range 12 {
		d.ready(d.card(), "10")
	}
	d.ready(d.card(), "99")
	heard := d.talk("viewer1", "more", "more", "filter amount:50..", "filter staus:x", "1", "timeline", "why approve",
		"views", "list nothing", "list closed", "help")
	hears(t, heard, "There are more: type more.", "13. ", "That was the last.", "with the filter amount:50..", "1. 99.00 EUR",
		`no field is called "staus"`, "checks:", "You can: plan.", "made ready by rev1",
		"approve is off: viewer1 is a viewer", "in-progress.", `There is no view "nothing"`, "Nothing is in it.",
		"approve is off", "quit: leave.")
}

// Whatever others wrote, what is printed holds no control character and tells
// the terminal nothing.
func TestPlainIsClean(t *testing.T) {
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), storage.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	n := 0
	d := deskOn(t, &hostileStore{Store: store, say: func() string { n++; return hostile[n%len(hostile)] }})
	fill(d)
	heard := d.talk("senior1", "list all", "more", "more", "1", "timeline", "5", "plan", "no", "block", ".", "9", "timeline", "help")
	for _, r := range heard {
		if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == 0x202e || r == 0x2028 || r == 0xfeff {
			t.Fatalf("%q is printed:\n%s", r, heard)
		}
	}
}

// A batch is heard of, its plan is told, and it runs once the figures were
// typed after that.
func TestPlainBatch(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	ids := []engine.RequestID{d.ready(i, "10").ID, d.ready(i, "10").ID, d.ready(d.card(), "300").ID}
	must(d.Block(t.Context(), as("rev1"), ids[2], "aml-review", ""))
	d.batched("monday", ids...)
	heard := d.talk("senior1", "batches", "batch monday", "run approve monday", "2", "run approve monday", "2 20", "runs", "quit")
	hears(t, heard, "monday: nothing was run on it, 3 requests, 320.00 EUR.",
		"Batch monday, made ", "3 requests of 2 customers, 320.00 EUR. nothing was run on it.",
		"2 of 3 requests would run, 20.00 EUR.", "1 stays out: blocked for aml-review.", "Look twice at 2 requests, 20.00 EUR: duplicate.",
		"Type 2 20 to confirm", "Nothing was done.", "Started.", "approve pending, 0 done, 0 refused, 1 stayed out, 2 waiting.")
	d.work()
	if got := d.now(ids[0]).Status; got != engine.RequestApproved {
		t.Errorf("it is %s", got)
	}
	heard = d.talk("viewer1", "run approve monday", "batch nothing", "batch", "run block monday", ".", "quit")
	hears(t, heard, "None of it can run.", "That did not work: ", "Which batch?", "1. fraud-suspected.", "Nothing was done.")
}

func TestPlainTellsOfImports(t *testing.T) {
	d := newDesk(t)
	hears(t, d.talk("viewer1", "imports", "quit"), "Nothing was imported yet.")
	d.give("rev1", "customers.csv", customersFile)
	d.work()
	hears(t, d.talk("viewer1", "imports", "quit"), "customers of customers.csv, by rev1 at ",
		"It is completed: 2 new, 1 there already, 1 there otherwise, 3 refused, 0 waiting.")
}
