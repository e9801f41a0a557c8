package overlay_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/canvas/canvastest"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/theme"
)

const ms = time.Millisecond

var start = time.Unix(1_800_000_000, 0)

// A desk is a stack of dialogs, a clock, and what was chosen.
type desk struct {
	stack  overlay.Stack
	now    time.Time
	chosen []string
}

func (d *desk) open(id string, dialog overlay.Dialog) {
	if d.now.IsZero() {
		d.now = start
	}
	d.stack.Open(id, dialog, d.now, func(choice string) tea.Cmd {
		d.chosen = append(d.chosen, id+": "+choice)
		return nil
	})
}

// press presses keys, each that long after the one before.
func (d *desk) press(after time.Duration, names ...string) {
	for _, name := range names {
		d.now = d.now.Add(after)
		d.stack.Key(canvastest.Key(name), d.now)
	}
}

func approveSheet() *overlay.Sheet {
	return &overlay.Sheet{
		Title: "Approve pout_7T7Z", Style: theme.Warning, Yes: "approve",
		Body: []overlay.Line{
			{Label: "pay", Text: "18,400.00 EUR", Style: theme.Strong},
			{Label: "to", Text: "card 9921 of Sample Customer 2"},
			{},
			{Label: "!", Text: "likely duplicate of pout_7T7M: same amount and instrument within 24 hours", Style: theme.Warning},
		},
	}
}

func splitSheet() *overlay.Sheet {
	return &overlay.Sheet{
		Title: "Split pout_7T78", Style: theme.Danger, Yes: "split", Word: "split",
		Body: []overlay.Line{{Text: "15,000.00 EUR become 3 requests. A split cannot be undone."}},
	}
}

func TestSheet(t *testing.T) {
	type step struct {
		after time.Duration
		key   string
	}
	calm := func(names ...string) []step {
		steps := make([]step, len(names))
		for i, name := range names {
			steps[i] = step{300 * ms, name}
		}
		return steps
	}
	off := approveSheet()
	off.Off = "blocked for aml-review"
	tests := []struct {
		name  string
		sheet *overlay.Sheet
		steps []step
		yes   bool
		open  bool
	}{
		{"tab, enter", approveSheet(), calm("tab", "enter"), true, false},
		{"right, enter", approveSheet(), calm("right", "enter"), true, false},
		{"enter is cancel", approveSheet(), calm("enter"), false, false},
		{"esc is cancel", approveSheet(), calm("tab", "esc"), false, false},
		{"tab twice is cancel again", approveSheet(), calm("tab", "tab", "enter"), false, false},
		{"the opening key does nothing", approveSheet(), calm("a", "a"), false, true},
		{"deaf at first", approveSheet(), []step{{249 * ms, "tab"}, {300 * ms, "enter"}}, false, false},
		{
			"deaf while keys keep coming", approveSheet(),
			[]step{{200 * ms, "x"}, {200 * ms, "tab"}, {200 * ms, "enter"}, {200 * ms, "enter"}},
			false, true,
		},
		{
			"listens after quiet", approveSheet(),
			[]step{{200 * ms, "x"}, {250 * ms, "tab"}, {60 * ms, "enter"}},
			true, false,
		},
		{"esc is heard even then", approveSheet(), []step{{10 * ms, "esc"}}, false, false},
		{"tab and enter in one read", approveSheet(), []step{{300 * ms, "tab"}, {0, "enter"}}, false, true},
		{"enter held down", approveSheet(), []step{{300 * ms, "tab"}, {30 * ms, "enter"}, {30 * ms, "enter"}}, false, true},
		{"cannot be done", off, calm("tab", "enter"), false, true},
		{"word", splitSheet(), calm("s", "plit", "enter"), true, false},
		{"wrong word", splitSheet(), calm("split", "x", "enter"), false, true},
		{"wrong word mended", splitSheet(), calm("splix", "enter", "backspace", "t", "enter"), true, false},
		{"no word", splitSheet(), calm("enter"), false, true},
		{"word by the button", splitSheet(), calm("split", "shift+tab", "enter"), true, false},
		{"button without the word", splitSheet(), calm("shift+tab", "enter"), false, true},
		{"cancel behind the word", splitSheet(), calm("split", "tab", "enter"), false, false},
		{"pasted word", splitSheet(), calm("paste:split", "enter"), false, true},
		{"word and enter in one read", splitSheet(), []step{{300 * ms, "split"}, {0, "enter"}}, false, true},
		{"only tells", &overlay.Sheet{Title: "About"}, []step{{0, "x"}, {60 * ms, "enter"}}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d desk
			d.open("sheet", tt.sheet)
			for _, s := range tt.steps {
				d.press(s.after, s.key)
			}
			if yes := len(d.chosen) > 0; yes != tt.yes {
				t.Errorf("confirmed %v, want %v", yes, tt.yes)
			}
			if _, open := d.stack.Top(); open != tt.open {
				t.Errorf("open %v, want %v", open, tt.open)
			}
		})
	}
}

