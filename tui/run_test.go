package tui_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
)

// The program itself, without a terminal: it shows frames in one piece each,
// and two times ctrl+c end it.
func TestRun(t *testing.T) {
	d := newDesk(t)
	var out bytes.Buffer
	err := tui.Run(t.Context(), tui.Options{
		Engine: d.Engine, Caller: engine.Caller{By: "senior1", Door: engine.DoorConsole},
		In: strings.NewReader("\x03\x03"), Out: &out,
	})
	if err != nil {
		t.Fatal(err)
	}
	frames := out.String()
	if begins, ends := strings.Count(frames, "\x1b[?2026h"), strings.Count(frames, "\x1b[?2026l"); begins == 0 || begins != ends {
		t.Errorf("%d frames begin and %d end", begins, ends)
	}
	if !strings.Contains(frames, "\x1b[?1049l") {
		t.Error("the terminal's own screen does not come back")
	}
}

// A hand that ends the session from outside as soon as it is listened to.
type hand struct{ cancel context.CancelFunc }

func (h hand) Read([]byte) (int, error) {
	h.cancel()
	return 0, io.EOF
}

func TestRunEndsWithItsContext(t *testing.T) {
	d := newDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := tui.Run(ctx, tui.Options{Engine: d.Engine, Caller: engine.Caller{By: "senior1"}, In: hand{cancel}, Out: io.Discard})
	if err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestUnknownReviewerIsRefused(t *testing.T) {
	d := newDesk(t)
	_, err := tui.New(t.Context(), tui.Options{Engine: d.Engine, Caller: engine.Caller{By: "nobody"}})
	if engine.CodeOf(err) != engine.Forbidden || !strings.Contains(err.Error(), "reviewers: admin1") {
		t.Errorf("got %v", err)
	}
}

func TestCopy(t *testing.T) {
	d := newDesk(t)
	id := d.ready(d.card(), "120.50").ID
	s := d.sit("viewer1")
	var copied string
	s.Copied(func(text string) error { copied = text; return nil })
	s.press("y")
	if copied != string(id) {
		t.Errorf("copied %q, want %s", copied, id)
	}
	s.shows("sent to the terminal's clipboard (OSC 52): " + string(id))
}

// What goes to the clipboard comes between frames, and cannot end its own
// sequence.
func TestClipboard(t *testing.T) {
	var out bytes.Buffer
	if err := tui.SendToClipboard(&out, "pout_1\x1b\\\a"); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "\x1b]52;c;cG91dF8xG1wH\a"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
}

func TestBecomeSomebodyElse(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "120.50")
	s := d.sit("senior1", func(o *tui.Options) { o.MayBecome = true })
	s.press(":")
	s.typed("as viewer1")
	s.press("enter")
	s.shows("viewer1 · viewer", "you are viewer1 now, a viewer")
	s.press("a")
	s.shows("viewer1 is a viewer and may not approve it")

	s = d.sit("senior1")
	s.press(":")
	s.typed("as viewer1")
	s.shows("nothing matches")
}

func TestGoToARequest(t *testing.T) {
	d := newDesk(t)
	r := d.request(d.card(), "120.50")
	s := d.sit("senior1")
	s.press(":")
	s.typed("go " + strings.ToUpper(string(r.ID[len(r.ID)-6:])))
	s.press("enter")
	s.shows("120.50 EUR   pending", "becomes ready")
	s.press(":")
	s.typed("go nonsense")
	s.press("enter")
	s.shows(`there is no request "nonsense"`)
}

func TestThemesChangeAtOnce(t *testing.T) {
	s := newDesk(t).sit("senior1")
	s.press(":")
	s.typed("theme blah")
	s.shows("no theme is called blah; there are: auto, dark, light, mono, high")
	s.press("esc", ":")
	s.typed("theme high")
	s.press("enter")
	s.shows("nothing waits for a review")
}

// Each key of the lesson goes once it was used.
func TestLesson(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "1")
	d.ready(d.card(), "2")
	s := d.sit("senior1", func(o *tui.Options) { o.Teach = true })
	s.shows("first keys: j k move · enter open · a enter approve · / filter · ? all keys")
	s.press("j", "enter", "esc", "?", "esc", "/", "esc")
	s.shows("first keys: a enter approve")
	s.press("a", "enter", "z", "esc")
	s.rest(quiet * 100)
	s.hides("first keys")
}