func TestBurstBreaksTheQuiet(t *testing.T) {
	var d desk
	d.open("sheet", approveSheet())
	d.now = d.now.Add(240 * ms)
	d.stack.Disturb(d.now)
	d.press(100*ms, "tab")
	d.press(300*ms, "enter")
	if len(d.chosen) > 0 {
		t.Error("a tab right after a burst counted")
	}
}

func TestDialogsStack(t *testing.T) {
	var d desk
	d.open("below", &overlay.Menu{Items: []overlay.Item{{ID: "one", Key: "o", Name: "one"}}})
	d.open("above", approveSheet())
	if id, _ := d.stack.Top(); id != "above" {
		t.Fatalf("%s has the keyboard", id)
	}
	d.press(300*ms, "o", "tab", "enter", "o")
	if got := strings.Join(d.chosen, ", "); got != "above: yes, below: one" {
		t.Errorf("chosen: %s", got)
	}
}

func TestDialogClosesWhenWhatItIsAboutChanges(t *testing.T) {
	var d desk
	d.open("approve pout_1@3", approveSheet())
	if !d.stack.Close("approve pout_1@3") || d.stack.Close("approve pout_1@3") {
		t.Error("it closes once")
	}
	d.press(300*ms, "tab", "enter")
	if len(d.chosen) > 0 {
		t.Error("a closed dialog was confirmed")
	}
}

func TestSameDialogOpensOnce(t *testing.T) {
	var d desk
	d.open("sheet", approveSheet())
	d.open("sheet", approveSheet())
	d.press(300*ms, "esc")
	if _, open := d.stack.Top(); open {
		t.Error("it was open twice")
	}
}

func blockAsk() *overlay.Ask {
	f := form.New(
		form.Field{ID: "reason", Label: "REASON", Check: form.Required, Input: form.NewChoice("",
			form.Option{Value: "fraud-suspected", Label: "fraud-suspected"},
			form.Option{Value: "kyc-verification-required", Label: "kyc-verification-required"},
			form.Option{Value: "aml-review", Label: "aml-review"},
			form.Option{Value: "other", Label: "other"})},
		form.Field{ID: "description", Label: "NOTE", Help: "seen on the timeline", Input: form.NewText("", 255)},
	)
	f.Quick = true
	return &overlay.Ask{
		Title: "Block pout_7T7Z  Sample Customer 2  18,400.00 EUR", Form: f, Yes: "block",
		Body: []overlay.Line{
			{Label: "EFFECT", Text: "no approve, split, merge, cancel while blocked"},
			{Text: "what is already at a provider may still be paid", Style: theme.Warning},
		},
	}
}

func TestAsk(t *testing.T) {
	tests := []struct {
		name  string
		after time.Duration
		keys  []string
		yes   bool
		open  bool
	}{
		{"a digit and enter, at once", 60 * ms, []string{"3", "enter"}, true, false},
		{"not both in one read", 0, []string{"3", "enter"}, false, true},
		{"not without a reason", 60 * ms, []string{"enter"}, false, true},
		{"esc leaves", 60 * ms, []string{"esc"}, false, false},
		{"esc leaves where only a choice was made", 60 * ms, []string{"3", "esc"}, false, false},
		{"esc asks when something was written", 60 * ms, []string{"3", "tab", "x", "esc"}, false, true},
		{"and leaves the second time", 60 * ms, []string{"tab", "x", "esc", "esc"}, false, false},
		{"but not after another key", 60 * ms, []string{"tab", "x", "esc", "y", "esc"}, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d desk
			d.open("block", blockAsk())
			d.press(tt.after, tt.keys...)
			if yes := len(d.chosen) > 0; yes != tt.yes {
				t.Errorf("submitted %v, want %v", yes, tt.yes)
			}
			if _, open := d.stack.Top(); open != tt.open {
				t.Errorf("open %v, want %v", open, tt.open)
			}
		})
	}
}

func palette() *overlay.Menu {
	return &overlay.Menu{Title: "Commands", Filter: true, Items: []overlay.Item{
		{ID: "approve", Key: "a", Name: "approve", Help: "approve the marked requests"},
		{ID: "block", Key: "b", Name: "block", Help: "stop every further step until somebody unblocks"},
		{ID: "unblock", Key: "B", Name: "unblock", Help: "let it go on"},
		{ID: "merge", Key: "m", Name: "merge", Off: "no other open request of this customer in EUR"},
		{ID: "queue", Key: "g q", Name: "go to the queue"},
	}}
}

func TestMenu(t *testing.T) {
	plain := func() *overlay.Menu {
		return &overlay.Menu{Items: []overlay.Item{
			{ID: "id", Key: "i", Name: "the id"}, {ID: "json", Key: "j", Name: "JSON"}, {ID: "link", Key: "l", Name: "a link"},
		}}
	}
	tests := []struct {
		name string
		menu *overlay.Menu
		keys []string
		want string // what was chosen; "" if it is still open
	}{
		{"enter takes the first", palette(), []string{"enter"}, "approve"},
		{"the cursor", palette(), []string{"down", "down", "up", "enter"}, "block"},
		{"not beyond the last", plain(), []string{"pgdown", "pgdown", "enter"}, "link"},
		{"typed", palette(), []string{"unb", "enter"}, "unblock"},
		{"the start of a name goes first", palette(), []string{"block", "enter"}, "block"},
		{"a key", palette(), []string{"B", "enter"}, "unblock"},
		{"a word in the help", palette(), []string{"marked", "enter"}, "approve"},
		{"letters in between", palette(), []string{"gtq", "enter"}, "queue"},
		{"nothing matches", palette(), []string{"xyz", "enter"}, ""},
		{"one that is off", palette(), []string{"merge", "enter"}, ""},
		{"its own key", plain(), []string{"l"}, "link"},
		{"its own key, though it moves elsewhere", plain(), []string{"j"}, "json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d desk
			d.open("menu", tt.menu)
			d.press(60*ms, tt.keys...)
			if got := strings.TrimPrefix(strings.Join(d.chosen, ""), "menu: "); got != tt.want {
				t.Errorf("chosen %q, want %q", got, tt.want)
			}
			if _, open := d.stack.Top(); open != (tt.want == "") {
				t.Errorf("open %v", open)
			}
		})
	}
}

func TestTyping(t *testing.T) {
	tests := []struct {
		name   string
		dialog overlay.Dialog
		keys   []string
		want   bool
	}{
		{"a sheet", approveSheet(), nil, false},
		{"a word", splitSheet(), nil, true},
		{"its buttons", splitSheet(), []string{"tab"}, false},
		{"a choice", blockAsk(), nil, false},
		{"a note", blockAsk(), []string{"tab"}, true},
		{"a palette", palette(), nil, true},
		{"a menu", &overlay.Menu{}, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d desk
			d.open("dialog", tt.dialog)
			d.press(300*ms, tt.keys...)
			if got := d.stack.Typing(); got != tt.want {
				t.Errorf("typing %v, want %v", got, tt.want)
			}
		})
	}
	var none overlay.Stack
	if none.Typing() {
		t.Error("typing without a dialog")
	}
}

func TestToast(t *testing.T) {
	tests := []struct {
		name  string
		style theme.Style
		keyAt time.Duration
		seen  time.Duration
		want  bool
	}{
		{"at once", theme.Done, 0, 0, true},
		{"for a while", theme.Done, 0, 3999 * ms, true},
		{"not for ever", theme.Done, 0, 4000 * ms, false},
		{"a key leaves it", theme.Done, 2000 * ms, 2000 * ms, true},
		{"an error stays", theme.Error, 0, time.Hour, true},
		{"until a key", theme.Error, 1000 * ms, 1000 * ms, false},
		{"pressed after it could be read", theme.Error, 999 * ms, time.Hour, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var toast overlay.Toast
			toast.Say("said", tt.style, start)
			if tt.keyAt > 0 {
				toast.Key(start.Add(tt.keyAt))
			}
			got, ok := toast.Shown(start.Add(tt.seen))
			if ok != tt.want || ok && got != (canvas.Span{Text: "said", Style: tt.style}) {
				t.Errorf("shown %v %v, want %v", got, ok, tt.want)
			}
		})
	}
	var silent overlay.Toast
	if _, ok := silent.Shown(start); ok {
		t.Error("it speaks without a word")
	}
}

func TestLongSheetScrolls(t *testing.T) {
	s := approveSheet()
	for i := range 40 {
		s.Body = append(s.Body, overlay.Line{Text: canvas.Grouped("1000"), Label: "", Style: theme.Style(i % 3)})
	}
	s.Body = append(s.Body, overlay.Line{Text: "the end"})
	var d desk
	d.open("sheet", s)
	draw := func() string {
		c := canvastest.New(t, theme.Dark, 80, 24)
		d.stack.Draw(c)
		return canvastest.Plain(c.String())
	}
	if got := draw(); !strings.Contains(got, "more lines: ↓") || strings.Contains(got, "the end") {
		t.Errorf("it does not say that there is more:\n%s", got)
	}
	d.press(300*ms, "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown")
	if got := draw(); strings.Contains(got, "more lines") || !strings.Contains(got, "the end") || !strings.Contains(got, "> Cancel <") {
		t.Errorf("the end is not shown:\n%s", got)
	}
}

func TestGolden(t *testing.T) {
	dialogs := []struct {
		name   string
		dialog func() overlay.Dialog
		keys   []string
	}{
		{"approve", func() overlay.Dialog { return approveSheet() }, nil},
		{"split", func() overlay.Dialog { return splitSheet() }, []string{"spl"}},
		{"block", func() overlay.Dialog { return blockAsk() }, []string{"3", "tab", "case 812"}},
		{"palette", func() overlay.Dialog { return palette() }, []string{"blo"}},
	}
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 36}} {
		for _, dialog := range dialogs {
			name := fmt.Sprintf("%s_%dx%d", dialog.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				var d desk
				d.open("dialog", dialog.dialog())
				d.press(300*ms, dialog.keys...)
				c := canvastest.New(t, theme.Dark, size.w, size.h)
				for y := range size.h {
					c.Text(c.Bounds().Line(y), "   pout_7T80 Sample Customer 12    1,250.00 EUR ready", theme.Text)
				}
				d.stack.Draw(c)
				canvastest.Golden(t, name, canvastest.Plain(c.String()))
			})
		}
	}
}
